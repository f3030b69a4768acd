"""Talks too large to list: against the whole list where there is one."""

from dataclasses import replace

import numpy as np
import pytest

import detente
from detente.errors import InputError
from detente.talks.choices import Choices
from detente.talks.large_study import run_large_talks
from detente.talks.packages import MOST
from detente.talks.solutions import SOLUTIONS
from detente.talks.study import WAITING, run_talks
from talks_case import case_of, economy

NO_DRAWS = Choices(draws=0)


@pytest.mark.parametrize("what_if", [None, {"school": "reopened"}])
def test_the_best_packages_are_those_of_the_whole_list(tmp_path, what_if):
    scenario = case_of(tmp_path)
    listed = run_talks(scenario, NO_DRAWS, baseline=economy())
    large = run_large_talks(scenario, replace(NO_DRAWS, what_if=what_if), baseline=economy())
    held = np.ones(36, dtype=bool)
    if what_if:
        held = listed.packages.holding(*what_if.items())
    from detente.talks.outlook import power_in
    from detente.talks.solutions import solve_table

    some = 0
    for name, point in listed.no_deals.items():
        np.testing.assert_allclose(large.no_deals[name].values, point.values)
        for solution in SOLUTIONS:
            weights = power_in(solution, listed.power)
            expected = solve_table(
                listed.packages, point.values, solution, weights=weights, allowed=held
            )
            found = large.best[name][solution]
            assert (found is None) == (expected is None)
            if found and expected:
                some += 1
                assert listed.packages.number(found.choices) == expected.package
                assert -1e-9 < found.bound - found.value < 1e-5
    assert some >= 8
    assert large.predicted is large.best[WAITING]["nash"]
    assert any("may not pass" in note for note in large.notes)


def many(plain):
    """Thirteen more issues of three options each: 36 · 3^13 packages."""
    rng = np.random.default_rng(3)
    for number in range(13):
        options = [
            {"id": f"o{k}", "values": {"one": float(a), "two": float(b)}}
            for k, (a, b) in enumerate(0.01 * rng.normal(size=(3, 2)))
        ]
        plain["talks"]["issues"].append({"id": f"more-{number}", "options": options})
    plain["talks"]["positions"].clear()


def test_a_table_that_is_refused_is_solved_here(tmp_path):
    scenario = case_of(tmp_path, many)
    with pytest.raises(InputError, match="run_large_talks") as caught:
        run_talks(scenario, NO_DRAWS, baseline=economy())
    assert caught.value.problems[0].value == f"{36 * 3**13:,}"
    found = detente.run_large_talks(scenario, NO_DRAWS, baseline=economy())
    assert found.table.size == 36 * 3**13 > MOST
    best, d = found.predicted, found.no_deals[WAITING].values
    assert (best.utility > d).all()
    # what the value claims is so, and no exchange of one option is better
    w = found.power / found.power.mean()
    from detente.talks.large import package_value

    def score(choices):
        gain = package_value(found.table, choices) - d
        return w @ np.log(np.maximum(gain, 1e-300))

    here = score(best.choices)
    lines = found.table.red_lines
    for issue in found.table.issues:
        for option in issue.options:
            other = {**best.choices, issue.id: option}
            if not any(all(other[i] == o for i, o in line.choices) for line in lines):
                assert score(other) <= here + 1e-9


def test_an_outside_option_is_kept(tmp_path):
    free = run_large_talks(case_of(tmp_path), NO_DRAWS, baseline=economy())
    least = float(free.predicted.utility[0] + 1e-4)

    def outside(plain):
        plain["talks"]["no_deal"].append({"id": "alone", "title": "Alone", "kind": "outside",
                                          "values": {"one": least, "two": -9}})  # fmt: skip

    found = run_large_talks(case_of(tmp_path, outside), NO_DRAWS, baseline=economy())
    assert found.predicted.utility[0] >= least
    # over every point, as of the whole list
    listed = run_talks(case_of(tmp_path, outside), NO_DRAWS, baseline=economy())
    for name, outlook in listed.outlooks.items():
        best, expected = found.best[name]["nash"], outlook.unratified["nash"]
        assert (best is None) == (expected is None)
        if best and expected:
            assert listed.packages.number(best.choices) == expected.package


def test_a_side_that_nothing_on_the_table_touches_gains_the_same_by_all(tmp_path):
    def change(plain):
        plain["talks"]["issues"] = [{"id": "a", "options": [
            {"id": "no"}, {"id": "yes", "values": {"two": 7}}, {"id": "more", "values": {"two": 9}},
        ]}]  # fmt: skip
        strike = {"id": "strike", "title": "Strike", "kind": "breakdown"}
        plain["talks"]["no_deal"] = [strike | {"values": {"one": -5, "two": 3}}]
        for key in ("positions", "red_lines", "interactions", "ratification"):
            del plain["talks"][key]

    found = run_large_talks(case_of(tmp_path, change), NO_DRAWS, baseline=economy())
    np.testing.assert_allclose(found.predicted.utility, [0, 9])
