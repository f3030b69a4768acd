"""Small worlds whose optimal tariffs are known on paper."""

from __future__ import annotations

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card


def two_countries(first: float, second: float, imports: float, elasticity: float = 4.0):
    """Make two economies with one sector, labour alone and balanced trade: spending and imports."""
    flows = np.array([[[first - imports, imports], [imports, second - imports]]])
    return without_inputs(flows, np.array([elasticity]))


def without_inputs(flows, elasticity, tariff=None):
    """Make economies without input-output links from fob flows."""
    sectors, countries = flows.shape[:2]
    tariff = np.zeros_like(flows) if tariff is None else tariff
    return Calibration(
        tuple(Country(f"C{n}", f"Country {n}") for n in range(countries)),
        tuple(Sector(f"S{s}", f"Sector {s}") for s in range(sectors)),
        flows,
        tariff,
        np.ones((countries, sectors)),
        np.zeros((countries, sectors, sectors)),
        ((1 + tariff) * flows).sum(axis=2).T,
        elasticity,
        Card("paper", "an economy on paper", 2000, "made up", "none"),
    )


def home_shares(calibration, outcome, policy):
    """Share of each economy's spending that stays at home, after a policy, one sector."""
    gross = (1 + policy.tariff_cf[0]) * np.asarray(outcome.flows_cf)[0]
    return np.diag(gross) / gross.sum(axis=1)
