"""The command that cuts a firm off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente sanction zte --relief 89\n\n"
    "detente sanction zte --backtest\n\n"
    "detente sanction my-firm.yaml --ban-share 0.5 --out results/my-firm"
)


def sanction(
    firm: Annotated[
        str, typer.Argument(help="Name of a shipped card (zte, huawei), or a YAML file.")
    ],
    days: Annotated[int, typer.Option(help="Length of the daily path.")] = 180,
    draws: Annotated[int, typer.Option(help="Draws from the ranges of the card.")] = 1000,
    relief: Annotated[
        int | None, typer.Option(help="First day without the ban; unless given it stays.")
    ] = None,
    ban_share: Annotated[
        float, typer.Option("--ban-share", help="Share of sales to the firm that is stopped.")
    ] = 1.0,
    by: Annotated[
        str | None, typer.Option(help="Who bans; where critical inputs come from, unless given.")
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
        bool, typer.Option("--backtest", help="Print which assumptions agree with a real ban.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html and tables; detente-out/FIRM unless given "
                     "(with --json: none unless given)."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No tables and no progress.")
    ] = False,
) -> None:  # fmt: skip
    """Cut a firm off: its output by the day, who is hit, the long run, what relief is worth."""
    from detente.errors import InputError, Problem
    from detente.sanction.load import load_card

    for name, value in (("--baseline", baseline), ("--by", by)):
        if value is not None and not value.strip():
            raise InputError(Problem("no value is given", key=name))
    card = load_card(firm)
    if backtest:
        _backtest(card, as_json)
        return
    from detente.sanction.study import Choices

    choices = Choices(days, draws, relief, ban_share, by, seed, world_draws)
    if out is None and not as_json:
        out = Path("detente-out") / Path(firm).stem
    if out is not None:
        from detente.report.store import check_writable

        check_writable(out)
    result = _run(card, choices, baseline, quiet=quiet)
    written = []
    if out is not None:
        from detente.report.sanction_store import write_sanction

        written = write_sanction(result, out)
    if as_json:
        import json

        from detente.report.sanction import plain

        json.dump(plain(result), sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
        print()
        return
    _print(result, written, quiet=quiet)


def _run(card: Any, choices: Any, baseline: str | None, *, quiet: bool):
    """Run with a progress bar, which only a person at a terminal sees."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("starting", total=5)
        from detente.sanction.study import run_sanction

        def advance(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        return run_sanction(card, choices, baseline=baseline, on_step=advance)


def _print(result: Any, written: list[Path], *, quiet: bool) -> None:
    from rich.console import Console

    if not quiet:
        from detente.report.sanction import print_sanction

        console = Console()
        print_sanction(result, Console(width=max(console.width, 100)))
        print()
    print(f"Report: {written[0]}")
    print(f"Data:   {written[0].parent}: {', '.join(path.name for path in written[1:])}")


def _backtest(card: Any, as_json: bool) -> None:
    from detente.sanction.backtest import FALL_SLACK, SHUTDOWN_SLACK_DAYS, backtest, banned_fall

    table = backtest(card)
    expected = {
        "shutdown_day": card.observed.ceased_after_days.middle,
        "banned_fall": banned_fall(card),
        "slack_days": SHUTDOWN_SLACK_DAYS,
        "slack_fall": FALL_SLACK,
    }
    if as_json:
        import json

        from detente.report.sanction import records

        data = {"observed": expected, "runs": records(table.reset_index())}
        print(json.dumps(data, indent=1, allow_nan=False))
        return
    from rich.console import Console

    from detente.report.sanction import print_backtest

    console = Console()
    print_backtest(table, expected, Console(width=max(console.width, 100)))
