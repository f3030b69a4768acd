"""What it is worth to the parties that a firm may buy again, from `detente sanction`."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from detente.errors import DataError, InputError, Problem
from detente.files import write_bytes
from detente.sanction.calendar import DAYS_A_YEAR, MONTH
from detente.scenario.against import placed
from detente.scenario.talks import RangeEntry
from detente.talks.table import Choice

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.sanction.relief import KeepOrLift
    from detente.scenario.schema import Scenario

_HORIZONS = ("year", "two-years", "long-run")
_YEARS = 7.0
_LAST_MONTH = 60
"""Latest relief that `detente sanction` takes, five years after the first day."""


def reliefs(
    scenario: Scenario, calibration: Calibration, folder: Path | None = None
) -> dict[Choice, dict[str, RangeEntry]]:
    """Value every option that ends a firm's ban, for the party of either economy, a year.

    The central figure is the present value of what a ban that stays would cost, less what one that
    ends then still costs while the firm recovers, in what is left of seven years, spread evenly
    over them (`detente.sanction.relief.keep_or_lift`). The range goes from the least to the most of
    the yearly cost at the horizons of a year, two years and the long run, and of the last month of
    the daily path, as if nobody ever adjusted. Million USD.

    Parameters
    ----------
    calibration
        Names the economies of the parties; the firm is carved out of its card's own baseline.
    folder
        Where results are kept.

    Raises
    ------
    InputError
        A card cannot be used.
    SolveError
        An economy has no equilibrium.
    """
    from detente.talks.case import party_places, the_talks

    talks = the_talks(scenario)
    places = party_places(scenario, calibration)
    codes = {
        calibration.country_codes[k]: party.party
        for party, own in zip(talks.parties, places, strict=True)
        for k in own
    }
    found: dict[Choice, dict[str, RangeEntry]] = {}
    for i, issue in enumerate(talks.issues):
        for k, option in enumerate(issue.options):
            if option.relief:
                card = _card_path(option.relief.card, scenario.path)
                at = ("talks", "issues", i, "options", k, "relief", "card")
                try:
                    worth = _yearly(card, option.relief.month, folder)
                except InputError as error:
                    raise InputError(
                        [p if p.file else placed(scenario, at, p) for p in error.problems]
                    ) from error
                found[issue.id, option.id] = {
                    codes[code]: RangeEntry(low=low, central=mid, high=high)
                    for code, (low, mid, high) in worth.items()
                    if code in codes
                }
    return found


def _card_path(name: str, scenario: Path | None) -> str | Path:
    """Return a shipped card's name, or a path beside the scenario's file."""
    from detente.sanction.load import shipped_cards

    if name in shipped_cards() or scenario is None:
        return name
    return scenario.parent / name


def _yearly(card: str | Path, month: int, folder: Path | None) -> dict[str, list[float]]:
    """Return low, central and high by economy, read back where they were worked out before."""
    kept = None if folder is None else folder / f"relief-{_name(card, month)}.json"
    if kept is not None:
        with suppress(OSError, ValueError, TypeError):
            values = json.loads(kept.read_text("utf-8"))
            if isinstance(values, dict) and all(len(v) == 3 for v in values.values()):
                return values
    values = _work_out(card, month)
    if kept is not None:
        with suppress(DataError):
            write_bytes(kept, json.dumps(values).encode())
    return values


def _work_out(card: str | Path, month: int) -> dict[str, list[float]]:
    from detente.sanction.relief import keep_or_lift

    if month > _LAST_MONTH:
        message = "relief comes later than a ban is followed by the day"
        allowed = f"a month from 0 to {_LAST_MONTH}"
        raise InputError(Problem(message, None, None, None, month, allowed))
    day = max(month * MONTH, 1)
    found = keep_or_lift(card, day, years=_YEARS)
    return {code: _with_ends(found, code, month) for code in found.economies}


def _with_ends(found: KeepOrLift, code: str, month: int) -> list[float]:
    settled = -found.horizons.real_income.loc[code, list(_HORIZONS)].to_numpy()
    last = found.months[code, "keep"].to_numpy()[max(found.joint_month, month + 1) - 1]
    mid = float(found.yearly.to_dict()[code])
    every = [mid, float(last) * DAYS_A_YEAR / MONTH, *(float(v) for v in settled)]
    return [min(every), mid, max(every)]


def _name(card: str | Path, month: int) -> str:
    from detente.sanction.load import load_card

    rooms = ("sanction", "model", "solver", "policy", "talks")
    here = Path(__file__).parents[1]
    code = [p.read_text("utf-8") for room in rooms for p in sorted((here / room).glob("*.py"))]
    return hashlib.sha256(
        repr((load_card(card).model_dump_json(), month, code)).encode()
    ).hexdigest()
