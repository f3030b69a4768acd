"""How sure chances by date are: ladders at drawn tastes, solved at once, against one by one."""

import numpy as np
import pytest

from detente.disputes.game import Tastes, drawn_tastes
from detente.disputes.ladder import escalate
from detente.disputes.moves import Ladder, Standing, political
from detente.disputes.tree import normal_types
from detente.talks.dated_draws import drawn_chances, drawn_tree

TYPES = normal_types(3), normal_types(3)
COSTS = political(np.array([[[0, 0], [-4, -1]], [[-1, -9], [-5, -10]]]), 2e4)


def ladder(tastes: Tastes) -> Ladder:
    """Return a ladder of two days that what sides want enters straight."""
    flow = COSTS * [tastes.sender, tastes.target]
    flow[1:, :, 0] += tastes.acting + tastes.protection
    return Ladder(
        days=(0.0, 0.3), due=(True, True), rungs=((0.3,), (0.3,)), flow=flow,
        offers=np.array([[tastes.settling, -tastes.conceding]]),
        agreed=np.array([[0.3, 0.2]]) * [tastes.sender, tastes.target],
        resolve=(tastes.unknown_sender, tastes.unknown_target), waiting=tastes.waiting,
        audience=tastes.audience + 0.2, answering=(tastes.answering + 0.4 * tastes.reciprocity,),
        breakdown=0.4,
    )  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    return drawn_chances(ladder, TYPES, draws=30, seed=5)


def test_each_draw_is_the_ladder_at_its_tastes(drawn):
    assert drawn.shape == (30, 2, 5)
    for tastes, chances in zip(drawn_tastes(30, 5), drawn, strict=True):
        # in so small a ladder merging moves little: of a tree without it
        np.testing.assert_allclose(chances, escalate(ladder(tastes), TYPES).by_day, atol=2e-3)
    assert np.ptp(drawn[:, 1, 2]) > 0.1


def test_payoffs_of_draws_are_those_of_their_own_ladders():
    tastes = drawn_tastes(3, 8)
    tree, _ = drawn_tree(ladder, tastes)
    for at, one in enumerate(tastes):
        own, _ = drawn_tree(ladder, [one])
        for key in ("chance", "payoff", "tilt"):
            np.testing.assert_allclose(getattr(tree, key)[..., at], getattr(own, key)[..., 0])
        # by hand: what the last state pays the sender whose measure nobody answered
        years = (np.exp(-0.1 * 0.3) - np.exp(-0.1 * 2.3)) / 0.1
        flow = -np.log(1.5) * one.sender + one.acting + one.protection
        assert np.isclose(tree.payoff[:, 0, at], flow * years, rtol=1e-12).any()
        assert np.isclose(tree.tilt[:, 0, at], one.unknown_sender * years, rtol=1e-12).any()


def test_draws_are_looked_at_from_where_the_dispute_was_seen_to_stand(drawn):
    after = (Standing(0, 0, postponed=True),)
    found = drawn_chances(ladder, TYPES, after, draws=30, seed=5)
    np.testing.assert_allclose(found[:, 0, 1], 1, atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=2), 1, atol=1e-12)
    for tastes, chances in list(zip(drawn_tastes(30, 5), found, strict=True))[:5]:
        expected = escalate(ladder(tastes), TYPES, after=after).by_day
        np.testing.assert_allclose(chances, expected, atol=2e-3)
    assert np.abs(found - drawn).max() > 0.1
