"""The command that reads an article."""

import base64
import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pytest

TEXTS = Path(__file__).resolve().parents[1] / "reading" / "texts"
ARTICLE = str(TEXTS / "coal-2031.txt")


@pytest.fixture
def read_out(detente, tmp_path):
    done = detente("read", ARTICLE, "--date", "2031-02-18", "--out", str(tmp_path / "out"))
    assert done.status == 0
    return done.out, tmp_path / "out"


def test_draft_links_and_page_are_written(read_out, detente):
    out, folder = read_out
    names = {"coal-2031.yaml", "coal-2031.reading.json", "coal-2031.review.html"}
    assert {path.name for path in folder.iterdir()} == names
    assert "detente run" in out
    assert "IDN → AUS" in out
    found = json.loads((folder / "coal-2031.reading.json").read_text(encoding="utf-8"))
    assert found["date"] == "2031-02-18"
    assert found["links"]["measures[0]"]
    assert all(a["reason"] for a in found["assumptions"])


def test_the_page_marks_statements_and_asks_no_network(read_out):
    _, folder = read_out
    page = (folder / "coal-2031.review.html").read_text(encoding="utf-8")
    cards = re.findall(r'<article id="(s\d+)"', page)
    assert cards
    assert all(f'href="#{one}"' in page for one in cards)
    assert "default-src 'none'" in page
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    data, script = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert "<" not in data
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in page.replace("http-equiv", "")


def test_markup_of_the_text_is_not_markup_of_the_page(detente, tmp_path):
    text = (
        "A headline of words\n\nFrance will impose a tariff of 5% on <b onclick=x>steel</b> "
        "from India, it said.\n"
    )
    file = tmp_path / "a.txt"
    file.write_text(text)
    assert detente("read", str(file), "--date", "2020-01-01", "--out", str(tmp_path)).status == 0
    assert "<b " not in (tmp_path / "a.review.html").read_text(encoding="utf-8")


def test_statements_alone(detente, tmp_path):
    table, plain = tmp_path / "s.csv", tmp_path / "s.json"
    for file in (table, plain):
        done = detente(
            "read", ARTICLE, "--date", "2031-02-18", "--statements", str(file), "--quiet"
        )
        assert (done.status, done.out) == (0, "")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    listed = json.loads(plain.read_text(encoding="utf-8"))["statements"]
    assert [row["id"] for row in rows] == [one["id"] for one in listed]
    assert {path.name for path in tmp_path.iterdir()} >= {"s.csv", "s.json"}


def test_no_trade_no_scenario(detente, tmp_path):
    done = detente(
        "read", str(TEXTS / "no-trade.txt"), "--date", "2020-01-05", "--out", str(tmp_path)
    )
    assert done.status == 0
    assert "No scenario was made" in done.out
    assert not list(tmp_path.glob("*.yaml"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.txt"], "cannot be read"),
        ([ARTICLE, "--date", "soon"], "--date"),
        ([ARTICLE, "--date", "2031-02-18", "--statements", "s.xlsx"], "--statements"),
        ([ARTICLE, "--model", "some"], "DETENTE_MODEL_URL"),
    ],
)
def test_what_is_refused(detente, words, said):
    done = detente("read", *words)
    assert done.status == 2
    assert said in done.err


def test_all_that_is_wrong_is_said_at_once(detente, tmp_path, monkeypatch):
    monkeypatch.delenv("DETENTE_MODEL_URL", raising=False)
    (tmp_path / "wall").write_text("")
    done = detente("read", "nowhere.txt", "--date", "soon", "--edits", "none.json", "--model", "m",
                   "--statements", "s.xlsx", "--out", str(tmp_path / "wall" / "out"))  # fmt: skip
    assert done.status == 2
    for said in ("nowhere.txt", "--date", "none.json", "DETENTE_MODEL_URL", "--statements",
                 "--out"):  # fmt: skip
        assert said in done.err


def test_saved_edits_are_replayed_when_they_are_asked_for(read_out, detente, tmp_path):
    _, folder = read_out
    listed = json.loads((folder / "coal-2031.reading.json").read_text(encoding="utf-8"))
    one = next(s for s in listed["statements"] if s["instrument"] == "import_ban" and s["core"])
    drop = {"do": "drop", "quote": one["quote"], "start": one["start"]}
    lost = {"do": "drop", "quote": "no such words", "start": 0}
    file = folder / "coal-2031.edits.json"
    file.write_text(json.dumps({"format": "detente-edits-1", "edits": [drop, lost]}))
    words = ["read", ARTICLE, "--date", "2031-02-18", "--out", str(folder)]
    before = (folder / "coal-2031.yaml").read_text(encoding="utf-8")
    unasked = detente(*words)
    assert f"Not replayed: {file}" in unasked.out
    assert (folder / "coal-2031.yaml").read_text(encoding="utf-8") == before
    done = detente(*words, "--edits", str(file))
    said = " ".join(done.out.split())
    assert "1 edit was replayed." in said
    assert "1 edit found nothing to change" in said
    after = (folder / "coal-2031.yaml").read_text(encoding="utf-8")
    assert "kind: import-ban" in before
    assert "kind: import-ban" not in after


def test_standard_input_is_read(detente, tmp_path, monkeypatch):
    text = Path(ARTICLE).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    done = detente("read", "-", "--date", "2031-02-18", "--out", str(tmp_path), "--quiet")
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "article.yaml").exists()


def test_a_notebook_shows_a_reading():
    import detente

    shown = detente.read(ARTICLE, "2031-02-18")._repr_html_()
    assert "statements" in shown
    assert "<table" in shown


def test_a_draft_runs(read_out, detente):
    _, folder = read_out
    draft = str(folder / "coal-2031.yaml")
    assert detente("run", draft, "--quiet", "--out", str(folder / "run")).status == 0
