"""Labelled results of one solved counterfactual: pandas and xarray at the boundary.

Columns that end in ``_pct`` are per cent changes from the baseline, ``_musd`` values in million USD
(``_bneur`` and so on where the baseline is in another unit), ``change`` counterfactual minus
baseline. Values are measured against
the numeraire, world value added, which is held at its baseline level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment
from detente.errors import InputError, Problem, nearest
from detente.model.economy import Structure, economy
from detente.model.welfare import FirstOrder, first_order, welfare_hat
from detente.notebook import Shown
from detente.policy.amounts import in_usd
from detente.solver.equilibrium import Equilibrium
from detente.solver.equilibrium import rebase as rebase_equilibrium
from detente.units import in_unit

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def solved(value: object, key: str = "solution") -> Equilibrium:
    """Return the equilibrium of a solution.

    Raises
    ------
    InputError
        It is something else.
    """
    if isinstance(value, Solution):
        return value.equilibrium
    message = "a solution is expected: what detente.solve returns"
    raise InputError(Problem(message, key=key, value=type(value).__name__))


def _pct(after: ArrayLike, before: ArrayLike) -> np.ndarray:
    """Per cent change; zero where there was nothing and is nothing."""
    after, before = np.asarray(after), np.asarray(before)
    return 100 * (np.divide(after, before, out=np.ones_like(after), where=before != 0) - 1)


@dataclass(frozen=True, eq=False, repr=False)
class Solution(Shown):
    """A solved counterfactual, labelled. Nothing here changes the equilibrium it reads.

    ``removal`` is what removing the imbalances of the data alone does, where that was done first:
    the counterfactual is then compared with the economy without them.
    """

    equilibrium: Equilibrium
    removal: Solution | None = None

    def _brief(self) -> str:
        c = self.equilibrium.calibration
        size = f"{len(c.countries)} economies, {len(c.sectors)} sectors"
        return f"on {c.name!r}: {self.status}, {size}"

    @property
    def status(self) -> str:
        """How the solver ended, in words."""
        return str(self.equilibrium.status)

    @property
    def iterations(self) -> int:
        """Evaluations of the fixed-point map."""
        return self.equilibrium.iterations

    @property
    def residuals(self) -> dict[str, float]:
        """Largest relative gap by equation."""
        return dict(self.equilibrium.residuals)

    @property
    def welfare(self) -> pd.Series:
        """Exact change of real income by country, per cent."""
        import pandas as pd

        countries = self.countries
        return pd.Series(
            countries["real_income_pct"].to_numpy(), countries.index, name="real_income_pct"
        )

    @cached_property
    def countries(self) -> pd.DataFrame:
        """One row a country: real income (exact and first-order), wages, prices, trade, revenue.

        ``real_income_musd`` is the Hicksian equivalent variation: what would have to be given at
        baseline prices for the same change of welfare. Tastes being homothetic, it is baseline
        income times the exact change. ``income_musd`` is nominal: all that is spent on final
        demand, at the numeraire. ``profits_musd`` are what firms keep where their number is fixed
        (`detente.Structure`), zero elsewhere. ``reallocation_pct`` is the least share of workers
        who end up in another sector, counted by their wage bill in the baseline.
        """
        import pandas as pd

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        price = np.asarray(after.consumer_price_hat)
        real = welfare_hat(c, after) - 1
        linear = self._first_order()
        profits, profits_cf = self._profits()
        foreign = ~np.eye(len(c.countries), dtype=bool)
        before_flows, after_flows = c.flows * foreign, after.flows_cf * foreign
        exports, exports_cf = (f.sum(axis=(0, 1)) for f in (before_flows, after_flows))
        imports, imports_cf = (f.sum(axis=(0, 2)) for f in (before_flows, after_flows))
        frame = pd.DataFrame(
            {
                "real_income_pct": 100 * real,
                "real_income_musd": real * c.income,
                "income_musd": c.income,
                "income_change_musd": after.income_cf - c.income,
                "income_pct": _pct(after.income_cf, c.income),
                "profits_musd": profits,
                "profits_change_musd": profits_cf - profits,
                "first_order_pct": 100 * linear.total,
                "terms_of_trade_pct": 100 * linear.terms_of_trade,
                "volume_of_trade_pct": 100 * linear.volume_of_trade,
                "reallocation_pct": self._reallocation(),
                "real_wage_pct": 100 * (after.wage_hat / price - 1),
                "wage_pct": 100 * (after.wage_hat - 1),
                "price_index_pct": 100 * (price - 1),
                "exports_musd": exports,
                "exports_change_musd": exports_cf - exports,
                "exports_pct": _pct(exports_cf, exports),
                "imports_musd": imports,
                "imports_change_musd": imports_cf - imports,
                "imports_pct": _pct(imports_cf, imports),
                "balance_musd": exports - imports,
                "balance_change_musd": (exports_cf - imports_cf) - (exports - imports),
                "tariff_revenue_musd": c.tariff_revenue,
                "tariff_revenue_change_musd": after.tariff_revenue_cf - c.tariff_revenue,
                "licences_musd": after.licences_cf,
                "export_tax_revenue_musd": after.export_tax_revenue_cf,
                "subsidy_cost_musd": after.subsidy_cost_cf,
                "rents_musd": after.rents_cf,
                "unemployment_pct": 100 * after.unemployment,
            },
            index=pd.Index(c.country_codes, name="country"),
        )
        return in_unit(frame, c.card.unit)

    @cached_property
    def sectors(self) -> pd.DataFrame:
        """One row a country and sector: output, employment, prices, exports, imports.

        ``output_pct`` is the change of its value, ``output_volume_pct`` of its quantity (the value
        over the change of the price at the factory). Employment is that of workers: what they earn
        in the sector over what a worker earns. Baselines hold no persons, so workers are counted by
        their wage bill: ``wage_bill_share`` is the sector's share of it in the baseline,
        ``jobs_change_points`` how many in a hundred workers of the economy the sector gains.
        """
        import pandas as pd

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        foreign = ~np.eye(len(c.countries), dtype=bool)
        before_flows, after_flows = c.flows * foreign, after.flows_cf * foreign
        output_cf = np.asarray(after.output_cf)
        exports, exports_cf = (f.sum(axis=1).T for f in (before_flows, after_flows))
        imports, imports_cf = (f.sum(axis=2).T for f in (before_flows, after_flows))
        made = c.output > 0
        employment = 100 * (np.asarray(after.employment_hat) - 1)
        columns = {
            "output_musd": c.output,
            "output_change_musd": output_cf - c.output,
            "output_pct": _pct(output_cf, c.output),
            "output_volume_pct": _pct(output_cf / np.asarray(after.cost_hat), c.output),
            "employment_pct": employment,
            "wage_bill_share": self._workers(),
            "jobs_change_points": self._workers() * employment,
            "producer_price_pct": np.where(made, 100 * (np.asarray(after.cost_hat) - 1), 0.0),
            "consumer_price_pct": 100 * (np.asarray(after.price_hat) - 1),
            "exports_musd": exports,
            "exports_pct": _pct(exports_cf, exports),
            "imports_musd": imports,
            "imports_pct": _pct(imports_cf, imports),
        }
        index = pd.MultiIndex.from_product(
            [c.country_codes, c.sector_codes], names=["country", "sector"]
        )
        frame = pd.DataFrame(
            {name: values.ravel() for name, values in columns.items()}, index=index
        )
        return in_unit(frame, c.card.unit)

    @cached_property
    def flows(self) -> xr.Dataset:
        """Fob flows and tariffs, before and after, ``(sector, importer, exporter)``.

        ``tariff_cf`` is what is paid over the value that is traded then: where a measure covers a
        part of a cell, less than the mean rate of the law, for what is taxed most falls most.
        """
        import xarray as xr

        from detente.axes import TRADE_AXES

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        unit = {"units": c.card.unit}
        rate = {"units": "fraction of fob value"}
        return xr.Dataset(
            {
                "flow": (TRADE_AXES, c.flows, unit),
                "flow_cf": (TRADE_AXES, np.asarray(after.flows_cf), unit),
                "tariff": (TRADE_AXES, c.tariff, rate),
                "tariff_cf": (TRADE_AXES, self.equilibrium.tariff_paid, rate),
            },
            coords={
                axis: list(codes)
                for axis, codes in zip(
                    TRADE_AXES, (c.sector_codes, c.country_codes, c.country_codes), strict=True
                )
            },
            attrs={"baseline": c.name, "status": self.status},
        )

    @cached_property
    def limits(self) -> pd.DataFrame:
        """One row a quota or purchase commitment: its bound, the trade under it, and its wedge.

        ``wedge_pct`` is the price of licences, or the share of the price that the treasury pays
        (below zero), on top of duty-paid prices: the change of the tariff that would do the same.
        ``stated_musd`` is the amount in USD that a measure names, of ``stated_year``, and
        ``used_musd`` what it is in the baseline's year; not numbers where it names none.
        """
        import pandas as pd

        found = self.equilibrium
        policy, log_wedge = found.policy.limits, found.unknowns.log_wedge
        trade = np.zeros(0) if found.outcome.limited is None else np.asarray(found.outcome.limited)
        wedge = np.zeros(0) if log_wedge is None else np.asarray(log_wedge)
        stated, nan = [limit.amount for limit in policy], np.nan
        sign = np.array([1 if limit.ceiling else -1 for limit in policy])
        frame = pd.DataFrame(
            {
                "kind": ["ceiling" if limit.ceiling else "floor" for limit in policy],
                "of": ["value" if limit.in_value else "quantity" for limit in policy],
                "before_musd": [found.calibration.flows[limit.cells].sum() for limit in policy],
                "bound_musd": [limit.bound for limit in policy],
                "after_musd": trade,
                "stated_musd": [nan if a is None else a.stated for a in stated],
                "stated_year": [nan if a is None or a.year is None else a.year for a in stated],
                "used_musd": [
                    nan if a is None else a.used * in_usd(found.calibration, a.key) for a in stated
                ],
                "binding": wedge > 0,
                "wedge_pct": 100 * np.expm1(sign * wedge),
            },
            index=pd.Index([limit.label for limit in policy], name="measure"),
        )
        return in_unit(frame, found.calibration.card.unit)

    @cached_property
    def tariff_quotas(self) -> pd.DataFrame:
        """One row a tariff quota: its regime, trade under it, and what licences earn.

        ``regime`` is inside, binding or beyond; ``points`` by which the rate paid is above the one
        within, a fraction.
        """
        import pandas as pd

        met = self.equilibrium.quotas
        return pd.DataFrame(
            {
                "regime": [one.regime for one in met],
                "bound_musd": [one.bound for one in met],
                "after_musd": [one.trade for one in met],
                "points": [one.points for one in met],
                "rents_musd": [one.rents for one in met],
            },
            index=pd.Index([one.label for one in met], name="measure"),
        )

    @cached_property
    def bilateral(self) -> pd.DataFrame:
        """One row a pair of economies: goods and all trade at fob, before and change.

        ``effective_tariff`` and ``effective_tariff_cf`` are duties due on goods over their value at
        fob, each on its own trade; ``mean_tariff_cf`` weights the new rates by baseline trade. All
        are fractions, and not a number where nothing is traded.
        """
        import pandas as pd

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        columns: dict[str, np.ndarray] = {}
        for name, chosen in (("goods", c.goods), ("all", np.ones_like(c.goods))):
            before = c.flows[chosen].sum(axis=0).T
            later = np.asarray(after.flows_cf)[chosen].sum(axis=0).T
            columns[f"{name}_musd"] = before.ravel()
            columns[f"{name}_change_musd"] = (later - before).ravel()
            columns[f"{name}_pct"] = _pct(later, before).ravel()
        columns |= self._effective_tariffs()
        index = pd.MultiIndex.from_product([c.country_codes] * 2, names=["exporter", "importer"])
        frame = in_unit(pd.DataFrame(columns, index=index), c.card.unit)
        here = frame.index.get_level_values(0) != frame.index.get_level_values(1)
        return frame.loc[here]

    def bilateral_sectors(self, exporter: str, importer: str) -> pd.DataFrame:
        """One row a sector for one flow: value, change, tariff before and after.

        ``tariff_after_pct`` is the new rate, a mean by the baseline's trade where only a part is
        covered; ``tariff_paid_pct`` what is paid over the value that is traded then.
        """
        import pandas as pd

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        cell = (slice(None), self._country(importer), self._country(exporter))
        before, later = c.flows[cell], np.asarray(after.flows_cf)[cell]
        frame = pd.DataFrame(
            {
                "flow_musd": before,
                "change_musd": later - before,
                "pct": _pct(later, before),
                "tariff_before_pct": 100 * c.tariff[cell],
                "tariff_after_pct": 100 * self.equilibrium.policy.tariff_cf[cell],
                "tariff_paid_pct": 100 * self.equilibrium.tariff_paid[cell],
            },
            index=pd.Index(c.sector_codes, name="sector"),
        )
        return in_unit(frame, c.card.unit)

    def diversion(self, importer: str, exporter: str) -> pd.DataFrame:
        """Where a change of purchases from one partner reappears in the importer's other purchases.

        Rows are the partners (``domestic`` for the importer itself), all goods, fob;
        ``share_pct`` is the share of the partner's change that the row makes up for.
        """
        import pandas as pd

        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        n, hit = self._country(importer), self._country(exporter)
        if n == hit:
            raise InputError(Problem("importer and exporter are the same economy", value=exporter))
        change = (np.asarray(after.flows_cf)[c.goods, n] - c.flows[c.goods, n]).sum(axis=0)
        partners = [code if i != n else "domestic" for i, code in enumerate(c.country_codes)]
        share = -100 * change / change[hit] if change[hit] else np.zeros_like(change)
        frame = pd.DataFrame(
            {"change_musd": change, "share_pct": share}, index=pd.Index(partners, name="partner")
        )
        return in_unit(frame.drop(index=partners[hit]), c.card.unit)

    def _effective_tariffs(self) -> dict[str, np.ndarray]:
        """Duties over goods imports of each pair, exporters first as in `bilateral`."""
        c, tariff_cf = self.equilibrium.calibration, self.equilibrium.policy.tariff_cf
        paid = self.equilibrium.tariff_paid
        now = np.asarray(self.equilibrium.outcome.flows_cf)
        found = {}
        for name, tariff, flows in (
            ("effective_tariff", c.tariff, c.flows),
            ("effective_tariff_cf", paid, now),
            ("mean_tariff_cf", tariff_cf, c.flows),
        ):
            trade = flows[c.goods].sum(axis=0)
            duty = (tariff * flows)[c.goods].sum(axis=0)
            rate = np.divide(duty, trade, out=np.full_like(trade, np.nan), where=trade > 0)
            found[name] = rate.T.ravel()
        return found

    def _workers(self) -> np.ndarray:
        """Shares of workers by sector, counted by their wages in the baseline."""
        e = self.equilibrium
        wages = np.asarray(economy(e.calibration, e.options.structure).sector_labour)
        return wages / wages.sum(axis=1, keepdims=True)

    def _reallocation(self) -> np.ndarray:
        """Workers that sectors lose and others gain, per cent of all, ``(country,)``."""
        hat = np.asarray(self.equilibrium.outcome.employment_hat)
        moved = 100 * self._workers() * (hat - 1)
        # between a firm and the rest of its sector nobody changes sector
        pool = self.equilibrium.calibration.labour_pool
        moved = moved @ np.eye(pool.max() + 1)[pool]
        # where employment as a whole changes too, only what reappears elsewhere has moved
        return (np.abs(moved).sum(axis=1) - np.abs(moved.sum(axis=1))) / 2

    def _profits(self) -> tuple[np.ndarray, np.ndarray]:
        """Profits before and after ``(country,)``, as income has them: shares of production.

        Production is what sales earn with subsidies, at rates on the value of production.
        """
        e, c = self.equilibrium, self.equilibrium.calibration
        found = economy(c, e.options.structure).profit_share
        if found is None:
            return np.zeros(len(c.countries)), np.zeros(len(c.countries))
        share, subsidy = np.asarray(found), e.policy.production_subsidy
        kept = 1.0 if subsidy is None else 1 - np.asarray(subsidy)
        after = np.asarray(e.outcome.output_cf) / kept
        return (share * c.output).sum(axis=1), (share * after).sum(axis=1)

    def _first_order(self) -> FirstOrder:
        """Return the first-order measure; not a number where its formula does not hold.

        It knows tariffs and trade costs under perfect competition with one wage, nothing else.
        """
        c, after = self.equilibrium.calibration, self.equilibrium.outcome
        found = self.equilibrium
        if not found.policy.simple or found.options.structure != Structure():
            unknown = np.full(len(c.countries), np.nan)
            return FirstOrder(unknown, unknown, unknown)
        return first_order(c, np.asarray(after.cost_hat), np.asarray(after.flows_cf))

    def _country(self, code: str) -> int:
        codes = self.equilibrium.calibration.country_codes
        if code not in codes:
            raise InputError(
                Problem(
                    f"unknown economy; {nearest(code, codes)}", value=code, allowed=", ".join(codes)
                )
            )
        return codes.index(code)


def rebase(solution: Solution, name: str | None = None) -> Calibration:
    """Make a solved counterfactual a baseline, to solve further measures from there.

    Parameters
    ----------
    solution
        What `detente.solve` returned, under tariffs and trade costs alone.
    name
        Name of the new baseline; that of the old one with ``-rebased`` unless given.

    Returns
    -------
    An economy with the flows, tariffs, recipes and final demand of the counterfactual, in the old
    unit at the numeraire, world value added. Its card says how much trade moved.

    Raises
    ------
    InputError
        It is no solution, or its policy is more than tariffs and trade costs, which is all that a
        baseline has.
    """
    equilibrium = solved(solution)
    before = equilibrium.calibration
    found = rebase_equilibrium(equilibrium)
    foreign = np.broadcast_to(~np.eye(len(before.countries), dtype=bool), before.flows.shape)
    trade = before.flows[foreign].sum()
    moved = np.abs(found.flows - before.flows)[foreign].sum()
    change = Adjustment(
        "flows, tariffs and final demand are those of a solved counterfactual",
        "effects of measures are against that economy",
        float(moved / trade) if trade > 0 else 0.0,
        "trade moved, share of all trade between economies",
    )
    card = replace(
        before.card,
        name=f"{before.name}-rebased" if name is None else name,
        adjustments=(*before.card.adjustments, change),
    )
    return found.replace(card=card)
