"""Who can hurt whom, and at what cost to itself.

Losses are first order in general equilibrium and exact in the input's own price: the derivative of
every economy's real income by every trade cost comes from the solver's adjoint, and a complete
cut-off of a supplier with the share ω moves the price of its nest by −ln(1 − ω)/θ instead of by ω a
unit of cost. So a loss is −∂ln W/∂ln d · (−ln(1 − ω)) / (θ ω), infinite where there is no other
supplier.

Sources: Hirschman (1945), "National Power and the Structure of Foreign Trade"; Kleinman, Liu and
Redding (2024), "International Friends and Enemies", American Economic Journal: Macroeconomics
16(4); Clayton, Maggiori and Schreger (2023), "A Framework for Geoeconomics", NBER 31852.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.compiled import compiled
from detente.errors import InputError, Problem, SolveError
from detente.model.economy import Economy, Shock, economy
from detente.model.equilibrium import Unknowns, baseline_point
from detente.model.horizons import elasticity_scale
from detente.model.outcome import log_real_income_hat
from detente.policy.arrays import Policy
from detente.solver.implicit import Settings, differentiable_point
from detente.solver.options import Options
from detente.solver.shocks import make_shock

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exposure:
    """Derivatives of ln real income by ln trade cost: ``(country, sector, importer, exporter)``."""

    calibration: Calibration
    by_cost: Array


def exposure(calibration: Calibration) -> Exposure:
    """Differentiate every economy's real income by every trade cost, domestic ones too.

    One solve, one adjoint an economy.

    Raises
    ------
    SolveError
        An adjoint did not converge.
    """
    policy, options = Policy.unchanged(calibration), Options()
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        shock = make_shock(calibration, policy, options)
        found = np.asarray(_by_cost(arrays, shock, baseline_point(arrays, shock), options.settings))
    if not np.isfinite(found).all():
        raise SolveError("no derivatives of real income: an adjoint did not converge")
    return Exposure(calibration, found)


@partial(compiled, static_argnums=3)
def _by_cost(arrays: Economy, shock: Shock, start: Unknowns, settings: Settings) -> jax.Array:
    def incomes(log_cost):
        moved = shock._replace(iceberg_hat=shock.iceberg_hat * jnp.exp(log_cost))
        point = differentiable_point(arrays, moved, start, settings)
        return log_real_income_hat(arrays, moved, point)

    out, pull = jax.vjp(incomes, jnp.zeros_like(shock.iceberg_hat))
    return jax.lax.map(lambda one: pull(one)[0], jnp.eye(len(out), dtype=out.dtype))


def friends_and_enemies(e: Exposure) -> pd.DataFrame:
    """Effect of productivity growth in one economy on real income in another, elasticities.

    Row: whose income; column: whose productivity, in all its sectors. Above zero it is a friend.
    The columns' cost of production falls on all their sales, at home too (Kleinman, Liu and Redding
    2024).
    """
    codes = list(e.calibration.country_codes)
    matrix = -e.by_cost.sum(axis=(1, 2))
    return pd.DataFrame(
        matrix, pd.Index(codes, name="income_of"), pd.Index(codes, name="productivity_of")
    )


def cut_off_losses(e: Exposure) -> Array:
    """Losses of real income, in the baseline's unit: ``(country, sector, importer, exporter)``.

    Whose, and of which cell's complete cut-off; zero where nothing is traded or at home.
    """
    c = e.calibration
    share = c.trade_shares.copy()
    n = np.arange(len(c.countries))
    share[:, n, n] = 0.0
    theta = c.trade_elasticity[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(share > 0, -np.log1p(-share) / (theta * share), 0.0)
        loss = -e.by_cost * factor * c.income[:, None, None, None]
    return np.where(share > 0, loss, 0.0)


def hirschman(e: Exposure, kappa: float = 1.0) -> pd.DataFrame:
    """Power of every economy over every other by every sector that it sells there.

    Parameters
    ----------
    kappa
        Weight of the own loss.

    Returns
    -------
    pandas.DataFrame
        Indexed by (by, on, sector): ``target_loss``, ``own_loss`` (below zero a gain), ``power``,
        target_loss − κ own_loss, in the baseline's unit a year; ``ratio`` target over own loss, not
        a number where the own loss is none.
    """
    c = e.calibration
    loss = cut_off_losses(e)
    n = len(c.countries)
    # [sector, importer, exporter] of the importer's own and the exporter's own loss
    target = np.stack([loss[m, :, m, :] for m in range(n)], axis=1)
    own = np.stack([loss[i, :, :, i] for i in range(n)], axis=2)
    index = pd.MultiIndex.from_product(
        [c.country_codes, c.country_codes, c.sector_codes], names=["by", "on", "sector"]
    )
    table = pd.DataFrame(
        {
            "target_loss": target.transpose(2, 1, 0).ravel(),
            "own_loss": own.transpose(2, 1, 0).ravel(),
        },
        index,
    )
    table = _with_power(table, kappa)
    traded = c.flows.transpose(2, 1, 0).ravel() > 0
    abroad = index.get_level_values("by") != index.get_level_values("on")
    return pd.DataFrame(table.loc[traded & abroad])


def _with_power(table: pd.DataFrame, kappa: float) -> pd.DataFrame:
    target, own = (table[key].to_numpy() for key in ("target_loss", "own_loss"))
    ratio = np.divide(target, own, out=np.full(len(own), np.nan), where=own > 0)
    return table.assign(power=target - kappa * own, ratio=ratio)


def by_pair(table: pd.DataFrame, kappa: float = 1.0) -> pd.DataFrame:
    """Add `hirschman` rows up over sectors: every cut-off at once, each counted alone."""
    losses = table.drop(columns=["power", "ratio"])
    return _with_power(pd.DataFrame(losses.groupby(level=["by", "on"]).sum()), kappa)


def chokepoints(table: pd.DataFrame, on: str, least: float = 0.0) -> pd.DataFrame:
    """Supplier-sector cells that would hurt one economy most per unit of own cost.

    Parameters
    ----------
    table
        Of `hirschman`.
    least
        Losses of the target below this are left out: a large ratio of nothing is no chokepoint.
    """
    rows = pd.DataFrame(table.xs(on, level="on"))
    target, own = (rows[key].to_numpy() for key in ("target_loss", "own_loss"))
    # where the own loss is none, or a gain, no ratio is higher
    rank = np.where(own > 0, rows["ratio"].to_numpy(), np.inf)
    order = np.lexsort((-target, -rank))
    return pd.DataFrame(rows.iloc[order[target[order] > least]])


def joint_threat(c: Calibration, coalition: str | Sequence[str], on: str) -> pd.DataFrame:
    """Power of suppliers that threaten together: Σ β/(σ − 1) · [−ln(1 − ω)], σ − 1 = θ.

    β is what the target spends on a sector over its income, ω the suppliers' joint share of it.
    Together they have more than each alone: −ln(1 − ω) is convex in ω.

    Returns
    -------
    pandas.DataFrame
        Indexed by sector: ``weight`` β, ``share`` ω, ``power``, and ``apart``, the sum of what each
        member has alone; as shares of the target's income.
    """
    members = resolve_countries(c, coalition)
    found = resolve_countries(c, on)
    if len(found) != 1 or found[0] in members:
        message = "the threat is on one economy outside the coalition"
        raise InputError(Problem(message, key="on", value=on))
    n = found[0]
    weight = c.expenditure[n] / c.income[n]
    shares = c.trade_shares[:, n, list(members)]
    with np.errstate(divide="ignore"):
        scale = weight / c.trade_elasticity
        together = scale * -np.log1p(-np.minimum(shares.sum(axis=1), 1.0))
        apart = (scale[:, None] * -np.log1p(-np.minimum(shares, 1.0))).sum(axis=1)
    columns = {"weight": weight, "share": shares.sum(axis=1), "power": together, "apart": apart}
    return pd.DataFrame(columns, pd.Index(c.sector_codes, name="sector"))


def cut_off_price(share: Array | float, theta: float) -> Array:
    """Ln of the price of a nest that loses suppliers with the share ω: −ln(1 − ω)/θ."""
    with np.errstate(divide="ignore"):
        return -np.log1p(-np.asarray(share, dtype=np.float64)) / theta


def break_even_diversification(
    share: float, theta: float, *, probability: float, steps: int = 11
) -> pd.DataFrame:
    """How much dearer another supplier may be before insuring against a cut-off does not pay.

    Buying the share x from another supplier at the premium ρ costs ρ x of what is spent on the
    input, for certain; with the probability of a cut-off p it saves p · [l(ω) − l(ω − x)], l the
    price of `cut_off_price`. The premium at which the next unit just pays is p/(θ (1 − ω')), ω' the
    share that is left.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``share_left``: ``loss`` l, share of spending; ``premium_next`` for the next
        unit, ``premium_mean`` for all that was moved.
    """
    _check_share(share, probability)
    left = np.linspace(share, 0.0, steps)
    loss, first = cut_off_price(left, theta), float(cut_off_price(share, theta))
    moved = share - left
    mean = np.divide(
        probability * (first - loss), moved, out=np.full(steps, np.nan), where=moved > 0
    )
    with np.errstate(divide="ignore"):
        columns = {
            "loss": loss,
            "premium_next": probability / (theta * (1 - left)),
            "premium_mean": mean,
        }
    return pd.DataFrame(columns, pd.Index(left, name="share_left"))


def erosion(
    share: float, theta: float, *, half_life: float, years: Sequence[float] = (0, 1, 2, 3, 5, 7, 10)
) -> pd.DataFrame:
    """Price rise that a cut-off would cause, as the target builds its own supply.

    The supplier's share halves every ``half_life`` years, and a cut-off that comes is worth its
    price rise after one year, when 38 per cent of the long-run elasticity is reached.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``year``: ``share``, ``price_pct`` a year after a cut-off and ``long_run_pct``,
        ``leverage`` as a share of today's.
    """
    _check_share(share, 0.0)
    if not half_life > 0:
        raise InputError(Problem("not a time", key="half_life", value=half_life, allowed="> 0"))
    at = np.asarray(years, dtype=np.float64)
    left = share * 0.5 ** (at / half_life)
    after_a_year = cut_off_price(left, theta * elasticity_scale(1))
    columns = {
        "share": left,
        "price_pct": 100 * np.expm1(after_a_year),
        "long_run_pct": 100 * np.expm1(cut_off_price(left, theta)),
        "leverage": after_a_year / cut_off_price(share, theta * elasticity_scale(1)),
    }
    return pd.DataFrame(columns, pd.Index(at, name="year"))


def _check_share(share: float, probability: float) -> None:
    problems = [
        Problem("not a share", key=key, value=value, allowed=allowed)
        for key, value, good, allowed in (
            ("share", share, 0 < share < 1, "above 0, below 1"),
            ("probability", probability, 0 <= probability <= 1, "0 to 1"),
        )
        if not good
    ]
    if problems:
        raise InputError(problems)
