"""A scenario at many drawn parameters, and what its headline hangs on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.files import check_writable
from detente.notebook import Shown
from detente.scenario.focus import focus_on
from detente.scenario.load import load_scenario
from detente.simulate import ScenarioResult, run_scenario
from detente.sweeps import chunks as cut
from detente.sweeps.chunks import ALONE, DRAWS, MIXED, Chunk, Model, Runs, model_of, read_runs
from detente.sweeps.indices import Indices, crossings, indices, worth_of_knowing
from detente.sweeps.inputs import (
    CENTRE,
    GRID,
    HIGH,
    LOW,
    Group,
    Lever,
    central,
    without_spread,
)  # fmt: skip
from detente.sweeps.parts import Parts
from detente.sweeps.workers import Cluster, Here, Processes, Workers, cores, programs
from detente.uncertainty.across import axes, others, solved
from detente.uncertainty.draws import Draws, gathered
from detente.uncertainty.prior import Prior, draw, load_prior

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario

Array = NDArray[np.float64]
COUNT, LEAST, MOST = 10_000, 40, 100_000
"""Draws unless others are asked for, and how many may be."""
OVER = ("elasticities", "horizon", "baseline")
"""What a sweep is over: parameters are always drawn, the others are models side by side."""
OnStep = Callable[[str, int, int], None]


class Alone(NamedTuple):
    """One economy's real income with one parameter moved and all others central, per cent.

    Attributes
    ----------
    lever
        The parameter.
    low, high
        At its 5th and 95th percentile.
    keeps
        Between which factors of the parameter the sign is that of the central one; no number on a
        side where it keeps it up to three standard deviations.
    """

    lever: Lever
    low: float
    high: float
    keeps: tuple[float, float]

    @property
    def width(self) -> float:
        """How far it moves the result."""
        return abs(self.high - self.low)


@dataclass(frozen=True, eq=False)
class ModelRuns:
    """Draws of one model.

    Attributes
    ----------
    name
        Its economy and horizon.
    run
        Its variants at central parameters.
    headline
        Id of the variant that is shown first.
    draws
        The same at drawn parameters.
    """

    name: str
    run: ScenarioResult
    headline: str
    draws: Draws


@dataclass(frozen=True, eq=False, repr=False)
class SweepResult(Shown):
    """A scenario at many drawn parameters.

    Attributes
    ----------
    models
        The first is the scenario as asked for; draws of others stand beside, never among its own.
    not_run
        Models that cannot carry the scenario, and why.
    levers, alone
        Parameters, and the headline of the first model with each moved alone
        ``(lever x grid, country)``.
    groups, mixed
        What spread is shared to, and the headline at draws of which one group was drawn again
        ``(group, row, country)``.
    """

    models: tuple[ModelRuns, ...]
    not_run: dict[str, str]
    levers: tuple[Lever, ...]
    alone: Array
    groups: tuple[Group, ...]
    mixed: Array

    @property
    def main(self) -> ModelRuns:
        """The scenario as asked for."""
        return self.models[0]

    @property
    def run(self) -> ScenarioResult:
        """Its variants at central parameters."""
        return self.main.run

    @property
    def scenario(self) -> Scenario:
        """What was solved."""
        return self.run.scenario

    @property
    def headline(self) -> str:
        """Id of the variant shown first."""
        return self.main.headline

    @property
    def draws(self) -> Draws:
        """Draws of the scenario as asked for."""
        return self.main.draws

    @cached_property
    def focus(self) -> tuple[str, ...]:
        """Codes of the economies in focus; of that which is moved most where there are none."""
        return in_focus(self.run, self.headline)

    def _brief(self) -> str:
        models = "" if len(self.models) == 1 else f" of each of {len(self.models)} models"
        return f"of {self.scenario.title!r}: {self.draws.count} draws{models}"

    def change(self, code: str) -> Array:
        """Return the headline of an economy by draw, per cent; no number without an equilibrium."""
        return self.draws.real_income[self.headline][:, self.draws.codes.index(code)]

    def indices(self, code: str) -> Indices | None:
        """Return how much of the headline's variance each group makes; none of too few draws."""
        half, values = self.draws.count // 2, self.change(code)
        at = self.draws.codes.index(code)
        return indices(values[:half], values[half : 2 * half], self.mixed[:, :, at])

    def one_at_a_time(self, code: str) -> tuple[Alone, ...]:
        """Return the headline of an economy with each parameter moved alone."""
        values = self.alone[:, self.draws.codes.index(code)].reshape(-1, len(GRID))
        found = []
        for lever, row in zip(self.levers, values, strict=True):
            order = np.argsort(lever.factor)
            ends = crossings(
                np.log(lever.factor[order]), row[order], int(np.flatnonzero(order == CENTRE)[0])
            )
            low, high = np.exp(ends)
            found.append(Alone(lever, float(row[LOW]), float(row[HIGH]), (float(low), float(high))))
        return tuple(found)

    def worth_of_knowing(self, code: str) -> float:
        """Return what knowing all parameters is worth to an economy that decides, per cent."""
        return worth_of_knowing(self.change(code))


def in_focus(run: ScenarioResult, headline: str) -> tuple[str, ...]:
    """Return the codes of the economies in focus; of that which is moved most without any."""
    found = focus_on(run.scenario, run.calibration)
    if found:
        return found
    income = run.variants[headline].countries["real_income_pct"]
    return (str(income.abs().idxmax()),)


@dataclass(frozen=True)
class Asked:
    """What a sweep was asked for, checked.

    Attributes
    ----------
    over
        What it is over.
    processes
        Of this machine; 1 for this process alone.
    scheduler
        Address of a Dask scheduler instead.
    """

    draws: int
    seed: int
    over: tuple[str, ...]
    processes: int
    scheduler: str | None


def asked(
    draws: object = COUNT,
    seed: object = 0,
    over: str | Iterable[str] = ("elasticities",),
    processes: object = None,
    scheduler: str | None = None,
    *,
    baseline: object = None,
    horizon: object = None,
) -> Asked:
    """Check what a sweep is asked for, before anything is loaded.

    Raises
    ------
    InputError
        With all that is wrong.
    """
    problems = []
    if not _whole(draws, LEAST, MOST):
        allowed = f"{LEAST} to {MOST}"
        problems.append(Problem("not a number of draws", key="draws", value=draws, allowed=allowed))
    if not _whole(seed, 0):
        problems.append(Problem("not a seed", key="seed", value=seed, allowed="0 or more"))
    names, wrong = axes(over, OVER, "over", baseline=baseline, horizon=horizon)
    problems += wrong
    if processes is not None and not _whole(processes, 1, 256):
        problems.append(
            Problem("not a number of processes", key="processes", value=processes,
                    allowed="1 to 256")
        )  # fmt: skip
    if processes is not None and scheduler is not None:
        message = "a cluster has workers of its own: give one of the two"
        problems.append(Problem(message, key="processes | scheduler", value=processes))
    if problems:
        raise InputError(problems)
    count = cores() if processes is None else processes
    return Asked(draws, seed, names, count, scheduler)  # pyright: ignore[reportArgumentType]


def _whole(value: object, low: int, high: float = float("inf")) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def sweep(
    scenario: str | Path | Scenario,
    *,
    draws: int = COUNT,
    over: str | Iterable[str] = ("elasticities",),
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    seed: int = 0,
    prior: str | Path | Prior | None = None,
    processes: int | None = None,
    scheduler: str | None = None,
    folder: str | Path | None = None,
    fresh: bool = False,
    on_step: OnStep | None = None,
) -> SweepResult:
    """Solve a scenario at many drawn parameters, and find what its headline hangs on.

    Parameters
    ----------
    scenario, baseline, elasticities, horizon, seed, prior
        As `run_scenario` takes them.
    draws
        How often parameters are drawn, in each model.
    over
        Some of `OVER`, or these between commas. Parameters of the prior are always drawn;
        ``horizon`` and ``baseline`` add every other horizon and baseline as a model of its own.
    processes
        Workers of this machine: one a core unless given.
    scheduler
        Address of a Dask scheduler whose workers solve instead.
    folder
        Where solved chunks are kept until `Parts.done` (in ``parts``): the same call goes on from
        there after it was stopped. Nothing is kept without.
    fresh
        Throw away what is kept there.
    on_step
        Called with (what, runs done, runs in all).

    Raises
    ------
    InputError
        Something cannot be used, the prior draws nothing, or the folder has parts of another sweep.
    SolveError
        A variant has no equilibrium at central parameters.
    """
    wanted = asked(draws, seed, over, processes, scheduler, baseline=baseline, horizon=horizon)
    drawn_from = prior if isinstance(prior, Prior) else load_prior(prior)
    if without_spread(drawn_from):
        message = "draws nothing: every spread is zero"
        raise InputError(Problem(message, drawn_from.path, key="prior"))
    if folder is not None:
        check_writable(folder)
    case = load_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    choices: dict[str, Any] = {"elasticities": elasticities, "draws": draws, "seed": seed,
                               "prior": drawn_from}  # fmt: skip
    tell = on_step or (lambda *_: None)
    tell("central solution", 0, 1)
    first = run_scenario(case, baseline=baseline, horizon=horizon, **choices)
    runs, not_run = _others(case, first, wanted, choices, tell)
    models = tuple(_model(run, every=n == 0) for n, run in enumerate(runs))
    space = models[0].space
    levers = space.levers()
    if not levers:
        message = "draws nothing that this economy has at this horizon"
        raise InputError(Problem(message, drawn_from.path, key="prior"))
    parts = Parts(None if folder is None else Path(folder), _about(case, first, models, wanted),
                  fresh=fresh)  # fmt: skip
    with _workers(models, wanted) as workers:
        solve = _Solving(parts, workers, tell)
        values = solve(cut.chunks(0, ALONE, len(levers) * len(GRID)), "one at a time")
        alone = values.real_income[models[0].headline]
        groups = space.groups(_widths(first, levers, alone))
        drawn = [cut.chunks(n, DRAWS, draws) for n in range(len(models))]
        mixed = [
            cut.chunks(0, MIXED, models[0].half, n, group.columns) for n, group in enumerate(groups)
        ]
        solve.all([one for some in (*drawn, *mixed) for one in some], "draws")
    found = tuple(
        _runs_of(model, run, solve.read(own))
        for model, run, own in zip(models, runs, drawn, strict=True)
    )
    again = [solve.read(some).real_income[models[0].headline] for some in mixed]
    return SweepResult(found, not_run, levers, alone, groups, np.stack(again))


def _others(
    case: Scenario, first: ScenarioResult, wanted: Asked, choices: dict[str, Any], tell: OnStep
) -> tuple[list[ScenarioResult], dict[str, str]]:
    """Solve the headline in every other model; say why one cannot carry it."""
    over = [name for name in ("horizon", "baseline") if name in wanted.over]
    found, not_run = solved(
        others(over, first.scenario),
        lambda other: run_scenario(**other.asked(case), variants=[first.headline], **choices),
        lambda name, *done: tell(f"central solution, {name}", *done),
    )
    return [first, *found.values()], {other.name: why for other, why in not_run.items()}


def _model(run: ScenarioResult, *, every: bool) -> Model:
    """Return what runs of a model need: all its variants, or the headline alone."""
    assert run.wanted is not None
    variants = tuple(run.variants) if every else (run.headline,)
    name = f"{run.calibration.name}, {run.scenario.horizon}"
    return model_of(name, run.wanted, run.headline, variants)


def _about(
    case: Scenario, first: ScenarioResult, models: Sequence[Model], wanted: Asked
) -> dict[str, str]:
    """Return what a sweep is: a part of one is of no use to one of which any of it differs."""
    prior = repr(central(models[0].space.prior))
    economies = {model.name: model.space.calibration.hash[:16] for model in models}
    return {
        "scenario": first.scenario_hash[:16],
        "prior": hashlib.sha256(prior.encode()).hexdigest()[:16],
        "baseline": "; ".join(f"{name}: {one}" for name, one in economies.items()),
        "draws": str(wanted.draws),
        "seed": str(wanted.seed),
        "central solution": " ".join(model.hash[:16] for model in models),
        **programs(),
    }


def _workers(models: tuple[Model, ...], wanted: Asked) -> Workers:
    if wanted.scheduler is not None:
        return Cluster(models, wanted.scheduler)
    return Here(models) if wanted.processes == 1 else Processes(models, wanted.processes)


class _Solving:
    """Solves chunks that are not yet kept, and counts runs."""

    def __init__(self, parts: Parts, workers: Workers, tell: OnStep):
        self.parts, self.workers, self.tell = parts, workers, tell

    def all(self, wanted: Sequence[Chunk], what: str) -> None:
        """Solve and keep."""
        left = [one for one in wanted if one.name not in self.parts]
        total = sum(one.last - one.first for one in wanted)
        done = total - sum(one.last - one.first for one in left)
        self.tell(what, done, total)
        for chunk, content in self.workers.solve(left):
            self.parts[chunk.name] = content
            done += chunk.last - chunk.first
            self.tell(what, done, total)

    def read(self, wanted: Sequence[Chunk]) -> Runs:
        """Return what was solved."""
        return read_runs(self.parts[one.name] for one in wanted)

    def __call__(self, wanted: Sequence[Chunk], what: str) -> Runs:
        self.all(wanted, what)
        return self.read(wanted)


def _widths(run: ScenarioResult, levers: Sequence[Lever], alone: Array) -> dict[str, float]:
    """Return how far each lever moves the economy that stands first."""
    code = in_focus(run, run.headline)[0]
    values = alone[:, run.calibration.country_codes.index(code)].reshape(-1, len(GRID))
    moved = np.nan_to_num(np.abs(values[:, HIGH] - values[:, LOW]))
    return {lever.key: float(width) for lever, width in zip(levers, moved, strict=True)}


def _runs_of(model: Model, run: ScenarioResult, found: Runs) -> ModelRuns:
    space = model.space
    drawn = draw(space.prior, space.calibration, space.structure, model.draws, seed=model.seed,
                 short=space.short)  # fmt: skip
    assert run.wanted is not None
    draws = gathered(run.wanted.prior, model.seed, model.central, drawn, found.real_income,
                     found.why, short=space.short)  # fmt: skip
    # what runs show of themselves is at central parameters: draws stand here alone
    return ModelRuns(model.name, replace(run, wanted=None, comparison=None), model.headline, draws)


def forget(folder: str | Path | None) -> None:
    """Remove the chunks that a sweep kept in a folder: its results are written there."""
    if folder is not None:
        Parts.remove(Path(folder))
