"""What trade did in an episode that is not shipped, from a file of monthly imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from detente.errors import DataError, Problem, nearest
from detente.history.record import Episode, Frame, us_imports

COLUMNS = ("partner", "naics", "month", "imports")
"""Of the file: codes and ``YYYY-MM`` as text, imports of the month in USD. Others are not read."""
LARGEST = 200 * 2**20
MOST = 1e12
"""USD of a partner and industry in a month; all US imports of a year are three times as much."""
TOO_LITTLE = 0.01
SHOWN = 5
"""Lines of one kind of fault that are named."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What happened.

    Attributes
    ----------
    trade
        Imports, million USD, by partner, NAICS industry and quarter.
    left_out
        Quarters of which some partners lack a month that others have, with these partners.
    """

    trade: Frame
    left_out: tuple[str, ...]


def read_outcomes(path: str | Path, episode: Episode) -> Outcomes:
    """Read what happened.

    Parameters
    ----------
    path
        Parquet or CSV with `COLUMNS`. Quarters of which a partner has fewer than three months are
        left out for this partner.

    Raises
    ------
    DataError
        Listing every fault with file, row, column and value.
    """
    if not isinstance(path, (str, Path)):
        message, allowed = "no path of a file", ".parquet, .csv"
        raise DataError(Problem(message, None, None, "outcomes", path, allowed))
    file = Path(path)
    frame = _table(file).reset_index(drop=True)
    problems = list(_faults(frame, file, episode))
    if problems:
        raise DataError(problems)
    month = frame["month"].astype(str)
    quarter = month.str[:4] + "Q" + ((month.str[5:7].astype(int) + 2) // 3).astype(str)
    every = frame.assign(
        partner=frame["partner"].astype(str), naics=frame["naics"].astype(str), quarter=quarter,
        value=frame["imports"].astype(float) / 1e6,
    )  # fmt: skip
    months = month.groupby([every["partner"], quarter]).transform("nunique")
    kept = every[months == 3]
    if kept.empty:
        message = "no quarter has three months"
        raise DataError(Problem(message, file, key="month", allowed="three months of a quarter"))
    trade = kept.groupby(["partner", "naics", "quarter"])["value"].sum()
    if problem := _too_little(trade, file, episode):
        raise DataError(problem)
    return Outcomes(trade, tuple(_parts(every, months)))


def _parts(frame: Frame, months: Frame) -> Iterator[str]:
    """Yield quarters that some partners have whole and others, which are named, have not."""
    whole = set(frame.loc[months == 3, "quarter"])
    parts = frame[(months < 3) & frame["quarter"].isin(whole)]
    for quarter, found in parts.groupby("quarter"):
        partners = sorted(set(found["partner"]))
        more = f" and {len(partners) - SHOWN} more" if len(partners) > SHOWN else ""
        yield f"{quarter} of {', '.join(partners[:SHOWN])}{more}"


def _too_little(trade: Frame, file: Path, episode: Episode) -> Problem | None:
    """Return a question where imports are less than a hundredth of the same a year before."""
    held = us_imports()
    before = [
        float(held.get((partner, naics, episode.before(quarter)), 0.0))
        for partner, naics, quarter in trade.index
    ]
    found = float(trade[np.array(before) > 0].sum())
    if not 0 < found < TOO_LITTLE * sum(before):
        return None
    message = (
        f"less than a hundredth of the year before (USD {sum(before):,.0f}m); is it in millions?"
    )
    return Problem(message, file, None, "imports", f"USD {found:,.3g}m", "imports in USD")


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
        (
            "imports",
            ~((numbers >= 0) & (numbers <= MOST)),
            "no amount in USD",
            {f"a number from 0 to {MOST:.0e}"},
        ),
        (
            "month",
            text.duplicated(["partner", "naics", "month"]),
            "a second row of this partner, industry and month",
            {"one"},
        ),
    )
    for key, wrong, message, allowed in kinds:
        rows = np.flatnonzero(wrong.to_numpy())
        for row in rows[:SHOWN]:
            told = ", ".join(sorted(allowed))
            yield Problem(message, file, int(row) + first, key, str(frame.loc[row, key]), told)
        if len(rows) > SHOWN:
            yield Problem(f"… and {len(rows) - SHOWN:,} more: {message}", file, key=key)
