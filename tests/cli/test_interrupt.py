"""Ctrl-C at any moment: said, exit status 130, nothing half-written; progress as lines."""

import signal
import subprocess
import sys
import time

import pytest

from detente.cli import show

RUN = "from detente.cli import main; main()"


@pytest.mark.parametrize("after", [0.3, 0.6, 1.0, 2.0])
def test_an_interrupt_is_said_at_any_moment(tmp_path, after):
    out = tmp_path / "out"
    command = [sys.executable, "-c", RUN, "run", "may-2018", "--out", str(out)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(after)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=60)
    if started.returncode == -signal.SIGINT:
        pytest.skip("Python itself had not started within the time given")
    assert (started.returncode, said) == (130, b"detente: Interrupted.\n")
    assert not out.exists() or (out / "manifest.json").exists()


def test_away_from_a_terminal_progress_is_a_line_now_and_then(capsys):
    times = iter([0.0, 5.0, 15.0, 20.0, 31.0])
    advance = show.lines(lambda: next(times))
    for done in range(4):
        advance("solving values", done, 8)
    assert capsys.readouterr().err.splitlines() == [
        "solving values: 1 of 8",
        "solving values: 3 of 8",
    ]


def test_quiet_is_quiet(capsys):
    with show.steps("reading", quiet=True) as advance:
        advance("solving", 1, 2)
    assert capsys.readouterr() == ("", "")
