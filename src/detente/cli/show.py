"""What every command shows and writes, and the options that say so."""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from detente.document.publish import Enclosures

Out = Annotated[
    Path | None,
    typer.Option(
        help="Folder for report.html, tables and manifest.json; one in detente-out unless given "
        "(with --json: none unless given)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the results as JSON alone.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but what is wrong.")]
Full = Annotated[
    bool, typer.Option("--full", help="Print all that the report shows, what it folds away too.")
]
Pictures = Annotated[
    bool, typer.Option("--pictures", help="Write every chart as SVG and PNG too, in pictures/.")
]
Excel = Annotated[
    bool, typer.Option("--excel", help="Write all tables into one workbook too, tables.xlsx.")
]

LINE_EVERY = 15.0
"""Seconds between lines about progress where no bar can be drawn: a log stays short."""


@dataclass(frozen=True)
class Wanted:
    """What is to be shown and written, and the call that asked for it."""

    out: Path | None = None
    as_json: bool = False
    quiet: bool = False
    full: bool = False
    pictures: bool = False
    excel: bool = False
    made: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, bytes] = field(default_factory=dict)

    def folder(self, name: str) -> Path | None:
        """Return where files go, ``detente-out/NAME`` unless given; none with ``--json`` alone.

        Raises
        ------
        InputError
            It cannot be written, or there is none for what was to be written: said before any work.
        """
        from detente.errors import InputError, Problem
        from detente.files import check_writable

        folder = self.out
        if folder is None and not self.as_json:
            folder = Path("detente-out") / name
        if folder is not None:
            check_writable(folder)
        elif more := ["--pictures"] * self.pictures + ["--excel"] * self.excel:
            message = "with --json files are written where --out says only"
            raise InputError([Problem(message, key=key, allowed="--out FOLDER") for key in more])
        return folder

    def enclosures(self, folder: str = "") -> Enclosures:
        """Return what is written besides; ``folder``: which of several this is."""
        from detente.document.publish import Enclosures

        made = {**self.made, **({"folder": folder} if folder else {})}
        return Enclosures(self.pictures, self.excel, made, self.inputs)


SHOWN = {
    "out": Out, "as_json": Json, "quiet": Quiet, "full": Full, "pictures": Pictures, "excel": Excel
}  # fmt: skip
"""Options of every command that shows a result."""
NOT_OF_RESULT = (*SHOWN, "checkpoint", "fresh", "processes", "scheduler")
"""Options that results do not depend on."""


def shows(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options on what it shows, as the one value ``wanted``."""

    @wraps(command)
    def run(context: typer.Context, **given: Any) -> None:
        shown = {key: given.pop(key) for key in SHOWN}
        defaults = {p.name: p.default for p in own}
        options = {
            key: value for key, value in given.items()
            if key not in NOT_OF_RESULT and value not in (None, [], defaults[key])
        }  # fmt: skip
        command(**given, wanted=Wanted(**shown, **_made(str(context.command.name), options)))

    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "wanted"]
    kind = inspect.Parameter.KEYWORD_ONLY
    more = [
        inspect.Parameter(key, kind, default=None if key == "out" else False, annotation=one)
        for key, one in SHOWN.items()
    ]
    context = inspect.Parameter("context", kind, annotation=typer.Context)
    listed = [context, *(p.replace(kind=kind) for p in own), *more]
    run.__signature__ = signature.replace(parameters=listed)  # pyright: ignore[reportAttributeAccessIssue]
    run.__annotations__ = {p.name: p.annotation for p in listed}
    return run


def _made(command: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, and the files that it reads as they are before any work."""
    from detente.cli.inputs import inputs
    from detente.errors import InputError

    held: dict[str, bytes] = {}
    with suppress(InputError, OSError):  # the command itself says what is wrong
        options, held = inputs(options)
    return {"made": {"command": command, "options": options}, "inputs": held}


def finish(
    wanted: Wanted,
    *shown: tuple[Any, Path | None],
    plain: dict[str, Any] | None = None,
    last_alone: bool = False,
) -> None:
    """Write results, each into its folder; print them, or as JSON.

    Parameters
    ----------
    shown
        Results, or documents, with where each is written.
    plain
        What JSON holds; that of the only result unless given.
    last_alone
        Whether only the last is printed without ``--full``: it tells of all.
    """
    from detente.document import publish
    from detente.report import describe

    results = [result for result, _ in shown]
    parts = [describe.parts(result) for result in results]
    written = [
        publish.write(*part, folder, wanted.enclosures(folder.name if len(shown) > 1 else ""))
        for part, (_, folder) in zip(parts, shown, strict=True)
        if folder is not None
    ]
    if wanted.as_json:
        print_json(plain or describe.to_json(results[0]))
    elif not wanted.quiet:
        printed = parts[-1:] if last_alone and not wanted.full else parts
        for document, _ in printed:
            document.to_terminal(_console(), full=wanted.full)
        print()
        for files in written:
            _say_where(files, full=wanted.full)


def _say_where(files: list[Path], *, full: bool) -> None:
    """Name the page, and the rest in one line."""
    folder = files[0].parent
    print(f"Report: {files[0]}{'' if full else ' (all of it here: --full)'}")
    tables = {path.stem for path in files if path.suffix in (".csv", ".parquet")}
    count = "1 table" if len(tables) == 1 else f"{len(tables)} tables"
    names = [path.relative_to(folder).parts[0] for path in files[1:]]
    others = [n for n in dict.fromkeys(names) if not n.endswith((".csv", ".parquet"))]
    print(f"Data:   {folder}: {', '.join([f'{count} (CSV and Parquet)', *others])}")


def print_json(plain: Any) -> None:
    """Print plain data."""
    json.dump(plain, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    print()


def _console() -> Console:
    """Return the terminal, as wide as numbers need at least."""
    from rich.console import Console

    from detente.document.terminal import NARROWEST

    console = Console()
    return Console(width=max(console.width, NARROWEST))


@contextmanager
def steps(first: str, *, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show steps: a bar at a terminal, a line now and then elsewhere, nothing where ``quiet``.

    Yields a function of what is done now, how many steps are done, and of how many.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield (lambda *_: None) if quiet else lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(first, total=None)
        yield lambda what, done, total: progress.update(
            task, description=what, completed=done, total=total
        )


def lines(now: Callable[[], float] = time.monotonic) -> Callable[[str, int, int], None]:
    """Return a function that prints how far a command is, to standard error, now and then."""
    last = now()

    def advance(what: str, done: int, total: int) -> None:
        nonlocal last
        if (at := now()) - last >= LINE_EVERY:
            last = at
            print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)

    return advance
