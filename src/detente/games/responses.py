"""Rules by which an economy answers tariffs: the same rates, the same value, the same harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy, one_economy
from detente.errors import InputError, Problem, nearest
from detente.model.economy import Structure
from detente.model.welfare import welfare_hat
from detente.notebook import Brief
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.given import measures_given
from detente.policy.instruments import Measure
from detente.policy.tariffs import Tariff
from detente.solver.balanced import closed
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.options import Options

RULES = {
    "tit-for-tat": "the points that were added, sector by sector",
    "equal-value": "one rate on as much trade as was hit, or on all there is",
    "equal-revenue": "one rate that would bring as much duty from baseline imports as was added",
    "equal-harm": "one rate that costs the other side what it cost oneself",
}
HIGHEST = 2.0
"""Points that an answer adds at most."""


class Reached(StrEnum):
    """Whether an answer is as large as its rule asks."""

    MATCHED = "matched"
    SHORT = "short of what was suffered: imports or rates do not go further"


@dataclass(frozen=True, eq=False, repr=False)
class Response(Brief):
    """An answer: the policy that holds both, the points it adds, and what both sides lose.

    ``added`` ``(sector,)`` are points by sector, ``loss`` the change of real income, per cent, of
    the one who attacked and the one who answers, before and after the answer.
    """

    rule: str
    status: Reached
    policy: Policy
    added: np.ndarray
    attacker_pct: tuple[float, float]
    answerer_pct: tuple[float, float]

    def _brief(self) -> str:
        return f"by {self.rule}: {self.status.name.lower()}"


def respond(
    calibration: Calibration,
    attack: Sequence[Measure],
    *,
    by: str,
    on: str,
    rule: str = "tit-for-tat",
    options: Options | None = None,
    deficits: str | np.ndarray | None = None,
    structure: Structure | None = None,
) -> Response:
    """Answer measures of ``on`` with tariffs of ``by`` on goods from ``on``.

    Parameters
    ----------
    attack
        The measures that are answered.
    by, on
        Codes of the economy that answers and of the one that attacked.
    rule
        One of `RULES`. Trade and duty count at baseline values. Under ``equal-value`` the trade
        that is hit is what the measures cover, and the rate the mean of what they add on it; under
        ``equal-harm`` the attacker's real income falls by as many million as the attack took from
        the answerer.
    options
        Closure, structure and numerical settings, in place of the next two.
    deficits, structure
        As `detente.solve` takes them; where deficits are ``"removed"``, trade, duties and losses
        are those of the economy without imbalances.

    Raises
    ------
    InputError
        Unknown economies or rule, or the attack adds no tariff on goods from ``by``.
    SolveError
        There is no equilibrium.
    """
    calibration = economy(calibration)
    attack = measures_given(attack, "attack")
    places = _places(calibration, by, on, rule)
    calibration, options, _ = closed(calibration, options, deficits, structure)
    before = compile_policy(calibration, attack)
    attacked = solve_equilibrium(calibration, before, options)
    if rule == "equal-harm":
        added, status = _equal_harm(calibration, before, attacked, places, options)
    else:
        added, status = _answer(calibration, attack, before, places, rule)
    policy = _with(before, added, places)
    answered = solve_equilibrium(calibration, policy, options)
    n, i = places
    change = [_real_income(found) for found in (attacked, answered)]
    return Response(
        rule,
        status,
        policy,
        added,
        (change[0][i], change[1][i]),
        (change[0][n], change[1][n]),
    )


def _places(calibration: Calibration, by: str, on: str, rule: str) -> tuple[int, int]:
    codes, problems = [], []
    for key, name in (("by", by), ("on", on)):
        try:
            codes.append(one_economy(calibration, name, key))
        except InputError as error:
            problems += error.problems
    if len(codes) == 2 and codes[0] == codes[1]:
        problems.append(Problem("an economy does not answer itself", key="on", value=on))
    if rule not in RULES:
        message = f"unknown rule; {nearest(str(rule), RULES)}".rstrip("; ")
        problems.append(Problem(message, key="rule", value=rule, allowed=", ".join(RULES)))
    if problems:
        raise InputError(problems)
    n, i = (calibration.country_codes.index(code) for code in codes)
    return n, i


def _answer(
    c: Calibration, attack: Sequence[Measure], policy: Policy, places: tuple[int, int], rule: str
) -> tuple[np.ndarray, Reached]:
    """Return points by sector ``(sector,)``, and whether they are what the rule asks."""
    n, i = places
    suffered = _risen(c, policy)[0][:, i, n]
    duty = float((suffered * c.flows[:, i, n]).sum())
    if not duty > 0:
        message = f"the attack adds no tariff on goods from {c.country_codes[n]}"
        raise InputError(Problem(message, key="attack"))
    bought = _answerable(c, places)
    if rule == "tit-for-tat":
        answered = np.where(bought > 0, suffered, 0.0)
        same = bool((answered == suffered).all())
        return answered, Reached.MATCHED if same else Reached.SHORT
    uniform = np.where(bought > 0, 1.0, 0.0)
    if not bought.sum() > 0:
        return 0.0 * uniform, Reached.SHORT
    if rule == "equal-value":
        hit = sum(_hit(c, measure, places) for measure in attack)
        share = min(1.0, hit / bought.sum())
        status = Reached.MATCHED if hit <= bought.sum() else Reached.SHORT
        return uniform * share * duty / hit, status
    rate = duty / bought.sum()
    status = Reached.MATCHED if rate <= HIGHEST else Reached.SHORT
    return uniform * min(rate, HIGHEST), status


def _answerable(c: Calibration, places: tuple[int, int]) -> np.ndarray:
    """Goods bought from the attacker ``(sector,)``, baseline values."""
    return np.where(c.goods, c.flows[:, places[0], places[1]], 0.0)


def _hit(c: Calibration, measure: Measure, places: tuple[int, int]) -> float:
    """Trade that a measure covers: the duty it adds over its rate, where it names one."""
    n, i = places
    added, hit = (by_cell[:, i, n] for by_cell in _risen(c, compile_policy(c, [measure])))
    sold = c.flows[:, i, n]
    rate = measure.add if isinstance(measure, Tariff) else None
    return float((added * sold).sum() / rate if rate else (hit * sold).sum())


def _risen(c: Calibration, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Points by which tariffs rise, a mean over the lines of a cell, and the share that rises."""
    added = np.maximum(policy.tariff_cf - c.tariff, 0.0)
    hit = (added > 0).astype(float)
    if policy.lines is None:
        return added, hit
    on, cells = policy.rates_on_lines(c.tariff), np.unique(policy.lines.cell)
    up = np.maximum(on.tariff_cf - on.tariff, 0.0)
    for array, values in ((added, up), (hit, (up > 0).astype(float))):
        array.ravel()[cells] = policy.lines.mean(values, array.size)[cells]
    return added, hit


def _equal_harm(
    c: Calibration,
    policy: Policy,
    attacked: Equilibrium,
    places: tuple[int, int],
    options: Options,
) -> tuple[np.ndarray, Reached]:
    from scipy.optimize import brentq, minimize_scalar

    n, i = places
    uniform = np.where(_answerable(c, places) > 0, 1.0, 0.0)
    start = _real_income(attacked)
    wanted = -start[n] * c.income[n]
    if wanted <= 0:
        # the attack did no harm: there is nothing to return
        return 0.0 * uniform, Reached.MATCHED
    if not uniform.any():
        return uniform, Reached.SHORT

    def gap(rate: float) -> float:
        found = solve_equilibrium(c, _with(policy, rate * uniform, places), options)
        return (start[i] - _real_income(found)[i]) * c.income[i] / wanted - 1

    most = minimize_scalar(lambda r: -gap(float(r)), bounds=(0, HIGHEST), method="bounded",
                           options={"xatol": 1e-3})  # fmt: skip
    top = float(most.x)  # pyright: ignore[reportAttributeAccessIssue]
    if gap(top) < 0:
        return top * uniform, Reached.SHORT
    return float(np.asarray(brentq(gap, 0.0, top, xtol=1e-12))) * uniform, Reached.MATCHED


def _with(policy: Policy, added: np.ndarray, places: tuple[int, int]) -> Policy:
    n, i = places
    tariff = policy.tariff_cf.copy()
    tariff[:, n, i] += added
    # all lines of a cell move by the same points
    return replace(policy, tariff_cf=tariff)


def _real_income(found: Equilibrium) -> np.ndarray:
    """Per cent change of real income by economy."""
    return 100 * (welfare_hat(found.calibration, found.outcome) - 1)
