"""Value the measures of disputes by the solved economy, the same bytes every time.

``python tools/value_disputes.py`` writes ``losses.csv`` into the package; ``--check`` compares
instead. Each dispute since 2014 whose two sides stand in a shipped baseline is solved twice, under
the measure that was threatened and with an answer of the same kind and size on all goods, by the
economy of its time. The measure is on the goods traded (`GOODS`): of each sector as large a share
that the covered trade is what the record states. Where the baseline has less of it, all of it is
covered, and what it costs grows in proportion; so it does to the sizes of GDP of the record.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import building
from detente.baseline.calibration import Calibration
from detente.baseline.store import load
from detente.disputes.cases import SHIPPED, Case, everything
from detente.disputes.tree import Floats
from detente.files import write_bytes
from detente.policy.instruments import ExportBan, ImportBan, Measure
from detente.policy.product_lists import parts
from detente.policy.tariffs import Tariff
from detente.simulate import solve

BASELINES = {2014: "wiod-2014", 2017: "icio-2017", 2020: "icio-2022"}
"""First year of disputes → the baseline they are valued on."""
FINEST = "icio-2022"
"""Taken where that baseline has not both sides."""
MOST = 0.98
"""Largest share of a sector's trade that a ban is on."""
ECONOMIES: dict[str, tuple[str, ...]] = {
    "EU28": ("EU27", "GBR"), "FRA": ("EU27",), "DNK": ("EU27", "GBR", "NOR"),
}  # fmt: skip
"""Sides that a baseline has under other names; Denmark stands for eight states of Europe."""
DIVISIONS = {
    "farming": (1, 3), "fuels": (5, 6), "ores": (7, 9), "food": (10, 12), "textiles": (13, 15),
    "wood and paper": (16, 18), "petroleum": (19, 19), "chemicals": (20, 20),
    "medicines": (21, 21), "plastics": (22, 22), "metals": (24, 24), "metal products": (25, 25),
    "electronics": (26, 26), "electrical": (27, 27), "machinery": (28, 28), "vehicles": (29, 29),
    "aircraft": (30, 30), "travel": (49, 56), "leisure": (90, 93),
}  # fmt: skip
"""First and last ISIC division of groups of goods and services."""


class Goods(NamedTuple):
    """What a measure is on.

    Attributes
    ----------
    groups
        Of `DIVISIONS`; all goods where there is none.
    less
        Group → share of the rate that it pays.
    lists, but
        Shipped product lists that it is on, and whether it is on all goods but these.
    """

    groups: tuple[str, ...] = ()
    less: tuple[tuple[str, float], ...] = ()
    lists: tuple[str, ...] = ()
    but: bool = False

    @property
    def words(self) -> str:
        """Say what it is on."""
        on = " + ".join(self.groups or self.lists) or "all goods"
        less = ", ".join(f"{name} at {share:.0%} of the rate" for name, share in self.less)
        return ("all goods but " if self.but else "") + on + (f"; {less}" if less else "")


FARM = ("farming", "food")
FUELS = ("fuels", "petroleum")
LISTS = ("us-list1-34bn", "us-list2-16bn", "us-list3-200bn")
SPARED = Goods(less=tuple((name, 0.0) for name in (*FUELS, "medicines")))
"""All goods, as the orders of 2 April 2025 had it; metals and cars paid as much by other orders."""
ALIKE = {
    Goods(("metals",)):
        ("us-br-steel-2018", "us-ca-steel-2018", "us-eu-steel-2018", "us-kr-steel-2018",
         "us-mx-steel-2018", "us-tr-brunson-2018", "us-br-steel-2019", "us-ca-alu-2020",
         "ca-us-alu-2020", "us-ru-alu-2023", "eu-id-nickel-2023", "us-br-metals-2025",
         "us-ca-metals-2025", "us-eu-metals-2025", "us-jp-metals-2025", "us-ko-metals-2025",
         "us-mx-metals-2025"),
    Goods(("vehicles",)):
        ("us-eu-cars-2018", "us-ca-usmca-2018", "eu-cn-ev-2024", "ca-us-cars-2025",
         "us-eu-cars-2026"),
    Goods(("farming",)): ("cn-au-barley-2018", "cn-ca-canola-seed-2024"),
    Goods(FARM): ("ca-us-cool-2015", "cn-ca-canola-2018", "cn-us-farm-2025", "cn-ca-canola-2025"),
    Goods(("food",)): ("cn-au-wine-2020", "cn-eu-brandy-2024", "cn-eu-pork-2024"),
    Goods(("electronics",)): ("us-zte-2018", "us-cn-huawei-2020", "us-cn-chips-2023"),
    Goods(("travel", "leisure")): ("cn-kr-thaad-2017", "cn-jp-2025"),
    Goods(("aircraft", *FARM)): ("us-eu-airbus-2019", "eu-us-boeing-2019"),
    Goods(("metals", *FARM)): ("ca-us-steel-2018", "mx-us-steel-2018", "in-us-steel-2018"),
    Goods(lists=LISTS[2:]): ("us-cn-list3-10-2018", "us-cn-list3-25-2018", "us-cn-may-2019"),
    Goods(lists=LISTS, but=True): ("us-cn-list4-25-2019", "us-cn-list4-2019"),
    SPARED: ("us-ch-recip-2025", "us-cn-recip-2025", "us-eu-recip-2025", "us-gb-recip-2025",
             "us-id-recip-2025", "us-il-recip-2025", "us-in-recip-2025", "us-jp-recip-2025",
             "us-kh-recip-2025", "us-ko-recip-2025", "us-my-recip-2025", "us-ph-recip-2025",
             "us-th-recip-2025", "us-tw-recip-2025", "us-vn-recip-2025", "us-za-recip-2025"),
    Goods(("electronics", "machinery", "metal products")): ("eu-ru-sectoral-2014",),
    Goods(lists=LISTS[:2]): ("us-cn-301-2018",),
    Goods(lists=LISTS): ("us-cn-30-2019",),
    Goods(lists=("china-3bn-2018-15pct", "china-3bn-2018-25pct")): ("cn-us-steel-2018",),
    Goods(lists=("china-50bn-2018",)): ("cn-us-50bn-2018",),
    Goods(lists=("china-list3-60bn-5pct", "china-list3-60bn-10pct")): ("cn-us-60bn-2018",),
    Goods(lists=("china-2019-06-5pts", "china-2019-06-10pts", "china-2019-06-15pts")):
        ("cn-us-60bn-2019",),
    Goods(lists=("china-2019-09-5pct", "china-2019-09-10pct")): ("cn-us-75bn-2019",),
    Goods(("metals", "food", "textiles", "aircraft")): ("eu-us-steel-2018",),
    Goods(("machinery",)): ("ru-us-steel-2018",),
    Goods(("chemicals",)): ("jp-kr-2019",),
    Goods(("food", "textiles", "chemicals")): ("us-fr-dst-2019",),
    Goods((*FARM, "fuels", "wood and paper")): ("cn-au-2020",),
    Goods(("vehicles", "electrical", "electronics", "metals")): ("us-cn-301-2024",),
    Goods(("vehicles", "metals")): ("ca-cn-ev-2024",),
    Goods(less=tuple((name, 0.4) for name in FUELS)): ("us-ca-fentanyl-2024",),
    Goods((*FARM, "textiles", "wood and paper", "chemicals", "aircraft")): ("ca-us-fentanyl-2025",),
    Goods((*FUELS, "machinery", "vehicles")): ("cn-us-fentanyl-2025",),
    Goods(("metals", "electronics", "machinery")): ("ca-us-metals-2025",),
    Goods((*FARM, "textiles", "wood and paper", "plastics", "metals", "aircraft")):
        ("eu-us-counter-2025",),
    Goods(("ores", "chemicals", "metals")): ("cn-us-rare-earths-2025",),
}  # fmt: skip
"""Goods of disputes, from titles, measures and notes; all goods of the others."""
GOODS = {name: goods for goods, names in ALIKE.items() for name in names}
COLUMNS: tuple[str, ...] = (
    "id", "baseline", "goods", "covered_usd_bn", "grown",
    "sender_usd_bn", "target_usd_bn", "sender_answered_usd_bn", "target_answered_usd_bn",
    "sender_pct", "target_pct", "sender_answered_pct", "target_answered_pct",
)  # fmt: skip


class Shares(NamedTuple):
    """What a measure is on: shares of sectors' trade, what is covered, and what losses grow by."""

    share: Floats
    covered: float
    grown: float


def sides_of(case: Case, economy: Calibration) -> tuple[list[int], list[int]] | None:
    """Return the places of sender and target; none where the baseline has not both."""
    found = [[economy.country_codes.index(code)
              for code in ECONOMIES.get(side, (side,)) if code in economy.country_codes]
             for side in (case.sender, case.target)]  # fmt: skip
    apart = not set(found[0]) & set(found[1])
    return (found[0], found[1]) if all(found) and apart else None


def economy_of(case: Case) -> Calibration | None:
    """Return the baseline that a dispute is valued on."""
    if case.start.year < min(BASELINES):
        return None
    year = max(one for one in BASELINES if one <= case.start.year)
    near = (load(name) for name in (BASELINES[year], FINEST))
    return next((one for one in near if sides_of(case, one)), None)


def within(economy: Calibration, groups: Sequence[str]) -> Floats:
    """Return ``(sector,)``: 1 where a sector has a division of some groups, all goods of none."""
    if not groups:
        return economy.goods.astype(float)
    ends = [DIVISIONS[name] for name in groups]
    return np.array([float(any(first <= int(one) <= last for one in sector.isic
                               for first, last in ends))
                     for sector in economy.sectors])  # fmt: skip


def shares_of(goods: Goods, economy: Calibration, trade: Floats, value: float) -> Shares:
    """Return what a measure is on, of ``(sector,)`` trade and a value, both million USD."""
    share = within(economy, goods.groups)
    if goods.lists:
        listed = np.sum([one for _, one in parts(economy, goods.lists)], axis=0)
        share = economy.goods * (1 - listed if goods.but else listed)
    there = float(share @ trade)
    level = min(value / there, 1.0 / float(share.max()))
    return Shares(share * level, there * level, value / (there * level))


def rates_of(goods: Goods, economy: Calibration, rate: float) -> Floats:
    """Return ``(sector,)`` rates of a measure."""
    found = np.full(len(economy.sectors), rate)
    for group, share in goods.less:
        found = np.where(within(economy, (group,)) > 0, rate * share, found)
    return found


def measures(
    economy: Calibration, by: Sequence[int], on: Sequence[int], shares: Floats, kind: str,
    rates: Floats,
) -> list[Measure]:  # fmt: skip
    """Return a measure of one side on the other, sector by sector."""
    codes = economy.country_codes
    own, others = [codes[at] for at in by], [codes[at] for at in on]
    found: list[Measure] = []
    for sector, share, rate in zip(economy.sector_codes, shares, rates, strict=True):
        if share * rate <= 0:
            continue
        if kind == "tariff":
            found.append(Tariff(own, others, sector, add=float(rate), coverage=float(share)))
        else:
            ban = ExportBan if kind == "sender exports" else ImportBan
            stopped = min(float(share * min(rate, 1.0)), MOST)
            found.append(ban(own, others, sector, coverage=stopped))
    return found


def value(case: Case) -> dict[str, Any] | None:
    """Return what the measure of a dispute costs, and with an answer; none where not known."""
    economy = economy_of(case)
    sides = economy and sides_of(case, economy)
    if not economy or not sides or not case.value * case.rate:
        return None
    sender, target = sides
    goods = GOODS.get(case.id, Goods())
    taxed = case.instrument in ("tariff", "preference")
    kind = "tariff" if taxed else case.words["flow_hit"]
    bought, sold = (economy.flows[:, ends[0]][:, :, ends[1]].sum(axis=(1, 2))
                    for ends in ((sender, target), (target, sender)))  # fmt: skip
    hit = shares_of(goods, economy, sold if kind == "sender exports" else bought,
                    case.value * 1e3)  # fmt: skip
    rates = rates_of(goods, economy, case.rate)
    first = measures(economy, sender, target, hit.share, kind, rates)
    back = min(case.value, case.sender_exports) * 1e3
    answer = shares_of(Goods(), economy, sold, back)
    second = measures(economy, target, sender, answer.share, "tariff" if taxed else "imports",
                      np.full(len(economy.sectors), case.rate))  # fmt: skip
    alone = _losses(economy, first, sides)
    both = _losses(economy, [*first, *second], sides)
    lost = alone * hit.grown
    answered = lost + (both - alone) * answer.grown
    amounts = np.concatenate([lost, answered])
    part = amounts / np.tile([case.sender_gdp, case.target_gdp], 2)
    figures = [hit.covered / 1e3, hit.grown, *amounts, *(100 * part)]
    words = [case.id, economy.name, goods.words, *(f"{one:.5f}" for one in figures)]
    return dict(zip(COLUMNS, words, strict=True))


def _losses(economy: Calibration, taken: list[Measure], sides: Sequence[list[int]]) -> Floats:
    """Return ``(side,)`` losses of real income, billion USD."""
    lost = -solve(economy, taken).welfare.to_numpy().ravel() / 100 * economy.income / 1e3
    return np.array([lost[side].sum() for side in sides])


def build(_: Path, folder: Path) -> list[Path]:
    """Write what measures cost."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for case in everything() if (row := value(case)))
    path = folder / "losses.csv"
    write_bytes(path, out.getvalue().encode())
    return [path]


def main(arguments: list[str] | None = None) -> int:
    """Build, or compare with what is shipped."""
    return building.run(build, __doc__, SHIPPED, SHIPPED, arguments)


if __name__ == "__main__":
    sys.exit(main())
