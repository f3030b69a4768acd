"""What a firm cut off buys of the inputs that the ban stops, read off its own days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.sanction.calendar import DAYS_A_YEAR
from detente.sanction.card import CriticalInput
from detente.sanction.carve import Carved, CarvedFirm
from detente.sanction.network import Bought
from detente.sanction.short_run import FirmParameters, FirmPath


class Days(NamedTuple):
    """A firm by the day, at its parameters, under a ban that ends before day ``relief``."""

    parameters: FirmParameters
    path: FirmPath
    relief: int


def sources(carved: Carved, firm: CarvedFirm, by: int) -> np.ndarray:
    """Share of each critical input that an economy sells to the firm, ``(input,)``."""
    c, found = carved.calibration, []
    for item in firm.card.critical_inputs:
        own = [c.sector_codes.index(firm.inputs[k]) for k in _parents(carved, firm, item)]
        sellers = list(resolve_countries(c, item.from_))
        sold = c.flows[np.ix_(own, [firm.accounts.economy], sellers)].sum(axis=(0, 1))
        part = sold[sellers.index(by)] / sold.sum() if by in sellers and sold.sum() > 0 else 0.0
        found.append(float(part))
    return np.array(found)


def cuts(carved: Carved, firm: CarvedFirm, by: int, ban_share: float) -> np.ndarray:
    """Share of each critical input that a ban of one economy stops, ``(input,)``.

    Raises
    ------
    InputError
        The economy sells none of the critical inputs.
    """
    found = sources(carved, firm, by)
    if found.size and not found.any():
        names = carved.calibration.country_codes
        message = f"{firm.card.name} buys no critical input there"
        allowed = ", ".join(dict.fromkeys(item.from_ for item in firm.card.critical_inputs))
        raise InputError(Problem(message, None, None, "by", names[by], allowed))
    return ban_share * found


def _parents(carved: Carved, firm: CarvedFirm, item: CriticalInput) -> list[str]:
    """Return the firm's inputs, by code of the sector, that a critical input is a part of."""
    codes = carved.calibration.sector_codes
    meant = {codes[k] for k in resolve_sectors(carved.calibration, item.sector)}
    return [code for code in firm.inputs if code in meant]


def bought(
    carved: Carved, days: Sequence[Days], sides: Sequence[int], ban_share: float,
    substitution: float,
) -> Bought:  # fmt: skip
    """Return what each firm buys of what is banned, cell by cell.

    Of a critical input the card says how much others can supply, and when. What is not critical is
    ordered elsewhere at once, as far as other producers' orders are.

    Parameters
    ----------
    days
        One a firm, in the order of ``carved.firms``; all with draws, or none.
    substitution
        `NetworkParameters.substitution`, for what is not critical.
    """
    cells = [
        cell
        for firm, by, one in zip(carved.firms, sides, days, strict=True)
        for cell in _cells(carved, firm, by, one, ban_share, substitution)
    ]
    return Bought(*(np.stack(part, axis=-1) for part in zip(*cells, strict=True)))


def _cells(carved, firm: CarvedFirm, by: int, days: Days, ban_share: float, substitution: float):
    """Yield what goes on and what is replaced ``(…, day)``, for each of the firm's inputs."""
    p, path, relief = days
    count = path.output.shape[-1]
    banned_part = np.where(np.arange(count) < relief, ban_share, 0.0)
    found, met = _replaced(p, count), _met(p, path, relief)
    weight = use_share(p)
    part = sources(carved, firm, by) > 0
    for code in firm.inputs:
        own = [code in _parents(carved, firm, item) for item in firm.card.critical_inputs]
        each = np.where(part & np.array(own, dtype=bool), weight, 0.0)[..., None, :]
        total = each.sum(axis=-1)
        goes_on = (each * met).sum(axis=-1) * (1 - banned_part)
        moved = (each * met * found).sum(axis=-1) * banned_part
        safe = np.where(total > 0, total, 1.0)
        yield (
            np.where(total > 0, goes_on / safe, path.output * (1 - banned_part)),
            np.where(total > 0, moved / safe, path.output * banned_part * substitution),
        )


def use_share(p: FirmParameters) -> np.ndarray:
    """Share of each critical input in the normal use of all of them, ``(…, input)``."""
    use = (np.asarray(p.line_share)[..., None] * np.asarray(p.needed)).sum(axis=-2)
    total = use.sum(axis=-1, keepdims=True)
    return np.divide(use, total, out=np.zeros_like(use), where=total > 0)


def stocks_used(carved: Carved, firm: CarvedFirm, by: int, days: Days) -> float:
    """Value of what the firm has taken from its stocks of banned inputs by the last day.

    In the baseline's unit: what value added does not count as lost although somebody paid for it.
    """
    c = carved.calibration
    weight = use_share(days.parameters) * (sources(carved, firm, by) > 0)
    gone = np.asarray(days.parameters.inventory_days) - days.path.stock[-1]
    own = [c.sector_codes.index(code) for code in firm.inputs.values()]
    sold = float(c.flows[own, firm.accounts.economy, by].sum())
    return sold * float((weight * gone).sum()) / DAYS_A_YEAR


def _replaced(p: FirmParameters, count: int) -> np.ndarray:
    """Share of what is cut that others supply by day, ``(…, day, input)``, as in `short_run`."""
    day = np.arange(count, dtype=np.float64)[:, None]
    until = np.maximum(np.asarray(p.replace_days), 1e-9)[..., None, :]
    return np.asarray(p.replaceable)[..., None, :] * np.clip(day / until, 0.0, 1.0)


def _met(p: FirmParameters, path: FirmPath, relief: int) -> np.ndarray:
    """Deliveries over what can be supplied ``(…, day, input)``: what every supplier left sells."""
    count = path.output.shape[-1]
    cut = np.asarray(p.cut)[..., None, :] * (np.arange(count) < relief)[:, None]
    supply = 1 - cut * (1 - _replaced(p, count))
    return np.divide(path.deliveries, supply, out=np.zeros_like(path.deliveries),
                     where=supply > 1e-12)  # fmt: skip
