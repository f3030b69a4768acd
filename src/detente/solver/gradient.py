"""Exact gradients with respect to every tariff and trade cost in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy as given_economy
from detente.baseline.given import one_economy
from detente.errors import SolveError
from detente.model.economy import Economy, Shock, economy
from detente.model.equilibrium import Unknowns, baseline_point
from detente.model.outcome import log_real_income_hat
from detente.policy.arrays import Policy
from detente.policy.given import policy_given
from detente.solver.equilibrium import Options, options_given
from detente.solver.implicit import Settings, differentiable_point
from detente.solver.shocks import make_shock


@dataclass(frozen=True, eq=False)
class IncomeGradient:
    """Value and gradient of ln real income of one economy.

    ``tariff`` and ``log_iceberg`` are ``(sector, importer, exporter)``: derivatives with respect to
    each tariff (per unit, so 0.01 of it is the effect of one percentage point) and log trade cost.
    """

    country: str
    log_real_income_hat: float
    tariff: NDArray[np.float64]
    log_iceberg: NDArray[np.float64]


def income_gradient(
    calibration: Calibration,
    country: str,
    policy: Policy | None = None,
    options: Options | None = None,
) -> IncomeGradient:
    """Differentiate ln real income of ``country`` at the equilibrium of ``policy``.

    One solve and one adjoint fixed point, whatever the number of tariffs:
    dG/dt = G_t − G_x F_x⁻¹ F_t.

    Raises
    ------
    InputError
        The country is not in the baseline.
    SolveError
        The equilibrium or its adjoint did not converge.
    """
    calibration = given_economy(calibration)
    country = one_economy(calibration, country, "country")
    codes = calibration.country_codes
    policy = policy_given(calibration, policy, "policy") or Policy.unchanged(calibration)
    options = options_given(options)
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        shock = make_shock(calibration, policy, options)
        value, (of_tariff, of_iceberg) = _value_and_gradient(
            arrays, shock, baseline_point(arrays, shock), codes.index(country), options.settings
        )
        of_tariff, of_iceberg = np.asarray(of_tariff), np.asarray(of_iceberg)
    if not (np.isfinite(value) and np.isfinite(of_tariff).all()):
        raise SolveError(f"no gradient of {country}'s real income: the solve did not converge")
    return IncomeGradient(country, float(value), of_tariff, of_iceberg * policy.iceberg_hat)


@partial(jax.jit, static_argnums=(3, 4))
def _value_and_gradient(
    arrays: Economy, shock: Shock, start: Unknowns, country: int, settings: Settings
):
    def value(tariff, iceberg):
        moved = shock._replace(tariff_cf=tariff, iceberg_hat=iceberg)
        x = differentiable_point(arrays, moved, start, settings)
        return log_real_income_hat(arrays, moved, x)[country]

    return jax.value_and_grad(value, argnums=(0, 1))(shock.tariff_cf, shock.iceberg_hat)


Objective = Callable[[Economy, Shock, Unknowns, Any], jax.Array]
"""Values ``(m,)`` of a solved economy, from its arrays, the policy, the point and parameters."""


class Objectives(NamedTuple):
    """Values ``(m,)`` and their derivatives ``(m, sector, importer, exporter)`` by tariffs.

    ``point`` starts the next solve nearby. ``by`` holds the derivatives by the other fields of the
    shock that were asked for, ``(m, *shape of the field)``. All are not a number where the solve
    failed.
    """

    values: np.ndarray
    by_tariff: np.ndarray
    point: Unknowns
    by: dict[str, np.ndarray]


def objectives(
    calibration: Calibration,
    policy: Policy,
    objective: Objective,
    parameters: Any,
    options: Options | None = None,
    start: Unknowns | None = None,
    *,
    by: tuple[str, ...] = (),
) -> Objectives:
    """Evaluate several objectives and their gradients by every tariff: one solve, m adjoints.

    Parameters
    ----------
    objective
        A function of a module (it is compiled once), differentiable by JAX.
    parameters
        Arrays that it is given.
    by
        Other fields of `Shock` to differentiate by, which the policy must use: ``"export_tax"``,
        ``"deficit_fixed"``. They share the adjoint, so each costs little.
    """
    options = options or Options()
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        shock = make_shock(calibration, policy, options)
        first = baseline_point(arrays, shock) if start is None else start
        names = ("tariff_cf", *by)
        found = _objectives(arrays, shock, first, objective, parameters, options.settings, names)
        values, rows, point = jax.tree.map(np.asarray, found)
    if not all(np.isfinite(row).all() for row in rows):
        values = np.full_like(values, np.nan)
    return Objectives(values, rows[0], point, dict(zip(by, rows[1:], strict=True)))


@partial(jax.jit, static_argnums=(3, 5, 6))
def _objectives(
    arrays: Economy,
    shock: Shock,
    start: Unknowns,
    objective: Objective,
    parameters: Any,
    settings: Settings,
    names: tuple[str, ...],
):
    def values(fields):
        moved = shock._replace(**dict(zip(names, fields, strict=True)))
        x = differentiable_point(arrays, moved, start, settings)
        return objective(arrays, moved, x, parameters), x

    moving = tuple(getattr(shock, name) for name in names)
    out, pull, point = jax.vjp(values, moving, has_aux=True)
    rows = [pull(jnp.zeros_like(out).at[k].set(1.0))[0] for k in range(out.shape[0])]
    return out, tuple(jnp.stack(parts) for parts in zip(*rows, strict=True)), point
