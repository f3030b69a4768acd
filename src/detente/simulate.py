"""From measures or a scenario to solved, labelled results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration
from detente.errors import SolveError
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.results import Solution
from detente.solver.equilibrium import Options, solve_equilibrium

if TYPE_CHECKING:
    import pandas as pd

    from detente.policy.instruments import Measure
    from detente.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """A scenario solved variant by variant on one baseline."""

    scenario: Scenario
    calibration: Calibration
    variants: dict[str, Solution]
    scenario_hash: str

    @property
    def covered(self) -> pd.DataFrame:
        """Bilateral mean goods tariffs before and after, by variant, where they change.

        ``covered_trade_musd`` is the goods trade of the sectors touched, at baseline; means are
        weighted by baseline fob trade.
        """
        import pandas as pd

        c = self.calibration
        rows = []
        for name, solution in self.variants.items():
            after = solution.equilibrium.policy.tariff_cf
            touched = np.abs(after - c.tariff) > 1e-12
            for n, i in np.argwhere(touched.any(axis=0)):
                flows = np.where(c.goods, c.flows[:, n, i], 0.0)
                weights = flows / flows.sum() if flows.sum() else flows
                rows.append(
                    {
                        "variant": name,
                        "importer": c.country_codes[n],
                        "exporter": c.country_codes[i],
                        "covered_trade_musd": flows[touched[:, n, i]].sum(),
                        "mean_tariff_before_pct": 100 * (c.tariff[:, n, i] * weights).sum(),
                        "mean_tariff_after_pct": 100 * (after[:, n, i] * weights).sum(),
                    }
                )
        columns = ["covered_trade_musd", "mean_tariff_before_pct", "mean_tariff_after_pct"]
        keys = ["variant", "importer", "exporter"]
        return pd.DataFrame(rows, columns=[*keys, *columns]).set_index(keys)


def solve(
    calibration: Calibration,
    *measures: Measure,
    policy: Policy | None = None,
    deficits: str | np.ndarray = "fixed",
) -> Solution:
    """Solve a baseline under some measures, or under a ready policy.

    Parameters
    ----------
    calibration
        The baseline, for instance ``detente.load("wiod-2014")``.
    measures
        Instruments such as ``detente.Tariff("USA", on="CHN", sectors="goods", add=0.25)``; their
        order does not matter.
    policy
        Arrays instead of measures.
    deficits
        ``"fixed"`` share of world value added, ``"own-share"``, ``"removed"``, or one number a
        country.

    Raises
    ------
    InputError
        A measure names something the baseline does not have, or measures conflict.
    SolveError
        No equilibrium was found.
    """
    if policy is None:
        policy = compile_policy(calibration, measures)
    return Solution(solve_equilibrium(calibration, policy, Options(deficits=deficits)))


def run_scenario(
    scenario: str | Path | Scenario,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | Path | None = None,
    on_variant: Callable[[str, int, int], None] | None = None,
) -> ScenarioResult:
    """Solve every variant of a scenario.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a YAML file, or a loaded one.
    baseline
        Use another baseline than the scenario's own.
    elasticities
        Use another source of trade elasticities than the baseline's own.
    on_variant
        Called with (variant, number done, number in all) before each solve, for progress bars.

    Raises
    ------
    InputError
        Scenario, baseline or elasticities cannot be used.
    SolveError
        A variant has no equilibrium; none of the others is returned either.
    """
    from detente.baseline.store import load
    from detente.scenario.load import check_against, load_scenario, measures_of, scenario_hash

    case = load_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    if isinstance(baseline, Calibration):
        calibration = baseline
    else:
        calibration = load(baseline or case.baseline, elasticities=elasticities)
    check_against(case, calibration)
    variants = {}
    for done, variant in enumerate(case.variants):
        if on_variant:
            on_variant(variant.id, done, len(case.variants))
        measures = measures_of(case, variant.id)
        try:
            variants[variant.id] = solve(calibration, *measures, deficits=case.deficits)
        except SolveError as error:
            raise SolveError(f"variant {variant.id}: {error}") from error
    return ScenarioResult(case, calibration, variants, scenario_hash(case))
