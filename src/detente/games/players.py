"""Who plays a game, with which rates, for what; and where each rate acts in the world's arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.overlaps import SMALLEST

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

RULES = {
    "bilateral": "one rate for each sector and partner",
    "mfn": "one rate for each sector, whoever the partner is",
    "by-partner": "one rate for each partner, whatever the sector is",
    "uniform": "one rate on everything",
}
INSTRUMENTS = {
    "tariff": "of the importer, ad valorem on the fob value",
    "export-tax": "of the exporter, ad valorem on producers' prices",
    "both": "a tariff and an export tax",
}
OBJECTIVES = {
    "real-income": "ln of real income; of several members the sum, in money of the baseline",
    "political": "ln of the weighted sum of real incomes earned in the sectors (Ossa 2014)",
    "revenue": "what tariffs and export taxes bring, real, as a share of baseline income",
}
TINY_SHARE = 1e-12
"""Share of an importer's spending on a sector below which a flow has no rate of its own."""


@dataclass(frozen=True, eq=False)
class Player:
    """A government, or several that act as one, with rates to choose.

    Parameters
    ----------
    name
        Its name; where ``members`` is left out, also the economy's code.
    members
        Economies that act as one: they have a common external tariff and none between them.
    on
        Partners whose goods it may tax; everybody else unless given.
    sectors
        Codes, names or groups.
    rule
        One of `RULES`.
    low, high
        Bounds of its rates (fractions); without a ceiling tariffs can turn into transfers.
    instrument
        One of `INSTRUMENTS`.
    objective
        One of `OBJECTIVES`, or a function of ``(Economy, Outcome)`` that returns a JAX scalar.
    weights
        Political weights by sector code (or an array over sectors), for ``"political"``; a common
        factor changes nothing, so that a mean of one is a convention.
    bindings
        Tariff bindings: the highest tariff that it may charge, a fraction, by code, name or group
        of sectors. The narrowest name of a sector holds (of names alike the lowest rate); a rate on
        several sectors may not exceed the lowest. A binding above ``high`` changes nothing. Export
        taxes are not bound.
    union_as_one
        Whether economies that act as one are one partner with one rate, or each its own.
    product_list, coverage
        Name of a shipped product list, or the share of each flow, that its rates are on; the rest
        of the flow keeps what is in force. Everything unless one of them is given.

    Raises
    ------
    InputError
        Listing what is out of bounds or unknown.
    """

    name: str
    members: str | tuple[str, ...] = ()
    on: str | tuple[str, ...] = "world"
    sectors: str | tuple[str, ...] = "goods"
    rule: str = "bilateral"
    low: float = 0.0
    high: float = 2.0
    instrument: str = "tariff"
    objective: str | Callable[..., Any] = "real-income"
    weights: Mapping[str, float] | Sequence[float] | Array | None = None
    bindings: Mapping[str, float] | None = None
    union_as_one: bool = True
    product_list: str | None = None
    coverage: float | None = None

    def __post_init__(self) -> None:
        problems = []
        for key, allowed in (("rule", RULES), ("instrument", INSTRUMENTS)):
            value = getattr(self, key)
            if value not in allowed:
                problems.append(
                    Problem(
                        "unknown", key=key, value=getattr(self, key), allowed=", ".join(allowed)
                    )
                )
        known = callable(self.objective) or self.objective in OBJECTIVES
        if not known:
            allowed = ", ".join(OBJECTIVES) + " or a function"
            problems.append(Problem("unknown", None, None, "objective", self.objective, allowed))
        if not (-1 < self.low <= self.high < np.inf):
            problems.append(
                Problem("not bounds", key="low, high", value=(self.low, self.high),
                        allowed="-1 < low <= high, both finite")
            )  # fmt: skip
        if (self.objective == "political") != (self.weights is not None):
            message = "political weights go with the objective 'political', and it with them"
            problems.append(Problem(message, key="weights"))
        problems += self._coverage_problems()
        problems += [
            Problem("not a bound rate", None, None, "bindings", f"{name}: {rate}",
                    "the player's lowest rate or more")
            for name, rate in (self.bindings or {}).items()
            if not (isinstance(rate, int | float) and self.low <= rate < np.inf)
        ]  # fmt: skip
        if problems:
            raise InputError([_of(self.name, p) for p in problems])

    def _coverage_problems(self) -> Iterator[Problem]:
        share = self.coverage
        if share is not None and not (isinstance(share, int | float) and 0 < share <= 1):
            yield Problem("not a share", None, None, "coverage", share, "above 0, at most 1")
        if share is not None and self.product_list is not None:
            yield Problem("coverage is given in more than one way", None, None,
                          "coverage | product_list", self.product_list, "one of them")  # fmt: skip

    @property
    def goods(self) -> str:
        """Name of the goods that its rates are on; none where they are on all of a flow."""
        if self.product_list is not None:
            return self.product_list
        return "" if self.coverage is None else f"{self.coverage:.4g} of each flow to {self.name}"

    def covered(self, calibration: Calibration) -> Array:
        """Share of a flow that its rates are on ``(sector,)``.

        Raises
        ------
        InputError
            There is no such list, or the baseline's sectors carry no ISIC divisions.
        """
        if self.product_list is not None:
            from detente.policy.product_lists import coverage

            return coverage(calibration, self.product_list)
        return np.full(len(calibration.sectors), 1.0 if self.coverage is None else self.coverage)


@dataclass(frozen=True, eq=False)
class Placement:
    """Players on a baseline.

    Attributes
    ----------
    members
        Positions of each player's economies.
    owner
        ``(country,)`` number of the player that an economy belongs to; −1 where it is passive.
    rate_player, rate_sector, rate_partner, rate_tax
        ``(rate,)``: whose it is, on which sector (−1: several), on which partner (−1: all; from
        the number of economies on: a player as a whole), whether it is an export tax.
    low, high
        ``(rate,)``.
    binding
        ``(rate,)`` the bound rate, infinite where there is none.
    sector, importer, exporter, rate
        ``(part,)``: the cells, or parts of them, that rates act on, tariffs before export taxes.
    taxed
        ``(part,)`` whether the rate is an export tax.
    share
        ``(part,)`` of the cell's trade in the baseline.
    line
        ``(part,)`` which of the policy's lines it is; −1 for a whole cell, whatever its lines.
    notes
        What was left out, in words.
    """

    players: tuple[Player, ...]
    members: tuple[tuple[int, ...], ...]
    owner: Ints
    rate_player: Ints
    rate_sector: Ints
    rate_partner: Ints
    rate_tax: NDArray[np.bool_]
    low: Array
    high: Array
    binding: Array
    sector: Ints
    importer: Ints
    exporter: Ints
    rate: Ints
    taxed: NDArray[np.bool_]
    share: Array
    line: Ints
    notes: tuple[str, ...] = field(default=())

    @property
    def size(self) -> int:
        """Number of rates."""
        return len(self.rate_player)

    @property
    def cell(self) -> tuple[Ints, Ints, Ints]:
        """Where each part is: sector, importer, exporter."""
        return self.sector, self.importer, self.exporter

    def own(self, player: int) -> Ints:
        """Positions of a player's rates."""
        return np.flatnonzero(self.rate_player == player)

    def trade(self, flows: Array) -> Array:
        """Return the trade that each part is on ``(part,)``, the unit of the flows."""
        return flows[self.cell] * self.share

    def kept(self, parts: NDArray[Any], share: Array, line: Ints) -> Placement:
        """Return the placement with these parts, by number, with their share and line."""
        rate, order = self.rate[parts], np.argsort(self.taxed[parts], kind="stable")
        used, number = np.unique(rate, return_inverse=True)
        own = {name: getattr(self, name)[used] for name in _BY_RATE}
        parts = parts[order]
        return replace(
            self,
            **own,
            sector=self.sector[parts],
            importer=self.importer[parts],
            exporter=self.exporter[parts],
            rate=number[order],
            taxed=self.taxed[parts],
            share=share[order],
            line=line[order],
        )


_BY_RATE = ("rate_player", "rate_sector", "rate_partner", "rate_tax", "low", "high", "binding")


def sums(index: Ints, values: Array, size: int) -> Array:
    """Add up values by index ``(size,)``."""
    return np.asarray(np.bincount(index, values, size), dtype=np.float64)


def only(p: Placement, player: int) -> Placement:
    """Return the placement of one player alone."""
    inside = np.flatnonzero(p.rate_player[p.rate] == player)
    own = p.kept(inside, p.share[inside], p.line[inside])
    return replace(
        own,
        players=(p.players[player],),
        members=(p.members[player],),
        owner=np.where(p.owner == player, 0, -1),
        rate_player=np.zeros(own.size, dtype=np.intp),
    )


def place_players(
    calibration: Calibration, players: Sequence[Player], left: Array | None = None
) -> Placement:
    """Find where each player's rates act.

    Parameters
    ----------
    left
        Share of suppliers that bans in force leave ``(sector, importer, exporter)``; all unless
        given. Where none is left there is nothing to tax.

    Raises
    ------
    InputError
        Listing every unknown name, economies in two players, equal names, and that nobody has a
        rate.
    """
    members, targets, sectors, bindings, covered = _resolved(calibration, players)
    owner = np.full(len(calibration.countries), -1)
    for number, places in enumerate(members):
        owner[list(places)] = number
    notes: list[str] = []
    cells: list[tuple] = []
    for number, player in enumerate(players):
        found = []
        for tax in (False, True):
            if player.instrument in ("both", "export-tax" if tax else "tariff"):
                found += _cells(calibration, left, number, tax, members, targets, sectors,
                                covered[number], notes)  # fmt: skip
        if not found:
            notes.append(f"{player.name} has no trade to tax and no rate to choose")
        cells += [(number, tax, *cell) for tax, *cell in found]
    if not cells:
        raise InputError(Problem("no player has any trade to tax", key="players"))
    return _numbered(calibration, players, members, owner, cells, bindings, covered, notes)


def _cells(
    calibration, left, number, tax, members, targets, sectors, covered, notes
) -> list[tuple]:
    """List (tax, sector, importer, exporter) where a player's rates may act."""
    c, player = calibration, calibration.country_codes
    name = player[members[number][0]] if len(members[number]) == 1 else "its members"
    found, dropped = [], 0
    smallest = c.trade_shares if left is None else np.where(left > 0, c.trade_shares, 0.0)
    partners = [i for i in targets[number] if i not in members[number]]
    for s in (s for s in sectors[number] if covered[s] > SMALLEST):
        for n in members[number]:
            for i in partners:
                cell = (s, i, n) if tax else (s, n, i)
                if smallest[cell] > TINY_SHARE:
                    found.append((tax, *cell))
                else:
                    dropped += 1
    if dropped:
        what = "exports" if tax else "imports"
        flows = f"1 flow of {what} of {name} is" if dropped == 1 else (
            f"{dropped} flows of {what} of {name} are")  # fmt: skip
        notes.append(f"{flows} zero or almost and without a rate")
    return found


def _numbered(calibration, players, members, owner, cells, bindings, covered, notes) -> Placement:
    """Give cells that share a rate one number; rates of a player are consecutive."""
    count = len(calibration.countries)
    keys: dict[tuple, int] = {}
    numbers = []
    for number, tax, s, n, i in cells:
        player, other = players[number], n if tax else i
        union = owner[other]
        whole = player.union_as_one and union >= 0 and len(members[union]) > 1
        partner = count + union if whole else other
        by_sector, by_partner = player.rule in ("bilateral", "mfn"), player.rule in _BY_PARTNER
        key = (number, tax, s if by_sector else -1, partner if by_partner else -1)
        numbers.append(keys.setdefault(key, len(keys)))
    rates = np.array(list(keys), dtype=np.intp)
    table = np.array(cells, dtype=np.intp)
    order = np.argsort(table[:, 1], kind="stable")
    table, numbers = table[order], np.array(numbers, dtype=np.intp)[order]
    chosen = [players[k] for k in rates[:, 0]]
    binding = np.full(len(rates), np.inf)
    tariffs = table[:, 1] == 0
    np.minimum.at(binding, numbers[tariffs], bindings[table[tariffs, 0], table[tariffs, 2]])
    share = covered[table[:, 0], table[:, 2]]
    return Placement(
        tuple(players),
        members,
        owner,
        rates[:, 0],
        rates[:, 2],
        rates[:, 3],
        rates[:, 1].astype(bool),
        np.array([p.low for p in chosen]),
        np.minimum([p.high for p in chosen], binding),
        binding,
        table[:, 2],
        table[:, 3],
        table[:, 4],
        numbers,
        table[:, 1].astype(bool),
        np.where(share > 1 - SMALLEST, 1.0, share),
        np.full(len(table), -1),
        tuple(notes),
    )


def players_given(players: object) -> tuple[Player, ...]:
    """Return players, given alone or in a list, as they are or by the name of their economy.

    Raises
    ------
    InputError
        Listing what is no player.
    """
    given = players if isinstance(players, list | tuple) else () if players is None else (players,)
    wrong = [
        Problem("not a player", key="players", value=type(one).__name__,
                allowed='a Player or the name of an economy, such as "USA"')
        for one in given if not isinstance(one, Player | str)
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    return tuple(Player(one) if isinstance(one, str) else one for one in given
                 if isinstance(one, Player | str))  # fmt: skip


_BY_PARTNER = ("bilateral", "by-partner")


def _resolved(calibration, players):
    """Names to positions for every player; everything unknown is said at once."""
    problems: list[Problem] = []

    def find(resolve, player, key, names):
        try:
            return resolve(calibration, names)
        except InputError as error:
            problems.extend(
                _of(player.name, Problem(p.message, key=key, value=p.value, allowed=p.allowed))
                for p in error.problems
            )
            return ()

    if not players:
        raise InputError(Problem("a game needs a player", key="players"))
    members = tuple(find(resolve_countries, p, "members", p.members or p.name) for p in players)
    targets = [find(resolve_countries, p, "on", p.on) for p in players]
    sectors = [find(resolve_sectors, p, "sectors", p.sectors) for p in players]
    bindings = np.full((len(players), len(calibration.sectors)), np.inf)
    for number, player in enumerate(players):
        named = [(list(find(resolve_sectors, player, "bindings", name)), rate)
                 for name, rate in (player.bindings or {}).items()]  # fmt: skip
        # narrower names overwrite wider ones, of names alike the lowest rate comes last
        for places, rate in sorted(named, key=lambda entry: (-len(entry[0]), -entry[1])):
            bindings[number, places] = rate
    covered = [find(lambda c, _, p=p: p.covered(c), p, "product_list", None) for p in players]
    names = [p.name for p in players]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem("two players have one name", key="players", value=name))
    seen: set[int] = set()
    for player, places in zip(players, members, strict=True):
        twice = [calibration.country_codes[n] for n in places if n in seen]
        if twice and names.count(player.name) == 1:
            message = "belongs to two players"
            problems.append(_of(player.name, Problem(message, key="members", value=twice)))
        seen |= set(places)
    if problems:
        raise InputError(problems)
    return members, targets, sectors, bindings, np.array(covered)


def _of(name: str, problem: Problem) -> Problem:
    """Say whose problem it is."""
    return Problem(problem.message, None, None, f"{name}.{problem.key}", problem.value,
                   problem.allowed)  # fmt: skip
