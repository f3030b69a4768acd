"""What trade measures are worth to the parties: each distinct set of them solved once, and kept.

What they are worth is in the baseline's unit a year, see `detente.talks.worth`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration
from detente.errors import DataError, InputError, Problem, SolveError
from detente.files import write_bytes
from detente.model.economy import Structure
from detente.scenario.measures import MeasureEntry
from detente.talks.worth import Aim, Worth, worth_of

if TYPE_CHECKING:
    from detente.games.players import Player
    from detente.policy.arrays import Limit, Policy
    from detente.solver.equilibrium import Equilibrium
    from detente.solver.options import Options
    from detente.talks.table import Floats

MeasureSet = frozenset[str]
WAR = "tariff war"
"""Stands in a set for the tariffs on the others' goods that are best for each party."""
WAR_CAP = 2.0
_FORMAT = 4
OnSolve = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Valuer:
    """An economy, its parties, the measures that may be in force, a folder to keep results in.

    Attributes
    ----------
    calibration, structure, deficits
        The economy and its closure.
    measures
        Entries by id.
    places
        Positions of each party's economies.
    folder
        Where results are kept; nowhere if not given.
    aims
        What each party wants in a war besides its real income, see `detente.talks.case.aims_of`;
        nothing of any unless given.
    compiled
        Policies made so far, by what is in a set. Economies that differ in trade elasticities
        alone share them: no policy depends on those.
    """

    calibration: Calibration
    measures: dict[str, MeasureEntry]
    places: tuple[tuple[int, ...], ...]
    structure: Structure = field(default_factory=Structure)
    deficits: str | Floats = "fixed"
    folder: Path | None = None
    aims: tuple[Aim | None, ...] = ()
    compiled: dict[str, Policy] = field(default_factory=dict, repr=False)

    def value(
        self, sets: Iterable[MeasureSet], on_solve: OnSolve | None = None
    ) -> dict[MeasureSet, Worth]:
        """Return what each set of measures is worth.

        Sets that were solved before are read back, the others solved. What was
        solved is kept even where a later set fails, or the search is interrupted.

        Raises
        ------
        InputError
            Measures of a set contradict each other.
        SolveError
            A set has no equilibrium, or a war none.
        """
        wanted = list(dict.fromkeys(sets))
        names = {one: self._name(one) for one in wanted}
        known = self._read() if wanted else {}
        missing = [one for one in wanted if names[one] not in known]
        new: dict[str, list[float]] = {}
        try:
            solved = self._solve(missing) if missing else ()
            for done, (one, flat) in enumerate(solved, 1):
                new[names[one]] = flat
                if on_solve:
                    on_solve(done, len(missing))
        finally:
            self._write(new)
        known |= new
        return {one: self._unpack(known[names[one]]) for one in wanted}

    def policies(self, sets: Sequence[MeasureSet]) -> list[Policy]:
        """Return the policy of each set.

        Raises
        ------
        InputError
            Measures of a set contradict each other; all that do.
        """
        from detente.policy.compile import compile_policy

        made, problems = self.compiled, []
        names = [self._name(one) for one in sets]
        for one, name in zip(sets, names, strict=True):
            if name in made:
                continue
            entries = [entry for key, entry in self.measures.items() if key in one]
            try:
                instruments = tuple(entry.instrument() for entry in entries)
                made[name] = compile_policy(self.calibration, instruments)
            except InputError as error:
                named = ", ".join(sorted(one))
                problems += [Problem(p.message, value=named, allowed=p.allowed)
                             for p in error.problems]  # fmt: skip
        if problems:
            raise InputError(problems)
        return [made[name] for name in names]

    @cached_property
    def _options(self) -> Options:
        from detente.solver.options import Options

        return Options(deficits=self.deficits, structure=self.structure)

    def _solve(self, sets: list[MeasureSet]) -> Iterable[tuple[MeasureSet, list[float]]]:
        """Solve sets one by one: on few cores batches, stopped by the slowest, bring nothing."""
        from detente.solver.equilibrium import solve_equilibrium
        from detente.talks.starts import Starts

        # small sets first: they say where to start for larger ones
        plain = sorted((one for one in sets if WAR not in one), key=len)
        at_rest = isinstance(self.deficits, str) and self.deficits != "removed"
        if plain and not plain[0] and at_rest:
            yield plain.pop(0), [0.0] * self._length  # the baseline is an equilibrium
        starts = Starts(plain)
        policies = self._shaped(plain)
        room = self._room
        for one, policy in zip(plain, self._limited_alike(policies), strict=True):
            found = solve_equilibrium(
                self.calibration, policy, self._options, start=starts.of(one, policy),
                throw=False, room=room,
            )  # fmt: skip
            if not found.converged:
                named = ", ".join(sorted(one)) or "no measures"
                raise SolveError(f"no equilibrium on {self.calibration.name} with {named}")
            starts.add(one, found)
            yield one, self._pack(found)
        for one in (one for one in sets if WAR in one):
            yield one, self._pack(self.war(one))

    def _shaped(self, sets: list[MeasureSet]) -> list[Policy]:
        """Return policies of one shape, that of all made so far: each shape is compiled anew."""
        from detente.solver.shocks import alike

        made = self.policies(sets)
        return alike([*made, *self.compiled.values()])[: len(made)]

    def _limited_alike(self, policies: list[Policy]) -> list[Policy]:
        """Add limits of all policies made so far that never bind: how many there are is of a shape.

        Not beside tariff quotas, whose own limits may be on the same trade, nor where firms' prices
        do not follow costs in full, as limits are refused there. Idle floors are ceilings here: no
        floor is low enough where bans leave no trade.
        """
        from detente.solver.shocks import beside_idle_limits

        if self.structure.pass_through != 1.0:
            return policies
        every: dict[str, Limit] = {}
        for policy in list(self.compiled.values()):
            for limit in policy.limits:
                if limit.label not in every:
                    every[limit.label] = replace(limit, ceiling=True)
        return [
            policy if policy.quotas
            else beside_idle_limits(self.calibration, policy, every.values())
            for policy in policies
        ]  # fmt: skip

    @property
    def _room(self) -> int:
        from detente.solver.shocks import most_lines

        return most_lines(list(self.compiled.values()))

    def war(self, one: MeasureSet) -> Equilibrium:
        """Solve for the war on top of the other measures of a set, each side with its own aims.

        Raises
        ------
        SolveError
            There is none.
        """
        from detente.games.nash import nash
        from detente.solver.equilibrium import solve_equilibrium

        (base,) = self._shaped([one - {WAR}])
        c = self.calibration
        players = players_of(c, self.places, self.aims or (None,) * len(self.places))
        found = nash(c, players, options=self._options, base=base, starts=("applied",),
                     certified=False)  # fmt: skip
        if not found.status.found:
            raise SolveError(f"no tariff war on {c.name}: {found.status}")
        game, (policy,) = found.game, self._limited_alike([found.policy])
        return solve_equilibrium(game.calibration, policy, game.options, room=self._room)

    def _pack(self, equilibrium: Equilibrium) -> list[float]:
        worth = worth_of(equilibrium, self.places)
        parts = (worth.sectors.ravel(), worth.balance.ravel(), worth.revenue)
        return [*worth.income, worth.rest, *np.concatenate(parts)]

    def _unpack(self, flat: list[float]) -> Worth:
        parties, sectors = len(self.places), len(self.calibration.sectors)
        values = np.array(flat)
        ends = np.cumsum([parties, 1, parties * sectors, parties * parties])
        income, rest, by_sector, balance, revenue = np.split(values, ends)
        return Worth(
            income,
            float(rest[0]),
            by_sector.reshape(parties, sectors),
            balance.reshape(parties, parties),
            revenue,
        )

    @property
    def _length(self) -> int:
        parties = len(self.places)
        return 2 * parties + 1 + parties * len(self.calibration.sectors) + parties**2

    def _name(self, one: MeasureSet) -> str:
        war = [f"war {WAR_CAP} {self.aims}"] if WAR in one else []
        return _digest(sorted([*(self._contents[name] for name in one - {WAR}), *war]))

    @cached_property
    def _contents(self) -> dict[str, str]:
        return {name: _content(entry) for name, entry in self.measures.items()}

    @cached_property
    def _own_folder(self) -> Path | None:
        """Folder of this economy: each run adds a file, so that two at once lose nothing."""
        if self.folder is None:
            return None
        parts = [self.calibration.hash, repr(self.structure), self.deficits, self.places, _code(),
                 _FORMAT]  # fmt: skip
        return self.folder / _digest(parts)

    def _read(self) -> dict[str, list[float]]:
        """Return what is kept; a file that is damaged, or of another economy, counts as none."""
        known: dict[str, list[float]] = {}
        for path in sorted(self._own_folder.glob("*.json")) if self._own_folder else ():
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                kept = json.loads(path.read_text(encoding="utf-8"))
                values = kept["values"]
                whole = all(len(v) == self._length for v in values.values())
                if kept["seal"] == _digest(values) and whole:
                    known |= values
        return known

    def _write(self, values: dict[str, list[float]]) -> None:
        if self._own_folder is None or not values:
            return
        path = self._own_folder / f"{_digest(sorted(values))}.json"
        with suppress(DataError):
            write_bytes(path, json.dumps({"seal": _digest(values), "values": values}).encode())


def _content(entry: MeasureEntry) -> str:
    """Return what a measure does, the contents of its product list included."""
    plain = entry.model_dump(mode="json", exclude={"id", "status", "source", "note"})
    name = plain.get("product_list")
    if name:
        path = files("detente.policy") / "lists" / f"{name}.csv"
        plain["product_list"] = path.read_text("utf-8") if path.is_file() else name
    plain["files"] = {key: path.read_text("utf-8") for key, path in entry.files().items()}
    return json.dumps(plain, sort_keys=True)


def players_of(
    calibration: Calibration, places: Sequence[Sequence[int]], aims: Sequence[Aim | None]
) -> list[Player]:
    """Return each side as a player of games, with rates on the goods of all others."""
    from detente.games.players import Player

    codes = [tuple(calibration.country_codes[k] for k in own) for own in places]
    everyone = tuple(code for own in codes for code in own)
    return [
        Player("+".join(own), own, on=everyone, high=WAR_CAP, objective=aim or "real-income")
        for own, aim in zip(codes, aims, strict=True)
    ]


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the code that the values come from: another model, other values."""
    here = Path(__file__).parents[1]
    names = ("baseline", "policy", "model", "solver", "games")
    rooms = (sorted((here / room).glob("*.py")) for room in names)
    texts = [path.read_text("utf-8") for room in rooms for path in room]
    own = (Path(__file__).with_name(name) for name in ("valuation.py", "worth.py"))
    return _digest([*texts, *(path.read_text("utf-8") for path in own)])
