"""What keeping a ban costs every economy by month, against lifting it on a day: for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detente.sanction.calendar import DAYS_A_YEAR, MONTH
from detente.sanction.card import FirmCard
from detente.sanction.cases import SanctionCase, sanction_case
from detente.sanction.course import Course, follow
from detente.sanction.long_run import by_horizon, solve_bans
from detente.sanction.network import NetworkParameters
from detente.sanction.setting import LAST_DAY, Choices, Setting, set_up
from detente.sanction.value import by_month, present_value

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.sanction.long_run import Horizons

Firms = str | Path | FirmCard | Sequence[str | Path | FirmCard]


@dataclass(frozen=True, eq=False)
class KeepOrLift:
    """A ban kept and the same ban lifted, month by month, at the central figures of the cards.

    Attributes
    ----------
    economies
        ``target``, ``sanctioner``: codes of the first firm's pair.
    unit
        Of all money: the baseline's.
    months
        A row a month of the ban from its first day on; under each economy's code ``keep`` and
        ``lift``, the loss of real income under either (below zero: a gain), and ``gain``, keep less
        lift: what lifting is worth to it in that month.
    firm_sales
        A row a month: lost sales of all firms, ``keep`` and ``lift``.
    gain
        Present value by economy, at the start of the month of lifting, of its gains from then on.
    yearly
        The same as a level sum a year for as long.
    horizons
        The ban that stays in general equilibrium.
    joint_month
        Last month of the kept ban's daily path.
    """

    economies: tuple[str, str]
    unit: str
    day: int
    months: pd.DataFrame
    firm_sales: pd.DataFrame
    gain: pd.Series
    yearly: pd.Series
    horizons: Horizons
    joint_month: int


def keep_or_lift(
    firms: Firms,
    day: int,
    *,
    by: str | None = None,
    ban_share: float | None = None,
    baseline: str | Path | Calibration | None = None,
    years: float = 7.0,
    network: NetworkParameters | None = None,
) -> KeepOrLift:
    """Compare a ban that stays with one that is lifted on a day, for every economy.

    By day it is the daily path of the world, with recovery after relief as the firm's stocks and
    customers allow, followed for as long as costs count: refilling stocks of a year takes more than
    one. The kept ban fades into general equilibrium from the joint on, which is where a ban that
    stays has done its worst, whatever the day of relief (`detente.sanction.course`). Nothing is
    drawn.

    Parameters
    ----------
    firms
        What `detente sanction` takes: shipped cards or files, one or several that are banned and
        relieved together; a scenario with firms; or loaded cards.
    day
        First day without the ban, 1 to 1825; the ban begins on day 0.
    by, ban_share
        Who bans and how much of what is sold; as scenario or cards say unless given.
    baseline
        Another economy, from which the firms are not carved out yet.
    years
        How long a ban that stays would last.

    Raises
    ------
    InputError
        A card, the economy or a choice cannot be used.
    SolveError
        An economy has no equilibrium.
    """
    case = _case(firms)
    share = case.ban_share if ban_share is None else ban_share
    choices = Choices(LAST_DAY, 1, day, 1.0 if share is None else share, by)
    economy = baseline if baseline is not None else case.economy()
    setting = set_up(case.cards, choices, baseline=economy, by=case.by)
    course = follow(setting, day, network or NetworkParameters(), years=years)
    solutions, by = solve_bans(setting.carved, setting.bans()), setting.economies[0][1]
    horizons = [
        by_horizon(setting.carved, firm, by, solutions=solutions) for firm in setting.carved.firms
    ]
    months, sales = _months(setting, course, horizons[0]), _sales(setting, course, horizons)
    codes = setting.carved.calibration.country_codes
    start = day // MONTH  # before the day nothing differs
    gain = pd.Series(
        {code: present_value(months[code, "gain"].to_numpy()[start:]) for code in codes}
    )
    annuity = present_value(np.full(len(months) - start, MONTH / DAYS_A_YEAR))
    return KeepOrLift(
        setting.economies[0], setting.carved.calibration.card.unit, day, months, sales, gain,
        gain / annuity, horizons[0], course.joint // MONTH,
    )  # fmt: skip


def _case(firms: Firms) -> SanctionCase:
    given = [firms] if isinstance(firms, str | Path | FirmCard) else list(firms)
    if any(isinstance(one, FirmCard) for one in given):
        cards = [c for one in given for c in ([one] if isinstance(one, FirmCard) else
                                              sanction_case(one).cards)]  # fmt: skip
        return SanctionCase(tuple(cards))
    return sanction_case([one for one in given if not isinstance(one, FirmCard)])


def _sales(setting: Setting, course: Course, horizons: Sequence[Horizons]) -> pd.DataFrame:
    """Return lost sales of all firms by month, kept and lifted."""
    found = np.zeros((2, course.days))
    for k, (firm, own) in enumerate(zip(setting.carved.firms, horizons, strict=True)):
        ways = course.sales_kept(k, own), course.sales_lifted(k, own)
        found += firm.accounts.revenue / DAYS_A_YEAR * np.stack(ways)
    table = {"keep": by_month(found[0]), "lift": by_month(found[1])}
    return pd.DataFrame(table, _index(course))


def _months(setting: Setting, course: Course, horizons: Horizons) -> pd.DataFrame:
    table = {}
    for k, code in enumerate(setting.carved.calibration.country_codes):
        keep = by_month(course.kept(k, horizons, code))
        lift = by_month(course.lifted(k, horizons, code))
        table |= {(code, "keep"): keep, (code, "lift"): lift, (code, "gain"): keep - lift}
    return pd.DataFrame(table, _index(course))


def _index(course: Course) -> pd.RangeIndex:
    return pd.RangeIndex(1, course.days // MONTH + 1, name="month")
