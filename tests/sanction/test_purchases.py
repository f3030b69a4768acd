"""What a firm cut off buys elsewhere: as its card says, and not at once besides its stocks."""

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.report.describe import describe
from detente.sanction.load import load_card
from detente.sanction.network import NetworkParameters
from detente.sanction.purchases import Days, bought, use_share
from detente.sanction.setting import Choices, set_up
from detente.sanction.study import run_sanction


def setting(name="huawei", **choices):
    return set_up([load_card(name)], Choices(**choices), baseline="icio-2017")


def of_card(name, **figures):
    """A shipped card with figures of all its critical inputs changed."""
    card = load_card(name)
    items = tuple(
        item.model_copy(update={k: getattr(item, k).model_copy(update={
            "value": v, "low": None, "central": None, "high": None}) for k, v in figures.items()})
        for item in card.critical_inputs
    )  # fmt: skip
    return card.model_copy(update={"critical_inputs": items})


@pytest.mark.parametrize("relief", [None, 60])
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_what_is_bought_is_what_is_delivered(relief, share):
    """What goes on and what is replaced add up to the deliveries of the firm's own model."""
    found = setting(ban_share=share)
    (days,) = found.central(120, relief)
    banned, others = bought(found.carved, [days], found.sides, share, 0.8)
    weight = use_share(days.parameters)
    assert (banned + others)[:, 0] == pytest.approx(days.path.deliveries @ weight, abs=1e-12)
    end = 120 if relief is None else relief
    assert not others[end:].any()
    # replacement grows in a straight line from nothing
    assert others[0, 0] == 0
    assert (np.diff(others[:end, 0]) > 0).all()


def test_draws_are_those_of_one_by_one():
    from detente.sanction.draws import draw
    from detente.sanction.short_run import FirmParameters, FirmPath, firm_path

    found = setting()
    drawn = draw(load_card("huawei"), 5, ban_share=found.cuts[0])
    path = firm_path(drawn, 90, relief=70)
    every = bought(found.carved, [Days(drawn, path, 70)], found.sides, 1.0, 0.8)
    assert every.banned.shape == (5, 90, 1)
    for k in range(5):
        one = Days(FirmParameters(*(x[k] for x in drawn)), FirmPath(*(x[k] for x in path)), 70)
        alone = bought(found.carved, [one], found.sides, 1.0, 0.8)
        assert every.banned[k] == pytest.approx(alone.banned, abs=1e-13)
        assert every.others[k] == pytest.approx(alone.others, abs=1e-13)


def test_a_firm_on_its_stocks_that_nobody_supplies_moves_nobody_at_home():
    """Where nothing can be replaced, only the sanctioner loses while stocks last."""
    cards = [of_card("huawei", replaceable=x) for x in (0.0, 0.6)]
    worth = []
    for card in cards:
        found = set_up([card], Choices(), baseline="icio-2017")
        path = found.world(found.central(60), NetworkParameters())
        worth.append(path.value_added.sum(axis=0))
    c = found.carved.calibration
    home, by = (c.country_codes.index(code) for code in ("CHN", "USA"))
    # what is left is orders to China from America's suppliers that sell less
    assert worth[0][home] > 0
    assert abs(worth[0][home]) < 0.05 * worth[0][by]
    # the more others replace, the more its home gains
    assert worth[1][home] < worth[0][home]


def test_who_sells_nothing_critical_cannot_ban():
    with pytest.raises(InputError, match="no critical input there") as refused:
        setting("zte", by="JPN")
    assert [(p.key, p.allowed) for p in refused.value.problems] == [("by", "USA")]


def test_sentences_say_why_a_target_gains_and_that_stocks_last():
    result = run_sanction("huawei", Choices(draws=20, world_draws=0), baseline=dt.load("icio-2017"))
    said = " ".join(describe(result).sentences())
    month = result.costs.months.loc[3]
    assert month["target"] < 0 < month["sanctioner"]
    assert f"brings China ${-month['target']:.0f}m and costs the United States" in said
    third = result.third_month
    assert third.others == pytest.approx(result.bought.others[89])
    assert third.output == pytest.approx(result.path.output[89])
    assert f"others sell {100 * third.others:.0f}% of what the ban stops" in said
    assert f"${third.stocks_used / 1000:.1f}bn of banned parts taken from stocks by then" in said
    assert "stocks and other suppliers last that long" in said
    assert "It does not shut down" in said
    assert "−" not in said
    zte = run_sanction("zte", Choices(draws=20, world_draws=0))
    told = " ".join(describe(zte).sentences())
    assert "gains because" not in told
    assert f"costs China ${zte.costs.months.loc[3, 'target']:.0f}m" in told
