"""Leverage put together for a report: it adds up, and it is that of the model solved again."""

import dataclasses
import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import detente as dt
from detente.cli.commands import app
from detente.errors import InputError
from detente.report.sanction.facts import basis, of_leverage
from detente.report.sanction.leverage import document, sentence
from detente.sanction.carve import carve
from detente.sanction.leverage import exposure, hirschman
from detente.sanction.load import load_card
from detente.sanction.long_run import ban_of
from detente.sanction.threat import (
    CUT_OFF_PROBABILITY,
    HALF_LIFE_YEARS,
    LEAST_LOSS,
    leverage_of,
)
from economies import random_economy
from same_cells import same_cells

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "manifest.schema.json"


@pytest.fixture(scope="module")
def carved():
    return carve(dt.load("icio-2017"), load_card("zte"))


@pytest.fixture(scope="module")
def found(carved):
    return leverage_of(carved.calibration, "USA", "CHN", ["ZTE.C26"])


def test_losses_by_a_ban_are_those_of_the_model_solved_again(carved, found):
    after = dt.solve(carved.calibration, ban_of(carved.firms[0], carved, "USA"))
    c = carved.calibration
    for code, key in (("CHN", "target_loss"), ("USA", "own_loss")):
        at = c.country_codes.index(code)
        exact = -c.income[at] * after.welfare[code] / 100
        assert found.power.loc["sectors", key] == pytest.approx(exact, rel=0.1)


def test_the_rows_are_sums_of_cells(carved, found):
    table = hirschman(exposure(carved.calibration))
    for threat, pair in (("all-sales", ("USA", "CHN")), ("answer", ("CHN", "USA"))):
        cells = table.xs(pair, level=("by", "on"))
        assert found.power.loc[threat, "target_loss"] == pytest.approx(cells["target_loss"].sum())
    row = found.power.loc["sectors"]
    assert row["power"] == pytest.approx(row["target_loss"] - row["own_loss"])
    assert row["ratio"] == pytest.approx(row["target_loss"] / row["own_loss"])


def test_chokepoints_hurt_and_are_ranked(carved, found):
    at = carved.calibration.country_codes.index("CHN")
    table = found.chokepoints
    assert len(table) > 5
    assert (table["target_loss"] > LEAST_LOSS * carved.calibration.income[at]).all()
    rank = table["ratio"].fillna(np.inf).to_numpy()
    assert (np.diff(rank) <= 0).all()


def test_premium_and_erosion_are_the_formulas(found):
    share, theta = found.inputs.loc["ZTE.C26", ["share", "theta"]]
    premium = found.diversification.loc["ZTE.C26"]["premium_next"]
    assert premium.iloc[0] == pytest.approx(CUT_OFF_PROBABILITY / (theta * (1 - share)))
    worn = found.erosion.loc["ZTE.C26"]
    half = np.log(1 - share / 2) / np.log(1 - share)
    assert worn.loc[HALF_LIFE_YEARS, "leverage"] == pytest.approx(half)
    assert worn["leverage"].is_monotonic_decreasing


def test_without_sectors_it_takes_those_with_the_largest_power(carved):
    found = leverage_of(carved.calibration, "China", "USA")
    cells = hirschman(exposure(carved.calibration)).xs(("CHN", "USA"), level=("by", "on"))
    assert list(found.inputs.index) == list(cells["power"].nlargest(3).index)


@pytest.mark.parametrize(
    ("by", "on", "sectors"),
    [("USA", "USA", None), ("NAFTA", "CHN", None), ("JPN", "USA", ["ZTE.C26"])],
)
def test_what_is_no_threat_is_refused(carved, by, on, sectors):
    with pytest.raises(InputError):
        leverage_of(carved.calibration, by, on, sectors)


def test_where_there_is_no_other_supplier_no_formula_is_asked():
    """The second of two economies sells nothing of a good at home."""
    world = random_economy(3, countries=2, sectors=2)
    flows = world.flows.copy()
    flows[1, 1, 0] += flows[1, 1, 1] / (1 + world.tariff[1, 1, 0])
    flows[1, 1, 1] = 0.0
    inputs, final = world.input_share, world.final_demand
    output = flows.sum(axis=1).T
    spending = ((1 + world.tariff) * flows).sum(axis=2).T
    final = spending - np.einsum("nks,ns->nk", inputs, output)
    sole = dataclasses.replace(world, flows=flows, final_demand=final)
    found = leverage_of(sole, "C0", "C1", ["S1"])
    assert found.inputs.loc["S1", "share"] == 1
    assert found.power.loc["sectors", "target_loss"] == np.inf
    assert found.erosion.empty
    assert found.diversification.empty
    shown = document(of_leverage(found, sole), basis(sole))
    same_cells(shown)
    row = shown.to_plain()["tables"]["power"]["rows"][0]
    assert row["on_loss"] is row["ratio"] is None
    console = Console(record=True, width=120)
    shown.to_terminal(console)
    told = console.export_text()
    assert "there is no other" in told
    assert "costs Country 1 more than can be priced" in told


def test_the_command_says_what_the_function_finds(carved):
    run = CliRunner().invoke(app, ["leverage", "icio-2017", "--by", "USA", "--on", "CHN", "--json"])
    assert run.exit_code == 0, run.output
    data = json.loads(run.stdout)
    direct = leverage_of(dt.load("icio-2017"), "USA", "CHN").power
    by_key = {row["threat_id"]: row for row in data["tables"]["power"]["rows"]}
    for key in ("sectors", "all-sales"):
        assert by_key[key]["on_loss"] == direct.loc[key, "target_loss"]
        assert by_key[key]["by_loss"] == direct.loc[key, "own_loss"]
    # the other way round the target threatens: columns stay those of the economies
    assert by_key["answer"]["by_loss"] == direct.loc["answer", "target_loss"]
    assert by_key["answer"]["on_loss"] == direct.loc["answer", "own_loss"]
    for row in by_key.values():
        assert row["difference"] == pytest.approx(row["on_loss"] - row["by_loss"])
        assert row["ratio"] == pytest.approx(row["on_loss"] / row["by_loss"])
    assert data["about"]["choices"]["cut_off_probability"] == CUT_OFF_PROBABILITY
    told = CliRunner().invoke(app, ["leverage", "icio-2017", "--by", "USA", "--on", "CHN"])
    assert "Chokepoints" in told.stdout
    assert "European Union" in told.stdout


def test_the_sentence_has_the_numbers(carved, found):
    said = sentence(of_leverage(found, carved.calibration), "The ban on ZTE").text
    china, america = (found.power.loc["sectors", key] for key in ("target_loss", "own_loss"))
    both = f"costs China ${china:.0f}m and the United States ${america:.0f}m a year"
    assert f"The ban on ZTE, for good, {both}; China loses {china / america:.2f} times" in said


def test_the_command_writes_a_folder(tmp_path):
    out = tmp_path / "out"
    words = ["leverage", "icio-2017", "--by", "USA", "--on", "CHN", "--out", str(out)]
    run = CliRunner().invoke(app, words)
    assert run.exit_code == 0, run.output
    assert f"Report: {out / 'report.html'}" in run.stdout
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert set(manifest["files"]) == {p.name for p in out.iterdir()} - {"manifest.json"}
    cells = pd.read_csv(out / "chokepoints.csv")
    assert len(cells) == manifest["files"]["chokepoints.csv"]["rows"] > 8
    assert str(tmp_path) not in json.dumps(manifest)
