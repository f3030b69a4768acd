"""A sweep holds the model at its draws; one that was stopped or killed ends at the same bits."""

from contextlib import suppress

import numpy as np
import pytest

from detente.baseline.store import Entry
from detente.errors import InputError
from detente.simulate import run_scenario
from detente.solver.equilibrium import solve_equilibrium
from detente.sweeps import study, workers
from detente.sweeps.inputs import GRID, HIGH
from detente.sweeps.study import asked, sweep
from detente.uncertainty import across
from detente.uncertainty.draws import solve_draws
from detente.uncertainty.prior import Prior, Spread
from economies import random_economy


def bits(result):
    """Return every number of a sweep as bytes."""
    arrays = [*result.draws.real_income.values(), result.draws.parameters.elasticities,
              result.alone, result.mixed]  # fmt: skip
    return [array.tobytes() for array in arrays]


def real_income(c, policy, theta):
    """Real income at some elasticities, solved from nothing known."""
    solved = solve_equilibrium(c.replace(trade_elasticity=theta), policy)
    price = np.asarray(solved.outcome.consumer_price_hat)
    return 100 * (np.asarray(solved.outcome.income_cf) / np.asarray(c.income) / price - 1)


def test_draws_are_those_of_a_run_at_the_same_seed(small, swept):
    run = run_scenario(small["scenario"], baseline=small["baseline"], draws=0)
    central = {name: one.equilibrium for name, one in run.variants.items()}
    alone = solve_draws(small["prior"], central, 120)
    for name, values in alone.real_income.items():
        np.testing.assert_allclose(swept.draws.real_income[name], values, rtol=0, atol=1e-9)
    found, expected = (d.interval(swept.headline) for d in (swept.draws, alone))
    np.testing.assert_allclose(found.low, expected.low, atol=1e-9)


def test_one_parameter_alone_is_the_model_with_it_alone(small, swept):
    c, policy = small["baseline"], swept.run.variants[swept.headline].equilibrium.policy
    values = swept.alone.reshape(len(swept.levers), len(GRID), -1)
    assert [one.key for one in swept.levers] == ["common", "own:S0", "own:S1", "own:S2"]
    factor = np.array([1, np.exp(0.4 * 1.6448536 - 0.08), 1])
    expected = real_income(c, policy, c.trade_elasticity * factor)
    np.testing.assert_allclose(values[2, HIGH], expected, atol=1e-7)
    found = {one.lever.key: one for one in swept.one_at_a_time("C1")}["own:S1"]
    assert found.high == pytest.approx(expected[1], abs=1e-7)


def test_mixed_draws_take_one_group_from_the_second_half(small, swept):
    c, policy = small["baseline"], swept.run.variants[swept.headline].equilibrium.policy
    normal = np.random.default_rng(0).standard_normal((120, 4))
    mixed = normal[3].copy()
    mixed[1] = normal[63][1]  # S0 by itself, from the other half
    theta = c.trade_elasticity * np.exp(0.3 * mixed[0] - 0.045 + 0.4 * mixed[1:] - 0.08)
    group = [one.key for one in swept.groups].index("own:S0")
    np.testing.assert_allclose(swept.mixed[group, 3], real_income(c, policy, theta), atol=1e-7)
    shares = swept.indices("C0")
    assert shares.rows == 60
    assert shares.total.sum() == pytest.approx(1, abs=0.4)


def test_a_stopped_sweep_goes_on_and_ends_at_the_same_bits(small, swept, tmp_path, monkeypatch):
    def stop(what, done, total):
        if what == "draws" and done > 150:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        sweep(**small, folder=tmp_path, on_step=stop)
    kept = {path.name for path in (tmp_path / "parts").glob("*.parquet")}
    assert len(kept) >= 3
    real, solved = workers.solve_chunk, []
    monkeypatch.setattr(
        workers, "solve_chunk", lambda m, chunk: (solved.append(chunk.name), real(m, chunk))[1]
    )
    again = sweep(**small, folder=tmp_path)
    assert bits(again) == bits(swept)
    assert solved
    assert not kept & set(solved)
    study.forget(tmp_path)
    assert not any(tmp_path.iterdir())


def test_parts_of_another_sweep_are_refused_with_all_that_differs(small, tmp_path):
    sweep(**small, folder=tmp_path)
    other = Prior("made up", "nobody", {"all": Spread(0.3, 0.5)}, ((1.0,),))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as caught:
        sweep(**small | {"seed": 1, "prior": other}, folder=tmp_path)
    assert [p.key for p in caught.value.problems] == ["prior", "seed"]
    assert caught.value.problems[1].value == "1"
    assert "0, another --out, or --fresh" in str(caught.value)
    with pytest.raises(InputError, match="baseline"):
        sweep(**small | {"baseline": random_economy(4, 4, 3)}, folder=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before
    sweep(**small | {"seed": 1}, folder=tmp_path, fresh=True)


def test_other_models_have_draws_of_their_own(small, swept, monkeypatch):
    places = [Entry(name, name, "installed", name) for name in ("random", "other", "small")]
    monkeypatch.setattr(across, "available", lambda: tuple(places))
    real = study.run_scenario

    def run(scenario, *, baseline=None, **choices):
        held = {"other": random_economy(9, 4, 3), "small": random_economy(3, 1, 3)}
        named = held.get(baseline, small["baseline"]) if baseline else small["baseline"]
        return real(scenario, baseline=named, **choices)

    monkeypatch.setattr(study, "run_scenario", run)
    found = sweep(**{k: v for k, v in small.items() if k != "baseline"}, over="baseline")
    assert len(found.models) == 2
    assert list(found.not_run) == ["small"]
    assert bits(found) == bits(swept)
    (headline,) = found.models[1].draws.real_income.values()
    assert headline.shape == (120, 4)
    assert not np.allclose(headline, found.draws.real_income[found.headline])


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InputError) as caught:
        asked(5, -1, "elasticity,baseline", 0, baseline="icio-2022")
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["draws", "seed", "over", "baseline", "processes"]
    assert "elasticities" in str(caught.value)
    with pytest.raises(InputError, match="workers of its own"):
        asked(100, 0, processes=2, scheduler="tcp://127.0.0.1:1")


def test_a_prior_that_draws_nothing_is_refused(small):
    still = Prior("made up", "nobody", {"all": Spread(0.0, 0.0)}, ((1.0,),))
    with pytest.raises(InputError, match="every spread is zero"):
        sweep(**small | {"prior": still})
    far = Prior("made up", "nobody", {"all": Spread(0.0, 0.0)}, ((1.0,),), horizon=0.2)
    with pytest.raises(InputError, match="at this horizon"):
        sweep(**small | {"prior": far})
