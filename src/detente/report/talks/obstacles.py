"""What blocks a deal, whether it lasts, what linking brings, what happened: in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.report import words
from detente.report.talks.facts import (
    amounts,
    capital,
    choice_words,
    counted,
    issue_titles,
    money,
    option_title,
    outcome_words,
    package_words,
    party_names,
    share,
    small,
    the,
)
from detente.report.talks.figures import factor_names
from detente.talks.afterwards import Settled, last_word, score, settled_by
from detente.talks.gap import BETTER_OFF, RED_LINE, VOTED_DOWN, Binding
from detente.talks.lasting import Lasting
from detente.talks.side_questions import EVERYTHING, LineCost
from detente.talks.study import TalksStudy
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from detente.talks.alternating import Round
    from detente.talks.solutions import Agreement


def blocks(study: TalksStudy) -> list[str]:
    """Say what stands in the way: other wishes, red lines, votes."""
    names, titles, found = party_names(study), issue_titles(study), []
    for item in study.questions.bindings:
        said = (f"{capital(the(names[item.party]))} would rather have {titles[item.issue]} "
                f"{option_title(study, item.issue, item.wanted)}, worth {money(study, item.worth)} "
                "a year more to it")  # fmt: skip
        if item.why:
            said += f"; against it: {against(study, item)}"
        else:
            said += f"; it would cost {the(names[item.loser])} {money(study, item.cost)}"
        found.append(said + ".")
    found += [_line(study, line) for line in study.questions.red_lines]
    found += _refusals(study)
    for vote, entry in zip(study.votes, study.case.talks.ratification, strict=True):
        who = f"{vote.title} ({the(names[vote.party])})" if len(study.votes) > 1 else vote.title
        if study.predicted is None:
            if (zone := study.outlook.zone).any():
                best = share(float(vote.passes[zone].max()))
                found.append(f"{who}: of the packages that all sides prefer the likeliest to pass "
                             f"passes with {best}; {share(vote.least)} is needed.")  # fmt: skip
            continue
        at = study.predicted
        blocs = {b.id: b.title or b.id for b in entry.blocs}
        inside = [f"{blocs[k]} {share(float(v[at]))}" for k, v in vote.approvals.items()]
        found.append(f"{who}: passes with a probability of {share(float(vote.passes[at]))} "
                     f"(a member approves: {words.listed(inside)}).")  # fmt: skip
    free = study.outlook.unratified[study.choices.solution]
    if free is not None and free.package != study.predicted and study.votes:
        found.append(f"If nobody at home had to agree: {package_words(study, free.package)}.")
    return found


def _refusals(study: TalksStudy) -> list[str]:
    """Say how many packages each side refuses, where none is left."""
    outlook, packages = study.outlook, study.packages
    if outlook.zone.any():
        return []
    parts = []
    for k, name in enumerate(party_names(study).values()):
        gain = packages.utility[:, k] - outlook.least[k]
        lines = int((~packages.signed[:, k]).sum())
        worse = int((gain[packages.signed[:, k]] < 0).sum())
        crossed = f" and {lines:,} for its red lines" if lines else ""
        outside = outlook.least[k] > outlook.no_deal.values[k]
        than = "its outside option" if outside else "no deal"
        parts.append(f"{the(name)} refuses {worse:,} as worse for it than {than}{crossed}")
    of = counted(packages.table.size, "package", "packages")
    return [f"Of {of} {'; '.join(parts)}. None is left that some side gains from and none refuses."]


def against(study: TalksStudy, item: Binding) -> str:
    """Say who or what stands against a change that a side would like."""
    names = party_names(study)
    if item.why == VOTED_DOWN:
        failing = [v.title for v in study.votes if v.passes[item.package] < v.least]
        return f"it would not pass at home ({words.listed(failing)})"
    if item.why == RED_LINE:
        return f"a red line of {the(names[item.refused_by])}"
    if item.why == BETTER_OFF:
        place, outlook = list(names).index(item.refused_by), study.outlook
        walks = outlook.least[place] > outlook.no_deal.values[place]
        how = "by walking away" if walks else "without a deal"
        return f"{the(names[item.refused_by])}, which would have more {how}"
    return f"what it costs {the(names[item.loser])}"


def unsettled_offers(turn: Round) -> str:
    """Say that offers in turn come to nothing firm."""
    if turn.cycle == 0:
        return f"Offers in turn do not settle within {turn.rounds:,} rounds looked ahead."
    return (
        f"Offers in turn do not settle: packages are too coarse, and what is offered first comes "
        f"back every {turn.cycle} rounds looked ahead. Which of the offers shown it is hangs on "
        "who would have the last word."
    )


def _line(study: TalksStudy, line: LineCost) -> str:
    names = party_names(study)
    what = choice_words(study, dict(line.choices))
    said = f"{capital(the(names[line.party]))} refuses {what}"
    main, without = study.outlook.agreements[study.choices.solution], line.without
    if without is None:
        return f"{said}; without that line there would be no deal either."
    if line.besides:
        return f"{said}; alone it changes nothing, for another red line is against it too."
    if main is not None and main.package == without.package:
        return f"{said}; at the values given it would not be part of the prediction anyway."
    if main is None:
        return (
            f"{said}. Without that line the deal would be: {package_words(study, without.package)}."
        )
    return (
        f"{said}. Without that line the prediction would change by {amounts(study, line.change)}."
    )


def lasts(study: TalksStudy) -> list[str]:
    """Say whether each side would keep the package."""
    return [_keeps(study, item) for item in study.questions.lasting]


def _keeps(study: TalksStudy, item: Lasting) -> str:
    who = capital(the(party_names(study)[item.party]))
    if not item.own:
        return f"{who} carries out nothing of it alone that it could go back on."
    if not item.choices:
        return f"{who} would gain nothing by going back on what it carries out."
    what = choice_words(study, item.choices)
    months = study.case.talks.detection_months.central
    said = (f"{who} would gain {money(study, item.tempted)} a year by going back on it ({what}) "
            f"until that is found out, after {months:g} months. ")  # fmt: skip
    verdict = "it keeps the deal" if item.keeps else "it does not keep the deal"
    if study.uncertainty is not None:
        keeps = study.uncertainty.chance(f"keeps_{item.party}")
        verdict += f" (it would keep it in {share(keeps)} of draws)"
    if not item.most_impatient > 0:
        return f"{said}No patience is enough to keep it."
    most = f"{100 * item.most_impatient:.0f}% a year"
    return (f"{said}It keeps a deal up to an impatience of {most}; "
            f"its own is {100 * item.impatience:.0f}%: {verdict}.")  # fmt: skip


def linkage(study: TalksStudy) -> list[str]:
    """Say what linking issues brings, and what rests on an analyst."""
    found, linked = [], study.questions.linked
    if linked is not None:
        if linked.joint is None:
            found.append("One table for everything comes to no deal over nothing settled.")
        elif np.abs(linked.value).max() < small(study):
            found.append("One table for everything and separate tables come to the same.")
        else:
            found.append("One table for everything, compared with separate tables, all over "
                         "nothing settled, is worth "
                         f"{amounts(study, linked.value)} a year.")  # fmt: skip
    main = study.outlook.agreements[study.choices.solution]
    titles = issue_titles(study)
    for group, other in study.questions.apart.items():
        kept = words.listed([titles[i] for i in group])
        if other is None:
            found.append(f"Without {kept} at the table there is no deal.")
        elif main is not None:
            change = other.gain - main.gain
            worth = ("about the same" if np.abs(change).max() < small(study) else
                     f"{amounts(study, change)} a year compared with the prediction")  # fmt: skip
            found.append(f"Without {kept} at the table the deal is worth {worth}.")
    for name, other in study.questions.without_values.items():
        found += _valued(study, name, other)
    return found


def _valued(study: TalksStudy, name: str, other: Agreement | None) -> list[str]:
    """Say what the prediction is where an analyst's values are zero."""
    what = ("all values that are not the economy's" if name == EVERYTHING
            else f"the analyst's values of {issue_titles(study)[name]}")  # fmt: skip
    if other is None:
        return [f"With {what} at zero there is no deal."]
    main = study.outlook.agreements[study.choices.solution]
    if main is None:
        return [f"With {what} at zero there is one: {package_words(study, other.package)}."]
    if main.package == other.package:
        return [f"With {what} at zero the prediction stays."]
    here, there = (study.packages.choices(a.package) for a in (main, other))
    change = {i: o for i, o in there.items() if o != here[i]}
    return [f"With {what} at zero it changes: {choice_words(study, change)}."]


def happened(study: TalksStudy) -> list[str]:
    """Say what then happened, and how often the prediction and “nothing changes” are right."""
    events, found, titles = study.case.talks.afterwards, [], issue_titles(study)
    for event in events:
        said = f"{event.date}: {event.title}."
        said += "".join(f" {capital(titles[issue])}: {how}, no option of this table."
                        for issue, how in event.off_table.items())  # fmt: skip
        found.append(said + _right(study, settled_by(event), " As predicted on"))
    return [*found, *overall(study)]


def overall(study: TalksStudy) -> list[str]:
    """Score all events together, by how each issue was settled last; nothing for one alone."""
    several = sum(bool(settled_by(event)) for event in study.case.talks.afterwards) > 1
    said = _right(study, last_word(study.case.talks),
                  "By how each issue was settled last, the prediction is right on")  # fmt: skip
    return [said] if several and said else []


def _right(study: TalksStudy, then: Settled, start: str) -> str:
    """Score the prediction beside “nothing changes”; nothing without either of the two."""
    if not then or study.predicted is None:
        return ""
    count = score(then, study.packages.choices(study.predicted), study.case.unsettled)
    issues = counted(count.issues, "issue", "issues")
    return f"{start} {count.predicted} of {issues}; “nothing changes” is on {count.unchanged}."


def watch(study: TalksStudy) -> list[str]:
    """Say what decides, and the cheapest step of each side."""
    found, drawn = [], study.uncertainty
    if drawn is not None:
        said = factor_names(study)
        for outcome in drawn.importance.columns:
            column = drawn.importance[outcome].to_dict()
            if ECONOMY in column:
                column.pop(HORIZON, None)  # a part of it
            ranked = sorted(column.items(), key=lambda item: -item[1])
            top = [(str(k), float(v)) for k, v in ranked if v >= 0.1][:3]
            if top:
                what = words.listed([f"“{said.get(k, k)}” ({share(v)})" for k, v in top])
                about = outcome_words(study, str(outcome))
                found.append(f"What decides {about}, as a share of its variance: {what}.")
    names, titles = party_names(study), issue_titles(study)
    for (giver, receiver), steps in study.questions.ladders.items():
        paying = [step for step in steps if step.worth > small(study)]
        if not paying:
            continue
        step = paying[0]
        cost = "costs it next to nothing" if abs(step.cost) < small(study) else (
            f"costs it {money(study, step.cost)} a year" if step.cost > 0 else
            f"brings it {money(study, -step.cost)} a year by itself")  # fmt: skip
        closes = f", {share(step.closed)} of the gap" if step.closed > 0 else ""
        found.append(
            f"{capital(words.possessive(names[giver]))} cheapest step towards "
            f"{the(names[receiver])}: {titles[step.issue]} "
            f"{option_title(study, step.issue, step.after)}. It {cost} and gives "
            f"{the(names[receiver])} {money(study, step.worth)}{closes}."
        )
    return found
