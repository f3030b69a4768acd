"""What cut-offs cost at drawn elasticities: each draw is the leverage there."""

import pytest

from detente.report.sanction.facts import basis, of_leverage
from detente.report.sanction.leverage import document
from detente.sanction.leverage_draws import THREATS, leverage_draws
from detente.sanction.threat import leverage_of
from detente.uncertainty.prior import load_prior
from economies import random_economy
from same_cells import same_cells

WORLD = random_economy(3, 4, 3)
COUNT = 4


@pytest.fixture(scope="module")
def found():
    central = leverage_of(WORLD, "C0", "C1", ["S0", "S1"])
    return central, leverage_draws(central, WORLD, load_prior(), COUNT, seed=2)


def test_a_draw_is_the_leverage_at_its_elasticities(found):
    _, drawn = found
    for number, theta in enumerate(drawn.elasticities):
        plain = leverage_of(WORLD.replace(trade_elasticity=theta), "C0", "C1", ["S0", "S1"]).power
        # of the answer the target is the one that threatened
        for threat, on, by in (("sectors", "target_loss", "own_loss"),
                               ("all-sales", "target_loss", "own_loss"),
                               ("answer", "own_loss", "target_loss")):  # fmt: skip
            for figure, column in (("on_loss", on), ("by_loss", by)):
                assert drawn.values(THREATS, figure, threat)[number] == pytest.approx(
                    plain.loc[threat, column]
                )


def test_the_document_has_ends_in_its_answer_and_tables(found):
    central, drawn = found
    shown = document(of_leverage(central, WORLD, drawn), basis(WORLD))
    assert same_cells(shown) > 40
    assert shown.sentences()[1].startswith("With other trade elasticities")
    rows = {(r["threat"], r["economy"]): r for r in shown.tables()["how-sure"].rows}
    assert len(rows) == 6
    for (threat, economy), row in rows.items():
        figure = "on_loss" if economy == "C1" else "by_loss"
        ends = drawn.interval(THREATS, figure, threat)
        assert (row["low"], row["high"]) == (ends.low, ends.high)
        assert row["low"] < row["high"]
    first = shown.tables()["power"].rows[0]
    assert first["on_loss_low"] == rows["sectors", "C1"]["low"]
    assert first["by_loss_high"] == rows["sectors", "C0"]["high"]
    plain = document(of_leverage(central, WORLD), basis(WORLD))
    assert "how-sure" not in plain.tables()
    assert list(plain.tables()["power"].rows[0]) == [
        "threat", "threat_id", "on_loss", "by_loss", "difference", "ratio"
    ]  # fmt: skip
