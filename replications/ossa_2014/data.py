"""Read the economy of Ossa (2014): 7 regions, 33 industries, 2007, balanced, no inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.games.players import Player
from detente.model.economy import Structure
from detente.solver.options import Options

OPTIONS = Options(structure=Structure(market="fixed-entry"), deficits="removed")
"""A fixed number of firms with profits 1/σ of sales, no overall deficits."""
HIGHEST = 10.0
"""Bound of tariffs in the paper, 1000 per cent."""


def read(data: Path) -> tuple[Calibration, np.ndarray]:
    """Return the baseline and political weights ``(region, industry)``, whose means are one."""
    raw = np.load(data / "ossa_2007" / "ossa_2007.npz")
    regions, codes = ([str(x) for x in raw[key]] for key in ("regions", "sector_labels"))
    # both cubes are (sector, exporter, importer) in the file
    flows, tariff = (raw[key].transpose(0, 2, 1) for key in ("trade", "tariff"))
    n, s = len(regions), len(codes)
    calibration = Calibration(
        tuple(Country(code, code) for code in regions),
        tuple(Sector(code, code) for code in codes),
        flows,
        tariff,
        np.ones((n, s)),
        np.zeros((n, s, s)),
        ((1 + tariff) * flows).sum(axis=2).T,
        raw["sigma"] - 1,
        Card("ossa-2007", "Seven regions and 33 industries", 2007, "Ossa (2014)", "not shipped"),
    )
    return calibration, raw["political_weight"]


def governments(calibration: Calibration, weights: np.ndarray | None = None) -> list[Player]:
    """Seven governments that choose every tariff, for welfare or with political weights."""
    players = []
    for number, code in enumerate(calibration.country_codes):
        if weights is None:
            players.append(Player(code, high=HIGHEST))
        else:
            players.append(
                Player(code, high=HIGHEST, objective="political", weights=weights[number])
            )
    return players
