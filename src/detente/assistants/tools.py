"""The tools: typed arguments in, the library's own functions, documents out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import BaseModel, Field

from detente.assistants.answers import Answer, Answers, Rows
from detente.assistants.scenarios import (
    LONGEST,
    baseline_problems,
    elasticities_problems,
    scenario_of,
)
from detente.assistants.work import Advance, Work
from detente.document.glossary import explain
from detente.errors import InputError, Problem
from detente.scenario.load import load_scenario, purpose, shipped_scenarios
from detente.scenario.schema import Scenario
from detente.scenario.variants import measure_ids

if TYPE_CHECKING:
    from detente.scenario.talks import Talks

ScenarioGiven = Annotated[
    str,
    Field(
        min_length=1, max_length=LONGEST,
        description="Name of a shipped scenario (tool list_scenarios), or the text of one in YAML, "
        "which may not name files.",
    ),
]  # fmt: skip
Baseline = Annotated[
    str | None,
    Field(max_length=80, description="Another economy: wiod-2014, icio-2017, icio-2022, …"),
]
Elasticities = Annotated[
    str | None,
    Field(max_length=80, description="Other trade elasticities: a source such as fontagne-2022, or "
          "one number such as '4'."),
]  # fmt: skip
Horizon = Annotated[
    Literal["month", "year", "two-years", "long-run"] | None,
    Field(description="Another time that economies have to adjust than the scenario's."),
]
Draws = Annotated[
    int,
    Field(ge=0, le=200, description="Runs with drawn parameters that intervals are from; 0: none."),
]
Searches = Annotated[
    int,
    Field(ge=0, le=50, description="Runs with drawn parameters, each searched again; 0: none."),
]
Variant = Annotated[str, Field(max_length=80, description="Id of a variant of the scenario.")]
Day = Annotated[str | None, Field(max_length=20, description="A day, YYYY-MM-DD.")]
Name = Annotated[str | None, Field(max_length=200)]


class Shipped(BaseModel):
    """A scenario that comes with the package."""

    name: str
    title: str
    date: datetime.date
    purpose: str = Field(description="What it is for.")
    variants: dict[str, str] = Field(description="Id and title of each: combinations of measures.")
    goals: list[str] = Field(description="Ids of goals for the tool `target`.")
    talks: bool = Field(description="Whether the tool `talks` can take it.")


class Shelf(BaseModel):
    """The scenarios there are."""

    scenarios: list[Shipped]


class Text(BaseModel):
    """The text of a scenario."""

    yaml: str


class Meaning(BaseModel):
    """What a word means."""

    term: str
    meaning: str
    detail: str = Field(description="Formula or source.")
    also: list[str] = Field(description="Other names of it.")


class Read(BaseModel):
    """What an article says, and a scenario drafted from it."""

    title: str
    date: datetime.date
    parties: list[str]
    statements: list[dict[str, Any]] = Field(
        description="Who does, threatens, offers, demands or refuses what, with the words."
    )
    of: int = Field(description="Statements found in all.")
    draft: str = Field(description="A scenario in YAML, to check and give to `run`; may be empty.")
    no_draft: str = Field(description="Why there is no draft.")


STATEMENTS = 60


class Tools:
    """All tools of one conversation."""

    def __init__(self, work: Work | None = None) -> None:
        self.work, self.answers = work or Work(), Answers()

    def all(self) -> tuple[Callable[..., Any], ...]:
        """Return the tools, in the order that they are listed in."""
        return (self.list_scenarios, self.show_scenario, self.run, self.compare, self.target,
                self.war, self.talks, self.ledger, self.read, self.explain, self.table)  # fmt: skip

    async def list_scenarios(self) -> Shelf:
        """List the shipped scenarios: title, day, variants, goals."""
        cases = {name: load_scenario(name) for name in shipped_scenarios()}
        return Shelf(scenarios=[
            Shipped(
                name=name, title=case.title, date=case.date, purpose=purpose(case),
                variants={one.id: one.title for one in case.variants},
                goals=[one.id for one in case.goals], talks=case.talks is not None,
            )
            for name, case in cases.items()
        ])  # fmt: skip

    async def show_scenario(self, scenario: ScenarioGiven) -> Text:
        """Return the YAML of a shipped scenario, to change and give to another tool."""
        path = scenario_of(scenario).path
        return Text(yaml=path.read_text("utf-8") if path and path.exists() else scenario)

    async def run(
        self, context: Context[Any, Any], scenario: ScenarioGiven,
        variants: Annotated[
            list[Variant] | None, Field(max_length=20, description="Only these; all unless given.")
        ] = None,
        baseline: Baseline = None, elasticities: Elasticities = None, horizon: Horizon = None,
        draws: Draws = 0,
    ) -> Answer:  # fmt: skip
        """Solve a scenario: real incomes, trade, tariffs paid, by economy and sector."""
        case = _case(scenario, baseline, elasticities)
        _all(*((measure_ids, case, name) for name in variants or ()))
        return await self._solved(case, draws, baseline=baseline, elasticities=elasticities,
                                  horizon=horizon, variants=variants, context=context)  # fmt: skip

    async def compare(
        self, context: Context[Any, Any], scenario: ScenarioGiven,
        first: Variant, second: Variant = "baseline",
        baseline: Baseline = None, elasticities: Elasticities = None, horizon: Horizon = None,
        draws: Draws = 0,
    ) -> Answer:  # fmt: skip
        """Compare two variants (`baseline`: no measures): what differs, and by which measure."""
        from detente.comparison import BASELINE, two

        case = _case(scenario, baseline, elasticities)
        pair = two((first, second), [*(one.id for one in case.variants), BASELINE])
        return await self._solved(case, draws, baseline=baseline, elasticities=elasticities,
                                  horizon=horizon, compare=pair, context=context,
                                  variants=[one for one in pair if one != BASELINE])  # fmt: skip

    async def _solved(
        self, case: Scenario, draws: int, *, context: Context[Any, Any], **choices: Any
    ) -> Answer:
        from detente.report import describe
        from detente.simulate import run_scenario

        def call(advance: Advance) -> Answer:
            result = run_scenario(case, draws=draws, on_variant=_steps(advance, "solving"),
                                  **choices)  # fmt: skip
            if result.wanted is not None:
                result.wanted.solve(lambda *done: advance("drawing", *done))
            compared = result.comparison if choices.get("compare") else None
            document = describe.describe(compared or result)
            return self.answers.of(document, result.scenario, draws)

        return await self.work.do(call, context)

    async def target(
        self, context: Context[Any, Any], scenario: ScenarioGiven,
        goal: Annotated[Name, Field(description="Id of a goal; the only one unless given.")] = None,
        cut: Annotated[Name, Field(description="Another cut than the goal's: 200bn.")] = None,
        using: Annotated[
            list[str] | None,
            Field(max_length=10, description="tariffs, sector-tariffs, purchases, both, …"),
        ] = None,
        variant: Annotated[Name, Field(description="Measures in force besides.")] = None,
        baseline: Baseline = None, elasticities: Elasticities = None, horizon: Horizon = None,
        draws: Searches = 0,
    ) -> Answer:  # fmt: skip
        """Solve a demand backwards: the rates, purchases or restraints that reach a goal."""
        from detente.report import target
        from detente.scenario.starting import million_usd
        from detente.targets.ways import check_ways
        from detente.toward import find_goal, run_target

        case = _case(scenario, baseline, elasticities)
        amount = None if cut is None else million_usd(cut, "cut")
        _all((find_goal, case, goal), (check_ways, using or ()),
             *([(measure_ids, case, variant)] if variant else ()))  # fmt: skip

        def call(advance: Advance) -> Answer:
            choices: dict[str, Any] = {
                "cut": amount, "variant": variant, "baseline": baseline,
                "elasticities": elasticities, "horizon": horizon,
            }  # fmt: skip
            advance("searching", 0, 1)
            found = run_target(case, goal, using=using, draws=draws, **choices)
            if found.wanted:
                found.wanted.solve(lambda *done: advance("drawing", *done))
            return self.answers.of(target.document(found), case, draws, horizon or case.horizon)

        return await self.work.do(call, context)

    async def war(
        self, context: Context[Any, Any], scenario: ScenarioGiven,
        players: Annotated[
            list[str] | None,
            Field(max_length=8, description="Who plays: USA, CHN, EU27; the parties."),
        ] = None,
        sectors: Annotated[
            list[str] | None, Field(max_length=60, description="Codes, names or groups; goods.")
        ] = None,
        rule: Literal["bilateral", "mfn", "by-partner", "uniform"] = "uniform",
        cap: Annotated[float, Field(ge=0, le=10, description="Highest rate, a fraction.")] = 2.0,
        variant: Annotated[Name, Field(description="Measures in force besides.")] = None,
        baseline: Baseline = None, elasticities: Elasticities = None, horizon: Horizon = None,
    ) -> Answer:  # fmt: skip
        """Find the tariff war: rates from which no side gains by moving alone (no intervals)."""
        from detente.report import describe
        from detente.wars.run import run_nash
        from detente.wars.setting import Choices, set_up

        case = _case(scenario, baseline, elasticities)
        choices = Choices(tuple(players or ()), sectors=tuple(sectors or ("goods",)), rule=rule,
                          cap=cap)  # fmt: skip

        def call(advance: Advance) -> Answer:
            advance("setting up", 0, 1)
            setting = set_up(case, choices, variant=variant, baseline=baseline,
                             elasticities=elasticities, horizon=horizon)  # fmt: skip
            result = run_nash(setting, on_step=lambda _: advance("searching", 0, 1))
            return self.answers.of(describe.describe(result), case)

        return await self.work.do(call, context)

    async def talks(
        self, context: Context[Any, Any], scenario: ScenarioGiven,
        no_deal: Annotated[Name, Field(description="What holds without a deal, an id.")] = None,
        solution: Literal["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"] = "nash",
        what_if: Annotated[
            dict[str, str] | None, Field(max_length=50, description="Issue: option that is fixed.")
        ] = None,
        weights: Annotated[
            dict[str, str] | str | None,
            Field(max_length=80, description="What weights of sectors are read off: the tariffs "
                  "applied, announced (the last variant) or variant:ID; for all sides, or Party: "
                  "source."),
        ] = None,
        draws: Annotated[
            int, Field(ge=0, le=2000, description="Draws of everything with a range; 0 for none.")
        ] = 0,
        model_draws: Annotated[
            int, Field(ge=1, le=12, description="Economies that the draws share.")
        ] = 4,
        baseline: Baseline = None, elasticities: Elasticities = None, horizon: Horizon = None,
    ) -> Answer:  # fmt: skip
        """Find which deals exist, which is likely, and what blocks it."""
        from detente.report import describe
        from detente.talks.case import package_count, the_talks
        from detente.talks.choices import Choices
        from detente.talks.large_study import run_large_talks
        from detente.talks.packages import MOST
        from detente.talks.study import run_talks
        from detente.talks.weights import sources_of

        case = _case(scenario, baseline, elasticities)
        table = the_talks(case)
        choices = Choices(no_deal, solution, draws, model_draws, 0, what_if, weights=weights)
        _all((_known, table, no_deal, what_if), (partial(sources_of, files=False), case, weights))
        work_out = run_large_talks if package_count(table) > MOST else run_talks

        def call(advance: Advance) -> Answer:
            study = work_out(case, choices, baseline=baseline, elasticities=elasticities,
                             horizon=horizon, on_step=advance)  # fmt: skip
            return self.answers.of(describe.describe(study), case, draws)

        return await self.work.do(call, context)

    async def ledger(
        self, context: Context[Any, Any], at: Day = None,
        by: Annotated[Name, Field(description="Who imposes them: a code, name or group.")] = None,
        on: Annotated[Name, Field(description="On whom; ALL for what is on everyone.")] = None,
        authority: Annotated[
            Name, Field(description="Law: ieepa, fentanyl, reciprocal, s301, s232, …")
        ] = None,
    ) -> Answer:  # fmt: skip
        """Tell the tariffs of a day since 2018, and the average rates that they come to."""
        from detente.report.ledger.document import document
        from detente.report.ledger.facts import facts_of

        return await self.work.do(
            lambda _: self.answers.of(document(facts_of(by, on, at, authority))), context
        )

    async def read(
        self, context: Context[Any, Any],
        article: Annotated[
            str, Field(min_length=1, max_length=LONGEST, description="The text of an article.")
        ],
        date: Day = None,
    ) -> Read:  # fmt: skip
        """Read an article: statements with their words, and a draft scenario."""
        from detente.reading.read import read_text

        def call(_: Advance) -> Read:
            found = read_text(article, date, name="article")
            plain = [one.to_plain() for one in found.statements]
            return Read(
                title=found.body.title or "", date=found.day, parties=list(found.parties),
                statements=plain[:STATEMENTS], of=len(plain), draft=found.draft.text or "",
                no_draft=found.draft.reason or "",
            )  # fmt: skip

        return await self.work.do(call, context)

    async def explain(
        self, term: Annotated[str, Field(max_length=200, description="A word of the field.")]
    ) -> Meaning:
        """Say what a word means, and by which formula or source."""
        found = explain(term)
        return Meaning(term=found.word, meaning=found.meaning, detail=found.detail,
                       also=list(found.also))  # fmt: skip

    async def table(
        self,
        answer: Annotated[str, Field(max_length=80, description="`answer` of an earlier answer.")],
        table: Annotated[str, Field(max_length=200, description="A key of its tables.")],
        first: Annotated[int, Field(ge=1, description="Row to start from.")] = 1,
    ) -> Rows:
        """Return one table of an earlier answer, up to 200 rows at a time."""
        return self.answers.table(answer, table, first)


def _steps(advance: Advance, what: str) -> Callable[[str, int, int], None]:
    return lambda name, done, total: advance(f"{what} {name}", done, total)


def _case(scenario: str, baseline: str | None, elasticities: str | None) -> Scenario:
    """Return a scenario; everything wrong with what is given is said at once."""
    found: list[Scenario] = []
    problems = [*baseline_problems(baseline), *elasticities_problems(elasticities)]
    try:
        found.append(scenario_of(scenario))
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return found[0]


def _known(table: Talks, no_deal: str | None, what_if: Mapping[str, str] | None) -> None:
    """Refuse names that a table of talks does not have."""
    from detente.talks.prepare import unknown_choices

    if wrong := unknown_choices(table, no_deal, what_if):
        raise InputError(wrong)


def _all(*calls: Sequence[Any]) -> None:
    """Call all; refuse with every problem there was."""
    problems: list[Problem] = []
    for call, *given in calls:
        try:
            call(*given)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
