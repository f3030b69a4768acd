"""Draws: the fast way against the plain one, seeds, order, importance, certainty."""

import numpy as np
import pandas as pd
import pytest

from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.study import WAITING, Choices, run_talks
from detente.talks.uncertainty import Drawing, _economies, predict_plainly
from talks_case import case_of, economy, same


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    choices = Choices(draws=120, model_draws=3, seed=4)
    return run_talks(case_of(folder), choices, baseline=economy())


@pytest.fixture(scope="module")
def solved(study):
    places = ((0,), (1,))
    drawing = Drawing(study.scenario, study.case, None, None, places, economy())
    return _economies(drawing, 3, np.random.default_rng(1), lambda *_: None)[0]


@pytest.mark.parametrize("headline", [WAITING, "as-it-is", "war"])
@pytest.mark.parametrize("solution", ["nash", "egalitarian"])
def test_the_fast_way_equals_the_plain_one_draw_by_draw(study, solved, headline, solution):
    case = study.case
    figures = figures_of(case, solved[0])
    drawn = draw_figures(figures, 40, seed=2)
    fast = linear(case, solved, figures, headline)
    rows = []
    for number, row in enumerate(drawn):
        values = dict(zip(figures, row, strict=True))
        economy_of = number % len(solved)
        plain = predict_plainly(
            case, solved[economy_of], lambda key, _, v=values: v[key], headline, solution, 5
        )
        rows.append((plain, fast.predict(economy_of, row, solution, 5)))
    plain, quick = (pd.DataFrame(list(side)) for side in zip(*rows, strict=True))
    assert list(plain) == list(quick)
    same(plain.to_numpy(dtype=float), quick.to_numpy(dtype=float))
    # something was there to be got wrong
    assert plain["zone"].nunique() > 3, plain["zone"].unique()
    if headline == "as-it-is":
        assert (plain["passing"] < plain["zone"]).any()
        assert plain["package"].nunique() > 1
