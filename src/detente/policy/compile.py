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

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.amounts import used_amount
from detente.policy.arrays import Limit, Policy, TariffQuotaOnTrade
from detente.policy.cells import (
    Array,
    at_home,
    cells_of,
    covered_by,
    effect_on,
    labelled,
    lines_of,
    ways_of,
)
from detente.policy.goods import LinesOf
from detente.policy.instruments import Ban, Measure, OnTrade, excluded_amiss
from detente.policy.kept import kept
from detente.policy.limits import limit_of
from detente.policy.line_tariffs import LedgerTariff
from detente.policy.lines import Effect, with_trade
from detente.policy.product_lines import measure_mark, names_lines
from detente.policy.tariffs import TariffQuota
from detente.policy.volumes import OnVolume


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
    problems: list[Problem] = [*excluded_amiss(measures)]
    effects: list[Effect] = []
    limits: list[Limit] = []
    others: dict[str, Array] = {}
    lines, homeless = lines_of(calibration, measures, problems)
    for position, measure in enumerate(measures):
        label = measure.id or f"measure {position + 1}"
        try:
            if isinstance(measure, OnTrade):
                effect = _effect_of(calibration, measure, label, lines, homeless.get(position, 0.0))
                effects += [_part(effect, parts[position])] if parts[position] else []
            elif isinstance(measure, OnVolume):
                limit = limit_of(calibration, measure, label, cells_of(calibration, measure))
                limits += (
                    [_tightened(calibration, limit, parts[position])] if parts[position] else []
                )
            else:
                name, array = at_home(calibration, measure)
                if parts[position]:
                    others[name] = others.get(name, 0.0) + parts[position] * array
        except InputError as error:
            problems += [labelled(problem, measure.id) for problem in error.problems]
    problems += [*_overlaps(calibration, limits), *_two_of_ledger(effects)]
    if problems:
        raise InputError(problems)
    effects += _kept_apart(calibration, apart)
    policy = with_trade(_at_rest(calibration, others, limits), calibration, effects, lines)
    policy = replace(policy, quotas=tuple(_tariff_quotas(calibration, effects)))
    if problems := [*_bought_from_nobody(policy), *_unsupplied(calibration, policy, effects)]:
        raise InputError(problems)
    return policy


def _tariff_quotas(
    calibration: Calibration, effects: Sequence[Effect]
) -> Iterator[TariffQuotaOnTrade]:
    """Return the tariff quotas among measures, with bounds in the baseline's unit."""
    for effect in effects:
        measure = effect.measure
        if isinstance(measure, TariffQuota) and effect.touched.any():
            cells = effect.touched & (calibration.flows > 0)
            bound = used_amount(calibration, measure, "quota_usd", cells)
            gap = effect.weight * ((measure.beyond or 0.0) - (measure.within or 0.0))
            yield TariffQuotaOnTrade(effect.label, cells, bound, gap, measure.rents)


def _two_of_ledger(effects: Sequence[Effect]) -> Iterator[Problem]:
    """Refuse measures of the ledger on the same trade: each is a whole law, against one day."""
    found = [(e.label, set(e.on or ())) for e in effects if isinstance(e.measure, LedgerTariff)]
    for (one, cells), (other, others) in itertools.combinations(found, 2):
        if cells & others:
            message = (
                f"measures {one}, {other} both take the same trade to tariffs of the ledger; "
                "their differences would be counted twice"
            )
            allowed = "one at a time: a day, or all laws in one without"
            yield Problem(message, key="at", allowed=allowed)


def _kept_apart(calibration: Calibration, measures: Sequence[OnTrade]) -> list[Effect]:
    """Return what measures cover that change nothing, lists of one name together."""
    found: dict[str, Effect] = {}
    for measure in measures:
        touched, covered = covered_by(calibration, measure)
        name = measure.product_list or measure.id
        if name in found:
            touched = touched | found[name].touched
        found[name] = Effect(name, measure, touched, covered, apart=True)
    return list(found.values())


def _at_rest(calibration: Calibration, others: dict[str, Array], limits: Sequence[Limit]) -> Policy:
    """Return the policy of measures that are not on prices of trade."""
    if np.any(np.asarray(others.get("production_subsidy", 0.0)) >= 1):
        raise InputError("the measures together make a subsidy of 100% or more of the value")
    unchanged = Policy.unchanged(calibration)
    return replace(unchanged, **others, limits=tuple(limits))


def _shares(measures: Sequence[Measure], shares: Sequence[float] | None) -> Sequence[float]:
    if shares is None:
        return [1.0] * len(measures)
    if len(shares) != len(measures) or not all(0 <= share <= 1 for share in shares):
        allowed = "0 to 1 for each measure"
        raise InputError(
            Problem("not shares of the measures", None, None, "shares", shares, allowed)
        )
    return shares


def _part(effect: Effect, share: float) -> Effect:
    """Return what a share of a measure does to the lines that it covers."""
    if share == 1:
        return effect
    return replace(
        effect,
        tariff_change=share * effect.tariff_change,
        export_tax=share * effect.export_tax,
        ways=ways_of(effect.measure, share),
        weight=share,
    )


def _tightened(calibration: Calibration, limit: Limit, share: float) -> Limit:
    """Return a limit a share of the way from the baseline's trade to its bound."""
    if share == 1:
        return limit
    trade = float(calibration.flows[limit.cells].sum())
    return replace(limit, bound=trade + share * (limit.bound - trade))


def _effect_of(
    calibration: Calibration, measure: OnTrade, label: str, lines: LinesOf, homeless: float
) -> Effect:
    """Return what a measure does; of one that knows its lines it is kept, as it takes long."""

    def make() -> Effect:
        return effect_on(calibration, measure, label, lines, homeless)

    if lines.any_stated or not names_lines(measure):
        return make()
    return kept(calibration).get("effects", measure_mark(calibration, measure, label), make)


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
    calibration: Calibration, policy: Policy, effects: Sequence[Effect]
) -> Iterator[Problem]:
    """Find buyers to whom bans leave no supplier: what they buy would have no finite price."""
    bans = ", ".join(e.label for e in effects if isinstance(e.measure, Ban))
    for s, n in policy.unsupplied(calibration):
        sector, buyer = calibration.sectors[s], calibration.countries[n]
        yield Problem(
            f"nobody is left who sells {sector.name} to {buyer.name}, which makes none itself: "
            f"its price has no bound (banned by {bans})",
            value=f"{sector.code}, {buyer.code}",
            allowed="bans that leave a supplier (on, coverage or leakage), or a trade cost instead",
        )
