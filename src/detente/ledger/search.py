"""Measures of the ledger that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.ledger.authorities import chosen_of, of_measure
from detente.ledger.days import ledger_day
from detente.ledger.measures import CHECKED, Measure, read, shipped
from detente.ledger.parties import meets, who_of

if TYPE_CHECKING:
    import pandas as pd


def find(
    by: str | Sequence[str] | None = None,
    on: str | Sequence[str] | None = None,
    at: str | date | None = None,
    authority: str | Sequence[str] | None = None,
    file: str | Path | None = None,
) -> tuple[Measure, ...]:
    """Return the measures that `ledger` shows.

    Raises
    ------
    InputError
        As `ledger`, everything at once.
    """
    problems, asked = [], {}
    for key, value, read_as in (
        ("by", by, _imposers), ("on", on, who_of), ("at", at, ledger_day),
        ("authority", authority, chosen_of),
    ):  # fmt: skip
        try:
            asked[key] = None if value is None else read_as(value, key)  # pyright: ignore[reportArgumentType]
        except InputError as error:
            problems += error.problems
    try:
        found = shipped() if file is None else read(file)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)
    return tuple(one for one in found if _is_asked(one, **asked))


def _imposers(value: object, key: str) -> frozenset[str]:
    """Return who imposes; nobody's measures are those of everyone, or of the rest of the world."""
    found = who_of(value, key)
    if "ALL" in found:
        message = "no measure is imposed by everyone; name who imposes it"
        allowed = "ISO codes of three letters, names, groups"
        raise InputError(Problem(message, None, None, key, str(value), allowed))
    return found


def _is_asked(
    one: Measure,
    by: frozenset[str] | None,
    on: frozenset[str] | None,
    at: date | None,
    authority: Iterable[str] | None,
) -> bool:
    return (
        (by is None or meets(by, one.by, (), ()))
        and (on is None or meets(on, one.on, one.leaves_out, one.by))
        and (at is None or one.in_force(at))
        and (authority is None or of_measure(one.authority, one.instrument) in authority)
    )


def ledger(
    by: str | Sequence[str] | None = None,
    on: str | Sequence[str] | None = None,
    at: str | date | None = None,
    authority: str | Sequence[str] | None = None,
    file: str | Path | None = None,
) -> pd.DataFrame:
    """Return dated measures of 2018 to 2026.

    Parameters
    ----------
    by, on
        Who imposes them, and on whom: a code, a name, ``EU27``, a group, or a list of them; ``on``
        also ``ALL`` for what is on everyone. A measure on everyone is on each; of a group any
        member counts.
    at
        A day: only what is in force on it, its last day too. A threat never is.
    authority
        A law: ``ieepa`` (or ``fentanyl``, ``reciprocal``), ``s301``, ``s232``, ``s122``, ``s201``,
        ``s338``, ``retaliation``, ``export_control``, ``deal`` and others; or a list of them.
    file
        Another ledger than the shipped one (`detente.ledger.measures.read`).

    Returns
    -------
    One row a measure, ids as the index: days as timestamps, codes with ``;`` between, rates as text
    in per cent, and in ``checked`` how well it is checked, in words.

    Raises
    ------
    InputError
        A name, day or authority is unknown, or the file is no ledger.
    """
    return frame(find(by, on, at, authority, file))


def frame(measures: Iterable[Measure]) -> pd.DataFrame:
    """Return measures as a frame, one row each."""
    import pandas as pd

    names = [field.name for field in fields(Measure)]
    found = pd.DataFrame(
        [{name: _cell(getattr(one, name)) for name in names} for one in measures], columns=names
    )
    for name in ("announced", "effective", "end"):
        found[name] = pd.to_datetime(found[name])
    found["checked"] = [CHECKED[word] for word in found["verified"]]
    return found.set_index("id")


def _cell(value: object) -> object:
    return ";".join(value) if isinstance(value, tuple) else value
