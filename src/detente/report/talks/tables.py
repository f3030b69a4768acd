"""The tables of the report of talks: positions, no deal, predictions, packages, the sequel."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from detente.report.markup import tag, text
from detente.report.talks import obstacles, parts
from detente.talks.afterwards import score, settled_by
from detente.talks.table import KINDS

if TYPE_CHECKING:
    from detente.talks.alternating import Round
    from detente.talks.outlook import Outlook
    from detente.talks.solutions import Agreement
    from detente.talks.study import TalksStudy
    from detente.talks.table import Floats

BEST = 10
"""Packages of the frontier that the table of packages holds."""


def standings(study: TalksStudy) -> str:
    """Issue by issue: what holds, what each side asks for, offers or will not sign, what comes."""
    names, options = parts.party_names(study), parts.option_titles(study)
    predicted = None if study.predicted is None else study.packages.choices(study.predicted)
    rows = []
    for issue in study.case.talks.issues:
        now = study.case.unsettled[issue.id]
        cells = [escape(issue.title or issue.id), escape(options[issue.id, now])]
        cells += [_stand(study, party, issue.id) for party in names]
        if predicted is not None:
            cells.append(_predicted_cell(options[issue.id, predicted[issue.id]],
                                         predicted[issue.id] != now))  # fmt: skip
        rows.append(cells)
    heads = ["Issue", "until settled", *names.values()]
    heads += ["predicted"] if predicted is not None else []
    return parts.grid(
        study,
        heads,
        rows,
        caption="Where they stand, issue by issue",
        name="positions",
        class_="stands",
    )


def _predicted_cell(title: str, changed: bool) -> str:
    return text("b", title) if changed else text("span", title, class_="quiet")


def _stand(study: TalksStudy, party: str, issue: str) -> str:
    """Say what a party wants of one issue: each demand, offer and red line."""
    options, found = parts.option_titles(study), []
    for position in study.case.talks.positions:
        if position.party == party and issue in position.choices:
            title = options[issue, position.choices[issue]]
            verb = "demands" if position.kind == "demand" else "offers"
            found.append(tag("div", text("span", verb, class_="quiet"), " ", escape(title)))
    for line in study.case.talks.red_lines:
        if line.party == party and issue in line.choices:
            title = options[issue, line.choices[issue]]
            others = [c for c in line.choices.items() if c[0] != issue]
            besides = parts.choices_in_words(study, others)
            said = f" {title}" + (f" with {'; '.join(besides)}" if besides else "")
            found.append(tag("div", parts.badge("will not sign", "bad"), escape(said)))
    return "".join(found) or text("span", "–", class_="quiet")


def no_deals(study: TalksStudy) -> str:
    """List every way not to agree: its kind, what holds, what it is worth to each side."""
    names = parts.party_names(study)
    rows = []
    for name, point in parts.points(study).items():
        mark = f" {parts.badge('the prediction is over this')}" if name == study.headline else ""
        kind = tag("abbr", point.kind, title=KINDS[point.kind]) if point.kind in KINDS else ""
        rows.append([escape(point.title or name) + mark, kind, *(float(v) for v in point.values)])
    heads = ["Without a deal", "kind", *names.values()]
    return parts.grid(
        study,
        heads,
        rows,
        name="no-deal",
        caption=f"Worth to each side, change from the baseline year, {parts.unit(study)}. "
        f"{parts.made_of(study)}".rstrip(),
    )


def threats(study: TalksStudy) -> str:
    """List threats: who would carry them out, at what cost to itself and to its target."""
    names = parts.party_names(study)
    costs = {p.party: p.audience_cost.central for p in study.case.talks.parties}
    rows = []
    for threat in study.questions.threats:
        made, point = threat.credibility, study.no_deals[threat.no_deal]
        rows.append(
            [
                escape(point.title or point.id),
                escape(f"{names[threat.by]} on {names[threat.target]}"),
                -made.own_cost,
                -made.target_cost,
                -float(costs[threat.by]),
                parts.yes_no(made.credible),
            ]
        )
    if not rows:
        return ""
    heads = ["Threat", "by", "to who carries it out", "to its target", "backing down, at home",
             "credible"]  # fmt: skip
    return parts.grid(
        study,
        heads,
        rows,
        name="threats",
        caption=f"Threats: change from talks that go on, {parts.unit(study)}",
    )


def solutions(study: TalksStudy) -> str:
    """Show what each solution predicts over each no-deal point, as it differs."""
    rows = []
    for name, point in parts.points(study).items():
        rows += _solved(study, point.title or name, study.outlooks[name])
    if study.fixed is not None:
        what = parts.choices_in_words(study, (study.choices.what_if or {}).items())
        rows += _solved(study, "With " + "; ".join(what), study.fixed)
    heads = ["Over this no-deal point", "solution", "package, where it differs",
             *parts.party_names(study).values()]  # fmt: skip
    return parts.grid(study, heads, rows, name="solutions", class_="grouped",
                      caption="Predictions by no-deal point and solution; gains over that point, "
                              f"{parts.unit(study)}")  # fmt: skip


def _solved(study: TalksStudy, title: str, outlook: Outlook) -> list[list[parts.Cell]]:
    """Return a row for each package that a solution picks, and the solutions that pick it."""
    groups: dict[int | None, list[str]] = {}
    for name, label in parts.SOLUTION_NAMES.items():
        found = outlook.agreements[name]
        groups.setdefault(None if found is None else found.package, []).append(label)
    rows: list[list[parts.Cell]] = []
    count = len(study.case.parties)
    for package, labels in groups.items():
        heading = text("span", title, class_="again") if rows else escape(title)
        if package is None:
            rows.append([heading, escape(", ".join(labels)), "no package", *[np.nan] * count])
            continue
        gain = study.packages.utility[package] - outlook.no_deal.values
        rows.append([heading, escape(", ".join(labels)), _told(study, package),
                     *(float(g) for g in gain)])  # fmt: skip
    return rows


def _told(study: TalksStudy, package: int) -> str:
    """Return what sets a package apart, one issue a line."""
    said = parts.choices_in_words(study, parts.differences(study, package))
    return (
        parts.lines(said)
        if said
        else text("span", parts.told_apart(study, package), class_="quiet")
    )


def offers(study: TalksStudy) -> str:
    """Show alternating offers: what comes where each side speaks first, and with a secret limit."""
    names, rows = list(parts.party_names(study).values()), []
    turn = study.questions.round
    if turn is not None:
        for k, name in enumerate(names):
            for package, value in _first_offers(turn, k):
                said = parts.told_apart(study, package) if package >= 0 else "no agreement at once"
                over = value[k] - study.outlook.no_deal.values
                rows.append([escape(f"{name} offers first"), escape(said),
                             *(float(v) for v in over)])  # fmt: skip
    drawn = study.uncertainty
    secret = None if drawn is None else drawn.offers
    if secret is not None:
        for k, (package, chance) in enumerate(zip(secret.offers, secret.accepted, strict=True), 1):
            if package < 0 or chance <= 0:
                continue
            over = study.packages.utility[int(package)] - study.outlook.no_deal.values
            what = (f"{names[0]} does not know {names[1]}'s limit: offer {k}, accepted with "
                    f"{parts.per_cent(float(chance))}")  # fmt: skip
            rows.append([escape(what), escape(parts.told_apart(study, int(package))),
                         *(float(v) for v in over)])  # fmt: skip
    if not rows:
        return ""
    found = parts.grid(
        study,
        ["Offers in turn", "package, where it differs", *names],
        rows,
        name="offers",
        caption=f"Expected gain over no deal, {parts.unit(study)}",
    )
    if turn is not None and turn.cycle != 1:
        found += parts.note(obstacles.unsettled_offers(turn))
    chance = None if drawn is None else drawn.secret_deal
    if chance is not None:
        low, high = (parts.per_cent(v) for v in chance)
        band = low if low == high else f"{low} to {high}"
        found += parts.note(
            f"Offers to a side with a limit of its own end in a deal with {band}, talks "
            "that break down between offers counted (90% of resamples of the economies drawn: the "
            "best offer hangs on them)."
        )
    return found


def _first_offers(turn: Round, proposer: int) -> list[tuple[int, Floats]]:
    """Return what a side offers first, each once where looking further ahead changes it."""
    found = {int(made[proposer]): value for made, value in reversed(turn.phases)}
    return list(found.items())


def best(study: TalksStudy, most: int = BEST) -> str:
    """Show the packages of the frontier that come first by the product of gains."""
    numbers = ranked(study)[:most]
    if not len(numbers):
        return ""
    names, options = parts.party_names(study), parts.option_titles(study)
    issues = parts.issue_titles(study)
    chosen = [study.packages.choices(int(k)) for k in numbers]
    moving = [i for i in issues if len({c[i] for c in chosen}) > 1]
    fixed = [(i, chosen[0][i]) for i in issues if i not in moving]
    picked = _picked(study)
    first = study.packages.choices(parts.base_package(study))
    rows = []
    for place, (k, choices) in enumerate(zip(numbers, chosen, strict=True), 1):
        gain = study.packages.utility[k] - study.outlook.no_deal.values
        row: list[parts.Cell] = [f"{place}"]
        row += [_option(options[i, choices[i]], choices[i] == first[i]) for i in moving]
        row += [float(g) for g in gain]
        if study.votes:
            row.append(escape(parts.per_cent(_chance(study, int(k)))))
        rows.append([*row, escape(", ".join(picked.get(int(k), []))) or "–"])
    heads = ["", *(issues[i] for i in moving), *names.values()]
    heads += ["passes at home"] if study.votes else []
    table = parts.grid(
        study,
        [*heads, "picked by"],
        rows,
        name="packages",
        class_="packages",
        cards=False,
        caption=f"The {len(rows)} best of {len(ranked(study))} efficient packages by "
        f"the weighted product of gains; gains over no deal, {parts.unit(study)}",
    )
    same = parts.choices_in_words(study, fixed)
    return table + (parts.note("In all of them: " + "; ".join(same) + ".") if same else "")


def _option(title: str, same: bool) -> str:
    return text("span", title, class_="quiet") if same else text("span", title)


def ranked(study: TalksStudy) -> np.ndarray:
    """Return the efficient packages of the zone, the largest weighted product of gains first."""
    numbers = np.flatnonzero(study.outlook.efficient)
    gain = np.maximum(study.packages.utility[numbers] - study.outlook.no_deal.values, 0.0)
    with np.errstate(divide="ignore"):
        score = np.log(gain) @ study.power
    return numbers[np.argsort(-score, kind="stable")]


def _chance(study: TalksStudy, package: int) -> float:
    return float(np.prod([vote.passes[package] for vote in study.votes]))


def _picked(study: TalksStudy) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, agreement in study.outlook.agreements.items():
        if agreement is not None:
            found.setdefault(agreement.package, []).append(parts.SOLUTION_NAMES[name])
    return found


def linkage(study: TalksStudy) -> str:
    """Compare one table with separate ones, and what is left where some issues are kept apart."""
    linked, names = study.questions.linked, list(parts.party_names(study).values())
    if linked is None and not study.questions.apart:
        return ""
    issues, count, rows = parts.issue_titles(study), len(names), []
    whole = parts.gains(study.outlook.agreements[study.choices.solution], count)

    def said(found: Agreement | None) -> str:
        return "no package" if found is None else parts.told_apart(study, found.package)

    if linked is not None:
        rows.append(["One table for everything, over nothing settled", escape(said(linked.joint)),
                     *parts.gains(linked.joint, count)])  # fmt: skip
        separate = escape(parts.told_apart(study, linked.separate))
        rows.append(["Separate tables, over nothing settled", separate,
                     *(float(g) for g in linked.separate_gain)])  # fmt: skip
        rows.append([text("b", "What linkage adds"), "", *(float(v) for v in linked.value)])
    relief = {issue for issue, _ in study.case.relief}
    for group, found in study.questions.apart.items():
        title = ", ".join(issues[i] for i in group)
        firm = f" {parts.badge('the firm apart')}" if relief & set(group) else ""
        change = [g - w for g, w in zip(parts.gains(found, count), whole, strict=True)]
        rows.append([escape(f"Left out: {title}") + firm, escape(said(found)), *change])
    heads = ["", "package, where it differs", *names]
    return parts.grid(
        study,
        heads,
        rows,
        name="linkage",
        caption=f"Gains over no deal, {parts.unit(study)}; where issues are left out: what "
        "that changes",
    )


def without_values(study: TalksStudy) -> str:
    """Show the prediction where an analyst's values count as nothing."""
    from detente.talks.side_questions import EVERYTHING

    names, issues = list(parts.party_names(study).values()), parts.issue_titles(study)
    rows = []
    for name, found in study.questions.without_values.items():
        what = "All of them" if name == EVERYTHING else issues[name]
        said = "no package" if found is None else parts.told_apart(study, found.package)
        rows.append([escape(what), escape(said), *parts.gains(found, len(names))])
    if not rows:
        return ""
    heads = ["Values at zero", "package, where it differs", *names]
    return parts.grid(study, heads, rows, name="without-values",
                      caption="Prediction without an analyst's values of an issue; gains over no "
                              f"deal, {parts.unit(study)}")  # fmt: skip


def afterwards(study: TalksStudy) -> str:
    """Put what then happened beside the prediction, and beside “nothing changes”."""
    options, issues = parts.option_titles(study), parts.issue_titles(study)
    predicted = None if study.predicted is None else study.packages.choices(study.predicted)
    rows = []
    for event in study.case.talks.afterwards:
        then = settled_by(event)
        cells = [
            _beside(f"{issues[i]}: {options[i, o] if o else event.off_table[i]}",
                    None if predicted is None or predicted[i] == o else options[i, predicted[i]],
                    marked=predicted is not None)
            for i, o in then.items()
        ]  # fmt: skip
        if then and predicted is not None:
            same = score(then, predicted, study.case.unsettled).unchanged
            cells.append(text("div", f"“nothing changes” is right on {same} of {len(then)}",
                              class_="quiet"))  # fmt: skip
        rows.append([text("span", str(event.date), class_="day"), escape(event.title),
                     "".join(cells) or "–"])  # fmt: skip
    if not rows:
        return ""
    return parts.grid(study, ["Day", "what happened", "settled then, beside the prediction"], rows,
                      name="afterwards", class_="dates",
                      caption="What then happened; nothing of it is used above")  # fmt: skip


def _beside(then: str, predicted: str | None, *, marked: bool) -> str:
    """Say what was settled, and what had been predicted instead, if anything."""
    if not marked:
        return text("div", then)
    mark = (
        parts.badge("as predicted", "good") if predicted is None else parts.badge("not so", "bad")
    )
    instead = (
        "" if predicted is None else text("span", f" (predicted: {predicted})", class_="quiet")
    )
    return tag("div", mark, " ", escape(then), instead)
