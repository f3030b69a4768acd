"""The charts' JavaScript and its cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.cache import cache_folder
from detente.document import bundle


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """Replace the slow making of the bundle; every making is noted."""
    calls = []

    def make():
        calls.append("made")
        return "const vega = 'ü';"

    monkeypatch.setattr(bundle, "_make", make)
    return calls


def test_the_chosen_cache_is_filled_once_and_read_after(tmp_path, monkeypatch, made):
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path / "new" / "cache"))
    first, second = bundle.vega_bundle(), bundle.vega_bundle()
    assert first == second == "const vega = 'ü';"
    assert made == ["made"]
    (kept,) = (tmp_path / "new" / "cache").iterdir()
    assert kept.read_text("utf-8").endswith(first)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b"vega", b"evil"),
        lambda content: content.partition(b"\n")[2],
        lambda content: content + b"\xff",
        lambda content: content.partition(b"\n")[0],
    ],
    ids=["empty", "cut", "changed", "no-seal", "no-utf-8", "only-seal"],
)
def test_a_damaged_copy_is_made_again(tmp_path, monkeypatch, made, damage):
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path))
    whole = bundle.vega_bundle()
    (kept,) = tmp_path.iterdir()
    sound = kept.read_bytes()
    kept.write_bytes(damage(sound))
    assert bundle.vega_bundle() == whole
    assert made == ["made", "made"]
    assert kept.read_bytes() == sound


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch, made):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path / "file"))
    assert bundle.vega_bundle() == bundle.vega_bundle()
    assert made == ["made", "made"]
    assert (tmp_path / "file").read_text() == "in the way"


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch, made):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("os.replace", full)
    assert bundle.vega_bundle() == "const vega = 'ü';"
    assert list(tmp_path.iterdir()) == []


def test_a_user_without_a_home_has_no_cache(monkeypatch, made):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    for name in ("DETENTE_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert bundle.vega_bundle() == "const vega = 'ü';"


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "chosen/detente"),
        ("linux", None, "home/.cache/detente"),
        ("darwin", None, "home/Library/Caches/detente"),
        ("win32", "LOCALAPPDATA", "chosen/detente"),
    ],
)
def test_the_cache_is_where_the_platform_keeps_caches(monkeypatch, platform, variable, expected):
    for name in ("DETENTE_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "chosen")
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    assert cache_folder() == Path(expected)


def test_the_real_bundle_cannot_close_its_element():
    script = bundle._make()
    assert "window.vegaEmbed" in script
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert "\r" not in script
