"""The world on a day: a baseline with all tariffs of that day in force, solved once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment
from detente.baseline.store import read, save
from detente.cache import cache_folder
from detente.errors import DataError
from detente.ledger.authorities import RATES, chosen
from detente.ledger.days import ledger_day
from detente.ledger.measures import SHIPPED
from detente.model.economy import Structure
from detente.policy.compile import compile_policy
from detente.policy.in_force import between
from detente.policy.moments import Moment
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options


def in_force(
    calibration: Calibration,
    at: str | date,
    *,
    without: str | Sequence[str] = (),
    structure: Structure | None = None,
) -> Calibration:
    """Return an economy with all tariffs of a day in force, to measure further ones against.

    US rates on all partners and China's on the United States move, product by product, from those
    that the baseline has to those of the day; other countries' stay. The equilibrium becomes the
    new baseline, and is kept in the cache.

    Parameters
    ----------
    calibration
        A baseline.
    at
        A day that the ledger knows, 2018 to 2026.
    without
        US authorities whose tariffs are left out, such as ``"ieepa"``.
    structure
        Market, labour mobility and substitution, where not by the default relations.

    Raises
    ------
    InputError
        The ledger does not know the day or an authority.
    SolveError
        No equilibrium was found.
    """
    words = (without,) if isinstance(without, str) else tuple(without)
    left = sorted({one for word in words for one in chosen(word, "without", RATES)})
    then = Moment(ledger_day(at), tuple(left))
    options = Options(structure=Structure() if structure is None else structure)
    kept = cache_folder() / "worlds" / f"{_key(calibration, then, options)}.npz"
    with suppress(DataError):
        return read(kept)
    found = _solved(calibration, then, options)
    with suppress(OSError):  # slower the next time, but no error
        kept.parent.mkdir(parents=True, exist_ok=True)
        save(found, kept)
    return found


def _key(calibration: Calibration, then: Moment, options: Options) -> str:
    ledger = "".join(
        hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()
        for name in ("usa.npz", "china.npz")
    )
    text = f"1 {calibration.hash} {then} {options.structure} {ledger}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _solved(calibration: Calibration, then: Moment, options: Options) -> Calibration:
    policy = compile_policy(calibration, between(calibration, then))
    found = rebase(solve_equilibrium(calibration, policy, options))
    foreign = np.broadcast_to(~np.eye(len(calibration.countries), dtype=bool), found.flows.shape)
    trade = calibration.flows[foreign].sum()
    change = Adjustment(
        f"US tariffs by partner and China's on the United States are those of {then.day}"
        + (f" without {', '.join(then.without)}" if then.without else ""),
        "effects of measures are against the world of that day; other tariffs are the baseline's",
        float(np.abs(found.flows - calibration.flows)[foreign].sum() / trade),
        "trade moved, share of all trade between economies",
    )
    card = replace(
        calibration.card,
        title=f"{calibration.card.title}, tariffs of {then.day}",
        adjustments=(*calibration.card.adjustments, change),
        in_force=then.day.isoformat(),
        in_force_without=then.without,
    )
    return found.replace(card=card)
