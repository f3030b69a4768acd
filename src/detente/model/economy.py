"""The arrays of a baseline that the equations read, as one JAX pytree of NumPy arrays.

A relation that is switched off has ``None`` in place of its array, so that it is not compiled at
all: the default model costs what it did before there were options.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.model.by_code import ByCode, Numbers, numbers_in, spread

MARKETS = {
    "perfect": "perfect competition",
    "free-entry": "monopolistic competition with free entry, external economies of 1/θ",
    "fixed-entry": "monopolistic competition with a fixed number of firms; profits are income",
}
REVENUE_USES = {
    "lump-sum": "what governments take goes to households",
    "labour-tax": "what governments take beyond the baseline lowers the tax on labour",
}


@dataclass(frozen=True)
class Structure:
    """How economies are built, where not by the default relations.

    Attributes
    ----------
    market
        One of `MARKETS`. Under ``fixed-entry`` profits are the share 1/(1+θ) of sales (Ossa 2014).
    profit_share
        Share of profits in sales under ``fixed-entry`` in place of 1/(1+θ), by sector or for all.
    labour_mobility
        κ > 1 of workers between sectors (Galle, Rodríguez-Clare & Yi 2023): infinite is one wage,
        near 1 the effective labour of sectors is given.
    scale_elasticity
        ψ ≥ 0: how far more labour in a sector lowers its costs; θψ ≤ 1, beyond which equilibria
        need not be unique. One number, or by sector. ``free-entry`` sets 1/θ itself.
    final_elasticity, input_elasticity, value_added_elasticity
        Of substitution between sectors in final demand, between materials, and between value added
        and materials; 1 is Cobb-Douglas.
    wage_floor
        Share of the baseline's wage, in units of world value added, below which wages do not fall;
        who is not hired at it is unemployed (Rodríguez-Clare, Ulate & Vásquez 2025). 0: flexible.
    revenue_use
        One of `REVENUE_USES`.
    labour_supply
        Elasticity ε ≥ 0 of labour to what an hour of it buys; without an effect of income, so that
        welfare is real income less what the effort is worth to workers. 0: labour is given.
    labour_tax
        Share of labour's pay that taxes take in the baseline, by economy or for all; only matters
        where labour is supplied elastically, for they keep the rest.
    import_margin
        Share ν of what buyers pay at the border, at home too, that earns labour of the economy of
        the buyers who distribute it, by economy or for all.
    pass_through
        φ > 0 of tariffs, by economy of the buyers or for all: they raise costs to buyers by
        (1+t)^φ, and a market that grows against its wages attracts sellers, who lower its prices by
        (Ê/ŵ)^(φ−1) (Ignatenko, Lashkaripour, Macedoni & Simonovska 2025).
    capital_share
        Share β of value added that a second factor earns, which stays in its sector, by sector or
        for all: ŵ^(1−β) r̂^β is what value added costs, r̂ the rent that leaves none idle.

    Numbers by sector or economy are mappings by code; ``others`` is for all that are not named.

    Raises
    ------
    InputError
        Listing what is out of bounds.
    """

    market: str = "perfect"
    labour_mobility: float = math.inf
    scale_elasticity: Numbers = 0.0
    final_elasticity: float = 1.0
    input_elasticity: float = 1.0
    value_added_elasticity: float = 1.0
    wage_floor: float = 0.0
    revenue_use: str = "lump-sum"
    labour_supply: float = 0.0
    labour_tax: Numbers = 0.0
    import_margin: Numbers = 0.0
    pass_through: Numbers = 1.0
    profit_share: Numbers | None = None
    capital_share: Numbers = 0.0

    def __post_init__(self) -> None:
        problems = [
            Problem("not a number", key=item.name, value=getattr(self, item.name))
            for item in fields(self)
            if item.type == "float" and not isinstance(getattr(self, item.name), (int, float))
        ]
        for key in _BOUNDS:
            if isinstance(given := getattr(self, key), Mapping):
                object.__setattr__(self, key, ByCode(given))
        if problems:
            raise InputError(problems)
        for key, known in (("market", MARKETS), ("revenue_use", REVENUE_USES)):
            if getattr(self, key) not in known:
                name = key.replace("_", " ")
                problems.append(Problem(f"unknown {name}", None, None, key, getattr(self, key),
                                        ", ".join(known)))  # fmt: skip
        if not 0 <= self.wage_floor <= 1:
            problems.append(
                Problem("not a share of the baseline's wage", key="wage_floor",
                        value=self.wage_floor, allowed="0 to 1")
            )  # fmt: skip
        if not self.labour_mobility > 1:
            problems.append(
                Problem("not a mobility", key="labour_mobility", value=self.labour_mobility,
                        allowed="above 1")
            )  # fmt: skip
        problems += [
            Problem(f"not {what}", None, None, key, value, said)
            for key, (what, low, high, said) in _BOUNDS.items()
            if (value := getattr(self, key)) is not None
            and not all(low <= number < high for number in numbers_in(value))
        ]
        for key in ("final_elasticity", "input_elasticity", "value_added_elasticity"):
            value = getattr(self, key)
            if not (math.isfinite(value) and value >= 0):
                problems.append(Problem("not an elasticity", None, None, key, value, "0 or more"))
        problems += [
            Problem(why, key=key, value=getattr(self, key))
            for wrong, key, why in self._conflicts()
            if wrong
        ]
        if problems:
            raise InputError(problems)

    def _conflicts(self) -> tuple[tuple[bool, str, str], ...]:
        """Return what does not go together: whether it is so, the key to blame, why."""
        fixed = self.market == "fixed-entry"
        return (
            (
                self.market != "perfect" and bool(self.scale_elasticity),
                "scale_elasticity",
                "only under perfect competition: entry decides it elsewhere",
            ),
            (
                not fixed and self.profit_share is not None,
                "profit_share",
                "profits need a fixed number of firms: market is not fixed-entry",
            ),
            (
                fixed and bool(self.import_margin),
                "import_margin",
                "profits are a share of all that is paid: margins need another market",
            ),
            (
                bool(self.capital_share and self.import_margin),
                "capital_share",
                "distributors have labour alone: give it, or margins",
            ),
            (
                bool(self.wage_floor and self.labour_supply),
                "labour_supply",
                "who works is decided by the floor of wages: give one of the two",
            ),
        )


def refuse_with(structure: Structure, what: str, *keys: str) -> None:
    """Refuse what does not hold where some options are on.

    Raises
    ------
    InputError
        One of them is on.
    """
    for key in keys:
        value, off = getattr(structure, key), getattr(Structure(), key)
        if value != off:
            raise InputError(Problem(f"{what} does not hold with it", key=key, value=value,
                                     allowed=f"{off:g}"))  # fmt: skip


_BOUNDS = {
    "scale_elasticity": ("an elasticity", 0.0, math.inf, "0 or more"),
    "labour_supply": ("an elasticity", 0.0, 10.0, "0 to below 10; published ones are below 3"),
    "labour_tax": ("a tax", 0.0, 1.0, "0 to below 1, a share of labour's pay"),
    "import_margin": ("a margin", 0.0, 1.0, "0 to below 1, a share of what buyers pay"),
    "pass_through": (
        "a pass-through",
        1e-9,
        2.0,
        "above 0 and below 2; 1 is full, 0.6 is 60 per cent",
    ),
    "capital_share": ("a share of capital", 0.0, 1.0, "0 to below 1, a share of value added"),
    "profit_share": ("a share of profits", 0.0, 1.0, "0 to below 1, a share of sales"),
}
"""What may be said by code: what it is, from, below, in words."""


class Economy(NamedTuple):
    """Baseline arrays (see `Calibration` for axes and units).

    ``labour_share`` and ``input_share`` are shares of cost, ``profit_share`` of sales; without
    profits cost is sales. ``final_share`` α ``(country, sector)`` sums to one over sectors.
    ``wage_step`` ``(country,)`` and ``sector_step`` ``(country, sector)`` are inverse elasticities
    of excess labour demand that scale wage steps (numerics only). ``wage_bill`` is ``(country,)``,
    or ``(country, sector)`` where wages differ between sectors, as ``sector_labour`` always is.
    ``public_net`` ``(country,)`` is what the government takes, where more of it goes to labour.
    ``labour_share`` includes capital, of which ``capital_share`` ``(sector,)`` is the part.
    ``labour_supply`` is an elasticity, ``labour_tax``, ``import_margin`` and ``pass_through``
    ``(country,)``. With a margin ``value_added`` holds what distributing earns, and ``deficit`` is
    what is spent beyond income so counted.
    ``labour_pool`` ``(sector, pool)`` is one where a sector's workers are of a pool: what was
    carved out of a sector has one labour market with it, of one wage and one scale. Where it is
    given, ``wage_bill`` by sector and ``sector_step`` are by pool.
    """

    trade_shares: Array
    tariff: Array
    labour_share: Array
    input_share: Array
    final_share: Array
    trade_elasticity: Array
    value_added: Array
    expenditure: Array
    deficit: Array
    income: Array
    wage_bill: Array
    sector_labour: Array
    wage_step: Array
    sector_step: Array | None = None
    labour_mobility: Array | None = None
    profit_share: Array | None = None
    scale_elasticity: Array | None = None
    final_elasticity: Array | None = None
    input_elasticity: Array | None = None
    value_added_elasticity: Array | None = None
    log_wage_floor: Array | None = None
    public_net: Array | None = None
    labour_pool: Array | None = None
    labour_supply: Array | None = None
    labour_tax: Array | None = None
    import_margin: Array | None = None
    pass_through: Array | None = None
    capital_share: Array | None = None


class Limits(NamedTuple):
    """Ceilings and floors on trade, each met by a wedge of its own (`equations.log_wedges`).

    ``owner`` ``(sector, importer, exporter)`` is the number of the limit that a cell belongs to,
    from 1; 0 for none. By limit ``(limit,)``: ``sign`` +1 for a ceiling and −1 for a floor;
    ``bound`` on the sum over its cells; ``in_value`` 1 where that is the value at fob in units of
    world value added, 0 where it is the quantity in the baseline's prices; ``rent_share`` of what
    the wedge brings that goes to exporters; ``step`` scales moves of the wedge (numerics only).
    """

    owner: Array
    sign: Array
    bound: Array
    in_value: Array
    rent_share: Array
    step: Array


class Lines(NamedTuple):
    """Lines of the cells whose trade is not treated alike (`detente.policy.arrays.Lines`).

    ``(line,)`` each: ``cell`` is the place in the flattened ``(sector, importer, exporter)``, one
    beyond its end for lines that only fill the array up; ``weight`` the share of what the importer
    spends on the cell in the baseline, and ``before`` the tariff paid there; the others are
    differences from, or ratios to, the cell's entries in `Shock`.
    """

    cell: Array
    weight: Array
    before: Array
    tariff_gap: Array
    tax_gap: Array
    cost_ratio: Array
    supply_ratio: Array


class Shock(NamedTuple):
    """What a counterfactual changes, as arrays: policy, and the transfer rule.

    ``deficit_fixed`` ``(country,)`` is the part of the deficit fixed in units of world value added,
    ``deficit_own`` the part that moves with own value added (their sum at ŵ = 1 is the deficit,
    transfers apart). ``deficit_income`` and ``deficit_spending`` ``(country,)`` are deficits as
    shares of own income, duties included, and of own spending. The others are those of
    `detente.policy.arrays.Policy`.
    """

    tariff_cf: Array
    iceberg_hat: Array
    deficit_fixed: Array
    deficit_own: Array
    export_tax: Array | None = None
    subsidy: Array | None = None
    supply_share: Array | None = None
    rent_share: Array | None = None
    limits: Limits | None = None
    lines: Lines | None = None
    deficit_income: Array | None = None
    deficit_spending: Array | None = None


def economy(calibration: Calibration, structure: Structure | None = None) -> Economy:
    """Collect the arrays the equations need from a baseline; kept for the next solve on it.

    Raises
    ------
    InputError
        The structure does not fit the baseline: profits above value added, or θψ above 1.
    """
    return _economy(calibration, structure or Structure())


@lru_cache(maxsize=16)
def _economy(c: Calibration, structure: Structure) -> Economy:
    made = _made(c, structure)
    profit = _profit_share(c, structure, made.value_added_share)
    kept = np.ones_like(c.output) if profit is None else 1 - profit
    labour_share = (made.value_added_share - (1 - kept)) / kept
    input_share = made.input_share / kept[:, None, :]
    capital = spread(structure.capital_share, c.sector_codes, "capital_share", 0.0)
    sector_bill = (1 - capital) * labour_share * kept * made.receipts + made.margins
    value_added = (made.value_added_share * made.receipts + made.margins).sum(axis=1)
    specific = math.isfinite(structure.labour_mobility)
    scale = _scale_elasticity(c, structure)
    ces = {
        name: getattr(structure, name)
        for name in ("final_elasticity", "input_elasticity", "value_added_elasticity")
        if getattr(structure, name) != 1
    }
    own = _own_elasticity(c)
    pool = _labour_pool(c) if specific or scale is not None else None
    pooled_bill = sector_bill if pool is None else sector_bill @ pool
    step = _sector_step(structure, own, sector_bill, pool)
    make: Any = Economy
    found = make(
        trade_shares=c.trade_shares,
        tariff=c.tariff,
        labour_share=labour_share,
        input_share=input_share,
        final_share=c.final_demand / c.income[:, None],
        trade_elasticity=c.trade_elasticity,
        value_added=value_added,
        expenditure=c.expenditure,
        deficit=c.deficit + c.value_added - value_added,
        income=c.income,
        wage_bill=pooled_bill if specific else sector_bill.sum(axis=1),
        sector_labour=sector_bill,
        wage_step=1 / (1 / _wage_step(c, own) + structure.labour_supply),
        sector_step=step,
        labour_mobility=structure.labour_mobility if specific else None,
        profit_share=profit,
        scale_elasticity=scale,
        log_wage_floor=math.log(floor) if (floor := structure.wage_floor) else None,
        public_net=c.tariff_revenue if structure.revenue_use == "labour-tax" else None,
        labour_pool=pool,
        labour_supply=structure.labour_supply or None,
        labour_tax=_by_country(c, structure, "labour_tax", 0.0),
        import_margin=made.margin,
        pass_through=_by_country(c, structure, "pass_through", 1.0),
        capital_share=capital if capital.any() else None,
        **ces,
    )
    # not as JAX's own arrays: it compiles a program for each new shape that it takes over
    return jax.tree.map(partial(np.asarray, dtype=np.float64), found)


class _Made(NamedTuple):
    """What producers get, and the recipe it pays for; what distributing earns on top."""

    receipts: np.ndarray
    value_added_share: np.ndarray
    input_share: np.ndarray
    margins: np.ndarray
    margin: np.ndarray | None


def _made(c: Calibration, structure: Structure) -> _Made:
    """Take the margins of distribution out of sales; materials are paid from what is left."""
    margin = _by_country(c, structure, "import_margin", 0.0)
    if margin is None:
        return _Made(c.output, c.value_added_share, c.input_share, np.zeros_like(c.output), None)
    receipts = ((1 - margin)[None, :, None] * c.flows).sum(axis=1).T
    sold = c.output > 0
    factor = np.divide(c.output, receipts, out=np.ones_like(receipts), where=sold)
    inputs = c.input_share * factor[:, None, :]
    value_added = np.where(sold, 1 - inputs.sum(axis=1), c.value_added_share)
    _refuse_poor(c, sold & (value_added <= 0), "margins of distribution", "import_margin",
                 structure.import_margin, "smaller margins")  # fmt: skip
    return _Made(receipts, value_added, inputs, margin[:, None] * c.flows.sum(axis=2).T, margin)


def _by_country(c: Calibration, structure: Structure, key: str, off: float) -> np.ndarray | None:
    """Return an option ``(country,)``, or nothing where it is off everywhere."""
    found = spread(getattr(structure, key), c.country_codes, key, off)
    return None if (found == off).all() else found


def _refuse_poor(
    c: Calibration, poor: np.ndarray, what: str, key: str, value: object, allowed: str
) -> None:
    """Refuse what takes more out of sales than there is value added."""
    if not poor.any():
        return
    places = [f"{c.country_codes[n]} {c.sector_codes[s]}" for n, s in np.argwhere(poor)]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    message = f"{what} exceed value added in {', '.join(places[:5])}{more}"
    raise InputError(Problem(message, key=key, value=value, allowed=allowed))


def _profit_share(
    c: Calibration, structure: Structure, value_added_share: np.ndarray
) -> np.ndarray | None:
    """Return the share of profits in sales, 1/σ with σ = 1 + θ, where firms cannot enter."""
    if structure.market != "fixed-entry":
        return None
    usual, given = 1 / (1 + c.trade_elasticity), structure.profit_share
    if isinstance(given, Mapping):
        said = spread(given, c.sector_codes, "profit_share", np.nan)
        usual = np.where(np.isnan(said), usual, said)
    elif given is not None:
        usual = np.full_like(usual, given)
    share = np.where(c.output > 0, usual, 0.0)
    poor = (c.output > 0) & (value_added_share <= share)
    if given is not None:
        _refuse_poor(c, poor, "profits", "profit_share", given, "smaller shares")
    _refuse_poor(c, poor, "profits of 1/(1+θ) of sales", "market", "fixed-entry",
                 "a baseline with higher trade elasticities there, or another market")  # fmt: skip
    return share


def _scale_elasticity(c: Calibration, structure: Structure) -> np.ndarray | None:
    """Return ψ by sector; under free entry 1/θ (varieties are in proportion to labour)."""
    if structure.market == "free-entry":
        return 1 / c.trade_elasticity
    psi = spread(structure.scale_elasticity, c.sector_codes, "scale_elasticity", 0.0)
    if not psi.any():
        # what capital earns depends on the labour beside it, as scale does
        return psi if structure.capital_share else None
    runaway = psi * structure.labour_supply >= 1
    if runaway.any():
        message = "more labour makes an hour worth more, which brings more labour, without end"
        raise InputError(Problem(message, key="labour_supply", value=structure.labour_supply,
                                 allowed=f"below {1 / psi.max():.4g}"))  # fmt: skip
    # with one sector no labour can gather in it, whatever θψ is (Allen, Arkolakis & Takahashi 2020)
    strong = c.trade_elasticity * psi > (1 + 1e-12 if c.labour_pool.any() else np.inf)
    if strong.any():
        codes = ", ".join(code for code, s in zip(c.sector_codes, strong, strict=True) if s)
        raise InputError(
            Problem(
                f"θψ is above 1 in {codes}: equilibria need not be unique",
                key="scale_elasticity",
                value=structure.scale_elasticity,
                allowed=f"at most {1 / c.trade_elasticity[strong].max():.4g}",
            )
        )
    return psi


def _own_elasticity(c: Calibration) -> np.ndarray:
    """Elasticity of a sector's sales to its own cost, θ Σ_n (Z_n/Y)(1 − π_n), without its sign."""
    exposure = (c.flows * (1 - c.trade_shares)).sum(axis=1).T
    share = np.divide(exposure, c.output, out=np.zeros_like(exposure), where=c.output > 0)
    return share * c.trade_elasticity


def _labour_pool(c: Calibration) -> np.ndarray | None:
    """Return who shares workers ``(sector, pool)``, unless every sector has its own."""
    pools = c.labour_pool.max() + 1
    return None if pools == len(c.sectors) else np.eye(pools)[c.labour_pool]


def _sector_step(
    structure: Structure, own: np.ndarray, bill: np.ndarray, pool: np.ndarray | None
) -> np.ndarray | None:
    """Inverse elasticity of labour supplied less labour demanded, where wages differ."""
    if not math.isfinite(structure.labour_mobility):
        return None
    if pool is not None:
        total = bill @ pool
        own = np.divide((bill * own) @ pool, total, out=np.zeros_like(total), where=total > 0)
    return 1 / (structure.labour_mobility + own)


def _wage_step(c: Calibration, own: np.ndarray) -> np.ndarray:
    """Inverse own-wage elasticity of excess labour demand at the baseline, prices passed on fully.

    −∂ln(Σ_s γY)/∂ln w ≈ Σ_s (γY/wL) θ_s Σ_n (Z_n/Y)(1 − π_n), plus one for the wage bill itself.
    """
    return 1 / (1 + (c.value_added_share * c.output * own).sum(axis=1) / c.value_added)
