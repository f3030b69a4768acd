"""Rates by product and partner, as arrays or as the ledger has them on a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from detente.errors import Problem
from detente.ledger.authorities import RATES, chosen
from detente.ledger.days import ledger_day
from detente.policy.faults import LARGEST_RATE, Names, refuse, refuse_types, text_faults
from detente.policy.goods import codes_under, successors

_FEW, _SHOWN = 0.05, 10


@dataclass(frozen=True, eq=False)
class LineTariff:
    """Rates of ``by`` by HS6 code and partner, thousands at once: a schedule in force on a day.

    Lines of a cell with near rates are taken together, at most
    `detente.policy.product_lines.MOST_CLASSES` of them; a note of the policy says where that is
    worth a word.

    Parameters
    ----------
    by
        The importer.
    on
        Partners, as the baseline's codes, names or groups ``(partner,)``.
    codes
        HS6 codes of the HS of 2022, as text or whole numbers ``(line,)``.
    rates
        Fractions of the fob value ``(line, partner)``; not a number where nothing is said. Few
        may be above `LARGEST_RATE`, as laws have them on single lines: at most one in twenty.
    action
        ``"set"`` where they are the new rates, ``"add"`` where they come on top, or where they
        are below zero are taken off: never to less than nothing.
    sectors, id, overlap, stacks, excludes
        As in `Tariff`.

    Raises
    ------
    InputError
        Shapes do not go together, or a rate is none.
    """

    by: Names
    on: Names
    codes: Sequence[str | int] | np.ndarray
    rates: np.ndarray
    action: str = "set"
    sectors: Names = "goods"
    overlap: str = "independent"
    id: str = ""
    stacks: bool = True
    excludes: Names = ()
    product_list: None = None
    year: None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(text_faults(self, "on")))
        on = (self.on,) if isinstance(self.on, str) else tuple(self.on)
        refuse([Problem("a partner is given twice", key="on", value=name)
                 for name in sorted({name for name in on if on.count(name) > 1})])  # fmt: skip
        codes, rates = _line_codes(self.codes), _line_rates(self.rates)
        if rates.shape != (len(codes), len(on)):
            refuse([Problem("rates are not one a line and partner", key="rates",
                             value=rates.shape, allowed=f"{(len(codes), len(on))}")])  # fmt: skip
        if len(np.unique(codes)) != len(codes):
            refuse([Problem("a code is given twice", key="codes")])
        low = 0.0 if self.action == "set" else -10 * LARGEST_RATE
        # single codes of a whole law do pay more than 300% (tobacco, some dairy goods)
        if not (np.isnan(rates) | ((rates >= low) & (rates <= 10 * LARGEST_RATE))).all():
            refuse([Problem("not tariff rates", key="rates",
                             allowed=f"{low:g} to {10 * LARGEST_RATE:g}")])  # fmt: skip
        refuse(list(_too_many_high(rates)))
        if self.action not in ("add", "set"):
            refuse([Problem("unknown", key="action", value=self.action, allowed="add or set")])
        order = np.argsort(codes)
        for name, array in (("codes", codes[order]), ("rates", rates[order])):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "on", on)

    @property
    def replaces(self) -> bool:
        """Whether the rates are new ones."""
        return self.action == "set"


@dataclass(frozen=True)
class LedgerTariff:
    """Rates of ``by`` as the ledger has them on another day, or without some authorities.

    What changes is the difference to the day whose tariffs the baseline has
    (`detente.policy.in_force.moment_of`), product by product and partner by partner.

    Parameters
    ----------
    by
        The importer: the United States, or China (on the United States).
    at
        The day; the baseline's own unless given.
    without
        US authorities that are left out: ``"ieepa"``, ``"s232"``, one or several.
    on, sectors, id, overlap, stacks, excludes
        As in `Tariff`.

    Raises
    ------
    InputError
        It says neither a day nor an authority, or the ledger does not know them.
    """

    by: Names
    on: Names = "world"
    at: str | date | None = None
    without: Names = ()
    sectors: Names = "goods"
    overlap: str = "independent"
    id: str = ""
    stacks: bool = True
    excludes: Names = ()
    product_list: None = None
    year: None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(text_faults(self, "without")))
        if self.at is None and not self.without:
            refuse([Problem("says neither a day nor an authority", key="at",
                             allowed="at: YYYY-MM-DD, or without: ieepa")])  # fmt: skip
        given = self.without
        words = (given,) if isinstance(given, str) else tuple(given)
        left = sorted({one for word in words for one in chosen(word, "without", RATES)})
        object.__setattr__(self, "without", tuple(left))
        if self.at is not None:
            object.__setattr__(self, "at", ledger_day(self.at))

    @property
    def replaces(self) -> bool:
        """Whether the rates are new ones: they are changes."""
        return False


Schedules = LineTariff | LedgerTariff
"""Rates by product and partner."""


def _line_codes(given: object) -> np.ndarray:
    """Return HS6 codes as whole numbers, refusing what is none."""
    allowed = "six digits each"
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or not len(given):
        refuse([Problem("a list of HS6 codes is expected", key="codes", allowed=allowed,
                         value="nothing" if given is None else given)])  # fmt: skip
    assert isinstance(given, Sequence | np.ndarray)
    whole = [int(c) if isinstance(c, float | np.floating) and float(c).is_integer() else c
             for c in given]  # fmt: skip
    texts = [f"{c:06d}" if isinstance(c, int | np.integer) else c for c in whole]
    wrong = [code for code in texts if not isinstance(code, str) or not _is_line(code)]
    refuse([Problem("not an HS6 code", key="codes", value=code, allowed=allowed)
             for code in wrong[:_SHOWN]])  # fmt: skip
    return np.array([int(code) for code in texts], dtype=np.int64)


def _is_line(code: str) -> bool:
    if not re.fullmatch("[0-9]{5,6}", code):
        return False
    # a code of an older edition may be gone; a policy then says that it meets no trade
    return bool(codes_under(code.zfill(6)[:4])) or successors(int(code)) is not None


def _line_rates(given: object) -> np.ndarray:
    try:
        if given is None:
            raise TypeError
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        refuse([Problem("not numbers, one a line and partner", key="rates",
                         value="nothing" if given is None else given)])  # fmt: skip
        raise


def _too_many_high(rates: np.ndarray) -> Iterator[Problem]:
    """Find rates that are above the largest on more than single lines: often per cent."""
    said = rates[~np.isnan(rates)]
    high = said[said > LARGEST_RATE]
    if len(high) > _FEW * len(said):
        yield Problem(
            f"{len(high)} of {len(said)} rates are above {100 * LARGEST_RATE:g}%; did you mean "
            "per cent? Then divide by 100",
            key="rates", value=float(high.max()),
            allowed=f"up to {LARGEST_RATE:g}, and more on at most one in twenty",
        )  # fmt: skip
