"""Wars: the fast search against plain best responses, certificates, and what has no equilibrium."""

import numpy as np
import pytest
from scipy.optimize import minimize

from detente.errors import InputError
from detente.games import search
from detente.games.certificate import certify
from detente.games.evaluation import Game
from detente.games.nash import Status, nash, optimal
from detente.games.players import Player
from detente.games.search import Settled, settle
from detente.model.economy import Structure
from detente.solver.options import Options
from economies import random_economy


def plain_war(game, rates, rounds=60):
    """Each in turn takes its best response, by a quasi-Newton search on raw rates."""
    rates = rates.copy()
    for _ in range(rounds):
        before = rates.copy()
        for number in range(len(game.players)):
            own = game.placement.own(number)

            def loss(x, own=own, number=number):
                tried = rates.copy()
                tried[own] = x
                values, slopes = game.payoffs(tried)
                return -1e3 * values[number], -1e3 * slopes[number, own]

            bounds = list(zip(game.low[own], game.high[own], strict=True))
            options = {"ftol": 1e-15, "gtol": 1e-9}
            found = minimize(loss, rates[own], jac=True, bounds=bounds, options=options)
            rates[own] = found.x
        if np.abs(rates - before).max() < 1e-7:
            return rates
    raise AssertionError("plain best responses did not settle")


WARS = {
    "bilateral": [Player(f"C{n}", sectors="all") for n in range(3)],
    "rules": [
        Player("C0", sectors="all", rule="mfn"),
        Player("C1", sectors="all", rule="uniform"),
        Player("C2", sectors="all", rule="by-partner", high=0.1),
    ],
    # a lower ceiling keeps plain searches from the flat far end, where trade has ceased
    "union": [
        Player("union", ("C0", "C1"), sectors="all", high=0.8),
        Player("C2", sectors="all", high=0.8),
    ],
    "politics": [
        Player("C0", objective="political", weights=[0.8, 1.2]),
        Player("C1", objective="revenue"),
    ],
    "export taxes": [
        Player("C0", instrument="export-tax", sectors="S0", low=-0.5),
        Player("C1", sectors="all"),
    ],
}


@pytest.mark.parametrize("name", WARS)
@pytest.mark.parametrize("seed", [0, 7])
def test_replies_find_what_plain_best_responses_find(name, seed):
    c = random_economy(seed, 3, 2)
    war = nash(c, WARS[name], starts=("applied",))
    assert war.status is Status.CERTIFIED
    assert war.certificate.kkt < 1e-6
    assert war.certificate.nash_conv < 1e-8
    plain = plain_war(war.game, np.clip(np.full(war.game.size, 0.3), war.game.low, war.game.high))
    np.testing.assert_allclose(war.chosen.rates, plain, atol=2e-5)


@pytest.mark.parametrize(
    "structure",
    [Structure(market="fixed-entry"), Structure(labour_mobility=1.5, input_elasticity=0.5)],
    ids=["profits", "mobility"],
)
def test_replies_hold_in_other_structures(structure):
    c = random_economy(4, 3, 2)
    war = nash(c, WARS["bilateral"], options=Options(structure=structure), starts=("applied",))
    assert war.status is Status.CERTIFIED
    assert war.certificate.nash_conv < 1e-8
    assert war.certificate.kkt < 1e-6


def test_starts_far_apart_lead_to_one_equilibrium_listed_once():
    c = random_economy(2, 4, 2)
    players = [Player(f"C{n}") for n in range(4)]
    starts = ("applied", "low", "high", "closed-form", "random", "random")
    war = nash(c, players, starts=starts)
    assert [f.start for f in war.searches] == list(starts)
    assert all(f.status is Status.CERTIFIED for f in war.searches)
    assert len(war.equilibria) == 1
    plain = nash(c, players, starts=("applied",), certified=False)
    assert plain.status is Status.UNCERTIFIED
    assert plain.certificate is None


def test_an_optimum_is_no_worse_than_rates_at_random():
    c = random_economy(6, 3, 2)
    best = optimal(c, Player("C1", sectors="all"))
    assert best.status is Status.CERTIFIED
    rng = np.random.default_rng(0)
    for _ in range(20):
        rates = rng.uniform(0, 1, best.game.size)
        assert best.game.evaluate(rates).values[0] < best.values[0]


def test_a_certificate_finds_the_gain_of_a_better_response():
    c = random_economy(0, 3, 2)
    game = Game(c, WARS["bilateral"])
    at = game.evaluate(game.applied)
    account = certify(game, at)
    assert (account.gains > 1e-5).all()
    assert account.nash_conv == pytest.approx(account.gains.sum())
    rates = at.rates.copy()
    rates[game.placement.own(1)] = account.responses[1]
    assert game.evaluate(rates).values[1] - at.values[1] == pytest.approx(account.gains[1])


def test_corners_ceilings_below_what_is_applied_and_the_passive_are_told():
    c = random_economy(1, 4, 2)
    applied = c.tariff[:, 0, 1:]
    high = float(np.quantile(applied, 0.5))
    war = nash(c, [Player("C0", high=high), Player("C1", high=0.05)], starts=("applied",))
    said = "\n".join(war.notes)
    assert f"{(applied > high).sum()} rates of C0 are applied above the ceiling" in said
    assert "6 of 6 rates of C1 are at their highest" in said
    assert "passive, with the rates in force: C2, C3" in said
    assert war.status.found
    assert set(war.rates.loc[war.rates["player"] == "C1", "bound"]) == {"high"}


def test_a_player_without_trade_is_told_and_alone_refused():
    c = random_economy(0, 3, 2)
    flows = c.flows.copy()
    flows[:, 2, :2] = flows[:, :2, 2] = 0.0
    spending = ((1 + c.tariff) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", c.input_share, flows.sum(axis=1).T)
    c = c.replace(flows=flows, final_demand=spending - use)
    balanced = Options(deficits="removed")
    war = nash(c, [Player("C0"), Player("C2")], options=balanced, starts=("applied",))
    assert "C2 has no trade to tax and no rate to choose" in war.notes
    assert war.status.found
    assert war.certificate.gains[1] == 0
    with pytest.raises(InputError, match="no player has any trade"):
        nash(c, [Player("C2")])


def test_what_was_interrupted_goes_on_from_its_last_rates():
    c = random_economy(3, 3, 2)
    seen = []

    def stop(step):
        seen.append(step)
        if step.round == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nash(c, WARS["bilateral"], on_step=stop)
    whole = nash(c, WARS["bilateral"], starts=("applied",), certified=False)
    rest = nash(c, WARS["bilateral"], start=seen[-1].rates, certified=False)
    np.testing.assert_allclose(rest.chosen.rates, whole.chosen.rates, atol=1e-7)
    assert len(rest.history) < len(whole.history)


def test_replies_in_a_circle_are_told(monkeypatch):
    c = random_economy(0, 3, 2)
    game = Game(c, [Player("C0", rule="uniform"), Player("C1", rule="uniform")])

    def circle(game, at):
        # a quarter turn around (0.5, 0.5): matching pennies in rates
        x, y = np.log1p(at.rates) - np.log(1.5)
        return np.exp(np.array([-y, x]) + np.log(1.5)) - 1

    def without_acceleration(path, x, move):
        path.visited.append((x, float(np.abs(move).max())))
        return x + move

    monkeypatch.setattr(search, "reply", circle)
    monkeypatch.setattr(search.Path, "next", without_acceleration)
    assert settle(game, np.array([0.8, 0.4])).status is Settled.CYCLING


def test_rounds_that_do_not_suffice_are_told():
    c = random_economy(0, 3, 2)
    war = nash(c, WARS["bilateral"], starts=("applied",), max_rounds=3, certified=False)
    assert war.status is Status.NOT_SETTLED
    assert not war.status.found
    assert war.equilibria == ()
    assert len(war.history) == 3


def test_unknown_starts_and_rates_of_the_wrong_number_are_refused():
    c = random_economy(0, 3, 2)
    with pytest.raises(InputError, match="applied"):
        nash(c, WARS["bilateral"], starts=("applide",))
    with pytest.raises(InputError, match="start"):
        nash(c, WARS["bilateral"], start=np.zeros(3))


def test_tables_name_every_rate():
    c = random_economy(5, 3, 2)
    players = [Player("union", ("C0", "C1"), rule="mfn"), Player("C2", instrument="both")]
    table = nash(c, players, starts=("applied",), certified=False).rates
    assert list(table.columns[:6]) == [
        "player", "instrument", "importer", "exporter", "sector", "rate",
    ]  # fmt: skip
    union = table[table["player"] == "union"]
    assert set(union["exporter"]) == {"all"}
    assert set(union["sector"]) == {"S0", "S1"}
    taxes = table[table["instrument"] == "export-tax"]
    assert set(taxes["exporter"]) == {"C2"}
    assert set(taxes["importer"]) == {"union"}
