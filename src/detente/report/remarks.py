"""What is odd about a solution, said where it happens: a person should look before quoting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from detente.document.blocks import Fold, Mark, Section, Sentence
from detente.document.language import capital, listed, noun
from detente.document.numbers import CHANGE, MINUS, money_unit, spoken, told
from detente.report import facts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from detente.baseline.calibration import Calibration
    from detente.results import Solution

FALL = 0.005
"""Fall of a tariff, as a fraction, from which it is said."""
GROWTH = 10.0
"""Times its size in the baseline that a flow may reach before it is said."""
SMALLEST = 1e-5
"""Share of an economy's income below which a flow is not worth a remark."""
WEDGE = 0.1
"""Share of a price, as a subsidy or a wedge, above which it is said."""
IDLE = 5e-4
"""Per cent of workers without work below which there are none."""
FEW = 6
"""Variants that are named one by one; more are counted."""
FIRST = 4
"""Remarks that stand at once; the rest is folded."""


def remarks(solution: Solution) -> list[str]:
    """Return sentences on what is odd: large wedges, flows that grow tenfold, rates that fall."""
    return [
        *_wedges(solution),
        *_growth(solution),
        *_idle(solution),
        *_falls(solution),
        *(f"{capital(note)}." for note in solution.equilibrium.policy.notes),
    ]


def _falls(solution: Solution) -> list[str]:
    """Name where a measure lowers a tariff, with the rates of the sector where it does most."""
    c = solution.equilibrium.calibration
    before, after, worth = _lowered(solution)
    by_importer = worth.sum(axis=(0, 2))
    sectors, found = facts.sector_names(c), []
    for n in np.argsort(-by_importer)[:3]:
        if by_importer[n] <= 0:
            continue
        s, i = np.unravel_index(worth[:, n].argmax(), worth[:, n].shape)
        most = "most " if (worth[:, n].sum(axis=1) > 0).sum() > 1 else ""
        found.append(
            f"{capital(_economy(c, n))} lowers tariffs of its own, {most}on "
            f"{sectors[c.sector_codes[s]]} from {_economy(c, i)}: from "
            f"{_rate(before[s, n, i])} to {_rate(after[s, n, i])} where a measure holds."
        )
    return found


def _lowered(
    solution: Solution,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return rates before and after by cell, and trade times their fall.

    Where lines of a cell differ: of the line whose fall is on most trade, from its own rate before.
    """
    c, policy = solution.equilibrium.calibration, solution.equilibrium.policy
    before, after = c.tariff.copy(), policy.tariff_cf.copy()
    trade = c.flows.copy()
    if (lines := policy.lines) is not None:
        on = policy.rates_on_lines(c.tariff)
        order = np.argsort(lines.share * (on.tariff - on.tariff_cf), kind="stable")
        at = lines.cell[order]  # the last of a cell is the one that stays
        for array, values in ((before, on.tariff), (after, on.tariff_cf)):
            array.reshape(-1)[at] = values[order]
        trade.reshape(-1)[at] = lines.share[order] * c.flows.reshape(-1)[at]
    fall = before - after
    return before, after, np.where((fall >= FALL) & (c.flows > 0), fall * trade, 0.0)


def _rate(rate: float) -> str:
    return f"{100 * rate:.1f}%".replace("-", MINUS)


def _economy(c: Calibration, at: int | np.integer) -> str:
    return noun(facts.country_names(c)[c.country_codes[at]])


def _growth(solution: Solution) -> list[str]:
    c, after = solution.equilibrium.calibration, np.asarray(solution.equilibrium.outcome.flows_cf)
    home = np.eye(len(c.countries), dtype=bool)
    grown = (c.flows > 0) & (after >= GROWTH * c.flows) & ~home
    grown &= after > SMALLEST * c.income[None, :, None]
    if not grown.any():
        return []
    s, n, i = np.unravel_index(np.where(grown, after, 0.0).argmax(), after.shape)
    others, unit = int(grown.sum()) - 1, money_unit(c.card.unit)
    more = f", and {others} other flow{'s' * (others > 1)} so much" if others else ""
    return [
        f"What {_economy(c, n)} buys of {facts.sector_names(c)[c.sector_codes[s]]} from "
        f"{_economy(c, i)} grows {after[s, n, i] / c.flows[s, n, i]:,.0f} times, from "
        f"{spoken(c.flows[s, n, i], unit)} to {told(after[s, n, i], unit)}{more}. So far from the "
        "data the model is a guess."
    ]


def _wedges(solution: Solution) -> list[str]:
    c, policy = solution.equilibrium.calibration, solution.equilibrium.policy
    found = []
    for name, size in solution.limits["wedge_pct"].to_dict().items():
        if size < -100 * WEDGE:
            found.append(f"Measure {name} needs a subsidy of {-size:.0f}% of what buyers pay.")
        elif size > 100 * WEDGE:
            found.append(f"Measure {name} makes what buyers pay {size:.0f}% dearer.")
    paid = policy.production_subsidy
    if paid is not None and (paid > WEDGE).any():
        n, s = np.unravel_index(paid.argmax(), paid.shape)
        sector = facts.sector_names(c)[c.sector_codes[s]]
        found.append(
            f"{capital(_economy(c, n))} pays {100 * paid[n, s]:.0f}% of the cost of {sector}."
        )
    for what, rate in (("imports", policy.tariff_cf), ("exports", policy.export_tax)):
        if rate is not None and (rate < -WEDGE).any():
            found.append(f"Some {what} are subsidised by {-100 * rate.min():.0f}%.")
    return found


def unemployment(solution: Solution) -> dict[str, float]:
    """Return the share of workers without work by economy, per cent, where there are any."""
    values = solution.countries["unemployment_pct"].to_dict()
    return {str(code): value for code, value in values.items() if value > IDLE}


def _idle(solution: Solution) -> list[str]:
    names = facts.country_names(solution.equilibrium.calibration)
    idle = [f"{spoken(v, CHANGE)} in {noun(names[k])}" for k, v in unemployment(solution).items()]
    return [f"At the floor of wages workers find no work: {listed(idle)}."] if idle else []


def of_solutions(
    solutions: Sequence[tuple[Mark, Solution]], besides: Sequence[str] = ()
) -> Section:
    """Return what to look at before quoting, what several have in common once, and ``besides``."""
    shared: dict[str, list[Mark]] = {}
    for mark, solution in solutions:
        for sentence in remarks(solution):
            shared.setdefault(sentence, []).append(mark)
    said = [
        Sentence(sentence, head=_together(marks, len(solutions)))
        for sentence, marks in shared.items()
    ]
    said += map(Sentence, besides)
    rest = (Fold("More to look at", tuple(said[FIRST:])),) if said[FIRST:] else ()
    return Section("remarks", "Look before you quote", (*said[:FIRST], *rest))


def _together(marks: Sequence[Mark], of: int) -> str | Mark:
    """Name the variants that have something in common; a single one needs no name."""
    if of == 1:
        return ""
    if len(marks) > FEW:
        said = f"In {len(marks)} of {of} variants"
        return Mark(said, short=f"! {said}:")
    short = f"! {listed([mark.short or mark.text for mark in marks])}:"
    return Mark(f"Under {listed([f'“{mark.text}”' for mark in marks])}", short=short)
