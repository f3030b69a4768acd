"""The command on talks: what it prints and writes, what it keeps, how it refuses."""

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

import detente as dt
from detente.talks.valuation import Valuer
from same_cells import without_terms

SCHEMA = Path(__file__).parents[2] / "docs" / "manifest.schema.json"
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
TABLES = ("positions", "no-deal", "solutions", "predictions", "packages", "draws", "all-draws",
          "chances", "plane", "concessions-1", "figures", "importance", "best-packages",
          "without-values")  # fmt: skip


@pytest.fixture
def table(case, monkeypatch, tmp_path):
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path / "cache"))
    case.write_text(case.read_text() + TALKS)
    return case


def test_talks_are_said_and_written(table, detente):
    done = detente("talks", table, "--draws", 40, "--model-draws", 2, "--out", "t")
    assert done.status == 0, done.err
    files = {path.name for path in Path("t").iterdir()}
    assert {"report.html", "manifest.json"} < files
    assert {f"{name}.{end}" for name in TABLES for end in ("csv", "parquet")} <= files
    said = " ".join(done.out.split())
    assert "Both sides would sign a deal, most likely this: " in said
    assert "The deal, and what each part of it brings" in said
    assert "Without a deal" not in said  # for --full, and for the page
    manifest = json.loads(Path("t/manifest.json").read_text())
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))
    assert manifest["kind"] == "talks"
    assert manifest["choices"]["draws"] == 40
    kept = pd.read_csv("t/packages.csv")
    assert len(pd.read_csv("t/all-draws.csv")) == 40
    best = nash(pd.read_csv("t/predictions.csv").to_dict("records"))
    issues = ["issue_tariff", "issue_island", "issue_fish"]
    row = kept.loc[(kept[issues] == pd.Series(best)[issues]).all(axis=1)]
    assert row["gain_one"].item() == pytest.approx(best["gain_one"])
    product = kept.loc[kept["passing"], "gain_one"] * kept.loc[kept["passing"], "gain_two"]
    assert product.idxmax() == row.index[0]
    for name, entry in manifest["files"].items():
        assert entry["bytes"] == (Path("t") / name).stat().st_size


def test_red_lines_that_clash_are_an_answer_and_no_error(table, detente):
    lines = (("one", "as-is"), ("two", "shared"))
    told = "".join(f"    - {{party: {who}, choices: {{fish: {what}}}}}\n" for who, what in lines)
    table.write_text(f"{table.read_text()}  red_lines:\n{told}")
    asked = ("talks", table, "--draws", 40, "--model-draws", 2, "--what-if", "island=given",
             "--compare", "predicted", "war", "--out", "t")  # fmt: skip
    done = detente(*asked)
    assert done.status == 0, done.err
    said = " ".join(done.out.split())
    assert "No deal is possible: Country 0 will not sign “fish: as-is” and" in said
    assert "“No deal, as predicted” is worth" in said
    rows = pd.read_csv("t/clash.csv")
    assert rows["lines"].tolist() == [
        "one: fish=as-is", "two: fish=shared", "one: fish=as-is; two: fish=shared",
    ]  # fmt: skip
    drawn = pd.read_csv("t/all-draws.csv")
    assert (drawn["package"] == -1).all()
    # the tariff that the deal would end is worth what each economy drawn says
    assert drawn.groupby("economy")["free_gain_one"].first().nunique() == 2
    jsonschema.validate(json.loads(Path("t/manifest.json").read_text()),
                        json.loads(SCHEMA.read_text()))  # fmt: skip
    for name in Path("t").glob("*.csv"):
        assert len(pd.read_csv(name)), name


def test_what_is_fixed_is_answered_at_once(table, detente):
    said = " ".join(detente("talks", table, "--draws", 0, "--what-if", "island=given").out.split())
    assert "What if: " in said
    assert "The deal that follows: " in said or "No deal is possible: " in said
    assert "What if" not in detente("talks", table, "--draws", 0).out


def test_full_prints_what_a_page_folds_away(table, detente):
    done = detente("talks", table, "--draws", 0, "--full", "--out", "t")
    assert done.status == 0, done.err
    assert "Where they stand, issue by issue" in done.out
    assert "Without a deal, change from the baseline year" in " ".join(done.out.split())


def nash(rows, no_deal="while-talks-last"):
    """Return the prediction of the Nash solution over a no-deal point."""
    (found,) = [r for r in rows if (r["no_deal"], r["solution"]) == (no_deal, "nash")]
    return found


def chosen(row):
    """Return the options of a prediction by issue."""
    return {k.removeprefix("issue_"): v for k, v in row.items() if k.startswith("issue_")}


def test_python_and_command_say_the_same(table, detente):
    done = detente("talks", table, "--draws", 0, "--json")
    assert done.status == 0, done.err
    said = json.loads(done.out)
    found = dt.talks(str(table))
    again = dt.talks(str(table))  # the name is the package's by now
    for study in (found, again):
        assert study.predicted is not None
        choices = study.packages.choices(study.predicted)
        assert chosen(nash(said["tables"]["predictions"]["rows"])) == choices
    assert "draws" not in said["tables"]


def test_what_is_fixed_stays(table, detente):
    done = detente("talks", table, "--draws", 0, "--json", "--what-if", "fish=as-is",
                   "--what-if", "island=given")  # fmt: skip
    found = chosen(nash(json.loads(done.out)["tables"]["predictions"]["rows"], ""))
    assert found["fish"] in (None, "as-is")
    assert (found["fish"] is None) == (found["island"] is None)
    assert found["island"] in (None, "given")


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
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))
    assert f"Of {3**13 * 8:,} packages the Nash solution picks" in manifest["sentences"][0]
    kept = nash(pd.read_csv("t/predictions.csv").to_dict("records"))
    assert kept["proved"]
    assert kept["gain_one"] * kept["gain_two"] > 0
    page = Path("t/report.html").read_text()
    assert "the Nash solution picks" in without_terms(page)
    fixed = detente("talks", "many.yaml", "--json", "--what-if", "more-0=a")
    assert chosen(nash(json.loads(fixed.out)["tables"]["predictions"]["rows"]))["more-0"] == "a"


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
