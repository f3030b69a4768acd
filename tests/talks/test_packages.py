"""Tables and their packages against loops over every package."""

from itertools import product

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.large import NoPackageError, best_package, package_value
from detente.talks.packages import enumerate_packages
from detente.talks.solutions import SOLUTIONS, pareto, solve_table, zone
from detente.talks.table import Interaction, Issue, RedLine, Table, Trade


def random_table(seed, parties=2, counts=(3, 2, 3, 2)):
    rng = np.random.default_rng(seed)
    names = [f"i{k}" for k in rng.permutation(len(counts))]
    issues = tuple(
        Issue(n, tuple(f"o{k}" for k in range(c))) for n, c in zip(names, counts, strict=True)
    )
    values = {i.id: rng.normal(size=(parties, len(i.options))) for i in issues[1:]}
    trade = (issues[2].id, issues[0].id)  # not in the table's order
    return Table(
        tuple(f"p{k}" for k in range(parties)),
        issues,
        values,
        Trade(trade, rng.normal(size=(parties, counts[2], counts[0]))),
        (Interaction(((names[0], "o1"), (names[3], "o0")), rng.normal(size=parties)),),
        (RedLine("p1", ((names[1], "o1"), (names[2], "o2"))),),
    )


def by_hand(table):
    for options in product(*(issue.options for issue in table.issues)):
        choices = {i.id: o for i, o in zip(table.issues, options, strict=True)}
        crossed = any(all(choices[i] == o for i, o in line.choices) for line in table.red_lines)
        yield choices, package_value(table, choices), not crossed


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("parties", [2, 3])
def test_every_package_is_what_its_parts_add_up_to(seed, parties):
    table = random_table(seed, parties)
    packages = enumerate_packages(table)
    seen = list(by_hand(table))
    assert len(seen) == table.size == len(packages.utility)
    for number, (choices, utility, feasible) in enumerate(seen):
        assert packages.choices(number) == choices
        assert packages.number(choices) == number
        np.testing.assert_allclose(packages.utility[number], utility, rtol=0, atol=1e-12)
        assert packages.feasible[number] == feasible


@pytest.mark.parametrize("parties", [1, 2, 3, 4])
@pytest.mark.parametrize("digits", [0, 3])
def test_efficient_points_against_every_pair(parties, digits):
    rng = np.random.default_rng(parties)
    points = np.round(rng.normal(size=(700, parties)), digits)  # with ties
    plain = [not any((q >= p).all() and (q > p).any() for q in points) for p in points]
    assert pareto(points).tolist() == plain


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("parties", [2, 3])
def test_solutions_against_every_package(seed, parties):
    table = random_table(seed, parties)
    packages = enumerate_packages(table)
    d = np.quantile(packages.utility, 0.3, axis=0)
    inside = [(u - d, n) for n, (_, u, ok) in enumerate(by_hand(table)) if ok and (u >= d).all()]
    assert inside
    assert sorted(n for _, n in inside) == np.flatnonzero(zone(packages, d)).tolist()
    ideal = np.max([g for g, _ in inside], axis=0)
    scores = {
        "nash": np.prod,
        "kalai-smorodinsky": lambda g: np.min(g / ideal),
        "egalitarian": np.min,
        "utilitarian": np.sum,
    }
    for solution, score in scores.items():
        best = max(inside, key=lambda item: score(item[0]))[1]
        assert solve_table(packages, d, solution).package == best


@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky"])
def test_other_units_of_utility_change_nothing(solution):
    table = random_table(3)
    packages = enumerate_packages(table)
    d = np.quantile(packages.utility, 0.3, axis=0)
    scale, shift = np.array([1e-4, 3e5]), np.array([7.0, -2e4])
    other = type(packages)(table, packages.utility * scale + shift, packages.signed)
    ours, theirs = (
        solve_table(packages, d, solution),
        solve_table(other, d * scale + shift, solution),
    )
    assert ours.package == theirs.package
    np.testing.assert_allclose(theirs.utility, ours.utility * scale + shift)


@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"])
@pytest.mark.parametrize("tied", [False, True])
def test_the_order_of_issues_changes_nothing(solution, tied):
    from dataclasses import replace

    table = random_table(4)
    if tied:  # many packages of equal worth
        table = replace(table, values={}, interactions=())
    turned = replace(table, issues=table.issues[::-1])
    one, two = enumerate_packages(table), enumerate_packages(turned)
    d = np.quantile(one.utility, 0.3, axis=0)
    a, b = solve_table(one, d, solution), solve_table(two, d, solution)
    assert one.choices(a.package) == two.choices(b.package)
    assert len(a.ties) == len(b.ties)
    assert (len(a.ties) > 1) == tied


def test_an_empty_zone_has_no_solution():
    packages = enumerate_packages(random_table(1))
    assert solve_table(packages, packages.utility.max(axis=0) + 1) is None


@pytest.mark.parametrize("parties", [2, 3])
@pytest.mark.parametrize("solution", SOLUTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_integer_programmes_find_what_enumeration_finds(solution, seed, parties):
    table = random_table(seed, parties)
    packages = enumerate_packages(table)
    d = np.quantile(packages.utility, 0.3, axis=0)
    listed = solve_table(packages, d, solution)
    found = best_package(table, d, solution)
    assert packages.number(found.choices) == listed.package
    assert found.value <= found.bound + 1e-7
    assert found.bound - found.value < 1e-5


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_integer_programmes_keep_to_what_must_be(solution):
    table = random_table(1)
    packages = enumerate_packages(table)
    d = np.quantile(packages.utility, 0.1, axis=0)
    free = best_package(table, d, solution)
    least = free.utility + np.array([1e-3, -9.0])
    issue = table.issues[1]
    option = next(o for o in issue.options if o != free.choices[issue.id])
    for given in ({"least": least}, {"fixed": {issue.id: option}}):
        allowed = (packages.utility >= given.get("least", d)).all(axis=1)
        if "fixed" in given:
            allowed &= packages.holding((issue.id, option))
        listed = solve_table(packages, d, solution, allowed=allowed)
        found = best_package(table, d, solution, **given)
        assert packages.number(found.choices) == listed.package
    with pytest.raises(NoPackageError):
        best_package(table, packages.utility.max(axis=0) + 1.0, solution)
    with pytest.raises(InputError, match="no such option"):
        best_package(table, d, solution, fixed={issue.id: "o9"})


@pytest.mark.parametrize("solution", ["egalitarian", "kalai-smorodinsky"])
def test_of_equal_least_shares_the_larger_sum_is_taken(solution):
    values = {"a": np.array([[1.0, 1.0, 0.0], [1.0, 3.0, 4.0]])}
    table = Table(("p", "q"), (Issue("a", ("x", "y", "z")),), values)
    assert best_package(table, np.zeros(2), solution).choices == {"a": "y"}


def test_a_table_too_large_to_list_is_bounded():
    rng = np.random.default_rng(0)
    issues = tuple(Issue(f"i{k}", ("a", "b", "c")) for k in range(16))
    table = Table(("p", "q"), issues, {i.id: rng.normal(size=(2, 3)) for i in issues})
    with pytest.raises(InputError, match="too many packages"):
        enumerate_packages(table)
    found = best_package(table, np.zeros(2), "nash")
    assert (found.utility > 0).all()
    assert -1e-9 < found.bound - found.value < 1e-5
    # without interactions the best sum is known
    best = best_package(table, np.full(2, -1e9), "utilitarian")
    assert best.value == pytest.approx(sum(v.sum(axis=0).max() for v in table.values.values()))


def test_everything_wrong_with_a_table_is_said_at_once():
    with pytest.raises(InputError) as caught:
        Table(
            ("us",),
            (Issue("a", ()), Issue("b", ("x", "x"))),
            {"c": np.zeros((1, 1)), "b": np.zeros((1, 3))},
            red_lines=(RedLine("usa", (("b", "z"),)),),
        )
    said = str(caught.value)
    for words in (
        *("two or more parties", "needs an option", "given twice", "no such issue"),
        *("another shape", "no such party; did you mean 'us'", "no such option of b"),
    ):
        assert words in said


def test_red_lines_may_leave_nothing():
    issues = (Issue("a", ("x", "y")),)
    lines = (RedLine("p", (("a", "x"),)), RedLine("q", (("a", "y"),)))
    packages = enumerate_packages(Table(("p", "q"), issues, red_lines=lines))
    assert packages.feasible.tolist() == [False, False]
    assert packages.signed.tolist() == [[False, True], [True, False]]
