"""The hash of an economy: what tells two of them apart, in every process."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from detente.axes import Country, Sector
from detente.baseline.calibration import ARRAYS
from economies import random_economy

WORLD = random_economy(1, 3, 3)


def with_sector(**changes):
    first, *others = WORLD.sectors
    return WORLD.replace(sectors=(replace(first, **changes), *others))


def with_country(**changes):
    first, *others = WORLD.countries
    return WORLD.replace(countries=(replace(first, **changes), *others))


def with_card(**changes):
    return WORLD.replace(card=replace(WORLD.card, **changes))


OTHERS = {
    "kind": with_sector(kind="services"),
    "isic": with_sector(isic=("26",)),
    "part of": with_sector(part_of="S1"),
    "firm": with_sector(firm="S0"),
    "home": with_sector(home="C1"),
    "name of a sector": with_sector(name="Electronics"),
    "code of a sector": with_sector(code="C26"),
    "members": with_country(members=("DEU", "FRA")),
    "name of an economy": with_country(name="Europe"),
    "code of an economy": with_country(code="EU"),
    "unit": with_card(unit="billion EUR"),
    "year": with_card(year=2014),
    "elasticities": WORLD.replace(trade_elasticity=2 * WORLD.trade_elasticity),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_names_and_amounts_stand_for_counts(name):
    assert OTHERS[name].hash != WORLD.hash


def test_all_of_them_differ():
    assert len({WORLD.hash, *(c.hash for c in OTHERS.values())}) == len(OTHERS) + 1


def test_every_label_is_tried():
    tried = {"kind", "isic", "part_of", "firm", "home", "name", "code"}
    assert tried == set(Sector.__dataclass_fields__)
    assert {"members", "name", "code"} == set(Country.__dataclass_fields__)


def test_an_economy_of_the_same_contents_has_the_same_hash():
    copy = WORLD.replace(**{name: getattr(WORLD, name).copy() for name in ARRAYS})
    assert copy.hash == WORLD.hash
    # who wrote it and what it is called is not what it is
    assert with_card(name="another", title="Another", notes=("a note",)).hash == WORLD.hash


def test_every_process_finds_the_same():
    code = "import detente; print(detente.load('icio-2017').hash)"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
    assert len(found.pop().strip()) == 64


def test_stored_figures_are_told_apart_from_what_is_said_of_them():
    assert OTHERS["kind"].figures_hash == WORLD.figures_hash != OTHERS["elasticities"].figures_hash
