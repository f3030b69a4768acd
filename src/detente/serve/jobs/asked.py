"""What long work may be asked for: everything that it depends on, checked before it waits."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from detente.errors import InputError, Problem
from detente.scenario.variants import measure_ids
from detente.serve.state import HorizonName, Name, Number, State, scenario_of
from detente.talks.prepare import unknown_choices
from detente.talks.weights import sources_of
from detente.wars.setting import EACH_OTHER, Choices

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario

Names = Annotated[tuple[Name, ...], Field(max_length=8)]
ScenarioOf = Annotated[
    str, Field(max_length=80, description="Name of a shipped scenario.", examples=["may-2018"])
]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="Of the random draws.")]


class SweepAsked(BaseModel):
    """A scenario at many drawn parameters, as a reader has set it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["sweep"] = "sweep"
    scenario: ScenarioOf
    state: State = Field(default_factory=State, description="All variants of the file unless set.")
    draws: int = Field(default=10_000, ge=40, le=10_000, description="How often is drawn.")
    seed: Seed = 0

    def check(self, case: Scenario) -> None:
        """Refuse a state that is none of the scenario's.

        Raises
        ------
        InputError
            With all that is wrong.
        """
        scenario_of(case, self.state)
        if self.state.at is not None:
            message = "draws are of measures in full, not of a day"
            raise InputError(Problem(message, key="state.at", value=str(self.state.at)))

    def title(self, case: Scenario) -> str:
        """Return what it is called."""
        mine = "" if self.state == State() else ", your settings"
        return f"{self.draws:,} draws: {case.title}{mine}"


class WarAsked(BaseModel):
    """A tariff war, each side's best rates, or an agreement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["nash", "optimal", "cooperate"]
    scenario: ScenarioOf
    players: Names = Field(default=(), description="Who plays; the scenario's parties.")
    on: Names = Field(default=(EACH_OTHER,), description="Whose goods may be taxed.")
    sectors: Names = Field(default=("goods",), description="Codes, names or groups.")
    rule: Literal["bilateral", "mfn", "by-partner", "uniform"] = "bilateral"
    instrument: Literal["tariff", "export-tax", "both"] = "tariff"
    low: Number = Field(default=0.0, ge=-0.9, le=5, description="Lowest rate, a fraction.")
    cap: Number = Field(default=2.0, ge=0, le=5, description="Highest rate, a fraction.")
    variant: Name | None = Field(default=None, description="Measures in force besides.")
    horizon: HorizonName | None = Field(default=None, description="How long economies adjust.")
    solution: Literal["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"] = Field(
        default="nash", description="Of cooperate: how the gain is shared."
    )

    def check(self, case: Scenario) -> None:
        """Refuse what can be refused before the economy is there.

        Raises
        ------
        InputError
            With all that is wrong.
        """
        problems = self.choices().problems()
        if self.variant is not None:
            try:
                measure_ids(case, self.variant)
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)

    def choices(self) -> Choices:
        """Return it as games take it."""
        return Choices(self.players, self.on, self.sectors, self.rule, self.instrument,
                       low=self.low, cap=self.cap)  # fmt: skip

    def title(self, case: Scenario) -> str:
        """Return what it is called."""
        kinds = {"nash": "The tariff war", "optimal": "Each side's best rates"}
        return f"{kinds.get(self.kind, 'An agreement on rates')}: {case.title}"


class TalksAsked(BaseModel):
    """Talks, with draws of all that has a range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["talks"] = "talks"
    scenario: ScenarioOf
    fixed: dict[Name, Name] = Field(
        default_factory=dict, max_length=40, description="Issue: the option that is fixed."
    )
    weights: dict[Name, Name] = Field(
        default_factory=dict, max_length=40,
        description="Party: what weights of sectors are read off, applied, announced or "
        "variant:ID; the file's unless given.",
    )  # fmt: skip
    draws: int = Field(default=1000, ge=0, le=10_000, description="Draws of what has a range.")
    model_draws: int = Field(default=12, ge=1, le=64, description="Economies that draws share.")
    seed: Seed = 0

    def check(self, case: Scenario) -> None:
        """Refuse a scenario without talks, options that it does not have, sources of no weights.

        Raises
        ------
        InputError
            With all that is wrong.
        """
        if case.talks is None:
            problem = Problem("this scenario has no talks", key="scenario", value=self.scenario)
            raise InputError(problem)
        problems = unknown_choices(case.talks, None, self.fixed)
        try:
            sources_of(case, self.weights, files=False)
        except InputError as error:
            problems += error.problems
        if problems:
            raise InputError(problems)

    def title(self, case: Scenario) -> str:
        """Return what it is called."""
        said = ", some options fixed" if self.fixed else ""
        said += ", weights read off tariffs" if self.weights else ""
        return f"Talks{said}: {case.title}"


Work = Annotated[SweepAsked | WarAsked | TalksAsked, Field(discriminator="kind")]
WORK: TypeAdapter[SweepAsked | WarAsked | TalksAsked] = TypeAdapter(Work)


def key_of(work: SweepAsked | WarAsked | TalksAsked) -> str:
    """Return what tells work from other work: the same is not done twice by one version."""
    text = f"{version('detente')} {work.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()
