"""Figures and days as texts write them."""

from datetime import date

import pytest

from detente.reading.dates import document_day, find_dates, find_duration
from detente.reading.numbers import find_rates, find_values

TODAY = date(2018, 5, 16)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("an export tax that ranges from 5 to 15 percent", (0.05, 0.15)),
        ("a 25% additional tariff", (0.25,)),
        ("the 80.5 per cent duties", (0.805,)),
        ("raised by 24 percentage points", (0.24,)),
        ("a ten percent levy", (0.1,)),
        ("between 10% and 12.5%", (0.1, 0.125)),
        ("$50 billion of goods", ()),
        ("on July 25 per centre rules", ()),
    ],
)
def test_rates(text, rates):
    assert find_rates(text) == pytest.approx(rates)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("about $50 billion worth of goods", ((5e10, "USD"),)),
        ("A$1.2 billion and €93bn", ((1.2e9, "AUD"), (9.3e10, "EUR"))),
        ("500,000 tonnes of wheat", ((5e5, "tonnes"),)),
        ("nearly 700,000 barrels per day", ((7e5, "barrels/day"),)),
        ("1,300 tariff lines", ((1300.0, "lines"),)),
        ("3 billion yuan", ((3e9, "CNY"),)),
        ("seven years ago", ()),
    ],
)
def test_amounts(text, values):
    assert find_values(text) == values


@pytest.mark.parametrize(
    ("text", "day", "deadline"),
    [
        ("Ross said Monday", "2018-05-14", False),
        ("will meet on Thursday", "2018-05-17", False),
        ("announced Friday that it will", "2018-05-11", False),
        ("start on July 6", "2018-07-06", False),
        ("on 6 August 2013", "2013-08-06", False),
        ("since May 2020", "2020-05", False),
        ("last month", "2018-04", False),
        ("last year", "2017", False),
        ("in November", "2017-11", False),
        ("from tomorrow", "2018-05-17", False),
        ("by 2020", "2020", True),
        ("until 1 September 2018", "2018-09-01", True),
        ("in two years", None, None),
        ("on February 30", None, None),
    ],
)
def test_days(text, day, deadline):
    found = find_dates(text, TODAY)
    assert [(w.day, w.deadline) for w in found] == ([(day, deadline)] if day else [])


def test_the_next_day_is_told_from_the_one_before():
    assert find_dates("the next day", TODAY, "2018-05-13")[0].day == "2018-05-14"
    assert find_dates("the next day", TODAY) == ()


def test_durations():
    assert find_duration("for seven years") == "P7Y"
    assert find_duration("a 90-day pause") == "P90D"
    assert find_duration("two years ago") is None


def test_the_day_of_an_article_is_the_first_whole_one():
    assert document_day("Brussels, 22 March 2002. By July 2003") == date(2002, 3, 22)
    assert document_day("No day here, in May") is None
