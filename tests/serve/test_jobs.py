"""Long work: turns, bounds, cancelling, and a server that is killed in the middle."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time

import pytest

pytest.importorskip("starlette.testclient", reason="needs detente[serve]")

from starlette.testclient import TestClient

from detente.errors import SolveError
from detente.serve import studies
from detente.serve.app import make_app
from detente.serve.deadline import Deadline
from detente.serve.desk import BusyError
from detente.serve.jobs.asked import WORK, key_of
from detente.serve.jobs.keeper import TRIES, Keeper
from detente.serve.jobs.making import make
from detente.serve.jobs.store import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    FullError,
    Job,
    Store,
    next_job,
)
from detente.serve.jobs.worker import LOCK, only_one, teller
from detente.serve.limits import Limits
from detente.serve.pages import talks
from detente.serve.pages.jobs import work_of_form
from detente.serve.studies import Studies, Underway

PATIENCE = 300.0
SWEEP = {"kind": "sweep", "scenario": "may-2018", "draws": 40, "seed": 3,
         "state": {"variant": "us-tariffs"}}  # fmt: skip
SLEEPS = "import time; time.sleep(60)"
WRITES = (
    "import pathlib as p, sys; [(p.Path(sys.argv[1]) / n).mkdir() for n in ('result', 'shown')]"
)


def fake(text):
    """Return what starts a process that runs a line of Python instead of a job."""
    return lambda folder, job: subprocess.Popen(
        [sys.executable, "-c", text, str(folder)], stdin=subprocess.PIPE
    )


def until(true, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)
    return found


@pytest.fixture
def keep(tmp_path):
    made = []

    def make(text=SLEEPS, **limits):
        made.append(Keeper(tmp_path / "data", Limits(**limits), fake(text)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def add(keeper, reader="a", same="1"):
    return keeper.submit(same, reader, f"job {same}", "{}")


def status(keeper, job):
    return keeper.store.get(job.id).status


def job(name, reader, status=WAITING, created=0.0, begun=0):
    return Job(name, name, reader, "", "{}", status, created, begun, None, None)


@pytest.mark.parametrize(
    ("live", "served", "first"),
    [
        ([], {}, None),
        ([job("run", "a", RUNNING)], {}, None),
        # ten of one reader do not hold up the first of another
        ([*(job(f"a{n}", "a", created=n) for n in range(10)), job("b", "b", created=99)],
         {"a": 5.0}, "b"),
        # each reader's own in their order
        ([job("late", "a", created=2), job("early", "a", created=1)], {}, "early"),
        # who was served longest ago
        ([job("a", "a", created=1), job("b", "b", created=2)], {"a": 7.0, "b": 6.0}, "b"),
        # who has one running comes after who has none
        ([job("r", "b", RUNNING), job("b", "b", created=1), job("a", "a", created=2)],
         {"a": 7.0, "b": 6.0}, "a"),
        # what a server left behind comes before all
        ([job("new", "b", created=1), job("left", "a", created=2, begun=1)], {"a": 9.0}, "left"),
    ],
)  # fmt: skip
def test_readers_take_turns(live, served, first):
    found = next_job(live, served)
    assert (found and found.id) == first


def test_turns_of_three_readers(tmp_path):
    store = Store(tmp_path)
    for n, reader in enumerate("aaabbc"):
        store.add(str(n), reader, "", "{}", most=9, each=9)
    order = []
    while found := next_job(store.live(), store.served()):
        store.begin(found.id)
        order.append(found.reader)
        store.end(found.id, DONE)
    assert "".join(order) == "abcaba"


def test_a_full_queue_refuses(keep):
    keeper = keep(queue=3, queue_each=2)
    first = add(keeper, "a", "1")
    add(keeper, "a", "2")
    with pytest.raises(FullError, match="2 jobs of yours") as error:
        add(keeper, "a", "3")
    assert error.value.own
    assert add(keeper, "b", "1").id == first.id  # the same work waits already
    add(keeper, "b", "4")
    with pytest.raises(FullError, match="too many jobs wait") as error:
        add(keeper, "c", "5")
    assert not error.value.own
    assert len(keeper.store.live()) == 3


def test_a_job_runs_and_is_done(keep):
    keeper = keep(WRITES)
    one = add(keeper)
    keeper.start()
    until(lambda: status(keeper, one) == DONE, 20)
    assert keeper.store.get(one.id).begun == 1
    assert add(keeper, "b").id == one.id  # what is done is not done again


@pytest.mark.parametrize("begun", [False, True])
def test_a_job_is_cancelled(keep, begun):
    keeper = keep()
    one = add(keeper)
    process = None
    if begun:
        keeper.tick()
        process = keeper._running[one.id].process
        assert status(keeper, one) == RUNNING
    assert keeper.cancel(one)
    assert not keeper.cancel(one)
    keeper.tick()
    assert status(keeper, one) == CANCELLED
    assert not keeper.place(one).exists()
    assert process is None or process.returncode == -signal.SIGKILL
    assert add(keeper).id != one.id


@pytest.mark.parametrize(
    ("text", "limits", "says"),
    [
        ("raise SystemExit(3)", {}, "broke off"),
        ("pass", {}, "broke off"),
        (SLEEPS, {"job_seconds": 0.0}, "took longer than 0 minutes"),
        (SLEEPS, {"job_bytes": 1}, "of memory"),
    ],
)
def test_a_job_that_is_too_much_is_said_to_be(keep, text, limits, says):
    keeper = keep(text, **limits)
    one = add(keeper)
    keeper.start()
    until(lambda: status(keeper, one) == FAILED, 20)
    (problem,) = keeper.store.get(one.id).problems
    assert says in problem["message"]


def test_one_server_does_the_jobs_of_a_folder(keep):
    first, second = keep(), keep()
    one = add(second)
    first.tick()
    second.tick()
    assert (len(first._running), len(second._running)) == (1, 0)
    first.close()
    second.tick()  # the other takes over
    assert second.store.get(one.id).begun == 2


def test_a_job_that_ends_its_server_is_not_begun_for_ever(keep):
    for _ in range(TRIES):
        keeper = keep()
        one = add(keeper)
        keeper.tick()
        assert status(keeper, one) == RUNNING
        keeper.close()
    last = keep()
    last.tick()
    assert status(last, one) == FAILED


def test_old_jobs_are_removed(keep):
    keeper = keep(WRITES, jobs_kept=2)
    keeper.start()
    done = []
    for n in range(3):
        done.append(add(keeper, "a", str(n)))
        until(lambda: (job := keeper.store.get(done[-1].id)) is None or not job.live, 20)
    until(lambda: keeper.store.get(done[0].id) is None, 20)
    until(lambda: not keeper.place(done[0]).exists(), 20)
    assert keeper.place(done[2]).is_dir()


def test_addresses_are_not_kept(tmp_path):
    one, other = Store(tmp_path / "a"), Store(tmp_path / "b")
    assert one.reader("10.0.0.7") == Store(tmp_path / "a").reader("10.0.0.7")
    assert one.reader("10.0.0.7") not in (other.reader("10.0.0.7"), one.reader("10.0.0.8"))


def test_how_far_is_written_now_and_then(tmp_path):
    path, at = tmp_path / "far.json", 0.0
    tell = teller(path, lambda: at)
    tell("draws", 0, 9)
    at = 0.1
    tell("draws", 1, 9)
    assert '"done": 0' in path.read_text()
    at = 0.5
    tell("draws", 2, 9)
    assert '"done": 2' in path.read_text()
    tell("writing", 0, 0)
    assert "writing" in path.read_text()


SERVER = """
import sys, time
from pathlib import Path
from detente.serve.jobs.keeper import Keeper
from detente.serve.limits import Limits
keeper = Keeper(Path(sys.argv[1]), Limits())
keeper.start()
time.sleep(600)
"""


def test_a_killed_server_goes_on_where_it_was(tmp_path):
    keeper = Keeper(tmp_path, Limits())
    work = WORK.validate_python(SWEEP)
    one = keeper.submit(key_of(work), "a", "a sweep", work.model_dump_json())
    parts = keeper.place(one) / "kept" / "parts"
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path)])
    try:
        until(lambda: len([*parts.glob("*.parquet")]) > 1)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    # no process of it is left
    until(lambda: only_one(keeper.place(one) / LOCK, wait=False), 20).close()
    before = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.parquet")}
    assert len(before) > 1
    assert status(keeper, one) == RUNNING
    keeper.start()
    try:
        until(lambda: len([*parts.glob("*.parquet")]) > len(before) or status(keeper, one) == DONE)
        kept = {name: (parts / name).stat().st_mtime_ns for name in before}
        assert kept == before  # nothing is solved twice
        until(lambda: not keeper.store.get(one.id).live)
    finally:
        keeper.close()
    ended = keeper.store.get(one.id)
    assert (ended.status, ended.begun) == (DONE, 2)
    assert not parts.exists()
    result = keeper.place(one) / "result"
    assert {"report.html", "manifest.json", "draws.csv"} <= {p.name for p in result.iterdir()}
    lines = (result / "draws.csv").read_text().splitlines()
    assert len(lines) == 1 + SWEEP["draws"]
    shown(tmp_path, ended)


def shown(folder, job):
    """Look at the result as a reader does."""
    client = of(folder)
    page = client.get(f"/jobs/{job.id}").text
    assert "40 draws" in page
    assert "style=" not in page.replace("data-style=", "")
    chart = page.partition('<img src="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(chart).text.startswith("<svg")
    assert client.get(f"/jobs/{job.id}/chart/..%2f..%2flog.svg").status_code == 404
    assert client.get(f"/api/jobs/{job.id}/result").json()["tables"]
    assert client.get(f"/jobs/{job.id}/results.zip").content[:2] == b"PK"


def of(folder, **limits):
    limits = Limits(**{"per_second": 1e6, "burst": 10**6, **limits})
    app = make_app(limits, warm=False, data=folder)
    return TestClient(app, base_url="http://127.0.0.1:8018", follow_redirects=False)


@pytest.fixture
def server(tmp_path):
    return of(tmp_path / "data", queue_each=2)


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"kind": "sweep", "scenario": "none"}, "scenario"),
        ({"kind": "sweep", "scenario": "/etc/passwd"}, "scenario"),
        ({**SWEEP, "draws": 10**9}, "draws"),
        ({**SWEEP, "state": {"rates": {"nothing": 0.1}}}, "rates"),
        ({**SWEEP, "state": {"at": "2018-07-06"}}, "state.at"),
        ({**SWEEP, "processes": 64}, "processes"),
        ({"kind": "nash", "scenario": "may-2018", "variant": "none"}, "variant"),
        ({"kind": "nash", "scenario": "may-2018", "cap": 900}, "cap"),
        ({"kind": "nash", "scenario": "may-2018", "low": 1.5, "cap": 0.5}, "low"),
        ({"kind": "nash", "scenario": "may-2018", "players": ["USA"] * 9}, "players"),
        ({"kind": "talks", "scenario": "may-2018", "fixed": {"zte": "maybe"}}, "what_if"),
        ({"kind": "talks", "scenario": "may-2018", "weights": {"us": "w.csv"}}, "weights"),
        ({"kind": "talks", "scenario": "may-2018", "weights": {"eu": "applied"}}, "weights"),
        ({"kind": "talks", "scenario": "may-2018", "weights": "applied"}, "talks.weights"),
        ({"kind": "talks", "scenario": "us-eu-2025"}, "scenario"),
        ({"kind": "shell", "scenario": "may-2018"}, "kind"),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_waits(server, sent, key):
    answer = server.post("/api/jobs", json=sent)
    assert answer.status_code == 422
    assert any(key in (one["key"] or one["message"]) for one in answer.json()["problems"])
    assert server.get("/api/jobs").json() == []


def test_jobs_of_programs(server):
    made = server.post("/api/jobs", json=SWEEP)
    assert made.status_code == 202
    one = made.json()
    assert (one["status"], one["kind"], one["before"]) == (WAITING, "sweep", 0)
    assert server.post("/api/jobs", json=SWEEP).json()["id"] == one["id"]
    assert server.get(f"/api/jobs/{one['id']}/result").status_code == 409
    second = server.post("/api/jobs", json={**SWEEP, "seed": 4}).json()
    assert second["before"] == 1
    assert server.post("/api/jobs", json={**SWEEP, "seed": 5}).status_code == 429
    gone = server.post(f"/api/jobs/{one['id']}/cancel")
    assert gone.json()["status"] == CANCELLED
    assert server.get("/api/jobs/nothing").status_code == 404
    assert [j["status"] for j in server.get("/api/jobs").json()] == [WAITING, CANCELLED]


def test_jobs_of_readers(server):
    form = {"kind": "sweep", "scenario": "may-2018", "draws": "100",
            "state": "variant=us-tariffs&rate.us-301-list-1=0.4"}  # fmt: skip
    assert 'name="draws"' in server.get("/jobs/new/may-2018?variant=us-tariffs").text
    made = server.post("/jobs", data=form)
    assert made.status_code == 303
    place = made.headers["location"]
    page = server.get(place).text
    assert "Waiting: for its turn" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert place in server.get("/jobs").text
    cross = server.post(f"{place}/cancel", headers={"origin": "http://evil.example"})
    assert cross.status_code == 403
    assert server.post(f"{place}/cancel").headers["location"] == place
    assert "It was cancelled" in server.get(place).text


def test_only_who_asked_cancels(tmp_path):
    client = of(tmp_path)
    one = client.post("/api/jobs", json=SWEEP).json()
    other = TestClient(client.app, base_url="http://127.0.0.1:8018", client=("10.0.0.9", 1))
    assert other.get(f"/api/jobs/{one['id']}").status_code == 200
    assert other.post(f"/api/jobs/{one['id']}/cancel").status_code == 403
    assert other.get("/api/jobs").json() == []


@pytest.mark.parametrize(("takes", "status"), [(0.0, 200), (0.2, 503)])
def test_no_request_hangs(takes, status):
    sent, ended = [], []

    async def slow(scope, receive, send):
        await asyncio.sleep(takes)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"there"})
        ended.append(True)

    async def send(message):
        sent.append(message)

    async def ask():
        await Deadline(slow, 0.05)({"type": "http"}, None, send)
        await asyncio.sleep(0.3)

    asyncio.run(ask())
    assert [sent[0]["status"], len(sent)] == [status, 2]
    assert (b"took longer than 0.05 seconds" in sent[1]["body"]) == (status == 503)
    assert ended  # what is dropped comes to its end


def test_talks_are_worked_out_in_the_background():
    begun, go = threading.Event(), threading.Event()

    def make(case, weights, tell):
        tell("solving the economy", 3, 10)
        begun.set()
        go.wait(20)
        return case

    kept = Studies(1, make)
    first = kept.get("a", "case a")
    assert isinstance(first, Underway)
    assert begun.wait(5)
    far = kept.get("a", "case a")
    assert (far.what, far.done, far.total) == ("solving the economy", 3, 10)
    go.set()
    until(lambda: kept.get("a", "case a") == "case a", 5)
    until(lambda: kept.get("b", "case b") == "case b", 5)
    assert isinstance(kept.get("a", "case a"), Underway)  # one is kept


def test_talks_that_cannot_be_worked_out_say_why():
    def make(case, weights, tell):
        raise SolveError("no equilibrium")

    kept = Studies(1, make)
    assert isinstance(kept.get("a", None), Underway)
    until(lambda: not kept.far() or kept.far()["a", ()].error, 5)
    with pytest.raises(SolveError, match="no equilibrium"):
        kept.get("a", None)


def test_a_page_waits_for_talks(tmp_path):
    client = of(tmp_path)
    client.app._app._app.state.studies = Studies(1, lambda *_: time.sleep(1))
    page = client.get("/talks/may-2018")
    assert 'data-watch="/talks/may-2018/far"' in page.text
    assert client.get("/talks/may-2018/far").json()["status"] == "running"
    assert client.get("/talks/may-2018?zte=maybe").status_code == 422
    assert client.get("/talks/us-eu-2025/far").status_code == 422


def test_weights_of_an_address_are_talks_of_their_own(tmp_path):
    client, asked = of(tmp_path), []

    def make(case, weights, tell):
        asked.append(weights)
        tell("solving the economy", 3, 10)
        time.sleep(1)

    client.app._app._app.state.studies = Studies(2, make)
    page = client.get("/talks/may-2018?zte=kept&weights.us=applied&weights.china=")
    assert 'data-watch="/talks/may-2018/far?zte=kept&amp;weights.us=applied"' in page.text
    far = client.get("/talks/may-2018/far?zte=kept&weights.us=applied").json()
    assert far["progress"] == {"what": "solving the economy", "done": 3, "total": 10}
    assert asked == [{"us": "applied"}]
    client.get("/talks/may-2018/far?weights.china=announced")
    client.get("/talks/may-2018/far")
    until(lambda: len(asked) == 3, 10)
    assert asked[1:] == [{"china": "announced"}, {}]


@pytest.mark.parametrize(
    ("query", "key", "value", "allowed"),
    [
        ("weights.us=aplied", "weights", "aplied", "applied, announced, variant:"),
        ("weights.us=/etc/w.csv", "weights", "/etc/w.csv", "applied, announced, variant:"),
        ("weights.eu=applied", "weights", "eu", "us, china"),
        ("weights=applied", "weights", "applied", "weights.us, weights.china"),
    ],
)
def test_what_is_no_source_of_weights_is_refused(tmp_path, query, key, value, allowed):
    client = of(tmp_path)
    client.app._app._app.state.studies = Studies(1, lambda *_: pytest.fail("it was begun"))
    for place in ("", "/far", "/chart/talks.svg"):
        refused = client.get(f"/talks/may-2018{place}?{query}")
        assert refused.status_code == 422
        (problem,) = refused.json()["problems"]
        assert (problem["key"], problem["value"]) == (key, value)
        assert allowed in problem["allowed"]
        assert "CSV" not in problem["allowed"]


def test_no_more_talks_wait_than_may(monkeypatch):
    monkeypatch.setattr("detente.serve.studies.MOST_WAIT", 2)
    kept, go = Studies(1, lambda *_: go.wait(20)), threading.Event()
    kept.get("a", None, {"us": "applied"})
    kept.get("a", None)
    with pytest.raises(BusyError):
        kept.get("a", None, {"us": "announced"})
    assert isinstance(kept.get("a", None), Underway)  # one that waits already is no further one
    go.set()
    until(lambda: not kept.far(), 5)
    kept.get("a", None, {"us": "announced"})


def test_weights_of_a_form_reach_the_talks(tmp_path, monkeypatch):
    work = work_of_form(
        [
            ("kind", "talks"),
            ("scenario", "may-2018"),
            ("draws", "0"),
            ("weights.us", "applied"),
            ("weights.china", ""),
            ("fixed.zte", "kept"),
        ]
    )
    assert (work.weights, work.fixed) == ({"us": "applied"}, {"zte": "kept"})
    plain = WORK.validate_python({"kind": "talks", "scenario": "may-2018"})
    assert len({key_of(work), key_of(work.model_copy(update={"weights": {}})), key_of(plain)}) == 3
    asked = []
    monkeypatch.setattr("detente.talks.study.run_talks", lambda _, asks, **__: asked.append(asks))
    make(work, tmp_path, lambda *_: None)
    assert (asked[0].weights, asked[0].what_if) == ({"us": "applied"}, {"zte": "kept"})
    assert "weights read off tariffs" in work.title(
        of(tmp_path).app._app._app.state.desk.shipped("may-2018")
    )


def test_a_job_is_named_by_all_that_it_depends_on():
    work = WORK.validate_python(SWEEP)
    assert key_of(work) == key_of(WORK.validate_python(dict(SWEEP)))
    others = [{**SWEEP, "seed": 4}, {**SWEEP, "draws": 41}, {**SWEEP, "state": {}}]
    assert len({key_of(WORK.validate_python(one)) for one in [SWEEP, *others]}) == 4


def test_talks_of_a_page_take_the_weights_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(studies, "run_talks", lambda case, asks, **_: asked.append(asks))
    studies.work_out(None, {"us": "applied"}, lambda *_: None)
    studies.work_out(None, {}, lambda *_: None)
    assert [(one.weights, one.draws) for one in asked] == [({"us": "applied"}, 0), (None, 0)]


def test_documents_of_other_weights_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(talks, "with_fixed", lambda study, fixed: (study, tuple(fixed)))
    monkeypatch.setattr(talks, "describe", lambda made: made)
    desk = of(tmp_path).app._app._app.state.desk
    plain, read = talks.Asked({"zte": "kept"}, {}), talks.Asked({"zte": "kept"}, {"us": "applied"})
    assert read.query == "zte=kept&weights.us=applied"
    told = [talks._document(desk, "may-2018", study, one)
            for study, one in (("a", plain), ("b", read), ("c", plain))]  # fmt: skip
    assert told == [("a", ("zte",)), ("b", ("zte",)), ("a", ("zte",))]
