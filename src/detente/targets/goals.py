"""What a target may be: a scalar of the solved economy, its value now, and where it shall be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple, Protocol

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem, nearest, no_share
from detente.model.outcome import log_real_income_hat, outcome
from detente.policy.arrays import Policy
from detente.units import name_in

Array = NDArray[np.float64]

SMALLEST = 1e-5
"""Share of what is there below which a change drowns in the accuracy of a solve."""


class Aim(NamedTuple):
    """A goal on a baseline.

    Attributes
    ----------
    measure
        ``(arrays, shock, x, parameters)`` to the scalar that is aimed at, differentiable by JAX.
    parameters
        Arrays that it is given.
    before, target
        Its value in the baseline, and where it shall be.
    scale
        Change demanded, above 0: what accuracy is relative to.
    sign
        1 where it shall rise, −1 where it shall fall; 0: whichever way the target lies.
    column
        Name of its column in tables, with the unit: ``deficit_musd``.
    smallest
        Of several rates take the smallest rather than the cheapest: income is the goal itself.
    """

    measure: Callable[..., Any]
    parameters: Any
    before: float
    target: float
    scale: float
    sign: int
    column: str
    smallest: bool = False


class Goal(Protocol):
    """Something to reach."""

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal on a baseline; refuse one of the wrong sign."""
        ...


@dataclass(frozen=True)
class Deficit:
    """The goods deficit of ``of`` with ``partner`` at fob, cut by an amount or a share.

    Parameters
    ----------
    of, partner
        Codes of the economies.
    cut
        Amount in the baseline's unit (million USD), or
    fraction
        share of the baseline's deficit: give one of them. A sum that people state against another
        figure of the deficit (customs counts $375bn for 2017) is the share of the two.
    """

    of: str
    partner: str
    cut: float | None = None
    fraction: float | None = None

    def __post_init__(self) -> None:
        _one_of(self, "a deficit is cut by an amount or by a share", "cut", "fraction")

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal; a surplus is refused, as is a cut too small to be told from none."""
        c = calibration
        n, i = _pair(c, self.of, self.partner)
        before = float(c.flows[c.goods, n, i].sum() - c.flows[c.goods, i, n].sum())
        if before <= 0:
            message = f"{self.of} has no goods deficit with {self.partner} to cut"
            raise InputError(Problem(message, key="of", value=f"balance {-before:,.6g}"))
        cut = before * (self.fraction or 0.0) if self.cut is None else float(self.cut)
        _large_enough(cut, before, "cut")
        _no_more_than_all(self, cut, before)
        parameters = c.goods.astype(float), n, i
        return Aim(_deficit, parameters, before, before - cut, cut, -1,
                   name_in("deficit_musd", c.card.unit))  # fmt: skip


@dataclass(frozen=True)
class ImportShare:
    """The share of ``partner`` in what ``of`` imports of some sectors, at fob.

    Parameters
    ----------
    of, partner
        Codes of the economies.
    sectors
        Codes, names or groups.
    at_most, at_least
        Share from 0 to 1 to come down or up to, or
    cut
        the points it falls by (0.05 is five percentage points): give one of the three.
    """

    of: str
    partner: str
    sectors: str | tuple[str, ...] = "goods"
    at_most: float | None = None
    at_least: float | None = None
    cut: float | None = None

    def __post_init__(self) -> None:
        message = "a share is cut to at most, raised to at least, or cut by points"
        _one_of(self, message, "at_most", "at_least", "cut", top=1.0)

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal; a share on the wrong side of what it is now is refused."""
        c = calibration
        n, i = _pair(c, self.of, self.partner)
        weights = np.zeros(len(c.sectors))
        weights[list(resolve_sectors(c, self.sectors))] = 1.0
        bought = (weights[:, None] * c.flows[:, n]).sum(axis=0)
        total = bought.sum() - bought[n]
        if not bought[i] > 0:
            message = f"{self.of} imports nothing of it from {self.partner}"
            raise InputError(Problem(message, key="sectors", value=self.sectors))
        now = float(bought[i] / total)
        if self.cut is not None:
            target, key = now - self.cut, "cut"
        else:
            key = "at_most" if self.at_most is not None else "at_least"
            target = float(getattr(self, key))
        sign = 1 if key == "at_least" else -1
        if not (sign * (target - now) > 0 and target > 0):
            side = f"above {now:.6g}" if sign > 0 else f"below {now:.6g}"
            allowed = f"below the share, {now:.6g}" if key == "cut" else side
            message = f"the share of {self.partner} is {100 * now:.4g}% already"
            raise InputError(Problem(message, key=key, value=getattr(self, key), allowed=allowed))
        scale = abs(target - now)
        _large_enough(scale, now, key)
        return Aim(_import_share, (weights, n, i), now, target, scale, sign, "import_share")


@dataclass(frozen=True)
class MeanTariff:
    """The mean tariff of ``of`` on ``on``, brought to a rate or to that of the partner.

    Weights are the baseline's trade at fob, so that a mean does not fall because trade does.

    Parameters
    ----------
    of, on
        Codes of the economies.
    to
        A rate (0.1 is ten per cent), or ``"partner"``: the mean that ``on`` has on ``of`` under the
        measures in force.
    sectors
        Codes, names or groups.
    """

    of: str
    on: str
    to: float | str = "partner"
    sectors: str | tuple[str, ...] = "goods"

    def __post_init__(self) -> None:
        if self.to != "partner" and not (_number(self.to) and float(self.to) >= 0):
            allowed = "a rate of 0 or more, or 'partner'"
            raise InputError(Problem("not a rate", key="to", value=self.to, allowed=allowed))

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal, whichever way the target lies; one that is there already is refused."""
        c = calibration
        n, i = _pair(c, self.of, self.on, "on")
        sectors = list(resolve_sectors(c, self.sectors))
        target = self._mean(c, base.tariff_cf, sectors, i, n) if self.to == "partner" else self.to
        before = self._mean(c, c.tariff, sectors, n, i)
        now = self._mean(c, base.tariff_cf, sectors, n, i)
        target = float(target)
        if not abs(target - now) > SMALLEST * max(target, now):
            message = f"the mean tariff of {self.of} on {self.on} is {100 * now:.4g}% already"
            raise InputError(Problem(message, key="to", value=self.to, allowed="another rate"))
        weights = np.zeros(len(c.sectors))
        weights[sectors] = c.flows[sectors, n, i] / c.flows[sectors, n, i].sum()
        scale, sign = abs(target - now), 1 if target > now else -1
        return Aim(_mean_tariff, (weights, n, i), before, target, scale, sign, "mean_tariff")

    def _mean(self, c: Calibration, tariff: Array, sectors: list[int], n: int, i: int) -> float:
        trade = c.flows[sectors, n, i]
        if not trade.sum() > 0:
            message = f"{c.country_codes[n]} buys nothing of it from {c.country_codes[i]}"
            raise InputError(Problem(message, key="sectors", value=self.sectors))
        return float((trade * tariff[sectors, n, i]).sum() / trade.sum())


@dataclass(frozen=True)
class Revenue:
    """Tariff revenue of ``of``, raised by an amount or to one.

    Parameters
    ----------
    of
        Code of the economy.
    add, to
        Amount more than in the baseline, or in all, in its unit (million USD): give one.
    """

    of: str
    add: float | None = None
    to: float | None = None

    def __post_init__(self) -> None:
        _one_of(self, "revenue is raised by an amount or to one", "add", "to")

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal; revenue below what there is is refused."""
        n = _economy(calibration, "of", self.of)
        before = float(calibration.tariff_revenue[n])
        target = before + (self.add or 0.0) if self.to is None else float(self.to)
        if not target > before:
            message = f"{self.of} has a tariff revenue of {before:,.6g} already"
            raise InputError(
                Problem(message, key="to", value=self.to, allowed=f"above {before:.6g}")
            )
        _large_enough(target - before, 1e-4 * calibration.income[n], "add")
        return Aim(_revenue, n, before, target, target - before, 1,
                   name_in("revenue_musd", calibration.card.unit))  # fmt: skip


@dataclass(frozen=True)
class NoLoss:
    """Real income of ``of`` at least what it is in the baseline, under the measures in force.

    Of several rates the smallest in sum of squares (relative to their bounds) are chosen.
    """

    of: str

    def aim(self, calibration: Calibration, base: Policy) -> Aim:
        """Place the goal. The change demanded is the loss under the measures in force."""
        n = _economy(calibration, "of", self.of)
        return Aim(_log_income, n, 0.0, 0.0, np.nan, 1, "log_real_income", smallest=True)


def _deficit(arrays, shock, x, parameters):
    goods, n, i = parameters
    flows = outcome(arrays, shock, x).flows_cf
    return (goods * (flows[:, n, i] - flows[:, i, n])).sum()


def _import_share(arrays, shock, x, parameters):
    weights, n, i = parameters
    bought = weights @ outcome(arrays, shock, x).flows_cf[:, n]
    return bought[i] / (bought.sum() - bought[n])


def _mean_tariff(arrays, shock, x, parameters):
    weights, n, i = parameters
    return weights @ jnp.asarray(shock.tariff_cf)[:, n, i]


def _revenue(arrays, shock, x, parameters):
    return outcome(arrays, shock, x).tariff_revenue_cf[parameters]


def _log_income(arrays, shock, x, parameters):
    return log_real_income_hat(arrays, shock, x)[parameters]


def _number(value: object) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    return bool(np.isfinite(float(value)))


def _one_of(goal: object, message: str, *keys: str, top: float = np.inf) -> None:
    """Refuse all but exactly one number above 0."""
    given = [getattr(goal, key) for key in keys if getattr(goal, key) is not None]
    if len(given) == 1 and _number(given[0]) and 0 < given[0] < top:
        return
    allowed = "one number above 0" + ("" if np.isinf(top) else f" and below {top:g}")
    raise InputError(Problem(message, key=" | ".join(keys), value=given or None, allowed=allowed))


def _large_enough(change: float, size: float, key: str) -> None:
    if change < SMALLEST * size:
        message = f"the {key} is too small for the solver to tell from none"
        allowed = f"at least {SMALLEST * size:.3g}"
        raise InputError(Problem(message, key=key, value=float(change), allowed=allowed))


def _no_more_than_all(goal: Deficit, cut: float, before: float) -> None:
    """Ask about a cut of more than the deficit: more often a per cent is meant."""
    if cut <= before:
        return
    key = "cut" if goal.fraction is None else "fraction"
    message = f"that is more than the whole deficit of {before:,.0f}"
    message = message if goal.fraction is None else no_share(goal.fraction)
    allowed = f"up to {before:,.0f}" if key == "cut" else "up to 1, all of it"
    raise InputError(Problem(message, key=key, value=getattr(goal, key), allowed=allowed))


def _pair(c: Calibration, of: str, partner: str, key: str = "partner") -> tuple[int, int]:
    n, i = _economy(c, "of", of), _economy(c, key, partner)
    if n == i:
        raise InputError(Problem("two different economies are needed", key=key, value=partner))
    return n, i


def _economy(calibration: Calibration, key: str, name: object) -> int:
    """Return the position of one economy, by its code, name or a group of one."""
    codes: Sequence[str] = calibration.country_codes
    if isinstance(name, str) and name in codes:
        return codes.index(name)
    try:
        found = resolve_countries(calibration, name) if isinstance(name, str) else ()
    except InputError:
        found = ()
    if len(found) != 1:
        message = f"unknown economy; {nearest(str(name), codes)}".rstrip("; ")
        if len(found) > 1:
            message = "a goal is one economy's with one other"
        raise InputError(Problem(message, key=key, value=name, allowed=", ".join(codes)))
    return found[0]
