"""The shipped table of trade by line: its sums against published ones, and codes in it."""

import json
from importlib import resources

import pytest

from detente.policy.goods import codes_under, division_of, successors

FOLDER = resources.files("detente.policy") / "trade_by_line"


def test_sums_of_the_card_are_what_customs_published():
    sums = json.loads((FOLDER / "about.json").read_text("utf-8"))["sums"]
    # Census, imports for consumption of 2024, $bn; China customs 2017
    for pair, published in (("USA<EU27", 597), ("USA<MEX", 503), ("USA<CHN", 429),
                            ("USA<CAN", 412), ("CHN<USA", 154)):  # fmt: skip
        assert sums[pair] / 1e3 == pytest.approx(published, rel=0.01)
    assert "USA<SVK" not in sums  # inside EU27


@pytest.mark.parametrize(
    ("code", "division"),
    [(870323, 29), (720810, 24), (270900, 6), (10121, 1), (300490, 21), (970121, 0)],
)
def test_codes_have_the_division_whose_product_they_are(code, division):
    assert division_of(code) == division


def test_codes_are_those_of_2022_and_know_their_older_ones():
    assert len(codes_under("8703")) == 14
    assert successors(880330) == (2017, (880730,))
    assert successors(870323) is None
