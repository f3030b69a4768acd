"""What a ban costs each side, what lifting it is worth, and what may stand for it at the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from detente.model.horizons import elasticity_scale
from detente.sanction.card import Figure, FirmCard
from detente.sanction.long_run import DAYS_A_YEAR, YEARS, Horizons

DISCOUNT = 0.05
"""A year's discount of losses to come: an assumption."""
MONTH = 30


@dataclass(frozen=True, eq=False)
class Costs:
    """Costs of a ban that stays, by month, in the baseline's unit.

    ``months`` has a row a month: ``firm_sales``, ``target`` and ``sanctioner`` (value added while
    the daily path lasts, real income afterwards), and ``part``: ``days`` or ``equilibrium``.
    """

    months: pd.DataFrame

    def relief(self, month: int) -> dict[str, float]:
        """Present value at a month of what lifting the ban then saves each side, until it ends.

        An upper bound: after relief a firm needs weeks to come back.
        """
        rest = self.months.iloc[month:]
        weight = (1 + DISCOUNT) ** -((np.arange(len(rest)) + 0.5) * MONTH / DAYS_A_YEAR)
        keys = ("firm_sales", "target", "sanctioner")
        return {key: float(rest[key].to_numpy() @ weight) for key in keys}


def monthly_costs(
    *,
    firm_output: pd.DataFrame,
    revenue: float,
    value_added: tuple[np.ndarray, np.ndarray],
    horizons: Horizons,
    economies: tuple[str, str],
    years: float = 7.0,
) -> Costs:
    """Put days and horizons in months.

    Parameters
    ----------
    firm_output
        Of `detente.sanction.long_run.join`.
    revenue
        The firm's, a year.
    value_added
        ``(day,)`` lost value added of the target's and the sanctioner's economy.
    economies
        Codes of the two.
    years
        How long the ban would last.
    """
    count = round(years * DAYS_A_YEAR / MONTH)
    in_days = len(value_added[0]) // MONTH
    middle = (np.arange(count) + 0.5) * MONTH
    output = np.interp(middle, firm_output["day"], firm_output["output"])
    daily = firm_output["output"].to_numpy()[: in_days * MONTH].reshape(in_days, MONTH)
    output[:in_days] = daily.mean(axis=1)
    table = {"firm_sales": (1 - output) * revenue * MONTH / DAYS_A_YEAR}
    for name, code, lost in zip(("target", "sanctioner"), economies, value_added, strict=True):
        cost = -_between(horizons, code, middle) * MONTH / DAYS_A_YEAR
        cost[:in_days] = lost[: in_days * MONTH].reshape(in_days, MONTH).sum(axis=1)
        table[name] = cost
    months = pd.DataFrame(table, pd.RangeIndex(1, count + 1, name="month"))
    months["part"] = np.where(np.arange(count) < in_days, "days", "equilibrium")
    return Costs(months)


def _between(horizons: Horizons, code: str, day: np.ndarray) -> np.ndarray:
    """Real income a year at days between horizons: straight lines in the elasticity reached."""
    names = list(horizons.real_income_musd.columns)
    scales = [elasticity_scale(YEARS[n]) if n != "long-run" else 1.0 for n in names]
    reached = [elasticity_scale(d / DAYS_A_YEAR) for d in day]
    return np.interp(reached, scales, horizons.real_income_musd.loc[code, names])


def remedies(card: FirmCard, costs: Costs, month: int) -> pd.DataFrame:
    """Value each remedy for both sides, as against a ban that stays from a month on.

    Parameters
    ----------
    month
        Months of the ban already over: what is lost is lost.

    Returns
    -------
    pandas.DataFrame
        Indexed by remedy, ``ban-stays`` and ``all-together``, in million USD of the month's worth:
        what the firm ``pays`` (present value, central, low and high); the ``target`` side's and the
        ``sanctioner``'s gain over the ban: losses saved, less or plus the payment. A cost to the
        firm that nobody earns (managers, monitors) is no gain of the sanctioner. What the remedy is
        worth as a remedy (that the firm obeys) is not money: `detente talks` takes it from an
        analyst.
    """
    saved = costs.relief(month)
    rows: dict[str, dict[str, float]] = {
        "ban-stays": {"pays": 0.0, "low": 0.0, "high": 0.0, "target": 0.0, "sanctioner": 0.0}
    }
    total = (0.0, 0.0, 0.0, 0.0)
    for remedy in card.remedies:
        cash = [_cash(remedy, pick) for pick in (0, 1, 2)]
        burden = [_burden(remedy, pick) for pick in (0, 1, 2)]
        low, mid, high = (card.rate * (a + b) for a, b in zip(cash, burden, strict=True))
        earned = card.rate * cash[1]
        one = (mid, low, high, earned)
        total = tuple(a + b for a, b in zip(total, one, strict=True))
        rows[remedy.id] = _row(mid, low, high, earned, saved)
    mid, low, high, earned = total
    rows["all-together"] = _row(mid, low, high, earned, saved)
    return pd.DataFrame(rows).T.rename_axis("remedy")


def _row(
    mid: float, low: float, high: float, earned: float, saved: dict[str, float]
) -> dict[str, float]:
    return {
        "pays": mid,
        "low": low,
        "high": high,
        "target": saved["target"] - mid,
        "sanctioner": saved["sanctioner"] + earned,
    }


def _of(figure: Figure | None, pick: int) -> float:
    if figure is None:
        return 0.0
    low, high = figure.bounds
    return (low, figure.middle, high)[pick]


def _cash(remedy, pick: int) -> float:
    """Paid to the other side's treasury, at once or on a breach."""
    return _of(remedy.paid, pick) + _of(remedy.at_risk, pick) * _of(remedy.breach, pick)


def _burden(remedy, pick: int) -> float:
    """Borne by the firm, earned by nobody on the other side; present value."""
    years = _of(remedy.years, pick)
    annuity = (1 - (1 + DISCOUNT) ** -years) / np.log1p(DISCOUNT)
    return _of(remedy.yearly_cost, pick) * annuity
