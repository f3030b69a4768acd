"""Shared fixtures: the raw data folder beside the project, where there is one."""

from __future__ import annotations

import gc
import os
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

from browsers import browser  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = Path(os.environ.get("DETENTE_RAW_DATA", ROOT / ".." / "shared" / "data"))
# before NumPy is loaded: threads that wait for each other solve small systems no sooner
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
MANY_MAPS = 30_000
COMPILED = ROOT / ".pytest_cache" / "compiled"
SLOW = ROOT / "tests" / "slow_modules.txt"
ONE_THREAD = "--xla_cpu_parallel_codegen_split_count=1"
"""Every worker has a core of its own: a program compiled in parts takes longer altogether."""
RUN_FEW_TIMES = ("test_goals", "test_target_document")
"""Modules whose every test compiles large programs of its own, which then run a few times."""


def pytest_configure() -> None:
    """Let workers and commands share what is compiled: a first run is mostly compilation.

    The flag is one of the compiler that is pinned; another might not know it, and would stop.
    """
    if f"jaxlib=={version('jaxlib')}\n" in (ROOT / "constraints.txt").read_text():
        os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    COMPILED.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(COMPILED))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
    # how long an example takes says nothing on a machine that others use too
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    import jax  # noqa: F401  (reads the environment once: tests may change it later)

    # thousands of tests and the traces of programs live long: looking for garbage among them is
    # a twentieth of all work
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Leave out what was imported and collected from later searches for garbage."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slowest modules first, so that no worker is left alone with one at the end."""
    order = {name: n for n, name in enumerate(SLOW.read_text().split())}
    items.sort(key=lambda item: order.get(item.path.relative_to(ROOT).as_posix(), len(order)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of raw data; tests that need it are skipped, with this reason, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the raw data folder beside the project (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="module", autouse=True)
def quick_programs(request: pytest.FixtureRequest):
    """Compile large programs that run a few times as quickly as small ones."""
    if request.module.__name__.rpartition(".")[2] not in RUN_FEW_TIMES:
        yield
        return
    from detente import compiled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "SMALL", 10**9)
        yield


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
