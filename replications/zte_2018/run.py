"""ZTE under the US order of 15 April 2018: which assumptions agree with what happened."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from case import compare, finish
from detente.sanction.backtest import (
    FALL_SLACK,
    SHUTDOWN_OUTPUT,
    SHUTDOWN_SLACK_DAYS,
    backtest,
    banned_fall,
    days_to_shutdown,
)
from detente.sanction.card import FirmCard
from detente.sanction.draws import central, draw
from detente.sanction.load import load_card
from detente.sanction.short_run import firm_path

DRAWS = 10_000
GRID = ("needed", "inventory_days", "threshold")


def main() -> None:
    """Run the grid, the card's own figures and its draws; compare the nearest point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not used: the card and the model are all that is needed")
    parser.parse_args()
    card = load_card("zte")
    table = backtest(card)
    print(f"Grid of {len(table)}: every critical input has the same need, stock and threshold.")
    print("Of the thresholds at each need (down) and stock in days (across), how many agree with")
    for column, what in (("shutdown_agrees", "the shutdown"), ("fall_agrees", "the fall"),
                         ("agrees", "both")):  # fmt: skip
        print(f"{what}:\n{_counted(table, column)}\n")
    own, drawn = _own(card), _drawn(card)
    print(f"The card's central figures: {_told(own)}")
    print(f"{DRAWS:,} draws from its ranges: shut down in {drawn['shut_down_pct']:.0f}% of them; "
          f"{drawn['agree_pct']:.1f}% agree with both")  # fmt: skip
    nearest = _nearest(card, table)
    where = {key: nearest[key] for key in GRID}
    print("Nearest point of the grid: " + ", ".join(f"{k} {v:g}" for k, v in where.items()) + "\n")
    ours: dict[tuple[str, str, str], float] = {
        ("nearest", "CHN", "shutdown_day"): nearest["shutdown_day"],
        ("nearest", "CHN", "banned_fall_pct"): 100 * nearest["banned_fall"],
        ("nearest", "CHN", "period_fall_pct"): 100 * nearest["period_fall"],
    }
    compared = compare(Path(__file__).with_name("expected.csv"), ours)
    agree = [row for row in _rows(table) if row["agrees"]]
    spans = {k: [min(row[k] for row in agree), max(row[k] for row in agree)] for k in GRID}
    finish(compared, agree=len(agree), of=len(table), spans=spans, nearest=where, central=own,
           draws=drawn)  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.reset_index().to_dict("records")


def _counted(table: pd.DataFrame, column: str) -> str:
    return table.reset_index().pivot_table(
        column, "needed", "inventory_days", aggfunc="sum"
    ).to_string()  # fmt: skip


def _own(card: FirmCard) -> dict[str, float]:
    """Shutdown and falls at the card's central figures, nothing moved."""
    seen = card.observed
    assert seen is not None
    output = firm_path(central(card), seen.banned_days).output
    fall = float(1 - output.mean())
    return {
        "shutdown_day": float(days_to_shutdown(output)),
        "banned_fall_pct": 100 * fall,
        "period_fall_pct": 100 * fall * seen.banned_days / seen.period_days,
    }


def _drawn(card: FirmCard) -> dict[str, float]:
    seen = card.observed
    assert seen is not None
    output = firm_path(draw(card, DRAWS), seen.banned_days).output
    day, fall = days_to_shutdown(output), 1 - output.mean(axis=1)
    # a comparison with no day is false, as it should be
    shutdown = np.abs(day - seen.ceased_after_days.middle) <= SHUTDOWN_SLACK_DAYS
    falls = np.abs(fall - banned_fall(card)) <= FALL_SLACK
    return {
        "shut_down_pct": 100 * float(np.isfinite(day).mean()),
        "shutdown_agrees_pct": 100 * float(shutdown.mean()),
        "fall_agrees_pct": 100 * float(falls.mean()),
        "agree_pct": 100 * float((shutdown & falls).mean()),
    }


def _nearest(card: FirmCard, table: pd.DataFrame) -> dict[Any, Any]:
    """Return the point whose worse gap, in units of its slack, is smallest."""
    seen = card.observed
    assert seen is not None
    rows, day, fall = _rows(table), seen.ceased_after_days.middle, banned_fall(card)

    def gap(row: dict[Any, Any]) -> float:
        late = abs(row["shutdown_day"] - day) / SHUTDOWN_SLACK_DAYS
        worse = max(late, abs(row["banned_fall"] - fall) / FALL_SLACK)
        # never shut down is infinitely late
        return worse if math.isfinite(late) else math.inf

    return min(rows, key=gap)


def _told(own: dict[str, float]) -> str:
    return (
        f"output below {100 * SHUTDOWN_OUTPUT:.0f}% on day {own['shutdown_day']:.0f}, "
        f"{own['banned_fall_pct']:.0f}% less while banned, {own['period_fall_pct']:.0f}% less in "
        "the half year"
    )


if __name__ == "__main__":
    main()
