"""Results as plain data: tidy tables, and what they rest on.

The same run gives the same data, so nothing here holds a time or the name of a machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from detente.document import plain
from detente.document.blocks import Column, Document, Unit
from detente.document.data import Data
from detente.report import amounts, facts, imbalances, remarks, structure, sure
from detente.units import common, in_unit

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration
    from detente.simulate import ScenarioResult

ECONOMIES = ("country", "importer", "exporter")
TABLES = ("countries", "sectors", "flows")
NUMERAIRE = "world value added, held at its baseline level"
_MEANING = {
    "variant": "variant of the scenario",
    "date": "day of the path; what is then in force holds until the next",
    "in_force": "measures in force on the day, each with its share of the whole measure",
    "country": "economy",
    "sector": "sector",
    "importer": "buying economy",
    "exporter": "selling economy",
    "real_income": "income over the consumer price index, exact",
    "real_income_low": "low end of real income over draws: 5 per cent quantile, or least of few",
    "real_income_high": "high end of it: 95 per cent quantile, or the greatest of few",
    "exports_low": "low end of exports over draws, as of real income",
    "exports_high": "high end of it",
    "imports_low": "low end of imports over draws, as of real income",
    "imports_high": "high end of it",
    "draw": "number of the draw",
    "real_income_musd": "Hicksian equivalent variation: the exact change of real income times "
    "baseline income, which is what it is worth at baseline prices (homothetic tastes)",
    "income": "nominal income: all that is spent on final demand, at the numeraire",
    "profits": "what firms keep where their number is fixed; zero elsewhere",
    "first_order": "approximation of the change of real income: terms plus volume of trade",
    "terms_of_trade": "terms-of-trade part of the first-order change",
    "volume_of_trade": "volume-of-trade part of the first-order change",
    "real_wage": "wage over the consumer price index",
    "wage": "wage, against the numeraire (world value added)",
    "price_index": "consumer price index, against the numeraire",
    "exports": "exports of all goods and services, fob",
    "imports": "imports of all goods and services, fob",
    "balance": "exports minus imports, fob",
    "tariff_revenue": "revenue of import tariffs, licences and purchases apart",
    "licences": "worth of import licences kept at home, less what purchases cost the treasury",
    "export_tax_revenue": "revenue of export taxes in the variant (none in the baseline)",
    "subsidy_cost": "cost of production subsidies in the variant (none in the baseline)",
    "rents": "rents received of others' tariffs and quotas in the variant",
    "unemployment_pct": "workers whom nobody hires at the floor of wages, % of all",
    "output": "gross output at basic prices",
    "output_volume": "gross output in quantity: its value over the price at the factory",
    "employment": "labour input",
    "wage_bill_share": "the sector's share of the economy's wage bill in the baseline",
    "jobs_change_points": "workers gained by the sector, counted by the wage bill of the baseline",
    "reallocation_pct": "least share of workers who end up in another sector, counted by wage bill",
    "producer_price": "cost of a unit of output, against the numeraire",
    "consumer_price": "price of the sector's goods to buyers, tariffs included",
    "flow_musd": "trade at fob prices in the baseline",
    "flow_cf_musd": "trade at fob prices in the variant",
    "measure": "the quota, restraint or purchase commitment",
    "kind": "ceiling or floor",
    "of": "what is limited: quantity at the baseline's prices, or value at fob",
    "before": "trade that the limit is on, in the baseline",
    "stated_musd": "amount that the measure names, million USD of its year",
    "stated_year": "year of that amount",
    "used": "that amount in the baseline's year",
    "bound": "the limit",
    "after": "trade that the limit is on, in the variant",
    "binding": "whether the limit holds trade where it is",
    "wedge": "what licences add to duty-paid prices; below zero the share that the treasury pays",
    "tariff": "ad valorem tariff on the fob value in the baseline",
    "tariff_cf": "duties over the fob value of what is traded in the variant",
    "effective_tariff": "duties on goods over their fob value, both of the baseline",
    "effective_tariff_cf": "duties on goods over their fob value, both of the variant",
}

_WORKERS = "per cent of the economy's workers"
_ENDINGS = (
    ("_pct", "per cent change from the baseline"),
    ("_change_musd", "{unit}, change from the baseline"),
    ("_musd", "{unit}"),
    ("_mean_tariff", "fraction of the fob value"),
)
_UNITS = {
    "stated_musd": "million USD",
    "wedge_pct": "per cent of the duty-paid price",
    "wage_bill_share": "fraction of the economy's wage bill",
    "jobs_change_points": _WORKERS,
    "reallocation_pct": _WORKERS,
    "unemployment_pct": _WORKERS,
}


def tables(result: ScenarioResult) -> dict[str, pd.DataFrame]:
    """Return the tidy tables of a run, one row a variant and economy, sector or flow.

    ``flows`` holds a row for each sector and pair of economies, domestic sales included; domestic
    rows have importer and exporter alike.
    """
    import pandas as pd

    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for variant, solution in result.variants.items():
        flows = solution.flows.to_dataframe().reset_index()
        flows = flows.rename(columns={"flow": "flow_musd", "flow_cf": "flow_cf_musd"})
        found = (_countries(result, variant).reset_index(), solution.sectors.reset_index(), flows)
        for name, frame in zip(TABLES, found, strict=True):
            frame.insert(0, "variant", variant)
            frames[name].append(frame)
    found = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
    limits = pd.concat({name: s.limits for name, s in result.variants.items()}, names=["variant"])
    found |= {"limits": limits.reset_index()} if len(limits) else {}
    return found | ({} if result.draws is None else {"draws": result.draws.table()})


def _countries(result: ScenarioResult, variant: str) -> pd.DataFrame:
    """Return a variant's results by economy, with the ends of what is drawn."""
    frame = result.variants[variant].countries
    if result.interval(variant) is None:
        return frame
    frame = frame.copy()
    for of in ("real_income", "exports", "imports"):
        if interval := result.interval(variant, of=of):
            at = list(frame.columns).index(f"{of}_pct")
            frame.insert(at + 1, f"{of}_low_pct", interval.low)
            frame.insert(at + 2, f"{of}_high_pct", interval.high)
    return frame


def frames(result: ScenarioResult) -> dict[str, Data]:
    """Return the tidy tables with what their columns are, named in the economy's unit."""
    named = titles(result.calibration) | {"variant": facts.variant_titles(result)}
    return described(tables(result), result.calibration.card.unit, named)


def titles(c: Calibration) -> dict[str, dict[str, str]]:
    """Return what ids of economies and sectors stand for, by the columns that hold them."""
    names = facts.country_names(c)
    return {"sector": facts.sector_names(c)} | dict.fromkeys(ECONOMIES, names)


def described(
    found: Mapping[str, pd.DataFrame],
    unit: str,
    named: Mapping[str, Mapping[str, str]],
    more: Mapping[str, str] | None = None,
) -> dict[str, Data]:
    """Add to tables what their columns are, and beside ids what these stand for."""
    return {
        name: Data(
            in_unit(frame, unit),
            tuple(
                _column(name, about)
                for name, about in in_unit(columns(frame.columns, unit, more), unit).items()
            ),
        ).titled(named)
        for name, frame in common(found, unit).items()
    }


def _column(name: str, about: Mapping[str, str]) -> Column:
    unit = Unit(about["unit"]) if "unit" in about else None
    return Column(name, name, about["meaning"], unit)


def about(result: ScenarioResult, solved: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what a run rests on: scenario, baseline, choices, how each solve ended."""
    scenario, c = result.scenario, result.calibration
    solver = {"variants": _variants(result) if solved is None else solved}
    return in_unit(
        {
            "scenario": {
                "title": scenario.title,
                "date": str(scenario.date),
                "horizon": scenario.horizon,
                "structure": structure.plain(result),
                **({} if result.at is None else {"at": str(result.at)}),
                "deficits": facts.deficit_rule(result),
                "focus": list(facts.focus(result)),
                "sha256": result.scenario_hash,
                **({"ledger": True} if facts.uses_ledger(scenario) else {}),
            },
            "baseline": baseline(c),
            "choices": {
                "numeraire": NUMERAIRE,
                "amounts": amounts.plain(scenario, c),
                **sure.about(result.draws),
                **_across(result),
            },
            "solver": solver | imbalances.plain(result.removal),
        },
        c.card.unit,
    )


def _across(result: ScenarioResult) -> dict[str, Any]:
    """Return which other models there are, and which cannot carry the scenario."""
    found = result.across
    if found is None:
        return {}
    models = [{"by": m.by, "name": m.name} for m in found.models if m.by]
    not_run = [{"by": o.by, "name": o.name, "why": why} for o, why in found.not_run.items()]
    return {"across": {"models": models, "not_run": not_run}}


def baseline(c: Calibration) -> dict[str, Any]:
    """Return what is told of a baseline."""
    return {
        "name": c.name,
        "title": c.card.title,
        "year": c.card.year,
        "unit": c.card.unit,
        "source": c.card.source,
        "licence": c.card.licence,
        "elasticities": c.card.elasticities,
        "economies": len(c.countries),
        "sectors": len(c.sectors),
        "sha256": c.hash,
        **({"in_force": c.card.in_force} if c.card.in_force else {}),
    }


def to_json(document: Document, variants: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return a document as plain data for JSON, what it rests on and its variants at the top.

    Parameters
    ----------
    variants
        Further figures of every variant by its id.
    """
    found = document.to_plain()
    rests: dict[str, Any] = found.pop("about")
    solver = rests.pop("solver")
    rests |= rests.pop("choices") | solver
    rests["variants"] = {
        name: solver["variants"][name] | dict(more) for name, more in variants.items()
    }
    return in_unit({**found, **rests}, unit)


def by_variant(result: ScenarioResult) -> dict[str, dict[str, Any]]:
    """Return the figures of every variant: ``countries`` and ``sectors`` hold rows by code.

    ``bilateral`` holds the trade of every pair under ``"exporter>importer"``.
    """
    return {
        name: {
            # NaN where no amount was stated
            "limits": plain.value(solution.limits.to_dict("index")),
            "remarks": remarks.remarks(solution),
            "countries": plain.value(_countries(result, name).to_dict("index")),
            "sectors": {
                code: plain.value(solution.sectors.loc[code].to_dict("index"))
                for code in result.calibration.country_codes
            },
            "bilateral": {
                ">".join(str(code) for code in pair): plain.value(row)
                for pair, row in solution.bilateral.to_dict("index").items()  # pyright: ignore[reportGeneralTypeIssues]
            },
        }
        for name, solution in result.variants.items()
    }


def _variants(result: ScenarioResult) -> dict[str, Any]:
    from detente.scenario.variants import measure_ids, shares_on

    scenario, titles = result.scenario, facts.variant_titles(result)
    variants = {}
    for name, solution in result.variants.items():
        within = measure_ids(scenario, name)
        variants[name] = {
            "title": titles[name],
            "measures": [m.id for m in scenario.measures if m.id in within],
            "status": solution.status,
            "iterations": solution.iterations,
            "residuals": plain.value(solution.residuals),
        }
        if result.at is not None:
            variants[name]["in_force"] = shares_on(scenario, name, result.at)
    return variants


def columns(
    names: Iterable[str], unit: str, more: Mapping[str, str] | None = None
) -> dict[str, dict[str, str]]:
    """Say of every column its unit and meaning."""
    found = {}
    for name in names:
        found[name] = {"meaning": meaning_of(name, more)}
        of_data = _UNITS.get(name) or next((u for e, u in _ENDINGS if name.endswith(e)), "")
        if not of_data and name.startswith(("tariff", "effective_tariff")):
            of_data = "fraction of the fob value"
        if of_data:
            found[name]["unit"] = of_data.format(unit=unit)
    return found


def meaning_of(name: str, more: Mapping[str, str] | None = None) -> str:
    """Say what a column means; ``more``: what further names mean."""
    stem = name.removesuffix("_pct").removesuffix("_musd").removesuffix("_change")
    known = _MEANING | dict(more or {})
    return known.get(name) or known[stem]
