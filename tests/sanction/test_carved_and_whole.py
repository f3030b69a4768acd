"""A ban on what a firm buys costs the banning side less than one on all that its sector sells."""

import pytest

from detente.model.horizons import HORIZONS
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.results import Solution
from detente.scenario.variants import measures_of
from detente.simulate import prepare
from detente.solver.equilibrium import solve_equilibrium


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_ban_on_zte_costs_less_than_one_on_all_electronics(horizon):
    prepared = prepare("may-2018", horizon=horizon, variants=("zte-banned",))
    case, c, options = prepared[:3]
    firm = [m for m in measures_of(case, "zte-banned") if m.id == "us-zte-ban"]
    parts = [s.code for s in c.sectors if "C26" in (s.code, s.part_of)]
    assert len(parts) == 3
    loss = {}
    for name, bans in {"firm": firm, "sector": [ExportBan("USA", on="CHN", sectors=parts)]}.items():
        solved = Solution(solve_equilibrium(c, compile_policy(c, bans), options))
        loss[name] = -solved.countries["real_income_musd"]
    for economy in ("USA", "CHN"):
        assert 0 < loss["firm"][economy] < loss["sector"][economy]
