"""What the order of words tells: background, flows of goods, who is hit, denial, conditions."""

from datetime import date

import pytest

from detente.reading.grammar import buyers, is_denied, sellers, sufferers, without_background
from detente.reading.mentions import find_mentions
from detente.reading.read import read_text

DAY = date(2031, 3, 4)
HEAD = "Norway and Peru argue about fish\n\nNorway and Peru have been at odds since January.\n\n"


def acts(sentence):
    """Return who, whom, act, instrument and standing of the core statements of a sentence."""
    found = read_text(HEAD + sentence + "\n", DAY).statements
    return [
        (one.actor, one.target, one.action, one.instrument, one.modality)
        for one in found
        if one.core and one.start >= len(HEAD)
    ]


def test_background_is_blanked_where_it_stands():
    text = "Norway raised its tariff on fishmeal due to Peru's quotas"
    assert without_background(text) == "Norway raised its tariff on fishmeal" + " " * 21


def test_whose_goods_enter_which_market():
    text = "Peruvian fishmeal exports to Norway and goods from Chile entering Japan"
    named = find_mentions(text, DAY)
    assert sellers(text, named) == ("PER", "CHL")
    assert buyers(text, named) == ("NOR", "JPN")


def test_who_is_hit():
    text = "the tariffs imposed on Peru remain, and so do sanctions against Chile"
    assert sufferers(text, find_mentions(text, DAY)) == ("PER", "CHL")


@pytest.mark.parametrize(
    ("text", "verb", "denied"),
    [("Peru did not impose a quota", "impose", True), ("Peru imposed a quota", "imposed", False)],
)
def test_denial(text, verb, denied):
    assert is_denied(text, text.index(verb)) is denied


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Additional tariffs of 12% are being applied to Peruvian products entering Norway.",
            (("NOR",), ("PER",), "impose", "tariff", "in_force"),
        ),
        (
            "Peru will impose a tariff of 9% on fish due to Norway's purchases of Russian oil.",
            (("PER",), ("NOR",), "impose", "tariff", "announced"),
        ),
        (
            "Peru reserved its right to impose a tariff unless Norway withdrew the duty.",
            (("PER",), ("NOR",), "impose", "tariff", "threatened"),
        ),
        (
            "The new duty will not apply to Peruvian anchovies.",
            (("NOR",), ("PER",), "ease", "tariff", "announced"),
        ),
        (
            "Norway warned Peru that it would face tariffs of 5%.",
            (("NOR",), ("PER",), "impose", "tariff", "threatened"),
        ),
    ],
)
def test_roles_by_grammar(sentence, expected):
    assert expected in acts(sentence)


def test_what_was_not_done_is_no_measure():
    assert acts("Peru has not imposed any tariff on Norway.") == []
