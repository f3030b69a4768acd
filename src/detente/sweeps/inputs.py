"""Inputs of a prior: parameters that are moved one at a time, and groups that spread is shared to.

Inputs are independent standard normals (`detente.uncertainty.prior.normals`), so that correlated
parameters can be told apart: what sectors have in common is one input, what each has of its own
another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.model.economy import Structure
from detente.uncertainty.prior import (
    STRUCTURE,
    Parameters,
    Prior,
    Spread,
    common_load,
    drawn_relations,
    members,
    parameters_at,
)

Array = NDArray[np.float64]
NINETY = 1.6448536269514722
"""Standard deviations from the median to the 5th or the 95th percentile of a normal."""
GRID = np.array([-3, -2.25, -NINETY, -1, -0.5, 0, 0.5, 1, NINETY, 2.25, 3])
"""Standard deviations from its median at which one parameter is tried; its central value at 0."""
LOW, CENTRE, HIGH = (int(np.flatnonzero(z == GRID)[0]) for z in (-NINETY, 0.0, NINETY))
LARGE = 4
"""Sectors with a group of their own: those whose own elasticity moves the result most."""
Found = tuple[tuple[str, str, str], Array, Prior]
COMMON, OWN, REST, HORIZON = "common", "own", "own-of-others", "horizon"
RELATIONS = {
    "labour_mobility": "mobility of workers",
    "final_elasticity": "substitution in final demand",
    "input_elasticity": "substitution between inputs",
    "value_added_elasticity": "substitution of inputs for value added",
    "scale_elasticity": "economies of scale",
}


@dataclass(frozen=True, eq=False)
class Lever:
    """One parameter that can be moved alone.

    Attributes
    ----------
    key, title, label
        Its name in data, in sentences, and where all are listed.
    direction
        What one standard deviation of it is in inputs ``(input,)``.
    part
        What a prior says of it alone.
    factor
        Of the parameter at every point of `GRID`, against its central value; of mobility beyond 1.
    """

    key: str
    title: str
    label: str
    direction: Array
    part: Prior
    factor: Array


@dataclass(frozen=True)
class Group:
    """Inputs that share one index.

    Attributes
    ----------
    key, title
        Its name in data, and for readers.
    columns
        Places of its inputs.
    """

    key: str
    title: str
    columns: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Space:
    """What is drawn: a prior on an economy.

    Attributes
    ----------
    prior, calibration, structure, short
        As in `parameters_at`.
    """

    prior: Prior
    calibration: Calibration
    structure: Structure
    short: bool

    @property
    def terms(self) -> int:
        """How many inputs move groups of sectors alike."""
        return common_load(self.prior).shape[1]

    @property
    def size(self) -> int:
        """How many inputs there are."""
        return self.terms + len(self.calibration.sectors) + 1 + len(STRUCTURE)

    @property
    def own(self) -> tuple[int, ...]:
        """Sectors whose own elasticity is drawn; a firm's is that of its sector."""
        spread = [s.own > 0 for s in self.prior.trade_elasticities.values()] + [False]
        drawn = np.array(spread)[members(self.prior, self.calibration)]
        return tuple(np.unique(self.calibration.labour_pool[drawn]).tolist())

    def _further(self) -> Iterator[tuple[str, str, int]]:
        """Yield key, title and place of inputs that are no elasticities of single sectors."""
        at = self.terms + len(self.calibration.sectors)
        if self.short and self.prior.horizon:
            yield HORIZON, "scale of trade elasticities at this horizon", at
        for name in drawn_relations(self.prior, self.structure):
            yield name.replace("_", "-"), RELATIONS[name], at + 1 + STRUCTURE.index(name)

    def levers(self) -> tuple[Lever, ...]:
        """Return every parameter that can be moved alone."""
        return tuple(
            Lever(*said, direction, part, self._factor(direction, part))
            for said, direction, part in (*self._common(), *self._single())
        )

    def _common(self) -> Iterator[Found]:
        """Yield what groups have in common: others move along as far as they are correlated."""
        load, names = common_load(self.prior), list(self.prior.trade_elasticities)
        sectors = members(self.prior, self.calibration)
        there = [n for n, s in enumerate(self.prior.trade_elasticities.values())
                 if s.common and (sectors == n).any()]  # fmt: skip
        alike = len(there) > 0 and np.allclose(load[there], load[there[:1]], atol=1e-9)
        for n in there[:1] if alike else there:
            direction = np.zeros(self.size)
            direction[: self.terms] = load[n]
            if alike:
                said = (COMMON, "common level of trade elasticities", "all sectors alike")
            else:
                title = f"common level of trade elasticities of {names[n]}"
                said = (f"{COMMON}:{names[n]}", title, f"all {names[n]} alike")
            yield said, direction, self._part(common=1)

    def _single(self) -> Iterator[Found]:
        unit, c = np.eye(self.size), self.calibration
        for sector in self.own:
            name = c.sectors[sector].name
            said = (f"{OWN}:{c.sector_codes[sector]}", f"trade elasticity of {name}", name)
            yield said, unit[self.terms + sector], self._part(own=1)
        for key, title, at in self._further():
            part = self._part(horizon=key == HORIZON, relation=key.replace("-", "_"))
            yield (key, title, title), unit[at], part

    def _part(
        self, *, common: int = 0, own: int = 0, horizon: bool = False, relation: str = ""
    ) -> Prior:
        """Return the prior with the spread of one kind of parameter alone."""
        spread = {
            name: Spread(common * s.common, own * s.own)
            for name, s in self.prior.trade_elasticities.items()
        }
        relations = {k: v for k, v in self.prior.structure.items() if k == relation}
        return replace(self.prior, trade_elasticities=spread, structure=relations,
                       horizon=self.prior.horizon * horizon)  # fmt: skip

    def _alone(self, direction: Array, part: Prior) -> Parameters:
        """Return parameters along `GRID` with one moved and all others central.

        A parameter at the centre of its inputs is the median of its draws, which need not be its
        central value: what is not moved is not taken from there.
        """
        c, still = self.calibration, self.structure
        found = parameters_at(part, c, still, GRID[:, None] * direction, short=self.short)
        moved = np.ptp(found.elasticities, axis=0) > 0
        theta = np.where(moved, found.elasticities, c.trade_elasticity)
        theta[CENTRE] = c.trade_elasticity
        structures = [still if n == CENTRE else one for n, one in enumerate(found.structures)]
        return Parameters(theta, tuple(structures))

    def _factor(self, direction: Array, part: Prior) -> Array:
        """Return by what a parameter is multiplied along `GRID`: that which moves most."""
        found = self._alone(direction, part)
        rows = [np.concatenate([theta, _relations(one)]) for theta, one in zip(*found, strict=True)]
        ratio = np.array(rows) / rows[CENTRE]
        return ratio[:, np.ptp(np.log(ratio), axis=0).argmax()]

    def alone(self, levers: Sequence[Lever], rows: slice) -> Parameters:
        """Return parameters with each lever at each point of `GRID`, others central: some rows."""
        every = [self._alone(lever.direction, lever.part) for lever in levers]
        structures = [one for found in every for one in found.structures]
        theta = np.concatenate([found.elasticities for found in every])
        return Parameters(theta[rows], tuple(structures[rows]))

    def groups(self, widths: dict[str, float]) -> tuple[Group, ...]:
        """Return what spread is shared to: sectors that move little alone are one group.

        Parameters
        ----------
        widths
            How far each lever moves the result, by key.
        """
        found, c = [], self.calibration
        if any(s.common for s in self.prior.trade_elasticities.values()):
            title = "common level of trade elasticities"
            found.append(Group(COMMON, title, tuple(range(self.terms))))
        codes = {sector: f"{OWN}:{c.sector_codes[sector]}" for sector in self.own}
        # the order of sectors decides between equal widths
        large = sorted(sorted(self.own, key=lambda s: -widths[codes[s]])[:LARGE])
        for sector in large:
            title = f"trade elasticity of {c.sectors[sector].name}"
            found.append(Group(codes[sector], title, (self.terms + sector,)))
        if rest := tuple(self.terms + s for s in self.own if s not in large):
            title = f"trade elasticities of {len(rest)} other sectors"
            found.append(Group(REST, title, rest))
        found += [Group(key, title, (at,)) for key, title, at in self._further()]
        return tuple(found)


def _relations(structure: Structure) -> list[float]:
    """Return what may be drawn of a structure as positive numbers: mobility beyond 1."""
    values: Sequence[float] = [
        getattr(structure, name) - (name == "labour_mobility") for name in STRUCTURE
    ]
    return [value if 0 < value < np.inf else 1.0 for value in values]


def without_spread(prior: Prior) -> bool:
    """Whether nothing is drawn from a prior, whatever the economy."""
    return not (
        any(s.common or s.own for s in prior.trade_elasticities.values())
        or prior.horizon
        or any(prior.structure.values())
    )


def central(prior: Prior) -> Prior:
    """Return a prior without where it was read, so that it is the same on every machine."""
    return replace(prior, path=None, lines={})
