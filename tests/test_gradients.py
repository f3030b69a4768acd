"""Labelled derivatives against central differences of what solutions say."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import detente as dt
from detente.gradients import BY, OUTCOMES
from detente.policy.compile import compile_policy
from detente.results import Solution
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy, random_policy

SETTINGS = Settings(tolerance=1e-14)
LEVELS = {"tariff-revenue": "tariff_revenue", "exports": "exports", "imports": "imports"}
LOGS = {"real-income": "real_income_pct", "real-wage": "real_wage_pct"}


def solve(c, policy, structure=None):
    options = Options(settings=SETTINGS, structure=structure or dt.Structure())
    return Solution(solve_equilibrium(c, policy, options))


def moved(policy, by, change):
    if by == "tariff":
        return replace(policy, tariff_cf=policy.tariff_cf + change)
    return replace(policy, iceberg_hat=policy.iceberg_hat * np.exp(change))


def outcome(solution, name, country):
    row = solution.countries.loc[country]
    if name in LOGS:
        return np.log1p(row[LOGS[name]] / 100)
    return row[f"{LEVELS[name]}_musd"] + row[f"{LEVELS[name]}_change_musd"]


def direction(c, seed):
    """Draw a direction: foreign trade alone."""
    foreign = ~np.eye(len(c.countries), dtype=bool)
    return np.random.default_rng(seed).normal(size=c.flows.shape) * foreign


def labelled(c, values):
    codes = list(c.country_codes)
    coords = {"sector": list(c.sector_codes), "importer": codes, "exporter": codes}
    return xr.DataArray(values, coords=coords, dims=list(coords))


@pytest.fixture(scope="module")
def economy():
    return random_economy(5, 4, 3, zeros=0.2)


@pytest.fixture(scope="module")
def solution(economy):
    return solve(economy, random_policy(economy, 5))


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("name", OUTCOMES)
def test_a_gradient_is_what_central_differences_say(economy, solution, name, by):
    change, h = direction(economy, 1), 1e-4
    ends = [
        outcome(solve(economy, moved(solution.equilibrium.policy, by, s * h * change)), name, "C2")
        for s in (1, -1)
    ]
    found = dt.gradient(solution, "C2", outcome=name, by=by)
    along = float((found * labelled(economy, change)).sum())
    assert along == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6)


def test_a_gradient_is_labelled(economy, solution):
    found = dt.gradient(solution, ["C2", "Country 0"])
    assert found.dims == ("country", "sector", "importer", "exporter")
    assert list(found.country.values) == ["C2", "C0"]
    one = dt.income_gradient(economy, "C0", solution.equilibrium.policy)
    cell = found.sel(country="C0", sector="S1", importer="C1", exporter="C3")
    assert float(cell) == pytest.approx(one.tariff[1, 1, 3], rel=1e-7)
    assert found.attrs["units"] == "1"
    assert "log of real income" in found.attrs["long_name"]
    assert dt.gradient(solution, "C2", outcome="exports").attrs["units"] == "million USD"
    # nobody pays a tariff on own sales, but these may cost more to deliver
    assert np.isnan(found.sel(importer="C1", exporter="C1")).all()
    assert not np.isnan(found.sel(importer="C1", exporter="C2")).any()
    assert not np.isnan(dt.gradient(solution, "C0", by="trade-cost")).any()


def test_a_gradient_of_an_economy_is_that_of_its_baseline(economy):
    found = dt.gradient(economy, "C1")
    one = dt.income_gradient(economy, "C1").tariff
    foreign = ~np.isnan(found.values)
    assert np.allclose(found.values[foreign], one[foreign], rtol=1e-8, atol=1e-12)


CASES = {
    "structure": ("tariff", dt.Structure(market="fixed-entry", labour_mobility=2.0), []),
    "lines": ("tariff", None, [dt.Tariff("C0", on="C1", sectors="S1", add=0.3, coverage=0.4),
                               dt.ExportTax("C1", on="C0", add=0.2)]),
    "quota": ("trade-cost", None, [dt.Quota("C0", on="C1", sectors="S1", scale=0.7)]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_hessian_product_is_what_central_differences_of_gradients_say(case):
    (by, structure, measures), c = CASES[case], random_economy(11, 3, 2)
    policy, along, h = compile_policy(c, measures), labelled(c, direction(c, 3)), 1e-4
    there = (moved(policy, by, step * along.values) for step in (h, -h))
    ends = [dt.gradient(solve(c, one, structure), "C0", by=by) for one in there]
    slope = (ends[0] - ends[1]) / (2 * h)
    found = dt.hessian_product(solve(c, policy, structure), "C0", along, by=by)
    scale = float(abs(slope).max())
    assert scale > 1e-4
    assert float(abs(found - slope).max()) < 1e-6 * scale


def test_a_hessian_is_symmetric_and_tells_a_path_to_second_order(economy, solution):
    one, two = (labelled(economy, 0.01 * direction(economy, seed)) for seed in (1, 2))
    first, second = (dt.hessian_product(solution, "C2", v) for v in (one, two))
    assert float((first * two).sum()) == pytest.approx(float((second * one).sum()), rel=1e-8)
    there = solve(economy, moved(solution.equilibrium.policy, "tariff", one.values))
    before, after = (outcome(s, "real-income", "C2") for s in (solution, there))
    linear = float((dt.gradient(solution, "C2") * one).sum())
    curved = linear + float((first * one).sum()) / 2
    assert abs(after - before - curved) < 0.05 * abs(after - before - linear)


def test_a_direction_is_read_by_its_labels(economy, solution):
    along = labelled(economy, direction(economy, 4))
    shuffled = along.transpose("exporter", "sector", "importer").isel(exporter=[2, 0, 3, 1])
    own = shuffled.where(shuffled.exporter != shuffled.importer)
    found = [dt.hessian_product(solution, "C1", v) for v in (along, own)]
    xr.testing.assert_allclose(*found, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("C9",), "of"),
        (([],), "of"),
        (("C1", {"outcome": "happiness"}), "outcome"),
        (("C1", {"by": "quota"}), "by"),
    ],
)
def test_what_is_unknown_is_refused(solution, arguments, key):
    of, options = (*arguments, {})[:2]
    with pytest.raises(dt.InputError) as caught:
        dt.gradient(solution, of, **options)
    assert caught.value.problems[0].key == key


def test_a_wrong_direction_is_refused(economy, solution):
    good = labelled(economy, direction(economy, 1))
    own = good.copy()
    own.loc[{"importer": "C1", "exporter": "C1"}] = 1.0
    wrong = [good.values, good.isel(sector=0), good.isel(sector=[0, 1]), own, good / 0.0]
    for one in wrong:
        with pytest.raises(dt.InputError) as caught:
            dt.hessian_product(solution, "C1", one)
        assert caught.value.problems[0].key == "direction"
    with pytest.raises(dt.InputError):
        dt.hessian_product("no-such-world", "C1", good)
