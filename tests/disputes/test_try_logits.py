"""Variants of the logit of disputes: tops, evidence and averages against slow computations."""

import numpy as np
import pytest

import try_logits
from detente.disputes.cases import everything, ledger, shipped
from detente.disputes.forecasts import fit


@pytest.fixture(scope="module")
def small():
    """Return nine rows of four episodes, two figures, three states."""
    random = np.random.default_rng(3)
    return try_logits.Problem(
        random.normal(size=(9, 2)), random.normal(size=(9, 3)), random.integers(0, 3, 9),
        np.where(np.arange(9) < 6, 1.0, 0.5), np.array([0, 0, 0, 1, 1, 2, 2, 3, 3]),
        np.array([1.0, 4.0]),
    )  # fmt: skip


def loss(p, spread, flat):
    """Minus the log of the joint density of outcomes, slopes and shocks, row by row."""
    slopes, shocks = flat[:6].reshape(2, 3), flat[6:].reshape(4, 3)
    total = sum(h * (row**2).sum() / 2 for h, row in zip(p.precision, slopes, strict=True))
    total += (shocks**2).sum() / (2 * spread**2) + 12 * np.log(spread)
    for at in range(9):
        level = p.offset[at] + p.rows[at] @ slopes + shocks[p.episode[at]]
        total -= p.weight[at] * (level[p.state[at]] - np.log(np.exp(level).sum()))
    return total


def test_the_top_and_its_evidence_are_those_of_the_joint_likelihood(small):
    top = try_logits.climb(small, 0.8)
    flat = np.concatenate([top.slopes.ravel(), top.shocks.ravel()])
    step = 1e-4 * np.eye(18)
    slope = [(loss(small, 0.8, flat + i) - loss(small, 0.8, flat - i)) / 2e-4 for i in step]
    np.testing.assert_allclose(slope, 0, atol=1e-6)
    step *= 10
    curve = [[(loss(small, 0.8, flat + i + j) - loss(small, 0.8, flat + i - j)
               - loss(small, 0.8, flat - i + j) + loss(small, 0.8, flat - i - j)) / 4e-6
              for j in step] for i in step]  # fmt: skip
    evidence = -loss(small, 0.8, flat) - np.linalg.slogdet(np.array(curve))[1] / 2
    assert top.evidence == pytest.approx(evidence, abs=1e-4)


def test_a_shock_that_hardly_moves_is_none(small):
    none, hardly = try_logits.climb(small, 0.0), try_logits.climb(small, 1e-4)
    np.testing.assert_allclose(hardly.slopes, none.slopes, atol=1e-6)
    assert hardly.evidence == pytest.approx(none.evidence, abs=1e-5)


def test_averages_over_shocks_are_those_of_draws():
    level = np.array([[0.5, -1.0, 0.0, 1.0, -0.5], [0.0, 0.0, 0.0, 0.0, 3.0]])
    drawn = level + 1.5 * np.random.default_rng(1).normal(size=(200_000, 1, 5))
    chance = np.exp(drawn) / np.exp(drawn).sum(axis=-1, keepdims=True)
    found = try_logits.averaged(level, 1.5)
    np.testing.assert_allclose(found.sum(axis=-1), 1)
    np.testing.assert_allclose(found, chance.mean(axis=0), atol=5e-3)


def test_levels_are_stretched_as_far_as_averages_draw_them_together():
    """Averaged over shocks, chances of stretched levels are near those of levels as they are."""
    level = np.array([[0.0, 0.0], [0.5, -0.5], [1.0, -1.0]])
    found = try_logits.averaged(try_logits.stretch(1.0) * level, 1.0)
    np.testing.assert_allclose(found[:, 0], 1 / (1 + np.exp(-2 * level[:, 0])), atol=0.015)


def test_one_of_the_ways_is_what_is_shipped():
    cases = [*shipped()[:4], *ledger()[:4]]
    way = try_logits.WAYS["and half the ledger, own base rates"]
    found = try_logits.forecast(way, everything(), cases)
    np.testing.assert_allclose(found, fit(everything()).chances(cases), atol=1e-8)
