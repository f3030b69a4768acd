"""Forecasts of trade after 2018 and in 2025 from tariffs alone, held against what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from detente.baseline.calibration import Calibration
from detente.baseline.names import EU27
from detente.baseline.store import load
from detente.errors import InputError, Problem, nearest
from detente.history import record, scores
from detente.history.forecast import Way, forecasts, pass_through, place, total
from detente.history.outcomes import Outcomes, read_outcomes
from detente.history.record import CHINA, EPISODES, NOT_INDUSTRIES, USA, WORLD, Episode, Frame
from detente.model.horizons import HORIZONS
from detente.notebook import Shown
from detente.results import Solution
from detente.solver.equilibrium import Equilibrium

LEAST = 50.0
"""Million USD in a quarter below which a partner's trade in an industry is not held against."""
GRID = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.5)
"""Trade elasticities of all goods among which one is chosen."""
BEST, FITTED, RULED = "month", 1.075, 1.576
"""Of 2018-20, for forecasts of other years: the horizon that fits best, the one trade elasticity
of the model, and that of the rule (a test holds them)."""
MODEL, RULE, TREND, SAME = "one-elasticity", "rule", "trend", "no-change"
BOUGHT, SOLD = "us-imports", "us-exports-to-china"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Shown):
    """Forecasts of an episode and, where it is known, what happened.

    Attributes
    ----------
    episode
        Which.
    calibration
        The baseline.
    cells
        Trade of each cell in each quarter: ``kind``, ``quarter``, ``exporter``, ``industry``,
        ``base`` and ``now`` (million USD, in the quarter compared with and then), ``raw`` (log
        change), ``actual`` (beyond that of all trade of its kind and quarter), ``log_tariff``, and
        a column a forecast, beyond that of all trade too.
    scores
        `detente.history.scores.table` of them.
    estimates
        By quarter the elasticity of US imports to tariffs, with its standard error.
    elasticities
        One trade elasticity of the model, and that of the rule, of all industries together.
    aside
        By quarter and horizon: how much of the tariffs US buyers pay, change of imports from China
        (log) and of real income of the United States (per cent).
    predictions
        US imports by ``partner``, ``naics`` and ``quarter``: ``before_usd`` (in the quarter
        compared with), ``predicted_usd`` (the model, `BEST`) and what other forecasts say.
    lost
        Share of the trade whose goods the baseline does not have.
    left_out
        Quarters of partners of which the file of outcomes lacks a month.
    """

    episode: Episode
    calibration: Calibration
    cells: Frame
    scores: Frame
    estimates: Frame
    elasticities: dict[str, float]
    aside: Frame
    predictions: Frame
    lost: float
    left_out: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it is known what happened."""
        return not self.scores.empty

    @property
    def best(self) -> str:
        """The horizon that fits US imports best; of 2018-20 where nothing else is known."""
        if not self.known:
            return BEST
        of = self.scores.query("group == @BOUGHT and quarter == 'together'")
        some = of[of["forecast"].isin(HORIZONS)]
        return str(some.loc[some["error"].idxmin(), "forecast"])

    def _brief(self) -> str:
        known = "with outcomes" if self.known else "forecasts alone"
        return f"{self.episode.name} on {self.calibration.name}, best {self.best}, {known}"


def backtest(
    episode: str, *, outcomes: str | Path | None = None, progress: Progress | None = None
) -> Backtest:
    """Forecast trade of an episode from its tariffs alone, and hold it against what happened.

    Parameters
    ----------
    episode
        ``"2018-20"``, or ``"2025"``, whose outcomes are not shipped.
    outcomes
        File of what happened in 2025 (`detente.history.outcomes.read_outcomes`).
    progress
        Called with what is done, how many steps are, and of how many.

    Raises
    ------
    InputError
        There is no such episode, or something is wrong with the file.
    SolveError
        No equilibrium was found.
    """
    one = _episode(episode)
    if outcomes is not None and one.name == "2018-20":
        message = "what happened in 2018-20 is shipped; outcomes are of another episode"
        raise InputError(Problem(message, key="outcomes", allowed="with 2025"))
    known = None if outcomes is None else read_outcomes(outcomes, one)
    return _run(one, known, progress or (lambda *_: None))


def _episode(name: object) -> Episode:
    if not isinstance(name, str) or name not in EPISODES:
        message = f"there is no such episode; {nearest(str(name), EPISODES)}".rstrip("; ")
        raise InputError(Problem(message, key="episode", value=name, allowed=", ".join(EPISODES)))
    return EPISODES[name]


def _run(episode: Episode, known: Outcomes | None, progress: Progress) -> Backtest:
    calibration = load(episode.baseline)
    placed = place(record.lines(episode.name), calibration)
    ways = [Way(name, name) for name in HORIZONS]
    ways += [Way(f"{MODEL}-{value:g}", BEST, value) for value in GRID]
    quarters = (*episode.quarters, *episode.apart)
    made: dict[str, dict[str, Frame]] = {quarter: {} for quarter in quarters}
    aside = []
    for number, way in enumerate(ways):
        told = number * len(quarters)
        for quarter, found, moved in forecasts(placed, calibration, way, quarters):
            made[quarter][way.name] = moved
            if way.elasticity is None:
                aside.append({"quarter": quarter, "horizon": way.name,
                              "pass_through": pass_through(found, placed, quarter),
                              "from_china": total(found, USA, CHINA),
                              "us_income_pct": _income(found)})  # fmt: skip
            told += 1
            progress("forecasts", told, len(ways) * len(quarters))
    trade = _trade(known.trade if known else None)
    every: Frame = pd.concat(
        [_cells(episode, quarter, made[quarter], trade) for quarter in quarters], ignore_index=True
    )
    cells, elasticities = _fitted(_held_against(every), episode)
    return Backtest(
        episode,
        calibration,
        cells,
        _scores(cells, episode),
        _estimates(cells),
        elasticities,
        pd.DataFrame(aside),
        _predictions(episode, every),
        placed.lost,
        known.left_out if known else (),
    )


def _income(found: Equilibrium) -> float:
    """Return the change of real income of the United States, per cent."""
    return float(Solution(found).welfare.loc[USA])  # pyright: ignore[reportArgumentType]


def _trade(known: Frame | None) -> dict[str, Frame]:
    """Return trade by kind: exporter, industry and quarter."""
    bought = record.us_imports().rename_axis(["exporter", "industry", "quarter"])
    if known is not None:
        more = known.rename_axis(bought.index.names)
        bought = pd.concat([bought, more[~more.index.isin(bought.index)]])
    sold: Frame = pd.concat({USA: record.china_purchases()}).rename_axis(bought.index.names)
    return {USA: bought, CHINA: sold}


def _cells(
    episode: Episode, quarter: str, made: dict[str, Frame], trade: dict[str, Frame]
) -> Frame:
    """Return trade of a quarter beside all forecasts of it, as log changes."""
    first = next(iter(made.values()))
    out = []
    for importer, kind in ((USA, BOUGHT), (CHINA, SOLD)):
        of = trade[importer]
        if episode.before(quarter) not in of.index.get_level_values("quarter"):
            continue  # what China bought is not known after 2020
        index = first.loc[importer].index

        def at(when: str, of: Frame = of, index: Frame = index) -> np.ndarray:
            names = index.names
            wanted: Frame = pd.MultiIndex.from_arrays(
                [*(index.get_level_values(name) for name in names), [when] * len(index)]
            )
            return of.reindex(wanted).to_numpy()

        base, now = at(episode.before(quarter)), at(quarter)
        with np.errstate(divide="ignore", invalid="ignore"):
            raw = np.log(now / base)
        held: Frame = pd.DataFrame({"kind": kind, "quarter": quarter, "base": base, "now": now,
                             "raw": raw}, index=index)  # fmt: skip
        held["log_tariff"] = first.loc[importer, "log_tariff"]
        for name, moved in made.items():
            held[name] = moved.loc[importer, "log_change"]
        held[TREND] = _trend(episode, quarter, of, index)
        held[SAME] = 0.0
        held["lines"] = first.loc[importer, "value"]
        out.append(held.reset_index())
    return pd.concat(out, ignore_index=True)


def _held_against(cells: Frame) -> Frame:
    """Return the cells that are large enough, of industries, and traded still."""
    industry = ~cells["industry"].isin(NOT_INDUSTRIES)
    return cells[(cells["base"] >= LEAST) & industry & (cells["now"] != 0)].reset_index(drop=True)


def _trend(episode: Episode, quarter: str, of: Frame, index: Frame) -> np.ndarray:
    """Return how an industry would go on as it went before, from all partners together."""
    whole = (
        of.xs(WORLD) if WORLD in of.index.get_level_values(0) else of.groupby(level=[1, 2]).sum()
    )
    span, season = episode.base - episode.trend, quarter[4:]
    ends = [f"{episode.base}{season}", f"{episode.trend}{season}"]
    # a kind of trade that is not known then has no trend
    by_quarter = whole.unstack("quarter").reindex(columns=ends)
    went = np.log(by_quarter[ends[0]] / by_quarter[ends[1]])
    ahead = went * episode.years(quarter) / span
    return ahead.reindex(index.get_level_values("industry")).replace(
        [np.inf, -np.inf], np.nan).fillna(0.0).to_numpy()  # fmt: skip


def _fitted(cells: Frame, episode: Episode) -> tuple[Frame, dict[str, float]]:
    """Measure all beyond the growth of trade as a whole, and add what is fitted on 2018-20."""
    parts, used = [], {}
    for kind, some in cells.groupby("kind", sort=False):
        part, one, of_rule = _fit(some.copy(), episode)
        parts.append(part)
        used |= {f"{kind}:{MODEL}": one, f"{kind}:{RULE}": of_rule}
    return pd.concat(parts, ignore_index=True), used


def _fit(part: Frame, episode: Episode) -> tuple[Frame, float, float]:
    """Fit trade of one kind: its cells, the model's one elasticity, and the rule's."""
    grid = [f"{MODEL}-{value:g}" for value in GRID]
    part["actual"] = _beyond(part, "raw")
    for name in (*HORIZONS, *grid, TREND):
        part[name] = _beyond(part, name)
    moved, actual = _beyond(part, "log_tariff", plain=True), part["actual"].to_numpy()
    dense, one, of_rule = part[grid].to_numpy().T, FITTED, RULED
    part[MODEL], part[RULE] = _between(dense, one), -of_rule * moved
    if episode.name == "2018-20":
        counts = part["quarter"].isin(episode.quarters).to_numpy() & ~np.isnan(actual)
        part[MODEL], _ = scores.one_elasticity(GRID, dense, actual, part["industry"], counts)
        part[RULE], _ = scores.rule(moved, actual, part["industry"], counts)
        one = scores.best_of(GRID, dense, actual, counts)
        of_rule = scores.slope_of(moved, actual, counts)
    return part.drop(columns=grid), one, of_rule


def _predictions(episode: Episode, cells: Frame) -> Frame:
    """Return US imports as forecast, in USD, also of groups of partners and of EU members."""
    bought = cells[cells["kind"] == BOUGHT]
    grid = np.stack([bought[f"{MODEL}-{value:g}"] for value in GRID])
    said = bought[["quarter", "exporter", "industry", "lines"]].assign(
        predicted=bought[BEST],
        one_elasticity=_between(grid, FITTED),
        rule=-RULED * bought["log_tariff"],
        trend=bought[TREND],
    )
    names = ["predicted", "one_elasticity", "rule", "trend"]
    held = record.us_imports()
    rows = []
    for quarter, part in said.groupby("quarter", sort=False):
        season = episode.before(str(quarter))
        before = held.xs(season, level="quarter")
        by_pair = part.set_index(["exporter", "industry"])[names]
        grown = np.exp(by_pair).mul(part.set_index(["exporter", "industry"])["lines"], axis=0)
        whole = part.groupby("industry")["lines"].sum()
        world = np.log(grown.groupby(level="industry").sum().div(whole, axis=0))
        for (partner, naics), value in before.items():
            ours = "EU27" if partner in EU27 else partner
            if partner == WORLD and naics in world.index:
                change = world.loc[naics]
            elif (ours, naics) in by_pair.index:
                change = by_pair.loc[(ours, naics)]
            else:
                change = pd.Series(0.0, index=names)
            row = {"partner": partner, "naics": naics, "quarter": quarter}
            ahead = {f"{name}_usd": 1e6 * value * np.exp(change[name]) for name in names}
            rows.append({**row, "before_usd": 1e6 * value, **ahead})
    found: Frame = pd.DataFrame(rows)
    both = found[found["partner"].isin(("CAN", "MEX"))]
    usmca = both.groupby(["naics", "quarter"]).sum(numeric_only=True).reset_index()
    return pd.concat([found, usmca.assign(partner="USMCA")], ignore_index=True)


def _between(forecasts: np.ndarray, elasticity: float) -> np.ndarray:
    """Interpolate forecasts ``(elasticity, cell)`` of the grid."""
    at = float(np.interp(elasticity, GRID, np.arange(len(GRID))))
    low = min(int(at), len(GRID) - 2)
    return (1 - (at - low)) * forecasts[low] + (at - low) * forecasts[low + 1]


def _beyond(part: Frame, name: str, *, plain: bool = False) -> np.ndarray:
    """Return a log change less that of all trade of its quarter."""
    values, out = part[name].to_numpy(float), np.empty(len(part))
    base = part["base"].to_numpy()
    for quarter in part["quarter"].unique():
        at = (part["quarter"] == quarter).to_numpy()
        known = at & ~np.isnan(values)
        if plain:
            mean = np.average(values[known], weights=base[known]) if known.any() else np.nan
        else:
            size = base[known].sum()
            mean = np.log((base[known] * np.exp(values[known])).sum() / size) if size else np.nan
        out[at] = values[at] - mean
    return out


def _groups(cells: Frame) -> dict[str, np.ndarray]:
    bought = (cells["kind"] == BOUGHT).to_numpy()
    china = (cells["exporter"] == CHINA).to_numpy()
    return {
        BOUGHT: bought,
        "from-china": bought & china,
        "from-others": bought & ~china,
        SOLD: (cells["kind"] == SOLD).to_numpy(),
    }


def _scores(cells: Frame, episode: Episode) -> Frame:
    names = (*HORIZONS, MODEL, RULE, TREND, SAME)
    return scores.table(cells, _groups(cells), names, episode.quarters)


def _estimates(cells: Frame) -> Frame:
    """Estimate the elasticity of US imports to tariffs, quarter by quarter."""
    some = cells[(cells["kind"] == BOUGHT) & cells["raw"].notna()]
    rows = [
        {"quarter": quarter,
         **scores.estimate(part["raw"].to_numpy(), part["log_tariff"].to_numpy(),
                           part["exporter"], part["industry"])}
        for quarter, part in some.groupby("quarter", sort=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)
