"""The laws that measures rest on: their words, and those that US rates are divided by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from detente.errors import InputError, Problem, nearest

RATES = ("base", "s301_china", "s232", "fentanyl", "reciprocal", "s122", "s301_2026", "s338")
"""What a US rate is the sum of."""
TITLES = {
    "base": "Ordinary duties", "ieepa": "IEEPA", "fentanyl": "IEEPA, fentanyl",
    "reciprocal": "IEEPA, reciprocal", "ieepa_other": "IEEPA, other", "s301": "Section 301",
    "s301_china": "Section 301, China", "s301_2026": "Section 301, 2026", "s232": "Section 232",
    "s201": "Section 201", "s122": "Section 122", "s338": "Section 338",
    "retaliation": "retaliation", "export_control": "export controls",
    "trade_remedy": "anti-dumping and safeguards", "deal": "deals and truces",
    "mfn": "tariffs on all", "other": "other",
}  # fmt: skip
"""For readers."""
GROUPS = {
    "ieepa": ("fentanyl", "reciprocal", "ieepa_other"),
    "s301": ("s301_china", "s301_2026"),
}
"""Words for several."""
_OF_MEASURES = (
    (r"retaliation|WTO (DS353|notice)|anti-discrimination", "retaliation"),
    (r"IEEPA fentanyl", "fentanyl"),
    (r"IEEPA reciprocal", "reciprocal"),
    (r"IEEPA", "ieepa_other"),
    (r"Section 301", "s301"),
    (r"Section 232", "s232"),
    (r"Section 201", "s201"),
    (r"Section 122", "s122"),
    (r"Section 338", "s338"),
    (r"anti-dumping|countervailing|safeguard|Regulation 2026/1384", "trade_remedy"),
    (r"MFN", "mfn"),
)


FAMILIES = (
    "fentanyl", "reciprocal", "ieepa_other", "s301", "s232", "s201", "s122", "s338", "retaliation",
    "export_control", "trade_remedy", "mfn", "deal", "other",
)  # fmt: skip
"""Words for what a measure rests on; ``ieepa`` is the first three."""


def of_measure(authority: str, instrument: str) -> str:
    """Return the word for what a measure rests on."""
    if instrument == "export_control":
        return "export_control"
    if instrument in ("deal", "truce"):
        return "deal"
    return next((word for words, word in _OF_MEASURES if re.match(words, authority)), "other")


def words(value: object, key: str, allowed: str) -> tuple[str, ...]:
    """Return one word, or several in a list, as words.

    Raises
    ------
    InputError
        It is neither.
    """
    found: Any = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    if wrong := [one for one in found if not isinstance(one, str)]:
        message = "neither a word nor a list of words"
        raise InputError(Problem(message, None, None, key, wrong[0], allowed))
    return tuple(sorted(found) if isinstance(found, (set, frozenset)) else found)


def chosen_of(value: object, key: str, held: Iterable[str] = FAMILIES) -> tuple[str, ...]:
    """Return what one word for an authority, or several, stand for; all wrong ones are refused.

    Raises
    ------
    InputError
        A word stands for nothing, or is none.
    """
    held = tuple(held)
    problems: list[Problem] = []
    found: dict[str, None] = {}
    for word in words(value, key, ", ".join([*held, *GROUPS])):
        try:
            found |= dict.fromkeys(chosen(word, key, held))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(found)


def chosen(word: str, key: str, allowed: Iterable[str] = FAMILIES) -> tuple[str, ...]:
    """Return what a word for an authority stands for: ``ieepa``, ``s232``, ``232``, a title.

    Raises
    ------
    InputError
        It stands for none of those allowed.
    """
    held = [*allowed]
    text = re.sub(r"[\s-]+", "_", word.strip().casefold())
    text = re.sub(r"^(section_|s_)?(?=\d{3})", "s", text)
    found = [text] if text in held else [one for one in GROUPS.get(text, ()) if one in held]
    if not found:
        words = dict.fromkeys([*held, *(g for g, of in GROUPS.items() if set(of) & set(held))])
        message = f"unknown authority; {nearest(text, words)}".rstrip("; ")
        raise InputError(Problem(message, None, None, key, word, ", ".join(words)))
    return tuple(found)
