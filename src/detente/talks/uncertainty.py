"""Draws of everything with a range: how likely a deal is, which one, and what decides it.

Figures with ranges are drawn from triangles, each apart from the others. The economy is drawn too:
its trade elasticities (`detente.baseline.elasticity_draws`) and the horizon. An economy is solved
for every joint choice of measures, so that economies are fewer than draws: each serves the same
number of draws, within one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.elasticity_draws import Factors, draw_factors
from detente.errors import SolveError
from detente.model.economy import Structure
from detente.talks.alternating import patience
from detente.talks.answers import valued
from detente.talks.case import Case, Draw, make_valuer
from detente.talks.home import may_pass, passes_all, votes
from detente.talks.importance import importance
from detente.talks.linear import (
    CENTRAL,
    FIXED,
    Named,
    draw_figures,
    figures_of,
    linear,
    no_worth,
    outcome_of,
    standing,
)
from detente.talks.no_deals import least_of, outlooks_of
from detente.talks.outlook import power_in
from detente.talks.packages import Packages, enumerate_packages
from detente.talks.private_information import Offers, sequential_offers
from detente.talks.solutions import deals, solve_table
from detente.talks.table import Floats
from detente.talks.valuation import MeasureSet, Valuer
from detente.talks.worth import Worth
from detente.uncertainty.prior import Prior, draw

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.scenario.schema import Scenario

QUANTILES = (0.05, 0.5, 0.95)
TYPES, ROUNDS, RESAMPLES = 19, 3, 100
ECONOMY, HORIZON = "economy", "horizon"
ENOUGH = 40
"""Economies from which on the common factor of elasticities has an importance of its own."""
WORKERS = 2


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What draws come to.

    Attributes
    ----------
    draws
        One row a draw: ``zone`` packages that nobody refuses and somebody gains from, ``beyond``
        those of them that are so over a standstill too, in which nothing is settled, ``passing``
        those that pass at home, ``package`` predicted (−1: none), ``passes`` its chance at home,
        ``gain_P`` of party P,
        ``no_deal_P`` and ``economy`` drawn; of the package predicted at central figures
        ``central_accepted``, whether nobody refuses it, ``central_passes``, its chance at home
        (0 where it is refused, or would not be put to the vote), and
        ``central_gain_P``; ``fixed_…``
        likewise where options are fixed, ``free_gain_P`` and ``without1_gain_P`` of the packages
        that follow without red lines that leave none (`detente.talks.clash.Clash.deals`).
        ``keeps_P``: whether P would keep the former;
        ``credible_N``: whether the threat that the no-deal point N is would be carried out.
    factors
        ``(draw, factor)``: the figures drawn.
    importance
        Share of the variance of each outcome (columns) that each factor (rows) explains alone.
    packages
        Number of a package → share of draws that predict it, the likeliest first.
    offers
        Offers and answers where the second side's reservation is known to itself alone; nothing
        without a prediction, or with more than two sides.
    secret
        ``(resample,)``: chance of a deal by such offers in resamples of the economies; empty
        likewise.
    economies
        How many economies were drawn; ``failed`` of them had no equilibrium and were replaced.
    """

    draws: pd.DataFrame
    factors: pd.DataFrame
    importance: pd.DataFrame
    packages: pd.Series
    offers: Offers | None
    secret: Floats
    economies: int
    failed: int

    @property
    def deal(self) -> float:
        """Probability that there is a package that nobody refuses and that passes at home."""
        return float(np.mean(self.draws["passes"] * (self.draws["package"] >= 0)))

    @property
    def zone(self) -> float:
        """Probability that there is a package that nobody refuses."""
        return float(np.mean(self.draws["zone"] > 0))

    @property
    def beyond(self) -> float:
        """Probability that there is one that nobody refuses over a standstill either."""
        return float(np.mean(self.draws["beyond"] > 0))

    def chance(self, column: str) -> float:
        """Return the share of draws in which a column of 0 and 1 is 1."""
        return float(np.mean(self.draws[column]))

    @property
    def blind(self) -> float:
        """Probability that nobody refuses the package of central figures, and that it passes."""
        return float(np.mean(self.draws["central_passes"]))

    @property
    def secret_deal(self) -> tuple[float, float] | None:
        """The 5 and 95 per cent quantiles of `secret`."""
        if not len(self.secret):
            return None
        low, high = np.quantile(self.secret, QUANTILES[::2])
        return float(low), float(high)

    def interval(self, column: str) -> tuple[float, float, float]:
        """Return the quantiles `QUANTILES` of a column over the draws that have it.

        ``gain_P`` is what P has of whichever package a draw predicts, ``central_gain_P`` what it
        has of the one predicted at central figures.
        """
        kept = self.draws[column].dropna()
        if kept.empty:
            return np.nan, np.nan, np.nan
        low, mid, high = np.quantile(kept, QUANTILES)
        return float(low), float(mid), float(high)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What draws start from: the scenario, its table, and where solved values are kept.

    ``baseline`` is in place of the scenario's own, as ``elasticities`` are of the baseline's.
    ``prior`` is what these are drawn from: its trade elasticities alone, since horizons are the
    table's own. The shipped one unless given. ``valuer`` is that of the table, whose policies
    serve economies that differ from its own in trade elasticities alone.
    """

    scenario: Scenario
    case: Case
    elasticities: str | float | Path | None
    folder: Path | None
    baseline: str | Path | Calibration | None = None
    prior: Prior | None = None
    valuer: Valuer | None = None
    _at_horizon: dict[str, Valuer] = field(default_factory=dict, repr=False)

    def factors(self, draws: int, seed: int) -> Factors:
        """Draw factors on the trade elasticities of the economy, at whichever horizon it is."""
        some = self._middle(self.case.talks.horizons[0]).calibration
        if self.prior is None:
            return draw_factors(some, draws, seed=seed)
        drawn = draw(self.prior, some, Structure(), draws, seed=seed).elasticities
        factors = drawn / some.trade_elasticity
        return Factors(np.exp(np.log(factors).mean(axis=1)), factors)

    def economy(self, factors: Floats, horizon: str) -> Valuer:
        """Return the economy at a horizon, with factors ``(sector,)`` on its trade elasticities."""
        middle = self._middle(horizon)
        calibration = middle.calibration
        drawn = calibration.at_elasticities(calibration.trade_elasticity * factors)
        return replace(middle, calibration=drawn)

    def _middle(self, horizon: str) -> Valuer:
        """Return the economy that others are drawn around, read once."""
        from detente.prepared import prepare

        if horizon not in self._at_horizon:
            _, calibration, options, _ = prepare(
                self.scenario, self.baseline, self.elasticities, horizon
            )
            made = make_valuer(self.scenario, calibration, options, self.folder)
            near = (self.valuer, *self._at_horizon.values())
            alike = (v for v in near if v and _but_for_elasticities(v.calibration, calibration))
            like = next(alike, None)
            self._at_horizon[horizon] = replace(made, compiled=like.compiled) if like else made
        return self._at_horizon[horizon]


def _but_for_elasticities(one: Calibration, other: Calibration) -> bool:
    """Whether two economies differ in trade elasticities alone, if at all."""
    same = one.sector_codes == other.sector_codes
    return same and one.at_elasticities(other.trade_elasticity).hash == other.hash


@dataclass(frozen=True, eq=False)
class Centre:
    """A table at central figures.

    Attributes
    ----------
    packages, no_deal, least
        With their utilities; ``(party,)`` payoffs without a deal, and below which a side refuses.
    allowed
        ``(package,)``: those that pass at home.
    package, fixed
        The one predicted, and the one predicted where options are fixed; nothing where there is
        none.
    dropped
        Name → package that follows without red lines, where these leave none.
    """

    packages: Packages
    no_deal: Floats
    least: Floats
    allowed: NDArray[np.bool_]
    package: int | None
    fixed: int | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        """Packages that every draw values."""
        fixed = {} if self.fixed is None else {FIXED: self.fixed}
        return {CENTRAL: self.package, **fixed, **self.dropped}


def uncertainty(
    drawing: Drawing,
    draws: int,
    economies: int,
    seed: int,
    headline: str,
    solution: str,
    centre: Centre,
    say: Callable[[str, int, int], None],
) -> Uncertainty:
    """Draw, predict, and find what decides.

    Parameters
    ----------
    drawing
        What to draw from.
    draws, economies, seed
        How many; of the random numbers.
    headline, solution
        No-deal point and solution of the prediction.
    centre
        The table at central figures.

    Raises
    ------
    SolveError
        Half of the economies drawn, or more, have no equilibrium.
    """
    trade = any(drawing.case.measure_sets())
    economies = min(economies, draws) if trade else 1  # where none moves, one says it all
    rng = np.random.default_rng(seed)
    solved, about, failed = _economies(drawing, economies, seed, say, centre.dropped.values())
    order = np.resize(rng.permutation(economies), draws)
    figures = figures_of(drawing.case, solved[0])
    drawn = draw_figures(figures, draws, seed)
    fast = linear(drawing.case, solved, figures, headline)
    rows = []
    for number, k in enumerate(order):
        if number % 50 == 0:
            say("drawing", number, draws)
        rows.append(
            fast.predict(int(k), drawn[number], solution, centre.named) | {"economy": int(k)}
        )
    # what crosses red lines is accepted in no draw
    never = [f"{name}_{what}" for name in centre.dropped for what in ("accepted", "passes")]
    table = pd.DataFrame(rows).drop(columns=never)
    given = pd.DataFrame([about[k] for k in order])
    given = given.join(pd.DataFrame(drawn, columns=list(figures)))
    given = given.loc[:, given.nunique() > 1]
    seen = table.loc[table["package"] >= 0, "package"].value_counts(normalize=False) / draws
    return Uncertainty(
        table, given, importance(given, _outcomes(table, drawing.case.parties)), seen,
        _private(drawing.case, table, centre), _secret_deals(drawing.case, table, centre, rng),
        economies, failed,
    )  # fmt: skip


def _economies(
    drawing: Drawing,
    count: int,
    seed: int,
    say: Callable[[str, int, int], None],
    besides: Iterable[int] = (),
) -> tuple[list[dict[MeasureSet, Worth]], list[dict[str, float]], int]:
    """Draw and solve economies, horizons in turn; what does not solve is drawn again, and counted.

    Further draws of the same seed stand in, so that a replaced one moves no other. Measures that
    stand in no package without a crossed red line, nor in one ``besides``, are not solved for:
    nobody asks for their worth.
    """
    case, horizons = drawing.case, drawing.case.talks.horizons
    nothing = no_worth(case)
    asked = enumerate_packages(case.table(nothing)).feasible
    asked[list(besides)] = True
    sets = case.open_sets(asked)
    factors = drawing.factors(2 * count, seed)

    def solve(job: tuple[int, int]) -> tuple[dict[MeasureSet, Worth], float] | None:
        place, number = job
        valuer = drawing.economy(factors.all[number], horizons[place % len(horizons)])
        try:
            return nothing | valued(case, valuer, sets), float(factors.common[number])
        except SolveError:
            return None

    found: dict[int, tuple[dict[MeasureSet, Worth], float]] = {}
    spare, failed = iter(range(count, 2 * count)), 0
    jobs = [(place, place) for place in range(count)]
    while jobs:
        # compiling and solving leave Python's lock alone: horizons compile side by side
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            for (place, _), one in zip(jobs, pool.map(solve, jobs), strict=True):
                if one is not None:
                    found[place] = one
                say("drawing economies", len(found), count)
        again = [place for place, _ in jobs if place not in found]
        failed += len(again)
        jobs = list(zip(again, spare, strict=False))
    if len(found) < count:
        raise SolveError(f"{failed} of {failed + len(found)} economies drawn have no equilibrium")
    about = [
        {ECONOMY: float(place), "elasticities together": found[place][1],
         HORIZON: float(place % len(horizons))}
        for place in range(count)
    ]  # fmt: skip
    if count < ENOUGH:
        # so few economies do not tell elasticities from the horizon that they came with
        about = [{k: v for k, v in row.items() if k in (ECONOMY, HORIZON)} for row in about]
    return [found[place][0] for place in range(count)], about, failed


def predict_plainly(
    case: Case,
    worth: Mapping[MeasureSet, Worth],
    draw: Draw,
    headline: str,
    solution: str,
    named: Named,
) -> dict[str, float]:
    """Predict at one draw the slow way, package by package, vote by vote: the fast way's check."""
    packages = enumerate_packages(case.table(worth, draw))
    points, fallbacks, power = outlooks_of(case, worth, packages, draw)
    d = points[headline].values
    inside = deals(packages, d, least_of(points, headline))
    ballots = votes(case.talks.ratification, packages, points[headline], fallbacks[headline], draw)
    able = inside & may_pass(ballots, len(inside))
    found = solve_table(packages, d, solution, weights=power_in(solution, power), allowed=able)
    chance = passes_all(ballots, packages.table.size)
    drawn = outcome_of(
        case, packages, d, inside, able, found, lambda one: float(chance[one]), named
    )
    return drawn | standing(case, packages, points, d, named.get(CENTRAL), draw)


def _outcomes(table: pd.DataFrame, parties: tuple[str, ...]) -> pd.DataFrame:
    """Return what importance is asked for: whether there is a deal, and each side's gain."""
    deal = table["passes"] * (table["package"] >= 0)
    gains = {f"gain of {p}": table[f"central_gain_{p}"] for p in parties}
    return pd.DataFrame({"deal": deal, **gains})


def _private(case: Case, table: pd.DataFrame, centre: Centre) -> Offers | None:
    """Offers by the first side, which knows the second's reservation only as the draws have it.

    A reservation is what makes the second side's gain from the predicted package what it is in a
    draw, on the table at central figures.
    """
    if centre.package is None or len(case.parties) != 2:
        return None
    u = centre.packages.utility
    spread = table[f"central_gain_{case.parties[1]}"].dropna()
    chances = (np.arange(TYPES) + 0.5) / TYPES
    types = u[centre.package, 1] - np.quantile(spread, chances)[::-1]
    if centre.least[1] > centre.no_deal[1]:
        types = np.maximum(types, centre.least[1])
    able = np.flatnonzero(centre.packages.feasible & centre.allowed)
    delta = patience([p.impatience.central for p in case.talks.parties],
                     case.talks.round_days / 365.0)  # fmt: skip
    found = sequential_offers(
        u[able], types, np.full(TYPES, 1 / TYPES), own_no_deal=float(centre.least[0]),
        discount=(float(delta[0]), float(delta[1])), rounds=ROUNDS,
    )  # fmt: skip
    return replace(found, offers=np.where(found.offers >= 0, able[found.offers], -1))


def _secret_deals(
    case: Case, table: pd.DataFrame, centre: Centre, rng: np.random.Generator
) -> Floats:
    """Return the chance of a deal by such offers in resamples of the economies drawn.

    Few economies, most of what the reservation depends on, are told by nothing but another sample;
    between offers talks break down at the yearly risk of the file.
    """
    groups = [rows for _, rows in table.groupby("economy")]
    found = []
    for _ in range(RESAMPLES):
        rows = pd.concat([groups[k] for k in rng.integers(0, len(groups), len(groups))])
        offers = _private(case, rows, centre)
        if offers is None:
            return np.zeros(0)
        rounds = np.arange(len(offers.accepted)) * case.talks.round_days / 365.0
        lasts = np.exp(-case.talks.breakdown_risk.central * rounds)
        # where the second side accepts, the first must have something to offer, and both ratify
        deal = (rows["passes"] * (rows["package"] >= 0)).to_numpy(dtype=float)
        willing = deal[rows[f"central_gain_{case.parties[1]}"].to_numpy() >= 0]
        both = float(willing.mean()) if len(willing) else 0.0
        chance = min(float(offers.accepted @ lasts), 1.0) * both
        found.append(min(chance, float(deal.mean())))  # no more than where limits are known
    return np.array(found)
