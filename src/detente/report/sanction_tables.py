"""The tidy tables of a firm cut off, of one firm and of all bans together: what files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from detente.report import leverage
from detente.report.sanction_words import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from detente.sanction.study import SanctionResult

    Tables = dict[str, pd.DataFrame]
FIRM_ALONE = "sectors"
"""Row of `detente.sanction.threat.Leverage.power` that is of the firm: the ban itself."""


def tables(result: SanctionResult) -> Tables:
    """Return the tables of one firm, by name; where others are cut off too, only its own."""
    own = of_firm(result)
    if result.beside:
        return {name: _labelled(table, result.card.code) for name, table in own.items()}
    every = of_economies([result])
    countries = own["countries"].merge(every["countries"], on="country")
    months = result.costs.months.reset_index()
    whole = {"countries": countries, "months": months, **leverage.tables(result.leverage)}
    return {**own, "worst": every["worst"], "remedies": every["remedies"], **whole}


def of_all(results: Sequence[SanctionResult]) -> Tables:
    """Return the tables of several bans together, by name; in none of them is a firm's own."""
    every = of_economies(results)
    every["worst"] = every["worst"].rename(columns={"firm": "firms"})
    label = "+".join(result.card.code for result in results)
    return {name: _labelled(table, label) for name, table in every.items()}


def _labelled(table: pd.DataFrame, label: str) -> pd.DataFrame:
    """Say in the first column of a table whose figures it holds."""
    table = table.copy()
    table.insert(0, "of", label)
    return table


def of_firm(result: SanctionResult) -> Tables:
    """Return what is one firm's own, whoever else is cut off at the same time."""
    countries = result.customers.join(result.suppliers["banned"])
    months = result.costs.months[["firm_sales", "part"]]
    threatened = leverage.tables(result.leverage)
    return {
        "path": _path(result),
        "draws": result.draws.rename_axis("draw").reset_index(),
        "countries": countries.reset_index(),
        "horizons": result.horizons.firm.rename_axis("horizon").reset_index(),
        "joined": result.joined,
        "months": months.reset_index(),
        "assumptions": assumptions(result),
        "power": _rows(threatened["power"], firm=True),
        **{name: threatened[name] for name in ("threatened", "diversification", "erosion")},
    }


def of_economies(results: Sequence[SanctionResult]) -> Tables:
    """Return what is of the ban, or of all bans together: the world, economies, remedies.

    Months have a column an economy that bans or is home to a firm that is banned; power and
    chokepoints, which no ban of a firm changes, are by the pair of economies.
    """
    import pandas as pd

    first = results[0]
    countries = first.suppliers[["lost"]].copy()
    countries["lost_value_added"] = first.world.value_added.sum(axis=0)
    income = first.horizons.real_income_musd
    countries = countries.join(income.add_prefix("real_income_"))
    countries = countries.join(first.bracket.table.add_prefix("unserved_"))
    costs = {
        f"lost_{code}": result.costs.months[side]
        for result in pairs(results)
        for code, side in zip(result.economies, ("target", "sanctioner"), strict=True)
    }
    months = pd.DataFrame(costs)
    months["part"] = first.costs.months["part"]
    by_pair = [(one, leverage.tables(one.leverage)) for one in pairs(results)]
    power = [_of_pair(one, _rows(part["power"], firm=False)) for one, part in by_pair]
    points = [part["chokepoints"].assign(on=one.economies[0]) for one, part in by_pair]
    paid = [one.remedies.reset_index() for one, _ in by_pair]
    if len(results) > 1:
        paid = [_of_pair(one, rows) for (one, _), rows in zip(by_pair, paid, strict=True)]
    return {
        "countries": countries.reset_index(),
        "worst": first.bracket.path.reset_index(),
        "months": months.reset_index(),
        "remedies": pd.concat(paid, ignore_index=True),
        "power": pd.concat(power, ignore_index=True),
        "chokepoints": pd.concat(points, ignore_index=True),
    }


def _rows(power: pd.DataFrame, *, firm: bool) -> pd.DataFrame:
    """Return the rows of leverage that are of the ban on a firm, or of all that is sold."""
    return cast("pd.DataFrame", power[(power["threat"] == FIRM_ALONE) == firm])


def _of_pair(result: SanctionResult, table: pd.DataFrame) -> pd.DataFrame:
    target, sanctioner = result.economies
    return table.assign(target_economy=target, sanctioner_economy=sanctioner)


def _path(result: SanctionResult) -> pd.DataFrame:
    import pandas as pd

    from detente.sanction.study import QUANTILES

    days = pd.RangeIndex(1, result.choices.days + 1, name="day")
    path = pd.DataFrame({"output": result.path.output, "demand": result.path.demand}, days)
    for quantile, row in zip(QUANTILES, result.quantiles, strict=True):
        path[f"p{100 * quantile:g}"] = row
    for k, line in enumerate(lines(result)):
        path[f"line_{line}"] = result.path.by_line[:, k]
    for k, item in enumerate(result.card.critical_inputs):
        path[f"stock_{item.id}"] = result.path.stock[:, k]
    path["bought_banned"], path["bought_others"] = result.bought
    return path.reset_index()


def lines(result: SanctionResult) -> list[str]:
    """Return ids of product lines."""
    return [line.id for line in result.card.product_lines] or ["all"]


def assumptions(result: SanctionResult) -> pd.DataFrame:
    """Return every figure of the card: low, central, high, source, note."""
    import pandas as pd

    from detente.sanction.card import figures

    rows = []
    for path, figure, _ in figures(result.card):
        low, high = figure.bounds
        rows.append(
            {
                "figure": _named(result, path),
                "low": low,
                "central": figure.middle,
                "high": high,
                "source": figure.source,
                "note": figure.note or "",
            }
        )
    return pd.DataFrame(rows)


def _named(result: SanctionResult, path) -> str:
    """Write the path of a figure with ids in the place of numbers."""
    name, here = "", cast("Any", result.card)
    for part in path:
        here = here[part] if isinstance(part, int) else getattr(here, part)
        if isinstance(part, str):
            name += f".{part}" if name else part
        else:
            name += f"[{getattr(here, 'id', part + 1)}]"
    return name
