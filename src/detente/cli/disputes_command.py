"""The command on disputes that were: a list, one of them, what chances rest on, their scores."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.show import Wanted, finish, shows

if TYPE_CHECKING:
    from detente.disputes.cases import Case
    from detente.document.blocks import Document

EXAMPLES = (
    "Examples:\n\n"
    "detente disputes list\n\n"
    "detente disputes show us-cn-301-2018\n\n"
    "detente disputes show my-dispute --file mine.csv\n\n"
    "detente disputes fit\n\n"
    "detente disputes score\n\n"
    "detente disputes score mine.csv"
)
_WHAT = ("list", "show", "fit", "score")


@shows
def disputes(
    what: Annotated[str, typer.Argument(help="list, show, fit or score.")],
    case_or_file: Annotated[
        str | None,
        typer.Argument(help="With show: id of a dispute. With list and score: a CSV of disputes; "
                       "the shipped record unless given."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="With show: a CSV that has the dispute.")
    ] = None,
    known_to: Annotated[
        str | None,
        typer.Option("--known-to", help="Last day, YYYY-MM-DD, of which a file has evidence, where "
                     "its rows name none in a column known_to."),
    ] = None,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Tell how disputes of 1995 to 2026 went, the chances of the next one, and their score.

    Chances are those of a dispute that is open, withdrawn or postponed, settled, imposed, or
    imposed with an answer after 30, 90 and 365 days, from what is known on day zero.
    """
    from detente.cli.options import options_named

    with options_named():
        last = _checked(what, case_or_file, file, known_to)
        named = Path(case_or_file or "record").stem
        folder = wanted.folder(f"disputes-{what}" + (f"-{named}" if case_or_file else ""))
        found = _shown(what, case_or_file, file, last)
    finish(wanted, (found, folder))


def _checked(
    what: str, case_or_file: str | None, file: Path | None, known_to: str | None
) -> date | None:
    """Refuse words that do not go together, all at once; return the last known day."""
    from detente.cli.game_options import Faults
    from detente.disputes.cases import read
    from detente.errors import Problem, nearest
    from detente.scalars import as_day

    faults = Faults()
    if what not in _WHAT:
        message = f"no such word; {nearest(what, _WHAT)}".rstrip("; ")
        faults.problems.append(Problem(message, key="WHAT", value=what, allowed=", ".join(_WHAT)))
    if what == "show" and case_or_file is None:
        faults.problems.append(Problem("show needs the id of a dispute", key="CASE_OR_FILE"))
    if what == "fit" and case_or_file is not None:
        message = "fit is on the shipped record"
        faults.problems.append(Problem(message, key="CASE_OR_FILE", value=case_or_file))
    if what != "show" and file is not None:
        message = f"only with show; write: detente disputes {what} {file}"
        faults.problems.append(Problem(message, key="--file", value=str(file)))
    last = None if known_to is None else faults.of(as_day, known_to, "known_to")
    if known_to is not None and (what == "fit" or (file or case_or_file) is None
                                 or (what == "show" and file is None)):  # fmt: skip
        message = "is said of a file; the record is known to 2026-08-21"
        faults.problems.append(Problem(message, key="--known-to", value=known_to,
                                       allowed="with a CSV of disputes"))  # fmt: skip
    given = _given(what, case_or_file, file)
    if faults.problems and given is not None and not given.is_file():
        faults.of(read, given)  # said in the same breath
    faults.end()
    return last


def _given(what: str, case_or_file: str | None, file: Path | None) -> Path | None:
    """Return the file of disputes; nothing for the record."""
    if what == "show":
        return file
    return Path(case_or_file) if case_or_file and what != "fit" else None


def _shown(what: str, case_or_file: str | None, file: Path | None, last: date | None) -> Document:
    from detente.disputes.cases import everything, read, shipped
    from detente.disputes.forecasts import fit
    from detente.disputes.scores import score
    from detente.report.disputes import document

    given = _given(what, case_or_file, file)
    whole = shipped if what == "score" else everything
    cases = whole() if given is None else read(given, last)
    if what == "show":
        beside = cases if given else ()
        return document.of_case(_named(case_or_file or "", cases), given, beside)
    if what == "fit":
        return document.of_fit(fit(cases))
    show = document.of_list if what == "list" else document.of_scores
    return show(score(cases), given)


def _named(name: str, cases: tuple[Case, ...]) -> Case:
    from detente.errors import InputError, Problem, nearest

    found = {case.id: case for case in cases}
    if name not in found:
        message = f"no such dispute; {nearest(name, found)}".rstrip("; ")
        raise InputError(Problem(message, key="CASE_OR_FILE", value=name,
                                 allowed="an id of `detente disputes list`"))  # fmt: skip
    return found[name]
