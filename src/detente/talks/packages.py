"""Every package of a table at once: numbers in mixed radix, utilities by broadcasting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.talks.table import Choice, Floats, Table

MOST = 1_000_000
"""Packages that are enumerated; larger tables go to `detente.talks.large`."""


@dataclass(frozen=True, eq=False)
class Packages:
    """All packages of a table.

    Attributes
    ----------
    table
        Where they come from.
    utility
        ``(package, party)``, in the unit of the table.
    signed
        ``(package, party)``: whether the package crosses none of the party's red lines.
    """

    table: Table
    utility: Floats
    signed: NDArray[np.bool_]

    @property
    def feasible(self) -> NDArray[np.bool_]:
        """Packages that no red line excludes, ``(package,)``."""
        return np.logical_and.reduce(self.signed.T)

    def choices(self, package: int) -> dict[str, str]:
        """Return the options of a package, issue by issue."""
        places = np.unravel_index(package, self.table.shape)
        pairs = zip(self.table.issues, places, strict=True)
        return {issue.id: issue.options[int(k)] for issue, k in pairs}

    def number(self, choices: Mapping[str, str]) -> int:
        """Return the number of the package with these options, one for every issue.

        Raises
        ------
        InputError
            An issue is left out, or a name is unknown.
        """
        absent = [issue.id for issue in self.table.issues if issue.id not in choices]
        if absent:
            raise InputError(Problem("an option is needed for each issue", value=absent))
        for name in choices:
            self.table.place(name)
        places = [self.table.option(i.id, choices[i.id]) for i in self.table.issues]
        return int(np.ravel_multi_index(places, self.table.shape))

    def seen(self, vote: int, numbers: NDArray[np.int_]) -> Floats:
        """Return what members of each place see in packages, ``(place, package)``.

        See `Table.seen`; one row of zeros where a vote is not by place.
        """
        table = self.table
        if vote >= len(table.seen) or not table.seen[vote].size:
            return np.zeros((1, len(numbers)))
        assert table.trade is not None
        places = np.unravel_index(numbers, table.shape)
        part = tuple(places[table.place(issue)] for issue in table.trade.issues)
        found = table.seen[vote][(slice(None), *part)]
        return found if part else np.repeat(found[:, None], len(numbers), axis=1)

    def holding(self, *choices: Choice) -> NDArray[np.bool_]:
        """Mark the packages that hold all of these options, ``(package,)``."""
        mark = np.zeros(self.table.shape, dtype=bool)
        mark[_at(self.table, choices)] = True
        return mark.reshape(-1)


def enumerate_packages(table: Table) -> Packages:
    """Return every package with its utility to each party.

    ``u_i(package) = trade part + Σ issues v_i(option) + Σ interactions``; no loop over packages.

    Raises
    ------
    InputError
        There are more than `MOST` packages.
    """
    if table.size > MOST:
        raise InputError(
            Problem("too many packages to list", value=table.size, allowed=f"at most {MOST:,}")
        )
    signed = np.ones((len(table.parties), *table.shape), dtype=bool)
    for line in table.red_lines:
        signed[(table.parties.index(line.party), *_at(table, line.choices))] = False
    signed = np.ascontiguousarray(signed.reshape(len(table.parties), -1).T)
    trade = table.trade.values if table.trade else None
    extras = [np.asarray(item.values) for item in table.interactions]
    return Packages(table, utilities(table, table.values, trade, extras), signed)


def utilities(
    table: Table, values: Mapping[str, Floats], trade: Floats | None, extras: Sequence[Floats]
) -> Floats:
    """Return ``(package, party)``, with other figures than the table's own in its places.

    Parameters
    ----------
    table
        Parties, issues, and the choices of interactions.
    values
        Issue → ``(party, option)``.
    trade
        ``(party, options of each issue of the trade part)``.
    extras
        ``(party,)`` of each interaction.
    """
    utility = np.zeros((len(table.parties), *table.shape))
    for name, given in values.items():
        utility += _spread(table, (name,), given)
    if table.trade and trade is not None:
        utility += _spread(table, table.trade.issues, trade)
    for item, given in zip(table.interactions, extras, strict=True):
        cells = utility[(slice(None), *_at(table, item.choices))]
        cells += given.reshape(-1, *(1,) * (cells.ndim - 1))
    return np.ascontiguousarray(utility.reshape(len(table.parties), -1).T)


def _spread(table: Table, issues: tuple[str, ...], values: Floats) -> Floats:
    """Give ``(party, options of some issues)`` an axis for every issue, in the table's order."""
    places = [table.place(name) for name in issues]
    order = np.argsort(places)
    shape = [1] * len(table.issues)
    for place in places:
        shape[place] = table.shape[place]
    moved = np.transpose(np.asarray(values), (0, *(1 + order)))
    return moved.reshape(len(table.parties), *shape)


def _at(table: Table, choices: tuple[Choice, ...]) -> tuple[int | slice, ...]:
    """Index the packages with these options in an array that has one axis an issue."""
    index: list[int | slice] = [slice(None)] * len(table.issues)
    for issue, option in choices:
        index[table.place(issue)] = table.option(issue, option)
    return tuple(index)
