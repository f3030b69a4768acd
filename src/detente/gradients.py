"""Labelled derivatives of what an economy gets, by every tariff or trade cost in the world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import jax
import jax.numpy as jnp
import numpy as np

from detente.axes import COUNTRY, TRADE_AXES
from detente.baseline.calibration import Calibration
from detente.baseline.given import economy as given_economy
from detente.baseline.given import one_economy
from detente.errors import InputError, Problem, SolveError, nearest
from detente.model.economy import Economy, Shock
from detente.model.equilibrium import Unknowns
from detente.model.outcome import log_real_income_hat, outcome
from detente.results import Solution
from detente.solver.curvature import By
from detente.solver.curvature import hessian_product as product_of
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.gradient import Objective, objectives

if TYPE_CHECKING:
    import xarray as xr

BY: tuple[By, ...] = get_args(By)
_PER = {"tariff": "unit of a tariff (0.01: one point)", "trade-cost": "log of a trade cost"}


def _real_income(arrays: Economy, shock: Shock, x: Unknowns, places: jax.Array) -> jax.Array:
    return log_real_income_hat(arrays, shock, x)[places]


def _real_wage(arrays: Economy, shock: Shock, x: Unknowns, places: jax.Array) -> jax.Array:
    after = outcome(arrays, shock, x)
    return jnp.log(after.wage_hat / after.consumer_price_hat)[places]


def _tariff_revenue(arrays: Economy, shock: Shock, x: Unknowns, places: jax.Array) -> jax.Array:
    return outcome(arrays, shock, x).tariff_revenue_cf[places]


def _exports(arrays: Economy, shock: Shock, x: Unknowns, places: jax.Array) -> jax.Array:
    flows = outcome(arrays, shock, x).flows_cf.sum(axis=0)
    return (flows.sum(axis=0) - jnp.diag(flows))[places]


def _imports(arrays: Economy, shock: Shock, x: Unknowns, places: jax.Array) -> jax.Array:
    flows = outcome(arrays, shock, x).flows_cf.sum(axis=0)
    return (flows.sum(axis=1) - jnp.diag(flows))[places]


class _Outcome(NamedTuple):
    objective: Objective
    meaning: str
    logs: bool = False


_OUTCOMES = {
    "real-income": _Outcome(_real_income, "log of real income", logs=True),
    "real-wage": _Outcome(_real_wage, "log of the mean real wage", logs=True),
    "tariff-revenue": _Outcome(_tariff_revenue, "tariff revenue"),
    "exports": _Outcome(_exports, "exports of goods and services, fob"),
    "imports": _Outcome(_imports, "imports of goods and services, fob"),
}
OUTCOMES = tuple(_OUTCOMES)
"""What is differentiated: logs of real income and wages; the rest in the baseline's unit."""


def gradient(
    at: Solution | Calibration | str | Path,
    of: str | Sequence[str],
    *,
    outcome: str = "real-income",
    by: By = "tariff",
) -> xr.DataArray:
    """Differentiate an outcome by every tariff, or trade cost, in the world.

    Parameters
    ----------
    at
        A solution: its policy, closure and structure are those at which derivatives are taken. Or
        an economy, or its name: the baseline as it is.
    of
        Economy whose outcome it is, or several.
    outcome
        One of `OUTCOMES`; where it is in logs 0.01 is about 1%.
    by
        ``"tariff"``: 0.01 of a derivative is the effect of one percentage point. ``"trade-cost"``:
        by the log of the iceberg cost, 0.01 is the effect of costs that are 1% higher.

    Returns
    -------
    ``(sector, importer, exporter)`` with codes as coordinates, under ``country`` first where ``of``
    names several. Tariffs on own sales do not exist: not a number, which sums leave out. Where
    measures treat parts of a cell's trade differently, all parts move together.

    Raises
    ------
    InputError
        An economy, the outcome or ``by`` is unknown.
    SolveError
        The equilibrium or its adjoint did not converge.
    """
    point, chosen = _point(at), _outcome(outcome, by)
    codes = _codes(point.calibration, of)
    found = objectives(
        point.calibration,
        point.policy,
        chosen.objective,
        _places(point.calibration, codes),
        point.options,
        point.unknowns,
        by=() if by == "tariff" else ("iceberg_hat",),
    )
    values = found.by_tariff
    if by == "trade-cost":
        values = found.by["iceberg_hat"] * point.policy.iceberg_hat
    if not (np.isfinite(found.values).all() and np.isfinite(values).all()):
        raise SolveError(f"no gradient of {', '.join(codes)}: the solve did not converge")
    return _labelled(point.calibration, values, codes, of, chosen, by, outcome)


def hessian_product(
    at: Solution | Calibration | str | Path,
    of: str,
    direction: xr.DataArray,
    *,
    outcome: str = "real-income",
    by: By = "tariff",
) -> xr.DataArray:
    """Return how the gradient of an outcome changes along a direction: Hessian times vector.

    With g the gradient and h this product, a move by ``direction`` changes the outcome by
    ``(g * direction).sum() + (h * direction).sum() / 2`` up to terms of third order.

    Parameters
    ----------
    at, outcome, by
        As `gradient` takes them.
    of
        Economy whose outcome it is.
    direction
        Labelled as a gradient is: such as ``xarray.zeros_like`` of it with some cells set. Not a
        number stands for zero.

    Raises
    ------
    InputError
        As `gradient`; or the direction has other labels than the economy, or tariffs on own sales.
    SolveError
        The equilibrium, or what follows from it, did not converge.
    """
    point, chosen = _point(at), _outcome(outcome, by)
    codes = (one_economy(point.calibration, of, "of"),)
    along = _direction(point.calibration, direction, by)
    found = product_of(
        point.calibration,
        point.policy,
        chosen.objective,
        _places(point.calibration, codes),
        along,
        by,
        point.options,
        point.unknowns,
    )
    if not np.isfinite(found.product).all():
        raise SolveError(f"no second derivatives of {of}: a solve did not converge")
    return _labelled(point.calibration, found.product[None], codes, of, chosen, by, outcome)


def _point(at: object) -> Equilibrium:
    if isinstance(at, Solution):
        return at.equilibrium
    return solve_equilibrium(given_economy(at, "at"))


def _outcome(outcome: str, by: str) -> _Outcome:
    for key, value, allowed in (("outcome", outcome, OUTCOMES), ("by", by, BY)):
        if value not in allowed:
            message = f"unknown; {nearest(str(value), allowed)}".rstrip("; ")
            raise InputError(Problem(message, key=key, value=value, allowed=", ".join(allowed)))
    return _OUTCOMES[outcome]


def _codes(calibration: Calibration, of: str | Sequence[str]) -> tuple[str, ...]:
    named = [of] if isinstance(of, str) else list(of) if isinstance(of, Sequence) else []
    if not named:
        raise InputError(Problem("name an economy", key="of", value=of, allowed="one or a list"))
    return tuple(one_economy(calibration, name, "of") for name in named)


def _places(calibration: Calibration, codes: tuple[str, ...]) -> np.ndarray:
    return np.array([calibration.country_codes.index(code) for code in codes])


def _own_sales(calibration: Calibration) -> np.ndarray:
    own = np.eye(len(calibration.countries), dtype=bool)
    return np.broadcast_to(own, calibration.tariff.shape)


def _labels(calibration: Calibration) -> dict[str, list[str]]:
    codes = calibration.country_codes
    named = zip(TRADE_AXES, (calibration.sector_codes, codes, codes), strict=True)
    return {axis: list(labels) for axis, labels in named}


def _direction(calibration: Calibration, direction: Any, by: By) -> np.ndarray:
    """Return a direction in the order of the economy's own labels, zero where it is no number."""
    import xarray as xr

    labels = _labels(calibration)
    if not isinstance(direction, xr.DataArray) or set(direction.dims) != set(TRADE_AXES):
        allowed = f"an xarray.DataArray over {', '.join(TRADE_AXES)}"
        kind = type(direction).__name__
        raise InputError(Problem("not a direction", key="direction", value=kind, allowed=allowed))
    for axis, codes in labels.items():
        if axis not in direction.coords or sorted(direction[axis].values) != sorted(codes):
            message = f"its labels along {axis} are not those of {calibration.name}"
            raise InputError(Problem(message, key="direction", allowed=", ".join(codes)))
    ordered = direction.transpose(*TRADE_AXES).reindex(labels)
    values = np.asarray(ordered.fillna(0.0), dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(Problem("entries must be finite", key="direction"))
    if by == "tariff" and values[_own_sales(calibration)].any():
        raise InputError(Problem("there are no tariffs on own sales", key="direction"))
    return values


def _labelled(
    calibration: Calibration,
    values: np.ndarray,
    codes: tuple[str, ...],
    of: str | Sequence[str],
    chosen: _Outcome,
    by: By,
    outcome: str,
) -> xr.DataArray:
    import xarray as xr

    if by == "tariff":
        values = np.where(_own_sales(calibration), np.nan, values)
    found = xr.DataArray(
        values,
        dims=(COUNTRY, *TRADE_AXES),
        coords={COUNTRY: list(codes), **_labels(calibration)},
        name=f"{outcome} by {by}",
        attrs={
            "long_name": f"derivative of the {chosen.meaning}, per {_PER[by]}",
            "units": "1" if chosen.logs else calibration.card.unit,
            "baseline": calibration.name,
        },
    )
    return found.isel({COUNTRY: 0}) if isinstance(of, str) else found
