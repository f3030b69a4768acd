"""Wars and optimal tariffs: equilibria with certificates, from one start or from many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.games.certificate import (
    NASH_CONV,
    Certificate,
    best_response,
    certify,
    start_rates,
)
from detente.games.evaluation import Evaluation, Game
from detente.games.notes import notes_on, share_at_cap, transfers
from detente.games.players import Player, players_given
from detente.games.search import TOLERANCE, Held, Search, Settled, Step, settle
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options

if TYPE_CHECKING:
    import pandas as pd

    from detente.model.economy import Structure
    from detente.policy.instruments import Measure
    from detente.results import Solution

Array = NDArray[np.float64]
OnStep = Callable[[Step], None]

STARTS = ("applied", "low", "high", "closed-form", "random")
"""Where searches may start."""
ATTEMPTS = 3
"""Searches from one start, the later ones from best responses."""
KKT = 1e-6
"""Projected gradient up to which rates count as stationary where replies did not settle."""
SAME = 1e-4
"""Largest difference of rates up to which two equilibria are one."""


class Status(StrEnum):
    """What a search for an equilibrium, or an optimum, came to."""

    CERTIFIED = "nobody gains by changing its own rates, as far as searches found"
    UNCERTIFIED = "no small change helps anybody; whether a large one would was not looked for"
    NO_EQUILIBRIUM = "no small change helps anybody, but a player gains by moving far away"
    CYCLING = "replies go round in a circle: no equilibrium in pure strategies was found"
    NOT_SETTLED = "replies did not settle within the rounds allowed"
    NO_ECONOMY = "replies led to rates at which the economy has no equilibrium"

    @property
    def found(self) -> bool:
        """Whether there is an answer."""
        return self in (Status.CERTIFIED, Status.UNCERTIFIED)


@dataclass(frozen=True, eq=False)
class Found:
    """One end of one search: rates ``(rate,)``, payoffs ``(player,)`` and what they are."""

    start: str
    status: Status
    rates: Array
    values: Array
    certificate: Certificate | None
    history: tuple[Step, ...]


@dataclass(frozen=True, eq=False, repr=False)
class NashResult(Shown):
    """A war.

    Attributes
    ----------
    game
        Players, baseline and bounds.
    chosen
        The equilibrium that is reported: the first found from the starts in their order, of those
        that are certified where only some are; where there is none, the end of the first search,
        with its status.
    equilibria
        All that were found, each once.
    searches
        Every search, in the order of the starts.
    notes
        What a reader must know: rates at bounds, flows without rates, who stays passive.
    """

    game: Game
    chosen: Found
    equilibria: tuple[Found, ...]
    searches: tuple[Found, ...]
    notes: tuple[str, ...]

    def _brief(self) -> str:
        return f"of {self.game.who} on {self.game.calibration.name!r}: {self.status.name.lower()}"

    @property
    def status(self) -> Status:
        """What was found."""
        return self.chosen.status

    @property
    def values(self) -> Array:
        """Payoffs ``(player,)``; real income in logs relative to the baseline unless said so."""
        return self.chosen.values

    @cached_property
    def before(self) -> Array:
        """Payoffs ``(player,)`` at the rates in force, without a war."""
        return self.game.before()

    @property
    def certificate(self) -> Certificate | None:
        """NashConv and projected KKT, unless it was not asked for."""
        return self.chosen.certificate

    def led_to(self, end: Found) -> tuple[str, ...]:
        """Return the starts whose searches ended at an equilibrium."""
        return tuple(s.start for s in self.searches if s.status.found and _same(s, end))

    @property
    def history(self) -> tuple[Step, ...]:
        """Rounds of the search."""
        return self.chosen.history

    @property
    def policy(self) -> Policy:
        """All policies in force."""
        return self.game.policy(self.chosen.rates)

    @property
    def rates(self) -> pd.DataFrame:
        """Label the rates: player, instrument, importer, exporter, sector, rate, applied, bound."""
        from detente.games.tables import rate_table

        return rate_table(self.game, self.chosen.rates)

    @property
    def players(self) -> pd.DataFrame:
        """Sum up by player: payoff, what its best response would gain, its rates."""
        from detente.games.tables import player_table

        return player_table(self.game, self.chosen)

    def solution(self) -> Solution:
        """Solve the economy at the rates, labelled."""
        from detente.results import Solution

        found = solve_equilibrium(self.game.calibration, self.policy, self.game.options)
        removal = self.game.removal
        return Solution(found, None if removal is None else Solution(removal))


class OptimalResult(NashResult):
    """The best rates of one player; ``certificate`` is what independent searches would add.

    They may stand at the cap because a deficit held fixed acts as a transfer (`notes` say so).
    """

    @property
    def below_cap(self) -> Found | None:
        """The best optimum that was found with less than half of the trade at the highest rate."""
        inside = [one for one in self.equilibria if share_at_cap(self.game, 0, one.rates) < 0.5]
        return max(inside, key=lambda one: one.values[0], default=None)


def nash(
    calibration: Calibration | str,
    players: Player | str | Sequence[Player | str],
    *,
    options: Options | None = None,
    base: Policy | Measure | Sequence[Measure] | None = None,
    deficits: str | Array | None = None,
    structure: Structure | None = None,
    start: Array | None = None,
    starts: Sequence[str] = ("applied", "high"),
    certified: bool = True,
    responses: Sequence[str] = ("here", "low"),
    tolerance: float = TOLERANCE,
    max_rounds: int = 200,
    on_step: OnStep | None = None,
    held: Held | None = None,
) -> NashResult:
    """Find rates from which nobody gains by moving alone.

    Parameters
    ----------
    options
        Closure, structure and numerical settings, in place of ``deficits`` and ``structure``.
    base
        Policy in force besides; the baseline's own unless given.
    deficits, structure
        As `detente.solve` takes them (see `Game`).
    start
        Rates ``(rate,)`` to start from, for instance those of an interrupted search; ``starts`` is
        then not used.
    starts
        Names of starts: ``"applied"``, ``"low"``, ``"high"``, ``"closed-form"``, ``"random"``
        (several times for several draws).
    certified
        Whether to search for best responses at every equilibrium found. Where not, they are
        searched for all the same if starts led to different ends, as nothing else tells which of
        them is an equilibrium.
    responses
        Starts of those searches (see `certificate.certify`).
    tolerance
        Largest move of ln(1+rate) that replies may still ask for.
    on_step
        Called after every round, for progress.
    held
        Where every search keeps its rounds: with what an interrupted call left there the same call
        goes on, searches all starts, and ends at the same bits.

    Raises
    ------
    InputError
        Something about the players or the start cannot be used.
    SolveError
        The economy has no equilibrium at a start.
    """
    whole = isinstance(max_rounds, int) and not isinstance(max_rounds, bool)
    if not whole or max_rounds < 1:
        allowed = "a whole number above 0"
        raise InputError(Problem("not rounds", None, None, "max_rounds", max_rounds, allowed))
    game = Game(calibration, players, options, base, deficits=deficits, structure=structure)
    searches = [
        _search(game, name, rates, certified, responses,
                partial(settle, tolerance=tolerance, max_rounds=max_rounds, on_step=on_step,
                        held=held), f"search {number + 1}, {name}")
        for number, (name, rates) in enumerate(starting_points(game, start, starts))
    ]  # fmt: skip
    if not certified and len(_distinct(searches)) > 1:
        searches = _told_apart(game, searches, responses)
    distinct = _distinct(searches)
    chosen = distinct[0] if distinct else searches[0]
    notes = (*notes_on(game, chosen.rates), *transfers(game, chosen, distinct))
    return NashResult(game, chosen, distinct, tuple(searches), notes)


def optimal(
    calibration: Calibration | str,
    player: Player | str,
    *,
    options: Options | None = None,
    base: Policy | Measure | Sequence[Measure] | None = None,
    deficits: str | Array | None = None,
    structure: Structure | None = None,
    start: Array | None = None,
    starts: Sequence[str] = ("applied", "high"),
    certified: bool = True,
    tolerance: float = TOLERANCE,
    max_rounds: int = 200,
    on_step: OnStep | None = None,
) -> OptimalResult:
    """Find a player's best rates while everybody else's stay as they are.

    Parameters are those of `nash`. Among several optima the best is chosen.

    Raises
    ------
    InputError, SolveError
        As `nash`.
    """
    alone = players_given(player)
    if len(alone) != 1:
        message = "one player has best rates; several have a war (detente.nash)"
        raise InputError(Problem(message, key="player", value=len(alone)))
    found = nash(
        calibration, alone, options=options, base=base, deficits=deficits,
        structure=structure, start=start, starts=starts, certified=certified,
        tolerance=tolerance, max_rounds=max_rounds, on_step=on_step,
    )  # fmt: skip
    best = max(found.equilibria, key=lambda f: f.values[0], default=found.chosen)
    notes = (*notes_on(found.game, best.rates), *transfers(found.game, best, found.equilibria))
    return OptimalResult(found.game, best, found.equilibria, found.searches, notes)


def _search(
    game: Game,
    name: str,
    rates: Array,
    certified: bool,
    responses: Sequence[str],
    settled: Callable[..., Search],
    label: str,
) -> Found:
    """Settle and certify; where either fails, go on from best responses.

    It remembers nothing of the searches before it, so that it can be made again alone.
    """
    game = game.valued(game.kinds, game.parameters)
    history: tuple[Step, ...] = ()
    attempts = ATTEMPTS if certified else 1
    while True:
        found = settled(game, rates, name=f"{label}, {attempts}")
        history, attempts, at = history + found.history, attempts - 1, found.at
        certificate = certify(game, at, responses) if certified else None
        status = _judge(found.status, certificate)
        if status.found or attempts == 0 or certificate is None:
            return Found(name, status, at.rates, at.values, certificate, history)
        rates = _best_responses(game, at, certificate)


def _judge(settled: Settled, certificate: Certificate | None) -> Status:
    if certificate is None:
        return Status.UNCERTIFIED if settled is Settled.SETTLED else _UNSETTLED[settled]
    stationary = settled is Settled.SETTLED or certificate.kkt <= KKT
    if certificate.nash_conv <= NASH_CONV and stationary:
        return Status.CERTIFIED
    return Status.NO_EQUILIBRIUM if settled is Settled.SETTLED else _UNSETTLED[settled]


def _best_responses(game: Game, at: Evaluation, certificate: Certificate) -> Array:
    """Let every player in turn, most to gain first, take its best response."""
    rates = at.rates.copy()
    for turn, number in enumerate(np.argsort(-certificate.gains)):
        own = game.placement.own(int(number))
        if not len(own) or certificate.gains[number] == 0:
            continue
        if turn == 0:
            rates[own] = certificate.responses[number]
            continue
        alone = game.alone(int(number), rates)
        rates[own] = best_response(alone, start_rates(alone, rates[own], ("here",))).rates
    return rates


_UNSETTLED = {
    Settled.CYCLING: Status.CYCLING,
    Settled.NOT_SETTLED: Status.NOT_SETTLED,
    Settled.NO_ECONOMY: Status.NO_ECONOMY,
}


def starting_points(
    game: Game, start: Array | None, names: Sequence[str]
) -> list[tuple[str, Array]]:
    """Turn one start that is given, or names of `STARTS`, into names and rates ``(rate,)``.

    Raises
    ------
    InputError
        Not a rate for each, or an unknown name.
    """
    names = (names,) if isinstance(names, str) else names
    if start is not None:
        try:
            given = np.asarray(start, dtype=np.float64)
        except (TypeError, ValueError):
            allowed = f"{game.size} rates; for a name: starts="
            raise InputError(Problem("not numbers", None, None, "start", start, allowed)) from None
        if given.shape != (game.size,) or not np.isfinite(given).all():
            raise InputError(Problem("not a rate for each", key="start", value=given.shape,
                                     allowed=f"({game.size},)"))  # fmt: skip
        return [("given", given)]
    unknown = [name for name in names if name not in STARTS]
    if unknown or not names:
        raise InputError(Problem("unknown", None, None, "starts", unknown, ", ".join(STARTS)))
    found = []
    for number, name in enumerate(names):
        if name == "applied":
            rates = game.applied
        elif name == "closed-form":
            from detente.games.closed_form import closed_form_rates

            rates = closed_form_rates(game)
        else:
            rates = start_rates(game, game.applied, [name], seed=number)[0]
        found.append((name, rates))
    return found


def _same(one: Found, other: Found) -> bool:
    return bool(np.abs(one.rates - other.rates).max() <= SAME)


def _distinct(searches: Sequence[Found]) -> tuple[Found, ...]:
    kept: list[Found] = []
    for found in searches:
        if found.status.found and not any(_same(found, old) for old in kept):
            kept.append(found)
    return tuple(kept)


def _told_apart(game: Game, searches: Sequence[Found], responses: Sequence[str]) -> list[Found]:
    """Certify the different ends of searches, each once."""
    judged: list[tuple[Found, Found]] = []
    for end in _distinct(searches):
        account = certify(game, game.evaluate(end.rates), responses)
        judged.append((end, replace(end, status=_judge(Settled.SETTLED, account),
                                    certificate=account)))  # fmt: skip
    told = []
    for found in searches:
        twin = next((new for old, new in judged if found.status.found and _same(found, old)), None)
        told.append(found if twin is None else
                    replace(found, status=twin.status, certificate=twin.certificate))  # fmt: skip
    return told
