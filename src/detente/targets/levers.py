"""What a target may be reached with: rates that the search chooses within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.arrays import Policy

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lever:
    """Rates of one economy on its imports from another, to be chosen.

    Parameters
    ----------
    kind
        ``"tariff"``: points on top of the rate in force. ``"purchases"``: the buyer's treasury pays
        the share s of the price, so that the tariff becomes (1 + t)(1 − s) − 1.
    by, on
        The importer and the exporter, one economy each.
    sectors
        Codes, names or groups.
    each
        ``"all"``: one rate; ``"sector"``: one rate a sector.
    high
        Highest rate; 2 for a tariff, 0.5 for purchases unless given. The lowest is 0.
    """

    kind: Literal["tariff", "purchases"]
    by: str
    on: str
    sectors: str | tuple[str, ...] = "goods"
    each: Literal["all", "sector"] = "all"
    high: float | None = None

    def __post_init__(self) -> None:
        limit = 2.0 if self.kind == "tariff" else 0.5
        high = limit if self.high is None else self.high
        allowed = "above 0" + ("" if self.kind == "tariff" else ", below 1")
        if not (0 < high < (np.inf if self.kind == "tariff" else 1)):
            raise InputError(Problem("not a bound", key="high", value=high, allowed=allowed))
        for key, value, choice in (
            ("kind", self.kind, ("tariff", "purchases")),
            ("each", self.each, ("all", "sector")),
        ):
            if value not in choice:
                raise InputError(Problem("unknown", None, None, key, value, " or ".join(choice)))
        object.__setattr__(self, "high", high)


@dataclass(frozen=True, eq=False)
class Levers:
    """Levers on a baseline: where each entry of the vector of rates ``(size,)`` acts.

    ``cells`` holds for each entry its lever and the indices (sectors, importer, exporter).
    """

    levers: tuple[Lever, ...]
    cells: tuple[tuple[Lever, NDArray[np.intp], int, int], ...]
    upper: Array

    @property
    def size(self) -> int:
        """Number of rates to choose."""
        return len(self.cells)

    def apply(self, base: Policy, rates: Array) -> Policy:
        """Return the policy with these rates on top of ``base``."""
        tariff = base.tariff_cf.copy()
        for rate, (lever, sectors, n, i) in zip(rates, self.cells, strict=True):
            if lever.kind == "tariff":
                tariff[sectors, n, i] += rate
            else:
                tariff[sectors, n, i] = (1 + tariff[sectors, n, i]) * (1 - rate) - 1
        return replace(base, tariff_cf=tariff)

    def pull(self, base: Policy, by_tariff: Array) -> Array:
        """Turn derivatives by tariffs into derivatives by rates ``(size,)``."""
        found = np.zeros(self.size)
        for k, (lever, sectors, n, i) in enumerate(self.cells):
            slope = by_tariff[sectors, n, i]
            if lever.kind == "purchases":
                slope = slope * -(1 + base.tariff_cf[sectors, n, i])
            found[k] = slope.sum()
        return found

    def table(self, calibration: Calibration, rates: Array) -> pd.DataFrame:
        """Say in words which rate acts where, per cent."""
        codes = np.array(calibration.sector_codes)
        rows = [
            {
                "kind": lever.kind,
                "by": lever.by,
                "on": lever.on,
                "sector": codes[sectors[0]] if lever.each == "sector" else str(lever.sectors),
                "rate_pct": 100 * rate,
            }
            for rate, (lever, sectors, _, _) in zip(rates, self.cells, strict=True)
        ]
        return pd.DataFrame(rows)


def place(calibration: Calibration, levers: Sequence[Lever]) -> Levers:
    """Find the cells that levers act on.

    Raises
    ------
    InputError
        A name is unknown or a group of economies, two levers are alike in kind and place, or
        nothing is traded there.
    """
    cells = []
    seen: set[tuple] = set()
    for lever in levers:
        (n, i), sectors = _pair(calibration, lever), resolve_sectors(calibration, lever.sectors)
        traded = [s for s in sectors if calibration.flows[s, n, i] > 0]
        if not traded:
            message = f"{lever.by} buys nothing of it from {lever.on}, so no rate moves it"
            raise InputError(Problem(message, key="sectors", value=lever.sectors))
        taken = {(lever.kind, s, n, i) for s in traded}
        if taken & seen:
            raise InputError(Problem("two levers act on the same trade", value=lever.sectors))
        seen |= taken
        groups = [traded] if lever.each == "all" else [[s] for s in traded]
        cells += [(lever, np.array(group), n, i) for group in groups]
    if not cells:
        raise InputError("a target needs at least one lever")
    return Levers(tuple(levers), tuple(cells), np.array([cell[0].high for cell in cells]))


def _pair(calibration: Calibration, lever: Lever) -> tuple[int, int]:
    pair = []
    for key in ("by", "on"):
        name = getattr(lever, key)
        try:
            found = resolve_countries(calibration, name)
        except InputError as error:
            raise InputError([Problem(p.message, key=key, value=p.value, allowed=p.allowed)
                              for p in error.problems]) from error  # fmt: skip
        if len(found) != 1:
            raise InputError(Problem("a lever is one economy's on one other", key=key, value=name))
        pair.append(found[0])
    if pair[0] == pair[1]:
        raise InputError(Problem("an economy has no trade policy on itself", key="on"))
    return pair[0], pair[1]
