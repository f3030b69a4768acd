"""A firm cut off, from the first day to the long run: everything that a report shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.baseline.store import load
from detente.errors import InputError, Problem
from detente.policy.instruments import ExportBan
from detente.sanction.backtest import days_to_shutdown
from detente.sanction.bracket import Bracket, bracket
from detente.sanction.card import FirmCard
from detente.sanction.carve import Carved, CarvedFirm, carve
from detente.sanction.draws import central, draw
from detente.sanction.load import load_card
from detente.sanction.long_run import Horizons, ban_of, by_horizon, join, solve_bans
from detente.sanction.network import NetworkParameters, NetworkPath, network_path, places
from detente.sanction.short_run import FirmPath, firm_path
from detente.sanction.threat import Leverage, leverage_of
from detente.sanction.value import MONTH, Costs, monthly_costs, remedies

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
        One row an economy: ``lost`` output over the path beyond that of the firms cut off, by the
        world's path; ``banned`` sales stopped.
    bracket
        Best and worst for final demand over the path.
    horizons, joined, costs, remedies
        General equilibrium by horizon; the firm's output from day to decade under a ban that stays;
        costs by month, and what may stand for the ban at the month of relief.
    leverage
        What the ban and other cut-offs cost both sides, and how that wears off.
    beside
        Names of the other firms that are cut off at the same time: what is said of the world, of
        economies and of remedies is then of all bans together.
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
    beside: tuple[str, ...] = ()


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
    (found,) = run_sanctions(
        [card], choices, baseline=baseline, network=network, on_step=on_step
    )  # fmt: skip
    return found


def run_sanctions(
    cards: Sequence[str | Path | FirmCard],
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    by: Mapping[str, str] | None = None,
    network: NetworkParameters | None = None,
    on_step: Progress | None = None,
) -> tuple[SanctionResult, ...]:
    """Cut several firms off at once, with the same days, relief and share for all.

    Parameters
    ----------
    baseline
        Another economy than the first card's.
    by
        Who bans, by the firm's code, where not as `Choices` or the card say.
    cards, network, on_step
        As in `run_sanction`.

    Returns
    -------
    tuple of SanctionResult
        One a firm, with its own path, draws, customers and output in equilibrium. What is said of
        the world, of economies and of remedies is of all bans together, and the same in each.

    Raises
    ------
    InputError
        A card or the choices cannot be used.
    SolveError
        An economy has no equilibrium.
    """
    choices, say = choices or Choices(), on_step or (lambda *_: None)
    say("carving the firms out", 0, 5)
    setting = set_up(cards, choices, baseline=baseline, by=by)
    carved, firms = setting.carved, setting.carved.firms
    say("the firms by the day", 1, 5)
    days = [
        _days(one.card, replace(choices, seed=choices.seed + k)) for k, one in enumerate(firms)
    ]  # fmt: skip
    say("the world by the day", 2, 5)
    world = _world(setting, choices, days, network or NetworkParameters())
    say("general equilibrium by horizon", 3, 5)
    solutions = solve_bans(carved, setting.bans(choices.ban_share))
    say("costs and remedies", 4, 5)
    month = 0 if choices.relief is None else round(choices.relief / MONTH)
    results = []
    for k, (one, (path, stays, drawn)) in enumerate(zip(firms, days, strict=True)):
        pair = setting.economies[k]
        horizons = by_horizon(carved, one, pair[1], solutions=solutions)
        joined = join(stays.output, horizons)
        costs = _costs(setting, k, world.kept, horizons, joined)
        at_once = [f.card for f, own in zip(firms, setting.economies, strict=True) if own == pair]
        results.append(SanctionResult(
            one.card, choices, carved, one, pair, path,
            np.quantile(drawn.output, QUANTILES, axis=0), _summary(choices, one, drawn),
            world.path, world.many, _customers(carved, one, path),
            _suppliers(setting, k, world.path, world.supply), world.between, horizons, joined,
            costs, remedies(at_once, costs, month),
            leverage_of(carved.calibration, pair[1], pair[0], list(one.inputs.values())),
            tuple(other.card.name for other in firms if other is not one),
        ))  # fmt: skip
    return tuple(results)


@dataclass(frozen=True, eq=False)
class Setting:
    """Firms carved out of an economy, and who bans each.

    ``economies`` has codes of the target's and the sanctioner's economy, a pair a firm; ``sides``
    positions of the sanctioners.
    """

    carved: Carved
    economies: tuple[tuple[str, str], ...]
    sides: tuple[int, ...]

    def bans(self, ban_share: float) -> list[ExportBan]:
        """Return the measures."""
        pairs = zip(self.carved.firms, self.economies, strict=True)
        return [ban_of(one, self.carved, by, ban_share=ban_share) for one, (_, by) in pairs]


def set_up(
    cards: Sequence[str | Path | FirmCard],
    choices: Choices,
    *,
    baseline: str | Path | Calibration | None = None,
    by: Mapping[str, str] | None = None,
) -> Setting:
    """Carve firms out and find who bans each.

    Raises
    ------
    InputError
        A card cannot be used, a firm is named twice, or nothing says who bans.
    """
    read = [load_card(card) if isinstance(card, str | Path) else card for card in cards]
    for k, card in enumerate(read):
        if card.code in [other.code for other in read[:k]]:
            raise InputError(Problem("this firm is named twice", key="firm", value=card.code))
    world = baseline if isinstance(baseline, Calibration) else load(baseline or read[0].baseline)
    carved = carve(world, *read)
    sides = tuple(
        _sanctioner(carved, one, choices.by or (by or {}).get(one.code)) for one in carved.firms
    )
    codes = carved.calibration.country_codes
    pairs = tuple(
        (codes[one.accounts.economy], codes[side])
        for one, side in zip(carved.firms, sides, strict=True)
    )
    return Setting(carved, pairs, sides)


def _sanctioner(carved: Carved, firm: CarvedFirm, by: str | None) -> int:
    """Find who bans: the economy that critical inputs come from, unless given."""
    card = firm.card
    names = {item.from_ for item in card.critical_inputs} if by is None else {by}
    found = {resolve_countries(carved.calibration, name) for name in names}
    if len(found) != 1 or len(next(iter(found))) != 1:
        message = "critical inputs come from several economies, or none: say who bans"
        raise InputError(Problem(message, card.origin.path, None, "by", sorted(names)))
    side = next(iter(found))[0]
    if side == firm.accounts.economy:
        raise InputError(Problem("an economy does not ban its own firm", key="by", value=by))
    return side


class _Around(NamedTuple):
    """The world at the central paths, at those without relief, and of draws."""

    path: NetworkPath
    kept: NetworkPath
    many: NetworkPath | None
    between: Bracket
    supply: np.ndarray


def _world(
    setting: Setting,
    choices: Choices,
    days: Sequence[tuple[FirmPath, FirmPath, FirmPath]],
    parameters: NetworkParameters,
) -> _Around:
    carved, firms, sides = setting.carved, setting.carved.firms, setting.sides
    supply = supply_of(choices)
    central_paths, staying = (np.stack([d[k].output for d in days], axis=-1) for k in (0, 1))

    def around(capacity: np.ndarray, supply: np.ndarray) -> NetworkPath:
        return network_path(carved, firms, capacity, supply, sides, parameters)

    path = around(central_paths, supply)
    kept = path
    if choices.relief is not None:
        kept = around(staying, np.full(choices.days, 1 - choices.ban_share))
    many = None
    if choices.world_draws:
        few = np.stack([d[2].output[: choices.world_draws] for d in days], axis=-1)
        many = around(few, supply)
    between = bracket(carved, firms, sides, central_paths, supply, parameters)
    return _Around(path, kept, many, between, supply)


def _costs(
    setting: Setting, k: int, kept: NetworkPath, horizons: Horizons, joined: pd.DataFrame
) -> Costs:
    firm = setting.carved.firms[k]
    lost = kept.value_added
    return monthly_costs(
        firm_output=joined,
        revenue=firm.accounts.revenue,
        value_added=(lost[:, firm.accounts.economy], lost[:, setting.sides[k]]),
        horizons=horizons,
        economies=setting.economies[k],
    )


def supply_of(choices: Choices) -> np.ndarray:
    """Return the share of banned sales that goes on, by day."""
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


def _summary(choices: Choices, firm: CarvedFirm, drawn: FirmPath) -> pd.DataFrame:
    end = choices.days if choices.relief is None else choices.relief
    lost = (1 - drawn.output).sum(axis=1) / 365
    return pd.DataFrame(
        {
            "shutdown_day": days_to_shutdown(drawn.output),
            "banned_fall": 1 - drawn.output[:, :end].mean(axis=1),
            "lost_sales": lost * firm.accounts.revenue,
            "idle_jobs": lost * firm.card.employment.middle,
        }
    )


def _customers(carved: Carved, firm: CarvedFirm, path: FirmPath) -> pd.DataFrame:
    c = carved.calibration
    sales = c.flows[c.sector_codes.index(firm.code), :, firm.accounts.economy]
    missed = sales * (1 - path.output).sum() / 365
    index = pd.Index(c.country_codes, name="country")
    return pd.DataFrame({"sales": sales, "missed": missed}, index)


def _suppliers(setting: Setting, k: int, around: NetworkPath, supply: np.ndarray) -> pd.DataFrame:
    c, firm = setting.carved.calibration, setting.carved.firms[k]
    lost = around.lost.copy()
    lost[places(setting.carved, setting.carved.firms)] = 0.0
    banned = np.zeros(len(c.countries))
    own = [c.sector_codes.index(code) for code in firm.inputs.values()]
    sold = c.flows[own, firm.accounts.economy, setting.sides[k]].sum()
    banned[setting.sides[k]] = sold * (1 - supply).sum() / 365
    index = pd.Index(c.country_codes, name="country")
    return pd.DataFrame({"lost": lost.sum(axis=1), "banned": banned}, index)
