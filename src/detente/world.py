"""The world on a day: a baseline with all tariffs of that day in force, solved once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment
from detente.baseline.given import economy
from detente.baseline.store import read, save
from detente.cache import cache_folder
from detente.errors import DataError
from detente.ledger.authorities import RATES, chosen_of
from detente.ledger.days import KNOWN_TO, ledger_day
from detente.ledger.measures import SHIPPED
from detente.model.horizons import Horizon, find_horizon
from detente.policy.compile import compile_policy
from detente.policy.in_force import between
from detente.policy.moments import Moment
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options


def in_force(
    calibration: Calibration | str | Path,
    at: str | date,
    *,
    without: str | Sequence[str] = (),
    horizon: str = "long-run",
) -> Calibration:
    """Return an economy with all tariffs of a day in force, to measure further ones against.

    US rates on all partners and China's on the United States move, product by product, from those
    that the baseline has to those of the day; other countries' stay. The equilibrium becomes the
    new baseline, with the old elasticities, and is kept in the cache. Its trade is what the tariffs
    would make it at a horizon, which must be that of what is measured against it: else trade would
    move by other elasticities on the way back than on the way there.

    Parameters
    ----------
    calibration
        A baseline, or its name.
    at
        A day that the ledger knows, 2018 to 2026.
    without
        US authorities whose tariffs are left out, such as ``"ieepa"``.
    horizon
        How far trade has followed the tariffs, a name of `detente.model.horizons`.

    Raises
    ------
    InputError
        The ledger does not know the day or an authority.
    SolveError
        No equilibrium was found.
    """
    calibration = economy(calibration)
    left = sorted(chosen_of(without, "without", RATES))
    then = Moment(ledger_day(at), tuple(left))
    after = find_horizon(horizon)
    kept = cache_folder() / "worlds" / f"{_key(calibration, then, after)}.npz"
    with suppress(DataError):
        return read(kept)
    found = _solved(calibration, then, after)
    with suppress(OSError):  # slower the next time, but no error
        kept.parent.mkdir(parents=True, exist_ok=True)
        save(found, kept)
    return found


def _as_known(then: Moment) -> str:
    """Say that a day is later than what the ledger knows."""
    return f" as known on {KNOWN_TO}" if then.day > KNOWN_TO else ""


def _key(calibration: Calibration, then: Moment, after: Horizon) -> str:
    ledger = "".join(
        hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()
        for name in ("usa.npz", "china.npz")
    )
    text = f"4 {calibration.hash} {then} {after} {ledger}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _solved(calibration: Calibration, then: Moment, after: Horizon) -> Calibration:
    own = np.asarray(calibration.trade_elasticity)
    soon = calibration.replace(trade_elasticity=own * after.elasticity_scale)
    policy = compile_policy(soon, between(soon, then))
    found = rebase(solve_equilibrium(soon, policy, Options(structure=after.structure)))
    foreign = np.broadcast_to(~np.eye(len(calibration.countries), dtype=bool), found.flows.shape)
    trade = calibration.flows[foreign].sum()
    change = Adjustment(
        f"US tariffs by partner and China's on the United States are those of {then.day}"
        + (f" without {', '.join(then.without)}" if then.without else ""),
        f"effects are against the world of that day, {after.name}; other tariffs stay",
        float(np.abs(found.flows - calibration.flows)[foreign].sum() / trade),
        "trade moved, share of all trade between economies",
    )
    card = replace(
        calibration.card,
        title=f"{calibration.card.title}, tariffs of {then.day}{_as_known(then)}",
        adjustments=(*calibration.card.adjustments, change),
        in_force=then.day.isoformat(),
        in_force_without=then.without,
        in_force_scale=after.elasticity_scale,
    )
    return found.replace(card=card, trade_elasticity=own)
