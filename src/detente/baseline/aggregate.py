"""Aggregation, for everybody: an economy, or the name of one, with economies and sectors merged."""

from __future__ import annotations

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy
from detente.baseline.merging import Groups, merge


def aggregate(
    calibration: Calibration,
    countries: Groups | None = None,
    sectors: Groups | None = None,
    name: str | None = None,
) -> Calibration:
    """Merge economies and sectors.

    Flows, intermediate use, final demand and tariff revenue add up. A tariff is the mean weighted
    by fob flows (a plain mean where nothing flows), so that revenue is kept; the diagonal of a
    merged region holds its former cross-border trade with the tariffs on it. Shares of output are
    weighted by output. A merged sector's trade elasticity is the mean weighted by cross-border
    trade (by all sales, then equally, where there is none).

    Parameters
    ----------
    calibration
        The baseline.
    countries, sectors
        New code → list of old codes, or old code → new code. ``"*"`` stands for everything not
        named: ``{"ROW": ["*"]}`` or ``{"*": "ROW"}``. Without it, what is not named stays as it
        is. New codes come first, in the order of the mapping, then what stays, in its order.
    name
        Name of the result; the old one with ``-aggregated`` unless given.

    Returns
    -------
    Calibration
        With what was merged in its card's method and in `Country.members`; a merged sector is of
        the kind (goods or services) that most of its sales are.

    Raises
    ------
    InputError
        Listing every unknown code (with the nearest one), code named twice, and new code that is
        also the code of something that stays.
    """
    return merge(economy(calibration), countries, sectors, name)
