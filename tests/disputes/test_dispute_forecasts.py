"""Chances of disputes: from day zero alone, from other episodes alone, at the likelihood's top."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import minimize

from detente.disputes import game
from detente.disputes.cases import Case, everything, ledger, shipped
from detente.disputes.forecasts import base_rates, chances, figures, fit, left_out, outcomes
from detente.disputes.game import Tastes
from detente.errors import InputError

STATES = "OWSIR"
KORUS = [[0.1667, 0.169, 0.1458, 0.2502, 0.2683], [0.1509, 0.168, 0.1583, 0.2354, 0.2874],
         [0.1049, 0.1576, 0.194, 0.1858, 0.3576]]  # fmt: skip
"""Chances of the game estimated without two episodes."""


def case(**more):
    given = {
        "id": "a", "title": "A", "sender": "USA", "target": "CHN", "start": date(2020, 1, 1),
        "deadline": date(2020, 2, 1), "instrument": "tariff", "route": "s301", "rate": 0.25,
        "value": 50.0, "sender_imports": 500.0, "sender_exports": 100.0, "sender_gdp": 20000.0,
        "target_gdp": 12000.0, "events": (), "episode": "e", "words": {},
    }  # fmt: skip
    return Case(**given | more)


def test_figures_are_those_of_day_zero():
    # 31 days to the named day; 500/12000 over 100/20000 is 25/3
    expected = [[0, 0, 0, np.log(25 / 3)], [1, 0, 0, np.log(25 / 3)], [1, 0, 0, np.log(25 / 3)]]
    np.testing.assert_allclose(figures(case()), expected)
    np.testing.assert_allclose(figures(case(deadline=date(2020, 1, 31)))[:, 0], [1, 1, 1])
    assert figures(case(deadline=None))[:, 0].tolist() == [0, 0, 0]
    assert figures(case(route="safeguard", instrument="embargo"))[0, 1:3].tolist() == [1, 1]
    assert np.isfinite(figures(case(sender_exports=0.0))).all()


def test_what_happened_later_moves_no_forecast():
    one = shipped()[20]
    told = replace(one, events=((one.start, "R"),), words={"terms": "all", "notes": "much"})
    assert (figures(one) == figures(told)).all()
    before, after = (chances([of], shipped()) for of in (one, told))
    for name, chance in before.items():
        assert (chance == after[name]).all()


def test_base_rates_count_each_state_once_more_than_it_occurred():
    found = base_rates(np.array([[0, 2, -1], [0, 2, 4], [1, 2, -1]]))
    np.testing.assert_allclose(
        found, np.array([[3, 2, 1, 1, 1], [1, 1, 4, 1, 1], [1, 1, 1, 1, 2]]) / [[8], [8], [6]]
    )


def test_the_logit_is_at_the_top_of_its_penalised_likelihood():
    cases = shipped()[:25]
    x = np.array([figures(one) for one in cases])
    x = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))
    seen = outcomes(cases)
    base = np.log(base_rates(seen))

    def loss(flat):
        a, b = flat[:15].reshape(3, 5), flat[15:].reshape(4, 5)
        total = (a**2).sum() / 2 + (b**2).sum() / (2 * 0.5**2)
        for place in range(len(cases)):
            for day in range(3):
                if seen[place, day] >= 0:
                    level = base[day] + a[day] + x[place, day] @ b
                    total -= level[seen[place, day]] - np.log(np.exp(level).sum())
        return total

    slow = minimize(loss, np.zeros(35), method="L-BFGS-B", options={"maxfun": 10**6}).x
    found = fit(cases)
    np.testing.assert_allclose(found.shifts, slow[:15].reshape(3, 5), atol=2e-3)
    np.testing.assert_allclose(found.slopes, slow[15:].reshape(4, 5), atol=2e-3)
    exact = np.concatenate([found.shifts.ravel(), found.slopes.ravel()])
    assert loss(exact) <= loss(slow) + 1e-9
    # the error of a slope, from second differences of the loss written above
    step = 1e-3 * np.eye(35)
    curve = np.array([[(loss(exact + i + j) - loss(exact + i - j) - loss(exact - i + j)
                        + loss(exact - i - j)) / 4e-6 for j in step] for i in step])  # fmt: skip
    errors = np.sqrt(np.diag(np.linalg.inv(curve)))[15:].reshape(4, 5)
    np.testing.assert_allclose(found.slope_errors, errors, rtol=1e-3)


def test_threats_of_the_ledger_count_half_and_have_base_rates_of_their_own():
    """The slope of a likelihood written out is nothing where the fit is."""
    record, drawn = shipped()[:12], ledger()[::5]
    found = fit([*record, *drawn])
    np.testing.assert_allclose(found.base, base_rates(outcomes(record)))
    np.testing.assert_allclose(found.ledger_base, base_rates(outcomes(drawn)))
    cases = [*record, *drawn]
    seen, x = outcomes(cases), np.array([figures(one) for one in cases])
    x = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))

    def loss(flat):
        a, b = flat[:15].reshape(3, 5), flat[15:].reshape(4, 5)
        total = (a**2).sum() / 2 + (b**2).sum() / (2 * 0.5**2)
        for place, day in zip(*np.nonzero(seen >= 0), strict=True):
            base = base_rates(outcomes(record if place < 12 else drawn))[day]
            level = np.log(base) + a[day] + x[place, day] @ b
            chance = np.exp(level[seen[place, day]]) / np.exp(level).sum()
            total -= (1.0 if place < 12 else 0.5) * np.log(chance)
        return total

    exact = np.concatenate([found.shifts.ravel(), found.slopes.ravel()])
    steps = 1e-4 * np.eye(35)
    slope = [(loss(exact + step) - loss(exact - step)) / 2e-4 for step in steps]
    np.testing.assert_allclose(slope, 0, atol=1e-5)
    one = drawn[0]
    level = np.log(found.ledger_base) + found.shifts + x[12] @ found.slopes
    expected = np.exp(level) / np.exp(level).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.chances([one])[0], expected, rtol=1e-9)
    np.testing.assert_allclose(found.by_day(one, [30, 90, 365]), expected, rtol=1e-9)


def test_a_dispute_of_a_file_is_forecast_without_what_may_be_the_same():
    """The same sides within a year, either way round, leave with their episodes."""
    record = everything()
    mine = case(sender="EU27", target="USA", start=date(2025, 9, 1), deadline=None, episode="mine")
    near = {"eu-us-2025", "liberation-day", "greenland", "us-eu-2026"}
    left = [one for one in record if one.episode not in near]
    assert 0 < len(left) < len(record) - len(near)
    expected = fit(left)
    found = chances([mine], record)
    np.testing.assert_allclose(found["logit"][0], expected.chances([mine])[0], rtol=1e-12)
    np.testing.assert_allclose(found["base-rates"][0], expected.base, rtol=1e-12)


def test_a_dispute_of_a_file_is_forecast_without_other_targets_of_its_decision():
    record = everything()
    mine = case(target="NOR", start=date(2025, 3, 20), deadline=date(2025, 4, 9), episode="mine")
    left = [one for one in record if one.episode not in ("liberation-day", "us-cn-2025")]
    found = chances([mine], record)
    np.testing.assert_allclose(found["logit"][0], fit(left).chances([mine])[0], rtol=1e-12)


def test_an_episode_is_forecast_without_itself():
    record = shipped()
    own = [one for one in record if one.episode == "liberation-day"]
    before = chances(own, record)

    def undone(kept):
        return [replace(one, events=((one.start, "I"),)) if kept(one) else one for one in record]

    same = chances(own, undone(lambda one: one.episode == "liberation-day"))
    other = chances(own, undone(lambda one: one.episode == "steel-232"))
    for name, chance in before.items():
        assert (chance == same[name]).all()
        if name != "game":  # estimated once, on the shipped record
            assert np.abs(chance - other[name]).max() > 0.005
        np.testing.assert_allclose(chance.sum(axis=-1), 1, rtol=1e-12)


def test_others_of_its_episode_do_not_forecast_a_dispute():
    record = shipped()
    (one, *others) = [case for case in record if case.episode == "liberation-day"]
    undone = [replace(case, events=((case.start, "I"),)) if case in others else case
              for case in record]  # fmt: skip
    before, after = (chances([one], of) for of in (record, undone))
    assert all((before[name] == after[name]).all() for name in before)


def test_a_dispute_under_another_episode_is_left_out_by_its_id():
    one = next(case for case in shipped() if case.episode == "liberation-day")
    moved = replace(one, episode="of-my-own", start=date(2021, 1, 1), deadline=None)
    assert left_out([moved], shipped()) == (("liberation-day",),)
    without = [other for other in shipped() if other.episode != "liberation-day"]
    found = chances([moved], shipped())
    assert (found["logit"] == chances([moved], without)["logit"]).all()
    tastes = Tastes.from_line(np.array(game.estimates()["without"]["liberation-day"]))
    np.testing.assert_allclose(found["game"], game.chances([moved], [tastes]), rtol=1e-12)


def test_the_game_of_a_file_is_without_what_may_be_the_same_too():
    mine = case(start=date(2019, 5, 5), episode="mine")
    gone = ("us-cn-2018", "us-cn-2019")
    assert left_out([mine], shipped()) == (gone,)
    kept = game.estimates()
    line = [whole + sum(kept["without"][name][at] - whole for name in gone)
            for at, whole in enumerate(kept["line"])]  # fmt: skip
    expected = game.chances([mine], [Tastes.from_line(np.array(line))])
    found = chances([mine], shipped())["game"]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    seen = game.chances([mine], [Tastes.from_line(np.array(kept["line"]))])
    assert np.abs(found - seen).max() > 0.005


def test_what_is_left_out_for_one_is_left_out_for_all_of_its_episode():
    mine = case(start=date(2019, 5, 5), episode="mine")
    other = case(id="b", sender="JPN", target="NOR", start=date(2019, 5, 5), deadline=None,
                 episode="mine")  # fmt: skip
    alone = replace(other, episode="alone")
    found = left_out([mine, other, alone], everything())
    assert found[0] == found[1] == left_out([mine], everything())[0] != ()
    assert found[2] == ()
    # a row of the record leaves out its own episode alone, as the record's score does
    (same,) = left_out([shipped()[20]], everything())
    assert same == (shipped()[20].episode,)


def test_several_episodes_move_the_estimates_of_the_game_nearly_by_their_sum():
    """Estimates climbed anew without both (`tools/fit_disputes.py`): chances of one of them."""
    one = next(case for case in shipped() if case.id == "us-kr-korus-2017")
    mine = replace(one, id="x", episode="x")
    found = chances([mine], everything())["game"][0]
    np.testing.assert_allclose(found, KORUS, atol=0.004)
    assert np.abs(game.forecast([one])[0] - KORUS).max() > 0.02  # without its own alone


def test_the_average_is_the_mean_of_both():
    found = chances(shipped()[:3], shipped())
    both = (found["base-rates"] + found["logit"]) / 2
    np.testing.assert_allclose(found["average"], both, rtol=1e-14)


def test_a_named_day_within_the_horizon_ends_waiting():
    soon, late = (case(deadline=date(2020, 1, 1) + timedelta(days)) for days in (20, 80))
    found = chances([soon, late], shipped())["logit"]
    waits = found[:, 0, STATES.index("O")]
    assert waits[0] < waits[1] - 0.2


def test_a_record_of_one_episode_forecasts_nothing_of_it():
    record = [one for one in shipped() if one.episode == "steel-232"]
    with pytest.raises(InputError, match="nothing of the record is left"):
        chances(record, record)


def test_between_days_of_the_record_levels_run_in_the_log_of_time():
    model = fit(shipped())
    one = case(deadline=date(2020, 2, 15))
    found = model.by_day(one, [0, 15, 30, 60, 90, 365])
    np.testing.assert_allclose(found[[2, 4, 5]], model.chances([one])[0], atol=1e-12)
    np.testing.assert_allclose(found[0], [1, 0, 0, 0, 0])
    np.testing.assert_allclose(found[1], (found[0] + found[2]) / 2)
    # on day 60 the day named has come, and levels are between those of day 30 and day 90
    share = np.log(60 / 30) / np.log(90 / 30)
    level = np.log(model.base) + model.shifts
    x = (figures(one)[1] - model.centre) / model.scale
    weights = np.exp((1 - share) * level[0] + share * level[1] + x @ model.slopes)
    np.testing.assert_allclose(found[3], weights / weights.sum())


def test_a_day_named_within_the_first_month_decides_from_that_day_on():
    model = fit(shipped())
    soon = case(deadline=date(2020, 1, 11))
    never = model.chances([case(deadline=date(2021, 6, 1))])[0, 0]
    found = model.by_day(soon, [0, 5, 9, 10, 29, 30])
    np.testing.assert_allclose(found[0], [1, 0, 0, 0, 0])
    # until then it is as of a day that is far: a part of what day 30 brings
    for at, share in ((1, 5 / 30), (2, 9 / 30)):
        expected = share * never + (1 - share) * np.array([1, 0, 0, 0, 0])
        np.testing.assert_allclose(found[at], expected)
    for at in (3, 4, 5):
        np.testing.assert_allclose(found[at], model.chances([soon])[0, 0])


@pytest.mark.parametrize("days", [7, 14, 21, 45, 60, 120, 180, 250])
def test_on_other_days_too_it_is_better_than_base_rates(days):
    record = shipped()
    end = date(2026, 8, 21)
    gains = []
    for episode in dict.fromkeys(one.episode for one in record):
        model = fit([one for one in record if one.episode != episode])
        for one in (case for case in record if case.episode == episode):
            state = one.state(days, end)
            if state:
                seen = np.eye(5)[STATES.index(state)]
                miss = [
                    ((m.by_day(one, [days])[0] - seen) ** 2).sum() for m in (model.rates, model)
                ]
                gains.append(miss[0] - miss[1])
    assert np.mean(gains) > 0.02


def test_drawn_parameters_are_spread_as_their_errors_say():
    model = fit(shipped())
    drawn = np.array([one.slopes for one in model.drawn(3000)])
    np.testing.assert_allclose(drawn.std(axis=0), model.slope_errors, rtol=0.06)
    np.testing.assert_allclose(drawn.mean(axis=0), model.slopes, atol=0.03)
