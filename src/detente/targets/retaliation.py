"""Targeted retaliation: pain, own cost, the best list, rates, and a placebo test of a list.

Every product p has a value of imports v (USD), a pain b that a tariff on it does abroad, and a cost
c that it does at home. Weights that turn trade into pain are the user's: they are a political
judgement, not an estimate. docs/retaliation.md derives the equations and tells their limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp

from detente.errors import InputError, Problem, SolveError
from detente.targets.inputs import (
    EXACT,
    Floats,
    aligned,
    felt,
    looked_up,
    number,
    product_sectors,
    product_values,
    refuse,
    some,
)

CAP_TOLERANCE = 1e-11
"""Relative excess over a cap that counts as rounding of a sum."""


@dataclass(frozen=True, eq=False)
class RetaliationList:
    """A list of products, what it does, and how far it may be from the best.

    Parameters
    ----------
    chosen
        Products on the list, in the order of the table.
    value, pain
        Sums over the list, USD and the unit of the pain given.
    cost
        Sum of own cost, or None where no cost was given.
    bound
        No list within the caps does more pain than this, to about 1e-7 of it: the solver proves it
        in floating point.
    gap
        ``(bound − pain) / bound``, 0 where the list is proven best.
    status
        ``optimal``; ``time limit`` where the search was stopped; ``rounded`` where the solver's
        list broke a cap by its tolerance and products were taken off it.
    """

    chosen: pd.Index
    value: float
    pain: float
    cost: float | None
    bound: float
    gap: float
    status: Literal["optimal", "time limit", "rounded"]


def pain(
    products: pd.DataFrame,
    sector_weights: Mapping[Any, float] | pd.Series,
    *,
    region_weights: Mapping[Any, float] | pd.Series | None = None,
    region_shares: pd.DataFrame | None = None,
) -> pd.Series:
    """Return the pain of a tariff on each product, weighted USD ``(product,)``.

    ``b_p = v_p · w_sector(p) · Σ_r ω_r λ_rp``; without regions the sum is 1. The trade at risk
    stands for the export loss, the jobs shares λ for where it is felt.

    Parameters
    ----------
    products
        Index product; columns ``value`` (imports, USD, >= 0) and ``sector``.
    sector_weights
        Weight >= 0 of each sector, at least of those that occur.
    region_weights
        Weight ω >= 0 of each region, at least of the rows of ``region_shares``.
    region_shares
        Share λ of region r in the jobs that make product p ``(region, product)``, as a fraction. A
        column may sum to less than 1: jobs elsewhere have no weight.

    Raises
    ------
    InputError
        Sectors or regions without weight, products without shares, negative or missing figures.

    References
    ----------
    Fetzer & Schwarz (2021), "Tariffs and Politics", Economic Journal 131(636), 1717-1741, weigh
    exposed places by votes.
    """
    problems: list[Problem] = []
    value = product_values(products, problems)
    weights = looked_up(
        product_sectors(products, problems), sector_weights, "sector_weights", problems
    )
    if (region_weights is None) != (region_shares is None):
        problems.append(Problem("are given together or not at all", key="region_weights/_shares"))
    exposure = np.ones(len(products))
    if region_weights is not None and region_shares is not None:
        exposure = felt(products.index, region_weights, region_shares, problems)
    refuse(problems)
    return pd.Series(value * weights * exposure, products.index, name="pain")


def own_cost(
    products: pd.DataFrame,
    import_share: pd.Series | float,
    elasticity: pd.Series | float,
    *,
    tariff: float = 0.25,
    net: bool = False,
) -> pd.Series:
    """Return what a tariff on each product costs at home, USD a year ``(product,)``.

    A product is a CES bundle of the taxed source (share m of spending) and all others, supply
    prices given. The same bundle costs ``P = [1 − m + m(1+t)^(1−σ)]^(1/(1−σ))`` times as much:

    ``c = v · (P − 1)/m  ≈  t·v·[1 − ½σ(1−m)t]``,

    the tariff on all imports less what switching saves. ``net`` takes off the revenue too, and
    leaves the deadweight loss ``c − t·v·(P/(1+t))^σ ≈ ½σ(1−m)t²v``.

    Parameters
    ----------
    products
        Index product; column ``value``, imports from the taxed source, USD.
    import_share
        Share m of the taxed source in the importer's spending on the product, home supply
        included: in (0, 1], and 0 only where nothing is imported.
    elasticity
        Elasticity of substitution σ >= 0 between sources.
    tariff
        Rate t >= 0 as a fraction.
    net
        Whether revenue counts as kept at home.

    Raises
    ------
    InputError
        Figures missing or outside their range.

    References
    ----------
    Exact price index of Dixit & Stiglitz (1977); the triangle is Harberger's (1964).
    """
    problems: list[Problem] = []
    value = product_values(products, problems)
    share = aligned(import_share, products.index, "import_share", problems, most=1.0)
    sigma = aligned(elasticity, products.index, "elasticity", problems)
    rate = number(tariff, "tariff", problems)
    refuse(problems)
    without = products.index[(share == 0) & (value > 0)]
    if len(without):
        words = f"is 0 where there are imports: {some(without)}"
        raise InputError(Problem(words, key="import_share"))
    log_price = _log_price(share, sigma, rate)
    cost = value * np.expm1(log_price) / np.where(share > 0, share, 1.0)
    if net:
        left = np.exp(sigma * (log_price - np.log1p(rate)))
        # the difference of two near equal sums may round below nothing
        cost = np.maximum(cost - rate * value * left, 0.0)
    return pd.Series(cost, products.index, name="cost")


def ranking(pain: pd.Series, cost: pd.Series) -> pd.Series:
    """Return pain per unit of own cost, greatest first ``(product,)``.

    The ratio ``b/c``: where one cap binds and no product is large, the best list is the top of this
    ranking (the greedy rule of Dantzig 1957). Pain at no cost ranks infinite, no pain zero.

    Parameters
    ----------
    pain, cost
        Figures >= 0 by product; ``cost`` may hold more products.

    Raises
    ------
    InputError
        Figures missing or negative.
    """
    problems: list[Problem] = []
    b = aligned(pain, pain.index, "pain", problems)
    c = aligned(cost, pain.index, "cost", problems)
    refuse(problems)
    ratio = pd.Series(_ratio(b, c), pain.index, name="pain_per_cost")
    return ratio.sort_values(ascending=False, kind="stable")


def choose_list(
    products: pd.DataFrame,
    pain: pd.Series,
    *,
    value_cap: float,
    cost: pd.Series | None = None,
    cost_cap: float | None = None,
    time_limit: float = 60.0,
) -> RetaliationList:
    """Choose the list that does most pain within a value and a cost.

    ``max Σ b_p x_p  s.t.  Σ v_p x_p <= V,  Σ c_p x_p <= C,  x_p ∈ {0, 1}``, by branch and bound
    (HiGHS). Products that do no pain are left off. A cap holds to `CAP_TOLERANCE`.

    Parameters
    ----------
    products
        Index product; column ``value``, USD.
    pain
        Pain b >= 0 by product, any unit.
    value_cap
        Most imports V that the list may cover, USD; finite.
    cost
        Own cost c >= 0 by product; summed over the list even where there is no cap.
    cost_cap
        Most own cost C, in the unit of ``cost``.
    time_limit
        Seconds after which the best list so far is returned, with its gap.

    Raises
    ------
    InputError
        Figures missing, infinite or negative; a cost cap without costs.
    SolveError
        The solver failed, in its words.

    References
    ----------
    A knapsack with two rows: Kellerer, Pferschy & Pisinger (2004), Knapsack Problems, ch. 9.
    """
    problems: list[Problem] = []
    value = product_values(products, problems)
    gain = aligned(pain, products.index, "pain", problems)
    rows, caps = [value], [number(value_cap, "value_cap", problems)]
    spent = None if cost is None else aligned(cost, products.index, "cost", problems)
    if cost_cap is not None:
        caps.append(number(cost_cap, "cost_cap", problems))
        if spent is None:
            problems.append(Problem("needs the costs too", key="cost_cap", value=cost_cap))
        else:
            rows.append(spent)
    if number(time_limit, "time_limit", problems) == 0:
        problems.append(Problem("must be above 0", key="time_limit", value=time_limit))
    refuse(problems)
    chosen, bound, stopped = _knapsack(gain, np.array(rows), np.array(caps), time_limit)
    total = float(gain[chosen].sum())
    bound = max(bound, total)
    gap = (bound - total) / bound if bound > 0 else 0.0
    proven = gap <= EXACT
    return RetaliationList(
        chosen=products.index[chosen],
        value=float(value[chosen].sum()),
        pain=total,
        cost=None if spent is None else float(spent[chosen].sum()),
        bound=total if proven else bound,
        gap=0.0 if proven else gap,
        status="optimal" if proven else "time limit" if stopped else "rounded",
    )


def rates(
    pain: pd.Series, cost: pd.Series, *, multiplier: float, curvature: float, cap: float
) -> pd.Series:
    """Return the best tariff on each product, a fraction in ``[0, cap]`` ``(product,)``.

    Pain grows with the rate, own cost with its square, ``κ_p = κ·c_p``:
    ``max Σ b_p τ_p − μ Σ ½ κ_p τ_p²`` gives ``τ_p = min(b_p / (μ κ_p), cap)``.

    Parameters
    ----------
    pain
        Pain b >= 0 of a product at a rate of 1.
    cost
        Scale c >= 0 of own cost; with ``σ(1−m)v`` and ``curvature=1`` own cost is the deadweight
        loss of `own_cost`.
    multiplier
        Pain μ > 0 given up to save one unit of own cost.
    curvature
        Common factor κ > 0.
    cap
        Highest rate, >= 0.

    Raises
    ------
    InputError
        Figures missing or outside their range.

    References
    ----------
    First-order condition of the problem above; see docs/retaliation.md.
    """
    problems: list[Problem] = []
    b = aligned(pain, pain.index, "pain", problems)
    c = aligned(cost, pain.index, "cost", problems)
    for key, given in (("multiplier", multiplier), ("curvature", curvature)):
        if number(given, key, problems) == 0:
            problems.append(Problem("must be above 0", key=key, value=given))
    highest = number(cap, "cap", problems)
    refuse(problems)
    wished = _ratio(b, multiplier * curvature * c)
    return pd.Series(np.minimum(wished, highest), pain.index, name="rate")


def _knapsack(
    gain: Floats, rows: Floats, caps: Floats, time_limit: float
) -> tuple[NDArray[np.bool_], float, bool]:
    """Return the best list, an upper bound, and whether time ran out.

    Figures are scaled by powers of two, which round nothing, until the solver's absolute tolerances
    (1e-6) are small beside them.
    """
    chosen = np.zeros(len(gain), dtype=bool)
    roof = caps * (1 + CAP_TOLERANCE)
    free = (gain > 0) & (rows <= roof[:, None]).all(axis=0)
    if not free.any():
        return chosen, 0.0, False
    if (rows[:, free].sum(axis=1) <= roof).all():
        return free, float(gain[free].sum()), False
    a, b = rows[:, free], gain[free]
    fit, unit = _power_of_two(caps), float(_power_of_two(np.array([b.max()]))[0])
    found = milp(
        -b * unit,
        integrality=np.ones(len(b)),
        bounds=(0, 1),
        constraints=LinearConstraint(a * fit[:, None], ub=caps * fit),  # pyright: ignore[reportArgumentType]
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )
    if found.status not in (0, 1):
        raise SolveError(f"no list was chosen: {found.message}")
    greedy = _fill(b, a, roof, np.zeros(len(b), dtype=bool))
    best = greedy if found.x is None else _fill(b, a, roof, found.x > 0.5)
    if b[best].sum() < b[greedy].sum():
        best = greedy
    bound = found.mip_dual_bound
    chosen[free] = best
    most = float(b.sum()) if bound is None or not np.isfinite(bound) else -bound / unit
    return chosen, most, found.status == 1


def _power_of_two(size: Floats) -> Floats:
    """Return powers of two that bring sizes near a million; 1 for nothing."""
    return np.exp2(20 - np.ceil(np.log2(np.where(size > 0, size, 2.0**20))))


def _fill(gain: Floats, rows: Floats, roof: Floats, first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """List what fits, densest first, a wanted list before all others.

    A list within the caps is kept whole; one that breaks them by the solver's tolerance is trimmed,
    and small products that the solver took for nothing are added.
    """
    used = np.zeros(len(roof))
    size = (rows / np.where(roof > 0, roof, 1.0)[:, None]).sum(axis=0)
    kept = np.zeros(len(gain), dtype=bool)
    for p in np.lexsort((-_ratio(gain, size), ~first)):
        if (used + rows[:, p] <= roof).all():
            kept[p] = True
            used += rows[:, p]
    return kept


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide figures >= 0: something over nothing is infinite, nothing over nothing zero."""
    out = np.where(above > 0, np.inf, 0.0)
    return np.divide(above, below, out=out, where=below > 0)


def _log_price(share: Floats, sigma: Floats, rate: float) -> Floats:
    """Return the log change of the CES price index, exact at σ = 1 and at a share of one."""
    up, a = np.log1p(rate), 1 - sigma
    inner = (share < 1) & (a != 0)
    mixed = np.log1p(np.where(inner, share, 0.0) * np.expm1(a * up))
    return np.divide(mixed, a, out=share * up, where=inner)
