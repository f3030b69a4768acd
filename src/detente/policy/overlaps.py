"""How the trade that measures cover lies to one another inside a cell.

A cell (sector, importer, exporter) holds many tariff lines. Measures with the same lines on them
make a part of it. What lists of one family share is known by tariff line; of two other coverages
nobody knows how much is the same, so that a rule has to say it (`RULES`). Measures that replace a
tariff are never put on the same line, whatever the rule: nothing would say which rate holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from detente.errors import InputError, Problem

RULES = {
    "independent": "it covers the same share of what others cover and of the rest",
    "narrower": "as independent; of two tariffs on one line the narrower holds alone",
    "nested": "it covers what others cover, before anything else",
    "disjoint": "it covers what no other covers",
}
"""How the goods of a measure lie to those of others; a later rule holds against an earlier one."""
MOST_PARTS = 512
"""Parts of a cell beyond which measures are refused."""
SMALLEST = 1e-12
"""Share of a cell below which a part is rounding."""

Part = tuple[frozenset[int], float]
"""The measures that act on a part of a cell, by number, and the part's share of its trade."""


@dataclass(frozen=True)
class Unit:
    """One measure, or lists of one family, whose own parts are known.

    ``parts`` are those of a cell on which at least one of its measures is; ``rule`` says how they
    lie to those of other units.
    """

    parts: tuple[Part, ...]
    rule: str = "independent"

    @property
    def covered(self) -> float:
        """Share of the cell that it covers."""
        return sum(share for _, share in self.parts)


def parts_of_cell(
    units: Iterable[Unit],
    replacing: Mapping[int, float],
    names: Sequence[str],
    base: Sequence[Part] = (),
    holding: Callable[[frozenset[int]], frozenset[int]] = frozenset,
    yielding: frozenset[int] = frozenset(),
) -> list[Part]:
    """Cut a cell into parts on which the same measures are, the uncovered rest included.

    Parameters
    ----------
    units
        In any order.
    replacing
        Measures that replace the tariff, each with the share of it that is in force: those that
        together replace no more than the whole may be on one line.
    names
        Of all measures, for messages.
    base
        Parts that are known already, by line, with the measures on them; numbers beyond ``names``
        are marks of the part itself.
    holding
        Which of the measures on a part hold there, the others giving way to them.
    yielding
        Replacing measures that may be on one line with others, since ``holding`` tells them apart.

    Raises
    ------
    InputError
        Two measures would have to replace the tariff of one line, disjoint coverages exceed the
        cell, or there are more than `MOST_PARTS` parts.
    """
    order, apart = list(RULES), frozenset(replacing if sum(replacing.values()) > 1 + 1e-12 else ())
    found: list[Part] = list(base) or [(frozenset(), 1.0)]
    # a rule speaks of what others cover, so that has to be there
    for unit in sorted(units, key=lambda u: (order.index(u.rule), -len(u.parts), -u.covered)):
        found = _merged(_placed(found, unit, apart - yielding, names))
        if len(found) > MOST_PARTS:
            message = f"measures that cover parts of one cell make more than {MOST_PARTS} of it"
            allowed = "fewer partial coverages, or overlap: nested"
            raise InputError(Problem(message, key="overlap", allowed=allowed))
    held = [(holding(members), share) for members, share in found]
    for members, _ in held:
        if len(both := sorted(members & apart)) > 1:
            raise InputError(_conflict([names[k] for k in both], "they are on the same lines"))
    return _merged(held)


def _placed(
    parts: list[Part], unit: Unit, apart: frozenset[int], names: Sequence[str]
) -> list[Part]:
    members = frozenset().union(*(m for m, _ in unit.parts))
    replaces = bool(members & apart)
    if unit.rule == "nested":
        return _nested(parts, unit, names)
    open_to = [
        not (_measures(held, names) if unit.rule == "disjoint" else held & apart if replaces else 0)
        for held, _ in parts
    ]
    room = sum(share for (_, share), free in zip(parts, open_to, strict=True) if free)
    if unit.covered > room + 1e-9:
        others = frozenset().union(*(h for h, _ in parts)) & (
            apart if replaces else frozenset(range(len(names)))
        )
        text = f"together they cover {1 - room + unit.covered:.3g} of it"
        labels = [names[k] for k in sorted(_measures(others | members, names))]
        if replaces:
            raise InputError(_conflict(labels, text))
        message = f"measures {', '.join(labels)} are disjoint and cover more than there is"
        raise InputError(Problem(message, value=text, allowed="at most 1"))
    found: list[Part] = []
    for (held, share), free in zip(parts, open_to, strict=True):
        inside = min(1.0, unit.covered / room) if free and room > 0 else 0.0
        scale = 0.0 if not unit.covered else share * inside / unit.covered
        found += [(held | more, scale * size) for more, size in unit.parts]
        found.append((held, share * (1 - inside)))
    return found


def _nested(parts: list[Part], unit: Unit, names: Sequence[str]) -> list[Part]:
    """Fill the parts that most measures are on first."""
    left, found = unit.covered, []
    order = sorted(parts, key=lambda p: (-len(_measures(p[0], names)), sorted(p[0])))
    for held, share in order:
        inside = min(share, left)
        left -= inside
        scale = inside / unit.covered if unit.covered else 0.0
        found += [(held | more, scale * size) for more, size in unit.parts]
        found.append((held, share - inside))
    return found


def _measures(members: frozenset[int], names: Sequence[str]) -> frozenset[int]:
    """Leave out the marks of a part that are no measures."""
    return frozenset(k for k in members if k < len(names))


def _merged(parts: list[Part]) -> list[Part]:
    total: dict[frozenset[int], float] = {}
    for members, share in parts:
        total[members] = total.get(members, 0.0) + share
    kept = {members: share for members, share in total.items() if share > SMALLEST}
    size = sum(kept.values())
    return [(members, share / size) for members, share in kept.items()]


def _conflict(labels: Sequence[str], text: str) -> Problem:
    message = f"measures {', '.join(labels)} replace the same tariff"
    allowed = "at most 1; leave what both are on out of one of them"
    return Problem(message, value=text, allowed=allowed)
