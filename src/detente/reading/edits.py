"""What a person changed in a reading: saved by its page, replayed by the next reading."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from detente.errors import InputError, Problem, nearest
from detente.reading.lexicons import names
from detente.reading.values import Statement, Voice

FORMAT = "detente-edits-1"
DOING = ("accept", "change", "drop", "add")
ACTIONS = (
    "impose", "ease", "keep", "align", "buy", "open", "rebalance", "talk", "agree", "litigate",
    "investigate", "halt", "criticise", "support", "state", "other",
)  # fmt: skip
INSTRUMENTS = (
    "tariff", "antidumping", "safeguard", "quota", "import_ban", "export_control", "export_tax",
    "export_restraint", "sanction", "fine", "investment", "subsidy", "purchase", "deficit",
    "market_access", "agreement", "dispute", "talks", "security", "unspecified", "other", "none",
)  # fmt: skip
MODALITIES = (
    "in_force", "announced", "agreed", "threatened", "considered", "demanded", "offered",
    "refused", "ended", "asserted",
)  # fmt: skip
KINDS = ("named", "anonymous", "media", "none")
CHOICES = {"action": ACTIONS, "instrument": INSTRUMENTS, "modality": MODALITIES}
FIELDS = (
    "actor", "target", "action", "instrument", "modality", "rate", "value", "goods", "firm",
    "date", "until", "duration", "source", "core",
)  # fmt: skip
"""What of a statement can be changed."""
LARGEST = 2_000_000
_MOST = 2_000
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_DURATION = re.compile(r"P(?=\d|T\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?")
_FIRM = re.compile(r"firm:\S.{0,99}")
_LISTED = "a list of at most 50 texts"


@dataclass(frozen=True)
class Edit:
    """One change: of the statement that a quotation makes, or of one that is added.

    ``set`` holds fields as `Statement.to_plain` names them.
    """

    do: str
    quote: str
    start: int
    set: Mapping[str, Any] = field(default_factory=dict)

    def to_plain(self) -> dict[str, object]:
        """Return it as the file has it."""
        more = {"set": dict(self.set)} if self.set else {}
        return {"do": self.do, "quote": self.quote, "start": self.start, **more}


@dataclass(frozen=True)
class Edited:
    """What edits made of statements.

    Attributes
    ----------
    applied
        Id of a statement, and what was done to it.
    missed
        Edits whose words the text does not hold, or does not make a statement of, and why.
    """

    statements: tuple[Statement, ...]
    applied: tuple[tuple[str, Edit], ...] = ()
    missed: tuple[tuple[Edit, str], ...] = ()


def known_codes() -> frozenset[str]:
    """Return the economies and bodies that a statement may name; firms are ``firm:NAME``."""
    return frozenset(one.code for held in names().values() for one in held) | {"EU", "WTO"}


def read_edits(file: str | Path) -> tuple[Edit, ...]:
    """Read a file of edits that the review page saved.

    Raises
    ------
    InputError
        It cannot be read, or holds what no statement can be: every fault is named.
    """
    path = Path(file)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror or error}", path)) from error
    if len(data) > LARGEST:
        raise InputError(Problem("too large for edits", path, allowed="at most 2 MB"))
    try:
        plain = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(Problem("is no JSON", path, allowed="a file that the review page saved")
                         ) from error  # fmt: skip
    return parse_edits(plain, path)


def parse_edits(plain: object, file: str | Path | None = None) -> tuple[Edit, ...]:
    """Return the edits of plain data (`read_edits`)."""
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        got = plain.get("format") if isinstance(plain, dict) else None
        raise InputError(Problem("is no file of edits", file, key="format", value=got,
                                 allowed=FORMAT))  # fmt: skip
    held = plain.get("edits")
    if not isinstance(held, list) or len(held) > _MOST:
        raise InputError(Problem("is no list of edits", file, key="edits",
                                 allowed=f"a list of at most {_MOST}"))  # fmt: skip
    problems: list[Problem] = []
    found = []
    for k, one in enumerate(held):
        faults = _faults(one, f"edits[{k}]", file)
        problems += faults
        if not faults:
            found.append(Edit(one["do"], one["quote"], one["start"], one.get("set") or {}))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _faults(one: object, key: str, file: str | Path | None) -> list[Problem]:
    if not isinstance(one, dict):
        return [Problem("is no edit", file, key=key, value=one, allowed="a mapping")]
    found = []
    if one.get("do") not in DOING:
        found.append(Problem("unknown", file, key=f"{key}.do", value=one.get("do"),
                             allowed=", ".join(DOING)))  # fmt: skip
    if not isinstance(one.get("quote"), str) or not one["quote"].strip():
        found.append(Problem("is no quotation", file, key=f"{key}.quote", value=one.get("quote"),
                             allowed="words of the text"))  # fmt: skip
    if not _whole(one.get("start")):
        found.append(Problem("is no place", file, key=f"{key}.start", value=one.get("start"),
                             allowed="a whole number from 0"))  # fmt: skip
    values = one.get("set") or {}
    if not isinstance(values, dict):
        return [*found, Problem("is no mapping", file, key=f"{key}.set", value=values)]
    for name, value in values.items():
        allowed = field_fault(name, value)
        if allowed:
            found.append(Problem(_hint(name, value), file, key=f"{key}.set.{name}", value=value,
                                 allowed=allowed))  # fmt: skip
    return found


def _hint(name: str, value: object) -> str:
    words: Iterable[str] = CHOICES.get(name, ()) if name in FIELDS else FIELDS
    close = nearest(value if name in FIELDS else name, words)
    return f"cannot be; {close}" if close else "cannot be"


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


def field_fault(name: str, value: object) -> str:
    """Return what a field allows where a value is not that; empty where it is."""
    if name in CHOICES:
        return "" if value in CHOICES[name] else ", ".join(CHOICES[name])
    if name in ("actor", "target"):
        return _sides_fault(value)
    if name in ("goods", "firm"):
        return "" if _texts(value) else _LISTED
    if name == "rate":
        good = isinstance(value, list) and len(value) <= 50 and all(map(_rate, value))
        return "" if good else "a list of fractions from 0 to 100: 0.25 is 25%"
    if name == "value":
        good = isinstance(value, list) and len(value) <= 50 and all(map(_amount, value))
        return "" if good else 'a list of amounts with their unit: [[5e10, "USD"]]'
    if name in ("date", "until"):
        return "" if value is None or _day(value) else "YYYY, YYYY-MM or YYYY-MM-DD, or null"
    if name == "duration":
        good = value is None or (isinstance(value, str) and _DURATION.fullmatch(value))
        return "" if good else "ISO 8601 such as P90D, or null"
    if name == "source":
        return _source_fault(value)
    if name == "core":
        return "" if isinstance(value, bool) else "true or false"
    return ", ".join(FIELDS)


def _sides_fault(value: Any) -> str:
    known = known_codes()
    good = _texts(value) and all(one in known or _FIRM.fullmatch(one) for one in value)
    return "" if good else "a list of ISO codes such as USA, EU, WTO, or firm:NAME"


def _texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(
        isinstance(one, str) and one.strip() and len(one) <= 200 for one in value
    )  # fmt: skip


def _number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and -1e18 < value < 1e18 and math.isfinite(value)


def _rate(value: Any) -> bool:
    return _number(value) and 0 <= value <= 100


def _amount(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and _number(value[0]) and (
        value[0] >= 0 and _texts(value[1:])
    )  # fmt: skip


def _day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    except ValueError:
        return False
    return True


def _source_fault(value: object) -> str:
    if isinstance(value, dict) and set(value) <= {"kind", "who"}:
        who = value.get("who")
        if value.get("kind") in KINDS and (who is None or _texts([who])):
            return ""
    return f'{{"kind": {" | ".join(KINDS)}, "who": name or null}}'


# ---------------------------------------------------------------- replay
def apply_edits(
    statements: Sequence[Statement], edits: Sequence[Edit], text: str
) -> Edited:  # fmt: skip
    """Change, drop and add statements; each edit finds its statement by its words."""
    held = {one.id: one for one in statements}
    applied: list[tuple[str, Edit]] = []
    missed: list[tuple[Edit, str]] = []
    gone: set[str] = set()
    done: set[str] = set()
    for edit in edits:
        if edit.do == "add":
            place = _place(text, edit)
            if place is None:
                missed.append((edit, "the text does not hold these words"))
                continue
            one = Statement(_free(held), place, place + len(edit.quote), edit.quote)
        else:
            same = [s for s in statements if s.quote == edit.quote and s.id not in done]
            if not same:
                known = edit.quote in text
                missed.append((edit, "these words make no statement any more" if known
                               else "the text does not hold these words"))  # fmt: skip
                continue
            one = min(same, key=lambda s: abs(s.start - edit.start))
        done.add(one.id)
        applied.append((one.id, edit))
        held[one.id] = _changed(one, edit.set)
        if edit.do == "drop":
            gone.add(one.id)
    kept = (one for one in held.values() if one.id not in gone)
    ordered = sorted(kept, key=lambda s: s.start)
    return Edited(tuple(ordered if applied else statements), tuple(applied), tuple(missed))


def _place(text: str, edit: Edit) -> int | None:
    """Return where the words of an edit stand: at their place, else the first time."""
    if text.startswith(edit.quote, edit.start):
        return edit.start
    found = text.find(edit.quote)
    return None if found < 0 else found


def _free(held: Mapping[str, Statement]) -> str:
    return next(name for k in range(1, len(held) + 2) if (name := f"a{k}") not in held)


def _changed(one: Statement, values: Mapping[str, Any]) -> Statement:
    """Return a statement with fields set."""
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name == "source":
            given[name] = Voice(value["kind"], value.get("who"))
        elif name == "date":
            given["when"] = value
        elif name == "value":
            given[name] = tuple((float(a), unit) for a, unit in value)
        elif name == "rate":
            given[name] = tuple(map(float, value))
        else:
            given[name] = tuple(value) if isinstance(value, list) else value
    return replace(one, **given)
