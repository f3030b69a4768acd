"""An option without a value is refused by every command, whatever it is called."""

import pytest

COMMANDS = {
    "run": ("--variant", "--out", "--baseline", "--elasticities", "--horizon", "--at", "--every"),
    "target": ("--variant", "--goal", "--cut", "--of", "--using", "--out"),
    "optimal": ("--variant", "--players", "--on", "--sectors", "--weights", "--out"),
    "nash": ("--variant", "--rule", "--checkpoint", "--answers"),
    "cooperate": ("--variant", "--solution", "--players"),
    "talks": ("--no-deal", "--solution", "--what-if", "--out", "--baseline"),
    "sanction": ("--by", "--baseline", "--out"),
    "new": ("--by", "--on", "--measure", "--baseline"),
    "leverage": ("--by", "--on", "--sectors"),
    "backtest": ("--outcomes", "--out"),
    "disputes": ("--file", "--known-to", "--out"),
    "ledger": ("--by", "--on", "--at", "--authority", "--file"),
}
CALLS = [(command, option) for command, options in COMMANDS.items() for option in options]


@pytest.mark.parametrize(("command", "option"), CALLS)
@pytest.mark.parametrize("value", ["", "  "])
def test_no_command_takes_an_empty_option(detente, command, option, value):
    done = detente(command, "may-2018", option, value)
    assert done.status == 2
    assert f"{option}: no value is given" in done.err
    assert done.out == ""


def test_all_empty_options_are_said_at_once(detente):
    done = detente("run", "", "--variant", "", "--out=")
    assert "SCENARIO: no value is given" in done.err
    assert "--variant: no value is given" in done.err
    assert "--out: no value is given" in done.err
    assert "3 problems" in done.err


@pytest.mark.parametrize("words", [("show", ""), ("check", ""), ("add", "x", "--name", "")])
def test_commands_on_data_too(detente, words):
    done = detente("data", *words)
    assert done.status == 2
    assert "no value is given" in done.err
