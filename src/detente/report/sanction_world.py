"""What firms cut off do to the world: a section of one firm's page, a page of all bans together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.document import chart_parts as cp
from detente.document.html import page_html
from detente.report import facts, leverage, sanction_background, words
from detente.report.markup import table, tag, text
from detente.report.sanction_parts import economies, section, signed, whole
from detente.report.sanction_words import FEW_DRAWS, bans, bracket_note, pairs, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.sanction.study import SanctionResult

Specs = dict[str, cp.Spec]


def together_html(results: Sequence[SanctionResult]) -> str:
    """Return the report of several bans together as HTML: nothing in it is of one firm."""
    specs: Specs = {}
    first, what = results[0], bans(results)
    c = first.carved.calibration
    names = words.listed([result.card.name for result in results])
    said = tag("ul", *(text("li", sentence) for sentence in together(results)))
    parts = [
        tag("section", text("h2", "In short"), said, class_="lead"),
        world(results, specs),
        _incomes(results, specs),
        *(
            leverage.leverage_section(one.leverage, c, "", specs, own=False)
            for one in pairs(results)
        ),
        sanction_background.at_the_table(results),
    ]
    return page_html(
        title=f"{names} cut off: {what}",
        eyebrow=f"Détente · {names} · {c.card.title} · {relief_of(first)}",
        summary=f"Every figure on this page is of {what}; each firm's own are on its own page. "
        "Those of one firm and these are not to be added up.",
        body="\n".join(parts),
        specs=specs,
    )


def relief_of(result: SanctionResult) -> str:
    """Say whether the ban is lifted."""
    relief = result.choices.relief
    return f"ban lifted on day {relief}" if relief else "ban not lifted"


def name_of(result: SanctionResult, side: int) -> str:
    """Name the target (0) or the sanctioner (1) inside a sentence."""
    return words.noun(facts.country_names(result.carved.calibration)[result.economies[side]])


def world(results: Sequence[SanctionResult], specs: Specs) -> str:
    """Show what the ban, or all bans together, do to the world by the day."""
    import pandas as pd

    result, alone = results[0], len(results) == 1
    c = result.carved.calibration
    names, unit = facts.country_names(c), c.card.unit
    worth = pd.Series(result.world.value_added.sum(axis=0), c.country_codes)
    missed, lost = result.customers["missed"], result.suppliers["lost"]
    heads = ["", "value added", *(["missed deliveries"] if alone else []), "output of others",
             "best", "worst"]  # fmt: skip
    columns = [worth, *([missed] if alone else []), lost,
               result.bracket.table["best"], result.bracket.table["worst"]]  # fmt: skip
    rows = [
        [names[code], *(signed(-float(column.to_numpy()[k])) for column in columns)]
        for k, code in enumerate(c.country_codes)
    ]
    of = "" if alone else f", {bans(results)}"
    data = table(heads, rows, caption=f"{unit} over {result.choices.days} days{of}; best and "
                 "worst: change of final purchases served")  # fmt: skip
    path = f"{unit}, over the path"
    charts = {
        "value-added": (worth, ("Value added by economy", "The firm's is in its economy's" if alone
                                else f"Of {bans(results)}", "Change of value added by economy",
                                path)),
        "customers": (missed, ("The firm's customers", "Deliveries missed, others not yet in",
                               "Missed deliveries by economy", path)),
        "suppliers": (lost, ("Output of everybody else",
                             "Suppliers lose, rivals and their suppliers gain",
                             "Change of output of others by economy", path)),
    }  # fmt: skip
    if not alone:
        del charts["customers"]  # a firm's own page shows them
    figures = [economies(specs, key, values, names, said, data)
               for key, (values, said) in charts.items()]  # fmt: skip
    note = (
        "Who buys less from the firm's suppliers, and who steps in for it, by the daily model of "
        "the whole world at the central figures."
    )
    note += "" if alone else f" All of {bans(results)}."
    between = text("p", bracket_note(results), class_="note")
    return section("Who else is hit", note + _spans(results), figures, between)


def _spans(results: Sequence[SanctionResult]) -> str:
    """Say how much the loss of each target moves with the draws."""
    said = ""
    for result in {one.economies[0]: one for one in results}.values():
        if result.world_draws is not None and len(result.world_draws) >= FEW_DRAWS:
            at = result.carved.calibration.country_codes.index(result.economies[0])
            drawn = result.world_draws[:, at]
            low, high = (whole(q) for q in np.quantile(drawn, [0.05, 0.95]))
            said += (
                f" In {len(drawn)} draws the loss of {name_of(result, 0)} is {low} to {high} "
                f"{result.carved.calibration.card.unit} (90%; below zero: a gain)."
            )
    return said


def income_figure(results: Sequence[SanctionResult], specs: Specs) -> str:
    """Show real income in the long run by economy."""
    first = results[0]
    c, income = first.carved.calibration, first.horizons.real_income_musd
    names, unit = facts.country_names(c), c.card.unit
    worth = income["long-run"]
    rows = [[names[str(code)], *(signed(float(v)) for v in row)] for code, row in income.iterrows()]
    of = "a ban that stays" if len(results) == 1 else bans(results)
    caption = f"Change of real income by horizon, {unit} a year, {of}"
    data = table(["", *map(str, income.columns)], rows, caption=caption)
    said = ("Real income", "By economy: chart of the long run, figures of every horizon",
            "Change of real income in the long run", f"{unit} a year")  # fmt: skip
    return economies(specs, "income", worth, names, said, data, sign=1.0)


def _incomes(results: Sequence[SanctionResult], specs: Specs) -> str:
    note = f"General equilibrium under {bans(results)}, which stay."
    return section("If the bans stay", note, [income_figure(results, specs)])
