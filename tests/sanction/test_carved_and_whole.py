"""A ban on what a firm buys costs the banning side less than one on all that its sector sells."""

from pathlib import Path

import pytest

from detente.model.horizons import HORIZONS
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.prepared import prepare
from detente.results import Solution
from detente.scenario.variants import measures_of
from detente.solver.equilibrium import solve_equilibrium

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "sanctions.md").read_text(encoding="utf-8")


def lost(c, options, bans):
    """Change of real income by economy, million USD a year."""
    solved = Solution(solve_equilibrium(c, compile_policy(c, bans), options))
    return solved.countries["real_income_musd"].to_dict()


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_ban_on_zte_costs_less_than_one_on_all_electronics(horizon):
    case, carved, options = prepare("may-2018", horizon=horizon, variants=("zte-banned",))[:3]
    _, world, _ = prepare("may-2018", horizon=horizon)[:3]
    # the sector's code stands for the firms that were carved out of it too
    parts = [s.code for s in carved.sectors if "C26" in (s.code, s.part_of)]
    assert len(parts) == 3
    assert not any(s.part_of for s in world.sectors)
    firm = [m for m in measures_of(case, "zte-banned") if m.id == "us-zte-ban"]
    whole = [ExportBan("USA", on="CHN", sectors="C26")]
    of_firm, of_sector = lost(carved, options, firm), lost(carved, options, whole)
    as_it_is = lost(world, options, whole)
    for economy in ("USA", "CHN"):
        # with workers of its own the firm would cost more than its sector in the second of these
        assert of_sector[economy] < of_firm[economy] < 0
        assert as_it_is[economy] < of_firm[economy]
    losses = [found[economy] for economy in ("USA", "CHN")
              for found in (of_firm, of_sector, as_it_is)]  # fmt: skip
    cells = " | ".join(f"−{-x:,.0f}" for x in losses)
    assert f"| `{horizon}` | {cells} |" in TEXT
