"""The tables of the report of talks on what stands in the way of a deal, and whether it lasts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from detente.report.markup import table, text
from detente.report.talks import parts
from detente.report.talks.facts import choice_words
from detente.report.talks.obstacles import against

if TYPE_CHECKING:
    from detente.talks.gap import Concession
    from detente.talks.study import TalksStudy


def bindings(study: TalksStudy) -> str:
    """Show what each side would change in the predicted package, and who stands against it."""
    names, issues = parts.party_names(study), parts.issue_titles(study)
    options = parts.option_titles(study)
    rows = [
        [escape(names[b.party]), escape(f"{issues[b.issue]}: {options[b.issue, b.wanted]}"),
         b.worth, -b.cost, escape(against(study, b))]
        for b in study.questions.bindings
    ]  # fmt: skip
    if not rows:
        return ""
    heads = [
        "Side",
        "would rather have",
        "worth to it",
        "to the other that loses most",
        "against it",
    ]
    return parts.grid(
        study,
        heads,
        rows,
        name="bindings",
        caption=f"The one change that each side wants most, {parts.unit(study)}",
    )


def red_lines(study: TalksStudy) -> str:
    """Show what each red line costs everybody."""
    names, rows = parts.party_names(study), []
    for line in study.questions.red_lines:
        what = "; ".join(parts.choices_in_words(study, line.choices))
        said = (
            "no package" if line.without is None else parts.told_apart(study, line.without.package)
        )
        rows.append([escape(f"{names[line.party]} will not sign {what}"), escape(said),
                     *(float(v) for v in line.change)])  # fmt: skip
    if not rows:
        return ""
    heads = ["Red line", "predicted without it, where it differs", *names.values()]
    return parts.grid(
        study,
        heads,
        rows,
        name="red-lines",
        caption=f"What each side would gain if a red line were given up, {parts.unit(study)}",
    )


def ratification(study: TalksStudy) -> str:
    """Show who votes at home, and how likely they approve of the predicted package."""
    package = study.predicted
    entries, rows = study.case.talks.ratification, []
    for vote, entry in zip(study.votes, entries, strict=True):
        members = sum(bloc.members for bloc in entry.blocs)
        chance = "–" if package is None else parts.per_cent(float(vote.passes[package]))
        most = parts.per_cent(_most(study, vote.passes))
        rows.append([text("b", vote.title), f"{entry.needed:,} of {members:,}", chance, most,
                     parts.per_cent(vote.least)])  # fmt: skip
        for bloc in entry.blocs:
            approves = vote.approvals[bloc.id]
            here = "–" if package is None else parts.per_cent(float(approves[package]))
            rows.append([text("span", bloc.title or bloc.id, class_="inner"), f"{bloc.members:,}",
                         here, parts.per_cent(_most(study, approves)), ""])  # fmt: skip
    if not rows:
        return ""
    heads = ["Who votes", "approvals needed, members", "chance, predicted package",
             "best of what nobody refuses", "chance needed"]  # fmt: skip
    return parts.grid(
        study,
        heads,
        rows,
        name="votes",
        caption="Votes at home: chance to pass; of each bloc, that a member approves",
    )


def _most(study: TalksStudy, chance: np.ndarray) -> float:
    inside = study.outlook.zone
    return float(chance[inside].max()) if inside.any() else float("nan")


def lasting(study: TalksStudy) -> str:
    """Show whether each side would keep the predicted package."""
    names, rows = parts.party_names(study), []
    for one in study.questions.lasting:
        what = "nothing that it carries out"
        if one.choices:
            what = choice_words(study, one.choices)
        most = {np.inf: "any", -np.inf: "none"}.get(one.most_impatient)
        most = most or parts.per_cent(one.most_impatient)
        rows.append([escape(names[one.party]), escape(what), one.tempted, most,
                     parts.per_cent(one.impatience), parts.yes_no(one.keeps)])  # fmt: skip
    if not rows:
        return ""
    heads = [
        "Side",
        "tempted to go back to",
        "brings, until found out",
        "keeps it up to an impatience of",
        "its own impatience, a year",
        "keeps it",
    ]
    months = study.case.talks.detection_months.central
    return parts.grid(study, heads, rows, name="lasting",
                      caption=f"Temptation to break the deal, {parts.unit(study)}; found out after "
                              f"{months:g} months, answered by no deal for good")  # fmt: skip


def gap(study: TalksStudy) -> str:
    """Show how far the positions are apart, in issues and in each side's own welfare."""
    names, issues = parts.party_names(study), parts.issue_titles(study)
    rows = []
    for (one, other), found in study.questions.gaps.items():
        for party, rival, distance in ((one, other, found.distance[0]),
                                         (other, one, found.distance[1])):  # fmt: skip
            rows.append([escape(f"{names[party]}: its own position over that of {names[rival]}"),
                         float(distance)])  # fmt: skip
        apart = ", ".join(issues[i] for i in found.issues) or "nothing"
        pair = f"{names[one]} and {names[other]} differ on {len(found.issues)} of {len(issues)}"
        rows.append([escape(pair), escape(apart)])
    if not rows or not study.case.talks.positions:
        return ""
    return parts.grid(
        study,
        ["The gap", "size"],
        rows,
        name="gap",
        caption=f"How far positions are apart, {parts.unit(study)}, and on which issues",
    )


def payment(study: TalksStudy) -> str:
    """Show the smallest payment that opens an empty zone."""
    paid = study.outlook.payment
    if paid is None:
        return ""
    names = parts.party_names(study)
    rows = [
        [escape(name), "pays" if p < 0 else "receives" if p > 0 else "–", abs(float(p)), float(g)]
        for name, p, g in zip(names.values(), paid.payment, paid.gain, strict=True)
    ]
    said = parts.choices_in_words(study, study.packages.choices(paid.package).items())
    table_ = parts.grid(study, ["Side", "", "payment", "gain over no deal, payment included"], rows,
                        name="payment",
                        caption="The smallest payment with which nobody refuses, "
                                f"{parts.unit(study)}")  # fmt: skip
    return table_ + parts.note("It goes with this package: " + "; ".join(said) + ".")


def ladder(study: TalksStudy, steps: list[Concession], receiver: str) -> str:
    """Return the concessions of one side, the cheapest for what it closes first."""
    names, issues = parts.party_names(study), parts.issue_titles(study)
    options = parts.option_titles(study)
    rows = [
        [
            f"{k}. {issues[s.issue]}: {options[s.issue, s.before]} → {options[s.issue, s.after]}",
            parts.worth(study, -s.cost),
            parts.worth(study, s.worth),
            parts.per_cent(float(s.closed)),
            parts.worth(study, s.left),
        ]
        for k, s in enumerate(steps, 1)
    ]
    heads = ["", f"to {names[steps[0].giver]}", f"to {names[receiver]}", "of the gap closed",
             "gap left"]  # fmt: skip
    return table(heads, rows, caption=f"Change of welfare step by step, {parts.unit(study)}")
