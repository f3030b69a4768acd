"""Shared fixtures: the raw data folder beside the project, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = Path(os.environ.get("DETENTE_RAW_DATA", ROOT / ".." / "shared" / "data"))
MANY_MAPS = 30_000


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of raw data; tests that need it are skipped, with this reason, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the raw data folder beside the project (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="module", autouse=True)
def few_compiled_programs():
    """Drop compiled programs between modules before the kernel's maps of one process run out.

    Every program compiled holds some maps; past `vm.max_map_count` (65,530) the compiler crashes.
    """
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > MANY_MAPS:
        import jax

        jax.clear_caches()
