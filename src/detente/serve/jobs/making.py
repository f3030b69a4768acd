"""What each kind of job does: the functions behind the commands, kept so that they go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.cache import cache_folder
from detente.scenario.load import load_scenario
from detente.serve.jobs.asked import SweepAsked, TalksAsked, WarAsked
from detente.serve.state import State, scenario_of

if TYPE_CHECKING:
    from detente.games.search import Step

Tell = Callable[[str, int, int], None]


def make(work: SweepAsked | WarAsked | TalksAsked, kept: Path, tell: Tell) -> Any:
    """Do the work and return its result.

    Parameters
    ----------
    kept
        Folder of what it goes on from after it was stopped.
    tell
        Called with (what is being done, how much is done, of how much; 0 where that is not known).

    Raises
    ------
    DetenteError
        As the functions that do the work.
    """
    if isinstance(work, SweepAsked):
        return _sweep(work, kept, tell)
    if isinstance(work, TalksAsked):
        return _talks(work, tell)
    return _war(work, kept, tell)


def _sweep(work: SweepAsked, kept: Path, tell: Tell) -> Any:
    from detente.sweeps.study import sweep

    case = load_scenario(work.scenario)
    if work.state != State():
        case = scenario_of(case, work.state)
    return sweep(case, draws=work.draws, seed=work.seed, processes=1, folder=kept, on_step=tell)


def _talks(work: TalksAsked, tell: Tell) -> Any:
    from detente.talks.choices import Choices
    from detente.talks.study import run_talks

    choices = Choices(draws=work.draws, model_draws=work.model_draws, seed=work.seed,
                      what_if=work.fixed or None, weights=work.weights or None)  # fmt: skip
    # solved values are kept for all: a job that is begun anew reads them
    return run_talks(work.scenario, choices, folder=cache_folder() / "talks", on_step=tell)


def _war(work: WarAsked, kept: Path, tell: Tell) -> Any:
    from detente.wars import extras
    from detente.wars.checkpoint import Checkpoint, problem_hash
    from detente.wars.run import run_cooperate, run_nash, run_optimal
    from detente.wars.setting import set_up

    def step(one: Step) -> None:
        tell(f"round {one.round}: replies still ask for moves of up to {100 * one.gap:.2g}%", 0, 0)

    tell("the economy", 0, 0)
    setting = set_up(work.scenario, work.choices(), variant=work.variant, horizon=work.horizon,
                     alone=work.kind == "optimal")  # fmt: skip
    if work.kind == "optimal":
        result = run_optimal(setting, on_step=step)
        return replace(result, extras=extras.of_war(setting, result.found))
    what = "nash" if work.kind == "nash" else f"cooperate by {work.solution}"
    kept.mkdir(parents=True, exist_ok=True)
    held = Checkpoint(kept / "war.npz", problem_hash(setting, what), setting.game.size)
    if work.kind == "nash":
        result = run_nash(setting, start=held.start, on_step=step, held=held)
        return replace(result, extras=extras.of_war(setting, result.found))
    return run_cooperate(setting, rule=work.solution, on_step=step, held=held)
