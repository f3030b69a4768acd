"""What tariffs do to rates: of whole cells, and of lines with rates of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.instruments import OnTariffs
from detente.policy.line_tariffs import Schedules
from detente.policy.product_tables import rate_fault, read_number, read_table, too_many
from detente.policy.tariffs import Tariff, TariffQuota

Array = NDArray[np.float64]


def tariff_change(calibration: Calibration, measure: OnTariffs) -> Array:
    """Return new minus applied rate ``(sector, importer, exporter)`` where a cell is covered.

    Zero where a table of rates says nothing, and on lists with rates of their own.
    """
    applied = calibration.tariff
    if isinstance(measure, TariffQuota):
        return (measure.within or 0.0) - applied
    if isinstance(measure, Schedules):
        return np.zeros_like(applied)
    if measure.rates is not None:
        table = rate_table(calibration, measure)
        change = table if measure.rates_as == "add" else table - applied
        return np.where(np.isnan(table), 0.0, change)
    if measure.align is not None:
        return np.minimum(_model(calibration, measure) - applied, 0.0)
    return _change(measure, applied)


def line_change(calibration: Calibration, measure: OnTariffs, cell: int, before: Array) -> Array:
    """Return new minus applied rate of lines of one cell, by their rates before ``(line,)``.

    Rates that a list has by line are not in it.
    """
    if isinstance(measure, Schedules):
        return np.zeros_like(before)
    if isinstance(measure, TariffQuota):
        return (measure.within or 0.0) - before
    if measure.align is not None:
        return np.minimum(_model(calibration, measure).ravel()[cell] - before, 0.0)
    if measure.rates is not None:
        rate = rate_table(calibration, measure).ravel()[cell]
        change = np.full_like(before, rate) if measure.rates_as == "add" else rate - before
        return np.where(np.isnan(change), 0.0, change)
    return _change(measure, before)


def _change(measure: Tariff, before: Array) -> Array:
    if measure.added is not None:
        return np.full_like(before, measure.added)
    if measure.set is not None:
        return measure.set - before
    if measure.scale is not None:
        return (measure.scale - 1) * before
    if measure.floor is not None:
        return np.maximum(measure.floor - before, 0.0)
    if measure.ceiling is not None:
        return np.minimum(measure.ceiling - before, 0.0)
    return np.zeros_like(before)


def _model(calibration: Calibration, measure: Tariff) -> Array:
    """Return the rates that a tariff aligns to, by cell."""
    applied = calibration.tariff
    if measure.align == "partner":
        return applied.transpose(0, 2, 1)
    (country,) = _single(calibration, measure)
    # what that country charges on the importer's goods, whoever the exporter is
    return np.broadcast_to(applied[:, country, :, None], applied.shape)


def _single(calibration: Calibration, measure: Tariff) -> tuple[int, ...]:
    name = measure.align or ""
    if not isinstance(name, str):
        message = "tariffs align to one economy, named in text"
        raise InputError(Problem(message, key="align", value=name))
    try:
        found = resolve_countries(calibration, name)
    except InputError as error:
        raise InputError([replace(p, key="align") for p in error.problems]) from error
    if len(found) == 1 and found[0] in resolve_countries(calibration, measure.by):
        message = "an economy has no tariff on itself to align to"
        raise InputError(Problem(message, key="align", value=name, allowed="another economy"))
    if len(found) != 1:
        raise InputError(
            Problem(
                "tariffs align to one economy",
                key="align",
                value=name,
                allowed='"partner" or one economy',
            )
        )
    return found


def rate_table(calibration: Calibration, measure: Tariff) -> Array:
    """Return the rates of a table by cell; not a number where it says nothing.

    Raises
    ------
    InputError
        Listing every name that the baseline lacks and every rate that is none, with file and line.
    """
    path = Path(measure.rates or "")
    if not path.is_file():
        raise InputError(Problem("file not found", key="rates", value=path.name))
    stat = path.stat()
    rates = _table_read(calibration, path, stat.st_mtime_ns, measure.rates_as == "set")
    found = np.full(calibration.tariff.shape, np.nan)
    by = list(resolve_countries(calibration, measure.by))
    found[:, by, :] = rates[:, None, :]
    return found


def idle_rates(
    calibration: Calibration, label: str, measure: Tariff, touched: NDArray[np.bool_]
) -> Iterator[str]:
    """Say which columns and rows of a table of rates a tariff is not on ``touched`` cells of."""
    by = list(resolve_countries(calibration, measure.by))
    said = ~np.isnan(rate_table(calibration, measure)[:, by]).all(axis=1)
    used = np.any(touched[:, by], axis=1)
    columns = np.flatnonzero(np.any(said, axis=0) & ~np.any(used, axis=0)).tolist()
    rows = np.flatnonzero(np.any(said, axis=1) & ~np.any(used, axis=1)).tolist()
    codes = calibration.country_codes
    names = [f"column {codes[k]}" + (" (the importer itself)" if [k] == by else "")
             for k in columns]  # fmt: skip
    names += [f"row {calibration.sector_codes[k]}" for k in rows]
    if names:
        file = Path(measure.rates or "").name
        yield f"{label}: of {file} it is not on {', '.join(names)}"


@lru_cache(maxsize=32)
def _table_read(calibration: Calibration, path: Path, changed: int, sets: bool) -> Array:
    """Read a table of rates ``(sector, exporter)``: a row a sector, a column a partner."""
    del changed
    header, lines = read_table(path)
    problems: list[Problem] = []
    partners = [
        _places(problems, path, 1, name, lambda n: resolve_countries(calibration, n))
        for name in header[1:]
    ]
    found = np.full((len(calibration.sectors), len(calibration.countries)), np.nan)
    said: dict[tuple[int, int], int] = {}
    for number, (name, *cells) in lines:
        sectors = _places(problems, path, number, name, lambda n: resolve_sectors(calibration, n))
        if fault := too_many(header, [name, *cells]):
            problems.append(Problem(fault, path, number, name))
            continue
        for partner, title, text in zip(partners, header[1:], cells, strict=False):
            if not text:
                continue
            rate = read_number(text)
            if fault := rate_fault(rate, text, sets=sets):
                problems.append(Problem(fault, path, number, title, text))
                continue
            for place in ((s, i) for s in sectors for i in partner):
                if place in said:
                    message = f"line {said[place]} has a rate for it too"
                    problems.append(Problem(message, path, number, title, name))
                    break
                said[place] = number
                found[place] = rate
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return found


def _places(problems: list[Problem], path: Path, line: int, name: str, resolve) -> tuple[int, ...]:
    try:
        return resolve(name)
    except InputError as error:
        problems += [replace(p, file=path, line=line) for p in error.problems]
        return ()
