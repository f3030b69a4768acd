"""Codes and names of an economy that would catch something else than their author means.

Measures name economies and sectors by code, name or group. A code that is also a word for others,
two of one name, or a member beside its union make such a name mean two things.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.axes import Country, Sector
from detente.baseline.groups import (
    COUNTRY_GROUPS,
    INPUTS_OF,
    group_members,
    known_code,
    plain,
)

_RESERVED = {"world": "every economy", "partner": "the other side of a measure"}


@dataclass(frozen=True)
class Clash:
    """What is wrong with a label: which code, the column, the text in it and why."""

    code: str
    key: str
    value: str
    message: str


def country_clashes(countries: Sequence[Country]) -> Iterator[Clash]:
    """Find economies whose labels stand for others too."""
    yield from _same(countries, "economy")
    codes = {known_code(c.code): c.code for c in countries}
    for c in countries:
        for key, text in (("code", c.code), ("name", c.name)):
            if meaning := _RESERVED.get(plain(text)):
                message = f"{text!r} is the word for {meaning}; call it otherwise"
                yield Clash(c.code, key, text, message)
                break
            if (other := codes.get(known_code(text), c.code)) != c.code:
                message = f"{text!r} is another word for {other}, which is there too"
                yield Clash(c.code, key, text, message)
                break
    yield from _inside(countries)


def sector_clashes(sectors: Sequence[Sector]) -> Iterator[Clash]:
    """Find sectors whose labels stand for others too."""
    own = [s for s in sectors if not s.part_of]
    yield from _same(own, "sector")
    for s in own:
        for key, text in (("code", s.code), ("name", s.name)):
            if text.endswith(INPUTS_OF):
                message = f"the ending {INPUTS_OF} is for what one firm buys; take it off"
                yield Clash(s.code, key, text, message)
            others = [other.code for other in group_members(own, text) if other is not s]
            if others:
                message = (
                    f"{text!r} is the word for a group, which holds {', '.join(others[:5])} too; "
                    "call this sector otherwise"
                )
                yield Clash(s.code, key, text, message)
                break


def _same(labels: Sequence[Country] | Sequence[Sector], what: str) -> Iterator[Clash]:
    """Find codes and names that differ in case, spaces and signs alone, or not at all."""
    codes: dict[str, str] = {}
    for label in labels:
        first = codes.setdefault(plain(label.code), label.code)
        if first != label.code:
            message = f"the same code as {first!r}: case, spaces, '-' and '_' do not count"
            yield Clash(label.code, "code", label.code, message)
    names: dict[str, str] = {}
    for label in labels:
        word = plain(label.name)
        first = names.setdefault(word, label.code)
        if first != label.code:
            message = f"{what} {first} has this name too"
            yield Clash(label.code, "name", label.name, message)
        elif codes.get(word, label.code) != label.code:
            yield Clash(label.code, "name", label.name, f"this is the code of another {what}")


def _inside(countries: Sequence[Country]) -> Iterator[Clash]:
    """Find economies that are also a part of another."""
    holder: dict[str, str] = {}
    for c in sorted(countries, key=lambda c: -len(_members(c))):
        held = {member: holder[member] for member in _members(c) if member in holder}
        for member, other in list(held.items())[:1]:
            message = f"{member} is a member of {other}, which is there too: its trade counts twice"
            yield Clash(c.code, "code" if member == c.code else "members", c.code, message)
        holder |= {member: c.code for member in _members(c) if member not in holder}


def _members(c: Country) -> tuple[str, ...]:
    given = c.members or (c.code,)
    return COUNTRY_GROUPS.get(known_code(c.code), given) if given == (c.code,) else given
