"""Talks in words: every sentence is made from facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun
from detente.report.talks import obstacles
from detente.report.talks.phrases import (
    KIND_WORDS,
    SOLUTION_NAMES,
    amounts,
    changed,
    choice_words,
    counted,
    gains,
    money,
    package_words,
    share,
    span,
)

if TYPE_CHECKING:
    from detente.report.talks.facts import Draws, Fixed, Package, TalksFacts
    from detente.talks.threat_game import Threat


def sentences(found: TalksFacts) -> dict[str, list[Sentence]]:
    """Return the sentences of a report by section.

    Sections are ``lead``, ``stand``, ``no_deal``, ``wants``, ``packages``, ``likely``, ``what_if``,
    ``blocks``, ``lasts``, ``linkage``, ``happened`` and ``watch``; a section may be empty.
    """
    return {
        "lead": lead(found),
        "stand": stand(found),
        "no_deal": no_deal(found),
        "wants": wants(found),
        "packages": packages(found),
        "likely": likely(found),
        "what_if": what_if(found),
        "blocks": obstacles.blocks(found),
        "lasts": obstacles.lasts(found),
        "linkage": obstacles.linkage(found),
        "happened": obstacles.overall(found),
        "watch": obstacles.watch(found),
    }


def lead(found: TalksFacts) -> list[Sentence]:
    """Say which package is predicted, what it is worth, and how often there is a deal."""
    names, package, drawn = found.names, found.predicted, found.draws
    if package is None:
        first = Sentence(_no_package(found), ("no-deal", *(["payment"] if found.payment else [])))
        return [first, *_chances(found)]
    bands = drawn.bands if drawn else ()
    said = (
        f"The predicted package{_how_likely(drawn, package)}: "
        f"{package_words(names, package.choices)}. "
        f"Compared with no deal (“{found.headline.title}”) it is worth "
        f"{gains(names, package.gain, bands)}."
    )
    return [Sentence(said, ("positions", "solutions")), *_chances(found)]


def _how_likely(drawn: Draws | None, package: Package) -> str:
    """Say how often draws predict exactly this one."""
    if drawn is None:
        return ""
    first = drawn.packages[:1]
    top = bool(first) and first[0][0].number == package.number
    rank = ", more often than any other" if top else ""
    return f" (in {share(_share_of(drawn, package))} of draws exactly this one{rank})"


def _share_of(drawn: Draws, package: Package) -> float:
    return next((v for p, v in drawn.packages if p.number == package.number), 0.0)


def _no_package(found: TalksFacts) -> str:
    names, point, against = found.names, found.headline, found.headline.title
    if point.zone:
        votes = listed([vote.title for vote in found.ballots])
        return (
            f"No package that all sides prefer to no deal (“{against}”) would pass at home: "
            f"{point.zone:,} would be signed, none has the chance it needs in {votes}."
        )
    said = f"No package is better for some side than no deal (“{against}”) and worse for none."
    if found.bettering:
        out = [
            f"{noun(party.name)} ({money(names, least, sign=True)} a year)"
            for party, least, has in zip(names.parties, found.least, point.values, strict=True)
            if least > has
        ]
        said = (
            f"{counted(found.bettering, 'package is', 'packages are')} better for some side than "
            f"no deal (“{against}”) and worse for none, but none leaves every side what it has by "
            f"walking away: {listed(out)}."
        )
    paid = found.payment
    if paid is None:
        return (
            f"{said} No side payment would open a zone either: no package that crosses no red "
            "line is worth more in all than what the sides have without."
        )
    pays = [
        f"{noun(party.name)} pays {money(names, -payment)}"
        for party, payment in zip(names.parties, paid.payment, strict=True)
        if payment < 0
    ]
    return (
        f"{said} The smallest payment that opens the zone: {listed(pays)} a year, with "
        f"{package_words(names, paid.choices)}."
    )


def _chances(found: TalksFacts) -> list[Sentence]:
    drawn = found.draws
    if drawn is None:
        return []
    said = f"In {share(drawn.zone)} of {counted(drawn.count, 'draw', 'draws')} there is a "
    said += "package that no side refuses and some side gains from"
    if found.standstill:
        said += (
            f", in {share(drawn.beyond)} one that is so even over a standstill, in which "
            "nothing is settled and no threat carried out"
        )
    if found.ballots:
        said += f"; in {share(drawn.deal)} of all draws one that is ratified as well"
    if found.predicted is not None:
        said += ". The package named here is refused by nobody in "
        said += f"{share(drawn.accepted)} of draws"
    told = [Sentence(f"{said}.", ("chances",))]
    if found.predicted is not None and drawn.secret is not None:
        own, other = (noun(party.name) for party in found.names.parties)
        told.append(
            Sentence(
                f"All this with limits that both know: where {other} keeps its own to itself "
                f"and {own} makes the offers, they end in a deal with a probability of "
                f"{span(*drawn.secret)}.",
                ("chances",),
            )
        )
    return told


def stand(found: TalksFacts) -> list[Sentence]:
    """Say what each side asks for, and how far they are apart."""
    names, told = found.names, []
    for party, package in found.positions.items():
        asks = choice_words(names, changed(names.unsettled, package.choices))
        said = f"{capital(noun(names.name(party)))} asks for, or offers: {asks}."
        told.append(Sentence(said, ("positions",)))
    for gap in found.gaps:
        if not gap.issues or not set(gap.sides) <= set(found.positions):
            continue
        one, two = (noun(names.name(party)) for party in gap.sides)
        own, other = (_more(found, distance) for distance in gap.distance)
        told.append(
            Sentence(
                f"The positions of {one} and {two} differ on {len(gap.issues)} "
                f"of {len(names.issues)} issues. To {one} its own position "
                f"is worth {own}, to {two} {other}.",
                ("gap",),
            )
        )
    return told


def _more(found: TalksFacts, value: float) -> str:
    if abs(value) < found.names.small:
        return "about as much as the other's"
    much = "more" if value > 0 else "less"
    return f"{money(found.names, abs(value))} a year {much} than the other's"


def no_deal(found: TalksFacts) -> list[Sentence]:
    """Say what the ways not to agree cost, and which threats are credible."""
    from detente.talks.study import WAITING

    base, told = found.impasse, []
    for point in found.every:
        if point.id == WAITING or base is None or point.id == base.id:
            continue
        change = tuple(v - b for v, b in zip(point.values, base.values, strict=True))
        told.append(
            Sentence(
                f"“{point.title}” ({KIND_WORDS[point.kind]}), compared with “{base.title}”: "
                f"{amounts(found.names, change)} a year.",
                ("no-deal",),
            )
        )
    told += [Sentence(_threat(found, threat), ("threats",)) for threat in found.threats]
    return told + _best_threats(found)


def _threat(found: TalksFacts, threat: Threat) -> str:
    names, made = found.names, threat.credibility
    who, whom = (noun(names.name(party)) for party in (threat.by, threat.target))
    said = f"“{found.point(threat.no_deal).title}” would cost {whom} "
    said += f"{money(names, made.target_cost)} a year"
    if made.own_cost <= 0:
        return f"{said} and bring {who} {money(names, -made.own_cost)}: it needs no resolve."
    audience = names.party(threat.by).audience_cost
    said += f" and {who}, which would carry it out, {money(names, made.own_cost)}"
    verdict = "it is credible" if made.credible else "it is not credible"
    if found.draws is not None:
        verdict += f" (it is in {share(found.draws.credible[threat.no_deal])} of draws)"
    back = f"is put at {money(names, audience)}" if audience else "is taken to cost nothing"
    return f"{said}; to back down {back}, so that {verdict}."


def _best_threats(found: TalksFacts) -> list[Sentence]:
    """Say which threats neither of two sides would change, and where they lead."""
    if not found.menaces:
        return []
    chosen = []
    for one in found.menaces:
        sure = "" if one.chance > 0.995 else f" in {share(one.chance)} of cases"
        who = noun(found.names.name(one.party))
        what = found.point(one.no_deal).title
        chosen.append(f"{who} would threaten{sure} with its part of “{what}”")
    return [
        Sentence(
            f"If money could change hands, and each chose what to threaten first: "
            f"{listed(chosen)}; the split that follows is worth "
            f"{amounts(found.names, found.split)} a year, from the baseline.",
        )
    ]


def wants(found: TalksFacts) -> list[Sentence]:
    """Say what each side would gain most from, one issue at a time, and mind most."""
    names, told = found.names, []
    for place, party in enumerate(names.parties):
        most: dict[str, tuple[float, str]] = {}
        least: dict[str, tuple[float, str]] = {}
        for wish in found.wishes:
            worth = wish.worth[place]
            if worth > names.small and worth > most.get(wish.issue, (0.0, ""))[0]:
                most[wish.issue] = worth, wish.option
            if worth < -names.small and worth < least.get(wish.issue, (0.0, ""))[0]:
                least[wish.issue] = worth, wish.option
        top = sorted(most.items(), key=lambda item: -item[1][0])[:3]
        low = sorted(least.items(), key=lambda item: item[1][0])[:2]
        parts = [
            f"{verb} {listed([_alone(found, issue, *what) for issue, what in chosen])}"
            for verb, chosen in (("gains most from", top), ("loses most by", low))
            if chosen
        ]
        if parts:
            said = f"{capital(noun(party.name))}, one issue at a time, {'; it '.join(parts)}."
            told.append(Sentence(said, ("wants",)))
    return told


def _alone(found: TalksFacts, issue: str, worth: float, option: str) -> str:
    names = found.names
    title = f"{names.issues[issue].title} {names.option(issue, option)}"
    return f"{title} ({money(names, worth, sign=True)})"


def packages(found: TalksFacts) -> list[Sentence]:
    """Say how many packages are better than no deal, and what no deal decides of it."""
    point = found.headline
    said = f"Of {counted(found.size, 'package', 'packages')} "
    said += f"{counted(point.zone, 'is', 'are') if point.zone else 'none is'} better than no deal "
    said += "for some side and worse for none"
    if found.bound:
        said += ", and leave no side less than it has by walking away"
    if point.zone:
        efficient = counted(point.efficient, "is", "are")
        said += f"; {efficient} efficient: no other is as good for all and better for one"
    said += "."
    if found.ballots and point.zone:
        said += f" {point.passing:,} would pass at home."
    if found.standstill:
        said += (
            " One of them is a standstill: nothing is settled, and what no deal would bring "
            "does not come."
        )
    told = [Sentence(said, ("no-deal",))]
    others = [f"{other.zone:,} over “{other.title}”" for other in found.points[1:]]
    if others:
        said = f"What no deal means decides, of such packages: {listed(others)}."
        told.append(Sentence(said, ("no-deal",)))
    return told


def likely(found: TalksFacts) -> list[Sentence]:
    """Say which solutions agree, what no deal changes, and how firm each issue is."""
    told, main = [], found.predicted
    if main is not None:
        told = [*_other_solutions(found, main), *_by_no_deal(found, main)]
        if found.draws is not None and found.draws.options:
            said = _firmness(found, found.draws, main)
            told.append(Sentence(said, ("draws", "positions")))
    if found.round is not None and found.round.cycle != 1:
        said = obstacles.unsettled_offers(found.round.cycle, found.round.rounds)
        told.append(Sentence(said, ("offers",)))
    return told


def _other_solutions(found: TalksFacts, main: Package) -> list[Sentence]:
    told, picks = [], found.headline.picks
    same = [
        SOLUTION_NAMES[name]
        for name, package in picks.items()
        if package and package.number == main.number and name != found.solution
    ]
    if same:
        solution, pick = ("solutions", "pick") if len(same) > 1 else ("solution", "picks")
        said = f"The {listed(same)} {solution} {pick} the same package."
        told.append(Sentence(said, ("solutions",)))
    for name, package in picks.items():
        if package and package.number != main.number:
            change = choice_words(found.names, changed(main.choices, package.choices))
            said = f"The {SOLUTION_NAMES[name]} solution differs: {change}."
            told.append(Sentence(said, ("solutions",)))
    return told


def _by_no_deal(found: TalksFacts, main: Package) -> list[Sentence]:
    told = []
    for point in found.points[1:]:
        package = point.picks[found.solution]
        if package is None:
            told.append(Sentence(f"Over “{point.title}” there is no deal.", ("solutions",)))
        elif package.number != main.number:
            change = choice_words(found.names, changed(main.choices, package.choices))
            told.append(Sentence(f"Over “{point.title}” it changes: {change}.", ("solutions",)))
    return told


def _firmness(found: TalksFacts, drawn: Draws, main: Package) -> str:
    """Say which issues come out alike in nearly all draws, and which are open."""
    shares = {issue: drawn.options.get((issue, o), 0.0) for issue, o in main.choices.items()}
    titles = {issue.id: issue.title for issue in found.names.issues.values()}
    firm = [titles[issue] for issue, value in shares.items() if value >= 0.9]
    loose = sorted((i for i, value in shares.items() if value < 0.9), key=lambda i: shares[i])
    said = f"Exactly this package is predicted in {share(_share_of(drawn, main))} of draws"
    if firm:
        comes = "comes" if len(firm) == 1 else "come"
        said += f"; {listed(firm)} {comes} out so in at least 90%"
    if loose:
        said += f"; open {'is' if len(loose) == 1 else 'are'} "
        said += listed([f"{titles[issue]} ({share(shares[issue])})" for issue in loose])
    return f"{said}."


def heading(found: TalksFacts, fixed: Fixed) -> str:
    """Say which options are fixed."""
    return f"What if: {choice_words(found.names, fixed.choices)}"


def what_if(found: TalksFacts) -> list[Sentence]:
    """Say what package follows where options are fixed, and what that is worth; nothing without."""
    fixed, drawn, names = found.fixed, found.draws, found.names
    if fixed is None:
        return []
    package = fixed.picks[found.solution]
    if package is None:
        return [Sentence(f"There is no deal: {_why_not(found, fixed)}.", ("solutions",))]
    bands = drawn.fixed if drawn else ()
    said = [
        f"The package that follows: {package_words(names, package.choices)}.",
        f"Compared with no deal (“{found.headline.title}”) it is worth "
        f"{gains(names, package.gain, bands)}.",
    ]
    if drawn is not None:
        said.append(f"In {share(drawn.fixed_accepted)} of draws no side refuses it.")
    if found.predicted is not None:
        said.append(_compared(found, package, found.predicted))
    return [Sentence(one, ("solutions",)) for one in said]


def _compared(found: TalksFacts, package: Package, main: Package) -> str:
    names = found.names
    change = tuple(new - old for new, old in zip(package.gain, main.gain, strict=True))
    if max(map(abs, change)) < names.small:
        return "Compared with the prediction it is worth about the same to every side."
    if found.draws is None:
        return f"Compared with the prediction: {amounts(names, change)} a year."
    return f"Compared with the prediction: {gains(names, change, found.draws.apart, '')} a year."


def _why_not(found: TalksFacts, fixed: Fixed) -> str:
    """Say what stands against every package with the options that are fixed."""
    if fixed.why_not == "lines":
        lines = [noun(found.names.name(party)) for party in fixed.lines_of]
        return f"it crosses a red line of {listed(lines)}"
    return {
        "walking": "every such package leaves some side less than it has by walking away",
        "home": "what all sides would sign does not pass at home",
        "worse": "no such package is better than no deal for some side and worse for none",
    }[fixed.why_not]


def how_sure(found: TalksFacts) -> str:
    """Say on what draws were made, and what this is not."""
    if found.draws is None:
        return "No draws: every figure is a central one."
    return (
        f"{found.draws.count:,} draws of every figure with a range, {economies(found.draws)}. "
        "Values that are not the economy's are an analyst's; the file says whose. This is what "
        "would serve governments, not a forecast of what they do."
    )


def economies(drawn: Draws) -> str:
    """Say on how many economies draws were made."""
    if not drawn.measured:
        return "on one economy (no option has measures)"
    many = f"{drawn.economies} economies" if drawn.economies > 1 else "one economy"
    horizons = listed(list(drawn.horizons))
    return f"over {many} (trade elasticities, and the horizon: {horizons} in turn)"


def made_of(found: TalksFacts) -> str:
    """Say what the worth of each no-deal point of the file with values of its own is made of."""
    return " ".join(
        f"{title}: the values that the file gives it, and nothing else."
        if alone
        else f"{title}: what its measures change, the values of the options that hold then, and "
        "its own values."
        for title, alone in found.made_of.items()
    )
