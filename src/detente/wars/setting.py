"""From a scenario and a person's choices to players on a baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.games.evaluation import Game
from detente.games.players import INSTRUMENTS, OBJECTIVES, RULES, Player
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.scenario.schema import Scenario
from detente.solver.options import Options
from detente.wars.bindings import Bindings, check_bindings
from detente.wars.placed import wrong
from detente.wars.weights import Weights, check_weights

if TYPE_CHECKING:
    from detente.games.politics import Politics
    from detente.policy.instruments import Measure, OnTrade
    from detente.results import Solution

EACH_OTHER = "each-other"
"""Players have rates on each other alone."""


@dataclass(frozen=True)
class Choices:
    """What a person chooses of a game.

    Attributes
    ----------
    players
        Codes, names or groups, ``NAME=A+B`` for economies that act as one; the scenario's parties
        unless given, or else its economies in focus.
    on
        Whose goods may be taxed: ``"each-other"`` or names such as ``"world"``.
    sectors
        Codes, names or groups.
    rule, instrument, objective, weights, low, cap
        As in `detente.games.players.Player`, for every player; ``cap`` is its ``high``. Weights may
        also be given by player and sector.
    bindings
        Bound rates by player and sector (see `detente.wars.bindings`).
    product_lists
        Names of shipped lists: the importer of each chooses rates on what it holds alone.
    """

    players: tuple[str, ...] = ()
    on: tuple[str, ...] = (EACH_OTHER,)
    sectors: tuple[str, ...] = ("goods",)
    rule: str = "bilateral"
    instrument: str = "tariff"
    objective: str = "real-income"
    low: float = 0.0
    cap: float = 2.0
    weights: Weights | None = field(default=None, hash=False)
    bindings: Bindings | None = field(default=None, hash=False)
    product_lists: tuple[str, ...] = ()

    def problems(self) -> list[Problem]:
        """List what cannot be used whatever the baseline is."""
        found = [*wrong(self.weights), *wrong(self.bindings)]
        for key, allowed in (("rule", RULES), ("instrument", INSTRUMENTS),
                             ("objective", OBJECTIVES)):  # fmt: skip
            if getattr(self, key) not in allowed:
                found.append(Problem("unknown", None, None, f"--{key}", getattr(self, key),
                                     ", ".join(allowed)))  # fmt: skip
        if not 0 <= self.cap < math.inf:
            found.append(Problem("not a ceiling", None, None, "--cap", self.cap, "0 or more"))
        if not -1 < self.low < math.inf or (self.low > self.cap >= 0):
            found.append(Problem("not a floor", None, None, "--low", self.low,
                                 "above -1, at most --cap"))  # fmt: skip
        if (self.objective == "political") != (self.weights is not None):
            message = "--objective political and --weights go together"
            found.append(Problem(message, key="--weights"))
        if self.product_lists and self.instrument != "tariff":
            found.append(Problem("lists are of imports, which tariffs are on", None, None,
                                 "--product-list", ", ".join(self.product_lists),
                                 "--instrument tariff"))  # fmt: skip
        if EACH_OTHER in self.on and len(self.on) > 1:
            message = f"{EACH_OTHER} stands alone"
            found.append(Problem(message, key="--on", value=", ".join(self.on)))
        return found


@dataclass(frozen=True, eq=False)
class Setting:
    """A scenario's economy with players and what is in force besides.

    ``politics`` says how political weights were read off the tariffs ``politics_of``, where they
    were (see `detente.wars.politics`). ``removal`` is what removing the imbalances alone does,
    where the economy has none.
    """

    case: Scenario
    calibration: Calibration
    options: Options
    base: Policy
    variant: str | None
    players: tuple[Player, ...]
    choices: Choices
    politics: tuple[Politics, ...] = ()
    politics_of: str | None = None
    removal: Solution | None = None

    @property
    def apart(self) -> tuple[OnTrade, ...]:
        """What players have rates on, where it is not all of a flow: kept apart in policies."""
        return _apart(self.players)

    @cached_property
    def game(self) -> Game:
        """All players together."""
        return Game(self.calibration, self.players, self.options, self.base)


def set_up(
    scenario: str | Path | Scenario,
    choices: Choices | None = None,
    *,
    variant: str | None = None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    alone: bool = False,
) -> Setting:
    """Put players on the economy of a scenario.

    Parameters
    ----------
    choices
        Of the game; the defaults of `Choices` unless given.
    variant
        Variant whose measures are in force besides the players' rates; none unless given.
    baseline, elasticities, horizon
        As in `detente.run_scenario`.
    alone
        Whether each player moves alone, so that one is enough.

    Raises
    ------
    InputError
        Listing all that is wrong with choices and players.
    """
    from detente.prepared import prepare
    from detente.scenario.load import check_against
    from detente.scenario.variants import measures_of

    chosen = choices or Choices()
    within = (variant,) if variant else None
    problems = chosen.problems()
    try:
        case, calibration, options, removal = prepare(
            scenario, baseline, elasticities, horizon, within
        )
        check_against(case, calibration)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    players: tuple[Player, ...] = ()
    measures: tuple[Measure, ...] = ()
    try:
        measures = measures_of(case, variant) if variant else ()
    except InputError as error:
        problems += [Problem(p.message, p.file, None, "--variant", p.value, p.allowed)
                     for p in error.problems]  # fmt: skip
    try:
        players = _players(calibration, case, chosen, alone)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    base = compile_policy(calibration, measures, apart=_apart(players))
    setting = Setting(case, calibration, options, base, variant, players, chosen, removal=removal)
    try:
        setting.game  # noqa: B018  (refuses what cannot be placed, before anything is solved)
    except InputError as error:
        raise InputError(_once(error.problems)) from error
    return setting


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Key problems of players by option; what is wrong with all of them alike is said once."""
    found = {}
    for problem in problems:
        _, dot, key = (problem.key or "").rpartition(".")
        keyed = replace(problem, key=f"--{key}") if dot else problem
        found.setdefault(str(keyed), keyed)
    return list(found.values())


def check_starts(names: Sequence[str]) -> None:
    """Refuse starts of searches that there are not.

    Raises
    ------
    InputError
        A name that is none of `detente.games.nash.STARTS`, or no name.
    """
    from detente.games.nash import STARTS

    unknown = [name for name in names if name not in STARTS]
    if unknown or not names:
        message = "unknown start" if names else "no start is given"
        raise InputError(Problem(message, None, None, "--starts", ", ".join(unknown) or None,
                                 ", ".join(STARTS)))  # fmt: skip


def check_bargain(
    setting: Setting, rule: str, power: Sequence[float] | None, wanted: Sequence[str]
) -> None:
    """Refuse a bargain that there is none of, before anything is solved.

    Parameters are those of `detente.wars.run.run_cooperate`.

    Raises
    ------
    InputError
        Listing all that is wrong.
    """
    from detente.games.bargaining import POWERED
    from detente.games.bargaining import RULES as SOLUTIONS
    from detente.games.constrained import SMALL
    from detente.games.cooperation import MANY_RULES

    problems = []
    if rule not in SOLUTIONS:
        problems.append(Problem("unknown", None, None, "--solution", rule, ", ".join(SOLUTIONS)))
    if rule in SOLUTIONS and rule not in MANY_RULES and setting.game.size > SMALL:
        message = f"not with more than {SMALL} rates (here {setting.game.size})"
        problems.append(Problem(message, None, None, "--solution", rule, ", ".join(MANY_RULES)))
    count = len(setting.players)
    if count < 2:
        problems.append(Problem("a bargain needs two players or more", key="--players"))
    if power is not None and (len(power) != count or not all(0 < w < math.inf for w in power)):
        problems.append(Problem("not one weight above 0 for each player", key="--power",
                                value=list(power)))  # fmt: skip
    if power is not None and rule in SOLUTIONS and rule not in POWERED:
        allowed = f"with {' or '.join(POWERED)}"
        problems.append(Problem(f"{rule} knows no bargaining power", key="--power",
                                value=list(power), allowed=allowed))  # fmt: skip
    known = ["status-quo", "war", *(f"variant:{v.id}" for v in setting.case.variants)]
    problems += [
        Problem("unknown", None, None, "--disagreement", name, ", ".join(known))
        for name in wanted
        if name not in known
    ]
    if setting.choices.objective != "real-income":
        problems.append(Problem("a bargain is over real income", key="--objective",
                                value=setting.choices.objective))  # fmt: skip
    if problems:
        raise InputError(problems)


def _players(
    calibration: Calibration, case: Scenario, chosen: Choices, alone: bool
) -> tuple[Player, ...]:
    """Make players from words; everything wrong with them is said at once."""
    parties = tuple(dict.fromkeys(party.country for party in case.parties))
    words = chosen.players or parties or tuple(case.focus or ())
    others = tuple(w for w in parties or tuple(case.focus or ()) if chosen.players)
    if not words:
        raise InputError(Problem("the scenario names no parties: say who plays", key="--players"))
    problems: list[Problem] = []
    named = [_named(calibration, word, problems) for word in words]
    _no_doubles(calibration, named, problems)
    partners = _partners(calibration, others, problems)
    each_other = chosen.on == (EACH_OTHER,)
    if len(named) == 1 and not problems and each_other:
        own = set(named[0][1])
        if not alone or not set(partners) - own:
            message = "one player has no partner: name another, or partners with --on"
            problems.append(Problem(message, key="--players", value=words[0]))
    if not each_other:
        _resolve(calibration, chosen.on, "--on", problems)
    _resolve(calibration, chosen.sectors, "--sectors", problems, resolve_sectors)
    weights = check_weights(calibration, chosen.weights, named, problems)
    bindings = check_bindings(calibration, chosen.bindings, named, problems)
    lists = _lists(calibration, chosen.product_lists, named, problems)
    if problems or chosen.problems():
        raise InputError(problems)
    everyone = sorted(
        {p for _, places in named for p in places} | (set(partners) if alone else set())
    )
    codes = tuple(calibration.country_codes[p] for p in everyone)
    return tuple(
        Player(
            name,
            members=tuple(calibration.country_codes[p] for p in places),
            on=codes if each_other else chosen.on,
            sectors=chosen.sectors,
            rule=chosen.rule,
            low=chosen.low,
            high=chosen.cap,
            instrument=chosen.instrument,
            objective=chosen.objective,
            weights=weights[name],
            bindings=bindings.get(name),
            product_list=lists.get(name),
        )
        for name, places in named
    )


def _apart(players: Sequence[Player]) -> tuple[OnTrade, ...]:
    from detente.policy.tariffs import Tariff

    return tuple(
        Tariff(p.members, on=partners, sectors=p.sectors, add=0.0, product_list=p.product_list)
        for p in players
        if p.product_list is not None and (partners := _others(p))
    )


def _others(player: Player) -> tuple[str, ...]:
    """Return the partners of a player but for its own members."""
    partners = (player.on,) if isinstance(player.on, str) else player.on
    return tuple(name for name in partners if name not in player.members)


def _lists(
    calibration: Calibration, lists: Sequence[str], named: Sequence[tuple[str, tuple[int, ...]]],
    problems: list[Problem],
) -> dict[str, str]:  # fmt: skip
    """Give each list to the player whose imports it is of, by name of the player."""
    from detente.policy.product_lists import coverage, describe

    found: dict[str, str] = {}
    for name in lists:
        try:
            coverage(calibration, name)
        except InputError as error:
            problems += [replace(p, key="--product-list") for p in error.problems]
            continue
        by = describe()[name]["by"]
        owner = next((who for who, places in named
                      if by in (calibration.country_codes[p] for p in places)), None)  # fmt: skip
        if owner is None:
            problems.append(Problem(f"is of imports of {by}, which does not play", None, None,
                                    "--product-list", name, "a list of a player"))  # fmt: skip
        elif owner in found:
            problems.append(Problem(f"{owner} has two lists", None, None, "--product-list",
                                    f"{found[owner]}, {name}", "one list a player"))  # fmt: skip
        else:
            found[owner] = name
    return found


def _named(
    calibration: Calibration, word: str, problems: list[Problem]
) -> tuple[str, tuple[int, ...]]:
    """Read ``CHN``, ``China``, ``EU27`` or ``EU=DEU+FRA``."""
    name, is_union, members = word.partition("=")
    given = members.split("+") if is_union else [word]
    places = _resolve(calibration, tuple(given), "--players", problems)
    if is_union and not name.strip():
        problems.append(Problem("a union needs a name", key="--players", value=word))
    if is_union or len(places) != 1:
        return name.strip(), places
    return calibration.country_codes[places[0]], places


def _no_doubles(
    calibration: Calibration,
    named: Sequence[tuple[str, tuple[int, ...]]],
    problems: list[Problem],
) -> None:
    places = [place for _, own in named for place in own]
    for place in sorted({place for place in places if places.count(place) > 1}):
        code = calibration.country_codes[place]
        problems.append(Problem("plays twice", key="--players", value=code))


def _partners(
    calibration: Calibration, words: Sequence[str], problems: list[Problem]
) -> tuple[int, ...]:
    return _resolve(calibration, tuple(words), "parties", problems) if words else ()


def _resolve(
    calibration: Calibration,
    words: tuple[str, ...],
    key: str,
    problems: list[Problem],
    resolve: Callable[..., tuple[int, ...]] = resolve_countries,
) -> tuple[int, ...]:
    try:
        return resolve(calibration, words)
    except InputError as error:
        problems += [Problem(p.message, None, None, key, p.value, p.allowed)
                     for p in error.problems]  # fmt: skip
        return ()
