"""Show what lines inside a cell change: measures on a tenth of a sector, averaged and line by line.

``python tools/show_lines.py`` prints the table of docs/policy.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import detente as dt
from detente.policy.compile import compile_policy
from detente.policy.instruments import Measure
from detente.solver.equilibrium import solve_equilibrium

MEASURES: dict[str, Measure] = {
    "`Tariff(add=3.0)`": dt.Tariff("USA", on="CHN", sectors="C29", add=3.0, coverage=0.1),
    "`TradeCost(scale=10)`": dt.TradeCost("USA", on="CHN", sectors="C29", scale=10, coverage=0.1),
    "`ExportBan`": dt.ExportBan("CHN", on="USA", sectors="C29", coverage=0.1),
}


def rows(baseline: str = "wiod-2014") -> dict[str, tuple[float, float]]:
    """Return the change of US purchases of Chinese cars, per cent: averaged, and line by line."""
    world = dt.load(baseline)
    codes = world.country_codes
    cell = world.sector_codes.index("C29"), codes.index("USA"), codes.index("CHN")
    found = {}
    for name, measure in MEASURES.items():
        policy = compile_policy(world, [measure])
        changes = []
        for made in (replace(policy, lines=None), policy):
            flows = np.asarray(solve_equilibrium(world, made).outcome.flows_cf)
            changes.append(100 * (flows[cell] / world.flows[cell] - 1))
        found[name] = changes[0], changes[1]
    return found


def main() -> None:
    """Print the table."""
    for name, (averaged, right) in rows().items():
        print(f"| {name} | {averaged:.1f}% | {right:.1f}% |".replace("-", "−"))


if __name__ == "__main__":
    main()
