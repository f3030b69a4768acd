"""The command that reads an article: statements, and a draft scenario."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.reading.read import Reading

EXAMPLES = (
    "Examples:\n\n"
    "detente read article.txt --date 2018-05-16\n\n"
    "detente read page.html --out drafts\n\n"
    "detente read article.txt --statements statements.csv --quiet\n\n"
    "pbpaste | detente read -"
)


def read(
    file: Annotated[
        Path, typer.Argument(help="Text, Markdown or HTML file; - for standard input.")
    ],
    date: Annotated[
        str | None,
        typer.Option(
            help="Day of the article, YYYY-MM-DD; the first day named near its top unless given."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the draft, its links and the review page; detente-out/NAME "
            "unless given."
        ),
    ] = None,
    statements: Annotated[
        Path | None,
        typer.Option(help="Write the statements alone, to a .json or .csv file; no draft."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but what is wrong.")
    ] = False,
) -> None:
    """Read an article: who does, threatens, offers, demands or refuses what; write a draft."""
    from detente.cli.options import options_named
    from detente.files import check_writable
    from detente.report.describe import describe
    from detente.report.reading.files import write_draft, write_statements

    with options_named():
        reading = _read(file, date)
        folder = out or Path("detente-out") / reading.name
        if statements is None:
            check_writable(folder)
    if statements is not None:
        written = [write_statements(reading, statements)]
    else:
        written = write_draft(reading, folder)
    if quiet:
        return
    describe(reading).to_terminal(full=False)
    print("Wrote " + ", ".join(str(path) for path in written) + ".")
    scenario = next((path for path in written if path.suffix == ".yaml"), None)
    if scenario is not None:
        talks = "\n" + "talks:" in reading.draft.text
        more = f", detente talks {scenario}" if talks else ""
        print(f"Next: detente run {scenario}{more}")


def _read(file: Path, date: str | None) -> Reading:
    from detente.reading.read import read as read_file
    from detente.reading.read import read_text
    from detente.reading.source import LARGEST, decode

    if str(file) == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        return read_text(decode(data, "standard input"), date, name="article")
    return read_file(file, date)
