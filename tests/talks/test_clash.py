"""Red lines that leave no package: which clash, and what that costs; literals by hand."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import yaml

from detente.report.describe import describe
from detente.report.talks import facts
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.clash import clash_of, clashing, crossed
from detente.talks.large_study import run_large_talks
from detente.talks.lotteries import solve_lottery
from detente.talks.packages import MOST
from detente.talks.study import run_talks, with_fixed
from detente.talks.table import Issue, RedLine, Table
from same_cells import same_cells
from talks_case import economy

SIDES = {"us": "C0", "eu": "C1", "mx": "C2"}
NAMES = {"us": "Ana", "eu": "Bob", "mx": "Cyd"}


def issue(name, *options):
    """Return an issue whose first option is worth nothing; others as (id, worth by side)."""
    more = [{"id": option, "values": values} for option, values in options]
    return {"id": name, "options": [{"id": "no"}, *more]}


def line(party, **choices):
    return {"party": party, "choices": choices}


def table_of(folder, talks, sides=("us", "eu")):
    parties = [{"id": side, "country": SIDES[side], "name": NAMES[side]} for side in sides]
    head = {"title": "By hand", "date": "2020-01-01", "baseline": "random", "parties": parties}
    path = folder / "table.yaml"
    whole = {**head, "talks": {"parties": [{"party": side} for side in sides], **talks}}
    path.write_text(yaml.safe_dump(whole))
    return load_scenario(path)


def studied(folder, talks, sides=("us", "eu"), **choices):
    asked = Choices(**{"draws": 0, **choices})
    return run_talks(table_of(folder, talks, sides), asked, baseline=economy())


def sentences(study):
    """Return everything that is said; nothing that is shown may be empty."""
    document = describe(study)
    assert all(table.rows for table in document.tables().values())
    assert same_cells(document) > 5
    return " ".join(document.sentences())


CARS = issue("cars", ("taxed", {"us": 1000, "eu": -3000}))
FARMS = issue("farms", ("open", {"us": 2500, "eu": 3000}))
TWO = {"issues": [CARS, FARMS], "red_lines": [line("us", cars="no"), line("eu", cars="taxed")]}


def small(rng):
    """Draw a table of a few issues with up to twelve red lines of two sides."""
    count = rng.integers(1, 4)
    issues = tuple(Issue(f"i{k}", tuple("abc"[: rng.integers(1, 4)])) for k in range(count))
    lines = []
    for _ in range(rng.integers(1, 13)):
        some = rng.choice(count, size=rng.integers(1, count + 1), replace=False)
        choices = tuple((issues[k].id, str(rng.choice(issues[k].options))) for k in some)
        lines.append(RedLine(f"p{rng.integers(2)}", choices))
    return Table(("p0", "p1"), issues, red_lines=tuple(lines))


def test_the_smallest_sets_are_those_of_trying_all():
    rng, sizes = np.random.default_rng(0), []
    for _ in range(60):
        table = small(rng)
        ids = [one.id for one in table.issues]
        lines = list({(r.party, frozenset(r.choices)): r for r in table.red_lines}.values())
        packages = [set(zip(ids, one, strict=True))
                    for one in product(*(one.options for one in table.issues))]  # fmt: skip
        hit = [{k for k, r in enumerate(lines) if package >= {*r.choices}} for package in packages]
        found = set(clashing(table))
        sets = (set(some) for size in range(1, len(lines) + 1)
                for some in combinations(range(len(lines)), size))  # fmt: skip
        smallest = next((some for some in sets if all(some & one for one in hit)), set())
        assert len(found) == len(smallest)
        assert not found or all(any(package >= {*r.choices} for r in found) for package in packages)
        assert len(crossed(table)) == min(map(len, hit))
        sizes.append(len(found))
    assert {0, 1, 2, 3} <= {*sizes}


def test_pigeons_clash_all_together():
    """Four issues with three options each: lines that no two take the same leave nothing."""
    issues = tuple(Issue(f"i{k}", ("a", "b", "c")) for k in range(4))
    lines = tuple(
        RedLine("p", ((f"i{j}", option), (f"i{k}", option)))
        for j, k in combinations(range(4), 2)
        for option in "abc"
    )
    assert set(clashing(Table(("p", "q"), issues, red_lines=lines))) == set(lines)
    assert not clashing(Table(("p", "q"), issues, red_lines=lines[1:]))
    # fixed: the first two take the same
    held = {"i0": "a", "i1": "a"}
    assert clashing(Table(("p", "q"), issues, red_lines=lines), held) == lines[:1]


def test_two_sides_whose_lines_clash(tmp_path):
    study = studied(tmp_path, TWO)
    clash = study.clash
    assert study.predicted is None
    assert [(r.party, r.choices) for r in clash.lines] == [
        ("us", (("cars", "no"),)), ("eu", (("cars", "taxed"),)),
    ]  # fmt: skip
    assert clash.alone == ()
    assert clash.fewest is None
    first, second = clash.one
    assert first.deal.choices == {"cars": "no", "farms": "open"}
    np.testing.assert_allclose(first.deal.gain, [2500, 3000])
    assert second.deal.choices == {"cars": "taxed", "farms": "open"}
    np.testing.assert_allclose(second.deal.gain, [3500, 0])
    assert clash.free.deal.choices == {"cars": "no", "farms": "open"}
    said = sentences(study)
    assert said.startswith(
        "No deal is possible: Ana will not sign “cars: no” and Bob will not sign “cars: taxed”, "
        "and every package holds the one or the other. That costs Ana $2.5bn a year and Bob $3bn a "
        "year, compared with the deal that there would be without any red line: farms: open."
    )
    assert ("If Bob dropped its red line on “cars: taxed”, the deal would be: cars: taxed; farms: "
            "open, worth $3.5bn a year to Ana and nothing to Bob.") in said  # fmt: skip
    assert "Each of 4 packages crosses a red line." in said
    assert "no payment" not in said
    assert "red lines clash" in repr(study)
    rows = describe(study).tables()["clash"].rows
    assert [row["lines"] for row in rows] == [
        "us: cars=no", "eu: cars=taxed", "us: cars=no; eu: cars=taxed",
    ]  # fmt: skip
    assert [(row["gain_us"], row["gain_eu"]) for row in rows] == [
        (2500, 3000), (3500, 0), (2500, 3000),
    ]  # fmt: skip
    assert solve_lottery(study.packages, np.zeros(2)) is None


def test_all_packages_and_the_lines_that_they_cross_are_kept(tmp_path):
    more = {**TWO, "red_lines": [*TWO["red_lines"], line("eu", farms="no")]}
    frame = facts.of_study(studied(tmp_path, more)).zone
    assert frame["package"].tolist() == [0, 1, 2, 3]
    assert frame["lines"].tolist() == [2, 1, 2, 1]


def test_lines_of_three_sides_that_clash_only_together(tmp_path):
    worth = {"us": 100, "eu": 200, "mx": 300}
    issues = [issue("a", ("yes", worth)), issue("b", ("yes", {"us": 10, "eu": 20, "mx": -150}))]
    lines = [line("us", a="no", b="no"), line("eu", a="yes"), line("mx", b="yes")]
    study = studied(tmp_path, {"issues": issues, "red_lines": lines}, tuple(SIDES))
    clash = study.clash
    assert [r.party for r in clash.lines] == ["us", "eu", "mx"]
    # without the first line only nothing is left, which is no deal by another name
    assert clash.one[0].left
    assert clash.one[0].deal is None
    np.testing.assert_allclose(clash.one[1].deal.gain, [100, 200, 300])
    assert clash.one[2].left
    assert clash.one[2].deal is None  # b alone is worse for the third side
    np.testing.assert_allclose(clash.free.deal.gain, [100, 200, 300])
    said = sentences(study)
    assert ("Ana will not sign “a: no with b: no”, Bob will not sign “a: yes” and Cyd will not "
            "sign “b: yes”, and every package holds one of these") in said  # fmt: skip
    assert ("If Ana dropped its red line on “a: no with b: no”, packages would be left, but none "
            "that would be agreed on.") in said  # fmt: skip


def test_own_lines_that_leave_a_side_nothing(tmp_path):
    lines = [line("eu", cars="no"), line("eu", cars="taxed"), line("us", farms="no")]
    study = studied(tmp_path, {"issues": [CARS, FARMS], "red_lines": lines})
    assert study.clash.alone == ("eu",)
    said = sentences(study)
    assert ("Bob will sign neither “cars: no” nor “cars: taxed”, and every package holds the one "
            "or the other: its own lines leave it nothing to sign.") in said  # fmt: skip
    # a smaller clash is named before it, but it is said all the same
    lines = [line("eu", cars="no"), line("us", cars="taxed"),
             line("us", cars="no", farms="open"), line("us", farms="no")]  # fmt: skip
    study = studied(tmp_path, {"issues": [CARS, FARMS], "red_lines": lines})
    assert [r.party for r in study.clash.lines] == ["eu", "us"]
    assert study.clash.alone == ("us",)
    assert "Ana's own red lines leave it nothing to sign, whatever others agree to." in sentences(
        study
    )


def test_a_line_on_the_only_option(tmp_path):
    only = {"id": "x", "options": [{"id": "only"}]}
    study = studied(tmp_path, {"issues": [only, FARMS], "red_lines": [line("eu", x="only")]})
    assert len(study.clash.lines) == 1
    said = sentences(study)
    assert "Bob will not sign “x: only”, which is in every package" in said
    assert "the deal would be: farms: open, worth $2.5bn a year to Ana" in said


def test_two_clashes_at_once_need_two_lines_dropped(tmp_path):
    lines = [*TWO["red_lines"], line("us", farms="open"), line("eu", farms="no")]
    study = studied(tmp_path, {"issues": [CARS, FARMS], "red_lines": lines})
    clash = study.clash
    assert len(clash.lines) == 2
    assert not any(way.left for way in clash.one)
    assert [r.choices[0] for r in clash.fewest.lines] == [("cars", "no"), ("farms", "open")]
    np.testing.assert_allclose(clash.fewest.deal.gain, [2500, 3000])
    said = sentences(study)
    assert "To drop one of these lines is not enough, for others clash too: at least 2" in said
    assert "If Ana dropped its red lines on “cars: no” and “farms: open”, the deal" in said


def test_a_line_said_twice_is_one():
    a, b = Issue("a", ("x", "y")), Issue("b", ("x", "y"))
    lines = (RedLine("p", (("a", "x"), ("b", "x"))), RedLine("q", (("a", "y"),)),
             RedLine("p", (("b", "x"), ("a", "x"))), RedLine("q", (("b", "y"),)))  # fmt: skip
    found = clash_of(Table(("p", "q"), (a, b), red_lines=lines), lambda table: None)
    assert len(found.lines) == 3
    assert found.fewest is None
    assert all(way.left for way in found.one)


def test_a_clash_that_costs_nothing_is_said(tmp_path):
    bad = issue("a", ("yes", {"us": -1, "eu": -2}))
    lines = [line("us", a="no"), line("eu", a="yes")]
    study = studied(tmp_path, {"issues": [bad], "red_lines": lines})
    assert study.clash.free.deal is None
    said = sentences(study)
    assert "That costs nothing: even without any red line no package would be agreed on." in said


@pytest.mark.parametrize(("needed", "deal"), [(60, True), (101, False)])
def test_what_is_agreed_without_a_line_must_pass_at_home(tmp_path, needed, deal):
    values = [{"choices": {"farms": "open"}, "value": 9000 if deal else -9000}]
    senate = {"party": "us", "title": "Senate", "needed": min(needed, 100), "blocs": [
        {"id": "all", "members": 100, "values": values}]}  # fmt: skip
    clash = studied(tmp_path, {**TWO, "ratification": [senate]}).clash
    assert (clash.free.deal is not None) == deal


def test_outside_options_bound_what_is_agreed_without_a_line(tmp_path):
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    walk = {"id": "alone", "title": "Alone", "kind": "outside", "values": {"us": 3000, "eu": 0}}
    study = studied(tmp_path, {**TWO, "no_deal": [stay, walk]})
    # the first side has 3000 by walking away: less than with taxed cars, more than without
    first, second = study.clash.one
    assert first.deal is None
    np.testing.assert_allclose(second.deal.gain, [3500, 0])


def test_no_deal_may_hold_what_a_line_rules_out(tmp_path):
    war = {"id": "war", "title": "War", "kind": "breakdown", "by": "us",
           "choices": {"cars": "taxed"}}  # fmt: skip
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    study = studied(tmp_path, {**TWO, "no_deal": [stay, war]}, no_deal="war")
    np.testing.assert_allclose(study.no_deals["war"].values, [1000, -3000])
    assert study.clash.free.deal.choices == {"cars": "no", "farms": "open"}
    np.testing.assert_allclose(study.clash.free.deal.gain, [1500, 6000])
    assert study.questions.threats
    assert "That costs Ana $1.5bn a year and Bob $6bn a year" in sentences(study)


def test_draws_move_the_cost_alone(tmp_path):
    farms = issue("farms", ("open", {"us": 2500, "eu": {"low": 2000, "central": 3000,
                                                        "high": 4000}}))  # fmt: skip
    study = studied(tmp_path, {**TWO, "issues": [CARS, farms]}, draws=400)
    drawn = study.uncertainty
    assert drawn.deal == drawn.zone == 0
    assert "free_accepted" not in drawn.draws
    low, mid, high = drawn.interval("free_gain_eu")
    # quantiles of the triangle: 2000 + 1000 √0.1, 3000, 4000 − 1000 √0.1
    assert (low, mid, high) == pytest.approx((2316, 3000, 3684), abs=60)
    taxed = drawn.draws["without2_gain_eu"]
    np.testing.assert_allclose(taxed, drawn.draws["free_gain_eu"] - 3000)
    said = sentences(study)
    assert ("The 400 runs vary every figure that has a range, not the model, the data (2000) or "
            "who knows what: other figures may change what that costs") in said  # fmt: skip
    assert "Without any red line the deal would be worth $2.5bn a year to Ana and $3bn" in said
    assert "between a loss of $" in said


def test_options_that_are_fixed_may_clash_with_lines_of_several(tmp_path):
    third = issue("quota", ("big", {"us": 5, "eu": 5}))
    lines = [line("us", cars="no", quota="no"), line("eu", cars="no", quota="big")]
    talks = {"issues": [CARS, FARMS, third], "red_lines": lines}
    study = studied(tmp_path, talks, what_if={"cars": "no"})
    assert study.clash is None
    assert study.predicted is not None
    told = facts.of_study(study)
    assert told.why_not == ("clash", [])
    assert [r.party for r in told.clashing] == ["us", "eu"]
    assert ("No deal is possible: Ana will not sign “cars: no with quota: no” and Bob will not "
            "sign “cars: no with quota: big”, and every package") in sentences(study)  # fmt: skip
    other = with_fixed(studied(tmp_path, TWO), {"cars": "taxed"})
    assert "No deal is possible: it crosses a red line of Bob." in sentences(other)


def test_no_deal_as_predicted_can_be_compared(tmp_path):
    positions = [{"party": "us", "kind": "demand", "choices": {"cars": "taxed", "farms": "open"}}]
    talks = {**TWO, "positions": positions, "compare": ["predicted", "us"]}
    study = studied(tmp_path, talks)
    np.testing.assert_allclose(study.comparison.difference, [-3500, 0])
    assert "“No deal, as predicted” is worth $3.5bn a year less to Ana" in sentences(study)


def test_no_line_but_no_gain_reads_alike(tmp_path):
    lines = [line("eu", farms="open")]
    dear = issue("dear", ("yes", {"us": -50, "eu": -60}))
    said = sentences(studied(tmp_path, {"issues": [FARMS, dear], "red_lines": lines}))
    assert said.startswith("No deal is possible: no package is better than no deal (“Nothing is ")
    assert ("If Bob dropped its red line on “farms: open”, the deal would be: farms: open, worth "
            "$2.5bn a year to Ana and $3bn to Bob.") in said  # fmt: skip
    assert "Bob refuses 1 of 4 packages as worse for it than no deal, and 2 more cross its" in said


def test_too_many_packages_to_list(tmp_path):
    third = {"id": "quota", "options": [{"id": "big"}, {"id": "small"}]}
    idle = [issue(f"idle{k}", *((o, {"us": -1, "eu": -1}) for o in "ab")) for k in range(12)]
    lines = [line("us", cars="no", quota="big"), line("us", cars="no", quota="small"),
             line("eu", cars="taxed")]  # fmt: skip
    talks = {"issues": [CARS, FARMS, third, *idle], "red_lines": lines}
    scenario = table_of(tmp_path, talks)
    study = run_large_talks(scenario, Choices(draws=0), baseline=economy())
    assert study.table.size == 8 * 3**12 > MOST
    clash = study.clash
    assert len(clash.lines) == 3
    np.testing.assert_allclose(clash.one[0].deal.gain, [2500, 3000])
    np.testing.assert_allclose(clash.one[2].deal.gain, [3500, 0])
    np.testing.assert_allclose(clash.free.deal.gain, [2500, 3000])
    assert study.predicted is None
    said = sentences(study)
    assert said.startswith("No deal is possible: Ana will sign neither “cars: no with quota: big” ")
    assert "That costs Ana $2.5bn a year and Bob $3bn a year" in said
    assert "red lines clash" in repr(study)


def test_the_large_way_says_the_same_of_a_small_table(tmp_path):
    war = {"id": "war", "title": "War", "kind": "breakdown", "choices": {"cars": "taxed"}}
    talks = {**TWO, "no_deal": [war]}
    listed = studied(tmp_path, talks).clash
    large = run_large_talks(table_of(tmp_path, talks), Choices(draws=0), baseline=economy()).clash
    np.testing.assert_allclose(large.free.deal.gain, [1500, 6000])
    assert large.lines == listed.lines
    for one, other in zip((*large.one, large.free), (*listed.one, listed.free), strict=True):
        assert one.deal.choices == other.deal.choices
        np.testing.assert_allclose(one.deal.gain, other.deal.gain)
