"""Charts of a run, each on a table."""

from __future__ import annotations

from collections.abc import Iterable

from detente.document.blocks import Chart
from detente.report.facts import BEFORE, MATERIAL_SHARE
from detente.report.run import tables
from detente.report.run.facts import PairFacts, RunFacts
from detente.report.run.tables import key_of


def variants(run: RunFacts) -> Chart:
    """Bars: the economies in focus under every variant, with their ends over runs."""
    drawn = tuple(key_of("real_income", code) for code in run.focus)
    return Chart(
        tables.variants(run), "grouped", "variant", drawn, ends=_ends(run, drawn),
        title="Who gains, who loses",
        note=f"Change of real income under each variant, %{_over_runs(run)}",
        description="Bars: change of real income of the economies in focus by variant, per cent",
    )  # fmt: skip


def real_income(run: RunFacts) -> Chart:
    """Bars: every economy under the chosen variant, largest gain first."""
    return Chart(
        tables.real_income(run), "bars", "economy", _under(run), title="By economy",
        ends=_ends(run, [f"under_{name}" for name, v in run.variants.items() if v.ends]),
        note=f"Exact change of real income, %{_over_runs(run)}",
        by_option={v: (f"under_{v}",) for v in run.variants},
        largest_first=True, description="Bars: change of real income by economy, per cent",
    )  # fmt: skip


def trade(run: RunFacts) -> Chart:
    """Bars: what each of the two buys from the other, before and under every variant."""
    a, b = (run.names[code] for code in run.focus)
    return Chart(
        tables.trade(run), "grouped", "variant",
        tuple(key_of("value", pair.importer) for pair in run.pairs),
        title="What each buys from the other", note="Goods at fob prices",
        description=f"Bars: goods that {a} and {b} buy from each other, before and by variant",
    )  # fmt: skip


def sectors(run: RunFacts) -> Chart:
    """Dots: output of the sectors hit most in the economies in focus, under the chosen variant."""
    by_option = {v: tuple(key_of(v, code) for code in run.focus) for v in run.variants}
    drawn = tuple(key for keys in by_option.values() for key in keys)
    note = (
        "Change of output in quantity, %, of the sectors that move most in either economy under "
        f"any variant (sectors below {100 * MATERIAL_SHARE:g}% of an economy's output left out)"
    )
    return Chart(
        tables.drawn_output(run), "dots", "sector", drawn,
        title="Output by sector", note=note, by_option=by_option, key="sectors",
        description="Dots: change of output by sector in the economies in focus, per cent",
    )  # fmt: skip


def diversion(run: RunFacts, pair: PairFacts) -> Chart:
    """Bars: how purchases from others change, under the chosen variant."""
    buyer, seller = run.names[pair.importer], run.names[pair.exporter]
    return Chart(
        tables.diversion(run, pair), "bars", "partner", _under(run),
        title=f"What {buyer} buys elsewhere: change", largest_first=True,
        note=f"Goods purchases from all but {seller}",
        by_option={v: (f"under_{v}",) for v in run.variants},
        description=f"Bars: change of {buyer}'s goods purchases from all but {seller}",
    )  # fmt: skip


def tariffs(run: RunFacts, pair: PairFacts) -> Chart:
    """Heat: tariffs by sector before and under the chosen variant."""
    buyer, seller = run.names[pair.importer], run.names[pair.exporter]
    shown = (BEFORE, *run.variants)
    rates = [row[key] for one in run.pairs for row in one.tariffs.values() for key in shown]
    return Chart(
        tables.tariffs(run, pair), "heat", "sector", ("in_baseline", *_under(run)),
        title=f"{buyer} on goods from {seller}", note="Tariff on the fob value, %",
        top=max(rates, default=None),
        by_option={v: ("in_baseline", f"under_{v}") for v in run.variants},
        description=f"Table: tariffs of {buyer} on goods from {seller}, per cent",
    )  # fmt: skip


def _ends(run: RunFacts, columns: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the columns of both ends by column; none without draws."""
    if not run.runs:
        return {}
    return {key: (f"{key}_low", f"{key}_high") for key in columns}


def _over_runs(run: RunFacts) -> str:
    return f"; thin lines: {run.runs} lie on them" if run.runs else ""


def _under(run: RunFacts) -> tuple[str, ...]:
    return tuple(f"under_{name}" for name in run.variants)
