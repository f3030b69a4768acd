"""The names a user meets first, on a shipped baseline."""

import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import detente as dt


def test_the_first_example():
    world = dt.load("wiod-2014", elasticities="4")
    war = dt.solve(world, dt.Tariff("USA", on="CHN", sectors="goods", add=0.25))
    assert war.status == "converged"
    assert max(war.residuals.values()) < 1e-10
    # 44 economies, with the tariffs of their source, give -0.032, -0.335, +0.160
    assert war.welfare["USA"] == pytest.approx(-0.033, abs=2e-3)
    assert war.welfare["CHN"] == pytest.approx(-0.331, abs=2e-3)
    assert war.welfare["MEX"] == pytest.approx(0.155, abs=2e-3)
    assert war.countries["balance_change_musd"].sum() == pytest.approx(0, abs=1e-3)
    diverted = war.diversion("USA", "CHN")
    assert diverted.loc["MEX", "change_musd"] > 0
    china = war.bilateral_sectors("CHN", "USA")
    added = china["tariff_after_pct"] - china["tariff_before_pct"]
    np.testing.assert_allclose(added[world.goods], 25)


def test_no_change_is_no_change():
    base = dt.solve(dt.load("wiod-2014"))
    assert base.welfare.abs().max() < 1e-8


def test_import_is_light():
    code = "import sys, detente; print([m for m in ('jax', 'pandas', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_hides_a_public_name():
    """A module of that name, once imported, would stand where the function was."""
    callable_packages = {"talks", "ledger"}
    modules = {one.name for one in pkgutil.iter_modules(dt.__path__)}
    assert modules & set(dt.__all__) == callable_packages
