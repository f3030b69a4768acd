"""What could stop a deal, what stands against a better one, what decides it: in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import spoken
from detente.report.talks import clash
from detente.report.talks.figures import factor_names
from detente.report.talks.phrases import (
    brings,
    choice_list,
    counted,
    money,
    outcome_words,
    package_words,
    quoted,
    runs,
    share,
    span,
)
from detente.talks.gap import BETTER_OFF, RED_LINE, VOTED_DOWN
from detente.talks.side_questions import EVERYTHING
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.report.talks.facts import TalksFacts
    from detente.talks.afterwards import Score
    from detente.talks.gap import Binding, Concession


def stops(found: TalksFacts) -> list[Sentence]:
    """Say what could stop a deal: secrets, votes at home, who would break it."""
    ways = (*_dropped(found), *_refused(found), *_votes(found))
    return [*_secret(found), *ways, *_broken(found)]


def _dropped(found: TalksFacts) -> Iterator[Sentence]:
    """Say which deal would follow if a red line were dropped, where there is none."""
    if found.study.clash is not None:
        drawn = found.study.clash.deals if found.drawn else {}
        bands = {name: found.bands(name) for name in drawn}
        for said in clash.ways_out(found.names, found.study.clash, bands):
            yield Sentence(said, ("clash",))
        runs_ = "No runs with other figures were made"
        if found.drawn:
            vary = "one run varies" if found.runs == 1 else f"{found.runs:,} runs vary"
            year = found.study.calibration.card.year
            runs_ = f"The {vary} every figure that has a range, not the model, the data ({year}) "
            runs_ += "or who knows what"
        yield Sentence(f"{runs_}: {clash.SURE}.", ("draws",) if found.drawn else ())
    elif found.predicted is None:
        for line in found.opening_lines:
            yield Sentence(clash.dropped(found.names, line), ("red-lines",))


def _secret(found: TalksFacts) -> Iterator[Sentence]:
    secret = found.drawn.secret_deal if found.drawn else None
    if found.predicted is None or secret is None:
        return
    own, other = (noun(party.name) for party in found.names.parties)
    often = "at least nine times in ten" if secret[0] >= 0.9 else f"{span(*secret)} of the time"
    said = f"If {other} hides its bottom line and {own} makes the offers, talks succeed {often}."
    yield Sentence(said, ("chances", "offers"))


def _refused(found: TalksFacts) -> Iterator[Sentence]:
    """Say how many packages each side refuses, where none is left."""
    if found.headline.zone:
        return
    for party, worse, lines, outside in found.refusals:
        than = "what it has by walking away" if outside else "no deal"
        who = capital(noun(found.names.name(party)))
        said = f"{who} refuses {{}} of {counted(found.size, 'package', 'packages')}"
        if lines and not worse:
            if found.study.clash is not None:
                continue  # the answer names them
            yield Sentence(f"{said.format(f'{lines:,}')} for its red lines.")
            continue
        crossed = counted(lines, "more crosses", "more cross")
        crossed = f", and {crossed} its red lines" if lines else ""
        yield Sentence(f"{said.format(f'{worse:,}')} as worse for it than {than}{crossed}.")


def _votes(found: TalksFacts) -> Iterator[Sentence]:
    """Say how likely the prediction passes, or the likeliest that all sides prefer."""
    for one in found.voters if found.headline.zone else ():
        if not one.bloc:
            said = f"{capital(noun(one.title))} approves it with a chance of {share(one.chance)}"
            said += f"{found.least_for(one)}."
            if found.predicted is None:
                said = f"{one.title}: what all sides prefer passes with a chance of at most "
                said += f"{share(one.most)}; {share(one.least or 0.0)} is needed."
            yield Sentence(said, ("votes",))


def _broken(found: TalksFacts) -> Iterator[Sentence]:
    """Say who would do better by breaking the deal later, and who has no reason to."""
    lasting = found.questions.lasting
    keeping = [noun(found.names.name(one.party)) for one in lasting if one.keeps]
    for one in lasting:
        if not one.keeps:
            who = capital(noun(found.names.name(one.party)))
            said = f"{who} would gain {money(found.names, one.tempted)} by breaking the deal until "
            said += "that is found out, and has reason to"
            often = found.keeps(one.party)
            kept = (
                ""
                if often is None or found.runs == 1
                else f" (it keeps it {runs(often, found.runs)})"
            )
            yield Sentence(f"{said}{kept}.", ("lasting",))
    if keeping:
        who = f"Neither {' nor '.join(keeping)}" if len(keeping) == 2 else capital(listed(keeping))
        verb = "has no" if len(keeping) == 1 else "has" if len(keeping) == 2 else "have no"
        yield Sentence(f"{who} {verb} reason to break the deal.", ("lasting",))


def blocks(found: TalksFacts) -> list[Sentence]:
    """Say what stands against something better: other wishes, red lines, votes."""
    names, told, main = found.names, list[Sentence](), found.predicted
    for one in found.questions.bindings:
        wish = quoted(names, one.issue, one.wanted)
        said = f"{capital(noun(names.name(one.party)))} would rather have {wish}, worth "
        said += f"{money(names, one.worth)} more to it"
        if one.why:
            said += f"; against it: {against(found, one)}"
        else:
            said += f"; it would cost {noun(names.name(one.loser))} {money(names, one.cost)}"
        told.append(Sentence(f"{said}.", ("bindings",)))
    lines = () if main is None else found.questions.red_lines
    told += [Sentence(_line(found, line), ("red-lines",)) for line in lines]
    free = found.unratified
    if free is not None and found.study.votes and (main is None or free.package != main.package):
        told.append(
            Sentence(f"If nobody at home had to agree: {package_words(names, free.choices)}.")
        )
    return told


def against(found: TalksFacts, item: Binding) -> str:
    """Say who or what stands against a change that a side would like."""
    names = found.names
    if item.why == VOTED_DOWN:
        return f"it would not pass at home ({listed(found.failing(item.package))})"
    if item.why == RED_LINE:
        return f"a red line of {noun(names.name(item.refused_by))}"
    if item.why == BETTER_OFF:
        how = "by walking away" if found.outside(item.refused_by) else "without a deal"
        return f"{noun(names.name(item.refused_by))}, which would have more {how}"
    return f"what it costs {noun(names.name(item.loser))}"


def unsettled_offers(found: TalksFacts) -> list[str]:
    """Say that bargaining by turns comes to nothing firm."""
    turn = found.questions.round
    if turn is None or turn.cycle == 1:
        return []
    more = "who would have the last word decides"
    if turn.cycle == 0:
        more = f"it does not settle within {turn.rounds:,} rounds"
    return [
        "Bargaining by turns gives no single answer here: the options are too far apart, and "
        f"{more}."
    ]


def _line(found: TalksFacts, line: Any) -> str:
    names, main, without = found.names, found.predicted, found.picked(line.without)
    said = f"{capital(noun(names.name(line.party)))} refuses "
    said += f"“{choice_list(names, dict(line.choices))}”"
    if without is None:
        return f"{said}; without that line there would be no deal either."
    if line.besides:
        return f"{said}; alone it changes nothing, for another red line is against it too."
    if main and main.package == without.package:
        return f"{said}; at the values given it would not be part of the deal anyway."
    return f"{said}. Giving up that line {brings(names, line.change, would=True)}."


def linkage(found: TalksFacts) -> list[Sentence]:
    """Say what linking issues brings, and what rests on an analyst."""
    names, linked, told = found.names, found.questions.linked, []
    if linked is not None:
        said = "One table for everything, compared with separate tables, "
        if linked.joint is None:
            said = "One table for everything comes to no deal over nothing settled"
        elif max(map(abs, linked.value)) < names.small:
            said += "comes to the same"
        else:
            said += f"{brings(names, linked.value)}, all over nothing settled"
        told.append(Sentence(f"{said}.", ("linkage",)))
    kinds: dict[str, list[str]] = {}
    main = found.predicted.package if found.predicted else None
    for name, agreed in found.questions.without_values.items():
        number = agreed.package if agreed else None
        verdict = "there is no deal" if number is None else "there is another deal"
        what = "all of them together" if name == EVERYTHING else names.title(name)
        if number != main:
            kinds.setdefault(verdict, []).append(what)
    for verdict, issues in kinds.items():
        said = f"Where an analyst's values count as nothing, {verdict}: those of {listed(issues)}."
        told.append(Sentence(said, ("without-values",)))
    return told


def overall(found: TalksFacts, then: Mapping[str, str | None], several: bool) -> list[Sentence]:
    """Score all events together, by how each issue was settled last; nothing for one alone."""
    count = found.scored(then) if several else None
    if count is None:
        return []
    said = f"By how each issue was settled last, the prediction is right on {right(count)}"
    return [Sentence(said, ("afterwards",))]


def right(count: Score) -> str:
    """Score the prediction beside “nothing changes”."""
    issues = counted(count.issues, "issue", "issues")
    return f"{count.predicted} of {issues}; “nothing changes” is on {count.unchanged}."


def watch(found: TalksFacts) -> list[Sentence]:
    """Say what decides, and the cheapest step of each side."""
    told, titles = [], factor_names(found.figures)
    explained = found.drawn.importance.to_dict() if found.drawn else {}
    for outcome, column in explained.items():
        # the horizon is a part of the economy
        shares = {k: v for k, v in column.items() if k != HORIZON or ECONOMY not in column}
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        top = [f"“{titles.get(k, k)}” ({share(v)})" for k, v in ranked[:3] if v >= 0.1]
        if top:
            about = outcome_words(found.names, str(outcome), found.gain_of)
            told.append(Sentence(f"{about} hangs mostly on {listed(top)}.", ("importance",)))
    for number, ((giver, receiver), steps) in enumerate(found.questions.ladders.items(), 1):
        paying = [step for step in steps if step.worth > found.names.small]
        if paying:
            see = (f"concessions-{number}",) if found.positions else ()
            told.append(Sentence(_step(found, giver, receiver, paying[0]), see))
    return told


def _step(found: TalksFacts, giver: str, receiver: str, step: Concession) -> str:
    names = found.names
    whom = noun(names.name(receiver))
    cost = f"costs it {money(names, step.cost)}"
    if abs(step.cost) < names.small:
        cost = "costs it next to nothing"
    elif step.cost < 0:
        cost = f"brings it {money(names, step.cost)} by itself"
    closes = f", {share(step.closed)} of the gap" if step.closed > 0 else ""
    return (
        f"{capital(possessive(names.name(giver)))} cheapest step towards {whom}: "
        f"{quoted(names, step.issue, step.after)}. It {cost} and "
        f"gives {whom} {spoken(step.worth, names.unit)}{closes}."
    )
