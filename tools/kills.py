"""Kill commands at random moments, run them again, and see that they write the same bytes.

    python tools/kills.py [-n KILLS] [--only nash] [--seed 0]

Every command is first run undisturbed. Then it is killed (SIGKILL) at a moment drawn from its run,
and run again, with its checkpoint where it has one; every file that it wrote is compared. Exits 1
if any differs or a folder is half-written.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

MAIN = "from detente.cli import main; main()"
COMMANDS = {
    "nash": ("nash", "may-2018", "--on", "world", "--starts", "applied,high,random",
             "--checkpoint", "KEPT", "--out", "OUT"),
    "cooperate": ("cooperate", "may-2018", "--points", "3", "--checkpoint", "KEPT", "--out", "OUT"),
    "run": ("run", "may-2018", "--out", "OUT"),
    "talks": ("talks", "may-2018", "--out", "OUT"),
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, run again and compare; print a line a command."""
    parser = argparse.ArgumentParser(description="kill commands and compare what they write")
    parser.add_argument("-n", "--kills", type=int, default=15, help="kills a command")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="this one alone")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    draw, bad = random.Random(given.seed), 0
    for name in given.only or COMMANDS:
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            bad += _kills(name, COMMANDS[name], Path(folder), given.kills, draw)
    return 1 if bad else 0


def _kills(name: str, command: Sequence[str], folder: Path, kills: int, draw: random.Random) -> int:
    _run(command, folder, "warm", None)  # compiled programs are kept from here on
    start = time.monotonic()
    whole = _run(command, folder, "whole", None)
    length = time.monotonic() - start
    wrong = 0
    for number in range(kills):
        at = draw.uniform(0, 1) * length
        place = f"killed{number}"
        left = _run(command, folder, place, at)
        seen = {path: sha for path, sha in left.items() if not path.startswith(".writing-")}
        again = _run(command, folder, place, None)
        for what, found in (("half-written", seen), ("other", again)):
            if found != whole and (found or what == "other"):
                wrong += 1
                bad = sorted(path for path, _ in found.items() ^ whole.items())
                print(f"{name}: {what} when killed after {at:.1f} s: {bad}", flush=True)
    print(f"{name}: {kills} kills within {length:.1f} s, {wrong} wrong, "
          f"{len(whole)} files compared", flush=True)  # fmt: skip
    return wrong


def _run(command: Sequence[str], folder: Path, place: str, after: float | None) -> dict[str, str]:
    """Run a command, or kill it after some seconds; return hashes of the files in its folder."""
    out, kept = folder / place, folder / f"{place}.npz"
    words = [str(out) if w == "OUT" else str(kept) if w == "KEPT" else w for w in command]
    # values kept for talks are of the place, so that what was killed is what is gone on with
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / f"{place}-cache")}
    env.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder / "compiled"))
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *words, "--quiet"], env=env, cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = process.communicate(timeout=after)
        if process.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {process.returncode}: {said.decode()}")
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    files = sorted(f for f in out.rglob("*") if f.is_file()) if out.exists() else []
    return {str(f.relative_to(out)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


if __name__ == "__main__":
    sys.exit(main())
