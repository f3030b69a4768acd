"""Draws: the fast way against the plain one, seeds, order, importance, certainty."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from detente.talks.choices import Choices
from detente.talks.importance import importance
from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.ratification import Bloc, passing, surely
from detente.talks.study import WAITING, run_talks
from detente.talks.uncertainty import Drawing, _economies, predict_plainly
from detente.uncertainty.prior import Prior, Spread
from talks_case import case_of, collapsed, economy, same, turned


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    choices = Choices(draws=120, model_draws=3, seed=4)
    return run_talks(case_of(folder), choices, baseline=economy())


@pytest.fixture(scope="module")
def solved(study):
    drawing = Drawing(study.scenario, study.case, None, None, economy())
    return _economies(drawing, 3, 3, lambda *_: None)[0]


@pytest.mark.parametrize("headline", [WAITING, "as-it-is", "war"])
@pytest.mark.parametrize("solution", ["nash", "egalitarian"])
def test_the_fast_way_equals_the_plain_one_draw_by_draw(study, solved, headline, solution):
    case = study.case
    figures = figures_of(case, solved[0])
    drawn = draw_figures(figures, 60, seed=2)
    fast = linear(case, solved, figures, headline)
    rows, named = [], {"central": 5, "fixed": 3}
    for number, row in enumerate(drawn):
        values = dict(zip(figures, row, strict=True))
        economy_of = number % len(solved)
        plain = predict_plainly(
            case,
            solved[economy_of],
            lambda key, _, v=values: v[key],
            headline,
            solution,
            named,
        )
        rows.append((plain, fast.predict(economy_of, row, solution, named)))
    plain, quick = (pd.DataFrame(list(side)) for side in zip(*rows, strict=True))
    assert list(plain) == list(quick)
    same(plain.to_numpy(dtype=float), quick.to_numpy(dtype=float))
    # something was there to be got wrong
    assert plain["zone"].nunique() > 3, plain["zone"].unique()
    if headline == "as-it-is":
        assert (plain["passing"] < plain["zone"]).any()
        assert plain["package"].nunique() > 1


def test_worth_that_only_crossed_red_lines_need_is_never_asked_for(study, solved):
    case = study.case
    full = {one: study.worth[one] for one in case.measure_sets()}
    closed = set(full) - set(solved_sets(study))
    assert {frozenset({"cars", "opens"}), frozenset({"cars", "opens", "buys"})} <= closed
    assert all((solved[0][one].income == 0).all() for one in closed)
    blank = {one: solved[0][one] if one in closed else of for one, of in full.items()}
    figures = figures_of(case, full)
    drawn = draw_figures(figures, 30, seed=3)
    for solution in ("nash", "kalai-smorodinsky"):
        rows = [[linear(case, [w], figures, "as-it-is").predict(0, row, solution, {"central": 0})
                 for row in drawn] for w in (full, blank)]  # fmt: skip
        with_all, without = (pd.DataFrame(side).to_numpy(dtype=float) for side in rows)
        same(with_all, without, 1e-12)


def solved_sets(study):
    return study.case.open_sets(study.packages.feasible)


def test_the_same_seed_draws_the_same(study):
    again = run_talks(study.scenario, study.choices, baseline=economy()).uncertainty
    pd.testing.assert_frame_equal(again.draws, study.uncertainty.draws)
    pd.testing.assert_frame_equal(again.factors, study.uncertainty.factors)
    other = replace(study.choices, seed=5)
    moved = run_talks(study.scenario, other, baseline=economy()).uncertainty
    assert np.abs(moved.draws["gain_one"] - again.draws["gain_one"]).max() > 0


def test_the_order_of_issues_and_options_moves_no_draw(study, tmp_path):
    turned_study = run_talks(case_of(tmp_path, turned), study.choices, baseline=economy())
    one, two = study.uncertainty, turned_study.uncertainty
    for column in one.draws.columns.drop("package"):
        same(one.draws[column], two.draws[column], 1e-8)
    picked = [
        [run.packages.choices(k) if k >= 0 else None for k in run.uncertainty.draws["package"]]
        for run in (study, turned_study)
    ]
    assert picked[0] == picked[1]
    pd.testing.assert_frame_equal(
        one.factors[sorted(one.factors)], two.factors[sorted(two.factors)]
    )
    assert one.deal == pytest.approx(two.deal)


def test_figures_are_drawn_from_triangles_each_apart(study):
    figures = figures_of(study.case, study.worth)
    drawn = pd.DataFrame(draw_figures(figures, 40_000, seed=1), columns=list(figures))
    for key, figure in figures.items():
        low, mid, high = figure.ends
        assert drawn[key].between(low, high).all()
        error = 4 * max((high - low) / np.sqrt(18 * 40_000), 1e-12)
        assert drawn[key].mean() == pytest.approx((low + mid + high) / 3, abs=error)
    ranged = [key for key, f in figures.items() if f.ends[0] < f.ends[2]]
    assert len(ranged) > 8
    links = drawn[ranged].corr().to_numpy() - np.eye(len(ranged))
    assert np.abs(links).max() < 0.03
    few = {key: figures[key] for key in ranged[::3]}
    np.testing.assert_array_equal(draw_figures(few, 40_000, seed=1), drawn[list(few)])


def test_importance_of_a_linear_function():
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.uniform(size=(20_000, 4)), columns=list("abcd"))
    y = pd.DataFrame({"y": 3 * x["a"] + 2 * x["b"] + x["c"], "same": 1.0})
    found = importance(x, y, bins=20)
    assert list(found.columns) == ["y"]  # what never moves has no variance to explain
    expected = {"a": 9 / 14, "b": 4 / 14, "c": 1 / 14, "d": 0.0}
    for name, share in expected.items():
        assert found.loc[name, "y"] == pytest.approx(share, abs=0.012)
    assert list(found.index[:3]) == ["a", "b", "c"]


def test_importance_of_ishigamis_function():
    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.uniform(-np.pi, np.pi, size=(40_000, 3)), columns=list("abc"))
    y = np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])
    found = importance(x, pd.DataFrame({"y": y}), bins=50)["y"]
    # first-order Sobol indices in closed form (Ishigami & Homma 1990)
    for name, share in {"a": 0.3139, "b": 0.4424, "c": 0.0}.items():
        assert found[name] == pytest.approx(share, abs=0.015)


def test_without_ranges_every_draw_is_the_central_prediction(tmp_path, monkeypatch):
    import detente.baseline.elasticity_draws as module

    monkeypatch.setattr(module, "disagreement", lambda: module.Disagreement(0.0, 0.0))

    def sure(plain):
        collapsed(plain)
        del plain["talks"]["ratification"]

    choices = Choices(draws=5, model_draws=1)
    found = run_talks(case_of(tmp_path, sure), choices, baseline=economy())
    drawn, outlook = found.uncertainty, found.outlook
    assert (drawn.draws["package"] == found.predicted).all()
    assert (drawn.draws["zone"] == outlook.zone.sum()).all()
    for k, party in enumerate(found.case.parties):
        same([outlook.agreements["nash"].gain[k]] * 5, drawn.draws[f"gain_{party}"])
        same([outlook.no_deal.values[k]] * 5, drawn.draws[f"no_deal_{party}"])
    assert drawn.deal == drawn.zone == drawn.blind == 1.0
    assert drawn.factors.empty
    assert drawn.packages.to_dict() == {found.predicted: 1.0}

    def refused(plain):
        sure(plain)
        for issue in plain["talks"]["issues"]:
            for k, option in enumerate(issue["options"]):
                option["values"] = {"one": -5 * (k > 0), "two": -5 * (k > 0)}
        point = {"id": "apart", "title": "Apart", "kind": "impasse", "values": {"one": 1, "two": 1}}
        plain["talks"]["no_deal"] = [point]

    apart = run_talks(case_of(tmp_path, refused), choices, baseline=economy()).uncertainty
    assert apart.deal == apart.zone == 0.0
    assert (apart.draws["package"] == -1).all()
    assert apart.offers is None


def test_the_chance_of_a_deal_is_the_chance_at_home(tmp_path, monkeypatch):
    import detente.baseline.elasticity_draws as module

    monkeypatch.setattr(module, "disagreement", lambda: module.Disagreement(0.0, 0.0))
    choices = Choices(draws=3, model_draws=1)
    found = run_talks(case_of(tmp_path, collapsed), choices, baseline=economy())
    assert 0 < found.votes[0].passes[found.predicted] < 1
    assert found.uncertainty.deal == pytest.approx(found.votes[0].passes[found.predicted], rel=1e-6)


@pytest.mark.parametrize("needed", [0, 1, 8, 20, 39, 40])
def test_what_a_bound_calls_sure_is_so(needed):
    rng = np.random.default_rng(needed)
    blocs = [Bloc(n, rng.beta(0.4, 0.4, 4000)) for n in (22, 11, 7)]
    exact = passing(blocs, needed)
    rows = np.array([bloc.approval for bloc in blocs])
    decided = 0
    for least in (0.0, 0.05, 0.5, 0.95, 1.0):
        passes, fails = surely([22, 11, 7], rows, needed, least)
        assert (exact[passes] >= least).all()
        assert (exact[fails] < least).all()
        assert not (passes & fails).any()
        decided += (passes | fails).sum()
    if 0 < needed < 40:
        assert decided > 4000


def test_an_economy_without_equilibrium_is_drawn_again_and_counted(study, monkeypatch):
    from detente.errors import SolveError
    from detente.talks.valuation import Valuer

    drawing = Drawing(study.scenario, study.case, None, None, economy())
    real, bad = Valuer.value, []

    def value(self, sets, on_solve=None):
        if not bad:
            bad.append(self.calibration.trade_elasticity)
        if self.calibration.trade_elasticity is bad[0]:
            raise SolveError("no")
        return real(self, sets, on_solve)

    monkeypatch.setattr(Valuer, "value", value)
    kept, _, failed = _economies(drawing, 2, 1, lambda *_: None)
    assert failed == 1
    assert len(kept) == 2
    monkeypatch.setattr(Valuer, "value", lambda *_: (_ for _ in ()).throw(SolveError("no")))
    with pytest.raises(SolveError, match="no equilibrium"):
        _economies(drawing, 2, 1, lambda *_: None)


def test_a_seed_draws_the_elasticities_of_other_commands(study, monkeypatch):
    from detente.model.economy import Structure
    from detente.model.horizons import HORIZONS
    from detente.talks.valuation import Valuer
    from detente.uncertainty.prior import draw, load_prior

    of_talks, real = [], Valuer.value

    def value(self, sets, on_solve=None):
        of_talks.append(self.calibration.trade_elasticity)
        return real(self, sets, on_solve)

    monkeypatch.setattr(Valuer, "value", value)
    drawing = Drawing(study.scenario, study.case, None, None, economy())
    _economies(drawing, 3, 7, lambda *_: None)
    others = draw(load_prior(), economy(), Structure(), 3, seed=7).elasticities
    horizons = [study.case.talks.horizons[k % len(study.case.talks.horizons)] for k in range(3)]
    # by hand: the first normal of a row moves all, the others each goods sector
    normal = np.random.default_rng(7).standard_normal((3, 1 + len(economy().sectors)))
    spread = np.append(0.2668450107, 0.4382723751 * economy().goods)
    logs = spread * normal - spread**2 / 2  # each factor has mean one
    logs = logs[:, :1] + logs[:, 1:]
    np.testing.assert_allclose(others, economy().trade_elasticity * np.exp(logs), rtol=1e-8)
    wanted = [t * HORIZONS[h].elasticity_scale for t, h in zip(others, horizons, strict=True)]
    # two at once: in whatever order they came; a prior's file gives spreads with ten digits
    np.testing.assert_allclose(sorted(map(tuple, of_talks)), sorted(map(tuple, wanted)), rtol=1e-8)


def test_offers_to_a_side_with_a_secret_reservation(tmp_path, monkeypatch):
    import detente.talks.uncertainty as module

    steps, types = 200, 400
    monkeypatch.setattr(module, "ROUNDS", 1)
    monkeypatch.setattr(module, "TYPES", types)

    def split(plain):
        shares = np.linspace(0, 1, steps + 1)
        options = [{"id": f"s{k:03d}", "values": {"one": 1 - float(s), "two": float(s)}}
                   for k, s in enumerate(shares)]  # fmt: skip
        talks = plain["talks"]
        for key in ("positions", "red_lines", "interactions", "ratification"):
            del talks[key]
        talks["issues"] = [{"id": "split", "options": options, "unsettled": f"s{steps}"}]
        talks["no_deal"] = [{"id": "none", "title": "None", "kind": "impasse"}]
        for party in talks["parties"]:
            party.pop("objective", None)

    study = run_talks(case_of(tmp_path, split), Choices(draws=0), baseline=economy())
    central = steps // 2  # worth a half to either
    reservations = (np.arange(20_000) + 0.5) / 20_000  # uniform from 0 to 1
    table = pd.DataFrame({"central_gain_two": 0.5 - reservations})
    no_deal = study.no_deals[WAITING].values
    able = np.ones(study.packages.table.size, dtype=bool)
    centre = module.Centre(study.packages, no_deal, no_deal, able, central)
    offers = module._private(study.case, table, centre)
    # max (1 − s) s over the share s that is offered: a half, accepted half of the time
    assert study.packages.utility[offers.offers[0], 1] == pytest.approx(0.5, abs=2 / steps)
    assert offers.accepted[0] == pytest.approx(0.5, abs=2 / types + 1 / steps)
    assert offers.value == pytest.approx(0.25, abs=2 / types)


def test_economies_are_drawn_from_a_prior_where_one_is_given(study):
    prior = Prior("made up", "nobody", {"goods": Spread(0.0, 0.2)}, ((1.0,),))
    drawing = Drawing(study.scenario, study.case, None, None, economy(), prior)
    c = economy()
    found = drawing.factors(2000, 1)
    spread = np.log(found.all).std(axis=0)
    np.testing.assert_allclose(spread[c.goods], 0.2, rtol=0.06)
    assert (found.all[:, ~c.goods] == 1).all()
    np.testing.assert_allclose(found.all.mean(axis=0), 1, atol=0.02)
