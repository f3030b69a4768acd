"""What is odd about a solution, said where it happens: a person should look before quoting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from detente.document.blocks import Mark, Section, Sentence
from detente.document.language import listed, noun
from detente.report import facts

if TYPE_CHECKING:
    from detente.results import Solution

FALL = 0.005
"""Fall of a tariff, as a fraction, from which it is said."""
GROWTH = 10.0
"""Times its size in the baseline that a flow may reach before it is said."""
SMALLEST = 1e-5
"""Share of an economy's income below which a flow is not worth a remark."""
WEDGE = 0.3
"""Share of a price, as a subsidy or a wedge, above which it is said."""


def remarks(solution: Solution) -> list[str]:
    """Return sentences on what is odd: rates that fall, flows that grow tenfold, large wedges."""
    return [
        *_falls(solution),
        *_growth(solution),
        *_wedges(solution),
        *(f"{note[0].upper()}{note[1:]}." for note in solution.equilibrium.policy.notes),
    ]


def _falls(solution: Solution) -> list[str]:
    """Name where a measure lowers a tariff, with the rates of the sector where it does most."""
    c, policy = solution.equilibrium.calibration, solution.equilibrium.policy
    lowest = policy.tariff_cf.copy()
    if policy.lines is not None:
        on = policy.rates_on_lines(c.tariff)
        np.minimum.at(lowest.reshape(-1), policy.lines.cell, on.tariff_cf)
    fall = np.where(c.flows > 0, c.tariff - lowest, 0.0)
    worth = np.where(fall >= FALL, fall * c.flows, 0.0)
    by_importer = worth.sum(axis=(0, 2))
    names, sectors = facts.country_names(c), facts.sector_names(c)
    found = []
    for n in np.argsort(-by_importer)[:3]:
        if by_importer[n] <= 0:
            continue
        s, i = np.unravel_index(worth[:, n].argmax(), worth[:, n].shape)
        count = int((worth[:, n].sum(axis=1) > 0).sum())
        where = f"in {count} sectors, most" if count > 1 else "in one sector,"
        buyer, seller = (noun(names[c.country_codes[k]]) for k in (n, i))
        buyer = f"{buyer[0].upper()}{buyer[1:]}"
        found.append(
            f"{buyer} lowers its tariffs {where} on {sectors[c.sector_codes[s]]} from {seller}: "
            f"{100 * c.tariff[s, n, i]:.1f}% before, {100 * lowest[s, n, i]:.1f}% where a measure "
            "holds."
        )
    return found


def _growth(solution: Solution) -> list[str]:
    c, after = solution.equilibrium.calibration, np.asarray(solution.equilibrium.outcome.flows_cf)
    home = np.eye(len(c.countries), dtype=bool)
    grown = (c.flows > 0) & (after >= GROWTH * c.flows) & ~home
    grown &= after > SMALLEST * c.income[None, :, None]
    if not grown.any():
        return []
    s, n, i = np.unravel_index(np.where(grown, after, 0.0).argmax(), after.shape)
    names, unit = facts.country_names(c), facts.money(c)
    others = int(grown.sum()) - 1
    more = f", and {others} other{'s' * (others > 1)} grow as much" if others else ""
    buyer, seller = (noun(names[c.country_codes[k]]) for k in (n, i))
    ratio = after[s, n, i] / c.flows[s, n, i]
    return [
        f"A flow grows {ratio:,.0f} times: {facts.sector_names(c)[c.sector_codes[s]]} from "
        f"{seller} to {buyer}, from {c.flows[s, n, i] / unit.divisor:,.3g} to "
        f"{after[s, n, i] / unit.divisor:,.3g} {unit.label}{more}. So far from the data the model "
        "is a guess."
    ]


def _wedges(solution: Solution) -> list[str]:
    c, policy = solution.equilibrium.calibration, solution.equilibrium.policy
    found = []
    for name, row in solution.limits.to_dict("index").items():
        size = row["wedge_pct"]
        if abs(size) >= 100 * WEDGE:
            found.append(
                f"{name} needs a subsidy of {-size:.0f}% of the price that buyers pay."
                if size < 0
                else f"{name} raises the price that buyers pay by {size:.0f}%."
            )
    names = facts.country_names(c)
    if policy.production_subsidy is not None and (policy.production_subsidy > WEDGE).any():
        n, s = np.unravel_index(policy.production_subsidy.argmax(), policy.production_subsidy.shape)
        found.append(
            f"{noun(names[c.country_codes[n]])} pays "
            f"{100 * policy.production_subsidy[n, s]:.0f}% of the cost of "
            f"{facts.sector_names(c)[c.sector_codes[s]]}."
        )
    for what, rate in (("imports", policy.tariff_cf), ("exports", policy.export_tax)):
        if rate is not None and (rate < -WEDGE).any():
            found.append(f"Some {what} are subsidised by {-100 * rate.min():.0f}%.")
    return found


def of_solutions(solutions: Sequence[tuple[Mark, Solution]]) -> Section:
    """Return what to look at before quoting, what several have in common once."""
    shared: dict[str, list[Mark]] = {}
    for mark, solution in solutions:
        for sentence in remarks(solution):
            shared.setdefault(sentence, []).append(mark)
    said = tuple(Sentence(sentence, head=_together(marks)) for sentence, marks in shared.items())
    return Section("remarks", "Look before you quote", said)


def _together(marks: Sequence[Mark]) -> Mark:
    short = f"! {listed([mark.short or mark.text for mark in marks])}:"
    return Mark(f"Under {listed([f'“{mark.text}”' for mark in marks])}", short=short)
