"""Results as files that other programs read: Parquet, CSV, JSON and a manifest.

The same run writes the same bytes, so nothing here holds a time or the name of a machine.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.document.publish import add_hashes
from detente.files import write_whole
from detente.report import amounts, facts, firms, imbalances, path_store, remarks, structure
from detente.report.html import path_html, write_report
from detente.report.units import in_unit
from detente.simulate import ScenarioResult

if TYPE_CHECKING:
    import pandas as pd

    from detente.paths import PathResult
    from detente.results import Solution

FORMAT = 1
"""Version of the layout of the manifest and of the JSON."""
TABLES = ("countries", "sectors", "flows")
_PACKAGES = ("detente", "jax", "jaxlib", "numpy", "scipy", "pandas", "pyarrow", "vl-convert-python")
_MEANING = {
    "variant": "variant of the scenario",
    "date": "day of the path; what is then in force holds until the next",
    "in_force": "measures in force on the day, each with its share of the whole measure",
    "country": "economy",
    "sector": "sector",
    "importer": "buying economy",
    "exporter": "selling economy",
    "real_income": "income over the consumer price index, exact",
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
_UNITS = {
    "stated_musd": "million USD",
    "wedge_pct": "per cent of the duty-paid price",
    "wage_bill_share": "fraction of the economy's wage bill",
    "jobs_change_points": _WORKERS,
    "reallocation_pct": _WORKERS,
    "unemployment_pct": _WORKERS,
}


def write_all(result: ScenarioResult | PathResult, folder: str | Path) -> list[Path]:
    """Write report, tables and manifest into a folder, made if need be.

    Everything is written under a temporary name beside the folder and moved when all of it is
    there, the manifest last; files of the same names are replaced, others left alone.

    Returns
    -------
    list of Path
        ``report.html``, each table as ``.parquet`` and ``.csv``, ``manifest.json``.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    return write_whole(folder, lambda staging: _write_staging(result, staging))


def tables(result: ScenarioResult | PathResult) -> dict[str, pd.DataFrame]:
    """Return the tidy tables of a result, one row a variant and economy, sector or flow.

    ``flows`` holds a row for each sector and pair of economies, domestic sales included; domestic
    rows have importer and exporter alike. A path has the tables of `path_store.tables`.
    """
    import pandas as pd

    if not isinstance(result, ScenarioResult):
        return path_store.tables(result)
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for variant, solution in result.variants.items():
        flows = solution.flows.to_dataframe().reset_index()
        flows = flows.rename(columns={"flow": "flow_musd", "flow_cf": "flow_cf_musd"})
        found = (solution.countries.reset_index(), solution.sectors.reset_index(), flows)
        for name, frame in zip(TABLES, found, strict=True):
            frame.insert(0, "variant", variant)
            frames[name].append(frame)
    found = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
    limits = pd.concat({name: s.limits for name, s in result.variants.items()}, names=["variant"])
    return found | ({"limits": limits.reset_index()} if len(limits) else {})


def to_json(result: ScenarioResult | PathResult) -> dict[str, Any]:
    """Return a result as plain data for JSON: what it rests on, then every variant.

    Under each variant ``countries`` and ``sectors`` hold rows by code, ``bilateral`` the trade of
    every pair under ``"exporter>importer"``; a number that is none is ``null``. A path has under
    each variant its ``dates``.
    """
    about = _about(result)
    if not isinstance(result, ScenarioResult):
        return in_unit(about, result.calibration.card.unit)
    for name, solution in result.variants.items():
        about["variants"][name] |= {
            "limits": _limits(solution),
            "remarks": remarks.remarks(solution),
            "countries": _plain(solution.countries.to_dict("index")),
            "sectors": {
                code: _plain(solution.sectors.loc[code].to_dict("index"))
                for code in result.calibration.country_codes
            },
            "bilateral": {
                ">".join(str(code) for code in pair): _plain(row)
                for pair, row in solution.bilateral.to_dict("index").items()  # pyright: ignore[reportGeneralTypeIssues]
            },
        }
    if isinstance(result, ScenarioResult) and (found := firms.plain(result)):
        about["firms"] = found
    return in_unit(about, result.calibration.card.unit)


def _about(given: ScenarioResult | PathResult) -> dict[str, Any]:
    """Return what the numbers rest on: versions, hashes, choices, how each solve ended."""
    result = given if isinstance(given, ScenarioResult) else given.end()
    scenario, c = result.scenario, result.calibration
    variants = _variants(given) if isinstance(given, ScenarioResult) else path_store.variants(given)
    return {
        "format": FORMAT,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "scenario": {
            "title": scenario.title,
            "date": str(scenario.date),
            "horizon": scenario.horizon,
            "structure": structure.plain(result),
            **({} if result.at is None else {"at": str(result.at)}),
            "deficits": facts.deficit_rule(result),
            "focus": list(facts.focus(result)),
            "sha256": result.scenario_hash,
        },
        "baseline": {
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
        },
        **imbalances.plain(result.removal),
        "numeraire": "world value added, held at its baseline level",
        "amounts": amounts.plain(scenario, c),
        "variants": variants,
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
            "residuals": _plain(solution.residuals),
        }
        if result.at is not None:
            variants[name]["in_force"] = shares_on(scenario, name, result.at)
    return variants


def _write_staging(result: ScenarioResult | PathResult, folder: Path) -> list[str]:
    """Write every file into a folder; return their names, the manifest last."""
    import pyarrow as pa
    from pyarrow.csv import write_csv
    from pyarrow.parquet import write_table

    if isinstance(result, ScenarioResult):
        write_report(result, folder / "report.html")
    else:
        (folder / "report.html").write_bytes(path_html(result).encode())
    unit = result.calibration.card.unit
    about = in_unit(_about(result), unit)
    files: dict[str, dict[str, Any]] = {"report.html": {}}
    for name, frame in tables(result).items():
        shown = in_unit(frame, unit)
        table = pa.Table.from_pandas(shown, preserve_index=False).replace_schema_metadata()
        write_table(table, folder / f"{name}.parquet", compression="zstd")
        write_csv(table, folder / f"{name}.csv")
        about_columns = in_unit(columns(frame.columns, unit), unit)
        files |= {
            f"{name}.{k}": {"rows": len(frame), "columns": about_columns}
            for k in ("parquet", "csv")
        }
    add_hashes(files, folder)
    text = json.dumps(about | {"files": files}, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return [*files, "manifest.json"]


def columns(names: Iterable[str], unit: str) -> dict[str, dict[str, str]]:
    """Say of every column its unit and meaning."""
    found = {}
    for name in names:
        stem = name.removesuffix("_pct").removesuffix("_musd").removesuffix("_change")
        entry = {"meaning": _MEANING.get(name) or _MEANING.get(stem) or path_store.meaning(stem)}
        if name in _UNITS:
            entry["unit"] = _UNITS[name]
        elif name.endswith("_pct"):
            entry["unit"] = "per cent change from the baseline"
        elif name.endswith("_change_musd"):
            entry["unit"] = f"{unit}, change from the baseline"
        elif name.endswith("_musd"):
            entry["unit"] = unit
        elif name.startswith(("tariff", "effective_tariff")) or name.endswith("_mean_tariff"):
            entry["unit"] = "fraction of the fob value"
        found[name] = entry
    return found


def _limits(solution: Solution) -> dict[str, Any]:
    """Return the table of limits by measure; what no amount was stated for is ``None``."""
    return {
        str(name): {
            key: value if isinstance(value, str) or math.isfinite(value) else None
            for key, value in row.items()
        }
        for name, row in solution.limits.to_dict("index").items()
    }


def _plain(value: Any) -> Any:
    """Return floats and ints of Python, ``None`` for what is not a number."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    number = float(value)
    return number if math.isfinite(number) else None
