"""Other models: each is the one asked for with one thing changed, and none is left out unsaid."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from typer.testing import CliRunner

import detente as dt
from detente.baseline.table_writing import write_folder
from detente.cli.commands import app
from detente.errors import InputError
from detente.model.horizons import HORIZONS
from detente.report.describe import describe
from detente.report.run.across import sentences
from detente.scenario.load import load_scenario
from detente.uncertainty import across as module
from detente.uncertainty.across import Across, Model, Other, others
from detente.uncertainty.prior import Prior, Spread
from economies import random_economy
from scenario_texts import GOOD

WORLD = random_economy(3, 4, 3)
MEASURES = (
    dt.Tariff("C0", on="C1", sectors="S0", add=0.25),
    dt.Tariff("C1", on="C0", sectors=["S1", "S2"], set=0.3),
)
PRIOR = Prior("made up", "nobody", {"all": Spread(0.3, 0.4)}, ((1.0,),))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("across") / "case.yaml"
    path.write_text(GOOD)
    return load_scenario(path)


@pytest.fixture(scope="module")
def run(case):
    return dt.run_scenario(
        case, baseline=WORLD, draws=20, prior=PRIOR, across="deficits,structure,horizon"
    )


def change(solution):
    return solution.countries["real_income_pct"].to_dict()


def test_every_other_model_is_there_once(run):
    found = [Other(m.by, m.name) for m in run.across.models[1:]] + list(run.across.not_run)
    assert sorted(found) == sorted([
        ("deficits", "own-share"), ("deficits", "own-income"), ("deficits", "own-spending"),
        ("deficits", "removed"), ("structure", "free-entry"), ("structure", "fixed-entry"),
        ("horizon", "month"), ("horizon", "year"), ("horizon", "two-years"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("model", "solve"),
    [
        (("", ""), lambda: dt.solve(WORLD, *MEASURES)),
        (("deficits", "own-income"), lambda: dt.solve(WORLD, *MEASURES, deficits="own-income")),
        (("deficits", "removed"), lambda: dt.solve(WORLD, *MEASURES, deficits="removed")),
        (("structure", "fixed-entry"),
         lambda: dt.solve(WORLD, *MEASURES, structure=dt.Structure("fixed-entry"))),
        (("horizon", "year"),
         lambda: dt.solve(WORLD.replace(trade_elasticity=WORLD.trade_elasticity * 0.38), *MEASURES,
                          structure=HORIZONS["year"].structure)),
    ],
)  # fmt: skip
def test_a_model_is_the_measures_solved_in_it_alone(run, model, solve):
    (found,) = (m for m in run.across.models if (m.by, m.name) == model)
    assert found.real_income == pytest.approx(change(solve()), abs=1e-7)


def test_intervals_of_a_model_are_of_its_own_draws(case, run):
    alone = dt.run_scenario(case, baseline=WORLD, horizon="year", draws=20, prior=PRIOR)
    ends = alone.interval("two-strikes-back")
    (found,) = (m for m in run.across.models if m.name == "year")
    assert found.ends["C1"] == (ends.low[1], ends.high[1])
    own = run.interval("two-strikes-back")
    assert run.across.models[0].ends["C1"] == (own.low[1], own.high[1])
    assert found.ends["C1"] != run.across.models[0].ends["C1"]


def test_another_baseline_and_why_one_cannot_carry_the_scenario(case, tmp_path, monkeypatch):
    for name, seed in (("here", 3), ("there", 5)):
        write_folder(random_economy(seed, 4, 3), tmp_path / name)
    write_folder(random_economy(1, 2, 1), tmp_path / "small")  # has no S1
    names = [str(tmp_path / name) for name in ("here", "there", "small")]
    monkeypatch.setattr(module, "available", lambda: [SimpleNamespace(name=n) for n in names])
    at_home = case.model_copy(update={"baseline": names[0]})
    run = dt.run_scenario(at_home, draws=0, across=["baseline"])
    _, there = run.across.models
    assert there.real_income == pytest.approx(
        change(dt.solve(random_economy(5, 4, 3), *MEASURES)), abs=1e-7
    )
    assert not there.ends
    ((other, why),) = run.across.not_run.items()
    assert other == Other("baseline", names[2])
    assert "S1" in why or "S2" in why
    (shown,) = (s for s in describe(run).sections if s.key == "models")
    assert why in shown.blocks[1].text
    assert [column.key for column in shown.blocks[-1].columns][-1] == "real_income"


def test_the_scenario_s_own_choices_are_no_other_models(case):
    own = case.model_copy(update={"deficits": "removed", "horizon": "year"})
    found = others(("deficits", "horizon"), own)
    assert Other("deficits", "fixed") in found
    assert Other("horizon", "long-run") in found
    assert not {Other("deficits", "removed"), Other("horizon", "year")} & set(found)


def model(by, name, value, low, high):
    return Model(by, name, {"A": value}, {"A": (low, high)})


def test_a_sentence_says_whether_the_sign_is_the_same_in_all():
    first = model("", "", -0.2, -0.3, -0.1)
    other = model("horizon", "month", -0.1, -0.3, 0.1)
    turned = model("deficits", "removed", 0.5, 0.4, 0.6)
    names = {"A": "China"}
    assert list(sentences(Across("v", (first, replace(other, ends={})), {}), names)) == [
        "China loses in all of them, between 0.1% and 0.2%."
    ]
    assert list(sentences(Across("v", (first, other), {}), names)) == [
        "China loses in all of them, between 0.1% and 0.2%, though runs differ in sign with "
        "horizon “month”."
    ]
    assert list(sentences(Across("v", (first, other, turned), {}), names)) == [
        "China loses 0.2% as asked for; its sign turns with trade imbalances “removed” "
        "(gains 0.5%)."
    ]


def test_page_and_table_have_every_model(run):
    (shown,) = (s for s in describe(run).sections if s.key == "models")
    rows = shown.blocks[-1].rows
    assert len(rows) == 2 * len(run.across.models)
    frame = run.across.table()
    assert len(frame) == 4 * len(run.across.models)
    year = frame[(frame["model"] == "year") & (frame["country"] == "C0")].iloc[0]
    (row,) = (r for r in rows if r["model"] == "year" and r["code"] == "C0")
    assert (row["low"], row["real_income"], row["high"]) == (
        year["real_income_low_pct"], year["real_income_pct"], year["real_income_high_pct"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"across": "deficit"}, "across"),
        ({"across": "horizon", "horizon": "year"}, "horizon"),
        ({"across": "baseline", "baseline": WORLD}, "baseline"),
    ],
)
def test_what_cannot_be_gone_over_is_refused(case, asked, key):
    with pytest.raises(InputError) as caught:
        dt.run_scenario(case, **({"draws": 0} | asked))
    assert [p.key for p in caught.value.problems] == [key]


def test_files_have_the_same_bytes_however_many_are_solved_at_once(case, tmp_path, monkeypatch):
    write_folder(WORLD, tmp_path / "world")
    path, found = tmp_path / "case.yaml", []
    path.write_text(GOOD)
    for count in (1, 2):
        monkeypatch.setattr("detente.uncertainty.draws.cores", lambda count=count: count)
        out = tmp_path / str(count)
        words = ["run", str(path), "--baseline", str(tmp_path / "world"), "--draws", "50"]
        told = CliRunner().invoke(app, [*words, "--out", str(out), "--quiet"])
        assert told.exit_code == 0, told.output
        found.append(json.loads((out / "manifest.json").read_text())["files"])
    assert len(found[0]) > 5
    assert found[0] == found[1]


def test_the_command_goes_over_other_models_and_tells_them_in_its_files(tmp_path):
    write_folder(WORLD, tmp_path / "world")
    path, out = tmp_path / "case.yaml", tmp_path / "out"
    path.write_text(GOOD)
    words = ["run", str(path), "--baseline", str(tmp_path / "world"), "--draws", "0"]
    told = CliRunner().invoke(app, [*words, "--across", "deficits", "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert "in 5 models, each by itself" in " ".join(told.output.split())
    frame = pd.read_csv(next(out.rglob("models.csv")))
    assert list(frame["model"].dropna().unique()) == [
        "own-share", "own-income", "own-spending", "removed"
    ]  # fmt: skip
    choices = json.loads((out / "manifest.json").read_text())["choices"]
    assert [m["name"] for m in choices["across"]["models"]][-1] == "removed"
    wrong = CliRunner().invoke(app, [*words, "--across", "horizons,baseline"])
    assert [p.key for p in wrong.exception.problems] == ["--across", "--baseline"]
