"""Results as files: complete, labelled, the same every time, whole or not at all."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from detente.errors import InputError
from detente.files import check_writable, write_bytes, write_whole
from detente.report.describe import to_json, write
from detente.report.run.data import tables


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "new" / "out"
    write(result, path)
    return path


@pytest.fixture(scope="module")
def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_manifest_names_every_file_with_its_hash(folder, manifest):
    assert {p.name for p in folder.iterdir()} == {*manifest["files"], "manifest.json"}
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)


def test_every_column_has_a_meaning_and_numbers_a_unit(folder, manifest):
    for name, entry in manifest["files"].items():
        if not name.endswith(".parquet"):
            continue
        frame = pd.read_parquet(folder / name)
        assert list(frame) == list(entry["columns"])
        assert len(frame) == entry["rows"]
        for column in frame:
            about = entry["columns"][column]
            assert about["meaning"]
            assert ("unit" in about) == pd.api.types.is_numeric_dtype(frame[column]), column


def test_versions_hashes_and_statuses(result, manifest):
    assert manifest["versions"]["jax"]
    assert manifest["baseline"]["sha256"] == result.calibration.hash
    assert manifest["scenario"]["sha256"] == result.scenario_hash
    assert list(manifest["solver"]["variants"]) == list(result.variants)
    assert manifest["solver"]["variants"]["retaliation"]["measures"] == ["us-list", "cn-list"]
    for name, solution in result.variants.items():
        assert manifest["solver"]["variants"][name]["residuals"] == pytest.approx(
            solution.residuals
        )


def test_csv_and_parquet_hold_the_same(folder):
    for name in ("countries", "sectors", "flows"):
        a = pd.read_csv(folder / f"{name}.csv")
        b = pd.read_parquet(folder / f"{name}.parquet")
        # a text that a spreadsheet would work out has a quote in front, in CSV alone
        assert "'+ China retaliates" in set(a["variant_title"])
        a = a.replace("'+ China retaliates", "+ China retaliates")
        pd.testing.assert_frame_equal(a, b, check_dtype=False, rtol=1e-12)


def test_flows_are_those_of_the_equilibrium(result):
    flows = tables(result)["flows"].set_index(["variant", "sector", "importer", "exporter"])
    c = result.calibration
    solution = result.variants["retaliation"]
    s, n, i = (c.sector_codes.index("C29"), *map(c.country_codes.index, ("CHN", "USA")))
    row = flows.loc[("retaliation", "C29", "CHN", "USA")]
    assert row["flow_musd"] == c.flows[s, n, i]
    assert row["flow_cf_musd"] == np.asarray(solution.equilibrium.outcome.flows_cf)[s, n, i]
    assert row["tariff_cf"] == pytest.approx(row["tariff"] + 0.25)


def test_two_writings_are_the_same(result, folder, tmp_path):
    for path in write(result, tmp_path / "again"):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_nothing_is_left_of_a_writing_that_fails(result, tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("old")
    monkeypatch.setattr("detente.document.publish._parquet", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(result, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "old"


def test_writable(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="not a folder"):
        check_writable(tmp_path / "file" / "b")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="not a folder"):
        check_writable(tmp_path / "link" / "b")


def test_json_is_plain_and_complete(result):
    found = json.loads(json.dumps(to_json(result), allow_nan=False))
    variant = found["variants"]["retaliation"]
    c = result.calibration
    assert set(variant["countries"]) == set(variant["sectors"]) == set(c.country_codes)
    assert len(variant["bilateral"]) == len(c.countries) * (len(c.countries) - 1)
    frame = result.variants["retaliation"].bilateral
    assert variant["bilateral"]["CHN>USA"]["goods_musd"] == frame.loc[("CHN", "USA"), "goods_musd"]


def test_no_permission(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.files.os.access", lambda *_: False)
    with pytest.raises(InputError, match="no permission"):
        check_writable(tmp_path / "a")


def test_what_a_killed_process_left_behind_goes_with_the_next_writing(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    here = f".writing-{os.getpid()}-x"
    for name in (f".writing-{ended.pid}-x", here, ".writing-by-hand"):
        (tmp_path / name).mkdir()

    def write(folder):
        (folder / "a.txt").write_text("a")
        return ["a.txt"]

    write_whole(tmp_path, write)
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", here, ".writing-by-hand"}


def test_what_a_killed_process_left_of_a_file_goes_with_the_next_writing(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    (tmp_path / f".war.npz.{ended.pid}-x").write_text("half")
    (tmp_path / f".peace.npz.{ended.pid}-x").write_text("of another file")
    write_bytes(tmp_path / "war.npz", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {
        "war.npz", f".peace.npz.{ended.pid}-x"
    }  # fmt: skip
