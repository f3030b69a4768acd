"""Trade elasticities: published values, fills, uniform numbers and the user's own tables."""

import numpy as np
import pytest

from detente.axes import Sector
from detente.baseline.elasticities import (
    SHIPPED_TABLE,
    SOURCES,
    choose_elasticities,
    elasticities_for,
    read_table,
    with_elasticities,
)
from detente.baseline.groups import ISIC_DIVISIONS
from detente.baseline.store import load
from detente.errors import DataError, InputError

FOOD = Sector("C10T12", "Food", ("10", "11", "12"))
CARS = Sector("C29", "Cars", ("29",))
BANKS = Sector("K64", "Banks", ("64",), "services")


@pytest.mark.parametrize(
    ("source", "food", "cars", "banks"),
    [
        ("fontagne-2022", 4.17, 8.92, 5.0),
        ("caliendo-parro-2015", 2.62, 1.84, 5.0),
        ("giri-yi-yilmazkuday-2021", 3.57, 4.47, 5.0),
        ("lashkaripour-lugovskyy-2023", 2.303, 2.805, 10.0),
        ("lashkaripour-2021", 0.47, 1.38, 5.0),
        ("shapiro-2016", 5.26, 6.87, 5.0),
        ("simonovska-waugh-2014", 4.0, 4.0, 4.0),
    ],
)
def test_values_of_each_source(source, food, cars, banks):
    values = elasticities_for((FOOD, CARS, BANKS), source)
    np.testing.assert_allclose(values, [food, cars, banks], rtol=1e-12)


def test_every_source_covers_every_division_and_says_what_it_filled():
    table = read_table(SHIPPED_TABLE)
    assert set(table) == set(SOURCES)
    for source, rows in table.items():
        assert tuple(rows) == ISIC_DIVISIONS, source
        assert all(value > 0 for value, _ in rows.values())
    filled = {s: {d for d, (_, how) in rows.items() if how} for s, rows in table.items()}
    services = {d for d in ISIC_DIVISIONS if d >= "35"}
    assert filled["fontagne-2022"] == services
    assert filled["caliendo-parro-2015"] == services
    assert filled["shapiro-2016"] == services | {"03"}
    assert filled["simonovska-waugh-2014"] == filled["lashkaripour-2021"] == set()
    assert filled["lashkaripour-lugovskyy-2023"] == set()
    missing = {"01", "02", "03", "05", "06", "07", "08", "09", "19", "28", "32", "33"}
    assert filled["giri-yi-yilmazkuday-2021"] == services | missing


def test_a_sector_of_several_divisions_gets_their_mean():
    table = read_table(SHIPPED_TABLE)["caliendo-parro-2015"]
    sector = Sector("X", "Machines and cars", ("28", "29"))
    expected = (table["28"][0] + table["29"][0]) / 2
    assert elasticities_for((sector,), "caliendo-parro-2015")[0] == pytest.approx(expected)


def test_fills_are_named_in_the_description():
    choice = choose_elasticities((FOOD, CARS, BANKS), "fontagne-2022")
    assert choice.filled == (("K64", "5 for services"),)
    assert "5 for services (all)" in choice.description
    oil = Sector("C19", "Petroleum", ("19",))
    choice = choose_elasticities((oil, CARS), "giri-yi-yilmazkuday-2021")
    assert "mean of the source's goods sectors" in choice.description
    assert "(C19)" in choice.description


@pytest.mark.parametrize("source", ["4", 4, 4.0, " 4.0 "])
def test_one_number_for_all(source):
    assert (elasticities_for((FOOD, BANKS), source) == 4.0).all()


@pytest.mark.parametrize("source", ["0", "-4", "nan", "inf"])
def test_refuses_numbers_that_are_no_elasticity(source):
    with pytest.raises(InputError, match="must be positive"):
        elasticities_for((FOOD,), source)


def test_refuses_an_unknown_source_with_the_nearest():
    with pytest.raises(InputError) as error:
        elasticities_for((FOOD,), "fontagne-2020")
    assert "did you mean 'fontagne-2022'" in str(error.value)
    assert "simonovska-waugh-2014" in str(error.value)


def test_refuses_a_published_source_for_sectors_without_divisions():
    with pytest.raises(InputError) as error:
        elasticities_for((FOOD, Sector("S1", "One"), Sector("S2", "Two")), "shapiro-2016")
    assert len(error.value.problems) == 2
    assert "S1" in str(error.value)


def test_reads_the_users_own_table(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("\ufeffsector,trade_elasticity\nK64, 5.5\n\nC29,3\nC10T12,2\n")
    choice = choose_elasticities((FOOD, CARS, BANKS), str(file))
    assert choice.values.tolist() == [2.0, 3.0, 5.5]
    assert "mine.csv" in choice.description


def test_lists_every_problem_of_a_table_with_its_line(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(
        "sector,trade_elasticity\nC10T12,-1\nC29,4\nC29,5\nK65,4\nC29,four\nK64\n",
    )
    with pytest.raises(InputError) as error:
        elasticities_for((FOOD, CARS, BANKS, Sector("H49", "Rail")), file)
    lines = {(p.line, p.message.split(";")[0]) for p in error.value.problems}
    number = "a trade elasticity must be a positive number"
    assert lines == {
        (2, number),
        (4, "sector is there twice"),
        (5, "unknown sector"),
        (6, "sector is there twice"),
        (6, number),
        (7, "wrong number of columns"),
        (None, "sector has no trade elasticity"),
    }
    assert "did you mean 'K64'" in str(error.value)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"sector;trade_elasticity\n", "wrong header"),
        (b"", "wrong header"),
        (b"sector,trade_elasticity\n\xff\xfe,4\n", "cannot read"),
        (None, "file not found"),
    ],
)
def test_refuses_files_that_are_no_table(tmp_path, content, word):
    file = tmp_path / "mine.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=word):
        elasticities_for((FOOD,), file)


def test_a_damaged_shipped_table_is_said_so(tmp_path):
    file = tmp_path / "elasticities.csv"
    for content in ("source,isic\n", "source,isic,trade_elasticity,filled\nfontagne-2022,01,0,\n"):
        file.write_text(content)
        read_table.cache_clear()
        with pytest.raises(DataError, match=r"elasticities\.csv"):
            read_table(file)


def test_a_baseline_with_other_elasticities_says_so():
    economy = load("icio-2017")
    other = with_elasticities(economy, "caliendo-parro-2015")
    assert "caliendo-parro-2015" in other.card.elasticities
    assert other.hash != economy.hash
    assert (other.flows == economy.flows).all()
    assert with_elasticities(economy, "fontagne-2022").hash == economy.hash


@pytest.mark.parametrize(
    ("given", "meant"),
    [(0.2, "1/θ? 0.2 would then be 5"), ("400", "per cent? 400 would then be 4")],
)
def test_numbers_in_another_unit_are_asked_about(given, meant):
    with pytest.raises(InputError) as caught:
        choose_elasticities((FOOD,), given)
    assert meant in str(caught.value)
    assert "elasticities" in str(caught.value)


def test_a_table_of_inverses_is_asked_about_and_one_with_a_low_value_is_not(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("sector,trade_elasticity\nC10T12,0.25\nC29,0.1\n")
    with pytest.raises(InputError, match="1/θ"):
        choose_elasticities((FOOD, CARS), path)
    path.write_text("sector,trade_elasticity\nC10T12,0.25\nC29,0.76\n")
    np.testing.assert_array_equal(choose_elasticities((FOOD, CARS), path).values, [0.25, 0.76])
