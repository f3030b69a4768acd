"""Many draws of one table: what is linear in the figures is worked out once, for all of them.

In an economy every utility and every no-deal payoff is ``a + Σ f_k b_k``, with f the figures drawn:
a from the economy and b from the table alone, but for what a smaller deficit or revenue is worth,
where b is a balance or the revenue of the economy. The arrays a and b are read off the plain path
(`Case.table` and `Case.no_deals` at figures of zero and one), so that nothing is said twice; a draw
is then one small product, the sum over issues, and votes on packages that nobody refuses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.talks.case import Case, Draw, no_deal_points
from detente.talks.home import seen_over, votes
from detente.talks.lasting import lasting
from detente.talks.no_deals import WAITING, least_of, outlooks_of, with_waiting
from detente.talks.outlook import power_in
from detente.talks.packages import Packages, enumerate_packages, utilities
from detente.talks.ratification import approval, passing_of, surely
from detente.talks.solutions import deals, solve_table
from detente.talks.table import Floats, NoDeal, Table
from detente.talks.threat_game import made_threats
from detente.talks.valuation import MeasureSet
from detente.talks.worth import Worth

if TYPE_CHECKING:
    from detente.scenario.talks import RangeEntry, TalksRatification

Worths = Mapping[MeasureSet, Worth]
CENTRAL, FIXED = "central", "fixed"
Named = Mapping[str, int | None]
"""Packages that are followed through all draws, by name; nothing where there is none."""
Figures = Mapping[str, "RangeEntry"]


def figures_of(case: Case, worth: Worths) -> dict[str, RangeEntry]:
    """Return every figure with a range that a prediction uses, by key, in the order of use."""
    found: dict[str, RangeEntry] = {}

    def note(key: str, figure: RangeEntry) -> float:
        found[key] = figure
        return figure.central

    packages = enumerate_packages(case.table(worth, note))
    points, fallbacks, _ = outlooks_of(case, worth, packages, note)
    waiting, fallback = points[WAITING], fallbacks[WAITING]
    votes(case.talks.ratification, packages, waiting, fallback, note)
    standing(case, packages, points, waiting.values, 0, note)
    return found


def draw_figures(figures: Figures, draws: int, seed: int) -> Floats:
    """Draw each figure from the triangle of its range, ``(draw, figure)``.

    Every figure has random numbers of its own, which depend on the seed and its key alone: neither
    the order of the file nor what else it holds moves them.
    """
    found = np.empty((draws, len(figures)))
    for column, (key, figure) in zip(found.T, figures.items(), strict=True):
        low, mid, high = figure.ends
        own = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        rng = np.random.default_rng([seed, own])
        column[:] = low if low == high else rng.triangular(low, mid, high, draws)
    return found


@dataclass(frozen=True, eq=False)
class _Layout:
    """A table's figures and its no-deal payoffs in one vector."""

    table: Table
    points: tuple[NoDeal, ...]

    def flat(self, table: Table, points: Mapping[str, NoDeal]) -> Floats:
        parts = [np.asarray(table.values[i.id]) for i in self.table.issues]
        parts += [np.asarray(table.trade.values)] if table.trade else []
        parts += [np.asarray(item.values) for item in table.interactions]
        parts += [points[p.id].values for p in self.points]
        return np.concatenate([part.ravel() for part in parts])

    def utilities(self, vector: Floats) -> Floats:
        table, parties, at = self.table, len(self.table.parties), 0
        values = {}
        for issue in table.issues:
            size = parties * len(issue.options)
            values[issue.id] = vector[at : at + size].reshape(parties, -1)
            at += size
        trade = None
        if table.trade:
            shape = table.trade.values.shape
            trade = vector[at : at + table.trade.values.size].reshape(shape)
            at += table.trade.values.size
        extras = vector[at : at + parties * len(table.interactions)].reshape(-1, parties)
        return utilities(table, values, trade, list(extras))

    def no_deals(self, vector: Floats, local: _Local) -> dict[str, NoDeal]:
        parties = len(self.table.parties)
        rows = vector[len(vector) - parties * len(self.points) :].reshape(-1, parties)
        return {p.id: NoDeal(p.id, row, p.kind, p.title, local.points[p.id])
                for p, row in zip(self.points, rows, strict=True)}  # fmt: skip


class _Local(NamedTuple):
    """What members of each place see in one economy: in the table's trade, and without a deal."""

    table: Table
    points: Mapping[str, tuple[Floats, ...]]


@dataclass(frozen=True, eq=False)
class _Besides:
    """What members see besides: figures, and in which packages more than without a deal."""

    columns: tuple[int, ...]
    patterns: tuple[NDArray[np.int8], ...]

    def at(self, numbers: NDArray[np.int_], row: Floats) -> Floats:
        total = np.zeros(len(numbers))
        for column, pattern in zip(self.columns, self.patterns, strict=True):
            total += row[column] * pattern[numbers]
        return total


@dataclass(frozen=True, eq=False)
class Linear:
    """A case on some economies, ready for draws.

    Attributes
    ----------
    figures
        By key; columns of draws.
    base, slopes
        ``(economy, entry)`` and ``(figure, entry)``: a and b, without deficits and revenue.
    moved
        Figure's column → ``(economy, entry)``: b where it is of the economy.
    """

    case: Case
    headline: str
    figures: dict[str, int]
    packages: Packages
    layout: _Layout
    base: Floats
    slopes: Floats
    moved: dict[int, Floats]
    besides: tuple[tuple[_Besides, ...], ...]
    local: tuple[_Local, ...]

    def predict(self, economy: int, row: Floats, solution: str, named: Named) -> dict[str, float]:
        """Predict at one draw of the figures, in one economy; see `Uncertainty.draws`."""
        vector = self.base[economy] + row @ self.slopes
        for column, slope in self.moved.items():
            vector = vector + row[column] * slope[economy]
        local = self.local[economy]
        packages = Packages(local.table, self.layout.utilities(vector), self.packages.signed)
        draw = self._draw(row)
        points, _, power = with_waiting(self.case, self.layout.no_deals(vector, local), draw)
        without = points[self.headline]
        d = without.values
        inside = deals(packages, d, least_of(points, self.headline))
        numbers = np.flatnonzero(inside)
        able = np.zeros_like(inside)
        able[numbers[self._may_pass(packages, numbers, without, row)]] = True
        found = solve_table(packages, d, solution, weights=power_in(solution, power), allowed=able)

        def passes(package: int) -> float:
            return self._passes(packages, package, without, row)

        drawn = outcome_of(self.case, packages, d, inside, able, found, passes, named)
        return drawn | standing(self.case, packages, points, d, named.get(CENTRAL), draw)

    def _draw(self, row: Floats) -> Draw:
        return lambda key, _figure: float(row[self.figures[key]])

    def _blocs(
        self, number: int, packages: Packages, numbers: NDArray[np.int_], d: NoDeal, row: Floats
    ) -> tuple[TalksRatification, list[int], Floats]:
        """Return a vote, members of its blocs, and ``(bloc, package)`` how each approves."""
        entry = self.case.talks.ratification[number]
        place = packages.table.parties.index(entry.party)
        all_see, *besides = self.besides[number]
        gain = packages.utility[numbers, place] - d.values[place] + all_see.at(numbers, row)
        local = gain + seen_over(packages, number, numbers, d)
        value = np.broadcast_to(local, (len(entry.blocs), len(numbers))).copy()
        for at, own in enumerate(besides):
            if own.columns:
                value[at] += own.at(numbers, row)
        return entry, [bloc.members for bloc in entry.blocs], approval(value, 0.0, entry.sharpness)

    def _may_pass(
        self, packages: Packages, numbers: NDArray[np.int_], d: NoDeal, row: Floats
    ) -> NDArray[np.int_]:
        """Return which of some packages every side ratifies with the chance it must."""
        kept = np.arange(len(numbers))
        for number in range(len(self.besides)):
            entry, members, approvals = self._blocs(number, packages, numbers[kept], d, row)
            passes, fails = surely(members, approvals, entry.needed, entry.least)
            open_ = np.flatnonzero(~passes & ~fails)
            if len(open_):
                chance = passing_of(members, approvals[:, open_], entry.needed)
                passes[open_] = chance >= entry.least
            kept = kept[passes]
        return kept

    def _passes(self, packages: Packages, package: int, d: NoDeal, row: Floats) -> float:
        chance, one = 1.0, np.array([package])
        for number in range(len(self.besides)):
            entry, members, approvals = self._blocs(number, packages, one, d, row)
            chance *= float(passing_of(members, approvals, entry.needed)[0])
        return chance


def linear(case: Case, worths: Sequence[Worths], figures: Figures, headline: str) -> Linear:
    """Work out the arrays of a case on some economies."""
    keys = {key: k for k, key in enumerate(figures)}

    def at(worth: Worths, one: str = "") -> Floats:
        def draw(key: str, _figure: RangeEntry) -> float:
            return float(key == one)

        return layout.flat(case.table(worth, draw), case.no_deals(worth, draw))

    packages = enumerate_packages(case.table(worths[0]))
    points = case.no_deals(worths[0])
    layout = _Layout(packages.table, tuple(points.values()))
    none = no_worth(case)
    aims = [(p.party, p.objective) for p in case.talks.parties if p.objective]
    counted = [f"smaller deficit of {party}" for party, aim in aims if aim.deficit]
    counted += [f"revenue of {party}" for party, aim in aims if aim.revenue]
    moved = {keys[key]: np.array([at(_counted(worth), key) for worth in worths])
             for key in counted}  # fmt: skip
    slopes = np.array([at(none, key) for key in figures]).reshape(len(figures), -1)
    _, fallbacks, _ = outlooks_of(case, worths[0], packages)
    return Linear(
        case, headline, keys, packages, layout, np.array([at(worth) for worth in worths]), slopes,
        moved, _all_besides(case, packages, fallbacks[headline], keys),
        tuple(_local(case, worth, packages.table) for worth in worths),
    )  # fmt: skip


def _local(case: Case, worth: Worths, table: Table) -> _Local:
    if not any(case.seats):
        return _Local(table, {point.id: () for point in no_deal_points(case.talks)})
    without = {name: point.seen for name, point in case.no_deals(worth).items()}
    return _Local(replace(table, seen=case.table(worth).seen), without)


def no_worth(case: Case) -> dict[MeasureSet, Worth]:
    """Return a worth of zero for every set of measures."""
    parties, weights = len(case.parties), case.sector_weights
    zero = np.zeros(parties)
    wide = [len(seats.pay) for seats in case.seats if seats is not None]
    sectors = np.zeros((parties, *(wide[:1] or [0]))) if weights is None else np.zeros_like(weights)
    nothing = Worth(zero, 0.0, sectors, np.zeros((parties, parties)), zero)
    return dict.fromkeys(case.measure_sets(), nothing)


def _nothing(of: Worth) -> Worth:
    return Worth(*(np.zeros_like(part) for part in of))  # pyright: ignore[reportArgumentType]


def _counted(worth: Worths) -> dict[MeasureSet, Worth]:
    """Keep balances and revenue alone, from which only figures of these take anything."""
    return {one: _nothing(of)._replace(balance=of.balance, revenue=of.revenue)
            for one, of in worth.items()}  # fmt: skip


def _all_besides(
    case: Case, packages: Packages, fallback: Mapping[str, str], keys: Mapping[str, int]
) -> tuple[tuple[_Besides, ...], ...]:
    found = []
    for number, entry in enumerate(case.talks.ratification, 1):
        blocs = []
        for key, values in (("", entry.values), *((f" {b.id}", b.values) for b in entry.blocs)):
            columns, patterns = [], []
            for place, item in enumerate(values, 1):
                columns.append(keys[f"vote {number}{key} #{place}"])
                without = all(fallback[issue] == option for issue, option in item.choices.items())
                held = packages.holding(*item.choices.items())
                patterns.append(held.astype(np.int8) - np.int8(without))
            blocs.append(_Besides(tuple(columns), tuple(patterns)))
        found.append(tuple(blocs))
    return tuple(found)


def standing(
    case: Case,
    packages: Packages,
    points: Mapping[str, NoDeal],
    no_deal: Floats,
    package: int | None,
    draw: Draw,
) -> dict[str, float]:
    """Say of one draw which threats are credible, and which sides would keep a package."""
    row = {f"credible_{t.no_deal}": float(t.credibility.credible)
           for t in made_threats(case, points, draw)}  # fmt: skip
    if package is not None:
        row |= {f"keeps_{item.party}": float(item.keeps)
                for item in lasting(case, packages, package, no_deal, draw)}  # fmt: skip
    return row


def outcome_of(
    case: Case,
    packages: Packages,
    no_deal: Floats,
    inside: NDArray[np.bool_],
    able: NDArray[np.bool_],
    found,
    passes: Callable[[int], float],
    named: Named,
) -> dict[str, float]:
    """Put one draw's prediction in a row; see `detente.talks.uncertainty.Uncertainty`."""
    gain = np.full(len(no_deal), np.nan) if found is None else found.gain
    parties, standstill = case.parties, packages.utility[packages.number(case.unsettled)]
    row = {
        "zone": int(inside.sum()),
        "beyond": int((inside & deals(packages, standstill)).sum()),
        "passing": int(able.sum()),
        "package": -1 if found is None else found.package,
        "passes": 0.0 if found is None else passes(found.package),
        **{f"gain_{p}": gain[k] for k, p in enumerate(parties)},
        **{f"no_deal_{p}": no_deal[k] for k, p in enumerate(parties)},
    }
    for name, package in named.items():
        at = gain * np.nan if package is None else packages.utility[package] - no_deal
        row[f"{name}_accepted"] = package is not None and bool(inside[package])
        row[f"{name}_passes"] = passes(package) if package is not None and able[package] else 0.0
        row |= {f"{name}_gain_{p}": at[k] for k, p in enumerate(parties)}
    return row
