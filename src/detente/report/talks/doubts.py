"""The tables of talks on what blocks a deal, how sure it is, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document.blocks import EVERYWHERE, Column, Link, Mark, Table, Unit, Value, Word
from detente.document.language import noun
from detente.document.numbers import COUNT, SHARE
from detente.report import amounts
from detente.report.run import background
from detente.report.talks import figures as figures_
from detente.report.talks import obstacles
from detente.report.talks.cells import (
    NO,
    PACKAGE,
    SIDE,
    YES,
    Cells,
    amounts_of,
    by_party,
    gain_of,
    made,
    told_apart,
    told_package,
)
from detente.report.talks.phrases import (
    choice_list,
    counted,
    issue_and_option,
)
from detente.talks.afterwards import settled_by
from detente.talks.side_questions import EVERYTHING

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.scenario.talks import TalksAfterwards

FACTORS, PACKAGES = 10, 8
"""Assumptions, and packages, that are shown at most."""
LEAST = 0.01
"""Share of a variance below which an assumption is not shown."""
NO_MATTER = {
    math.inf: Mark("yes, however impatient", "good"),
    -math.inf: Mark("no, however patient", "bad"),
}


def linkage(found: TalksFacts) -> Table:
    """Compare one table with separate ones, and what is left where some issues are kept apart."""
    names, linked, rows = found.names, found.questions.linked, list[Cells]()
    if linked is not None:
        joint, apart = found.picked(linked.joint), found.package(linked.separate)
        one, several = "One table for everything", "Separate tables"
        over, added = ", over nothing settled", Mark("What linkage adds", "strong")
        rows = [
            (one + over, told_package(found, joint), *gain_of(found, joint)),
            (several + over, told_package(found, apart), *linked.separate_gain),
            (added, None, *linked.value),
        ]
    relief = {issue for issue, _ in found.study.case.relief}
    for group, agreed in found.questions.apart.items():
        package, change = found.picked(agreed), None
        if package and found.predicted:
            change = [g - w for g, w in zip(package.gain, found.predicted.gain, strict=True)]
        firm = " (the firm apart)" if relief & set(group) else ""
        title = f"Left out: {', '.join(map(names.title, group))}{firm}"
        rows.append((title, told_package(found, package), *amounts_of(found, change)))
    meaning = "gain over no deal; where issues are left out, its change"
    first = Column("table", "", "which issues are settled together")
    title = "Gains over no deal; where issues are left out: what that changes"
    columns = (first, PACKAGE, *by_party(names, "gain", meaning))
    return made("linkage", title, columns, rows, on=EVERYWHERE)


def without_values(found: TalksFacts) -> Table:
    """Show the prediction where an analyst's values count as nothing."""
    first = Column("values", "Values at zero", "issue whose values by an analyst count as nothing")
    rows = []
    for name, agreed in found.questions.without_values.items():
        what = "All of them" if name == EVERYTHING else found.names.title(name)
        package = found.picked(agreed)
        rows.append((what, told_package(found, package), *gain_of(found, package)))
    columns = (first, PACKAGE, *by_party(found.names, "gain", "gain over no deal"))
    title = "Prediction without an analyst's values of an issue; gains over no deal"
    return made("without-values", title, columns, rows)


def afterwards(found: TalksFacts) -> Table:
    """Put what then happened beside the prediction, and beside “nothing changes”."""
    settled = "what it settled, and whether that was predicted"
    columns = (
        Column("day", "Day", "date of the event"),
        Column("event", "what happened", "the event"),
        Column("settled", "settled then, beside the prediction", settled),
    )
    rows = ((str(one.date), one.title, _beside(found, one)) for one in found.talks.afterwards)
    title = "What then happened; nothing of it is used above"
    return made("afterwards", title, columns, rows, on=EVERYWHERE)


def _beside(found: TalksFacts, event: TalksAfterwards) -> Value:
    """Say what was settled, and what had been predicted instead, if anything."""
    names, predicted, said = found.names, found.predicted, list[Word]()
    then = settled_by(event)
    for issue, option in then.items():
        how = names.option(issue, option) if option else event.off_table[issue]
        what = f"{names.title(issue)}: {how}"
        if predicted is None:
            said.append(what)
        elif predicted.choices[issue] == option:
            said.append(f"as predicted: {what}")
        else:
            instead = names.option(issue, predicted.choices[issue])
            said.append(f"not so: {what} (predicted: {instead})")
    if (ballot := event.ballot) is not None:
        expected = found.expected_yes(ballot.party, ballot.choices)
        members = ballot.yes + ballot.no
        what = choice_list(names, ballot.choices)
        about = f" in a vote on {ballot.about}" if ballot.about else ""
        said.append(
            f"for {what} alone {expected:.0f} members are expected; "
            f"{ballot.yes:,} of {members:,} voted for it{about}"
        )
    if (count := found.scored(then)) is not None:
        said.append(Mark(f"As predicted on {obstacles.right(count)}", "quiet"))
    return tuple(said) or "–"


def bindings(found: TalksFacts) -> Table:
    """Show what each side would change in the predicted package, and who stands against it."""
    names, loses = found.names, "to the other that loses most"
    columns = (
        SIDE,
        Column("wish", "would rather have", "the one change that it wants most"),
        Column("worth", "worth to it", "what the change brings it", names.unit),
        Column("cost", loses, "what it brings who loses most", names.unit),
        Column("against", "against it", "who or what stands against it"),
    )
    rows = []
    for one in found.questions.bindings:
        wish = issue_and_option(names, one.issue, one.wanted)
        against = obstacles.against(found, one)
        rows.append((names.name(one.party), wish, one.worth, -one.cost, against))
    return made("bindings", "The one change that each side wants most", columns, rows)


def red_lines(found: TalksFacts) -> Table:
    """Show what each red line costs everybody."""
    names, rows = found.names, []
    for one in () if found.study.clash else found.questions.red_lines:  # then told apart
        line = f"{names.name(one.party)} will not sign {choice_list(names, dict(one.choices))}"
        rows.append((line, told_package(found, found.picked(one.without)), *map(float, one.change)))
    columns = (
        Column("line", "Red line", "who will not sign what"),
        replace(PACKAGE, title="predicted without it, where it differs"),
        *by_party(names, "change", "what giving up the line would change"),
    )
    title = "What each side would gain if a red line were given up"
    return made("red-lines", title, columns, rows)


def votes(found: TalksFacts) -> Table:
    """Show who votes at home, and how likely they approve of the predicted package."""
    chance = "chance to pass; of a bloc, that a member approves"
    columns = (
        Column("who", "Who votes", "the vote, and its blocs"),
        Column("needed", "approvals needed", "members who must approve", COUNT),
        Column("members", "members", "members who vote", COUNT),
        Column("chance", "chance, predicted package", chance, SHARE),
        Column("most", "best of what nobody refuses", "that of the likeliest package", SHARE),
        Column("least", "chance needed", "chance that a package must pass with", SHARE),
    )
    rows = []
    for one in found.voters:
        who = one.title if one.bloc else Mark(one.title, "strong")
        rows.append((who, one.needed, one.members, one.chance, one.most, one.least))
    title = "Votes at home: chance to pass; of each bloc, that a member approves"
    return made("votes", title, columns, rows)


def lasting(found: TalksFacts) -> Table:
    """Show whether each side would keep the predicted package."""
    names, unit = found.names, found.names.unit
    columns = (
        SIDE,
        Column("what", "tempted to go back to", "options that it would go back to"),
        Column("tempted", "brings, until found out", "what that brings it", unit),
        Column("most", "keeps it if no more impatient, a year, than", "rate a year", SHARE),
        Column("own", "its own impatience, a year", "its own rate, turnover included", SHARE),
        Column("keeps", "keeps it", "whether it keeps the deal"),
        Column("share", "keeps it, runs", "share of runs in which it does", SHARE),
    )
    rows = []
    for one in found.questions.lasting:
        what = choice_list(names, one.choices) or "nothing that it carries out"
        most = one.most_impatient if math.isfinite(one.most_impatient) else None
        verdict = NO_MATTER.get(one.most_impatient, YES if one.keeps else NO)
        share = found.keeps(one.party)
        rows.append(
            (names.name(one.party), what, one.tempted, most, one.impatience, verdict, share)
        )
    title = (
        f"Temptation to break the deal, found out after {found.talks.detection_months.central:g} "
        "months and answered by no deal for good"
    )
    return made("lasting", title, columns, rows)


def draws(found: TalksFacts) -> Table:
    """Return what draws predict and how often: packages apart, all others, no deal."""
    packages = found.drawn_packages
    rows: list[Cells] = [
        ("; ".join(told_apart(found, package.choices)), share)
        for package, share in packages[:PACKAGES]
    ]
    rest = sum(share for _, share in packages[PACKAGES:])
    rows += [("any other package", rest)] if rest > 0 else []
    none = found.drawn_none
    rows += [("no package that passes", none)] if none > 0 else []
    columns = (
        Column("package", "", "package, as it differs from the prediction"),
        Column("share", "share of runs", "share of runs that predict it", SHARE),
    )
    title = "Share of runs that predict each package"
    return made("draws", title, columns, rows, on=EVERYWHERE, look="bars")


def chances(found: TalksFacts, drawn: Any, note: str) -> Table:
    """Return how often draws have a package, a deal, the one predicted."""
    lines = [
        ("a package that no side refuses and some side gains from", drawn.zone),
        ("one that is so even over a standstill", drawn.beyond),
        ("a deal that is ratified too", drawn.deal),
    ]
    if found.predicted is not None:
        lines += [
            ("nobody refuses the predicted package", drawn.chance("central_accepted")),
            ("nobody refuses it and it passes", drawn.blind),
        ]
    if drawn.secret_deal is not None:
        own, other = (noun(party.name) for party in found.names.parties)
        what = f"a deal by offers of {own}, {other} keeping its limit to itself"
        ends = zip(("least", "most"), drawn.secret_deal, strict=True)
        lines += [(f"{what}: at {end}", value) for end, value in ends]
    columns = (
        Column("what", "", "what comes about"),
        Column("share", "share of runs", "share of runs, or chance", SHARE),
    )
    title = f"How often, of {counted(len(drawn.draws), 'run', 'runs')}"
    return made("chances", title, columns, lines, note=note, look="")


def importance(found: TalksFacts, drawn: Any) -> Table:
    """Return the share of the variance of each outcome that an assumption explains alone."""
    known = {"deal": ("deal", "whether there is a deal")} | {
        outcome: (f"gain_{party}", f"gain of {found.names.name(party)}")
        for outcome, party in found.gain_of.items()
    }
    explained = drawn.importance[[outcome for outcome in known if outcome in drawn.importance]]
    titles = figures_.factor_names(found.figures)
    meaning = "share of the variance of the {} that it explains alone"
    columns = (
        Column("figure", "", "the assumption"),
        *(
            Column(key, title, meaning.format(title), SHARE)
            for key, title in (known[str(outcome)] for outcome in explained)
        ),
    )
    rows = [
        (titles.get(factor, factor), *map(float, shares))
        for factor, *shares in explained.fillna(0.0).itertuples()
        if max(shares, default=0.0) >= LEAST
    ]
    title = "Share of the variance over the runs, explained alone"
    return made("importance", title, columns, rows[:FACTORS], look="bars")


def figures(found: TalksFacts) -> Table:
    """Show every figure with its range and where it is from."""
    columns = (
        Column("figure", "Figure", "what it is"),
        Column("key", "key", "the name under which draws choose it", hidden=True),
        Column("central", "central", "its central value"),
        Column("low", "from", "lowest value that draws take; blank where it has no range"),
        Column("high", "to", "highest value that draws take"),
        Column("source", "source", "where it is from"),
    )
    known, given = {source.id for source in found.study.scenario.sources}, found.figures
    rows = []
    for one in given:
        ends = (one.low, one.high) if one.low != one.high else (None, None)
        rows.append((one.what, one.key, one.central, *ends, _from(one, known)))
    units = tuple(Unit(one.unit, sign=one.unit == figures_.MONEY) for one in given)
    return made("figures", "Figures beside the model's", columns, rows, units=units)


def _from(one: figures_.Figure, known: set[str]) -> Value:
    said: list[Word] = [Link(s, "#table-sources") if s in known else s for s in one.source]
    computed = one.computed or one.note.lower().startswith("assum")
    said += [] if said or computed else ["assumption"]
    return tuple(said + ([Mark(one.note, "quiet")] if one.note else []))


def measures(found: TalksFacts) -> Table:
    """Say what each option puts in force: its measures, in words."""
    names, scenario, rows = found.names, found.study.scenario, []
    entries = {m.id: m for m in scenario.measures}
    used = amounts.found(scenario, found.study.calibration)
    for issue in found.talks.issues:
        for option in issue.options:
            said = tuple(
                f"{', '.join(entries[m].by)}: {background.said(entries[m], used)}"
                for m in option.measures
            )
            title = issue_and_option(names, issue.id, option.id)
            rows += [(title, said, names.issues[issue.id].note)] if said else []
    columns = (
        Column("option", "Option", "an option that the model values"),
        Column("measures", "measures in force", "who imposes what"),
        Column("note", "note", "what the file says of the issue"),
    )
    title = "Options that the model values: what is then in force"
    return made("measures", title, columns, rows)


def sources(found: TalksFacts) -> Table:
    """List the documents that the scenario names."""
    columns = (
        Column("title", "Source", "title of the document"),
        Column("id", "id", "its name in the scenario"),
        Column("publisher", "publisher", "who published it"),
        Column("date", "date", "day of publication"),
        Column("url", "url", "its address", hidden=True),
    )
    rows = []
    for one in found.study.scenario.sources:
        title = Link(one.title, one.url) if one.url else one.title
        rows.append((title, one.id, one.publisher or "", str(one.date or ""), one.url or ""))
    return made("sources", "Sources", columns, rows)
