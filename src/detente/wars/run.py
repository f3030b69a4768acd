"""Optimal tariffs, wars and bargains on a setting, with what they are compared to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from detente.errors import SolveError
from detente.games.bargaining import Agreement, Bargain
from detente.games.constrained import Optimum
from detente.games.cooperation import Cooperation, cooperate, trace
from detente.games.nash import NashResult, OptimalResult, nash, optimal
from detente.games.notes import PASSIVE
from detente.games.search import Held, Step
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.results import Solution
from detente.solver.equilibrium import solve_equilibrium
from detente.wars.bindings import binding_notes
from detente.wars.compare import closed_form, curves, matrix
from detente.wars.results import TalksResult, WarResult, payoffs
from detente.wars.setting import Setting, check_bargain

Array = NDArray[np.float64]
OnStep = Callable[[Step], None]


def run_nash(
    setting: Setting,
    *,
    start: Array | None = None,
    starts: Sequence[str] = ("applied", "high"),
    certified: bool = True,
    on_step: OnStep | None = None,
    held: Held | None = None,
    compared: bool = True,
) -> WarResult:
    """Find the war of a setting's players and what it is compared with.

    Parameters are those of `detente.games.nash.nash`; ``compared`` adds matrix and curves.

    Raises
    ------
    InputError, SolveError
        As `detente.games.nash.nash`.
    """
    found = nash(setting.calibration, setting.players, options=setting.options, base=setting.base,
                 start=start, starts=starts, certified=certified, on_step=on_step,
                 held=held)  # fmt: skip
    return _war(setting, "nash", (found,), compared)


def run_optimal(
    setting: Setting,
    *,
    starts: Sequence[str] = ("applied", "high"),
    certified: bool = True,
    on_step: OnStep | None = None,
) -> WarResult:
    """Find the best rates of each player while everybody else's stay.

    A player without trade has none; the notes say so, and the others are solved.

    Raises
    ------
    InputError, SolveError
        As `detente.games.nash.optimal`.
    """
    found: list[OptimalResult] = [
        optimal(setting.calibration, player, options=setting.options, base=setting.base,
                starts=starts, certified=certified, on_step=on_step)
        for number, player in enumerate(setting.players)
        if len(setting.game.placement.own(number))
    ]  # fmt: skip
    return _war(setting, "optimal", tuple(found), compared=False)


def run_cooperate(
    setting: Setting,
    *,
    rule: str = "nash",
    power: Sequence[float] | None = None,
    disagreements: Sequence[str] = (),
    frontier_points: int = 11,
    on_step: OnStep | None = None,
    held: Held | None = None,
) -> TalksResult:
    """Find what players agree on, over each way to disagree.

    Parameters
    ----------
    rule
        One of `detente.games.bargaining.RULES`.
    power
        Bargaining power by player; equal unless given.
    disagreements
        ``"status-quo"``, ``"war"`` or ``"variant:ID"``; all with the scenario's last variant
        unless given.
    frontier_points
        Points of the frontier of two players; 0 for none.
    held
        As in `detente.games.nash.nash`.

    Raises
    ------
    InputError
        Listing what is unknown.
    SolveError
        An economy on the way has no equilibrium.
    """
    wanted = disagreements or _usual(setting)
    check_bargain(setting, rule, power, wanted)
    game, notes = setting.game, []
    outside, war = _outside(setting, wanted, notes, on_step, held)
    if not outside:
        raise SolveError(f"nothing to disagree into: {'; '.join(notes)}")
    known = {} if war is None or not war.status.found else {"war": war.chosen.rates}
    bargains = cooperate(game, outside, rule=rule, weights=power, known=known, held=held)
    notes += [f"over {said(setting, name)}: {text}"
              for name, one in bargains.bargains.items() if (text := ended(one))]  # fmt: skip
    traced: tuple[Optimum, ...] = ()
    if len(game.players) == 2 and frontier_points and game.size <= _traceable():
        traced = tuple(trace(game, frontier_points))
        worse = [p for p in traced if not p.solved]
        if worse:
            notes.append(f"{len(worse)} of {len(traced)} points of the frontier did not settle")
    solutions = {} if war is None or not war.status.found else {"The war": war.solution()}
    solutions |= _agreements(setting, bargains, notes)
    beyond = int((np.abs(game.outside) > 1e-12).sum())
    if beyond:
        notes.append(f"{beyond} of {game.size} rates in force lie outside the bounds of the game: "
                     "no agreement can keep them as they are")  # fmt: skip
    notes += [*game.placement.notes, *binding_notes(setting.players)]
    return TalksResult(setting, rule, war, bargains, solutions, traced, tuple(notes),
                       power=None if power is None else tuple(power))  # fmt: skip


def _outside(
    setting: Setting,
    wanted: Sequence[str],
    notes: list[str],
    on_step: OnStep | None,
    held: Held | None,
) -> tuple[dict[str, Array], NashResult | None]:
    """Payoffs of each way to disagree, and the war where it is one."""
    game, war = setting.game, None
    outside: dict[str, Array] = {}
    for name in wanted:
        if name == "status-quo":
            # as it is, not as the bounds and rules of the game would have it
            outside[name] = payoffs(game, setting.base)
        elif name != "war":
            outside[name] = payoffs(game, disagreement_policy(setting, name, None))
        else:
            war = nash(setting.calibration, setting.players, options=setting.options,
                       base=setting.base, starts=("applied",), on_step=on_step,
                       held=held)  # fmt: skip
            if war.status.found:
                outside[name] = war.values
            else:
                notes.append(f"no war to disagree into: {war.status}")
    return outside, war


def _agreements(setting: Setting, bargains: Cooperation, notes: list[str]) -> dict[str, Solution]:
    """Solve the economy at each agreement; what came to none is noted."""
    solutions = {}
    for name, found in bargains.bargains.items():
        if found.status is not Agreement.AGREED:
            notes.append(f"over {said(setting, name)}: {found.status}")
            continue
        policy = setting.game.policy(found.optimum.rates)
        solved = solve_equilibrium(setting.calibration, policy, setting.options)
        solutions[f"Agreed, with {said(setting, name)} as the alternative"] = Solution(solved)
    return solutions


def ended(bargain: Bargain) -> str:
    """Say how many searches for an agreement ended where, if not all at one point."""
    if len(bargain.ends) < 2:
        return ""
    where = ", ".join(bargain.ends[0].starts)
    return (f"{bargain.starts} searches for an agreement ended at {len(bargain.ends)} points; "
            f"the best by the rule is kept, reached from {where}")  # fmt: skip


def said(setting: Setting, disagreement: str) -> str:
    """Say a way to disagree in words."""
    if disagreement == "status-quo":
        return "the rates in force"
    if disagreement == "war":
        return "the war"
    titles = {v.id: v.title for v in setting.case.variants}
    name = disagreement.removeprefix("variant:")
    return f"“{titles.get(name, name)}”"


def _war(setting: Setting, kind: str, found: tuple[NashResult, ...], compared: bool) -> WarResult:
    announced = _announced(setting)
    solutions, notes = {}, []
    if announced is not None:
        policy, title = announced
        try:
            solutions[title] = Solution(
                solve_equilibrium(setting.calibration, policy, setting.options)
            )
        except SolveError as error:
            notes.append(f"what was announced has no equilibrium: {error}")
    for one in found:
        title = "The war" if kind == "nash" else f"{_name(one)} at its best alone"
        if not one.status.found:
            title = f"{title} (not found: where the search ended)"
        try:
            solutions[title] = one.solution()
        except SolveError as error:
            notes.append(f"{title}: no equilibrium there: {error}")
    notes += binding_notes(setting.players)
    for said_ in (setting.game.placement.notes, *(one.notes for one in found)):
        # where each moves alone everybody else is passive by definition
        notes += [note for note in said_ if note not in notes
                  and not (kind == "optimal" and note.startswith(PASSIVE))]  # fmt: skip
    if kind == "optimal":
        notes.append("each moves alone: everybody else keeps the rates in force")
    games, replies, closed = None, (), {}
    if compared:
        # a picture that cannot be made must not cost the war
        with _missing("the announced measures as a game", notes):
            games = matrix(setting)
        with _missing("best-response curves", notes):
            replies = curves(setting)
        with _missing("the closed form", notes):
            closed = closed_form(setting, notes)
    return WarResult(
        setting, kind, found, solutions, announced, games, replies, closed, tuple(notes)
    )


def _name(one: NashResult) -> str:
    """Name of the only player of a game, as a reader knows it."""
    player, c = one.game.players[0], one.game.calibration
    names = {country.code: country.name for country in c.countries}
    return names.get(player.name, player.name)


@contextmanager
def _missing(what: str, notes: list[str]) -> Iterator[None]:
    """Note what has no equilibrium on its way, and leave it out."""
    try:
        yield
    except SolveError as error:
        notes.append(f"{what} left out: {error}")


def _announced(setting: Setting) -> tuple[Policy, str] | None:
    if not setting.case.variants:
        return None
    last = setting.case.variants[-1]
    return _variant_policy(setting, last.id), last.title


def _variant_policy(setting: Setting, name: str) -> Policy:
    from detente.scenario.variants import measures_of

    measures = measures_of(setting.case, name)
    return compile_policy(setting.calibration, measures, apart=setting.apart)


def disagreement_policy(setting: Setting, name: str, war: NashResult | None) -> Policy:
    """Return the policies in force without agreement, by the name of the way to disagree."""
    if name == "war":
        assert war is not None
        return war.policy
    if name == "status-quo":
        return setting.base
    return _variant_policy(setting, name.removeprefix("variant:"))


def _usual(setting: Setting) -> tuple[str, ...]:
    last = [f"variant:{v.id}" for v in setting.case.variants[-1:]]
    return ("status-quo", "war", *last)


def _traceable() -> int:
    from detente.games.constrained import SMALL

    return SMALL
