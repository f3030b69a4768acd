"""Exact gradients with respect to every tariff and trade cost in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy as given_economy
from detente.baseline.given import one_economy
from detente.compiled import compiled
from detente.errors import SolveError
from detente.model.economy import Economy, Shock, economy
from detente.model.equilibrium import Unknowns, baseline_point
from detente.model.outcome import log_real_income_hat
from detente.notebook import Brief
from detente.policy.arrays import Policy
from detente.policy.given import policy_given
from detente.solver.implicit import Settings, differentiable_point
from detente.solver.options import Options, options_given
from detente.solver.shocks import make_shock


@dataclass(frozen=True, eq=False, repr=False)
class IncomeGradient(Brief):
    """Value and gradient of ln real income of one economy.

    ``tariff`` and ``log_iceberg`` are ``(sector, importer, exporter)``: derivatives with respect to
    each tariff (per unit, so 0.01 of it is the effect of one percentage point) and log trade cost.
    Where a policy has lines those of a cell move together; ``by_line`` ``(line,)`` is by the tariff
    of each of them alone.
    """

    country: str
    log_real_income_hat: float
    tariff: NDArray[np.float64]
    log_iceberg: NDArray[np.float64]
    by_line: NDArray[np.float64] | None = None

    def _brief(self) -> str:
        return f"of ln real income of {self.country}"


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
        names = ("tariff_cf", "iceberg_hat")
        names += () if policy.lines is None else ("lines.tariff_gap",)
        value, found = _value_and_gradient(
            arrays,
            shock,
            baseline_point(arrays, shock),
            codes.index(country),
            options.settings,
            names,
        )
        of_tariff, of_iceberg, *by_gap = map(np.asarray, found)
    if not (np.isfinite(value) and np.isfinite(of_tariff).all()):
        raise SolveError(f"no gradient of {country}'s real income: the solve did not converge")
    by_line = None if policy.lines is None else by_gap[0][: len(policy.lines)]
    of_iceberg = of_iceberg * policy.iceberg_hat
    return IncomeGradient(country, float(value), of_tariff, of_iceberg, by_line)


@partial(compiled, static_argnums=(3, 4, 5))
def _value_and_gradient(
    arrays: Economy,
    shock: Shock,
    start: Unknowns,
    country: int,
    settings: Settings,
    names: tuple[str, ...],
):
    def value(given):
        moved = _moved(shock, names, given)
        x = differentiable_point(arrays, moved, start, settings)
        return log_real_income_hat(arrays, moved, x)[country]

    return jax.value_and_grad(value)(_taken(shock, names))


def _taken(shock: Shock, names: tuple[str, ...]) -> tuple[jax.Array, ...]:
    """Return fields of a shock by name; those of its lines are called ``lines.…``."""
    return tuple(attrgetter(name)(shock) for name in names)


def _moved(shock: Shock, names: tuple[str, ...], given: tuple[jax.Array, ...]) -> Shock:
    """Put other values in fields of a shock."""
    fields = dict(zip(names, given, strict=True))
    of_lines = {name.removeprefix("lines."): fields.pop(name)
                for name in names if name.startswith("lines.")}  # fmt: skip
    if of_lines:
        assert shock.lines is not None
        shock = shock._replace(lines=shock.lines._replace(**of_lines))
    return shock._replace(**fields)


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
        ``"deficit_fixed"``, ``"lines.tariff_gap"``, ``"lines.tax_gap"``. They share the adjoint, so
        each costs little.
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
    # lines that only fill an array up are nobody's
    count = 0 if policy.lines is None else len(policy.lines)
    found = {name: row[:, :count] if name.startswith("lines.") else row
             for name, row in zip(by, rows[1:], strict=True)}  # fmt: skip
    return Objectives(values, rows[0], point, found)


@partial(compiled, static_argnums=(3, 5, 6))
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
        moved = _moved(shock, names, fields)
        x = differentiable_point(arrays, moved, start, settings)
        return objective(arrays, moved, x, parameters), x

    moving = _taken(shock, names)
    out, pull, point = jax.vjp(values, moving, has_aux=True)
    # one adjoint after the other: the program holds a single one
    return out, jax.lax.map(lambda one: pull(one)[0], jnp.eye(len(out), dtype=out.dtype)), point
