"""`--compare` as a user types it: what is shown, what is written, what is refused."""

import json
from pathlib import Path

import pytest


def test_one_variant_against_another(detente, case):
    done = detente("run", case, "--compare", "two-strikes-back", "one-strikes")
    assert done.status == 0
    assert "“Two strikes back” against “One strikes”" in done.out
    assert "One measure tells them apart: Country 1's tariff of 30% on " in done.out
    assert next(Path("detente-out").glob("*/compared-countries.csv")).is_file()


def test_against_no_measures_as_json(detente, case):
    done = detente("run", case, "--compare", "two-strikes-back", "baseline", "--json")
    found = json.loads(done.out)
    (section,) = [s for s in found["sections"] if s["key"] == "against"]
    assert section["title"] == "“Two strikes back” against “No measures”"


def test_along_the_path(detente, case):
    done = detente("run", case, "--path", "--compare", "two-strikes-back", "one-strikes")
    assert done.status == 0
    assert "Real income by date" in done.out


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("one-strike", "one-strikes"), "--compare: there is no such variant here; did you mean"),
        (("one-strikes", "one-strikes"), "--compare: two different variants are needed"),
        (("one-strikes",), "'--compare' requires 2 arguments"),
    ],
)
def test_what_is_refused(detente, case, pair, said):
    done = detente("run", case, "--compare", *pair)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""


def test_a_variant_that_is_left_out_is_refused(detente, case):
    pair = ("two-strikes-back", "one-strikes")
    done = detente("run", case, "--variant", "one-strikes", "--compare", *pair)
    assert done.status == 2
    assert "--compare: there is no such variant here" in done.err
    assert "allowed: one-strikes, baseline" in done.err
