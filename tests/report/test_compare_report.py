"""What is shown of one variant against another: sentences, cells, files."""

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from rich.console import Console
from talks_cases import study_of

import detente as dt
from detente.attribution import Need
from detente.report.compare import document, wording
from detente.report.compare.facts import facts_of
from detente.report.describe import describe, write
from detente.report.run.data import tables
from detente.uncertainty.draws import ENOUGH
from same_cells import same_cells

ROOT = Path(__file__).parents[2]
SITUATIONS = Path(
    os.environ.get("DETENTE_SITUATIONS", ROOT / ".." / "shared" / "cases" / "situations")
)
MEASURES = [
    {"id": "us-list", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.25},
    {"id": "cn-list", "kind": "tariff", "by": "CHN", "on": "USA", "set": 0.4},
    {"id": "buys", "kind": "purchase-commitment", "by": "CHN", "on": "USA", "scale": 1.6,
     "sectors": ["C26", "A01"], "start": "2018-08-01"},
]  # fmt: skip
VARIANTS = [
    {"id": "deal", "title": "The deal", "measures": ["us-list", "buys"]},
    {"id": "no-deal", "title": "No deal", "measures": ["us-list", "cn-list"]},
    {"id": "war", "title": "War", "measures": ["us-list"]},
]


@pytest.fixture(scope="module")
def case(case_with):
    pair = ["deal", "no-deal"]
    return case_with(measures=MEASURES, variants=VARIANTS, headline="deal", compare=pair)


@pytest.fixture(scope="module")
def run(case, world):
    return dt.run_scenario(case, baseline=world, draws=ENOUGH)


@pytest.fixture(scope="module")
def found(run):
    return facts_of(run.comparison, ("A", "B"))


def test_a_run_holds_the_comparison_with_its_own_letters(run):
    document = describe(run)
    same_cells(document)
    sections = {s.key: s for s in document.sections}
    assert sections["against"].title == "“The deal” against “No deal”"
    assert sections["in-short"].blocks[0].text.startswith("“The deal” ")
    assert document.chooser.chosen == "deal"
    heads = {c.title: c.short for c in document.tables()["compared"].columns}
    assert (heads["The deal"], heads["No deal"]) == ("A", "B")


def test_which_variant_is_shown_where_the_file_names_none(case_with, world):
    plain = case_with(measures=MEASURES, variants=VARIANTS)
    named = plain.model_copy(update={"headline": "war"})
    result, other = (dt.run_scenario(one, baseline=world, draws=ENOUGH) for one in (plain, named))
    document = describe(result)
    assert document.chooser.chosen == "war"
    assert any("Shown first: “War”, the last variant" in note for note in document.notes)
    assert not any("Shown first" in note for note in describe(other).notes)
    assert "against" not in {s.key for s in document.sections}


def test_cells_are_numbers_of_the_two_equilibria(run):
    table = describe(run).tables()["compared"]
    rows = {row["economy"].text: row for row in table.rows}
    a, b = (run.variants[name].countries.loc["CHN"] for name in ("deal", "no-deal"))
    row = rows["China"]
    ratio = (1 + a["real_income_pct"] / 100) / (1 + b["real_income_pct"] / 100) - 1
    assert row["difference"] == pytest.approx(100 * ratio, rel=1e-9)
    assert row["worth"] == pytest.approx(a["real_income_musd"] - b["real_income_musd"])
    exports = [x["exports_musd"] + x["exports_change_musd"] for x in (a, b)]
    assert row["exports_pct"] == pytest.approx(100 * (exports[0] / exports[1] - 1))


def test_causes_add_up_to_the_difference_that_is_shown(run):
    shown = describe(run).tables()
    whole = next(r for r in shown["compared"].rows if r["economy"].text == "China")["worth"]
    parts = shown["causes"].rows
    assert sum(row["made_CHN"] for row in parts) == pytest.approx(whole, rel=1e-9)
    assert [row["id"] for row in parts] == ["-cn-list", "buys"]
    assert parts[0]["measure"] == "The end of China's tariff of 40% on goods from the United States"
    limit = run.variants["deal"].limits.loc["buys"]
    assert parts[1]["needs"] == pytest.approx(-limit["wedge_pct"] / 100)


def with_shares(found, *shares, effect=-0.4, worth=-8000.0, needs=()):
    """The same facts with other shares of China's change, and of parts named one, two, …."""
    rows = {"real_income_pct": effect, "real_income_musd": worth}
    names = ("China's promise to buy pork", "the United States' tariff", "the rest")
    parts = tuple(
        replace(found.parts[0], id=name, name=name, by="CHN" if k == 0 else "USA",
                rows={"CHN": {"share": share, "made_musd": share * worth}},
                need=needs[k] if k < len(needs) else None)
        for k, (name, share) in enumerate(zip(names, shares, strict=False))
    )  # fmt: skip
    focus = ("CHN",)
    return replace(found, countries={"CHN": rows}, parts=parts, focus=focus)


def test_the_measure_that_makes_most_is_named_with_what_it_needs(found):
    promise = Need(ceiling=False, rate=0.452, worth=3100.0)
    assert wording.causes(with_shares(found, 0.784, 0.216, needs=(promise,))) == [
        "$0.78 of every dollar of China's loss is its own promise to buy pork, which would need a "
        "45% subsidy ($3.1bn a year)."
    ]
    quota = Need(ceiling=True, rate=0.12, worth=450.0)
    assert wording.causes(with_shares(found, 0.1, 0.9, effect=0.4, worth=8000.0,
                                      needs=(None, quota))) == [
        "$0.90 of every dollar of China's gain is the United States' tariff, whose licences add "
        "12% to the price and earn $450m a year."
    ]  # fmt: skip
    slack = Need(ceiling=False, rate=0.0, worth=0.0)
    assert wording.causes(with_shares(found, 0.784, 0.216, needs=(slack,))) == [
        "$0.78 of every dollar of China's loss is its own promise to buy pork."
    ]


def test_a_measure_that_makes_more_than_all(found):
    assert wording.causes(with_shares(found, 1.25, -0.25)) == [
        "More than the whole of China's loss is its own promise to buy pork: $10bn a year, of "
        "which the other measures give back $2bn."
    ]
    assert (
        "of which the other measures cost $2bn"
        in (wording.causes(with_shares(found, 1.25, -0.25, effect=0.4, worth=8000.0))[0])
    )


def test_no_measure_makes_half(found):
    assert wording.causes(with_shares(found, 0.3, 0.45, 0.25)) == [
        "No measure makes half of China's loss: 45% is the United States' tariff, 30% its own "
        "promise to buy pork."
    ]


def test_one_measure_or_none_or_no_answer(found):
    assert wording.causes(with_shares(found, 1.0)) == [
        "One measure tells them apart: China's promise to buy pork."
    ]
    assert wording.causes(with_shares(found)) == []
    assert wording.causes(with_shares(found, 0.8, 0.2, effect=0.0001)) == []
    lost = replace(with_shares(found), no_cause="no equilibrium with buys alone")
    assert wording.causes(lost) == [
        "What each measure makes of it cannot be told: no equilibrium with buys alone."
    ]


def test_another_currency_is_no_dollar(found):
    unit = replace(found.unit, label=found.unit.label.replace("USD", "EUR"))
    said = wording.causes(replace(with_shares(found, 0.784, 0.216), unit=unit))
    assert said == ["78% of China's loss is its own promise to buy pork."]


def test_verbs_for_both_sides(found):
    assert "brings China 0.4% of real income ($8bn a year)." in wording.effect(
        with_shares(found, 1.0, effect=0.4, worth=8000.0)
    )
    assert wording.effect(with_shares(found, effect=0.0)) == (
        "compared with “No deal”, “The deal” changes nothing measurable for China."
    )


def test_how_shares_were_found(found):
    assert "all 4 combinations were solved" in wording.how(found)
    assert "mean of two orders" in wording.how(replace(found, exact=False))


def test_two_solutions_alone_are_described(run, world):
    comparison = dt.compare(*(run.variants[name] for name in ("deal", "war")))
    document = describe(comparison)
    same_cells(document)
    assert document.title == "“a” against “b”"
    largest = comparison.welfare.abs().sort_values().index[-1]
    name = next(c.name for c in world.countries if c.code == largest)
    assert name in document.sentences()[0]


def test_along_dates(case, world, tmp_path):
    path = dt.run_path(case, baseline=world)
    document = describe(path)
    same_cells(document)
    rows = document.tables()["compared-dates"].rows
    assert [str(row["date"]) for row in rows] == ["2018-05-15", "2018-07-31", "2018-08-01"]
    assert rows[-1]["difference_CHN"] == pytest.approx(path.comparison.end.welfare["CHN"])
    assert "On 1 August 2018, compared with “No deal”" in " ".join(document.sentences())
    same_cells(describe(path.comparison))
    write(path, tmp_path / "out")


def test_packages():
    study = study_of("plain")
    comparison = dt.compare("one", "predicted", of=study)
    document = describe(comparison)
    same_cells(document)
    rows = document.tables()["compared-packages"].rows
    assert rows[-1]["makes_one"] == pytest.approx(comparison.difference[0])
    total = sum(row["makes_two"] for row in rows[:-1])
    assert total == pytest.approx(comparison.difference[1], abs=1e-12)
    points = dt.compare("predicted", "strikes", of=study)
    assert "against “Both strike”" in describe(points).title
    same_cells(describe(points))


def test_files(run, tmp_path):
    write(run, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    schema = json.loads((ROOT / "docs" / "manifest.schema.json").read_text())
    jsonschema.validate(manifest, schema)
    for name in (
        "compared",
        "causes",
        "compared-countries",
        "compared-by-sector",
        "compared-pairs",
    ):
        entry, frame = manifest["files"][f"{name}.parquet"], None
        frame = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        for column in frame:
            about = entry["columns"][column]
            numeric = pd.api.types.is_numeric_dtype(frame[column])
            assert ("unit" in about) == numeric, (name, column)
    pairs = pd.read_parquet(tmp_path / "out" / "compared-pairs.parquet")
    assert len(pairs) == 30
    columns = manifest["files"]["compared-countries.parquet"]["columns"]
    assert columns["real_income_pct"]["unit"] == "per cent of the second"
    assert columns["reallocation_pct"]["unit"] == "points"
    assert tables(run)["countries"]["variant"].nunique() == 3


@pytest.mark.skipif(not SITUATIONS.is_dir(), reason="needs the folder of situations")
def test_the_energy_promise_is_the_cause_of_what_the_deal_costs_europe():
    result = dt.run_scenario(
        SITUATIONS / "us-eu-2025.yaml", compare=("deal-energy", "july"),
        variants=["deal-energy", "july"], draws=ENOUGH,
    )  # fmt: skip
    said = describe(result).sentences()
    assert (
        "$0.83 of every dollar of the European Union's loss is its own promise to buy mining and "
        "petroleum from the United States, which would need a 28% subsidy ($27bn a year)."
    ) in said
    # the subsidy is the wedge that holds purchases at what is promised
    limit = result.variants["deal-energy"].limits.loc["eu-energy"]
    assert limit["wedge_pct"] == pytest.approx(-27.705, abs=1e-3)
    # and the share that of all four changes, each of 16 combinations solved
    share = result.comparison.cause.table.loc[("eu-energy", "EU27"), "share"]
    assert share == pytest.approx(0.830924, abs=1e-5)


def test_a_comparison_fits_a_screen(run):
    console = Console(file=io.StringIO(), width=100)
    describe(run).to_terminal(console, full=False)
    assert len(console.file.getvalue().splitlines()) + 3 <= 40  # files are told in three


def test_parts_of_many_measures_are_folded(run, monkeypatch):
    def held(key):
        (section,) = [one for one in describe(run).sections if one.key == key]
        return "causes" in [getattr(block, "key", "") for block in section.blocks]

    assert (held("against"), held("against-tables")) == (True, False)
    monkeypatch.setattr(document, "FEW", 1)
    assert (held("against"), held("against-tables")) == (False, True)
