"""What a published inter-country table says, summed as the model needs it, no figure changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detente.baseline.importing.labels import whole
from detente.baseline.table_layout import SHOWN
from detente.errors import Problem

INDUSTRY, FINAL, OUTPUT, VALUE, DISCREPANCY, TEXT = range(6)
"""What a row or column is: an industry, a final use, output in all, a row of value added or taxes,
a discrepancy that belongs to nobody, or words."""


@dataclass(frozen=True)
class Place:
    """A row or column of the table: what it is, the economy as the source writes it, its code."""

    kind: int
    country: str = ""
    code: str = ""

    def __str__(self) -> str:
        """Return the label as matrices write it."""
        return "_".join(part for part in (self.country, self.code) if part)


@dataclass(frozen=True, eq=False)
class Published:
    """The sums of a table at basic prices, split economies put together.

    Attributes
    ----------
    purchases
        ``(country, input, using)``, from home and abroad.
    sales
        ``(sector, importer, exporter)`` to industries.
    final
        ``(use, sector, importer, exporter)``.
    output
        ``(country, sector)``, as the source says it.
    rows
        ``(country, sector)`` of every row below the industries.
    on_final
        The same rows over all final demand.
    discrepancy
        ``(country, sector)``: sales that belong to no buyer.
    split, parts
        Parts of an economy such as CN1, and what they sell in all.
    """

    file: Path
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    uses: tuple[str, ...]
    purchases: np.ndarray
    sales: np.ndarray
    final: np.ndarray
    output: np.ndarray | None
    rows: Mapping[str, np.ndarray]
    on_final: Mapping[str, float]
    discrepancy: np.ndarray
    split: tuple[str, ...]
    parts: float


@dataclass(eq=False)
class Sums:
    """Grows by a row of the table at a time."""

    file: Path
    columns: Sequence[Place]
    rows: dict[str, np.ndarray] = field(default_factory=dict)
    on_final: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at = {
            kind: np.array([k for k, p in enumerate(self.columns) if p.kind == kind], dtype=np.intp)
            for kind in (INDUSTRY, FINAL, OUTPUT, DISCREPANCY)
        }
        self.at = at
        industries = [self.columns[k] for k in at[INDUSTRY]]
        finals = [self.columns[k] for k in at[FINAL]]
        self.country = _index(whole(p.country) for p in industries)
        self.sector = _index(p.code for p in industries)
        self.use = _index(p.code for p in finals)
        self.buyer = np.array([self.country[whole(p.country)] for p in industries], dtype=np.intp)
        self.using = np.array([self.sector[p.code] for p in industries], dtype=np.intp)
        self.consumer = np.array([self.country[whole(p.country)] for p in finals], dtype=np.intp)
        self.final_use = np.array([self.use[p.code] for p in finals], dtype=np.intp)
        n, s, u = len(self.country), len(self.sector), len(self.use)
        self.purchases = np.zeros((n, s, s))
        self.sales = np.zeros((s, n, n))
        self.final = np.zeros((u, s, n, n))
        self.output = np.zeros((n, s))
        self.discrepancy = np.zeros((n, s))
        self.parts = 0.0

    def add(self, place: Place, values: np.ndarray) -> None:
        """Add a row: the sales of an industry, or what stands below them."""
        bought = values[self.at[INDUSTRY]]
        consumed = values[self.at[FINAL]]
        if place.kind == VALUE:
            shape = self.output.shape
            row = self.rows.setdefault(place.code, np.zeros(shape))
            np.add.at(row, (self.buyer, self.using), bought)
            self.on_final[place.code] = self.on_final.get(place.code, 0.0) + float(consumed.sum())
            return
        if place.kind != INDUSTRY:
            return
        i, s = self.country[whole(place.country)], self.sector[place.code]
        np.add.at(self.purchases[:, s], (self.buyer, self.using), bought)
        np.add.at(self.sales[s, :, i], self.buyer, bought)
        np.add.at(self.final[:, s, :, i], (self.final_use, self.consumer), consumed)
        self.output[i, s] += values[self.at[OUTPUT]].sum()
        self.discrepancy[i, s] += values[self.at[DISCREPANCY]].sum()
        if whole(place.country) != place.country:
            self.parts += float(bought.sum() + consumed.sum())

    def published(self) -> Published:
        """Return the sums."""
        split = (p.country for p in self.columns if whole(p.country) != p.country)
        return Published(
            file=self.file,
            countries=tuple(self.country),
            sectors=tuple(self.sector),
            uses=tuple(self.use),
            purchases=self.purchases,
            sales=self.sales,
            final=self.final,
            output=self.output if len(self.at[OUTPUT]) else None,
            rows=self.rows,
            on_final=self.on_final,
            discrepancy=self.discrepancy,
            split=tuple(dict.fromkeys(split)),
            parts=self.parts,
        )


def column_problems(file: Path, columns: Sequence[Place], line: int | None) -> list[Problem]:
    """Refuse columns that are there twice, or not there for every economy and sector."""
    labels = [str(p) for p in columns if p.kind != TEXT]
    twice = [x for x in dict.fromkeys(labels) if labels.count(x) > 1] if _repeats(labels) else []
    problems = [Problem("column is there twice", file, line, label) for label in twice]
    industries = {(p.country, p.code) for p in columns if p.kind == INDUSTRY}
    finals = {(p.country, p.code) for p in columns if p.kind == FINAL}
    missing = [f"{c}_{s}" for c, s in _gaps(industries)]
    buyers = dict.fromkeys(whole(country) for country, _ in industries)
    consumers = {country for country, _ in finals}
    uses = dict.fromkeys(p.code for p in columns if p.kind == FINAL)
    missing += [f"{c}_{u}" for c in buyers for u in uses if (c, u) not in finals]
    problems += _listed(missing, lambda label: Problem("missing column", file, line, label))
    strange = [c for c in dict.fromkeys(p.country for p in columns if p.kind == FINAL)
               if c in consumers and c not in buyers]  # fmt: skip
    return problems + _listed(
        strange, lambda c: Problem("final demand of an economy without industries", file, line, c)
    )


def row_problems(file: Path, columns: Sequence[Place], there: set[Place]) -> list[Problem]:
    """Refuse a table in which an industry that buys has no row."""
    missing = [str(p) for p in columns if p.kind == INDUSTRY and p not in there]
    if not missing:
        return []
    many = len(missing) > 1
    more = f" and {len(missing) - 5:,} more" if len(missing) > 5 else ""
    message = f"{len(missing):,} rows are missing" if many else "missing row"
    allowed = "a row for every column of an industry"
    return [Problem(message, file, None, ", ".join(missing[:5]) + more, None, allowed)]


def _listed(items: Sequence[str], make) -> list[Problem]:
    problems = [make(item) for item in items[:SHOWN]]
    if len(items) > SHOWN:
        first = problems[-1]
        problems.append(Problem(f"… and {len(items) - SHOWN:,} more: {first.message}", first.file))
    return problems


def _index(words) -> dict[str, int]:
    return {word: k for k, word in enumerate(dict.fromkeys(words))}


def _repeats(labels: Sequence[str]) -> bool:
    return len(set(labels)) != len(labels)


def _gaps(pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs of a first and a second word that are not there."""
    firsts, seconds = (sorted({pair[k] for pair in pairs}) for k in (0, 1))
    return [(a, b) for a in firsts for b in seconds if (a, b) not in pairs]
