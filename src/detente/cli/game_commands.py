"""The commands on games: ``detente optimal``, ``nash`` and ``cooperate``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from detente.cli.drawn import (
    DrawsOption,
    PriorOption,
    SearchesOption,
    SeedOption,
    check_fits,
    what_is_drawn,
)
from detente.cli.game_options import Faults, Game, check_points, mfn_rule, numbers, words
from detente.cli.show import Wanted, finish, shows

if TYPE_CHECKING:
    from detente.report.games.facts import Result
    from detente.uncertainty.prior import Prior
    from detente.wars.checkpoint import Checkpoint
    from detente.wars.results import TalksResult, WarResult

Drawn = TypeVar("Drawn", "WarResult", "TalksResult")

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
Weights = Annotated[
    str | None,
    typer.Option(
        help="With --objective political: a CSV file (sector, weight, or player too), or "
        "read off tariffs: applied, announced or variant:ID."
    ),
]
Shrink = Annotated[
    float, typer.Option(help="Weights read off tariffs: how much they are held near one.")
]
Bindings = Annotated[
    Path | None,
    typer.Option(help="YAML file of bound rates: by economy one fraction, or by sector."),
]
Lists = Annotated[
    str | None,
    typer.Option(
        help="Rates on the goods of a list alone (detente data lists), such as us-list1-34bn; "
        "with commas for several players, each the importer of its own."
    ),
]
Kept = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="File to keep the searches in, and to go on from."),
]
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


@shows
def optimal(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff",
    objective: Objective = "real-income", weights: Weights = None,
    shrink: Shrink = 1e-3, low: Low = 0.0,
    cap: Cap = 2.0, bindings: Bindings = None, product_list: Lists = None,
    variant: InForce = None,
    baseline: BaselineName = None,
    elasticities: Theta = None, horizon: HorizonName = None, starts: Starts = "applied,high",
    no_certificate: NoCertificate = False,
    draws: SearchesOption = None, seed: SeedOption = 0, prior: PriorOption = None,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Find each side's best tariffs while everybody else's stay as they are."""
    from detente.wars import extras
    from detente.wars.run import run_optimal
    from detente.wars.setting import check_starts

    faults = Faults()
    folder = faults.of(wanted.folder, f"{Path(scenario).stem}-optimal")
    faults.of(check_starts, words(starts))
    drawn = faults.of(what_is_drawn, draws, seed, prior, searched=True)
    given = Game(scenario, players, on, sectors, rule, instrument, objective, weights, low, cap,
                 variant, baseline, elasticities, horizon, shrink, bindings,
                 product_list)  # fmt: skip
    setting = faults.of(given.setting, alone=True)
    if setting is not None and drawn is not None:
        faults.of(check_fits, drawn[1], setting.calibration)
    faults.end()
    assert setting is not None
    assert drawn is not None
    with _interruptible(None), _progress(wanted.quiet) as advance:
        result = run_optimal(setting, starts=words(starts), certified=not no_certificate,
                             on_step=advance)  # fmt: skip
        result = replace(result, extras=extras.of_war(setting, result.found))
        result = _with_draws(result, drawn, seed, advance)
    finish(wanted, (result, folder))
    _end(result)


@shows
def nash(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff",
    objective: Objective = "real-income", weights: Weights = None,
    shrink: Shrink = 1e-3, low: Low = 0.0,
    cap: Cap = 2.0, bindings: Bindings = None, product_list: Lists = None,
    variant: InForce = None,
    baseline: BaselineName = None,
    elasticities: Theta = None, horizon: HorizonName = None, starts: Starts = "applied,high",
    no_certificate: NoCertificate = False,
    checkpoint: Kept = None,
    answers: Annotated[
        str | None,
        typer.Option(help="Besides, how each would answer what the others announced: "
                          "tit-for-tat, equal-value, equal-revenue or equal-harm."),
    ] = None,
    draws: SearchesOption = None, seed: SeedOption = 0, prior: PriorOption = None,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Find the tariff war: rates from which nobody gains by moving alone."""
    from detente.wars import extras
    from detente.wars.checkpoint import Checkpoint, check_place, problem_hash
    from detente.wars.run import run_nash
    from detente.wars.setting import check_starts

    faults = Faults()
    folder = faults.of(wanted.folder, f"{Path(scenario).stem}-nash")
    faults.of(check_place, checkpoint)
    faults.of(check_starts, words(starts))
    drawn = faults.of(what_is_drawn, draws, seed, prior, searched=True)
    given = Game(scenario, players, on, sectors, rule, instrument, objective, weights, low, cap,
                 variant, baseline, elasticities, horizon, shrink, bindings,
                 product_list)  # fmt: skip
    setting = faults.of(given.setting)
    if setting is not None and answers is not None:
        faults.of(extras.check_answers, setting, answers)
    if setting is not None and drawn is not None:
        faults.of(check_fits, drawn[1], setting.calibration)
    faults.end()
    assert setting is not None
    assert drawn is not None
    kept = Checkpoint(checkpoint, problem_hash(setting, "nash"), setting.game.size)
    if not wanted.quiet:
        _say_where_from(kept)
    with _interruptible(kept), _progress(wanted.quiet) as advance:
        result = run_nash(setting, start=kept.start, starts=words(starts),
                          certified=not no_certificate, on_step=advance, held=kept)  # fmt: skip
        added = extras.of_war(setting, result.found, answers)
        result = _with_draws(result, drawn, seed, advance)
    result = replace(result, extras=added)
    finish(wanted, (result, folder))
    if all(one.status.found for one in result.found):
        kept.done()
    elif kept.without_answer(result.found[0].chosen.rates):
        print(f"The last rates are kept in {checkpoint}; the same command goes on from them.",
              file=sys.stderr)  # fmt: skip
    _end(result)


@shows
def cooperate(
    scenario: Name, players: Players = None, on: On = "each-other", sectors: Sectors = "goods",
    rule: Rule = "bilateral", instrument: Instrument = "tariff", low: Low = 0.0,
    cap: Cap = 2.0, bindings: Bindings = None, product_list: Lists = None,
    variant: InForce = None,
    baseline: BaselineName = None,
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
    pairwise: Annotated[
        bool, typer.Option("--pairwise", help="Besides, let pairs bargain, each given all others.")
    ] = False,
    mfn: Annotated[
        bool,
        typer.Option("--mfn", help="With --pairwise: one rate for all partners, negotiated with "
                                   "the principal supplier."),
    ] = False,
    reciprocal: Annotated[
        bool, typer.Option("--reciprocal", help="Besides, bargain over reciprocal changes alone.")
    ] = False,
    coalitions: Annotated[
        str | None,
        typer.Option(help="Besides, whether coalitions of players would hold: USA+CAN, or pairs "
                          "for all of two."),
    ] = None,
    checkpoint: Kept = None,
    draws: DrawsOption = None, seed: SeedOption = 0, prior: PriorOption = None,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Find what the sides could agree on, and what that depends on."""
    from detente.wars import extras
    from detente.wars.checkpoint import Checkpoint, check_place, problem_hash
    from detente.wars.run import run_cooperate
    from detente.wars.setting import check_bargain

    faults = Faults()
    folder = faults.of(wanted.folder, f"{Path(scenario).stem}-cooperate")
    faults.of(check_place, checkpoint)
    faults.of(check_points, points)
    drawn = faults.of(what_is_drawn, draws, seed, prior)
    rule = (faults.of(mfn_rule, pairwise, rule) if mfn else rule) or rule
    given = Game(scenario, players, on, sectors, rule, instrument, "real-income", None, low, cap,
                 variant, baseline, elasticities, horizon, bindings=bindings,
                 product_lists=product_list)  # fmt: skip
    weights = None if power is None else faults.of(numbers, power, "--power")
    setting = faults.of(given.setting)
    more = {"pairs": pairwise, "mutual": reciprocal, "coalitions": words(coalitions or "")}
    if setting is not None:
        faults.of(check_bargain, setting, solution, weights, disagreement or ())
        faults.of(extras.check_talks, setting, **more)
    if setting is not None and drawn is not None:
        faults.of(check_fits, drawn[1], setting.calibration)
    faults.end()
    assert setting is not None
    assert drawn is not None
    what = f"cooperate by {solution}, power {weights}"
    kept = Checkpoint(checkpoint, problem_hash(setting, what), setting.game.size)
    if not wanted.quiet:
        _say_where_from(kept)
    with _interruptible(kept), _progress(wanted.quiet) as advance:
        result = run_cooperate(setting, rule=solution, power=weights,
                               disagreements=tuple(disagreement or ()), frontier_points=points,
                               on_step=advance, held=kept)  # fmt: skip
        added = extras.of_talks(setting, result.bargains.bargains, war=result.war, **more)
        result = _with_draws(result, drawn, seed, advance)
    result = replace(result, extras=added)
    finish(wanted, (result, folder))
    kept.done()
    _end(result)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    examples = {
        optimal: "detente optimal may-2018 --on world\n\n"
        "detente optimal may-2018 --objective political --weights applied\n\n"
        "detente optimal may-2018 --on world --bindings bound.yaml\n\n"
        "detente optimal may-2018 --players USA --product-list us-list1-34bn",
        nash: "detente nash may-2018\n\n"
        "detente nash may-2018 --players USA,CHN,EU27 --on world --checkpoint war.npz\n\n"
        "detente nash may-2018 --answers equal-harm\n\n"
        "detente nash may-2018 --product-list us-list1-34bn,china-list1-34bn",
        cooperate: "detente cooperate may-2018 --solution kalai-smorodinsky\n\n"
        "detente cooperate may-2018 --players USA,CHN,EU27 --pairwise --mfn\n\n"
        "detente cooperate may-2018 --reciprocal\n\n"
        "detente cooperate may-2018 --product-list us-list1-34bn,china-list1-34bn\n\n"
        "detente cooperate may-2018 --players USA,CAN,MEX,CHN --coalitions USA+CAN",
    }
    for command, example in examples.items():
        app.command(epilog=f"Examples:\n\n{example}")(command)


def _with_draws(
    result: Drawn, drawn: tuple[int, Prior], seed: int, advance: Callable[[Any], None]
) -> Drawn:
    """Find a game again at drawn parameters, and show how far that is."""
    from detente.wars.draws import with_draws

    count, prior = drawn

    def on_draw(done: int, all_: int) -> None:
        advance(f"draw {done + 1} of {all_}")

    return with_draws(result, prior, count, seed=seed, on_draw=on_draw)


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


def _say_where_from(kept: Checkpoint) -> None:
    if kept.start is not None:
        print(f"Going on from the last rates in {kept.path}, the only start.", file=sys.stderr)
    elif len(kept):
        count = f"{len(kept)} search" + ("es" if len(kept) > 1 else "")
        print(f"Going on with {count} in {kept.path}.", file=sys.stderr)


@contextmanager
def _interruptible(kept: Checkpoint | None) -> Iterator[None]:
    """End with 130, and say what was kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if kept is None:
            said = ("Nothing was kept or written: what was found is lost, and the "
                    "same command starts anew.")  # fmt: skip
        elif kept.write():
            said = f"The same command goes on from {kept.path}."
        elif kept.trouble:
            said = f"Nothing could be kept: {kept.trouble}."
        elif kept.path is None:
            said = "Nothing was kept. With --checkpoint FILE it could go on."
        else:
            said = "That was before the first round; the same command starts anew."
        print(f"detente: {said}", file=sys.stderr)
        raise typer.Exit(130) from None


def _end(result: Result) -> None:
    """End with 2, as for any other economy without equilibrium, where an answer is missing."""
    from detente.report.games.certainty import unanswered

    missing = unanswered(result)
    for said in missing:
        print(f"detente: {said}", file=sys.stderr)
    if missing:
        raise typer.Exit(2)
