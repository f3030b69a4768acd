"""The shipped scenario: every fact has a source, and it runs on both shipped baselines."""

import datetime
import re
from pathlib import Path

import numpy as np
import pytest

from detente.baseline.store import load
from detente.policy.compile import compile_policy
from detente.scenario.load import check_against, load_scenario, measures_of
from detente.scenario.variants import on_economy
from scenario_texts import write

DOCS = Path(__file__).resolve().parents[2] / "docs" / "scenarios.md"


@pytest.fixture(scope="module")
def may():
    return load_scenario("may-2018")


@pytest.fixture(scope="module")
def plain(may):
    """Its variants without a firm cut off."""
    return on_economy(may, ())


@pytest.fixture(scope="module", params=["wiod-2014", "icio-2017"])
def world(request):
    return load(request.param)


def test_it_is_seen_from_washington_in_mid_may(may):
    assert may.date == datetime.date(2018, 5, 15)
    assert (may.baseline, may.horizon, may.deficits) == ("wiod-2014", "long-run", "fixed")
    assert may.focus == ("USA", "CHN")


def test_every_measure_has_status_and_source_and_is_used(may):
    assert all(measure.status and measure.source for measure in may.measures)
    assert set(_cited(may.model_dump())) == {source.id for source in may.sources}
    used = {name for variant in may.variants for name in variant.measures}
    used |= {m for issue in may.talks.issues for option in issue.options for m in option.measures}
    assert used == {measure.id for measure in may.measures}


def _cited(plain):
    if isinstance(plain, dict):
        own = plain.get("source")
        yield from (own,) if isinstance(own, str) else own or ()
        for value in plain.values():
            yield from _cited(value)
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _cited(value)


def test_what_is_in_force_started_before_and_the_rest_has_not(may):
    for measure in may.measures:
        started = measure.start is not None and measure.start <= may.date
        assert (measure.status == "applied") == started


def test_the_baselines_carry_it(plain, world):
    check_against(plain, world)


def _added(world, may, variant, importer, exporter):
    """Baseline trade of the pair, and the mean tariff added to it by a variant."""
    n, i = world.country_codes.index(importer), world.country_codes.index(exporter)
    policy = compile_policy(world, measures_of(may, variant))
    flows = world.flows[world.goods, n, i]
    added = (policy.tariff_cf - world.tariff)[world.goods, n, i]
    return flows.sum(), (added * flows).sum() / flows.sum()


def test_who_raises_what(plain, world):
    for variant, us, china in [
        ("status-quo", False, True),
        ("us-tariffs", True, True),
        ("china-retaliates", True, True),
        ("all-threats", True, True),
    ]:
        assert (_added(world, plain, variant, "USA", "CHN")[1] > 0) == us
        assert (_added(world, plain, variant, "CHN", "USA")[1] > 0) == china
    for variant in ("china-offers", "alignment"):
        assert _added(world, plain, variant, "USA", "CHN")[1] == 0
    now, offer, alignment = (
        _added(world, plain, v, "CHN", "USA")[1]
        for v in ("status-quo", "china-offers", "alignment")
    )
    # what is left of the April lists may outweigh the cut on cars, but not what is taken back
    assert offer < now
    assert alignment < 0


def test_the_farm_offer_takes_back_what_april_added_and_no_more(plain, world):
    n, i = world.country_codes.index("CHN"), world.country_codes.index("USA")
    april = compile_policy(world, measures_of(plain, "status-quo")).tariff_cf[:, n, i]
    offer = [m for m in measures_of(plain, "china-offers") if m.on != ("world",)]
    after = compile_policy(world, offer).tariff_cf[:, n, i]
    before = world.tariff[:, n, i]
    farm = np.array([set(s.isic) <= {"01", "02", "03", "10", "11", "12"} for s in world.sectors])
    assert (april[farm] > before[farm]).any()
    assert after[farm] == pytest.approx(before[farm], abs=1e-12)
    assert after[~farm] == pytest.approx(april[~farm], abs=1e-12)
    assert (april[~farm] > before[~farm]).any()


def test_no_tariff_turns_into_a_subsidy(plain, world):
    for variant in plain.variants:
        assert compile_policy(world, measures_of(plain, variant.id)).tariff_cf.min() >= 0


def test_the_steps_grow(plain, world):
    us = [_added(world, plain, v, "USA", "CHN")[1] for v in ("us-tariffs", "all-threats")]
    china = [_added(world, plain, v, "CHN", "USA")[1] for v in ("status-quo", "china-retaliates")]
    assert us[0] < us[1]
    assert china[0] < china[1]


def test_third_countries_are_left_alone_but_for_cars(plain, world):
    us, china = (world.country_codes.index(code) for code in ("USA", "CHN"))
    for variant in plain.variants:
        changed = compile_policy(world, measures_of(plain, variant.id)).tariff_cf != world.tariff
        changed[:, us, china] = changed[:, china, us] = False
        if variant.id == "china-offers":
            changed[:, china, :] = False
        assert not changed.any()


def test_alignment_reaches_the_us_rates(plain, world):
    us, china = (world.country_codes.index(code) for code in ("USA", "CHN"))
    after = compile_policy(world, measures_of(plain, "alignment")).tariff_cf
    goods = world.goods
    # where the US rate is the higher one (tobacco), China keeps its own: nothing is raised
    lower = np.minimum(world.tariff[goods, us, china], world.tariff[goods, china, us])
    assert after[goods, china, us] == pytest.approx(lower, abs=1e-12)


def test_the_example_of_the_docs_runs(tmp_path):
    text = DOCS.read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(title: .*?)```", text, re.DOTALL)
    assert example
    scenario = load_scenario(write(tmp_path, example[1]))
    check_against(scenario, load(scenario.baseline))


def test_the_docs_tell_every_measure(may):
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{measure.id}`" in text for measure in may.measures)
    assert all(f"`{variant.id}`" in text for variant in may.variants)
