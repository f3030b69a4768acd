"""Wars at the edge of what there is: reported in terminal, page and JSON, never hidden."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from detente.document import html
from detente.games.nash import Status
from detente.report.describe import describe, to_json
from detente.scenario.load import load_scenario
from detente.wars.run import run_cooperate, run_nash, run_optimal
from detente.wars.setting import Choices, set_up
from economies import random_economy
from same_cells import without_terms
from scenario_texts import GOOD, write


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))


def everywhere(result):
    """Return what terminal, page (where there is an economy to show) and JSON say."""
    out = io.StringIO()
    describe(result).to_terminal(Console(file=out, width=300))
    game = to_json(result)["game"]
    data = " ".join([*game["sentences"], *game["notes"]])
    data += " ".join(search["said"] for search in game.get("searches", ()))
    page = [without_terms(html.page(describe(result)))] if result.solutions else []
    return " ".join(out.getvalue().split()), data, *page


def closed_off(c, place):
    """Return an economy in which one country trades with nobody."""
    others = [n for n in range(len(c.countries)) if n != place]
    flows = c.flows.copy()
    flows[:, place, others] = flows[:, others, place] = 0.0
    spending = ((1 + c.tariff) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", c.input_share, flows.sum(axis=1).T)
    return c.replace(flows=flows, final_demand=spending - use)


def test_rates_at_bounds_and_ceilings_below_what_is_applied_are_said(case):
    c = random_economy(3, 4, 3)
    war = run_nash(set_up(case, Choices(cap=0.01), baseline=c), starts=("applied",),
                   compared=False)  # fmt: skip
    one = war.found[0]
    count = int((one.chosen.rates[one.game.placement.own(0)] >= 0.01 - 1e-9).sum())
    above = int((one.game.outside[one.game.placement.own(0)] > 1e-12).sum())
    assert count
    assert above
    for text in everywhere(war):
        assert (
            f"{count} of {one.game.placement.own(0).size} rates of C0 are at their highest" in text
        )
        assert f"{above} rates of C0 are applied above the ceiling" in text


@pytest.mark.parametrize("run", [run_nash, run_optimal])
def test_a_player_without_trade_is_said_and_the_others_play(case, run):
    c = closed_off(random_economy(3, 4, 3), 2)
    held = case.model_copy(update={"deficits": "removed"})
    setting = set_up(held, Choices(players=("C0", "C1", "C2"), on=("world",)), baseline=c)
    war = run(setting, starts=("applied",))
    said = "C2 has no trade to tax and no rate to choose"
    for text in everywhere(war):
        assert said in text
    payoff = war.players()["payoff_pct"]
    assert payoff.get("C2", 0.0) == pytest.approx(0, abs=1e-9)
    assert {"C0", "C1"} <= set(payoff.index)
    assert all(one.status.found for one in war.found)


def test_a_player_without_trade_is_said_in_talks(case):
    c = closed_off(random_economy(3, 4, 3), 2)
    held = case.model_copy(update={"deficits": "removed"})
    setting = set_up(held, Choices(players=("C0", "C1", "C2"), on=("world",)), baseline=c)
    talks = run_cooperate(setting, rule="nash", disagreements=("status-quo",))
    for text in everywhere(talks):
        assert "C2 has no trade to tax and no rate to choose" in text


@pytest.mark.parametrize("status", [s for s in Status if not s.found])
def test_what_is_no_equilibrium_is_no_answer(case, status):
    setting = set_up(case, baseline=random_economy(3, 4, 3))
    war = run_nash(setting, starts=("applied",), certified=False, compared=False)
    one = war.found[0]
    lost = replace(one, chosen=replace(one.chosen, status=status), equilibria=())
    for text in everywhere(replace(war, found=(lost,))):
        assert f"No answer: {status}" in text
