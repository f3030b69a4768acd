"""Tables of values alone, worked out by hand: results, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from detente.report.talks import document, doubts, facts, tables, wording
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.gap import VOTED_DOWN
from detente.talks.study import WAITING, run_talks
from talks_case import economy

HEAD = {
    "title": "By hand",
    "date": "2020-01-01",
    "baseline": "random",
    "parties": [{"id": "us", "country": "C0"}, {"id": "eu", "country": "C1"}],
}


def studied(folder, talks, **choices):
    path = folder / "table.yaml"
    talks = {"parties": [{"party": "us"}, {"party": "eu"}], **talks}
    path.write_text(yaml.safe_dump({**HEAD, "talks": talks}))
    return run_talks(load_scenario(path), Choices(**{"draws": 0, **choices}),
                     baseline=economy())  # fmt: skip


def issue(name, *options, **more):
    """Return an issue whose first option is worth nothing; others as (id, us, eu)."""
    found = [{"id": "no"}]
    for option, us, eu in options:
        found.append({"id": option, "values": {"us": us, "eu": eu}})
    return {"id": name, "options": found, **more}


def said(study, *keys):
    told = {
        key: [sentence.text for sentence in said]
        for key, said in wording.sentences(facts.of_study(study)).items()
    }
    return " ".join(s for key in keys for s in told[key])


def test_a_payment_opens_a_zone_that_holds_nothing_but_no_deal(tmp_path):
    study = studied(tmp_path, {"issues": [issue("y", ("yes", 1000, -300))]})
    assert study.predicted is None
    paid = study.outlook.payment
    np.testing.assert_allclose(paid.payment, [-300, 300])
    np.testing.assert_allclose(paid.gain, [700, 0])
    assert "The smallest payment that opens the way" in said(study, "lead")


def test_no_payment_opens_a_zone_where_nothing_is_worth_more_in_all(tmp_path):
    study = studied(tmp_path, {"issues": [issue("y", ("yes", 200, -300))]})
    assert study.outlook.payment is None
    assert "no deal is worth more in all" in said(study, "lead")


def test_an_outside_option_that_empties_the_zone_is_named_and_paid_for(tmp_path):
    walk = {"id": "alone", "title": "Alone", "kind": "outside", "values": {"us": 900, "eu": -100}}
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    study = studied(tmp_path, {"issues": [issue("y", ("yes", 500, 700))], "no_deal": [stay, walk]})
    assert study.predicted is None
    np.testing.assert_allclose(study.outlook.least, [900, 0])
    # over every no-deal point: no side signs less than it has by walking away
    assert not any(outlook.zone.any() for outlook in study.outlooks.values())
    np.testing.assert_allclose(study.outlook.payment.payment, [400, -400])
    lead = said(study, "lead")
    assert "1 package is better for some side than no deal" in lead
    assert "what it has by walking away" in lead
    assert "worse for it than what it has by walking away" in said(study, "stops")


def test_a_vote_that_stands_against_what_both_want_is_named(tmp_path):
    senate = {"party": "us", "title": "Senate", "needed": 60, "blocs": [
        {"id": "all", "members": 100,
         "values": [{"choices": {"a": "yes"}, "value": -9000}]}]}  # fmt: skip
    study = studied(
        tmp_path,
        {"issues": [issue("a", ("yes", 4000, 4000)), issue("b", ("yes", 1500, 1500))],
         "ratification": [senate]},
    )  # fmt: skip
    assert study.packages.choices(study.predicted) == {"a": "no", "b": "yes"}
    for item in study.questions.bindings:
        assert (item.issue, item.wanted, item.why) == ("a", "yes", VOTED_DOWN)
        assert item.cost == pytest.approx(-4000)
    blocks = said(study, "blocks")
    assert "against it: it would not pass at home (Senate)" in blocks
    assert "would cost" not in blocks
    # votes are counted where an analyst's values are taken out as well
    without = study.questions.without_values
    assert study.packages.choices(without["a"].package) == {"a": "no", "b": "yes"}
    assert without["b"] is None


def test_an_issue_may_have_any_name(tmp_path):
    for name in ("relief", "relief-zte", "vote", "no-deal"):
        study = studied(tmp_path, {"issues": [issue(name, ("yes", 10, 10))]})
        assert study.predicted is not None
        assert study.questions.without_values == {name: None, "all": None}


def test_linkage_compares_over_one_no_deal(tmp_path):
    issues = [issue("a", ("yes", 30, -10)), issue("b", ("yes", -10, 30))]
    failed = {"id": "war", "title": "War", "kind": "breakdown", "values": {"us": -500, "eu": -100}}
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    study = studied(
        tmp_path,
        {"issues": issues, "separate": [["a"], ["b"]], "no_deal": [stay, failed]},
    )
    linked = study.questions.linked
    # neither table alone has a deal; together both gain 20 over nothing settled
    np.testing.assert_allclose(linked.separate_gain, 0)
    np.testing.assert_allclose(linked.value, [20, 20])
    # over waiting, which risks the war, a standstill is a deal of its own
    assert study.outlook.zone[study.packages.number({"a": "no", "b": "no"})]
    assert "One of them is a standstill" in said(study, "packages")


def test_a_red_line_that_changes_the_deal_by_little_is_not_said_to_change_nothing(tmp_path):
    line = {"party": "eu", "choices": {"a": "more"}}
    study = studied(
        tmp_path,
        {"issues": [issue("a", ("yes", 5, 2), ("more", 11, 6))], "red_lines": [line]},
    )
    assert study.packages.choices(study.predicted) == {"a": "yes"}
    (cost,) = study.questions.red_lines
    np.testing.assert_allclose(cost.change, [6, 4])
    assert "Giving up that line would bring" in said(study, "blocks")


def test_the_only_no_deal_point_keeps_its_kind(tmp_path):
    failed = {"id": "war", "title": "War", "kind": "breakdown", "values": {"us": -5, "eu": -1}}
    study = studied(tmp_path, {"issues": [issue("a", ("yes", 1, 1))], "no_deal": [failed]})
    assert study.no_deals[WAITING].kind == "breakdown"


def test_points_of_one_title_are_told_apart(tmp_path):
    one = {"id": "one", "title": "Same", "kind": "impasse"}
    points = [one, {"id": "two", "title": "Same", "kind": "breakdown", "values": {"us": -3}}]
    study = studied(tmp_path, {"issues": [issue("a", ("yes", 1, 1))], "no_deal": points})
    assert "“Same (two)”" in said(study, "no_deal")


def test_draws_say_whether_threats_are_credible_and_deals_kept(tmp_path):
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    threat = {"id": "war", "title": "War", "kind": "breakdown", "by": "us",
              "values": {"us": -2, "eu": -50}}  # fmt: skip
    parties = [
        # the triangle from 0 to 4: above 2 in half of the draws
        {"party": "us", "audience_cost": {"low": 0, "central": 2, "high": 4}},
        {"party": "eu", "impatience": {"low": 0.2, "central": 0.5, "high": 0.8}},
    ]
    study = studied(
        tmp_path,
        {"parties": parties, "no_deal": [stay, threat], "breakdown_risk": 0.0,
         "detection_months": 12, "issues": [issue("a", ("yes", 3, -1), by="eu"),
                                            issue("b", ("yes", -1, 3), by="us")]},
        draws=4000,
    )  # fmt: skip
    drawn = study.uncertainty
    assert drawn.chance("credible_war") == pytest.approx(0.5, abs=0.03)
    # broken for a year the deal brings 3 in place of 2, then 0 for ever: kept where exp(-r) ≥ 1/3
    assert drawn.chance("keeps_eu") == 1.0
    assert drawn.chance("keeps_us") == 1.0
    (item,) = [k for k in study.questions.lasting if k.party == "eu"]
    assert np.exp(-item.most_impatient) == pytest.approx(1 / 3)
    (row,) = tables.threats(facts.of_study(study)).rows
    assert row["share"] == drawn.chance("credible_war")
    kept = [row["share"] for row in doubts.lasting(facts.of_study(study)).rows]
    assert kept == [1.0, 1.0]
    # carrying it out costs 2, as much as backing down
    assert "no more than backing down: it is credible" in said(study, "no_deal")
    assert "has reason to break the deal" in said(study, "stops")


@pytest.mark.parametrize(("risk", "cycle"), [(0.1, 2), (0.5, 1)])
def test_offers_in_turn_that_do_not_settle_say_so(tmp_path, risk, cycle):
    issues = [issue("a", ("yes", 3, 1), ("more", 1, 3))]
    failed = {"id": "war", "title": "War", "kind": "breakdown", "values": {"us": -50, "eu": -50}}
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    study = studied(tmp_path, {"issues": issues, "no_deal": [stay, failed], "breakdown_risk": risk})
    turn = study.questions.round
    assert turn.cycle == len(turn.phases) == cycle
    assert ("Bargaining by turns gives no single answer" in said(study, "likely")) == (cycle > 1)


def test_a_secret_limit_never_makes_a_deal_likelier(tmp_path):
    senate = {"party": "us", "title": "Senate", "needed": 60, "blocs": [
        {"id": "all", "members": 100, "values": [
            {"choices": {"a": "yes"},
             "value": {"low": -9000, "central": -2000, "high": 5000}}]}]}  # fmt: skip
    study = studied(
        tmp_path,
        {"issues": [issue("a", ("yes", {"low": 1000, "central": 3000, "high": 5000},
                                {"low": -2000, "central": 3000, "high": 5000}))],
         "ratification": [senate]},
        draws=400,
    )  # fmt: skip
    drawn = study.uncertainty
    assert 0.2 < drawn.deal < 0.95
    assert drawn.blind <= drawn.deal + 1e-12
    assert drawn.blind < drawn.chance("central_accepted")
    assert drawn.secret_deal[1] <= drawn.deal + 0.08  # resamples move it
    assert (drawn.secret <= 1).all()


def test_linkage_asks_voters_over_nothing_settled_and_keeps_outside_options(tmp_path):
    stay = {"id": "stay", "title": "As it is", "kind": "impasse"}
    walk = {"id": "alone", "title": "Alone", "kind": "outside", "values": {"eu": 7000}}
    issues = [issue("a", ("yes", 1000, 4000)), issue("b", ("yes", 1000, 3000)),
              issue("c", ("yes", 5000, -1000))]  # fmt: skip
    study = studied(
        tmp_path, {"issues": issues, "no_deal": [stay, walk], "separate": [["a"], ["b"], ["c"]]}
    )
    linked = study.questions.linked
    assert study.packages.choices(linked.joint.package) == {"a": "yes", "b": "yes", "c": "no"}
    assert study.packages.choices(linked.separate) == {"a": "yes", "b": "yes", "c": "no"}
    lead = said(study, "packages")
    assert "leave no side less than it has by walking away" in lead


def test_two_red_lines_against_one_option_are_told(tmp_path):
    lines = [{"party": party, "choices": {"b": "yes"}} for party in ("us", "eu")]
    study = studied(
        tmp_path,
        {"issues": [issue("a", ("yes", 1, 1)), issue("b", ("yes", 4, 3))], "red_lines": lines},
    )
    assert all(line.besides for line in study.questions.red_lines)
    blocks = said(study, "blocks")
    assert blocks.count("another red line is against it too") == 2
    assert "a red line of" not in blocks  # nobody would rather have what it refuses itself


def test_issues_named_as_columns_keep_their_columns(tmp_path):
    from detente.report.talks import facts

    study = studied(
        tmp_path, {"issues": [issue("package", ("yes", 1, 1)), issue("value_us", ("yes", 2, 2))]}
    )
    kept = document._frames(facts.of_study(study))["packages"].frame
    assert {"package", "issue_package", "value_us", "issue_value_us"} <= set(kept.columns)
    assert kept["issue_package"].isin(["no", "yes"]).all()


def test_reservation_values_are_all_that_no_deal_is_worth(tmp_path):
    price = {"id": "price", "options": [
        {"id": "low", "values": {"us": 100, "eu": 0}},
        {"id": "mid", "values": {"us": 60, "eu": 60}},
        {"id": "high", "values": {"us": 0, "eu": 100}},
    ]}  # fmt: skip
    deadline = {"id": "deadline", "options": [
        {"id": "short", "values": {"us": 30, "eu": 0}},
        {"id": "long", "values": {"us": 0, "eu": 20}},
    ]}  # fmt: skip
    walk = {"id": "walk", "title": "Walk", "kind": "breakdown", "values": {"us": 20, "eu": 20}}
    study = studied(tmp_path, {"issues": [price, deadline], "no_deal": [walk]})
    np.testing.assert_allclose(study.no_deals["walk"].values, [20, 20])
    # low and long (100, 20), mid and either (90, 60) or (60, 80), high and short (30, 100)
    assert study.outlooks[WAITING].zone.sum() == 4
    named = {**walk, "choices": {"price": "mid"}}
    study = studied(tmp_path, {"issues": [price, deadline], "no_deal": [named]})
    np.testing.assert_allclose(study.no_deals["walk"].values, [60 + 30 + 20, 60 + 0 + 20])


def test_what_is_left_out_is_told_as_a_change(tmp_path):
    issues = [issue("y", ("yes", 100, 50)), issue("z", ("yes", 30, 10))]
    study = studied(tmp_path, {"issues": issues, "separate": [["y"], ["z"]]})
    rows = doubts.linkage(facts.of_study(study)).rows
    left = {row["table"]: (row["gain_us"], row["gain_eu"]) for row in rows[3:]}
    assert left == {"Left out: y": (-100, -50), "Left out: z": (-30, -10)}
    assert (rows[0]["gain_us"], rows[0]["gain_eu"]) == (130, 60)
    assert (rows[2]["gain_us"], rows[2]["gain_eu"]) == (0, 0)


def test_a_red_line_and_a_wish_are_told_with_what_they_change(tmp_path):
    issues = [issue("y", ("yes", 100, 50)), issue("z", ("yes", 30, -10))]
    lines = [{"party": "eu", "choices": {"z": "yes"}}]
    found = facts.of_study(studied(tmp_path, {"issues": issues, "red_lines": lines}))
    (row,) = doubts.red_lines(found).rows
    assert row["line"].endswith("will not sign z: yes")
    assert row["package"] == ("z: yes",)
    assert (row["change_us"], row["change_eu"]) == (30, -10)
    (row,) = (row for row in doubts.bindings(found).rows if row["wish"] == "z: yes")
    assert (row["worth"], row["cost"]) == (30, -10)
    assert row["against"].startswith("a red line of ")
