"""Whose voters exports reach: weights by place for `detente.targets.retaliation`.

A product is as painful as the places that sell its industry's goods are to whoever weighs: by their
votes and jobs, or by any weights of one's own. docs/retaliation.md tells what that can show.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import InputError, Problem, nearest
from detente.ledger.days import ledger_day
from detente.ledger.rates import ledger_rates
from detente.places.mapping import divisions
from detente.places.prices import ISIC, us_uses
from detente.places.table import Array, Places

if TYPE_CHECKING:
    import pandas as pd


def felt(places: Places, weight: Array) -> pd.Series:
    """Return the mean weight of the places that sell an industry's goods ``(industry,)``.

    ``w_k = Σ_p λ_pk ω_p`` with a place's share λ in the exports of an industry, or in its jobs
    where exports are not known; over places whose weight is known.

    Parameters
    ----------
    weight
        ω ``(place,)``; no number where it is not known.
    """
    import pandas as pd

    known = np.isfinite(weight)
    sold = np.where(places.exports.sum(axis=0) > 0, places.exports, places.jobs)[known]
    total = sold.sum(axis=0)
    shares = np.divide(sold, total, out=np.zeros_like(sold), where=total > 0)
    return pd.Series(weight[known] @ shares, pd.Index(places.industries, name="sector"))


def voters_reached(places: Places, title: str) -> pd.DataFrame:
    """Return how many votes a dollar of an industry's exports reaches, by industry.

    A place feels exports for each of its jobs, and each of its voters feels that:
    ``Σ_p λ_pk V_p / L_p``. Without the number of votes every job has one.

    Returns
    -------
    ``all`` and ``second`` (of two parties: Republican votes), votes for each job; and ``share``,
    the second's share in those reached.

    Raises
    ------
    InputError
        The table has no such share of votes.
    """
    import pandas as pd

    if title not in places.vote_share:
        allowed = ", ".join(places.vote_share) or "none: the table has no votes"
        message = f"no such share of votes; {nearest(title, list(places.vote_share))}"
        raise InputError(Problem(message.rstrip("; "), key="title", value=title, allowed=allowed))
    jobs = places.jobs.sum(axis=1)
    share = places.vote_share[title]
    votes = np.where(np.isfinite(share), places.voters.get(title, jobs), np.nan)
    for_each = np.divide(votes, jobs, out=np.full_like(votes, np.nan), where=jobs > 0)
    every, second = felt(places, for_each), felt(places, for_each * share)
    return pd.DataFrame({"all": every, "second": second, "share": second / every})


def sold_to_china(places: Places) -> pd.DataFrame:
    """Return what China bought from the United States in 2017 by HS6 product.

    Returns
    -------
    Index ``hs6``; ``value`` in USD and ``sector``, the industry of the table that makes it, as
    `detente.targets.retaliation.pain` reads them. Scrap and used goods have no maker and are left
    out.

    Raises
    ------
    InputError
        Goods of one commodity are in several industries of the table, or in none.
    """
    import pandas as pd

    uses, lines = us_uses(), ledger_rates("CHN", "2018-01-01")
    commodity = {hs6: uses.codes[k] for hs6, k in zip(uses.hs6, uses.of.tolist(), strict=True)}
    makers = {code: _maker(places, code) for code in ISIC}
    sector = np.array([makers.get(commodity.get(hs6, ""), "") for hs6 in lines["hs6"]])
    made = sector != ""
    columns = {"value": lines["imports_usd"].to_numpy()[made], "sector": sector[made]}
    return pd.DataFrame(columns, pd.Index(lines["hs6"].to_numpy()[made], name="hs6"))


def _maker(places: Places, commodity: str) -> str:
    held = divisions(ISIC[commodity])
    found = [industry for industry in places.industries if divisions(industry) & held]
    if len(found) != 1:
        message = f"goods of ISIC {ISIC[commodity]} need one industry that makes them"
        allowed = "one industry of the table, by divisions of ISIC"
        raise InputError(Problem(message, places.path, None, "sector", found, allowed))
    return found[0]


def taxed_by_china(day: str | date) -> tuple[str, ...]:
    """Return the HS6 products of the United States on which China's tariffs rose on a day.

    Raises
    ------
    InputError
        It is no day that the ledger knows.
    """
    last = ledger_day(day)
    before, after = (ledger_rates("CHN", one) for one in (last - timedelta(1), last))
    rose = after["rate"].to_numpy() > before["rate"].to_numpy() + 1e-9
    return tuple(after["hs6"].to_numpy()[rose])
