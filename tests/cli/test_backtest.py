"""The command backtest: what it refuses, before any work."""


def test_an_unknown_episode_is_refused(detente, tmp_path):
    done = detente("backtest", "2018", "--out", tmp_path / "x")
    assert done.status == 2
    assert "there is no such episode; did you mean '2018-20'" in done.err
    assert "allowed: 2018-20, 2025" in done.err
    assert not (tmp_path / "x").exists()


def test_outcomes_that_are_not_there_are_refused(detente, tmp_path):
    done = detente("backtest", "2025", "--outcomes", "nowhere.csv", "--out", tmp_path / "x")
    assert done.status == 2
    assert "there is no such file" in done.err
    assert not (tmp_path / "x").exists()
