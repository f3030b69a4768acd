"""The tables of talks: what is wanted, likely, and paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document.blocks import EVERYWHERE, Column, Mark, Table, Value
from detente.document.language import capital, noun
from detente.document.numbers import COUNT, SHARE
from detente.report.talks import obstacles
from detente.report.talks.cells import (
    DATA,
    ID,
    NO,
    PACKAGE,
    SIDE,
    YES,
    Cells,
    by_issue,
    by_party,
    gain_of,
    made,
    told_package,
)
from detente.report.talks.phrases import (
    SOLUTIONS,
    choice_list,
    issue_and_option,
    span,
)
from detente.talks.case import is_reservation

if TYPE_CHECKING:
    from detente.document.blocks import Tone
    from detente.report.talks.facts import Package, TalksFacts
    from detente.report.talks.names import Naming
    from detente.talks.gap import Concession


def deal(found: TalksFacts) -> Table:
    """Issue by issue: what is predicted, how firmly, and what that part of the deal brings."""
    names, main, rows = found.names, found.predicted, list[Cells]()
    answer = names.answers.beside(found.base, names.issues)
    for issue in names.issues.values() if main else ():
        option, part = found.base[issue.id], found.part(issue.id)
        tone: Tone = "quiet" if option == issue.unsettled else "strong"
        share = found.drawn_share(issue.id, option) if found.drawn else None
        cells = part or (None,) * len(found.parties)
        said = issue.options[option] + answer.get(issue.id, "")
        rows.append((issue.title, issue.id, Mark(said, tone), share, *cells))
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
        yield over, ", ".join(labels), told_package(found, package), *gain_of(found, package)


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
        told = told_package(found, one.package) if one.package else "no agreement at once"
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
    answers = {package.answer for package in packages}
    columns = (
        Column("place", "", "place by the weighted product of gains", COUNT),
        *(Column(f"issue_{i}", names.title(i), f"option of {names.title(i)}") for i in moving),
        Column("answer", "answer", "what the other side does where measures are left in force"),
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
        told = (package.answer or "none") if any(answers) else None
        rows.append((place, *options, told, *package.gain, passes, ", ".join(picked) or "–"))
    same = {i: o for i, o in packages[0].choices.items() if i not in moving} if packages else {}
    note = f"In all of them: {choice_list(names, same)}." if same else ""
    title = (
        f"The {len(rows)} best of {found.headline.efficient} efficient packages by the weighted "
        "product of gains; gains over no deal"
    )
    return made("best-packages", title, columns, rows, note=note, look="")


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
            said = f"{own}: its own position over that of {noun(other)}"
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
    start = dict(found.names.unsettled)
    rows = [
        (choice_list(found.names, {one.issue: one.option}, start | {one.issue: one.option}),
         *one.worth)
        for one in found.wishes
    ]  # fmt: skip
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
