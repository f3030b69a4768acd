"""The figures of a path that its table, charts, page and files share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from detente.report import facts, words

if TYPE_CHECKING:
    import pandas as pd

    from detente.paths import PathResult

HONEST = (
    "Each date is an equilibrium of its own at this horizon: what its measures would do if they "
    "stayed for good, against the baseline year. It is not a transition from one date to the next."
)


def rows(result: PathResult, variant: str) -> list[dict[str, Any]]:
    """Return a row for each date of a variant.

    Keys: ``date``, ``changes`` (what is another than the date before, in words), ``income`` (exact
    change of real income, per cent, by economy in focus), and by importer in focus ``value`` (goods
    bought from the other, the baseline's unit), ``pct`` (their change) and ``tariff`` (mean, per
    cent).
    """
    end = result.end()
    codes = facts.focus(end)
    pairs = [(codes[0], codes[1]), (codes[1], codes[0])] if len(codes) == 2 else []
    c, found, before = result.calibration, [], None
    for day, solution in result.points[variant].items():
        held = result.shares[variant][day]
        by_code = facts.countries(solution)
        row: dict[str, Any] = {
            "date": day,
            "changes": changes(before, held),
            "income": {code: by_code[code]["real_income_pct"] for code in codes},
        }
        flows = {importer: facts.sold(solution, other, importer) for importer, other in pairs}
        tariff = solution.equilibrium.policy.tariff_cf
        row["value"] = {code: after for code, (_, after) in flows.items()}
        row["pct"] = {
            code: 100 * (after / was - 1) if was else 0.0 for code, (was, after) in flows.items()
        }
        row["tariff"] = {
            importer: facts.mean_tariff(c, tariff, importer, other) for importer, other in pairs
        }
        found.append(row)
        before = held
    return found


def changes(before: dict[str, float] | None, held: dict[str, float]) -> str:
    """Say which measures are another than the date before; on the first date, what is in force."""
    names = [*held, *(name for name in before or () if name not in held)]
    said = []
    for name in names:
        was, now = (before or {}).get(name, 0.0), held.get(name, 0.0)
        if was == now:
            continue
        if now == 0:
            said.append(f"{name} ends")
        else:
            said.append(name if now == 1 else f"{name} at {100 * now:.3g}%")
    return ", ".join(said) or "–"


def long_day(day: date) -> str:
    """Return a day as people write it: 6 July 2018."""
    return f"{day.day} {day:%B %Y}"


def contained(result: PathResult) -> dict[str, str]:
    """Return the variants whose path is a piece of another's, each with the longest such other."""
    found: dict[str, str] = {}
    for name, points in result.points.items():
        longer = [
            other
            for other, more in result.points.items()
            if len(more) > len(points)
            and all(more.get(day) is solution for day, solution in points.items())
        ]
        if longer and len(points) > 1:
            found[name] = max(longer, key=lambda other: len(result.points[other]))
    return found


def extremes(result: PathResult, variant: str) -> list[str]:
    """Sentences: when each economy in focus is worst and best off on the path of a variant."""
    found, names = rows(result, variant), facts.country_names(result.calibration)
    sentences = []
    for code in facts.focus(result.end()):
        by_day = {row["date"]: row["income"][code] for row in found}
        low, high = min(by_day, key=lambda d: by_day[d]), max(by_day, key=lambda d: by_day[d])
        if words.pct(by_day[high]) == words.pct(by_day[low]):
            continue
        who = words.noun(names[code])
        sentences.append(
            f"{who[:1].upper()}{who[1:]} is worst off on {long_day(low)} "
            f"({words.pct(by_day[low])}) and best off on {long_day(high)} "
            f"({words.pct(by_day[high])})."
        )
    return sentences


def summary(result: PathResult) -> pd.DataFrame:
    """Return one row a variant and date: what changes, and the figures of the economies in focus.

    Columns carry the codes of the economies; rates are fractions.
    """
    import pandas as pd

    flat = []
    for name in result.points:
        for row in rows(result, name):
            held = result.shares[name][row["date"]]
            one = {
                "variant": name,
                "date": pd.Timestamp(row["date"]),
                "in_force": " ".join(f"{k}={share:.6g}" for k, share in held.items()),
                **{f"{code}_real_income_pct": v for code, v in row["income"].items()},
                **{f"{code}_purchases_musd": v for code, v in row["value"].items()},
                **{f"{code}_purchases_pct": v for code, v in row["pct"].items()},
                **{f"{code}_mean_tariff": v / 100 for code, v in row["tariff"].items()},
            }
            flat.append(one)
    return pd.DataFrame(flat)
