"""Numbers as people read them, against literals."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.document.blocks import Column, Link, Mark, Table, Unit
from detente.document.language import capital, counted, listed, noun, possessive
from detente.document.numbers import (
    CHANGE,
    COUNT,
    DAYS,
    PERCENT,
    POINTS,
    SHARE,
    costs,
    gains,
    money_unit,
    number,
    settled,
    share,
    spoken,
    text,
    told,
    units_of,
    with_unit,
)

USD = money_unit("million USD", sign=True)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (-0.07123, CHANGE, "−0.071"),
        (1.5, CHANGE, "+1.50"),
        (-12.34, CHANGE, "−12.3"),
        (1234.5, PERCENT, "1,234"),
        (0.00004, CHANGE, "0.000"),
        (-0.00004, CHANGE, "0.000"),
        (-0.0, CHANGE, "0"),
        (-3.0, PERCENT, "−3.00"),
        (math.nan, CHANGE, "–"),
        (math.inf, CHANGE, "–"),
        (0.0, Unit("%", decimals=2), "0.00"),
        (12.0, DAYS, "12"),
        (41, COUNT, "41"),
        (12_345, COUNT, "12,345"),
        (0.31, SHARE, "31%"),
        (0.004, SHARE, "<1%"),
        (0.996, SHARE, ">99%"),
        (1.0, SHARE, "100%"),
        (0.0, SHARE, "0%"),
        (-0.004, SHARE, "0%"),
        (-0.12, SHARE, "−12%"),
        (math.nan, SHARE, "–"),
        (2345.678, Unit("x", 1000.0, decimals=1, data="y"), "2.3"),
    ],
)
def test_a_number_at_its_unit(value, unit, said):
    assert number(value, unit) == said


@pytest.mark.parametrize(
    ("values", "label", "said"),
    [
        ([-16_021.0, 28_400.0], "USD bn a year", ["−16.0", "+28.4"]),
        # in billions the second would read 0.000
        ([310_000.0, 0.4], "USD mn a year", ["+310,000", "+0.40"]),
        ([431.0, -12.0], "USD mn a year", ["+431", "−12.0"]),
        ([0.43], "USD thousand a year", ["+430"]),
        ([2_000_000.0], "USD tn a year", ["+2.00"]),
        # a millionth of the largest is none, and makes nobody read six zeros
        ([310_000.0, 1e-9], "USD bn a year", ["+310", "0.000"]),
        ([0.0, math.nan], "USD mn a year", ["0", "–"]),
        ([], "USD mn a year", []),
    ],
)
def test_money_takes_the_size_in_which_no_row_reads_as_zero(values, label, said):
    unit = settled(USD, values)
    assert unit.label == label
    assert [number(v, unit) for v in values] == said


def test_money_of_other_economies():
    assert settled(money_unit("billion EUR"), [3.0]).label == "EUR bn a year"
    assert settled(money_unit("thousand GBP", ""), [3.0]).label == "GBP thousand"
    assert money_unit("thousand bushels") == Unit("thousand bushels a year")
    assert USD.of_data == "million USD a year"
    assert [u.of_data for u in (SHARE, COUNT, CHANGE)] == ["fraction", "count", "%"]
    given = Unit("USD {size} a year", 1000.0, kind="money", one=1e6)
    assert settled(given, [1.0]).label == "USD bn a year"


def test_columns_of_one_unit_share_its_size():
    level = money_unit("million USD")
    columns = tuple(
        Column(key, key, key, unit) for key, unit in {"a": USD, "b": level, "c": CHANGE}.items()
    )
    table = Table("t", "T", columns, ({"a": 431_000.0, "b": 12.0, "c": 3.0}, {"a": None, "b": 1e3}))
    shown = units_of(table)
    assert [shown[u].label for u in (USD, level, CHANGE)] == ["USD bn a year"] * 2 + ["%"]
    assert [shown[u].sign for u in (USD, level)] == [True, False]
    assert [number(v, shown[USD]) for v in (431_000.0, 12.0, 1e3)] == ["+431", "+0.012", "+1.00"]


@given(st.lists(st.floats(1e-3, 1e7) | st.floats(-1e7, -1e-3), min_size=1, max_size=6))
def test_no_amount_within_six_orders_reads_as_zero(values):
    top = max(map(abs, values))
    kept = [v for v in values if abs(v) >= 2e-6 * top]
    unit = settled(USD, kept)
    assert all(number(v, unit).strip("+−0.,") for v in kept)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (16_021.0, "$16bn"),
        (-16_021.0, "$16bn"),
        (4_300.0, "$4.3bn"),
        (4_000.0, "$4bn"),
        (430.0, "$430m"),
        (0.78, "$780,000"),
        (0.143949, "$144,000"),
        (0.0000123, "$12"),
        (999.6, "$1bn"),
        (1_500_000.0, "$1.5tn"),
        (0.0, "$0"),
    ],
)
def test_money_as_people_say_it(value, said):
    assert spoken(value, USD) == said


def test_other_currencies_are_said_by_their_sign_or_code():
    assert spoken(93.0, money_unit("billion EUR")) == "€93bn"
    assert spoken(93.0, money_unit("billion CNY")) == "CNY 93bn"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.07123, "0.071%"),
        (0.0703, "0.07%"),
        (-0.1912, "0.19%"),
        (1.5, "1.5%"),
        (2.0, "2%"),
        (0.996, "1%"),
        (0.0059, "0.006%"),
        (34.2, "34%"),
        (1234.5, "1,234%"),
        (0.0, "0%"),
        (math.nan, "–"),
    ],
)
def test_per_cent_as_people_say_it(value, said):
    assert spoken(value, CHANGE) == said


def test_a_sign_stands_in_front_of_the_currency():
    assert spoken(-16_021.0, USD, sign=True) == "−$16bn"
    assert spoken(0.0712, CHANGE, sign=True) == "+0.071%"
    assert spoken(0.0, USD, sign=True) == "$0"


def test_changes_are_said_with_verbs():
    assert told(-16_021.0, USD) == "$16bn a year"
    assert told(25.0, POINTS) == "25 points"
    assert gains(0.0712, CHANGE) == "gains 0.071%"
    assert gains(-16_021.0, USD) == "loses $16bn a year"
    assert gains(-16_021.0, USD, would=True) == "would lose $16bn a year"
    assert gains(-0.0004, CHANGE) == "neither gains nor loses"
    assert gains(0.0004, CHANGE, would=True) == "would neither gain nor lose"
    who = "the United States"
    assert costs(-16_021.0, USD, who) == "costs the United States $16bn a year"
    assert costs(0.0712, CHANGE, who) == "brings the United States 0.071%"
    assert costs(-93.0, money_unit("billion EUR", ""), who) == "costs the United States €93bn"
    assert costs(430.0, USD, who, would=True) == "would bring the United States $430m a year"
    assert costs(0.0, USD, who) == "leaves the United States as it is"
    assert costs(0.0, USD, who, would=True) == "would leave the United States as it is"


def test_what_is_no_currency_keeps_its_unit():
    assert spoken(-12.0, money_unit("thousand bushels")) == "12.0 thousand bushels a year"
    assert told(12.0, money_unit("thousand bushels")) == "12.0 thousand bushels a year"


def test_a_number_carries_its_unit():
    assert with_unit(-21_300.0, USD) == "−USD 21.3 bn a year"
    assert with_unit(0.07, CHANGE) == "+0.070%"
    assert with_unit(12, DAYS) == "12 days"
    assert with_unit(0.31, SHARE) == "31%"
    assert with_unit(41, COUNT) == "41"
    assert with_unit(math.nan, USD) == "–"


def test_cells_of_words():
    found = [text(v) for v in (None, True, False, "a", date(2018, 5, 15), Mark("m", "good", "M"),
                               Link("l", "#x"), ("a", Mark("b")), ())]  # fmt: skip
    assert found == ["", "yes", "no", "a", "2018-05-15", "m", "l", "a; b", ""]


def test_shares_are_whole_per_cents():
    assert share(0.456) == "46%"


def test_english():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert noun("United States") == "the United States"
    assert noun("Rest of world") == "the rest of the world"
    assert noun("China") == "China"
    assert possessive("United States") == "the United States'"
    assert possessive("China") == "China's"
    assert capital("the end") == "The end"
    assert [counted(k, "gains", "gain") for k in (0, 1, 2)] == ["none gains", "1 gains", "2 gain"]
