"""What ending the bans on some firms saves while others stay: remedies against their own bans."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from detente.results import Solution
from detente.sanction.calendar import MONTH
from detente.sanction.course import Course, Firms
from detente.sanction.long_run import by_horizon, solve_bans
from detente.sanction.setting import Setting
from detente.sanction.value import Saved, by_month, present_value, remedies

Solutions = Mapping[str, Solution]


def sets_of(setting: Setting) -> list[Firms]:
    """Return the sets of firms whose bans may end while others stay: each, and each pair's."""
    pairs, alone = setting.economies, [frozenset([k]) for k in range(len(setting.economies))]
    return list(dict.fromkeys([*alone, *(_of_pair(setting, pair) for pair in pairs)]))


def _of_pair(setting: Setting, pair: tuple[str, str]) -> Firms:
    return frozenset(k for k, own in enumerate(setting.economies) if own == pair)


def valued_remedies(
    setting: Setting, course: Course, solutions: Solutions
) -> dict[tuple[str, str], pd.DataFrame]:
    """Value the remedies of the firms of each pair of economies, each against its own ban."""
    carved, bans, saved = setting.carved, setting.bans(), {}
    for some in sets_of(setting):
        left = [ban for k, ban in enumerate(bans) if k not in some]
        others = solve_bans(carved, left) if left else None
        saved[some] = _saved(setting, course, some, solutions, others)
    found = {}
    for pair in setting.economies:
        at = sorted(_of_pair(setting, pair))
        cards = [carved.firms[k].card for k in at]
        own = [saved[frozenset([k])] for k in at]
        found[pair] = remedies(cards, saved[frozenset(at)], own)
    return found


def _saved(
    setting: Setting, course: Course, some: Firms, solutions: Solutions, others: Solutions | None
) -> Saved:
    """Return the present value, at the month of relief, of what ending some bans saves a pair."""
    carved, k = setting.carved, min(some)
    pair = setting.economies[k]
    kept = by_horizon(carved, carved.firms[k], pair[1], solutions=solutions)
    after = by_horizon(carved, carved.firms[k], pair[1], solutions=others) if others else None
    start = 0 if course.relief is None else course.relief // MONTH
    found = {}
    for side, code in zip(("target", "sanctioner"), pair, strict=True):
        at = carved.calibration.country_codes.index(code)
        lifted = course.lifted(at, kept, code, only=some, others=after)
        gain = by_month(course.kept(at, kept, code) - lifted)
        found[side] = present_value(gain[start:])
    return found
