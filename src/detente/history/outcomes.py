"""What trade did in an episode that is not shipped, from a file of monthly imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from detente.errors import DataError, Problem, nearest
from detente.history.record import Episode, Frame, us_imports

COLUMNS = ("partner", "naics", "month", "imports")
"""Of the file: codes and ``YYYY-MM`` as text, imports of the month in USD. Others are not read."""
LARGEST = 200 * 2**20
SHOWN = 5
"""Lines of one kind of fault that are named."""


def read_outcomes(path: str | Path, episode: Episode) -> Frame:
    """Read what happened.

    Parameters
    ----------
    path
        Parquet or CSV with `COLUMNS`. Quarters with fewer than three months are left out.

    Returns
    -------
    Imports, million USD, by partner, NAICS industry and quarter.

    Raises
    ------
    DataError
        Listing every fault with file, row, column and value.
    """
    file = Path(path)
    frame = _table(file)
    problems = list(_faults(frame, file, episode))
    if problems:
        raise DataError(problems)
    month = frame["month"].astype(str)
    quarter = month.str[:4] + "Q" + ((month.str[5:7].astype(int) + 2) // 3).astype(str)
    whole = month.groupby(quarter).nunique()
    kept = frame.assign(quarter=quarter, value=frame["imports"].astype(float) / 1e6)
    kept = kept[quarter.map(whole) == 3]
    if kept.empty:
        message = "no quarter has three months"
        raise DataError(Problem(message, file, key="month", allowed="three months of a quarter"))
    return kept.groupby(["partner", "naics", "quarter"])["value"].sum()


def _table(file: Path) -> Frame:
    if not file.is_file():
        raise DataError(Problem("there is no such file", file))
    if file.suffix not in (".parquet", ".csv"):
        raise DataError(Problem("neither Parquet nor CSV", file, allowed=".parquet, .csv"))
    if file.stat().st_size > LARGEST:
        raise DataError(Problem("the file is too large", file, allowed="at most 200 MB"))
    try:
        if file.suffix == ".csv":
            found: Frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        else:
            found = pd.read_parquet(file)
    except (ValueError, OSError) as error:
        said = str(error).splitlines()[0][:120]
        raise DataError(Problem(f"cannot be read: {said}", file)) from error
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        allowed, given = ", ".join(COLUMNS), [str(name) for name in found.columns]
        told = {name: f"there is no such column; {nearest(name, given)}" for name in missing}
        raise DataError(
            [Problem(text.rstrip("; "), file, None, key, allowed=allowed)
             for key, text in told.items()]
        )  # fmt: skip
    return found[list(COLUMNS)]


def _faults(frame: Frame, file: Path, episode: Episode) -> Iterator[Problem]:
    first = 2 if file.suffix == ".csv" else 1  # lines of a text, rows of Parquet
    held = us_imports().index
    known = {name: set(held.get_level_values(name)) for name in ("partner", "naics")}
    known["partner"].add("USMCA")
    years = {quarter[:4] for quarter in episode.quarters}
    text = frame.astype({"partner": str, "naics": str, "month": str})
    numbers: Frame = pd.to_numeric(frame["imports"], errors="coerce")
    months = text["month"].str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])")
    kinds = (
        (
            "partner",
            ~text["partner"].isin(known["partner"]),
            "an unknown partner",
            known["partner"],
        ),
        ("naics", ~text["naics"].isin(known["naics"]), "an unknown industry", known["naics"]),
        ("month", ~months, "no month", {"YYYY-MM"}),
        ("month", months & ~text["month"].str[:4].isin(years), "a month of another year", years),
        ("imports", ~(numbers >= 0), "no amount in USD", {"a number, at least 0"}),
        (
            "month",
            text.duplicated(["partner", "naics", "month"]),
            "a second row of this partner, industry and month",
            {"one"},
        ),
    )
    for key, wrong, message, allowed in kinds:
        rows = frame.index[wrong.to_numpy()]
        for row in rows[:SHOWN]:
            told = ", ".join(sorted(allowed))
            yield Problem(message, file, int(row) + first, key, str(frame.loc[row, key]), told)
        if len(rows) > SHOWN:
            yield Problem(f"… and {len(rows) - SHOWN:,} more: {message}", file, key=key)
