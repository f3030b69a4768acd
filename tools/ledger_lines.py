"""US rates by partner and HS6 line, divided by legal authority.

The source has the total of every line and the authorities of every cell (partner x GTAP sector);
the weights of the lines sum exactly to the cells. A change of a line therefore belongs to the
authority that changed in its cell on that day. Where two did, one of them ends that day, or
one (Section 232) takes the place of the other; then the cell's proportion divides the change, and
what a line loses when the other ends says how much was there (`divide`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AUTHORITIES = ("base", "s301", "s232", "fentanyl", "reciprocal", "s122", "s301_new", "s338")
S232, FENTANYL, RECIPROCAL, S122 = (
    AUTHORITIES.index(name) for name in ("s232", "fentanyl", "reciprocal", "s122")
)
DISPLACED = (FENTANYL, RECIPROCAL, S122)
"""What goods under Section 232 do not pay besides."""
FULL_VALUE = "2026-04-06"
"""From when Section 232 is on the full value of metals."""
PARTLY = ("s232_metals_2026_annex_2", "s232_pharma", "s232_semiconductors")
"""Lists of what is out of scope, or of which little pays."""
METALS, SURCHARGE = 5000.0, 1000.0
"""Basis points of Section 232 on metal content, June 2025 to April 2026, and of Section 122."""
STEP = 0.05
"""Basis points below which a cell's authority has not changed; the source has tenths."""


@dataclass(frozen=True)
class Lines:
    """Lines of US imports.

    Attributes
    ----------
    partner, hs6
        Of each line.
    imports
        USD of 2024.
    dates
        Days on which anything changes.
    total
        Basis points ``[line, date]``.
    cell
        Position of each line's cell.
    cells
        Basis points ``[authority, cell, date]``.
    covered
        Share of the line's imports on a list of Section 232 ``[line, date]``.
    """

    partner: NDArray[np.str_]
    hs6: NDArray[np.str_]
    imports: NDArray[np.float64]
    dates: tuple[str, ...]
    total: NDArray[np.float64]
    cell: NDArray[np.int64]
    cells: NDArray[np.float64]
    covered: NDArray[np.float64]


def lines_of(
    changes: Any, cells: Any, imports: Any, sector: Any, lists: Any
) -> Lines:  # fmt: skip
    """Put the source's tables side by side; imports are by partner and HTS10."""
    codes, imports = imports, imports.assign(hs6=imports["hts10"].str[:6])
    total = changes.pivot_table(index=["partner", "hs6"], columns="date", values="rate_bp")
    total = total.ffill(axis=1)
    weights = imports.groupby(["iso", "hs6"])["imports"].sum().reindex(total.index)
    partner = total.index.get_level_values(0)
    hs6 = total.index.get_level_values(1)
    by_cell = cells.pivot_table(index=["partner", "sector"], columns="date", values=AUTHORITIES)
    wanted = pd.MultiIndex.from_arrays([partner, sector.str.upper().reindex(hs6).fillna("XXX")])
    cell = by_cell.index.get_indexer(wanted)
    if (cell < 0).any() or weights.isna().any() or total.isna().any().any():
        raise ValueError("the source's tables have other lines or cells than each other")
    levels = np.stack([by_cell[name].to_numpy() * 100 for name in AUTHORITIES])
    return Lines(
        partner.to_numpy(dtype=str), hs6.to_numpy(dtype=str), weights.to_numpy(dtype=float),
        tuple(total.columns), total.to_numpy(), cell, levels,
        _covered(codes, lists, total.index, tuple(total.columns)),
    )  # fmt: skip


def _covered(
    imports: Any, lists: Any, wanted: pd.MultiIndex, dates: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return the share of each line's imports on a list of Section 232, by date."""
    lists = lists[lists["measure"].str.startswith("s232_") & ~lists["measure"].isin(PARTLY)]
    codes: Any = pd.Index(imports["hts10"].unique())
    found = np.zeros((len(wanted), len(dates)))
    for day, date in enumerate(dates):
        if date < FULL_VALUE:
            continue
        here = lists[(lists["start"] <= date) & ~(lists["end"] < date)]["hts"]
        prefixes = {size: set(here[here.str.len() == size]) for size in (4, 6, 8, 10)}
        on: Any = pd.Series(False, codes)
        for size, held in prefixes.items():
            on |= codes.str[:size].isin(held)
        value = imports["imports"] * imports["hts10"].map(on)
        both = [imports["iso"], imports["hts10"].str[:6]]
        share = value.groupby(both).sum() / imports["imports"].groupby(both).sum()
        found[:, day] = share.reindex(wanted).fillna(0.0)
    return found


def divide(lines: Lines) -> NDArray[np.int64]:
    """Return basis points ``[authority, line, date]`` that sum to the total of every line."""
    first = _walk(lines, np.zeros((len(AUTHORITIES), len(lines.total))))
    # what a line loses when an authority ends is what it paid: the first walk is corrected by it
    return _whole(lines, _walk(lines, _missing(lines, first)))


def _walk(lines: Lines, missing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Go along the dates; ``missing``: by how much an earlier walk fell short at the end."""
    levels = np.zeros((len(AUTHORITIES), *lines.total.shape))
    levels[0, :, 0] = lines.total[:, 0]
    corrected = _when_divided(lines)
    for day in range(1, len(lines.dates)):
        step = lines.total[:, day] - lines.total[:, day - 1]
        moves, ends = _moves(lines, day)
        now = levels[..., day - 1].copy()
        step = step + np.where(ends, now, 0.0).sum(0)
        now[ends] = 0.0
        _of_one(now, step, moves, _of_day(lines, day))
        _of_two(now, step, moves, lines.covered[:, day])
        for place, when in corrected.items():
            here = np.flatnonzero(when == day)
            part = np.maximum(missing[place, here], -now[place, here])
            now[place, here] += part
            now[S232, here] -= part
        levels[..., day] = now
    return levels


def _moves(lines: Lines, day: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return by how much a line's authorities change in its cell, and which of them end."""
    before, after = lines.cells[..., day - 1], lines.cells[..., day]
    changed = np.abs(after - before) > STEP
    ends = np.abs(after) <= STEP  # a line pays nothing where its cell pays nothing
    ends[0] = False
    moves = np.where(changed & ~ends, after - before, 0.0)
    return moves[:, lines.cell], ends[:, lines.cell]


def _of_day(lines: Lines, day: int) -> int:
    """Return the authority that changes on a day, for lines whose cell shows no change."""
    moves, _ = _moves(lines, day)
    sums = np.abs(moves).sum(1)
    # where all that changes ends, what is left was 232's all along
    return int(sums.argmax()) if sums.any() else S232


def _of_one(
    now: NDArray[np.float64], step: NDArray[np.float64], moves: NDArray[np.float64], of_day: int
) -> None:
    """Give the change of a line to the one authority that changed."""
    count = (moves != 0).sum(0)
    which = np.where(count == 0, of_day, np.abs(moves).argmax(0))
    single = np.flatnonzero(count <= 1)
    now[which[single], single] += step[single]
    # nobody pays less than nothing: what falls deeper was 232's
    below = np.minimum(now, 0.0)
    below[S232] = 0.0
    now -= below
    now[S232] += below.sum(0)


def _of_two(
    now: NDArray[np.float64], step: NDArray[np.float64], moves: NDArray[np.float64],
    covered: NDArray[np.float64],
) -> None:  # fmt: skip
    """Divide the change of a line between 232 and what it takes the place of."""
    for place in DISPLACED:
        both = np.flatnonzero((moves[S232] != 0) & (moves[place] != 0))
        if place == S122:
            # on metal content before, on full value after: what the lists leave still pays 122
            content = np.minimum(now[S232, both] / METALS, 1.0)
            free = np.minimum(now[place, both] / np.maximum(1.0 - content, 0.1), SURCHARGE)
            part = (1.0 - covered[both]) * free - now[place, both]
        else:
            part = _proportion(moves[S232, both], moves[place, both]) * step[both]
        # neither ends below zero
        part = np.clip(part, -now[place, both], np.maximum(now[S232, both] + step[both], 0.0))
        part = np.where(step[both] == 0, 0.0, part)
        now[place, both] += part
        now[S232, both] += step[both] - part


def _proportion(of_232: NDArray[np.float64], of_other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the other's part of a cell's change; none where the two cancel and say nothing."""
    net = of_232 + of_other
    clear = np.abs(net) > 0.1 * np.abs(of_232)
    return np.where(clear, of_other / np.where(clear, net, 1.0), 0.0)


def _missing(lines: Lines, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much each authority fell short on its last day ``[authority, line]``.

    On 20 February 2026 fentanyl and reciprocal tariffs end and nothing else changes, so that a
    line's fall is what it paid. Canada and Mexico pay the first, all others whom 232 touches the
    second.
    """
    found = np.zeros(levels.shape[:2])
    day = lines.dates.index("2026-02-20")
    paid = lines.total[:, day - 1] - lines.total[:, day]
    short = paid - levels[FENTANYL, :, day - 1] - levels[RECIPROCAL, :, day - 1]
    north = np.isin(lines.partner, ("CAN", "MEX"))
    found[FENTANYL] = np.where(north, short, 0.0)
    found[RECIPROCAL] = np.where(north, 0.0, short)
    return found


def _when_divided(lines: Lines) -> dict[int, NDArray[np.int64]]:
    """Return the day on which a line's change was divided, the largest; 0 where none was."""
    found = {}
    for place in (FENTANYL, RECIPROCAL):
        largest, when = np.zeros(len(lines.total)), np.zeros(len(lines.total), dtype=np.int64)
        for day in range(1, len(lines.dates)):
            moves, _ = _moves(lines, day)
            # a line that does not change is corrected on the last of the days
            size = np.abs(lines.total[:, day] - lines.total[:, day - 1]) + STEP
            larger = (moves[S232] != 0) & (moves[place] != 0) & (size >= largest)
            largest[larger], when[larger] = size[larger], day
        found[place] = when
    return found


def _whole(lines: Lines, levels: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round to basis points; what rounding leaves goes to the largest, so that sums hold.

    The source takes metal shares that sum to more than one from a few metal wares, so that other
    tariffs on them come out below zero; `_of_one` takes that from 232, and here 232 ends at zero.
    """
    found = np.rint(levels).astype(np.int64)
    left = lines.total.astype(np.int64) - found.sum(0)
    if np.abs(left).max() > len(AUTHORITIES) / 2:
        raise ValueError("the division of a line does not sum to it")
    largest = np.abs(levels).argmax(0)
    line, day = np.indices(left.shape)
    found[largest, line, day] += left
    return np.maximum(found, 0)


def residuals(lines: Lines, levels: NDArray[np.int64]) -> pd.DataFrame:
    """Return how far lines, summed, are from the cells: by authority and date, basis points.

    ``mean``: over all imports, as the average would be off; ``gross``: the cells' absolute gaps.
    """
    size = np.bincount(lines.cell, lines.imports, lines.cells.shape[1])
    rows = []
    for place, name in enumerate(AUTHORITIES):
        for day, date in enumerate(lines.dates):
            held = np.bincount(
                lines.cell, lines.imports * levels[place, :, day], lines.cells.shape[1]
            )
            gap = held - lines.cells[place, :, day] * size
            rows.append((name, date, gap.sum() / size.sum(), np.abs(gap).sum() / size.sum()))
    return pd.DataFrame(rows, columns=["authority", "date", "mean", "gross"])
