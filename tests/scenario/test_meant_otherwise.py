"""Valid text that means something else than its author meant: refused or asked, with its line."""

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.scenario.load import check_against, load_scenario
from economies import random_economy

HEAD = "title: T\ndate: 2018-05-14\nbaseline: wiod-2014\nmeasures:\n"
TAIL = "variants:\n  - {id: v, title: V, measures: [a]}\n"
LINE = 5


def said(folder, measure):
    """Everything that loader and baseline say of one measure, in one text."""
    path = folder / "case.yaml"
    path.write_text(f"{HEAD}  - {{id: a, {measure}}}\n{TAIL}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check_against(load_scenario(path), load("wiod-2014"))
    assert {p.file for p in caught.value.problems} == {path}
    assert {p.line for p in caught.value.problems} == {LINE}
    return str(caught.value)


TARIFF = "kind: tariff, by: USA, on: CHN"
ASKED = {
    "per cent below 3": (f"{TARIFF}, set: 2.5", "2.5 means 250%; did you mean 0.025?"),
    "points below 3": (f"{TARIFF}, add: 1.5", "did you mean 0.015?"),
    "scale in per cent": (f"{TARIFF}, scale: 60", "did you mean 0.6?"),
    "coverage in per cent": (f"{TARIFF}, add: 0.1, coverage: 40", "did you mean 0.4, that is 40%"),
    "cost in per cent": ("kind: trade-cost, by: USA, add: 10", "did you mean 0.1?"),
    "cost factor as a fraction": (
        "kind: trade-cost, by: USA, scale: 0.1",
        "10% of the cost; did you mean 1.1",
    ),
    "cost factor in per cent": ("kind: trade-cost, by: USA, scale: 20", "did you mean 1.2"),
    "leakage in per cent": (
        "kind: export-ban, by: USA, on: CHN, coverage: 0.5, leakage: 30",
        "did you mean 0.3",
    ),
    "quota in per cent": ("kind: quota, by: USA, on: CHN, scale: 80", "did you mean 0.8"),
    "purchases in per cent": (
        "kind: purchase-commitment, by: CHN, on: USA, scale: 150",
        "did you mean 1.5?",
    ),
    "dollars in place of millions": (
        "kind: purchase-commitment, by: CHN, on: USA, add_usd: 32000000000",
        "did you mean 32000?",
    ),
    "billions": (
        "kind: purchase-commitment, by: CHN, on: USA, add_usd: 32bn",
        "in millions; write 32000",
    ),
    "octal": (f"{TARIFF}, value_usd: 010, add: 0.1", "write 10 (got 010)"),
    "thousands": (f"{TARIFF}, value_usd: 1_000, add: 0.1", "write the digits out"),
    "minutes": (f"{TARIFF}, value_usd: 12:30, add: 0.1", "a number is expected"),
    "zero width": ("kind: tariff, by: 'US\u200bA', on: CHN, add: 0.1", "nobody sees"),
    "soft hyphen": (f"{TARIFF}, sectors: 'vehi\u00adcles', add: 0.1", "U+00AD"),
    "a number as economy": ("kind: tariff, by: 840, on: CHN, add: 0.1", "write 'USA' for it"),
    "a number with a zero": ("kind: tariff, by: USA, on: 036, add: 0.1", "write 'AUS' for it"),
    "a number as sector": (
        f"{TARIFF}, sectors: [01, 29], add: 0.1",
        "put it in quotes, or write 'A01' for it (got 01)",
    ),
    "numeric code": ("kind: tariff, by: '156', on: USA, add: 0.1", "did you mean 'CHN' (China)?"),
    "two letters": ("kind: tariff, by: CN, on: USA, add: 0.1", "did you mean 'CHN' (China)?"),
    "two letters of a member": ("kind: tariff, by: USA, on: DE, add: 0.1", "inside EU27"),
    "Norway": ("kind: tariff, by: USA, on: NO, add: 0.1", "Norway (NOR) is not an economy"),
    "cars": (f"{TARIFF}, sectors: cars, add: 0.1", "did you mean 'C29' (Motor vehicles"),
    "steel": (
        f"{TARIFF}, sectors: steel, add: 0.1",
        "did you mean 'C24' (Basic metals), which makes more than steel?",
    ),
    "energy": (f"{TARIFF}, sectors: energy, add: 0.1", "products of B (Mining and quarrying), C19"),
    "industrial goods": (
        f"{TARIFF}, sectors: industrial goods, add: 0.1",
        "did you mean the group 'manufacturing'?",
    ),
    "part of a sector": (f"{TARIFF}, sectors: C10, add: 0.1", "C10 is inside C10-C12 (Food"),
    "part of services": (f"{TARIFF}, sectors: N77, add: 0.1", "N77 is inside N (Administrative"),
    "another edition": (f"{TARIFF}, sectors: D10T12, add: 0.1", "did you mean 'C10-C12' (Food"),
    "two sectors in one": (
        f"{TARIFF}, sectors: C17_18, add: 0.1",
        "C17_18 is C17 (Paper products) and C18 (Printing",
    ),
    "a class": (f"{TARIFF}, sectors: C2410, add: 0.1", "C2410 is inside C24 (Basic metals)"),
    "a floor": (f"{TARIFF}, at_least: 0.15", "write floor"),
    "a tariff quota": (
        "kind: trq, by: USA, on: CHN",
        "write kind: tariff-quota, with within, beyond",
    ),
    "a duty by weight": (f"{TARIFF}, add: 5% + 2.5 USD/kg", "duty: {usd_per_kg: 2.5}, "),
    "a list of one's own": (
        f"{TARIFF}, add: 0.1, product_list: steel.csv",
        "a list file of your own is given as products: steel.csv",
    ),
    "no coverage": (f"{TARIFF}, add: 0.1, coverage: 0", "touches nothing"),
    "nothing to ban": (
        "kind: export-tax, by: AUS, on: TUR, sectors: C26, add: 0.1, coverage: 0",
        "touches nothing",
    ),
}


@pytest.mark.parametrize("case", ASKED)
def test_asked_with_its_line(tmp_path, case):
    measure, words = ASKED[case]
    assert words in said(tmp_path, measure)


MEANT = {
    "per cent": ("set: 2.5%", "set", 0.025),
    "large on purpose": ("set: 250%", "set", 2.5),
    "many times": ("scale: 6000%", "scale", 60.0),
    "in words": ("add: 27.5 per cent", "add", 0.275),
    "a tenth": ("add: 0.1%", "add", 0.001),
    "one": ("set: 1", "set", 1.0),
    "power of ten": ("add: 1e-1", "add", 0.1),
    "a share": ("add: 0.1, coverage: 40%", "coverage", 0.4),
}


@pytest.mark.parametrize("case", MEANT)
def test_taken_as_written(tmp_path, case):
    text, key, value = MEANT[case]
    path = tmp_path / "case.yaml"
    path.write_text(f"{HEAD}  - {{id: a, {TARIFF}, {text}}}\n{TAIL}")
    assert getattr(load_scenario(path).measures[0], key) == value


@pytest.mark.parametrize("name", ["Tu\u0308rkiye", "South\u00a0Korea", "turkey"])
def test_spelt_with_other_characters(name):
    from detente.baseline.groups import resolve_countries

    world = load("wiod-2014")
    (place,) = resolve_countries(world, name)
    assert world.country_codes[place] in ("TUR", "KOR")


def test_a_measure_on_trade_that_does_not_exist(tmp_path):
    world = random_economy(4, zeros=0.5)
    absent = np.argwhere((world.flows == 0) & (world.output.T > 0)[:, None, :])
    s, n, i = next(cell for cell in absent if cell[1] != cell[2])
    path = tmp_path / "case.yaml"
    text = f"kind: tariff, by: C{n}, on: C{i}, sectors: S{s}, add: 0.1"
    path.write_text(f"{HEAD}  - {{id: a, {text}}}\n{TAIL}")
    with pytest.raises(InputError) as caught:
        check_against(load_scenario(path), world)
    (problem,) = caught.value.problems
    assert "touches nothing: there is no such trade" in problem.message
    assert (problem.line, problem.key) == (LINE, "measures[a].sectors")


def test_a_list_of_names_is_printed_once(tmp_path):
    text = said(tmp_path, f"{TARIFF}, sectors: [steel, cars, energy, xyz], add: 0.1")
    assert text.count("of `detente data show NAME`, or a group: all, goods, services") == 1
    assert text.count("allowed: as above") == 3


CONFLICTS = """\
title: T
date: 2018-05-14
baseline: wiod-2014
measures:
  - {id: all, kind: tariff, by: USA, on: EU27, sectors: goods, set: 0.15}
  - {id: cars, kind: tariff, by: USA, on: EU27, sectors: cars, set: 0.25}
  - {id: steel, kind: tariff, by: USA, on: EU27, sectors: C24, set: 0.5}
  - {id: promise, kind: investment, by: EU27, on: USA, value_usd: 600000}
variants:
  - {id: v, title: V, measures: [all, cars, steel, promise]}
"""


def test_all_that_stands_against_a_file_is_said_at_once(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(CONFLICTS)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    found = [(p.line, p.key, p.message) for p in caught.value.problems]
    assert [line for line, _, _ in found] == [6, 8, 10, 10]
    assert "C29" in found[0][2]
    assert "promises to invest" in found[1][2]
    assert {message for *_, message in found[2:]} == {
        "measures all, cars replace the same tariff (C29, USA on EU27)",
        "measures all, steel replace the same tariff (C24, USA on EU27)",
    }
