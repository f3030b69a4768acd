"""What measures do to the lines of cells: cells that the same measures are on are cut alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.arrays import Policy, Rates
from detente.policy.goods import LinesOf
from detente.policy.instruments import OnTariffs, OnTrade
from detente.policy.kept import kept
from detente.policy.overlaps import SMALLEST, Part, Unit, parts_of_cell
from detente.policy.product_lines import MOST_CLASSES, Mark, classes, measure_mark
from detente.policy.products import OnCodes
from detente.policy.rates import line_change
from detente.policy.tariffs import Tariff, TariffQuota

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Effect:
    """What one measure does to the lines that it covers.

    Attributes
    ----------
    touched
        ``(sector, importer, exporter)``, true where it covers anything.
    covered
        Share of the trade of a touched cell that it covers ``(sector,)``.
    tariff_change
        New minus applied rate of a covered line, by cell.
    export_tax
        On what is covered.
    ways
        Ways in which what is covered is delivered: the share that goes each way, the factor on its
        cost, and the share of its suppliers that may still sell.
    weight
        Share of the measure that is in force.
    apart
        Whether it changes nothing but keeps what it covers apart, under its label.
    on
        What it is on by line in each cell, by flat place, where it knows its lines.
    notes
        What is to be said of its goods.
    """

    label: str
    measure: OnTrade
    touched: NDArray[np.bool_]
    covered: Array
    tariff_change: Array | float = 0.0
    export_tax: float = 0.0
    ways: tuple[tuple[float, float, float], ...] = ((1.0, 1.0, 1.0),)
    weight: float = 1.0
    apart: bool = False
    on: Mapping[int, OnCodes] | None = None
    notes: tuple[str, ...] = ()

    @property
    def replaces(self) -> bool:
        """Whether it puts another tariff in place of the one applied."""
        return isinstance(self.measure, OnTariffs) and self.measure.replaces

    @property
    def marked(self) -> bool:
        """Whether its lines must be found again by its label."""
        return self.apart or isinstance(self.measure, TariffQuota)

    @property
    def breadth(self) -> float:
        """How wide it is, for `narrower`: cells that it is on, a list being narrower than any."""
        measure = self.measure
        part = self.on is None and any(
            getattr(measure, key, None) is not None
            for key in ("coverage", "value_usd", "product_list")
        )
        return 0.5 if part else 1.0 + float(self.touched.sum())


def with_trade(
    policy: Policy, calibration: Calibration, effects: Sequence[Effect], lines: LinesOf
) -> Policy:
    """Add what measures do to lines, cells that the same measures are on together."""
    if not effects:
        return policy
    touched = np.stack([e.touched for e in effects])
    anywhere = np.flatnonzero(touched.any(axis=0))
    if not anywhere.size:  # nothing is traded where they are
        return policy
    sector = anywhere // len(calibration.countries) ** 2
    # cells with measures that know their lines are cut one by one
    by_line = {cell for e in effects for cell in e.on or ()}
    single = np.array([cell if cell in by_line else -1 for cell in anywhere.tolist()])
    patterns = np.vstack([sector, single, touched.reshape(len(effects), -1)[:, anywhere]])
    kinds, index = np.unique(patterns, axis=1, return_inverse=True)
    pieces, notes, cutter = [], _Notes(calibration, effects), _Cutter(calibration, effects, lines)
    refused: dict[Problem, list[int]] = {}
    for number, (s, _, *on) in enumerate(kinds.T):
        active = [k for k, here in enumerate(on) if here and effects[k].covered[s] > 0]
        cells = anywhere[index.ravel() == number]
        try:
            cut = cutter.cut(active, int(s), cells)
            notes.near(cut.marks, cut.base, cells)
            notes.take(cut.units, int(s))
            pieces.append(cut.lines)
        except InputError as error:
            for problem in error.problems:
                refused.setdefault(problem, []).extend(int(cell) for cell in cells)
    if refused:
        raise InputError([_located(calibration, p, cells) for p, cells in refused.items()])
    cell, share, named, *values = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    rates = Rates(*values)
    if (rates.tariff_cf <= -1).any() or (rates.export_tax <= -1).any():
        raise InputError("the measures together make a subsidy of 100% or more of the value")
    lists = tuple(effect.label for effect in effects if effect.marked)
    made = policy.with_lines(calibration.tariff, cell, share, rates, named, lists)
    said = [note for effect in effects for note in effect.notes]
    more = (*said, *notes.idle(), *notes.classes(), *_borrowed(calibration, effects))
    return replace(made, notes=(*notes.said(), *dict.fromkeys(more)))


def _borrowed(calibration: Calibration, effects: Sequence[Effect]) -> Iterator[str]:
    """Say which product lists are used between economies that they were not written for."""
    from detente.policy.product_lists import describe

    for effect in effects:
        if effect.measure.product_list is None:
            continue
        written = describe()[effect.measure.product_list]
        other = [
            f"{', '.join(codes[:3])}{' and others' if len(codes) > 3 else ''} as {role}"
            for axes, role, key in (((0, 2), "buyer", "by"), ((0, 1), "seller", "on"))
            if (codes := _others(calibration, np.any(effect.touched, axis=axes), written[key]))
        ]
        if other:
            yield (
                f"product list {effect.measure.product_list} was written for {written['by']} "
                f"buying from {written['on']}: {effect.label} takes the same share of each sector "
                f"for {' and '.join(other)}"
            )


def _others(calibration: Calibration, there: NDArray[np.bool_], code: str) -> list[str]:
    """Return the economies among some that are not, and do not hold, the one of a code."""
    economies = [one for one, here in zip(calibration.countries, there, strict=True) if here]
    return [one.code for one in economies if code not in {one.code, *one.members}]


def _located(calibration: Calibration, problem: Problem, cells: Sequence[int]) -> Problem:
    """Say in which cells measures contradict each other: the first, and how many there are."""
    _, n, i = np.unravel_index(cells[0], calibration.flows.shape)
    codes = calibration.country_codes
    sectors = {cell // (len(codes) ** 2) for cell in cells}
    named = [calibration.sector_codes[k] for k in sorted(sectors)]
    place = f"{named[0]}, {codes[n]} on {codes[i]}"
    if len(named) > 1:
        place += f", and {len(named) - 1} more sectors" if len(named) > 2 else f", and {named[1]}"
    return replace(problem, message=f"{problem.message} ({place})")


@dataclass(frozen=True, eq=False)
class _Cut:
    """Lines of some cells, and what they were cut by.

    ``lines`` are cell, share, lists that it is kept apart for, `Rates`.
    """

    base: list[Part]
    marks: dict[int, Mark]
    units: list[Unit]
    lines: tuple[NDArray[np.intp], *tuple[Array, ...]]


class _Cutter:
    """Cuts cells of a sector that the same measures are on into lines.

    Single cells are kept: where a rate is moved, most are as they were.
    """

    def __init__(self, calibration: Calibration, effects: Sequence[Effect], lines: LinesOf):
        self.calibration, self.effects, self.lines = calibration, effects, lines
        numbers = range(len(effects))
        self.may_yield = frozenset(k for k in numbers if _may_yield(effects, k))
        marked = [k for k in numbers if effects[k].marked]
        self.bits = {k: 1 << number for number, k in enumerate(marked)}
        # marks of classes are numbered after the measures
        self.frame = (len(effects), self.may_yield, tuple(marked))
        of = [] if lines.any_stated else effects
        self.measures = [measure_mark(calibration, e.measure, e.label) for e in of]
        self.parts = [measure_mark(calibration, e.measure, e.label, e.weight, e.apart) for e in of]

    def cut(self, active: Sequence[int], sector: int, cells: NDArray[np.intp]) -> _Cut:
        """Return the lines of some cells."""
        knowing = [k for k in active if self.effects[k].on is not None]

        def make() -> _Cut:
            return self._made(active, knowing, sector, cells)

        if not knowing or not self.parts:
            return make()
        key = (self.frame, int(cells[0]), *((k, self.parts[k]) for k in active))
        return kept(self.calibration).get("pieces", key, make)

    def _made(
        self, active: Sequence[int], knowing: Sequence[int], sector: int, cells: NDArray[np.intp]
    ) -> _Cut:
        calibration, effects = self.calibration, self.effects
        base, marks = self._classes(knowing, cells)
        units = _units(calibration, effects, [k for k in active if k not in knowing], sector)
        # of a line that one measure hands over to another each replaces its share of the rate
        replacing = {k: effects[k].weight for k in active if effects[k].replaces}

        def holding(members: frozenset[int]) -> frozenset[int]:
            return _holding(effects, members, marks)

        labels = [e.label for e in effects]
        yielding = self.may_yield & frozenset(active)
        parts = parts_of_cell(units, replacing, labels, base, holding, yielding)
        applied = calibration.tariff.ravel()[cells]
        # share, share × suppliers left, lists, tariff before, tariff, cost, export tax
        made: dict[bytes, list] = {}
        for number, members, share in (one for part in parts for one in _ways(effects, part)):
            of = marks.get(number)
            before = applied if of is None else np.full(len(cells), of.before)
            tariff, cost, tax, left = before.copy(), 1.0, 0.0, 1.0
            named = sum(self.bits.get(k, 0) for k, _, _ in members)
            for k, factor, open_ in members:
                tariff += _moved(calibration, effects[k], k, cells, of)
                cost *= factor
                tax += effects[k].export_tax
                left *= open_
            # lines with the same prices are one line: what bans leave of it is their mean
            key = np.concatenate([before, tariff, [cost, tax, named]]).tobytes()
            size, open_to = made[key][:2] if key in made else (0.0, 0.0)
            made[key] = [size + share, open_to + share * left, named, before, tariff, cost, tax]
        return _Cut(base, marks, units, _stacked(list(made.values()), cells))

    def _classes(
        self, knowing: Sequence[int], cells: NDArray[np.intp]
    ) -> tuple[list[Part], dict[int, Mark]]:
        """Cut the one cell of measures that know their lines: its parts, and the class of each."""
        if not knowing:
            return [], {}
        effects = self.effects
        (cell,) = cells.tolist()
        on = {k: effects[k].on[cell] for k in knowing}  # pyright: ignore[reportOptionalSubscript]
        tariffs = {k: m for k in knowing if isinstance(m := effects[k].measure, OnTariffs)}

        def make() -> list[tuple[frozenset[int], float, Mark]]:
            return classes(self.calibration, cell, self.lines.of(cell), on, tariffs)

        if self.measures:
            key = (cell, *((k, self.measures[k]) for k in knowing))
            cut = kept(self.calibration).get("classes", key, make)
        else:
            cut = make()
        base, marks = [], {}
        for number, (members, share, one) in enumerate(cut, start=len(effects)):
            base.append((members | {number}, share))
            marks[number] = one
        return base, marks


def _moved(
    calibration: Calibration, effect: Effect, k: int, cells: NDArray[np.intp], mark: Mark | None
) -> Array:
    """Return what a measure adds to the tariff of a line of some cells."""
    measure = effect.measure
    if mark is not None and k in mark.change:
        return np.full(len(cells), effect.weight * mark.change[k])
    if mark is not None and isinstance(measure, OnTariffs):
        before = np.full(len(cells), mark.law)
        return effect.weight * line_change(calibration, measure, int(cells[0]), before)
    change = np.broadcast_to(effect.tariff_change, calibration.tariff.shape)
    return change.ravel()[cells]


def _excludes(effects: Sequence[Effect], k: int, other: int) -> bool:
    """Whether a tariff lets another not hold on its lines."""
    measure = effects[k].measure
    assert isinstance(measure, OnTariffs)
    names = (measure.excludes,) if isinstance(measure.excludes, str) else measure.excludes
    return not measure.stacks or effects[other].label in names


def _may_yield(effects: Sequence[Effect], k: int) -> bool:
    """Whether something tells which holds where a tariff meets another on a line."""
    others = [j for j, e in enumerate(effects) if j != k and isinstance(e.measure, OnTariffs)]
    if not isinstance(effects[k].measure, OnTariffs):
        return False
    return any(
        "narrower" in (effects[k].measure.overlap, effects[j].measure.overlap)
        or _excludes(effects, k, j) or _excludes(effects, j, k)
        for j in others
    )  # fmt: skip


def _holding(
    effects: Sequence[Effect], members: frozenset[int], marks: Mapping[int, Mark]
) -> frozenset[int]:
    """Return what holds of the measures on a part: narrower tariffs, and none that is excluded."""
    tariffs = sorted(k for k in members
                     if k < len(effects) and isinstance(effects[k].measure, OnTariffs))  # fmt: skip
    if len(tariffs) < 2:
        return members
    mark = next((marks[k] for k in members if k >= len(effects)), None)
    gone: set[int] = set()
    for at, one in enumerate(tariffs):
        for other in tariffs[at + 1 :]:
            first, second = _excludes(effects, one, other), _excludes(effects, other, one)
            if first and second:
                raise InputError(_undecided(effects, one, other, "each excludes the other"))
            if first or second:
                gone.add(other if first else one)
            elif "narrower" in (effects[one].measure.overlap, effects[other].measure.overlap):
                ranks = [_rank(effects, k, mark) for k in (one, other)]
                if ranks[0] == ranks[1]:
                    raise InputError(_undecided(effects, one, other, "neither is narrower"))
                gone.add(one if ranks[0] < ranks[1] else other)
    return members - gone


def _rank(effects: Sequence[Effect], k: int, mark: Mark | None) -> tuple[int, float]:
    """Order tariffs on a line from wide to narrow: digits of the code named, then the cells."""
    digits = 0 if mark is None else mark.rank.get(k, 0)
    return digits, -effects[k].breadth


def _undecided(effects: Sequence[Effect], one: int, other: int, why: str) -> Problem:
    return Problem(
        f"measures {effects[one].label}, {effects[other].label} are on the same lines, and {why}",
        key="overlap",
        allowed="products or sectors of which one is inside the other, or excludes in one of them",
    )


def _stacked(
    rows: list[list], cells: NDArray[np.intp]
) -> tuple[NDArray[np.intp], *tuple[Array, ...]]:
    """Lay lines out: cell, share, lists, tariff before, tariff, cost, export tax, suppliers."""

    def column(k: int) -> Array:
        if len(cells) == 1:
            return np.array([float(np.asarray(row[k]).item()) for row in rows])
        every = [np.broadcast_to(np.asarray(row[k], float), cells.shape) for row in rows]
        return np.concatenate(every)

    share, left, named, before, tariff, cost, tax = (column(k) for k in range(7))
    return np.tile(cells, len(rows)), share, named, before, tariff, cost, tax, left / share


def _ways(
    effects: Sequence[Effect], part: Part
) -> Iterator[tuple[int, list[tuple[int, float, float]], float]]:
    """Split a part of a cell by ways of delivery: each measure, its cost factor, suppliers left.

    Its class of lines comes first, -1 where it has none.
    """
    members, share = part
    mark = max(members, default=-1)
    mark = mark if mark >= len(effects) else -1
    found: list[tuple[list[tuple[int, float, float]], float]] = [([], share)]
    for k in sorted(members - {mark}):
        found = [
            ([*taken, (k, factor, left)], size * portion)
            for taken, size in found
            for portion, factor, left in effects[k].ways
            if portion > 0
        ]
    for taken, size in found:
        yield mark, taken, size


def _units(
    calibration: Calibration, effects: Sequence[Effect], active: Sequence[int], sector: int
) -> list[Unit]:
    """Gather measures whose overlap is known: lists of one family; each other is by itself."""
    from detente.policy.product_lists import family, parts

    families: dict[str, list[int]] = {}
    found = []
    for k in active:
        name = effects[k].measure.product_list
        if name is None:
            covered = float(effects[k].covered[sector])
            found.append(Unit(((frozenset((k,)), covered),), effects[k].measure.overlap))
        else:
            families.setdefault(family(name), []).append(k)
    for members in families.values():
        lists = {k: effects[k].measure.product_list for k in members}
        names = tuple(sorted({name for name in lists.values() if name}))
        known = kept(calibration).get("lists", names, partial(parts, calibration, names))
        cut = [(frozenset(k for k in members if lists[k] in names), float(share[sector]))
               for names, share in known]  # fmt: skip
        rule = effects[members[0]].measure.overlap
        found.append(Unit(tuple(part for part in cut if part[1] > 0), rule))
    return found


WORTH_SAYING = 2.5e-3
"""Mean distance of rates from those of their class, as a fraction, from which it is said."""


class _Notes:
    """Collects where a rule had to say how coverages lie to one another."""

    def __init__(self, calibration: Calibration, effects: Sequence[Effect]):
        self.calibration, self.effects = calibration, effects
        self.where: dict[tuple[tuple[int, ...], str], list[str]] = {}
        self.spread, self.worst, self.size = 0.0, 0.0, 0.0
        self.moved: set[int] = set()

    def near(self, marks: Mapping[int, Mark], base: Sequence[Part], cells: NDArray) -> None:
        """Note how far rates are from those of the classes that their lines are put into."""
        if not base:
            return
        self.moved |= {k for mark in marks.values() for k, by in mark.change.items()
                       if abs(by) > SMALLEST}  # fmt: skip
        trade = float(self.calibration.flows.ravel()[cells].sum())
        off = {max(members): share for members, share in base}
        mean = sum(share * marks[k].spread for k, share in off.items())
        self.spread += trade * mean
        self.size += trade
        self.worst = max(self.worst, *(marks[k].spread for k in off))

    def classes(self) -> Iterator[str]:
        """Say what taking lines with near rates together comes to, where it is worth a word."""
        if self.size and self.spread > WORTH_SAYING * self.size:
            mean = 100 * self.spread / self.size
            yield (
                "lines whose rates change by nearly as much are taken together, up to "
                f"{MOST_CLASSES} in a cell for each set of measures: {mean:.2g} points from their "
                f"own on average, {100 * self.worst:.2g} in the widest"
            )

    def idle(self) -> Iterator[str]:
        """Say which bounds, and tariffs that some do not pay, change no rate at all."""
        for k, effect in enumerate(self.effects):
            measure = effect.measure
            if k in self.moved or not effect.on or not isinstance(measure, Tariff):
                continue
            if measure.floor is not None:
                yield f"{effect.label}: changes no rate: all are {100 * measure.floor:g}% or more"
            elif measure.ceiling is not None:
                yield f"{effect.label}: changes no rate: all are {100 * measure.ceiling:g}% or less"
            elif measure.claims is not None:
                yield f"{effect.label}: changes no rate, so nobody has a preference to claim"

    def take(self, units: Sequence[Unit], sector: int) -> None:
        """Note units that cover a part of a sector each."""
        partial = [u for u in units if 0 < u.covered < 1 - SMALLEST]
        if len(partial) < 2:
            return
        members = sorted(set().union(*(m for u in partial for m, _ in u.parts)))
        stated = sorted(f"{', '.join(self.effects[k].label for k in sorted(own))} {u.rule}"
                        for u in partial if u.rule != "independent"
                        for own in [frozenset().union(*(m for m, _ in u.parts))])  # fmt: skip
        places = self.where.setdefault((tuple(members), "; ".join(stated)), [])
        code = self.calibration.sector_codes[sector]
        places.extend([code] if code not in places else [])

    def said(self) -> tuple[str, ...]:
        """Return one sentence for each set of measures."""
        found = []
        for (members, stated), codes in self.where.items():
            names = ", ".join(self.effects[k].label for k in members)
            few = ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
            how = "how much of it is the same is not known and taken as independent"
            how = f"which goods are the same is as `overlap` says: {stated}" if stated else how
            found.append(f"{names} each cover a part of {few}; {how}")
        return tuple(found)
