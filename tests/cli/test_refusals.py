"""Whatever is wrong with the input: one clear message, exit status 2, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detente.baseline.tables import write_template


def refused(done, *said):
    """Check a refusal: status 2, all of the words, no results and no traceback on any stream."""
    assert done.status == 2
    for words in said:
        assert words in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert done.err.rstrip().endswith("nothing was written.")
    assert not Path("detente-out").exists()


CHANGES = {
    "unknown country": ("by: C0\n", "by: C9\n", "measures[cars].by", "unknown", "'C9'"),
    "unknown sector": (
        "sectors: S0",
        "sectors: SO",
        "measures[cars].sectors",
        "did you mean",
        "'S0'",
    ),
    "tariff in per cent": ("add: 0.25", "add: 25", "measures[cars].add", "did you mean 0.25?"),
    "NaN": ("add: 0.25", "add: .nan", "measures[cars].add", "case.yaml:"),
    "duplicate key": ("title: Cars", "title: One\ntitle: Cars", "case.yaml:2", "title"),
    "unknown key": ("    add: 0.25", "    ad: 0.25", "ad", "did you mean 'add'"),
    "malformed YAML": ("sources:\n", "sources: [\n", "case.yaml:"),
    "Python tag": ("title: Cars and corn", "title: !!python/object/apply:os.getcwd []", "tag"),
    "share above one": ("    add: 0.25", "    add: 0.25\n    coverage: 1.5", "coverage", "0 to 1"),
    "missing source": ("source: notice", "source: notices", "did you mean 'notice'"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_spoilt_scenario(detente, case, what):
    old, new, *said = CHANGES[what]
    text = case.read_text()
    assert old in text
    case.write_text(text.replace(old, new, 1))
    refused(detente("run", case), *said)


def test_all_of_it_is_said_at_once(detente, case):
    text = case.read_text().replace("add: 0.25", "add: 25").replace("set: 0.3", "sett: 0.3")
    case.write_text(text)
    done = detente("run", case)
    refused(done, "measures[cars].add", "sett")
    assert "problems;" in done.err


def test_a_missing_file(detente):
    refused(detente("run", "nowhere.yaml"), "nowhere.yaml", "no such file")
    refused(detente("run", "may-2081"), "did you mean 'may-2018'")
    refused(detente("run", "."), "folder")


def test_a_hundred_megabytes_are_not_read(detente):
    with Path("huge.yaml").open("wb") as file:
        file.truncate(100_000_000)
    refused(detente("run", "huge.yaml"), "huge.yaml", "1 MB")


def test_an_economy_that_has_no_equilibrium(detente, case):
    text = case.read_text()
    start = text.index("  - id: queues")
    cost = "  - id: queues\n    kind: trade-cost\n    by: world\n    scale: 100000000%\n"
    case.write_text(text[:start] + cost + text[text.index("variants:") :])
    text = case.read_text().replace("measures: [cars]", "measures: [queues]")
    case.write_text(text)
    refused(detente("run", case), "one-strikes", "residual")


@pytest.mark.parametrize("path", ["file/deep", "file"])
def test_an_output_folder_in_the_way(detente, case, path):
    Path("file").write_text("mine")
    refused(detente("run", case, "--out", path), "file", "--out", "not a folder")
    assert Path("file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_an_output_folder_without_permission(detente, case):
    Path("shut").mkdir(mode=0o500)
    refused(detente("run", case, "--out", "shut/out"), "no permission")


def test_a_disk_that_fails_leaves_no_half(detente, case, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("detente.document.publish._parquet", fail)
    done = detente("run", case)
    assert done.status == 2
    assert "No space left on device" in done.err
    assert list(Path("detente-out").rglob("*")) == []


def test_names_of_baselines_and_elasticities(detente):
    refused(detente("run", "may-2018", "--baseline", "wiod-2015"), "did you mean 'wiod-2014'")
    refused(
        detente("run", "may-2018", "--elasticities", "fontagne"), "did you mean 'fontagne-2022'"
    )
    refused(detente("run", "may-2018", "--elasticities", "-1"), "elasticities", "-1")


def _table(folder, name, line, text):
    file = folder / f"{name}.csv"
    lines = file.read_text().splitlines()
    lines[line] = text(lines[line])
    file.write_text("\n".join(lines) + "\n")


def _last(value):
    return lambda row: row.rpartition(",")[0] + f",{value}"


SPOILT = {
    "negative flow": ("flows", _last("-3"), "flows.csv:4", "value"),
    "NaN": ("flows", _last("nan"), "flows.csv:4", "value"),
    "accounts that do not sum": ("final_demand", _last("77777"), "spending"),
    "elasticity of zero": ("elasticities", _last("0"), "elasticities.csv:4", "trade_elasticity"),
    "negative elasticity": ("elasticities", _last("-4"), "elasticities.csv:4"),
    "tariff in per cent": ("tariffs", _last("25"), "tariffs.csv:4", "0.25"),
    "unknown sector": ("flows", lambda row: "zzz" + row, "flows.csv:4", "sector"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_economy(detente, what, user_data):
    folder = Path("mine")
    write_template(folder)
    name, change, *said = SPOILT[what]
    _table(folder, name, 3, change)
    refused(detente("data", "check", folder), *said)
    refused(detente("data", "add", folder), *said)
    refused(detente("run", "may-2018", "--baseline", folder), *said)
    assert not user_data.exists()


def test_a_missing_table_and_a_missing_folder(detente):
    write_template("mine")
    Path("mine/flows.csv").unlink()
    refused(detente("data", "check", "mine"), "flows")
    refused(detente("data", "check", "other"), "no such folder")


def test_a_damaged_installed_baseline(detente, case, user_data):
    with np.load(user_data / "random.npz") as found:
        arrays = dict(found)
    arrays["flows"] = arrays["flows"] * 2
    np.savez(user_data / "random.npz", **arrays)
    refused(detente("run", case), "random.npz")


def test_usage_errors_have_status_two(detente):
    for words in (("run",), ("run", "may-2018", "--fast"), ("fly",)):
        done = detente(*words)
        assert done.status == 2
        assert "Usage" in done.err


LONG = "x" * 5000


@pytest.mark.parametrize(
    "words",
    [
        ("run", LONG),
        ("run", "may-2018", "--baseline", LONG),
        ("run", "may-2018", "--elasticities", LONG),
        ("run", "may-2018", "--baseline", ""),
        ("run", "may-2018", "--elasticities", " "),
        ("run", "may-2018", "--elasticities", "/dev/zero"),
        ("data", "show", LONG),
        ("data", "check", LONG),
        ("data", "add", LONG),
        ("scenarios", "show", "may-2081"),
    ],
)
def test_names_that_can_be_none(detente, words):
    refused(detente(*words))


def test_a_template_under_an_impossible_name(detente):
    done = detente("data", "template", LONG)
    assert done.status == 2
    assert "Traceback" not in done.err


def test_the_baseline_and_elasticities_of_a_scenario_are_refused_at_their_line(detente, case):
    text = case.read_text()
    case.write_text(text.replace("baseline: random", "baseline: randum"))
    refused(detente("run", case), "case.yaml:3: baseline", "did you mean 'random'")
    case.write_text(text.replace("baseline: random", "baseline: random\nelasticities: nobody-1999"))
    refused(detente("run", case), "case.yaml:4: elasticities", "nobody-1999")


@pytest.mark.parametrize(
    ("focus", "said"),
    [("[C0, Country 0]", "same economy as C0"), ("[C0, world]", "is a group, not one economy")],
)
def test_a_focus_is_two_economies(detente, case, focus, said):
    case.write_text(case.read_text().replace("focus: [C0, C1]", f"focus: {focus}"))
    refused(detente("run", case), "case.yaml:11: focus", said)


def test_no_alignment_to_oneself(detente, case):
    case.write_text(case.read_text().replace("add: 0.25", "align: C0"))
    refused(detente("run", case), "measures[cars].align", "no tariff on itself")


def test_text_that_steers_a_terminal(detente):
    write_template("mine")
    file = Path("mine/countries.csv")
    file.write_text(file.read_text().replace("Northland", "North\x1b[31mland"))
    refused(detente("data", "check", "mine"), "control characters", "\\x1b[31m")
    done = detente("run", "\x1b[31mq.yaml")
    refused(done)
    assert "\x1b" not in done.err


def _process(*words, **options):
    command = [sys.executable, "-c", "from detente.cli import main; main()", *words]
    return subprocess.run(command, text=True, check=False, stderr=subprocess.PIPE, **options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_is_full():
    with Path("/dev/full").open("w") as full:
        done = _process("schema", stdout=full)
    assert done.returncode == 2
    assert done.stderr == "detente: No space left on device\n"


def test_an_output_that_knows_no_minus_sign():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = _process("scenarios", "show", "may-2018", stdout=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "…" in done.stdout


@pytest.mark.parametrize(("old", "new"), [("cut_usd", "cut_usdd"), ("id: g", "idd: g")])
def test_a_goal_with_an_unknown_key(detente, case, old, new):
    goal = "goals:\n  - {id: g, of: C0, partner: C1, cut_usd: 1}\nvariants:"
    case.write_text(case.read_text().replace("variants:", goal.replace(old, new), 1))
    refused(detente("run", case), "case.yaml:", new.partition(":")[0], "did you mean")
