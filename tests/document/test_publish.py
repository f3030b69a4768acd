"""A folder of results: all of it or nothing, its manifest as the schema says."""

import csv
import json
import math
from hashlib import sha256
from pathlib import Path

import jsonschema
import openpyxl
import pandas as pd
import pytest
from made_up import ABOUT, USD, column, empty, whole

from detente.document import publish
from detente.document.blocks import Column, Document
from detente.document.data import Data
from detente.document.publish import Enclosures
from detente.errors import InputError

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "manifest.schema.json").read_text("utf-8")
)


def tidy() -> Data:
    frame = pd.DataFrame({"who": ["a", "b"], "worth": [1.0, math.nan]})
    return Data(frame, (column("who"), column("worth", USD)))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "new"
    return folder, publish.write(whole(), {"countries": tidy()}, folder)


def test_every_table_is_there_twice_and_the_manifest_last(written):
    folder, files = written
    names = [path.name for path in files]
    assert names[0] == "report.html"
    assert names[-1] == "manifest.json"
    assert len(names) == 2 + 2 * (len(whole().tables("data")) + 1)
    assert sorted(p.name for p in folder.iterdir()) == sorted(names)


def test_the_manifest_fits_its_schema_and_its_files(written):
    folder, _ = written
    found = json.loads((folder / "manifest.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(found, SCHEMA)
    assert found["format"] == 2
    assert found["baseline"]["year"] == 2014
    assert found["sentences"][0].startswith("A deal costs")
    for name, entry in found["files"].items():
        content = (folder / name).read_bytes()
        assert entry["sha256"] == sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
        if name.endswith(".parquet"):
            frame = pd.read_parquet(folder / name)
            assert list(frame.columns) == list(entry["columns"])
            assert len(frame) == entry["rows"]
    worth = found["files"]["gains.csv"]["columns"]["worth"]
    assert worth == {"meaning": "what worth is", "unit": "million USD a year"}
    assert str(folder.parent) not in json.dumps(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("baseline"),
        lambda m: m.update(format=1),
        lambda m: m.update(more=1),
        lambda m: m["files"].pop("report.html"),
        lambda m: m["files"]["gains.csv"].pop("sha256"),
        lambda m: m["files"]["gains.csv"]["columns"]["worth"].pop("meaning"),
        lambda m: m["files"].update({"/tmp/x": m["files"]["report.html"]}),
    ],
)
def test_the_schema_refuses_another_shape(written, change):
    folder, _ = written
    found = json.loads((folder / "manifest.json").read_text("utf-8"))
    change(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, SCHEMA)


def test_parquet_and_csv_hold_raw_values(written):
    folder, _ = written
    for name in ("gains", "firm", "countries"):
        one, other = (
            pd.read_parquet(folder / f"{name}.parquet"),
            pd.read_csv(folder / f"{name}.csv"),
        )
        assert list(one.columns) == list(other.columns)
        numbers = [k for k in one.columns if one[k].dtype.kind == "f"]
        assert numbers
        for key in numbers:
            assert one[key].fillna(9e9).tolist() == other[key].fillna(9e9).tolist()
    assert pd.read_parquet(folder / "gains.parquet")["worth"].iloc[1] == 28_400.0


def test_the_same_document_writes_the_same_bytes(tmp_path):
    for place in ("a", "b"):
        publish.write(whole(), {"countries": tidy()}, tmp_path / place)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_empty_tables_are_written(tmp_path):
    publish.write(empty(), {}, tmp_path)
    assert len(pd.read_parquet(tmp_path / "none.parquet")) == 0
    jsonschema.validate(json.loads((tmp_path / "manifest.json").read_text()), SCHEMA)


def test_nothing_is_left_of_a_writing_that_fails(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    monkeypatch.setattr(publish, "_parquet", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish.write(whole(), {}, folder)
    assert not folder.exists()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="not a folder"):
        publish.write(whole(), {}, tmp_path / "file")


def test_what_is_not_described_is_refused():
    frame = pd.DataFrame({"who": ["a"]})
    with pytest.raises(ValueError, match="not the columns that are described"):
        Data(frame, (Column("whom", "x", "y"),))
    with pytest.raises(ValueError, match="two tables are named gains"):
        publish.data(whole(), {"gains": tidy()})
    other = Document("d", "t", (), about={**ABOUT, "weather": "fine"})
    with pytest.raises(ValueError, match="no place for weather"):
        publish.manifest(other, {})


def test_enclosures_are_in_the_manifest_and_of_the_same_bytes(tmp_path):
    made = {"command": "run", "options": {"scenario": "case.yaml"}}
    inputs = {"case.yaml": b"title: x\n", "cards/zte.yaml": b"code: ZTE\n"}
    enclosed = Enclosures(pictures=True, excel=True, made=made, inputs=inputs)
    for place in ("a", "b"):
        files = publish.write(whole(), {"countries": tidy()}, tmp_path / place, enclosed)
        assert files[-1].name == "manifest.json"
    found = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMA)
    assert found["made"] == made
    assert {"tables.xlsx", "inputs/cards/zte.yaml", "pictures/flows.svg"} <= set(found["files"])
    assert (tmp_path / "a/pictures/flows.svg").read_bytes() == whole().to_pictures()["flows.svg"]
    assert (tmp_path / "a/inputs/cards/zte.yaml").read_bytes() == b"code: ZTE\n"
    for path in (p for p in (tmp_path / "a").rglob("*") if p.is_file()):
        name = path.relative_to(tmp_path / "a")
        assert path.read_bytes() == (tmp_path / "b" / name).read_bytes()
        if name.name != "manifest.json":
            assert (
                found["files"][name.as_posix()]["sha256"] == sha256(path.read_bytes()).hexdigest()
            )
    book = openpyxl.load_workbook(tmp_path / "a" / "tables.xlsx")
    assert "countries" in book.sheetnames


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_csv_is_a_formula(tmp_path, sign):
    frame = pd.DataFrame({"who": [f"{sign}1+1", "a=b"], "n": [-1.0, 2.0]})
    held = Data(frame, (column("who"), column("n", USD)))
    publish.write(empty(), {"x": held}, tmp_path)
    with (tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [[f"'{sign}1+1", "-1"], ["a=b", "2"]]
    # for programs, the text itself
    assert pd.read_parquet(tmp_path / "x.parquet")["who"].tolist() == [f"{sign}1+1", "a=b"]


def test_titles_stand_beside_ids():
    held = tidy().titled({"who": {"a": "Albania", "c": "Chad"}, "where": {}})
    assert held.frame.to_dict("list")["who_title"] == ["Albania", ""]
    assert [c.key for c in held.columns] == ["who", "who_title", "worth"]
    assert tidy().titled({}).columns == tidy().columns
