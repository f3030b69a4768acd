"""A scenario made ready: its economy, what holds before any measure, the variants asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.model.horizons import Horizon, find_horizon
from detente.results import Solution
from detente.solver.balanced import at_rest
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.uncertainty.draws import check_draws
from detente.uncertainty.prior import Prior, load_prior

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario


class Prepared(NamedTuple):
    """A scenario with all that it is solved on.

    Attributes
    ----------
    scenario
        Without the variants whose firms the economy does not have.
    calibration
        The economy, with its firms carved out, and without imbalances where those are removed.
    options
        How it is solved.
    removal
        What removing the imbalances alone does; none where they stay.
    """

    scenario: Scenario
    calibration: Calibration
    options: Options
    removal: Solution | None


def without_imbalances(
    calibration: Calibration, options: Options
) -> tuple[Calibration, Options, Solution | None]:
    """Return what policies are solved on, and what removing imbalances did (`at_rest`)."""
    found = at_rest(calibration, options)
    removal = None if found.removal is None else Solution(found.removal)
    return found.calibration, found.options, removal


def prior_of(draws: int, seed: int, prior: str | Path | Prior | None) -> Prior | None:
    """Return what is drawn from; nothing where no draws are wanted."""
    check_draws(draws, seed)
    found = prior if isinstance(prior, Prior) else load_prior(prior)
    return found if draws else None


def before_any(solution: Solution) -> Solution:
    """Return the equilibrium without measures that a solution is a change from."""
    found = solution.equilibrium
    return Solution(solve_equilibrium(found.calibration, None, found.options), solution.removal)


def prepare(
    scenario: str | Path | Scenario,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    variants: Sequence[str] | None = None,
) -> Prepared:
    """Load a scenario and its economy, with other choices in place of the scenario's own.

    Parameters
    ----------
    variants
        Ids of variants whose firms the economy has; those of the scenario alone unless given.

    Raises
    ------
    InputError
        Scenario, baseline, elasticities, horizon, structure or a firm cannot be used.
    SolveError
        Imbalances are to be removed, and there is no equilibrium without them.
    """
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import firms_for, on_economy

    case = as_scenario(scenario)
    if horizon is not None:
        case = case.model_copy(update={"horizon": find_horizon(horizon).name})
    firms = firms_for(case, variants)
    return Prepared(on_economy(case, firms), *_economy(case, baseline, elasticities, firms))


def chosen(
    scenario: str | Path | Scenario,
    variants: Sequence[str] | None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
) -> Prepared:
    """Load a scenario with some of its variants alone, and the economy that carries them.

    Raises
    ------
    InputError
        As `prepare`, or the scenario has talks alone and no variants.
    SolveError
        As `prepare`.
    """
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import measure_ids, narrowed

    case = as_scenario(scenario)
    if not case.variants:
        message = "there are no variants to solve; `detente talks` works out what the scenario has"
        raise InputError(Problem(message, case.path, key="variants"))
    variants = [variants] if isinstance(variants, str) else variants
    for name in variants or ():
        measure_ids(case, name)
    found = prepare(case, baseline, elasticities, horizon, variants)
    return found._replace(scenario=narrowed(found.scenario, variants)) if variants else found


def _economy(
    case: Scenario,
    baseline: str | Path | Calibration | None,
    elasticities: str | float | Path | None,
    firms: Sequence[str],
) -> tuple[Calibration, Options, Solution | None]:
    """Load what is given, or else what the scenario names; its refusals then say the line.

    The horizon scales the trade elasticities, and says how labour and inputs move where the
    scenario does not. Imbalances are removed before firms are carved out, so that a firm has the
    figures of its card in the economy that measures change.
    """
    from detente.baseline.elasticities import with_elasticities
    from detente.scenario.against import economy_of, of_key
    from detente.scenario.structure import structure_of

    calibration = economy_of(case, baseline)
    source = case.elasticities if elasticities is None else elasticities
    if source is not None:
        with of_key(case, "elasticities", used=elasticities is None):
            calibration = with_elasticities(calibration, source)
    if case.in_force is not None:
        from detente.world import in_force

        with of_key(case, "in_force", used=True):
            calibration = in_force(calibration, case.in_force, horizon=case.horizon)
    calibration = _scaled(calibration, find_horizon(case.horizon))
    options = Options(deficits=case.deficits, structure=structure_of(case, calibration))
    calibration, options, removal = without_imbalances(calibration, options)
    if firms:
        from detente.sanction.in_scenario import carve_firms

        calibration = carve_firms(case, calibration, firms).calibration
        structure_of(case, calibration)  # refuses what the carved economy cannot have
    return calibration, options, removal


def _scaled(calibration: Calibration, horizon: Horizon) -> Calibration:
    """Scale trade elasticities to a horizon, and say so on the card."""
    if horizon.elasticity_scale == 1:
        return calibration
    said = calibration.card.elasticities or "the baseline's own"
    said += f"; times {horizon.elasticity_scale:.2f} for the horizon {horizon.name}"
    return calibration.replace(
        trade_elasticity=calibration.trade_elasticity * horizon.elasticity_scale,
        card=replace(calibration.card, elasticities=said),
    )
