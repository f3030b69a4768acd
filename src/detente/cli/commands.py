"""The commands on scenarios. Libraries are imported where they are used: help must not wait."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from detente.cli.backtest_command import EXAMPLES as BACKTEST_EXAMPLES
from detente.cli.backtest_command import backtest
from detente.cli.cite_command import EXAMPLES as CITE_EXAMPLES
from detente.cli.cite_command import cite
from detente.cli.data_commands import data
from detente.cli.disputes_command import EXAMPLES as DISPUTES_EXAMPLES
from detente.cli.disputes_command import disputes
from detente.cli.drawn import (
    DrawsOption,
    PriorOption,
    SearchesOption,
    SeedOption,
    what_is_drawn,
)
from detente.cli.explain_command import EXAMPLES as EXPLAIN_EXAMPLES
from detente.cli.explain_command import explain
from detente.cli.game_commands import register
from detente.cli.ledger_command import EXAMPLES as LEDGER_EXAMPLES
from detente.cli.ledger_command import ledger
from detente.cli.leverage_command import EXAMPLES as LEVERAGE_EXAMPLES
from detente.cli.leverage_command import leverage
from detente.cli.mcp_command import EXAMPLES as MCP_EXAMPLES
from detente.cli.mcp_command import mcp
from detente.cli.new_command import EXAMPLES as NEW_EXAMPLES
from detente.cli.new_command import new
from detente.cli.options import Commands
from detente.cli.read_command import EXAMPLES as READ_EXAMPLES
from detente.cli.read_command import read
from detente.cli.rerun_command import EXAMPLES as RERUN_EXAMPLES
from detente.cli.rerun_command import rerun
from detente.cli.sanction_command import EXAMPLES as SANCTION_EXAMPLES
from detente.cli.sanction_command import sanction
from detente.cli.schema_command import EXAMPLES as SCHEMA_EXAMPLES
from detente.cli.schema_command import schema
from detente.cli.serve_command import EXAMPLES as SERVE_EXAMPLES
from detente.cli.serve_command import serve
from detente.cli.show import Json, Wanted, finish, shows, steps
from detente.cli.sweep_command import EXAMPLES as SWEEP_EXAMPLES
from detente.cli.sweep_command import sweep
from detente.cli.talks_command import EXAMPLES as TALKS_EXAMPLES
from detente.cli.talks_command import talks

if TYPE_CHECKING:
    from detente.paths import PathResult
    from detente.simulate import ScenarioResult
    from detente.targets.reach import TargetResult

app = Commands(
    help="A laboratory for trade wars and trade talks.\n\n"
    "Start with  detente run may-2018  and open the report that it writes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
scenarios = Commands(help="Shipped scenarios.", invoke_without_command=True)
app.add_typer(scenarios, name="scenarios")
app.add_typer(data, name="data")


ScenarioName = Annotated[
    str, typer.Argument(help="Name of a shipped scenario, or path of a YAML file.")
]
Baseline = Annotated[
    str | None,
    typer.Option(
        help="Another economy than the scenario's: a name of `detente data list`, or a folder of "
        "tables."
    ),
]
Elasticities = Annotated[
    str | None,
    typer.Option(
        help="Other trade elasticities: a name of `detente data elasticities`, a number, or a CSV "
        "file."
    ),
]
HorizonName = Annotated[
    str | None,
    typer.Option(help="Another horizon than the scenario's: month, year, two-years, long-run."),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"detente {version('detente')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="Examples:\n\n"
    "detente run may-2018\n\n"
    "detente run my-case.yaml --out results/my-case\n\n"
    "detente run may-2018 --baseline icio-2017 --elasticities 4\n\n"
    "detente run may-2018 --horizon year\n\n"
    "detente run may-2018 --variant status-quo --variant zte-banned\n\n"
    "detente run may-2018 --compare china-retaliates us-tariffs\n\n"
    "detente run may-2018 --draws 1000 --seed 1\n\n"
    "detente run may-2018 --across deficits,structure,baseline,horizon\n\n"
    "detente run us-china-2018-2020 --at 2019-07-01\n\n"
    "detente run us-china-2018-2020 --path\n\n"
    "detente run us-china-2018-2020 --places us-counties --prices\n\n"
    "detente run may-2018 --json > may-2018.json"
)
@shows
def run(
    scenario: ScenarioName,
    baseline: Baseline = None,
    elasticities: Elasticities = None,
    horizon: HorizonName = None,
    at: Annotated[
        str | None,
        typer.Option(
            help="Day, YYYY-MM-DD: only the measures then in force, at their share of that day."
        ),
    ] = None,
    path: Annotated[
        bool,
        typer.Option(
            "--path", help="One equilibrium for each day on which anything changes in a variant."
        ),
    ] = False,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this variant; may be repeated. Those with firms of their own are solved "
            "when asked for, all on one economy."
        ),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="One variant against another, with what each measure makes of the difference; "
            "`baseline` for no measures. Those of the file's `compare` unless given.",
        ),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(help="With --path: first days of each month, quarter or year between, too."),
    ] = None,
    draws: DrawsOption = None,
    seed: SeedOption = 0,
    prior: PriorOption = None,
    across: Annotated[
        str | None,
        typer.Option(
            help="The variant shown first in other models too, each by itself: deficits, "
            "structure, baseline, horizon; several between commas."
        ),
    ] = None,
    places: Annotated[
        str | None,
        typer.Option(
            help="Jobs and pay by place: us-counties, us-states, or a CSV file of your own "
            "(`detente data template places`)."
        ),
    ] = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="What US households pay more, and for what.")
    ] = False,
    *,
    wanted: Wanted,
) -> None:
    """Solve every variant of a scenario; print the main tables, write report and data."""
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.comparison import BASELINE, two
    from detente.errors import Problem
    from detente.model.horizons import find_horizon
    from detente.places.reading import find_places
    from detente.scenario.load import load_scenario
    from detente.scenario.variants import measure_ids
    from detente.uncertainty.across import AXES, axes

    faults = Faults()
    along: dict[str, Any] = faults.of(_days_of, at, path=path, every=every) or {}
    along |= faults.of(_drawn, draws, seed, prior, path=path) or {}
    if path and (places is not None or prices):
        asked = "--prices" if places is None else "--places"
        faults.problems.append(Problem("not with --path: give a date, --at", key=asked))
    if path and across is not None:
        message = "not with --path: other models are of one day"
        faults.problems.append(Problem(message, key="--across", value=across))
    with options_named("across"):
        case = faults.of(load_scenario, scenario, baseline)
        if horizon is not None:
            faults.of(find_horizon, horizon)
        for name in variant or () if case is not None else ():
            faults.of(measure_ids, case, name)
        if compare is not None and case is not None:
            faults.of(two, compare, [*(v.id for v in case.variants), BASELINE])
        table = None if places is None else faults.of(find_places, places)
        if across is not None:
            over, wrong = axes(across, AXES, "across", baseline=baseline, horizon=horizon)
            faults.problems += wrong
            along |= {"across": over}
        faults.end()
    assert case is not None
    ending = "-path" if path else "" if at is None else f"-{along['at']}"
    folder = wanted.folder(f"{Path(scenario).stem}{ending}")
    choices: dict[str, Any] = {
        "baseline": baseline, "elasticities": elasticities, "horizon": horizon, "variants": variant,
        "compare": compare,
    }  # fmt: skip
    with options_named():
        result = _solve(case, choices | along, path=path, quiet=wanted.quiet)
        if table is not None or prices:
            from detente.places.study import who_is_hit

            result = who_is_hit(cast("ScenarioResult", result), table, prices=prices)
    finish(wanted, (result, folder))


def _drawn(draws: int | None, seed: int, prior: Path | None, *, path: bool) -> dict[str, Any]:
    """Check the options on draws before anything is loaded; return what is to be passed on."""
    from detente.errors import InputError, Problem

    if path:
        given = {"--draws": draws or None, "--seed": seed or None, "--prior": prior}
        problems = [Problem("not with --path, which has no intervals", key=key, value=value)
                    for key, value in given.items() if value is not None]  # fmt: skip
        if problems:
            raise InputError(problems)
        return {}
    count, drawn_from = what_is_drawn(draws, seed, prior)
    return {"draws": count, "seed": seed, "prior": drawn_from}


def _days_of(at: str | None, *, path: bool, every: str | None) -> dict[str, Any]:
    """Check the options on dates before anything is loaded; return what is to be passed on."""
    from detente.errors import InputError, Problem

    problems = []
    if at is not None and path:
        problems.append(Problem("give a date or the whole path, not both", key="--at | --path"))
    if every is not None and not path:
        problems.append(Problem("only with --path", key="--every", value=every))
    if problems:
        raise InputError(problems)
    if path:
        return {"every": every}
    if at is None:
        return {}
    from detente.scalars import as_day

    return {"at": as_day(at, "--at")}


def _solve(
    case: Any, choices: dict[str, Any], *, path: bool, quiet: bool
) -> ScenarioResult | PathResult:
    """Solve, and show steps."""
    with steps("starting", quiet=quiet) as advance:
        if path:
            from detente.paths import run_path as run
        else:
            from detente.simulate import run_scenario as run

        result = run(
            case, **choices, on_variant=lambda name, *done: advance(f"solving {name}", *done)
        )
        if drawn := getattr(result, "wanted", None):
            drawn.solve(lambda *done: advance("drawing", *done))
        return result


@app.command(
    epilog="Examples:\n\n"
    "detente target may-2018 --goal us-china-deficit\n\n"
    "detente target may-2018 --cut 200bn --of baseline --using sector-tariffs\n\n"
    "detente target may-2018 --variant all-threats --using restraint --out results"
)
@shows
def target(
    scenario: ScenarioName,
    goal: Annotated[
        str | None, typer.Option(help="Id of one of its goals; the only one unless given.")
    ] = None,
    cut: Annotated[
        str | None, typer.Option(help="Another cut than the goal's: 200bn, 200000m.")
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            help="Deficit that the cut is stated against, such as 375bn: its share is what is cut. "
            "'baseline' takes the cut as it is."
        ),
    ] = None,
    using: Annotated[
        list[str] | None,
        typer.Option(
            help="tariffs, sector-tariffs, purchases, sector-purchases, both, restraint, "
            "sector-restraints, deficit, cuts or sector-cuts; may be repeated; those usual for the "
            "goal unless given."
        ),
    ] = None,
    variant: Annotated[
        str | None, typer.Option(help="Variant whose measures are in force besides.")
    ] = None,
    baseline: Baseline = None,
    elasticities: Elasticities = None,
    horizon: HorizonName = None,
    draws: SearchesOption = None,
    seed: SeedOption = 0,
    prior: PriorOption = None,
    *,
    wanted: Wanted,
) -> None:
    """Solve a demand backwards: the rates, purchases or restraints that reach a goal."""
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.model.horizons import find_horizon
    from detente.scenario.load import load_scenario
    from detente.scenario.starting import million_usd
    from detente.scenario.variants import measure_ids
    from detente.targets.ways import check_ways
    from detente.toward import find_goal

    folder = wanted.folder(f"{Path(scenario).stem}-target")
    as_it_is = of is not None and of.strip().lower() == "baseline"
    faults = Faults()
    with options_named():
        case = faults.of(load_scenario, scenario)
        if case is not None:
            faults.of(find_goal, case, goal)
        if case is not None and variant is not None:
            faults.of(measure_ids, case, variant)
        if horizon is not None:
            faults.of(find_horizon, horizon)
        faults.of(check_ways, using or ())
        amounts = [
            None if text is None else faults.of(million_usd, text, key)
            for key, text in (("--cut", cut), ("--of", None if as_it_is else of))
        ]
        drawn = faults.of(what_is_drawn, draws, seed, prior, searched=True)
        faults.end()
    assert drawn is not None
    choices: dict[str, Any] = {
        "cut": amounts[0],
        "stated": 0.0 if as_it_is else amounts[1],
        "variant": variant,
        "baseline": baseline,
        "elasticities": elasticities,
        "horizon": horizon,
        "draws": drawn[0],
        "seed": seed,
        "prior": drawn[1],
    }
    results, as_stated = _readings(scenario, goal, using, choices, quiet=wanted.quiet)
    from detente.report.target import document

    finish(wanted, (document(results, as_stated), folder))


def _readings(
    scenario: str,
    goal: str | None,
    using: list[str] | None,
    choices: dict[str, Any],
    *,
    quiet: bool,
) -> tuple[dict[str, TargetResult], dict[str, TargetResult]]:
    """Reach a goal; where a cut is taken as a share, the amount itself by the simple ways too."""
    from detente.scenario.load import load_scenario
    from detente.toward import find_goal, run_target

    case = load_scenario(scenario)
    results = run_target(case, goal, using=using, **choices)
    if results.wanted:
        with steps("drawing", quiet=quiet) as advance:
            results.wanted.solve(lambda *done: advance("drawing", *done))
    entry = find_goal(case, goal)
    stated = entry.stated_usd if choices["stated"] is None else choices["stated"]
    unit = next(iter(results.values())).solution.equilibrium.calibration.card.unit
    simple = [way for way in results if way in ("tariffs", "purchases", "both")]
    if not (entry.kind == "deficit" and stated and simple and unit == "million USD"):
        return results, {}
    choices = {**choices, "stated": 0.0, "draws": 0}
    return results, run_target(case, goal, using=simple, **choices)


register(app)
app.command(epilog=SANCTION_EXAMPLES)(sanction)
app.command(epilog=TALKS_EXAMPLES)(talks)
app.command(epilog=LEVERAGE_EXAMPLES)(leverage)
app.command(epilog=SWEEP_EXAMPLES)(sweep)
app.command(epilog=LEDGER_EXAMPLES)(ledger)
app.command(epilog=DISPUTES_EXAMPLES)(disputes)
app.command(epilog=READ_EXAMPLES)(read)
app.command(epilog=BACKTEST_EXAMPLES)(backtest)
app.command(epilog=RERUN_EXAMPLES)(rerun)
app.command(epilog=SCHEMA_EXAMPLES)(schema)
app.command(epilog=EXPLAIN_EXAMPLES)(explain)
app.command(epilog=CITE_EXAMPLES)(cite)
app.command(epilog=NEW_EXAMPLES)(new)
app.command(epilog=SERVE_EXAMPLES)(serve)
app.command(epilog=MCP_EXAMPLES)(mcp)


@scenarios.callback()
def _scenarios(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_scenarios()


@scenarios.command(
    "list",
    epilog="Examples:\n\ndetente scenarios list\n\ndetente scenarios list --json",
)
def list_scenarios(as_json: Json = False) -> None:
    """List the shipped scenarios: title, date, and what each is for."""
    from detente.scenario.load import load_scenario, purpose, shipped_scenarios

    cases = {name: load_scenario(name) for name in shipped_scenarios()}
    if as_json:
        import json

        listed = [
            {"name": name, "title": case.title, "date": str(case.date), "for": purpose(case)}
            for name, case in cases.items()
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for name, case in cases.items():
        print(f"{name}  {case.date}  {case.title}\n    {purpose(case)}")


@scenarios.command(epilog="Example:\n\ndetente scenarios show may-2018 > my-case.yaml")
def show(name: Annotated[str, typer.Argument(help="Name of a shipped scenario.")]) -> None:
    """Print the file of a shipped scenario, to read or to start from."""
    from detente.errors import InputError, Problem, nearest
    from detente.scenario.load import load_scenario, shipped_scenarios

    shipped = shipped_scenarios()
    if name not in shipped:
        message = f"no such shipped scenario; {nearest(name, shipped)}".rstrip("; ")
        raise InputError(Problem(message, value=name, allowed=", ".join(shipped)))
    sys.stdout.write((load_scenario(name).path or Path()).read_text(encoding="utf-8"))
