"""A firm cut off, from the first day to the long run: everything that a report shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.baseline.calibration import Calibration
from detente.notebook import Shown
from detente.results import Solution
from detente.sanction.backtest import days_to_shutdown
from detente.sanction.bracket import Bracket, bracket
from detente.sanction.calendar import MONTH
from detente.sanction.card import FirmCard
from detente.sanction.carve import Carved, CarvedFirm
from detente.sanction.course import follow
from detente.sanction.draws import draw
from detente.sanction.long_run import Horizons, by_horizon, join, solve_bans
from detente.sanction.network import (
    Bought,
    NetworkParameters,
    NetworkPath,
    banned_cells,
    places,
)
from detente.sanction.purchases import Days, stocks_used
from detente.sanction.relieved import sets_of, valued_remedies
from detente.sanction.setting import Choices, Setting, set_up
from detente.sanction.short_run import FirmPath, firm_path
from detente.sanction.threat import Leverage, leverage_of
from detente.sanction.value import Costs, monthly_costs
from detente.uncertainty.draws import Draws, solve_draws
from detente.uncertainty.prior import Prior, load_prior, members

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BLOCK_DAYS = 1_800_000
"""Draws times days of the firm that are followed at once, a fifth of that of the world."""
Progress = Callable[[str, int, int], None]


class ThirdMonth(NamedTuple):
    """Day 90 of a ban that stays.

    ``output`` of the firm, 1 is normal; ``others`` what is sold in place of what is banned, a share
    of a normal day's banned sales; ``stocks_used`` since the first day, the baseline's unit.
    """

    output: float
    others: float
    stocks_used: float


@dataclass(frozen=True, eq=False, repr=False)
class SanctionResult(Shown):
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
    bought
        ``(day,)`` shares of a normal day's banned sales: what the sanctioner still sells to the
        firm, and what others sell in its place; the rest comes from stocks, or is missed.
    stocks_used
        Value of banned inputs that the firm has taken from its stocks by the last day, the
        baseline's unit: no loss of value added, but somebody had paid for it.
    third_month
        The end of the third month of a ban that stays, whatever `Choices.relief` says.
    world, world_draws
        The world at the central path; lost value added over the path of draws ``(draw, country)``,
        none where none were asked for.
    customers
        One row an economy: ``sales`` a year, ``missed`` deliveries over the path.
    suppliers
        One row an economy: ``lost`` output over the path beyond that of the firms cut off, by the
        world's path; ``banned`` sales stopped.
    bracket
        Best and worst for final demand over the path.
    horizons, joined, costs, remedies
        General equilibrium by horizon; the firm's output from day to decade under a ban that stays,
        by the day until the ban has done its worst (`Setting.reach`); costs by month, and what may
        stand for the ban at the month of relief: none of them hangs on the days of the path.
    leverage
        What the ban and other cut-offs cost both sides, and how that wears off.
    beside
        Names of the other firms that are cut off at the same time: what is said of the world, of
        economies and of remedies is then of all bans together.
    for_good
        The long run at drawn trade elasticities; nothing without draws.
    """

    card: FirmCard
    choices: Choices
    carved: Carved
    firm: CarvedFirm
    economies: tuple[str, str]
    path: FirmPath
    quantiles: np.ndarray
    draws: pd.DataFrame
    bought: Bought
    stocks_used: float
    third_month: ThirdMonth
    world: NetworkPath
    world_draws: np.ndarray | None
    customers: pd.DataFrame
    suppliers: pd.DataFrame
    bracket: Bracket
    horizons: Horizons
    joined: pd.DataFrame
    costs: Costs
    remedies: pd.DataFrame
    leverage: Leverage
    beside: tuple[str, ...] = ()
    for_good: Draws | None = None

    def _brief(self) -> str:
        target, sanctioner = self.economies
        return f"of {self.card.name!r} ({target}), cut off by {sanctioner}"


def run_sanction(
    card: str | Path | FirmCard,
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    network: NetworkParameters | None = None,
    prior: Prior | None = None,
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
        [card], choices, baseline=baseline, network=network, prior=prior, on_step=on_step
    )  # fmt: skip
    return found


def run_sanctions(
    cards: Sequence[str | Path | FirmCard],
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    by: Mapping[str, str] | None = None,
    network: NetworkParameters | None = None,
    prior: Prior | None = None,
    on_step: Progress | None = None,
) -> tuple[SanctionResult, ...]:
    """Cut several firms off at once, with the same days, relief and share for all.

    Parameters
    ----------
    baseline
        Another economy than the first card's.
    by
        Who bans, by the firm's code, where not as `Choices` or the card say.
    prior
        What trade elasticities are drawn from in the long run; the shipped one unless given.
    cards, network, prior, on_step
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
    drawn_from = load_prior() if prior is None else prior
    members(drawn_from, setting.carved.calibration)  # refuses before anything is solved
    carved, firms = setting.carved, setting.carved.firms
    say("the firms by the day", 1, 5)
    central = setting.central(choices.days, choices.relief)
    stays = setting.central(max(choices.days, 3 * MONTH))
    drawn = [_draws(setting, choices, k) for k in range(len(firms))]
    say("the world by the day", 2, 5)
    first = [one.first for one in drawn]
    parameters = network or NetworkParameters()
    world = _world(setting, choices, (central, first), parameters)
    course = follow(setting, choices.relief, parameters, some=sets_of(setting))
    say("general equilibrium by horizon", 3, 5)
    solutions = solve_bans(carved, setting.bans())
    for_good = _for_good(choices, solutions, drawn_from)
    say("costs and remedies", 4, 5)
    valued = valued_remedies(setting, course, solutions)
    results = []
    for k, one in enumerate(firms):
        pair, path = setting.economies[k], central[k].path
        horizons = by_horizon(carved, one, pair[1], solutions=solutions)
        results.append(SanctionResult(
            one.card, choices, carved, one, pair, path,
            _quantiles(drawn[k].output),
            _summary(choices, one, drawn[k].output), _own(setting, k, world.bought),
            stocks_used(carved, one, setting.sides[k], central[k]), _third_month(setting, k, stays),
            world.path, world.many,
            _customers(carved, one, path), _suppliers(setting, k, world), world.between, horizons,
            join(course.output[:, k], horizons),
            monthly_costs(course, k, horizons, pair, carved), valued[pair],
            leverage_of(carved.calibration, pair[1], pair[0], list(one.inputs.values())),
            tuple(other.card.name for other in firms if other is not one), for_good,
        ))  # fmt: skip
    return tuple(results)


def _for_good(choices: Choices, solutions: Mapping[str, Solution], prior: Prior) -> Draws | None:
    """Solve the long run again at drawn trade elasticities; nothing where no draws are wanted."""
    name, count = list(solutions)[-1], min(choices.draws, choices.world_draws)
    if count < 2:
        return None
    return solve_draws(prior, {name: solutions[name].equilibrium}, count, seed=choices.seed)


class _Around(NamedTuple):
    """The world at the central paths and of draws."""

    path: NetworkPath
    many: np.ndarray | None
    between: Bracket
    bought: Bought


def _world(
    setting: Setting,
    choices: Choices,
    days: tuple[Sequence[Days], Sequence[Days]],
    parameters: NetworkParameters,
) -> _Around:
    carved, firms = setting.carved, setting.carved.firms
    central, drawn = days
    path = setting.world(central, parameters)
    wanted = choices.draws and choices.world_draws
    many = _losses(setting, drawn, parameters) if wanted else None
    output, bought = setting.around(central, parameters)
    hardest = setting.around(
        setting.central(choices.days, choices.relief, replaced=False), parameters
    )
    between = bracket(carved, firms, setting.sides, output, bought, parameters, hardest)
    return _Around(path, many, between, bought)


def _third_month(setting: Setting, k: int, stays: Sequence[Days]) -> ThirdMonth:
    last, firm = 3 * MONTH, setting.carved.firms[k]
    days = [one._replace(path=FirmPath(*(x[:last] for x in one.path))) for one in stays]
    output, every = setting.around(days, NetworkParameters())
    others = float(_own(setting, k, every).others[-1])
    used = stocks_used(setting.carved, firm, setting.sides[k], days[k])
    return ThirdMonth(float(output[-1, k]), others, used)


class _Drawn(NamedTuple):
    """Output of draws ``(draw, day)``, and all of the first of them."""

    output: np.ndarray
    first: Days


def _draws(setting: Setting, choices: Choices, k: int) -> _Drawn:
    """Follow draws of a firm, some at a time: only output is kept of those not followed further."""
    card, days = setting.carved.firms[k].card, choices.days
    until = days if choices.relief is None else choices.relief
    if not choices.draws:
        return _Drawn(np.empty((0, days)), setting.central(days, choices.relief)[k])
    random = draw(card, choices.draws, seed=choices.seed + k, ban_share=setting.cuts[k])
    output, first = np.empty((choices.draws, days)), []
    block = max(BLOCK_DAYS // days, 1)
    for start in range(0, choices.draws, block):
        part = slice(start, start + block)
        path = firm_path(_some(random, part), days, relief=choices.relief)
        output[part] = path.output
        left = max(choices.world_draws - start, 0)
        first.append(FirmPath(*(x[:left].copy() for x in path)))  # lets go of the others
    few = FirmPath(*(np.concatenate(parts) for parts in zip(*first, strict=True)))
    return _Drawn(output, Days(_some(random, slice(choices.world_draws)), few, until))


def _some(many, part: slice):
    """Return some draws of parameters, or of a path."""
    return type(many)(*(x[part] for x in many))


def _losses(
    setting: Setting, drawn: Sequence[Days], parameters: NetworkParameters
) -> np.ndarray:  # fmt: skip
    """Return lost value added of draws over the path, ``(draw, country)``, some at a time."""
    found = []
    count, days = drawn[0].path.output.shape
    block = max(BLOCK_DAYS // 5 // days, 1)
    for start in range(0, count, block):
        part = slice(start, start + block)
        some = [Days(_some(one[0], part), _some(one[1], part), one.relief) for one in drawn]
        found.append(setting.world(some, parameters).value_added.sum(axis=1))
    return np.concatenate(found)


def _quantiles(output: np.ndarray) -> np.ndarray:
    """Quantiles of draws by day: a few days at a time, for sorting copies what it sorts."""
    if not len(output):
        return np.full((len(QUANTILES), output.shape[1]), np.nan)
    parts = [np.quantile(output[:, k : k + 10], QUANTILES, axis=0)
             for k in range(0, output.shape[1], 10)]  # fmt: skip
    return np.concatenate(parts, axis=1)


def _summary(choices: Choices, firm: CarvedFirm, output: np.ndarray) -> pd.DataFrame:
    end = choices.days if choices.relief is None else choices.relief
    lost = (choices.days - output.sum(axis=1)) / 365
    return pd.DataFrame(
        {
            "shutdown_day": days_to_shutdown(output),
            "banned_fall": 1 - output[:, :end].mean(axis=1),
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


def _own(setting: Setting, k: int, every: Bought) -> Bought:
    """Return what a firm buys of what is banned, over all its cells, ``(day,)``."""
    cells, sold = _cells(setting, k)
    weight = sold / sold.sum() if sold.sum() > 0 else sold
    return Bought(*(part[:, cells] @ weight for part in every))


def _cells(setting: Setting, k: int) -> tuple[list[int], np.ndarray]:
    """Return a firm's cells of banned sales, as positions, and what is sold there a year."""
    c = setting.carved.calibration
    cells = [
        (place, cell)
        for place, cell in enumerate(
            banned_cells(setting.carved, setting.carved.firms, setting.sides)
        )
        if cell[3] == k
    ]
    return [place for place, _ in cells], np.array([c.flows[cell[:3]] for _, cell in cells])


def _suppliers(setting: Setting, k: int, around: _Around) -> pd.DataFrame:
    c = setting.carved.calibration
    lost = around.path.lost.copy()
    lost[places(setting.carved, setting.carved.firms)] = 0.0
    cells, sold = _cells(setting, k)
    banned = np.zeros(len(c.countries))
    banned[setting.sides[k]] = (1 - around.bought.banned[:, cells]).sum(axis=0) @ sold / 365
    index = pd.Index(c.country_codes, name="country")
    return pd.DataFrame({"lost": lost.sum(axis=1), "banned": banned}, index)
