"""The command on talks: what it prints and writes, what it keeps, how it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

import detente as dt
from detente.talks.valuation import Valuer

TALKS = """
talks:
  horizons: [long-run]
  parties:
    - party: one
    - party: two
  issues:
    - id: tariff
      title: Tariff of A
      options:
        - {id: kept, measures: [cars]}
        - {id: gone}
    - id: island
      title: An island
      by: two
      options:
        - {id: as-is}
        - id: given
          title: given to A
          values: {one: {low: 0.5, central: 1, high: 2}, two: {low: -2, central: -1, high: -0.1}}
    - id: fish
      options:
        - {id: as-is}
        - {id: shared, values: {one: -0.5, two: {low: 0.6, central: 1, high: 3}}}
  positions:
    - {party: one, kind: demand, choices: {island: given}}
    - {party: two, kind: demand, choices: {fish: shared}}
  no_deal:
    - {id: now, title: Nothing changes, kind: impasse}
    - {id: war, title: A tariff war, kind: breakdown, war: true}
"""
FILES = {"report.html", "packages.csv", "packages.parquet", "no_deals.csv", "no_deals.parquet",
         "concessions.csv", "concessions.parquet", "draws.csv", "draws.parquet", "importance.csv",
         "importance.parquet", "manifest.json"}  # fmt: skip


@pytest.fixture
def table(case, monkeypatch, tmp_path):
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path / "cache"))
    case.write_text(case.read_text() + TALKS)
    return case


def test_talks_are_said_and_written(table, detente):
    done = detente("talks", table, "--draws", 40, "--model-draws", 2, "--out", "t")
    assert done.status == 0, done.err
    assert {path.name for path in Path("t").iterdir()} == FILES
    said = " ".join(done.out.split())
    assert "The predicted package (in " in said
    assert "Without a deal" in said
    manifest = json.loads(Path("t/manifest.json").read_text())
    kept = pd.read_csv("t/packages.csv")
    best = manifest["predictions"]["while-talks-last"]["nash"]
    row = kept.loc[(kept[list(best["choices"])] == pd.Series(best["choices"])).all(axis=1)]
    assert row["gain_one"].item() == pytest.approx(best["gain"]["one"])
    product = kept.loc[kept["passing"], "gain_one"] ** (1) * kept.loc[kept["passing"], "gain_two"]
    assert product.idxmax() == row.index[0]
    for name, entry in manifest["files"].items():
        assert entry["bytes"] == (Path("t") / name).stat().st_size


def test_python_and_command_say_the_same(table, detente):
    done = detente("talks", table, "--draws", 0, "--json")
    assert done.status == 0, done.err
    said = json.loads(done.out)
    found = dt.talks(str(table))
    again = dt.talks(str(table))  # the name is the package's by now
    for study in (found, again):
        assert study.predicted is not None
        choices = study.packages.choices(study.predicted)
        assert said["predictions"]["while-talks-last"]["nash"]["choices"] == choices
    assert "uncertainty" not in said


def test_what_is_fixed_stays(table, detente):
    done = detente("talks", table, "--draws", 0, "--json", "--what-if", "fish=as-is",
                   "--what-if", "island=given")  # fmt: skip
    found = json.loads(done.out)["what_if"]["predictions"]["nash"]
    assert found is None or (found["choices"]["fish"], found["choices"]["island"]) == (
        "as-is", "given")  # fmt: skip


def test_solved_values_are_kept(table, detente, monkeypatch):
    first = detente("talks", table, "--draws", 0, "--json")
    monkeypatch.setattr(Valuer, "_solve", lambda *_: pytest.fail("solved again"))
    again = detente("talks", table, "--draws", 0, "--json")
    assert again.status == 0, again.err
    assert json.loads(again.out) == json.loads(first.out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--what-if", "fish"), "--what-if: not an issue and an option"),
        (("--what-if", "fish=as-is", "--what-if", "fish=shared"), "is fixed twice"),
        (("--what-if", "fich=as-is"), "did you mean 'fish'"),
        (("--what-if", "fish=sharde"), "did you mean 'shared'"),
        (("--no-deal", "wra"), "did you mean 'war'"),
        (("--solution", "nsah"), "did you mean 'nash'"),
        (("--draws", "-1"), "out of bounds"),
        (("--horizon", "decade"), "unknown horizon"),
    ],
)
def test_wrong_options_are_refused(table, detente, options, said):
    done = detente("talks", table, *options)
    assert done.status == 2
    assert said in " ".join(done.err.split())
    assert not Path("detente-out").exists()


def test_a_scenario_without_talks_is_refused(case, detente):
    done = detente("talks", case)
    assert done.status == 2
    assert "the scenario has no talks" in done.err
    assert not Path("detente-out").exists()


def test_no_equilibrium_at_a_no_deal_point_is_reported(table, detente, monkeypatch):
    def fail(self, one):
        raise dt.SolveError("cycling")

    monkeypatch.setattr(Valuer, "war", fail)
    done = detente("talks", table, "--draws", 0)
    assert done.status == 2
    assert "the no-deal point war does not solve: cycling" in " ".join(done.err.split())
    assert not Path("detente-out").exists()


def test_more_packages_than_can_be_listed(table, detente):
    text = Path(table).read_text()
    more = "".join(
        f"    - {{id: more-{n}, options: [{{id: as-is}}, "
        f"{{id: a, values: {{one: {n - 6}, two: {7 - n}}}}}, {{id: b, values: {{one: 1}}}}]}}\n"
        for n in range(13)
    )
    assert text.count("  issues:\n") == 1
    Path("many.yaml").write_text(text.replace("  issues:\n", "  issues:\n" + more))
    done = detente("talks", "many.yaml", "--out", "t", "--draws", 0)
    assert done.status == 0, done.err
    assert "the Nash solution picks" in done.out
    assert "There are too many packages to list" in done.out
    manifest = json.loads(Path("t/manifest.json").read_text())
    assert manifest["packages"] > 1_000_000
    best = manifest["predictions"]["while-talks-last"]["nash"]
    assert best["proved"]
    kept = pd.read_csv("t/predictions.csv").set_index(["no_deal", "solution"])
    row = kept.loc["while-talks-last", "nash"]
    assert row["gain_one"] == pytest.approx(best["gain"]["one"])
    assert {name: row[name] for name in best["choices"]} == best["choices"]
    assert set(manifest["columns"]) == set(pd.read_csv("t/predictions.csv").columns)
    page = Path("t/report.html").read_text()
    assert "the Nash solution picks" in page
    fixed = detente("talks", "many.yaml", "--json", "--what-if", "more-0=a")
    assert (
        json.loads(fixed.out)["predictions"]["while-talks-last"]["nash"]["choices"]["more-0"] == "a"
    )


def test_everything_wrong_with_the_options_is_said_at_once(table, detente):
    done = detente("talks", table, "--draws", -4, "--what-if", "fish=nope", "--no-deal", "wr",
                   "--out", "t")  # fmt: skip
    assert done.status == 2
    for said in (
        "--draws: out of bounds",
        "--what-if: no such option of fish",
        "--no-deal: no such no-deal point",
        "3 problems; nothing was written",
    ):
        assert said in done.err
    assert not Path("t").exists()
