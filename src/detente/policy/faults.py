"""What can be amiss with any measure: its types, year, action, and share of trade."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Protocol

import numpy as np

from detente.baseline.table_layout import LARGEST_TARIFF
from detente.errors import InputError, Problem, nearest, no_share
from detente.policy.overlaps import RULES
from detente.policy.products import goods, is_file, is_products

LARGEST_RATE = LARGEST_TARIFF
"""Of tariffs, export taxes and taxes on production alike, as of an economy's own tariffs."""
Names = str | Sequence[str]


class Yearly(Protocol):
    """A measure that may say which year's trade its amounts are of."""

    @property
    def year(self) -> int | None: ...  # noqa: D102


class Covered(Protocol):
    """A measure on part of the trade of its sectors."""

    @property
    def coverage(self) -> float | None: ...  # noqa: D102
    @property
    def value_usd(self) -> float | None: ...  # noqa: D102
    @property
    def products(self) -> Names | None: ...  # noqa: D102
    @property
    def except_(self) -> Names | None: ...  # noqa: D102


def refuse(problems: list[Problem]) -> None:
    """Refuse a measure if anything is amiss.

    Raises
    ------
    InputError
        Something is.
    """
    if problems:
        raise InputError(problems)


def refuse_types(measure: object) -> None:
    """Refuse what is no number where a number belongs, before anything is computed with it."""
    refuse(
        [
            Problem("not a number", key=item.name, value=value)
            for item in fields(measure)  # pyright: ignore[reportArgumentType]
            if "float" in str(item.type)
            and (value := getattr(measure, item.name)) is not None
            and (isinstance(value, bool) or not isinstance(value, (int, float, np.number)))
        ]
        + [
            Problem("no value is given", key=item.name)
            for item in fields(measure)  # pyright: ignore[reportArgumentType]
            if item.type == "float" and getattr(measure, item.name) is None
        ]
    )
    names = {item.name for item in fields(measure)}  # pyright: ignore[reportArgumentType]
    refuse([problem for key in ("products", "except_", "excludes") if key in names
             for problem in text_faults(measure, key)])  # fmt: skip
    own = getattr(measure, "id", "")
    refuse([Problem("text is expected", key=key, value=value) for key in ("id", "overlap")
             if key in names and not isinstance(value := getattr(measure, key), str)])  # fmt: skip
    if "overlap" in names and (rule := getattr(measure, "overlap", "")) not in RULES:
        hint = nearest(rule, RULES)
        refuse([Problem(f"unknown; {hint}".rstrip("; "), key="overlap", value=rule,
                         allowed=", ".join(RULES))])  # fmt: skip
    if "stacks" in names and not isinstance(stacks := getattr(measure, "stacks", True), bool):
        refuse([Problem("not true or false", key="stacks", value=stacks,
                         allowed="false, or ids of other tariffs as excludes")])  # fmt: skip
    if "excludes" in names and own and own in listed(getattr(measure, "excludes", ())):
        refuse([Problem("a tariff does not exclude itself", key="excludes", value=own)])


def listed(names: object) -> tuple[object, ...]:
    """Return one name or several as a tuple; nothing where there is no name."""
    if isinstance(names, str):
        return (names,)
    return tuple(names) if isinstance(names, list | tuple | set | np.ndarray) else ()


def text_faults(measure: object, key: str) -> Iterator[Problem]:
    """Find names that are not text, or a list of text."""
    given = getattr(measure, key)
    if given is None and key in ("products", "except_"):
        return
    known = isinstance(given, str | list | tuple | set | np.ndarray)
    for value in listed(given) if known else (given,):
        if not isinstance(value, str):
            allowed = "names, or HS codes in quotes" if key in ("products", "except_") else "names"
            yield Problem("text is expected, one or a list", key=key.rstrip("_"),
                          value="nothing" if value is None else value, allowed=allowed)  # fmt: skip


def year_problems(measure: Yearly) -> Iterator[Problem]:
    """Find a year of trade that is none, or that no amount in USD is of."""
    year = measure.year
    if year is None:
        return
    if isinstance(year, bool) or not isinstance(year, int | np.integer) or not 1900 <= year <= 2100:
        yield Problem("not a year", key="year", value=year, allowed="1900 to 2100")
    elif not is_file(getattr(measure, "products", None) or ()) and not any(
        getattr(measure, item.name) is not None
        for item in fields(measure)  # pyright: ignore[reportArgumentType]
        if item.name.endswith("_usd")):  # fmt: skip
        yield Problem("no amount in USD is given that it could be the year of", key="year",
                      value=year)  # fmt: skip


def one_action(measure: object, actions: tuple[str, ...]) -> Iterator[Problem]:
    """Find a measure that says none or several of what may be done."""
    given = [name for name in actions if getattr(measure, name) is not None]
    if len(given) != 1:
        yield Problem(
            "a measure needs exactly one of them",
            key=" | ".join(actions),
            value=given or None,
            allowed="one of " + ", ".join(actions),
        )


def fraction_problems(measure: object, key: str, low: float, high: float) -> Iterator[Problem]:
    """Find a rate outside its bounds, asking whether per cent were meant."""
    rate = getattr(measure, key)
    if rate is None or low < rate < high or abs(rate) == LARGEST_RATE:
        return
    hint = f"; did you mean {rate / 100:g}?" if abs(rate) > 1 and low < rate / 100 < high else ""
    allowed = f"a fraction between {low:g} and {high:g} (0.25 is 25%)"
    yield Problem(f"not a rate{hint}", key=key, value=rate, allowed=allowed)


def coverage_problems(measure: Covered, *, rated: bool = False) -> Iterator[Problem]:
    """Find shares of trade amiss; only with `rated` may a list of products have rates."""
    share = measure.coverage
    if share is not None and not (math.isfinite(share) and 0 <= share <= 1):
        yield Problem(no_share(share), key="coverage", value=share, allowed="0 to 1")
    value = measure.value_usd
    if value is not None and not (math.isfinite(value) and value > 0):
        yield Problem("not a value", key="value_usd", value=value, allowed="million USD above 0")
    ways = ("coverage", "value_usd", "product_list", "products")
    given = [key for key in ways if getattr(measure, key) is not None]
    if len(given) > 1:
        yield Problem(
            "coverage is given in more than one way",
            key=" | ".join(ways[:3]) if "products" not in given else " | ".join(given),
            allowed="one of them",
        )
    if measure.products is not None:
        read = goods(measure.products)
        if read.rated and not rated:
            yield Problem("only a tariff reads the rates of a list", key="products",
                          value=measure.products)  # fmt: skip
    left_out = (measure.except_,) if isinstance(measure.except_, str) else measure.except_ or ()
    if products := [name for name in left_out if is_products(name)]:
        goods(products, "except")
        if given and given != ["products"]:
            yield Problem("products can be left out of sectors or products, not of a coverage",
                          key="except", value=products)  # fmt: skip
