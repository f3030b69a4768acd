"""The report of talks: which deals exist, which is likely, what blocks it, on one page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from detente.document.chart_parts import Spec
from detente.document.html import page_html
from detente.report.markup import definitions, tag, text
from detente.report.talks import background as talks_background
from detente.report.talks import blocks as talks_blocks
from detente.report.talks import charts as talks_charts
from detente.report.talks import obstacles as talks_obstacles
from detente.report.talks import parts as talks_parts
from detente.report.talks import plane as talks_plane
from detente.report.talks import tables as talks_tables
from detente.report.talks.facts import the
from detente.report.talks.parts import (
    figure,
    fold,
    links,
    note,
    panel,
    paragraphs,
    per_cent,
    section,
)
from detente.report.talks.what_if import heading

if TYPE_CHECKING:
    from detente.talks.study import TalksStudy

Specs = dict[str, Spec]
Said = dict[str, list[str]]
_CONFIDENCE = 1.645
CONTENTS = {
    "stand": "Positions",
    "without": "No deal",
    "wants": "Wants",
    "room": "Packages",
    "likely": "Likely",
    "what-if": "What if",
    "blocks": "Blocks",
    "steps": "Steps",
    "linkage": "Linkage",
    "best": "Best packages",
    "happened": "Afterwards",
    "sure": "How sure",
}


def talks_html(study: TalksStudy) -> str:
    """Return the report as HTML; it holds all its data and asks the network for nothing."""
    from detente.report.talks.wording import sentences

    specs: Specs = {}
    said = sentences(study)
    sections = {
        "stand": _stand(study, said),
        "without": _without(study, said, specs),
        "wants": _wants(study, said, specs),
        "room": _room(study, said, specs),
        "likely": _likely(study, said, specs),
        "what-if": _what_if(study, said),
        "blocks": _blocks(study, said),
        "steps": _steps(study, said, specs),
        "linkage": _linkage(study, said),
        "best": _best(study),
        "happened": _happened(study, said),
        "sure": talks_background.sure(study),
    }
    shown = {name: content for name, content in sections.items() if content}
    card = study.calibration.card
    return page_html(
        title=f"{study.scenario.title}: the talks",
        eyebrow=f"Détente · {study.scenario.date} · {card.title} · {study.scenario.horizon}",
        summary=None,
        body="\n".join([_lead(study, said), _contents(shown), *shown.values()]),
        specs=specs,
    )


def _contents(shown: dict[str, str]) -> str:
    items = [text("a", CONTENTS[name], href=f"#{name}") for name in shown]
    return tag("nav", *items, class_="contents", aria_label="Sections")


def _lead(study: TalksStudy, said: Said) -> str:
    first = [text("p", s) for s in said["lead"]]
    cards = [*_chance_cards(study), *_gain_cards(study), _room_card(study)]
    tables = {"positions": "the package", "no-deal": "no deal", "solutions": "predictions"}
    if study.uncertainty is not None:
        tables |= {"gains": "gains over the draws"} if _ranged(study) else {}
        tables["draws"] = "packages over the draws"
    if study.outlook.payment is not None:
        tables["payment"] = "the payment"
    return tag("section", text("h2", "In short"), *first, links(tables),
               tag("div", *cards, class_="cards talks"), class_="lead")  # fmt: skip


def _card(head: str, big: str, *small: str, tone: str = "") -> str:
    return tag("div", text("h3", head), text("p", big, class_=f"big {tone}".rstrip()),
               *(text("p", s, class_="small") for s in small if s), class_="card")  # fmt: skip


def _chance_cards(study: TalksStudy) -> list[str]:
    drawn = study.uncertainty
    if drawn is None:
        return []
    count = len(drawn.draws)
    low, high = wilson(drawn.deal, count)
    which = "share" if study.predicted is None else "first"
    small = [f"over {count:,} draws; 90% interval of the {which}, for so many, {per_cent(low)} to "
             f"{per_cent(high)}"]  # fmt: skip
    big = per_cent(drawn.deal)
    if study.predicted is None:
        return [_card("Probability of a deal", big, *small)]
    # what sides know of each other's limits decides more than anything drawn
    told = [f"{big} where sides know each other's limits",
            f"{per_cent(drawn.blind)} with the package above offered as it stands"]  # fmt: skip
    least = min(drawn.blind, drawn.deal)
    if drawn.secret_deal is not None:
        own, other = talks_parts.party_names(study).values()
        first, last = (per_cent(v) for v in drawn.secret_deal)
        band = first if first == last else f"{first} to {last}"
        told.append(f"{band} with offers by {the(own)}, {the(other)} keeping its limit "
                    "to itself")  # fmt: skip
        least = min(least, drawn.secret_deal[0])
    if per_cent(least) != big:
        big = f"{per_cent(least)} to {big}"
    return [_card("Probability of a deal", big, "; ".join(told), *small)]


def wilson(chance: float, count: int) -> tuple[float, float]:
    """Return the 90 per cent interval of a share that was seen so often (Wilson 1927)."""
    z = _CONFIDENCE**2 / count
    middle = (chance + z / 2) / (1 + z)
    half = np.sqrt(max(chance * (1 - chance), 0.0) * z + z**2 / 4) / (1 + z)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _gain_cards(study: TalksStudy) -> list[str]:
    if study.predicted is None:
        return []
    cards = []
    for name, middle, (low, _, high) in talks_charts.gain_rows(study):
        ranged = ""
        if np.isfinite(low):
            ranged = (
                f"90% of draws: {talks_parts.worth(study, low)} to {talks_parts.worth(study, high)}"
            )
        cards.append(
            _card(
                f"{name}, gain over no deal",
                talks_parts.worth(study, middle),
                talks_parts.unit(study),
                ranged,
                tone="gain" if middle > 0 else "loss" if middle < 0 else "",
            )
        )
    return cards


def _room_card(study: TalksStudy) -> str:
    zone, size = int(study.outlook.zone.sum()), study.packages.table.size
    small = [f"of {size:,} packages; {int(study.outlook.efficient.sum()):,} of them efficient"]
    if study.votes:
        small.append(f"{int(study.outlook.passing.sum()):,} would pass at home")
    sides = "both sides prefer" if len(study.case.parties) == 2 else "all sides prefer"
    return _card(f"Packages that {sides} to no deal", f"{zone:,}", *small)


def _stand(study: TalksStudy, said: Said) -> str:
    tables = {"positions": "positions"} | ({"gap": "the gap"} if _stated(study) else {})
    none = "" if _stated(study) else note("No demands or offers are stated.")
    return section("Where they stand", paragraphs(said["stand"]), none, links(tables),
                   talks_tables.standings(study), fold("The gap", talks_blocks.gap(study)),
                   name="stand")  # fmt: skip


def _stated(study: TalksStudy) -> bool:
    return bool(study.case.talks.positions)


def _without(study: TalksStudy, said: Said, specs: Specs) -> str:
    from detente.talks.table import KINDS

    specs["no-deals"] = talks_charts.no_deals(study)
    drawn = figure("no-deals", "Worth to each side", "Change of welfare from the baseline year, "
                   f"{talks_parts.unit(study)}", talks_charts.no_deal_table(study))  # fmt: skip
    threats = talks_tables.threats(study)
    kinds = list(dict.fromkeys(p.kind for p in talks_parts.points(study).values()))
    meanings = definitions((k.capitalize(), escape(KINDS[k])) for k in kinds if k in KINDS)
    tables = {"no-deal": "no-deal points"} | ({"threats": "threats"} if threats else {})
    return section("What happens without a deal", paragraphs(said["no_deal"]), links(tables),
                   tag("div", drawn, tag("div", talks_tables.no_deals(study), meanings),
                       class_="charts pair"), threats, name="without")  # fmt: skip


def _wants(study: TalksStudy, said: Said, specs: Specs) -> str:
    if not talks_charts.wishes(study):
        return ""
    specs["wants"] = talks_charts.wants(study)
    drawn = figure("wants", "What each option brings by itself",
                   f"Nothing else settled; change of welfare, {talks_parts.unit(study)}",
                   talks_charts.wants_table(study))  # fmt: skip
    told = tag("div", paragraphs(said["wants"]), links({"wants": "options, one by one"}))
    return section("What each side wants", tag("div", told, drawn, class_="charts pair"),
                   name="wants")  # fmt: skip


def _room(study: TalksStudy, said: Said, specs: Specs) -> str:
    names = list(talks_parts.party_names(study).values())
    specs["plane"] = talks_plane.chart(study)
    size, shown = study.packages.table.size, len(talks_plane.drawn(study))
    told = [
        f"Change over no deal (“{study.outlook.no_deal.title or study.headline}”), "
        f"{talks_parts.unit(study)}. Shaded: both gain. Line: efficient packages."
    ]
    if len(names) > 2:
        told[0] = told[0].replace("both gain. Line: efficient packages.",
                                  "these two gain. Rings: packages efficient for all.")  # fmt: skip
        told.append(f"The first two of {len(names)} sides are drawn: {names[0]} and {names[1]}.")
    if shown < size:
        told.append(f"{shown:,} of {size:,} packages are drawn, all efficient ones among them.")
    title = "What every package is worth to " + " and ".join(the(n) for n in names[:2])
    drawn = figure("plane", title, " ".join(told), talks_plane.figures(study),
                   legend=talks_plane.key(study), whole=True)  # fmt: skip
    best = {"packages": "best packages"} if study.outlook.efficient.any() else {}
    return section("Which packages both prefer" if len(names) == 2 else "Which packages all prefer",
                   paragraphs(said["packages"]),
                   links({"plane": "numbered points"} | best),
                   tag("div", drawn, class_="charts"), name="room")  # fmt: skip


def _likely(study: TalksStudy, said: Said, specs: Specs) -> str:
    figures = []
    if study.uncertainty is not None:
        figures = _draws(study, specs)
    else:
        figures.append(note("No draws were made, so that nothing here has an interval."))
    meanings = definitions(
        (talks_parts.SOLUTION_NAMES[k], escape(meaning))
        for k, meaning in talks_parts.SOLUTION_MEANINGS.items()
    )
    offers = talks_tables.offers(study)
    tables = {"solutions": "predictions by solution"}
    tables |= {"draws": "over the draws"} if study.uncertainty is not None else {}
    tables |= {"offers": "offers in turn"} if offers else {}
    return section(
        "What is likely",
        paragraphs(said["likely"]),
        links(tables),
        tag("div", *figures, class_="charts pair"),
        fold("Predictions by no-deal point and solution", talks_tables.solutions(study), meanings),
        fold("Offers in turn", offers),
        name="likely",
    )


def _what_if(study: TalksStudy, said: Said) -> str:
    if not said["what_if"]:
        return ""
    return section(heading(study), paragraphs(said["what_if"]),
                   links({"solutions": "predictions by solution"}), name="what-if")  # fmt: skip


def _draws(study: TalksStudy, specs: Specs) -> list[str]:
    assert study.uncertainty is not None
    count = len(study.uncertainty.draws)
    told = (
        "as they differ from the prediction"
        if study.predicted is not None
        else "by what they settle"
    )
    found = [panel("Which package", f"Share of {count:,} draws that predict it; packages {told}",
                   talks_charts.distribution(study))]  # fmt: skip
    if _ranged(study):
        specs["gains"] = talks_charts.gain(study)
        found.append(
            figure(
                "gains",
                "What each side gains",
                "The predicted package over no deal: nine tenths of draws and their median (bars), "
                "central figures (diamonds)",
                talks_charts.gain_table(study),
            )
        )
    return found


def _ranged(study: TalksStudy) -> bool:
    """Whether draws give the gains of a deal a range: some of them must end in one."""
    return any(np.isfinite(low) for _, _, (low, _, _) in talks_charts.gain_rows(study))


def _blocks(study: TalksStudy, said: Said) -> str:
    shown = {
        "bindings": ("wishes refused", talks_blocks.bindings(study)),
        "red-lines": ("red lines", talks_blocks.red_lines(study)),
        "votes": ("votes", talks_blocks.ratification(study)),
        "lasting": ("what lasts", talks_blocks.lasting(study)),
    }
    tables = {name: title for name, (title, content) in shown.items() if content}
    paid = talks_blocks.payment(study)
    return section("What blocks it, and would it last",
                   paragraphs([*said["blocks"], *said["lasts"]]),
                   links(({"payment": "the payment"} if paid else {}) | tables), paid,
                   fold("Wishes, red lines, votes and temptations in numbers",
                        *(content for _, content in shown.values())),
                   name="blocks")  # fmt: skip


def _steps(study: TalksStudy, said: Said, specs: Specs) -> str:
    figures, tables = [], {}
    if talks_charts.importance_rows(study):
        figures.append(panel("Which assumption matters most",
                             "Share of the variance over the draws that each explains alone",
                             talks_charts.importance(study), whole=True))  # fmt: skip
        tables |= {"importance": "assumptions", "figures": "their ranges"}
    names = talks_parts.party_names(study)
    for number, ((giver, receiver), steps) in enumerate(study.questions.ladders.items(), 1):
        if not steps or not _stated(study):
            continue
        key = f"ladder-{number}"
        specs[key] = talks_charts.ladder(study, steps, receiver)
        title = f"Concessions of {the(names[giver])} to {the(names[receiver])}"
        figures.append(figure(key, title, "From its position to the other's, the cheapest for what "
                              f"it closes first; {talks_parts.unit(study)}",
                              talks_blocks.ladder(study, steps, receiver)))  # fmt: skip
        to = f" to {the(names[receiver])}" if len(names) > 2 else ""
        tables[key] = f"steps of {the(names[giver])}{to}"
    if not figures:
        return ""
    return section("What to watch", paragraphs(said["watch"]), links(tables),
                   tag("div", *figures, class_="charts pair"), name="steps")  # fmt: skip


def _linkage(study: TalksStudy, said: Said) -> str:
    linked, without = talks_tables.linkage(study), talks_tables.without_values(study)
    tables = {"linkage": "one table or separate"} if linked else {}
    tables |= {"without-values": "values at zero"} if without else {}
    if not tables:
        return ""
    title = "One table or separate ones" if linked else "Without an analyst's values"
    folded = fold("Without an analyst's values", without) if linked else without
    return section(title, paragraphs(said["linkage"]), links(tables), linked, folded,
                   name="linkage")  # fmt: skip


def _best(study: TalksStudy) -> str:
    return section("The best packages", talks_tables.best(study), name="best")


def _happened(study: TalksStudy, said: Said) -> str:
    shown = talks_tables.afterwards(study)
    if not shown:
        return ""
    plain = note("Known only later, and not used anywhere on this page.")
    total = paragraphs(talks_obstacles.overall(study))
    return section("What then happened", plain, shown, total, name="happened")
