"""Who is meant by a name or a code: economies, unions, everyone."""

from __future__ import annotations

from collections.abc import Iterable

from detente.baseline.groups import COUNTRY_GROUPS, plain
from detente.baseline.meant import iso_country
from detente.baseline.names import COUNTRY_NAMES, EU27, OTHER_NAMES
from detente.errors import InputError, Problem, nearest
from detente.ledger.authorities import words

EVERYONE = ("ALL", "ROW")
"""Codes of everyone but who imposes a measure."""
NAMES = COUNTRY_NAMES | {
    "ALL": "all partners", "DOM": "Dominican Republic", "DZA": "Algeria", "ECU": "Ecuador",
    "GTM": "Guatemala", "HND": "Honduras", "IRQ": "Iraq", "KWT": "Kuwait", "LIE": "Liechtenstein",
    "LKA": "Sri Lanka", "NIC": "Nicaragua", "SLV": "El Salvador", "SYR": "Syria",
    "TTO": "Trinidad and Tobago", "VEN": "Venezuela",
}  # fmt: skip
"""Names that people read, of the economies of ledgers and rates."""
_WORDS = {"all", "world", "everyone", "row", "rest of the world"}
_CALLED = {plain(name): code for code, name in NAMES.items()} | {
    plain(name): code for name, code in OTHER_NAMES.items()
}


def is_code(text: str) -> bool:
    """Whether a ledger may hold it."""
    return text in NAMES or text in EVERYONE


def name_of(code: str) -> str:
    """Return a name for readers."""
    return NAMES.get(code, code)


def nearest_code(word: str) -> str:
    """Return a hint at what is meant, empty where nobody knows."""
    code = iso_country(word) or _CALLED.get(plain(word))
    if code in NAMES:
        return f"did you mean '{code}' ({NAMES[code]})?"
    return nearest(word, [*NAMES, *NAMES.values(), *COUNTRY_GROUPS])


def who(word: str, key: str) -> frozenset[str]:
    """Return the economies that a code, a name or a group stands for, unions with their members.

    Raises
    ------
    InputError
        Nobody is called so.
    """
    text = plain(word)
    if text in _WORDS:
        return frozenset({"ALL"})
    if group := next((g for g in COUNTRY_GROUPS if plain(g) == text and g != "EU27"), None):
        return expanded(COUNTRY_GROUPS[group])
    code = next((c for c in NAMES if plain(c) == text), None) or _CALLED.get(text)
    if code is None:
        message = f"unknown economy; {nearest_code(word)}".rstrip("; ")
        allowed = f"ISO codes of three letters, names, {', '.join(COUNTRY_GROUPS)}, ALL"
        raise InputError(Problem(message, None, None, key, word, allowed))
    return expanded((code,))


def who_of(value: object, key: str) -> frozenset[str]:
    """Return the economies that a name, or a list of names, stands for.

    Raises
    ------
    InputError
        It is neither, or nobody is called so.
    """
    names = words(value, key, "a code, a name, a group, ALL, or a list of them")
    if not names:
        raise InputError(Problem("nobody is named", None, None, key, allowed="a code or a name"))
    problems: list[Problem] = []
    found: set[str] = set()
    for name in names:
        try:
            found |= who(name, key)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return frozenset(found)


def expanded(codes: Iterable[str]) -> frozenset[str]:
    """Return codes with the members of the European Union where it is among them."""
    found = frozenset("ALL" if code in EVERYONE else code for code in codes)
    return found | frozenset(EU27) if "EU27" in found else found


def meets(
    asked: frozenset[str], on: Iterable[str], leaves_out: Iterable[str], by: Iterable[str]
) -> bool:
    """Whether a measure is on any of those asked for; on everyone where all are asked for."""
    targets = expanded(on)
    if asked == {"ALL"}:
        return "ALL" in targets
    if asked & targets:
        return True
    return "ALL" in targets and bool(asked - {"EU27"} - expanded(leaves_out) - expanded(by))
