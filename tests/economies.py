"""Small economies made at random, for identities and properties."""

from __future__ import annotations

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card


def random_economy(
    seed: int,
    countries: int = 4,
    sectors: int = 3,
    *,
    zeros: float = 0.0,
    tariffs: bool = True,
    balanced: bool = False,
) -> Calibration:
    """Make an economy whose accounts close exactly; ``zeros`` is the share of absent flows."""
    rng = np.random.default_rng(seed)
    n, s = countries, sectors
    size = rng.uniform(0.5, 3, n)
    flows = rng.uniform(0.02, 0.4, (s, n, n)) * size[None, :, None] * size[None, None, :]
    flows[rng.random(flows.shape) < zeros] = 0.0
    home = np.arange(n)
    flows[:, home, home] = rng.uniform(2, 5, (s, n)) * size
    dead = rng.random((s, n)) < zeros / 2
    dead[0] = False  # every country makes something
    flows[np.broadcast_to(dead[:, None, :], flows.shape)] = 0.0
    if balanced:
        flows = (flows + flows.transpose(0, 2, 1)) / 2
    tariff = rng.uniform(0, 0.3, flows.shape) * tariffs
    tariff[:, home, home] = 0.0
    output = flows.sum(axis=1).T
    value_added_share = rng.uniform(0.6, 0.8, (n, s))
    mix = rng.dirichlet(np.ones(s), (n, s)).transpose(0, 2, 1)
    input_share = mix * (1 - value_added_share)[:, None, :]
    spending = ((1 + tariff) * flows).sum(axis=2).T
    # intermediate use may not exceed what is bought of an input: move the excess to value added
    use = np.einsum("nks,ns->nk", input_share, output)
    fit = np.minimum(1, 0.9 * np.divide(spending, use, out=np.ones_like(use), where=use > 0))
    input_share = input_share * fit[:, :, None]
    value_added_share = 1 - input_share.sum(axis=1)
    final = spending - np.einsum("nks,ns->nk", input_share, output)
    return Calibration(
        countries=tuple(Country(f"C{i}", f"Country {i}") for i in range(n)),
        sectors=tuple(Sector(f"S{i}", f"Sector {i}") for i in range(s)),
        flows=flows,
        tariff=tariff,
        value_added_share=value_added_share,
        input_share=input_share,
        final_demand=final,
        trade_elasticity=rng.uniform(1.5, 9, s),
        card=Card("random", f"random economy {seed}", 2000, "made up", "none"),
    )


def two_countries() -> Calibration:
    """Make an economy by hand: A and B, one good, labour alone; they spend 122 and 212."""
    return Calibration(
        countries=(Country("A", "A"), Country("B", "B")),
        sectors=(Sector("S", "S"),),
        # importers in rows: A buys 20 of B at a tariff of 10%, B buys 10 of A at 20%
        flows=np.array([[[100.0, 20.0], [10.0, 200.0]]]),
        tariff=np.array([[[0.0, 0.1], [0.2, 0.0]]]),
        value_added_share=np.ones((2, 1)),
        input_share=np.zeros((2, 1, 1)),
        final_demand=np.array([[100 + 1.1 * 20], [200 + 1.2 * 10]]),
        trade_elasticity=np.array([4.0]),
        card=Card("two", "two economies", 2000, "made up", "none"),
    )


def random_policy(calibration: Calibration, seed: int, spread: float = 0.4):
    """Draw tariffs and iceberg changes on foreign trade."""
    from detente.policy.arrays import Policy

    rng = np.random.default_rng(seed)
    foreign = ~np.eye(len(calibration.countries), dtype=bool)
    tariff = np.where(foreign, rng.uniform(0, spread, calibration.tariff.shape), 0.0)
    iceberg = np.where(foreign, rng.uniform(0.9, 1.3, calibration.tariff.shape), 1.0)
    return Policy(tariff, iceberg)
