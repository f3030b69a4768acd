"""The card to start from has every key that a card may have, and what is commented out fits too."""

import re
from pathlib import Path

import pytest

from detente.sanction import card as cards
from detente.sanction import load
from detente.sanction.draws import DEFAULTS
from detente.sanction.load import load_card

TEMPLATE = Path(load.__file__).with_name("template.yaml")


def uncommented(text: str) -> str:
    """Take the # and the space after it away from every line that is written to be used."""
    head, _, rest = text.partition("\n\n")
    return head + "\n\n" + re.sub(r"^# (?= *(?:- id: |[a-z_]+:))", "", rest, flags=re.MULTILINE)


@pytest.mark.parametrize("change", [str, uncommented])
def test_it_is_a_card(tmp_path, change):
    path = tmp_path / "firm.yaml"
    path.write_text(change(TEMPLATE.read_text()))
    card = load_card(path)
    assert card.code == "MYFIRM"
    if change is uncommented:
        assert card.currency == "EUR"
        assert len(card.remedies) == 3
        assert {key: getattr(card.short_run, key).central for key in DEFAULTS} == DEFAULTS
        assert card.observed is not None


def test_every_key_of_a_card_is_in_it():
    text = TEMPLATE.read_text()
    classes = ("FirmCard", "FirmSource", "Figure", "Sale", "Purchase", "ProductLine",
               "CriticalInput", "ShortRun", "Remedy", "Observed")  # fmt: skip
    for name in classes:
        for key, field in getattr(cards, name).model_fields.items():
            assert re.search(rf"\b{field.alias or key}\b", text), (name, key)


def test_its_lines_fit_a_screen():
    assert max(map(len, TEMPLATE.read_text().splitlines())) <= 110
