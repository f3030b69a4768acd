"""What commands write besides the report: pictures, a workbook, what it takes to run again."""

import json
from pathlib import Path

import jsonschema
import pytest

from folders import held

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "manifest.schema.json").read_text("utf-8")
)
QUICK = {
    "run": ("run", "case.yaml"),
    "path": ("run", "case.yaml", "--path"),
    "leverage": ("leverage", "random", "--by", "C0", "--on", "C1"),
    "optimal": ("optimal", "case.yaml", "--no-certificate", "--starts", "applied"),
}


def manifest(folder: str | Path) -> dict:
    return json.loads((Path(folder) / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("name", list(QUICK))
def test_every_command_writes_a_folder_that_can_be_made_again(detente, case, name):
    words = QUICK[name]
    done = detente(*words, "--quiet", "--pictures", "--excel")
    assert (done.status, done.out, done.err) == (0, "", "")
    (folder,) = Path("detente-out").iterdir()
    about, files = manifest(folder), held(folder)
    jsonschema.validate(about, SCHEMA)
    assert set(files) == {"manifest.json", *about["files"]}
    assert "tables.xlsx" in files
    assert name == "leverage" or any(key.startswith("pictures/") for key in files)
    assert name == "leverage" or files["inputs/case.yaml"] == case.read_bytes()
    assert str(Path.cwd()) not in json.dumps(about)
    # a colleague has the folder alone
    moved = Path("elsewhere")
    folder.rename(moved)
    case.unlink()
    done = detente("rerun", moved)
    assert (done.status, done.err) == (0, "")
    assert done.out == f"All {len(about['files'])} files came out the same.\n"
    assert held(moved) == files
    # one kind shows it: to run again says the same whatever was run
    assert name != "leverage" or detente("rerun", moved, "-q").out == ""


def test_what_differs_is_said(detente, case):
    detente("run", case, "-q", "--out", "one")
    about = manifest("one")
    about["versions"]["jax"] = "0.1"
    about["baseline"]["sha256"] = "f" * 64
    Path("one/manifest.json").write_text(json.dumps(about))
    Path("one/flows.csv").write_text("damaged")
    Path("one/trade.csv").unlink()
    done = detente("rerun", "one")
    assert done.status == 1
    lines = done.out.splitlines()
    assert set(lines[:2]) == {
        "flows.csv: changed since it was written", "trade.csv: gone since it was written"
    }  # fmt: skip
    assert lines[2].startswith("version of jax: 0.1 there, ")
    assert lines[3].startswith("data of random: ffffffffffff there, ")
    assert len(lines) == 4


def test_another_scenario_comes_out_differently(detente, case):
    detente("run", case, "-q", "--out", "one")
    path = Path("one/inputs/case.yaml")
    path.write_text(path.read_text().replace("add: 0.25", "add: 0.2"))
    done = detente("rerun", "one")
    assert done.status == 1
    for said in ("inputs/case.yaml: changed since it was written",
                 "manifest.json: scenario comes out differently",
                 "countries.csv: comes out differently"):  # fmt: skip
        assert said in done.out.splitlines()
    path.unlink()
    done = detente("rerun", "one")
    assert done.status == 2
    assert "is needed to run it again, and gone" in done.err


def test_an_economy_that_is_elsewhere_is_named(detente, case, user_data):
    detente("run", case, "-q", "--out", "one")
    (store,) = user_data.glob("**/random.npz")
    store.parent.rename("moved")
    done = detente("rerun", "one")
    assert done.status == 2
    assert "no such baseline" in done.err
    done = detente("rerun", "one", "--baseline", "moved/random.npz")
    assert (done.status, done.err) == (0, "")


def test_files_that_options_name_go_along(detente, case):
    Path("far").mkdir()
    Path("far/theta.csv").write_text("sector,trade_elasticity\nS0,4\nS1,5\nS2,6\n")
    done = detente("run", case, "--elasticities", "far/theta.csv", "--out", "one", "-q")
    assert done.status == 0, done.err
    assert manifest("one")["made"] == {
        "command": "run",
        "options": {"scenario": "case.yaml", "elasticities": "theta.csv"},
    }
    assert held("one")["inputs/theta.csv"] == Path("far/theta.csv").read_bytes()
    assert detente("rerun", "one").status == 0


def test_shipped_scenarios_bring_their_cards_and_lists(detente):
    assert detente("run", "may-2018", "--variant", "status-quo", "--out", "o", "-q").status == 0
    assert {name for name in held("o") if name.startswith("inputs/")} == {
        "inputs/may-2018.yaml", "inputs/zte.yaml", "inputs/us-on-china.csv",
        "inputs/china-on-us.csv",
    }  # fmt: skip
    made = manifest("o")["made"]["options"]
    assert made == {"scenario": "may-2018.yaml", "variant": ["status-quo"]}


def test_each_of_several_folders_can_be_made_again(detente):
    words = ("sanction", "zte", "huawei", "--draws", "3", "--world-draws", "2", "--days", "40")
    assert detente(*words, "--out", "o", "-q").status == 0
    made = manifest("o/zte")["made"]
    assert made["folder"] == "zte"
    assert made["options"]["firm"] == ["zte.yaml", "huawei.yaml"]
    assert detente("rerun", "o/zte").out.startswith("All ")


def test_files_without_a_folder_are_refused(detente, case):
    done = detente("run", case, "--json", "--pictures", "--excel")
    assert done.status == 2
    assert "--pictures: with --json files are written where --out says only" in done.err
    assert "--excel" in done.err


def test_a_folder_that_no_command_wrote_is_refused(detente):
    done = detente("rerun", ".")
    assert done.status == 2
    assert "is no folder that a command wrote" in done.err


def test_target_and_leverage_write_folders_like_the_others(detente):
    done = detente("target", "may-2018", "--using", "tariffs")
    assert done.status == 0, done.err
    assert f"Report: {Path('detente-out/may-2018-target/report.html')}" in done.out
    assert "inputs/may-2018.yaml" in held("detente-out/may-2018-target")
    done = detente("target", "may-2018", "--using", "tariffs", "-q", "--out", "again")
    assert (done.status, done.out) == (0, "")
    assert held("again") == held("detente-out/may-2018-target")
