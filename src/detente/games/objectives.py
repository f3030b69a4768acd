"""What players want, as JAX functions of a solved economy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, nearest
from detente.games.players import Placement, Player
from detente.model import equations as eq
from detente.model.economy import Economy, Shock
from detente.model.equilibrium import Kernels, Market, Unknowns, market
from detente.model.outcome import outcome, real_income_hat

Kinds = tuple[str | Callable[..., Any], ...]
"""One for each player: a name of `players.OBJECTIVES`, or a function."""


class Parameters(NamedTuple):
    """Arrays that objectives read.

    ``(player, country)`` shares of a player's baseline income in its members; ``(player, country,
    sector)`` political weights over the baseline's weighted sum; ``(player,)`` zero for those who
    have no trade at all, whose payoffs nothing moves (and whose wages nothing determines).
    """

    income_share: np.ndarray
    political: np.ndarray
    trades: np.ndarray


def parameters(calibration: Calibration, arrays: Economy, placement: Placement) -> Parameters:
    """Collect the parameters of all players' objectives.

    Raises
    ------
    InputError
        Political weights that do not fit the sectors.
    """
    players, countries = placement.players, len(calibration.countries)
    share = np.zeros((len(players), countries))
    political = np.zeros((len(players), countries, len(calibration.sectors)))
    problems: list[Problem] = []
    earned = _baseline_sector_income(calibration, arrays)
    for number, (player, places) in enumerate(zip(players, placement.members, strict=True)):
        inside = list(places)
        share[number, inside] = calibration.income[inside] / calibration.income[inside].sum()
        if player.objective == "political":
            weights = _political_weights(calibration, player, problems)
            political[number, inside] = weights / (weights * earned[inside]).sum()
    if problems:
        raise InputError(problems)
    foreign = np.where(np.eye(countries, dtype=bool), 0.0, calibration.flows).sum(axis=0)
    trade = foreign.sum(axis=0) + foreign.sum(axis=1)
    trades = [float(trade[list(places)].sum() > 0) for places in placement.members]
    return Parameters(share, political, np.array(trades))


def by_sector(
    calibration: Calibration, arrays: Economy, places: tuple[int, ...]
) -> tuple[tuple[int, ...], Kinds, Parameters]:
    """Value each sector's real income by itself: ln of it over the baseline's, of some economies.

    Returns
    -------
    sectors
        Those that earn anything in the baseline.
    kinds, given
        What `values` reads: as many payoffs as sectors.
    """
    inside = list(places)
    earned = sector_earnings(calibration, arrays, places)
    sectors = tuple(int(s) for s in np.flatnonzero(earned > 0))
    countries, count = len(calibration.countries), len(sectors)
    political = np.zeros((count, countries, len(calibration.sectors)))
    for number, sector in enumerate(sectors):
        political[number, inside, sector] = 1 / earned[sector]
    shown = (np.zeros((count, countries)), political, np.ones(count))
    given = Parameters(*shown)
    return sectors, ("political",) * count, given


def sector_earnings(
    calibration: Calibration, arrays: Economy, places: tuple[int, ...]
) -> np.ndarray:
    """Income earned in each sector of some economies in the baseline ``(sector,)``, its unit."""
    return _baseline_sector_income(calibration, arrays)[list(places)].sum(axis=0)


def values(
    economy: Economy,
    shock: Shock,
    kernel: Kernels,
    x: Unknowns,
    kinds: Kinds,
    given: Parameters,
) -> Array:
    """Objectives of all players ``(player,)`` at a point."""
    m = market(economy, shock, kernel, x)
    log_price = eq.log_consumer_price_hat(economy, x.log_price_hat)
    real = real_income_hat(economy, m, x)
    found = []
    for number, kind in enumerate(kinds):
        share = given.income_share[number]
        if kind == "real-income":
            found.append(jnp.log(share @ real))
        elif kind == "political":
            earned = sector_income(economy, m) * jnp.exp(-log_price)[:, None]
            found.append(jnp.log((given.political[number] * earned).sum()))
        elif kind == "revenue":
            public = m.budget.tariff_revenue + m.budget.export_tax_revenue
            found.append(share @ (public / economy.income * jnp.exp(-log_price)))
        else:
            assert callable(kind)
            found.append(jnp.asarray(kind(economy, outcome(economy, shock, x, kernel))))
    return jnp.stack(found)


def sector_income(economy: Economy, m: Market) -> Array:
    """Income earned in each sector ``(country, sector)``: labour, profits, a share of the rest.

    What governments hand out and the deficit are shared by labour (Ossa 2014), which without
    input-output links and deficits is sales plus the labour share of tariff revenue.
    """
    profits = 0.0 if economy.profit_share is None else economy.profit_share * m.production
    labour = m.labour_demand
    if economy.capital_share is not None:
        profits = profits + economy.capital_share / (1 - economy.capital_share) * labour
    rest = (m.budget.net + m.deficit)[:, None]
    return labour + profits + labour / labour.sum(axis=1, keepdims=True) * rest


def _baseline_sector_income(c: Calibration, arrays: Economy) -> np.ndarray:
    labour = np.asarray(arrays.sector_labour)
    rest = (c.income - c.value_added)[:, None]
    return c.value_added_share * c.output + labour / labour.sum(axis=1, keepdims=True) * rest


def _political_weights(c: Calibration, player: Player, problems: list[Problem]) -> np.ndarray:
    """Weights by sector, as they are given."""
    given, count = player.weights, len(c.sectors)
    key = f"{player.name}.weights"
    if isinstance(given, Mapping):
        for code in (code for code in given if code not in c.sector_codes):
            message = f"unknown sector; {nearest(str(code), c.sector_codes)}".rstrip("; ")
            problems.append(Problem(message, key=key, value=code))
        missing = [code for code in c.sector_codes if code not in given]
        if missing:
            problems.append(Problem("no weight for some sectors", key=key, value=missing))
        given = [given.get(code, 1.0) for code in c.sector_codes]
    found = np.asarray(given, dtype=np.float64)
    if found.shape != (count,) or not (np.isfinite(found).all() and (found >= 0).all()):
        message = "not one weight >= 0 for each sector"
        problems.append(Problem(message, key=key, value=found.shape, allowed=f"({count},)"))
        return np.ones(count)
    return found
