"""Import a published table: files in, an economy at rest out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.axes import COUNTRY, SECTOR, Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import NAME, NAMES_ALLOWED, Card
from detente.baseline.clashes import country_clashes, sector_clashes
from detente.baseline.elasticities import DEFAULT_SOURCE
from detente.baseline.importing import labels
from detente.baseline.importing.accounts import Figures, Steps, close, of_gtap, of_table
from detente.baseline.importing.flat import HEADER, read_flat
from detente.baseline.importing.gtap import header_files, read_gtap
from detente.baseline.importing.layouts import FIGARO, GTAP, LAYOUTS, Layout
from detente.baseline.importing.reading import lines_of
from detente.baseline.importing.wide import read_wide
from detente.baseline.provenance import read_from
from detente.baseline.source_accounts import calibrate
from detente.baseline.table_card import refusal
from detente.baseline.table_checks import dense, read_sectors
from detente.baseline.table_files import read_table
from detente.baseline.table_layout import FORMATS, LARGEST_TARIFF, SECTORS, TARIFFS
from detente.baseline.table_layout import Layout as Columns
from detente.errors import DataError, InputError, Problem, nearest

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
NO_TARIFFS = (
    "No tariffs: the source has none and none were given, so every rate is zero here. A measure "
    "that cuts or scales a tariff does nothing, and nobody earns duties."
)


def import_data(
    layout: str,
    files: str | Path | Sequence[str | Path],
    *,
    name: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    tariffs: str | Path | None = None,
    sectors: str | Path | None = None,
    elasticities: str | float | Path = DEFAULT_SOURCE,
    balance: bool = False,
) -> Calibration:
    """Make an economy of a published table.

    Parameters
    ----------
    layout
        ``"icio"``, ``"wiod"``, ``"figaro"`` or ``"gtap-tables"`` (``docs/own-data.md`` has the
        headers and the rules).
    files
        The CSV file; for ``"gtap-tables"`` the folder or the list of files, one a header.
    name
        Of the economy; ``my-``, the layout and the year unless given.
    year
        Of the figures; the last year in the name of the file unless given.
    unit
        Of the figures; million EUR for ``"figaro"``, else million USD.
    tariffs
        CSV file with the columns ``sector``, ``importer``, ``exporter`` and ``tariff`` (a
        fraction). A row that is not there is zero; without a file every rate is zero, and the card
        says so.
        ``"gtap-tables"`` has rates of its own and takes no file.
    sectors
        CSV file with the columns ``code``, ``name``, ``kind`` and ``isic``, for codes that are not
        those of the source.
    elasticities
        See `detente.baseline.elasticities.choose_elasticities`.
    balance
        Accept totals that differ from the sums of their parts by up to 5% of output: value added
        and final demand are what is left.

    Returns
    -------
    The economy. Its card lists the files with their SHA-256 and every step with its size.

    Raises
    ------
    InputError
        An argument cannot be used.
    DataError
        With every problem of the files: file, line, what is allowed, and the layout that a file of
        another layout looks like.
    """
    source = _layout(layout)
    if not isinstance(balance, bool):
        raise InputError(Problem("not true or false", key="balance", value=balance))
    paths = _paths(source, files)
    year, name, unit = _described(source, paths, year, name, unit)
    if source.name == GTAP and tariffs is not None:
        message = "the headers have rates of their own (VMSB less VCIF)"
        raise InputError(Problem(message, None, None, "tariffs", str(tariffs)))
    steps = Steps()
    further = [
        _path(value, key)
        for key, value in (("tariffs", tariffs), ("sectors", sectors))
        if value is not None
    ]
    if source.name == GTAP:
        data = read_gtap(paths)
        countries, rows = _labels(data.regions, data.commodities, paths[0].parent, sectors)
        figures = of_gtap(data, steps, balance=balance)
    else:
        flat = source.name == FIGARO and _is_flat(paths[0])
        table = read_flat(paths[0]) if flat else read_wide(paths[0], source.name)
        countries, rows = _labels(table.countries, table.sectors, paths[0], sectors)
        rates = _rates(tariffs, countries, rows)
        figures = of_table(table, source, rates, steps, balance=balance)
    _tell_of_tariffs(figures, tariffs, steps)
    tables = close(figures, countries, rows, steps)
    card = _card(source, year, name, unit, steps, [*paths, *further], (len(countries), len(rows)))
    found = calibrate(tables, card, elasticities)
    moved = tuple(a for a in found.card.adjustments if a.size)
    return found.replace(card=replace(found.card, adjustments=moved))


def _layout(name: str) -> Layout:
    if not isinstance(name, str) or name not in LAYOUTS:
        message = f"unknown layout; {nearest(str(name), LAYOUTS)}".rstrip("; ")
        raise InputError(Problem(message, None, None, "layout", name, ", ".join(LAYOUTS)))
    return LAYOUTS[name]


def _paths(layout: Layout, files: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    listed = [files] if isinstance(files, str | Path) else files
    given = [_path(f, "files") for f in listed] if isinstance(listed, list | tuple) else []
    if not given:
        raise InputError(Problem("no file is given", key="files"))
    if layout.name == GTAP:
        return header_files(given)
    if len(given) > 1:
        message = f"{layout.name} is one file a year"
        raise InputError(Problem(message, None, None, "files", [p.name for p in given], "one file"))
    return tuple(given)


def _path(value: object, key: str) -> Path:
    if not isinstance(value, str | Path):
        kind = type(value).__name__
        raise InputError(Problem("the path of a file is expected", None, None, key, kind))
    return Path(value)


def _described(
    layout: Layout, paths: Sequence[Path], year: int | None, name: str | None, unit: str | None
) -> tuple[int, str, str]:
    """Return year, name and unit, those that are not given as the files say."""
    if year is None:
        words = paths[0].resolve().parent.name if layout.name == GTAP else paths[0].stem
        found = [int(word) for word in _YEAR.findall(words)]
        if not found:
            message = "not in the name of the file; give it (--year, year= in Python)"
            raise InputError(Problem(message, None, None, "year", words, "a year"))
        year = found[-1]
    if refused := refusal("year", year) or ("" if 1900 <= year <= 2100 else "1900 to 2100"):
        raise InputError(Problem("not a year", None, None, "year", year, refused))
    name = name if name is not None else f"my-{layout.name.removesuffix('-tables')}-{year}"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        message = "not a name of a baseline"
        raise InputError(Problem(message, None, None, "name", name, NAMES_ALLOWED))
    unit = unit if unit is not None else layout.unit
    if refused := refusal("unit", unit):
        raise InputError(Problem("not a unit", None, None, "unit", unit, refused))
    return year, name, unit


def _is_flat(file: Path) -> bool:
    with lines_of(file) as reader:
        return HEADER[-1] in [word.strip() for word in next(reader, [])]


def _labels(
    countries: Sequence[str], sectors: Sequence[str], file: Path, own: str | Path | None
) -> tuple[tuple[Country, ...], tuple[Sector, ...]]:
    """Name economies and sectors; the user's file comes before what is known of codes."""
    economies = tuple(labels.country(code) for code in countries)
    given = {} if own is None else {s.code: s for s in _own_sectors(Path(own))}
    strange = [code for code in given if code not in sectors]
    problems = [
        Problem("sector is not in the table", Path(str(own)), None, "code", code,
                ", ".join(sectors))
        for code in strange[:20]
    ]  # fmt: skip
    found = {code: given.get(code) or labels.sector(code) for code in sectors}
    problems += [
        Problem(
            "unknown sector; say what it is in a file with code, name, kind and isic (--sectors)",
            file, None, "sector", code,
        )
        for code in [code for code, sector in found.items() if sector is None][:20]
    ]  # fmt: skip
    known = tuple(sector for sector in found.values() if sector is not None)
    problems += [
        Problem(clash.message, file, None, clash.key, clash.value)
        for clash in (*country_clashes(economies), *sector_clashes(known))
    ]
    if problems:
        raise DataError(problems)
    return economies, known


def _table(file: Path, columns: Columns):
    if not file.is_file():
        raise DataError(Problem("no such file", file))
    if file.suffix.removeprefix(".") not in FORMATS:
        raise DataError(Problem("not a table", file, allowed=" or ".join(FORMATS)))
    table, problems = read_table(file.parent, replace(columns, stem=file.stem))
    if problems or table is None:
        raise DataError(problems)
    return table


def _own_sectors(file: Path) -> tuple[Sector, ...]:
    found, problems = read_sectors(_table(file, SECTORS))
    if problems:
        raise DataError(problems)
    return found


def _rates(
    file: str | Path | None, countries: Sequence[Country], sectors: Sequence[Sector]
) -> np.ndarray:
    """Return the rates of the user's file, zero where there is none."""
    if file is None:
        return np.zeros((len(sectors), len(countries), len(countries)))
    codes = {
        COUNTRY: tuple(c.code for c in countries),
        SECTOR: tuple(s.code for s in sectors),
    }
    rates, problems = dense(TARIFFS, _table(Path(file), TARIFFS), codes, LARGEST_TARIFF)
    if problems or rates is None:
        raise DataError(problems)
    return rates


def _tell_of_tariffs(figures: Figures, file: str | Path | None, steps: Steps) -> None:
    foreign = ~np.eye(figures.flows.shape[1], dtype=bool)
    trade = figures.flows[:, foreign]
    if not figures.tariff.any():
        steps.notes.insert(0, NO_TARIFFS)
    elif file is not None:
        share = float(trade[figures.tariff[:, foreign] != 0].sum() / trade.sum())
        steps.notes.append(
            f"Tariffs are the user's own, from {Path(file).name}: {100 * share:.3g}% of trade has "
            "a rate, the rest none."
        )


def _card(
    layout: Layout,
    year: int,
    name: str,
    unit: str,
    steps: Steps,
    files: Sequence[Path],
    size: tuple[int, int],
) -> Card:
    return Card(
        name=name,
        title=f"World economy {year}, {size[0]} economies x {size[1]} sectors ({layout.title})",
        year=year,
        source=f"{layout.source}. {read_from(files)}",
        licence=layout.licence,
        unit=unit,
        method=(
            "Imported: sales as published, output their sum, value added what purchases leave of "
            "output, final demand what they leave of spending; negative final demand removed by "
            "GRAS."
        ),
        adjustments=tuple(steps.adjustments),
        notes=(
            *steps.notes,
            "Inputs are bought in the same mix of origins by every user in a country.",
        ),
    )
