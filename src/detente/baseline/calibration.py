"""An economy at rest: the figures of a baseline and the identities they satisfy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from copy import copy
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cached_property

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.card import Card
from detente.errors import CONTROL, CalibrationError, Problem
from detente.notebook import Shown

IDENTITY_TOLERANCE = 1e-10
ARRAYS = (
    "flows",
    "tariff",
    "value_added_share",
    "input_share",
    "final_demand",
    "trade_elasticity",
)


@dataclass(frozen=True, eq=False, repr=False)
class Calibration(Shown):
    """A world economy in equilibrium, refused unless its accounts close.

    Attributes
    ----------
    flows
        ``(sector, importer, exporter)``, value at fob (border) prices, domestic sales included.
    tariff
        ``(sector, importer, exporter)``, fraction of the fob value.
    value_added_share
        ``(country, sector)``, value added per unit of gross output.
    input_share
        ``(country, input, using)``, purchases of each input per unit of gross output of the using
        sector; with the value-added share they sum to one where there is output.
    final_demand
        ``(country, sector)``, final spending at purchasers' (tariff-inclusive) prices.
    trade_elasticity
        ``(sector,)``, θ > 0: the elasticity of tariff-inclusive import shares to trade costs.

    Raises
    ------
    CalibrationError
        Listing every broken bound or identity: negative or non-finite figures, θ ≤ 0, shares that
        do not sum to one, spending that is not intermediate plus final demand (to 1e-10).
    """

    countries: tuple[Country, ...]
    sectors: tuple[Sector, ...]
    flows: np.ndarray
    tariff: np.ndarray
    value_added_share: np.ndarray
    input_share: np.ndarray
    final_demand: np.ndarray
    trade_elasticity: np.ndarray
    card: Card

    def _brief(self) -> str:
        size = f"{len(self.countries)} economies, {len(self.sectors)} sectors"
        return f"{self.name!r}: {size}, {self.card.year}, {self.card.unit}"

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        problems = [*_text_problems(self), *_shape_problems(self)]
        problems = problems or _bound_problems(self) or _identity_problems(self)
        if problems:
            raise CalibrationError(problems)

    @property
    def name(self) -> str:
        """Name of the baseline."""
        return self.card.name

    @cached_property
    def country_codes(self) -> tuple[str, ...]:
        """Codes along the country, importer and exporter axes."""
        return tuple(c.code for c in self.countries)

    @cached_property
    def sector_codes(self) -> tuple[str, ...]:
        """Codes along the sector axis."""
        return tuple(s.code for s in self.sectors)

    @cached_property
    def labour_pool(self) -> np.ndarray:
        """Integer ``(sector,)``: what was carved out of a sector shares its workers with it."""
        part_of = {s.code: s.part_of for s in self.sectors if s.part_of}
        whole = list(self.sector_codes)
        for _ in part_of:  # a firm may be carved out of a firm
            whole = [part_of.get(code, code) for code in whole]
        place = {code: k for k, code in enumerate(dict.fromkeys(whole))}
        return np.array([place[code] for code in whole])

    @cached_property
    def goods(self) -> np.ndarray:
        """Boolean ``(sector,)``: which sectors are goods."""
        return np.array([s.kind == "goods" for s in self.sectors])

    @cached_property
    def expenditure(self) -> np.ndarray:
        """E ``(country, sector)``: spending at purchasers' prices, Σ_i (1+t) Z."""
        return ((1 + self.tariff) * self.flows).sum(axis=2).T

    @cached_property
    def trade_shares(self) -> np.ndarray:
        """π ``(sector, importer, exporter)``: tariff-inclusive spending shares (0 if none)."""
        spending = self.expenditure.T[:, :, None]
        gross = (1 + self.tariff) * self.flows
        return np.divide(gross, spending, out=np.zeros_like(gross), where=spending > 0)

    @cached_property
    def output(self) -> np.ndarray:
        """Y ``(country, sector)``: gross output, Σ_n Z."""
        return self.flows.sum(axis=1).T

    @cached_property
    def value_added(self) -> np.ndarray:
        """WL ``(country,)``: value added, Σ_s γ Y."""
        return (self.value_added_share * self.output).sum(axis=1)

    @cached_property
    def tariff_revenue(self) -> np.ndarray:
        """R ``(country,)``: Σ t Z."""
        return (self.tariff * self.flows).sum(axis=(0, 2))

    @cached_property
    def deficit(self) -> np.ndarray:
        """D ``(country,)``: imports minus exports at fob prices."""
        return self.flows.sum(axis=(0, 2)) - self.flows.sum(axis=(0, 1))

    @cached_property
    def income(self) -> np.ndarray:
        """I ``(country,)``: value added, tariff revenue and deficit; equals final demand."""
        return self.final_demand.sum(axis=1)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of labels, unit, year and figures, the identity of a baseline in manifests.

        Names of sectors stand for their kinds and divisions, those of economies for their members,
        amounts for the unit and the year: a policy by name or amount is one with them.
        """
        economies, sectors = ([asdict(x) for x in xs] for xs in (self.countries, self.sectors))
        whole = [self.figures_hash, self.card.unit, self.card.year, economies, sectors]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @cached_property
    def figures_hash(self) -> str:
        """SHA-256 of codes and figures: whether stored figures are those that were written."""
        digest = hashlib.sha256(repr((self.country_codes, self.sector_codes)).encode())
        for name in ARRAYS:
            digest.update(np.ascontiguousarray(getattr(self, name)).tobytes())
        return digest.hexdigest()

    def replace(self, **changes) -> Calibration:
        """Return a copy with some fields changed (checked again)."""
        return replace(self, **changes)

    def at_elasticities(self, trade_elasticity: np.ndarray) -> Calibration:
        """Return a copy with other trade elasticities, of which alone anything is checked.

        It shares all else, what was already computed from it too: for the many copies of draws.

        Raises
        ------
        CalibrationError
            They are not one positive number a sector.
        """
        found = copy(self)
        for name in ("hash", "figures_hash"):
            vars(found).pop(name, None)
        theta = np.array(trade_elasticity, dtype=np.float64)
        theta.setflags(write=False)
        object.__setattr__(found, "trade_elasticity", theta)
        if problems := _shape_problems(found) or _bound_problems(found):
            raise CalibrationError(problems)
        return found


def _text_problems(c: Calibration) -> list[Problem]:
    """Refuse control characters: labels and cards are printed to terminals."""
    texts = [("card", value) for value in _strings(c.card)]
    for kind, labels in (("country", c.countries), ("sector", c.sectors)):
        texts += [(kind, value) for label in labels for value in _strings(label)]
    return [
        Problem("control characters are not allowed in text", key=kind, value=text)
        for kind, text in texts
        if CONTROL.search(text)
    ]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
    elif is_dataclass(value):
        for item in vars(value).values():
            yield from _strings(item)


def _shape_problems(c: Calibration) -> list[Problem]:
    n, s = len(c.countries), len(c.sectors)
    expected = {
        "flows": (s, n, n),
        "tariff": (s, n, n),
        "value_added_share": (n, s),
        "input_share": (n, s, s),
        "final_demand": (n, s),
        "trade_elasticity": (s,),
    }
    problems = [
        Problem("wrong shape", key=name, value=getattr(c, name).shape, allowed=str(shape))
        for name, shape in expected.items()
        if getattr(c, name).shape != shape
    ]
    for kind, labels in (("country", c.country_codes), ("sector", c.sector_codes)):
        if len(set(labels)) != len(labels):
            twice = sorted({x for x in labels if labels.count(x) > 1})
            problems.append(Problem(f"{kind} codes must be unique", key=kind, value=twice))
    return problems


def _bound_problems(c: Calibration) -> list[Problem]:
    # each array: lowest value allowed, and whether that value itself is allowed
    bounds = {
        "flows": (0.0, True),
        "tariff": (-1.0, False),
        "value_added_share": (0.0, True),
        "input_share": (0.0, True),
        "final_demand": (0.0, True),
        "trade_elasticity": (0.0, False),
    }
    problems = []
    for name, (low, closed) in bounds.items():
        array = getattr(c, name)
        bad = ~np.isfinite(array) | ((array < low) if closed else (array <= low))
        if bad.any():
            cell = tuple(int(i) for i in np.argwhere(bad)[0])
            problems.append(
                Problem(
                    f"{int(bad.sum())} value(s) out of bounds, first at {_place(c, name, cell)}",
                    key=name,
                    value=float(array[cell]),
                    allowed=f"finite and {'>=' if closed else '>'} {low:g}",
                )
            )
    return problems


def _identity_problems(c: Calibration) -> list[Problem]:
    problems = []
    shares = c.value_added_share + c.input_share.sum(axis=1)
    gap = np.where(c.output > 0, np.abs(shares - 1), 0.0)
    if gap.max(initial=0) > IDENTITY_TOLERANCE:
        cell = np.unravel_index(gap.argmax(), gap.shape)
        problems.append(
            Problem(
                "value-added and input shares do not sum to one in "
                f"{(gap > IDENTITY_TOLERANCE).sum()} country-sector(s), "
                f"worst {_place(c, 'value_added_share', cell)}",
                key="value_added_share + input_share",
                value=float(shares[cell]),
                allowed=f"1 ± {IDENTITY_TOLERANCE:g}",
            )
        )
    use = np.einsum("nks,ns->nk", c.input_share, c.output) + c.final_demand
    scale = np.maximum(c.expenditure, use)
    gap = np.abs(use - c.expenditure) / np.where(scale > 0, scale, 1.0)
    # a cell far below its country's spending cannot matter; judge it against 1e-9 of that
    gap = np.minimum(
        gap, np.abs(use - c.expenditure) / (1e-9 * scale.sum(1, keepdims=True) + 1e-300)
    )
    if gap.max(initial=0) > IDENTITY_TOLERANCE:
        cell = np.unravel_index(gap.argmax(), gap.shape)
        problems.append(
            Problem(
                "spending is not intermediate plus final demand, relative gap "
                f"{gap[cell]:.3g} at {_place(c, 'final_demand', cell)} (spending "
                f"{c.expenditure[cell]:.6g}, use {use[cell]:.6g})",
                key="final_demand",
                allowed=f"relative gap <= {IDENTITY_TOLERANCE:g}",
            )
        )
    if (c.value_added <= 0).any():
        poor = [code for code, v in zip(c.country_codes, c.value_added, strict=True) if v <= 0]
        problems.append(Problem("no value added", key="value_added_share", value=poor))
    return problems


def _place(c: Calibration, name: str, cell) -> str:
    n, s = c.country_codes, c.sector_codes
    cell = tuple(int(i) for i in cell)
    labels = {
        "flows": lambda: f"sector {s[cell[0]]}, importer {n[cell[1]]}, exporter {n[cell[2]]}",
        "tariff": lambda: f"sector {s[cell[0]]}, importer {n[cell[1]]}, exporter {n[cell[2]]}",
        "input_share": lambda: f"country {n[cell[0]]}, input {s[cell[1]]}, using {s[cell[2]]}",
        "trade_elasticity": lambda: f"sector {s[cell[0]]}",
    }
    return labels.get(name, lambda: f"country {n[cell[0]]}, sector {s[cell[1]]}")()
