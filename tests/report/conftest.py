"""A small scenario result with labels like the real one's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.axes import Country, Sector
from detente.baseline.card import Adjustment
from detente.policy.arrays import Policy
from detente.report.run.facts import facts_of
from detente.results import Solution
from detente.scenario.schema import Scenario
from detente.simulate import ScenarioResult
from detente.solver.equilibrium import solve_equilibrium
from economies import random_economy

COUNTRIES = {
    "USA": "United States",
    "CHN": "China",
    "EU27": "European Union (27)",
    "MEX": "Mexico",
    "KOR": "South Korea",
    "ROW": "Rest of world",
}
SECTORS = {
    "A01": "Crop and animal production, hunting and related service activities",
    "B": "Mining and quarrying",
    "C10-C12": "Food products, beverages and tobacco products",
    "C26": "Computer, electronic and optical products",
    "C28": "Machinery and equipment n.e.c.",
    "C29": "Motor vehicles, trailers and semi-trailers",
    "G46": "Wholesale trade, except of motor vehicles and motorcycles",
    "K64": "Financial services",
}
HOSTILE = 'Talks & <script>alert(1)</script> in "May" </script><!-- \''


def economy(seed: int = 3):
    """Label a random economy and scale it to real sizes."""
    plain = random_economy(seed, len(COUNTRIES), len(SECTORS))
    card = replace(
        plain.card,
        name="test-2014",
        title="A made-up world",
        year=2014,
        method="drawn at random",
        elasticities="made up",
        adjustments=(Adjustment("closed <the> accounts", "they must", 0.001, "share"),),
    )
    return plain.replace(
        countries=tuple(Country(k, v) for k, v in COUNTRIES.items()),
        sectors=tuple(
            Sector(k, v, kind="services" if k in ("G46", "K64") else "goods")
            for k, v in SECTORS.items()
        ),
        flows=plain.flows * 1e5,
        final_demand=plain.final_demand * 1e5,
        card=card,
    )


def policy(c, *added):
    """Add points to goods tariffs: ``(importer, exporter, rate)``."""
    tariff = c.tariff.copy()
    for importer, exporter, rate in added:
        cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
        tariff[cell] += rate
    return Policy(tariff, np.ones_like(tariff))


def scenario(**changes) -> Scenario:
    """Make a scenario of three variants, the first of which changes nothing."""
    base = {
        "title": "Washington, mid-May 2018",
        "date": "2018-05-15",
        "summary": "A stand-in for the shipped scenario.",
        "sources": [
            {
                "id": "ustr",
                "title": "Notice of action",
                "url": "https://example.org/notice?a=1&b=2",
                "date": "2018-04-03",
            }
        ],
        "baseline": "test-2014",
        "focus": ["USA", "CHN"],
        "measures": [
            {
                "id": "us-list", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.25,
                "status": "announced", "source": "ustr", "start": "2018-07-06",
            },
            {
                "id": "cn-list", "kind": "tariff", "by": "CHN", "on": "USA", "add": 0.25,
                "status": "threatened", "note": "If the first list takes effect.",
            },
        ],
        "variants": [
            {"id": "today", "title": "No new measures"},
            {"id": "us-tariffs", "title": "US tariffs on Chinese goods", "measures": ["us-list"]},
            {
                "id": "retaliation",
                "title": "+ China retaliates",
                "includes": ["us-tariffs"],
                "measures": ["cn-list"],
            },
        ],
    }  # fmt: skip
    return Scenario.model_validate({**base, **changes})


def solved(**changes) -> ScenarioResult:
    """Solve the three variants of the stand-in."""
    c = economy()
    policies = {
        "today": policy(c),
        "us-tariffs": policy(c, ("USA", "CHN", 0.25)),
        "retaliation": policy(c, ("USA", "CHN", 0.25), ("CHN", "USA", 0.25)),
    }
    variants = {k: Solution(solve_equilibrium(c, p)) for k, p in policies.items()}
    return ScenarioResult(scenario(**changes), c, variants, "0" * 64)


@pytest.fixture(scope="session")
def result() -> ScenarioResult:
    """Three variants, the first of which changes nothing."""
    return solved()


@pytest.fixture(scope="session")
def run(result):
    """Return what that result holds as numbers."""
    return facts_of(result)


@pytest.fixture(scope="session")
def hostile() -> ScenarioResult:
    """Return the same with markup in every title."""
    return solved(title=HOSTILE, summary=HOSTILE)


@pytest.fixture(scope="session")
def along_its_dates():
    """Return how to run a stand-in scenario with some entries changed along its dates."""
    from detente.paths import run_path

    return lambda **changes: run_path(scenario(**changes), baseline=economy())


@pytest.fixture(scope="session")
def world():
    """Return the economy of the stand-in."""
    return economy()


@pytest.fixture(scope="session")
def case_with():
    """Return what makes the stand-in's scenario with changes."""
    return scenario
