"""Change one formula at a time in a copy of the project and see that the nearest tests fail.

    python tools/mutants.py            # all of them
    python tools/mutants.py --list
    python tools/mutants.py --only burden-annuity --only draws-ends -j 2

The changes stand in `mutations`. A change that no test notices survives; one whose old text is not
there exactly once is stale. The nearest tests must pass without any change first: what fails anyway
catches nothing. Exit status: 0 when all are caught, 1 when one survives or is stale, 2 when the
tests fail as they are.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from mutations import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "tests", "tools", "replications", "docs")
FILES = ("pyproject.toml", "constraints.txt", "README.md")
COMPILED = ROOT / ".pytest_cache" / "compiled"
"""Compiled programs, kept between runs: most of a test's time is compiling."""
MOST_SECONDS = 900
"""After which the tests of one change are ended; that is no catch."""
CAUGHT, SURVIVED, STALE, BROKEN = "caught", "survived", "stale", "broken"


def text_of(mutant: Mutant, root: Path = ROOT) -> str | None:
    """Return the changed text of a mutant's file, nothing where the mutant is stale."""
    path = root / "src" / "detente" / mutant.file
    text = path.read_text("utf-8") if path.is_file() else ""
    return text.replace(mutant.old, mutant.new) if text.count(mutant.old) == 1 else None


def nearest(mutants: Iterable[Mutant]) -> list[str]:
    """Return the tests of some mutants, each once; a whole file stands for its tests."""
    every = dict.fromkeys(test for mutant in mutants for test in mutant.tests)
    return [test for test in every if "::" not in test or test.split("::")[0] not in every]


@contextmanager
def copied() -> Iterator[Path]:
    """Copy what tests need to a temporary folder, the raw data folder beside it as a link."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copy = Path(name) / "project"
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, copy / folder,
                            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))  # fmt: skip
        for file in FILES:
            shutil.copy2(ROOT / file, copy / file)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (copy.parent / "shared").symlink_to(shared, target_is_directory=True)
        yield copy


def run_tests(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run tests of a copy on its own sources; return pytest's exit status and output."""
    environment = os.environ | {
        "PYTHONPATH": str(copy / "src"),
        "XDG_CACHE_HOME": str(copy.parent / "cache"),  # nothing solved before a change is used
    }
    environment.setdefault("JAX_COMPILATION_CACHE_DIR", str(COMPILED))
    environment.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    environment.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
               *(f"tests/{test}" for test in tests)]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False,
            timeout=MOST_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return -1, f"no end after {MOST_SECONDS} s"
    return done.returncode, done.stdout + done.stderr


def judge(mutant: Mutant, copy: Path) -> tuple[str, str]:
    """Make one change in a copy, run its tests, take it back; return the verdict and why."""
    changed = text_of(mutant, copy)
    if changed is None:
        return STALE, f"the old text is not once in {mutant.file}"
    path = copy / "src" / "detente" / mutant.file
    before = path.read_text("utf-8")
    path.write_text(changed, "utf-8")
    try:
        status, output = run_tests(copy, mutant.tests)
    finally:
        path.write_text(before, "utf-8")
    if status == 1:
        failed = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return CAUGHT, failed[0].split(" - ")[0].partition(" ")[2] if failed else ""
    if status == 0:
        return SURVIVED, f"{mutant.means}; passed: {', '.join(mutant.tests)}"
    return BROKEN, f"pytest ended with {status}: {output[-500:]}"


def try_all(mutants: Sequence[Mutant], jobs: int) -> dict[str, str]:
    """Try mutants, each in a copy that no other uses; return verdicts by name."""
    verdicts: dict[str, str] = {}
    copies: SimpleQueue[Path] = SimpleQueue()

    def one(mutant: Mutant) -> None:
        copy, start = copies.get(), time.monotonic()
        verdict, why = judge(mutant, copy)
        copies.put(copy)
        verdicts[mutant.name] = verdict
        print(f"{verdict:8}  {mutant.name}  {time.monotonic() - start:.0f} s  {why}", flush=True)

    with _copies(jobs) as made, ThreadPoolExecutor(jobs) as pool:
        for copy in made:
            copies.put(copy)
        tests = nearest(mutants)
        status, output = run_tests(made[0], tests)
        if status != 0:
            print(output)
            print("the nearest tests fail without any change: nothing is tried")
            sys.exit(2)
        print(f"{len(tests)} test files or tests pass without any change", flush=True)
        list(pool.map(one, mutants))
    return verdicts


@contextmanager
def _copies(count: int) -> Iterator[list[Path]]:
    if not count:
        yield []
        return
    with copied() as first, _copies(count - 1) as rest:
        yield [first, *rest]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse arguments, try mutants, print caught/tried."""
    parser = argparse.ArgumentParser(description="change a formula at a time, see tests fail")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="this one (can be repeated)"
    )
    parser.add_argument("--list", action="store_true", help="print what there is, try nothing")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="copies that run side by side")
    given = parser.parse_args(arguments)
    names = [mutant.name for mutant in MUTANTS]
    if unknown := [name for name in given.only or () if name not in names]:
        parser.error(f"no such mutant: {', '.join(unknown)}")
    if given.jobs < 1:
        parser.error(f"-j {given.jobs}: 1 or more")
    chosen = [mutant for mutant in MUTANTS if not given.only or mutant.name in given.only]
    if given.list:
        for mutant in chosen:
            print(f"{mutant.name}  {mutant.file}  {mutant.means}")
        return 0
    start = time.monotonic()
    verdicts = list(try_all(chosen, given.jobs).values())
    print(f"{verdicts.count(CAUGHT)}/{len(verdicts)} caught in {time.monotonic() - start:.0f} s")
    return 0 if set(verdicts) <= {CAUGHT} else 1


if __name__ == "__main__":
    sys.exit(main())
