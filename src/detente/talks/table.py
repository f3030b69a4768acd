"""The table of talks: parties, issues with options, and what each package is worth to each party.

Values are in one unit for all parties of a table, per year: million USD of equivalent variation
where they come from the model.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, nearest

Floats = NDArray[np.float64]
Choice = tuple[str, str]
"""An issue and one of its options, by id."""

KINDS = {
    "impasse": "what each side has while talks go on without a deal",
    "breakdown": "what each side has once talks have failed and what was threatened is done",
    "outside": "what a side has when it walks away by its own choice",
}
"""The kinds of no-deal payoff, which are three different things."""


@dataclass(frozen=True)
class Issue:
    """A question on the table and the answers that can be agreed."""

    id: str
    options: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Trade:
    """The part of the value that the economy decides: one number for each joint choice.

    Attributes
    ----------
    issues
        Ids of the issues with trade measures.
    values
        ``(party, options of the first of them, options of the second, …)``.
    """

    issues: tuple[str, ...]
    values: Floats


@dataclass(frozen=True, eq=False)
class Interaction:
    """Extra value where several options are chosen together.

    Attributes
    ----------
    choices
        The options.
    values
        ``(party,)``.
    """

    choices: tuple[Choice, ...]
    values: Floats


@dataclass(frozen=True)
class RedLine:
    """What a party will not sign: any package that holds all of these options."""

    party: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, eq=False)
class NoDeal:
    """What the parties have without a deal.

    Attributes
    ----------
    id
        Short name.
    values
        ``(party,)``, in the unit of the table.
    kind
        One of `KINDS`.
    title
        What a reader sees.
    seen
        By vote at home ``(place,)``: what members of each place see beyond the gain of their side;
        empty where a vote is not by place.
    """

    id: str
    values: Floats
    kind: str = "impasse"
    title: str = ""
    seen: tuple[Floats, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """Who talks about what, and what it is worth to each.

    Attributes
    ----------
    parties
        Ids, two or more.
    issues
        With their options.
    values
        Issue → ``(party, option)``: additive values; an issue that is left out is worth zero.
    trade
        Values of the trade part, joint over its issues.
    interactions
        Extra values of options chosen together.
    red_lines
        Packages that a party will not sign.
    seen
        By vote at home ``(place, options of each issue of the trade part)``: what members of each
        place see beyond the gain of their side; empty where a vote is not by place.

    Raises
    ------
    InputError
        Ids twice, fewer than two parties, an issue without options, unknown names, arrays of
        another shape, or figures that are not finite: all of them at once.
    """

    parties: tuple[str, ...]
    issues: tuple[Issue, ...]
    values: Mapping[str, Floats] = field(default_factory=dict)
    trade: Trade | None = None
    interactions: tuple[Interaction, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    seen: tuple[Floats, ...] = ()

    def __post_init__(self) -> None:
        problems = [*_ids(self), *_shapes(self), *_choices(self)]
        if problems:
            raise InputError(problems)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(len(issue.options) for issue in self.issues)

    @property
    def size(self) -> int:
        """Number of packages."""
        return math.prod(self.shape)

    def place(self, issue: str) -> int:
        """Return the position of an issue.

        Raises
        ------
        InputError
            There is no such issue.
        """
        if issue not in self._places:
            raise InputError(_unknown("issue", issue, list(self._places)))
        return self._places[issue]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Issue → its position."""
        return {issue.id: place for place, issue in enumerate(self.issues)}

    def option(self, issue: str, option: str) -> int:
        """Return the position of an option within its issue.

        Raises
        ------
        InputError
            There is no such issue or option.
        """
        options = self.issues[self.place(issue)].options
        if option not in options:
            raise InputError(_unknown(f"option of {issue}", option, options))
        return options.index(option)

    def without(self, *issues: str) -> Table:
        """Return the table of the other issues: a separate table, where these are not discussed.

        Interactions and red lines over the issues taken out go with them.

        Raises
        ------
        InputError
            There is no such issue, no issue is left, or one belongs to the trade part: its value
            there depends on the others.
        """
        for name in issues:
            self.place(name)
            if self.trade and name in self.trade.issues:
                raise InputError(Problem("is part of the trade part", key="issue", value=name))
        kept = tuple(issue for issue in self.issues if issue.id not in issues)
        return replace(
            self,
            issues=kept,
            values={k: v for k, v in self.values.items() if k not in issues},
            interactions=tuple(i for i in self.interactions if not _names(i.choices) & {*issues}),
            red_lines=tuple(r for r in self.red_lines if not _names(r.choices) & {*issues}),
        )


def _names(choices: Iterable[Choice]) -> set[str]:
    return {issue for issue, _ in choices}


def _unknown(what: str, name: str, known: Iterable[str]) -> Problem:
    known = list(known)
    hint = nearest(name, known)
    return Problem(f"no such {what}; {hint}".rstrip("; "), value=name, allowed=", ".join(known))


def _ids(table: Table) -> Iterator[Problem]:
    if len(table.parties) < 2:
        yield Problem("two or more parties are needed", key="parties", value=table.parties)
    if not table.issues:
        yield Problem("an issue is needed", key="issues")
    groups = [("parties", table.parties), ("issues", tuple(i.id for i in table.issues))]
    groups += [(f"issues[{i.id}].options", i.options) for i in table.issues]
    for key, names in groups:
        twice = {name for name, times in Counter(names).items() if times > 1}
        if twice:
            yield Problem("given twice", key=key, value=sorted(twice))
        if key.endswith("options") and not names:
            yield Problem("an issue needs an option", key=key)


def _shapes(table: Table) -> Iterator[Problem]:
    count = {issue.id: len(issue.options) for issue in table.issues}
    parties = len(table.parties)
    arrays: list[tuple[str, Floats, tuple[int, ...]]] = []
    for name, values in table.values.items():
        if name not in count:
            yield _unknown("issue", name, count)
        else:
            arrays.append((f"values[{name}]", values, (parties, count[name])))
    if table.trade:
        unknown = [name for name in table.trade.issues if name not in count]
        yield from (_unknown("issue", name, count) for name in unknown)
        if not unknown:
            shape = (parties, *(count[name] for name in table.trade.issues))
            arrays.append(("trade", table.trade.values, shape))
    for number, item in enumerate(table.interactions, 1):
        arrays.append((f"interactions[#{number}]", item.values, (parties,)))
    for key, values, shape in arrays:
        if np.shape(values) != shape:
            yield Problem("has another shape", key=key, value=np.shape(values), allowed=str(shape))
        elif not np.isfinite(values).all():
            yield Problem("has figures that are not finite", key=key)


def _choices(table: Table) -> Iterator[Problem]:
    options = {issue.id: issue.options for issue in table.issues}
    lists = [(f"interactions[#{n}]", i.choices) for n, i in enumerate(table.interactions, 1)]
    lists += [(f"red_lines[#{n}]", r.choices) for n, r in enumerate(table.red_lines, 1)]
    for number, line in enumerate(table.red_lines, 1):
        if line.party not in table.parties:
            problem = _unknown("party", line.party, table.parties)
            yield replace(problem, key=f"red_lines[#{number}]")
    for key, choices in lists:
        if len(_names(choices)) != len(choices) or not choices:
            yield Problem("names one option of each of some issues", key=key, value=choices)
        for issue, option in choices:
            if issue not in options:
                yield replace(_unknown("issue", issue, options), key=key)
            elif option not in options[issue]:
                yield replace(_unknown(f"option of {issue}", option, options[issue]), key=key)
