"""Draws of trade elasticities: spread as published sources are, around what a baseline has."""

import math
from statistics import fmean, stdev

import numpy as np
import pytest

from detente.baseline.elasticities import SHIPPED_TABLE, SOURCES, read_table
from detente.baseline.elasticity_draws import disagreement, draw_elasticities
from detente.errors import InputError
from economies import random_economy


def test_spreads_are_those_of_the_shipped_table():
    rows = read_table(SHIPPED_TABLE)
    goods = [d for d, (_, filled) in rows["fontagne-2022"].items() if not filled]
    logs = {(s, d): math.log(rows[s][d][0]) for s in SOURCES for d in goods if not rows[s][d][1]}
    means = {d: fmean(v for (_, e), v in logs.items() if e == d) for d in goods}
    apart = {key: value - means[key[1]] for key, value in logs.items()}
    by_source = {s: fmean(v for (t, _), v in apart.items() if t == s) for s in SOURCES}
    rest = [v - by_source[s] for (s, _), v in apart.items()]
    freedom = len(rest) - len(SOURCES) - len(goods) + 1
    assert disagreement().common == pytest.approx(stdev(by_source.values()))
    assert disagreement().own == pytest.approx(math.sqrt(sum(v * v for v in rest) / freedom))


def test_draws_have_the_spreads_and_the_baseline_as_median():
    c = random_economy(0, 3, 4)
    sectors = [*c.sectors[:3], type(c.sectors[3])("S3", "services", kind="services")]
    c = c.replace(sectors=tuple(sectors))
    logs = np.log(draw_elasticities(c, 20_000, seed=1) / c.trade_elasticity)
    common, own = disagreement()
    np.testing.assert_allclose(logs.mean(axis=0), 0, atol=0.03)
    # services move with the common term alone, which goods share
    np.testing.assert_allclose(logs[:, 3].std(), common, rtol=0.03)
    np.testing.assert_allclose(logs[:, :3].std(axis=0), math.hypot(common, own), rtol=0.03)
    np.testing.assert_allclose((logs[:, 0] - logs[:, 3]).std(), own, rtol=0.03)
    assert abs(np.corrcoef(logs[:, 0] - logs[:, 3], logs[:, 1] - logs[:, 3])[0, 1]) < 0.03


def test_a_seed_gives_the_same_draws_whatever_their_number():
    c = random_economy(0, 3, 2)
    few, many = draw_elasticities(c, 3, seed=5), draw_elasticities(c, 9, seed=5)
    np.testing.assert_array_equal(few, many[:3])
    assert (draw_elasticities(c, 3, seed=6) != few).all()
    with pytest.raises(InputError, match="no draws"):
        draw_elasticities(c, 0)
    with pytest.raises(InputError, match="not a seed"):
        draw_elasticities(c, 1, seed=-1)


def test_the_spreads_between_sources_are_as_documented():
    assert disagreement().common == pytest.approx(0.266845, abs=5e-7)
    assert disagreement().own == pytest.approx(0.716343, abs=5e-7)
