"""How coverages of one cell lie to one another, with shares by hand."""

import pytest

from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.policy.overlaps import Unit, parts_of_cell
from detente.policy.tariffs import Tariff
from economies import random_economy

WORLD = random_economy(3, 4, 3)
NAMES = ("a", "b", "c")


def one(number, share, rule="independent"):
    return Unit(((frozenset((number,)), share),), rule)


def cut(*units, replacing=()):
    return dict(parts_of_cell(units, dict.fromkeys(replacing, 1.0), NAMES))


def sets(**shares):
    """Shares by the letters of the measures in it."""
    return {
        frozenset("abc".index(x) for x in key.strip("_")): share for key, share in shares.items()
    }


def test_independent_coverages_multiply():
    found = cut(one(0, 0.5), one(1, 0.2))
    assert found == pytest.approx(sets(ab=0.1, a=0.4, b=0.1, _=0.4))


def test_nested_coverages_lie_in_one_another():
    found = cut(one(0, 0.2, "nested"), one(1, 0.5, "nested"), one(2, 0.1, "nested"))
    assert found == pytest.approx(sets(abc=0.1, ab=0.1, b=0.3, _=0.5))


def test_disjoint_coverages_lie_apart_and_are_refused_where_they_do_not_fit():
    found = cut(one(0, 0.5, "disjoint"), one(1, 0.4, "disjoint"))
    assert found == pytest.approx(sets(a=0.5, b=0.4, _=0.1))
    with pytest.raises(InputError, match="a, b are disjoint"):
        cut(one(0, 0.7, "disjoint"), one(1, 0.4, "disjoint"))


def test_what_replaces_a_rate_lies_apart():
    found = cut(one(0, 0.5), one(1, 0.4), one(2, 0.5), replacing=(0, 1))
    assert found == pytest.approx(sets(ac=0.25, a=0.25, bc=0.2, b=0.2, c=0.05, _=0.05))
    with pytest.raises(InputError, match="a, b replace the same tariff"):
        cut(one(0, 0.7), one(1, 0.4), replacing=(0, 1))


def test_what_lists_share_is_known():
    lists = Unit(((frozenset((0,)), 0.1), (frozenset((0, 1)), 0.3)))
    assert cut(lists, one(2, 0.5)) == pytest.approx(
        sets(a=0.05, ac=0.05, ab=0.15, abc=0.15, c=0.3, _=0.3)
    )
    with pytest.raises(InputError, match="replace the same tariff"):
        cut(lists, replacing=(0, 1))


def test_too_many_parts_are_refused():
    names = [f"m{k}" for k in range(12)]
    units = [Unit(((frozenset((k,)), 0.5),)) for k in range(12)]
    with pytest.raises(InputError, match="more than 512"):
        parts_of_cell(units, {}, names)


def test_a_rule_that_decides_is_said_and_one_that_decides_nothing_is_not():
    part = [Tariff("C0", on="C1", add=0.2, coverage=0.5, id="half"),
            ExportBan("C1", on="C0", sectors="S1", coverage=0.2, id="fifth")]  # fmt: skip
    (note,) = compile_policy(WORLD, part).notes
    assert "half, fifth" in note
    assert "S1" in note
    assert "S0" not in note
    assert "independent" in note
    whole = [part[0], Tariff("C0", on="C1", add=0.1)]
    assert compile_policy(WORLD, whole).notes == ()


def test_an_unknown_rule_is_refused():
    with pytest.raises(InputError, match=r"(?s)overlap.*independent, narrower, nested, disjoint"):
        Tariff("C0", add=0.1, coverage=0.5, overlap="nest")


def test_the_last_supplier_is_not_banned_silently():
    sellers = [c.code for c in WORLD.countries]
    home, share = WORLD.flows.copy(), WORLD.input_share.copy()
    home[1, 0, 0] = 0.0  # C0 makes nothing of S1 for itself, and uses none to make other things
    share[0, 1, :] = 0.0
    spending = ((1 + WORLD.tariff) * home).sum(axis=2).T
    final = spending - (share * home.sum(axis=1).T[:, None, :]).sum(axis=2)
    without = WORLD.replace(
        flows=home, final_demand=final, input_share=share, value_added_share=1 - share.sum(axis=1)
    )
    ban = ExportBan(sellers[1:], on="C0", sectors="S1", id="all")
    with pytest.raises(InputError, match=r"(?s)sells Sector 1 to Country 0.*banned by all.*S1, C0"):
        compile_policy(without, [ban])
    some = ExportBan(sellers[1:3], on="C0", sectors="S1")
    assert compile_policy(without, [some]).supply_share is not None
    assert compile_policy(WORLD, [ban]).supply_share is not None  # it makes its own


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("independent", "independent", 0.2),
        ("independent", "nested", 0.4),
        ("nested", "independent", 0.4),
        ("nested", "nested", 0.4),
        ("independent", "disjoint", 0.0),
        ("disjoint", "independent", 0.0),
        ("nested", "disjoint", 0.0),
        ("disjoint", "nested", 0.0),
        ("disjoint", "disjoint", 0.0),
    ],
)
def test_a_rule_holds_whatever_the_other_measure_says(first, second, both):
    units = one(0, 0.5, first), one(1, 0.4, second)
    wanted = sets(ab=both, a=0.5 - both, b=0.4 - both, _=0.1 + both)
    wanted = pytest.approx({parts: share for parts, share in wanted.items() if share})
    assert cut(*units) == wanted
    assert cut(*reversed(units)) == wanted


def test_a_measure_apart_from_others_is_refused_where_they_leave_no_room():
    with pytest.raises(InputError, match="a, b are disjoint"):
        cut(one(0, 0.6, "disjoint"), one(1, 0.6))


@pytest.mark.parametrize("lists", [((0,),), ((0,), (0, 2))])
def test_a_measure_nested_in_lists_is_so_however_many_parts_they_have(lists):
    unit = Unit(tuple((frozenset(held), 0.1) for held in lists))
    found = cut(unit, one(1, 0.05, "nested"))
    assert sum(share for held, share in found.items() if 1 in held and 0 in held) == pytest.approx(
        0.05
    )
