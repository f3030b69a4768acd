"""Coalitions: nothing is called stable on a war that is missing, uncertified or one of several."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import SolveError
from detente.games import coalitions
from detente.games.coalitions import Admission, Move, Stability, coalition_stability
from detente.games.nash import Status, nash
from detente.games.players import Player
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from economies import random_economy

BALANCED = Options(deficits="removed")


@pytest.fixture(scope="module")
def world():
    return random_economy(35, 3, 2)


def of_three(world, **more):
    return coalition_stability(world, ["C0", "C1"], ["C2"], options=BALANCED, sectors="all",
                               starts=("applied",), **more)  # fmt: skip


def spoiled(spoil, when):
    """Return a search for wars that spoils the result of some players."""

    def search(*arguments, **options):
        found = nash(*arguments, **options)
        return spoil(found) if when([p.name for p in arguments[1]]) else found

    return search


def uncertified(found):
    return replace(found, chosen=replace(found.chosen, status=Status.NO_EQUILIBRIUM))


def several(found):
    return replace(found, equilibria=(found.chosen, found.chosen))


def no_economy(found):
    raise SolveError("no equilibrium at the start")


def test_certified_wars_decide_every_move(world):
    found = of_three(world)
    assert Move.UNDETERMINED not in found.moves
    assert found.reasons == ("", "", "")
    assert found.internal in (True, False)
    assert list(found.would_move) == [m is Move.MOVES for m in found.moves]
    # with the move as certified as the rest, leaving is the war of all against all
    players = [Player(k, sectors="all") for k in world.country_codes]
    apart = nash(world, players, options=BALANCED)
    assert apart.status is Status.CERTIFIED
    np.testing.assert_allclose(found.moves_pct[:2], 100 * np.expm1(apart.values[:2]), atol=1e-6)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(uncertified, str(Status.NO_EQUILIBRIUM)), (several, "2 different wars"),
     (no_economy, "no equilibrium at the start")],
)  # fmt: skip
def test_a_move_into_no_certified_war_is_undetermined(world, monkeypatch, spoil, why):
    # the war of all against all, which is where leaving leads
    monkeypatch.setattr(coalitions, "nash", spoiled(spoil, lambda names: len(names) == 3))
    found = of_three(world)
    assert found.moves[:2] == (Move.UNDETERMINED,) * 2
    assert found.internal is None
    assert found.external is not None
    assert all(f"after the move: {why}" in reason for reason in found.reasons[:2])
    assert np.isnan(found.moves_pct[:2]).all()
    assert list(found.table["move"][:2]) == ["undetermined"] * 2


def test_without_a_certified_war_as_it_is_nothing_is_known(world, monkeypatch):
    monkeypatch.setattr(coalitions, "nash", spoiled(uncertified, lambda names: len(names) == 2))
    found = of_three(world)
    assert set(found.moves) == {Move.UNDETERMINED}
    assert found.internal is None
    assert found.external is None
    assert all("as it is" in reason for reason in found.reasons)


def test_one_known_move_is_enough_to_be_unstable():
    nan = float("nan")
    found = Stability(("A", "B", "C"), np.array([True, True, False]), np.array([1.0, 1.0, 1.0]),
                      np.array([nan, 2.0, nan]), ("why", "", "why"),
                      np.full((3, 2), nan))  # fmt: skip
    assert found.internal is False
    assert found.external is None


def test_a_coalition_of_all_who_may_be_taxed_has_no_tariffs_inside():
    c = random_economy(35, 4, 2)
    found = coalition_stability(c, ["C0", "C1"], [], on=("C0", "C1"), sectors="all")
    tariff = c.tariff.copy()
    tariff[:, [0, 1], [1, 0]] = 0.0
    free = solve_equilibrium(c, replace(Policy.unchanged(c), tariff_cf=tariff), Options())
    income = np.asarray(free.outcome.income_cf) / c.income
    real = 100 * (income / np.asarray(free.outcome.consumer_price_hat) - 1)
    np.testing.assert_allclose(found.stays_pct, real[:2], atol=1e-9)


def test_members_gains_from_an_admission_are_those_of_the_larger_union(world):
    found = of_three(world)
    whole = coalition_stability(world, ["C0", "C1", "C2"], [], options=BALANCED, sectors="all",
                                starts=("applied",))  # fmt: skip
    np.testing.assert_allclose(found.members_pct[2], whole.stays_pct[:2] - found.stays_pct[:2])
    assert found.moves_pct[2] == pytest.approx(whole.stays_pct[2])
    assert np.isnan(found.members_pct[:2]).all()
    assert found.admissions[:2] == (None, None)
    assert found.table["least_gain_pct"]["C2"] == pytest.approx(found.members_pct[2].min())


@pytest.mark.parametrize(
    ("gains", "admission", "against"),
    [((0.1, 0.2), Admission.LET_IN, ()), ((0.1, 0.0), Admission.REFUSED, ("B",)),
     ((-0.1, -0.2), Admission.REFUSED, ("A", "B")),
     ((0.1, float("nan")), Admission.UNDETERMINED, ())],
)  # fmt: skip
def test_every_member_must_gain_to_let_an_economy_in(gains, admission, against):
    nan = float("nan")
    found = Stability(("A", "B", "C"), np.array([True, True, False]), np.zeros(3),
                      np.array([-1.0, -1.0, 1.0]), ("", "", ""),
                      np.array([(nan, nan), (nan, nan), gains]))  # fmt: skip
    assert found.admissions == (None, None, admission)
    assert found.against(2) == against
    assert found.table["admission"]["C"] == admission.name.lower()
