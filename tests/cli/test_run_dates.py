"""`detente run --at` and `--path`: what they print, write and refuse."""

import json
from pathlib import Path

import pandas as pd
import pytest

from detente.paths import run_path
from detente.simulate import run_scenario
from folders import held

PATH_FILES = {
    "report.html", "manifest.json", *(f"{name}.{kind}" for name in
    ("path", "countries", "sectors", "pairs", "measures") for kind in ("csv", "parquet")),
}  # fmt: skip


def test_at_a_date(detente, case):
    done = detente("run", case, "--at", "2018-07-06")
    assert done.status == 0, done.err
    folder = Path("detente-out/case-2018-07-06")
    assert "in force on 2018-07-06" in done.out
    assert "as if what is in force on 2018-07-06 stayed for good" in " ".join(done.out.split())
    about = json.loads((folder / "manifest.json").read_text())
    assert about["scenario"]["at"] == "2018-07-06"
    assert about["solver"]["variants"]["one-strikes"]["in_force"] == {"cars": 1.0}
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Only what is in force on 2018-07-06 counts" in report
    assert "counted in full on 2018-07-06" in report
    found = pd.read_csv(folder / "countries.csv").set_index(["variant", "country"])
    alone = run_scenario("case.yaml", at="2018-07-06").variants["one-strikes"]
    real = found.loc["one-strikes"]["real_income_pct"]
    assert real.to_numpy() == pytest.approx(alone.welfare.to_numpy(), abs=1e-9)


def test_a_path_prints_a_row_a_date_and_writes_all(detente, case, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    done = detente("run", case, "--path", "--full")
    assert done.status == 0, done.err
    folder = Path("detente-out/case-path")
    assert set(held(folder)) == PATH_FILES | {"inputs/case.yaml"}
    for words in ("2018-07-05", "2018-07-06", "2019-07-07", "cars ends", "not a transition"):
        assert words in done.out
    rows = pd.read_csv(folder / "path.csv")
    result = run_path("case.yaml")
    assert len(rows) == sum(len(points) for points in result.points.values())
    assert list(rows["date"][:3]) == ["2018-07-05", "2018-07-06", "2019-07-07"]
    first = rows.set_index(["variant", "date"]).loc[("one-strikes", "2018-07-06")]
    assert first["in_force"] == "cars=1"
    welfare = result.welfare.loc[("one-strikes", "2018-07-06")]
    assert first["C0_real_income_pct"] == pytest.approx(welfare["C0"], abs=1e-9)


def test_every_file_of_a_path_says_its_columns_and_is_the_same_again(detente, case):
    detente("run", case, "--path", "--quiet")
    folder = Path("detente-out/case-path")
    about = json.loads((folder / "manifest.json").read_text())
    for name, entry in about["files"].items():
        if not name.endswith(".parquet"):
            continue
        frame = pd.read_parquet(folder / name)
        assert list(frame) == list(entry["columns"])
        assert len(frame) == entry["rows"]
        for column, meaning in entry["columns"].items():
            assert meaning["meaning"]
            assert ("unit" in meaning) == pd.api.types.is_numeric_dtype(frame[column]), column
    before = held(folder)
    detente("run", case, "--path", "--quiet")
    assert held(folder) == before


def test_json_of_a_path(detente, case):
    found = json.loads(detente("run", case, "--path", "--every", "year", "--json").out)
    dates = found["variants"]["one-strikes"]["dates"]
    assert list(dates) == ["2018-07-05", "2018-07-06", "2019-01-01", "2019-07-07"]
    assert dates["2019-01-01"]["in_force"] == {"cars": 1.0}
    assert dates["2019-01-01"]["status"] == "converged"
    assert dates["2019-01-01"]["real_income_pct"] == dates["2018-07-06"]["real_income_pct"]
    assert {p.name for p in Path().iterdir()} == {"case.yaml"}


@pytest.mark.parametrize(("words", "said"), [
    (("--at", "2018-02-30"), "--at: not a date of the calendar (got '2018-02-30'; allowed: YYYY"),
    (("--at", "tomorrow"), "--at: not a date of the calendar"),
    (("--at", ""), "--at: no value is given"),
    (("--at", "2018-07-06", "--path"), "a date or the whole path, not both"),
    (("--every", "month"), "--every: only with --path"),
    (("--path", "--every", "week"), "allowed: month, quarter, year"),
])  # fmt: skip
def test_refused_in_one_message(detente, case, words, said):
    done = detente("run", case, *words)
    assert done.status == 2
    assert said in done.err
    assert "1 problem; nothing was written" in done.err
    assert {p.name for p in Path().iterdir()} == {"case.yaml"}


def test_a_path_without_economies_in_focus(detente, case):
    case.write_text(case.read_text().replace("focus: [C0, C1]\n", ""))
    done = detente("run", case, "--path")
    assert done.status == 0, done.err
    assert "2018-07-06" in done.out
    rows = pd.read_csv("detente-out/case-path/path.csv")
    assert list(rows) == ["variant", "title", "date", "in_force", "changes"]


def test_a_date_without_equilibrium_writes_nothing(detente, case):
    text = case.read_text().replace("    set: 0.3\n", "    set: 0.3\n    start: 2019-01-01\n")
    more = (
        "  - {id: all-of-it, kind: transfer, by: C0, on: C1, value_usd: 1000, year: 2000, "
        "start: 2020-01-01}\n"
    )
    text = text.replace("variants:", more + "variants:").replace("[corn]", "[corn, all-of-it]")
    case.write_text(text)
    done = detente("run", case, "--path")
    assert done.status == 2
    assert "no equilibrium found on random: variant two-strikes-back on 2020-01-01" in done.err
    assert {p.name for p in Path().iterdir()} == {"case.yaml"}


def test_a_quota_follows_another_along_a_path(detente, case):
    more = """\
  - {id: quota, kind: quota, by: C0, on: C1, sectors: S1, scale: 0.8, end: 2018-12-31}
  - id: tighter
    kind: quota
    by: C0
    on: C1
    sectors: S1
    scale: 0.5
    start: 2019-01-01
    phase_in: [{date: 2019-01-01, share: 0.7}, {date: 2019-07-01, share: 1}]
"""
    text = case.read_text().replace("variants:", more + "variants:")
    case.write_text(text.replace("[corn]", "[quota, tighter]"))
    refused = detente("run", case)
    assert refused.status == 2
    assert "limit the same trade; their dates do not overlap" in refused.err
    done = detente("run", case, "--path")
    assert done.status == 0, done.err
    points = run_path("case.yaml").points["two-strikes-back"]
    found = {
        str(day): (s.limits["bound_musd"] / s.limits["before_musd"]).tolist()
        for day, s in points.items()
    }
    assert found["2018-07-06"] == pytest.approx([0.8])
    assert found["2019-01-01"] == pytest.approx([0.65])
    assert found["2019-07-01"] == pytest.approx([0.5])
