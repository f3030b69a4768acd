"""A firm cut off, from the first day to the long run: everything that a report shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.baseline.store import load
from detente.errors import InputError, Problem
from detente.sanction.backtest import days_to_shutdown
from detente.sanction.bracket import Bracket, bracket
from detente.sanction.card import FirmCard
from detente.sanction.carve import Carved, CarvedFirm, carve
from detente.sanction.draws import central, draw
from detente.sanction.load import load_card
from detente.sanction.long_run import Horizons, by_horizon, join
from detente.sanction.network import NetworkParameters, NetworkPath, network_path
from detente.sanction.short_run import FirmPath, firm_path
from detente.sanction.threat import Leverage, leverage_of
from detente.sanction.value import Costs, monthly_costs, remedies

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Choices:
    """What is asked: days of the path, draws, first day of relief, how much is banned and by whom.

    ``relief`` is none where the ban stays; ``world_draws`` draws are followed through the world
    besides. ``by`` is the economy of the card's critical inputs unless given.
    """

    days: int = 180
    draws: int = 1000
    relief: int | None = None
    ban_share: float = 1.0
    by: str | None = None
    seed: int = 0
    world_draws: int = 100

    def __post_init__(self) -> None:
        checks = (
            ("days", self.days, 30, 3650),
            ("draws", self.draws, 1, 1_000_000),
            ("world_draws", self.world_draws, 0, 100_000),
            ("ban_share", self.ban_share, 0, 1),
        )
        problems = [
            Problem("out of bounds", key=key, value=value, allowed=f"{low:g} to {high:g}")
            for key, value, low, high in checks
            if not low <= value <= high
        ]
        if self.relief is not None and not 1 <= self.relief <= self.days:
            allowed = f"1 to {self.days}, the days of the path"
            problems.append(Problem("out of bounds", None, None, "relief", self.relief, allowed))
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, eq=False)
class SanctionResult:
    """A firm cut off.

    Attributes
    ----------
    card, choices, carved, firm, economies
        What was asked, the carved economy, and codes of the target's and the sanctioner's economy.
    path, quantiles
        Central path; ``(quantile, day)`` of the draws' output, in the order of `QUANTILES`.
    draws
        One row a draw: ``shutdown_day`` (NaN: never), ``banned_fall`` mean loss of output while
        banned, ``lost_sales`` and ``idle_jobs`` (person-years) over the path.
    world, world_draws
        The world at the central path, and of draws.
    customers
        One row an economy: ``sales`` a year, ``missed`` deliveries over the path.
    suppliers
        One row an economy: ``lost`` output over the path beyond the firm's own, by the world's
        path; ``banned`` sales stopped.
    bracket
        Best and worst for final demand over the path.
    horizons, joined, costs, remedies
        General equilibrium by horizon; the firm's output from day to decade under a ban that stays;
        costs by month, and what may stand for the ban at the month of relief.
    leverage
        What the ban and other cut-offs cost both sides, and how that wears off.
    """

    card: FirmCard
    choices: Choices
    carved: Carved
    firm: CarvedFirm
    economies: tuple[str, str]
    path: FirmPath
    quantiles: np.ndarray
    draws: pd.DataFrame
    world: NetworkPath
    world_draws: NetworkPath | None
    customers: pd.DataFrame
    suppliers: pd.DataFrame
    bracket: Bracket
    horizons: Horizons
    joined: pd.DataFrame
    costs: Costs
    remedies: pd.DataFrame
    leverage: Leverage


def run_sanction(
    card: str | Path | FirmCard,
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    network: NetworkParameters | None = None,
    on_step: Progress | None = None,
) -> SanctionResult:
    """Cut a firm off.

    Parameters
    ----------
    card
        Name of a shipped card, path of a YAML file, or a loaded one.
    baseline
        Another economy than the card's.
    on_step
        Called with (what is being done, number done, number in all), for progress bars.

    Raises
    ------
    InputError
        The card or the choices cannot be used.
    SolveError
        An economy has no equilibrium.
    """
    choices = choices or Choices()
    say = on_step or (lambda *_: None)
    card = load_card(card) if isinstance(card, str | Path) else card
    world = baseline if isinstance(baseline, Calibration) else load(baseline or card.baseline)
    say("carving the firm out", 0, 5)
    carved = carve(world, card)
    firm = carved.firms[0]
    by = _sanctioner(carved, card, choices)
    if (
        carved.calibration.country_codes[firm.accounts.economy]
        == carved.calibration.country_codes[by]
    ):
        raise InputError(
            Problem("an economy does not ban its own firm", key="by", value=choices.by)
        )
    say("the firm by the day", 1, 5)
    path, stays, drawn = _days(card, choices)
    say("the world by the day", 2, 5)
    parameters = network or NetworkParameters()
    supply = _supply(choices)
    around = network_path(carved, firm, path.output, supply, by, parameters)
    many = None
    if choices.world_draws:
        few = drawn.output[: choices.world_draws]
        many = network_path(carved, firm, few, supply, by, parameters)
    between = bracket(carved, firm, by, path.output, supply, parameters)
    say("general equilibrium by horizon", 3, 5)
    codes = carved.calibration.country_codes
    economies = codes[firm.accounts.economy], codes[by]
    horizons = by_horizon(carved, firm, economies[1], ban_share=choices.ban_share)
    say("costs and remedies", 4, 5)
    joined = join(stays.output, horizons)
    no_relief = np.full(choices.days, 1 - choices.ban_share)
    kept = around if choices.relief is None else network_path(
        carved, firm, stays.output, no_relief, by, parameters
    )  # fmt: skip
    costs = monthly_costs(
        firm_output=joined,
        revenue=firm.accounts.revenue,
        value_added=(kept.value_added[:, firm.accounts.economy], kept.value_added[:, by]),
        horizons=horizons,
        economies=economies,
    )
    month = 0 if choices.relief is None else round(choices.relief / 30)
    return SanctionResult(
        card, choices, carved, firm, economies, path,
        np.quantile(drawn.output, QUANTILES, axis=0), _summary(card, choices, firm, drawn),
        around, many, _customers(carved, firm, path), _suppliers(carved, firm, by, around, supply),
        between, horizons, joined, costs, remedies(card, costs, month),
        leverage_of(carved.calibration, economies[1], economies[0], list(firm.inputs.values())),
    )  # fmt: skip


def _sanctioner(carved: Carved, card: FirmCard, choices: Choices) -> int:
    """Find who bans: the economy that critical inputs come from."""
    names = {item.from_ for item in card.critical_inputs} if choices.by is None else {choices.by}
    found = {resolve_countries(carved.calibration, name) for name in names}
    if len(found) != 1 or len(next(iter(found))) != 1:
        message = "critical inputs come from several economies, or none: say who bans"
        raise InputError(Problem(message, card.origin.path, None, "by", sorted(names)))
    return next(iter(found))[0]


def _supply(choices: Choices) -> np.ndarray:
    """Share of banned sales that goes on, by day."""
    day = np.arange(choices.days)
    end = choices.days if choices.relief is None else choices.relief
    return np.where(day < end, 1 - choices.ban_share, 1.0)


def _days(card: FirmCard, choices: Choices) -> tuple[FirmPath, FirmPath, FirmPath]:
    """Return the central path, the one without relief, and the draws."""
    parameters = central(card, ban_share=choices.ban_share)
    path = firm_path(parameters, choices.days, relief=choices.relief)
    stays = path if choices.relief is None else firm_path(parameters, choices.days)
    random = draw(card, choices.draws, seed=choices.seed, ban_share=choices.ban_share)
    return path, stays, firm_path(random, choices.days, relief=choices.relief)


def _summary(card: FirmCard, choices: Choices, firm: CarvedFirm, drawn: FirmPath) -> pd.DataFrame:
    end = choices.days if choices.relief is None else choices.relief
    lost = (1 - drawn.output).sum(axis=1) / 365
    return pd.DataFrame(
        {
            "shutdown_day": days_to_shutdown(drawn.output),
            "banned_fall": 1 - drawn.output[:, :end].mean(axis=1),
            "lost_sales": lost * firm.accounts.revenue,
            "idle_jobs": lost * card.employment.middle,
        }
    )


def _customers(carved: Carved, firm: CarvedFirm, path: FirmPath) -> pd.DataFrame:
    c = carved.calibration
    sales = c.flows[c.sector_codes.index(firm.code), :, firm.accounts.economy]
    missed = sales * (1 - path.output).sum() / 365
    index = pd.Index(c.country_codes, name="country")
    return pd.DataFrame({"sales": sales, "missed": missed}, index)


def _suppliers(
    carved: Carved, firm: CarvedFirm, by: int, around: NetworkPath, supply: np.ndarray
) -> pd.DataFrame:
    c = carved.calibration
    lost = around.lost.copy()
    lost[firm.accounts.economy, c.sector_codes.index(firm.code)] = 0.0
    banned = np.zeros(len(c.countries))
    own = [c.sector_codes.index(code) for code in firm.inputs.values()]
    banned[by] = c.flows[own, firm.accounts.economy, by].sum() * (1 - supply).sum() / 365
    index = pd.Index(c.country_codes, name="country")
    return pd.DataFrame({"lost": lost.sum(axis=1), "banned": banned}, index)
