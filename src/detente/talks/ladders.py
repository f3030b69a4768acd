"""A study of talks as a ladder: its figures in political units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from detente.disputes.cases import PROTECTION
from detente.disputes.game import Tastes
from detente.disputes.moves import SENDER, TARGET, Ladder, political
from detente.talks.offers import LAST, Offer, Study
from detente.talks.rungs import Sides
from detente.talks.table import Floats

if TYPE_CHECKING:
    from detente.scenario.talks import RangeEntry, Talks, TalksParty, TalksResolve


YEAR = 365.25
UNDONE = 0.05
"""Chance that a package comes undone that some side would rather break."""
USUAL = 0.67
"""Share of its demands that who asks gets in a usual settlement, for which tastes are estimated.

Of 120 trade threats that so ended before anything was imposed, who was asked gave in fully in 41,
in part in 27, and 52 were negotiated (our count in TIES 4.0), the last two taken as half of it.
"""


@dataclass(frozen=True, eq=False)
class Maker:
    """Makes ladders of a study: its figures in political units."""

    study: Study
    sides: Sides
    days: tuple[date, ...]
    worth: Floats
    tastes: Tastes

    @property
    def income(self) -> Floats:
        """``(side,)``: whole income, million USD a year."""
        from detente.talks.case import party_places

        case, c = self.study.case, self.study.calibration
        places = party_places(case.scenario, c)
        own = [places[case.parties.index(side)] for side in self.sides.ids]
        return np.array([c.income[list(one)].sum() for one in own])

    def resolve(self, side: int) -> TalksResolve | None:
        """Return what the file says of a side's resolve."""
        own, party = self.study.case.talks.resolve, self.sides.ids[side]
        return next((one for one in own if one.party == party), None)

    def unknown(self, side: int, estimate: float) -> float:
        """Return how unsure the other is of a side, by the file or as estimated."""
        own = self.resolve(side)
        return estimate if own is None or own.unknown is None else own.unknown

    def counted(self, side: int, figure: RangeEntry, times: float = 1.0) -> float:
        """Return times an amount of money in political units of a side."""
        return float(political(np.array(times * figure.central), self.income[side]))

    def prouder(self, share: float) -> float:
        """Return what it adds to be prouder of having acted, by a share of who asks's income."""
        aim = self.seated[SENDER].objective
        stated = aim.standing.central if aim and aim.standing else 0.0
        money, income = share * self.income[SENDER], self.income[SENDER]
        return float(political(np.array(stated + money), income)
                     - political(np.array(stated), income))  # fmt: skip

    @property
    def seated(self) -> list[TalksParty]:
        """Who asks and who is asked, as the file has them."""
        parties = {p.party: p for p in self.study.case.talks.parties}
        return [parties[side] for side in self.sides.ids]

    def agreed(self, offers: tuple[Offer, ...], stated: Floats) -> Floats:
        """Return what each package brings both a year, less where it may come undone.

        Parameters
        ----------
        stated
            ``(side,)``: what having a measure in force is worth in it.
        """
        gains = np.array([political(one.plain, self.income) for one in offers]).reshape(-1, 2)
        acts = np.array([one.acts for one in offers]).reshape(-1, 2)
        kept = np.array([1.0 if one.holds else 1 - UNDONE for one in offers]).reshape(-1, 1)
        return kept * (gains * self.weights + acts * stated)

    def backing(self, offers: tuple[Offer, ...], times: float = 1.0) -> Floats:
        """Return what backing down in each package costs both, once, ``(offer, side)``."""
        far = np.array([one.backing for one in offers]).reshape(-1, 2)
        costs = [own.audience_cost.central for own in self.seated]
        return political(times * far * costs, self.income)

    def audience(self, times: float = 1.0) -> float:
        """Return what postponing or stepping down costs who asks: estimated, and by the file.

        That of the file counts as far as what then holds falls short of its demands; it alone is
        taken times, where there is one.
        """
        case, cost = self.study.case, self.seated[SENDER].audience_cost
        unmet = 1 - case.acting.met(self.sides.ids[SENDER], case.unsettled)
        own = self.counted(SENDER, cost, times * unmet)
        return self.tastes.audience * (1.0 if cost.central else times) + own

    @property
    def weights(self) -> Floats:
        """``(side,)``: of what measures and packages bring."""
        return np.array([self.tastes.sender, self.tastes.target])

    def ladder(self, offers: tuple[Offer, ...]) -> Ladder:
        """Return the ladder with these packages to settle on."""
        talks: Talks = self.study.case.talks
        tastes, own, steps = self.tastes, self.seated, self.sides.rungs[SENDER]
        flow = self.weights * political(self.worth, self.income) + self.standing
        first = [tuple(self._years(rung.first) for rung in rungs) for rungs in self.sides.rungs]
        loss = -political(self.worth[1:, 0, TARGET], self.income[TARGET])
        return Ladder(
            days=tuple(self._years(day) for day in self.days),
            due=(True,) * len(self.days),
            rungs=(first[0], first[1]),
            flow=flow,
            offers=self.settling(offers) - self.backing(offers),
            agreed=self.agreed(offers, self.stated),
            resolve=(self.unknown(SENDER, tastes.unknown_sender),
                     self.unknown(TARGET, tastes.unknown_target)),
            waiting=tastes.waiting,
            audience=self.audience(),
            answering=tuple(tastes.answering + tastes.reciprocity * (loss[: len(steps)] - 2)),
            impatience=(own[0].impatience.central, own[1].impatience.central),
            breakdown=talks.breakdown_risk.central,
            last=LAST,
            conceded=self.met(offers),
        )  # fmt: skip

    def met(self, offers: tuple[Offer, ...], usual: float = USUAL) -> Floats:
        """Return the demands met in each package over those met in a usual one, ``(offer,)``.

        A package is a usual one where none were stated.
        """
        return np.array([1.0 if one.met is None else one.met / usual for one in offers])

    def settling(self, offers: tuple[Offer, ...], times: float = 1.0) -> Floats:
        """Return what settling by itself brings both, once, ``(offer, side)``: as demands are met.

        Parameters
        ----------
        times
            What conceding costs is taken times; a figure of the file is of all that is demanded.
        """
        usual, own = self.met(offers), self.resolve(TARGET)
        cost = times * usual * self.tastes.conceding
        if own is not None and own.conceding is not None:
            money = times * self.met(offers, usual=1.0) * own.conceding.central
            cost = political(money, self.income[TARGET])
        return np.stack([usual * self.tastes.settling, -cost], axis=1)

    @property
    def stated(self) -> Floats:
        """``(side,)``: having acted by the file, a year, in political units; zero unless given."""
        aims = [own.objective and own.objective.standing for own in self.seated]
        return np.array([self.counted(k, aim) if aim else 0.0 for k, aim in enumerate(aims)])

    @property
    def standing(self) -> Floats:
        """``(a, b, side)``: the same by state; of who asks the estimate of the record else."""
        duty = self.sides.rungs[SENDER][0].route in PROTECTION
        worth, sender = self.stated, self.seated[SENDER].objective
        if not sender or sender.standing is None:
            worth[SENDER] = self.tastes.acting + self.tastes.protection * duty
        found = np.zeros(self.worth.shape)
        found[1:, :, SENDER], found[:, 1:, TARGET] = worth
        return found

    def _years(self, day: date) -> float:
        return (day - self.days[0]).days / YEAR
