"""Read the economy of Ignatenko et al. (2025): 194 economies, one sector, 2023."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.model.economy import Structure

ELASTICITY = 4.0
LOVE_OF_VARIETY = 0.67
"""ψ = 0.67/ε, and θ = ε/0.67 in the formula of the pass-through."""
LABOUR_SUPPLY = 0.5
LEAST_RATE = 0.10
MARGINS = {"USA": 0.26, "others": 0.12}
"""Import-weighted margins that the shares of importers are solved for."""


@dataclass(frozen=True, eq=False)
class World:
    """Flows at border prices ``(importer, exporter)``, thousand USD, and what belongs to them.

    ``rates`` ``(exporter,)`` are those of the United States of 2 April 2025; ``margin``
    ``(country,)`` is ν, the importer's share of what is sold.
    """

    codes: tuple[str, ...]
    flows: np.ndarray
    rates: np.ndarray
    margin: np.ndarray
    raised: tuple[str, ...]

    @property
    def usa(self) -> int:
        """Place of the United States."""
        return self.codes.index("USA")

    def calibration(self, elasticity: float = ELASTICITY) -> Calibration:
        """Return the baseline: no tariffs, no materials."""
        n = len(self.codes)
        spending = self.flows.sum(axis=1)
        return Calibration(
            tuple(Country(code, code) for code in self.codes),
            (Sector("ALL", "All goods and services"),),
            self.flows[None],
            np.zeros((1, n, n)),
            np.ones((n, 1)),
            np.zeros((n, 1, 1)),
            spending[:, None],
            np.array([elasticity]),
            Card("countries-2023", f"{n} economies", 2023, "CEPII BACI, World Bank", "not shipped"),
        )

    def pass_through(self, above: float = 1.0) -> np.ndarray:
        """Return φ ``(country,)``: (1+θ)/((1−ν)θ) − 1/θ, in the main case; ``above`` is its 1."""
        theta = ELASTICITY / LOVE_OF_VARIETY
        return (1 + theta) / ((1 - self.margin) * theta) - 1 / theta - 1 + above

    def structure(self, **changed: object) -> Structure:
        """Return the paper's main model, with some options changed."""
        options = {
            "scale_elasticity": LOVE_OF_VARIETY / ELASTICITY,
            "labour_supply": LABOUR_SUPPLY,
            "revenue_use": "labour-tax",
            "import_margin": self.by_code(self.margin),
            "pass_through": self.by_code(self.pass_through()),
        }
        return Structure(**{**options, **changed})  # pyright: ignore[reportArgumentType]

    def by_code(self, numbers: np.ndarray) -> dict[str, float]:
        """Return numbers by economy as the options take them."""
        return dict(zip(self.codes, map(float, numbers), strict=True))


def read(data: Path) -> World:
    """Return the world, with own sales from GDP and the paper's rule of transfers."""
    folder = data / "countries194_2023"
    codes = tuple(pd.read_csv(folder / "country_labels.csv")["iso3"].astype(str))
    traded = pd.read_csv(folder / "trade_cepii.csv.gz").fillna(0.0).to_numpy().T.copy()
    gdp = pd.read_csv(folder / "gdp.csv")["gdp"].to_numpy() / 1000  # USD to thousand USD
    rates = pd.read_csv(folder / "tariffs.csv")["applied_tariff"].to_numpy()
    usa = codes.index("USA")
    rates = np.where(np.arange(len(codes)) == usa, 0.0, np.maximum(LEAST_RATE, rates))
    elsewhere, there = np.loadtxt(folder / "nu.txt")
    margin = np.where(np.arange(len(codes)) == usa, there, elsewhere)
    earned = ((1 - margin)[:, None] * traded).sum(axis=0)
    transfer = (1 - margin) * (traded.sum(axis=1) - earned)
    own = gdp + transfer - traded.sum(axis=1)
    raised = tuple(code for code, least in zip(codes, own < 0, strict=True) if least)
    flows = traded + np.diag(np.maximum(own, 0.0))
    return World(codes, flows, rates, margin, raised)
