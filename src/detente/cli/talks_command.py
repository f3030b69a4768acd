"""The command on talks: which deals exist, which is likely, what blocks it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.drawn import PriorOption
from detente.cli.show import Wanted, finish, shows, steps

if TYPE_CHECKING:
    from detente.scenario.talks import Talks
    from detente.talks.choices import Choices
    from detente.uncertainty.prior import Prior

EXAMPLES = (
    "Examples:\n\n"
    "detente talks may-2018\n\n"
    "detente talks may-2018 --no-deal threats --solution kalai-smorodinsky\n\n"
    "detente talks may-2018 --what-if zte=kept --what-if purchases=none\n\n"
    "detente talks may-2018 --draws 10000 --model-draws 64"
)


@shows
def talks(
    scenario: Annotated[
        str, typer.Argument(help="Name of a shipped scenario with talks, or a YAML file.")
    ],
    no_deal: Annotated[
        str | None,
        typer.Option("--no-deal", help="What holds without a deal: an id of the file's no_deal; "
                     "while-talks-last unless given, impasse until talks break down; or "
                     "if-talks-fail, where measures are threatened."),
    ] = None,
    solution: Annotated[
        str, typer.Option(help="nash, kalai-smorodinsky, egalitarian or utilitarian.")
    ] = "nash",
    draws: Annotated[
        int, typer.Option(help="Draws of everything with a range; 0 for none.")
    ] = 1000,
    model_draws: Annotated[
        int, typer.Option("--model-draws",
                          help="Economies (elasticities, horizons) that the draws share.")
    ] = 12,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="ISSUE=OPTION that is fixed; may be repeated."),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="One package against another: predicted, a party (what it "
                     "asks for), or an id of the file's no_deal."),
    ] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(metavar="SOURCE", help="Weights of sectors: read off the tariffs applied, "
                     "announced or variant:ID, or a CSV file; for one side PARTY=SOURCE; may be "
                     "repeated."),
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="Another economy.")] = None,
    elasticities: Annotated[str | None, typer.Option(help="Other trade elasticities.")] = None,
    horizon: Annotated[str | None, typer.Option(help="Another horizon.")] = None,
    seed: Annotated[int, typer.Option(help="Of the random draws.")] = 0,
    prior: PriorOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Solve anew; neither read nor keep solved values.")
    ] = False,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Find which deals exist, which is likely, and what blocks it."""
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.scenario.load import load_scenario
    from detente.talks.case import the_talks
    from detente.talks.choices import Choices
    from detente.talks.prepare import unknown_choices
    from detente.talks.weights import sources_of
    from detente.uncertainty.prior import load_prior

    faults = Faults()
    fixed = faults.of(_fixed, what_if or [])
    loaded = faults.of(load_scenario, scenario)
    table = None if loaded is None else faults.of(the_talks, loaded)
    drawn_from = None if prior is None else faults.of(load_prior, prior)
    with options_named():
        choices = faults.of(Choices, no_deal, solution, draws, model_draws, seed, fixed,
                           compare,
                           _sources(weights or [], table))  # fmt: skip
        if table is not None and loaded is not None:
            faults.problems += unknown_choices(table, no_deal, fixed, compare)
            if choices is not None:
                faults.of(sources_of, loaded, choices.weights)
        faults.end()
    assert choices is not None
    assert table is not None
    folder = wanted.folder(f"{Path(scenario).stem}-talks")
    with options_named():
        study = _run(_way(table), scenario, choices, baseline, elasticities, horizon, drawn_from,
                     fresh=fresh, quiet=wanted.quiet)  # fmt: skip
    finish(wanted, (study, folder))


def _way(table: Talks) -> Callable[..., Any]:
    """Return what works out talks: tables of more packages than can be listed have their own."""
    from detente.talks.case import package_count
    from detente.talks.packages import MOST

    if package_count(table) > MOST:
        from detente.talks.large_study import run_large_talks

        return run_large_talks
    from detente.talks.study import run_talks

    return run_talks


def _fixed(words: list[str]) -> dict[str, str] | None:
    """Read ``issue=option``; everything that is not of this form is said at once."""
    from detente.errors import InputError, Problem

    pairs = [word.partition("=") for word in words]
    wrong = [Problem("not an issue and an option", None, None, "--what-if", word, "ISSUE=OPTION")
             for word, (issue, _, option) in zip(words, pairs, strict=True)
             if not issue.strip() or not option.strip()]  # fmt: skip
    names = [issue.strip() for issue, _, _ in pairs]
    wrong += [Problem("is fixed twice", key="--what-if", value=name)
              for name in dict.fromkeys(names) if names.count(name) > 1]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    return {issue.strip(): option.strip() for issue, _, option in pairs} or None


def _sources(words: list[str], table: Talks | None) -> dict[str, str] | None:
    """Read ``source`` or ``party=source``; what is said of one side goes before what is of all."""
    split = [word.partition("=") for word in words]
    parties = [p.party for p in table.parties] if table else []
    of_all = {party: source for source, equals, _ in split if not equals for party in parties}
    return of_all | {party.strip(): source for party, equals, source in split if equals} or None


def _run(
    run: Callable[..., Any],
    scenario: str,
    choices: Choices,
    baseline: str | None,
    elasticities: str | None,
    horizon: str | None,
    prior: Prior | None,
    *,
    fresh: bool,
    quiet: bool,
) -> Any:
    """Run, and show steps."""
    from detente.cache import cache_folder

    try:
        with steps("reading", quiet=quiet) as advance:
            return run(
                scenario, choices, baseline=baseline, elasticities=elasticities, horizon=horizon,
                folder=None if fresh else cache_folder() / "talks", prior=prior,
                on_step=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        kept = "Nothing was kept (--fresh)" if fresh else "What was solved is kept for the next run"
        print(f"detente: {kept}.", file=sys.stderr)
        raise typer.Exit(130) from None
