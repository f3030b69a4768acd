"""The section `talks` of a scenario: who talks, about what, and what holds without a deal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from detente.scenario.fields import (
    Date,
    Entry,
    Horizon,
    Id,
    Number,
    References,
    Truth,
    Whole,
    Word,
)

_RANGE = {
    "anyOf": [
        {"type": "number"},
        {
            "type": "object",
            "properties": {
                **{key: {"type": "number"} for key in ("low", "central", "high")},
                "source": {"anyOf": [{"type": "string"}, {"type": "array"}]},
                "note": {"type": "string"},
            },
            "required": ["central"],
            "additionalProperties": False,
        },
    ]
}


class RangeEntry(Entry):
    """A figure with its range, and where both are from."""

    central: Number = Field(description="The figure itself.")
    low: Number | None = Field(default=None, description="Lowest value that is thought possible.")
    high: Number | None = Field(default=None, description="Highest value thought possible.")
    source: References = Field(default=(), description="Id of the source that states it.")
    note: Word | None = Field(default=None, description="What the figure is.")

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, central and high; the ends are the figure itself where they are not given."""
        low = self.central if self.low is None else self.low
        return low, self.central, self.central if self.high is None else self.high


def _as_range(value: object) -> object:
    plain = isinstance(value, int | float | str) and not isinstance(value, bool)
    return {"central": value} if plain else value


Range = Annotated[RangeEntry, BeforeValidator(_as_range), WithJsonSchema(_RANGE)]
Values = dict[Id, Range]
Choices = dict[Id, Id]


class _Noted(Entry):
    source: References = Field(default=(), description="Id of the source that states it.")
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


class TalksDeficit(Entry):
    """What a party thinks a smaller deficit is worth beyond what it does to incomes."""

    partner: Id = Field(description="Party of the scenario with whom the deficit in goods is.")
    value: Range = Field(description="USD a year for each USD a year that the deficit falls.")


class TalksObjective(Entry):
    """What a party wants besides its real income."""

    sectors: dict[Word, Number] = Field(
        default={},
        description="Sector or group: extra weight on what is earned in it; 0.5 counts it 1.5 "
        "times.",
    )
    weights: Word | None = Field(
        default=None,
        description="In place of sectors: what such weights are read off, applied, announced or "
        "variant:ID, or a CSV file of them (docs/games.md).",
        examples=["applied"],
    )
    deficit: TalksDeficit | None = Field(
        default=None, description="What a smaller deficit in goods with another party is worth."
    )
    revenue: Range | None = Field(
        default=None,
        description="What a dollar of revenue from tariffs and export taxes counts beyond a dollar "
        "of income; 0.3 counts it 1.3 times.",
    )
    standing: Range | None = Field(
        default=None,
        description="What having a threatened measure of its own in force is worth to it by "
        "itself, million USD a year.",
    )


class TalksParty(Entry):
    """What is known of a side beyond its economy."""

    party: Id = Field(description="Id of a party of the scenario; its economy is what it values.")
    objective: TalksObjective | None = Field(
        default=None, description="What it wants besides its real income; nothing unless given."
    )
    weight: Number = Field(default=1.0, gt=0, description="Bargaining power beside the others'.")
    impatience: Range = Field(
        default=RangeEntry(central=0.1, low=0.05, high=0.2),
        description="Yearly rate at which it discounts a later deal; 0.1, from 0.05 to 0.2, unless "
        "given.",
    )
    audience_cost: Range = Field(
        default=RangeEntry(central=0.0),
        description="What it costs to back down from a threat of its own, million USD a year; in a "
        "deal by the share of its demands that are not met.",
    )
    turnover: Range = Field(
        default=RangeEntry(central=0.0),
        description="Chance a year that its leader is replaced by one who is not bound; 0 to 1.",
    )


class TalksRelief(Entry):
    """A firm that is no longer cut off: valued by `detente sanction`."""

    card: Word = Field(description="Name of a shipped card, or path of a card file.")
    month: Annotated[Whole, Field(ge=0, le=600)] = Field(
        default=0, description="Months of the ban that are over."
    )


class TalksOption(_Noted):
    """An answer to an issue: measures that are in force then, and values besides."""

    id: Id = Field(description="Short name within the issue.", examples=["withdrawn"])
    title: Word | None = Field(default=None, description="What a reader sees.")
    measures: tuple[Id, ...] = Field(
        default=(), description="Ids of the measures that are in force under this option."
    )
    relief: TalksRelief | None = Field(
        default=None, description="A firm that this option lets buy again."
    )
    values: Values = Field(default={}, description="Million USD a year to each party, besides.")


class TalksIssue(Entry):
    """A question on the table."""

    id: Id = Field(description="Short name.", examples=["tariffs"])
    title: Word | None = Field(default=None, description="What a reader sees.")
    options: tuple[TalksOption, ...] = Field(min_length=1, description="What can be agreed on.")
    unsettled: Id | None = Field(
        default=None, description="Option that holds without agreement; the first unless given."
    )
    by: Id | None = Field(
        default=None,
        description="Party that carries it out, and could go back on it; who imposes its measures "
        "unless given.",
    )
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


class TalksPosition(_Noted):
    """What a party demands or offers; issues that it leaves out are as they are unsettled."""

    party: Id = Field(description="Who takes the position.")
    kind: Literal["demand", "offer"] = Field(description="What it asks for, or would agree to.")
    choices: Choices = Field(min_length=1, description="Issue: option.")


class TalksRedLine(_Noted):
    """Options that a party will not sign, together."""

    party: Id = Field(description="Whose line it is.")
    choices: Choices = Field(min_length=1, description="Issue: option.")


class TalksInteraction(_Noted):
    """Value that options have only together."""

    choices: Choices = Field(min_length=2, description="Issue: option, of two issues or more.")
    values: Values = Field(description="Million USD a year to each party.")


class TalksNoDeal(_Noted):
    """What holds without a deal."""

    id: Id = Field(description="Short name for `detente talks --no-deal`.")
    title: Word = Field(description="What a reader sees.")
    kind: Literal["impasse", "breakdown", "outside"] = Field(
        description="While talks go on; once they have failed; or after walking away."
    )
    variant: Id | None = Field(
        default=None,
        description="Variant whose measures are in force, in place of those of unsettled issues.",
    )
    measures: tuple[Id, ...] = Field(default=(), description="Further measures in force.")
    war: Truth = Field(
        default=False,
        description="Whether each side then has the tariffs on the others' goods that are best for "
        "it (`detente nash`), in place of the measures of the issues.",
    )
    choices: Choices = Field(default={}, description="Issue: option, where not unsettled.")
    values: Values = Field(
        default={},
        description="Million USD a year to each party, besides; where the point names neither "
        "options nor measures, all that it is worth: reservation values.",
    )
    by: Id | None = Field(
        default=None, description="Who would carry it out, where it is a threat of one party."
    )


class TalksBlocValue(Entry):
    """What a bloc of legislators sees in some options, beyond the income of its economy."""

    choices: Choices = Field(min_length=1, description="Issue: option.")
    value: Range = Field(description="Million USD a year.")


class TalksBloc(Entry):
    """Legislators who think alike."""

    id: Id = Field(description="Short name.")
    title: Word | None = Field(default=None, description="What a reader sees.")
    members: Annotated[Whole, Field(ge=1, le=10_000)] = Field(description="How many they are.")
    values: tuple[TalksBlocValue, ...] = Field(
        default=(), description="What they value besides their side's own gain."
    )
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


class TalksRatification(_Noted):
    """Who at home must agree."""

    party: Id = Field(description="Whose deal it is.")
    title: Word = Field(description="What a reader sees.", examples=["United States Senate"])
    blocs: tuple[TalksBloc, ...] = Field(default=(), description="Who votes, in place of `places`.")
    places: Word | None = Field(
        default=None,
        description="Who votes: members from each place of a table (us-states, us-counties, or a "
        "CSV file), who weigh what a package does to pay there.",
        examples=["us-states"],
    )
    members_each: Annotated[Whole, Field(ge=1, le=10_000)] = Field(
        default=1, description="Members from each place."
    )
    without: tuple[Word, ...] = Field(
        default=(), description="Codes of places that have no members."
    )
    values: tuple[TalksBlocValue, ...] = Field(
        default=(), description="What all members value besides their side's own gain."
    )
    needed: Annotated[Whole, Field(ge=1)] = Field(description="Approvals needed.")
    sharpness: Number = Field(
        default=0.001,
        gt=0,
        description="How sharply approval rises with value: Λ(κ · gain), per million USD a year.",
    )
    least: Number = Field(
        default=0.5, ge=0, le=1, description="Probability that a package must pass with."
    )


class TalksBallot(Entry):
    """How members voted on some options: shown beside how they are expected to."""

    party: Id = Field(description="Whose members voted; it has a vote in `ratification`.")
    choices: Choices = Field(
        min_length=1, description="Issue: option that the vote was for or against."
    )
    yes: Annotated[Whole, Field(ge=0)] = Field(description="Members for these options.")
    no: Annotated[Whole, Field(ge=0)] = Field(description="Members against them.")
    about: Word | None = Field(
        default=None, description="What was voted on, where it was more than these options."
    )


class TalksAfterwards(_Noted):
    """What then happened: shown beside the prediction, never used in it."""

    date: Date = Field(description="Day, YYYY-MM-DD.")
    title: Word = Field(description="What a reader sees.")
    choices: Choices = Field(
        default={}, description="Issue: option, where this clearly settled it so."
    )
    off_table: dict[Id, Word] = Field(
        default={},
        description="Issue: how this settled it, in words, where that is no option of the table.",
    )
    ballot: TalksBallot | None = Field(default=None, description="A vote of members at home.")


Route = Literal[
    "IEEPA", "s232", "s301", "s338", "WTO-authorised", "treaty", "treaty-authorised",
    "enforcement law", "AD/CVD", "safeguard", "export law", "sanctions law", "informal", "other",
]  # fmt: skip


class TalksRung(_Noted):
    """A step of a ladder: measures that a party can add to those of its steps below."""

    party: Id = Field(description="Who takes it; the party of the first rung is the one who asks.")
    title: Word = Field(description="What a reader sees.")
    measures: tuple[Id, ...] = Field(min_length=1, description="Ids of the measures it adds.")
    first: Date = Field(description="First day on which they may be in force, YYYY-MM-DD.")
    route: Route | None = Field(
        default=None,
        description="Legal ground, as the record of disputes has it; none unless given.",
    )


class TalksDay(_Noted):
    """A day on which a decision is due."""

    date: Date = Field(description="Day, YYYY-MM-DD.")
    title: Word = Field(description="What a reader sees.", examples=["hearings end"])


class TalksResolve(_Noted):
    """What a side of the ladder wants besides, and how well the other knows it."""

    party: Id = Field(description="Whose.")
    conceding: Range | None = Field(
        default=None,
        description="Of who is asked: what it costs, once, to do all that is demanded, million "
        "USD; a deal costs the share of demands that it meets (all where none are stated). Unless "
        "given what is estimated on past disputes.",
    )
    unknown: Number | None = Field(
        default=None,
        ge=0,
        le=10,
        description="Standard deviation of what the other does not know of it, in units of ln(1 + "
        "amount / 0.01% of income), 0 where all is known; unless given what is estimated on past "
        "disputes.",
    )


class TalksMove(_Noted):
    """What a side did after the date of the scenario."""

    date: Date = Field(description="Day, YYYY-MM-DD.")
    party: Id = Field(description="Who moved.")
    move: Literal["holds", "rung", "postpones", "steps-down"] = Field(
        description="Held, took its next rung, put off its measures, or took its highest rung back."
    )


class Talks(Entry):
    """A table of talks. Values are million USD a year of equivalent variation."""

    parties: tuple[TalksParty, ...] = Field(min_length=2, description="The sides.")
    issues: tuple[TalksIssue, ...] = Field(min_length=1, description="What they talk about.")
    always: tuple[Id, ...] = Field(
        default=(), description="Ids of measures in force whatever is agreed."
    )
    positions: tuple[TalksPosition, ...] = Field(default=(), description="Demands and offers.")
    red_lines: tuple[TalksRedLine, ...] = Field(
        default=(), description="What a party will not sign."
    )
    interactions: tuple[TalksInteraction, ...] = Field(
        default=(), description="Values of options that are chosen together."
    )
    no_deal: tuple[TalksNoDeal, ...] = Field(
        default=(),
        description="What holds without a deal, the one used first; every issue unsettled unless "
        "given.",
    )
    ratification: tuple[TalksRatification, ...] = Field(
        default=(), description="Who at home must agree."
    )
    breakdown_risk: Range = Field(
        default=RangeEntry(central=0.5, low=0.2, high=1.0),
        description="Yearly rate at which talks break down while they go on; 0.5, from 0.2 to 1, "
        "unless given.",
    )
    round_days: Annotated[Whole, Field(ge=1, le=3650)] = Field(
        default=30, description="Days from one offer to the next."
    )
    detection_months: Range = Field(
        default=RangeEntry(central=6.0, low=2.0, high=12.0),
        description="Months until it is found out that a side does not keep a deal; 6, from 2 to "
        "12, unless given.",
    )
    horizons: tuple[Horizon, ...] = Field(
        default=("two-years", "long-run"),
        min_length=1,
        description="Horizons that draws take in turn; two-years and long-run unless given.",
    )
    separate: tuple[Annotated[tuple[Id, ...], Field(min_length=1)], ...] = Field(
        default=(), description="Issues of separate tables, to compare with one for everything."
    )
    compare: tuple[Id, ...] | None = Field(
        default=None,
        description=(
            "Two packages, the first against the second: predicted, the id of a party (what it "
            "asks for) or of a no-deal point."
        ),
        examples=[["predicted", "breakdown"]],
        json_schema_extra={"minItems": 2, "maxItems": 2, "uniqueItems": True},
    )
    ladder: tuple[TalksRung, ...] = Field(
        default=(),
        description="What each side can do next if talks drag on, lowest rungs first; made of "
        "announced and threatened measures unless given.",
    )
    calendar: tuple[TalksDay, ...] = Field(
        default=(),
        description="Days on which a decision is due, beside the first days of the rungs.",
    )
    resolve: tuple[TalksResolve, ...] = Field(
        default=(), description="What sides of the ladder want besides, and how known that is."
    )
    history: tuple[TalksMove, ...] = Field(
        default=(),
        description="What sides of the ladder have done since the date of the scenario, day by "
        "day; chances by date are given that.",
    )
    afterwards: tuple[TalksAfterwards, ...] = Field(
        default=(), description="What then happened, to show beside the prediction."
    )
