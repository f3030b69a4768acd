"""Lines of a cell divided by authority, against rates that are known."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from ledger_lines import AUTHORITIES, divide, lines_of, residuals

DATES = ("2025-01-01", "2025-04-05", "2025-08-18", "2026-02-20", "2026-02-24", "2026-04-06",
         "2026-07-24")  # fmt: skip
# basis points by line: what each authority adds from each date on
LINES = {
    # metal from August: half of its value moves from reciprocal (10%) to 232 (50%); all in April
    "730890": [
        {"base": 300}, {"reciprocal": 1000}, {"reciprocal": 500, "s232": 2500}, {"reciprocal": 0},
        {"s122": 500}, {"s122": 0, "s232": 5000}, {},
    ],
    # untouched by 232
    "730799": [
        {"base": 0}, {"reciprocal": 1000}, {}, {"reciprocal": 0}, {"s122": 1000}, {},
        {"s122": 0, "s301_2026": 1250},
    ],
    # a fifth of its value moves, in April two fifths
    "730449": [
        {"base": 100}, {"reciprocal": 1000}, {"reciprocal": 800, "s232": 1000}, {"reciprocal": 0},
        {"s122": 800}, {"s122": 600, "s232": 2000}, {"s122": 0, "s301_2026": 750},
    ],
    # half of it moves, to 25%: the proportion of its sector is wrong for it
    "730611": [
        {"base": 0}, {"reciprocal": 1000}, {"reciprocal": 500, "s232": 1250}, {"reciprocal": 0},
        {"s122": 500}, {}, {"s122": 0, "s301_2026": 625},
    ],
}  # fmt: skip
NAMES = {"s301_2026": "s301_new"}
IMPORTS = {"7308900000": 100.0, "7307990000": 300.0, "7304490000": 30.0, "7304490010": 20.0,
           "7306110000": 40.0}  # fmt: skip
LISTED = ("730890", "7304490010")


def levels_of(steps):
    now, found = dict.fromkeys(AUTHORITIES, 0), []
    for step in steps:
        now = now | {NAMES.get(name, name): value for name, value in step.items()}
        found.append(now)
    return found


@pytest.fixture(scope="module")
def known():
    """``[authority, line, date]``, lines by code."""
    rows = [levels_of(LINES[code]) for code in sorted(LINES)]
    return np.array([[[day[name] for day in line] for line in rows] for name in AUTHORITIES])


@pytest.fixture(scope="module")
def lines(known):
    codes = sorted(LINES)
    weights = np.array([sum(v for k, v in IMPORTS.items() if k[:6] == code) for code in codes])
    totals = known.sum(0)
    changes = pd.DataFrame(
        [("VNM", code, date, totals[k, d]) for k, code in enumerate(codes)
         for d, date in enumerate(DATES)],
        columns=["partner", "hs6", "date", "rate_bp"],
    )  # fmt: skip
    means = (known * weights[:, None]).sum(1) / weights.sum() / 100
    cells = pd.DataFrame(
        [{"partner": "VNM", "sector": "I_S", "date": date,
          **{name: means[a, d] for a, name in enumerate(AUTHORITIES)}}
         for d, date in enumerate(DATES)]
    )  # fmt: skip
    imports = pd.DataFrame(
        [("VNM", code, value) for code, value in IMPORTS.items()],
        columns=["iso", "hts10", "imports"],
    )
    sector = pd.Series("i_s", index=codes)
    lists = pd.DataFrame(
        [("s232_metals_2026_annex_1a", code, "2026-04-06", None) for code in LISTED],
        columns=["measure", "hts", "start", "end"],
    )
    return lines_of(changes, cells, imports, sector, lists)


def test_a_division_finds_what_the_lines_were_made_of(lines, known):
    assert np.array_equal(divide(lines), known)


def test_residuals_are_those_of_the_cells(lines, known):
    assert residuals(lines, known)["gross"].max() == pytest.approx(0, abs=1e-9)
    wrong = known.copy()
    wrong[1, 0] += 49  # 50 of 490 in imports, 49 basis points of Section 301
    found = residuals(lines, wrong)
    assert found[found["authority"] == "s301"]["mean"].to_numpy() == pytest.approx(5)
