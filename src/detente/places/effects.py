"""What a solved case does to places: jobs, pay, and what they are exposed to.

Sectors change alike everywhere in a country; places differ by what they live on. Sums over places
are the sectors' totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.errors import InputError, Problem
from detente.model.economy import economy
from detente.places.mapping import weights
from detente.places.table import Array, Places
from detente.results import Solution, solved
from detente.uncertainty.draws import Draws, Interval, ends_of

if TYPE_CHECKING:
    import pandas as pd

    from detente.solver.equilibrium import Equilibrium

BLOCK = 256
"""Places whose ends are found at a time."""


class Duties(NamedTuple):
    """Rises of duties by the country's sectors on the baseline's trade, ``(sector,)``.

    ``abroad`` on what it exports; ``home`` on what it imports of the sector's goods; ``inputs`` on
    what the sector buys to produce. Cuts count below zero.
    """

    abroad: Array
    home: Array
    inputs: Array


class PlaceEffects(NamedTuple):
    """Changes ``(place, sector)``: jobs before and change in persons, pay in million USD a year.

    ``real_pay_change`` is at the consumer prices of the baseline. ``retaliation``, ``protection``
    and ``inputs`` are `Duties` divided between places, in the baseline's unit of money.
    """

    jobs: Array
    jobs_change: Array
    pay: Array
    real_pay_change: Array
    retaliation: Array
    protection: Array
    inputs: Array


def place_effects(solution: Solution, places: Places) -> PlaceEffects:
    """Divide a solved case between places.

    Retaliation divides by exports, where the table has those of the industry, else by jobs, as
    protection and inputs do.

    Raises
    ------
    InputError
        The places are in an economy that the baseline does not have, or sectors do not fit.
    """
    found = solved(solution)
    n = _country(found, places)
    into = _into(found, n, places)
    jobs, pay = places.jobs @ into, places.pay @ into
    after = found.outcome
    employment = np.asarray(after.employment_hat)[n]
    real = np.asarray(after.sector_wage_hat)[n] / float(np.asarray(after.consumer_price_hat)[n])
    duties = duties_of(found, n)
    known = places.exports.sum(axis=0) > 0
    sold = np.where(known, places.exports, places.jobs)
    # an industry's places share each of its sectors alike
    by_exports = _shares(sold) @ (into * places.jobs.sum(axis=0)[:, None])
    by_jobs = _shares(jobs)
    return PlaceEffects(
        jobs,
        jobs * (employment - 1),
        pay,
        pay * (employment * real - 1),
        _shares(by_exports) * duties.abroad,
        by_jobs * duties.home,
        by_jobs * duties.inputs,
    )


def place_ends(
    solution: Solution, places: Places, drawn: Draws, variant: str, at: int
) -> tuple[Interval | None, Interval | None]:
    """Return the ends of changes of jobs and of real pay over draws, per cent ``(place,)``.

    Parameters
    ----------
    solution
        The variant at central parameters, whose weights of industries hold in all draws.
    drawn, variant, at
        Draws that have the sectors of the places' economy, and where in their focus it stands.
    """
    found = solved(solution)
    into = _into(found, _country(found, places), places)
    counts = np.isfinite(drawn.real_income[variant]).all(axis=1)
    sizes = {"employment": places.jobs @ into, "real_pay": places.pay @ into}
    jobs, pay = (
        _ends(size, drawn.more[variant][of][counts, at], drawn.count) for of, size in sizes.items()
    )
    return jobs, pay


def _ends(sizes: Array, change: Array, draws: int) -> Interval | None:
    """Return ends of the mean of changes ``(run, sector)`` by sizes ``(place, sector)``.

    A block of places at a time: memory is that of sectors by runs, not of places by runs.
    """
    shares = _over(sizes, np.broadcast_to(sizes.sum(axis=1, keepdims=True), sizes.shape))
    blocks = [ends_of(change @ shares[k : k + BLOCK].T, draws)
              for k in range(0, len(shares), BLOCK)]  # fmt: skip
    held = [one for one in blocks if one is not None]
    if len(held) < len(blocks):
        return None
    low, high = (np.concatenate([getattr(one, end) for one in held]) for end in ("low", "high"))
    return held[0]._replace(low=low, high=high)


def _into(found: Equilibrium, n: int, places: Places) -> Array:
    wages = np.asarray(economy(found.calibration, found.options.structure).sector_labour)[n]
    return weights(places, found.calibration.sectors, wages)


def _country(found: Equilibrium, places: Places) -> int:
    codes = found.calibration.country_codes
    if places.country not in codes:
        message = f"the baseline {found.calibration.name} has no such economy"
        line = min(places.lines.values(), default=None)
        raise InputError(
            Problem(message, places.path, line, "country", places.country, ", ".join(codes))
        )
    return codes.index(places.country)


def _shares(values: Array) -> Array:
    total = values.sum(axis=0)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)


def duties_of(found: Equilibrium, n: int) -> Duties:
    """Return the rises of duties that country ``n`` meets, at trade before anybody reacts."""
    c = found.calibration
    rise = np.asarray(found.policy.tariff_cf - c.tariff) * c.flows
    foreign = np.arange(len(c.countries)) != n
    abroad = rise[:, foreign, n].sum(axis=1)
    home = rise[:, n, foreign].sum(axis=1)
    spending = c.expenditure[n]
    dearer = np.divide(home, spending, out=np.zeros_like(home), where=spending > 0)
    bought = c.input_share[n] * c.output[n]
    return Duties(abroad, home, dearer @ bought)


def place_table(solution: Solution, places: Places) -> pd.DataFrame:
    """Return one row a place: jobs and pay, their changes, and exposures for each job.

    Exposures are USD for each job a year where the baseline is in million USD, else its currency.
    """
    import pandas as pd

    each = [part.sum(axis=1) for part in place_effects(solution, places)]
    jobs, change, pay, real, *exposed = each
    frame = pd.DataFrame(
        {
            "name": places.names,
            "region": [places.region_names.get(code, code) for code in places.regions],
            "jobs": jobs,
            "jobs_change": change,
            "jobs_pct": 100 * _over(change, jobs),
            "pay_musd": pay,
            "real_pay_change_musd": real,
            "real_pay_pct": 100 * _over(real, pay),
        },
        index=pd.Index(places.codes, name="place"),
    )
    for name, value in zip(("retaliation", "protection", "inputs"), exposed, strict=True):
        frame[f"{name}_per_job"] = 1e6 * _over(value, jobs)
    for title, share in places.vote_share.items():
        frame[title.lower().replace(" ", "_")] = share
    return frame


def _over(value: Array, size: Array) -> Array:
    return np.divide(value, size, out=np.full_like(value, np.nan), where=size > 0)


def correlation(a: Array, b: Array, weight: Array) -> float:
    """Return the weighted correlation of two columns, over places where both are known."""
    known = np.isfinite(a) & np.isfinite(b) & (weight > 0)
    a, b, weight = a[known], b[known], weight[known] / weight[known].sum()
    a, b = a - weight @ a, b - weight @ b
    scale = np.sqrt((weight @ a**2) * (weight @ b**2))
    return float((weight * a) @ b / scale) if scale > 0 else float("nan")
