"""Tariff quotas: the rate at which what is bought fits the quota, between the two of the law.

For each quota the rate is t₁ where less than the quota comes at it, t₂ where more comes at that,
and otherwise the one at which exactly the quota comes (`detente.policy.tariffs.TariffQuota`).
Each is found by the method of Illinois with the others held, in turn until all hold together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.document.numbers import SYMBOLS, Unit, money_unit
from detente.errors import SolveError
from detente.policy.arrays import Policy, TariffQuotaOnTrade

Array = NDArray[np.float64]
Solved = Any
"""An equilibrium, which stands above this file and is made by the function that is given to it."""
Solve = Callable[[Policy, Solved], Solved]
TOLERANCE = 1e-10
"""Of the trade under a quota that binds, relative to the quota."""
_SIZES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_MOST_STEPS, _MOST_ROUNDS, _MOST_PASSES = 80, 60, 60


class Met(NamedTuple):
    """What becomes of a tariff quota: its regime, trade under it, and the rate above the lower one.

    ``regime`` is ``"inside"``, ``"binding"`` or ``"beyond"``; ``rents`` what licences earn in the
    baseline's unit at the numeraire.
    """

    label: str
    regime: str
    trade: float
    bound: float
    points: float
    rents: float


def meet_tariff_quotas(policy: Policy, solve: Solve) -> Solved:
    """Solve a policy with tariff quotas, at the rates that they come to.

    Parameters
    ----------
    policy
        With the rates within its quotas.
    solve
        Solves a policy without quotas, from an equilibrium near by or from the start.

    Raises
    ------
    SolveError
        No rates were found at which all quotas hold.
    """
    quotas = policy.quotas
    points = np.zeros(len(quotas))
    found = _at(policy, points, solve, None)
    for _ in range(_MOST_ROUNDS):
        if not found.converged:
            return found
        for k in range(len(quotas)):
            points, found = _one(policy, points, k, solve, found)
        if len(quotas) == 1 or all(
            abs(_off(found, policy, quotas[k], points[k])) < 10 * TOLERANCE
            for k in range(len(quotas))
        ):
            return _told(policy, found, points)
    names = ", ".join(quota.label for quota in quotas)
    raise SolveError(f"no rates found at which the tariff quotas {names} hold together")


def _one(policy: Policy, points: Array, k: int, solve: Solve, near: Solved) -> tuple[Array, Solved]:
    """Find the rate of one quota with the others held."""
    quota = policy.quotas[k]

    def at(value: float, near: Solved) -> tuple[Array, Solved, float]:
        moved = points.copy()
        moved[k] = value
        found = _at(policy, moved, solve, near)
        return moved, found, _beyond(found, quota)

    low = at(0.0, near)
    if low[2] <= 0:
        return low[:2]
    high = at(quota.gap, low[1])
    if high[2] >= 0:
        return high[:2]
    a, fa, b, fb = 0.0, low[2], quota.gap, high[2]
    last = high
    for _ in range(_MOST_STEPS):
        middle = (a * fb - b * fa) / (fb - fa)
        last = at(middle, last[1])
        if abs(last[2]) < TOLERANCE:
            break
        if last[2] * fb < 0:
            a, fa = b, fb
        else:
            fa /= 2  # Illinois: the end that stays counts half
        b, fb = middle, last[2]
    return last[:2]


def _beyond(found: Solved, quota: TariffQuotaOnTrade) -> float:
    """Return the log of trade over the quota; minus infinity where bans leave none."""
    trade = trade_under(found, quota)
    return float(np.log(trade / quota.bound)) if trade > 0 else -np.inf


def _off(found: Solved, policy: Policy, quota: TariffQuotaOnTrade, points: float) -> float:
    """How far a quota is from one of its three regimes, in logs of trade."""
    beyond = _beyond(found, quota)
    if points <= 0:
        return max(0.0, beyond)
    return min(0.0, beyond) if points >= quota.gap else beyond


def _at(policy: Policy, points: Array, solve: Solve, near: Solved) -> Solved:
    """Solve at some points above the rates within; exporters get their share of the rents."""
    raised = _raised(policy, points)
    shares = np.zeros_like(raised.tariff_cf)
    if not any(q.rent_share > 0 and p > 0 for q, p in zip(policy.quotas, points, strict=True)):
        return solve(raised, near)
    found = solve(replace(raised, rent_share=_own_share(policy, shares)), near)
    for _ in range(_MOST_PASSES):
        new = _handed(found, policy, points)
        if np.abs(new - shares).max() < 1e-12:
            break
        shares = new
        found = solve(replace(raised, rent_share=_own_share(policy, shares)), found)
    return found


def _own_share(policy: Policy, shares: Array) -> Array:
    return shares if policy.rent_share is None else np.minimum(1.0, policy.rent_share + shares)


def _handed(found: Solved, policy: Policy, points: Array) -> Array:
    """Share of each cell's tariff revenue that licences of exporters take."""
    flows = np.asarray(found.outcome.flows_cf)
    revenue = found.tariff_paid * flows
    handed = np.zeros_like(flows)
    for quota, value in zip(policy.quotas, points, strict=True):
        if value <= 0:
            continue
        inside = min(1.0, quota.bound / trade_under(found, quota))
        handed += quota.rent_share * value * inside * flows * _fraction(found, quota)[0]
    return np.clip(np.divide(handed, revenue, out=np.zeros_like(flows), where=revenue > 0), 0, 1)


def _raised(policy: Policy, points: Array) -> Policy:
    """Put points on the tariffs of lines under quotas."""
    tariff = policy.tariff_cf.copy()
    lines = policy.lines
    gap = None if lines is None else lines.tariff_gap.copy()
    with_lines = np.zeros(tariff.size, dtype=bool)
    if lines is not None:
        with_lines[lines.cell] = True
    for quota, value in zip(policy.quotas, points, strict=True):
        whole = quota.cells.ravel() & ~with_lines
        tariff.ravel()[whole] += value
        if lines is None or gap is None:
            continue
        more = value * lines.on(quota.label)
        mean = lines.mean(more, tariff.size)
        tariff += mean.reshape(tariff.shape)
        gap += more - mean[lines.cell]
    held = None if lines is None else replace(lines, tariff_gap=gap)
    return replace(policy, tariff_cf=tariff, lines=held, quotas=())


def _fraction(found: Solved, quota: TariffQuotaOnTrade) -> tuple[Array, Array]:
    """Share of each cell's fob value that is under a quota, and that over 1 + export tax."""
    policy: Policy = found.policy
    c: Calibration = found.calibration
    tax = np.zeros_like(c.flows) if policy.export_tax is None else policy.export_tax
    share = quota.cells.astype(np.float64)
    received = share / (1 + tax)
    lines = policy.lines
    if lines is None:
        return share, received
    on = policy.rates_on_lines(c.tariff)
    theta = np.broadcast_to(c.trade_elasticity[:, None, None], c.flows.shape).ravel()[lines.cell]
    factor = on.iceberg_hat * (1 + on.export_tax) * (1 + on.tariff_cf) / (1 + on.tariff)
    spent = lines.share * (1 + on.tariff) * on.supply_share
    fob = spent * factor**-theta / (1 + on.tariff_cf)
    size, cells = c.flows.size, np.unique(lines.cell)
    under = fob * lines.on(quota.label)
    total = np.bincount(lines.cell, fob, size)[cells]
    for array, values in ((share, under), (received, under / (1 + on.export_tax))):
        sums = np.bincount(lines.cell, values, size)[cells]
        array.ravel()[cells] = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    return share, received


def trade_under(found: Solved, quota: TariffQuotaOnTrade) -> float:
    """Quantity under a quota, in the baseline's fob prices."""
    outcome = found.outcome
    cost = np.asarray(outcome.cost_hat).T[:, None, :]
    _, received = _fraction(found, quota)
    return float((np.asarray(outcome.flows_cf) * received / cost).sum())


def _told(policy: Policy, found: Solved, points: Array) -> Solved:
    """Return the equilibrium with what became of each quota, in figures and in words."""
    met, notes = [], []
    flows = np.asarray(found.outcome.flows_cf)
    for quota, value in zip(policy.quotas, points, strict=True):
        trade = trade_under(found, quota)
        regime = "inside" if value <= 0 else "beyond" if value >= quota.gap else "binding"
        fob = float((flows * _fraction(found, quota)[0]).sum())
        rents = value * fob * min(1.0, quota.bound / trade) if trade > 0 else 0.0
        met.append(Met(quota.label, regime, trade, quota.bound, float(value), rents))
        unit = money_unit(found.calibration.card.unit)
        what = {
            "inside": "is not used up: the rate within it holds",
            "binding": f"binds: the rate comes to {100 * value:.3g} points above the one within",
            "beyond": "is exceeded: the rate beyond it holds",
        }[regime]
        size, bound = in_words(trade, unit), in_words(quota.bound, unit)
        said = f"{quota.label}: the quota {what} ({size} of {bound})"
        if rents > 0:
            said += (
                f"; licences earn {in_words(rents, unit)}, of which exporters get "
                f"{100 * quota.rent_share:g}% and households of the importer the rest"
            )
        notes.append(said)
    held = replace(found.policy, notes=(*policy.notes, *notes))
    return replace(found, policy=held, quotas=tuple(met))


def in_words(value: float, unit: Unit) -> str:
    """Write an amount with three digits that count: ``$20.2bn``; as it is where not in money."""
    if unit.kind != "money":
        return f"{_digits(value)} {unit.label.removesuffix(' a year')}"
    size = value * unit.one
    at, name = next(((at, name) for at, name in _SIZES if size >= 0.9995 * at), (1.0, ""))
    code = unit.label.partition(" ")[0]
    return f"{SYMBOLS.get(code, f'{code} ')}{_digits(size / at)}{name}"


def _digits(value: float) -> str:
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    said = f"{value:,.{max(0, 3 - whole)}f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
