"""How sure figures are, in the same words everywhere: ends over runs, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Unit
from detente.document.language import counted, listed
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, spoken
from detente.uncertainty.prior import SHIPPED, Prior

if TYPE_CHECKING:
    from detente.uncertainty.draws import Draws, Interval
    from detente.uncertainty.ranges import Ranges


def ends(low: float, high: float, unit: Unit = CHANGE, of: float = 100.0) -> str:
    """Say what ends mean: ``loses between 0.06% and 0.1%``, or that the sign is not sure.

    Parameters
    ----------
    unit, of
        Of what is said, and how much of it 100% are.
    """
    if max(abs(low), abs(high)) < NEGLIGIBLE_PCT:
        return "keeps its real income"
    first, last = (spoken(end * of / 100, unit) for end in (low, high))
    if low > 0:
        return f"gains {between(first, last)}"
    if high < 0:
        return f"loses {between(last, first)}"
    return f"could gain or lose (between a loss of {first} and a gain of {last})"


def between(small: str, large: str) -> str:
    """Say two ends: ``between 1% and 2%``, or ``about 1%`` where they read alike."""
    return f"about {small}" if small == large else f"between {small} and {large}"


def source(prior: Prior) -> str:
    """Say how elasticities are drawn."""
    path = prior.path
    if path is None or path == SHIPPED:
        return "as far off as published sources show"
    return f"as {path.name} says"


def lead(prior: Prior) -> str:
    """Open a sentence on what other elasticities would change."""
    return (
        "With other trade elasticities (how readily buyers change supplier), drawn "
        f"{source(prior)}, "
    )


def left_out(title: str, why: Mapping[str, int], count: int, what: str = "equilibrium") -> str:
    """Say which draws have no answer under a title, and why; nothing where all have one."""
    if not why:
        return ""
    total = sum(why.values())
    return (
        f"{title} {counted(total, 'run has', 'runs have')} no {what} of {count} and "
        f"{'is' if total == 1 else 'are'} left out: "
        + listed([f"{text} ({number})" for text, number in why.items()])
        + "."
    )


def note(found: Ranges | Draws) -> str:
    """Say what is drawn, how often, and what is the same in all runs."""
    prior = found.prior
    return (
        f"{found.count} runs, seed {found.seed}, drawn from: {prior.title} ({prior.cite}). "
        f"The same in all runs: {listed(list(found.fixed))}. A share of runs is not a chance that "
        "it happens."
    )


def about(found: Ranges | Draws | None) -> dict[str, Any]:
    """Return what intervals rest on; nothing without draws."""
    if found is None:
        return {}
    drawn = {
        "count": found.count,
        "seed": found.seed,
        "prior": {"title": found.prior.title, "cite": found.prior.cite},
        "not_varied": list(found.fixed),
        "lost": {name: dict(why) for name, why in found.lost.items() if why},
    }
    return {"draws": drawn}


def low_high(interval: Interval | None) -> tuple[float, float]:
    """Return the ends as cells; not numbers without an interval."""
    nan = float("nan")
    return (nan, nan) if interval is None else (float(interval.low), float(interval.high))
