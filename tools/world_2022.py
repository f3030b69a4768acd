"""Make the economy of 2022, members of the European Union apart: services split, tariffs chosen.

The European Union is one customs area: its tariffs are chosen for it as one importer and exporter
and then hold for every member.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.baseline.aggregate import aggregate
from detente.baseline.archive import read_arrays
from detente.baseline.calibration import Calibration
from detente.baseline.icio import read_icio
from detente.baseline.names import EU27
from split_services import split_services
from tariff_rule import rates, rebuilt

YEAR = 2022
MOVED = 0.05
"""Share of final demand above which the card names who it changed for."""
UNION = {"EU27": list(EU27)}
NOTES = (
    "Coefficients of 2020 with flows of 2022: value added by sector is an estimate.",
    "Services are one sector in the source: how they divide, by country and pair, is of 2014 "
    "(WIOD), so a figure for one kind of service is a rough one.",
    "Inputs are bought in the same mix of origins by every user in a country.",
    "Tariffs exist on goods only; none on domestic sales. Members of the EU have those of the EU.",
    "United States: duties collected in 2022, with those of Sections 232 and 301; on China they "
    "are {us:.1%} of trade. Published averages near 19% (Bown) use fixed weights.",
    "China on the United States: rates in force since February 2020 without the exclusions that "
    "importers are granted, {china:.1%} of trade; what was paid is less by an unknown amount.",
    "Left out: tariffs that Turkey, India and Russia put on some US goods in answer to those on "
    "steel; sanctions on Russia.",
)


def world_2022(data: Path, other: Calibration) -> Calibration:
    """Return 77 economies of 2022.

    Parameters
    ----------
    data
        Raw data folder.
    other
        The economy of 2014 by country, its services apart, its tariffs weighted by trade.
    """
    source = read_icio(data / "icio", "4", year=YEAR)
    whole = split_services(source, other)
    before = read_icio(data / "icio", "4", year=2014)
    merged, weighted, simple = (aggregate(c, countries=UNION) for c in (whole, other, before))
    rate, found = rates(merged, weighted, merged, simple, data)
    place = [_holder(code, merged) for code in whole.country_codes]
    made = rebuilt(whole, rate[:, place][:, :, place], found)
    notes = (*_notes(made), _moved(source, data))
    return made.replace(card=replace(made.card, **_words(made), notes=notes))


def _holder(code: str, merged: Calibration) -> int:
    """Position of the economy that a country is in once the union is merged."""
    return next(k for k, c in enumerate(merged.countries) if code in c.members)


def _words(c: Calibration) -> dict[str, str]:
    """Return name, source, title and method of the card."""
    size = f"{len(c.countries)} economies x {len(c.sectors)} sectors"
    flows, words, tariffs = c.card.source.partition(" Tariffs: ")
    services = "Services as in the World Input-Output Database, 2016 release, 2014."
    return {
        "name": f"icio-{YEAR}",
        "source": f"{flows} {services}{words}{tariffs}",
        "title": f"World economy {YEAR}, {size} (OECD ICIO)",
        "method": (
            f"Fob flows of {YEAR}; value-added and input shares of 2020 applied to output of "
            f"{YEAR}; final demand is the rest of spending, negative cells removed by GRAS; "
            "services split as those of 2014 (WIOD), balanced by RAS to the totals of the source."
        ),
    }


def _notes(c: Calibration) -> tuple[str, ...]:
    us, china = _mean_rate(c, "USA", "CHN"), _mean_rate(c, "CHN", "USA")
    return tuple(note.format(us=us, china=china) for note in NOTES)


def _moved(c: Calibration, data: Path) -> str:
    """Say whose final demand balancing changed much."""
    raw = read_arrays(data / "icio" / f"icio{YEAR}_77x23.npz", ["final_raw"])["final_raw"]
    change = np.abs(c.final_demand - raw).sum(axis=1) / raw.sum(axis=1)
    said = [
        f"{c.countries[k].name} {change[k]:.0%}"
        for k in np.argsort(-change, kind="stable")
        if change[k] > MOVED
    ]
    return (
        "Negative final demand taken out changed much of the final demand of some (sum of absolute "
        f"changes, share of their own): {', '.join(said)}; their final demand by sector is rough."
    )


def _mean_rate(c: Calibration, importer: str, exporter: str) -> float:
    cell = c.goods, c.country_codes.index(importer), c.country_codes.index(exporter)
    return float((c.tariff[cell] * c.flows[cell]).sum() / c.flows[cell].sum())
