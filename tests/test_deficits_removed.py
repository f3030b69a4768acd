"""``deficits: removed`` wherever a scenario is solved: first the economy, then the measures."""

import io
import json

import numpy as np
import pytest
import yaml
from rich.console import Console

from detente.document.html import page as page_of
from detente.errors import SolveError
from detente.model.horizons import find_horizon
from detente.paths import run_path
from detente.policy.compile import compile_policy
from detente.policy.tariffs import Tariff
from detente.prepared import prepare
from detente.report import imbalances
from detente.report.describe import describe, to_json
from detente.report.target import document as target_document
from detente.scenario.load import load_scenario
from detente.simulate import run_scenario
from detente.solver.balanced import without_imbalances
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options
from detente.toward import run_target
from detente.wars.run import run_optimal
from detente.wars.setting import set_up
from economies import random_economy
from sanction_cards import plain as figure
from scenario_texts import GOOD, write

WORLD = random_economy(3, 4, 3)
GOALS = """goals:
  - {id: more, kind: revenue, of: C0, add_usd: 0.01, year: 2000}
"""


@pytest.fixture
def case(tmp_path):
    text = GOOD.replace("focus:", f"deficits: removed\n{GOALS}focus:")
    return load_scenario(write(tmp_path, text))


def real_income(found):
    after = found.outcome
    change = np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat - 1
    return 100 * change


def by_hand(*measures, **options):
    """Solve without imbalances, make that the baseline, and solve the measures on it."""
    first = solve_equilibrium(WORLD, options=Options(deficits="removed", **options))
    base = rebase(first)
    second = solve_equilibrium(base, compile_policy(base, measures), Options(**options))
    return base, real_income(first), real_income(second)


CARS = Tariff("C0", on="C1", sectors="S0", add=0.25)


def show(result, console):
    describe(result).to_terminal(console)


def printed(show, *given):
    out = io.StringIO()
    show(*given, Console(file=out, width=160))
    return " ".join(out.getvalue().split())


def test_a_run_shows_both_steps(case):
    result = run_scenario(case, baseline=WORLD)
    base, first, second = by_hand(CARS)
    np.testing.assert_allclose(result.calibration.flows, base.flows, rtol=1e-12)
    np.testing.assert_allclose(result.variants["one-strikes"].welfare, second, atol=1e-9)
    np.testing.assert_allclose(result.removal.welfare, first, atol=1e-9)
    said, page, data = printed(show, result), page_of(describe(result)), to_json(result)
    for text in (said, page):
        assert imbalances.TITLE in text
        assert "removed: all overall deficits are set to zero" in text
    rows = {row["economy"]: row for row in describe(result).tables()["imbalances"].rows}
    row = rows["Country 0"]
    assert row["balance"] == pytest.approx(-WORLD.deficit[0])
    about = data["imbalances_removed"]
    assert about["from_sha256"] == WORLD.hash != data["baseline"]["sha256"]
    assert list(about["real_income_pct"].values()) == pytest.approx(first, abs=1e-9)
    assert about["balance_musd"]["C1"] == pytest.approx(-WORLD.deficit[1])
    assert json.dumps(data, allow_nan=False)


def test_where_balances_stay_no_first_step_is_shown(tmp_path):
    result = run_scenario(write(tmp_path, GOOD), baseline=WORLD)
    assert result.removal is None
    assert imbalances.TITLE not in printed(show, result) + page_of(describe(result))
    assert "imbalances_removed" not in to_json(result)


def test_the_horizon_holds_in_both_steps(case):
    result = run_scenario(case, baseline=WORLD, horizon="year", variants=["one-strikes"])
    horizon = find_horizon("year")
    scaled = WORLD.replace(trade_elasticity=WORLD.trade_elasticity * horizon.elasticity_scale)
    found, removal = without_imbalances(scaled, horizon.structure)
    second = solve_equilibrium(
        found, compile_policy(found, [CARS]), Options(structure=horizon.structure)
    )
    np.testing.assert_allclose(
        result.variants["one-strikes"].welfare, real_income(second), atol=1e-9
    )
    np.testing.assert_allclose(result.removal.welfare, real_income(removal), atol=1e-9)


def test_a_path_is_solved_on_the_economy_without_imbalances(case):
    result = run_path(case, baseline=WORLD)
    _, first, second = by_hand(CARS)
    days = list(result.points["one-strikes"].values())
    np.testing.assert_allclose(days[0].welfare, 0, atol=1e-9)
    np.testing.assert_allclose(days[1].welfare, second, atol=1e-9)
    np.testing.assert_allclose(days[1].removal.welfare, first, atol=1e-9)
    assert imbalances.TITLE in printed(show, result)
    assert imbalances.TITLE in page_of(describe(result))
    assert "imbalances_removed" in to_json(result)


def test_a_target_is_reached_on_the_economy_without_imbalances(case):
    results = run_target(case, "more", baseline=WORLD, using=["tariffs"])
    found = results["tariffs"]
    base, first, _ = by_hand()
    assert found.before == pytest.approx(base.tariff_revenue[0])
    np.testing.assert_allclose(found.solution.removal.welfare, first, atol=1e-9)
    document = target_document(results)
    assert imbalances.TITLE in printed(document.to_terminal)
    tables = document.to_plain()["tables"]
    held = {row["economy"]: row for row in tables["imbalances"]["rows"]}
    assert held["Country 0"]["balance"] == pytest.approx(-WORLD.deficit[0])
    assert held["Country 0"]["real_income"] == pytest.approx(first[0], abs=1e-9)
    assert [row["way"] for row in tables["ways"]["rows"]] == ["one tariff"]


def test_a_game_is_played_on_the_economy_without_imbalances(case):
    setting = set_up(case, baseline=WORLD)
    base, first, _ = by_hand()
    np.testing.assert_allclose(setting.calibration.flows, base.flows, rtol=1e-12)
    assert setting.options.deficits == "fixed"
    np.testing.assert_allclose(setting.removal.welfare, first, atol=1e-9)
    result = run_optimal(setting)
    assert imbalances.TITLE in printed(show, result)
    assert imbalances.TITLE in page_of(describe(result))
    assert "imbalances_removed" in to_json(result)


def test_a_firm_has_the_figures_of_its_card_without_imbalances(tmp_path):
    world = WORLD.replace(card=WORLD.card.__class__("random", "", 2000, "", "", "million USD"))
    revenue = 0.1 * world.output[1, 0]
    card = {
        "code": "FIRM", "name": "A firm", "economy": "C1", "sector": "S0", "year": 2000,
        "revenue": figure(revenue), "employment": figure(10),
        "purchases": [{"from": "C0", "sector": "S0", "value": figure(0.005 * revenue)}],
    }  # fmt: skip
    (tmp_path / "firm.yaml").write_text(yaml.safe_dump(card))
    text = GOOD.replace("focus:", "deficits: removed\nfirms: [firm.yaml]\nfocus:")
    found = prepare(write(tmp_path, text), world)
    c = found.calibration
    at, bought = c.sector_codes.index("FIRM"), c.sector_codes.index("FIRM.S0")
    assert c.output[1, at] == pytest.approx(revenue)
    paid = (1 + c.tariff[bought, 1, 0]) * c.flows[bought, 1, 0]
    assert paid == pytest.approx(0.005 * revenue)
    assert np.abs(c.deficit).max() < 1e-11 * c.value_added.sum()


def test_without_such_an_economy_a_run_says_so(case, monkeypatch):
    from detente.solver import balanced

    def fails(*_, **__):
        raise SolveError("no equilibrium found")

    monkeypatch.setattr(balanced, "solve_equilibrium", fails)
    with pytest.raises(SolveError, match="without its overall trade imbalances"):
        run_scenario(case, baseline=random_economy(31, 4, 3))


CAR_TARIFF = """\
title: T
date: 2022-03-01
baseline: wiod-2014
deficits: removed
measures:
  - {id: a, kind: tariff, by: USA, on: CHN, sectors: vehicles, add: 0.25}
variants:
  - {id: v, title: V, measures: [a]}
"""


def test_a_car_tariff_does_not_look_like_the_removal_of_imbalances(tmp_path):
    result = run_scenario(write(tmp_path, CAR_TARIFF))
    assert result.variants["v"].welfare.abs().max() < 0.05
    assert result.removal.welfare["TWN"] > 10
