"""What measures are worth: against separate solves, against wars, and what is kept on disk."""

import json
import os
from dataclasses import replace

import jax
import numpy as np
import pytest

import detente
from detente.errors import InputError, SolveError
from detente.policy.compile import compile_policy
from detente.policy.tariffs import Tariff
from detente.prepared import prepare
from detente.report import imbalances
from detente.report.describe import describe
from detente.solver import equilibrium as equilibrium_module
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options
from detente.talks import valuation
from detente.talks.case import make_valuer, party_places
from detente.talks.prepare import make_case
from detente.talks.study import talks
from detente.talks.valuation import WAR
from detente.talks.worth import worth_of
from detente.wars.run import run_nash
from detente.wars.setting import set_up
from talks_case import case_of, economy, same, turned

SETS = [frozenset(s) for s in ((), ("cars",), ("corn",), ("cars", "opens"), ("buys",),
                               ("buys-more", "opens"), ("cars", "corn", "buys"))]  # fmt: skip
SOLVED = len(SETS) - 1


def valuer_of(scenario, folder=None, **changes):
    _, calibration, options, _ = prepare(scenario, economy())
    return replace(make_valuer(scenario, calibration, options, folder), **changes)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return case_of(tmp_path_factory.mktemp("talks"))


@pytest.fixture(scope="module")
def worth(scenario):
    return valuer_of(scenario).value(SETS)


@pytest.mark.parametrize("one", SETS, ids=lambda s: " ".join(sorted(s)) or "nothing")
def test_a_set_is_worth_what_a_separate_solve_says(scenario, worth, one):
    c = economy()
    entries = {entry.id: entry for entry in scenario.measures}
    solved = detente.solve(c, *(entries[name].instrument() for name in sorted(one)))
    gain = (solved.welfare.to_numpy() / 100) * c.income
    found = worth[one]
    np.testing.assert_allclose(found.income, gain[:2], rtol=0, atol=1e-9)
    assert found.rest == pytest.approx(gain[2:].sum(), abs=1e-9)
    flows = np.asarray(solved.equilibrium.outcome.flows_cf) - c.flows  # all sectors are goods
    sold = flows.sum(axis=0)  # (importer, exporter)
    assert found.balance[0, 1] == pytest.approx(sold[1, 0] - sold[0, 1], abs=1e-9)
    np.testing.assert_allclose(found.balance, -found.balance.T, atol=1e-12)


def test_what_sectors_earn_is_real_labour_income_by_sector(scenario, worth):
    c = economy()
    entries = {entry.id: entry for entry in scenario.measures}
    outcome = detente.solve(c, entries["corn"].instrument()).equilibrium.outcome
    # one wage for all: nominal labour income of a sector is value added in it
    earned = c.value_added_share * c.flows.sum(axis=1).T
    after = c.value_added_share * np.asarray(outcome.output_cf)
    real = after / np.asarray(outcome.consumer_price_hat)[:, None] - earned
    np.testing.assert_allclose(worth[frozenset({"corn"})].sectors, real[:2], atol=1e-9)


def test_nothing_is_worth_nothing(worth):
    assert all(np.abs(part).max() < 1e-9 for part in worth[frozenset()])


def test_no_order_matters(tmp_path, scenario, worth):
    other = case_of(tmp_path, turned)
    found = valuer_of(other).value(reversed(SETS))
    for one in SETS:
        same(worth[one].income, found[one].income)
    case, back = (make_case(s, valuer_of(s)) for s in (scenario, other))
    assert set(case.measure_sets()) == set(back.measure_sets())


def test_a_war_is_that_of_the_games_where_real_income_is_all(tmp_path):
    scenario = case_of(tmp_path, lambda plain: plain["talks"]["parties"][0].pop("objective"))
    found = valuer_of(scenario).value([frozenset({WAR})])[frozenset({WAR})]
    war = run_nash(set_up(scenario, baseline=economy()), compared=False, starts=("applied",))
    assert war.found[0].status.found
    gain = np.expm1(war.found[0].values) * economy().income[:2]
    np.testing.assert_allclose(found.income, gain, rtol=0, atol=1e-7)
    assert (np.abs(gain) > 1e-3).all()


def test_economies_that_differ_in_elasticities_share_policies(tmp_path, worth):
    def banned(plain):
        plain["measures"].append({"id": "ban", "kind": "export-ban", "by": "C0", "on": "C1",
                                  "sectors": "S0", "coverage": 0.2, "leakage": 0.5,
                                  "rerouting_cost": 1.4})  # fmt: skip

    valuer = valuer_of(case_of(tmp_path, banned))
    sets = [*SETS, frozenset({"ban"})]
    c = valuer.calibration
    drawn = c.replace(trade_elasticity=1.3 * c.trade_elasticity)
    valuer.value(sets)
    shared = replace(valuer, calibration=drawn).value(sets)
    alone = replace(valuer, calibration=drawn, compiled={}).value(sets)
    for one in sets:
        same(alone[one].income, shared[one].income)
    assert np.abs(shared[SETS[1]].income - worth[SETS[1]].income).max() > 1e-4


def test_contradictions_are_said_all_at_once(tmp_path):
    def twice(plain):
        plain["measures"] += [
            {"id": name, "kind": "tariff", "by": "C1", "on": "C0", "sectors": "S2", "set": rate}
            for name, rate in (("corn-2", 0.1), ("corn-3", 0.2))
        ]

    valuer = valuer_of(case_of(tmp_path, twice))
    with pytest.raises(InputError) as caught:
        valuer.policies([frozenset({"corn", "corn-2"}), SETS[1], frozenset({"corn", "corn-3"})])
    assert len(caught.value.problems) == 2


# what is kept on disk


@pytest.fixture
def counted(monkeypatch):
    """Sets that are solved, in order."""
    import detente.solver.equilibrium as solver

    real, solved = solver.solve_equilibrium, []

    def solve(calibration, policy, *given, **named):
        solved.append(policy)
        return real(calibration, policy, *given, **named)

    monkeypatch.setattr(solver, "solve_equilibrium", solve)
    return solved


def test_no_measures_are_worth_what_solving_says(tmp_path, scenario, counted):
    valuer = valuer_of(scenario)
    for deficits in ("fixed", "own-share", "removed"):
        found = replace(valuer, deficits=deficits).value([frozenset()])[frozenset()]
        options = Options(deficits=deficits, structure=valuer.structure)
        plain = solve_equilibrium(valuer.calibration, *valuer.policies([frozenset()]), options)
        for given, solved in zip(found, valuation.worth_of(plain, valuer.places), strict=True):
            np.testing.assert_allclose(given, solved, atol=1e-8)
    assert len(counted) == 1
    assert found.income.any()


def test_what_was_solved_is_read_back_exactly(tmp_path, scenario, counted):
    first = valuer_of(scenario, tmp_path).value(SETS)
    assert len(counted) == SOLVED
    again = valuer_of(scenario, tmp_path).value(SETS)
    assert len(counted) == SOLVED
    for one in SETS:
        for kept, solved in zip(again[one], first[one], strict=True):
            np.testing.assert_array_equal(kept, solved)


def test_an_interrupted_run_keeps_what_it_solved(tmp_path, scenario, counted):
    def stop(done, _of):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        valuer_of(scenario, tmp_path).value(SETS, stop)
    assert len(counted) == 2  # and no measures at all, which asks for no solve
    valuer_of(scenario, tmp_path).value(SETS)
    assert len(counted) == SOLVED


def test_a_set_that_fails_leaves_the_others(tmp_path, scenario, counted, monkeypatch):
    valuer = valuer_of(scenario, tmp_path)
    real = valuation.worth_of

    def fail(equilibrium, places):
        if len(counted) == 4:
            raise SolveError("no")
        return real(equilibrium, places)

    monkeypatch.setattr(valuation, "worth_of", fail)
    with pytest.raises(SolveError):
        valuer.value(SETS)
    monkeypatch.setattr(valuation, "worth_of", real)
    valuer_of(scenario, tmp_path).value(SETS)
    assert len(counted) == 4 + SOLVED - 3


def files(folder):
    return sorted(folder.glob("*/*.json"))


@pytest.mark.parametrize("spoil", ["cut", "empty", "list", "number", "seal", "short", "text"])
def test_a_damaged_file_counts_as_none(tmp_path, scenario, counted, spoil):
    sets = SETS[1:3]
    first = valuer_of(scenario, tmp_path).value(sets)
    (path,) = files(tmp_path)
    text = path.read_text()
    kept = json.loads(text)
    name = next(iter(kept["values"]))
    if spoil == "number":
        kept["values"][name][0] += 1e-6
    if spoil == "short":
        kept = {"seal": valuation._digest({name: [1.0]}), "values": {name: [1.0]}}
    if spoil == "text":
        kept["values"][name] = "x" * len(kept["values"][name])
    broken = {"cut": text[:-20], "empty": "", "list": "[1, 2]",
              "seal": text.replace(kept["seal"], "0" * 64)}  # fmt: skip
    path.write_text(broken.get(spoil, json.dumps(kept)))
    again = valuer_of(scenario, tmp_path).value(sets)
    assert len(counted) == 2 * len(sets)
    for one in sets:
        np.testing.assert_array_equal(again[one].income, first[one].income)


def test_two_runs_at_once_lose_nothing_of_each_other(tmp_path, scenario, counted):
    one, two = valuer_of(scenario, tmp_path), valuer_of(scenario, tmp_path)

    def meanwhile(done, _of):
        if done == 1:  # the first has read, and not yet written
            two.value(SETS[2:5])

    one.value(SETS[:3], meanwhile)
    before = len(counted)
    valuer_of(scenario, tmp_path).value(SETS[:5])
    assert len(counted) == before


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path, scenario):
    blocked = tmp_path / "file"
    blocked.write_text("")
    found = valuer_of(scenario, blocked).value(SETS[:2])
    assert set(found) == set(SETS[:2])
    assert not [name for name in os.listdir(tmp_path) if name != "file"]


@pytest.mark.parametrize("change", ["measure", "elasticity", "horizon", "deficits", "kind"])
def test_another_question_is_solved_anew(tmp_path, scenario, counted, change):
    one = SETS[1]
    valuer_of(scenario, tmp_path).value([one])
    other = valuer_of(scenario, tmp_path)
    if change == "measure":
        cars = other.measures["cars"].model_copy(update={"add": 0.3})
        other = replace(other, measures={**other.measures, "cars": cars})
    if change == "elasticity":
        c = other.calibration
        other = replace(other, calibration=c.replace(trade_elasticity=2 * c.trade_elasticity))
    if change == "horizon":
        other = replace(other, structure=replace(other.structure, labour_mobility=2.0))
    if change == "kind":  # measures on all goods are then others
        c = other.calibration
        sectors = (*c.sectors[:-1], replace(c.sectors[-1], kind="services"))
        other = replace(other, calibration=c.replace(sectors=sectors))
    if change == "deficits":
        other = replace(other, deficits="own-share")
    other.value([one])
    assert len(counted) == 2


def test_without_imbalances_talks_are_valued_on_the_economy_that_has_none(tmp_path):
    def removed(plain):
        plain["deficits"] = "removed"

    study = talks(case_of(tmp_path, removed), baseline=economy())
    first = solve_equilibrium(economy(), options=Options(deficits="removed"))
    base = rebase(first)
    np.testing.assert_allclose(study.calibration.flows, base.flows, rtol=1e-12)
    cars = Tariff("C0", on="C1", sectors="S0", add=0.25)
    found = solve_equilibrium(base, compile_policy(base, [cars]))
    places = party_places(study.scenario, base)
    expected = worth_of(found, places)
    np.testing.assert_allclose(
        study.worth[frozenset({"cars"})].income, expected.income, rtol=1e-7, atol=1e-9
    )
    np.testing.assert_allclose(study.worth[frozenset()].income, 0, atol=1e-9)
    titles = [section.title for section in describe(study).sections]
    assert imbalances.TITLE in titles
    rows = describe(study).tables()["imbalances"].rows
    flows, balance = economy().flows, {row["economy"]: row["balance"] for row in rows}
    for k in (0, 1):
        traded = flows[:, :, k].sum() - flows[:, k, :].sum()
        assert balance[f"Country {k}"] == pytest.approx(traded)


def test_values_are_of_the_economy_at_hand_whatever_its_sectors_are(tmp_path):
    def on_goods(plain):
        (cars,) = (m for m in plain["measures"] if m["id"] == "cars")
        cars["sectors"] = "goods"

    scenario, one = case_of(tmp_path, on_goods), frozenset({"cars"})
    first = valuer_of(scenario, tmp_path)
    c = first.calibration
    sectors = (*c.sectors[:-1], replace(c.sectors[-1], kind="services"))
    second = replace(first, calibration=c.replace(sectors=sectors), compiled={})
    before, after = (valuer.value([one])[one] for valuer in (first, second))
    alone = replace(second, folder=None, compiled={}).value([one])[one]
    np.testing.assert_allclose(after.income, alone.income, rtol=1e-9)
    assert np.abs(after.income / before.income - 1).min() > 1e-3


def test_sets_with_and_without_a_purchase_are_one_program(tmp_path, scenario, monkeypatch):
    """The purchase stands beside the others with a bound that never binds, bans included."""

    def banned(plain):
        plain["measures"].append({"id": "ban", "kind": "export-ban", "by": "C0", "on": "C1"})

    shapes, solve = set(), equilibrium_module._solve_one

    def counted(*arguments):
        shapes.add(str([np.shape(leaf) for leaf in jax.tree.leaves(arguments[1:3])]))
        return solve(*arguments)

    monkeypatch.setattr(equilibrium_module, "_solve_one", counted)
    valuer = valuer_of(case_of(tmp_path, banned))
    sets = [*SETS, frozenset({"ban"}), frozenset({WAR})]
    together = valuer.value(sets)
    assert len(shapes) == 1
    for one in sets:
        alone = replace(valuer, compiled={}).value([one])[one]
        np.testing.assert_allclose(together[one].income, alone.income, rtol=0, atol=1e-9)
        np.testing.assert_allclose(together[one].balance, alone.balance, rtol=0, atol=1e-9)
