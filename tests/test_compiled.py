"""Programs are compiled by their size, and give what the plain function gives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente import compiled as room
from detente.compiled import CAREFUL, QUICK, SMALL, compiled


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
