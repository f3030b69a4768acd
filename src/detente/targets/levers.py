"""What a target may be reached with: rates that the search chooses within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.arrays import Policy

Array = NDArray[np.float64]
Cell = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]

OTHERS = "others"
"""Every other economy, as what a lever is set ``on``."""


class _Kind(NamedTuple):
    """What a kind of lever moves: a field of the shock, its highest rate, and whether below 1."""

    field: str
    high: float
    limit: float
    exporter: bool = False


KINDS = {
    "tariff": _Kind("tariff_cf", 2.0, np.inf),
    "purchases": _Kind("tariff_cf", 0.5, 1.0),
    "cut": _Kind("tariff_cf", 1.0, np.nextafter(1.0, 2.0)),
    "restraint": _Kind("export_tax", 2.0, np.inf, exporter=True),
    "deficit": _Kind("deficit_fixed", 0.2, 1.0),
}


_GAPS = {"tariff_cf": "tariff_gap", "export_tax": "tax_gap"}
"""How far lines are from the cell's entry, by field."""


@dataclass(frozen=True)
class Lever:
    """Rates of one economy towards others, to be chosen between 0 and ``high``.

    Parameters
    ----------
    kind
        ``"tariff"``: points on top of the rates in force. ``"purchases"``: the buyer's treasury
        pays the share s of the price, so that the tariff becomes (1 + t)(1 − s) − 1. ``"cut"``: the
        share of the tariffs in force that is taken off. ``"restraint"``: the exporter ``by``
        restrains what it sells to ``on``, as a tax on its exports whose revenue stays with it (a
        voluntary restraint with the rents at the exporter). ``"deficit"``: the overall deficit of
        ``by`` falls by the rate times its value added; the surpluses of ``on`` fall with it.
        Where a measure in force is on a part of a flow, each line moves from its own rate.
    by, on
        The economy that sets the rates, and one or a group, or ``"others"``: every other economy
        (for a deficit in proportion to value added).
    sectors
        Codes, names or groups; a deficit has none.
    each
        ``"all"``: one rate; ``"sector"``: one rate a sector.
    high
        Highest rate; unless given 2 for a tariff and a restraint, 0.5 for purchases, 1 for a cut,
        0.2 for a deficit.

    Raises
    ------
    InputError
        Listing what is unknown, out of bounds or no text.
    """

    kind: Literal["tariff", "purchases", "cut", "restraint", "deficit"]
    by: str
    on: str | tuple[str, ...]
    sectors: str | tuple[str, ...] = "goods"
    each: Literal["all", "sector"] = "all"
    high: float | None = None

    def __post_init__(self) -> None:
        problems = [
            Problem("unknown", None, None, key, value, " or ".join(choice))
            for key, value, choice in (
                ("kind", self.kind, tuple(KINDS)),
                ("each", self.each, ("all", "sector")),
            )
            if not (isinstance(value, str) and value in choice)
        ]
        problems += [
            Problem("names are expected", key=key, value=getattr(self, key))
            for key in ("by", "on", "sectors")
            if not _names(getattr(self, key))
        ]
        if not problems:
            kind = KINDS[self.kind]
            high = kind.high if self.high is None else self.high
            number = isinstance(high, Real) and not isinstance(high, bool)
            if not (number and 0 < high < kind.limit):
                top = (
                    "" if np.isinf(kind.limit) else ", at most 1" if kind.limit > 1 else ", below 1"
                )
                problems.append(
                    Problem("not a bound", key="high", value=high, allowed="above 0" + top)
                )
            if self.kind == "deficit" and self.each == "sector":
                message = "an overall deficit has no sectors"
                problems.append(Problem(message, key="each", value=self.each, allowed="all"))
            object.__setattr__(self, "high", high)
        if problems:
            raise InputError(problems)


def _names(value: object) -> bool:
    if isinstance(value, tuple | list):
        return bool(value) and all(isinstance(v, str) for v in value)
    return isinstance(value, str)


class Placed(NamedTuple):
    """One rate on a baseline: its lever, who sets it, and the cells or economies that it moves.

    ``cell`` indexes (sectors, importers, exporters); ``moves`` ``(country,)`` is the change of the
    deficits at a rate of one, the baseline's unit. One of them is used.
    """

    lever: Lever
    actor: int
    cell: Cell | None = None
    moves: Array | None = None


@dataclass(frozen=True, eq=False)
class Levers:
    """Levers on a baseline: where each entry of the vector of rates ``(size,)`` acts."""

    placed: tuple[Placed, ...]
    upper: Array

    @property
    def size(self) -> int:
        """Number of rates to choose."""
        return len(self.placed)

    @property
    def actors(self) -> list[int]:
        """Economies that set a rate, by their number."""
        return sorted({one.actor for one in self.placed})

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of the shock that are moved, tariffs apart."""
        moved = {KINDS[one.lever.kind].field for one in self.placed}
        return tuple(sorted(moved - {"tariff_cf"}))

    def fields_of(self, base: Policy) -> tuple[str, ...]:
        """Fields of the shock of a policy that are moved, tariffs apart, those of lines too."""
        if base.lines is None:
            return self.fields
        moved = {KINDS[one.lever.kind].field for one in self.placed}
        return (*self.fields, *(f"lines.{_GAPS[field]}" for field in _GAPS if field in moved))

    def apply(self, base: Policy, rates: Array) -> Policy:
        """Return the policy with these rates on top of ``base``."""
        tariff, changed, gaps = base.tariff_cf.copy(), {}, _gaps(base)
        for name, shape in (("export_tax", tariff.shape), ("transfer", tariff.shape[1:2])):
            if {"transfer": "deficit_fixed"}.get(name, name) in self.fields:
                held = getattr(base, name)
                changed[name] = np.zeros(shape) if held is None else held.copy()
        for rate, one in zip(rates, self.placed, strict=True):
            if one.moves is not None:
                changed["transfer"] += rate * one.moves
                continue
            field = KINDS[one.lever.kind].field
            by_cell, by_line = _slope(base, one)
            (tariff if field == "tariff_cf" else changed[field])[one.cell] += rate * by_cell
            if by_line is not None:
                gaps[_GAPS[field]] = gaps[_GAPS[field]] + rate * by_line
        lines = None if base.lines is None else replace(base.lines, **gaps)
        return replace(base, tariff_cf=tariff, lines=lines, **changed)

    def pull(self, base: Policy, slopes: Mapping[str, Array]) -> Array:
        """Turn derivatives by the fields of the shock into derivatives by rates ``(size,)``."""
        found = np.zeros(self.size)
        for k, one in enumerate(self.placed):
            field = KINDS[one.lever.kind].field
            if one.moves is not None:
                found[k] = slopes[field] @ one.moves
                continue
            by_cell, by_line = _slope(base, one)
            found[k] = (slopes[field][one.cell] * by_cell).sum()
            if by_line is not None:
                found[k] += slopes[f"lines.{_GAPS[field]}"] @ by_line
        return found

    def table(self, calibration: Calibration, rates: Array) -> pd.DataFrame:
        """Say in words which rate acts where, per cent."""
        codes = np.array(calibration.sector_codes)
        rows = []
        for rate, (lever, _, cell, _) in zip(rates, self.placed, strict=True):
            sector = "" if cell is None else _said(lever.sectors)
            if cell is not None and lever.each == "sector":
                sector = codes[cell[0][0]]
            rows.append(
                {
                    "kind": lever.kind,
                    "by": lever.by,
                    "on": _said(lever.on),
                    "sector": str(sector),
                    "rate_pct": 100 * float(rate),
                }
            )
        return pd.DataFrame(rows)


def _slope(base: Policy, one: Placed) -> tuple[Array, Array | None]:
    """Change of a lever's cells, and of the gaps of all lines, as its rate rises by one.

    All are linear in it. A cell with lines moves by the mean of what they do, each line's gap by
    how far it does otherwise; none of them where a policy has no lines.
    """
    kind, cell = one.lever.kind, one.cell
    assert cell is not None
    tax = 0.0 * base.tariff_cf[cell] if base.export_tax is None else base.export_tax[cell]
    by_cell = _change(kind, base.tariff_cf[cell], tax)
    if base.lines is None:
        return by_cell, None
    on, size = base.rates_on_lines(), base.tariff_cf.size
    flat = np.ravel_multi_index(cell, base.tariff_cf.shape)
    inside = np.isin(base.lines.cell, flat)
    by_line = np.where(inside, _change(kind, on.tariff_cf, on.export_tax), 0.0)
    mean = base.lines.mean(by_line, size)
    by_cell = np.where(np.isin(flat, base.lines.cell), mean[flat], by_cell)
    return by_cell, np.where(inside, by_line - mean[base.lines.cell], 0.0)


def _change(kind: str, tariff: Array, tax: Array) -> Array:
    """Change of a tariff, or for a restraint of an export tax, as a rate rises by one."""
    if kind == "purchases":
        return -(1 + tariff)
    if kind == "cut":
        return -np.maximum(tariff, 0.0)
    return 1 + tax if kind == "restraint" else np.ones_like(tariff)


def _gaps(base: Policy) -> dict[str, Array]:
    return {} if base.lines is None else {gap: getattr(base.lines, gap) for gap in _GAPS.values()}


def _said(names: str | Sequence[str]) -> str:
    return names if isinstance(names, str) else ", ".join(names)


def place(calibration: Calibration, levers: Sequence[Lever]) -> Levers:
    """Find the cells that levers act on.

    Raises
    ------
    InputError
        A name is unknown, the economy that acts is a group, two levers move the same thing, or
        nothing is traded there.
    """
    if isinstance(levers, Lever) or not all(isinstance(one, Lever) for one in levers):
        raise InputError(Problem("a list of levers is expected", key="levers"))
    placed: list[Placed] = []
    taken: dict[str, NDArray[np.bool_]] = {}
    for lever in levers:
        field = KINDS[lever.kind].field
        actor, others = _economies(calibration, lever)
        if lever.kind == "deficit":
            moves = _moves(calibration, actor, others)
            new, groups = moves != 0, [Placed(lever, actor, moves=moves)]
        else:
            new = _traded(calibration, lever, actor, others)
            groups = [Placed(lever, actor, cell=cell) for cell in _cells(lever, new)]
        if field in taken and (field == "deficit_fixed" or (taken[field] & new).any()):
            raise InputError(Problem("two levers act on the same trade", value=lever.sectors))
        taken[field] = new | taken.get(field, False)
        placed += groups
    if not placed:
        raise InputError("a target needs at least one lever")
    return Levers(tuple(placed), np.array([float(one.lever.high or 0) for one in placed]))


def _moves(calibration: Calibration, actor: int, others: list[int]) -> Array:
    """Change of deficits ``(country,)`` when the deficit of ``actor`` falls by its value added."""
    value = calibration.value_added
    moves = np.zeros(len(value))
    moves[others] = value[actor] * value[others] / value[others].sum()
    moves[actor] = -moves.sum()
    return moves


def _traded(
    calibration: Calibration, lever: Lever, actor: int, others: list[int]
) -> NDArray[np.bool_]:
    """Mark the trade ``(sector, importer, exporter)`` that a lever moves."""
    inside = np.zeros(calibration.flows.shape, dtype=bool)
    sectors = resolve_sectors(calibration, lever.sectors)
    cell = ([actor], others) if not KINDS[lever.kind].exporter else (others, [actor])
    inside[np.ix_(sectors, *cell)] = True
    found = inside & (calibration.flows > 0)
    if not found.any():
        exporter = KINDS[lever.kind].exporter
        verb, way = ("sells", "to") if exporter else ("buys", "from")
        message = f"{lever.by} {verb} nothing of it {way} {_said(lever.on)}, so no rate moves it"
        raise InputError(Problem(message, key="sectors", value=lever.sectors))
    return found


def _cells(lever: Lever, traded: NDArray[np.bool_]) -> list[Cell]:
    if lever.each == "all":
        return [np.nonzero(traded)]  # pyright: ignore[reportReturnType]
    cells = []
    for s in np.flatnonzero(traded.any(axis=(1, 2))):
        n, i = np.nonzero(traded[s])
        cells.append((np.full(len(n), s), n, i))
    return cells


def _economies(calibration: Calibration, lever: Lever) -> tuple[int, list[int]]:
    by = _resolve(calibration, "by", lever.by)
    if len(by) != 1:
        message = "a lever is one economy's; that of several needs one each"
        raise InputError(Problem(message, key="by", value=lever.by))
    if lever.on == OTHERS:
        return by[0], [n for n in range(len(calibration.countries)) if n != by[0]]
    on = _resolve(calibration, "on", lever.on)
    if by[0] in on:
        raise InputError(Problem("an economy has no trade policy on itself", key="on"))
    return by[0], on


def _resolve(calibration: Calibration, key: str, names: str | Sequence[str]) -> list[int]:
    try:
        return list(resolve_countries(calibration, names))
    except InputError as error:
        raise InputError([Problem(p.message, key=key, value=p.value, allowed=p.allowed)
                          for p in error.problems]) from error  # fmt: skip
