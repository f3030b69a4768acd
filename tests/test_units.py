"""Names of columns in the unit of the economy."""

from dataclasses import replace

import pandas as pd
import pytest

from detente import notebook
from detente.units import common, ending, in_unit
from economies import random_economy


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        ("million USD", "musd"),
        ("billion EUR", "bneur"),
        ("thousand GBP", "kgbp"),
        ("JPY", "jpy"),
        ("baskets of wheat", "value"),
    ],
)
def test_endings(unit, word):
    assert ending(unit) == word


def test_names_at_every_depth():
    data = {"a_musd": 1, "b": [{"c_change_musd": 2, "stated_musd": 3}], "d_pct": "x_musd"}
    assert in_unit(data, "billion EUR") == {
        "a_bneur": 1,
        "b": [{"c_change_bneur": 2, "stated_musd": 3}],
        "d_pct": "x_musd",
    }
    assert in_unit(data, "million USD") is data
    frame = pd.DataFrame({"a_musd": [1.0], "b_pct": [2.0]})
    assert list(in_unit(frame, "million EUR").columns) == ["a_meur", "b_pct"]
    assert list(common(in_unit(frame, "million EUR"), "million EUR").columns) == ["a_musd", "b_pct"]
    assert common("cut_bneur", "billion EUR") == "cut_musd"


def test_a_run_of_an_economy_in_its_own_currency(detente_in_euro):
    files = detente_in_euro
    for name in ("countries.csv", "sectors.csv", "flows.csv", "manifest.json"):
        text = (files / name).read_text(encoding="utf-8")
        assert "musd" not in text
        assert "_bneur" in text
    assert "USD" not in (files / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def detente_in_euro(tmp_path):
    from detente.report.describe import write
    from detente.simulate import run_scenario
    from scenario_texts import GOOD

    world = random_economy(3, 4, 3)
    world = world.replace(card=replace(world.card, unit="billion EUR"))
    path = tmp_path / "case.yaml"
    path.write_text(GOOD)
    write(run_scenario(path, baseline=world), tmp_path / "out")
    return tmp_path / "out"


# every table that a person gets, by the name that the test shows


def _solved_tables(world, struck):
    import detente as dt
    from detente.incidence import terms_of_trade

    quota = dt.Quota("C2", on="C1", sectors="S0", scale=0.9, id="quota")
    solution = dt.solve(world, [struck, quota])
    paid = dt.who_pays(solution, "C0", "C1")
    against = dt.compare(solution, dt.solve(world, [struck]))
    yield "countries", solution.countries
    yield "sectors", solution.sectors
    yield "bilateral", solution.bilateral
    yield "limits", solution.limits
    yield "one flow", solution.bilateral_sectors("C0", "C1")
    yield "diversion", solution.diversion("C0", "C1")
    yield "paid", paid.sectors
    yield "paid in all", paid.total.to_frame().T
    yield "terms of trade", terms_of_trade(solution)
    yield "value added", dt.value_added_trade(solution)
    for name in ("countries", "sectors", "bilateral"):
        yield f"compared {name}", getattr(against, name)
    for one in (solution, against):
        yield from ((name, data.frame) for name, data in notebook._tables(one).items())


def _made_tables(world, struck):
    import detente as dt
    from detente.attribution import attribute
    from detente.solver.options import Options
    from detente.targets.goals import Revenue
    from detente.targets.levers import Lever
    from detente.targets.reach import reach

    shares = {"struck": 1.0}
    yield "causes", attribute(world, {"struck": struck}, shares, {}, Options()).table
    goal = Revenue("C0", add=0.02 * float(world.income[0]))
    found = reach(world, goal, Lever("tariff", "C0", on="C1", sectors="all"))
    yield "target", pd.DataFrame(columns=[found.column])
    yield "frontier", found.frontier
    war = dt.nash(world, ["C0", "C1"])
    assert war.summary().startswith("Between Country 0 and Country 1: ")
    deal = dt.cooperate(war.game)
    yield "rates of a war", war.rates
    yield "players of a war", war.players
    for one in (world, found, war, deal):
        yield from ((name, data.frame) for name, data in notebook._tables(one).items())


@pytest.mark.parametrize("tables", [_solved_tables, _made_tables])
def test_every_table_of_an_own_economy_is_in_its_unit(tables):
    import detente as dt

    world = random_economy(3, 3, 2)
    world = world.replace(card=replace(world.card, unit="billion EUR"))
    found = list(tables(world, dt.Tariff("C0", on="C1", sectors="all", add=0.2)))
    names = {(table, str(name)) for table, frame in found for name in frame.columns}
    assert {one for one in names if "usd" in one[1].lower() and one[1] != "stated_musd"} == set()
    assert len({one for one in names if one[1].endswith("_bneur")}) > 15
