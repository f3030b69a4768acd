"""Scenarios and their economies in memory, and what a state of them comes to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from detente.document.blocks import Document
from detente.errors import InputError, Problem, nearest
from detente.model.horizons import find_horizon
from detente.policy.compile import compile_policy
from detente.prepared import Prepared, prepare
from detente.results import Solution
from detente.scenario.load import load_scenario, scenario_hash, shipped_scenarios
from detente.scenario.schema import Scenario
from detente.scenario.variants import firms_of, instruments, measure_ids, shares_on
from detente.serve.limits import Limits
from detente.serve.shelf import MINE, Shelf
from detente.serve.state import YOURS, State, scenario_of, start_of
from detente.simulate import ScenarioResult
from detente.solver.equilibrium import solve_equilibrium
from detente.uncertainty.draws import Wanted
from detente.uncertainty.prior import load_prior

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.reading.read import Reading
    from detente.solver.equilibrium import Equilibrium


class BusyError(Exception):
    """Too much is being worked out already."""


class Place(NamedTuple):
    """What an economy depends on: a scenario, its horizon, the firms carved out."""

    name: str
    horizon: str
    firms: tuple[str, ...]


class Own(NamedTuple):
    """A scenario that a reader brought, with an economy where that is of the reader too."""

    case: Scenario
    world: Calibration | None = None


class Desk:
    """Shipped scenarios, and the economies that they are solved on.

    Economies are kept ready, the last solution of each is where the next solve starts, and only so
    many solves run side by side.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._turn = threading.BoundedSemaphore(self.limits.at_once)
        self._lock = threading.Lock()
        self._economies: OrderedDict[Place, Prepared] = OrderedDict()
        self._making: dict[Place, threading.Lock] = {}
        self._last: dict[Place, Equilibrium] = {}
        self._documents: OrderedDict[tuple[object, ...], Document] = OrderedDict()
        self.own: Shelf[Own] = Shelf("scenario", self.limits.own)
        self.readings: Shelf[Reading] = Shelf("reading", self.limits.own)
        self.worlds: Shelf[Calibration] = Shelf("economy", self.limits.own)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Shipped scenarios by name, those that are simulated."""
        found = {name: load_scenario(name) for name in shipped_scenarios()}
        return {name: case for name, case in found.items() if case.variants}

    def scenario(self, name: str) -> Scenario:
        """Return a shipped scenario, or one that a reader brought.

        Raises
        ------
        InputError
            There is no such scenario: nothing that a request says is taken for a file.
        """
        return self.own.get(name).case if name.startswith(MINE) else self.shipped(name)

    def shipped(self, name: str) -> Scenario:
        """Return a shipped scenario.

        Raises
        ------
        InputError
            There is none of that name.
        """
        if name not in self.scenarios:
            message = f"there is no such scenario; {nearest(name, self.scenarios)}".rstrip("; ")
            allowed = ", ".join(self.scenarios)
            raise InputError(Problem(message, key="scenario", value=name[:80], allowed=allowed))
        return self.scenarios[name]

    def world(self, name: str) -> Calibration | None:
        """Return the economy that a reader brought for a scenario; none where it has another."""
        return self.own.get(name).world if name.startswith(MINE) else None

    def document(self, key: tuple[object, ...], make: Callable[[], Document]) -> Document:
        """Return a document that is kept, made where it is not: its charts ask for it again."""
        with self._lock:
            if key in self._documents:
                self._documents.move_to_end(key)
                return self._documents[key]
        made = make()
        with self._lock:
            self._documents[key] = made
            while len(self._documents) > self.limits.documents:
                self._documents.popitem(last=False)
        return made

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn to work something out.

        Raises
        ------
        BusyError
            None came in time.
        """
        if not self._turn.acquire(timeout=self.limits.wait):
            raise BusyError
        try:
            yield
        finally:
            self._turn.release()

    def prepared(self, name: str, state: State) -> tuple[Place, Prepared]:
        """Return the economy that a state is solved on, made once."""
        case, start = self.scenario(name), start_of(self.scenario(name), state)
        firms = firms_of(case, start)
        place = Place(name, state.horizon or case.horizon, firms)
        with self._lock:
            making = self._making.setdefault(place, threading.Lock())
        with making:
            if place not in self._economies:
                variants = (start,) if firms != (case.firms or ()) else None
                made = prepare(case, self.world(name), horizon=place.horizon, variants=variants)
                with self._lock:
                    self._economies[place] = made
                    while len(self._economies) > self.limits.economies:
                        gone, _ = self._economies.popitem(last=False)
                        self._last.pop(gone, None)
            with self._lock:
                self._economies.move_to_end(place)
                return place, self._economies[place]

    def solve(self, name: str, state: State, draws: int = 0) -> ScenarioResult:
        """Return what a state comes to, as one variant of its scenario.

        Parameters
        ----------
        draws
            Runs that intervals are from, where they are looked at.

        Raises
        ------
        InputError
            The state names something that is not there, or measures conflict.
        SolveError
            There is no equilibrium.
        BusyError
            No turn came in time.
        """
        case = scenario_of(self.scenario(name), state)
        with self.turn():
            place, (_, calibration, options, removal) = self.prepared(name, state)
            policy = compile_policy(calibration, *instruments(case, _shares(case, state.at)))
            near = self._last.get(place)
            start = near.unknowns if near is not None and _alike(near, len(policy.limits)) else None
            found = solve_equilibrium(calibration, policy, options, start=start)
            self._last[place] = found
        wanted = None
        if draws:
            short = find_horizon(case.horizon).elasticity_scale != 1
            wanted = Wanted(load_prior(None), draws, 0, {YOURS: found}, short)
        return ScenarioResult(
            case, calibration, {YOURS: Solution(found, removal)}, scenario_hash(case), state.at,
            wanted=wanted,
        )  # fmt: skip


def _alike(near: Equilibrium, limits: int) -> bool:
    """Whether a solution has the unknowns of a policy with so many limits."""
    wedges = near.unknowns.log_wedge
    held = 0 if wedges is None else len(wedges)
    return held == limits and not near.quotas


def _shares(case: Scenario, at: date | None) -> dict[str, float]:
    if at is None:
        return dict.fromkeys(measure_ids(case, YOURS), 1.0)
    return shares_on(case, YOURS, at)
