"""Talks in words: every sentence is made from facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import listed, noun
from detente.report.talks import acting, clash, dated, failing, obstacles
from detente.report.talks.phrases import (
    SOLUTIONS,
    brings,
    changed,
    choice_words,
    counted,
    money,
    package_words,
    quoted,
    runs,
    share,
    worth,
)
from detente.scenario.talks_consistency import FAILED
from detente.talks.afterwards import last_word, settled_by
from detente.talks.study import WAITING
from detente.talks.uncertainty import CENTRAL, FIXED

if TYPE_CHECKING:
    from detente.report.talks.facts import Package, TalksFacts
    from detente.talks.threat_game import Threat


def sentences(found: TalksFacts) -> dict[str, list[Sentence]]:
    """Return the sentences of a report by section; a section may be empty."""
    events = found.talks.afterwards
    several = sum(bool(settled_by(event)) for event in events) > 1
    return {
        "lead": lead(found),
        "stops": obstacles.stops(found),
        "no_deal": no_deal(found),
        "wants": [*acting.weights(found), *wants(found)],
        "packages": packages(found),
        "likely": [*acting.inside(found), *likely(found)],
        "what_if": what_if(found),
        "blocks": obstacles.blocks(found),
        "linkage": obstacles.linkage(found),
        "happened": obstacles.overall(found, last_word(found.talks), several),
        "watch": obstacles.watch(found),
    }


def lead(found: TalksFacts) -> list[Sentence]:
    """Answer: is there a deal, which is likely and what is it worth, how sure is that."""
    main, lines = found.predicted, found.study.clash
    if lines is not None:
        said = clash.answer(found.names, lines), clash.cost(found.names, lines)
        return [Sentence(one, ("clash",)) for one in said]
    if main is None:
        also = f" {dated.not_at_odds(found)}".rstrip()
        return [Sentence(_no_package(found) + also, ("no-deal",)), *_how_sure(found)]
    brought = worth(found.names, main.gain, found.bands(CENTRAL))
    who = "Both" if len(found.parties) == 2 else "All"
    deal = [f"{who} sides would sign a deal, most likely this: "
            f"{package_words(found.names, main.choices)}.",
            f"It is worth {brought} over no deal (“{found.headline.title}”)."]  # fmt: skip
    if (offer := found.settled_on) is not None:
        above = found.packages.choices(offer.package)
        differs = changed(above, main.choices)
        which = choice_words(found.names, differs, main.choices)
        deal = [f"The likely deal is the one above but for this: {which}.",
                f"It is worth {brought} over no deal."]  # fmt: skip
        if not differs:
            today = dated.against_today(found)
            deal = [f"The likely deal, named above, is worth {brought} over no deal; {today}."]
    bridge = dated.bridge(found)
    said = [Sentence(one, ("deal", "gains")) for one in deal]
    return [*said, *([Sentence(bridge, ("settlements", "outcomes"))] if bridge else []),
            *_how_sure(found)]  # fmt: skip


def valued(found: TalksFacts) -> str:
    """Say what is worth what by the model, at the size of trade in its year, and by an analyst."""
    given, year = "; ".join(found.by_analyst), found.study.calibration.card.year
    said = [f"Worth as an analyst puts it: {given}."] if given else []
    if found.by_model:
        said.append(f"{'The rest' if given else 'All'} is computed, on trade of {year}.")
    return " ".join(said)


def _some_deal(found: TalksFacts) -> str:
    """Say how often some deal beats no deal, and a standstill."""
    drawn, count = found.drawn, found.runs
    assert drawn is not None
    who = "both" if len(found.parties) == 2 else "all"
    said = f"Some deal beats no deal for {who} sides"
    said += f"{' ' if drawn.zone else ', but '}{runs(drawn.zone, count)}"
    if found.standstill:
        also = drawn.beyond == drawn.zone
        said += f", and beats a standstill {'too' if also else runs(drawn.beyond, count)}"
    return said


def _how_sure(found: TalksFacts) -> list[Sentence]:
    """Say how often the prediction comes out, over what, and what runs do not vary."""
    drawn, main = found.drawn, found.predicted
    if drawn is None:
        return [Sentence("No runs with other figures were made, so that no range can be given.")]
    many = found.runs
    vary = f"the {many:,} runs vary"
    if many == 1:
        said, vary = _one_run(found), "it varies"
    elif main is None:
        said = f"A deal comes about {runs(drawn.deal, many)}"
    else:
        exact = next((v for p, v in found.drawn_packages if p.package == main.package), 0.0)
        first = found.drawn_packages[:1]
        most = "most often, " if first and first[0][0].package == main.package else ""
        said = f"{_some_deal(found)}; exactly this one comes out {most}{runs(exact, many)}, and "
        said += f"all sides accept it {runs(drawn.chance('central_accepted'), many)}"
    year = found.study.calibration.card.year
    return [
        Sentence(
            f"{said}; {vary} every figure that has a range, not the model, the data "
            f"({year}) or who knows what.",
            ("chances", "draws") if found.drawn_packages or found.drawn_none else (),
        )
    ]


def _one_run(found: TalksFacts) -> str:
    """Say what the only run with other figures brings: no share of runs can be told."""
    main, come = found.predicted, found.drawn_packages
    if main is None:
        return f"The one run with other figures brings {'a deal' if come else 'no deal either'}"
    same = bool(come) and come[0][0].package == main.package
    brings_ = "no deal" if not come else "exactly this deal too" if same else "another deal"
    accepted = found.drawn is not None and found.drawn.chance("central_accepted") == 1
    refuses = "nobody refuses" if accepted else "some side refuses"
    return f"The one run with other figures brings {brings_}, and in it {refuses} this one"


def _no_package(found: TalksFacts) -> str:
    names, point, against = found.names, found.headline, found.headline.title
    if point.zone:
        votes = listed([vote.title for vote in found.study.votes])
        return (
            f"No deal is possible: no side refuses {counted(point.zone, 'package', 'packages')}, "
            f"compared with no deal (“{against}”), but none has the chance it needs in {votes}."
        )
    said = f"no package is better than no deal (“{against}”) for some side and worse for none"
    if found.bettering:
        out = [
            f"{noun(party.name)} ({money(names, least)})"
            for party, least, has in zip(
                names.parties, found.outlook.least, point.values, strict=True
            )
            if least > has
        ]
        said = (
            f"{counted(found.bettering, 'package is', 'packages are')} better for some side than "
            f"no deal (“{against}”) and worse for none, but none leaves every side what it has by "
            f"walking away: {listed(out)}"
        )
    said, paid = f"No deal is possible: {said}", found.outlook.payment
    if paid is None:
        return f"{said}; no payment would change that, for no deal is worth more in all."
    pays = [
        f"{noun(party.name)} pays {money(names, payment)}"
        for party, payment in zip(names.parties, paid.payment, strict=True)
        if payment < 0
    ]
    deal = package_words(names, found.packages.choices(paid.package))
    return f"{said}. The smallest payment that opens the way: {listed(pays)}, with {deal}."


def no_deal(found: TalksFacts) -> list[Sentence]:
    """Say what the ways not to agree cost, and which threats are credible."""
    base, told = found.impasse, []
    made = {threat.no_deal for threat in found.questions.threats}
    for point in found.every.values():
        if base is None or point.id in (WAITING, FAILED, base.id, *made):
            continue
        change = [v - b for v, b in zip(point.values, base.values, strict=True)]
        said = f"“{point.title}” {brings(found.names, change, would=True)}, against “{base.title}”."
        told.append(Sentence(said, ("no-deal",)))
    told += [Sentence(_threat(found, one), ("threats",)) for one in found.questions.threats]
    return told + failing.failing(found) + _best_threats(found)


def _threat(found: TalksFacts, threat: Threat) -> str:
    names, made = found.names, threat.credibility
    who, whom = (noun(names.name(party)) for party in (threat.by, threat.target))
    said = f"“{found.every[threat.no_deal].title}” would "
    said += f"{'cost' if made.target_cost > 0 else 'bring'} {whom} {money(names, made.target_cost)}"
    if made.own_cost <= 0:
        return f"{said} and bring {who} {money(names, made.own_cost)}: it needs no resolve."
    own = "more" if not made.credible else "no more"
    back = "nothing" if not names.party(threat.by).audience_cost else None
    than = f"backing down, which is taken to cost {back}" if back else "backing down"
    verdict = "" if made.credible else "not "
    return (
        f"{said}. Carrying it out would cost {who} {money(names, made.own_cost)}, {own} than "
        f"{than}: it is {verdict}credible."
    )


def _best_threats(found: TalksFacts) -> list[Sentence]:
    """Say which threats neither of two sides would change, and where they lead."""
    game, chosen = found.questions.rational, []
    if game is None:
        return []
    for party, own, likely in zip(
        found.names.parties, game.threats, (game.found.first, game.found.second), strict=True
    ):
        most = int(likely.argmax())
        sure = "" if likely[most] > 0.995 else f" in {share(float(likely[most]))} of cases"
        title = found.every[own[most].no_deal].title
        chosen.append(f"{noun(party.name)} would threaten{sure} with its part of “{title}”")
    return [
        Sentence(
            f"If money could change hands, and each chose what to threaten first: {listed(chosen)};"
            f" the split that follows {brings(found.names, game.found.utility)}, from the baseline."
        )
    ]


def wants(found: TalksFacts) -> list[Sentence]:
    """Say what each side would gain and lose most from, one issue at a time."""
    names, wishes, told = found.names, found.wishes, []
    for place, party in enumerate(names.parties if wishes else ()):
        ends = [(f(wishes, key=lambda one: one.worth[place]), f) for f in (max, min)]
        parts = [
            f"{'gain' if f is max else 'lose'} most from {quoted(names, one.issue, one.option)} "
            f"({money(names, one.worth[place])})"
            for one, f in ends
            if (1 if f is max else -1) * one.worth[place] > names.small
        ]
        if parts:
            said = f"One issue at a time, {noun(party.name)} would {' and '.join(parts)}."
            told.append(Sentence(said, ("wants",)))
    return told


def packages(found: TalksFacts) -> list[Sentence]:
    """Say how many packages are better than no deal, and what no deal decides of it."""
    point = found.headline
    if found.study.clash is not None:
        size = f"{found.size:,} packages" if found.size > 1 else "The only package"
        said = f"Each of {size} crosses" if found.size > 1 else f"{size} crosses"
        return [Sentence(f"{said} a red line.", ("no-deal",))]
    said = f"Of {counted(found.size, 'package', 'packages')} "
    said += f"{counted(point.zone, 'is', 'are') if point.zone else 'none is'} better than no deal "
    said += "for some side and worse for none"
    if found.outlook.bound:
        said += ", and leave no side less than it has by walking away"
    if point.zone:
        efficient = counted(point.efficient, "is", "are")
        said += f"; {efficient} efficient: no other is as good for all and better for one"
    said += "."
    if found.standstill:
        said += (
            " One of them is a standstill: nothing is settled, and what no deal would bring "
            "does not come."
        )
    return [Sentence(said, ("no-deal",)), *failing.answered(found)]


def likely(found: TalksFacts) -> list[Sentence]:
    """Say which solutions agree, and whether another no-deal point changes the deal."""
    told, main = [], found.predicted
    if main is not None:
        picks = found.headline.picks
        same = [
            SOLUTIONS[k][0]
            for k, p in picks.items()
            if p and p.package == main.package and k != found.solution
        ]
        if same:
            solution, pick = ("solutions", "pick") if len(same) > 1 else ("solution", "picks")
            said = f"The {listed(same)} {solution} {pick} the same package."
            told.append(Sentence(said, ("solutions",)))
        others = [
            point.title
            for point in found.points[1:]
            if (package := point.picks[found.solution]) is None or package.package != main.package
        ]
        if others:
            said = f"The deal would be another, or none, over {listed([f'“{o}”' for o in others])}."
            told.append(Sentence(said, ("solutions",)))
    return told + [Sentence(said, ("offers",)) for said in obstacles.unsettled_offers(found)]


def what_if(found: TalksFacts) -> list[Sentence]:
    """Say what package follows where options are fixed, and what that is worth; nothing without."""
    package, drawn, names = found.fixed, found.drawn, found.names
    if found.study.fixed is None:
        return []
    if package is None:
        return [Sentence(f"No deal is possible: {_why_not(found)}.", ("solutions",))]
    said = [
        f"The deal that follows: {package_words(names, package.choices)}.",
        f"It is worth {worth(names, package.gain, found.bands(FIXED))}, compared with no deal "
        f"(“{found.headline.title}”).",
    ]
    if drawn is not None:
        accepted = runs(drawn.chance(f"{FIXED}_accepted"), found.runs)
        said.append(f"All sides accept it {accepted}.")
    if found.predicted is not None:
        said.append(_compared(found, package, found.predicted))
    return [Sentence(one, ("solutions",)) for one in said]


def _compared(found: TalksFacts, package: Package, main: Package) -> str:
    names = found.names
    change = [new - old for new, old in zip(package.gain, main.gain, strict=True)]
    if max(map(abs, change)) < names.small:
        return "Compared with the prediction it is worth about the same to every side."
    said = worth(names, change, found.bands(FIXED, less=CENTRAL))
    return f"Compared with the prediction it brings {said}."


def _why_not(found: TalksFacts) -> str:
    """Say what stands against every package with the options that are fixed."""
    why, lines_of = found.why_not
    if why == "clash":
        return clash.why(found.names, found.clashing)
    lines = [noun(found.names.name(party)) for party in lines_of]
    return {
        "lines": f"it crosses a red line of {listed(lines or ['nobody'])}",
        "walking": "every such package leaves some side less than it has by walking away",
        "home": "what all sides would sign does not pass at home",
        "worse": "no such package is better than no deal for some side and worse for none",
    }[why]


def heading(found: TalksFacts) -> str:
    """Say which options are fixed."""
    return f"What if: {choice_words(found.names, found.study.choices.what_if or {})}"


def further(found: TalksFacts) -> list[Sentence]:
    """Say where to look next."""
    if found.study.clash is not None:
        return [Sentence("--full prints everything.")]
    issue = next(iter(changed(found.names.unsettled, found.base)), next(iter(found.names.issues)))
    other = f"{issue}={found.names.issues[issue].unsettled}"
    said = f"--full prints everything; --what-if {other} fixes that option."
    return [Sentence(said)]


def economies(found: TalksFacts) -> str:
    """Say on how many economies draws were made."""
    drawn = found.drawn
    if drawn is None or not any(found.study.worth):
        return "on one economy (no option has measures)"
    many = f"{drawn.economies} economies" if drawn.economies > 1 else "one economy"
    horizons = listed(list(found.talks.horizons))
    return f"over {many} (trade elasticities, and the horizon: {horizons} in turn)"
