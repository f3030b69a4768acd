"""Choose the tariff of every cell of a shipped baseline among sources; say why, and what differs.

The rule is in docs/data.md. In short: what customs themselves say comes first; then the source
weighted by trade, unless the other one shows an agreement that it lacks, or its rate is one outside
a quota of farm goods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.baseline.aggregate import aggregate
from detente.baseline.calibration import Calibration
from detente.baseline.card import RateDifference
from detente.baseline.rates import with_tariffs
from tariff_sources import china_on_us, china_on_us_since, us_duties

Rates = NDArray[np.float64]

AGREEMENT = 0.5
"""A partner has an agreement where its rate is at most this share of the highest on any partner."""
QUOTA = 0.25
"""Rates on farm goods and food above this are taken for rates outside a quota."""
PEAK = 0.35
"""Rates on other goods above this are not believed: none here is that high on a whole sector."""
FARM = ("01", "02", "03", "10", "11", "12")
CHECKED_TRADE = 500.0
"""Million USD above which a rate is held against the other sources."""
CHECKED_GAP = 0.10

WEIGHTED, SIMPLE = "TRAINS", "Teti"
REST = "ROW"
WAR = 2018
"""First year of China's added tariffs on the United States."""
REASONS = {
    "duties": "duties that US customs collected in the year, over imports",
    "lines": "China's rates by tariff line, weighted by its imports of each line",
    "war": (
        "China's rates on US goods by HS6 since 14 February 2020, no exclusions taken off, "
        "weighted by its imports of 2017"
    ),
    "weighted": (
        "TRAINS is weighted by trade; Teti counts all tariff lines alike, whatever they trade, "
        "and gives neighbouring sectors one rate"
    ),
    "cut": "TRAINS of 2014 is weighted by trade; lowered since as Teti's rate was",
    "agreement": (
        "Teti has at most half of what others pay there, an agreement or preference that TRAINS "
        "lacks: the lower"
    ),
    "quota": (
        "farm goods or food above 25% in TRAINS, the rate outside a quota, while most trade "
        "enters inside it: the lower"
    ),
    "peak": "above 35% in TRAINS, which no economy here charges on all of a sector: the lower",
    "general": "no preference takes that much off, though Teti has one there (docs/data.md)",
    "rest": "importers of the rest of the world together, which no source covers well: the lower",
}
# fmt: off
NO_AGREEMENT: dict[tuple[int, ...], tuple[tuple[str, tuple[str, ...]], ...]] = {
    # Russia's preferences take a quarter off on some goods; Turkey shares the EU's tariff, which
    # gave China's industry none by 2015. Teti has about nothing for both.
    (2014, 2017, 2022): (
        ("RUS", ("CHN", "IND", "BRA", "IDN", "MEX", "TUR", "KOR")), ("TUR", ("CHN",)),
    ),
    # most of China's industry had lost the EU's preferences; Teti has 1% in 2014, 4% in 2017
    (2014,): (("EU27", ("CHN",)), ("GBR", ("CHN",))),
}
# fmt: on
"""Preferences of Teti's that are not what is paid, by year: importer, exporters."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Rates ``(sector, importer, exporter)`` and, cell by cell, the key of the reason."""

    rate: Rates
    reason: NDArray[np.str_]


def rebuild(
    merged: Calibration, weighted: Calibration, simple: Calibration, before: Calibration, data: Path
) -> Calibration:
    """Return a baseline with its tariffs chosen anew, and on its card what was done.

    Parameters
    ----------
    merged
        The baseline with the tariffs of its source.
    weighted, simple
        Economies of the same countries with the rates weighted by trade of 2014, and the simple
        means of the baseline's year.
    before
        The economy with the simple means of 2014.
    data
        Raw data folder.
    """
    rate, found = rates(merged, weighted, simple, before, data)
    return rebuilt(merged, rate, found)


def rates(
    merged: Calibration, weighted: Calibration, simple: Calibration, before: Calibration, data: Path
) -> tuple[Rates, tuple[RateDifference, ...]]:
    """Return the rates of `rebuild`, and those far from another source's."""
    year = merged.card.year
    old, mean = carry(weighted, merged), carry(simple, merged)
    unknown = _unknown(weighted, merged)
    old = np.where(unknown, _on_others(weighted, merged), old)
    choice = choose(
        merged, old, mean, since=carry(before, merged), lacks=_lacking(weighted, merged)
    )
    exact = us_duties(data, merged, year)
    us, china = (merged.country_codes.index(code) for code in ("USA", "CHN"))
    choice = _put(choice, us, range(len(merged.countries)), exact, "duties")
    if year >= 2017:
        lines = china_on_us(data, merged) if year < WAR else china_on_us_since(data, merged)
        choice = _put(choice, china, [us], lines[:, None], "lines" if year < WAR else "war")
    home = np.eye(len(merged.countries), dtype=bool)
    rate = np.where(home | ~merged.goods[:, None, None], merged.tariff, choice.rate)
    sources = {WEIGHTED: np.where(unknown, rate, old), SIMPLE: mean}
    return rate, differences(merged, Choice(rate, choice.reason), sources)


def rebuilt(c: Calibration, rate: Rates, found: tuple[RateDifference, ...]) -> Calibration:
    """Return a baseline with other tariffs, the differences and their sources on its card."""
    fresh = with_tariffs(c, rate)
    source = _source(fresh.card.source, fresh.card.year)
    return fresh.replace(card=replace(fresh.card, differences=found, source=source))


def _on_others(source: Calibration, onto: Calibration) -> Rates:
    """Mean rate of a source's rest of the world on everybody else ``(sector, 1, 1)``."""
    others = [code for code in source.country_codes if code != REST]
    two = aggregate(source, countries={"others": others, REST: [REST]})
    return _means(two, onto)[:, 1:, :1]


def _lacking(source: Calibration, onto: Calibration) -> NDArray[np.bool_]:
    """Which economies a source has only within its rest of the world, ``(economy,)``."""
    return np.array(
        [code == REST or code not in source.country_codes for code in onto.country_codes]
    )


def _unknown(source: Calibration, onto: Calibration) -> NDArray[np.bool_]:
    """Where a source has no rate, both being in its rest of the world, ``(importer, exporter)``."""
    lacking = _lacking(source, onto)
    return lacking[:, None] & lacking[None, :] & ~np.eye(len(lacking), dtype=bool)


def choose(
    c: Calibration,
    weighted: Rates,
    simple: Rates,
    *,
    since: Rates,
    lacks: NDArray[np.bool_] | None = None,
) -> Choice:
    """Choose between the two sources that cover the world.

    Parameters
    ----------
    c
        The baseline that the rates are for: its labels, its year.
    weighted, simple
        Rates weighted by trade (of 2014), simple means (of the baseline's year).
    since
        Simple means of 2014.
    lacks
        Economies that the weighted source has within its rest of the world; ``ROW`` alone unless
        given.
    """
    fall = np.divide(simple, since, out=np.ones_like(simple), where=since > 0)
    rate = weighted * np.minimum(fall, 1)
    reason = np.where(fall < 1, "cut", "weighted").astype("<U9")
    away = np.where(np.eye(len(c.countries), dtype=bool), 0, simple)
    preferred = simple <= AGREEMENT * away.max(axis=2, keepdims=True)
    denied = _no_agreement(c)
    farm = np.array([any(code in FARM for code in s.isic) for s in c.sectors])[:, None, None]
    alone = np.array([code == REST for code in c.country_codes]) if lacks is None else lacks
    rest = alone[None, :, None]
    lower = {
        "agreement": preferred & ~denied,
        "quota": farm & (rate > QUOTA),
        "peak": rate > PEAK,
        "rest": rest,
    }
    reason = np.where(preferred & denied & (simple < rate), "general", reason)
    for key, found in reversed(lower.items()):
        reason = np.where(found & (simple < rate), key, reason)
    return Choice(np.where(np.isin(reason, list(lower)), simple, rate), reason)


def carry(source: Calibration, onto: Calibration) -> Rates:
    """Return a source's rates on the sectors of a baseline, means weighted by its own trade.

    An economy that the source lacks has the rates of its rest of the world.
    """
    rates = _means(source, onto)
    known = source.country_codes
    held = [known.index(code if code in known else REST) for code in onto.country_codes]
    return rates[:, held][:, :, held]


def _means(source: Calibration, onto: Calibration) -> Rates:
    """Return the rates of a source's own economies on the sectors of a baseline."""
    rates = np.zeros((len(onto.sectors), *source.tariff.shape[1:]))
    for place, sector in enumerate(onto.sectors):
        parts = [
            k
            for k, part in enumerate(source.sectors)
            if part.kind == sector.kind and set(part.isic) & set(sector.isic)
        ]
        flows = source.flows[parts]
        plain = source.tariff[parts].mean(axis=0)
        total = flows.sum(axis=0)
        duty = (flows * source.tariff[parts]).sum(axis=0)
        rates[place] = np.divide(duty, total, out=plain, where=total > 0)
    return rates


def differences(
    c: Calibration, choice: Choice, sources: Mapping[str, Rates]
) -> tuple[RateDifference, ...]:
    """Every rate on much trade that is far from another source's, the largest trade first."""
    away = ~np.eye(len(c.countries), dtype=bool)
    found = []
    for name, other in sources.items():
        far = (np.abs(choice.rate - other) > CHECKED_GAP) & (c.flows > CHECKED_TRADE) & away
        for sector, importer, exporter in np.argwhere(far & c.goods[:, None, None]).tolist():
            cell = sector, importer, exporter
            key = str(choice.reason[cell])
            if key == "cut" and name != WEIGHTED:
                key = "weighted"  # why it is not the simple mean
            found.append(
                RateDifference(
                    importer=c.country_codes[importer],
                    exporter=c.country_codes[exporter],
                    sector=c.sector_codes[sector],
                    trade=round(float(c.flows[cell]), 1),
                    rate=round(float(choice.rate[cell]), 4),
                    source=name,
                    other_rate=round(float(other[cell]), 4),
                    reason=REASONS[key],
                )
            )
    return tuple(sorted(found, key=lambda d: -d.trade))


def _put(choice: Choice, importer: int, exporters, rates: Rates, key: str) -> Choice:
    """Put rates ``(sector, exporter)`` where they are known."""
    rate, reason = choice.rate.copy(), choice.reason.copy()
    for column, exporter in enumerate(exporters):
        known = np.isfinite(rates[:, column])
        rate[known, importer, exporter] = rates[known, column]
        reason[known, importer, exporter] = key
    return Choice(rate, reason)


def _no_agreement(c: Calibration) -> NDArray[np.bool_]:
    """Where the preferences of the simple means are not believed, ``(importer, exporter)``."""
    place = {code: k for k, code in enumerate(c.country_codes)}
    found = np.zeros((len(place), len(place)), dtype=bool)
    for years, pairs in NO_AGREEMENT.items():
        for importer, exporters in pairs if c.card.year in years else ():
            found[place[importer], [place[e] for e in exporters]] = True
    return found


def _source(text: str, year: int) -> str:
    """Return the sources of the flows as they are on the card, then those of the tariffs."""
    flows = text.partition(" Tariffs: ")[0]
    china = ""
    if year >= WAR:
        china = (
            " China's rates on US goods by HS6 since February 2020 and imports of 2017: Bown, Jung "
            "and Zhang (Peterson Institute, 2019), State Council Tariff Commission;"
        )
    elif year >= 2017:
        china = (
            " China's rates by line and imports of 2017: Bown, Jung and Zhang (Peterson Institute, "
            "2019)."
        )
    return (
        f"{flows} Tariffs: US Census Bureau, imports and calculated duties {year};{china} UNCTAD "
        "TRAINS through World Bank WITS and WTO IDB, trade-weighted, 2014; Teti, F. A., Global "
        f"Tariff Database, {year}."
    )
