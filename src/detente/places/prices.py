"""What tariffs do to the prices that US households pay, by category of consumption.

Imports become dearer by the rise of duties, as far as it is passed on. Producers pass on what their
inputs cost them, through all rounds of suppliers (Leontief prices). Consumers buy imports and home
goods in the shares of 2024. Nobody changes what is bought: cost before substitution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from detente.baseline.archive import read_arrays
from detente.errors import InputError, Problem
from detente.history import record
from detente.ledger.rates import ledger_rates
from detente.places.mapping import divisions
from detente.places.table import SHIPPED, Array
from detente.results import Solution, solved

if TYPE_CHECKING:
    import pandas as pd

HOUSEHOLDS = 132.2e6
"""US households in 2024 (Census Bureau, Current Population Survey; general knowledge)."""
Margins = Literal["money", "share"]
ISIC = {
    "111CA": "01", "113FF": "02-03", "211": "06", "212": "05 07 08", "213": "09", "311FT": "10-12",
    "313TT": "13", "315AL": "14-15", "321": "16", "322": "17", "323": "18", "324": "19",
    "325": "20-21", "326": "22", "327": "23", "331": "24", "332": "25", "333": "28", "334": "26",
    "335": "27", "3361MV": "29", "3364OT": "30", "337": "31", "339": "32",
}  # fmt: skip
"""Goods of BEA's summary by divisions of ISIC Rev. 4."""
NAICS = {
    "111CA": ("111", "112"), "113FF": ("113", "114", "115"), "311FT": ("311", "312"),
    "313TT": ("313", "314"), "315AL": ("315", "316"),
}  # fmt: skip
"""Goods of BEA's summary that are several industries of NAICS; the others have its code."""
VEHICLES, OTHER_VEHICLES = "336", "30"
"""NAICS of all vehicles, and the division of ISIC of ships, trains and aircraft."""
BEFORE = "2018-20"
"""Episode of `detente.history.record` whose lines have the imports of 2017."""
_ARRAYS = (
    "codes", "names", "categories", "output", "imports", "home_use", "consumption", "domestic",
    "imported", "producers", "purchasers", "hs6", "of",
)  # fmt: skip


class Uses(NamedTuple):
    """Who buys what in the United States, 2024, million USD (`tools/build_places.py`)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    output: Array
    imports: Array
    home_use: Array
    consumption: Array
    domestic: Array
    imported: Array
    producers: Array
    purchasers: Array
    hs6: tuple[str, ...]
    of: np.ndarray

    @property
    def imported_share(self) -> Array:
        """Share of imports in what consumers buy of a commodity, at producers' prices.

        Imports that are no inputs divide between consumers and other final users as purchases do.
        """
        final = self.imports - self.imported.sum(axis=1)
        bought = self.imports + self.home_use - (self.imported + self.domestic).sum(axis=1)
        share = np.divide(self.consumption, bought, out=np.zeros_like(final), where=bought > 0)
        value = self.producers.sum(axis=0)
        found = np.divide(final * share, value, out=np.zeros_like(final), where=value > 0)
        return np.clip(found, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class HouseholdCost:
    """What a rise of duties costs US households a year, at what they bought in 2024.

    Attributes
    ----------
    by_category
        One row a category: ``spending_musd``, ``cost_musd``, ``direct_musd`` of it by imports that
        households buy, ``price_pct``, ``per_household_usd``.
    by_commodity
        One row a commodity: ``rise_pct`` of duties, ``import_price_pct``, ``home_price_pct``.
    """

    by_category: pd.DataFrame
    by_commodity: pd.DataFrame

    @property
    def per_household(self) -> float:
        """USD a household and year."""
        return float(self.by_category["per_household_usd"].to_numpy().sum())

    @property
    def price_pct(self) -> float:
        """Rise of consumer prices, per cent."""
        cost, spending = (self.by_category[k].to_numpy() for k in ("cost_musd", "spending_musd"))
        return float(100 * cost.sum() / spending.sum())

    @property
    def duties_musd(self) -> float:
        """Rise of duties on the imports of 2024, million USD a year."""
        return float(self.by_commodity["duties_musd"].to_numpy().sum())


@lru_cache(maxsize=1)
def us_uses() -> Uses:
    """Return the shipped tables (US Bureau of Economic Analysis, 2024)."""
    found = read_arrays(SHIPPED / "us-prices.npz", _ARRAYS)
    texts = {key: tuple(map(str, found[key])) for key in ("codes", "names", "categories", "hs6")}
    return Uses(**(found | texts))  # pyright: ignore[reportArgumentType]


def household_cost(
    rise: Array,
    *,
    pass_through: float = 1.0,
    margins: Margins = "money",
    households: float = HOUSEHOLDS,
) -> HouseholdCost:
    """Return what a rise of duties costs US households.

    Parameters
    ----------
    rise
        ``(commodity,)``: rise of duties over the value of imports before, a fraction.
    pass_through
        Share of it by which import prices rise at the border, duty included. Estimates for 2018-19
        are near 1 (Amiti, Redding and Weinstein 2019; Cavallo et al. 2021).
    margins
        Whether trade adds the same money as before (``"money"``) or the same per cent
        (``"share"``).
    households
        How many there are.

    Raises
    ------
    InputError
        A number is out of range.
    """
    import pandas as pd

    wrong = []
    if not 0 <= pass_through <= 2:
        wrong.append(
            Problem("out of range", key="pass_through", value=pass_through, allowed="0 to 2")
        )
    if margins not in ("money", "share"):
        wrong.append(Problem("unknown", key="margins", value=margins, allowed="money, share"))
    if not households > 0:
        wrong.append(Problem("must be above 0", key="households", value=households))
    if wrong:
        raise InputError(wrong)
    u = us_uses()
    abroad = pass_through * np.asarray(rise, float)
    home = home_prices(u, abroad)
    value = u.producers if margins == "money" else u.purchasers
    direct = value @ (u.imported_share * abroad)
    cost = direct + value @ ((1 - u.imported_share) * home)
    spending = u.purchasers.sum(axis=1)
    categories = pd.DataFrame(
        {
            "spending_musd": spending,
            "cost_musd": cost,
            "direct_musd": direct,
            "price_pct": 100 * np.divide(cost, spending, out=np.zeros_like(cost),
                                         where=spending > 0),
            "per_household_usd": 1e6 * cost / households,
        },
        index=pd.Index(u.categories, name="category"),
    )  # fmt: skip
    commodities = pd.DataFrame(
        {
            "name": u.names,
            "imports_musd": u.imports,
            "duties_musd": u.imports * rise,
            "rise_pct": 100 * np.asarray(rise, float),
            "import_price_pct": 100 * abroad,
            "home_price_pct": 100 * home,
        },
        index=pd.Index(u.codes, name="commodity"),
    )
    return HouseholdCost(categories, commodities)


def home_prices(u: Uses, abroad: Array) -> Array:
    """Rise of home producers' prices, p = A_d' p + A_m' p_m: costs are passed on in full."""
    made = np.where(u.output > 0, u.output, np.inf)
    own, foreign = u.domestic / made, u.imported / made
    return np.asarray(np.linalg.solve(np.eye(len(made)) - own.T, foreign.T @ abroad), float)


def rise_between(before: str | date, after: str | date) -> Array:
    """Rise of US duties between two days by commodity, weighted by the imports of 2024.

    Of the ledger's partners and products, ``(commodity,)``; a fraction of the value of imports.
    """
    u = us_uses()
    into = dict(zip(u.hs6, u.of.tolist(), strict=True))
    duties = []
    for day in (before, after):
        lines = ledger_rates("USA", day)
        at = np.array([into.get(code, -1) for code in lines["hs6"]])
        known, size = at >= 0, len(u.codes)
        usd, rate = (lines[key].to_numpy()[known] for key in ("imports_usd", "rate"))
        where = at[known]
        paid = np.bincount(where, usd * rate, size)
        traded = np.bincount(where, usd, size)
        duties.append(np.divide(paid, traded, out=np.zeros_like(paid), where=traded > 0))
    return duties[1] - duties[0]


def rise_in_quarter(quarter: str) -> Array:
    """Mean rise of US duties of a quarter since January 2018, weighted by the imports of 2017.

    What studies of these tariffs weigh with: trade before buyers turned to other suppliers. By
    commodity ``(commodity,)``, a fraction of the value of imports.

    Parameters
    ----------
    quarter
        Such as ``2019Q4``, from the third of 2018 to the last of 2020.

    Raises
    ------
    InputError
        Rates of the quarter are not known on these imports.
    """
    lines, episode = record.lines(BEFORE), record.EPISODES[BEFORE]
    known = (*episode.quarters, *episode.apart)
    if quarter not in known:
        raise InputError(Problem("unknown", key="quarter", value=quarter, allowed=", ".join(known)))
    codes = us_uses().codes
    into = {one: code for code in codes for one in NAICS.get(code, (code,))}
    at = [_commodity(*line, into) for line in zip(lines["importer"], lines["naics"], lines["isic"],
                                                  strict=True)]  # fmt: skip
    where = np.array([codes.index(code) if code else len(codes) for code in at])
    value = lines["value"].to_numpy()
    paid, traded = (np.bincount(where, weight, len(codes) + 1)[:-1]
                    for weight in (value * lines[quarter].to_numpy(), value))  # fmt: skip
    return np.divide(paid, traded, out=np.zeros_like(paid), where=traded > 0)


def _commodity(importer: str, naics: str, isic: str, into: Mapping[str, str]) -> str:
    """Return the commodity of a line of US imports, none of used goods and other importers'."""
    if importer != record.USA:
        return ""
    if naics == VEHICLES:
        return "3364OT" if isic == OTHER_VEHICLES else "3361MV"
    return into.get(naics, "")


def rise_in(solution: Solution) -> Array:
    """Rise of US duties in a solved case by commodity, weighted by the baseline's imports.

    Raises
    ------
    InputError
        The baseline has no United States.
    """
    found = solved(solution)
    c = found.calibration
    if "USA" not in c.country_codes:
        raise InputError(Problem(f"the baseline {c.name} has no USA", key="prices"))
    n = c.country_codes.index("USA")
    foreign = np.arange(len(c.countries)) != n
    flows = c.flows[:, n, foreign]
    duties = ((found.policy.tariff_cf - c.tariff)[:, n, foreign] * flows).sum(axis=1)
    traded = flows.sum(axis=1)
    rise = np.zeros(len(us_uses().codes))
    for k, code in enumerate(us_uses().codes):
        own = divisions(ISIC.get(code, ""))
        part = np.array([len(own & set(s.isic)) / (len(s.isic) or 1) for s in c.sectors])
        if own and (part @ traded) > 0:
            rise[k] = (part @ duties) / (part @ traded)
    return rise
