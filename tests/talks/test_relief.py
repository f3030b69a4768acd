"""What it is worth at the table that a firm may buy again: keep or lift, recovery counted."""

import pytest

import detente as dt
from detente.errors import InputError
from detente.sanction.relief import keep_or_lift
from detente.scenario.load import load_scenario
from detente.talks.relief import reliefs
from scenario_texts import line_of


def test_relief_is_a_ban_kept_less_one_lifted():
    scenario = load_scenario("may-2018")
    found = reliefs(scenario, dt.load(scenario.baseline))
    assert set(found) == {("zte", "lifted"), ("zte", "fined")}
    direct = keep_or_lift("zte", 30)
    for party, code in (("us", "USA"), ("china", "CHN")):
        figure = found["zte", "lifted"][party]
        assert figure.central == pytest.approx(direct.yearly[code])
        assert figure.low <= figure.central <= figure.high
        income = -direct.horizons.real_income.loc[code]
        assert figure.low <= income["long-run"] <= figure.high
    # the firm comes back in the month of relief, its suppliers fill stocks in those that follow
    home, by = (direct.months[code, "lift"].to_numpy() for code in ("CHN", "USA"))
    assert home[1] > 0 > home[2:].min()
    assert by[0] > 0 > by[1:6].max()


def test_relief_after_the_path_is_refused_at_its_line(tmp_path):
    text = load_scenario("may-2018").path.read_text("utf-8")
    old = "relief: {card: zte, month: 1}"
    path = tmp_path / "case.yaml"
    path.write_text(text.replace(old, "relief: {card: zte, month: 70}", 1), encoding="utf-8")
    scenario = load_scenario(path)
    with pytest.raises(InputError, match="later than a ban is followed") as refused:
        reliefs(scenario, dt.load(scenario.baseline))
    (problem,) = refused.value.problems
    assert problem.line == line_of(path.read_text(), "relief: {card: zte, month: 70}")
    assert problem.allowed == "a month from 0 to 60"
