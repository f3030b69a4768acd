"""What readers bring along: scenarios as text, articles, tables in a zip file; a firm by day."""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile

import pytest

from detente.baseline.tables import write_template
from detente.sanction.setting import Choices
from detente.sanction.study import run_sanction

client = pytest.importorskip("starlette.testclient", reason="needs detente[serve]")
pytest.importorskip("fastapi", reason="needs detente[serve]")
pytest.importorskip("multipart", reason="needs detente[serve]")

from detente.serve.app import make_app  # noqa: E402
from detente.serve.limits import Limits  # noqa: E402
from detente.serve.shelf import Shelf  # noqa: E402

MINE = """\
title: Ten points on Mexico
date: 2025-01-01
baseline: wiod-2014
measures:
  - {id: ten, kind: tariff, by: USA, on: MEX, sectors: goods, add: 0.1}
variants:
  - {id: yes, title: Ten points, measures: [ten]}
"""
ARTICLE = """\
16 May 2018

The United States imposed a tariff of 25 percent on steel from China on Friday.
China threatened a tariff of 10 percent on American soybeans.
"""


@pytest.fixture(scope="module")
def server():
    limits = Limits(per_second=1e6, burst=10**6, draws=2, unpacked=3_000_000)
    app = make_app(limits, warm=False)
    return client.TestClient(app, base_url="http://127.0.0.1:8018", follow_redirects=False)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own") / "my-economy"
    write_template(folder, "csv")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def packed(files, mode=0):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            one = zipfile.ZipInfo(name)
            one.external_attr = mode << 16
            one.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(one, content)
    return held.getvalue()


def send(server, content):
    return server.post("/data", files={"folder": ("own.zip", content, "application/zip")})


def said(answer):
    assert answer.status_code == 422
    return " ".join(f"{one['key']} {one['message']} {one['value']}"
                    for one in answer.json()["problems"])  # fmt: skip


def test_a_scenario_of_ones_own_runs_and_gives_what_the_library_gives(server):
    import detente as dt

    answer = server.post("/own", data={"text": MINE})
    assert answer.status_code == 303
    name = answer.headers["location"].rpartition("/")[2]
    assert re.fullmatch("own-[0-9a-f]{24}", name)
    found = server.post(f"/api/scenario/{name}/solve", json={}).json()
    rows = {r["code"]: r["under_yours"] for r in found["tables"]["real-income"]["rows"]}
    expected = dt.solve("wiod-2014", dt.Tariff("USA", on="MEX", sectors="goods", add=0.1)).welfare
    assert rows["MEX"] == pytest.approx(expected["MEX"], abs=1e-8)
    assert "Ten points on Mexico" in server.get(f"/scenario/{name}").text
    listed = server.get("/").text
    assert name not in listed  # nobody else learns of it


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("sectors: goods, add: 0.1", "products: [secret.csv], add: 0.1", "ten.products"),
        ("sectors: goods, add: 0.1", "except: /etc/passwd, add: 0.1", "ten.except"),
        ("sectors: goods, add: 0.1", "rates: rates.csv", "ten.rates"),
        ("wiod-2014", "/etc/passwd", "baseline"),
        ("wiod-2014", "../own", "baseline"),
        ("baseline: wiod-2014", "baseline: wiod-2014\nelasticities: mine.csv", "elasticities"),
        ("baseline: wiod-2014", "baseline: wiod-2014\nfirms: [/tmp/card.yaml]", "firms"),
        ("measures: [ten]", "measures: [ten], firms: [card.yaml]", "firms"),
        ("measures:\n", "goals:\n  - {id: g, products: [a.csv]}\nmeasures:\n", "g.products"),
        (
            "measures:\n",
            "talks: {parties: [{party: a, objective: {weights: /etc/w.csv}}]}\nmeasures:\n",
            "objective.weights",
        ),
        (
            "measures:\n",
            "talks: {ratification: [{places: /etc/p.csv}]}\nmeasures:\n",
            "ratification.places",
        ),
    ],
)
def test_a_scenario_names_no_file(server, old, new, key):
    assert old in MINE
    answer = server.post("/own", data={"text": MINE.replace(old, new)})
    assert answer.status_code == 422
    assert f"<code>{key}</code>: not known, and files are not read here" in answer.text


def test_what_is_wrong_in_a_scenario_is_said_with_its_line(server):
    answer = server.post("/own", data={"text": MINE.replace("add: 0.1", "ad: 0.1")})
    assert answer.status_code == 422
    assert "line 5" in answer.text
    assert "Ten points on Mexico" in answer.text  # the text stands there still


def test_an_article_is_read_reviewed_and_run(server):
    answer = server.post("/read", data={"text": ARTICLE, "day": "2018-05-16"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    page = server.get(place).text
    data = json.loads(re.search(r'class="review-data">(.*?)</script>', page, re.S)[1])
    first = data["statements"][0]
    assert (first["action"], first["rate"]) == ("impose", [0.25])
    edits = {"format": data["format"], "document": data["document"], "date": data["date"],
             "edits": [{"do": "drop", "id": first["id"], "start": first["start"],
                        "quote": first["quote"]}]}  # fmt: skip
    kept = server.post(f"{place}/edits", json=edits)
    assert kept.status_code == 200, kept.text
    assert kept.json()["statements"] == len(data["statements"]) - 1
    ran = server.post(f"{place}/run")
    assert ran.status_code == 303
    assert re.fullmatch("/(scenario|talks)/own-[0-9a-f]{24}", ran.headers["location"])


@pytest.mark.parametrize(("sent", "key"), [
    ({"text": ""}, "text"), ({"text": "a" * 150_001}, "text"), ({"text": "a b", "day": "x"}, "day"),
])  # fmt: skip
def test_articles_are_bounded(server, sent, key):
    assert said(server.post("/read", data=sent)).startswith(key)


def test_edits_that_are_none_are_refused(server):
    place = server.post("/read", data={"text": ARTICLE}).headers["location"]
    assert server.post(f"{place}/edits", json={"edits": 5}).status_code == 422
    assert server.get("/read/own-0").status_code == 422


def test_tables_are_checked_and_run(server, tables):
    answer = send(server, packed({f"my-economy/{k}": v for k, v in tables.items()}))
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    assert "Move a tariff on it" in server.get(place).text
    ran = server.post(f"{place}/run").headers["location"]
    page = server.get(ran)
    assert page.status_code == 200
    assert "One tariff" in page.text
    compared = server.get(f"/compare/{ran.rpartition('/')[2]}?b=rate.first%3D0.2")
    assert compared.status_code == 200, compared.text


def test_faults_of_tables_are_said_with_their_line(server, tables):
    name = next(k for k in tables if k.startswith("final"))
    broken = {**tables, name: tables[name].replace(b"\n", b"\nno such row\n", 1)}
    found = said(send(server, packed(broken)))
    assert f"{name}:2" in found
    assert "/tmp" not in found


@pytest.mark.parametrize(
    "name",
    ["../trade.csv", "/trade.csv", "a/b/trade.csv", "..\\trade.csv", "C:trade.csv",
     "a/../trade.csv", "../../x.txt"],
)  # fmt: skip
def test_a_zip_names_no_path(server, tables, name):
    found = said(send(server, packed({**tables, name: b"1"})))
    assert f"not a plain file in one folder {name}" in found


def test_links_bombs_and_rubbish_are_refused(server, tables):
    link = packed({"trade.csv": "/etc/passwd"}, stat.S_IFLNK | 0o777)
    assert "not a plain file" in said(send(server, link))
    bomb = packed({**tables, "final_demand.parquet": b"0" * 50_000_000})
    assert len(bomb) < 100_000
    assert "holds too much" in said(send(server, bomb))
    many = packed({f"{k}/final_demand.csv": b"" for k in range(50)})
    assert "too many files" in said(send(server, many))
    twice = packed({"a/final_demand.csv": b"", "b/final_demand.csv": b""})
    assert "twice" in said(send(server, twice))
    whole = packed(tables)
    for damaged in (b"", b"PK", whole[: len(whole) // 2], whole[:40] + b"\xff" * 40 + whole[80:]):
        assert send(server, damaged).status_code == 422


def test_a_firm_by_day(server):
    page = server.get("/firm/zte?day=30")
    assert page.status_code == 200
    days = json.loads(re.search(r'id="days">(.*?)</script>', page.text, re.S)[1])
    path = run_sanction("zte", Choices(days=360, draws=200, world_draws=0)).path
    assert days[29]["output"] == pytest.approx(100 * path.output[29], abs=0.051)
    assert f"Day <b>30</b>: <b>{days[29]['output']}%</b>" in page.text
    assert server.get("/firm/zte?day=900").status_code == 422
    assert server.get("/firm/..%2fzte.yaml").status_code in (404, 422)


@pytest.mark.parametrize(("path", "says"), [
    ("/data", "icio-2022"), ("/data/wiod-2014", "Trade elasticities"), ("/own", "title:"),
    ("/read", "Find its statements"),
])  # fmt: skip
def test_pages(server, path, says):
    answer = server.get(path)
    assert answer.status_code == 200
    assert says in answer.text


def test_no_economy_is_a_folder(server):
    assert server.get("/data/..%2f..").status_code in (404, 422)
    assert said(server.get("/data/mine.npz")).startswith("name")


def test_a_shelf_keeps_the_newest():
    shelf = Shelf("thing", 2)
    names = [shelf.put(k) for k in range(3)]
    assert [shelf.get(name) for name in names[1:]] == [1, 2]
    with pytest.raises(Exception, match="no longer kept"):
        shelf.get(names[0])
