"""The command that reads an article: statements, and a draft scenario."""

from __future__ import annotations

import sys
from collections.abc import Callable
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
    "detente read article.pdf --edits article.edits.json\n\n"
    "pbpaste | detente read -"
)


def read(
    file: Annotated[
        Path, typer.Argument(help="Text, Markdown, HTML or PDF file; - for standard input.")
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
    edits: Annotated[
        Path | None,
        typer.Option(help="Edits to replay: the file that the review page saved."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Language model to ask too, at DETENTE_MODEL_URL with DETENTE_MODEL_KEY; what "
            "the text does not bear out is rejected. Nothing leaves the machine without it."
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but what is wrong.")
    ] = False,
) -> None:
    """Read an article: who does, threatens, offers, demands or refuses what; write a draft."""
    from detente.cli.options import options_named
    from detente.files import check_writable
    from detente.report.describe import describe
    from detente.report.reading.files import check_statements, write_draft, write_statements
    from detente.report.reading.page import file_name

    with options_named():
        name = "article" if str(file) == "-" else file.stem
        folder = out or Path("detente-out") / name
        # before anything is read: all that is wrong is said at once
        checks = [lambda: check_statements(statements)]
        if statements is None or out is not None:
            checks.append(lambda: check_writable(folder))
        reading = _read(file, name, date, edits, model, checks)
    if statements is not None:
        written = [write_statements(reading, statements)]
    else:
        written = write_draft(reading, folder)
    if quiet:
        return
    describe(reading).to_terminal(full=False)
    _say_unused(file, folder, edits, file_name(reading))
    print("Wrote " + ", ".join(str(path) for path in written) + ".")
    scenario = next((path for path in written if path.suffix == ".yaml"), None)
    if scenario is not None:
        talks = "\n" + "talks:" in reading.draft.text
        more = f", detente talks {scenario}" if talks else ""
        print(f"Next: detente run {scenario}{more}")


def _read(
    file: Path, name: str, date: str | None, edits: Path | None, model: str | None,
    checks: list[Callable[[], None]],
) -> Reading:  # fmt: skip
    """Read a file, or standard input; all wrong options are named at once."""
    from detente.errors import InputError, Problem
    from detente.reading.read import file_bytes, options, read_text
    from detente.reading.source import decode

    problems: list[Problem] = []
    day, held, ask, data = None, (), None, b""
    shown = "standard input" if str(file) == "-" else str(file)
    try:
        data = _standard_input() if str(file) == "-" else file_bytes(file)
    except InputError as error:
        problems += error.problems
    try:
        day, held, ask = options(date, edits, model)
    except InputError as error:
        problems += error.problems
    for check in checks:
        try:
            check()
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    text = decode(data, shown)
    return read_text(text, day, name=name, edits=held, ask=ask, model=model or "")


def _standard_input() -> bytes:
    from detente.reading.pdf import LARGEST

    return sys.stdin.buffer.read(LARGEST + 1)


def _say_unused(file: Path, folder: Path, edits: Path | None, name: str) -> None:
    """Say that saved edits lie near and were not asked for: they are never used unasked."""
    if edits is not None:
        return
    for place in dict.fromkeys((folder, file.parent)):
        near = place / f"{name}.edits.json"
        if near.is_file():
            print(f"Not replayed: {near}; --edits {near} replays it.")
