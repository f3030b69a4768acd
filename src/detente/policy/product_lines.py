"""Measures by product: which lines of each cell they are on, and cells cut into classes of lines.

Measures that know their goods by HS6 code are put together line by line, so that what they share
is known. Lines that the same measures are on, with near changes of their rates, are one class: at
most `MOST_CLASSES` of them for each set of measures, at the means of their rates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.amounts import carried, in_usd
from detente.policy.goods import CellLines, LinesOf, codes_under, division_of, where_from
from detente.policy.in_force import schedule_of
from detente.policy.instruments import OnTariffs, OnTrade
from detente.policy.kept import kept
from detente.policy.line_tariffs import LedgerTariff, LineTariff, Schedules
from detente.policy.products import Goods, OnCodes, goods, is_file, is_products
from detente.policy.rates import line_change
from detente.policy.tariffs import Tariff

Array = NDArray[np.float64]
MOST_CLASSES = 8
"""Classes into which lines with the same measures on them are put, where their rates differ."""
_BINS = 32
ROUNDING = 1e-9
"""Share of the values of a list below which what is left of them is nothing."""


def names_lines(measure: OnTrade) -> bool:
    """Tell whether a measure may treat lines of one cell differently, by their codes or rates."""
    if isinstance(measure, Schedules):
        return True
    if measure.products is not None or left_out_products(measure):
        return True
    return isinstance(measure, Tariff) and any(
        value is not None for value in (measure.floor, measure.ceiling, measure.claims)
    )


def measure_mark(calibration: Calibration, measure: object, *more: Hashable) -> object:
    """Return what stands for a measure in keys: the same for two that say the same.

    A measure that reads a file is never the same, since the file may have changed.
    """
    alone = getattr(measure, "rates", None) is not None or is_file(
        getattr(measure, "products", None)
    )
    try:
        key = (type(measure), measure, *more)
        return object() if alone else kept(calibration).get("measures", key, object)
    except TypeError:  # it holds a list, which has no hash
        return object()


def left_out_products(measure: OnTrade) -> tuple[str, ...]:
    """Return the products among what a measure leaves out."""
    names = getattr(measure, "except_", None) or ()
    return tuple(n for n in ((names,) if isinstance(names, str) else names) if is_products(n))


def on_lines(
    calibration: Calibration, measure: OnTrade, cells: NDArray[np.bool_], lines: LinesOf
) -> dict[int, OnCodes]:
    """Return what a measure is on in each cell that it is on, by flat place of the cell."""
    traded = np.flatnonzero(cells & (calibration.flows > 0))
    found: dict[int, OnCodes] = {}
    table = schedule_of(calibration, measure) if isinstance(measure, Schedules) else None
    rates = None if table is None else _rates_of(calibration, table)
    named = getattr(measure, "products", None)
    listed = None if named is None else goods(named)
    spared = goods(left, "except") if (left := left_out_products(measure)) else None
    claims = getattr(measure, "claims", None) or 0.0
    for cell in traded.tolist():
        code = lines.of(cell).code
        if table is not None and rates is not None:
            none = np.full(len(table.codes), np.nan)
            partner = cell % len(calibration.countries)
            on = _of_schedule(table, code, rates.get(partner, none))
        elif listed is not None:
            on = listed.on(code.tolist())
        else:
            none = np.full(len(code), np.nan)
            on = OnCodes(np.ones(len(code)), np.zeros(len(code), dtype=np.int64), none, none)
        if spared is not None:
            on = on._replace(weight=on.weight * (1 - spared.on(code.tolist()).weight))
        if claims:
            on = on._replace(weight=on.weight * (1 - claims))
        if (on.weight > 0).any():
            found[cell] = on
    if isinstance(measure, LedgerTariff) and not found:
        message = "this measure touches nothing: no rate that it changes is on such trade"
        raise InputError(Problem(message, key="sectors", value=measure.sectors))
    return found


def _rates_of(calibration: Calibration, measure: LineTariff) -> dict[int, Array]:
    """Return the rates of a schedule by partner; a partner named alone comes before its group."""
    _refuse_twice(calibration, measure)
    found: dict[int, tuple[int, int]] = {}
    for k, name in enumerate(measure.on):
        places = resolve_countries(calibration, name)
        for place in places:
            if place not in found or len(places) < found[place][1]:
                found[place] = (k, len(places))
    return {place: measure.rates[:, k] for place, (k, _) in found.items()}


def _refuse_twice(calibration: Calibration, measure: LineTariff) -> None:
    """Refuse two names of a schedule that stand for the same partners, with other rates."""
    first: dict[tuple[int, ...], int] = {}
    for k, name in enumerate(measure.on):
        at = first.setdefault(resolve_countries(calibration, name), k)
        if not np.array_equal(measure.rates[:, at], measure.rates[:, k], equal_nan=True):
            message = f"is the same partner as {measure.on[at]}, with other rates"
            raise InputError(Problem(message, key="on", value=name))


def _of_schedule(measure: LineTariff, code: NDArray[np.int64], rates: Array) -> OnCodes:
    codes = np.asarray(measure.codes)
    at = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
    rate = np.where(codes[at] == code, rates[at], np.nan)
    on, none = ~np.isnan(rate), np.full(len(code), np.nan)
    sets = measure.replaces
    return OnCodes(on.astype(float), np.where(on, 6, 0), none if sets else rate,
                   rate if sets else none)  # fmt: skip


def state_values(
    calibration: Calibration, measure: OnTrade, cells: NDArray[np.bool_], lines: LinesOf
) -> float:
    """Take the values of a list of one's own as what its codes are of their sectors' trade.

    Returns
    -------
    float
        Million USD of the list that are in no sector of the measure.

    Raises
    ------
    InputError
        A sector would have more of them than it trades.
    """
    named = getattr(measure, "products", None)
    listed = None if named is None else goods(named)
    values = [] if listed is None else [
        (codes, row.value_usd) for row, codes in zip(listed.rows, listed.codes, strict=True)
        if row.value_usd
    ]  # fmt: skip
    if listed is None or not values:
        return 0.0
    homeless = sum(value for _, value in values)
    for s, sector in enumerate(calibration.sectors):
        here = np.zeros_like(cells)
        here[s] = cells[s] & (calibration.flows[s] > 0)
        inside = {int(code) for code in sector.isic}
        of_sector = _by_code(values, inside)
        if not of_sector or not here.any():
            continue
        total = sum(of_sector.values())
        used = carried(calibration, "value_usd", total, measure.year, here)
        trade = float(calibration.flows[here].sum())
        share = used.used * in_usd(calibration, "value_usd") / trade
        homeless -= total
        if share > 1 + 1e-9:
            message = (
                f"the list has more trade in {sector.code} than there is: {total:.6g} million USD"
            )
            raise InputError(Problem(message, key="products", value=listed.name,
                                     allowed=f"at most {total / share:.6g}"))  # fmt: skip
        for cell in np.flatnonzero(here).tolist():
            lines.state(cell, {code: share * v / total for code, v in of_sector.items()})
    stated = sum(value for _, value in values)
    return homeless if homeless > ROUNDING * stated else 0.0


def _by_code(values: Sequence[tuple[tuple[int, ...], float]], inside: set[int]) -> dict[int, float]:
    """Return values of a list by HS6 code in some divisions; wider codes in equal parts."""
    found: dict[int, float] = {}
    for codes, value in values:
        for code in codes:
            if division_of(code) in inside:
                found[code] = found.get(code, 0.0) + value / len(codes)
    return found


@dataclass(frozen=True)
class Mark:
    """A class of lines: its rate before, and by measure the change of its rate and its rank.

    ``law`` is the rate that measures of the ledger leave, which other measures start from.
    """

    before: float
    law: float
    change: Mapping[int, float]
    rank: Mapping[int, int]
    spread: float = 0.0


def classes(
    calibration: Calibration,
    cell: int,
    found: CellLines,
    on: Mapping[int, OnCodes],
    tariffs: Mapping[int, OnTariffs],
) -> list[tuple[frozenset[int], float, Mark]]:
    """Cut a cell into classes of lines: the measures on each, its share and its rates.

    Parameters
    ----------
    on
        Of the measures that know their lines, by number.
    tariffs
        Those of them that change rates.
    """
    numbers = sorted(on)
    line, width, end = _bands(np.stack([on[k].weight for k in numbers]))
    share, before = found.share[line] * width, found.rate[line]
    # what covers a line in part is on its first part, so that such measures share goods
    covers = np.stack([on[k].weight[line] >= end - 1e-9 for k in numbers])
    rank = np.stack([np.where(c, 1 + on[k].digits[line], 0)
                     for k, c in zip(numbers, covers, strict=True)])  # fmt: skip
    change: dict[int, Array] = {}
    law = before
    # the ledger's come first: others act on the rates that these leave
    for k in sorted(on.keys() & tariffs.keys(), key=lambda k: not _of_ledger(tariffs[k])):
        change[k] = _change(calibration, tariffs[k], cell, law, on[k], line)
        if _of_ledger(tariffs[k]):
            law = law + np.where(covers[numbers.index(k)], change[k], 0.0)
    kinds, of = np.unique(rank, axis=1, return_inverse=True)
    made = []
    for number, kind in enumerate(kinds.T):
        members = frozenset(k for k, r in zip(numbers, kind, strict=True) if r)
        at = np.flatnonzero(of.ravel() == number)
        total = sum((change[k][at] for k in members if k in change), np.zeros(len(at)))
        moved = np.log1p(np.maximum(before[at] + total, -0.999)) - np.log1p(before[at])
        for part in _near(moved, share[at]) if members & change.keys() else [np.arange(len(at))]:
            inside = at[part]
            size = float(share[inside].sum())
            if size <= 0:
                continue
            weight = share[inside] / size
            mean = float((moved[part] * weight).sum())
            mark = Mark(
                float((before[inside] * weight).sum()),
                float((law[inside] * weight).sum()),
                {k: float((change[k][inside] * weight).sum()) for k in members & change.keys()},
                {k: int(r) - 1 for k, r in zip(numbers, kind, strict=True) if r},
                float((np.abs(moved[part] - mean) * weight).sum()),
            )
            made.append((members, size, mark))
    return made


def _of_ledger(measure: OnTariffs) -> bool:
    return isinstance(measure, LedgerTariff)


def _bands(weights: Array) -> tuple[NDArray[np.intp], Array, Array]:
    """Divide lines where measures end that cover a part: line, width and end of each band."""
    weights = np.round(weights, 6)
    one = np.ones(weights.shape[1])
    if ((weights == 0) | (weights == 1)).all():
        return np.arange(len(one)), one, one
    lines, widths, ends = [], [], []
    for line, own in enumerate(weights.T):
        edges = np.unique([0.0, 1.0, *own])
        lines += [line] * (len(edges) - 1)
        widths += np.diff(edges).tolist()
        ends += edges[1:].tolist()
    return np.array(lines), np.array(widths), np.array(ends)


def _change(
    calibration: Calibration,
    measure: OnTariffs,
    cell: int,
    before: Array,
    on: OnCodes,
    line: NDArray[np.intp],
) -> Array:
    """Return the change of the rate of each line."""
    found = line_change(calibration, measure, cell, before)
    add, sets = on.add[line], on.set[line]
    if isinstance(measure, Schedules):
        add = np.maximum(add, -before)
    found = np.where(np.isnan(add), found, add)
    return np.where(np.isnan(sets), found, sets - before)


def _near(moved: Array, share: Array) -> Iterator[NDArray[np.intp]]:
    """Group lines by how far their rates move: exactly where few differ, else the nearest ones."""
    values, of = np.unique(np.round(moved, 9), return_inverse=True)
    of = of.ravel()
    if len(values) > _BINS:
        edges = np.linspace(values[0], values[-1], _BINS + 1)[1:-1]
        _, of = np.unique(np.digitize(moved, edges), return_inverse=True)
        of = of.ravel()
    weight = np.bincount(of, share)
    weight = np.maximum(weight, 1e-15)
    mean = np.bincount(of, share * moved) / weight
    group = np.arange(len(mean))
    while len(mean) > MOST_CLASSES:
        # the two neighbours whose union adds least to the sum of squares
        cost = weight[1:] * weight[:-1] / (weight[1:] + weight[:-1]) * np.diff(mean) ** 2
        k = int(np.argmin(cost))
        both = weight[k] + weight[k + 1]
        mean[k] = (mean[k] * weight[k] + mean[k + 1] * weight[k + 1]) / both
        weight[k] = both
        mean, weight = np.delete(mean, k + 1), np.delete(weight, k + 1)
        group = np.where(group > k, group - 1, group)
    for number in range(len(mean)):
        yield np.flatnonzero(group[of] == number)


def notes_on(
    calibration: Calibration,
    label: str,
    measure: OnTrade,
    on: Mapping[int, OnCodes],
    lines: LinesOf,
    homeless: float,
) -> Iterator[str]:
    """Say what was read of a list, whose lines are used, and what of it met no trade."""
    named = getattr(measure, "products", None)
    listed = None if named is None else goods(named)
    if listed is not None:
        yield from listed.notes
        yield from _without_trade(label, listed, on, lines)
        lost = homeless + sum(entry.value_usd or 0.0 for entry in listed.lost)
        if lost > 0:
            whose = listed.name or "its products"
            yield f"{label}: {lost:,.6g} million USD of {whose} found no home"
        elif listed.lost:
            several = "entry" if len(listed.lost) == 1 else "entries"
            yield (
                f"{label}: {len(listed.lost)} {several} of {listed.name} found no home, of a value "
                "that the list does not state"
            )
    if isinstance(measure, LineTariff):
        yield from _older(label, measure)
    if listed is None and not left_out_products(measure) and not isinstance(measure, Schedules):
        return
    borrowed: dict[tuple[str, str], list[str]] = {}
    codes = calibration.country_codes
    for cell in on:
        found = lines.of(cell)
        if found.borrowed and not lines.is_stated(cell):
            _, n, i = np.unravel_index(cell, calibration.flows.shape)
            pair = f"{codes[int(n)]} from {codes[int(i)]}"
            if pair not in borrowed.setdefault(found.source, []):
                borrowed[found.source].append(pair)
    for source, pairs in borrowed.items():
        few = ", ".join(pairs[:3]) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")
        yield (
            f"{label}: imports by product are not known for {few}; shares of {where_from(source)} "
            "stand in (values in a list of your own come before them)"
        )


def _older(label: str, measure: LineTariff) -> Iterator[str]:
    """Say which codes of a schedule are not of the HS of 2022, and so stand for no line."""
    rated = np.asarray(measure.codes)[np.isfinite(measure.rates).any(axis=1)]
    codes = [f"{code:06d}" for code in rated.tolist()]
    if older := [code for code in codes if not codes_under(code)]:
        few = ", ".join(older[:5]) + (f" and {len(older) - 5} more" if len(older) > 5 else "")
        yield f"{label}: codes that are not in the HS of 2022 meet no trade: {few}"


def idle_exceptions(
    calibration: Calibration,
    label: str,
    measure: OnTrade,
    touched: NDArray[np.bool_],
    lines: LinesOf,
) -> Iterator[str]:
    """Say what a measure leaves out that is not among its own goods.

    ``touched`` are its cells without the sectors that it leaves out.
    """
    given = getattr(measure, "except_", None) or ()
    products = left_out_products(measure)
    own = set(resolve_sectors(calibration, measure.sectors))
    names = (given,) if isinstance(given, str) else given
    idle = [n for n in names if n not in products
            and own.isdisjoint(resolve_sectors(calibration, n))]  # fmt: skip
    if products:
        cells = np.flatnonzero(touched & (calibration.flows > 0)).tolist()
        met = np.array(sorted({int(c) for cell in cells for c in lines.of(cell).code}), dtype=int)
        if (listed := getattr(measure, "products", None)) is not None:
            met = met[goods(listed).on(met.tolist()).weight > 0]
        idle += [n for n in products if not (goods(n, "except").on(met.tolist()).weight > 0).any()]
    if idle:
        yield f"{label}: except leaves out nothing: {', '.join(idle)} is not among its goods"


def _without_trade(
    label: str, listed: Goods, on: Mapping[int, OnCodes], lines: LinesOf
) -> Iterator[str]:
    """Name codes of a list that no cell of the measure has any trade in."""
    met: set[int] = set()
    for cell in on:
        met.update(lines.of(cell).code.tolist())
    idle = [row.code for row, codes in zip(listed.rows, listed.codes, strict=True)
            if met.isdisjoint(codes)]  # fmt: skip
    if idle and met:
        few = ", ".join(idle[:5]) + (f" and {len(idle) - 5} more" if len(idle) > 5 else "")
        where = f"of {listed.name} " if listed.name else ""
        yield f"{label}: {where}HS {few} meet no trade in the sectors and economies of the measure"
