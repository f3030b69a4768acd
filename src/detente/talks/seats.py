"""Members of a vote who come from places, and weigh what a package does to pay there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import InputError, Problem, nearest
from detente.model.economy import economy
from detente.scenario.against import placed
from detente.scenario.talks import Talks, TalksBloc
from detente.talks.table import Floats

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario
    from detente.scenario.talks import TalksRatification
    from detente.scenario.yaml_lines import KeyPath
    from detente.talks.valuation import Valuer

Votes = tuple["Seats | None", ...]
"""By vote at home: where its members come from; nothing where it is not by place."""


@dataclass(frozen=True, eq=False)
class Seats:
    """Where the members of a vote come from.

    Attributes
    ----------
    names
        Code → name of each place that has members.
    apart
        ``(place, sector)``: shares of sectors in the pay of a place less those in all places.
    pay
        ``(sector,)``: pay in the baseline, in its unit.
    """

    names: Mapping[str, str]
    apart: Floats
    pay: Floats

    def beyond(self, earned: Floats) -> Floats:
        """Return what members of each place see beyond the gain of their side, ``(place,)``.

        A member sees its side's gain with the nation's change of pay replaced by its place's, at
        the nation's size: ``W Σ_k (a_pk − ā_k) e_k / w_k`` with pay w of sectors, W of all, its
        change e, and shares a of sectors in the pay of a place. Where all places with jobs have
        members this is zero on average by pay.

        Parameters
        ----------
        earned
            ``(sector,)``: change of real pay, in the baseline's unit.
        """
        change = np.divide(earned, self.pay, out=np.zeros_like(self.pay), where=self.pay > 0)
        return self.pay.sum() * (self.apart @ change)

    def of(self, codes: Sequence[str]) -> Seats:
        """Return the seats of some places."""
        every = list(self.names)
        kept = [every.index(code) for code in codes]
        return Seats({code: self.names[code] for code in codes}, self.apart[kept], self.pay)


def by_place(scenario: Scenario, talks: Talks, valuer: Valuer) -> tuple[Talks, Votes]:
    """Return talks with a bloc for each place that has members, and the `Seats` of each vote.

    Raises
    ------
    InputError
        A table of places is unknown, wrong, of another economy or does not fit the baseline; a
        place without members is not in it; more approvals are needed than there are members.
    """
    entries = list(talks.ratification)
    seats: list[Seats | None] = [None] * len(entries)
    problems: list[Problem] = []
    for number, entry in enumerate(talks.ratification):
        if entry.places is None:
            continue
        where = ("talks", "ratification", number)
        try:
            found = _seats(entry.places, entry, scenario, talks, valuer)
        except InputError as error:
            problems += [placed(scenario, (*where, "places"), p) for p in error.problems]
            continue
        problems += [placed(scenario, (*where, *key), p) for key, p in _faults(entry, found)]
        found = found.of([code for code in found.names if code not in entry.without])
        seats[number] = found
        blocs = tuple(TalksBloc(id=f"place-{code.lower()}", title=name, members=entry.members_each)
                      for code, name in found.names.items())  # fmt: skip
        entries[number] = entry.model_copy(update={"blocs": blocs})
    if problems:
        raise InputError(problems)
    return talks.model_copy(update={"ratification": tuple(entries)}), tuple(seats)


def _seats(
    name: str, entry: TalksRatification, scenario: Scenario, talks: Talks, valuer: Valuer
) -> Seats:
    """Return the seats of all places of a table."""
    from detente.places.mapping import weights
    from detente.places.reading import find_places
    from detente.places.table import NAMES

    beside = scenario.path.parent if scenario.path else Path()
    table = find_places(name if name in NAMES else beside / name)
    c = valuer.calibration
    own = valuer.places[[p.party for p in talks.parties].index(entry.party)]
    codes = [c.country_codes[k] for k in own]
    if codes != [table.country]:
        message = f"places of {table.country}, which is not the one economy of {entry.party}"
        raise InputError(Problem(message, value=name, allowed=f"places of {', '.join(codes)}"))
    pay = np.asarray(economy(c, valuer.structure).sector_labour)[own[0]]
    earned = table.pay @ weights(table, c.sectors, pay)
    if not (earned.sum(axis=1) > 0).all():
        raise InputError(Problem("every place needs pay", value=name, allowed="pay_m above zero"))
    shares = earned / earned.sum(axis=1, keepdims=True)
    return Seats(dict(zip(table.codes, table.names, strict=True)),
                 shares - earned.sum(axis=0) / earned.sum(), pay)  # fmt: skip


def _faults(entry: TalksRatification, found: Seats) -> Iterator[tuple[KeyPath, Problem]]:
    for place, code in enumerate(entry.without):
        if code not in found.names:
            hint = nearest(code, list(found.names))
            yield ("without", place), Problem(f"no such place; {hint}".rstrip("; "), value=code)
    total = len(set(found.names) - set(entry.without)) * entry.members_each
    if entry.needed > total:
        said = "more than there are members"
        yield ("needed",), Problem(said, value=entry.needed, allowed=f"1 to {total}")
