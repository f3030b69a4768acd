"""Political weights of a setting's players, read off tariffs that are observed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.games.politics import SHRINK, political_weights
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.baseline.calibration import Calibration
    from detente.policy.instruments import OnTrade
    from detente.scenario.schema import Scenario
    from detente.wars.setting import Setting

SOURCES = "applied, announced, variant:ID, or a CSV file"


def observed(source: str) -> bool:
    """Whether weights are to be read off tariffs, not from a file."""
    return source in ("applied", "announced") or source.startswith("variant:")


def with_observed_weights(setting: Setting, source: str, *, shrink: float = SHRINK) -> Setting:
    """Give players the weights at which the tariffs of a source are nearest to optimal.

    Parameters
    ----------
    source
        ``"applied"``: in force in the setting; ``"announced"``: in the scenario's last variant;
        ``"variant:ID"``.
    shrink
        As in `detente.games.politics.political_weights`.

    Raises
    ------
    InputError
        Listing an unknown variant and a penalty that is none.
    SolveError
        There is no equilibrium at these tariffs.
    """
    problems = []
    if not 0 < shrink < math.inf:
        problems.append(Problem("not a penalty", None, None, "--shrink", shrink, "above 0"))
    policy = None
    try:
        policy = policy_of(setting, source)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    found = political_weights(
        setting.calibration, setting.players, policy, options=setting.options, shrink=shrink
    )
    weights = {p.player.name: p.player.weights for p in found}
    choices = replace(setting.choices, objective="political", weights=weights)
    players = tuple(p.player for p in found)
    return replace(setting, players=players, choices=choices, politics=found, politics_of=source)


def policy_of(setting: Setting, source: str) -> Policy:
    """Return the policy that a source of tariffs names.

    Raises
    ------
    InputError
        An unknown variant, or a scenario without any.
    """
    if source == "applied":
        return setting.base
    return tariffs_of(setting.case, setting.calibration, source, setting.apart)


def tariffs_of(
    case: Scenario, calibration: Calibration, source: str, apart: Sequence[OnTrade] = ()
) -> Policy:
    """Return the same of a scenario: what is applied is then the baseline.

    Raises
    ------
    InputError
        An unknown variant, or a scenario without any.
    """
    from detente.scenario.variants import measures_of

    if source == "applied":
        return Policy.unchanged(calibration)
    known = [v.id for v in case.variants]
    name = known[-1] if source == "announced" and known else source.removeprefix("variant:")
    if name not in known:
        raise InputError(Problem("unknown", None, None, "--weights", source,
                                 ", ".join(f"variant:{k}" for k in known)))  # fmt: skip
    return compile_policy(calibration, measures_of(case, name), apart=tuple(apart))
