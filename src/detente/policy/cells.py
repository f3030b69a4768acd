"""Which cells of trade a measure is on, (sector, importer, exporter), and how much of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.amounts import Amount, amount, amount_key, used_amount
from detente.policy.goods import LinesOf
from detente.policy.instruments import (
    Ban,
    ExportTax,
    Measure,
    OnExports,
    OnTariffs,
    OnTrade,
    ProductionSubsidy,
    TradeCost,
    Transfer,
)
from detente.policy.line_tariffs import Schedules
from detente.policy.lines import Effect
from detente.policy.product_lines import (
    classes,
    idle_exceptions,
    left_out_products,
    names_lines,
    notes_on,
    on_lines,
    state_values,
)
from detente.policy.rates import idle_rates, rate_table, tariff_change
from detente.policy.tariffs import Tariff, TariffQuota
from detente.policy.volumes import ExportRestraint, OnVolume

Array = NDArray[np.float64]


def lines_of(
    calibration: Calibration, measures: Sequence[Measure], problems: list[Problem]
) -> tuple[LinesOf, dict[int, float]]:
    """Return the lines of all cells, with values that lists state, and those without a home.

    Names that cannot be found are refused where the measure itself is read.
    """
    lines = LinesOf(calibration)
    homeless = {}
    for position, measure in enumerate(measures):
        if not isinstance(measure, OnTrade) or not names_lines(measure):
            continue
        try:
            cells = cells_of(calibration, measure)
        except InputError:
            continue
        try:
            homeless[position] = state_values(calibration, measure, cells, lines)
        except InputError as error:
            problems += [labelled(problem, measure.id) for problem in error.problems]
    return lines, homeless


def ways_of(measure: OnTrade, share: float = 1.0) -> tuple[tuple[float, float, float], ...]:
    """Return the ways in which what a measure covers is delivered, as it is in force in part."""
    if isinstance(measure, TradeCost):
        factor = measure.scale if measure.scale is not None else 1 + (measure.add or 0.0)
        return ((1.0, factor**share, 1.0),)
    if not isinstance(measure, Ban):
        return ((1.0, 1.0, 1.0),)
    around = share * measure.leakage
    if measure.rerouting_cost == 1:
        # nothing tells who gets around from who was never banned
        return ((1.0, 1.0, 1 - share + around),)
    direct = 1 - around
    return (
        (around, measure.rerouting_cost, 1.0),
        (direct, 1.0, (1 - share) / direct if direct else 1.0),
    )


def effect_on(
    calibration: Calibration, measure: OnTrade, label: str, lines: LinesOf, homeless: float = 0.0
) -> Effect:
    """Return what a measure is on, cell by cell or line by line, and what there is to say."""
    touched, covered = covered_by(calibration, measure)
    on, notes = None, tuple(idle_exceptions(calibration, label, measure, touched, lines))
    if isinstance(measure, Tariff) and measure.rates is not None:
        notes += tuple(idle_rates(calibration, label, measure, touched))
    if names_lines(measure):
        if getattr(measure, "products", None) is not None or left_out_products(measure):
            lines.refuse_without_divisions()
        on = on_lines(calibration, measure, touched, lines)
        notes += tuple(notes_on(calibration, label, measure, on, lines, homeless))
        touched = np.zeros_like(touched)
        touched.ravel()[list(on)] = True
    if isinstance(measure, ExportTax):
        made = Effect(label, measure, touched, covered, export_tax=measure.add or 0.0)
    elif isinstance(measure, Ban | TradeCost):
        made = Effect(label, measure, touched, covered, ways=ways_of(measure))
    else:
        change = tariff_change(calibration, measure)
        made = Effect(label, measure, touched, covered, tariff_change=change)
    return replace(made, on=on, notes=notes)


def covered_cells(calibration: Calibration, measure: OnTrade) -> tuple[Array, Array, Array]:
    """Return the share of each cell's trade that a measure is on, and what it pays there.

    All ``(sector, importer, exporter)``: the share, its rate before, and the change of the rate,
    these two per unit of the whole cell's trade.
    """
    lines, _ = lines_of(calibration, [measure], [])
    effect = effect_on(calibration, measure, "", lines)
    if effect.on is None:
        share = np.where(effect.touched, effect.covered[:, None, None], 0.0)
        return share, share * calibration.tariff, share * effect.tariff_change
    share, before, change = (np.zeros(effect.touched.shape) for _ in range(3))
    tariff = isinstance(measure, OnTariffs)
    for cell, on in effect.on.items():
        found = lines.of(cell)
        share.ravel()[cell] = (found.share * on.weight).sum()
        before.ravel()[cell] = (found.share * on.weight * found.rate).sum()
        if tariff:
            for members, size, mark in classes(calibration, cell, found, {0: on}, {0: measure}):
                change.ravel()[cell] += size * mark.change.get(0, 0.0) if members else 0.0
    return share, before, change


def at_home(calibration: Calibration, measure: ProductionSubsidy | Transfer) -> tuple[str, Array]:
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


def cells_of(calibration: Calibration, measure: OnTrade | OnVolume) -> NDArray[np.bool_]:
    """Find the cells of foreign trade that a measure is on, or those of duties on own sales."""
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
    foreign = ~np.eye(len(calibration.countries), dtype=bool)
    if not (touched & foreign).any():
        _refuse_own_sales(calibration, measure, importers, sectors)
        return touched
    _refuse_itself_among_others(calibration, measure)
    touched[list(_left_out_sectors(calibration, measure))] = False
    if isinstance(measure, Tariff) and measure.rates is not None:
        touched &= ~np.isnan(rate_table(calibration, measure))
    return touched & foreign


def _left_out_sectors(calibration: Calibration, measure: OnTrade | OnVolume) -> tuple[int, ...]:
    """Return the sectors among what a measure leaves out; what is a product too is refused."""
    names = getattr(measure, "except_", None) or ()
    products = left_out_products(measure) if names and isinstance(measure, OnTrade) else ()
    sectors = [n for n in ((names,) if isinstance(names, str) else names) if n not in products]
    if both := [name for name in products if name in calibration.sector_codes]:
        message, allowed = "is a sector and a product", "the sector's name, or a longer HS code"
        raise InputError(Problem(message, key="except", value=", ".join(both), allowed=allowed))
    try:
        return resolve_sectors(calibration, sectors) if sectors else ()
    except InputError as error:
        raise InputError([replace(p, key="except") for p in error.problems]) from error


def _refuse_own_sales(
    calibration: Calibration,
    measure: OnTrade | OnVolume,
    importers: Sequence[int],
    sectors: Sequence[int],
) -> None:
    """Refuse measures of one economy on itself but for tariffs where it can have them inside.

    Own sales of a group merged into one hold the trade between its members, with its duties.
    """
    (place,) = importers
    inside = len(calibration.countries[place].members) > 1
    inside |= bool(calibration.tariff[list(sectors), place, place].any())
    if isinstance(measure, Tariff) and inside:
        return
    message = "an economy has no trade policy on itself"
    allowed = None
    if isinstance(measure, Tariff):
        allowed = "another economy; itself where it is several merged into one, or has such duties"
    raise InputError(Problem(message, key="on", value=measure.on, allowed=allowed))


def _refuse_itself_among_others(calibration: Calibration, measure: OnTrade | OnVolume) -> None:
    """Refuse an economy that is named in the list of those its own measure is on."""
    by, on = ((given,) if isinstance(given, str) else tuple(given)
              for given in (measure.by, measure.on))  # fmt: skip
    if len(on) < 2 or len(by) > 1:
        return
    own = resolve_countries(calibration, by)
    if len(own) == 1 and any(resolve_countries(calibration, name) == own for name in on):
        message = "an economy has no trade policy on itself; leave it out of the list"
        raise InputError(Problem(message, key="on", value=measure.on))


def covered_by(calibration: Calibration, measure: OnTrade) -> tuple[NDArray[np.bool_], Array]:
    """Cells that a measure is on, and its share of their trade ``(sector,)``."""
    touched = cells_of(calibration, measure)
    every = np.ones(len(calibration.sectors))
    if isinstance(measure, Schedules | TariffQuota):
        return touched, every
    if measure.product_list is not None:
        from detente.policy.product_lists import coverage

        return touched, coverage(calibration, measure.product_list)
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
        return touched, every * (covered / trade)
    return touched, every * (1.0 if measure.coverage is None else measure.coverage)


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


def labelled(problem: Problem, label: str) -> Problem:
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
    cells = None if isinstance(measure, Transfer) else cells_of(calibration, measure)
    if isinstance(measure, TariffQuota):
        cells = covered_cells(calibration, measure)[0] > 0
    return amount(calibration, measure, key, cells)
