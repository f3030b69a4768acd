"""A scenario that is right: what is read, which measures are in force, and its hash."""

import datetime
import subprocess
import sys
import time

import pytest

from detente.errors import InputError
from detente.policy.instruments import TradeCost
from detente.policy.tariffs import Tariff
from detente.scenario.load import (
    load_scenario,
    measures_of,
    scenario_hash,
    shipped_scenarios,
)
from detente.scenario.schema import Scenario
from scenario_texts import GOOD, spoil, write


@pytest.fixture
def good(tmp_path):
    return load_scenario(write(tmp_path, GOOD))


def test_what_is_read(good, tmp_path):
    assert (good.title, good.baseline) == ("Cars and corn", "random")
    assert good.date == datetime.date(2018, 5, 14)
    assert (good.horizon, good.deficits, good.elasticities) == ("long-run", "fixed", None)
    assert good.focus == ("C0", "C1")
    assert [variant.id for variant in good.variants] == ["one-strikes", "two-strikes-back"]
    cars, corn, queues = good.measures
    assert (cars.by, cars.on, cars.sectors, cars.add) == (("C0",), ("C1",), ("S0",), 0.25)
    assert cars.source == ("notice",)
    assert corn.sectors == ("S1", "S2")
    assert queues.on == ("world",)
    assert good.path == tmp_path / "case.yaml"
    assert good.origin.lines["measures", 1, "set"] == 27


def test_instruments_of_a_variant(good):
    cars = Tariff(by=("C0",), on=("C1",), sectors=("S0",), add=0.25, id="cars")
    corn = Tariff(by=("C1",), on=("C0",), sectors=("S1", "S2"), set=0.3, id="corn")
    assert measures_of(good, "one-strikes") == (cars,)
    assert measures_of(good, "two-strikes-back") == (cars, corn)


def test_a_trade_cost(tmp_path):
    scenario = load_scenario(write(tmp_path, spoil("measures: [corn]", "measures: [queues]")))
    queues = TradeCost(by=("C1",), on=("world",), sectors=("goods",), add=0.05, id="queues")
    assert queues in measures_of(scenario, "two-strikes-back")


def test_includes_reach_through_and_count_once(tmp_path):
    text = GOOD + (
        "  - {id: third, title: Third, includes: [two-strikes-back, one-strikes],\n"
        "     measures: [cars, queues]}\n"
        "  - {id: nothing, title: Nothing changes}\n"
    )
    scenario = load_scenario(write(tmp_path, text))
    assert [m.id for m in measures_of(scenario, "third")] == ["cars", "corn", "queues"]
    assert measures_of(scenario, "nothing") == ()


def test_an_unknown_variant(good):
    with pytest.raises(InputError, match=r"no such variant; did you mean 'one-strikes'"):
        measures_of(good, "one-strike")


def test_frozen(good):
    with pytest.raises(ValueError, match="frozen"):
        good.title = "Another"


SAME = {
    "a remark": GOOD.replace("focus:", "# remark\nfocus:"),
    "another order of keys": GOOD.replace(
        "    by: C0\n    on: C1\n", "    on: C1\n    by: C0\n"
    ).replace("baseline: random\n", "")
    + "baseline: random\n",
    "a default written out": GOOD.replace("focus:", "deficits: fixed\nfocus:"),
    "one name as a list": GOOD.replace("sectors: S0", "sectors: [S0]"),
    "another spelling of a number": GOOD.replace("0.25", "2.5e-1"),
    "another layout": GOOD.replace("{id: two, country: C1}", "id: two\n    country: C1"),
    "quotes": GOOD.replace("by: C0", "by: 'C0'"),
    "line ends of Windows": GOOD.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + GOOD,
}
DIFFERENT = {
    "rate": GOOD.replace("0.25", "0.26"),
    "who": GOOD.replace("by: C0", "by: C2"),
    "date": GOOD.replace("2018-05-14", "2018-05-15"),
    "title": GOOD.replace("Cars and corn", "Corn and cars"),
    "variant": GOOD.replace("measures: [corn]", "measures: [queues]"),
    "deficits": GOOD.replace("focus:", "deficits: removed\nfocus:"),
    "note": GOOD.replace("    set: 0.3\n", "    set: 0.3\n    note: really\n"),
}


@pytest.mark.parametrize("change", SAME)
def test_hash_stays(good, tmp_path, change):
    assert SAME[change] != GOOD
    changed = load_scenario(write(tmp_path, SAME[change]))
    assert scenario_hash(changed) == scenario_hash(good)


def test_hash_changes_with_every_value(good, tmp_path):
    hashes = [scenario_hash(load_scenario(write(tmp_path, text))) for text in DIFFERENT.values()]
    assert len({scenario_hash(good), *hashes}) == 1 + len(DIFFERENT)


def test_built_in_python(good):
    plain = good.model_dump(mode="json", exclude_none=True)
    again = Scenario.model_validate(plain)
    assert again.path is None
    assert scenario_hash(again) == scenario_hash(good)
    plain["variants"][0]["measures"] = ["carts"]
    with pytest.raises(InputError, match=r"variants\[one-strikes\].*did you mean 'cars'"):
        Scenario.model_validate(plain)


def test_loading_needs_neither_jax_nor_pandas():
    code = (
        "import sys; from detente.scenario.load import load_scenario, measures_of;"
        "s = load_scenario('may-2018'); [measures_of(s, v.id) for v in s.variants];"
        "print(sorted({'jax', 'pandas', 'xarray', 'pyarrow', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_ones_load_quickly(name):
    load_scenario(name)
    best = min(_seconds(name) for _ in range(5))
    assert best < 0.5  # 0.1 s or less on a quiet core


def _seconds(name):
    start = time.perf_counter()
    load_scenario(name)
    return time.perf_counter() - start
