"""What trade did, and how rates on it moved: the shipped figures of `tools/build_history.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Frame = Any
"""A frame or a series of pandas, whose stubs lose the types of what most methods return."""
_FOLDER = Path(str(resources.files("detente.history"))) / "shipped"
NOT_INDUSTRIES = ("910", "930", "980", "990")
"""NAICS codes of scrap, used goods, goods returned and special provisions."""
WORLD, CHINA, USA = "WLD", "CHN", "USA"


@dataclass(frozen=True)
class Episode:
    """A stretch of quarters that forecasts are held against.

    Attributes
    ----------
    baseline
        What forecasts are made on.
    base
        Year whose same quarter a quarter is compared with.
    quarters
        Those that count.
    apart
        Quarters that are shown and do not count, and why.
    trend
        Year that the trend of an industry is from, up to the base.
    """

    name: str
    baseline: str
    base: int
    quarters: tuple[str, ...]
    trend: int
    apart: tuple[str, ...] = ()
    why_apart: str = ""

    def before(self, quarter: str) -> str:
        """Return the quarter that one is compared with."""
        return f"{self.base}{quarter[4:]}"

    def years(self, quarter: str) -> int:
        """Count the years from the base."""
        return int(quarter[:4]) - self.base


EPISODES = {
    "2018-20": Episode(
        "2018-20",
        "icio-2017",
        2017,
        ("2018Q3", "2018Q4", "2019Q1", "2019Q2", "2019Q3", "2019Q4"),
        2015,
        ("2020Q1", "2020Q2", "2020Q3", "2020Q4"),
        "the pandemic moved trade more than tariffs did",
    ),
    "2025": Episode("2025", "icio-2022", 2024, ("2025Q1", "2025Q2", "2025Q3", "2025Q4"), 2023),
}


@cache
def about() -> dict[str, Any]:
    """Return source, licence and method of the figures."""
    return json.loads((_FOLDER / "about.json").read_text("utf-8"))


@cache
def _arrays(name: str) -> dict[str, np.ndarray]:
    with np.load(_FOLDER / name) as held:
        return {key: held[key] for key in held.files}


@cache
def us_imports() -> Frame:
    """Return imports of the United States, million USD, by partner, NAICS industry and quarter."""
    return _series("us_", ["partner", "naics", "quarter"])


@cache
def china_purchases() -> Frame:
    """Return what the United States sold to China, million USD, by ISIC division and quarter."""
    return _series("china_", ["isic", "quarter"])


def _series(start: str, keys: list[str]) -> Frame:
    held = _arrays("imports.npz")
    values = held[f"{start}value"].astype(float)
    index: Frame = pd.MultiIndex.from_arrays([held[start + key] for key in keys], names=keys)
    return pd.Series(values, index=index, name="value_musd").sort_index()


@cache
def lines(episode: str) -> Frame:
    """Return tariff lines of an episode by how their rates moved.

    Returns
    -------
    pandas.DataFrame
        ``importer``, ``exporter``, ``isic``, ``naics`` (empty where China buys), ``value`` (million
        USD of the base year), ``before`` (rate, fraction) and by quarter how much higher it is.
    """
    held = _arrays("lines.npz")
    found: Frame = pd.DataFrame({key: values for key, values in held.items() if key != "episode"})
    one = EPISODES[episode]
    kept = found[held["episode"] == episode].reset_index(drop=True)
    named = ["importer", "exporter", "isic", "naics", "value", "before"]
    kept = kept[[*named, *one.quarters, *one.apart]]
    return kept.astype(dict.fromkeys(kept.columns[4:], float))
