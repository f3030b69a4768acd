"""Weights of sectors that a side's own tariffs tell, in place of weights that the file states.

`detente.games.politics` reads political weights w off tariffs, or a CSV file holds them: of the
income of sectors, ``Σ_s w_s l_s (1 + R/L)``, where the rest R of income goes with pay l, L of all.
At the table a side has ``EV + Σ_s x_s ΔE_s``, E_s the real pay. Over w̄, the mean of w by pay, a
change of the former is ``dL + dR + Σ_s (w_s/w̄ − 1)(1 + R/L) dl_s``: so x, in the baseline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import InputError, Problem, nearest
from detente.scenario.against import placed
from detente.scenario.talks import TalksObjective
from detente.talks.case import the_talks
from detente.talks.valuation import Valuer, players_of

if TYPE_CHECKING:
    from detente.games.politics import Politics
    from detente.scenario.schema import Scenario
    from detente.solver.options import Options

Given = str | Mapping[str, str]
"""A source for all sides, or by party."""
OBSERVED = ("applied", "announced")


@dataclass(frozen=True, eq=False)
class Read:
    """Weights of one side, and where they are from.

    Attributes
    ----------
    party, source
        Whose, and what they were read off.
    extra
        Sector code → x above.
    politics
        How near the tariffs come to being its best; nothing where a file holds the weights.
    """

    party: str
    source: str
    extra: Mapping[str, float]
    politics: Politics | None


def sources_of(
    scenario: Scenario, given: Given | None, *, files: bool = True
) -> dict[str, tuple[str, Path]]:
    """Return for each side with weights to read what they are read off, and beside which folder.

    Those ``given`` are in place of the file's, of its sector weights too; none of them may be a
    file unless ``files``.

    Raises
    ------
    InputError
        A party is not at the table, or a source is none.
    """
    talks = the_talks(scenario)
    parties = [p.party for p in talks.parties]
    beside = scenario.path.parent if scenario.path else Path()
    found = {p.party: (p.objective.weights, beside) for p in talks.parties
             if p.objective and p.objective.weights}  # fmt: skip
    named = dict.fromkeys(parties, given) if isinstance(given, str) else dict(given or {})
    known = [*OBSERVED, *(f"variant:{v.id}" for v in scenario.variants)]
    problems = []
    for party, source in named.items():
        if party not in parties:
            hint = nearest(party, parties)
            problems.append(Problem(f"no such party; {hint}".rstrip("; "), key="weights",
                                    value=party, allowed=", ".join(parties)))  # fmt: skip
        elif source not in known and not (files and source.endswith(".csv")):
            hint, or_file = nearest(source, known), ", or a CSV file" if files else ""
            problems.append(Problem(f"no source of weights; {hint}".rstrip("; "), key="weights",
                                    value=source,
                                    allowed=f"{', '.join(known)}{or_file}"))  # fmt: skip
        found[party] = (source, Path())
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return {party: found[party] for party in parties if party in found}


def read_weights_of(
    scenario: Scenario, valuer: Valuer, options: Options, sources: Mapping[str, tuple[str, Path]]
) -> tuple[Read, ...]:
    """Read the weights of each side.

    Raises
    ------
    InputError
        There is no such variant, or a file is none of weights.
    SolveError
        There is no equilibrium at the tariffs.
    """
    from detente.games.politics import political_weights
    from detente.wars.politics import observed, tariffs_of

    c, found = valuer.calibration, []
    parties = [p.party for p in the_talks(scenario).parties]
    players = players_of(c, valuer.places, (None,) * len(parties))
    for party, (source, beside) in sources.items():
        place, politics = parties.index(party), None
        if observed(source):
            try:
                policy = tariffs_of(scenario, c, source)
            except InputError as error:
                path = ("talks", "parties", place, "objective", "weights")
                raise InputError([placed(scenario, path, p) for p in error.problems]) from error
            (politics,) = political_weights(
                c, [players[place]], policy, options=options, checked=False
            )
            weights = dict(zip(c.sector_codes, politics.weights.tolist(), strict=True))
        else:
            weights = _of_file(valuer, beside / source, party, place)
        found.append(Read(party, source, _extra(valuer, weights, place), politics))
    return tuple(found)


def _of_file(valuer: Valuer, path: Path, party: str, place: int) -> Mapping[str, float]:
    from detente.wars.weights import check_weights, read_weights

    held = read_weights(path)
    problems = list(held.problems)
    if not problems:
        named = [(party, valuer.places[place])]
        held = check_weights(valuer.calibration, held, named, problems)
    if problems:
        raise InputError(problems)
    weights = held[party]
    assert weights is not None
    return weights


def _extra(valuer: Valuer, weights: Mapping[str, float], place: int) -> dict[str, float]:
    """Return extra weights of pay that come to the same; see above."""
    from detente.model.economy import economy

    c, inside = valuer.calibration, list(valuer.places[place])
    pay = np.asarray(economy(c, valuer.structure).sector_labour)[inside].sum(axis=0)
    mean = float(pay @ [weights[code] for code in c.sector_codes]) / float(pay.sum())
    whole = float(c.income[inside].sum() / pay.sum())
    return {code: (weights[code] / mean - 1) * whole for code in c.sector_codes}


def with_weights(scenario: Scenario, read: tuple[Read, ...]) -> Scenario:
    """Return a scenario whose sides have these weights of sectors."""
    talks, own = the_talks(scenario), {one.party: one for one in read}
    parties = tuple(
        p.model_copy(update={"objective": (p.objective or TalksObjective()).model_copy(
            update={"sectors": dict(own[p.party].extra), "weights": own[p.party].source})})
        if p.party in own else p
        for p in talks.parties
    )  # fmt: skip
    return scenario.model_copy(
        update={"talks": talks.model_copy(update={"parties": parties})}
    )  # fmt: skip
