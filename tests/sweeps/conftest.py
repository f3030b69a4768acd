"""A small scenario on a small economy, with a prior."""

from __future__ import annotations

import pytest

from detente.scenario.load import load_scenario
from detente.sweeps.study import sweep
from detente.uncertainty.prior import Prior, Spread
from economies import random_economy
from scenario_texts import GOOD

PRIOR = Prior("made up", "nobody", {"all": Spread(0.3, 0.4)}, ((1.0,),))


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return what `sweep` needs, in this process alone."""
    path = tmp_path_factory.mktemp("case") / "case.yaml"
    path.write_text(GOOD)
    return {
        "scenario": load_scenario(path), "baseline": random_economy(3, 4, 3), "prior": PRIOR,
        "draws": 120, "processes": 1,
    }  # fmt: skip


@pytest.fixture(scope="session")
def swept(small):
    """An undisturbed sweep."""
    return sweep(**small)
