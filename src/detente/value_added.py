"""Trade in value added: whose work ends up in whose final purchases (Johnson & Noguera 2012).

The world input-output table of a solved economy is made from its flows and input shares. Duties on
intermediate goods are counted as value added where they are levied, as national accounts do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.model.economy import Structure
from detente.results import Solution

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration

Array = NDArray[np.float64]


def value_added_trade(solution: Solution) -> pd.DataFrame:
    """Value added by origin in the final purchases of each destination, before and change.

    Parameters
    ----------
    solution
        Solved under the default structure and without export taxes and production subsidies.

    Returns
    -------
    pandas.DataFrame
        One row a pair (origin, destination), the origin itself included, in the baseline's unit:
        ``value_added_musd``, ``value_added_change_musd``; and ``balance_musd``,
        ``balance_change_musd``, what goes from origin to destination less what comes back.

    Raises
    ------
    InputError
        The input shares of the solution are not those of the baseline.
    """
    import pandas as pd

    found = solution.equilibrium
    c, policy = found.calibration, found.policy
    other = (policy.export_tax is not None, policy.production_subsidy is not None)
    if found.options.structure != Structure() or any(other) or policy.limits:
        raise InputError(
            Problem("value added is known for the default structure without taxes on sellers")
        )
    before = _absorbed(c, c.flows, c.tariff)
    after = _absorbed(c, np.asarray(found.outcome.flows_cf), policy.tariff_cf)
    codes = c.country_codes
    index = pd.MultiIndex.from_product([codes, codes], names=["origin", "destination"])
    change = after - before
    columns = {
        "value_added_musd": before,
        "value_added_change_musd": change,
        "balance_musd": before - before.T,
        "balance_change_musd": change - change.T,
    }
    return pd.DataFrame({name: array.ravel() for name, array in columns.items()}, index=index)


def _absorbed(c: Calibration, flows: Array, tariff: Array) -> Array:
    """Value added ``(origin, destination)``: v (I − A)⁻¹ of final purchases at fob prices."""
    count, sectors = c.output.shape
    size = count * sectors
    spending = ((1 + tariff) * flows).sum(axis=2)
    share = np.divide(
        flows, spending[:, :, None], out=np.zeros_like(flows), where=spending[:, :, None] > 0
    )
    output = flows.sum(axis=1).T
    # A[(i,k),(n,s)]: fob purchases from i of input k for a unit of output of s in n
    inputs = np.einsum("kni,nks->ikns", share, c.input_share).reshape(size, size)
    used = np.einsum("nks,ns->nk", c.input_share, output)
    final = np.einsum("kni,nk->ikn", share, spending.T - used).reshape(size, count)
    made = (output.ravel() > 0).astype(float)
    added = (1 - inputs.sum(axis=0)) * made
    total = np.linalg.solve(np.eye(size) - inputs, final)
    return (added[:, None] * total).reshape(count, sectors, count).sum(axis=1)
