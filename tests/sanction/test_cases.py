"""What the names given to the command mean: cards, files, a scenario with firms."""

import pytest

from detente.errors import InputError
from detente.sanction.cases import is_scenario, sanction_case
from detente.sanction.load import load_card
from detente.scenario.load import load_scenario
from scenario_texts import line_of


def scenario(folder, old="", new=""):
    """The scenario of May 2018 as a file, with something changed."""
    text = load_scenario("may-2018").path.read_text("utf-8")
    assert old in text
    path = folder / "case.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_cards_by_name_and_by_file():
    path = load_card("huawei").origin.path
    case = sanction_case(["zte", str(path)])
    assert [card.code for card in case.cards] == ["ZTE", "HUAWEI"]
    assert case.scenario is None
    assert (case.ban_share, case.relief_days, case.by) == (None, None, {})
    assert case.economy().name == "icio-2017"


def test_a_scenario_says_who_bans_what_for_how_long(tmp_path):
    case = sanction_case("may-2018")
    assert [card.code for card in case.cards] == ["ZTE"]
    assert case.by == {"ZTE": "USA"}
    assert case.ban_share == 1
    assert case.relief_days == 2525  # 15 April 2018 to 13 March 2025, both included
    assert case.economy().name == "wiod-2014"
    assert case.economy("icio-2017").name == "icio-2017"
    path = scenario(tmp_path, "    firm: ZTE\n", "    firm: zte\n    coverage: 0.6\n")
    path.write_text(path.read_text().replace("2025-03-13", "2018-07-12"))
    case = sanction_case(path)
    assert (case.ban_share, case.relief_days) == (0.6, 89)
    assert case.by == {"ZTE": "USA"}


def test_what_is_a_scenario(tmp_path):
    assert is_scenario("may-2018")
    assert is_scenario(scenario(tmp_path))
    assert not is_scenario("zte")
    assert not is_scenario(load_card("zte").origin.path)
    assert not is_scenario("nowhere.yaml")
    assert not is_scenario("x" * 5000)


def test_refusals(tmp_path):
    with pytest.raises(InputError, match="stands alone"):
        sanction_case(["zte", "may-2018"])
    with pytest.raises(InputError, match="has no firms"):
        sanction_case("us-china-2018-2020")
    with pytest.raises(InputError, match="nor a shipped card"):
        sanction_case("zet")
    path = scenario(
        tmp_path, "by: USA\n    on: CHN\n    firm", "by: [USA, JPN]\n    on: CHN\n    firm"
    )
    with pytest.raises(InputError, match="several economies ban") as refused:
        sanction_case(path)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == (path, line_of(path.read_text(), "by: [USA, JPN]"))


def test_a_cards_own_baseline_is_refused_at_its_line(tmp_path):
    path = tmp_path / "card.yaml"
    text = load_card("zte").origin.path.read_text("utf-8")
    path.write_text(text.replace("baseline: icio-2017", "baseline: nope"), encoding="utf-8")
    with pytest.raises(InputError, match="no such baseline") as refused:
        sanction_case(path).economy()
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == (path, line_of(path.read_text(), "baseline: nope"))
