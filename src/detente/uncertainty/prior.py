"""How far parameters may be from their central values: a file to edit and to cite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.elasticity_draws import mean_one
from detente.baseline.groups import SECTOR_GROUPS, resolve_sectors
from detente.errors import InputError, Problem, nearest
from detente.model.economy import Structure
from detente.scenario.yaml_lines import Tree, parse, read_text

Array = NDArray[np.float64]
SHIPPED = Path(__file__).with_name("shipped") / "published-sources.yaml"
KEYS = ("title", "cite", "trade_elasticities", "correlation", "horizon", "structure")
STRUCTURE = (
    "labour_mobility", "final_elasticity", "input_elasticity", "value_added_elasticity",
    "scale_elasticity",
)  # fmt: skip
"""Relations of `Structure` that may be drawn, where an economy does not leave them off."""
WIDEST = 3.0
"""Largest standard deviation of a log that is no slip: a factor of twenty."""
ROUNDING = 1e-6


class Spread(NamedTuple):
    """Standard deviations of ln θ of a group's sectors: of all alike, and of each by itself."""

    common: float
    own: float


@dataclass(frozen=True)
class Prior:
    """How parameters are drawn around their central values, log-normal with those as means.

    Attributes
    ----------
    title, cite
        What the figures are, and where they are from.
    trade_elasticities
        Spread by name of a group of sectors; sectors of no group keep their elasticities.
    correlation
        ``(group, group)`` of the common terms of groups.
    horizon
        Standard deviation of the log of a short horizon's scale of elasticities.
    structure
        Standard deviations of logs of relations (`STRUCTURE`); of mobility beyond 1.
    lines
        Line of every group in the file.
    path
        The file.
    """

    title: str
    cite: str
    trade_elasticities: Mapping[str, Spread]
    correlation: tuple[tuple[float, ...], ...]
    horizon: float = 0.0
    structure: Mapping[str, float] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    path: Path | None = None

    def __post_init__(self) -> None:
        groups = len(self.trade_elasticities)
        matrix = np.asarray(self.correlation, dtype=float).reshape(groups, -1)
        if problem := _matrix_problem(matrix):
            raise InputError(Problem(problem, self.path, key="correlation"))


class Parameters(NamedTuple):
    """Draws: trade elasticities ``(draw, sector)``, and a structure each."""

    elasticities: Array
    structures: tuple[Structure, ...]


def load_prior(path: str | Path | None = None) -> Prior:
    """Read a prior from a YAML file; the shipped one unless given.

    Raises
    ------
    InputError
        Listing all that is wrong with the file, with lines.
    """
    return _load(SHIPPED if path is None else Path(path))


@lru_cache(maxsize=1)
def _shipped() -> Prior:
    return _read(SHIPPED)


def _load(path: Path) -> Prior:
    return _shipped() if path == SHIPPED else _read(path)


def _read(path: Path) -> Prior:
    text = read_text(path, "a prior")
    if isinstance(text, Problem):
        raise InputError(text)
    tree = parse(text)
    found = _Reading(path, tree)
    prior = found.prior()
    if found.problems or prior is None:
        raise InputError(found.problems)
    return prior


class _Reading:
    """Takes a prior from a tree, and gathers what is wrong."""

    def __init__(self, path: Path, tree: Tree):
        self.path, self.tree = path, tree
        self.problems = [
            Problem(f.message, path, f.line or tree.line(f.path), None, f.value, f.allowed)
            for f in tree.found
        ]

    def wrong(
        self, message: str, *keys: str, value: object = None, allowed: str | None = None
    ) -> None:
        name = ".".join(keys) or None
        line = self.tree.line(keys)
        self.problems.append(Problem(message, self.path, line, name, value, allowed))

    def prior(self) -> Prior | None:
        if self.problems:
            return None
        top = self.mapping(self.tree.value, KEYS)
        for key in ("title", "cite"):
            if not isinstance(top.get(key), str):
                self.wrong("say in words what the figures are and whose", key, value=top.get(key))
        groups = self.groups(top.get("trade_elasticities"))
        matrix = self.matrix(top.get("correlation"), tuple(groups))
        horizon = self.number(top.get("horizon", 0.0), "horizon")
        structure = self.mapping(top.get("structure", {}), STRUCTURE, "structure")
        relations = {k: self.number(v, "structure", k) for k, v in structure.items()}
        if self.problems:
            return None
        lines = {name: self.tree.line(("trade_elasticities", name)) for name in groups}
        return Prior(top["title"], top["cite"], groups, matrix, horizon, relations, lines,
                     self.path)  # fmt: skip

    def mapping(self, value: Any, known: tuple[str, ...], *keys: str) -> dict[str, Any]:
        """Return a mapping without names that are not known."""
        if not isinstance(value, dict):
            self.wrong("keys with values are needed", *keys, value=value, allowed=", ".join(known))
            return {}
        for key in value:
            if known and key not in known:
                message = f"unknown name; {nearest(key, known)}".rstrip("; ")
                self.wrong(message, *keys, key, allowed=", ".join(known))
        return value

    def number(self, value: Any, *keys: str) -> float:
        """Return a standard deviation of a log."""
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not (good and 0 <= value <= WIDEST):
            allowed = f"0 to {WIDEST:g}, standard deviation of a log"
            self.wrong("not a spread", *keys, value=value, allowed=allowed)
            return 0.0
        return float(value)

    def groups(self, value: Any) -> dict[str, Spread]:
        at = "trade_elasticities"
        found = {}
        for name, own in self.mapping(value, (), at).items():
            if not isinstance(own, dict):
                self.wrong("a group has the spreads `common` and `own`", at, name, value=own)
                continue
            parts = self.mapping(own, Spread._fields, at, name)
            found[name] = Spread(
                *(self.number(parts.get(k, 0.0), at, name, k) for k in Spread._fields)
            )
        if not found and not self.problems:
            self.wrong("no group of sectors", at, allowed="such as goods, services or all")
        return found

    def matrix(self, value: Any, groups: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
        """Return correlations of groups; one where there is one group alone."""
        if value is None and len(groups) == 1:
            return ((1.0,),)
        rows, at = self.mapping(value, groups, "correlation"), "correlation"
        if self.problems:
            return ()
        table = []
        for name in groups:
            row = self.mapping(rows.get(name), groups, at, name)
            if lacking := [other for other in groups if other not in row]:
                self.wrong(f"no correlation with {', '.join(lacking)}", at, name)
                continue
            for other in groups:
                if isinstance(row[other], bool) or not isinstance(row[other], int | float):
                    self.wrong("not a number", at, name, other, value=row[other])
            table.append(tuple(row[other] for other in groups))
        if self.problems:
            return ()
        if problem := _matrix_problem(np.array(table, dtype=float)):
            self.wrong(problem, at)
        return tuple(tuple(float(x) for x in row) for row in table)


def _matrix_problem(matrix: Array) -> str:
    """Say why a matrix is no correlation matrix; nothing where it is one."""
    if matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        return "no correlation matrix: a number for every pair of groups is needed"
    if not np.allclose(matrix, matrix.T, rtol=0, atol=ROUNDING):
        return "no correlation matrix: it is not the same across its diagonal"
    if not np.allclose(np.diag(matrix), 1, rtol=0, atol=ROUNDING):
        return "no correlation matrix: a group's correlation with itself is 1"
    if np.abs(matrix).max() > 1 + ROUNDING:
        return "no correlation matrix: correlations are between -1 and 1"
    if np.linalg.eigvalsh(matrix).min() < -ROUNDING:
        return "no correlation matrix: no numbers can be correlated like that (a root is negative)"
    return ""


def members(prior: Prior, calibration: Calibration) -> NDArray[np.intp]:
    """Return the group of every sector ``(sector,)``, -1 for none.

    Raises
    ------
    InputError
        A group is unknown to the economy, or a sector is in two.
    """
    found = np.full(len(calibration.sectors), -1)
    problems = []
    for number, name in enumerate(prior.trade_elasticities):
        line, key = prior.lines.get(name), f"trade_elasticities.{name}"
        try:
            inside = list(resolve_sectors(calibration, name))
        except InputError as error:
            if name.lower() in ("goods", "services", *SECTOR_GROUPS):
                continue  # an economy may have no sector of a group
            problems += [replace(p, file=prior.path, line=line, key=key) for p in error.problems]
            continue
        if (found[inside] >= 0).any():
            code = calibration.sector_codes[inside[int(np.argmax(found[inside] >= 0))]]
            message = f"sector {code} is in another group too"
            problems.append(Problem(message, prior.path, line, key))
        found[inside] = number
    if problems:
        raise InputError(problems)
    return found


def draw(
    prior: Prior,
    calibration: Calibration,
    structure: Structure,
    draws: int,
    *,
    seed: int = 0,
    short: bool = False,
) -> Parameters:
    """Draw parameters around those of an economy; the first are the same whatever their number is.

    A firm carved out of a sector has the elasticity of that sector in every draw.

    Parameters
    ----------
    short
        Whether its elasticities are scaled to a horizon short of the long run.
    """
    normal = normals(prior, calibration, draws, seed=seed)
    return parameters_at(prior, calibration, structure, normal, short=short)


def common_load(prior: Prior) -> Array:
    """Return what the common terms of groups load on independent normal ones ``(group, term)``."""
    return _root(np.array(prior.correlation, dtype=float))


def normals(prior: Prior, calibration: Calibration, draws: int, *, seed: int = 0) -> Array:
    """Return independent standard normal inputs ``(draw, input)`` that parameters are made of.

    Inputs are the terms of `common_load`, one of every sector by itself, that of a short horizon's
    scale, and one of each relation of `STRUCTURE`.
    """
    sectors = len(calibration.sectors) + common_load(prior).shape[1]
    first = np.random.default_rng(seed).standard_normal((draws, sectors))
    more = np.random.default_rng([seed, 1]).standard_normal((draws, 1 + len(STRUCTURE)))
    return np.hstack([first, more])


def parameters_at(
    prior: Prior,
    calibration: Calibration,
    structure: Structure,
    normal: Array,
    *,
    short: bool = False,
) -> Parameters:
    """Return parameters at normal inputs ``(draw, input)`` (see `normals`).

    Parameters
    ----------
    short
        As in `draw`.
    """
    group = members(prior, calibration)
    spread = np.array(list(prior.trade_elasticities.values()))
    load = common_load(prior)
    terms, sectors = load.shape[1], len(group)
    own = normal[:, terms + calibration.labour_pool]
    common = normal[:, :terms] @ load.T
    factor = mean_one(spread[group, 0], common[:, group]) * mean_one(spread[group, 1], own)
    factor = np.where(group >= 0, factor, 1.0)
    more = normal[:, terms + sectors :]
    factor = factor * (mean_one(prior.horizon, more[:, :1]) if short else 1.0)
    structures = tuple(_structure(prior, structure, row) for row in more[:, 1:])
    return Parameters(calibration.trade_elasticity * factor, structures)


def _root(matrix: Array) -> Array:
    """Return a root ``(group, term)`` with as many terms as the matrix has dimensions."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > ROUNDING
    signs = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return (vectors * signs * np.sqrt(np.maximum(values, 0.0)))[:, kept]


def drawn_relations(prior: Prior, structure: Structure) -> dict[str, float]:
    """Return the spreads of relations that an economy has: those left off are not switched on."""
    default = {item.name: item.default for item in fields(Structure)}
    return {
        name: spread
        for name, spread in prior.structure.items()
        if spread and getattr(structure, name) != default[name]
    }


def _structure(prior: Prior, structure: Structure, normal: Array) -> Structure:
    changed = {}
    for name, spread in drawn_relations(prior, structure).items():
        factor = float(mean_one(spread, normal[STRUCTURE.index(name)]))
        central = getattr(structure, name)
        if name == "labour_mobility":
            changed[name] = 1 + (central - 1) * factor
        elif isinstance(central, Mapping):  # by sector: all move together
            changed[name] = {code: value * factor for code, value in central.items()}
        else:
            changed[name] = central * factor
    return replace(structure, **changed) if changed else structure
