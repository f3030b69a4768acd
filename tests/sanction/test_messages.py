"""What is wrong with an option is said once, with the option's name; nothing is written."""

import pytest
from typer.testing import CliRunner

from detente.cli.commands import app
from detente.errors import InputError
from detente.sanction.load import load_card


def refused(arguments):
    run = CliRunner().invoke(app, arguments)
    assert isinstance(run.exception, InputError), run.output
    return run.exception.problems


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("USA,JPN", "this is a list"),
        ("NAFTA", "a group of 3"),
        ("USSA", "did you mean 'USA'"),
        ("CHN", "does not ban its own firm"),
        ("JPN", "no critical input there"),
        (" ", "no value is given"),
    ],
)
def test_who_bans(tmp_path, given, said):
    out = tmp_path / "out"
    (problem,) = refused(["sanction", "zte", "--by", given, "--out", str(out)])
    assert problem.key == "--by"
    assert said in problem.message
    assert "USA" in (problem.allowed or "USA")
    assert not out.exists()


def test_numbers_that_cannot_be_are_said_together():
    asked = {"--days": "10", "--draws": "-1", "--ban-share": "2", "--relief": "0", "--seed": "-1",
             "--world-draws": "-1"}  # fmt: skip
    problems = refused(["sanction", "zte", *(text for pair in asked.items() for text in pair)])
    assert {p.key for p in problems} == set(asked)
    assert all(p.allowed for p in problems)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (["--by", "USA", "--on", "CHN", "--sectors", "C26,C26"], ["--sectors"]),
        (["--by", "USA", "--on", "CHN", "--sectors", "electronics, C26"], ["--sectors"]),
        (["--by", "USA", "--on", "CHN", "--sectors", "nope,C26,C26"], ["--sectors", "--sectors"]),
        (["--by", "USA,JPN", "--on", "CHN,USA"], ["--by", "--on"]),
        (["--by", "USA", "--on", "United States"], ["--on"]),
        (["--by", " ", "--on", ""], ["--by", "--on"]),
    ],
)
def test_leverage(options, keys):
    problems = refused(["leverage", "icio-2017", *options])
    assert [p.key for p in problems] == keys


def test_several_sectors_are_threatened_with_together():
    arguments = ["leverage", "icio-2017", "--by", "USA", "--on", "CHN", "--sectors"]
    run = CliRunner().invoke(app, [*arguments, "C26, C27"])
    first = " ".join(run.stdout.split())
    assert "Selling China no more of “Computers, electronic and optical products” and “" in first
    # a name that has commas is one sector
    run = CliRunner().invoke(app, [*arguments, "Food, beverages and tobacco"])
    assert "Selling China no more of “Food, beverages and tobacco”," in " ".join(run.stdout.split())


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("from: USA", "from: Atlantis", "purchases[#1].from", "unknown economy"),
        ("from: USA", "from: CHN", "critical_inputs[optical-and-network-chips].from", "own econ"),
        ("    line: phones", "    line: phone", "critical_inputs[phone-chips].line", "no such"),
    ],
)
def test_cards_are_refused_at_a_line(tmp_path, old, new, key, said):
    text = load_card("zte").origin.path.read_text("utf-8")
    path = tmp_path / "card.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    out = tmp_path / "out"
    (problem,) = refused(["sanction", str(path), "--out", str(out)])
    assert (problem.file, problem.key) == (path, key)
    assert problem.line is not None
    assert said in problem.message
    assert not out.exists()
