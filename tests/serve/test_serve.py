"""The server as programs and readers meet it: numbers, files, refusals."""

from __future__ import annotations

import pytest

from detente.scenario.load import load_scenario
from detente.scenario.variants import measure_ids
from detente.serve.app import make_app
from detente.serve.desk import Desk
from detente.serve.guard import Pace
from detente.serve.levers import lever
from detente.serve.limits import Limits
from detente.serve.run import check
from detente.serve.state import YOURS, Added, State, measures_on, scenario_of
from detente.serve.world import shade, shapes
from detente.simulate import run_scenario

client = pytest.importorskip("starlette.testclient", reason="needs detente[serve]")

NAME = "may-2018"
SOLVE = f"/api/scenario/{NAME}/solve"
MOVED = {
    "variant": "us-tariffs",
    "rates": {"us-301-list-1": 0.4},
    "more": [{"by": "USA", "on": "MEX", "sectors": "goods", "add": 0.1}],
}
TOKEN = "a-token-of-many-letters"


def of(token=None, **limits):
    app = make_app(Limits(**{"per_second": 1e6, "burst": 10**6, **limits}), token, warm=False)
    return client.TestClient(app, base_url="http://127.0.0.1:8018", follow_redirects=False)


@pytest.fixture(scope="module")
def server():
    return of()


@pytest.fixture(scope="module")
def case():
    return load_scenario(NAME)


@pytest.fixture(scope="module")
def moved(server):
    answer = server.post(SOLVE, json=MOVED)
    assert answer.status_code == 200
    return answer.json()


def incomes(plain):
    rows = plain["tables"]["real-income"]["rows"]
    return {row["code"]: row[f"under_{YOURS}"] for row in rows}


def problems(answer):
    return {(one["key"], one["value"]) for one in answer.json()["problems"]}


def test_a_moved_rate_gives_what_the_library_gives(moved, case):
    own = {m.id: m for m in case.measures}
    entry = own["us-301-list-1"].model_copy(update={"add": 0.4})
    import detente as dt

    ids = measure_ids(case, "us-tariffs")
    instruments = [(entry if m.id == entry.id else m).instrument()
                   for m in case.measures if m.id in ids]  # fmt: skip
    mine = dt.Tariff("USA", on="MEX", sectors="goods", add=0.1)
    expected = dt.solve("wiod-2014", *instruments, mine).welfare
    found = incomes(moved)
    assert set(found) == set(expected.index)
    assert all(found[code] == pytest.approx(expected[code], abs=1e-8) for code in found)


def test_the_exported_file_gives_the_same_numbers(server, moved, tmp_path):
    query = State.model_validate(MOVED).query
    answer = server.get(f"/scenario/{NAME}/export/yaml?{query}")
    assert answer.status_code == 200
    path = tmp_path / "mine.yaml"
    path.write_bytes(answer.content)
    again = run_scenario(path, draws=0).variants[YOURS].welfare
    found = incomes(moved)
    assert all(found[code] == pytest.approx(again[code], abs=1e-8) for code in found)


def test_every_scenario_can_be_taken_away(tmp_path):
    from detente.serve.pages.exports import to_yaml

    for name, case in Desk().scenarios.items():
        path = tmp_path / f"{name}.yaml"
        mine = scenario_of(case, State())
        path.write_text(to_yaml(mine), encoding="utf-8")
        again = load_scenario(path).measures
        kept = [[one.model_dump(exclude={"note"}) for one in held]
                for held in (again, mine.measures)]  # fmt: skip
        assert kept[0] == kept[1]


def test_an_address_holds_the_whole_state():
    state = State(
        variant="us-tariffs", on=("china-50bn",), rates={"china-50bn": 0.1}, silent=("USA",),
        horizon="year", at="2018-07-06", more=(Added(by="USA", on="world", add=0.05),),
    )  # fmt: skip
    from urllib.parse import parse_qsl

    assert State.of_form(parse_qsl(state.query)) == state
    assert State.of_form([("set", "1")]).on == ()
    assert State.of_form([]).on is None


def test_who_does_not_act_takes_no_measure(case):
    both = measures_on(case, State(variant="china-retaliates"))
    alone = measures_on(case, State(variant="china-retaliates", silent=("CHN",)))
    assert {"us-301-list-1", "china-50bn"} <= set(both)
    assert set(alone) == {"us-301-list-1", "us-301-list-2"}


def test_the_page_says_the_answer_without_scripts(server):
    text = server.get(f"/scenario/{NAME}").text
    assert "costs the United States $5.4bn a year" in text
    assert '<g data-economy="CHN" class="land loss-3">' in text
    assert "style=" not in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/", "United States and China, mid-May 2018"),
        (f"/scenario/{NAME}/answer?variant=us-tariffs", "US tariffs on $50bn"),
        (f"/compare/{NAME}?b=rate.us-301-list-1%3D0.4", "Your settings"),
        ("/ledger?by=USA&on=CHN&at=2019-07-01", "United States"),
        ("/openapi.json", "/api/scenario/{name}/solve"),
    ],
)
def test_pages(server, path, says):
    answer = server.get(path)
    assert answer.status_code == 200
    assert says in answer.text


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"rates": {"nothing": 0.1}}, ("rates", "nothing")),
        ({"rates": {"us-301-list-1": 900}}, ("rates.us-301-list-1", 900)),
        ({"variant": "none"}, ("variant", "none")),
        ({"on": ["us-301-list-9"]}, ("on", "us-301-list-9")),
        ({"silent": ["FRA"]}, ("silent", "FRA")),
        ({"horizon": "soon"}, ("horizon", "soon")),
        ({"more": [{"by": "Atlantis", "on": "CHN", "add": 0.1}]}, ("by", "Atlantis")),
    ],
)
def test_what_is_wrong_is_said_by_its_key(server, sent, wrong):
    answer = server.post(SOLVE, json=sent)
    assert answer.status_code == 422
    assert wrong[1] in {value for _, value in problems(answer)} or str(wrong[1]) in answer.text
    assert any(wrong[0] in (key or "") for key, _ in problems(answer))


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "/etc/passwd", "mine.yaml", "x" * 81])
def test_no_request_names_a_file(server, name):
    assert server.get(f"/scenario/{name}").status_code in (404, 422)
    assert server.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_other_sites_are_refused(server, headers):
    assert server.post(SOLVE, json={}, headers=headers).status_code == 403


def test_bodies_addresses_and_pace_are_bounded():
    small = of(body=100, query=50, burst=4, per_second=0.001)
    assert small.post(SOLVE, content=b"x" * 200).status_code == 413
    assert small.get("/?" + "a" * 60).status_code == 414
    assert [small.get("/static/icon.svg").status_code for _ in range(9)] == [200] * 9
    assert [small.get("/nowhere").status_code for _ in range(5)] == [404] * 4 + [429]


def test_a_bucket_refills():
    pace = Pace(per_second=2.0, burst=1)
    assert [pace.allows("a", t) for t in (0.0, 0.1, 0.6)] == [True, False, True]
    assert pace.allows("b", 0.1)


def test_a_token_is_asked_for():
    server = of(TOKEN)
    assert server.get("/").status_code == 401
    assert server.get("/?token=wrong-wrong-wrong").status_code == 401
    entered = server.get(f"/ledger?by=USA&token={TOKEN}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/ledger?by=USA")
    assert "HttpOnly; SameSite=Strict" in entered.headers["set-cookie"]
    assert server.get("/nowhere").status_code == 404  # the cookie is known now
    bearer = of(TOKEN).get("/nowhere", headers={"authorization": f"Bearer {TOKEN}"})
    assert bearer.status_code == 404
    assert server.get(f"{server.base_url}//evil.example/?token={TOKEN}").headers["location"] == (
        "/evil.example/"
    )


def test_every_answer_has_a_policy(server):
    for path in ("/", "/nowhere", "/static/serve.css"):
        policy = server.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(("host", "token"), [("0.0.0.0", None), ("127.0.0.1", "short"), ("::", "")])
def test_no_server_is_open_to_others_without_a_token(host, token):
    from detente.errors import InputError

    with pytest.raises(InputError):
        check(host, token)
    check("127.0.0.1", None)
    check("0.0.0.0", TOKEN)


def test_sliders_start_at_what_the_file_says(case):
    for entry in case.measures:
        found = lever(entry)
        if found:
            assert found.low <= found.value <= found.high
            assert getattr(entry, found.key) == found.value
    entries = {entry.id: entry for entry in case.measures}
    assert lever(entries["china-aligns"]) is None
    farm = lever(entries["china-farm-fruit"])
    assert (farm.low, farm.high, farm.shown(-0.15)) == (-1.0, 0.0, "−15 points")


def test_no_slider_is_moved_by_the_browser_itself():
    # it takes the nearest step from the low end
    for case in Desk().scenarios.values():
        for found in filter(None, map(lever, case.measures)):
            steps = (found.value - found.low) / found.step
            assert steps == pytest.approx(round(steps), abs=1e-6), found


def test_the_map_has_every_economy_and_its_shades():
    import detente as dt

    world = dt.load("icio-2022")
    codes = {one.code for one in shapes(world.countries)}
    # too small to be drawn at this scale
    assert {c.code for c in world.countries} - codes == {"SGP", "HKG"}
    shown = [shade(v) for v in (-0.6, -0.1, -0.0049, 0.005, 0.02, float("nan"))]
    assert shown == ["loss-4", "loss-3", "none", "gain-1", "gain-2", "blank"]
