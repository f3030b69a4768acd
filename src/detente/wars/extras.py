"""What options add to a war or to talks: answers by rule, pairs, reciprocity, coalitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.games.bargaining import Bargain
from detente.games.coalitions import Stability, coalition_stability
from detente.games.constrained import SMALL
from detente.games.pairs import Pairwise, pairwise
from detente.games.reciprocity import best_reciprocal
from detente.games.responses import RULES, Response, respond
from detente.wars.bindings import corners

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import NashResult
    from detente.wars.setting import Setting

ALL_PAIRS = "pairs"
"""Stands for every coalition of two players."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One side's announced measures and the other's answer by a rule; codes of economies."""

    attacker: str
    answerer: str
    response: Response


@dataclass(frozen=True, eq=False)
class Extras:
    """What was asked for besides.

    Attributes
    ----------
    answers
        To what each player announced.
    pairwise
        What pairs agree on, each given all others.
    reciprocal
        By disagreement: Nash's bargain among changes that are reciprocal.
    coalitions
        One entry for each coalition.
    corners
        Rates that tariff bindings hold down (see `detente.wars.bindings.corners`); ``None`` where
        nothing is bound.
    notes
        What could not be had.
    """

    answers: tuple[Answer, ...] = ()
    pairwise: Pairwise | None = None
    reciprocal: Mapping[str, Bargain] | None = None
    coalitions: tuple[Stability, ...] = ()
    corners: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()


def check_answers(setting: Setting, rule: str) -> None:
    """Refuse what no answers can be found for, before anything is solved.

    Raises
    ------
    InputError
        Listing an unknown rule and that nothing was announced by a player of one economy.
    """
    from detente.wars.compare import announced_by

    problems = []
    if rule not in RULES:
        problems.append(Problem("unknown", None, None, "--answers", rule, ", ".join(RULES)))
    if not any(announced_by(setting)[0].values()) or len(setting.players) < 2:
        message = "the last variant holds no measures of one player on its own, to be answered"
        problems.append(Problem(message, key="--answers", value=rule))
    if problems:
        raise InputError(problems)


def of_war(setting: Setting, results: Sequence[NashResult], rule: str | None = None) -> Extras:
    """Find what options add to a war or to optima: rates at bindings, and answers by a rule.

    Parameters
    ----------
    results
        The war, or one optimum a player.
    rule
        As in `answers`; none unless given.

    Raises
    ------
    InputError, SolveError
        As `answers`.
    """
    found = Extras() if rule is None else answers(setting, rule)
    if not any(player.bindings for player in setting.players):
        return found
    return replace(found, corners=corners(results))


def answers(setting: Setting, rule: str) -> Extras:
    """Let each player answer what each other one announced, by a rule, all else as in the baseline.

    Parameters
    ----------
    rule
        One of `detente.games.responses.RULES`.

    Raises
    ------
    InputError
        As `check_answers`.
    SolveError
        There is no equilibrium under the measures or an answer.
    """
    from detente.wars.compare import announced_by

    check_answers(setting, rule)
    own, _ = announced_by(setting)
    codes, found, notes = setting.calibration.country_codes, [], []
    for attacker, answerer in permutations(own, 2):
        if not own[attacker]:
            continue
        try:
            response = respond(setting.calibration, own[attacker], by=codes[answerer],
                               on=codes[attacker], rule=rule, options=setting.options)  # fmt: skip
        except InputError as error:
            said = "; ".join(p.message for p in error.problems)
            notes.append(f"{codes[answerer]} has nothing to answer {codes[attacker]}: {said}")
            continue
        found.append(Answer(codes[attacker], codes[answerer], response))
    return Extras(answers=tuple(found), notes=tuple(notes))


def check_talks(
    setting: Setting, *, pairs: bool, mutual: bool, coalitions: Sequence[str]
) -> list[tuple[str, ...]]:
    """Refuse what cannot be had, before anything is solved; return the coalitions as codes.

    Raises
    ------
    InputError
        Listing all that is wrong.
    """
    problems: list[Problem] = []
    if mutual and setting.game.size > SMALL:
        problems.append(Problem("not with so many rates", None, None, "--reciprocal",
                                setting.game.size, f"{SMALL}"))  # fmt: skip
    if pairs and len(setting.players) < 2:
        problems.append(Problem("pairs need two players or more", key="--pairwise"))
    named = _coalitions(setting, coalitions, problems)
    if coalitions and setting.choices.product_lists:
        problems.append(Problem("coalitions have rates on whole flows", key="--product-list"))
    if coalitions and any(player.bindings for player in setting.players):
        problems.append(Problem("coalitions have no bindings", key="--bindings"))
    if problems:
        raise InputError(problems)
    return named


def of_talks(
    setting: Setting,
    bargains: Mapping[str, Bargain],
    *,
    pairs: bool = False,
    mutual: bool = False,
    coalitions: Sequence[str] = (),
    war: NashResult | None = None,
) -> Extras:
    """Find what options add to talks.

    Parameters
    ----------
    bargains
        By disagreement; reciprocal ones are found over the same.
    pairs
        Whether pairs bargain, each given all others; who does not agree keeps the rates in force.
    mutual
        Whether to bargain over reciprocal changes.
    coalitions
        ``"A+B"`` by names of players of one economy each, or `ALL_PAIRS`.
    war
        A war, from whose rates reciprocal bargains are searched as well.

    Raises
    ------
    InputError
        As `check_talks`.
    SolveError
        An economy on the way has no equilibrium.
    """
    named = check_talks(setting, pairs=pairs, mutual=mutual, coalitions=coalitions)
    outside = {name: found.disagreement for name, found in bargains.items()}
    more = [war.chosen.rates] if war is not None and war.status.found else []
    agreed = best_reciprocal(setting.game, outside, more) if mutual else None
    return Extras(
        pairwise=pairwise(setting.game) if pairs else None,
        reciprocal=agreed,
        coalitions=tuple(_stability(setting, members) for members in named),
    )


def _coalitions(
    setting: Setting, words: Sequence[str], problems: list[Problem]
) -> list[tuple[str, ...]]:
    codes, members = setting.calibration.country_codes, setting.game.placement.members
    known = {player.name: codes[places[0]]
             for player, places in zip(setting.players, members, strict=True)}  # fmt: skip
    if words and any(len(places) > 1 for places in members):
        message = "coalitions are formed by players of one economy each"
        problems.append(Problem(message, key="--coalitions", value=", ".join(words)))
        return []
    found = []
    for word in words:
        if word == ALL_PAIRS:
            found += list(combinations(known.values(), 2))
            continue
        names = [name.strip() for name in word.split("+")]
        unknown = [name for name in names if name not in known]
        if unknown or len(set(names)) < 2 or len(set(names)) < len(names):
            problems.append(
                Problem("not a coalition of players", None, None, "--coalitions", word,
                        f"such as {'+'.join(list(known)[:2])}, or {ALL_PAIRS}")
            )  # fmt: skip
            continue
        found.append(tuple(known[name] for name in names))
    return list(dict.fromkeys(found))


def _stability(setting: Setting, members: tuple[str, ...]) -> Stability:
    codes, one = setting.calibration.country_codes, setting.players[0]
    players = [codes[places[0]] for places in setting.game.placement.members]
    others = [code for code in players if code not in members]
    return coalition_stability(
        setting.calibration, members, others, options=setting.options, base=setting.base,
        on=one.on, sectors=one.sectors, rule=one.rule, low=one.low, high=one.high,
        instrument=one.instrument,
    )  # fmt: skip
