"""The command that cuts a firm off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente sanction zte --relief 89\n\n"
    "detente sanction may-2018\n\n"
    "detente sanction zte huawei\n\n"
    "detente sanction zte --backtest\n\n"
    "detente sanction my-firm.yaml --ban-share 0.5 --out results/my-firm"
)


def sanction(
    firm: Annotated[
        list[str],
        typer.Argument(
            help="Shipped cards (zte, huawei) or YAML files, cut off at once if several; or one "
            "scenario, with its firms."
        ),
    ],
    days: Annotated[int, typer.Option(help="Length of the daily path, 30 to 1825.")] = 180,
    draws: Annotated[int, typer.Option(help="Draws from the card's ranges, 1 or more.")] = 1000,
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
        int, typer.Option("--world-draws", help="Draws that are followed through the world too.")
    ] = 100,
    backtest: Annotated[
        bool,
        typer.Option(
            "--backtest",
            help="Print which assumptions agree with a real ban, and nothing else; of the other "
            "options only --json counts.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html and tables; of several firms one each in it, and "
                     "`together` for figures of all bans. detente-out/FIRM unless given (with "
                     "--json: none unless given)."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Print what the page folds away, too.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No tables and no progress.")
    ] = False,
) -> None:  # fmt: skip
    """Cut a firm off: its output by the day, who is hit, the long run, what relief is worth."""
    from detente.cli.options import options_named
    from detente.errors import InputError, Problem
    from detente.sanction.cases import sanction_case

    case = sanction_case(firm)
    if backtest:
        card, *others = case.cards
        if others:
            raise InputError(Problem("goes with one firm", key="--backtest"))
        _backtest(card, as_json, full=full)
        return
    from detente.sanction.study import Choices

    share = case.ban_share if ban_share is None else ban_share
    if relief is None and case.relief_days is not None and case.relief_days <= days:
        relief = case.relief_days
    with options_named():
        choices = Choices(
            days, draws, relief, 1.0 if share is None else share, by, seed, world_draws
        )
    folders = _folders(case, firm, out, as_json)
    for folder in folders:
        from detente.files import check_writable

        check_writable(folder)
    with options_named():
        results = _run(case, choices, baseline, quiet=quiet)
    from detente.document import publish
    from detente.report.sanction.document import described

    found = described(results)
    pairs = zip(found, folders, strict=False)
    written = [publish.write(*shown, folder) for shown, folder in pairs]
    documents = [document for document, _ in found]
    if as_json:
        _print_json(documents)
        return
    if not quiet:
        # what is of all bans together names each firm's loss
        for document in documents if full else documents[-1:]:
            document.to_terminal(full=full)
        print()
    for files in written:
        print(f"Report: {files[0]}")
    beside = "each" if len(written) > 1 else "it"
    print(f"Data:   beside {beside}, described in {written[-1][-1].name}")


def _folders(case: Any, names: list[str], out: Path | None, as_json: bool) -> list[Path]:
    """Return the folder of each firm, and of all together; none where nothing is written."""
    from detente.report.sanction.document import TOGETHER

    codes = [card.code.lower() for card in case.cards]
    if len(codes) > 1:
        _check_codes(case.cards, TOGETHER)
    if out is None and as_json:
        return []
    if out is None:
        # beside what `detente run` writes of a scenario, not over it
        stem = "-".join(Path(name).stem for name in names)
        out = Path("detente-out") / (stem if case.scenario is None else f"{stem}-sanction")
    return [out] if len(codes) == 1 else [out / code for code in (*codes, TOGETHER)]


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


def _run(case: Any, choices: Any, baseline: str | None, *, quiet: bool):
    """Run with a progress bar, which only a person at a terminal sees."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("starting", total=5)
        from detente.sanction.study import run_sanctions

        def advance(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        economy = case.economy(baseline)
        return run_sanctions(case.cards, choices, baseline=economy, by=case.by, on_step=advance)


def _print_json(documents: Any) -> None:
    """Print one firm as it is; several as a list of them, and what is of all bans together."""
    import json

    *firms, last = [document.to_plain() for document in documents]
    data = {"firms": firms, "together": last} if firms else last
    json.dump(data, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    print()


def _backtest(card: Any, as_json: bool, *, full: bool) -> None:
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
    if not as_json:
        document.to_terminal(full=full)
        return
    import json

    print(json.dumps(document.to_plain(), ensure_ascii=False, indent=1, allow_nan=False))
