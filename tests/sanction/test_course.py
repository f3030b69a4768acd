"""Bans that stay and bans that end: one joint, recovery to its end, whatever days are shown."""

import pandas as pd
import pytest

from detente.report.sanction.facts import joint_day
from detente.sanction.load import load_card
from detente.sanction.long_run import fading
from detente.sanction.network import NetworkParameters
from detente.sanction.relief import keep_or_lift
from detente.sanction.setting import LONGEST, SETTLED, SOONEST, Choices, set_up
from detente.sanction.study import run_sanction


def setting(name="huawei", **choices):
    return set_up([load_card(name)], Choices(**choices), baseline="icio-2017")


def test_a_ban_that_stays_is_followed_until_stocks_are_gone():
    assert setting("zte").reach() == SOONEST
    found = setting("huawei")
    reach = found.reach()
    assert reach % 30 == 0
    assert SOONEST < reach < LONGEST
    (days,) = found.central(LONGEST)
    fall = 1 - days.path.output
    assert fall[: reach - 30].max() < SETTLED * fall.max() <= fall[:reach].max()
    assert setting("huawei", ban_share=0.0).reach() == SOONEST


@pytest.mark.parametrize("name", ["zte", "huawei"])
def test_costs_and_relief_do_not_hang_on_the_days_shown(name):
    """A display option moves no loss, no present value, no joint."""
    choices = (Choices(days=days, draws=1, relief=29, world_draws=0) for days in (30, 720))
    short, long = (run_sanction(name, one) for one in choices)
    pd.testing.assert_frame_equal(short.costs.months, long.costs.months, rtol=1e-9)
    pd.testing.assert_frame_equal(short.costs.lifted, long.costs.lifted, rtol=1e-9)
    pd.testing.assert_frame_equal(short.remedies, long.remedies, rtol=1e-9)
    months = [one.costs.months for one in (short, long)]
    assert [joint_day(one) for one in months] == [setting(name).reach()] * 2


def test_recovery_is_followed_until_stocks_are_full():
    """Huawei fills a year of stocks for a year: lifted, the ban moves the world until then."""
    lift = keep_or_lift("huawei", 89).months["USA", "lift"]
    assert lift.loc[4:14].max() < 0.9 * lift.loc[6] < -100
    assert abs(lift.iloc[-1]) < 1e-6 * abs(lift.loc[6])
    # what the daily model says over as many days, nothing cut off
    found = setting("huawei")
    k = found.carved.calibration.country_codes.index("USA")
    path = found.world(found.central(30 * 24, 89), NetworkParameters()).value_added[:, k]
    assert lift.to_numpy()[:24] == pytest.approx(path.reshape(24, 30).sum(axis=1), abs=1e-7)


def test_relief_by_month_is_of_one_joint():
    """Later relief is worth less: what is lost is lost, and the joint is where it was."""
    found = [keep_or_lift("zte", day) for day in (30, 360, 720, 1440)]
    assert len({one.joint_month for one in found}) == 1
    keeps = [one.months["CHN", "keep"] for one in found]
    assert all(one.equals(keeps[0]) for one in keeps)
    gains = [one.gain["CHN"] for one in found]
    assert gains == sorted(gains, reverse=True)
    # after the joint, recovery counts as far as the joint's last day still does
    at_joint = keep_or_lift("zte", 180).months["CHN", "lift"].to_numpy()
    late = found[2].months["CHN", "lift"].to_numpy()
    assert late[:24] == pytest.approx(keeps[0].to_numpy()[:24])
    assert late[24:30] == pytest.approx(fading(540) * at_joint[6:12])
