"""What the ledger says of a day, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.ledger.authorities import RATES
from detente.ledger.days import KNOWN_TO, ledger_day
from detente.ledger.measures import Measure
from detente.ledger.parties import meets, who
from detente.ledger.published import Published, all_figures, figures_after, published
from detente.ledger.rates import EVERYONE, ledger_averages, panel
from detente.ledger.search import find

if TYPE_CHECKING:
    import pandas as pd

STARTS = (date(2018, 1, 1), date(2025, 1, 1))
"""Days that averages are compared with."""
GROUPS = {
    "base": ("base",), "s301": ("s301_china", "s301_2026"), "s232": ("s232",),
    "ieepa": ("fentanyl", "reciprocal"), "s122": ("s122",),
}  # fmt: skip
"""Authorities as the Budget Lab divides its average, to ours."""
DRAWN = ("CHN", "MEX", "CAN", "EU27", "JPN")
"""Whose averages over time are drawn beside that on all, unless others are asked for."""


@dataclass(frozen=True, eq=False)
class Tracker:
    """A published average of a day.

    Attributes
    ----------
    found
        The published one.
    gap
        It less ours, fraction.
    partners, authorities
        What of the gap is on imports from each partner, or of each authority, where published.
    soon
        Its next figure within ten days.
    """

    found: Published
    gap: float
    partners: Mapping[str, float]
    authorities: Mapping[str, float]
    soon: tuple[date, float] | None


@dataclass(frozen=True, eq=False)
class Average:
    """An importer's average tariff on a day.

    Attributes
    ----------
    rate
        Fraction, of all its imports or, of China, of those from the United States.
    before
        The same on a day of `STARTS`.
    authorities
        What it is the sum of; of China nothing.
    partners
        Rates by partner, each with imports in USD.
    trackers
        By key, those that know the day.
    """

    rate: float
    before: tuple[date, float]
    authorities: Mapping[str, float]
    partners: Mapping[str, tuple[float, float]]
    trackers: Mapping[str, Tracker]


@dataclass(frozen=True, eq=False)
class LedgerFacts:
    """What is asked for, and what the ledger says of it.

    Attributes
    ----------
    day
        The day of the averages: the one asked for, or the last that the ledger knows of.
    asked_day
        Whether measures are those of the day.
    by, on, authority
        As asked for; empty where not.
    measures
        By the day they take effect.
    usa, china
        Average tariffs of the two, where they are of whom is asked for.
    quoted
        China's averages as PIIE published them, each with ours of that day: date, ours, theirs.
    over_time
        Average US rates: date, then columns by partner.
    own
        The file, where the ledger is not the shipped one.
    """

    day: date
    asked_day: bool
    by: str
    on: str
    authority: str
    measures: tuple[Measure, ...]
    usa: Average | None
    china: Average | None
    quoted: tuple[tuple[date, float, float], ...]
    over_time: pd.DataFrame
    drawn: tuple[str, ...] = field(default=DRAWN)
    own: str = ""


def facts_of(
    by: str | None = None,
    on: str | None = None,
    at: str | date | None = None,
    authority: str | None = None,
    file: str | Path | None = None,
) -> LedgerFacts:
    """Look up what is asked for (`detente.ledger.search.ledger` says how).

    Raises
    ------
    InputError
        A name, day or authority is unknown, or the file is no ledger.
    """
    measures = find(by, on, at, authority, file)
    day = KNOWN_TO if at is None else ledger_day(at)
    imposers = None if by is None else who(by, "by")
    targets = None if on is None else who(on, "on")
    usa = (imposers is None or "USA" in imposers) and targets != {"USA"}
    china = (imposers is None or "CHN" in imposers) and _hits(targets, "USA")
    averages: Any = ledger_averages("USA")
    drawn = _drawn(targets)
    return LedgerFacts(
        day,
        at is not None,
        by or "",
        on or "",
        authority or "",
        measures,
        _usa(day, averages) if usa else None,
        _china(day) if china else None,
        _quoted() if china else (),
        averages.pivot(index="date", columns="partner", values="rate")[[EVERYONE, *drawn]],
        drawn,
        Path(file).name if file else "",
    )


def _hits(targets: frozenset[str] | None, code: str) -> bool:
    return targets is None or meets(targets, (code,), (), ())


def _drawn(targets: frozenset[str] | None) -> tuple[str, ...]:
    """Return whose averages are drawn: those asked for, the largest first, or the usual."""
    held = panel("USA").partners
    asked = [code for code in held if targets is not None and code in targets]
    if not asked:
        return DRAWN
    latest = ledger_averages("USA", KNOWN_TO).set_index("partner")["imports_usd"]
    return tuple(sorted(asked, key=lambda code: -latest[code])[: len(DRAWN)])


def _usa(day: date, averages: Any) -> Average:
    now = ledger_averages("USA", day).set_index("partner")
    start = max(one for one in STARTS if one <= day)
    then = averages[(averages["date"] == str(start)) & (averages["partner"] == EVERYONE)]
    authorities = {name: float(now.loc[EVERYONE, name]) for name in RATES}  # pyright: ignore[reportArgumentType]
    partners = {
        str(code): (float(rate), float(value))
        for code, rate, value in zip(now.index, now["rate"], now["imports_usd"], strict=True)
    }
    rate, _ = partners.pop(EVERYONE)
    trackers = {
        key: _tracker(key, one, day, rate, authorities, partners)
        for key in ("budget-lab", "waugh", "collected")
        if (one := published(key, "USA", day))
    }
    return Average(rate, (start, float(then["rate"].iloc[0])), authorities, partners, trackers)


def _tracker(
    key: str, found: Published, day: date, rate: float, authorities: Mapping[str, float],
    partners: Mapping[str, tuple[float, float]],
) -> Tracker:  # fmt: skip
    """Compare a published average with ours, and find where the two differ."""
    total = sum(value for _, value in partners.values())
    by_partner = {
        code: (theirs - partners[code][0]) * partners[code][1] / total
        for code, theirs in found.by_partner.items()
        if code in partners
    }
    by_authority = {
        name: found.by_authority[name] - sum(authorities[one] for one in GROUPS[name])
        for name in GROUPS
        if name in found.by_authority
    }
    soon = figures_after(key, "USA", found.since, day)
    return Tracker(found, found.rate - rate, by_partner, by_authority, soon)


def _china(day: date) -> Average:
    now = float(ledger_averages("CHN", day)["rate"].iloc[-1])
    start = max(one for one in STARTS if one <= day)
    then = float(ledger_averages("CHN", start)["rate"].iloc[-1])
    found = published("piie", "CHN", day)
    held = panel("CHN")
    # a figure holds until the next day on which China's rates change
    current = found is not None and held.place(found.since) == held.place(day)
    trackers = {"piie": Tracker(found, found.rate - now, {}, {}, None)} if current and found else {}
    return Average(now, (start, then), {}, {}, trackers)


def _quoted() -> tuple[tuple[date, float, float], ...]:
    return tuple(
        (day, float(ledger_averages("CHN", day)["rate"].iloc[-1]), rate)
        for day, rate in all_figures("piie", "CHN")
    )
