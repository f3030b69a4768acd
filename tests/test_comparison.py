"""One equilibrium against another: from both as solved, by hand."""

import datetime

import numpy as np
import pytest

import detente as dt
from detente.comparison import against
from detente.errors import InputError
from detente.scenario.load import load_scenario
from economies import random_economy
from scenario_texts import GOOD, refusals, write

C = random_economy(5)
STRIKE = dt.Tariff("C0", on="C1", sectors="S0", add=0.25)
ANSWER = dt.Tariff("C1", on="C0", sectors=["S1", "S2"], set=0.3)


def run(folder, text=GOOD, **choices):
    return dt.run_scenario(load_scenario(write(folder, text)), baseline=C, **choices)


def test_real_income_is_a_ratio_and_money_two_equivalent_variations():
    a, b = dt.solve(C, STRIKE, ANSWER), dt.solve(C, STRIKE)
    found = dt.compare(a, b)
    hats = [1 + s.welfare.to_numpy() / 100 for s in (a, b)]
    np.testing.assert_allclose(found.welfare, 100 * (hats[0] / hats[1] - 1), rtol=1e-9)
    np.testing.assert_allclose(
        found.countries["real_income_musd"], (hats[0] - hats[1]) * C.income, rtol=1e-9
    )
    assert np.abs(found.welfare).max() > 1e-3


def test_trade_and_duties_from_both_equilibria():
    a, b = dt.solve(C, STRIKE, ANSWER), dt.solve(C, STRIKE)
    row = dt.compare(a, b).bilateral.loc[("C0", "C1")]
    flows = [np.asarray(s.equilibrium.outcome.flows_cf)[:, 1, 0] for s in (a, b)]
    rates = [s.equilibrium.policy.tariff_cf[:, 1, 0] for s in (a, b)]
    assert row["goods_pct"] == pytest.approx(100 * (flows[0].sum() / flows[1].sum() - 1))
    assert row["goods_change_musd"] == pytest.approx(flows[0].sum() - flows[1].sum())
    duty = [(r * f).sum() / f.sum() for r, f in zip(rates, flows, strict=True)]
    assert row["effective_tariff_cf"] == pytest.approx(duty[0] - duty[1])
    assert "goods_musd" not in row  # of the baseline, the same in both


def test_output_by_sector():
    a, b = dt.solve(C, ANSWER), dt.solve(C, STRIKE)
    out = [np.asarray(s.equilibrium.outcome.output_cf)[1, 2] for s in (a, b)]
    row = dt.compare(a, b).sectors.loc[("C1", "S2")]
    assert row["output_pct"] == pytest.approx(100 * (out[0] / out[1] - 1))
    assert row["output_change_musd"] == pytest.approx(out[0] - out[1])


def test_what_is_in_points_is_compared_in_points():
    a, b = dt.solve(C, STRIKE, ANSWER).countries, dt.solve(C, STRIKE).countries
    found = against(a, b)
    for name in ("reallocation_pct", "terms_of_trade_pct"):
        np.testing.assert_allclose(found[name], a[name] - b[name])
    assert not {"income_musd", "exports_musd", "tariff_revenue_musd"} & set(found)


def test_a_solution_against_its_like_changes_nothing():
    a = dt.solve(C, STRIKE)
    found = dt.compare(a, dt.solve(C, STRIKE))
    for frame in (found.countries, found.sectors, found.bilateral):
        np.testing.assert_allclose(np.nan_to_num(frame.to_numpy(float)), 0.0, atol=1e-13)


def test_two_variants_of_a_run_with_what_each_measure_makes(tmp_path):
    result = run(tmp_path)
    found = dt.compare("two-strikes-back", "one-strikes", of=result)
    alone = dt.compare(dt.solve(C, STRIKE, ANSWER), dt.solve(C, STRIKE))
    np.testing.assert_allclose(found.welfare, alone.welfare, rtol=1e-9)
    assert found.titles == ("Two strikes back", "One strikes")
    assert [part.id for part in found.cause.parts] == ["corn"]
    np.testing.assert_allclose(100 * found.cause.effect, found.welfare, atol=1e-9)
    assert result.comparison is None


def test_a_variant_against_no_measures(tmp_path):
    result = run(tmp_path, compare=("two-strikes-back", "baseline"))
    found = result.comparison
    np.testing.assert_allclose(
        found.welfare, result.variants["two-strikes-back"].welfare, rtol=1e-7
    )
    assert [part.id for part in found.cause.parts] == ["cars", "corn"]
    assert found.titles == ("Two strikes back", "No measures")
    np.testing.assert_allclose(100 * found.cause.effect, found.welfare, atol=1e-9)


def test_the_file_names_what_is_compared_and_shown(tmp_path):
    text = GOOD + "headline: one-strikes\ncompare: [two-strikes-back, one-strikes]\n"
    result = run(tmp_path, text)
    assert result.headline == "one-strikes"
    assert result.comparison.ids == ("two-strikes-back", "one-strikes")
    # asked for goes before the file's
    assert run(tmp_path, text, compare=["one-strikes", "baseline"]).comparison.ids[1] == "baseline"
    # where one of the two is not solved there is nothing to compare, and the last one is shown
    part = run(tmp_path, text, variants=["two-strikes-back"])
    assert (part.headline, part.comparison) == ("two-strikes-back", None)
    assert run(tmp_path).headline == "two-strikes-back"


def test_on_a_day_only_what_is_in_force_counts(tmp_path):
    found = run(tmp_path, at="2018-06-01", compare=("one-strikes", "baseline")).comparison
    assert found.cause.parts == ()
    np.testing.assert_allclose(found.welfare, 0.0, atol=1e-9)
    later = run(tmp_path, at="2018-08-01", compare=("one-strikes", "baseline")).comparison
    assert [part.id for part in later.cause.parts] == ["cars"]


def test_no_attribution_says_why(tmp_path, monkeypatch):
    def none(*_, **__):
        raise dt.SolveError("no equilibrium with corn alone")

    monkeypatch.setattr("detente.simulate.attribute", none)
    found = run(tmp_path, compare=("two-strikes-back", "baseline")).comparison
    assert (found.cause, found.no_cause) == (None, "no equilibrium with corn alone")


def test_along_a_path_every_day_of_either(tmp_path):
    case = load_scenario(write(tmp_path, GOOD))
    path = dt.run_path(case, baseline=C, compare=("two-strikes-back", "baseline"))
    assert list(path.comparison.points) == [
        datetime.date(2018, 7, 5), datetime.date(2018, 7, 6), datetime.date(2019, 7, 7),
    ]  # fmt: skip
    by_hand = [dt.solve(C, ANSWER), dt.solve(C, STRIKE, ANSWER), dt.solve(C, ANSWER)]
    np.testing.assert_allclose(path.comparison.welfare, [s.welfare for s in by_hand], atol=1e-8)
    np.testing.assert_allclose(path.comparison.end.welfare, by_hand[-1].welfare, atol=1e-8)


def test_before_its_first_day_and_after_its_last_a_variant_stays_as_it_is(tmp_path):
    text = GOOD.replace("    set: 0.3\n", "    set: 0.3\n    start: 2018-08-01\n") + (
        "  - {id: corn-alone, title: Corn alone, measures: [corn]}\n"
    )
    path = dt.run_path(load_scenario(write(tmp_path, text)), baseline=C)
    found = dt.compare("corn-alone", "one-strikes", of=path)
    corn, cars, none = (
        dt.solve(C, ANSWER).welfare,
        dt.solve(C, STRIKE).welfare,
        0 * dt.solve(C).welfare,
    )
    for day, new, old in (
        ("2018-07-05", none, none), ("2018-07-06", none, cars), ("2018-07-31", none, cars),
        ("2018-08-01", corn, cars), ("2019-07-07", corn, none),
    ):  # fmt: skip
        expected = 100 * ((100 + new) / (100 + old) - 1)
        np.testing.assert_allclose(found.welfare.loc[day], expected, atol=1e-8, err_msg=day)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("one-strike", "two-strikes-back"), "did you mean 'one-strikes'"),
        (("one-strikes", "one-strikes"), "two different variants are needed"),
        (("one-strikes",), "two variants are compared"),
        ("one-strikes", "two variants are compared"),
    ],
)
def test_what_a_run_refuses_to_compare(tmp_path, pair, message):
    with pytest.raises(InputError, match=message) as caught:
        run(tmp_path, compare=pair)
    (problem,) = caught.value.problems
    assert problem.key == "compare"
    assert problem.allowed == "one-strikes, two-strikes-back, baseline"


def test_what_is_no_pair_of_solutions():
    a = dt.solve(C, STRIKE)
    with pytest.raises(InputError, match="one baseline"):
        dt.compare(a, dt.solve(random_economy(6)))
    with pytest.raises(InputError, match="one baseline"):
        dt.compare(a, dt.solve(C, structure=dt.Structure(market="free-entry")))
    with pytest.raises(InputError, match="solution is expected"):
        dt.compare(a, "one-strikes")
    with pytest.raises(InputError, match="variants of a run"):
        dt.compare("a", "b", of=a)


@pytest.mark.parametrize(
    ("line", "key", "message", "allowed"),
    [
        ("compare: [one-strikes, nobody]", "compare[#2]", "no variant with this id", "baseline"),
        ("compare: [one-strikes, one-strikes]", "compare[#2]", "named twice", None),
        ("compare: [one-strikes]", "compare", "two variants are compared", "two-strikes-back"),
        ("compare: one-strikes", "compare", "a list is expected", None),
        ("headline: three-strikes", "headline", "no variant with this id", "one-strikes"),
        ("headline: [one-strikes]", "headline", "text is expected", None),
    ],
)
def test_what_a_file_cannot_name(tmp_path, line, key, message, allowed):
    found = refusals(tmp_path, GOOD + line + "\n")
    assert [p.key for p in found] == [key]
    assert message in found[0].message
    assert found[0].line == len(GOOD.splitlines()) + 1
    assert allowed is None or allowed in found[0].allowed


def test_one_solution_is_not_compared_with_itself():
    solution = dt.solve(random_economy(4), [])
    with pytest.raises(InputError, match=r"^a, b: both are the same solution"):
        dt.compare(solution, solution)
