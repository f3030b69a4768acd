"""Scores of chances of disputes: figures by hand, and what the record says."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.disputes import scores
from detente.disputes.cases import everything, ledger, shipped
from detente.disputes.forecasts import chances, outcomes

CHANCE = np.array([[[0.5, 0.1, 0.1, 0.2, 0.1]] * 3, [[0.2, 0.2, 0.2, 0.2, 0.2]] * 3])
SEEN = np.array([[0, 3, -1], [4, 4, 4]])


@pytest.fixture(scope="module")
def record():
    return scores.record()


def test_brier_and_log_by_hand():
    brier = scores.brier_of(CHANCE, SEEN)
    np.testing.assert_allclose(brier, [[0.32, 0.92, np.nan], [0.8, 0.8, 0.8]])
    log = scores.log_of(CHANCE, SEEN)
    fifth = np.log(5)
    np.testing.assert_allclose(log, [[np.log(2), fifth, np.nan], [fifth, fifth, fifth]])


def test_no_chance_of_what_happened_has_an_infinite_log_score_and_no_gain():
    chance = CHANCE.copy()
    chance[0, 0] = [0, 0.2, 0.3, 0.3, 0.2]
    log, brier = scores.log_of(chance, SEEN), scores.brier_of(chance, SEEN)
    assert log[0, 0] == np.inf
    assert brier[0, 0] == pytest.approx(1 + 0.04 + 0.09 + 0.09 + 0.04)
    base = scores.log_of(CHANCE, SEEN)
    none = scores.gain(base, log, np.array([0, 1]))
    assert np.isnan([none.mean, none.low, none.high]).all()
    # over the days: one infinite, two means of what is finite
    np.testing.assert_allclose(scores._mean(log), [np.inf, np.log(5), np.log(5)])
    assert scores.overall(scores._mean(log)) == np.inf
    known = scores.gain(scores.brier_of(CHANCE, SEEN), brier, np.array([0, 1]))
    assert known.mean == pytest.approx((0.32 - 1.26) / 2 / 3)


def test_calibration_sorts_by_what_was_said_and_counts_what_was_in_force():
    said = np.array([0.9, 0.1, 0.5, 0.2, 0.6, 0.4])
    chance = np.zeros((6, 3, 5))
    chance[:, 1, 3], chance[:, 1, 4], chance[:, 1, 0] = said / 4, 3 * said / 4, 1 - said
    seen = np.repeat(np.array([4, 0, 3, 0, 2, 1])[:, None], 3, axis=1)
    found = scores.calibration(chance, seen)
    got = [(one.cases, round(one.forecast, 12), one.happened) for one in found]
    assert got == [(2, 0.15, 0.0), (2, 0.45, 0.5), (2, 0.75, 0.5)]
    seen[1, 1] = -1
    assert sum(one.cases for one in scores.calibration(chance, seen)) == 5


def test_the_logit_has_the_best_record(record):
    assert record.best == scores.headline() == "logit"
    means = {name: (round(float(record.brier[name].mean()), 3),
                    round(float(record.log[name].mean()), 3)) for name in record.brier}  # fmt: skip
    assert means == {"base-rates": (0.770, 1.535), "logit": (0.671, 1.308),
                     "average": (0.694, 1.376), "game": (0.750, 1.507),
                     "logit-game": (0.679, 1.328)}  # fmt: skip


def test_a_method_is_told_where_it_is_surely_better_than_simpler_ones():
    """A gain that every episode has is sure, one of either sign is not."""
    base = np.full((4, 3), 0.8)
    better, mixed = base - 0.1, base + np.array([[-0.3], [0.1], [-0.3], [0.1]])
    episodes = np.array([0, 1, 2, 3])
    same = {"average": base, "game": base, "logit-game": base}
    assert scores._best({"base-rates": base, "logit": better, **same}, episodes) == "logit"
    assert scores._best({"base-rates": base, "logit": mixed, **same}, episodes) == "base-rates"


def test_base_rates_are_beaten_whatever_episodes_are_drawn(record):
    gains = record.brier_gain["logit"], record.log_gain["logit"]
    assert [round(one.mean, 3) for one in gains] == [0.099, 0.227]
    assert all(one.low > 0.04 for one in gains)
    assert all(one.low < one.mean < one.high for one in gains)


def test_an_interval_is_over_whole_episodes(record):
    # a plain loop that draws episodes one by one
    names = sorted({case.episode for case in record.cases})
    of = {name: [at for at, c in enumerate(record.cases) if c.episode == name] for name in names}
    gain = (scores.brier_of(record.chances["base-rates"], record.outcome)
            - scores.brier_of(record.chances["logit"], record.outcome))  # fmt: skip
    random, drawn = np.random.default_rng(7), []
    for _ in range(1500):
        rows = np.concatenate(
            [of[names[at]] for at in random.integers(len(names), size=len(names))]
        )
        drawn.append(np.nanmean(gain[rows], axis=0).mean())
    found = record.brier_gain["logit"]
    np.testing.assert_allclose([found.low, found.high], np.quantile(drawn, [0.05, 0.95]), atol=5e-3)


def test_chances_of_a_measure_in_force_are_right_within_a_tenth(record):
    for one in record.bins["logit"]:
        assert abs(one.forecast - one.happened) < 0.1


def test_a_file_is_scored_by_what_was_not_fitted_on_it(record):
    some = [case for case in shipped() if case.episode in ("steel-232", "ru-2014")]
    found = scores.score(some)
    places = [record.cases.index(case) for case in some]
    for name, chance in found.chances.items():
        np.testing.assert_allclose(chance, record.chances[name][places], rtol=1e-12)
    expected = scores.brier_of(found.chances["logit"], found.outcome).mean(axis=0)
    np.testing.assert_allclose(found.brier["logit"], expected)


def test_threats_of_the_ledger_are_forecast_as_well_from_others():
    found = scores.score(ledger())
    means = [round(float(of[name].mean()), 3) for name in ("base-rates", "logit")
             for of in (found.brier, found.log)]  # fmt: skip
    assert means == [0.766, 1.508, 0.687, 1.342]


def test_days_that_nobody_has_reached_do_not_count():
    last = next(case for case in shipped() if case.id == "us-eu-cars-2026")
    found = scores.score([replace(last, episode="alone", id="alone")])
    assert np.isnan(found.brier["logit"]).tolist() == [False, False, True]
    known = found.brier["base-rates"][:2] - found.brier["logit"][:2]
    assert found.brier_gain["logit"].mean == pytest.approx(known.mean())


def test_where_no_day_has_been_reached_there_is_no_score():
    last = next(case for case in shipped() if case.id == "us-ca-338-2026")
    new = replace(last, id="new", episode="new", start=date(2026, 8, 1), events=())
    found = scores.score([new])
    assert not found.known
    assert np.isnan(found.brier["logit"]).all()
    assert np.isnan([scores.overall(found.log["logit"]), found.log_gain["logit"].low]).all()
    assert found.bins["logit"] == ()
    np.testing.assert_allclose(found.chances["logit"].sum(axis=2), 1)


def test_by_the_rule_for_files_the_record_scores_nearly_as_well():
    mine = [replace(case, title="Mine") for case in shipped()]  # as rows that are not shipped
    seen, told = outcomes(mine), chances(mine, everything())
    found = {name: [round(float(scores._mean(of(told[name], seen)).mean()), 3)
                    for of in (scores.brier_of, scores.log_of)]
             for name in ("base-rates", "logit", "game")}  # fmt: skip
    assert found == {"base-rates": [0.779, 1.556], "logit": [0.672, 1.305], "game": [0.757, 1.528]}
