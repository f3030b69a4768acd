"""From what a source says to accounts that close: each rule with the size of what it moved.

Every figure of an economy at rest follows from sales, tariffs and purchases: output is all sales,
value added what purchases leave of it, final demand what they leave of spending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.card import Adjustment
from detente.baseline.importing.gtap import BY_USE, HEADERS, Gtap
from detente.baseline.importing.layouts import Layout
from detente.baseline.importing.published import Published
from detente.baseline.source_accounts import SourceTables, adjustment
from detente.errors import DataError, Problem

CLOSE = 1e-4
"""Totals further from the sums of their parts than this share of output are not rounding."""
NEAR = 0.05
"""Beyond this share of output they are not rounded either: figures are wrong."""
SHOWN = 5


@dataclass(eq=False)
class Steps:
    """What was done to the figures of a source, in order, and what to know of it."""

    adjustments: list[Adjustment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, why: str, moved: float, whole: float, of: str) -> None:
        """Record a step that moved something, as a share of a whole."""
        if moved > 0:
            size = moved / whole if whole > 0 else 0.0
            self.adjustments.append(adjustment(what, why, size, f"share of {of}"))


@dataclass(frozen=True, eq=False)
class Figures:
    """Sales, duties and purchases of an economy; the rest follows.

    Attributes
    ----------
    flows
        ``(sector, importer, exporter)`` at fob (basic) prices.
    tariff
        The same axes, fraction of the flow.
    purchases
        ``(country, input, using)``, duties paid included.
    """

    flows: np.ndarray
    tariff: np.ndarray
    purchases: np.ndarray


def of_table(
    source: Published, layout: Layout, tariff: np.ndarray, steps: Steps, *, balance: bool
) -> Figures:
    """Apply the rules to an inter-country table at basic prices.

    Parameters
    ----------
    tariff
        ``(sector, importer, exporter)``, fraction of the sales at basic prices.
    balance
        Whether totals may differ from the sums of their parts by more than rounding.

    Raises
    ------
    DataError
        They do and may not, or they differ by more than rounding could.
    """
    final = source.final.sum(axis=0)
    sales = source.sales + final
    _check_totals(source, sales, layout, steps, balance=balance)
    _tell_of_uses(source, layout, steps)
    _tell_of_rows(source, layout, steps)
    flows = np.maximum(sales, 0.0)
    below = sales < 0
    steps.add(
        f"negative sales between two economies, or at home, set to zero ({int(below.sum())} cells)",
        "more came back from stocks than was sold; output of the seller and final demand of the "
        "buyer rise by as much",
        float(-sales[below].sum()), float(flows.sum()), "all sales",
    )  # fmt: skip
    bought = source.purchases
    below = bought < 0
    steps.add(
        f"negative purchases of an input set to zero ({int(below.sum())} cells)",
        "no share of cost is negative; value added falls and final demand falls by as much",
        float(-bought[below].sum()), float(np.abs(bought).sum()), "all purchases",
    )  # fmt: skip
    purchases = _with_duties(np.maximum(bought, 0.0), flows, tariff, steps)
    return Figures(flows, tariff, purchases)


def of_gtap(data: Gtap, steps: Steps, *, balance: bool) -> Figures:
    """Bring the headers of a GTAP Data Base to fob flows, duties and purchases at basic prices.

    Raises
    ------
    DataError
        Imports are not what is bought of them, or margins not what is sold for them, by more than
        rounding.
    """
    v = data.value
    fob, cif, landed = (v[name].swapaxes(1, 2) for name in ("VFOB", "VCIF", "VMSB"))
    at_home, imported = (_all_uses(data, letter) for letter in "DM")
    margin, pool = cif - fob, v["VST"]
    place = data.files[0].parent
    gap = np.abs(landed.sum(axis=2) - imported).T
    unsold = abs(float(margin.sum() - pool.sum()))
    worst = _worst(gap, data.regions, data.commodities)
    whole = float(at_home.sum() + fob.sum())
    _check_gap(place, float(gap.sum()) + unsold, whole, worst, steps, balance=balance)
    # who carries goods to whom is not known: every importer buys from the pool in its own mix
    mix = pool / pool.sum() if pool.sum() > 0 else np.zeros_like(pool)
    flows = fob + mix[:, None, :] * margin.sum(axis=(0, 2))[None, :, None]
    home = np.arange(len(data.regions))
    flows[:, home, home] += at_home
    if (flows < 0).any():
        message = "transport margins (VCIF less VFOB) are negative in all of an importer's trade"
        raise DataError(Problem(message, place, key="VCIF"))
    tariff = np.divide(landed - cif, flows, out=np.zeros_like(flows), where=flows > 0)
    share = _over(margin.sum(axis=2), landed.sum(axis=2))
    steps.add(
        "transport margins bought as services from the suppliers to the world's pool (VST)",
        "who carries whose goods is not told; every importer's margins (VCIF less VFOB) are spread "
        "over the suppliers in the same mix, and taken out of the price of the goods",
        float(margin.sum()),
        float(fob.sum()),
        "all trade at fob",
    )
    steps.notes.append(
        "Rates are duties (VMSB less VCIF) over fob values. Value added holds taxes on exports and "
        "on inputs; taxes on final demand are left out."
    )
    return Figures(flows, tariff, _carried_apart(v["VDFB"], v["VMFB"], share, mix.sum(axis=1)))


def _all_uses(data: Gtap, letter: str) -> np.ndarray:
    """``(commodity, region)``: all that is bought of home make (D) or of imports (M)."""
    by_use = [name for name, sets in HEADERS.items() if sets == BY_USE and name[1] == letter]
    return data.value[f"V{letter}FB"].sum(axis=1) + sum(data.value[name] for name in by_use)


def _carried_apart(
    at_home: np.ndarray, imported: np.ndarray, share: np.ndarray, mix: np.ndarray
) -> np.ndarray:
    """``(country, input, using)``, the transport in imported inputs bought as transport.

    Parameters
    ----------
    at_home, imported
        ``(commodity, activity, region)`` at basic prices.
    share
        ``(commodity, region)``: transport in what imports cost.
    mix
        ``(commodity,)``: what transport consists of.
    """
    transport = imported * share[:, None, :]
    bought = at_home + imported - transport
    bought = bought + mix[:, None, None] * transport.sum(axis=0)[None, :, :]
    return np.maximum(np.moveaxis(bought, -1, 0), 0.0)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return shares, zero of nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def close(
    figures: Figures, countries: Sequence[Country], sectors: Sequence[Sector], steps: Steps
) -> SourceTables:
    """Bring purchases down to output and to spending; final demand is what is left of spending."""
    output = figures.flows.sum(axis=1).T
    spending = ((1 + figures.tariff) * figures.flows).sum(axis=2).T
    bought = figures.purchases * (spending > 0)[:, :, None]
    lost = figures.purchases.sum() - bought.sum()
    steps.add("purchases of inputs that nobody sells set to zero", "no spending is left for them",
              float(lost), float(figures.purchases.sum()), "all purchases")  # fmt: skip
    excess = bought.sum(axis=1) - output
    over = excess > 0
    steps.add(
        f"purchases brought down to output in {int(over.sum())} industries: "
        f"{_some(_labels(over, countries, sectors))}",
        "value added would be negative there; what was bought becomes final demand",
        float(excess[over].sum()), float(bought.sum()), "all purchases",
    )  # fmt: skip
    cost = bought.sum(axis=1)
    fit = np.divide(output, cost, out=np.ones_like(cost), where=over)
    purchases = bought * fit[:, None, :]
    made = output > 0
    share = np.divide(purchases.sum(axis=1), output, out=np.zeros_like(output), where=made)
    final = _without_noise(spending - purchases.sum(axis=2), spending)
    problems = [
        Problem(message, key="country", value=c.code)
        for message, sums in (("economy makes nothing", output.sum(axis=1)),
                              ("industries buy all that is sold: nothing is left for final demand",
                               final.sum(axis=1)))
        for c, total in zip(countries, sums, strict=True) if total <= 0
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    return SourceTables(
        countries=tuple(countries),
        sectors=tuple(sectors),
        flows=figures.flows,
        tariff=figures.tariff,
        value_added_share=np.maximum(1 - share, 0.0),
        intermediate=purchases,
        final_demand=final,
    )


def _without_noise(final: np.ndarray, spending: np.ndarray) -> np.ndarray:
    """Set to zero what is the last bit of a sum."""
    return np.where(np.abs(final) <= 1e-13 * spending, 0.0, final)


def _with_duties(
    bought: np.ndarray, flows: np.ndarray, tariff: np.ndarray, steps: Steps
) -> np.ndarray:
    """Bring purchases from basic prices to prices with the mean duty on each input."""
    bare = flows.sum(axis=2).T
    duties = (tariff * flows).sum(axis=2).T
    mean = np.divide(duties, bare, out=np.zeros_like(bare), where=bare > 0)
    steps.add(
        "duties of the given rates added to what buyers pay",
        "the source has no duties of its own; every buyer of an input pays the mean rate, and "
        "value added falls by what industries pay",
        float(duties.sum()), float(bare.sum()), "all sales",
    )  # fmt: skip
    return bought * (1 + mean)[:, :, None]


def _tell_of_uses(source: Published, layout: Layout, steps: Steps) -> None:
    """Say how much of final demand is stocks and purchases abroad, and what is merged or idle."""
    size = dict(zip(source.uses, source.final, strict=True))
    whole = float(source.final.sum())
    output = float(source.sales.sum() + whole)
    if source.split:
        parts = ", ".join(source.split)
        steps.add(f"{parts} put together with the economy that each is a part of",
                  "firms of one economy that the source keeps apart", source.parts, output,
                  "world output")  # fmt: skip
    for codes, name, why in (
        (layout.inventories, "changes in stocks", "run-downs are negative there"),
        (layout.abroad, "residents' purchases abroad",
         "as the source has them: imports from the economy where they were made"),
    ):  # fmt: skip
        for code in codes:
            if code in size:
                steps.add(f"{name} ({code}) counted as final demand", why,
                          float(np.abs(size[code]).sum()), whole, "world final demand")  # fmt: skip
    steps.add("discrepancies that belong to no economy left out", "nobody buys them",
              float(np.abs(source.discrepancy).sum()), output, "world output")  # fmt: skip


def _tell_of_rows(source: Published, layout: Layout, steps: Steps) -> None:
    """Say what stands between purchases and output, and on final demand."""
    added = sum((source.rows[code] for code in source.rows), np.zeros_like(source.purchases[:, 0]))
    whole = float(added.sum())
    for codes, name in (
        (layout.taxes, "taxes less subsidies on products"),
        (layout.margins, "international transport margins"),
        (layout.travel, "purchases of travellers"),
        (layout.other, "adjustment from cif to fob"),
    ):
        for code in (c for c in codes if c in source.rows):
            steps.add(
                f"{name} ({code}) that industries pay counted as value added",
                "the model has duties alone, and no margins",
                float(np.abs(source.rows[code]).sum()),
                whole,
                "world value added",
            )
            steps.add(
                f"{name} ({code}) on final demand left out",
                "spending is at basic prices and duties",
                abs(source.on_final[code]),
                float(source.final.sum()),
                "world final demand",
            )
    output = source.sales.sum(axis=1).T + source.final.sum(axis=(0, 2)).T
    idle = output == 0
    labels = [f"{c} {s}" for c, s in _pairs(idle, source.countries, source.sectors)]
    steps.add(f"industries that make nothing stay so: {_some(labels)}",
              "the source has no sales of theirs", float(idle.sum()), float(idle.size),
              "all industries")  # fmt: skip


def _check_totals(
    source: Published, sales: np.ndarray, layout: Layout, steps: Steps, *, balance: bool
) -> None:
    """Compare what is sold with output as stated, and with purchases plus value added."""
    sold = sales.sum(axis=1).T
    cost = source.purchases.sum(axis=1)
    cost = cost + sum((source.rows[code] for code in source.rows), np.zeros_like(cost))
    gap = np.abs(sold + source.discrepancy - cost)
    if source.output is not None:
        gap = np.maximum(gap, np.abs(sold + source.discrepancy - source.output))
    worst = _worst(gap, source.countries, source.sectors)
    whole = max(float(np.abs(sold).sum()), float(np.abs(cost).sum()))
    _check_gap(source.file, float(gap.sum()), whole, worst, steps, balance=balance)


def _check_gap(
    file: Path, gap: float, whole: float, worst: str, steps: Steps, *, balance: bool
) -> None:
    """Refuse totals that differ from the sums of their parts; with ``balance`` within reason."""
    size = gap / whole
    if size > (NEAR if balance else CLOSE):
        message = (
            f"totals differ from the sums of their parts by {size:.2g} of output in all; most in "
            f"{worst}"
        )
        if size <= NEAR:
            message += (
                "; where the table is rounded, --balance makes value added and final demand what "
                "is left (balance=True in Python)"
            )
        else:
            message += "; that is no rounding: figures are missing, or in another unit"
        allowed = f"at most {NEAR if size > NEAR else CLOSE:g} of output"
        raise DataError(Problem(message, file, allowed=allowed))
    steps.add(
        "totals left aside: output is the sum of sales, value added what purchases leave of it",
        "totals of the source differ from the sums of their parts",
        gap,
        whole,
        "world output",
    )


def _worst(gap: np.ndarray, countries: Sequence[str], sectors: Sequence[str]) -> str:
    order = np.argsort(-gap, axis=None, kind="stable")[:SHOWN]
    cells = [np.unravel_index(k, gap.shape) for k in order if gap.flat[k] > gap.max() / 1e6]
    return ", ".join(f"{countries[n]} {sectors[s]} ({gap[n, s]:.4g})" for n, s in cells)


def _labels(
    where: np.ndarray, countries: Sequence[Country], sectors: Sequence[Sector]
) -> list[str]:
    pairs = _pairs(where, [c.code for c in countries], [s.code for s in sectors])
    return [f"{c} {s}" for c, s in pairs]


def _pairs(
    where: np.ndarray, countries: Sequence[str], sectors: Sequence[str]
) -> Iterator[tuple[str, str]]:
    return ((countries[int(n)], sectors[int(s)]) for n, s in np.argwhere(where))


def _some(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return ", ".join(labels[:SHOWN]) + more
