"""Chunks of a sweep: which runs, how they are solved, and the bytes that they are kept as.

Chunks have fixed boundaries, and a worker needs nothing but the models and the chunk: who solves
which, and in which order, changes no bit.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from detente.solver.equilibrium import Equilibrium
from detente.sweeps.inputs import Space, central
from detente.uncertainty.draws import Wanted, solve_at
from detente.uncertainty.prior import normals, parameters_at

Array = NDArray[np.float64]
ROWS = 50
"""Runs of a chunk."""
ALONE, DRAWS, MIXED = "alone", "draws", "mixed"
"""What is run: each parameter alone, draws, draws of A with the inputs of one group from B."""


class Chunk(NamedTuple):
    """Some runs.

    Attributes
    ----------
    model
        Place of the model.
    kind
        `ALONE`, `DRAWS` or `MIXED`.
    group
        Of mixed runs: number of the group.
    first, last
        Numbers of runs, the last not included.
    columns
        Of mixed runs: inputs of the group.
    """

    model: int
    kind: str
    group: int
    first: int
    last: int
    columns: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"{self.model}-{self.kind}-{self.group:03}-{self.first:06}.parquet"


@dataclass(frozen=True, eq=False)
class Model:
    """All that runs of one model need.

    Attributes
    ----------
    name
        What tells it from others.
    space
        What is drawn.
    central
        Variants as solved at central parameters.
    headline
        Id of the variant that is shown first.
    draws, seed
        How often is drawn, and how.
    """

    name: str
    space: Space
    central: Mapping[str, Equilibrium]
    headline: str
    draws: int
    seed: int

    @property
    def half(self) -> int:
        """Draws of A, and of B: the first and the second half."""
        return self.draws // 2

    @property
    def hash(self) -> str:
        """Hash of the central solutions to the last bit."""
        digest = hashlib.sha256()
        for name, one in self.central.items():
            digest.update(name.encode())
            for array in jax.tree.leaves(one.unknowns):
                digest.update(np.asarray(array).tobytes())
        return digest.hexdigest()


def model_of(name: str, wanted: Wanted, headline: str, variants: tuple[str, ...]) -> Model:
    """Return a model that can be sent to other processes."""
    held = {key: _plain(wanted.central[key]) for key in variants}
    one = held[headline]
    space = Space(central(wanted.prior), one.calibration, one.options.structure, wanted.short)
    return Model(name, space, held, headline, wanted.draws, wanted.seed)


def _plain(one: Equilibrium) -> Equilibrium:
    """Return it with NumPy arrays alone: others lose digits where they are unpacked."""
    return replace(one, unknowns=_in_numpy(one.unknowns), outcome=_in_numpy(one.outcome))


def _in_numpy(value: Any) -> Any:
    return jax.tree.map(np.asarray, value)


def chunks(
    model: int, kind: str, runs: int, group: int = 0, columns: tuple[int, ...] = ()
) -> list[Chunk]:
    """Cut runs into chunks."""
    return [
        Chunk(model, kind, group, first, min(first + ROWS, runs), columns)
        for first in range(0, runs, ROWS)
    ]


def packed(models: tuple[Model, ...]) -> bytes:
    """Return models as bytes that `unpacked` reads on another process of the same program."""
    return pickle.dumps(models, protocol=5)


def unpacked(content: bytes) -> tuple[Model, ...]:
    """Return models that `packed` wrote. Only for bytes of one's own program."""
    return pickle.loads(content)


def solve_chunk(models: tuple[Model, ...], chunk: Chunk) -> bytes:
    """Solve the runs of a chunk; return them as a Parquet file."""
    model = models[chunk.model]
    space, shown = model.space, model.central
    if chunk.kind != DRAWS:
        shown = {model.headline: model.central[model.headline]}
    if chunk.kind == ALONE:
        drawn = space.alone(space.levers(), slice(chunk.first, chunk.last))
    else:
        inputs = _inputs(model, chunk)
        drawn = parameters_at(
            space.prior, space.calibration, space.structure, inputs, short=space.short
        )
    found, why = solve_at(shown, drawn)
    return _written(found, why, space.calibration.country_codes)


def _inputs(model: Model, chunk: Chunk) -> Array:
    """Return the inputs of a chunk's draws ``(draw, input)``."""
    rows, space = slice(chunk.first, chunk.last), model.space
    drawn = normals(space.prior, space.calibration, model.draws, seed=model.seed)
    if chunk.kind == DRAWS:
        return drawn[rows]
    mixed, other = drawn[: model.half][rows].copy(), drawn[model.half :][rows]
    columns = list(chunk.columns)
    mixed[:, columns] = other[:, columns]
    return mixed


def _written(
    found: Mapping[str, Array], why: Mapping[str, list[str]], codes: tuple[str, ...]
) -> bytes:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    runs = len(next(iter(found.values())))
    columns: dict[str, Any] = {
        "variant": pa.array([name for name in found for _ in range(runs)]),
        "why": pa.array([text for name in found for text in why[name]], pa.string()),
    }
    values = np.concatenate(list(found.values()))
    columns |= {f"pct:{code}": pa.array(values[:, n]) for n, code in enumerate(codes)}
    held = io.BytesIO()
    write_table(pa.table(columns), held, compression="zstd")
    return held.getvalue()


class Runs(NamedTuple):
    """Runs that were solved.

    Attributes
    ----------
    real_income
        By variant ``(run, country)``, per cent.
    why
        By variant: why a run has no equilibrium, ``""`` where it has.
    """

    real_income: dict[str, Array]
    why: dict[str, list[str]]


def read_runs(parts: Iterator[bytes]) -> Runs:
    """Put the runs of chunks together, in their order."""
    from pyarrow.parquet import read_table

    values: dict[str, list[Array]] = {}
    why: dict[str, list[str]] = {}
    for part in parts:
        table = read_table(io.BytesIO(part))
        names = np.array(table["variant"].to_pylist())
        texts = np.array(table["why"].to_pylist(), dtype=object)
        numbers = np.stack([c.to_numpy() for c in table.columns[2:]], axis=1)
        for name in dict.fromkeys(names.tolist()):
            values.setdefault(name, []).append(numbers[names == name])
            why.setdefault(name, []).extend(texts[names == name].tolist())
    return Runs({name: np.concatenate(rows) for name, rows in values.items()}, why)
