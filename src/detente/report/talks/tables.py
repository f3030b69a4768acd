"""The tables of talks: raw values with typed columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from detente.document.blocks import EVERYWHERE, Column, Link, Mark, Place, Table, Unit, Value, Word
from detente.document.language import noun
from detente.document.numbers import COUNT, SHARE, money_unit
from detente.report.talks import obstacles, wording
from detente.report.talks.figures import MONEY, Figure, factor_names
from detente.report.talks.phrases import (
    choice_words,
    choices_in_words,
    counted,
    issue_and_option,
    span,
    told_apart,
)
from detente.talks.side_questions import EVERYTHING

if TYPE_CHECKING:
    from detente.report.talks.facts import (
        Amounts,
        Choices,
        Draws,
        Happened,
        Naming,
        Package,
        Payment,
        TalksFacts,
    )
    from detente.talks.gap import Concession
    from detente.talks.lasting import Lasting

NAN = math.nan
PAGE: frozenset[Place] = EVERYWHERE - {"terminal"}
SHOWN: frozenset[Place] = EVERYWHERE - {"data"}
DATA: frozenset[Place] = frozenset({"data"})
SOLUTIONS = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
}
FACTORS, PACKAGES = 10, 8
"""Assumptions, and packages, that are shown at most."""
LEAST = 0.01
"""Share of a variance below which an assumption is not shown."""
NO_PACKAGE = "no package"
YES, NO = Mark("yes", "good"), Mark("no", "bad")
Row = Mapping[str, Value]


def worth(names: Naming) -> Unit:
    """Return the unit of amounts a year: one size for all tables of a study."""
    shown = names.amounts
    decimals = 2 if shown.divisor > 1 else None
    return replace(money_unit(names.stated, sign=True), divisor=shown.divisor, decimals=decimals)


def by_party(names: Naming, stem: str, meaning: str) -> tuple[Column, ...]:
    """Return a column of amounts for each side."""
    unit = worth(names)
    return tuple(
        Column(f"{stem}_{party.id}", party.name, f"{meaning}, of {party.name}", unit)
        for party in names.parties
    )


def cells(names: Naming, stem: str, values: Amounts | None) -> dict[str, Value]:
    """Return the cells of `by_party`; no numbers without values."""
    known = values or (NAN,) * len(names.parties)
    return {f"{stem}_{p.id}": value for p, value in zip(names.parties, known, strict=True)}


def pairs(key: str, title: str, lines: Iterable[tuple[str, str]]) -> Table:
    """Return terms and what they mean."""
    columns = (Column("term", "", "what is told"), Column("meaning", "", "what it is"))
    rows = tuple({"term": term, "meaning": meaning} for term, meaning in lines)
    return Table(key, title, columns, rows, on=PAGE - DATA, look="pairs")


def _told(found: TalksFacts, package: Package | None) -> Value:
    """Say what sets a package apart, one issue a line."""
    if package is None:
        return NO_PACKAGE
    said = told_apart(found, package.choices)
    return Mark(said[0], "quiet") if package.choices == found.base else said


def positions(found: TalksFacts) -> Table:
    """Issue by issue: what holds, what each side asks for, offers or will not sign, what comes."""
    names, predicted, drawn = found.names, found.predicted, found.draws
    columns = [
        Column("issue", "Issue", "what is settled"),
        Column("id", "id", "its name in the scenario", hidden=True),
        Column("unsettled", "until settled", "option that holds until it is settled"),
        *(
            Column(f"stand_{p.id}", p.name, f"what {p.name} demands, offers or will not sign")
            for p in names.parties
        ),
    ]
    if predicted is not None:
        columns.append(Column("predicted", "predicted", "option of the predicted package"))
        if drawn is not None:
            meaning = "share of draws that predict this option"
            columns.append(Column("share", "draws", meaning, SHARE))
    rows = []
    for issue in names.issues.values():
        row: dict[str, Value] = {
            "issue": issue.title,
            "id": issue.id,
            "unsettled": issue.options[issue.unsettled],
            **{f"stand_{p.id}": _stand(found, p.id, issue.id) for p in names.parties},
        }
        if predicted is not None:
            option = predicted.choices[issue.id]
            tone = "quiet" if option == issue.unsettled else "strong"
            row["predicted"] = Mark(issue.options[option], tone)
            if drawn is not None:
                row["share"] = drawn.options.get((issue.id, option), 0.0)
        rows.append(row)
    return Table(
        "positions", "Where they stand, issue by issue", tuple(columns), tuple(rows), look="stack"
    )


def _stand(found: TalksFacts, party: str, issue: str) -> Value:
    """Say what a party wants of one issue: each demand, offer and red line."""
    said = []
    for one in found.stances:
        if (one.party, one.issue) == (party, issue):
            verb = {"demand": "demands", "red line": "will not sign"}.get(one.kind, "offers")
            besides = "; ".join(choices_in_words(found.names, one.besides.items()))
            title = found.names.option(issue, one.option)
            said.append(f"{verb} {title}" + (f" with {besides}" if besides else ""))
    return tuple(said) or Mark("–", "quiet")


def no_deal(found: TalksFacts) -> Table:
    """List every way not to agree, what it is worth to each side, and the prediction beside it."""
    names = found.names
    columns = [
        Column("point", "Without a deal", "title of the no-deal point"),
        Column("id", "id", "its name in the scenario", hidden=True),
        Column("kind", "kind", "impasse, breakdown or outside"),
        *by_party(names, "value", "change of welfare from the baseline year"),
        Column("zone", "packages nobody refuses", "packages that all sides prefer to it", COUNT),
    ]
    if found.ballots:
        columns.append(Column("passing", "that pass", "those that pass at home too", COUNT))
    rows: list[Row] = [
        {
            "point": one.title,
            "id": one.id,
            "kind": one.kind,
            **cells(names, "value", one.values),
            "zone": one.zone,
            **({"passing": one.passing} if found.ballots else {}),
        }
        for one in found.points
    ]
    if found.predicted is not None:
        value = cells(names, "value", found.predicted.value)
        rows.append({"point": "The predicted package", **value})
    return Table(
        "no-deal",
        "Without a deal, change from the baseline year",
        tuple(columns),
        tuple(rows),
        marked=0,
        note=wording.made_of(found),
        look="stack",
    )


def threats(found: TalksFacts) -> Table:
    """List threats: who would carry them out, at what cost to itself and to its target."""
    names, unit = found.names, worth(found.names)
    columns = (
        Column("threat", "Threat", "no-deal point that is a threat"),
        Column("id", "id", "its name in the scenario", hidden=True),
        Column("by", "by", "who makes it, on whom"),
        Column("own", "to who carries it out", "change from talks that go on", unit),
        Column("target", "to its target", "change from talks that go on", unit),
        Column("back", "backing down, at home", "cost of backing down", unit),
        Column("credible", "credible", "whether it would be carried out"),
    )
    rows = tuple(
        {
            "threat": found.point(one.no_deal).title,
            "id": one.no_deal,
            "by": f"{names.name(one.by)} on {names.name(one.target)}",
            "own": -one.credibility.own_cost,
            "target": -one.credibility.target_cost,
            "back": -names.party(one.by).audience_cost,
            "credible": YES if one.credibility.credible else NO,
        }
        for one in found.threats
    )
    return Table("threats", "Threats: change from talks that go on", columns, rows, look="stack")


def solutions(found: TalksFacts) -> Table:
    """Show what each solution predicts over each no-deal point, as it differs."""
    columns = (
        Column("over", "Over this no-deal point", "no-deal point, or options that are fixed"),
        Column("solution", "solution", "solutions that pick the package"),
        Column("package", "package, where it differs", "what sets it apart from the prediction"),
        *by_party(found.names, "gain", "gain over that point"),
    )
    rows = [row for point in found.points for row in _solved(found, point.title, point.picks)]
    if found.fixed is not None:
        what = f"With {choice_words(found.names, found.fixed.choices)}"
        rows += _solved(found, what, found.fixed.picks)
    title = "Predictions by no-deal point and solution: gains over that point"
    return Table("solutions", title, columns, tuple(rows), look="stack")


def _solved(found: TalksFacts, title: str, picks: Mapping[str, Package | None]) -> list[Row]:
    """Return a row for each package that a solution picks, and the solutions that pick it."""
    groups: dict[int | None, list[str]] = {}
    packages = {p.number if p else None: p for p in picks.values()}
    for name, label in SOLUTIONS.items():
        package = picks[name]
        groups.setdefault(package.number if package else None, []).append(label)
    rows: list[Row] = []
    for number, labels in groups.items():
        package = packages[number]
        gain = cells(found.names, "gain", package.gain if package else None)
        rows.append(
            {
                "over": Mark(title, "quiet") if rows else title,
                "solution": ", ".join(labels),
                "package": _told(found, package),
                **gain,
            }
        )
    return rows


def predictions(found: TalksFacts) -> Table:
    """Return every prediction by ids, for programs: options, values, gains."""
    names = found.names
    columns = (
        Column("no_deal", "no deal", "id of the no-deal point; empty where options are fixed"),
        Column("solution", "solution", "id of the solution"),
        Column("package", "package", "number of the package", COUNT),
        *(
            Column(f"issue_{i.id}", i.title, f"id of the option of {i.title}")
            for i in names.issues.values()
        ),
        *by_party(names, "value", "change of welfare from the baseline year"),
        *by_party(names, "gain", "gain over the no-deal point"),
    )
    outlooks = [(point.id, point.picks) for point in found.every]
    outlooks += [("", found.fixed.picks)] if found.fixed else []
    rows = tuple(
        {"no_deal": name, "solution": solution, **_predicted(names, package)}
        for name, picks in outlooks
        for solution, package in picks.items()
    )
    return Table("predictions", "Predictions", columns, rows, on=DATA)


def _predicted(names: Naming, package: Package | None) -> dict[str, Value]:
    if package is None:
        return {}
    return {
        "package": package.number,
        **chosen(package.choices),
        **cells(names, "value", package.value),
        **cells(names, "gain", package.gain),
    }


def offers(found: TalksFacts) -> Table:
    """Show alternating offers: what comes where each side speaks first, and with a secret limit."""
    names = found.names
    columns = (
        Column("offer", "Offers in turn", "who offers first, or which offer it is"),
        Column("accepted", "accepted", "chance that the offer is accepted", SHARE),
        Column("package", "package, where it differs", "what sets it apart from the prediction"),
        *by_party(names, "gain", "expected gain over no deal"),
    )
    rows: list[Row] = []
    for one in found.offers:
        gain = cells(names, "gain", one.gain)
        if one.by:
            said = f"{names.name(one.by)} offers first"
            told = _told(found, one.package) if one.package else "no agreement at once"
            rows.append({"offer": said, "package": told, **gain})
        else:
            own, other = names.parties[0].name, names.parties[1].name
            said = f"{own} does not know {other}'s limit: offer {one.number}"
            told = _told(found, one.package)
            rows.append({"offer": said, "accepted": one.accepted, "package": told, **gain})
    return Table(
        "offers",
        "Expected gain over no deal, offers in turn",
        columns,
        tuple(rows),
        note=_about_offers(found),
        look="stack",
    )


def _about_offers(found: TalksFacts) -> str:
    said, turn = [], found.round
    if turn is not None and turn.cycle != 1:
        said.append(obstacles.unsettled_offers(turn.cycle, turn.rounds, " shown"))
    if found.draws is not None and found.draws.secret is not None:
        said.append(
            "Offers to a side with a limit of its own end in a deal with "
            f"{span(*found.draws.secret)}, talks that break down between offers counted (90% of "
            "resamples of the economies drawn: the best offer hangs on them)."
        )
    return " ".join(said)


def best(found: TalksFacts) -> Table:
    """Show the packages of the frontier that come first by the product of gains."""
    names, chosen = found.names, [package.choices for package, _ in found.best]
    moving = [i for i in names.issues.values() if len({c[i.id] for c in chosen}) > 1]
    columns = [
        Column("place", "", "place by the weighted product of gains", COUNT),
        *(Column(f"issue_{i.id}", i.title, f"option of {i.title}") for i in moving),
        *by_party(names, "gain", "gain over no deal"),
    ]
    if found.ballots:
        columns.append(Column("passes", "passes at home", "chance that it passes", SHARE))
    columns.append(Column("picked", "picked by", "solutions that pick it"))
    rows = []
    for place, (package, chance) in enumerate(found.best, 1):
        row: dict[str, Value] = {"place": place, **cells(names, "gain", package.gain)}
        for issue in moving:
            option = package.choices[issue.id]
            tone = "quiet" if option == found.base[issue.id] else ""
            row[f"issue_{issue.id}"] = Mark(issue.options[option], tone)
        picks = found.headline.picks.items()
        picked = [SOLUTIONS[k] for k, p in picks if p and p.number == package.number]
        row["picked"] = ", ".join(picked) or "–"
        rows.append(row | ({"passes": chance} if found.ballots else {}))
    same = {i: o for i, o in (chosen[0] if chosen else {}).items() if names.issues[i] not in moving}
    note = f"In all of them: {choice_words(names, same)}." if same else ""
    count = found.headline.efficient
    title = (
        f"The {len(rows)} best of {count} efficient packages by the weighted product of gains; "
        "gains over no deal"
    )
    return Table("best-packages", title, tuple(columns), tuple(rows), note=note, on=PAGE)


def linkage(found: TalksFacts) -> Table:
    """Compare one table with separate ones, and what is left where some issues are kept apart."""
    names, linked, rows = found.names, found.linked, []

    def row(what: Value, package: Value, gain: Amounts | None) -> Row:
        return {"table": what, "package": package, **cells(names, "gain", gain)}

    if linked is not None:
        joint = linked.joint
        rows += [
            row(
                "One table for everything, over nothing settled",
                _told(found, joint),
                joint.gain if joint else None,
            ),
            row(
                "Separate tables, over nothing settled",
                _told(found, linked.separate),
                linked.separate.gain,
            ),
            row(Mark("What linkage adds", "strong"), None, linked.value),
        ]
    whole = found.predicted.gain if found.predicted else None
    for group, package in found.apart.items():
        title = ", ".join(names.issues[issue].title for issue in group)
        firm = " (the firm apart)" if found.relief & set(group) else ""
        change = None
        if package and whole:
            change = tuple(g - w for g, w in zip(package.gain, whole, strict=True))
        rows.append(row(f"Left out: {title}{firm}", _told(found, package), change))
    columns = (
        Column("table", "", "which issues are settled together"),
        Column("package", "package, where it differs", "what sets it apart from the prediction"),
        *by_party(names, "gain", "gain over no deal; where issues are left out, its change"),
    )
    title = "Gains over no deal; where issues are left out: what that changes"
    return Table("linkage", title, columns, tuple(rows), look="stack")


def without_values(found: TalksFacts) -> Table:
    """Show the prediction where an analyst's values count as nothing."""
    names = found.names
    columns = (
        Column("values", "Values at zero", "issue whose values by an analyst count as nothing"),
        Column("package", "package, where it differs", "what sets it apart from the prediction"),
        *by_party(names, "gain", "gain over no deal"),
    )
    rows = tuple(
        {
            "values": "All of them" if name == EVERYTHING else names.issues[name].title,
            "package": _told(found, package),
            **cells(names, "gain", package.gain if package else None),
        }
        for name, package in found.without_values.items()
    )
    title = "Prediction without an analyst's values of an issue; gains over no deal"
    return Table("without-values", title, columns, rows, on=PAGE, look="stack")


def afterwards(found: TalksFacts) -> Table:
    """Put what then happened beside the prediction, and beside “nothing changes”."""
    columns = (
        Column("day", "Day", "date of the event"),
        Column("event", "what happened", "the event"),
        Column(
            "settled",
            "settled then, beside the prediction",
            "what it settled, and whether that was predicted",
        ),
    )
    rows = tuple(
        {"day": one.day, "event": one.title, "settled": _beside(found, one)} for one in found.events
    )
    title = "What then happened; nothing of it is used above"
    return Table("afterwards", title, columns, rows, look="stack")


def _beside(found: TalksFacts, event: Happened) -> Value:
    """Say what was settled, and what had been predicted instead, if anything."""
    names, predicted, said = found.names, found.predicted, list[Word]()
    for issue, option in event.settled.items():
        how = names.option(issue, option) if option else event.off_table[issue]
        then = f"{names.issues[issue].title}: {how}"
        if predicted is None:
            said.append(then)
        elif predicted.choices[issue] == option:
            said.append(f"as predicted: {then}")
        else:
            instead = names.option(issue, predicted.choices[issue])
            said.append(f"not so: {then} (predicted: {instead})")
    if event.score is not None:
        said.append(Mark(f"As predicted on {obstacles.right(event.score)}", "quiet"))
    return tuple(said) or "–"


def bindings(found: TalksFacts) -> Table:
    """Show what each side would change in the predicted package, and who stands against it."""
    names, unit = found.names, worth(found.names)
    columns = (
        Column("side", "Side", "who would rather have it"),
        Column("wish", "would rather have", "the one change that it wants most"),
        Column("worth", "worth to it", "what the change brings it", unit),
        Column("cost", "to the other that loses most", "what it brings who loses most", unit),
        Column("against", "against it", "who or what stands against it"),
    )
    rows = tuple(
        {
            "side": names.name(one.party),
            "wish": issue_and_option(names, one.issue, one.wanted),
            "worth": one.worth,
            "cost": -one.cost,
            "against": obstacles.against(found, one, failing, walks),
        }
        for one, failing, walks in found.bindings
    )
    return Table(
        "bindings", "The one change that each side wants most", columns, rows, on=PAGE, look="stack"
    )


def red_lines(found: TalksFacts) -> Table:
    """Show what each red line costs everybody."""
    names = found.names
    columns = (
        Column("line", "Red line", "who will not sign what"),
        Column(
            "package",
            "predicted without it, where it differs",
            "what sets that package apart from the prediction",
        ),
        *by_party(names, "change", "what giving up the line would change"),
    )
    rows = tuple(
        {
            "line": f"{names.name(one.party)} will not sign {choice_words(names, one.choices)}",
            "package": _told(found, one.without),
            **cells(names, "change", one.change),
        }
        for one in found.lines
    )
    title = "What each side would gain if a red line were given up"
    return Table("red-lines", title, columns, rows, on=PAGE, look="stack")


def votes(found: TalksFacts) -> Table:
    """Show who votes at home, and how likely they approve of the predicted package."""
    columns = (
        Column("who", "Who votes", "the vote, and its blocs"),
        Column("needed", "approvals needed", "members who must approve", COUNT),
        Column("members", "members", "members who vote", COUNT),
        Column(
            "chance",
            "chance, predicted package",
            "chance to pass; of a bloc, that a member approves",
            SHARE,
        ),
        Column("most", "best of what nobody refuses", "the same of the likeliest package", SHARE),
        Column("least", "chance needed", "chance that a package must pass with", SHARE),
    )
    rows: list[Row] = []
    for vote in found.ballots:
        members = sum(bloc.members for bloc in vote.blocs)
        rows.append(
            {
                "who": Mark(vote.title, "strong"),
                "needed": vote.needed,
                "members": members,
                "chance": vote.chance,
                "most": vote.most,
                "least": vote.least,
            }
        )
        rows += [
            {"who": bloc.title, "members": bloc.members, "chance": bloc.chance, "most": bloc.most}
            for bloc in vote.blocs
        ]
    title = "Votes at home: chance to pass; of each bloc, that a member approves"
    return Table("votes", title, columns, tuple(rows), on=PAGE, look="stack")


def lasting(found: TalksFacts) -> Table:
    """Show whether each side would keep the predicted package."""
    names = found.names
    columns = (
        Column("side", "Side", "who is tempted"),
        Column("what", "tempted to go back to", "options that it would go back to"),
        Column("tempted", "brings, until found out", "what that brings it", worth(names)),
        Column(
            "most", "keeps it up to an impatience of", "rate a year up to which it keeps it", SHARE
        ),
        Column("own", "its own impatience, a year", "its own rate, turnover included", SHARE),
        Column("keeps", "keeps it", "whether it keeps the deal"),
    )
    rows = tuple(
        {
            "side": names.name(one.party),
            "what": choice_words(names, one.choices)
            if one.choices
            else "nothing that it carries out",
            "tempted": one.tempted,
            "most": one.most_impatient if math.isfinite(one.most_impatient) else None,
            "own": one.impatience,
            "keeps": _keeps(one),
        }
        for one in found.lasting
    )
    title = (
        f"Temptation to break the deal, found out after {found.months:g} months and answered by no "
        "deal for good"
    )
    return Table("lasting", title, columns, rows, on=PAGE, look="stack")


def _keeps(one: Lasting) -> Mark:
    if one.most_impatient == math.inf:
        return Mark("yes, however impatient", "good")
    if one.most_impatient == -math.inf:
        return Mark("no, however patient", "bad")
    return YES if one.keeps else NO


def gap(found: TalksFacts) -> Table:
    """Show how far the positions are apart, in issues and in each side's own welfare."""
    names = found.names
    columns = (
        Column("gap", "The gap", "whose position, over whose"),
        Column("worth", "its own position is worth", "more to it than the other's", worth(names)),
        Column("issues", "issues apart", f"of {len(names.issues)}", COUNT),
        Column("which", "which", "issues on which the positions differ"),
    )
    rows = []
    for one in found.gaps:
        which = tuple(names.issues[issue].title for issue in one.issues) or "nothing"
        for (own, other), distance in zip((one.sides, one.sides[::-1]), one.distance, strict=True):
            said = f"{names.name(own)}: its own position over that of {names.name(other)}"
            rows.append({"gap": said, "worth": distance, "issues": len(one.issues), "which": which})
    return Table("gap", "How far positions are apart", columns, tuple(rows), on=PAGE, look="stack")


def payment(found: TalksFacts, paid: Payment) -> Table:
    """Show the smallest payment that opens an empty zone."""
    names, unit = found.names, worth(found.names)
    columns = (
        Column("side", "Side", "who pays or receives"),
        Column("verb", "", "pays or receives"),
        Column("payment", "payment", "what it pays or receives", replace(unit, sign=False)),
        Column("gain", "gain over no deal, payment included", "gain over no deal", unit),
    )
    rows = tuple(
        {
            "side": party.name,
            "verb": "pays" if p < 0 else "receives" if p > 0 else "–",
            "payment": abs(p),
            "gain": gain,
        }
        for party, p, gain in zip(names.parties, paid.payment, paid.gain, strict=True)
    )
    note = f"It goes with this package: {choice_words(names, paid.choices)}."
    return Table(
        "payment",
        "The smallest payment with which nobody refuses",
        columns,
        rows,
        note=note,
        look="stack",
    )


def concessions(
    found: TalksFacts, number: int, sides: tuple[str, str], steps: tuple[Concession, ...]
) -> Table:
    """Return the concessions of one side, the cheapest for what it closes first."""
    names, unit = found.names, worth(found.names)
    giver, receiver = (names.name(party) for party in sides)
    columns = (
        Column("step", "", "what the giver gives up"),
        Column("cost", f"to {giver}", "what the step brings who gives", unit),
        Column("worth", f"to {receiver}", "what the step brings who receives", unit),
        Column("closed", "of the gap closed", "share of the gap, in the receiver's welfare", SHARE),
        Column("left", "gap left", "what of the gap is left", unit),
    )
    rows = tuple(
        {
            "step": f"{k}. {issue_and_option(names, one.issue, one.before)} → "
            f"{names.option(one.issue, one.after)}",
            "cost": -one.cost,
            "worth": one.worth,
            "closed": one.closed,
            "left": one.left,
        }
        for k, one in enumerate(steps, 1)
    )
    title = f"Concessions of {noun(giver)} to {noun(receiver)}"
    return Table(f"concessions-{number}", title, columns, rows, on=PAGE)


def wants(found: TalksFacts) -> Table:
    """Return what each option brings each side where nothing else is settled."""
    names = found.names
    columns = (
        Column("option", "", "an option where nothing else is settled"),
        *by_party(names, "worth", "what the option alone brings"),
    )
    rows = tuple(
        {
            "option": issue_and_option(names, one.issue, one.option),
            **cells(names, "worth", one.worth),
        }
        for one in found.wishes
    )
    return Table("wants", "What each option brings by itself", columns, rows, on=PAGE)


def gains(found: TalksFacts) -> Table:
    """Return what each side gains from the predicted package, with the range of the draws."""
    names, unit = found.names, worth(found.names)
    columns = [
        Column("side", "", "who gains"),
        Column("central", "central figures", "gain over no deal at central figures", unit),
    ]
    if ranged(found):
        columns += [
            Column("low", "5% of draws below", "5 per cent quantile over the draws", unit),
            Column("median", "median", "median over the draws", unit),
            Column("high", "95% below", "95 per cent quantile over the draws", unit),
        ]
    rows = []
    for k, party in enumerate(names.parties):
        central = found.predicted.gain[k] if found.predicted else NAN
        row: dict[str, Value] = {"side": party.name, "central": central}
        if found.draws is not None and ranged(found):
            row |= dict(zip(("low", "median", "high"), found.draws.gains[k], strict=True))
        rows.append(row)
    title = "Gain of the predicted package over no deal"
    return Table("gains", title, tuple(columns), tuple(rows))


def ranged(found: TalksFacts) -> bool:
    """Whether draws give the gains of a deal a range: some of them must end in one."""
    return found.draws is not None and any(math.isfinite(low) for low, _, _ in found.draws.gains)


def draws(found: TalksFacts, drawn: Draws) -> Table:
    """Return what draws predict and how often: packages apart, all others, no deal."""
    columns = (
        Column("package", "", "package, as it differs from the prediction"),
        Column("share", "share of draws", "share of draws that predict it", SHARE),
    )
    rows: list[Row] = [
        {"package": "; ".join(told_apart(found, package.choices)), "share": share}
        for package, share in drawn.packages[:PACKAGES]
    ]
    rest = sum(share for _, share in drawn.packages[PACKAGES:])
    rows += [{"package": "any other package", "share": rest}] if rest > 0 else []
    rows += [{"package": "no package that passes", "share": drawn.none}] if drawn.none > 0 else []
    title = "Share of draws that predict each package"
    return Table("draws", title, columns, tuple(rows), look="bars")


def chances(found: TalksFacts, drawn: Draws) -> Table:
    """Return how often draws have a package, a deal, the one predicted."""
    lines = [
        ("a package that no side refuses and some side gains from", drawn.zone),
        ("one that is so even over a standstill", drawn.beyond),
        ("a deal that is ratified too", drawn.deal),
    ]
    if found.predicted is not None:
        lines += [
            ("nobody refuses the predicted package", drawn.accepted),
            ("nobody refuses it and it passes", drawn.blind),
        ]
    if drawn.secret is not None:
        own, other = (noun(party.name) for party in found.names.parties)
        what = f"a deal by offers of {own}, {other} keeping its limit to itself"
        lines += [
            (f"{what}: at least", drawn.secret[0]),
            (f"{what}: at most", drawn.secret[1]),
        ]
    columns = (
        Column("what", "", "what comes about"),
        Column("share", "share of draws", "share of draws, or chance", SHARE),
    )
    rows = tuple({"what": what, "share": share} for what, share in lines)
    count = counted(drawn.count, "draw", "draws")
    return Table("chances", f"How often, of {count}", columns, rows, on=PAGE)


def importance(found: TalksFacts, drawn: Draws) -> Table:
    """Return the share of the variance of each outcome that an assumption explains alone."""
    known = {"deal": ("deal", "whether there is a deal")} | {
        outcome: (f"gain_{party}", f"gain of {found.names.name(party)}")
        for outcome, party in found.gain_of.items()
    }
    shown = {k: v for k, v in known.items() if k in drawn.importance}
    titles, factors = factor_names(found.figures), dict[str, None]()
    for column in drawn.importance.values():
        factors |= dict.fromkeys(column)
    columns = (
        Column("figure", "", "the assumption"),
        *(
            Column(
                key, title, f"share of the variance of the {title} that it explains alone", SHARE
            )
            for key, title in shown.values()
        ),
    )
    rows = [
        {
            "figure": titles.get(factor, factor),
            **{
                key: drawn.importance[outcome].get(factor, 0.0)
                for outcome, (key, _) in shown.items()
            },
        }
        for factor in factors
        if max((drawn.importance[k].get(factor, 0.0) for k in shown), default=0.0) >= LEAST
    ]
    title = "Share of the variance over the draws, explained alone"
    return Table("importance", title, columns, tuple(rows[:FACTORS]), on=PAGE, look="bars")


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
    known = {source.id for source in found.sources}
    rows = tuple(
        {
            "figure": one.what,
            "key": one.key,
            "central": one.central,
            **({"low": one.low, "high": one.high} if one.low != one.high else {}),
            "source": _from(one, known),
        }
        for one in found.figures
    )
    units = tuple(Unit(one.unit, sign=one.unit == MONEY) for one in found.figures)
    return Table(
        "figures", "Figures beside the model's", columns, rows, units, on=PAGE, look="stack"
    )


def _from(one: Figure, known: set[str]) -> Value:
    said: list[Word] = [Link(s, "#table-sources") if s in known else s for s in one.source]
    computed = one.computed or one.note.lower().startswith("assum")
    said += [] if said or computed else ["assumption"]
    return tuple(said + ([Mark(one.note, "quiet")] if one.note else []))


def measures(found: TalksFacts) -> Table:
    """Say what each option puts in force: its measures, in words."""
    names = found.names
    columns = (
        Column("option", "Option", "an option that the model values"),
        Column("measures", "measures in force", "who imposes what"),
        Column("note", "note", "what the file says of the issue"),
    )
    rows = tuple(
        {
            "option": issue_and_option(names, one.issue, one.option),
            "measures": one.measures,
            "note": names.issues[one.issue].note,
        }
        for one in found.measured
    )
    title = "Options that the model values: what is then in force"
    return Table("measures", title, columns, rows, on=PAGE, look="stack")


def sources(found: TalksFacts) -> Table:
    """List the documents that the scenario names."""
    columns = (
        Column("title", "Source", "title of the document"),
        Column("id", "id", "its name in the scenario"),
        Column("publisher", "publisher", "who published it"),
        Column("date", "date", "day of publication"),
        Column("url", "url", "its address", hidden=True),
    )
    rows = tuple(
        {
            "title": Link(one.title, one.url) if one.url else one.title,
            "id": one.id,
            "publisher": one.publisher,
            "date": one.date,
            "url": one.url,
        }
        for one in found.sources
    )
    return Table("sources", "Sources", columns, rows, on=PAGE, look="stack")


def chosen(choices: Choices) -> dict[str, Value]:
    """Return the cells of options by issue."""
    return {f"issue_{issue}": option for issue, option in choices.items()}
