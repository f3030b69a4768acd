"""What a run found, as numbers: its sentences, tables and charts are made from these alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from detente import incidence
from detente.baseline.calibration import Calibration
from detente.document.blocks import Mark, Unit
from detente.document.numbers import NEGLIGIBLE_PCT, money_unit
from detente.report import facts
from detente.report.facts import BEFORE, MATERIAL_SHARE, Rows
from detente.units import common

if TYPE_CHECKING:
    from detente.results import Solution
    from detente.simulate import ScenarioResult

TRADE = "(trade)"
"""Column of the baseline's trade beside columns named by variants."""
SMALL_WEDGE = 5e-4
"""Mean wedges that change by less (in logs) are not worth a sentence, nor are shares of them."""
SECTORS_DRAWN, SECTORS_PAID = 14, 8


@dataclass(frozen=True, eq=False)
class VariantFacts:
    """What a variant does.

    Attributes
    ----------
    mark
        Its title, and the letter that stands for it at a terminal.
    note
        What the scenario says of it.
    countries, sectors
        Results by code: of all economies, and by economy in focus of all sectors.
    one_wage
        Whether workers move between sectors for one wage, so that moves can be counted.
    status, iterations, residuals
        How it was solved.
    ends
        Ends of the change of real income over draws, per cent, by economy; empty without draws.
    """

    mark: Mark
    note: str
    countries: Rows
    sectors: dict[str, Rows]
    one_wage: bool
    status: str
    iterations: int
    residuals: dict[str, float]
    ends: dict[str, tuple[float, float]] = field(default_factory=dict)

    def change(self, code: str) -> float:
        """Exact change of an economy's real income, per cent."""
        return self.countries[code]["real_income_pct"]


@dataclass(frozen=True, eq=False)
class PairFacts:
    """Goods that one economy in focus buys from the other.

    Attributes
    ----------
    flow
        `BEFORE` and by variant: ``value`` (the baseline's unit, fob), ``pct`` (its change),
        ``tariff_pct`` (mean at baseline weights) and ``due_pct`` (duties over what is traded).
    tariffs
        By sector: per cent, `BEFORE` and by variant; `TRADE` at baseline.
    partners
        By variant: where a change of purchases reappears, by partner and ``domestic``.
    paid
        By variant and what prices are measured against: who bears the changed wedge.
    paid_sectors
        The same by sector under the variant shown first.
    margins
        What the shares leave to margins, in words of the model.
    """

    importer: str
    exporter: str
    flow: Rows
    tariffs: Rows
    partners: dict[str, Rows]
    paid: dict[str, dict[str, dict[str, float]]]
    paid_sectors: Rows
    margins: str

    def buyers_share(self, variant: str, relative_to: str = "world") -> float:
        """Share of the changed wedge that buyers bear; not a number where it is small."""
        total = self.paid[variant][relative_to]
        return total["buyer_share"] if abs(total["wedge"]) >= SMALL_WEDGE else math.nan


@dataclass(frozen=True, eq=False)
class RunFacts:
    """What a run found.

    Attributes
    ----------
    stated
        Unit of the data (``million USD``).
    before
        Their year, or the day of the world that measures are held against.
    names, sectors
        Readable names by code.
    focus
        Codes of the economies in focus, at most two.
    variants
        By id, in the scenario's order.
    pairs
        Purchases of the first in focus from the second and the other way round, or none.
    balances
        Of the first in focus with the second, `BEFORE` and by variant: ``goods``, ``all trade``,
        ``in value added``.
    revenue
        Tariff revenue by economy in focus, `BEFORE` and by variant.
    last
        Id of the variant that is shown first.
    runs
        Which runs lie between ends (``nine of ten runs``); empty without draws.
    """

    stated: str
    before: str
    names: dict[str, str]
    sectors: dict[str, str]
    focus: tuple[str, ...]
    variants: dict[str, VariantFacts]
    pairs: tuple[PairFacts, ...]
    balances: Rows
    revenue: Rows
    last: str
    runs: str = ""

    def money(self, per: str = "", *, sign: bool = False) -> Unit:
        """Return the unit of money, shown in the size that fits."""
        return money_unit(self.stated, per, sign=sign)

    @property
    def titles(self) -> dict[str, str]:
        """Titles of variants by id."""
        return {name: variant.mark.text for name, variant in self.variants.items()}

    @property
    def focus_first(self) -> list[str]:
        """Codes of all economies, those in focus first."""
        return [*self.focus, *(code for code in self.names if code not in self.focus)]


def facts_of(result: ScenarioResult, *, between: bool = True) -> RunFacts:
    """Read a result.

    Parameters
    ----------
    between
        Whether trade between the two in focus is wanted too.
    """
    c, codes = result.calibration, facts.focus(result)
    pairs = ((codes[0], codes[1]), (codes[1], codes[0])) if len(codes) == 2 and between else ()
    return RunFacts(
        stated=c.card.unit,
        before=c.card.in_force or str(c.card.year),
        names=facts.country_names(c),
        sectors=facts.sector_names(c),
        focus=codes,
        variants=dict(_variants(result)),
        pairs=tuple(_pair(result, *pair) for pair in pairs),
        balances=_balances(result, *pairs[0]) if pairs else {},
        revenue={code: _revenue(result, code) for code in codes},
        last=result.headline,
        runs=facts.runs(result),
    )


def _variants(result: ScenarioResult) -> Iterator[tuple[str, VariantFacts]]:
    notes = {v.id: v.note or "" for v in result.scenario.variants}
    marks = facts.variant_marks(result)
    for name, solution in result.variants.items():
        structure = solution.equilibrium.options.structure
        found = VariantFacts(
            mark=marks[name],
            note=notes.get(name, ""),
            countries=facts.countries(solution),
            sectors={code: facts.sectors(solution, code) for code in facts.focus(result)},
            one_wage=math.isinf(structure.labour_mobility),
            status=str(solution.status),
            iterations=int(solution.iterations),
            residuals={k: float(v) for k, v in solution.residuals.items()},
            ends=facts.ends(result.interval(name), result.calibration),
        )
        yield name, found


def _pair(result: ScenarioResult, importer: str, exporter: str) -> PairFacts:
    paid: dict[str, dict[str, Any]] = {
        name: {
            reference: incidence.who_pays(solution, importer, exporter, relative_to=reference)
            for reference in incidence.RELATIVE_TO
        }
        for name, solution in result.variants.items()
    }
    last, unit = paid[result.headline]["world"], result.calibration.card.unit
    return PairFacts(
        importer,
        exporter,
        flow=_flow(result, importer, exporter),
        tariffs=_tariffs(result, importer, exporter),
        partners={
            name: facts.partners(solution, importer, exporter)
            for name, solution in result.variants.items()
        },
        paid={
            name: {k: common(one.total, unit).to_dict() for k, one in by.items()}
            for name, by in paid.items()
        },
        paid_sectors=common(last.sectors, unit).to_dict("index"),
        margins=last.margins,
    )


def mean_tariff(
    calibration: Calibration, tariff: np.ndarray, importer: str, exporter: str
) -> float:
    """Mean goods tariff, per cent, weighted by baseline fob trade; 0 where there is no trade."""
    cell = _cell(calibration, importer, exporter)
    trade = calibration.flows[cell].sum()
    return 100 * float((tariff[cell] * calibration.flows[cell]).sum() / trade) if trade else 0.0


def sold(solution: Solution, exporter: str, importer: str) -> tuple[float, float]:
    """Goods sold by one economy to another, fob: in the baseline and in the solution."""
    c = solution.equilibrium.calibration
    cell = _cell(c, importer, exporter)
    after = np.asarray(solution.equilibrium.outcome.flows_cf)
    return float(c.flows[cell].sum()), float(after[cell].sum())


def _cell(c: Calibration, importer: str, exporter: str) -> tuple[Any, int, int]:
    return c.goods, c.country_codes.index(importer), c.country_codes.index(exporter)


def _flow(result: ScenarioResult, importer: str, exporter: str) -> Rows:
    c = result.calibration
    first, *_ = result.variants.values()
    before, _ = sold(first, exporter, importer)
    due: Any = first.bilateral.loc[(exporter, importer), "effective_tariff"]
    mean = mean_tariff(c, c.tariff, importer, exporter)
    rows = {BEFORE: {"value": before, "pct": 0.0, "tariff_pct": mean, "due_pct": _per_cent(due)}}
    for name, solution in result.variants.items():
        _, after = sold(solution, exporter, importer)
        due = solution.bilateral.loc[(exporter, importer), "effective_tariff_cf"]
        rate = solution.equilibrium.policy.tariff_cf
        rows[name] = {
            "value": after,
            "pct": change_pct(before, after),
            "tariff_pct": mean_tariff(c, rate, importer, exporter),
            "due_pct": _per_cent(due),
        }
    return rows


def change_pct(before: float, after: float) -> float:
    """Return a change in per cent; none of what was nothing."""
    return 100 * (after / before - 1) if before else 0.0


def _per_cent(rate: float) -> float:
    return 100 * float(np.nan_to_num(rate))


def _tariffs(result: ScenarioResult, importer: str, exporter: str) -> Rows:
    c = result.calibration
    cell = _cell(c, importer, exporter)
    columns = {TRADE: c.flows[cell], BEFORE: 100 * c.tariff[cell]}
    for name, solution in result.variants.items():
        columns[name] = 100 * solution.equilibrium.policy.tariff_cf[cell]
    codes = [s.code for s in c.sectors if s.kind == "goods"]
    return {
        code: {name: float(values[at]) for name, values in columns.items()}
        for at, code in enumerate(codes)
    }


def _balances(result: ScenarioResult, a: str, b: str) -> Rows:
    from detente.value_added import value_added_trade

    found: Rows = {"goods": {}, "all trade": {}, "in value added": {}}
    for name, solution in result.variants.items():
        (out, out_cf), (back, back_cf) = sold(solution, a, b), sold(solution, b, a)
        unit = result.calibration.card.unit
        pairs: Any = common(solution.bilateral, unit)
        there, here = pairs.loc[(a, b)], pairs.loc[(b, a)]
        gross, change = (float(there[k] - here[k]) for k in ("all_musd", "all_change_musd"))
        added: Any = common(value_added_trade(solution), unit).loc[(a, b)]
        at_home, more = float(added["balance_musd"]), float(added["balance_change_musd"])
        for key, before, after in (
            ("goods", out - back, out_cf - back_cf),
            ("all trade", gross, gross + change),
            ("in value added", at_home, at_home + more),
        ):
            found[key].setdefault(BEFORE, before)
            found[key][name] = after
    return found


def _revenue(result: ScenarioResult, country: str) -> dict[str, float]:
    values = {}
    for name, solution in result.variants.items():
        row = facts.countries(solution)[country]
        values.setdefault(BEFORE, row["tariff_revenue_musd"])
        values[name] = row["tariff_revenue_musd"] + row["tariff_revenue_change_musd"]
    return values


def ranked_sectors(rows: Rows) -> Rows:
    """Return an economy's sectors, largest output change (per cent) first.

    Sectors below `MATERIAL_SHARE` of the economy's output are left out.
    """
    least = MATERIAL_SHARE * sum(row["output_musd"] for row in rows.values())
    kept = {code: row for code, row in rows.items() if row["output_musd"] >= least}
    return dict(sorted(kept.items(), key=lambda item: -abs(item[1]["output_volume_pct"])))


def drawn_sectors(run: RunFacts) -> list[str]:
    """Choose the sectors that a chart shows: hit most in a focus economy under any variant."""
    hit: dict[str, float] = {}
    for variant in run.variants.values():
        for rows in variant.sectors.values():
            for code, row in ranked_sectors(rows).items():
                hit[code] = max(hit.get(code, 0.0), abs(row["output_volume_pct"]))
    return sorted(hit, key=lambda code: -hit[code])[:SECTORS_DRAWN]


def paid_sectors(pair: PairFacts) -> list[str]:
    """Choose the sectors with most trade among those whose wedge changes."""
    rows = pair.paid_sectors
    moved = [code for code, row in rows.items() if abs(row["wedge"]) >= SMALL_WEDGE]
    return sorted(moved, key=lambda code: -rows[code]["flow_musd"])[:SECTORS_PAID]


@dataclass(frozen=True)
class HorizonComparison:
    """One economy under one variant: per cent of real income at a horizon and in the long run.

    ``terms`` is what changed prices of its trade are worth at unchanged quantities, so that income
    less terms is what follows from quantities: volumes of trade, revenue, reallocation.
    """

    variant: str
    country: str
    income: tuple[float, float]
    terms: tuple[float, float]

    @property
    def measurable(self) -> bool:
        """Whether real income changes at both horizons by more than nothing."""
        return min(abs(value) for value in self.income) >= NEGLIGIBLE_PCT

    @property
    def turns(self) -> bool:
        """Whether real income changes measurably at both, with different signs."""
        return self.measurable and self.income[0] * self.income[1] < 0

    @property
    def rest(self) -> tuple[float, float]:
        """Real income less what terms of trade are worth."""
        return (self.income[0] - self.terms[0], self.income[1] - self.terms[1])


@dataclass(frozen=True, eq=False)
class HorizonFacts:
    """What differs from the long run.

    Attributes
    ----------
    horizon
        Its name.
    cases
        Every variant and economy in focus.
    flows
        Changes of goods trade between the two in focus, per cent, at both horizons.
    elasticities
        Mean trade elasticities of goods at both.
    wages
        By economy in focus, how far wages part between sectors under the variant shown first, per
        cent.
    """

    horizon: str
    cases: tuple[HorizonComparison, ...]
    flows: tuple[tuple[float, float], ...]
    elasticities: tuple[float, float]
    wages: dict[str, tuple[float, float]]


def horizon_facts(result: ScenarioResult) -> HorizonFacts | None:
    """Compare every variant with the long run; nothing in the long run itself."""
    reference, codes, cases, flows = result.long_run, facts.focus(result), [], []
    if reference is None:
        return None
    for name, now in result.variants.items():
        later = reference.variants[name]
        rows = [facts.countries(s) for s in (now, later)]
        terms: list[Any] = [incidence.terms_of_trade(s)["worth_pct"] for s in (now, later)]
        for code in codes:
            income = (rows[0][code]["real_income_pct"], rows[1][code]["real_income_pct"])
            worth = (float(terms[0][code]), float(terms[1][code]))
            cases.append(HorizonComparison(name, code, income, worth))
        for pair in (codes, codes[::-1]) if len(codes) == 2 else ():
            flows.append((change_pct(*sold(now, *pair)), change_pct(*sold(later, *pair))))
    goods = result.calibration.goods
    mean = [float(np.mean(r.calibration.trade_elasticity[goods])) for r in (result, reference)]
    horizon, wages = result.scenario.horizon, _wages(result, codes)
    return HorizonFacts(horizon, tuple(cases), tuple(flows), (mean[0], mean[1]), wages)


def _wages(result: ScenarioResult, codes: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    c = result.calibration
    wages = np.asarray(facts.last(result).equilibrium.outcome.sector_wage_hat)
    found = {}
    for code in codes:
        n = c.country_codes.index(code)
        # tiny sectors are left out as they are where sectors are ranked
        kept = c.output[n] >= MATERIAL_SHARE * c.output[n].sum()
        found[code] = tuple(100 * float(f(wages[n, kept]) - 1) for f in (np.min, np.max))
    return found
