"""The command that tells measures and average tariffs."""

import json
from pathlib import Path

import jsonschema

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "manifest.schema.json").read_text("utf-8")
)


def test_a_day_is_told_and_written(detente):
    done = detente("ledger", "--at", "2025-08-07", "--on", "China")
    assert done.status == 0, done.err
    assert "the United States charges 41.7% on goods from China by law" in done.out
    folder = "detente-out/ledger-China-2025-08-07"
    assert f"Report: {folder}/report.html" in done.out
    assert len(done.out.splitlines()) < 60


def test_a_folder_can_be_made_again_and_says_what_it_rests_on(detente, tmp_path):
    path = tmp_path / "work" / "mine.csv"
    path.write_text(
        "id,effective,end,by,on,authority,instrument,scope,verified\n"
        "A1,2024-01-01,,USA,CHN,x,tariff,steel,text\n"
    )
    detente("ledger", "--file", "mine.csv", "--at", "2024-05-05", "--out", "first", "--quiet")
    about = json.loads((tmp_path / "work" / "first" / "manifest.json").read_text("utf-8"))
    jsonschema.validate(about, SCHEMA)
    assert about["baseline"]["name"] == "ledger"
    path.unlink()  # its copy is in the folder
    done = detente("rerun", "first")
    assert done.status == 0, done.out + done.err
    cited = detente("cite", "first").out
    assert "Yale Budget Lab" in cited
    assert "Caliendo" not in cited  # no model is in it


def test_json_alone_writes_nothing(detente, tmp_path):
    done = detente("ledger", "--by", "CHN", "--at", "2025-04-12", "--json")
    plain = json.loads(done.out)
    rows = plain["tables"]["averages"]["rows"]
    assert [round(row["rate"], 4) for row in rows] == [1.4609, 1.476]
    assert not (tmp_path / "work" / "detente-out").exists()


def test_all_that_is_unknown_is_refused_with_the_options_names(detente):
    done = detente("ledger", "--by", "Atlantis", "--on", "Chna", "--at", "2025-02-30",
                   "--authority", "iepa")  # fmt: skip
    assert done.status == 2
    assert [line.split(":")[0] for line in done.err.splitlines()] == [
        "--by", "--on", "--at", "--authority", "detente"
    ]  # fmt: skip


def test_a_bad_ledger_is_refused_with_lines(detente, tmp_path):
    path = tmp_path / "work" / "mine.csv"
    path.write_text(
        "id,effective,end,by,on,authority,instrument,scope,verified\n"
        "A1,2024-13-01,,EU27,CHN,x,tariff,steel,text\n"
        "A2,2024-01-01,,EU,CHN,x,tarif,steel,text\n"
    )
    done = detente("ledger", "--file", "mine.csv")
    assert done.status == 2
    assert "mine.csv:2: effective: not a date" in done.err
    assert "mine.csv:3: by: no code of an economy; did you mean 'EU27'" in done.err
    assert "mine.csv:3: instrument" in done.err
    assert "3 problems; nothing was written" in done.err


def test_a_ledger_of_ones_own_is_told(detente, tmp_path):
    path = tmp_path / "work" / "mine.csv"
    path.write_text(
        "id,effective,end,by,on,authority,instrument,scope,verified\n"
        "A1,2024-01-01,,CAN,CHN,x,tariff,steel,text\n"
    )
    done = detente("ledger", "--file", "mine.csv", "--by", "CAN", "--at", "2024-05-05")
    assert "1 measure is in force" in done.out
    assert "Measures are those of mine.csv" in done.out
