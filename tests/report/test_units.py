"""Names of columns in the unit of the economy."""

import pandas as pd
import pytest

from detente.report.units import ending, in_unit


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


def test_a_run_of_an_economy_in_its_own_currency(detente_in_euro):
    files = detente_in_euro
    for name in ("countries.csv", "sectors.csv", "flows.csv", "manifest.json"):
        text = (files / name).read_text(encoding="utf-8")
        assert "musd" not in text
        assert "_bneur" in text
    assert "USD" not in (files / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def detente_in_euro(tmp_path):
    from dataclasses import replace

    from detente.report.describe import write
    from detente.simulate import run_scenario
    from economies import random_economy
    from scenario_texts import GOOD

    world = random_economy(3, 4, 3)
    world = world.replace(card=replace(world.card, unit="billion EUR"))
    path = tmp_path / "case.yaml"
    path.write_text(GOOD)
    write(run_scenario(path, baseline=world), tmp_path / "out")
    return tmp_path / "out"
