"""Welfare under the US tariffs of 2 April 2025 (Ignatenko et al. 2025), 194 economies."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from case import compare, data_folder, finish
from detente.model.economy import Structure, economy
from detente.model.welfare import welfare_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.options import Options
from liberation_day.data import ELASTICITY, LABOUR_SUPPLY, World, read

Key = tuple[str, str, str]


def main() -> None:
    """Solve every case, compare the paper's welfare with its tables, show the exact one beside."""
    world = read(data_folder(__doc__ or ""))
    us = announced(world)
    alone, answered = optimal_tariff(world, by_spending=True), optimal_tariff(world)
    best = us > 0
    half = world.structure(pass_through=world.by_code(world.pass_through(0.25)))
    plain = {"import_margin": 0.0, "pass_through": 1.0}
    cases = {
        "main": solve(world, us),
        "lump sum": solve(world, us, world.structure(revenue_use="lump-sum")),
        "elasticity doubled": solve(world, us, elasticity=2 * ELASTICITY),
        "low pass-through": solve(world, us, half),
        "Eaton-Kortum": solve(world, us, world.structure(**plain)),
        "optimal": solve(world, np.where(best, alone, 0.0)),
        "reciprocal": solve(world, us + us.T),
        "none of the options": solve(world, us, Structure()),
    }
    ours: dict[Key, float] = {
        ("formula", "USA", "optimal_tariff_pct"): 100 * alone,
        ("formula", "USA", "optimal_tariff_answered_pct"): 100 * answered,
    }
    exact = {}
    for name, found in cases.items():
        told = dict(zip(world.codes, printed_welfare(found), strict=True))
        ours |= {(name, code, "welfare_pct"): told[code] for code in ("USA", "CHN")}
        net = 100 * (welfare_hat(found.calibration, found.outcome) - 1)
        exact[name] = {"printed_formula_pct": told["USA"], "real_income_pct": net[world.usa]}
        print(f"{name:22} US: paper's formula {told['USA']:+.2f}, exact {net[world.usa]:+.2f} %")
    finish(
        compare(Path(__file__).with_name("expected.csv"), ours),
        usa=exact,
        raised_own_sales=world.raised,
        iterations={name: found.iterations for name, found in cases.items()},
    )


def announced(world: World) -> np.ndarray:
    """Rates on what the United States buy ``(importer, exporter)``."""
    found = np.zeros_like(world.flows)
    found[world.usa] = world.rates
    return found


def optimal_tariff(world: World, *, by_spending: bool = False) -> float:
    """Return the paper's formula for the uniform rate of the United States, nobody else moving.

    1/((1 + δε)φ − 1): δ what it sells abroad by the part it has no power over, against what it
    buys abroad: spending less own sales where nobody answers, income less own sales where all do.
    """
    n, share = world.usa, world.flows / world.flows.sum(axis=1, keepdims=True)
    kept = (1 - world.margin) * world.flows[:, n]
    abroad = np.arange(len(world.codes)) != n
    sold = (kept * (1 - share[:, n]))[abroad].sum()
    spending = world.flows[n].sum()
    income = kept.sum() + world.margin[n] * spending
    bought = (spending if by_spending else income) - world.flows[n, n]
    delta = sold / ((1 - world.margin[n]) * bought)
    return float(1 / ((1 + delta * ELASTICITY) * world.pass_through()[n] - 1))


def solve(
    world: World,
    rates: np.ndarray,
    structure: Structure | None = None,
    elasticity: float = ELASTICITY,
) -> Equilibrium:
    """Solve under rates ``(importer, exporter)``; tariffs replace a tax of equal revenue.

    The paper takes the tax on labour that there is to be what tariffs bring, so it is found by
    turns: the tax of one solve is what tariffs brought in the one before, over labour's pay.
    """
    structure = world.structure() if structure is None else structure
    calibration = world.calibration(elasticity)
    policy = Policy(rates[None], np.ones((1, *rates.shape)))
    if structure.revenue_use == "lump-sum":
        return solve_equilibrium(calibration, policy, Options(structure=structure))
    tax = np.full(len(world.codes), 0.01)
    for _ in range(10):
        options = Options(structure=replace(structure, labour_tax=world.by_code(tax)))
        found = solve_equilibrium(calibration, policy, options)
        before, tax = tax, np.maximum(revenue_over_pay(found), 0.0)
        if np.abs(tax - before).max() < 1e-8:
            return found
    raise RuntimeError("the tax on labour does not settle")


def revenue_over_pay(found: Equilibrium) -> np.ndarray:
    """Duties over what labour earns ``(country,)``."""
    after = found.outcome
    return np.asarray(after.tariff_revenue_cf) / _pay(found)


def _pay(found: Equilibrium) -> np.ndarray:
    after = found.outcome
    return np.asarray(after.income_cf - after.tariff_revenue_cf - after.deficit_cf)


def printed_welfare(found: Equilibrium) -> np.ndarray:
    """Return the paper's welfare, per cent change: δ Ê/P̂ + (1 − δ) ŵL̂/P̂."""
    c, after, s = found.calibration, found.outcome, found.options.structure
    supply, relieved = LABOUR_SUPPLY, s.revenue_use == "labour-tax"
    if not s.labour_supply:
        supply = 0.0
    pay = np.asarray(economy(c, s).value_added)
    tax = revenue_over_pay(found) if relieved else 0.0
    delta = c.income / (c.income - supply * (1 - tax) * pay / (1 + supply))
    real = np.asarray(after.income_cf) / c.income
    hat = delta * real + (1 - delta) * _pay(found) / pay
    return 100 * (hat / np.asarray(after.consumer_price_hat) - 1)


if __name__ == "__main__":
    main()
