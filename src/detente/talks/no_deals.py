"""What holds without a deal, and while talks go on: the points that predictions are over."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.scenario.talks_consistency import WAITING
from detente.talks.case import Case, central, no_deal_points
from detente.talks.outlook import waiting
from detente.talks.packages import Packages
from detente.talks.table import Floats, NoDeal
from detente.talks.valuation import MeasureSet
from detente.talks.worth import Worth

__all__ = ["WAITING", "least_of", "outlooks_of", "with_waiting"]


def outlooks_of(
    case: Case, worth: Mapping[MeasureSet, Worth], packages: Packages, draw=central
) -> tuple[dict[str, NoDeal], dict[str, dict[str, str]], Floats]:
    """Return no-deal points with `WAITING` first, what then holds, and bargaining power.

    `WAITING` is made of the first impasse and the first breakdown of the file; where there is none
    of one kind, of the other alone.
    """
    return with_waiting(case, case.no_deals(worth, draw), draw)


def with_waiting(
    case: Case, found: dict[str, NoDeal], draw=central
) -> tuple[dict[str, NoDeal], dict[str, dict[str, str]], Floats]:
    """Return the same from the payoffs of the no-deal points of the file."""
    talks = case.talks
    points = {p.id: p for p in no_deal_points(talks)}
    fallback = {name: case.no_deal_choices(point) for name, point in points.items()}
    first = {kind: next((d for d in found.values() if d.kind == kind), None)
             for kind in ("impasse", "breakdown", "outside")}  # fmt: skip
    impasse = first["impasse"] or first["breakdown"] or first["outside"]
    assert impasse is not None
    failed = first["breakdown"] or impasse
    rates = np.array([draw(f"impatience of {p.party}", p.impatience) for p in talks.parties])
    risk = draw("breakdown risk", talks.breakdown_risk) if failed is not impasse else 0.0
    value, power = waiting(impasse.values, failed.values, rates, risk)
    power = power * np.array([p.weight for p in talks.parties])
    title = impasse.title if failed is impasse else f"{impasse.title}, until talks break down"
    # where the file has points of one kind only, waiting is the first of them again
    kind = impasse.kind if failed is impasse else "impasse"
    share = rates / np.maximum(rates + risk, 1e-12)  # of the impasse in what waiting is worth
    seen = tuple(
        share[case.parties.index(entry.party)] * (a - b) + b if a.size and b.size else np.zeros(0)
        for entry, a, b in zip(talks.ratification, impasse.seen, failed.seen, strict=False)
    )
    wait = NoDeal(WAITING, value, kind, title, seen)
    return {WAITING: wait, **found}, {WAITING: fallback[failed.id], **fallback}, power


def least_of(no_deals: Mapping[str, NoDeal], name: str) -> Floats:
    """Return what every side must have, ``(party,)``: its no-deal payoff or an outside option.

    Of these whichever is more: outside options are bounds, not what talks split.
    """
    options = [d.values for d in no_deals.values() if d.kind == "outside"]
    return np.max([no_deals[name].values, *options], axis=0)
