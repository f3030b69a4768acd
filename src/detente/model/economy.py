"""The arrays of a baseline that the equations read, as one JAX pytree."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from detente.baseline.calibration import Calibration


class Economy(NamedTuple):
    """Baseline arrays (see `Calibration` for axes and units).

    ``final_share`` α ``(country, sector)`` sums to one over sectors; ``wage_step`` ``(country,)``
    is the inverse elasticity of excess labour demand that scales wage steps (numerics only).
    """

    trade_shares: Array
    tariff: Array
    value_added_share: Array
    input_share: Array
    final_share: Array
    trade_elasticity: Array
    value_added: Array
    expenditure: Array
    deficit: Array
    income: Array
    wage_step: Array


class Shock(NamedTuple):
    """What a counterfactual changes, as arrays: policy, and the transfer rule.

    ``deficit_fixed`` ``(country,)`` is the part of the deficit fixed in units of world value added,
    ``deficit_own`` the part that moves with own value added (their sum at ŵ = 1 is the deficit).
    """

    tariff_cf: Array
    iceberg_hat: Array
    deficit_fixed: Array
    deficit_own: Array


def economy(calibration: Calibration) -> Economy:
    """Collect the arrays the equations need from a baseline."""
    c = calibration
    income = c.income
    return Economy(
        trade_shares=jnp.asarray(c.trade_shares),
        tariff=jnp.asarray(c.tariff),
        value_added_share=jnp.asarray(c.value_added_share),
        input_share=jnp.asarray(c.input_share),
        final_share=jnp.asarray(c.final_demand / income[:, None]),
        trade_elasticity=jnp.asarray(c.trade_elasticity),
        value_added=jnp.asarray(c.value_added),
        expenditure=jnp.asarray(c.expenditure),
        deficit=jnp.asarray(c.deficit),
        income=jnp.asarray(income),
        wage_step=jnp.asarray(_wage_step(c)),
    )


def _wage_step(c: Calibration) -> np.ndarray:
    """Inverse own-wage elasticity of excess labour demand at the baseline, prices passed on fully.

    −∂ln(Σ_s γY)/∂ln w ≈ Σ_s (γY/wL) θ_s Σ_n (Z_n/Y)(1 − π_n), plus one for the wage bill itself.
    """
    exposure = (c.flows * (1 - c.trade_shares)).sum(axis=1).T
    own = (c.value_added_share * exposure * c.trade_elasticity).sum(axis=1) / c.value_added
    return 1 / (1 + own)
