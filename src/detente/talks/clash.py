"""Red lines that leave no package: a smallest set of them that does, and what dropping some brings.

Which lines clash is a smallest set of lines of which every package crosses one, found exactly by
hitting sets (Reiter 1987; Ignatiev, Previti, Liffiton & Marques-Silva 2015): a package that crosses
none of the lines picked so far and as few others as possible says that one of these others belongs
to the set as well; the fewest lines that all such packages ask for are picked next, until no
package is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from detente.errors import SolveError
from detente.talks.packages import Packages
from detente.talks.table import Choice, Floats, RedLine, Table

_GAP, _INFEASIBLE = 1e-9, 2


class Agreed(NamedTuple):
    """A package that is agreed on, and its gain over no deal ``(party,)``."""

    choices: Mapping[str, str]
    gain: Floats


Predict = Callable[[Table], Agreed | None]
"""Takes a table with fewer red lines, and returns what is then agreed on, if anything is."""


@dataclass(frozen=True, eq=False)
class Without:
    """What follows where some red lines are dropped.

    Attributes
    ----------
    lines
        Those that are dropped.
    left
        Whether the others leave a package.
    deal
        What is then agreed on; nothing where nothing is.
    """

    lines: tuple[RedLine, ...]
    left: bool
    deal: Agreed | None


@dataclass(frozen=True, eq=False)
class Clash:
    """Red lines that leave no package.

    Attributes
    ----------
    lines
        A smallest set of them of which every package crosses one; of several such sets the one
        whose places in the file add up to least.
    alone
        Parties whose own lines leave them nothing to sign.
    one
        What follows without each line of the set, all others kept.
    fewest
        Where no line alone opens the way: a smallest set of lines without which a package is left.
    free
        What follows without any red line.
    """

    lines: tuple[RedLine, ...]
    alone: tuple[str, ...]
    one: tuple[Without, ...]
    fewest: Without | None
    free: Without

    @property
    def deals(self) -> dict[str, Agreed]:
        """What would be agreed on, by a name for draws: ``free``, and ``without1`` and so on."""
        ways = {"free": self.free, **{f"without{k}": way for k, way in enumerate(self.one, 1)}}
        return {name: way.deal for name, way in ways.items() if way.deal is not None}


def clash_of(table: Table, predict: Predict) -> Clash | None:
    """Return which red lines clash and what that costs; nothing where they leave a package.

    Raises
    ------
    SolveError
        An integer programme fails.
    """
    lines = clashing(table)
    if not lines:
        return None
    least = crossed(table)
    assert least
    one = tuple(_without(table, (line,), predict) for line in lines)
    alone = tuple(p for p in table.parties if clashing(_kept(table, lambda r, p=p: r.party == p)))
    fewest = _without(table, least, predict) if len(least) > 1 else None
    return Clash(lines, alone, one, fewest, _without(table, table.red_lines, predict))


def _without(table: Table, lines: Sequence[RedLine], predict: Predict) -> Without:
    """Drop lines, those that say the same included, and see what follows."""
    gone = {_key(line) for line in lines}
    left = _kept(table, lambda line: _key(line) not in gone)
    open_ = crossed(left) == ()
    return Without(tuple(lines), open_, predict(left) if open_ else None)


def _kept(table: Table, keep: Callable[[RedLine], bool]) -> Table:
    return replace(table, red_lines=tuple(line for line in table.red_lines if keep(line)))


def _key(line: RedLine) -> tuple[str, frozenset[Choice]]:
    return line.party, frozenset(line.choices)


def clashing(table: Table, fixed: Mapping[str, str] | None = None) -> tuple[RedLine, ...]:
    """Return a smallest set of red lines that leave no package; none where all leave one.

    Parameters
    ----------
    fixed
        Issue → option that every package holds.

    Raises
    ------
    SolveError
        An integer programme fails.
    """
    search, picked, cuts = _Search(table, fixed or {}), (), []
    while (least := search.package(picked)) is not None:
        if not least:
            return ()
        cuts.append(least)
        picked = search.hitting(cuts)
    return tuple(search.lines[k] for k in picked)


def crossed(table: Table) -> tuple[RedLine, ...]:
    """Return the red lines that the package crosses which crosses fewest.

    Raises
    ------
    SolveError
        An integer programme fails.
    """
    search = _Search(table, {})
    least = search.package(())
    assert least is not None
    return tuple(search.lines[k] for k in least)


def allowing(packages: Packages, table: Table) -> Packages:
    """Return packages with the red lines of a table that has others."""
    signed = np.ones_like(packages.signed)
    for line in table.red_lines:
        signed[packages.holding(*line.choices), table.parties.index(line.party)] = False
    return replace(packages, signed=signed)


class _Search:
    """Integer programmes over the red lines of a table, each once, and the issues they name."""

    def __init__(self, table: Table, fixed: Mapping[str, str]):
        self.lines = tuple({_key(line): line for line in table.red_lines}.values())
        named = {issue for line in self.lines for issue, _ in line.choices}
        issues = [issue for issue in table.issues if issue.id in named]
        options = [(issue.id, option) for issue in issues for option in issue.options]
        self.columns: dict[Choice, int] = {choice: k for k, choice in enumerate(options)}
        self.fixed = [self.columns[c] for c in fixed.items() if c in self.columns]
        self.rows = [({self.columns[i.id, o]: 1.0 for o in i.options}, 1.0, 1.0) for i in issues]
        for k, line in enumerate(self.lines):
            chosen = dict.fromkeys((self.columns[c] for c in line.choices), 1.0)
            self.rows.append(({**chosen, len(options) + k: -1.0}, -np.inf, len(chosen) - 1.0))
        # a line counts as one and, among sets of as many, the less the earlier it stands
        count = len(self.lines)
        self.cost = 1 + np.arange(count) / (count * (count + 1) or 1)

    def package(self, picked: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return the lines crossed by the package that crosses fewest, and none of those picked.

        Nothing where every package crosses one of these.
        """
        if not self.lines:
            return ()
        count = len(self.columns) + len(self.lines)
        low, high = np.zeros(count), np.ones(count)
        low[self.fixed] = 1.0
        high[[len(self.columns) + k for k in picked]] = 0.0
        goal = np.append(np.zeros(len(self.columns)), self.cost)
        x = _least(goal, self.rows, low, high)
        return None if x is None else _ones(x[len(self.columns) :])

    def hitting(self, cuts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Return the fewest lines of which every cut holds one."""
        rows = [(dict.fromkeys(cut, 1.0), 1.0, np.inf) for cut in cuts]
        x = _least(self.cost, rows, np.zeros_like(self.cost), np.ones_like(self.cost))
        assert x is not None
        return _ones(x)


def _ones(x: Floats) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(x > 0.5))


def _least(
    goal: Floats, rows: Sequence[tuple[dict[int, float], float, float]], low: Floats, high: Floats
) -> Floats | None:
    """Minimise over whole numbers; nothing where there are none."""
    matrix = np.zeros((len(rows), len(goal)))
    for row, (terms, _, _) in zip(matrix, rows, strict=True):
        row[list(terms)] = list(terms.values())
    below, above = ([row[k] for row in rows] for k in (1, 2))
    limits = LinearConstraint(matrix, below, above)  # pyright: ignore[reportArgumentType]
    bounds = Bounds(low, high)  # pyright: ignore[reportArgumentType]
    found = milp(goal, integrality=np.ones_like(goal), bounds=bounds, constraints=limits,
                 options={"mip_rel_gap": _GAP})  # fmt: skip
    if found.status == _INFEASIBLE:
        return None
    if found.x is None:
        raise SolveError(f"red lines: {found.message}")
    return np.asarray(found.x)
