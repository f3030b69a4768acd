"""A ban that stays and one that ends, by the day, for as long as each takes: whatever is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.sanction.calendar import MONTH
from detente.sanction.long_run import Horizons, economy_after, fading, firm_after
from detente.sanction.network import Bought, NetworkParameters, network_path
from detente.sanction.purchases import Days
from detente.sanction.setting import Setting

Firms = frozenset[int]
"""Positions of some of the firms that are cut off."""


@dataclass(frozen=True, eq=False)
class Course:
    """What bans cost by the day, kept and lifted, over the same days of every study.

    Attributes
    ----------
    joint
        Last day of the daily path of a ban that stays (`Setting.reach`): at the joint days fade
        into equilibrium.
    relief
        First day without the ban; none where it stays.
    days
        Of which costs are counted, whole months.
    output
        ``(day, firm)`` output under bans that stay, to the joint.
    lost
        ``(day, country)`` lost value added a day, of the same.
    staying
        For each set of firms that are relieved, what the other bans cost to the joint
        ``(day, country)``: nothing where all are.
    missed, ending
        From the first day without the ban on: output that firms miss ``(day, firm)``, and for each
        set of firms that are relieved ``(day, country)`` what their recovery adds to that. None
        where no ban is lifted.

    Relief after the joint: recovery is that from the joint's day, and counts as far as that day
    still does (`detente.sanction.long_run.fading`); what has adjusted by then costs nothing.
    """

    joint: int
    relief: int | None
    days: int
    output: np.ndarray
    lost: np.ndarray
    staying: dict[Firms, np.ndarray]
    missed: np.ndarray | None
    ending: dict[Firms, np.ndarray]

    @property
    def every(self) -> Firms:
        """All firms."""
        return frozenset(range(self.output.shape[1]))

    def kept(self, k: int, horizons: Horizons, code: str) -> np.ndarray:
        """Return what bans that stay cost the economy at position k a day, ``(day,)``."""
        return economy_after(self.lost[:, k], horizons, code, self.days)

    def lifted(
        self, k: int, horizons: Horizons, code: str, *, only: Firms | None = None,
        others: Horizons | None = None,
    ) -> np.ndarray:  # fmt: skip
        """Return what bans cost an economy a day where those on some firms, or on all, end.

        Parameters
        ----------
        only
            The firms that are relieved; all unless given.
        others
            The bans on the other firms in equilibrium, where there are any.
        """
        some = self.every if only is None else only
        rest = np.zeros(self.days)
        if others is not None:
            rest = economy_after(self.staying[some][:, k], others, code, self.days)
        if self.relief is None:  # as if there had been no ban on these
            return rest
        before = self.kept(k, horizons, code)[: self.relief]
        return np.concatenate([before, rest[self.relief :] + self._worn(self.ending[some][:, k])])

    def sales_kept(self, firm: int, horizons: Horizons) -> np.ndarray:
        """Return the share of a day's output that a firm misses under bans that stay, ``(day,)``.

        Parameters
        ----------
        horizons
            With this firm's output.
        """
        return 1 - firm_after(self.output[:, firm], horizons, self.days)

    def sales_lifted(self, firm: int, horizons: Horizons) -> np.ndarray:
        """Return the same where all bans end; nothing where they stay, as if there were none."""
        if self.relief is None or self.missed is None:
            return np.zeros(self.days)
        before = self.sales_kept(firm, horizons)[: self.relief]
        return np.concatenate([before, self._worn(self.missed[:, firm])])

    def _worn(self, after: np.ndarray) -> np.ndarray:
        relief = self.relief or 0
        return float(fading(max(relief - self.joint, 0))) * after[: max(self.days - relief, 0)]


def follow(
    setting: Setting,
    relief: int | None,
    parameters: NetworkParameters,
    *,
    years: float = 7.0,
    some: Sequence[Firms] = (),
) -> Course:
    """Follow bans that stay to the joint, and recovery from bans that end as long as costs count.

    Parameters
    ----------
    relief
        First day without the bans; none where they stay.
    years
        For which costs are counted.
    some
        Sets of firms that may be relieved while the bans on others stay.
    """
    joint, every = setting.reach(), frozenset(range(len(setting.carved.firms)))
    count = MONTH * months_of(years)
    length = max(joint, count)
    keep = setting.central(length)
    never = setting.central(length, 0)
    start = None if relief is None else min(relief, joint)
    end = never if start is None else setting.central(length, start)
    subsets = [one for one in some if one != every]
    ways = [keep, end]
    for one in subsets:
        ways += [_mixed(one, never, keep), _mixed(one, end, keep)]
    found = _world(setting, ways, parameters)
    others = {every: np.zeros_like(found[0])} | dict(zip(subsets, found[2::2], strict=True))
    mixed = {every: found[1]} | dict(zip(subsets, found[3::2], strict=True))
    ending, missed = {}, None
    if start is not None:
        ending = {one: (mixed[one] - others[one])[start:] for one in mixed}
        missed = 1 - np.stack([one.path.output[start:] for one in end], axis=-1)
    return Course(
        joint, relief, count, np.stack([one.path.output[:joint] for one in keep], axis=-1),
        found[0][:joint], {one: lost[:joint] for one, lost in others.items()}, missed, ending,
    )  # fmt: skip


def months_of(years: float) -> int:
    """Return whole months in some years."""
    return round(years * 365 / MONTH)


def _mixed(some: Firms, these: Sequence[Days], others: Sequence[Days]) -> list[Days]:
    pairs = zip(these, others, strict=True)
    return [a if k in some else b for k, (a, b) in enumerate(pairs)]


def _world(
    setting: Setting, ways: Sequence[Sequence[Days]], parameters: NetworkParameters
) -> np.ndarray:  # fmt: skip
    """Return lost value added ``(way, day, country)``: one run for all, since compiling is slow."""
    around = [setting.around(way, parameters) for way in ways]
    output = np.stack([out for out, _ in around])
    buys = Bought(*(np.stack(part) for part in zip(*(buy for _, buy in around), strict=True)))
    firms = setting.carved.firms
    return network_path(
        setting.carved, firms, output, buys, setting.sides, parameters
    ).value_added  # fmt: skip
