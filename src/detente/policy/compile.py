"""From measures to the arrays that the model reads.

A cell (sector, importer, exporter) holds many tariff lines, of which a measure may cover some. It
acts on the lines that it covers: a new rate is the applied rate, or what replaces it (set, scale,
align), plus all that is added; factors on the cost of delivery multiply, and so do the shares of
suppliers that bans leave; export taxes add up. The order of measures never matters.
`detente.policy.overlaps` says which lines are covered by several. Cells whose lines are not all
treated alike are taken apart (`detente.policy.arrays.Lines`); their entries in the arrays are means
over the trade of the baseline. Quotas and purchase commitments are on whole cells, and a cell has
one of them at most.

A measure may be in force in part (a phase-in, `detente.policy.schedule`). The share ``p`` of a
trade cost ``f`` is ``f^p``; a tariff has then gone ``p`` of the way to its new rate, a ban stops
``p`` of what it covers; an export tax, a subsidy or a transfer is ``p`` times its rate or value;
the bound of a quota or a commitment has gone ``p`` of the way from the trade of the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.policy.amounts import Amount, amount, amount_key, used_amount
from detente.policy.arrays import Limit, Policy, Rates
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
from detente.policy.overlaps import SMALLEST, Part, Unit, parts_of_cell

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Effect:
    """What one measure does to the lines that it covers.

    Attributes
    ----------
    touched
        ``(sector, importer, exporter)``, true where it covers anything.
    covered
        Share of the trade of a touched cell that it covers ``(sector,)``.
    tariff_change
        New minus applied rate of a covered line, by cell.
    export_tax
        On what is covered.
    ways
        Ways in which what is covered is delivered: the share that goes each way, the factor on its
        cost, and the share of its suppliers that may still sell.
    weight
        Share of the measure that is in force.
    apart
        Whether it changes nothing but keeps what it covers apart, under its label.
    """

    label: str
    measure: OnTrade
    touched: NDArray[np.bool_]
    covered: Array
    tariff_change: Array | float = 0.0
    export_tax: float = 0.0
    ways: tuple[tuple[float, float, float], ...] = ((1.0, 1.0, 1.0),)
    weight: float = 1.0
    apart: bool = False

    @property
    def replaces(self) -> bool:
        """Whether it puts another tariff in place of the one applied."""
        return isinstance(self.measure, Tariff) and self.measure.add is None


def compile_policy(
    calibration: Calibration,
    measures: Sequence[Measure],
    shares: Sequence[float] | None = None,
    apart: Sequence[OnTrade] = (),
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
    apart
        Measures on product lists that are not in force: what they cover is kept apart from the rest
        of its cells, under the name of the list (see `detente.policy.arrays.Lines`).

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
                limit = limit_of(calibration, measure, label, cells_of(calibration, measure))
                limits += (
                    [_tightened(calibration, limit, parts[position])] if parts[position] else []
                )
            else:
                name, array = _at_home(calibration, measure)
                if parts[position]:
                    others[name] = others.get(name, 0.0) + parts[position] * array
        except InputError as error:
            problems += [_labelled(problem, measure.id) for problem in error.problems]
    problems += _overlaps(calibration, limits)
    if problems:
        raise InputError(problems)
    effects += _kept_apart(calibration, apart)
    policy = _with_trade(_at_rest(calibration, others, limits), calibration, effects)
    if problems := [*_bought_from_nobody(policy), *_unsupplied(calibration, policy, effects)]:
        raise InputError(problems)
    return policy


def _kept_apart(calibration: Calibration, measures: Sequence[OnTrade]) -> list[_Effect]:
    """Return what measures cover that change nothing, lists of one name together."""
    found: dict[str, _Effect] = {}
    for measure in measures:
        touched, covered = covered_by(calibration, measure)
        name = measure.product_list or measure.id
        if name in found:
            touched = touched | found[name].touched
        found[name] = _Effect(name, measure, touched, covered, apart=True)
    return list(found.values())


def _at_rest(calibration: Calibration, others: dict[str, Array], limits: Sequence[Limit]) -> Policy:
    """Return the policy of measures that are not on prices of trade."""
    if np.any(np.asarray(others.get("production_subsidy", 0.0)) >= 1):
        raise InputError("the measures together make a subsidy of 100% or more of the value")
    unchanged = Policy.unchanged(calibration)
    return replace(unchanged, **others, limits=tuple(limits))


def _with_trade(policy: Policy, calibration: Calibration, effects: Sequence[_Effect]) -> Policy:
    """Add what measures do to lines, cells that the same measures are on together."""
    if not effects:
        return policy
    touched = np.stack([e.touched for e in effects])
    anywhere = np.flatnonzero(touched.any(axis=0))
    if not anywhere.size:  # nothing is traded where they are
        return policy
    sector = anywhere // len(calibration.countries) ** 2
    patterns = np.vstack([sector, touched.reshape(len(effects), -1)[:, anywhere]])
    kinds, index = np.unique(patterns, axis=1, return_inverse=True)
    pieces, notes = [], _Notes(calibration, effects)
    refused: dict[Problem, list[int]] = {}
    for number, (s, *on) in enumerate(kinds.T):
        active = [k for k, here in enumerate(on) if here and effects[k].covered[s] > 0]
        cells = anywhere[index.ravel() == number]
        try:
            pieces.append(_lines(calibration, effects, active, int(s), cells, notes))
        except InputError as error:
            for problem in error.problems:
                refused.setdefault(problem, []).extend(int(cell) for cell in cells)
    if refused:
        raise InputError([_located(calibration, p, cells) for p, cells in refused.items()])
    cell, share, named, *values = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    rates = Rates(*values)
    if (rates.tariff_cf <= -1).any() or (rates.export_tax <= -1).any():
        raise InputError("the measures together make a subsidy of 100% or more of the value")
    lists = tuple(effect.label for effect in effects if effect.apart)
    made = policy.with_lines(calibration.tariff, cell, share, rates, named, lists)
    return replace(made, notes=notes.said())


def _located(calibration: Calibration, problem: Problem, cells: Sequence[int]) -> Problem:
    """Say in which cells measures contradict each other: the first, and how many there are."""
    _, n, i = np.unravel_index(cells[0], calibration.flows.shape)
    codes = calibration.country_codes
    sectors = {cell // (len(codes) ** 2) for cell in cells}
    named = [calibration.sector_codes[k] for k in sorted(sectors)]
    place = f"{named[0]}, {codes[n]} on {codes[i]}"
    if len(named) > 1:
        place += f", and {len(named) - 1} more sectors" if len(named) > 2 else f", and {named[1]}"
    return replace(problem, message=f"{problem.message} ({place})")


def _lines(
    calibration: Calibration,
    effects: Sequence[_Effect],
    active: Sequence[int],
    sector: int,
    cells: NDArray[np.intp],
    notes: _Notes,
) -> tuple[NDArray[np.intp], *tuple[Array, ...]]:
    """Cut cells of a sector that the same measures are on into lines.

    Cell, share, lists that it is kept apart for, `Rates`.
    """
    units = _units(calibration, effects, active, sector)
    notes.take(units, sector)
    # of a line that one measure hands over to another each replaces its share of the rate
    replacing = {k: effects[k].weight for k in active if effects[k].replaces}
    parts = parts_of_cell(units, replacing, [e.label for e in effects])
    before = calibration.tariff.ravel()[cells]
    bits = {k: 1 << number
            for number, k in enumerate(k for k, e in enumerate(effects) if e.apart)}  # fmt: skip
    made: dict[bytes, list] = {}  # share, share × suppliers left, lists, tariff, cost, export tax
    for members, share in (one for part in parts for one in _ways(effects, part)):
        tariff, cost, tax, left = before.copy(), 1.0, 0.0, 1.0
        named = sum(bits.get(k, 0) for k, _, _ in members)
        for k, factor, open_ in members:
            change = np.broadcast_to(effects[k].tariff_change, calibration.tariff.shape)
            tariff += change.ravel()[cells]
            cost *= factor
            tax += effects[k].export_tax
            left *= open_
        # lines with the same prices are one line: what bans leave of it is their mean
        key = np.concatenate([tariff, [cost, tax, named]]).tobytes()
        size, open_to = made[key][:2] if key in made else (0.0, 0.0)
        made[key] = [size + share, open_to + share * left, named, tariff, cost, tax]
    return _stacked(list(made.values()), cells, before)


def _stacked(
    rows: list[list], cells: NDArray[np.intp], before: Array
) -> tuple[NDArray[np.intp], *tuple[Array, ...]]:
    """Lay lines out: cell, share, lists, tariff before, tariff, cost, export tax, suppliers."""

    def column(k: int) -> Array:
        every = [np.broadcast_to(np.asarray(row[k], float), cells.shape) for row in rows]
        return np.concatenate(every)

    share, left, named, tariff, cost, tax = (column(k) for k in range(6))
    held = np.tile(before, len(rows))
    return np.tile(cells, len(rows)), share, named, held, tariff, cost, tax, left / share


def _ways(
    effects: Sequence[_Effect], part: Part
) -> Iterator[tuple[list[tuple[int, float, float]], float]]:
    """Split a part of a cell by ways of delivery: each measure, its cost factor, suppliers left."""
    members, share = part
    found: list[tuple[list[tuple[int, float, float]], float]] = [([], share)]
    for k in sorted(members):
        found = [
            ([*taken, (k, factor, left)], size * portion)
            for taken, size in found
            for portion, factor, left in effects[k].ways
            if portion > 0
        ]
    yield from found


def _units(
    calibration: Calibration, effects: Sequence[_Effect], active: Sequence[int], sector: int
) -> list[Unit]:
    """Gather measures whose overlap is known: lists of one family; each other is by itself."""
    from detente.policy.product_lists import family, parts

    families: dict[str, list[int]] = {}
    found = []
    for k in active:
        name = effects[k].measure.product_list
        if name is None:
            covered = float(effects[k].covered[sector])
            found.append(Unit(((frozenset((k,)), covered),), effects[k].measure.overlap))
        else:
            families.setdefault(family(name), []).append(k)
    for members in families.values():
        lists = {k: effects[k].measure.product_list for k in members}
        known = parts(calibration, sorted({name for name in lists.values() if name}))
        cut = [(frozenset(k for k in members if lists[k] in names), float(share[sector]))
               for names, share in known]  # fmt: skip
        rule = effects[members[0]].measure.overlap
        found.append(Unit(tuple(part for part in cut if part[1] > 0), rule))
    return found


class _Notes:
    """Collects where a rule had to say how coverages lie to one another."""

    def __init__(self, calibration: Calibration, effects: Sequence[_Effect]):
        self.calibration, self.effects = calibration, effects
        self.where: dict[tuple[tuple[int, ...], str], list[str]] = {}

    def take(self, units: Sequence[Unit], sector: int) -> None:
        """Note units that cover a part of a sector each."""
        partial = [u for u in units if 0 < u.covered < 1 - SMALLEST]
        if len(partial) < 2:
            return
        members = sorted(set().union(*(m for u in partial for m, _ in u.parts)))
        rules = sorted({u.rule for u in partial})
        places = self.where.setdefault((tuple(members), " and ".join(rules)), [])
        code = self.calibration.sector_codes[sector]
        places.extend([code] if code not in places else [])

    def said(self) -> tuple[str, ...]:
        """Return one sentence for each set of measures."""
        found = []
        for (members, rule), codes in self.where.items():
            names = ", ".join(self.effects[k].label for k in members)
            few = ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
            found.append(f"{names} each cover a part of {few}; how much of it is the same is not "
                         f"known and taken as {rule}")  # fmt: skip
        return tuple(found)


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
    """Return what a share of a measure does to the lines that it covers."""
    if share == 1:
        return effect
    return replace(
        effect,
        tariff_change=share * effect.tariff_change,
        export_tax=share * effect.export_tax,
        ways=_ways_of(effect.measure, share),
        weight=share,
    )


def _ways_of(measure: OnTrade, share: float = 1.0) -> tuple[tuple[float, float, float], ...]:
    """Return the ways in which what a measure covers is delivered, as it is in force in part."""
    if isinstance(measure, TradeCost):
        factor = measure.scale if measure.scale is not None else 1 + (measure.add or 0.0)
        return ((1.0, factor**share, 1.0),)
    if not isinstance(measure, ExportBan):
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


def _tightened(calibration: Calibration, limit: Limit, share: float) -> Limit:
    """Return a limit a share of the way from the baseline's trade to its bound."""
    if share == 1:
        return limit
    trade = float(calibration.flows[limit.cells].sum())
    return replace(limit, bound=trade + share * (limit.bound - trade))


def _effect(calibration: Calibration, measure: OnTrade, label: str) -> _Effect:
    touched, covered = covered_by(calibration, measure)
    if isinstance(measure, ExportTax):
        return _Effect(label, measure, touched, covered, export_tax=measure.add or 0.0)
    if isinstance(measure, ExportBan | TradeCost):
        return _Effect(label, measure, touched, covered, ways=_ways_of(measure))
    change = tariff_change(calibration, measure)
    return _Effect(label, measure, touched, covered, tariff_change=change)


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


def tariff_change(calibration: Calibration, measure: Tariff) -> Array:
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
    if not isinstance(name, str):
        message = "tariffs align to one economy, named in text"
        raise InputError(Problem(message, key="align", value=name))
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
    return touched & foreign


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


def covered_by(calibration: Calibration, measure: OnTrade) -> tuple[NDArray[np.bool_], Array]:
    """Cells that a measure is on, and its share of their trade ``(sector,)``."""
    touched = cells_of(calibration, measure)
    every = np.ones(len(calibration.sectors))
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


def _bought_from_nobody(policy: Policy) -> Iterator[Problem]:
    """Find purchases of which bans leave nothing to buy."""
    if policy.supply_share is None:
        return
    for limit in policy.limits:
        if not limit.ceiling and not (policy.supply_share[limit.cells] > 0).any():
            message = f"{limit.label} is a purchase of what bans leave nobody to sell"
            yield Problem(message, key=limit.label)


def _unsupplied(
    calibration: Calibration, policy: Policy, effects: Sequence[_Effect]
) -> Iterator[Problem]:
    """Find buyers to whom bans leave no supplier: what they buy would have no finite price."""
    bans = ", ".join(e.label for e in effects if isinstance(e.measure, ExportBan))
    for s, n in policy.unsupplied(calibration):
        sector, buyer = calibration.sectors[s], calibration.countries[n]
        yield Problem(
            f"nobody is left who sells {sector.name} to {buyer.name}, which makes none itself: "
            f"its price has no bound (banned by {bans})",
            value=f"{sector.code}, {buyer.code}",
            allowed="bans that leave a supplier (on, coverage or leakage), or a trade cost instead",
        )


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
    cells = None if isinstance(measure, Transfer) else cells_of(calibration, measure)
    return amount(calibration, measure, key, cells)
