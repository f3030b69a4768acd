"""What blocks a deal, whether it lasts, what linking brings, what happened: in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun, possessive
from detente.report.talks.figures import factor_names
from detente.report.talks.phrases import (
    amounts,
    changed,
    choice_words,
    counted,
    money,
    outcome_words,
    package_words,
    share,
)
from detente.talks.gap import BETTER_OFF, RED_LINE, VOTED_DOWN
from detente.talks.side_questions import EVERYTHING
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from detente.report.talks.facts import Ballot, Line, Package, TalksFacts
    from detente.talks.afterwards import Score
    from detente.talks.gap import Binding, Concession
    from detente.talks.lasting import Lasting


def blocks(found: TalksFacts) -> list[Sentence]:
    """Say what stands in the way: other wishes, red lines, votes."""
    names, told = found.names, []
    for item, failing, walks in found.bindings:
        said = (
            f"{capital(noun(names.name(item.party)))} would rather have "
            f"{names.issues[item.issue].title} {names.option(item.issue, item.wanted)}, worth "
            f"{money(names, item.worth)} a year more to it"
        )
        if item.why:
            said += f"; against it: {against(found, item, failing, walks)}"
        else:
            said += f"; it would cost {noun(names.name(item.loser))} {money(names, item.cost)}"
        told.append(Sentence(f"{said}.", ("bindings",)))
    told += [Sentence(_line(found, line), ("red-lines",)) for line in found.lines]
    told += _refusals(found)
    votes = [_vote(found, vote) for vote in found.ballots]
    told += [Sentence(said, ("votes",)) for said in votes if said]
    free, main = found.unratified, found.predicted
    if free is not None and found.ballots and (main is None or free.number != main.number):
        said = f"If nobody at home had to agree: {package_words(names, free.choices)}."
        told.append(Sentence(said))
    return told


def _vote(found: TalksFacts, vote: Ballot) -> str:
    """Say how likely the prediction passes, or the likeliest that all sides prefer."""
    whose = f" ({noun(found.names.name(vote.party))})" if len(found.ballots) > 1 else ""
    who = vote.title + whose
    if found.predicted is not None:
        inside = [f"{bloc.title} {share(bloc.chance)}" for bloc in vote.blocs]
        return (
            f"{who}: passes with a probability of {share(vote.chance)} "
            f"(a member approves: {listed(inside)})."
        )
    if not found.headline.zone:
        return ""
    return (
        f"{who}: of the packages that all sides prefer the likeliest to pass passes with "
        f"{share(vote.most)}; {share(vote.least)} is needed."
    )


def _refusals(found: TalksFacts) -> list[Sentence]:
    """Say how many packages each side refuses, where none is left."""
    if found.headline.zone:
        return []
    parts = []
    for one in found.refusals:
        crossed = f" and {one.lines:,} for its red lines" if one.lines else ""
        than = "its outside option" if one.outside else "no deal"
        who = noun(found.names.name(one.party))
        parts.append(f"{who} refuses {one.worse:,} as worse for it than {than}{crossed}")
    of = counted(found.size, "package", "packages")
    none = "None is left that some side gains from and none refuses."
    return [Sentence(f"Of {of} {'; '.join(parts)}. {none}")]


def against(found: TalksFacts, item: Binding, failing: tuple[str, ...], walks: bool) -> str:
    """Say who or what stands against a change that a side would like."""
    names = found.names
    if item.why == VOTED_DOWN:
        return f"it would not pass at home ({listed(list(failing))})"
    if item.why == RED_LINE:
        return f"a red line of {noun(names.name(item.refused_by))}"
    if item.why == BETTER_OFF:
        how = "by walking away" if walks else "without a deal"
        return f"{noun(names.name(item.refused_by))}, which would have more {how}"
    return f"what it costs {noun(names.name(item.loser))}"


def unsettled_offers(cycle: int, rounds: int, shown: str = "") -> str:
    """Say that offers in turn come to nothing firm."""
    if cycle == 0:
        return f"Offers in turn do not settle within {rounds:,} rounds looked ahead."
    return (
        f"Offers in turn do not settle: packages are too coarse, and what is offered first comes "
        f"back every {cycle} rounds looked ahead. Which of the offers{shown} it is hangs on "
        "who would have the last word."
    )


def _line(found: TalksFacts, line: Line) -> str:
    names, main, without = found.names, found.predicted, line.without
    who, what = noun(names.name(line.party)), choice_words(names, line.choices)
    said = f"{capital(who)} refuses {what}"
    if without is None:
        return f"{said}; without that line there would be no deal either."
    if line.besides:
        return f"{said}; alone it changes nothing, for another red line is against it too."
    if main is None:
        deal = package_words(names, without.choices)
        return f"{said}. Without that line the deal would be: {deal}."
    if main.number == without.number:
        return f"{said}; at the values given it would not be part of the prediction anyway."
    return (
        f"{said}. Without that line the prediction would change by {amounts(names, line.change)}."
    )


def lasts(found: TalksFacts) -> list[Sentence]:
    """Say whether each side would keep the package."""
    return [Sentence(_keeps(found, item), ("lasting",)) for item in found.lasting]


def _keeps(found: TalksFacts, item: Lasting) -> str:
    who = capital(noun(found.names.name(item.party)))
    if not item.own:
        return f"{who} carries out nothing of it alone that it could go back on."
    if not item.choices:
        return f"{who} would gain nothing by going back on what it carries out."
    said = (
        f"{who} would gain {money(found.names, item.tempted)} a year by going back on it "
        f"({choice_words(found.names, item.choices)}) until that is found out, after "
        f"{found.months:g} months. "
    )
    verdict = "it keeps the deal" if item.keeps else "it does not keep the deal"
    if found.draws is not None:
        verdict += f" (it would keep it in {share(found.draws.keeps[item.party])} of draws)"
    if not item.most_impatient > 0:
        return f"{said}No patience is enough to keep it."
    return (
        f"{said}It keeps a deal up to an impatience of {100 * item.most_impatient:.0f}% a year; "
        f"its own is {100 * item.impatience:.0f}%: {verdict}."
    )


def linkage(found: TalksFacts) -> list[Sentence]:
    """Say what linking issues brings, and what rests on an analyst."""
    names, told, linked = found.names, [], found.linked
    if linked is not None:
        if linked.joint is None:
            said = "One table for everything comes to no deal over nothing settled."
        elif max(map(abs, linked.value)) < names.small:
            said = "One table for everything and separate tables come to the same."
        else:
            said = (
                "One table for everything, compared with separate tables, all over nothing "
                f"settled, is worth {amounts(names, linked.value)} a year."
            )
        told.append(Sentence(said, ("linkage",)))
    told += [Sentence(said, ("linkage",)) for said in _left_out(found)]
    for name, package in found.without_values.items():
        told.append(Sentence(_valued(found, name, package), ("without-values",)))
    return told


def _left_out(found: TalksFacts) -> list[str]:
    """Say what the deal is worth where some issues are kept apart."""
    names, main, told = found.names, found.predicted, []
    for group, package in found.apart.items():
        kept = listed([names.issues[issue].title for issue in group])
        if package is None:
            told.append(f"Without {kept} at the table there is no deal.")
        elif main is not None:
            change = tuple(new - old for new, old in zip(package.gain, main.gain, strict=True))
            worth = f"{amounts(names, change)} a year compared with the prediction"
            if max(map(abs, change)) < names.small:
                worth = "about the same"
            told.append(f"Without {kept} at the table the deal is worth {worth}.")
    return told


def _valued(found: TalksFacts, name: str, package: Package | None) -> str:
    """Say what the prediction is where an analyst's values are zero."""
    names, main = found.names, found.predicted
    what = "all values that are not the economy's"
    if name != EVERYTHING:
        what = f"the analyst's values of {names.issues[name].title}"
    if package is None:
        return f"With {what} at zero there is no deal."
    if main is None:
        return f"With {what} at zero there is one: {package_words(names, package.choices)}."
    if main.number == package.number:
        return f"With {what} at zero the prediction stays."
    change = choice_words(names, changed(main.choices, package.choices))
    return f"With {what} at zero it changes: {change}."


def overall(found: TalksFacts) -> list[Sentence]:
    """Score all events together, by how each issue was settled last; nothing for one alone."""
    if found.overall is None:
        return []
    said = f"By how each issue was settled last, the prediction is right on {right(found.overall)}"
    return [Sentence(said, ("afterwards",))]


def right(count: Score) -> str:
    """Score the prediction beside “nothing changes”."""
    issues = counted(count.issues, "issue", "issues")
    return f"{count.predicted} of {issues}; “nothing changes” is on {count.unchanged}."


def watch(found: TalksFacts) -> list[Sentence]:
    """Say what decides, and the cheapest step of each side."""
    return [*_decides(found), *_cheapest_steps(found)]


def _decides(found: TalksFacts) -> list[Sentence]:
    names, told = found.names, []
    said = factor_names(found.figures)
    for outcome, column in found.draws.importance.items() if found.draws else ():
        # the horizon is a part of the economy
        shares = {k: v for k, v in column.items() if k != HORIZON or ECONOMY not in column}
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        top = [(k, v) for k, v in ranked if v >= 0.1][:3]
        if top:
            what = listed([f"“{said.get(k, k)}” ({share(v)})" for k, v in top])
            about = outcome_words(names, outcome, found.gain_of)
            sentence = f"What decides {about}, as a share of its variance: {what}."
            told.append(Sentence(sentence, ("importance",)))
    return told


def _cheapest_steps(found: TalksFacts) -> list[Sentence]:
    told = []
    for number, ((giver, receiver), steps) in enumerate(found.ladders.items(), 1):
        paying = [step for step in steps if step.worth > found.names.small]
        if paying:
            see = (f"concessions-{number}",) if found.positions else ()
            told.append(Sentence(_step(found, giver, receiver, paying[0]), see))
    return told


def _step(found: TalksFacts, giver: str, receiver: str, step: Concession) -> str:
    names = found.names
    whom = noun(names.name(receiver))
    cost = f"costs it {money(names, step.cost)} a year"
    if abs(step.cost) < names.small:
        cost = "costs it next to nothing"
    elif step.cost < 0:
        cost = f"brings it {money(names, -step.cost)} a year by itself"
    closes = f", {share(step.closed)} of the gap" if step.closed > 0 else ""
    return (
        f"{capital(possessive(names.name(giver)))} cheapest step towards {whom}: "
        f"{names.issues[step.issue].title} {names.option(step.issue, step.after)}. It {cost} and "
        f"gives {whom} {money(names, step.worth)}{closes}."
    )
