"""A small scenario that is right, and how to spoil it one way at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import InputError, Problem
from detente.scenario.load import load_scenario

GOOD = """\
title: Cars and corn
date: 2018-05-14
baseline: random
sources:
  - id: notice
    title: A notice
    date: 2018-04-03
parties:
  - {id: one, country: C0}
  - {id: two, country: C1}
focus: [C0, C1]
measures:
  - id: cars
    kind: tariff
    by: C0
    on: C1
    sectors: S0
    add: 0.25
    start: 2018-07-06
    end: 2019-07-06
    source: notice
  - id: corn
    kind: tariff
    by: C1
    on: C0
    sectors: [S1, S2]
    set: 0.3
  - id: queues
    kind: trade-cost
    by: C1
    add: 0.05
variants:
  - id: one-strikes
    title: One strikes
    measures: [cars]
  - id: two-strikes-back
    title: Two strikes back
    measures: [corn]
    includes: [one-strikes]
"""


def write(folder: Path, text: str | bytes) -> Path:
    """Write a scenario file."""
    path = folder / "case.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def spoil(old: str, new: str) -> str:
    """Replace a piece of the good text that stands there once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def line_of(text: str, piece: str) -> int:
    """Line of the first place of a piece of text."""
    assert piece in text
    return text[: text.index(piece)].count("\n") + 1


def refusals(folder: Path, text: str | bytes) -> tuple[Problem, ...]:
    """Everything that is said against a text."""
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert {problem.file for problem in caught.value.problems} == {path}
    return caught.value.problems
