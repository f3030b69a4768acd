"""Talks in words: every sentence is made from the numbers of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report import words
from detente.report.talks import obstacles
from detente.report.talks.facts import (
    KIND_WORDS,
    SOLUTION_NAMES,
    amounts,
    capital,
    choice_words,
    counted,
    gains,
    issue_titles,
    money,
    no_deal_title,
    option_shares,
    option_title,
    package_words,
    party_names,
    points,
    settled,
    share,
    small,
    the,
)
from detente.report.talks.what_if import what_if
from detente.talks.solutions import deals
from detente.talks.study import WAITING, TalksStudy
from detente.talks.threat_game import Threat

if TYPE_CHECKING:
    pass

__all__ = ["money", "package_words", "party_names", "sentences"]


def sentences(study: TalksStudy) -> dict[str, list[str]]:
    """Return the sentences of a report by section.

    Sections are ``lead``, ``stand``, ``no_deal``, ``wants``, ``packages``, ``likely``, ``what_if``,
    ``blocks``, ``lasts``, ``linkage``, ``happened`` and ``watch``; a section may be empty.
    """
    return {
        "lead": _lead(study),
        "stand": _stand(study),
        "no_deal": _no_deal(study),
        "wants": _wants(study),
        "packages": _packages(study),
        "likely": _likely(study),
        "what_if": what_if(study),
        "blocks": obstacles.blocks(study),
        "lasts": obstacles.lasts(study),
        "linkage": obstacles.linkage(study),
        "happened": obstacles.happened(study),
        "watch": obstacles.watch(study),
    }


def _lead(study: TalksStudy) -> list[str]:
    found = study.outlook.agreements[study.choices.solution]
    against = no_deal_title(study, study.headline)
    if found is None:
        return [_no_package(study), *_chances(study)]
    said = (
        f"The predicted package{_how_likely(study, found.package)}: "
        f"{package_words(study, found.package)}. "
        f"Compared with no deal (“{against}”) it is worth {gains(study, found)}."
    )
    return [said, *_chances(study)]


def _how_likely(study: TalksStudy, package: int) -> str:
    """Say how often draws predict exactly this one."""
    if study.uncertainty is None:
        return ""
    shares = {int(str(k)): float(v) for k, v in study.uncertainty.packages.items()}
    first = max(shares, key=lambda k: shares[k], default=-1) == package
    rank = ", more often than any other" if first else ""
    return f" (in {share(shares.get(package, 0.0))} of draws exactly this one{rank})"


def _no_package(study: TalksStudy) -> str:
    outlook, against = study.outlook, no_deal_title(study, study.headline)
    if outlook.zone.any():
        votes = words.listed([vote.title for vote in study.votes])
        return (
            f"No package that all sides prefer to no deal (“{against}”) would pass at home: "
            f"{int(outlook.zone.sum()):,} would be signed, none has the chance it needs in {votes}."
        )
    names = list(party_names(study).values())
    said = f"No package is better for some side than no deal (“{against}”) and worse for none."
    count = int(deals(study.packages, outlook.no_deal.values).sum())
    if count:
        out = [
            f"{the(n)} ({money(study, float(least), sign=True)} a year)"
            for n, least, d in zip(names, outlook.least, outlook.no_deal.values, strict=True)
            if least > d
        ]
        said = (
            f"{counted(count, 'package is', 'packages are')} better for some side than no deal "
            f"(“{against}”) and worse for none, but none leaves every side what it has by walking "
            f"away: {words.listed(out)}."
        )
    paid = outlook.payment
    if paid is None:
        return (
            f"{said} No side payment would open a zone either: no package that crosses no red "
            "line is worth more in all than what the sides have without."
        )
    pays = [f"{the(n)} pays {money(study, -p)}" for n, p in zip(names, paid.payment, strict=True)
            if p < 0]  # fmt: skip
    return (f"{said} The smallest payment that opens the zone: {words.listed(pays)} a year, with "
            f"{package_words(study, paid.package)}.")  # fmt: skip


def _chances(study: TalksStudy) -> list[str]:
    drawn = study.uncertainty
    if drawn is None:
        return []
    said = f"In {share(drawn.zone)} of {counted(len(drawn.draws), 'draw', 'draws')} there is a "
    said += "package that no side refuses and some side gains from"
    if standstill(study):
        said += (
            f", in {share(drawn.beyond)} one that is so even over a standstill, in which "
            "nothing is settled and no threat carried out"
        )
    if study.votes:
        said += f"; in {share(drawn.deal)} of all draws one that is ratified as well"
    if study.predicted is not None:
        said += ". The package named here is refused by nobody in "
        said += f"{share(drawn.chance('central_accepted'))} of draws"
    found = [said + "."]
    if study.predicted is not None and drawn.secret_deal is not None:
        low, high = (share(v) for v in drawn.secret_deal)
        own, other = (the(name) for name in party_names(study).values())
        chance = f"with a probability of {low}" + (f" to {high}" if high != low else "")
        found.append(
            f"All this with limits that both know: where {other} keeps its own to itself "
            f"and {own} makes the offers, they end in a deal {chance}."
        )
    return found


def standstill(study: TalksStudy) -> bool:
    """Say whether to settle nothing, and carry out no threat, is itself better than no deal."""
    return bool(study.outlook.zone[study.packages.number(study.case.unsettled)])


def _stand(study: TalksStudy) -> list[str]:
    names, found = party_names(study), []
    for party, number in study.positions.items():
        given = [p for p in study.case.talks.positions if p.party == party]
        if given:
            asks = settled(study, study.packages.choices(number))
            found.append(f"{capital(the(names[party]))} asks for, or offers: "
                         f"{choice_words(study, asks)}.")  # fmt: skip
    for (one, two), gap in study.questions.gaps.items():
        if not gap.issues or not all(any(p.party == who for p in study.case.talks.positions)
                                     for who in (one, two)):  # fmt: skip
            continue
        own, other = (_more(study, float(d)) for d in gap.distance)
        found.append(
            f"The positions of {the(names[one])} and {the(names[two])} differ on {len(gap.issues)} "
            f"of {len(study.packages.table.issues)} issues. To {the(names[one])} its own position "
            f"is worth {own}, to {the(names[two])} {other}."
        )
    return found


def _more(study: TalksStudy, value: float) -> str:
    if abs(value) < small(study):
        return "about as much as the other's"
    much = "more" if value > 0 else "less"
    return f"{money(study, abs(value))} a year {much} than the other's"


def _no_deal(study: TalksStudy) -> list[str]:
    base = next(
        (d for k, d in study.no_deals.items() if k != WAITING and d.kind == "impasse"), None
    )
    found = []
    for name, point in study.no_deals.items():
        if name == WAITING or base is None or point is base:
            continue
        change = point.values - base.values
        found.append(
            f"“{no_deal_title(study, name)}” ({KIND_WORDS[point.kind]}), compared with "
            f"“{no_deal_title(study, base.id)}”: {amounts(study, change)} a year."
        )
    found += [_threat(study, threat) for threat in study.questions.threats]
    return found + _best_threats(study)


def _best_threats(study: TalksStudy) -> list[str]:
    """Say which threats neither of two sides would change, and where they lead."""
    game = study.questions.rational
    if game is None:
        return []
    names, chosen = list(party_names(study).values()), []
    for name, own, chances in zip(
        names, game.threats, (game.found.first, game.found.second), strict=True
    ):
        likely = int(chances.argmax())
        sure = "" if chances[likely] > 0.995 else f" in {share(float(chances[likely]))} of cases"
        what = no_deal_title(study, own[likely].no_deal)
        chosen.append(f"{the(name)} would threaten{sure} with its part of “{what}”")
    split = amounts(study, game.found.utility)
    return [
        f"If money could change hands, and each chose what to threaten first: "
        f"{words.listed(chosen)}; the split that follows is worth {split} a year, from the "
        "baseline."
    ]


def _threat(study: TalksStudy, threat: Threat) -> str:
    names, c = party_names(study), threat.credibility
    said = f"“{no_deal_title(study, threat.no_deal)}” would cost {the(names[threat.target])} "
    said += f"{money(study, c.target_cost)} a year"
    who = the(names[threat.by])
    if c.own_cost <= 0:
        return f"{said} and bring {who} {money(study, -c.own_cost)}: it needs no resolve."
    audience = next(p.audience_cost.central for p in study.case.talks.parties
                    if p.party == threat.by)  # fmt: skip
    said += f" and {who}, which would carry it out, {money(study, c.own_cost)}"
    verdict = "it is credible" if c.credible else "it is not credible"
    if study.uncertainty is not None:
        credible = study.uncertainty.chance(f"credible_{threat.no_deal}")
        verdict += f" (it is in {share(credible)} of draws)"
    back = f"is put at {money(study, audience)}" if audience else "is taken to cost nothing"
    return f"{said}; to back down {back}, so that {verdict}."


def _wants(study: TalksStudy) -> list[str]:
    """Say what each side would gain most from, one issue at a time, and mind most."""
    packages, start = study.packages, study.packages.number(study.case.unsettled)
    here, found = packages.choices(start), []
    for place, name in enumerate(party_names(study).values()):
        steps = [
            (float(packages.utility[packages.number({**here, issue.id: option}), place]
                   - packages.utility[start, place]), issue.id, option)
            for issue in packages.table.issues
            for option in issue.options
            if option != here[issue.id]
        ]  # fmt: skip
        best: dict[str, tuple[float, str]] = {}
        worst: dict[str, tuple[float, str]] = {}
        for worth, issue, option in steps:
            if worth > small(study) and worth > best.get(issue, (0.0, ""))[0]:
                best[issue] = worth, option
            if worth < -small(study) and worth < worst.get(issue, (0.0, ""))[0]:
                worst[issue] = worth, option
        top = sorted(best.items(), key=lambda item: -item[1][0])[:3]
        low = sorted(worst.items(), key=lambda item: item[1][0])[:2]
        parts = []
        for verb, chosen in (("gains most from", top), ("loses most by", low)):
            if chosen:
                what = [f"{issue_titles(study)[i]} "
                        f"{option_title(study, i, o)} ({money(study, w, sign=True)})"
                        for i, (w, o) in chosen]  # fmt: skip
                parts.append(f"{verb} {words.listed(what)}")
        if parts:
            found.append(f"{capital(the(name))}, one issue at a time, {'; it '.join(parts)}.")
    return found


def _packages(study: TalksStudy) -> list[str]:
    outlook = study.outlook
    count = int(outlook.zone.sum())
    said = f"Of {counted(study.packages.table.size, 'package', 'packages')} "
    said += f"{counted(count, 'is', 'are') if count else 'none is'} better than no deal for some "
    said += "side and worse for none"
    if outlook.bound:
        said += ", and leave no side less than it has by walking away"
    if count:
        best = counted(int(outlook.efficient.sum()), "is", "are")
        said += f"; {best} efficient: no other is as good for all and better for one"
    said += "."
    if study.votes and outlook.zone.any():
        said += f" {int(outlook.passing.sum()):,} would pass at home."
    if standstill(study):
        said += (" One of them is a standstill: nothing is settled, and what no deal would bring "
                 "does not come.")  # fmt: skip
    others = [
        f"{int(o.zone.sum()):,} over “{no_deal_title(study, name)}”"
        for name, o in study.outlooks.items()
        if name != study.headline and name in points(study)
    ]
    return [said] + ([f"What no deal means decides, of such packages: {words.listed(others)}."]
                     if others else [])  # fmt: skip


def _likely(study: TalksStudy) -> list[str]:
    found, outlook = [], study.outlook
    main = outlook.agreements[study.choices.solution]
    if main is not None:
        same = [
            SOLUTION_NAMES[k]
            for k, a in outlook.agreements.items()
            if a is not None and a.package == main.package and k != study.choices.solution
        ]
        apart = {k: a for k, a in outlook.agreements.items()
                 if a is not None and a.package != main.package}  # fmt: skip
        if same:
            found.append(f"The {words.listed(same)} solution{'s' if len(same) > 1 else ''} "
                         f"{'pick' if len(same) > 1 else 'picks'} the same package.")  # fmt: skip
        here = study.packages.choices(main.package)
        for name, other in apart.items():
            there = study.packages.choices(other.package)
            change = {i: o for i, o in there.items() if o != here[i]}
            found.append(f"The {SOLUTION_NAMES[name]} solution differs: "
                         f"{choice_words(study, change)}.")  # fmt: skip
    found += _by_no_deal(study)
    shares = option_shares(study)
    drawn = study.uncertainty
    if shares and main is not None and drawn is not None:
        here = study.packages.choices(main.package)
        same_share = float(drawn.packages.to_dict().get(main.package, 0.0))
        firm = [i for i in here if shares.get((i, here[i]), 0) >= 0.9]
        loose = sorted((i for i in here if shares.get((i, here[i]), 0) < 0.9),
                       key=lambda i: shares.get((i, here[i]), 0.0))  # fmt: skip
        titles = issue_titles(study)
        said = f"Exactly this package is predicted in {share(same_share)} of draws"
        if firm:
            comes = "comes" if len(firm) == 1 else "come"
            said += f"; {words.listed([titles[i] for i in firm])} {comes} out so in at least 90%"
        if loose:
            said += f"; open {'is' if len(loose) == 1 else 'are'} " + words.listed(
                [f"{titles[i]} ({share(shares.get((i, here[i]), 0.0))})" for i in loose]
            )
        found.append(said + ".")
    turn = study.questions.round
    if turn is not None and turn.cycle != 1:
        found.append(obstacles.unsettled_offers(turn).replace(" shown", ""))
    return found


def _by_no_deal(study: TalksStudy) -> list[str]:
    main = study.outlook.agreements[study.choices.solution]
    if main is None:
        return []
    here, found = study.packages.choices(main.package), []
    for name, outlook in study.outlooks.items():
        other = outlook.agreements[study.choices.solution]
        if name == study.headline or name not in points(study):
            continue
        title = no_deal_title(study, name)
        if other is None:
            found.append(f"Over “{title}” there is no deal.")
        elif other.package != main.package:
            there = study.packages.choices(other.package)
            change = {i: o for i, o in there.items() if o != here[i]}
            found.append(f"Over “{title}” it changes: {choice_words(study, change)}.")
    return found
