"""The game of disputes: payoffs by hand, many games at once, and what is shipped of it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.disputes import game
from detente.disputes.cases import HORIZONS, shipped
from detente.disputes.forecasts import outcomes
from detente.disputes.game import PRIOR, Tastes, chances, fitted, ladder_of
from detente.disputes.ladder import escalate
from detente.disputes.tree import normal_types

TYPES = normal_types(), normal_types()


def case(name="us-cn-301-2018", **more):
    return replace(next(one for one in shipped() if one.id == name), **more)


def test_payoffs_by_hand():
    one = case(rate=0.25, value=50.0, sender_exports=130.0, sender_gdp=19500.0,
               target_gdp=12000.0)  # fmt: skip
    tastes = PRIOR._replace(acting=0.4, sender=0.5, target=0.25, answering=-1.0, reciprocity=0.5)
    found = ladder_of(one, tastes)
    own, hit = 0.15 * 12.5, 0.5 * 12.5  # billion USD of the covered 50

    def utility(loss, income):
        return -np.log(1 + loss / (1e-4 * income))

    loss = utility(hit, 12000)
    expected = [
        [[0, 0], [0.5 * utility(hit, 19500), 0.25 * utility(own, 12000)]],
        [[0.4 + 0.5 * utility(own, 19500), 0.25 * loss],
         [0.4 + 0.5 * utility(own + hit, 19500), 0.25 * utility(own + hit, 12000)]],
    ]  # fmt: skip
    np.testing.assert_allclose(found.flow, expected)
    np.testing.assert_allclose(found.answering, [-1 + 0.5 * (-loss - 2)])
    np.testing.assert_allclose(found.offers, [[tastes.settling, -tastes.conceding]])


def test_many_disputes_at_once_are_each_by_itself():
    some = [one for one in shipped() if one.episode in ("liberation-day", "us-cn-301-2018")][:3]
    some.append(case("us-mx-migration-2019"))
    found = chances(some, [PRIOR] * len(some))
    np.testing.assert_allclose(found.sum(axis=2), 1, atol=1e-9)
    for one, told in zip(some, found, strict=True):
        ladder = ladder_of(one, PRIOR)
        by_day = escalate(ladder, TYPES).by_day
        days = np.round(np.array(ladder.days) * 365)
        for place, horizon in enumerate(HORIZONS):
            last = np.flatnonzero(days <= horizon)[-1]
            np.testing.assert_allclose(told[place], by_day[last], atol=1e-6)


def test_nothing_is_in_force_before_the_named_day():
    one = case(start=date(2020, 1, 1), deadline=date(2020, 2, 20))
    assert (chances([one], [PRIOR])[0, 0, 3:] == 0).all()


def test_tastes_and_back():
    np.testing.assert_allclose(Tastes.from_line(PRIOR.to_line()), PRIOR)


def test_what_is_shipped_is_what_the_game_says_without_the_episode():
    some = [case("us-mx-migration-2019"), case("us-ch-recip-2025")]
    kept = game.estimates()
    for one in some:
        told = chances([one], [fitted(one)])[0]
        np.testing.assert_allclose(told, kept["chances"][one.id], atol=1e-4)
        # none was estimated with the episode in it
        assert kept["without"][one.episode] != kept["line"]
    renamed = replace(some[0], episode="of-my-own")
    assert fitted(renamed) == fitted(some[0])
    assert set(kept["chances"]) == {one.id for one in shipped()}


@pytest.mark.parametrize("episode", [None, "us-co"])
def test_estimates_are_at_the_top_of_the_likelihood(episode):
    kept = game.estimates()
    some = [one for one in shipped() if one.episode != episode]
    seen = outcomes(some)

    def likelihood(line):
        told = chances(some, [Tastes.from_line(line)] * len(some))
        of = np.take_along_axis(told, np.maximum(seen, 0)[..., None], axis=-1)[..., 0]
        return np.log(of[seen >= 0]).sum() - ((line - PRIOR.to_line()) ** 2).sum() / 2

    line = np.array(kept["without"][episode] if episode else kept["line"])
    random, covariance = np.random.default_rng(5), np.array(kept["covariance"])
    other = np.array(kept["line"]) - line if episode else random.normal(size=len(line))
    ways = [other, random.multivariate_normal(0 * line, covariance)]
    for way in ways:
        step = way / np.sqrt(way @ np.linalg.solve(covariance, way))  # a standard error
        rise = likelihood(line + 0.05 * step) - likelihood(line - 0.05 * step)
        assert abs(rise) / 0.1 < 0.02  # where a step of one standard error along it would gain 0.5


def test_between_the_days_of_the_record_chances_run_straight():
    one = case("us-mx-migration-2019")
    told = game.by_day(one, [0, 15, 30, 60, 365])
    at = np.array(game.estimates()["chances"][one.id])
    np.testing.assert_allclose(told[[0, 2, 4]], [[1, 0, 0, 0, 0], at[0], at[2]], atol=1e-5)
    np.testing.assert_allclose(told[3], (at[0] + at[1]) / 2, atol=1e-5)
    assert told[1, 0] == pytest.approx((1 + at[0, 0]) / 2, abs=1e-5)


def test_drawn_tastes_follow_the_estimates_and_their_covariance():
    kept = game.estimates()
    lines = np.array([one.to_line() for one in game.drawn_tastes(4000, seed=3)])
    spread = np.sqrt(np.diag(kept["covariance"]))
    off = (lines.mean(axis=0) - kept["line"]) / spread
    assert np.abs(off).max() < 4 / np.sqrt(4000)
    np.testing.assert_allclose(
        np.cov(lines.T) / np.outer(spread, spread),
        np.array(kept["covariance"]) / np.outer(spread, spread),
        atol=5 / np.sqrt(4000),
    )
    assert game.drawn_tastes(2, seed=3) == game.drawn_tastes(2, seed=3)
    assert game.drawn_tastes(2, seed=3) != game.drawn_tastes(2, seed=4)
