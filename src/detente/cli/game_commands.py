"""The commands on games: ``detente optimal``, ``nash`` and ``cooperate``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from detente.errors import Problem
    from detente.report.wars import Result
    from detente.wars.checkpoint import Checkpoint
    from detente.wars.setting import Setting

T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="Name of a shipped scenario, or path of a YAML file.")]
Players = Annotated[
    str | None,
    typer.Option(help="Who plays: USA,CHN,EU27 or EU=DEU+FRA for several as one; the parties."),
]
On = Annotated[
    str, typer.Option(help="Whose goods may be taxed: each-other, world, or names with commas.")
]
Sectors = Annotated[str, typer.Option(help="Codes, names or groups with commas.")]
Rule = Annotated[str, typer.Option(help="bilateral, mfn, by-partner or uniform.")]
Instrument = Annotated[str, typer.Option(help="tariff, export-tax or both.")]
Objective = Annotated[str, typer.Option(help="real-income, revenue or political (--weights).")]
Weights = Annotated[Path | None, typer.Option(help="CSV file with the columns sector and weight.")]
Low = Annotated[float, typer.Option(help="Lowest rate, a fraction.")]
Cap = Annotated[float, typer.Option(help="Highest rate, a fraction.")]
InForce = Annotated[
    str | None, typer.Option("--variant", help="Variant whose measures are in force besides.")
]
BaselineName = Annotated[str | None, typer.Option("--baseline", help="Another economy.")]
Theta = Annotated[str | None, typer.Option("--elasticities", help="Other trade elasticities.")]
HorizonName = Annotated[str | None, typer.Option("--horizon", help="Another horizon.")]
Starts = Annotated[
    str, typer.Option(help="Starts of searches: applied, low, high, closed-form, random.")
]
NoCertificate = Annotated[
    bool, typer.Option("--no-certificate", help="Do not search for best responses at the end.")
]
Draws = Annotated[
    int, typer.Option(help="Solve the war again at so many draws of trade elasticities, for bands.")
]
Seed = Annotated[int, typer.Option(help="Of the draws.")]
Out = Annotated[Path | None, typer.Option(help="Folder for report, tables and manifest.")]
Json = Annotated[bool, typer.Option("--json", help="Print the results as JSON alone.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no tables and no progress.")]


@dataclass(frozen=True)
class Game:
    """What every command on games reads."""

    scenario: str
    players: str | None
    on: str
    sectors: str
    rule: str
    instrument: str
    objective: str
    weights: Path | None
    low: float
    cap: float
    variant: str | None
    baseline: str | None
    elasticities: str | None
    horizon: str | None

    def setting(self, *, alone: bool = False) -> Setting:
        """Put the players on the economy; everything wrong is said at once."""
        from detente.wars.setting import Choices, read_weights, set_up

        choices = Choices(
            players=_words(self.players or ""),
            on=_words(self.on),
            sectors=_words(self.sectors),
            rule=self.rule,
            instrument=self.instrument,
            objective=self.objective,
            low=self.low,
            cap=self.cap,
            weights=None if self.weights is None else read_weights(self.weights),
        )
        return set_up(
            self.scenario, choices, variant=self.variant, baseline=self.baseline,
            elasticities=self.elasticities, horizon=self.horizon, alone=alone,
        )  # fmt: skip


def optimal(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff",
    objective: Objective = "real-income", weights: Weights = None, low: Low = 0.0,
    cap: Cap = 2.0, variant: InForce = None, baseline: BaselineName = None,
    elasticities: Theta = None, horizon: HorizonName = None, starts: Starts = "applied,high",
    no_certificate: NoCertificate = False, out: Out = None, as_json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Find each side's best tariffs while everybody else's stay as they are."""
    from detente.wars.run import run_optimal
    from detente.wars.setting import check_starts

    faults = _Faults()
    faults.of(_writable, out)
    faults.of(check_starts, _words(starts))
    given = Game(scenario, players, on, sectors, rule, instrument, objective, weights, low, cap,
                 variant, baseline, elasticities, horizon)  # fmt: skip
    setting = faults.none_with(given.setting, alone=True)
    with _interruptible(None), _progress(quiet) as advance:
        result = run_optimal(setting, starts=_words(starts), certified=not no_certificate,
                             on_step=advance)  # fmt: skip
    _show(result, out, as_json=as_json, quiet=quiet)
    _end(result)


def nash(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff",
    objective: Objective = "real-income", weights: Weights = None, low: Low = 0.0,
    cap: Cap = 2.0, variant: InForce = None, baseline: BaselineName = None,
    elasticities: Theta = None, horizon: HorizonName = None, starts: Starts = "applied,high",
    no_certificate: NoCertificate = False,
    checkpoint: Annotated[
        Path | None, typer.Option(help="File to keep the search in, and to go on from.")
    ] = None,
    draws: Draws = 0, seed: Seed = 0,
    out: Out = None, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Find the tariff war: rates from which nobody gains by moving alone."""
    from detente.wars.checkpoint import Checkpoint, check_place, problem_hash
    from detente.wars.draws import check_draws, with_bands
    from detente.wars.run import run_nash
    from detente.wars.setting import check_starts

    faults = _Faults()
    faults.of(_writable, out)
    faults.of(check_place, checkpoint)
    faults.of(check_starts, _words(starts))
    faults.of(check_draws, draws, seed)
    given = Game(scenario, players, on, sectors, rule, instrument, objective, weights, low, cap,
                 variant, baseline, elasticities, horizon)  # fmt: skip
    setting = faults.none_with(given.setting)
    kept = Checkpoint(checkpoint, problem_hash(setting, "nash"), setting.game.size)
    if kept.start is not None:
        print(f"Going on from round {kept.round} in {checkpoint}; of the starts only this one is "
              "searched.", file=sys.stderr)  # fmt: skip
    with _interruptible(kept), _progress(quiet) as advance:
        result = run_nash(setting, start=kept.start, starts=_words(starts),
                          certified=not no_certificate, on_step=kept.keep(advance))  # fmt: skip
        result = with_bands(
            result,
            draws,
            seed=seed,
            on_draw=lambda done, all_: advance(f"draw {done + 1} of {all_}"),
        )
    _show(result, out, as_json=as_json, quiet=quiet)
    if all(one.status.found for one in result.found):
        kept.done()
    elif kept.write():
        print(f"The search is kept in {checkpoint}; the same command goes on from it.",
              file=sys.stderr)  # fmt: skip
    _end(result)


def cooperate(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff", low: Low = 0.0,
    cap: Cap = 2.0, variant: InForce = None, baseline: BaselineName = None,
    elasticities: Theta = None, horizon: HorizonName = None,
    solution: Annotated[
        str, typer.Option(help="nash, kalai-smorodinsky, egalitarian or utilitarian.")
    ] = "nash",
    power: Annotated[
        str | None, typer.Option(help="Bargaining power by player, such as 1,2; equal.")
    ] = None,
    disagreement: Annotated[
        list[str] | None,
        typer.Option(help="status-quo, war or variant:ID; may be repeated; all three with the "
                          "last variant unless given."),
    ] = None,
    points: Annotated[int, typer.Option(help="Points of the frontier of two; 0 for none.")] = 11,
    out: Out = None, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Find what the sides could agree on, and what that depends on."""
    from detente.wars.run import run_cooperate

    faults = _Faults()
    faults.of(_writable, out)
    faults.of(_points, points)
    given = Game(scenario, players, on, sectors, rule, instrument, "real-income", None, low, cap,
                 variant, baseline, elasticities, horizon)  # fmt: skip
    weights = None if power is None else faults.of(_numbers, power, "--power")
    setting = faults.none_with(given.setting)
    with _interruptible(None), _progress(quiet) as advance:
        result = run_cooperate(setting, rule=solution, power=weights,
                               disagreements=tuple(disagreement or ()), frontier_points=points,
                               on_step=advance)  # fmt: skip
    _show(result, out, as_json=as_json, quiet=quiet)
    _end(result)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    examples = {
        optimal: "detente optimal may-2018 --on world",
        nash: "detente nash may-2018\n\n"
        "detente nash may-2018 --players USA,CHN,EU27 --on world --checkpoint war.json",
        cooperate: "detente cooperate may-2018 --solution kalai-smorodinsky",
    }
    for command, example in examples.items():
        app.command(epilog=f"Examples:\n\n{example}")(command)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _numbers(text: str, key: str) -> list[float]:
    from detente.errors import InputError, Problem

    try:
        return [float(word) for word in _words(text)]
    except ValueError as error:
        raise InputError(Problem("not numbers", None, None, key, text, "such as 1,2")) from error


def _points(points: int) -> None:
    from detente.errors import InputError, Problem

    if points < 0 or points == 1:
        raise InputError(Problem("not points of a frontier", None, None, "--points", points,
                                 "0, or 2 or more"))  # fmt: skip


class _Faults:
    """What is wrong with a command's options, collected so that all of it is said at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def of(self, call: Callable[..., T], *given: Any, **more: Any) -> T | None:
        """Call; keep the problems of what is refused."""
        from detente.errors import InputError

        try:
            return call(*given, **more)
        except InputError as error:
            self.problems += error.problems
        return None

    def none_with(self, call: Callable[..., T], *given: Any, **more: Any) -> T:
        """Call last of all; refuse with every problem there was."""
        from detente.errors import InputError

        found = self.of(call, *given, **more)
        if self.problems or found is None:
            raise InputError(self.problems)
        return found


def _writable(out: Path | None) -> None:
    if out is not None:
        from detente.report.store import check_writable

        check_writable(out)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Any], None]]:
    """Show rounds to a person at a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda step: None
        return
    with console.status("solving the economy") as status:
        yield lambda step: status.update(
            step if isinstance(step, str) else
            f"round {step.round}: replies still ask for moves of up to {100 * step.gap:.2g}%"
        )  # fmt: skip


@contextmanager
def _interruptible(kept: Checkpoint | None) -> Iterator[None]:
    """End with 130, and say what was kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if kept is None:
            said = ("Interrupted; nothing was kept or written: what was found is lost, and the "
                    "same command starts anew.")  # fmt: skip
        elif kept.write():
            said = (f"Interrupted after round {kept.round}. The same command goes on from "
                    f"{kept.path}.")  # fmt: skip
        elif kept.trouble:
            said = f"Interrupted; nothing could be kept: {kept.trouble}."
        elif kept.path is None:
            said = "Interrupted; nothing was kept. With --checkpoint FILE it could go on."
        else:
            said = "Interrupted before the first round; the same command starts anew."
        print(f"detente: {said}", file=sys.stderr)
        raise typer.Exit(130) from None


def _end(result: Result) -> None:
    """End with 2, as for any other economy without equilibrium, where an answer is missing."""
    from detente.report.wars_sure import unanswered

    missing = unanswered(result)
    for said in missing:
        print(f"detente: {said}", file=sys.stderr)
    if missing:
        raise typer.Exit(2)


def _show(result: Result, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    from detente.report.wars_store import plain_game, write_game

    written = [] if out is None else write_game(result, out)
    if as_json:
        import json

        print(json.dumps(plain_game(result), ensure_ascii=False, allow_nan=False, indent=1))
        return
    if not quiet:
        from rich.console import Console

        from detente.report.wars_terminal import NARROWEST, print_game

        console = Console()
        print_game(result, Console(width=max(console.width, NARROWEST)))
    for path in written:
        print(path)
