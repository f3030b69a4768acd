"""From measures to the arrays that the model reads.

The rule by which measures combine does not depend on their order. In each cell (sector, importer,
exporter) the new tariff is ``t + Σ coverage·(new − t)`` over measures that replace the rate (set,
scale, align) ``+ Σ coverage·add`` over those that add to it. A sector's tariff is the mean over its
trade, hence the weighting by coverage. Replacing measures may not cover more than the whole cell
together: what would hold there could not be said, so the measures are refused. Cost factors
multiply, and so do the shares of suppliers that bans leave; export taxes, subsidies and transfers
add up. Quotas and purchase commitments are on whole cells, and a cell has one of them at most.

A measure may be in force in part (a phase-in, `detente.policy.schedule`). The share ``p`` of a
trade cost ``f`` is ``f^p``, where it covers; of every other measure on trade it is the measure on
``p`` times the trade that it covers, which for what is added is the same as ``p`` times the rate;
of a subsidy or a transfer it is ``p`` times its rate or value. The bound of a quota or a commitment
has then gone ``p`` of the way from the trade of the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.amounts import Amount, amount, amount_key, used_amount
from detente.policy.arrays import Limit, Policy
from detente.policy.instruments import (
    ExportBan,
    ExportRestraint,
    ExportTax,
    Measure,
    OnExports,
    OnTrade,
    OnVolume,
    ProductionSubsidy,
    Tariff,
    TradeCost,
    Transfer,
)
from detente.policy.limits import limit_of

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Effect:
    """What one measure does: its share of each cell, and the change where it covers all of it."""

    label: str
    covered: Array
    tariff_change: Array
    cost_factor: Array
    replaces: bool
    export_tax: Array | None = None
    suppliers_left: Array | None = None


def compile_policy(
    calibration: Calibration,
    measures: Sequence[Measure],
    shares: Sequence[float] | None = None,
) -> Policy:
    """Combine measures into counterfactual tariffs and trade costs.

    Parameters
    ----------
    calibration
        The baseline.
    measures
        In any order.
    shares
        Share of each measure that is in force, 0 to 1; all of them in full where left out.

    Raises
    ------
    InputError
        Listing every unknown name, every impossible coverage and every conflict.
    """
    parts = _shares(measures, shares)
    problems: list[Problem] = []
    effects: list[_Effect] = []
    limits: list[Limit] = []
    others: dict[str, Array] = {}
    for position, measure in enumerate(measures):
        label = measure.id or f"measure {position + 1}"
        try:
            if isinstance(measure, OnTrade):
                effect = _effect(calibration, measure, label)
                effects += [_part(effect, parts[position])] if parts[position] else []
            elif isinstance(measure, OnVolume):
                limit = limit_of(calibration, measure, label, _cells(calibration, measure))
                limits += (
                    [_tightened(calibration, limit, parts[position])] if parts[position] else []
                )
            else:
                name, array = _at_home(calibration, measure)
                if parts[position]:
                    others[name] = others.get(name, 0.0) + parts[position] * array
        except InputError as error:
            problems += [_labelled(problem, measure.id) for problem in error.problems]
    problems += _conflicts(calibration, effects)
    problems += _overlaps(calibration, limits)
    problems += _banned(effects, limits)
    if problems:
        raise InputError(problems)
    return _combined(calibration, effects, others, limits)


def _combined(
    calibration: Calibration,
    effects: Sequence[_Effect],
    others: dict[str, Array],
    limits: Sequence[Limit],
) -> Policy:
    """Put together what measures do, by the rule at the top of this file."""
    others = dict(others)
    tariff = calibration.tariff + sum(e.covered * e.tariff_change for e in effects)
    iceberg = np.ones_like(calibration.tariff)
    for effect in effects:
        iceberg = iceberg * (1 + effect.covered * (effect.cost_factor - 1))
    taxes = [e.covered * e.export_tax for e in effects if e.export_tax is not None]
    if taxes:
        others["export_tax"] = np.sum(taxes, axis=0)
    left = [1 - e.covered * (1 - e.suppliers_left) for e in effects if e.suppliers_left is not None]
    if left:
        others["supply_share"] = np.prod(left, axis=0)
    subsidy, tax = others.get("production_subsidy", 0.0), others.get("export_tax", 0.0)
    if (tariff <= -1).any() or np.any(np.asarray(subsidy) >= 1) or np.any(np.asarray(tax) <= -1):
        raise InputError("the measures together make a subsidy of 100% or more of the value")
    return Policy(tariff, iceberg, **others, limits=tuple(limits))


def _shares(measures: Sequence[Measure], shares: Sequence[float] | None) -> Sequence[float]:
    if shares is None:
        return [1.0] * len(measures)
    if len(shares) != len(measures) or not all(0 <= share <= 1 for share in shares):
        allowed = "0 to 1 for each measure"
        raise InputError(
            Problem("not shares of the measures", None, None, "shares", shares, allowed)
        )
    return shares


def _part(effect: _Effect, share: float) -> _Effect:
    """Return what a share of a measure does: less of the trade covered, costs in logs."""
    if share == 1:
        return effect
    if (effect.cost_factor != 1).any():
        return replace(effect, cost_factor=effect.cost_factor**share)
    return replace(effect, covered=share * effect.covered)


def _tightened(calibration: Calibration, limit: Limit, share: float) -> Limit:
    """Return a limit a share of the way from the baseline's trade to its bound."""
    if share == 1:
        return limit
    trade = float(calibration.flows[limit.cells].sum())
    return replace(limit, bound=trade + share * (limit.bound - trade))


def _effect(calibration: Calibration, measure: OnTrade, label: str) -> _Effect:
    covered = _covered(calibration, measure)
    none = np.zeros_like(calibration.tariff)
    if isinstance(measure, ExportTax):
        tax = none + (measure.add or 0.0)
        return _Effect(label, covered, none, none + 1.0, replaces=False, export_tax=tax)
    if isinstance(measure, ExportBan):
        theta = calibration.trade_elasticity[:, None, None]
        left = none + measure.leakage * measure.rerouting_cost**-theta
        return _Effect(label, covered, none, none + 1.0, replaces=False, suppliers_left=left)
    if isinstance(measure, TradeCost):
        factor = measure.scale if measure.scale is not None else 1 + (measure.add or 0.0)
        return _Effect(label, covered, none, none + factor, replaces=False)
    change = _tariff_change(calibration, measure)
    return _Effect(label, covered, change, none + 1.0, replaces=measure.add is None)


def _at_home(calibration: Calibration, measure: ProductionSubsidy | Transfer) -> tuple[str, Array]:
    """Return what a measure that is not on trade changes, and by how much."""
    if isinstance(measure, ProductionSubsidy):
        rate = np.zeros_like(calibration.output)
        by, sectors = _resolved(
            calibration, measure, ("by", resolve_countries), ("sectors", resolve_sectors)
        )
        rate[np.ix_(by, sectors)] = measure.add or 0.0
        return "production_subsidy", rate
    payer, payee = _resolved(
        calibration, measure, ("by", resolve_countries), ("on", resolve_countries)
    )
    if set(payer) & set(payee):
        raise InputError(Problem("payer and payee are the same", key="on", value=measure.on))
    size = calibration.value_added
    value = np.zeros_like(size)
    paid = used_amount(calibration, measure, "value_usd")
    # several payers, or payees, share in proportion to their value added
    value[list(payer)] -= paid * size[list(payer)] / size[list(payer)].sum()
    value[list(payee)] += paid * size[list(payee)] / size[list(payee)].sum()
    return "transfer", value


def _tariff_change(calibration: Calibration, measure: Tariff) -> Array:
    """Return new minus applied rate ``(sector, importer, exporter)`` where a cell is covered."""
    applied = calibration.tariff
    if measure.add is not None:
        return np.full_like(applied, measure.add)
    if measure.set is not None:
        return measure.set - applied
    if measure.scale is not None:
        return (measure.scale - 1) * applied
    if measure.align == "partner":
        model = applied.transpose(0, 2, 1)
    else:
        (country,) = _single(calibration, measure)
        # what that country charges on the importer's goods, whoever the exporter is
        model = np.broadcast_to(applied[:, country, :, None], applied.shape)
    return np.minimum(model - applied, 0.0)


def _single(calibration: Calibration, measure: Tariff) -> tuple[int, ...]:
    name = measure.align or ""
    try:
        found = resolve_countries(calibration, name)
    except InputError as error:
        raise InputError([replace(p, key="align") for p in error.problems]) from error
    if len(found) == 1 and found[0] in resolve_countries(calibration, measure.by):
        message = "an economy has no tariff on itself to align to"
        raise InputError(Problem(message, key="align", value=name, allowed="another economy"))
    if len(found) != 1:
        raise InputError(
            Problem(
                "tariffs align to one economy",
                key="align",
                value=name,
                allowed='"partner" or one economy',
            )
        )
    return found


def _cells(calibration: Calibration, measure: OnTrade | OnVolume) -> NDArray[np.bool_]:
    """Find the cells of foreign trade that a measure is on."""
    by, on, sectors = _resolved(
        calibration,
        measure,
        ("by", resolve_countries),
        ("on", resolve_countries),
        ("sectors", resolve_sectors),
    )
    by_exporter = isinstance(measure, OnExports | ExportRestraint)
    importers, exporters = (on, by) if by_exporter else (by, on)
    touched = np.zeros(calibration.tariff.shape, dtype=bool)
    touched[np.ix_(sectors, importers, exporters)] = True
    touched &= ~np.eye(len(calibration.countries), dtype=bool)
    if not touched.any():
        raise InputError(
            Problem("an economy has no trade policy on itself", key="on", value=measure.on)
        )
    return touched


def _covered(calibration: Calibration, measure: OnTrade) -> Array:
    """Share of each cell's trade that a measure covers, zero on domestic trade."""
    touched = _cells(calibration, measure)
    whole = touched.astype(np.float64)
    if measure.product_list is not None:
        from detente.policy.product_lists import coverage

        return whole * coverage(calibration, measure.product_list)[:, None, None]
    if measure.value_usd is not None:
        covered = used_amount(calibration, measure, "value_usd", touched)
        trade = float(calibration.flows[touched].sum())
        if covered > trade:
            raise InputError(
                Problem(
                    "more trade is covered than there is in the baseline",
                    key="value_usd",
                    value=measure.value_usd,
                    allowed=f"at most {measure.value_usd * trade / covered:.6g} million USD",
                )
            )
        return whole * (covered / trade)
    return whole * (1.0 if measure.coverage is None else measure.coverage)


def _resolved(
    calibration: Calibration, measure: Measure, *named: tuple[str, Callable]
) -> list[tuple[int, ...]]:
    """Find what the names of a measure stand for, refusing all unknown ones at once."""
    found: list[tuple[int, ...]] = []
    problems: list[Problem] = []
    for key, resolve in named:
        try:
            found.append(resolve(calibration, getattr(measure, key)))
        except InputError as error:
            problems += [replace(p, key=key) for p in error.problems]
    if problems:
        raise InputError(problems)
    return found


def _conflicts(calibration: Calibration, effects: Sequence[_Effect]) -> list[Problem]:
    replacing = [e for e in effects if e.replaces]
    if len(replacing) < 2:
        return []
    total = np.sum([e.covered for e in replacing], axis=0)
    if total.max() <= 1 + 1e-12:
        return []
    s, n, i = (int(k) for k in np.unravel_index(total.argmax(), total.shape))
    labels = [e.label for e in replacing if e.covered[s, n, i] > 0]
    cell = (
        f"{calibration.sector_codes[s]}, {calibration.country_codes[n]} on "
        f"{calibration.country_codes[i]}"
    )
    return [
        Problem(
            f"measures {', '.join(labels)} replace the same tariff ({cell})",
            value=f"together they cover {total[s, n, i]:.3g} of it",
            allowed="at most 1",
        )
    ]


def _overlaps(calibration: Calibration, limits: Sequence[Limit]) -> list[Problem]:
    """Find pairs of quotas and commitments on the same trade: what would hold is not said."""
    found = []
    for at, one in enumerate(limits):
        for other in limits[at + 1 :]:
            both = np.argwhere(one.cells & other.cells)
            if len(both):
                s, n, i = (int(k) for k in both[0])
                found.append(
                    Problem(
                        f"measures {one.label}, {other.label} limit the same trade",
                        value=f"{calibration.sector_codes[s]}, {calibration.country_codes[i]} to "
                        f"{calibration.country_codes[n]}",
                        allowed="one quota or purchase commitment",
                    )
                )
    return found


def _banned(effects: Sequence[_Effect], limits: Sequence[Limit]) -> list[Problem]:
    """Find purchases of which bans leave nothing to buy."""
    left = [1 - e.covered * (1 - e.suppliers_left) for e in effects if e.suppliers_left is not None]
    if not left:
        return []
    sold = np.prod(left, axis=0) > 0
    return [
        Problem(f"{limit.label} is a purchase of what bans leave nobody to sell", key=limit.label)
        for limit in limits
        if not limit.ceiling and not (sold & limit.cells).any()
    ]


def _labelled(problem: Problem, label: str) -> Problem:
    """Put a measure's name before the key of a problem."""
    key = ".".join(part for part in (label, problem.key) if part)
    return replace(problem, key=key or None)


def amount_of(calibration: Calibration, measure: Measure) -> Amount | None:
    """Return the amount that a measure names, as stated and as used; none where it names none.

    Raises
    ------
    InputError
        A name is unknown, or the amount cannot be used on the baseline.
    """
    key = amount_key(measure)
    if key is None or isinstance(measure, ProductionSubsidy):
        return None
    cells = None if isinstance(measure, Transfer) else _cells(calibration, measure)
    return amount(calibration, measure, key, cells)
