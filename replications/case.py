"""What every replication shares: arguments, the comparison table and the last line of JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

KEYS = ["experiment", "country", "figure"]


def data_folder(description: str) -> Path:
    """Parse ``--data DIR``; exit with status 2 and one message where the folder is missing."""
    parser = argparse.ArgumentParser(description=description)
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default, help="folder of raw data")
    folder = parser.parse_args().data
    if not folder.is_dir():
        parser.error(f"no such folder of raw data: {folder}")
    return folder


def compare(expected: Path, ours: dict[tuple[str, str, str], float]) -> pd.DataFrame:
    """Put our figures beside the printed ones; ``ok`` says whether each is within tolerance."""
    table = pd.read_csv(expected).set_index(KEYS)
    table["ours"] = pd.Series(ours)
    table["difference"] = table["ours"] - table["printed"]
    table["ok"] = table["difference"].abs() <= table["tolerance"]
    return table.loc[:, ["printed", "ours", "difference", "tolerance", "ok", "source"]]


def warm_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median wall time of repeated calls, the first (compilation) left out."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[repeats // 2]


def finish(table: pd.DataFrame, **figures: object) -> None:
    """Print the comparison and the figures as one line of JSON; exit 1 when a figure is off."""
    print(table.drop(columns="source").to_string(float_format=lambda x: f"{x:.4f}"))
    names = ["/".join(key) for key in table.index]
    rows = table.drop(columns=["tolerance", "source"]).to_dict("records")
    compared = dict(zip(names, rows, strict=True))
    ok = bool(table["ok"].all())
    print(json.dumps({"ok": ok, "figures": compared, **figures}))
    sys.exit(0 if ok else 1)
