"""Draws of trade elasticities: as far off as published sources show, around a baseline's."""

import math
from itertools import combinations
from statistics import covariance, fmean, stdev

import numpy as np
import pytest

from detente.baseline.elasticities import SHIPPED_TABLE, SOURCES, read_table
from detente.baseline.elasticity_draws import disagreement, draw_elasticities, draw_factors
from detente.errors import InputError
from economies import random_economy


def test_spreads_are_those_of_the_shipped_table():
    rows = read_table(SHIPPED_TABLE)
    goods = [d for d, (_, filled) in rows["fontagne-2022"].items() if not filled]
    logs = {(s, d): math.log(rows[s][d][0]) for s in SOURCES for d in goods if not rows[s][d][1]}
    means = {d: fmean(v for (_, e), v in logs.items() if e == d) for d in goods}
    apart = {key: value - means[key[1]] for key, value in logs.items()}
    by_source = {s: fmean(v for (t, _), v in apart.items() if t == s) for s in SOURCES}
    assert disagreement().common == pytest.approx(stdev(by_source.values()))
    above = {s: {d: logs["fontagne-2022", d] - logs[s, d] for d in goods if (s, d) in logs}
             for s in SOURCES if s != "fontagne-2022"}  # fmt: skip
    shared = []
    for a, b in combinations(above.values(), 2):
        both = [d for d in goods if d in a and d in b]
        shared.append(covariance([a[d] for d in both], [b[d] for d in both]))
    assert disagreement().own == pytest.approx(math.sqrt(fmean(shared)))


def test_the_own_spread_is_the_error_of_the_default_source_whatever_others_err(tmp_path):
    rng, path = np.random.default_rng(3), tmp_path / "table.csv"
    divisions = [f"{n}" for n in range(4000)]
    truth = rng.normal(1.5, 0.5, len(divisions))
    errors = dict(zip(SOURCES, (0.3, 0.9, 0.1, 0.6, 1.2, 0.5, 0.2), strict=True))
    rows = ["source,isic,trade_elasticity,filled"]
    for source, error in errors.items():
        found = np.exp(truth + error * rng.normal(size=len(truth)))
        rows += [f"{source},{d},{v!r}," for d, v in zip(divisions, found.tolist(), strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert disagreement(path).own == pytest.approx(0.3, abs=0.03)


def test_draws_have_the_spreads_and_the_baseline_as_mean():
    c = random_economy(0, 3, 4)
    sectors = [*c.sectors[:3], type(c.sectors[3])("S3", "services", kind="services")]
    c = c.replace(sectors=tuple(sectors))
    logs = np.log(draw_elasticities(c, 20_000, seed=1) / c.trade_elasticity)
    common, own = disagreement()
    np.testing.assert_allclose(np.exp(logs).mean(axis=0), 1, atol=0.02)
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


def test_one_factor_moves_all_alike_and_has_mean_one_by_itself():
    c = random_economy(0, 3, 4)
    found = draw_factors(c, 20_000, seed=2)
    assert found.common.mean() == pytest.approx(1, abs=0.01)
    assert (found.all / found.common[:, None]).mean(axis=0) == pytest.approx(np.ones(4), abs=0.02)


def test_the_spreads_between_sources_are_as_documented():
    assert disagreement().common == pytest.approx(0.266845, abs=5e-7)
    assert disagreement().own == pytest.approx(0.438272, abs=5e-7)
