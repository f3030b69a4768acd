"""Priors: what a file may say, and draws with the spreads that it says."""

import math
from dataclasses import replace

import numpy as np
import pytest

from detente.baseline.elasticity_draws import disagreement, draw_elasticities
from detente.errors import InputError
from detente.model.economy import Structure
from detente.uncertainty.prior import Prior, Spread, draw, load_prior, members
from economies import random_economy

GOOD = """\
title: made up
cite: nobody
trade_elasticities:
  S0: {common: 0.3, own: 0.4}
  S1: {common: 0.5}
correlation:
  S0: {S0: 1, S1: -0.6}
  S1: {S0: -0.6, S1: 1}
"""
WORLD = random_economy(0, 3, 4)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "prior.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_shipped_prior_has_the_spread_between_sources():
    found = load_prior()
    common, own = disagreement()
    goods, services = (found.trade_elasticities[k] for k in ("goods", "services"))
    assert goods == pytest.approx((common, own), abs=1e-9)
    assert services == pytest.approx((common, 0), abs=1e-9)
    assert found.correlation == ((1, 1), (1, 1))


def test_the_shipped_prior_draws_what_other_commands_draw():
    mine = draw(load_prior(), WORLD, Structure(), 7, seed=4).elasticities
    np.testing.assert_allclose(mine, draw_elasticities(WORLD, 7, seed=4), rtol=1e-8)


def test_a_firm_moves_with_its_sector_in_every_command():
    sectors = [*WORLD.sectors[:3], replace(WORLD.sectors[3], part_of="S1")]
    c = WORLD.replace(sectors=tuple(sectors))
    mine = draw(load_prior(), c, Structure(), 5, seed=4).elasticities
    others = draw_elasticities(c, 5, seed=4)
    np.testing.assert_allclose(mine, others, rtol=1e-8)
    factor = others / c.trade_elasticity
    np.testing.assert_allclose(factor[:, 3], factor[:, 1], rtol=1e-14)


def test_draws_have_the_spreads_and_correlations_of_the_file(written):
    prior = load_prior(written(GOOD))
    drawn = draw(prior, WORLD, Structure(), 20_000, seed=1).elasticities
    logs = np.log(drawn / WORLD.trade_elasticity)
    np.testing.assert_allclose(np.exp(logs).mean(axis=0), 1, atol=0.02)
    np.testing.assert_allclose(logs.std(axis=0), [math.hypot(0.3, 0.4), 0.5, 0, 0], rtol=0.03)
    # the own term of the first is not correlated with the second: -0.6 x 0.3/0.5
    assert np.corrcoef(logs[:, 0], logs[:, 1])[0, 1] == pytest.approx(-0.36, abs=0.02)


def test_a_short_horizon_scales_all_alike():
    prior = Prior("t", "c", {"S0": Spread(0, 0)}, ((1.0,),), horizon=0.2)
    still = draw(prior, WORLD, Structure(), 5000).elasticities
    np.testing.assert_array_equal(still, np.tile(WORLD.trade_elasticity, (5000, 1)))
    logs = np.log(draw(prior, WORLD, Structure(), 5000, short=True).elasticities / still)
    assert logs[:, 0].std() == pytest.approx(0.2, rel=0.03)
    assert np.ptp(logs, axis=1).max() < 1e-12


def test_relations_are_drawn_where_an_economy_has_them():
    spreads = {"labour_mobility": 0.3, "input_elasticity": 0.5}
    prior = Prior("t", "c", {"S0": Spread(0, 0)}, ((1.0,),), structure=spreads)
    structure = Structure(labour_mobility=1.5)
    found = draw(prior, WORLD, structure, 4000).structures
    logs = np.log([(s.labour_mobility - 1) / 0.5 for s in found])
    assert logs.std() == pytest.approx(0.3, rel=0.03)
    assert np.exp(logs).mean() == pytest.approx(1, abs=0.02)
    # inputs are Cobb-Douglas there, which is not switched off by a draw
    assert {s.input_elasticity for s in found} == {1.0}


def test_scale_is_drawn_around_what_the_scenario_has():
    prior = Prior("t", "c", {"S0": Spread(0, 0)}, ((1.0,),), structure={"scale_elasticity": 0.3})
    found = draw(prior, WORLD, Structure(scale_elasticity=0.1), 4000).structures
    scale = np.array([s.scale_elasticity for s in found])
    assert scale.mean() == pytest.approx(0.1, rel=0.02)
    assert np.log(scale).std() == pytest.approx(0.3, rel=0.03)
    still = draw(prior, WORLD, Structure(), 3).structures
    assert {s.scale_elasticity for s in still} == {0.0}


def test_scale_by_sector_moves_in_all_sectors_alike():
    prior = replace(load_prior(), structure={"scale_elasticity": 0.3})
    first, other = WORLD.sector_codes[0], "others"
    given = Structure(scale_elasticity={first: 0.1, other: 0.02})
    found = [s.scale_elasticity for s in draw(prior, WORLD, given, 5).structures]
    assert len({scale[first] for scale in found}) == 5
    np.testing.assert_allclose([s[first] / s[other] for s in found], 5, rtol=1e-12)


def test_the_first_draws_are_the_same_whatever_their_number():
    few, many = (draw(load_prior(), WORLD, Structure(), n, seed=3) for n in (3, 9))
    np.testing.assert_array_equal(few.elasticities, many.elasticities[:3])
    other = draw(load_prior(), WORLD, Structure(), 3, seed=5).elasticities
    assert (other != few.elasticities).all()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("common: 0.3", "common: -0.3", 4, "not a spread"),
        ("common: 0.3", "common: wide", 4, "not a spread"),
        ("common: 0.3", "comon: 0.3", 4, "unknown name"),
        ("own: 0.4", "own: .inf", 4, "not a spread"),
        ("cite: nobody", "horizon: 0.1", 1, "say in words"),
        ("cite: nobody", "cite: x\nstructure: {labor: 1}", 3, "unknown name"),
        ("cite: nobody", "cite: x\nspread: 1", 3, "unknown name"),
        ("S1: -0.6}", "S1: -0.5}", 6, "not the same across"),
        ("{S0: 1, S1: -0.6}", "{S0: 2, S1: -0.6}", 6, "itself is 1"),
        ("{S0: 1, S1: -0.6}", "{S0: 1}", 7, "no correlation with S1"),
        ("{S0: 1, S1: -0.6}", "{S0: 1, S1: high}", 7, "not a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_line(written, old, new, line, message):
    with pytest.raises(InputError) as caught:
        load_prior(written(GOOD.replace(old, new, 1)))
    found = caught.value.problems
    assert [(p.line, message in p.message) for p in found] == [(line, True)]
    assert all(p.file.name == "prior.yaml" for p in found)


@pytest.mark.parametrize("rows", [(1, -0.9, -0.9), (1.2, 0, 0)])
def test_numbers_that_nothing_correlates_like_are_refused(written, rows):
    a, b, c = rows
    text = "title: t\ncite: c\ntrade_elasticities:\n" + "".join(
        f"  S{k}: {{common: 1}}\n" for k in range(3)
    )
    text += (
        "correlation:\n"
        f"  S0: {{S0: 1, S1: {b}, S2: {c}}}\n"
        f"  S1: {{S0: {b}, S1: {a}, S2: -0.9}}\n"
        f"  S2: {{S0: {c}, S1: -0.9, S2: 1}}\n"
    )
    with pytest.raises(InputError, match="no correlation matrix"):
        load_prior(written(text))


def test_groups_that_an_economy_lacks_or_that_share_a_sector_are_refused(written):
    with pytest.raises(InputError, match=r"prior.yaml:4: trade_elasticities.S9"):
        members(load_prior(written(GOOD.replace("S0", "S9"))), WORLD)
    with pytest.raises(InputError, match=r"prior.yaml:5: .*sector S1 is in another group too"):
        members(load_prior(written(GOOD.replace("S0", "all"))), WORLD)


def test_an_economy_may_have_no_sector_of_a_group():
    assert members(load_prior(), WORLD).tolist() == [0, 0, 0, 0]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_prior(tmp_path / "none.yaml")
