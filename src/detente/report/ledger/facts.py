"""What the ledger says of a day, as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.baseline.groups import COUNTRY_GROUPS, plain
from detente.baseline.names import EU27
from detente.ledger.authorities import RATES, chosen_of, words
from detente.ledger.days import KNOWN_TO, ledger_day
from detente.ledger.measures import THREAT, Measure
from detente.ledger.parties import meets, who_of
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
RECENT = date(2024, 12, 1)
"""From when on averages are drawn for days of 2025 on; else they are from a year before the day."""
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
        It less ours, fraction: the difference of the two as they are shown.
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
    on
        Codes of the partners that are asked for, the largest first; empty where it is of all
        imports.
    rate
        Fraction, of imports from these partners under the laws that are asked for.
    before
        The same on a day of `STARTS`.
    of_all
        Rate on all its imports, under the same laws.
    authorities
        What it is the sum of; of China nothing.
    partners
        Rates by partner, each with imports in USD.
    trackers
        By key, those that know the day.
    """

    on: tuple[str, ...]
    rate: float
    before: tuple[date, float]
    of_all: float
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
        What is in force on the day first, then what ended, what comes, and threats; the newest
        first in each.
    usa, china
        Average tariffs of the two, where they are of whom is asked for.
    laws
        US authorities that rates are narrowed to; empty for all of them.
    undivided
        Whether China's average is left out since a law is asked for.
    unknown
        Whether US rates on those asked for are not known.
    none_of
        Whether a law is asked for that makes no part of US rates.
    itself
        Whether measures of one on itself are asked for: there are deals alone.
    groups
        Words asked for that stand for several, of which any counts.
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
    laws: tuple[str, ...]
    undivided: bool
    unknown: bool
    none_of: bool
    itself: bool
    groups: tuple[str, ...]
    quoted: tuple[tuple[date, float, float], ...]
    over_time: pd.DataFrame
    own: str = ""


def facts_of(
    by: str | Sequence[str] | None = None,
    on: str | Sequence[str] | None = None,
    at: str | date | None = None,
    authority: str | Sequence[str] | None = None,
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
    imposers = None if by is None else who_of(by, "by")
    targets = None if on is None else who_of(on, "on")
    itself = imposers is not None and imposers == targets and len(_alone(imposers)) == 1
    laws = _laws(authority)
    partners = None if targets is None or "ALL" in targets else _partners(targets)
    american = (imposers is None or "USA" in imposers) and targets != {"USA"}
    chinese = (imposers is None or "CHN" in imposers) and _hits(targets, "USA") and not itself
    usa = american and laws != () and partners != ()
    china = chinese and authority is None
    return LedgerFacts(
        day,
        at is not None,
        _said(by),
        _said(on),
        _said(authority),
        tuple(sorted(measures, key=lambda one: _order(one, day))),
        _usa(day, partners or (), laws or RATES) if usa else None,
        _china(day) if china else None,
        laws or (),
        chinese and not china,
        american and partners == (),
        american and laws == (),
        itself,
        tuple(_said(word) for word in (by, on) if word is not None and _is_group(word)),
        _quoted() if china else (),
        _over_time(day, partners or (), laws or RATES),
        Path(file).name if file else "",
    )


def _said(value: str | Sequence[str] | None) -> str:
    return "" if value is None else ", ".join(words(value, "", ""))


def _is_group(value: str | Sequence[str]) -> bool:
    names = words(value, "", "")
    groups = {plain(group) for group in COUNTRY_GROUPS if group != "EU27"}
    return len(names) > 1 or any(plain(name) in groups for name in names)


def _alone(codes: frozenset[str]) -> frozenset[str]:
    """Return codes with the European Union as one."""
    return codes - frozenset(EU27) if "EU27" in codes else codes


def _laws(authority: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return which parts of US rates a law is; none of them, or None where none is asked for."""
    if authority is None:
        return None
    families = chosen_of(authority, "authority")
    return tuple(
        name
        for name in RATES
        if name in families or (name.startswith("s301") and "s301" in families)
    )


def _order(one: Measure, day: date) -> tuple[int, int]:
    """Rank what is in force on a day first, then what ended, what comes, and what never was."""
    if one.effective is None or one.instrument == THREAT:
        return 3, -(one.announced or date.min).toordinal()
    rank = 0 if one.in_force(day) else 2 if one.effective > day else 1
    return rank, -one.effective.toordinal()


def _hits(targets: frozenset[str] | None, code: str) -> bool:
    return targets is None or meets(targets, (code,), (), ())


def _partners(targets: frozenset[str]) -> tuple[str, ...]:
    """Return partners of the US rates that are meant, the largest first; a member by its union."""
    wanted = targets | ({"EU27"} if targets & frozenset(EU27) else frozenset())
    value: Any = ledger_averages("USA", KNOWN_TO).set_index("partner")["imports_usd"]
    held = [code for code in panel("USA").partners if code in wanted]
    return tuple(sorted(held, key=lambda code: -float(value[code])))


def _over_time(day: date, partners: tuple[str, ...], laws: tuple[str, ...]) -> pd.DataFrame:
    """Return average US rates from when on they move before the day, on the partners and on all."""
    import pandas as pd

    averages: Any = ledger_averages("USA")
    averages["rate"] = averages[list(laws)].sum(axis=1)
    drawn = (partners or DRAWN)[: len(DRAWN)]
    found = averages.pivot(index="date", columns="partner", values="rate")[[EVERYONE, *drawn]]
    start = RECENT if day >= date(2025, 1, 1) else max(STARTS[0], day - timedelta(days=365))
    first = pd.Timestamp(start)
    held = found[found.index <= first].iloc[[-1]].set_axis(pd.Index([first], name="date"))
    return pd.concat([held, found[found.index > first]])


def _usa(day: date, on: tuple[str, ...], laws: tuple[str, ...]) -> Average:
    start = max(one for one in STARTS if one <= day)
    now: Any = ledger_averages("USA", day).set_index("partner")
    then: Any = ledger_averages("USA", start).set_index("partner")
    asked = list(on or (EVERYONE,))
    weight = now.loc[asked, "imports_usd"] / now.loc[asked, "imports_usd"].sum()
    authorities = {name: float((weight * now.loc[asked, name]).sum()) for name in laws}
    before = float((weight * then.loc[asked, list(laws)].sum(axis=1)).sum())
    rates = now[list(laws)].sum(axis=1)
    partners = {
        str(code): (float(rates[code]), float(now.loc[code, "imports_usd"]))
        for code in on or [code for code in now.index if code != EVERYONE]
    }
    rate = sum(authorities.values())
    trackers = {
        key: tracker
        for key in ("budget-lab", "waugh", "collected")
        if (one := published(key, "USA", day))
        and (tracker := _tracker(key, one, day, rate, on, authorities, partners))
    }
    of_all = float(rates[EVERYONE])
    return Average(on, rate, (start, before), of_all, authorities, partners, trackers)


def _tracker(
    key: str, found: Published, day: date, rate: float, on: tuple[str, ...],
    authorities: Mapping[str, float], partners: Mapping[str, tuple[float, float]],
) -> Tracker | None:  # fmt: skip
    """Compare a published average with ours, and find where the two differ."""
    if on or len(authorities) < len(RATES):
        theirs = _same(found, on, tuple(authorities))
        if theirs is None:
            return None
        return Tracker(replace(found, rate=theirs), shown_gap(theirs, rate), {}, {}, None)
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
    return Tracker(found, shown_gap(found.rate, rate), by_partner, by_authority, soon)


def _same(found: Published, on: tuple[str, ...], laws: tuple[str, ...]) -> float | None:
    """Return what a tracker says of one partner under all laws, or of one law on all imports."""
    if len(on) == 1 and laws == RATES:
        return found.by_partner.get(on[0])
    name = next((name for name, of in GROUPS.items() if {*of} == {*laws}), "")
    return None if on else found.by_authority.get(name)


def shown_gap(theirs: float, ours: float) -> float:
    """Return the difference of two rates as they are shown, to a tenth of a point."""
    return round(round(theirs, 3) - round(ours, 3), 3)


def _china(day: date) -> Average:
    now = float(ledger_averages("CHN", day)["rate"].iloc[-1])
    start = max(one for one in STARTS if one <= day)
    then = float(ledger_averages("CHN", start)["rate"].iloc[-1])
    found = published("piie", "CHN", day)
    held = panel("CHN")
    # a figure holds until the next day on which China's rates change
    current = found is not None and held.place(found.since) == held.place(day)
    trackers = (
        {"piie": Tracker(found, shown_gap(found.rate, now), {}, {}, None)}
        if current and found
        else {}
    )
    return Average(("USA",), now, (start, then), now, {}, {}, trackers)


def _quoted() -> tuple[tuple[date, float, float], ...]:
    return tuple(
        (day, float(ledger_averages("CHN", day)["rate"].iloc[-1]), rate)
        for day, rate in all_figures("piie", "CHN")
    )
