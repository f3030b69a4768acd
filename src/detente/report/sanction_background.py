"""What the report of a firm cut off shows last: the table of talks, figures and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report.markup import definitions, scroll, table, tag, text
from detente.report.sanction_parts import whole
from detente.report.sanction_tables import assumptions as card_figures
from detente.report.sanction_words import bans, joint_note, pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.sanction.study import SanctionResult


def at_the_table(results: Sequence[SanctionResult]) -> str:
    """Show what the ban, or all bans together, cost by month, and what may stand for it."""
    alone, shown = len(results) == 1, []
    for result in pairs(results):
        shown += [scroll(_costs(result, results), "Costs by month", "scroll plain"), tag("br")]
        shown += [scroll(_options(result, results), "Remedies", "scroll plain"), tag("br")]
    note = (
        "What each side loses by the month, and what relief is worth under each remedy. That the "
        "firm obeys afterwards, which is what remedies are for, is not money and is not here."
    )
    if not alone:
        note += (
            f" Losses are of {bans(results)}. A remedy ends the ban on its own firm, while the "
            "others stay; all of these end all."
        )
    return tag(
        "section", text("h2", "At the table"), text("p", note, class_="note"),
        text("p", joint_note(results), class_="note"), *shown,
    )  # fmt: skip


def _costs(result: SanctionResult, results: Sequence[SanctionResult]) -> str:
    target, by = result.economies
    unit, months = result.carved.calibration.card.unit, result.costs.months
    own = ("firm_sales",) if len(results) == 1 else ()
    heads = ("firm's lost sales",) if own else ()
    of = "a ban that stays" if own else f"{bans(results)} while they stay"
    return table(
        ["Month", *heads, f"loss of {target}", f"loss of {by}", "from"],
        [[str(m), *(whole(months.loc[m, k]) for k in (*own, "target", "sanctioner")),
          str(months.loc[m, "part"])] for m in (1, 2, 3, 6, 12, 24, 60, 84) if m in months.index],
        caption=f"Cost of {of}, {unit} a month; below zero: a gain",
    )  # fmt: skip


def _options(result: SanctionResult, results: Sequence[SanctionResult]) -> str:
    target, by = result.economies
    titles = {"ban-stays": "The ban stays" if len(results) == 1 else "The bans stay",
              "all-together": "All of these"}  # fmt: skip
    for one in results:
        for remedy in one.card.remedies:
            key = remedy.id if len(results) == 1 else f"{one.card.code}: {remedy.id}"
            name = remedy.title if len(results) == 1 else f"{one.card.name}: {remedy.title}"
            titles[key] = name
    instead = "the ban" if len(results) == 1 else bans(results)
    return table(
        [f"Instead of {instead}", "firm pays", "low", "high", f"gain of {target}", f"gain of {by}"],
        [[titles.get(str(name), str(name)), *(whole(v) for v in row)]
         for name, row in result.remedies.iterrows()],
        caption="Present value over the rest of seven years, "
                f"{result.carved.calibration.card.unit}",
    )  # fmt: skip


def assumptions(result: SanctionResult) -> str:
    """Show every figure of the card with its source, and what the carve changed."""
    rows = card_figures(result)
    data = table(
        ["Figure", "low", "central", "high", "source"],
        [[r["figure"], *(f"{r[k]:,.6g}" for k in ("low", "central", "high")), r["source"]]
         for r in rows.to_dict("records")],
        caption="Figures of the card; assumption: nobody published it",
    )  # fmt: skip
    remarks = definitions(
        (r["figure"], text("span", r["note"])) for r in rows.to_dict("records") if r["note"]
    )
    sources = definitions(
        (s.id, text("span", f"{s.title}. {s.publisher or ''} {s.date or ''} "
                         f"{f'Figures {s.figures}.' if s.figures else ''} ") + (
            tag("a", s.url.split("/")[2], href=s.url, rel="noreferrer") if s.url else ""))
        for s in result.card.sources
    )  # fmt: skip
    adjustments = definitions(
        (a.what, text("span", f"{a.why}: {a.size:.4g} {a.unit}"))
        for a in result.carved.calibration.card.adjustments
        if result.card.code in a.what.split() or a.what.startswith(result.card.name)
    )
    notes = tag("ul", *(text("li", note) for note in result.card.notes))
    return tag(
        "section", text("h2", "What this rests on"), notes, scroll(data, "Figures", "scroll plain"),
        remarks, text("h3", "Sources"), sources, text("h3", "The carve"), adjustments,
    )  # fmt: skip
