"""Programs are compiled by their size, and give what the plain function gives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente import compiled as room
from detente.compiled import CAREFUL, QUICK, SMALL, compiled
from detente.policy.arrays import Policy
from detente.scenario.load import load_scenario
from detente.simulate import run_scenario
from detente.solver import equilibrium
from detente.solver.options import Options
from detente.solver.shocks import make_shock
from economies import random_economy
from scenario_texts import spoil, write

WORLD = random_economy(3, 4, 3)


@pytest.fixture
def shapes(monkeypatch):
    """Note what the solver is given: what differs in more than numbers is compiled anew."""
    given, solve = set(), equilibrium._solve_one

    def noted(*arguments):
        leaves, kind = jax.tree.flatten(arguments[:-1])
        given.add((kind, tuple((np.shape(x), np.asarray(x).dtype) for x in leaves), arguments[-1]))
        return solve(*arguments)

    monkeypatch.setattr(equilibrium, "_solve_one", noted)
    return given


def test_variants_with_and_without_parts_of_cells_share_a_program(shapes, tmp_path):
    # cars on part of a cell, corn on all of its cells
    text = spoil("    add: 0.25\n", "    add: 0.25\n    coverage: 0.4\n")
    text = text.replace("    includes: [one-strikes]\n", "")
    case = load_scenario(write(tmp_path, text))
    run_scenario(case, baseline=WORLD)
    assert len(shapes) == 1


def test_a_second_try_by_trade_balances_is_on_the_same_program(shapes, monkeypatch):
    monkeypatch.setattr(equilibrium, "RESIDUAL_TOLERANCE", -1.0)  # no try is good enough
    tries = []
    first = equilibrium._solve_one

    def counted(*arguments):
        tries.append(arguments[3])
        return first(*arguments)

    monkeypatch.setattr(equilibrium, "_solve_one", counted)
    monkeypatch.setattr(equilibrium, "_continuation", lambda *_: None)
    equilibrium.solve_equilibrium(WORLD, throw=False)
    assert tries == [False, True]
    assert len(shapes) == 1


@pytest.mark.parametrize(("count", "room"), [(1, 128), (128, 128), (129, 512), (513, 2048)])
def test_lines_are_filled_up_to_few_sizes(count, room):
    shock = make_shock(WORLD, Policy.unchanged(WORLD), Options(), count)
    assert shock.lines is not None
    assert {part.shape for part in shock.lines} == {(room,)}
    assert make_shock(WORLD, Policy.unchanged(WORLD), Options()).lines is None


def mean_of_powers(x, power):
    return (x**power).mean()


@pytest.mark.parametrize("count", [3, SMALL + 1])
def test_small_and_large_programs_say_the_same_numbers(count):
    with jax.enable_x64(True):
        found = compiled(mean_of_powers, static_argnums=1)(jnp.full(count, 1.5), 3)
    assert float(found) == pytest.approx(3.375, rel=1e-14)


@pytest.mark.parametrize(("count", "options"), [(SMALL, QUICK), (SMALL + 1, CAREFUL)])
def test_small_ones_are_made_quickly_and_large_ones_with_care(count, options, monkeypatch):
    asked = []

    def noted(function, *, static_argnums, compiler_options):
        asked.append(compiler_options)
        return function

    monkeypatch.setattr(room, "version", lambda name: "0.10.2")
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    monkeypatch.setattr(jax, "jit", noted)
    program = compiled(mean_of_powers, static_argnums=1)
    assert program(np.ones(count), 2) == 1
    assert program(np.ones(count), 3) == 1
    assert asked == [options]


@pytest.mark.parametrize(("release", "device"), [("0.11.0", "cpu"), ("0.10.2", "gpu")])
def test_compilers_that_may_not_know_the_options_are_not_given_any(release, device, monkeypatch):
    monkeypatch.setattr(room, "version", lambda name: release)
    monkeypatch.setattr(jax, "default_backend", lambda: device)
    assert room._options(CAREFUL) is None
