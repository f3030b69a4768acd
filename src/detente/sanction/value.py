"""What a ban costs each side, what lifting it is worth, and what may stand for it at the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detente.sanction.calendar import DAYS_A_YEAR, DISCOUNT, MONTH
from detente.sanction.card import Figure, FirmCard
from detente.sanction.course import Course
from detente.sanction.long_run import Horizons, between

if TYPE_CHECKING:
    from detente.sanction.carve import Carved

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
    course: Course, k: int, horizons: Horizons, economies: tuple[str, str], carved: Carved
) -> Costs:
    """Put days and horizons of one firm and of its pair of economies in months.

    To the joint lost value added at the baseline's prices, which is lost real income as long as
    prices stay. The last day then fades into the loss of real income in general equilibrium, by the
    rule of `detente.sanction.long_run.joined`: days and years meet.

    Parameters
    ----------
    course
        Of `detente.sanction.course.follow`.
    k
        Which of its firms.
    horizons
        With this firm's output.
    economies
        Codes of the target's economy and the sanctioner's.
    """
    a_day = carved.firms[k].accounts.revenue / DAYS_A_YEAR
    table = {"firm_sales": by_month(course.sales_kept(k, horizons)) * a_day}
    ended = {"firm_sales": by_month(course.sales_lifted(k, horizons)) * a_day}
    meets = {}
    for name, code in zip(("target", "sanctioner"), economies, strict=True):
        at = carved.calibration.country_codes.index(code)
        table[name] = by_month(course.kept(at, horizons, code))
        ended[name] = by_month(course.lifted(at, horizons, code))
        meets[name] = _joint(course.lost[:, at], horizons, code)
    index = pd.RangeIndex(1, course.days // MONTH + 1, name="month")
    months = pd.DataFrame(table, index)
    months["part"] = np.where(index <= course.joint // MONTH, "days", "adjustment")
    return Costs(months, pd.DataFrame(meets).T, pd.DataFrame(ended, index))


def by_month(days: np.ndarray) -> np.ndarray:
    """Add losses by day up to whole months."""
    return days.reshape(-1, MONTH).sum(axis=1)


def _joint(lost: np.ndarray, horizons: Horizons, code: str) -> dict[str, float]:
    a_month, day = MONTH / DAYS_A_YEAR, np.array([len(lost)])
    return {
        "by_day": MONTH * float(lost[-1]),
        "value_added": -a_month * float(between(horizons.value_added.loc[code], day)[0]),
        "real_income": -a_month * float(between(horizons.real_income.loc[code], day)[0]),
    }


Saved = dict[str, float]
"""Present value of losses that relief saves, of the ``target`` and of the ``sanctioner``."""


def remedies(
    cards: FirmCard | Sequence[FirmCard], saved: Saved, own: Sequence[Saved] = ()
) -> pd.DataFrame:
    """Value each remedy for both sides, as against a ban that stays.

    Parameters
    ----------
    cards
        Of the firm; or of several that are cut off together.
    saved
        What lifting the ban saves, or all of them.
    own
        Of several firms, what lifting each one's ban alone saves while the others stay.

    Returns
    -------
    pandas.DataFrame
        Indexed by remedy (of several firms ``CODE: remedy``), ``ban-stays`` and, where there are
        several remedies, ``all-together``, in million USD of the month's worth: what the firm
        ``pays`` (present value, central, low and high); the ``target`` side's and the
        ``sanctioner``'s gain over the ban: losses saved, less or plus the payment. A remedy ends
        the ban on its own firm, all together end all. A cost to the firm that nobody earns
        (managers, monitors) is no gain of the sanctioner. What the remedy is worth as a remedy
        (that the firm obeys) is not money: `detente talks` takes it from an analyst.
    """
    rows: dict[str, dict[str, float]] = {
        "ban-stays": {"pays": 0.0, "low": 0.0, "high": 0.0, "target": 0.0, "sanctioner": 0.0}
    }
    total = np.zeros(4)
    several = [cards] if isinstance(cards, FirmCard) else list(cards)
    for card, ends in zip(several, own or [saved] * len(several), strict=True):
        for remedy in card.remedies:
            cash = [_cash(remedy, pick) for pick in (0, 1, 2)]
            burden = [_burden(remedy, pick) for pick in (0, 1, 2)]
            low, mid, high = (card.rate * (a + b) for a, b in zip(cash, burden, strict=True))
            one = (mid, low, high, card.rate * cash[1])
            total += one
            name = remedy.id if len(several) == 1 else f"{card.code}: {remedy.id}"
            rows[name] = _row(*one, ends)
    if len(rows) > 2:
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
