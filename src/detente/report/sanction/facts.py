"""What bans on firms and cut-offs do, as numbers: results are read here, once.

Money is in the baseline's unit, output as a share of normal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from detente.report import facts
from detente.report.run import data as run_data

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration
    from detente.sanction.card import FirmCard
    from detente.sanction.setting import Choices
    from detente.sanction.study import SanctionResult, ThirdMonth
    from detente.sanction.threat import Leverage

FEW_DRAWS = 20
"""Below so many draws nothing is said of intervals of them."""
FULL_OUTPUT = 0.999
"""Output above this share of normal is called full."""
THIRD_MONTH = 90
"""Its last day."""
ENDS = (0.05, 0.95)
"""Quantiles between which nine of ten draws lie."""


@dataclass(frozen=True)
class Side:
    """An economy."""

    code: str
    name: str


@dataclass(frozen=True)
class Threat:
    """A cut-off for good: what it costs both sides a year."""

    key: str
    on: float
    by: float

    @property
    def ratio(self) -> float:
        """Loss of the target for one of its own; no number where that is none."""
        return self.on / self.by if self.by > 0 else math.nan


@dataclass(frozen=True)
class Input:
    """A sector that is threatened with.

    Attributes
    ----------
    share
        Of the one that threatens in what the target buys.
    premium
        What another supplier may cost more for the first and for the last unit.
    left
        Share of the leverage that is left, by year; nothing where there is no other supplier.
    """

    sector: Side
    share: float
    theta: float
    spending: float
    premium: tuple[float, float] | None
    left: Mapping[float, float]


@dataclass(frozen=True, eq=False)
class LeverageFacts:
    """Power of one economy over another, what it costs, and how it wears off.

    Attributes
    ----------
    chokepoints
        Cells of suppliers and sectors, most per unit of own cost first, a row each.
    half
        Share of the leverage that is left with half of the share replaced, of the first input.
    diversification, erosion
        As `detente.sanction.threat.Leverage` has them, a row each.
    """

    by: Side
    on: Side
    unit: str
    threats: Mapping[str, Threat]
    chokepoints: tuple[Mapping[str, Any], ...]
    inputs: tuple[Input, ...]
    half: float | None
    diversification: pd.DataFrame
    erosion: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Firm:
    """A firm's own figures, whoever else is cut off at the same time.

    Attributes
    ----------
    output, staying
        By day as asked, and under a ban that stays until that has done its worst.
    lost
        Sales lost over the path.
    shutdown_day, shutdown_days
        First day of a shutdown at the central figures and by draw; NaN for never.
    idle_jobs, supplier_jobs
        Person-years without work: the firm's, and those of its suppliers (low, central, high).
    path, draws, countries, horizons, joined, lost_sales
        Tables: by day, by draw, by economy (``sales``, ``missed``, ``banned``), in equilibrium by
        horizon, output from the first day to the tenth year, lost sales by month.
    lines, stocks
        Titles of product lines, and of critical inputs with the days of stock kept, by id.
    figures
        Of the card, a row each.
    """

    card: FirmCard
    sides: tuple[Side, Side]
    output: np.ndarray
    staying: np.ndarray
    lost: float
    shutdown_day: float
    shutdown_days: np.ndarray
    idle_jobs: float
    supplier_jobs: tuple[float, float, float] | None
    path: pd.DataFrame
    draws: pd.DataFrame
    countries: pd.DataFrame
    horizons: pd.DataFrame
    joined: pd.DataFrame
    lost_sales: pd.DataFrame
    lines: Mapping[str, str]
    stocks: Mapping[str, tuple[str, float]]
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
    def lost_range(self) -> tuple[float, float] | None:
        """Lost sales in nine of ten draws; nothing of a few draws."""
        if not self.many:
            return None
        low, high = np.quantile(self.draws["lost_sales"].to_numpy(), ENDS)
        return float(low), float(high)

    @property
    def banned(self) -> float:
        """Sales to the firm that are stopped over the path."""
        return float(self.countries["banned"].to_numpy().sum())


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

    @property
    def joint_day(self) -> int:
        """Day on which costs by month pass from days to years."""
        return joint_day(self.months)


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
        Loss of value added of targets in nine of ten draws, by name, with the number of draws.
    """

    pairs: tuple[Pair, ...]
    countries: pd.DataFrame
    horizons: tuple[str, ...]
    worst: pd.DataFrame
    drawn: Mapping[str, tuple[int, float, float]]

    def long_run(self, code: str) -> float:
        """Return the change of an economy's real income a year in the long run."""
        return float(self.countries[f"real_income_{self.horizons[-1]}"].to_dict()[code])


@dataclass(frozen=True, eq=False)
class BanFacts:
    """Firms cut off: one firm's own figures, those of economies, or both where it is alone.

    Attributes
    ----------
    firms
        Names of all that are cut off at once, the firm's own first.
    codes
        Codes of those whose figures these are.
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

    @property
    def lifted_before(self) -> bool:
        """Whether the ban is lifted before its third month is over."""
        return self.choices.relief is not None and self.choices.relief < THIRD_MONTH


def of_firm(result: SanctionResult) -> BanFacts:
    """Return what a ban does to one firm; where it is the only one, to economies too."""
    world = None if result.beside else _world([result])
    return _facts(
        result, (result.card.name, *result.beside), (result.card.code,), _firm(result), world
    )


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
    from detente.sanction.value import MONTH

    return MONTH * list(months["part"]).count("days")


def of_leverage(found: Leverage, c: Calibration) -> LeverageFacts:
    """Return what one economy can threaten another with."""
    from detente.sanction.leverage import cut_off_price

    names, sectors = facts.country_names(c), facts.sector_names(c)
    both = {key: (row["target_loss"], row["own_loss"]) for key, row in _rows(found.power)}
    by_loss, on_loss = both["answer"]  # the other way round: the target threatens
    both["answer"] = (on_loss, by_loss)
    inputs = tuple(_input(found, code, row, sectors) for code, row in _rows(found.inputs))
    half = None
    if len(found.erosion):
        code = found.erosion.index[0][0]
        share = next(one.share for one in inputs if one.sector.code == code)
        half = float(cut_off_price(share / 2, 1.0) / cut_off_price(share, 1.0))
    chokepoints = tuple(
        {
            "by": names[by],
            "by_code": by,
            "sector": sectors[sector],
            "sector_code": sector,
            "on_loss": row["target_loss"],
            **{key: row[key] for key in ("own_loss", "power", "ratio")},
        }
        for (by, sector), row in _rows(found.chokepoints)
    )
    return LeverageFacts(
        Side(found.by, names[found.by]),
        Side(found.on, names[found.on]),
        c.card.unit,
        {key: Threat(key, *losses) for key, losses in both.items()},
        chokepoints,
        inputs,
        half,
        found.diversification.reset_index(),
        found.erosion.reset_index(),
    )


def _rows(table: pd.DataFrame) -> list[tuple[Any, dict[str, float]]]:
    return list(table.to_dict("index").items())


def _input(found: Leverage, code: str, row: Mapping[str, float], names: Mapping[str, str]) -> Input:
    premium, left = None, {}
    if len(found.erosion) and code in found.erosion.index.get_level_values(0):
        first = found.diversification.loc[code]["premium_next"].to_numpy()
        premium = float(first[0]), float(first[-1])
        left = found.erosion.xs(code)["leverage"].to_dict()
    side = Side(code, names[code])
    return Input(side, row["share"], row["theta"], row["spending"], premium, left)


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
    return Firm(
        card=card,
        sides=_sides(result),
        output=output,
        staying=result.joined.loc[result.joined["part"] == "days", "output"].to_numpy(),
        lost=idle * result.firm.accounts.revenue,
        shutdown_day=float(days_to_shutdown(output)),
        shutdown_days=result.draws["shutdown_day"].to_numpy(),
        idle_jobs=idle * card.employment.middle,
        supplier_jobs=_supplier_jobs(card.supplier_jobs, banned),
        path=_path(result),
        draws=result.draws.rename_axis("draw").reset_index(),
        countries=result.customers.join(result.suppliers["banned"]),
        horizons=result.horizons.firm,
        joined=result.joined,
        lost_sales=result.costs.months.loc[:, ["firm_sales", "part"]],
        lines={line.id: line.title or line.id for line in card.product_lines}
        or {"all": "All of revenue"},
        stocks={
            item.id: (item.title or item.id, item.inventory_days.middle)
            for item in card.critical_inputs
        },
        figures=tuple(_figures(card)),
        adjustments=tuple(
            a
            for a in c.card.adjustments
            if card.code in a.what.split() or a.what.startswith(card.name)
        ),
        leverage=of_leverage(result.leverage, c),
    )


def _supplier_jobs(figure: Any, sold: float) -> tuple[float, float, float] | None:
    if figure is None:
        return None
    low, high = figure.bounds
    return sold * low, sold * figure.middle, sold * high


def _path(result: SanctionResult) -> pd.DataFrame:
    """Return the firm by day: output central and in draws, demand, lines, stocks, purchases."""
    import pandas as pd

    from detente.sanction.study import QUANTILES

    days = pd.RangeIndex(1, result.choices.days + 1, name="day")
    path = pd.DataFrame({"output": result.path.output, "demand": result.path.demand}, days)
    for quantile, row in zip(QUANTILES, result.quantiles, strict=True):
        path[f"p{100 * quantile:g}"] = row
    for k, line in enumerate([line.id for line in result.card.product_lines] or ["all"]):
        path[f"line_{line}"] = result.path.by_line[:, k]
    for k, item in enumerate(result.card.critical_inputs):
        path[f"stock_{item.id}"] = result.path.stock[:, k]
    path["bought_banned"], path["bought_others"] = result.bought
    return path


def _figures(card: FirmCard) -> list[dict[str, Any]]:
    """Return every figure of the card: low, central, high, source, note."""
    from detente.sanction.card import figures

    found = []
    for path, figure, _ in figures(card):
        low, high = figure.bounds
        found.append(
            {
                "figure": _named(card, path),
                "low": low,
                "central": figure.middle,
                "high": high,
                "source": figure.source,
                "note": figure.note or "",
            }
        )
    return found


def _named(card: FirmCard, path: Sequence[Any]) -> str:
    """Write the path of a figure with ids in the place of numbers."""
    name, here = "", cast("Any", card)
    for part in path:
        here = here[part] if isinstance(part, int) else getattr(here, part)
        if isinstance(part, str):
            name += f".{part}" if name else part
        else:
            name += f"[{getattr(here, 'id', part + 1)}]"
    return name


def _world(results: Sequence[SanctionResult]) -> World:
    import pandas as pd

    first = results[0]
    income = first.horizons.real_income_musd
    countries = pd.DataFrame(
        {
            "value_added": -first.world.value_added.sum(axis=0),
            "output": -first.suppliers["lost"].to_numpy(),
        },
        first.suppliers.index,
    )
    countries = countries.join(-first.bracket.table).join(income.add_prefix("real_income_"))
    pairs = {one.economies: one for one in reversed(results)}
    return World(
        tuple(_pair(one, results) for one in list(pairs.values())[::-1]),
        countries,
        tuple(map(str, income.columns)),
        first.bracket.path,
        _drawn(results),
    )


def _pair(result: SanctionResult, results: Sequence[SanctionResult]) -> Pair:
    target, sanctioner = _sides(result)
    several = len(results) > 1
    titles = {
        f"{one.card.code}: {remedy.id}"
        if several
        else remedy.id: f"{one.card.name}: {remedy.title}" if several else remedy.title
        for one in results
        for remedy in one.card.remedies
    }
    third = tuple((r.card.name, r.third_month) for r in results if r.economies == result.economies)
    costs = result.costs
    return Pair(
        target,
        sanctioner,
        costs.months,
        costs.joint,
        result.remedies,
        titles,
        third,
        of_leverage(result.leverage, result.carved.calibration),
    )


def _drawn(results: Sequence[SanctionResult]) -> dict[str, tuple[int, float, float]]:
    """Return how much the loss of each target moves with the draws, where these are enough."""
    found = {}
    for result in results:
        if result.world_draws is not None and len(result.world_draws) >= FEW_DRAWS:
            target, _ = _sides(result)
            at = result.carved.calibration.country_codes.index(target.code)
            low, high = np.quantile(result.world_draws[:, at], ENDS)
            found[target.name] = (len(result.world_draws), float(low), float(high))
    return found
