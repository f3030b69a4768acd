"""A user's objective: any differentiable function of the solved economy."""

import re
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from detente.games.evaluation import Game
from detente.games.nash import optimal
from detente.games.players import Player
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy

ECONOMY = random_economy(71, 4, 3)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "games.md"


def income_and_output(economy, after):
    real = after.income_cf[0] / after.consumer_price_hat[0]
    return jnp.log(real / economy.income[0]) + 0.3 * jnp.log(after.output_cf[0, 1])


def test_its_gradient_equals_central_differences():
    side = Player("C0", sectors="all", objective=income_and_output)
    game = Game(ECONOMY, [side], Options(settings=Settings(tolerance=1e-13)))
    rates = np.random.default_rng(2).uniform(0.05, 0.4, game.size)
    slopes = game.evaluate(rates).slopes[0]
    step = 1e-4
    for k in range(game.size):
        way = step * np.eye(game.size)[k]
        ends = [game.evaluate(rates + h * way).values[0] for h in (1, -1, 0.5, -0.5)]
        coarse, fine = (ends[0] - ends[1]) / (2 * step), (ends[2] - ends[3]) / step
        np.testing.assert_allclose(slopes[k], (4 * fine - coarse) / 3, rtol=1e-6, atol=1e-8)


def test_its_optimum_is_certified_and_is_not_that_of_real_income():
    found = optimal(ECONOMY, Player("C0", sectors="all", objective=income_and_output))
    assert found.status.found
    assert found.certificate.nash_conv < 1e-8
    plain = optimal(ECONOMY, Player("C0", sectors="all"))
    # output of S1 counts besides: its rates protect it more
    held = found.rates["sector"] == "S1"
    assert (found.rates.loc[held, "rate"] > plain.rates.loc[held, "rate"]).all()
    game = Game(ECONOMY, [Player("C0", sectors="all", objective=income_and_output)])
    assert game.payoffs(plain.chosen.rates)[0][0] < found.values[0]


def test_the_example_in_the_docs_runs():
    text = DOCS.read_text()
    example = re.search(r"## An objective of your own.*?```python\n(.*?)```", text, re.S)
    lines = example.group(1)
    assert sum(bool(line.strip()) for line in lines.splitlines()) <= 8
    held = {}
    exec(lines, held)
    assert held["found"].status.found
