"""What bans on firms and cut-offs do, as numbers: results are read here, once.

Money is in the baseline's unit, output as a share of normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from detente.report import facts
from detente.report.run import data as run_data
from detente.sanction.leverage_draws import THREATS
from detente.scenario.consistency import key_name

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.sanction.card import Figure, FirmCard
    from detente.sanction.setting import Choices
    from detente.sanction.study import SanctionResult, ThirdMonth
    from detente.sanction.threat import Leverage
    from detente.uncertainty.draws import Draws, Interval
    from detente.uncertainty.ranges import Ranges

FEW_DRAWS = 20
"""Below so many draws nothing is said of intervals of them."""
FULL_OUTPUT = 0.999
"""Output above this share of normal is called full."""
THIRD_MONTH = 90
"""Its last day."""
ENDS = (0.05, 0.95)
"""Quantiles between which nine of ten draws lie."""
DRAWN = {
    "line_share": "the share in its revenue of",
    "needed": "how much of its output needs",
    "inventory_days": "its stock of",
    "replaceable": "how much others can supply of",
    "replace_days": "how soon others supply",
    "threshold": "how low stocks may run before output falls",
    "restock_days": "how fast stocks are refilled",
    "spare_supply": "how much more than usual suppliers can deliver",
    "demand_loss": "how fast customers leave",
    "demand_return_days": "how fast customers return",
}
"""Figures that draws differ in, in words; of the first five there is one a line or an input."""


@dataclass(frozen=True)
class Side:
    """An economy."""

    code: str
    name: str


@dataclass(frozen=True, eq=False)
class LeverageFacts:
    """Power of one economy over another, what it costs, and how it wears off.

    Attributes
    ----------
    threats
        What a cut-off for good costs the target and the one that threatens, a year.
    half
        Share of the leverage that is left with half of the share replaced, of the first input.
    chokepoints, inputs, diversification, erosion
        As `detente.sanction.threat.Leverage` has them, with names of economies and sectors.
    draws
        What threats cost at drawn parameters; none of bans.
    """

    by: Side
    on: Side
    unit: str
    threats: Mapping[str, tuple[float, float]]
    half: float | None
    chokepoints: pd.DataFrame
    inputs: pd.DataFrame
    diversification: pd.DataFrame
    erosion: pd.DataFrame
    draws: Ranges | None = None

    def ends(self, threat: str) -> tuple[Interval, Interval] | None:
        """Return ends of what a threat costs the target and the one that threatens."""
        if self.draws is None:
            return None
        on, by = (self.draws.interval(THREATS, f, threat) for f in ("on_loss", "by_loss"))
        return (on, by) if on and by else None


@dataclass(frozen=True, eq=False)
class Firm:
    """A firm's own figures, whoever else is cut off at the same time.

    Attributes
    ----------
    output, lost
        By day as asked; sales lost over the path.
    shutdown_day
        First day of a shutdown at the central figures; NaN for never.
    idle_jobs, supplier_jobs
        Person-years without work: the firm's, and those of its suppliers (low, central, high).
    path, draws, countries, horizons, joined, lost_sales
        Tables: by day, by draw, by economy (``sales``, ``missed``, ``banned``), in equilibrium by
        horizon, output from the first day to the tenth year, lost sales by month.
    hangs_on
        What explains which share of the difference between draws' lost sales, most first.
    figures
        Of the card, a row each.
    """

    card: FirmCard
    sides: tuple[Side, Side]
    output: np.ndarray
    lost: float
    shutdown_day: float
    idle_jobs: float
    supplier_jobs: tuple[float, ...]
    path: pd.DataFrame
    draws: pd.DataFrame
    hangs_on: tuple[tuple[str, float], ...]
    countries: pd.DataFrame
    horizons: pd.DataFrame
    joined: pd.DataFrame
    lost_sales: pd.DataFrame
    figures: tuple[Mapping[str, Any], ...]
    adjustments: tuple[Any, ...]
    leverage: LeverageFacts

    @property
    def name(self) -> str:
        """Its name."""
        return self.card.name

    @property
    def many(self) -> bool:
        """Whether there are draws enough to speak of intervals."""
        return len(self.draws) >= FEW_DRAWS

    @property
    def banned(self) -> float:
        """Sales to the firm that are stopped over the path."""
        return float(self.countries["banned"].to_numpy().sum())

    def nine_of_ten(self, column: str) -> tuple[float, float]:
        """Return between what nine of ten draws lie, of those that have a number."""
        low, high = np.quantile(self.draws[column].dropna().to_numpy(), ENDS)
        return float(low), float(high)


@dataclass(frozen=True, eq=False)
class Pair:
    """What bans cost two economies, the target's and the sanctioner's.

    Attributes
    ----------
    months
        ``target`` and ``sanctioner`` lose by month, and ``part``: by day, or on the way to
        equilibrium.
    joint
        What meets where the one passes to the other.
    remedies
        What may stand for the bans, by id: ``pays``, ``low``, ``high``, and gains of both.
    titles
        Of remedies by id.
    third
        Day 90 of a ban that stays, by the name of each firm of the pair.
    """

    target: Side
    sanctioner: Side
    months: pd.DataFrame
    joint: pd.DataFrame
    remedies: pd.DataFrame
    titles: Mapping[str, str]
    third: tuple[tuple[str, ThirdMonth], ...]
    leverage: LeverageFacts

    @property
    def third_month(self) -> tuple[float, float]:
        """Loss of the target and of the sanctioner in the third month."""
        row = self.months.iloc[2]
        return float(row["target"]), float(row["sanctioner"])


@dataclass(frozen=True, eq=False)
class World:
    """What the ban, or all bans together, do to economies.

    Attributes
    ----------
    countries
        By code: changes over the path of ``value_added``, of ``output`` of all others, of final
        purchases served at ``best`` and at ``worst``, and of real income a year by horizon.
    worst
        The worst by day: what the firms and what everybody misses.
    drawn
        Loss of value added of targets in nine of ten draws, by name.
    for_good
        The long run at drawn trade elasticities; nothing without draws.
    """

    pairs: tuple[Pair, ...]
    countries: pd.DataFrame
    horizons: tuple[str, ...]
    worst: pd.DataFrame
    drawn: Mapping[str, tuple[float, float]]
    for_good: Draws | None = None

    @property
    def interval(self) -> Interval | None:
        """Ends of real income a year in the long run; none without draws."""
        found = self.for_good
        return None if found is None else found.interval(next(iter(found.real_income)), None)


@dataclass(frozen=True, eq=False)
class BanFacts:
    """Firms cut off: one firm's own figures, those of economies, or both where it is alone.

    Attributes
    ----------
    firms, codes
        Names of all that are cut off at once, the firm's own first; codes of those whose figures
        these are.
    """

    baseline: Mapping[str, Any]
    baseline_title: str
    names: Mapping[str, str]
    choices: Choices
    firms: tuple[str, ...]
    codes: tuple[str, ...]
    firm: Firm | None
    world: World | None

    @property
    def unit(self) -> str:
        """The unit of money."""
        return self.baseline["unit"]

    @property
    def alone(self) -> bool:
        """Whether one firm alone is cut off."""
        return len(self.firms) == 1


def of_firm(result: SanctionResult) -> BanFacts:
    """Return what a ban does to one firm; where it is the only one, to economies too."""
    world = None if result.beside else _world([result])
    firms = (result.card.name, *result.beside)
    return _facts(result, firms, (result.card.code,), _firm(result), world)


def of_all(results: Sequence[SanctionResult]) -> BanFacts:
    """Return what several bans together do to economies: nothing in it is of one firm."""
    names = tuple(one.card.name for one in results)
    codes = tuple(one.card.code for one in results)
    return _facts(results[0], names, codes, None, _world(results))


def basis(c: Calibration) -> dict[str, Any]:
    """Return what figures are of: an economy."""
    return run_data.baseline(c)


def joint_day(months: pd.DataFrame) -> int:
    """Return the day on which costs by month pass from days to years."""
    from detente.sanction.calendar import MONTH

    return MONTH * list(months["part"]).count("days")


def of_leverage(found: Leverage, c: Calibration, draws: Ranges | None = None) -> LeverageFacts:
    """Return what one economy can threaten another with."""
    from detente.sanction.leverage import cut_off_price

    names, sectors = facts.country_names(c), facts.sector_names(c)
    rows = found.power.to_dict("index").items()
    both = {str(key): (row["target_loss"], row["own_loss"]) for key, row in rows}
    by_loss, on_loss = both["answer"]  # the other way round: the target threatens
    both["answer"] = (on_loss, by_loss)
    half = None
    if len(found.erosion):
        share = float(found.inputs["share"].to_dict()[found.erosion.index[0][0]])
        half = float(cut_off_price(share / 2, 1.0) / cut_off_price(share, 1.0))

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        held = frame.rename(columns={"target_loss": "on_loss"}).reset_index()
        for key, titles in (("by", names), ("sector", sectors)):
            if key in held:
                held[f"{key}_code"] = held[key]
                held[key] = [titles[code] for code in held[key]]
        return held

    return LeverageFacts(
        Side(found.by, names[found.by]),
        Side(found.on, names[found.on]),
        c.card.unit,
        both,
        half,
        named(found.chokepoints),
        named(found.inputs),
        named(found.diversification),
        named(found.erosion),
        draws,
    )


def _facts(
    result: SanctionResult,
    firms: tuple[str, ...],
    codes: tuple[str, ...],
    firm: Firm | None,
    world: World | None,
) -> BanFacts:
    c = result.carved.calibration
    names = facts.country_names(c)
    return BanFacts(basis(c), c.card.title, names, result.choices, firms, codes, firm, world)


def _sides(result: SanctionResult) -> tuple[Side, Side]:
    names = facts.country_names(result.carved.calibration)
    target, sanctioner = (Side(code, names[code]) for code in result.economies)
    return target, sanctioner


def _firm(result: SanctionResult) -> Firm:
    from detente.sanction.backtest import days_to_shutdown

    card, c, output = result.card, result.carved.calibration, result.path.output
    idle = float((1 - output).sum() / 365)
    banned = float(result.suppliers["banned"].to_numpy().sum())
    jobs = _ends(card.supplier_jobs) if card.supplier_jobs else ()
    return Firm(
        card=card,
        sides=_sides(result),
        output=output,
        lost=idle * result.firm.accounts.revenue,
        shutdown_day=float(days_to_shutdown(output)),
        idle_jobs=idle * card.employment.middle,
        supplier_jobs=tuple(banned * number for number in jobs),
        path=_path(result),
        draws=result.draws.rename_axis("draw").reset_index(),
        hangs_on=_hangs_on(result),
        countries=result.customers.join(result.suppliers["banned"]),
        horizons=result.horizons.firm.rename_axis("horizon").reset_index(),
        joined=result.joined,
        lost_sales=result.costs.months.loc[:, ["firm_sales", "part"]],
        figures=_figures(card),
        adjustments=tuple(
            a
            for a in c.card.adjustments
            if card.code in a.what.split() or a.what.startswith(card.name)
        ),
        leverage=of_leverage(result.leverage, c),
    )


def _ends(figure: Figure) -> tuple[float, float, float]:
    low, high = figure.bounds
    return low, figure.middle, high


def _hangs_on(result: SanctionResult) -> tuple[tuple[str, float], ...]:
    """Return which figures of the card explain lost sales: draws are drawn once more."""
    from detente.sanction.draws import draw
    from detente.talks.importance import importance

    choices, card = result.choices, result.card
    if not choices.draws:
        return ()
    drawn = draw(card, choices.draws, seed=choices.seed + result.carved.firms.index(result.firm))
    titles = {
        "line_share": [(line.title or line.id).lower() for line in card.product_lines],
        "inputs": [(item.title or item.id).lower() for item in card.critical_inputs],
    }
    factors = {}
    for name, said in DRAWN.items():
        values = getattr(drawn, name)
        values = values.sum(axis=1) if name == "needed" else values
        each = titles.get(name, titles["inputs"]) if values.ndim > 1 else [""]
        for k, title in enumerate(each):
            factors[f"{said} {title}".rstrip()] = values.reshape(len(values), -1)[:, k]
    found = importance(pd.DataFrame(factors), pd.DataFrame(result.draws[["lost_sales"]]))
    explained = {} if found.empty else found["lost_sales"].to_dict()
    return tuple((str(said), float(size)) for said, size in explained.items())


def _path(result: SanctionResult) -> pd.DataFrame:
    """Return the firm by day: output central and in draws, demand, lines, stocks, purchases."""
    from detente.sanction.study import QUANTILES

    path, card = result.path, result.card
    days = pd.RangeIndex(1, result.choices.days + 1, name="day")
    found = {"output": path.output, "demand": path.demand}
    found |= {f"p{100 * q:g}": row for q, row in zip(QUANTILES, result.quantiles, strict=True)}
    lines = [line.id for line in card.product_lines] or ["all"]
    found |= {f"line_{key}": path.by_line[:, k] for k, key in enumerate(lines)}
    for k, item in enumerate(card.critical_inputs):
        # of what is kept normally
        kept = max(item.inventory_days.middle, 1e-9)
        found[f"stock_{item.id}"] = path.stock[:, k] / kept
    found["bought_banned"], found["bought_others"] = result.bought
    return pd.DataFrame(found, days)


def _figures(card: FirmCard) -> tuple[dict[str, Any], ...]:
    """Return every figure of the card: low, central, high, source, note."""
    from detente.sanction.card import figures

    plain = card.model_dump(mode="json", by_alias=True)
    return tuple(
        {
            "figure": key_name(plain, path),
            **dict(zip(("low", "central", "high"), _ends(figure), strict=True)),
            "source": figure.source,
            "note": figure.note or "",
        }
        for path, figure, _ in figures(card)
    )


def _world(results: Sequence[SanctionResult]) -> World:
    first = results[0]
    income = first.horizons.real_income
    lost = {
        "value_added": -first.world.value_added.sum(axis=0),
        "output": -first.suppliers["lost"].to_numpy(),
    }
    countries = pd.DataFrame(lost, first.suppliers.index)
    pairs = {one.economies: one for one in reversed(results)}
    return World(
        tuple(_pair(one, results) for one in list(pairs.values())[::-1]),
        countries.join(-first.bracket.table).join(income.add_prefix("real_income_")),
        tuple(map(str, income.columns)),
        first.bracket.path.rename(columns={"firm": "firms"}).reset_index(),
        _drawn(results),
        first.for_good,
    )


def _pair(result: SanctionResult, results: Sequence[SanctionResult]) -> Pair:
    titles = {}
    for one in results:
        of = (f"{one.card.code}: ", f"{one.card.name}: ") if len(results) > 1 else ("", "")
        titles |= {f"{of[0]}{r.id}": f"{of[1]}{r.title}" for r in one.card.remedies}
    return Pair(
        *_sides(result),
        result.costs.months,
        result.costs.joint,
        result.remedies,
        titles,
        tuple((r.card.name, r.third_month) for r in results if r.economies == result.economies),
        of_leverage(result.leverage, result.carved.calibration),
    )


def _drawn(results: Sequence[SanctionResult]) -> dict[str, tuple[float, float]]:
    """Return how much the loss of each target moves with the draws, where these are enough."""
    found = {}
    for result in results:
        if result.world_draws is not None and len(result.world_draws) >= FEW_DRAWS:
            target, _ = _sides(result)
            at = result.carved.calibration.country_codes.index(target.code)
            low, high = np.quantile(result.world_draws[:, at], ENDS)
            found[target.name] = (float(low), float(high))
    return found
