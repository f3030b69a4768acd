"""The best and the worst that the world can make of a firm's loss.

Best: a planner who may move goods freely among the suppliers that each buyer has, with all spare
capacity, serves as much final demand as can be (a linear program). Worst: nobody changes supplier
or makes more than before, every input is critical, and what is made is rationed in proportion to
orders; stocks are all that stands between. It is the worst of these rules, not of all that could be
thought of: other firms of the firm's sector go on supplying, so that a day's loss levels off at a
few times what the firm itself misses (`Bracket.path`), and only the sum grows with the days. What
markets do lies between; how wide the bracket is says how much depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from detente.errors import SolveError
from detente.sanction.calendar import DAYS_A_YEAR
from detente.sanction.carve import Carved, CarvedFirm
from detente.sanction.network import (
    Bought,
    Network,
    NetworkParameters,
    network,
    network_path,
    places,
    together,
)


@dataclass(frozen=True, eq=False)
class Bracket:
    """Final purchases that are not served over a path, by economy, in the baseline's unit.

    Attributes
    ----------
    table
        A row an economy, ``best`` and ``worst`` its columns.
    path
        The worst by day: ``firm``, what the firms cut off then miss of their own output, and
        ``world``, what everybody misses together, in the baseline's unit a day.
    """

    table: pd.DataFrame
    path: pd.DataFrame


def bracket(
    carved: Carved,
    firm: CarvedFirm | Sequence[CarvedFirm],
    by: int | Sequence[int],
    capacity: np.ndarray,
    bought: Bought,
    parameters: NetworkParameters | None = None,
    hardest: tuple[np.ndarray, Bought] | None = None,
) -> Bracket:
    """Bracket the loss of a path of the firm, or of several cut off at once.

    Parameters
    ----------
    capacity
        ``(day,)``: the firm's output; of several firms ``(day, firm)``.
    bought
        ``(day, cell)``: what firms buy of what is banned.
    parameters
        Stocks (worst) and spare capacity (best) of the other producers.
    hardest
        Output of the firms and what they buy where nobody replaces what is banned, for the worst;
        ``capacity`` and ``bought`` unless given, of which others still replace nothing.

    Raises
    ------
    SolveError
        The linear program has no answer.
    """
    c, p = carved.calibration, parameters or NetworkParameters()
    net = network(carved, "all")
    ceiling = np.full(c.output.shape, 1 + p.spare_capacity)
    firms, _ = together(firm, by)
    ceiling[places(carved, firms)] = capacity.mean(axis=0)
    years = len(capacity) / DAYS_A_YEAR
    best = years * _best(carved, net, firms, ceiling)
    rigid = replace(p, substitution=0.0, spare_capacity=0.0, critical="all")
    least, buys = (capacity, bought) if hardest is None else hardest
    least = least.reshape(capacity.shape)
    alone = Bought(np.minimum(buys.banned, 1.0), np.zeros_like(buys.others))
    worst = network_path(carved, firm, least, alone, by, rigid)
    index = pd.Index(c.country_codes, name="country")
    revenue = np.array([one.accounts.revenue for one in firms])
    missed = (1 - least.reshape(len(least), -1)) @ revenue / DAYS_A_YEAR
    path = pd.DataFrame(
        {"firm": missed, "world": worst.output.sum(axis=1)},
        pd.RangeIndex(1, len(capacity) + 1, name="day"),
    )
    return Bracket(pd.DataFrame({"best": best, "worst": worst.final}, index), path)


def _best(carved: Carved, net: Network, firms: tuple[CarvedFirm, ...], ceiling):
    """Maximise final use: variables are flows of cells that trade, outputs and final purchases.

    What is banned binds nothing here: the firm's own model says what it makes without it.
    A unit of an input is one at fob prices, from whomever: tariffs make no goods.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    c = carved.calibration
    count, n = len(c.sectors), len(c.countries)
    k, buyer, seller = np.nonzero(c.flows > 0)
    cells, makers, uses = len(k), n * count, n * count
    # rows: what is sold is made; what is used is bought
    sold = sparse.csr_matrix(
        (np.ones(cells), (seller * count + k, np.arange(cells))), (makers, cells)
    )
    row = buyer * count + net.group[k]
    bought = sparse.csr_matrix((-np.ones(cells), (row, np.arange(cells))), (uses, cells))
    fob, paid = (np.zeros(uses), np.zeros(uses))
    flow = c.flows[k, buyer, seller]
    np.add.at(fob, row, flow)
    np.add.at(paid, row, (1 + c.tariff[k, buyer, seller]) * flow)
    per_value = sparse.diags(np.divide(fob, paid, out=np.ones(uses), where=paid > 0))
    blocks = [
        [sold, -sparse.identity(makers), sparse.csr_matrix((makers, uses))],
        [bought, per_value @ _needs(c, net, firms), per_value],
    ]
    final = net.final_daily.ravel() * DAYS_A_YEAR
    top = (ceiling * c.output).ravel()
    bounds = np.concatenate([np.full(cells, np.inf), top, final])
    cost = np.concatenate([np.zeros(cells + makers), -np.ones(uses)])
    found = linprog(
        cost, A_ub=sparse.bmat(blocks, format="csr"), b_ub=np.zeros(makers + uses),
        bounds=np.column_stack([np.zeros_like(bounds), bounds]), method="highs",
    )  # fmt: skip
    if found.status != 0:
        raise SolveError(f"the best case was not found: {found.message}")
    used = found.x[cells + makers :].reshape(n, count)
    return np.maximum(final.reshape(n, count) - used, 0.0).sum(axis=1)


def _needs(c, net: Network, firms: tuple[CarvedFirm, ...]):
    """Return inputs per unit of output, a sparse ``(country·input, country·using)`` matrix.

    What a firm itself needs of its named suppliers is in its own model: not asked for here.
    """
    from scipy import sparse

    n, count = len(c.countries), len(c.sectors)
    member = np.zeros((count, count))
    member[np.arange(count), net.group] = 1.0
    share = np.einsum("nku,kg->ngu", c.input_share, member)
    for firm in firms:
        own = [c.sector_codes.index(code) for code in firm.inputs.values()]
        share[firm.accounts.economy, own, c.sector_codes.index(firm.code)] = 0.0
    return sparse.block_diag([share[i] for i in range(n)], format="csr").reshape(
        (n * count, n * count)
    )
