"""What a ban costs each side, what lifting it is worth, and what may stand for it at the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detente.sanction.card import Figure, FirmCard
from detente.sanction.long_run import DAYS_A_YEAR, Horizons, between, joined

DISCOUNT = 0.05
"""A year's discount of losses to come: an assumption."""
MONTH = 30
KEYS = ("firm_sales", "target", "sanctioner")


@dataclass(frozen=True, eq=False)
class Costs:
    """Costs of a ban that stays, by month, in the baseline's unit.

    ``months`` has a row a month: ``firm_sales``, ``target`` and ``sanctioner`` (real income), and
    ``part``: ``days`` while the daily path lasts, ``adjustment`` afterwards. ``joint`` says what
    meets on the last day of the daily path, a month's worth: rows ``target`` and ``sanctioner``;
    ``by_day`` and, in equilibrium at the elasticities then reached, ``value_added`` at the
    baseline's prices (the same concept) and ``real_income`` (terms of trade too). ``lifted`` has
    what the ban costs by month where it is lifted, nothing where it is not.
    """

    months: pd.DataFrame
    joint: pd.DataFrame
    lifted: pd.DataFrame

    def relief(self, month: int) -> dict[str, float]:
        """Present value, at the start of a month, of what lifting the ban saves from then on.

        What a ban that stays costs, less what the lifted one still does while the firm recovers and
        suppliers fill its stocks. Where nothing is lifted, as if there had been no ban at all.
        """
        saved = (self.months[list(KEYS)] - self.lifted).iloc[month:]
        return {key: present_value(saved[key].to_numpy()) for key in KEYS}


def present_value(months: np.ndarray) -> float:
    """Present value of amounts by month, at the start of the first."""
    weight = (1 + DISCOUNT) ** -((np.arange(len(months)) + 0.5) * MONTH / DAYS_A_YEAR)
    return float(months @ weight)


def monthly_costs(
    *,
    firm_output: pd.DataFrame,
    revenue: float,
    value_added: tuple[np.ndarray, np.ndarray],
    horizons: Horizons,
    economies: tuple[str, str],
    lifted: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
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
    lifted
        ``(day,)`` each: lost sales of the firm, lost value added of the two economies where the ban
        is lifted; none where it stays.
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
    meets = {}
    for name, code, lost in zip(("target", "sanctioner"), economies, value_added, strict=True):
        table[name] = economy_months(lost, horizons, code, count)
        meets[name] = _joint(lost, horizons, code)
    months = pd.DataFrame(table, pd.RangeIndex(1, count + 1, name="month"))
    months["part"] = np.where(np.arange(count) < in_days, "days", "adjustment")
    ended = {
        key: np.zeros(count) if lifted is None else by_month(lifted[k], count)
        for k, key in enumerate(KEYS)
    }
    return Costs(months, pd.DataFrame(meets).T, pd.DataFrame(ended, months.index))


def by_month(lost: np.ndarray, count: int) -> np.ndarray:
    """Add losses by day up to months, as many as asked; nothing where days have ended.

    What is left of a lifted ban by then is stocks being filled, which is over in weeks.
    """
    whole = len(lost) // MONTH
    found = np.zeros(max(count, whole))
    found[:whole] = lost[: whole * MONTH].reshape(whole, MONTH).sum(axis=1)
    return found[:count]


def economy_months(lost: np.ndarray, horizons: Horizons, code: str, count: int) -> np.ndarray:
    """Cost of a ban that stays to one economy, by month, the baseline's unit.

    While the daily path lasts, lost value added at the baseline's prices, which is lost real income
    as long as prices stay. The last day then fades into the loss of real income in general
    equilibrium, by the rule of `detente.sanction.long_run.joined`: days and years meet.

    Parameters
    ----------
    lost
        ``(day,)`` lost value added by day, two months of days at least.
    count
        Months.
    """
    last = len(lost) // MONTH * MONTH
    day = last + np.arange(count * MONTH - last) + 1.0
    # a day of the daily path is one of 365: so are those that follow
    a_year = -horizons.real_income_musd.loc[code] / DAYS_A_YEAR
    later = joined(float(lost[last - 1]), last, a_year, day)
    every = np.concatenate([lost[:last], later])[: count * MONTH]
    return every.reshape(count, MONTH).sum(axis=1)


def _joint(lost: np.ndarray, horizons: Horizons, code: str) -> dict[str, float]:
    last = len(lost) // MONTH * MONTH
    a_month, day = MONTH / DAYS_A_YEAR, np.array([last])
    return {
        "by_day": MONTH * float(lost[last - 1]),
        "value_added": -a_month * float(between(horizons.value_added_musd.loc[code], day)[0]),
        "real_income": -a_month * float(between(horizons.real_income_musd.loc[code], day)[0]),
    }


def remedies(cards: FirmCard | Sequence[FirmCard], costs: Costs, month: int) -> pd.DataFrame:
    """Value each remedy for both sides, as against a ban that stays from a month on.

    Parameters
    ----------
    cards
        Of the firm; or of several that are cut off together, and relieved together.
    month
        Months of the ban already over: what is lost is lost.

    Returns
    -------
    pandas.DataFrame
        Indexed by remedy (of several firms ``CODE: remedy``), ``ban-stays`` and ``all-together``,
        in million USD of the month's worth: what the firm ``pays`` (present value, central, low and
        high); the ``target`` side's and the ``sanctioner``'s gain over the ban: losses saved, less
        or plus the payment. A cost to the firm that nobody earns (managers, monitors) is no gain of
        the sanctioner. What the remedy is worth as a remedy (that the firm obeys) is not money:
        `detente talks` takes it from an analyst.
    """
    saved = costs.relief(month)
    rows: dict[str, dict[str, float]] = {
        "ban-stays": {"pays": 0.0, "low": 0.0, "high": 0.0, "target": 0.0, "sanctioner": 0.0}
    }
    total = np.zeros(4)
    several = [cards] if isinstance(cards, FirmCard) else list(cards)
    for card in several:
        for remedy in card.remedies:
            cash = [_cash(remedy, pick) for pick in (0, 1, 2)]
            burden = [_burden(remedy, pick) for pick in (0, 1, 2)]
            low, mid, high = (card.rate * (a + b) for a, b in zip(cash, burden, strict=True))
            one = (mid, low, high, card.rate * cash[1])
            total += one
            name = remedy.id if len(several) == 1 else f"{card.code}: {remedy.id}"
            rows[name] = _row(*one, saved)
    mid, low, high, cash = (float(x) for x in total)
    rows["all-together"] = _row(mid, low, high, cash, saved)
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
