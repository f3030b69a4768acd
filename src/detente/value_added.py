"""Trade in value added: whose work ends up in whose final purchases (Johnson & Noguera 2012).

The world input-output table of a solved economy is made from its flows and the input shares of its
costs. Duties on intermediate goods are counted as value added where they are levied, taxes on
exports where the exporter is, subsidies deducted where they are paid: value added at market prices.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.model.economy import economy
from detente.results import Solution, solved
from detente.units import in_unit

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration
    from detente.model.economy import Structure
    from detente.solver.equilibrium import Equilibrium

Array = NDArray[np.float64]
MOST_ROUNDS = 400
"""Rounds of suppliers that are summed before a system is solved instead."""


class Accounts(NamedTuple):
    """A world at rest: ``flows`` and ``tariff`` as in `Calibration`.

    ``input_share`` ``(country, input, using)`` is per unit of sales at producers' prices;
    ``export_tax`` ``(sector, importer, exporter)`` or none; ``margin`` ``(country,)`` or none, the
    share of what its buyers pay at the border that distributors there get.
    """

    flows: Array
    tariff: Array
    input_share: Array
    export_tax: Array | None = None
    margin: Array | None = None


def value_added_trade(solution: Solution) -> pd.DataFrame:
    """Value added by origin in the final purchases of each destination, before and change.

    Parameters
    ----------
    solution
        Solved under any structure and policy: input shares are those of the solved point.

    Returns
    -------
    pandas.DataFrame
        One row a pair (origin, destination), the origin itself included, in the baseline's unit:
        ``value_added_musd``, ``value_added_change_musd``; and ``balance_musd``,
        ``balance_change_musd``, what goes from origin to destination less what comes back.
    """
    import pandas as pd

    found = solved(solution)
    before = _before(found.calibration, found.options.structure)
    after = absorbed(solved_accounts(found))
    codes = found.calibration.country_codes
    index = pd.MultiIndex.from_product([codes, codes], names=["origin", "destination"])
    change = after - before
    columns = {
        "value_added_musd": before,
        "value_added_change_musd": change,
        "balance_musd": before - before.T,
        "balance_change_musd": change - change.T,
    }
    frame = pd.DataFrame({name: array.ravel() for name, array in columns.items()}, index=index)
    return in_unit(frame, found.calibration.card.unit)


def solved_accounts(found: Equilibrium) -> Accounts:
    """Collect the accounts of a solved counterfactual, input shares by its relative prices."""
    policy = found.policy
    share = _input_share(found)
    if policy.production_subsidy is not None:
        # producers spend what they earn, the subsidy included
        share = share / (1 - policy.production_subsidy)[:, None, :]
    flows = np.asarray(found.outcome.flows_cf)
    own, handed = found.licences_cf
    tariff, margin = found.tariff_paid + own + handed, _margin(found)
    return Accounts(flows, tariff, share, found.export_tax_paid, margin)


def absorbed(accounts: Accounts) -> Array:
    """Value added ``(origin, destination)``: v (I − A)⁻¹ of final purchases at fob prices."""
    flows, tariff, input_share, export_tax, margin = accounts
    sectors, count, _ = flows.shape
    size = count * sectors
    spending = ((1 + tariff) * flows).sum(axis=2)
    worth = spending[:, :, None]
    share = np.divide(flows, worth, out=np.zeros_like(flows), where=worth > 0)
    taxed = flows if margin is None else (1 - margin)[:, None] * flows
    sold = taxed if export_tax is None else taxed / (1 + export_tax)
    received = np.divide(sold, worth, out=np.zeros_like(flows), where=worth > 0)
    output = sold.sum(axis=1).T
    final = spending.T - np.einsum("nks,ns->nk", input_share, output)
    bought = np.einsum("kni,nk->ikn", received, final)
    made = _made(received, input_share, bought).reshape(size, count)
    paid = np.einsum("kn,nks->ns", share.sum(axis=2), input_share)
    added = (1 - paid) * (output > 0)
    total = (added.reshape(size, 1) * made).reshape(count, sectors, count).sum(axis=1)
    if margin is not None:
        # of a unit of output's inputs, and of final purchases, what distributors there get
        kept = margin[:, None] * share.sum(axis=2).T
        earned = np.einsum("nk,nks->ns", kept, input_share)
        total = total + np.einsum("ns,nsd->nd", earned, made.reshape(count, sectors, count))
        total = total + np.diag((kept * final).sum(axis=1))
    if export_tax is None:
        return total
    # the tax on a unit of output's inputs, and on final purchases, by who levies it
    tax = np.divide(taxed, worth, out=np.zeros_like(flows), where=worth > 0) - received
    on_inputs = np.einsum("kni,nks->ins", tax, input_share).reshape(count, size)
    return total + on_inputs @ made + np.einsum("kni,nk->in", tax, final)


def _made(received: Array, input_share: Array, bought: Array) -> Array:
    """Output ``(origin, sector, destination)`` that final purchases call for, (I − A)⁻¹ of them.

    A[(i,k),(n,s)] is what producers in i receive of input k for a unit of output of s in n. Rounds
    of suppliers are summed until they add nothing; each is cheap, for A is a product of the two
    arrays. Where value added is so small that they hardly shrink the system is solved instead.
    """
    routes = received.transpose(0, 2, 1)
    total = more = bought
    for _ in range(MOST_ROUNDS):
        used = input_share @ more
        more = (routes @ used.transpose(1, 0, 2)).transpose(1, 0, 2)
        total = total + more
        if np.abs(more).max() <= 1e-15 * np.abs(total).max():
            return total
    count, sectors, _ = bought.shape
    size = count * sectors
    inputs = np.einsum("kni,nks->ikns", received, input_share).reshape(size, size)
    made = np.linalg.solve(np.eye(size) - inputs, bought.reshape(size, -1))
    return made.reshape(bought.shape)


@lru_cache(maxsize=8)
def _before(c: Calibration, structure: Structure) -> Array:
    """Value added of the baseline, the same for every variant."""
    if not structure.import_margin:
        return absorbed(Accounts(c.flows, c.tariff, c.input_share))
    found = economy(c, structure)
    margin = np.asarray(found.import_margin)
    return absorbed(Accounts(c.flows, c.tariff, np.asarray(found.input_share), None, margin))


def _margin(found: Equilibrium) -> Array | None:
    structure = found.options.structure
    if not structure.import_margin:
        return None
    return np.asarray(economy(found.calibration, structure).import_margin)


def _input_share(found: Equilibrium) -> Array:
    """Return inputs per unit of sales ``(country, input, using)``; profits are value added."""
    structure = found.options.structure
    cobb_douglas = structure.input_elasticity == structure.value_added_elasticity == 1
    if cobb_douglas and not structure.import_margin:
        return found.calibration.input_share
    import jax

    from detente.model.outcome import input_shares

    with jax.enable_x64(True):
        return np.asarray(input_shares(economy(found.calibration, structure), found.unknowns))
