"""The commands on baselines: ``detente data …``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.options import Commands

if TYPE_CHECKING:
    from rich.table import Table

    from detente.baseline.calibration import Calibration

data = Commands(
    help="Baseline economies: those there are, and your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(help="Folder of tables (docs/own-data.md).")]
Balance = Annotated[
    bool,
    typer.Option(
        "--balance",
        "--settle",
        help="Close accounts that do not close, rounded or not; the card says what moved.",
    ),
]
Keep = Annotated[
    str,
    typer.Option(
        help="With --balance: what stays. flows: final demand is what is left of spending; "
        "shares: flows move instead."
    ),
]
Name = Annotated[str | None, typer.Option(help="Name to install it under; its own unless given.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace an installed baseline of that name.")
]


@data.command("list")
def list_() -> None:
    """List the baselines that scenarios can name."""
    from detente.baseline.store import available

    table = _table("name", "", "what")
    for entry in available():
        table.add_row(entry.name, entry.kind, _plain(entry.title))
    _print(table)


@data.command(epilog="Example:\n\ndetente data show icio-2022")
def show(
    name: Annotated[str, typer.Argument(help="Name of a baseline, or a folder of tables.")],
    differences: Annotated[
        bool,
        typer.Option("--differences", help="Only the rates that another source has otherwise."),
    ] = False,
) -> None:
    """Show the card of a baseline: sources, adjustments, economies, sectors, highest tariffs."""
    from detente.baseline.store import load
    from detente.errors import printable

    calibration = load(name)
    card = calibration.card
    if differences:
        _differences(calibration)
        return
    about = _table("", "")
    rows = {
        "name": card.name,
        "title": card.title,
        "year": str(card.year),
        "unit": card.unit,
        "source": card.source,
        "licence": card.licence,
        "method": card.method,
        "trade elasticities": card.elasticities,
        "hash": calibration.hash,
    }
    for key, value in rows.items():
        about.add_row(key, _plain(value))
    _print(about)
    adjustments = _table("adjustment", "why", "size")
    for item in card.adjustments:
        adjustments.add_row(_plain(item.what), _plain(item.why), f"{item.size:.4g} {item.unit}")
    economies = _table("economy", "name")
    for country in calibration.countries:
        economies.add_row(_plain(country.code), _plain(country.name))
    sectors = _table("sector", "name", "trade elasticity")
    for sector, theta in zip(calibration.sectors, calibration.trade_elasticity, strict=True):
        sectors.add_row(_plain(sector.code), _plain(sector.name), f"{theta:.3g}")
    for table in (adjustments, economies, sectors):
        if table.row_count:
            _print(table)
    _highest(calibration)
    if card.differences:
        print(
            f"{len(card.differences)} rates differ by more than 10 points from another source. "
            f"Each with its reason: detente data show {card.name} --differences"
        )
    for note in card.notes:
        print(printable(f"Note: {note}"))


@data.command(
    epilog="Examples:\n\ndetente data template my-economy\n\ndetente data template places"
)
def template(
    folder: Annotated[
        Path,
        typer.Argument(help="Folder to make, or `places`: a table of places, places.csv."),
    ],
    format_: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
) -> None:
    """Write a small complete economy, or a table of places, to start your own from."""
    if str(folder) == "places":
        from detente.places.reading import write_template as write_places

        made = write_places(Path("places.csv"))
        print(f"Wrote {made}. Edit it, then: detente run SCENARIO --places {made}")
        return
    from detente.baseline.tables import write_template

    written = write_template(folder, format_)
    print(f"Wrote {written}. Edit the tables, then: detente data check {folder}")


@data.command(epilog="Example:\n\ndetente data check my-economy")
def check(folder: Folder, balance: Balance = False, keep: Keep = "flows") -> None:
    """Say everything that is wrong with a folder of tables, or sum the economy up."""
    from detente.baseline.tables import read_folder

    _summary(read_folder(folder, settle=_kept(balance, keep)))


@data.command(epilog="Example:\n\ndetente data add my-economy --name mine")
def add(
    folder: Folder,
    name: Name = None,
    replace: Replace = False,
    balance: Balance = False,
    keep: Keep = "flows",
) -> None:
    """Install a folder of tables as a baseline that scenarios can name."""
    from detente.baseline.tables import install

    _installed(install(folder, name, replace=replace, settle=_kept(balance, keep)))


@data.command(
    "import",
    epilog="Example:\n\ndetente data import icio 2020_SML.csv --tariffs my-tariffs.csv",
)
def import_(
    layout: Annotated[str, typer.Argument(help="icio, wiod, figaro or gtap-tables.")],
    files: Annotated[
        list[Path],
        typer.Argument(help="The CSV file; for gtap-tables a folder or one file a header."),
    ],
    name: Annotated[
        str | None, typer.Option(help="Name to install it under; my-LAYOUT-YEAR unless given.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Year of the figures; that in the file's name unless given.")
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(help="Unit of the figures; million EUR for figaro, else million USD."),
    ] = None,
    tariffs: Annotated[
        Path | None,
        typer.Option(help="Rates by sector, importer, exporter, tariff; all zero unless given."),
    ] = None,
    sectors: Annotated[
        Path | None,
        typer.Option(help="What sectors are (code, name, kind, isic) where codes are your own."),
    ] = None,
    elasticities: Annotated[
        str | None, typer.Option(help="Source of trade elasticities, a number, or a CSV file.")
    ] = None,
    replace: Replace = False,
    balance: Annotated[
        bool,
        typer.Option(
            "--balance",
            help="Accept totals that are not the sums of their parts; the card says by how much.",
        ),
    ] = False,
) -> None:
    """Install a published table as a baseline: OECD ICIO, WIOD 2016, FIGARO, GTAP."""
    from detente.baseline.elasticities import DEFAULT_SOURCE
    from detente.baseline.importing.run import import_data
    from detente.baseline.store import install
    from detente.cli.options import options_named

    with options_named("name", "year", "unit", "tariffs"):
        world = import_data(
            layout,
            files,
            name=name,
            year=year,
            unit=unit,
            tariffs=tariffs,
            sectors=sectors,
            elasticities=elasticities or DEFAULT_SOURCE,
            balance=balance,
        )
        path = install(world, replace=replace)
    _summary(world)
    _installed(path)


@data.command("elasticities")
def list_elasticities() -> None:
    """List the sources of trade elasticities for ``--elasticities``."""
    from detente.baseline.elasticities import SOURCES

    table = _table("name", "authors", "what")
    for name, source in SOURCES.items():
        table.add_row(name, _plain(source.authors), _plain(source.note))
    _print(table)


@data.command("lists")
def list_products() -> None:
    """List the product lists that measures can name."""
    from detente.policy.product_lists import describe

    table = _table("name", "covered, USD bn", "of", "what")
    for name, about in describe().items():
        covered, total = (f"{about[k] / 1e3:.1f}" for k in ("covered_usd_m", "total_usd_m"))
        table.add_row(name, covered, total, f"{about['title']} ({about['rate']})")
    _print(table)


def _installed(path: Path) -> None:
    print(f"Installed as {path.stem}: detente run SCENARIO --baseline {path.stem}")


def _kept(balance: bool, keep: str) -> str | None:
    """Return what closing the accounts keeps; nothing where they must close as they are."""
    from detente.errors import InputError, Problem

    if not balance and keep != "flows":
        raise InputError(Problem("only with --balance", key="--keep", value=keep))
    return keep if balance else None


def _summary(c: Calibration) -> None:
    from detente.baseline.settling import SETTLED
    from detente.baseline.tables import summarise
    from detente.errors import printable

    s = summarise(c)
    table = _table("", "")
    rows = {
        "name": s.name,
        "title": s.title,
        "economies": f"{len(s.countries)}: {', '.join(s.countries)}",
        "sectors": f"{len(s.sectors)}: {', '.join(s.sectors)}",
        "output": f"{s.output:,.6g} {s.unit} of {s.year}",
        "value added": f"{s.value_added:,.6g} {s.unit}",
        "trade between economies": f"{s.trade:,.6g} {s.unit}, at fob",
        "mean tariff on it": f"{100 * s.mean_tariff:.2f}%",
        "zero flows": f"{100 * s.zero_flows:.1f}% of those between economies",
        "trade deficits": "; ".join(
            f"{code} {value:,.4g} ({100 * share:.1f}% of its value added)"
            for code, value, share in s.deficits
        ),
    }
    for key, value in rows.items():
        table.add_row(key, _plain(value))
    _print(table)
    _highest(c)
    for adjustment in s.adjustments:
        print(printable(f"Adjusted: {adjustment}"))
    for note in c.card.notes:
        print(printable(f"Note: {note}"))
    settled = any(a.what.startswith(SETTLED) for a in c.card.adjustments)
    print("Nothing else is wrong with it." if settled else "Nothing is wrong with it.")


def _highest(c: Calibration) -> None:
    """Print the highest tariffs: a unit mistaken, or a peak that no trade pays, shows here."""
    from detente.baseline.rates import highest_rates

    unit = c.card.unit
    table = _table("highest tariffs: by", "on", "sector", "rate", f"trade, {unit}")
    for rate in highest_rates(c):
        codes = (_plain(code) for code in (rate.importer, rate.exporter, rate.sector))
        table.add_row(*codes, f"{100 * rate.rate:.1f}%", f"{rate.trade:,.4g}")
    if table.row_count:
        _print(table)


def _differences(c: Calibration) -> None:
    """Print every rate on the card that is far from another source's, and why it is used."""
    from detente.errors import printable

    if not c.card.differences:
        print("No rate on its card differs from another source.")
        return
    letters: dict[str, str] = {}
    trade = f"trade, {c.card.unit}"
    table = _table("by", "on", "sector", trade, "rate", "other rate", "of", "why")
    for d in c.card.differences:
        letter = letters.setdefault(d.reason, chr(ord("a") + len(letters)))
        codes = (_plain(code) for code in (d.importer, d.exporter, d.sector))
        rates = (f"{100 * rate:.1f}%" for rate in (d.rate, d.other_rate))
        table.add_row(*codes, f"{d.trade:,.0f}", *rates, _plain(d.source), letter)
    _print(table)
    print("Why the rate is used:")
    for reason, letter in letters.items():
        print(printable(f"  {letter}  {reason}"))


def _table(*heads: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(*heads, box=box.SIMPLE_HEAD, show_header=any(heads), pad_edge=False)
    if heads[0] in ("name", "economy", "sector"):
        table.columns[0].no_wrap = True  # what a person types is never cut
    for column in table.columns:
        column.overflow = "fold"
    return table


def _plain(text: str):
    """Keep a user's words from being read as markup."""
    from rich.text import Text

    from detente.errors import printable

    return Text(printable(text))


def _print(table: Table) -> None:
    from rich.console import Console

    Console().print(table)
