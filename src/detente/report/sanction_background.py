"""What the report of a firm cut off shows last: the table of talks, figures and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report.markup import definitions, scroll, table, tag, text
from detente.report.sanction import assumptions as card_figures
from detente.report.sanction import joint_note

if TYPE_CHECKING:
    from detente.sanction.study import SanctionResult


def at_the_table(result: SanctionResult) -> str:
    """Show what the ban costs by month, and what may stand for it."""
    target, by = result.economies
    unit = result.carved.calibration.card.unit
    months = result.costs.months
    shown = [m for m in (1, 2, 3, 6, 12, 24, 60, 84) if m in months.index]
    costs = table(
        ["Month", "firm's sales", target, by, "from"],
        [[str(m), *(f"{months.loc[m, k]:,.0f}" for k in ("firm_sales", "target", "sanctioner")),
          str(months.loc[m, "part"])] for m in shown],
        caption=f"Cost of a ban that stays, {unit} a month",
    )  # fmt: skip
    titles = {name: name for name in map(str, result.remedies.index)}
    titles |= {r.id: r.title for r in result.card.remedies if r.id in titles}
    titles |= {"ban-stays": "The ban stays", "all-together": "All together"}
    options = table(
        ["Instead of the ban", "firm pays", "low", "high", f"gain of {target}", f"gain of {by}"],
        [[titles[str(name)], *(f"{v:,.0f}".replace("-", "−") for v in row)]
         for name, row in result.remedies.iterrows()],
        caption=f"Present value over the rest of seven years, {unit}",
    )  # fmt: skip
    note = (
        "What each side loses by the month, and what relief is worth under each remedy. That the "
        "firm obeys afterwards, which is what remedies are for, is not money and is not here."
    )
    return tag(
        "section", text("h2", "At the table"), text("p", note, class_="note"),
        text("p", joint_note(result), class_="note"),
        scroll(costs, "Costs by month", "scroll plain"), tag("br"),
        scroll(options, "Remedies", "scroll plain"),
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
