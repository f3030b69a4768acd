"""Saved baselines come back the same; names resolve; damage is said, never a traceback."""

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from detente.baseline import store
from detente.baseline.card import Adjustment
from detente.errors import DataError, InputError
from economies import random_economy


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DETENTE_DATA", str(tmp_path / "installed"))


@pytest.fixture
def economy():
    base = random_economy(2, zeros=0.3)
    from dataclasses import replace

    card = replace(base.card, adjustments=(Adjustment("a", "b", 0.1, "c"),), notes=("é",))
    return base.replace(card=card)


def test_what_is_saved_comes_back(tmp_path, economy):
    npz, card = store.save(economy, tmp_path / "mine.npz")
    back = store.read(npz)
    assert back.hash == economy.hash
    assert (back.countries, back.sectors, back.card) == (
        economy.countries,
        economy.sectors,
        economy.card,
    )
    assert json.loads(card.read_text())["card"]["adjustments"][0]["size"] == 0.1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.json", "mine.npz"]


def test_the_same_baseline_gives_the_same_bytes(tmp_path, economy):
    one = store.save(economy, tmp_path / "a.npz")
    os.utime(one[0], (0, 0))
    two = store.save(store.read(one[0]), tmp_path / "b.npz")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
    times = {info.date_time for info in zipfile.ZipFile(one[0]).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}
    with np.load(one[0], allow_pickle=False) as arrays:
        assert (arrays["flows"] == economy.flows).all()


def test_shipped_baselines_are_available():
    entries = store.available()
    assert [(e.name, e.kind) for e in entries] == [
        ("icio-2022", "shipped"),
        ("icio-2017", "shipped"),
        ("wiod-2014", "shipped"),
    ]
    assert all(e.path.is_file() for e in entries)
    assert "77 economies x 32 sectors" in entries[0].title
    assert "16 economies x 50 sectors" in entries[2].title


def test_load_takes_the_default_and_other_elasticities():
    assert store.load().name == "icio-2022"
    assert (store.load("icio-2017", elasticities="4").trade_elasticity == 4).all()


def test_installed_baselines_are_loaded_by_name(economy):
    path = store.install(economy, "mine")
    assert store.load("mine").hash == economy.hash
    assert store.load("mine").name == "mine"
    assert store.load(path).hash == economy.hash
    assert [(e.name, e.kind) for e in store.available()][-1] == ("mine", "installed")
    with pytest.raises(InputError, match="installed already"):
        store.install(economy, "mine")
    store.install(economy, "mine", replace=True)


@pytest.mark.parametrize("name", ["../x", "", "Big", "wiod-2014", "a/b", "a b"])
def test_names_that_cannot_be_installed(economy, name, tmp_path):
    with pytest.raises(InputError):
        store.install(economy, name, replace=True)
    assert not (tmp_path / "installed").exists()


def test_a_folder_of_tables_is_loaded(tmp_path, economy):
    from detente.baseline.tables import write_folder

    write_folder(economy, tmp_path / "tables")
    again = store.load(tmp_path / "tables")
    np.testing.assert_allclose(again.flows, economy.flows, rtol=1e-12)
    assert store.load(str(tmp_path / "tables")).country_codes == economy.country_codes


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(InputError) as error:
        store.load("wiod-2013")
    text = str(error.value)
    assert "did you mean 'wiod-2014'" in text
    assert "icio-2022, icio-2017, wiod-2014, or the path of a folder" in text


def _damage(path, kind):
    content = path.read_bytes()
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "text":
        path.write_bytes(b"not an archive")
    elif kind == "flipped":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    else:
        path.unlink()


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "flipped", "gone"])
@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_damaged_files_are_data_errors(tmp_path, economy, kind, suffix):
    npz, _ = store.save(economy, tmp_path / "mine.npz")
    _damage(npz.with_suffix(suffix), kind)
    with pytest.raises(DataError, match=r"mine\."):
        store.read(npz)


def _rewrite(npz, **changes):
    with np.load(npz) as found:
        arrays = {name: found[name] for name in found.files} | changes
    np.savez(npz, **{k: v for k, v in arrays.items() if v is not None})


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda c: {"trade_elasticity": c.trade_elasticity * 1.01}, "not those the card"),
        (lambda c: {"trade_elasticity": -c.trade_elasticity}, "out of bounds"),
        (lambda c: {"flows": c.flows * np.nan}, "out of bounds"),
        (lambda c: {"final_demand": c.final_demand * 2}, "intermediate plus final"),
        (lambda c: {"flows": c.flows[:, :-1]}, "wrong shape"),
        (lambda c: {"flows": c.flows.astype(np.float32)}, "must be float64"),
        (lambda c: {"flows": None}, "array missing"),
        (lambda c: {"more": np.ones(2)}, "unknown array"),
        (lambda c: {"flows": np.array(["text"])}, "must be float64"),
    ],
)
def test_changed_figures_are_refused(tmp_path, economy, change, word):
    npz, _ = store.save(economy, tmp_path / "mine.npz")
    _rewrite(npz, **change(economy))
    with pytest.raises(DataError, match=word):
        store.read(npz)


def test_pickled_arrays_are_never_opened(tmp_path, economy):
    npz, _ = store.save(economy, tmp_path / "mine.npz")
    _rewrite(npz, flows=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match="damaged array file"):
        store.read(npz)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"format": 2}', "null", '{"format": 1, "hash": "x", "card": {"a": 1}}']
)
def test_odd_cards_are_data_errors(tmp_path, economy, content):
    npz, card = store.save(economy, tmp_path / "mine.npz")
    card.write_text(content)
    with pytest.raises(DataError, match=r"mine\.json"):
        store.read(npz)


def test_a_damaged_installed_baseline_does_not_hide_the_others(economy):
    path = store.install(economy, "mine")
    path.with_suffix(".json").write_text("{")
    assert "cannot be read" in store.available()[-1].title
    assert store.load("wiod-2014").name == "wiod-2014"


def test_an_unwritable_folder_is_said(tmp_path, economy):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write"):
        store.save(economy, tmp_path / "file" / "mine.npz")


def test_loading_needs_neither_pandas_nor_jax():
    code = (
        "import sys; from detente.baseline.store import load; load();"
        "print([m for m in ('pandas', 'jax', 'xarray', 'pyarrow', 'yaml') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
