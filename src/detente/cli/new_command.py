"""The command that writes a scenario to start from."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    pass

EXAMPLES = (
    "Examples:\n\n"
    "detente new\n\n"
    'detente new --by USA --on CHN --measure "25% tariff on vehicles"\n\n'
    'detente new my-case.yaml --by USA --on CHN --measure "export ban on electronics"\n\n'
    'detente new cars.yaml --talks --by USA --on EU --measure "25% tariff on vehicles"\n\n'
    'detente new --by CHN --on USA --measure "25bn purchases of agriculture"'
)
QUESTIONS = {
    "by": "Who acts? An economy, such as USA or European Union: ",
    "measure": "What does it do, how much, on what? Such as 25% tariff on vehicles: ",
    "on": "On whom? An economy, such as CHN; world for everybody: ",
}


def new(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; named after who and whom unless given.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who acts: a code, name or group, several between commas.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="On whom; `world` for everybody.")] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            help="Measure, how much and on what: '25% tariff on vehicles', 'export ban on "
            "electronics', '25bn purchases of agriculture', 'quota of 80% on C24', '10% export "
            "tax', '5% subsidy on machinery', '1bn transfer'."
        ),
    ] = None,
    baseline: Annotated[
        str, typer.Option(help="Its economy: a name of `detente data list`, or a folder of tables.")
    ] = "icio-2022",
    talks: Annotated[
        bool,
        typer.Option(
            "--talks",
            help="Make it a threat in talks: an answer, issues, a ladder with "
            "days, a calendar, what each side wants.",
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a file of that name without asking.")
    ] = False,
) -> None:
    """Write a scenario of your own, with comments: asks three questions, or takes options."""
    from detente.cli.options import options_named
    from detente.files import write_bytes

    given = {"by": by, "measure": measure, "on": on}
    with options_named():
        path, text = _made(given, file, baseline, talks=talks)
    if not replace and path.exists():
        _ask_to_replace(path)
    write_bytes(path, text.encode())
    print(f"Wrote {path}. Next: detente {'talks' if talks else 'run'} {path}")


def _made(
    given: dict[str, str | None], file: Path | None, baseline: str, *, talks: bool
) -> tuple[Path, str]:
    """Return file and text; what was answered wrong is asked for again, an option is refused."""
    from detente.baseline.store import load
    from detente.errors import InputError

    load(baseline)  # before any question
    said = dict(given)
    while True:
        try:
            _ask_for(said)
            return _text(said, file, baseline, talks=talks)
        except InputError as error:
            again = {p.key for p in error.problems}
            if not again or any(key not in given or given[str(key)] for key in again):
                raise
            print(error, file=sys.stderr)
            said |= dict.fromkeys(map(str, again))


def _ask_for(said: dict[str, str | None]) -> None:
    """Fill in what was not given by asking a person; who is none is told what to give."""
    from detente.errors import InputError, Problem
    from detente.scenario.starting import read_act

    missing = [key for key in said if said[key] is None]
    if said["measure"] is not None and "on" not in read_act(said["measure"]).form.keys:
        missing = [key for key in missing if key != "on"]
    if not missing:
        return
    if not sys.stdin.isatty():
        options = ", ".join(f"--{key}" for key in missing)
        message = f"there is no terminal to ask at: give {options}"
        raise InputError(Problem(message, allowed="see detente new --help"))
    said[missing[0]] = _answer(QUESTIONS[missing[0]])
    _ask_for(said)


def _answer(question: str) -> str:
    """Ask until something is answered."""
    from detente.errors import InputError, Problem

    while True:
        try:
            answer = input(question).strip()
        except EOFError as error:
            raise InputError(Problem("the answers ended before the questions")) from error
        if answer:
            return answer


def _text(
    said: dict[str, str | None], file: Path | None, baseline: str, *, talks: bool
) -> tuple[Path, str]:
    from datetime import date

    from detente.scenario.starting import read_act, starting_text

    by, measure, on = (said[key] or "" for key in ("by", "measure", "on"))
    act = read_act(measure)
    words = re.findall("[a-z0-9]+", f"{by} {on} {act.kind}{' talks' * talks}".lower())
    path = file or Path(f"{'-'.join(words)}.yaml")
    today = date.today()
    text = starting_text(by, on, act, baseline=baseline, day=today, file=str(path),
                         with_talks=talks)  # fmt: skip
    return path, text


def _ask_to_replace(path: Path) -> None:
    from detente.errors import InputError, Problem

    if sys.stdin.isatty():
        if _answer(f"{path} is there already. Replace it? yes or no: ").lower() in ("y", "yes"):
            return
        print(f"{path} stays as it was.")
        raise typer.Exit(1)
    allowed = "another name, or --replace"
    raise InputError(Problem("is there already and is not replaced", path, allowed=allowed))
