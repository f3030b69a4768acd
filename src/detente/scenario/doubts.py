"""Numbers of a scenario file that are well formed and probably mean something else.

A rate of 2.5 is 250 per cent, or a slip for 2.5 per cent. Each is refused with both readings, and
how to write either. A large figure that is meant is written as per cent: ``250%``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from detente.errors import no_share
from detente.policy.faults import LARGEST_RATE
from detente.scenario.consistency import entries
from detente.scenario.yaml_lines import Found, KeyPath

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_MOST_TIMES = 10.0
_MOST_USD = 1e7  # million: ten trillion, more than any trade between two economies
_AMOUNTS = ("value_usd", "limit_usd", "quota_usd", "add_usd", "total_usd", "cut_usd", "stated_usd")


def doubts(plain: Any) -> Iterator[Found]:
    """Yield numbers of measures and goals that have a second, likelier reading."""
    for path, measure in entries(plain, "measures"):
        yield from _amounts(path, measure)
        kind = measure.get("kind")
        for key, say in _CHECKS.get(kind, {}).items() if isinstance(kind, str) else ():
            value = measure.get(key)
            if _is_number(value) and (message := say(float(value))):
                allowed = "0 to 1" if say is _share else None
                yield Found((*path, key), message, None, value, allowed)
    for path, goal in entries(plain, "goals"):
        yield from _amounts(path, goal)


def _amounts(path: KeyPath, entry: dict) -> Iterator[Found]:
    for key in _AMOUNTS:
        value = entry.get(key)
        if _is_number(value) and _MOST_USD <= value < float("inf"):
            message = f"the figure is in millions; did you mean {value / 1e6:.12g}?"
            yield Found((*path, key), message, None, value)


def _rate(value: float) -> str | None:
    if not 1 < abs(value) <= LARGEST_RATE:  # beyond it instruments refuse it themselves
        return None
    return _two_readings(value)


def _cost(value: float) -> str | None:
    return _two_readings(value) if 1 < value < float("inf") else None


def _two_readings(value: float) -> str:
    return (
        f"{value:.12g} means {100 * value:.12g}%; did you mean {value / 100:.12g}? "
        f"Write {value:.12g}% for that, or {100 * value:.12g}% if it is meant"
    )


def _times(value: float) -> str | None:
    if not _MOST_TIMES < value < float("inf"):
        return None
    return (
        f"{value:.12g} means {value:.12g} times as much; did you mean {value / 100:.12g}? "
        f"Write {value:.12g}% for that, or {100 * value:.12g}% if it is meant"
    )


def _cost_factor(value: float) -> str | None:
    if _MOST_TIMES < value < float("inf"):
        return (
            f"{value:.12g} means {value:.12g} times the cost; did you mean {1 + value / 100:.12g}, "
            f"{value:.12g} per cent more? Write {100 * value:.12g}% if it is meant"
        )
    if 0 < value < 0.5:
        return (
            f"{value:.12g} means {100 * value:.12g}% of the cost; did you mean {1 + value:.12g}, "
            f"{100 * value:.12g} per cent more? Write {100 * value:.12g}% if it is meant"
        )
    return None


def _share(value: float) -> str | None:
    return no_share(value) if 1 < value <= 100 else None


def _is_number(value: Any) -> TypeIs[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


_Say = Callable[[float], str | None]
_COVERED: dict[str, _Say] = {"coverage": _share}
_CHECKS: dict[str, dict[str, _Say]] = {
    "tariff": {
        "add": _rate,
        "set": _rate,
        "scale": _times,
        "floor": _rate,
        "ceiling": _rate,
        "claims": _share,
        **_COVERED,
    },
    "trade-cost": {"add": _cost, "scale": _cost_factor, **_COVERED},
    "export-tax": {"add": _rate, **_COVERED},
    "export-ban": {"leakage": _share, "rerouting_cost": _cost_factor, **_COVERED},
    "import-ban": {"leakage": _share, "rerouting_cost": _cost_factor, **_COVERED},
    "tariff-quota": {"within": _rate, "beyond": _rate, "rents": _share},
    "quota": {"scale": _share, "rents": _share},
    "export-restraint": {"scale": _share, "rents": _share},
    "purchase-commitment": {"scale": _times},
    "production-subsidy": {"add": _rate},
}
