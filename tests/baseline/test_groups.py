"""Names and groups of economies and sectors resolve to positions, or are refused with a reason."""

import pytest

from detente.axes import Country, Sector
from detente.baseline.aggregate import aggregate
from detente.baseline.groups import (
    ISIC_DIVISIONS,
    SECTOR_GROUPS,
    group_notes,
    resolve_countries,
    resolve_sectors,
)
from detente.baseline.store import load
from detente.errors import InputError
from economies import random_economy


@pytest.fixture(scope="module")
def wiod():
    return load("wiod-2014")


@pytest.fixture(scope="module")
def icio():
    return load("icio-2017")


def _codes(calibration, names):
    return [calibration.sector_codes[k] for k in resolve_sectors(calibration, names)]


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ("USA", ["USA"]),
        ("usa", ["USA"]),
        ("United States", ["USA"]),
        ("us", ["USA"]),
        ("UK", ["GBR"]),
        ("european union", ["EU27"]),
        ("EU", ["EU27"]),
        ("EUU", ["EU27"]),
        ("eu27", ["EU27"]),
        (["Mexico", "CAN", "usa", "USA"], ["USA", "CAN", "MEX"]),
        ("USMCA", ["USA", "CAN", "MEX"]),
        ("rest of the world", ["ROW"]),
    ],
)
def test_economies_by_code_name_and_group(wiod, names, codes):
    assert [wiod.country_codes[k] for k in resolve_countries(wiod, names)] == codes


def test_world_is_everyone(wiod):
    assert resolve_countries(wiod, "World") == tuple(range(16))


@pytest.mark.parametrize("name", ["DEU", "Germany", "germany"])
def test_a_member_of_a_region_is_refused_with_its_region(wiod, name):
    with pytest.raises(InputError) as error:
        resolve_countries(wiod, name)
    assert "Germany (DEU)" in str(error.value)
    assert "inside EU27 (European Union)" in str(error.value)


def test_every_unknown_economy_is_listed_with_the_nearest(wiod):
    with pytest.raises(InputError) as error:
        resolve_countries(wiod, ["CHM", "Mexiko", "USA", "Atlantis"])
    text = str(error.value)
    assert len(error.value.problems) == 3
    assert "did you mean 'CHN'" in text
    assert "did you mean 'Mexico'" in text
    assert "allowed: USA, CHN, EU27" in text


def test_a_group_of_separate_members_and_one_cut_by_a_region():
    economy = random_economy(1, countries=4)
    codes = ("USA", "CAN", "MEX", "CHN")
    economy = economy.replace(countries=tuple(Country(c, c) for c in codes))
    assert resolve_countries(economy, "NAFTA") == (0, 1, 2)
    merged = aggregate(economy, {"PACIFIC": ["MEX", "CHN"]})
    with pytest.raises(InputError, match="MEX inside PACIFIC"):
        resolve_countries(merged, "NAFTA")
    inside = aggregate(economy, {"NORTH": ["USA", "CAN"]})
    assert [inside.country_codes[k] for k in resolve_countries(inside, "NAFTA")] == ["NORTH", "MEX"]
    with pytest.raises(InputError, match="not in the baseline"):
        resolve_countries(economy, "EU27")


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ("C29", ["C29"]),
        ("c28_c33", ["C28_C33"]),
        ("Motor vehicles and parts", ["C29"]),
        ("agriculture", ["A01", "A02", "A03"]),
        ("Food", ["C10-C12"]),
        ("machinery", ["C28_C33"]),
        ("electronics", ["C26"]),
        ("vehicles", ["C29"]),
        ("metals", ["C24", "C25"]),
        ("chemicals", ["C20", "C21"]),
        ("transport_equipment", ["C29", "C30"]),
        (["C29", "vehicles", "A01"], ["A01", "C29"]),
    ],
)
def test_sectors_by_code_name_and_group(wiod, names, codes):
    assert _codes(wiod, names) == codes


def test_kinds(wiod, icio):
    assert resolve_sectors(wiod, "all") == tuple(range(50))
    assert resolve_sectors(wiod, "goods") == tuple(range(22))
    assert resolve_sectors(wiod, "services") == tuple(range(22, 50))
    assert resolve_sectors(icio, "goods") == tuple(range(22))
    assert _codes(icio, "services") == ["SVC"]


def test_groups_that_make_up_manufacturing(wiod, icio):
    for economy in (wiod, icio):
        made = [c for c in _codes(economy, "goods") if c.startswith("C")]
        assert _codes(economy, "manufacturing") == made
    assert _codes(icio, "machinery") == ["C28"]
    assert _codes(icio, "mining") == ["B05_06", "B07_08", "B09"]


def test_notes_say_where_a_group_cuts_a_sector(wiod, icio):
    (note,) = group_notes(icio, ["machinery", "C29"])
    assert "C31T33" in note
    assert "left out" in note
    assert group_notes(wiod, ["machinery", "food"]) == ()
    (note,) = group_notes(icio, "farming")
    assert "A01_02" in note


def test_a_group_that_is_a_small_part_of_a_sector_is_refused(icio):
    with pytest.raises(InputError) as error:
        resolve_sectors(icio, ["finance", "farming", "goods"])
    assert len(error.value.problems) == 2
    assert "half or less of SVC (All services)" in str(error.value)
    assert "A01_02" in str(error.value)


def test_every_unknown_sector_is_listed_with_the_nearest(wiod):
    with pytest.raises(InputError) as error:
        resolve_sectors(wiod, ["agricluture", "C99"])
    assert len(error.value.problems) == 2
    assert "did you mean 'agriculture'" in str(error.value)


def test_sectors_without_divisions_are_in_no_group():
    economy = random_economy(1)
    with pytest.raises(InputError, match="no sector has these ISIC divisions"):
        resolve_sectors(economy, "food")
    assert resolve_sectors(economy, "goods") == (0, 1, 2)
    with pytest.raises(InputError, match="no services"):
        resolve_sectors(economy, "services")


def test_the_baselines_own_name_comes_before_a_group():
    economy = random_economy(1, sectors=2).replace(
        sectors=(Sector("food", "Some food", ("10",)), Sector("S2", "Drink", ("11", "12")))
    )
    assert resolve_sectors(economy, "food") == (0,)


@pytest.mark.parametrize("names", [[], [3], ["USA", None]])
def test_refuses_no_names_and_names_that_are_no_text(wiod, names):
    with pytest.raises(InputError):
        resolve_countries(wiod, names)
    with pytest.raises(InputError):
        resolve_sectors(wiod, names)


def test_groups_hold_divisions_that_exist():
    assert len(ISIC_DIVISIONS) == 88
    for name, divisions in SECTOR_GROUPS.items():
        assert divisions, name
        assert set(divisions) <= set(ISIC_DIVISIONS)
