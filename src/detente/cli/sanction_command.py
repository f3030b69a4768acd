"""The command that cuts a firm off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from detente.cli.drawn import PriorOption
from detente.cli.show import Wanted, finish, print_json, shows, steps

EXAMPLES = (
    "Examples:\n\n"
    "detente sanction zte --relief 89\n\n"
    "detente sanction may-2018\n\n"
    "detente sanction zte huawei\n\n"
    "detente sanction zte --backtest\n\n"
    "detente sanction --template > my-firm.yaml\n\n"
    "detente sanction my-firm.yaml --ban-share 0.5 --out results/my-firm"
)


@shows
def sanction(
    firm: Annotated[
        list[str] | None,
        typer.Argument(
            help="Shipped cards (zte, huawei) or YAML files, cut off at once if several; or one "
            "scenario, with its firms."
        ),
    ] = None,
    days: Annotated[int, typer.Option(help="Length of the daily path, 30 to 1825.")] = 180,
    draws: Annotated[
        int, typer.Option(help="Draws from the card's ranges; 0 for none, and no intervals.")
    ] = 1000,
    relief: Annotated[
        int | None,
        typer.Option(help="First day without the ban, 1 to --days; unless given it stays."),
    ] = None,
    ban_share: Annotated[
        float | None,
        typer.Option(
            "--ban-share",
            help="Share of sales to the firm that is stopped, 0 to 1; all unless given.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="The economy that bans; that of the critical inputs unless given."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Another economy than the card's: a name of `detente data list`, or a folder."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the random draws.")] = 0,
    world_draws: Annotated[
        int,
        typer.Option(
            "--world-draws",
            help="Draws that are followed through the world too; as many with other trade "
            "elasticities in the long run.",
        ),
    ] = 100,
    prior: PriorOption = None,
    backtest: Annotated[
        bool,
        typer.Option(
            "--backtest",
            help="Print which assumptions agree with a real ban, and nothing else; of the other "
            "options only --json counts.",
        ),
    ] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template",
            help="Print a card to start your own from, with comments, and nothing else.",
        ),
    ] = False,
    *,
    wanted: Wanted,
) -> None:  # fmt: skip
    """Cut a firm off: its output by the day, who is hit, the long run, what relief is worth."""
    from detente.cli.options import options_named
    from detente.errors import InputError, Problem
    from detente.sanction.cases import sanction_case

    if template:
        _print_template(firm)
        return
    if not firm:
        allowed = "a shipped card, a file, or --template for a file to start from"
        raise InputError(Problem("no firm is named", key="FIRM", allowed=allowed))
    case = sanction_case(firm)
    if backtest:
        card, *others = case.cards
        if others:
            raise InputError(Problem("goes with one firm", key="--backtest"))
        _backtest(card, wanted)
        return
    from detente.cli.game_options import Faults
    from detente.sanction.names import one_economy
    from detente.sanction.study import Choices
    from detente.uncertainty.prior import load_prior

    share = case.ban_share if ban_share is None else ban_share
    if relief is None and case.relief_days is not None and case.relief_days <= days:
        relief = case.relief_days
    share, faults = 1.0 if share is None else share, Faults()
    with options_named():
        choices = faults.of(Choices, days, draws, relief, share, by, seed, world_draws)
        economy = faults.of(case.economy, baseline)
        drawn_from = faults.of(load_prior, prior)
        if economy is not None and by is not None:
            faults.of(one_economy, economy, "by", by)
        faults.end()
    folders = _folders(case, firm, wanted)
    with options_named():
        results = _run(case, choices, economy, drawn_from, quiet=wanted.quiet)
    _finish(wanted, results, folders)


def _finish(wanted: Wanted, results: Any, folders: list[Path | None]) -> None:
    """Show what is of all bans together, which names each firm's loss, and each firm's own."""
    from detente.report.describe import describe
    from detente.report.sanction.document import of_all

    shown = [*results, of_all(results)] if len(results) > 1 else list(results)
    plain = None
    if wanted.as_json and len(results) > 1:
        *firms, together = (describe(one).to_plain() for one in shown)
        plain = {"firms": firms, "together": together}
    finish(wanted, *zip(shown, folders, strict=True), plain=plain, last_alone=True)


def _print_template(firm: list[str] | None) -> None:
    from importlib.resources import files

    from detente.errors import InputError, Problem

    if firm:
        raise InputError(Problem("goes without a firm", key="--template", value=" ".join(firm)))
    sys.stdout.write(files("detente.sanction").joinpath("template.yaml").read_text("utf-8"))


def _folders(case: Any, names: list[str], wanted: Wanted) -> list[Path | None]:
    """Return the folder of each firm, and of all together; none where nothing is written."""
    from detente.files import check_writable
    from detente.report.sanction.document import TOGETHER

    codes = [card.code.lower() for card in case.cards]
    if len(codes) > 1:
        _check_codes(case.cards, TOGETHER)
    # beside what `detente run` writes of a scenario, not over it
    stem = "-".join(Path(name).stem for name in names)
    out = wanted.folder(stem if case.scenario is None else f"{stem}-sanction")
    several = [*codes, TOGETHER] if len(codes) > 1 else []
    folders = [out and out / name for name in several] or [out]
    for folder in folders:
        if folder is not None:
            check_writable(folder)
    return folders


def _check_codes(cards: Any, reserved: str) -> None:
    """Refuse firms whose results would be written over each other's, or over those of all."""
    from detente.errors import InputError, Problem
    from detente.sanction.load import problem_at

    problems, seen = [], {}
    for card in cards:
        code = card.code.lower()
        if code == reserved:
            message = f"`{reserved}` is what the results of all firms are called"
            problems.append(problem_at(card, ("code",), message, card.code, "another code"))
        elif code in seen:
            message = f"this firm is named twice: {seen[code]} and {card.code}"
            problems.append(Problem(message, key="firm", value=card.code))
        seen.setdefault(code, card.code)
    if problems:
        raise InputError(problems)


def _run(case: Any, choices: Any, economy: Any, prior: Any, *, quiet: bool):
    """Run, and show steps."""
    from detente.sanction.study import run_sanctions

    with steps("starting", quiet=quiet) as advance:
        return run_sanctions(case.cards, choices, baseline=economy, by=case.by, prior=prior,
                             on_step=advance)  # fmt: skip


def _backtest(card: Any, wanted: Wanted) -> None:
    from detente.report.sanction.document import of_backtest
    from detente.sanction.backtest import FALL_SLACK, SHUTDOWN_SLACK_DAYS, backtest, banned_fall

    table = backtest(card)
    expected = {
        "shutdown_day": card.observed.ceased_after_days.middle,
        "banned_fall": banned_fall(card),
        "slack_days": SHUTDOWN_SLACK_DAYS,
        "slack_fall": FALL_SLACK,
    }
    document = of_backtest(table, expected)
    if wanted.as_json:
        print_json(document.to_plain())
    elif not wanted.quiet:
        document.to_terminal(full=wanted.full)
