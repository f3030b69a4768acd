"""Who pays a tariff or an export tax: buyers, sellers, or nobody because trade stops.

Prices are logs of changes from the baseline. The price that a buyer pays is the seller's price
times everything between them: export tax, trade cost, tariff. What the wedge adds is therefore
borne by the buyer, whose price rises, or by the seller, whose price falls, and the two shares sum
to one exactly. Studies of 2018-19 report the buyers' share of duty-inclusive import prices, at or
near one (Amiti, Redding & Weinstein 2019, JEP 33(4); Fajgelbaum et al. 2020, QJE 135(1); Cavallo
et al. 2021, AER: Insights 3(1)). Their regressions take out what all prices of a country have in
common; ``relative_to="exporter"`` does the same here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.given import one_economy
from detente.errors import InputError, Problem, nearest
from detente.notebook import Brief
from detente.results import Solution, solved
from detente.units import in_unit

if TYPE_CHECKING:
    import pandas as pd

    from detente.solver.equilibrium import Equilibrium

Array = NDArray[np.float64]

RELATIVE_TO = {
    "world": "the numeraire, world value added",
    "importer": "the consumer price index of the importer",
    "exporter": "the exporter's prices at the factory, all sectors weighted by baseline output",
}
SMALLEST_WEDGE = 1e-9
"""Log changes of a wedge below this have no shares: nothing is there to be shared."""


@dataclass(frozen=True, eq=False, repr=False)
class Incidence(Brief):
    """Who pays what stands between one exporter and one importer.

    Attributes
    ----------
    importer, exporter
        Codes of the economies.
    relative_to
        What prices are measured against, one of `RELATIVE_TO`.
    sectors
        One row a sector with trade in the baseline: ``wedge`` (its parts ``tariff_wedge``,
        ``licence_wedge``, ``export_tax_wedge``, ``trade_cost_wedge``), ``seller_price`` (at the
        factory), ``fob_price`` (export tax included) and ``buyer_price`` (duty paid), all log
        changes;
        ``buyer_share`` and ``seller_share`` of the wedge, not a number where it does not change;
        ``flow_musd``, the weight. Then values at the numeraire (``_musd`` where the baseline is in
        million USD, else the ending of its unit):
        ``bill_change_musd`` (what buyers pay, duties included) is the sum of
        ``receipts_change_musd`` (sellers), ``export_tax_change_musd``, ``revenue_change_musd``
        (duties of the importer), ``licences_change_musd`` (its holders of licences; below zero what
        its treasury pays for purchases) and ``rents_change_musd`` (handed to the exporter);
        ``duty_on_old_trade_musd`` is the change of the rate on unchanged trade, and
        ``profit_change_musd`` the part of receipts that is profit.
    total
        The same over all sectors: log changes are means weighted by baseline fob trade, shares
        their ratios, values sums.
    margins
        What is assumed of mark-ups.
    """

    importer: str
    exporter: str
    relative_to: str
    sectors: pd.DataFrame
    total: pd.Series
    margins: str

    def _brief(self) -> str:
        return f"of {self.exporter} to {self.importer}: {len(self.sectors)} sectors"


def who_pays(
    solution: Solution, importer: str, exporter: str, *, relative_to: str = "world"
) -> Incidence:
    """Decompose the changed wedges between two economies into who bears them.

    Parameters
    ----------
    solution
        A solved counterfactual.
    importer, exporter
        Codes of two economies.
    relative_to
        What prices are measured against, one of `RELATIVE_TO`; the shares depend on it and their
        sum does not.

    Raises
    ------
    InputError
        An economy or ``relative_to`` is unknown, or both economies are the same.

    Notes
    -----
    Prices are those of a given variety, whatever entry of sellers adds under a pass-through of a
    structure; with margins of distribution what sellers receive is theirs and distributors'. A ban
    on some suppliers takes varieties away and is no wedge on the others.
    """
    import pandas as pd

    found = solved(solution)
    n, i = _pair(found, importer, exporter)
    importer, exporter = (found.calibration.country_codes[k] for k in (n, i))
    logs = _log_changes(found, n, i, _reference(found, n, i, relative_to))
    values = _values(found, n, i)
    c = found.calibration
    weight = c.flows[:, n, i]
    frame = pd.DataFrame(
        {**logs, **_shares(logs), "flow_musd": weight, **values},
        index=pd.Index(c.sector_codes, name="sector"),
    ).loc[weight > 0]
    trade = weight.sum()
    means = {
        name: float((weight * part).sum() / trade) if trade else 0.0 for name, part in logs.items()
    }
    sums = {"flow_musd": trade, **{name: part.sum() for name, part in values.items()}}
    shares = _shares({name: np.asarray(part) for name, part in means.items()})
    total = pd.Series({**means, **shares, **sums}, dtype=float, name=f"{exporter}>{importer}")
    frame, total = (in_unit(part, c.card.unit) for part in (frame, total))
    return Incidence(importer, exporter, relative_to, frame, total, _margins(found))


def terms_of_trade(solution: Solution) -> pd.DataFrame:
    """Change of each economy's terms of trade, under any structure.

    Returns
    -------
    pandas.DataFrame
        One row a country: ``export_price_pct`` and ``import_price_pct`` (fob, mean log changes
        weighted by baseline trade, times 100), their difference ``terms_of_trade_pct``, and
        ``worth_pct``, Σ exports Δln p − Σ imports Δln p in per cent of baseline income, which is
        what the change of prices brings at unchanged quantities.
    """
    import pandas as pd

    from detente.model.economy import economy

    found = solved(solution)
    c = found.calibration
    foreign = c.flows * ~np.eye(len(c.countries), dtype=bool)
    margin = economy(c, found.options.structure).import_margin
    if margin is not None:  # what distributors of the buyers' economy get is no price abroad
        foreign = foreign * (1 - np.asarray(margin))[:, None]
    price = np.broadcast_to(_log_cost(found).T[:, None, :], foreign.shape)
    price = price + found.policy.log_wedges(c.tariff)[1]
    paid = foreign * price
    sold, bought = paid.sum(axis=(0, 1)), paid.sum(axis=(0, 2))
    exports, imports = foreign.sum(axis=(0, 1)), foreign.sum(axis=(0, 2))
    up = 100 * _over(sold, exports)
    down = 100 * _over(bought, imports)
    columns = {
        "export_price_pct": up,
        "import_price_pct": down,
        "terms_of_trade_pct": up - down,
        "worth_pct": 100 * (sold - bought) / c.income,
    }
    return pd.DataFrame(columns, index=pd.Index(c.country_codes, name="country"))


def _pair(found: Equilibrium, importer: str, exporter: str) -> tuple[int, int]:
    c = found.calibration
    codes, wrong = [], []
    for key, name in (("importer", importer), ("exporter", exporter)):
        try:
            codes.append(one_economy(c, name, key))
        except InputError as error:
            wrong += error.problems
    if not wrong and codes[0] == codes[1]:
        message = "importer and exporter are the same economy"
        wrong = [Problem(message, key="exporter", value=exporter)]
    if wrong:
        raise InputError(wrong)
    return c.country_codes.index(codes[0]), c.country_codes.index(codes[1])


def _reference(found: Equilibrium, n: int, i: int, relative_to: str) -> float:
    """Log change of what prices are measured against."""
    if not isinstance(relative_to, str) or relative_to not in RELATIVE_TO:
        message = f"unknown; {nearest(relative_to, RELATIVE_TO)}".rstrip("; ")
        allowed = ", ".join(RELATIVE_TO)
        raise InputError(Problem(message, None, None, "relative_to", relative_to, allowed))
    if relative_to == "importer":
        return float(np.log(np.asarray(found.outcome.consumer_price_hat)[n]))
    if relative_to == "exporter":
        output = found.calibration.output[i]
        return float((output * _log_cost(found)[i]).sum() / output.sum())
    return 0.0


def _log_cost(found: Equilibrium) -> Array:
    """Log change of prices at the factory ``(country, sector)``, zero where nothing is made."""
    made = found.calibration.output > 0
    return np.log(np.where(made, np.asarray(found.outcome.cost_hat), 1.0))


def _log_changes(found: Equilibrium, n: int, i: int, reference: float) -> dict[str, Array]:
    """Parts of the wedge and the prices at its ends, log changes ``(sector,)``."""
    c, policy = found.calibration, found.policy
    cell = (slice(None), n, i)
    tariff, tax, cost = (array[cell] for array in policy.log_wedges(c.tariff))
    licence = found.log_licence[cell]
    seller = _log_cost(found)[i] - reference
    wedge = tariff + licence + tax + cost
    return {
        "wedge": wedge,
        "tariff_wedge": tariff,
        "licence_wedge": licence,
        "export_tax_wedge": tax,
        "trade_cost_wedge": cost,
        "seller_price": seller,
        "fob_price": seller + tax,
        "buyer_price": seller + wedge,
    }


def _shares(logs: dict[str, Array]) -> dict[str, Array]:
    """Shares of the wedge that raise the buyer's and lower the seller's price."""
    wedge = np.asarray(logs["wedge"])
    moved = np.abs(wedge) >= SMALLEST_WEDGE
    nothing = np.full_like(wedge, np.nan)
    buyer = np.divide(logs["buyer_price"], wedge, out=nothing.copy(), where=moved)
    seller = np.divide(-np.asarray(logs["seller_price"]), wedge, out=nothing, where=moved)
    return {"buyer_share": buyer, "seller_share": seller}


def _values(found: Equilibrium, n: int, i: int) -> dict[str, Array]:
    """Who receives what the buyers pay, changes ``(sector,)`` at the numeraire."""
    c, policy = found.calibration, found.policy
    cell, paid, tax_paid = (slice(None), n, i), found.tariff_paid, found.export_tax_paid
    before, after = c.flows[cell], np.asarray(found.outcome.flows_cf)[cell]
    tax = 0.0 if tax_paid is None else tax_paid[cell]
    rent = 0.0 if policy.rent_share is None else policy.rent_share[cell]
    own, handed = (part[cell] * after for part in found.licences_cf)
    duty = paid[cell] * after
    receipts = after / (1 + tax) - before
    earned = after / (1 + tax)
    if policy.production_subsidy is not None:
        earned = earned / (1 - policy.production_subsidy[i])
    from detente.model.economy import economy

    share = economy(c, found.options.structure).profit_share
    profits = np.zeros_like(before) if share is None else np.asarray(share)[i]
    return {
        "bill_change_musd": after + duty + own + handed - (1 + c.tariff[cell]) * before,
        "receipts_change_musd": receipts,
        "export_tax_change_musd": after - after / (1 + tax),
        "revenue_change_musd": (1 - rent) * duty - c.tariff[cell] * before,
        "licences_change_musd": own,
        "rents_change_musd": rent * duty + handed,
        "duty_on_old_trade_musd": (policy.tariff_cf[cell] - c.tariff[cell]) * before,
        "profit_change_musd": profits * (earned - before),
    }


def _has_profits(found: Equilibrium) -> bool:
    return found.options.structure.market == "fixed-entry"


def _margins(found: Equilibrium) -> str:
    if _has_profits(found):
        return (
            "mark-ups over cost are constant, (1+θ)/θ: sellers' prices move with their costs, and "
            "profits, 1/(1+θ) of sales, with what they sell"
        )
    return "no profits: sellers' prices move with their costs"


def _over(value: Array, size: Array) -> Array:
    return np.divide(value, size, out=np.zeros_like(value), where=size > 0)
