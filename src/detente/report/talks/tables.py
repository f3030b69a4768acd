"""The tables of talks: raw values with typed columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document.blocks import EVERYWHERE, Column, Link, Mark, Place, Table, Unit, Value, Word
from detente.document.language import capital, noun
from detente.document.numbers import COUNT, SHARE
from detente.report import amounts
from detente.report.run import background
from detente.report.talks import figures as figures_
from detente.report.talks import obstacles
from detente.report.talks.phrases import (
    SOLUTIONS,
    changed,
    choice_list,
    choices_in_words,
    counted,
    issue_and_option,
    span,
)
from detente.talks.afterwards import settled_by
from detente.talks.case import is_reservation
from detente.talks.side_questions import EVERYTHING

if TYPE_CHECKING:
    from detente.document.blocks import Look, Tone
    from detente.report.talks.facts import Package, TalksFacts
    from detente.report.talks.names import Amounts, Choices, Naming
    from detente.scenario.talks import TalksAfterwards
    from detente.talks.gap import Concession

NAN = math.nan
PAGE: frozenset[Place] = EVERYWHERE - {"terminal"}
DATA: frozenset[Place] = frozenset({"data"})
FACTORS, PACKAGES = 10, 8
"""Assumptions, and packages, that are shown at most."""
LEAST = 0.01
"""Share of a variance below which an assumption is not shown."""
YES, NO = Mark("yes", "good"), Mark("no", "bad")
NO_MATTER = {
    math.inf: Mark("yes, however impatient", "good"),
    -math.inf: Mark("no, however patient", "bad"),
}
ID = Column("id", "id", "its name in the scenario", hidden=True)
SIDE = Column("side", "Side", "a party to the talks")
PACKAGE = Column("package", "package, where it differs", "what sets it apart from the prediction")
Cells = Sequence[Value]


def made(
    key: str,
    title: str,
    columns: Iterable[Column],
    rows: Iterable[Cells],
    *,
    on: frozenset[Place] = PAGE,
    look: Look = "stack",
    **more: Any,
) -> Table:
    """Return a table from cells in the order of its columns; those that no row fills are gone."""
    given, cells = list(columns), list(rows)
    kept = [
        place
        for place in range(len(given))
        if on == DATA or not cells or any(row[place] is not None for row in cells)
    ]
    columns = tuple(given[place] for place in kept)
    shown = tuple({given[place].key: row[place] for place in kept} for row in cells)
    return Table(key, title, columns, shown, on=on, look=look, **more)


def by_party(names: Naming, stem: str, meaning: str) -> list[Column]:
    """Return a column of amounts for each side."""
    return [
        Column(f"{stem}_{p.id}", p.name, f"{meaning}, of {p.name}", names.unit)
        for p in names.parties
    ]


def by_issue(names: Naming) -> list[Column]:
    """Return a column of ids of options for each issue."""
    issues = names.issues.values()
    return [Column(f"issue_{i.id}", i.title, f"id of the option of {i.title}") for i in issues]


def pairs(key: str, title: str, lines: Iterable[tuple[str, str]]) -> Table:
    """Return terms and what they mean."""
    columns = (Column("term", "", "what is told"), Column("meaning", "", "what it is"))
    return made(key, title, columns, lines, on=PAGE - DATA, look="pairs")


def _amounts(found: TalksFacts, values: Amounts | None) -> Cells:
    """Return the cells of `by_party`; no numbers without values."""
    return (NAN,) * len(found.parties) if values is None else tuple(values)


def _gain(found: TalksFacts, package: Package | None) -> Cells:
    return _amounts(found, package and package.gain)


def _told(found: TalksFacts, package: Package | None) -> Value:
    """Say what sets a package apart, one issue a line."""
    if package is None:
        return "no package"
    said = _told_apart(found, package.choices)
    return Mark(said[0], "quiet") if package.choices == found.base else said


def deal(found: TalksFacts) -> Table:
    """Issue by issue: what is predicted, how firmly, and what that part of the deal brings."""
    names, main, rows = found.names, found.predicted, list[Cells]()
    for issue in names.issues.values() if main else ():
        option, part = found.base[issue.id], found.part(issue.id)
        tone: Tone = "quiet" if option == issue.unsettled else "strong"
        share = found.drawn_share(issue.id, option) if found.drawn else None
        cells = part or (None,) * len(found.parties)
        rows.append((issue.title, issue.id, Mark(issue.options[option], tone), share, *cells))
    if main:
        parts = [part for issue in names.issues if (part := found.part(issue))]
        rest = [gain - sum(each) for gain, *each in zip(main.gain, *parts, strict=True)]
        if any(abs(value) > names.nothing for value in rest):
            rows.append((Mark("The rest", "quiet"), None, "besides", None, *rest))
        rows.append((Mark("All of it", "strong"), None, "over no deal", None, *main.gain))
    meaning = (
        "what changes by it within the deal; in the last row the gain over no deal, before it what "
        "parts leave of that gain: no deal itself, and how parts work together"
    )
    columns = (
        Column("issue", "Issue", "what is settled"),
        ID,
        Column("predicted", "the deal", "option of the predicted package"),
        Column("share", "runs", "share of runs that predict this option", SHARE),
        *by_party(names, "part", meaning),
    )
    title = "The deal, and what each part of it brings"
    return made("deal", title, columns, rows, on=EVERYWHERE, look="")


def positions(found: TalksFacts) -> Table:
    """Issue by issue: what holds, and what each side asks for, offers or will not sign."""
    names = found.names
    columns = (
        Column("issue", "Issue", "what is settled"),
        ID,
        Column("unsettled", "until settled", "option that holds until it is settled"),
        *(
            Column(f"stand_{p.id}", p.name, f"what {p.name} demands, offers or will not sign")
            for p in names.parties
        ),
    )
    rows = (
        (i.title, i.id, i.options[i.unsettled], *(_stand(found, p, i.id) for p in found.parties))
        for i in names.issues.values()
    )
    return made("positions", "Where they stand, issue by issue", columns, rows, on=EVERYWHERE)


def _stand(found: TalksFacts, party: str, issue: str) -> Value:
    """Say what a party wants of one issue: each demand, offer and red line."""
    said = []
    for one in found.stances:
        if (one.party, one.issue) == (party, issue):
            verb = {"demand": "demands", "red line": "will not sign"}.get(one.kind, "offers")
            besides = choice_list(found.names, one.besides)
            title = found.names.option(issue, one.option)
            said.append(f"{verb} {title}" + (f" with {besides}" if besides else ""))
    return tuple(said) or Mark("–", "quiet")


def no_deal(found: TalksFacts) -> Table:
    """List every way not to agree, what it is worth to each side, and the prediction beside it."""
    names, votes, main = found.names, found.study.votes, found.predicted
    columns = (
        Column("point", "Without a deal", "title of the no-deal point"),
        ID,
        Column("kind", "kind", "impasse, breakdown or outside"),
        *by_party(names, "value", "change of welfare from the baseline year"),
        Column("zone", "packages nobody refuses", "packages that all sides prefer to it", COUNT),
        Column("passing", "that pass", "those that pass at home too", COUNT),
    )
    rows: list[Cells] = [
        (p.title, p.id, p.kind, *p.values, p.zone, p.passing if votes else None)
        for p in found.points
    ]
    if main:
        rows.append(("The predicted package", None, None, *main.value, None, None))
    title, note = "Without a deal, change from the baseline year", _made_of(found)
    return made("no-deal", title, columns, rows, on=EVERYWHERE, marked=0, note=note)


def _made_of(found: TalksFacts) -> str:
    """Say what the worth of each no-deal point of the file with values of its own is made of."""
    alone = "the values that the file gives it, and nothing else."
    besides = "what its measures change, the values of the options that hold then, and its own."
    return " ".join(
        f"{point.title or point.id}: {alone if is_reservation(point) else besides}"
        for point in found.talks.no_deal
        if point.values
    )


def threats(found: TalksFacts) -> Table:
    """List threats: who would carry them out, at what cost to itself and to its target."""
    names, change = found.names, "change from talks that go on"
    columns = (
        Column("threat", "Threat", "no-deal point that is a threat"),
        ID,
        Column("by", "by", "who makes it, on whom"),
        Column("own", "to who carries it out", change, names.unit),
        Column("target", "to its target", change, names.unit),
        Column("back", "backing down, at home", "cost of backing down", names.unit),
        Column("credible", "credible", "whether it would be carried out"),
        Column("share", "credible, runs", "share of runs in which it is", SHARE),
    )
    rows = []
    for one in found.questions.threats:
        cost, by = one.credibility, names.party(one.by)
        who = f"{by.name} on {names.name(one.target)}"
        worth = -cost.own_cost, -cost.target_cost, -by.audience_cost
        share = found.drawn.chance(f"credible_{one.no_deal}") if found.drawn else None
        verdict = YES if cost.credible else NO
        title = found.every[one.no_deal].title
        rows.append((title, one.no_deal, who, *worth, verdict, share))
    title = "Threats: change from talks that go on"
    return made("threats", title, columns, rows, on=EVERYWHERE)


def solutions(found: TalksFacts) -> Table:
    """Show what each solution predicts over each no-deal point, as it differs."""
    columns = (
        Column("over", "Over this no-deal point", "no-deal point, or options that are fixed"),
        Column("solution", "solution", "solutions that pick the package"),
        PACKAGE,
        *by_party(found.names, "gain", "gain over that point"),
    )
    outlooks = [(point.title, point.picks) for point in found.points]
    if found.study.fixed:
        fixed = f"With {choice_list(found.names, found.study.choices.what_if or {})}"
        outlooks.append((fixed, found.picks(found.study.fixed)))
    rows = [row for title, picks in outlooks for row in _solved(found, title, picks)]
    title = "Predictions by no-deal point and solution: gains over that point"
    return made("solutions", title, columns, rows, on=EVERYWHERE)


def _solved(found: TalksFacts, title: str, picks: Mapping[str, Package | None]) -> Iterable[Cells]:
    """Yield a row for each package that a solution picks, and the solutions that pick it."""
    groups: dict[int | None, list[str]] = {}
    packages = {p.package if p else None: p for p in picks.values()}
    for name, (label, _) in SOLUTIONS.items():
        package = picks[name]
        groups.setdefault(package.package if package else None, []).append(capital(label))
    for place, (number, labels) in enumerate(groups.items()):
        package, over = packages[number], Mark(title, "quiet") if place else title
        yield over, ", ".join(labels), _told(found, package), *_gain(found, package)


def predictions(names: Naming, picks: Iterable[tuple[str, str, Any]], *more: Column) -> Table:
    """Return every prediction by ids, for programs: ``(no-deal point, solution, package)``.

    Parameters
    ----------
    more
        Further columns: attributes of packages.
    """
    of_party = ("value", "change of welfare from the baseline year"), ("gain", "gain over no deal")
    columns = (
        Column("no_deal", "no deal", "id of the no-deal point; empty where options are fixed"),
        Column("solution", "solution", "id of the solution"),
        *by_issue(names),
        *(column for stem in of_party for column in by_party(names, *stem)),
        *more,
    )
    empty = (None,) * (len(columns) - 2)
    rows = [
        (point, solution, *(_predicted(package, more) if package else empty))
        for point, solution, package in picks
    ]
    return made("predictions", "Predictions", columns, rows, on=DATA, look="")


def _predicted(package: Any, more: Iterable[Column]) -> Iterable[Value]:
    yield from (*package.choices.values(), *package.value, *package.gain)
    yield from (getattr(package, column.key) for column in more)


def offers(found: TalksFacts) -> Table:
    """Show alternating offers: what comes where each side speaks first, and with a secret limit."""
    names, secret = found.names, found.drawn and found.drawn.secret_deal
    columns = (
        Column("offer", "Offers in turn", "who offers first, or which offer it is"),
        Column("accepted", "accepted", "chance that the offer is accepted", SHARE),
        PACKAGE,
        *by_party(names, "gain", "expected gain over no deal"),
    )
    rows = []
    for one in found.offers:
        said = f"{names.name(one.by)} offers first" if one.by else ""
        if not one.by:
            own, other = names.parties[0].name, names.parties[1].name
            said = f"{own} does not know {other}'s limit: offer {one.number}"
        told = _told(found, one.package) if one.package else "no agreement at once"
        rows.append((said, one.accepted, told, *one.gain))
    note = " ".join(obstacles.unsettled_offers(found))
    if secret:
        note += (
            f" Offers to a side with a limit of its own end in a deal with {span(*secret)}, talks "
            "that break down between offers counted (90% of resamples of the economies drawn: the "
            "best offer hangs on them)."
        )
    title = "Expected gain over no deal, offers in turn"
    return made("offers", title, columns, rows, on=EVERYWHERE, note=note.strip())


def best(found: TalksFacts) -> Table:
    """Show the packages of the frontier that come first by the product of gains."""
    names, packages = found.names, found.best
    moving = [i for i in names.issues if len({p.choices[i] for p in packages}) > 1]
    columns = (
        Column("place", "", "place by the weighted product of gains", COUNT),
        *(Column(f"issue_{i}", names.title(i), f"option of {names.title(i)}") for i in moving),
        *by_party(names, "gain", "gain over no deal"),
        Column("passes", "passes at home", "chance that it passes", SHARE),
        Column("picked", "picked by", "solutions that pick it"),
    )
    rows = []
    for place, package in enumerate(packages, 1):
        options = (
            Mark(names.option(i, o), "quiet" if o == found.base[i] else "")
            for i, o in package.choices.items()
            if i in moving
        )
        picks = found.headline.picks.items()
        picked = [capital(SOLUTIONS[k][0]) for k, p in picks if p and p.package == package.package]
        passes = found.passes(package) if found.study.votes else None
        rows.append((place, *options, *package.gain, passes, ", ".join(picked) or "–"))
    same = {i: o for i, o in packages[0].choices.items() if i not in moving} if packages else {}
    note = f"In all of them: {choice_list(names, same)}." if same else ""
    title = (
        f"The {len(rows)} best of {found.headline.efficient} efficient packages by the weighted "
        "product of gains; gains over no deal"
    )
    return made("best-packages", title, columns, rows, note=note, look="")


def linkage(found: TalksFacts) -> Table:
    """Compare one table with separate ones, and what is left where some issues are kept apart."""
    names, linked, rows = found.names, found.questions.linked, list[Cells]()
    if linked is not None:
        joint, apart = found.picked(linked.joint), found.package(linked.separate)
        one, several = "One table for everything", "Separate tables"
        over, added = ", over nothing settled", Mark("What linkage adds", "strong")
        rows = [
            (one + over, _told(found, joint), *_gain(found, joint)),
            (several + over, _told(found, apart), *linked.separate_gain),
            (added, None, *linked.value),
        ]
    relief = {issue for issue, _ in found.study.case.relief}
    for group, agreed in found.questions.apart.items():
        package, change = found.picked(agreed), None
        if package and found.predicted:
            change = [g - w for g, w in zip(package.gain, found.predicted.gain, strict=True)]
        firm = " (the firm apart)" if relief & set(group) else ""
        title = f"Left out: {', '.join(map(names.title, group))}{firm}"
        rows.append((title, _told(found, package), *_amounts(found, change)))
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
        rows.append((what, _told(found, package), *_gain(found, package)))
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
    for one in found.questions.red_lines:
        line = f"{names.name(one.party)} will not sign {choice_list(names, dict(one.choices))}"
        rows.append((line, _told(found, found.picked(one.without)), *map(float, one.change)))
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


def gap(found: TalksFacts) -> Table:
    """Show how far the positions are apart, in issues and in each side's own welfare."""
    names, rows = found.names, []
    columns = (
        Column("gap", "The gap", "whose position, over whose"),
        Column("worth", "its own position is worth", "more than the other's", names.unit),
        Column("issues", "issues apart", f"of {len(names.issues)}", COUNT),
        Column("which", "which", "issues on which the positions differ"),
    )
    for pair, one in found.questions.gaps.items():
        which = tuple(map(names.title, one.issues)) or "nothing"
        for sides, distance in zip((pair, pair[::-1]), one.distance, strict=True):
            own, other = map(names.name, sides)
            said = f"{own}: its own position over that of {other}"
            rows.append((said, float(distance), len(one.issues), which))
    return made("gap", "How far positions are apart", columns, rows)


def payment(found: TalksFacts) -> Table:
    """Show the smallest payment that opens an empty zone; no rows where there is none."""
    names, paid = found.names, found.outlook.payment
    title, gain = "The smallest payment with which nobody refuses", "gain over no deal"
    columns = (
        SIDE,
        Column("verb", "", "pays or receives"),
        Column("payment", "payment", "what it is", replace(names.unit, sign=False)),
        Column("gain", f"{gain}, payment included", gain, names.unit),
    )
    if paid is None:
        return made("payment", title, columns, ())
    rows = [
        (party.name, "pays" if p < 0 else "receives" if p > 0 else "–", abs(p), gain)
        for party, p, gain in zip(names.parties, paid.payment, paid.gain, strict=True)
    ]
    goes = choice_list(names, found.packages.choices(paid.package))
    note = f"It goes with this package: {goes}."
    return made("payment", title, columns, rows, note=note, on=EVERYWHERE)


def concessions(
    found: TalksFacts, number: int, sides: tuple[str, str], steps: Sequence[Concession]
) -> Table:
    """Return the concessions of one side, the cheapest for what it closes first."""
    names, unit = found.names, found.names.unit
    giver, receiver = (names.name(party) for party in sides)
    closed = "share of the gap, in the receiver's welfare"
    columns = (
        Column("step", "", "what the giver gives up"),
        Column("cost", f"to {giver}", "what the step brings who gives", unit),
        Column("worth", f"to {receiver}", "what the step brings who receives", unit),
        Column("closed", "of the gap closed", closed, SHARE),
        Column("left", "gap left", "what of the gap is left", unit),
    )
    rows = []
    for place, one in enumerate(steps, 1):
        before = issue_and_option(names, one.issue, one.before)
        step = f"{place}. {before} → {names.option(one.issue, one.after)}"
        rows.append((step, -one.cost, one.worth, one.closed, one.left))
    title = f"Concessions of {noun(giver)} to {noun(receiver)}"
    return made(f"concessions-{number}", title, columns, rows, look="")


def wants(found: TalksFacts) -> Table:
    """Return what each option brings each side where nothing else is settled."""
    first = Column("option", "", "an option where nothing else is settled")
    rows = (
        (issue_and_option(found.names, one.issue, one.option), *one.worth) for one in found.wishes
    )
    columns = (first, *by_party(found.names, "worth", "what the option alone brings"))
    return made("wants", "What each option brings by itself", columns, rows, look="")


def gains(found: TalksFacts, main: Package) -> Table:
    """Return what each side gains from the predicted package, with the range of the draws."""
    unit, drawn = found.names.unit, found.drawn
    quantiles = (
        Column("low", "5% of runs below", "5 per cent quantile over the runs", unit),
        Column("median", "median", "median over the runs", unit),
        Column("high", "95% below", "95 per cent quantile over the runs", unit),
    )
    columns = (
        Column("side", "", "who gains"),
        Column("central", "central figures", "gain over no deal at central figures", unit),
        *(quantiles if found.ranged else ()),
    )
    rows = [
        (
            party.name,
            gain,
            *(drawn.interval(f"central_gain_{party.id}") if drawn and found.ranged else ()),
        )
        for party, gain in zip(found.names.parties, main.gain, strict=True)
    ]
    title = "Gain of the predicted package over no deal"
    return made("gains", title, columns, rows, on=EVERYWHERE, look="")


def draws(found: TalksFacts) -> Table:
    """Return what draws predict and how often: packages apart, all others, no deal."""
    packages = found.drawn_packages
    rows: list[Cells] = [
        ("; ".join(_told_apart(found, package.choices)), share)
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


def _told_apart(found: TalksFacts, there: Choices) -> tuple[str, ...]:
    """Say in what a package differs from the predicted one, or from nothing settled."""
    differs = choices_in_words(found.names, changed(found.base, there))
    return tuple(differs) or ("nothing settled" if found.predicted is None else "as predicted",)
