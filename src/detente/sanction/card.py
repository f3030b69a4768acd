"""The card of a firm: what is known of it, each figure a value or a range with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr

from detente.baseline.store import DEFAULT
from detente.scenario.fields import Entry, Id, Names, Number, Word
from detente.scenario.schema import Origin, Source, without_null
from detente.scenario.yaml_lines import Found, KeyPath

ASSUMPTION = "assumption"
"""What stands for a source where there is none."""
SHARE, POSITIVE, NOT_NEGATIVE = (0.0, 1.0), (1e-300, float("inf")), (0.0, float("inf"))


class FirmSource(Source):
    """A document that figures of the card are taken from."""

    figures: Literal["read", "recalled"] | None = Field(
        default=None,
        description="Whether its figures were read, in it or in a report on it, or recalled.",
    )


class Figure(Entry):
    """A number of the firm: ``value``, or ``low``, ``central`` and ``high``; and its source."""

    value: Number | None = Field(default=None, description="The figure, where it is one number.")
    low: Number | None = Field(default=None, description="Lowest that it may be.")
    central: Number | None = Field(default=None, description="Most likely.")
    high: Number | None = Field(default=None, description="Highest that it may be.")
    source: Word = Field(description="Id of a source of the card, or `assumption`.")
    note: Word | None = Field(default=None, description="What it counts, and against what.")

    @property
    def middle(self) -> float:
        """The value, or the central one."""
        found = self.central if self.value is None else self.value
        assert found is not None, "a card is checked before it is used"
        return found

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest; the same where it is one number."""
        low = self.middle if self.low is None else self.low
        return low, self.middle if self.high is None else self.high

    @property
    def assumed(self) -> bool:
        """Whether nobody published it."""
        return self.source == ASSUMPTION


class Sale(Entry):
    """Part of the revenue that is earned in some economies."""

    to: Names = Field(description="Economies that buy: codes, names or groups of the baseline.")
    share: Figure = Field(description="Share of revenue, 0 to 1.")


class Purchase(Entry):
    """What the firm buys a year from one economy's sector."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: Word = Field(alias="from", description="Economy that sells.")
    sector: Word = Field(description="Its sector: a code, name or group of the baseline.")
    value: Figure = Field(description="Million a year, in the card's currency, tariffs included.")


class ProductLine(Entry):
    """A part of the firm's revenue; what is left of revenue needs no critical input."""

    id: Id = Field(description="Short name.")
    title: Word | None = Field(default=None, description="What a reader sees.")
    share: Figure = Field(description="Share of revenue.")


class CriticalInput(Entry):
    """An input that a ban would stop, and how long the firm can do without."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Id = Field(description="Short name.")
    title: Word | None = Field(default=None, description="What a reader sees.")
    from_: Word = Field(alias="from", description="Economy that sells it.")
    sector: Word = Field(description="Sector that makes it, as in `purchases`.")
    line: Id | None = Field(
        default=None, description="Product line that needs it; all of the revenue where left out."
    )
    needed: Figure = Field(description="Share of that line that is not made without it.")
    inventory_days: Figure = Field(description="Days of normal use in stock.")
    replaceable: Figure = Field(description="Share of it that others can supply in the end.")
    replace_days: Figure = Field(description="Days until they do.")


class ShortRun(Entry):
    """How the firm lives by the day; every figure may be left out (then: `DEFAULTS`)."""

    threshold: Figure | None = Field(
        default=None, description="Share of the normal stock below which output falls."
    )
    restock_days: Figure | None = Field(
        default=None, description="Days in which a missing stock is ordered back."
    )
    spare_supply: Figure | None = Field(
        default=None, description="What suppliers deliver above normal use, as a share of it."
    )
    demand_loss: Figure | None = Field(
        default=None, description="Share of demand lost a day, per unit of demand unmet."
    )
    demand_return_days: Figure | None = Field(
        default=None, description="Days in which lost customers come back once they are served."
    )


class Remedy(Entry):
    """Something else than the ban: a fine, money in escrow, new managers, a monitor."""

    id: Id = Field(description="Short name.")
    title: Word = Field(description="What a reader sees.")
    paid: Figure | None = Field(default=None, description="Million paid at once to the treasury.")
    at_risk: Figure | None = Field(default=None, description="Million forfeited on a breach.")
    breach: Figure | None = Field(default=None, description="Probability of a breach, 0 to 1.")
    yearly_cost: Figure | None = Field(default=None, description="Million a year to the firm.")
    years: Figure | None = Field(default=None, description="For how many years.")


class Observed(Entry):
    """What happened to the firm under a ban, to hold the model against."""

    banned_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = Field(
        description="Days of the period with the ban in force, from its first day on."
    )
    period_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = Field(
        description="Days of the period that the fall of revenue is of."
    )
    fall: Figure = Field(description="Fall of the period's revenue, share of the year before's.")
    ceased_after_days: Figure = Field(description="Days until operations ceased.")


class FirmCard(Entry):
    """What is known of a firm. Money is in millions of its currency a year."""

    code: Id = Field(description="Short code, which becomes a sector of the carved economy.")
    name: Word = Field(description="Name of the firm.")
    economy: Word = Field(description="Where it produces.")
    sector: Word = Field(description="Sector that it is a part of.")
    year: Annotated[int, Field(strict=True, ge=1900, le=2100)] = Field(
        description="Year of the figures."
    )
    baseline: Word = Field(
        default=DEFAULT,
        description="Economy that it is carved out of, unless another is asked.",
    )
    sources: tuple[FirmSource, ...] = Field(default=(), description="Documents that figures cite.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        default="USD", description="Currency of the money figures, three letters."
    )
    usd_rate: Figure | None = Field(default=None, description="USD for one unit of the currency.")
    revenue: Figure = Field(description="Revenue, at producers' prices.")
    employment: Figure = Field(description="Persons employed.")
    value_added_share: Figure | None = Field(
        default=None, description="Value added over revenue; its sector's where left out."
    )
    sales: tuple[Sale, ...] = Field(
        default=(), description="Revenue by destination; what is left goes to all others pro rata."
    )
    purchases: tuple[Purchase, ...] = Field(
        default=(), description="Known purchases; all others are its sector's, pro rata."
    )
    product_lines: tuple[ProductLine, ...] = Field(
        default=(), description="Parts of the revenue that need different inputs."
    )
    critical_inputs: tuple[CriticalInput, ...] = Field(
        default=(), description="Inputs that a ban would stop."
    )
    short_run: ShortRun = Field(default_factory=ShortRun, description="How it lives by the day.")
    supplier_jobs: Figure | None = Field(
        default=None, description="Jobs per million USD of sales in the economy that bans."
    )
    remedies: tuple[Remedy, ...] = Field(default=(), description="What may stand for the ban.")
    observed: Observed | None = Field(default=None, description="What a real ban did.")
    notes: tuple[Word, ...] = Field(default=(), description="What the card leaves out.")

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        """File that it was read from, and the line of every key."""
        return self._origin

    @property
    def rate(self) -> float:
        """USD for one unit of its currency."""
        return 1.0 if self.usd_rate is None else self.usd_rate.middle

    @property
    def revenue_musd(self) -> float:
        """Revenue in million USD."""
        return self.revenue.middle * self.rate


def figures(card: FirmCard) -> Iterator[tuple[KeyPath, Figure, tuple[float, float]]]:
    """Yield every figure with its path in the file and the bounds that it must keep."""
    whole = {
        "usd_rate": POSITIVE,
        "revenue": POSITIVE,
        "employment": POSITIVE,
        "value_added_share": SHARE,
        "supplier_jobs": NOT_NEGATIVE,
    }
    yield from _of(card, (), whole)
    for k, sale in enumerate(card.sales):
        yield ("sales", k, "share"), sale.share, SHARE
    for k, purchase in enumerate(card.purchases):
        yield ("purchases", k, "value"), purchase.value, POSITIVE
    for k, line in enumerate(card.product_lines):
        yield ("product_lines", k, "share"), line.share, SHARE
    inputs = dict.fromkeys(("needed", "replaceable"), SHARE)
    inputs |= {"inventory_days": NOT_NEGATIVE, "replace_days": NOT_NEGATIVE}
    for k, item in enumerate(card.critical_inputs):
        yield from _of(item, ("critical_inputs", k), inputs)
    by_day = dict.fromkeys(("threshold", "demand_loss"), SHARE)
    by_day |= {"restock_days": POSITIVE, "demand_return_days": POSITIVE}
    yield from _of(card.short_run, ("short_run",), {**by_day, "spare_supply": NOT_NEGATIVE})
    if card.observed is not None:
        yield from _of(card.observed, ("observed",), {"fall": SHARE, "ceased_after_days": POSITIVE})
    money = dict.fromkeys(("paid", "at_risk", "yearly_cost", "years"), NOT_NEGATIVE)
    for k, remedy in enumerate(card.remedies):
        yield from _of(remedy, ("remedies", k), {**money, "breach": SHARE})


def _of(entry: Entry, path: KeyPath, bounds: dict[str, tuple[float, float]]):
    for key, bound in bounds.items():
        figure = getattr(entry, key)
        if figure is not None:
            yield (*path, key), figure, bound


def faults(card: FirmCard) -> Iterator[Found]:
    """Yield what is wrong with a card although each key is well formed."""
    broken = False
    known = {source.id for source in card.sources} | {ASSUMPTION}
    for path, figure, bound in figures(card):
        for fault in _figure_faults(path, figure, bound, known):
            broken = True
            yield fault
    if not broken:
        yield from _sum_faults(card)
    yield from _reference_faults(card)


def _figure_faults(path: KeyPath, figure: Figure, bound, known: set[str]) -> Iterator[Found]:
    parts = {key: getattr(figure, key) for key in ("value", "low", "central", "high")}
    given = [key for key, number in parts.items() if number is not None]
    if given not in (["value"], ["low", "central", "high"]):
        message = "give the value, or low, central and high"
        yield Found(path, message, None, ", ".join(given) or None, "value | low, central, high")
        return
    if given != ["value"] and not parts["low"] <= parts["central"] <= parts["high"]:
        numbers = [parts[key] for key in given]
        yield Found(path, "a range out of order", None, numbers, "low <= central <= high")
    low, high = bound
    for key in given:
        if not low <= parts[key] <= high:
            allowed = "0 to 1" if high == 1 else "above 0" if low > 0 else "0 or more"
            message = "a share cannot be that" if high == 1 else "out of bounds"
            yield Found((*path, key), message, None, parts[key], allowed)
    if figure.source not in known:
        allowed = ", ".join(sorted(known))
        yield Found((*path, "source"), "no such source", None, figure.source, allowed)


def _sum_faults(card: FirmCard) -> Iterator[Found]:
    sold = sum(sale.share.middle for sale in card.sales)
    if sold > 1 + 1e-9:
        yield Found(("sales",), "shares of sales add up to more than 1", None, round(sold, 6), "1")
    lines = sum(line.share.middle for line in card.product_lines)
    if lines > 1 + 1e-9:
        message = "shares of product lines add up to more than 1"
        yield Found(("product_lines",), message, None, round(lines, 6), "1")
    value_added = 0.0 if card.value_added_share is None else card.value_added_share.middle
    bought = sum(purchase.value.middle for purchase in card.purchases)
    most = card.revenue.middle * (1 - value_added)
    for k, purchase in enumerate(card.purchases):
        high = purchase.value.bounds[1]
        if high > card.revenue.bounds[1] and bought <= most:
            message = "the range of a purchase reaches above revenue"
            yield Found(("purchases", k, "value"), message, None, high,
                        f"at most {card.revenue.bounds[1]:g}")  # fmt: skip
    if bought > most:
        left = "revenue" if value_added == 0 else "revenue less value added"
        message = f"purchases are above {left}"
        yield Found(("purchases",), message, None, bought, f"at most {most:g}")
    if card.currency != "USD" and card.usd_rate is None:
        message = "a card in another currency than USD needs the rate: USD for one unit of it"
        yield Found(("currency",), message, None, card.currency, "usd_rate: {value: …, source: …}")


def _reference_faults(card: FirmCard) -> Iterator[Found]:
    for section in ("sources", "product_lines", "critical_inputs", "remedies"):
        ids = [entry.id for entry in getattr(card, section)]
        for k, name in enumerate(ids):
            if name in ids[:k]:
                yield Found((section, k, "id"), "this id is taken", None, name)
    lines = [line.id for line in card.product_lines]
    for k, item in enumerate(card.critical_inputs):
        if item.line is not None and item.line not in lines:
            allowed = ", ".join(lines) or "a product line of the card"
            yield Found(("critical_inputs", k, "line"), "no such product line", None, item.line,
                        allowed)  # fmt: skip
    bought = [(p.from_, p.sector) for p in card.purchases]
    for k, pair in enumerate(bought):
        if pair in bought[:k]:
            message = "this supplier is listed twice; add the values up"
            yield Found(("purchases", k), message, None, " ".join(pair))
    for k, item in enumerate(card.critical_inputs):
        if (item.from_, item.sector) not in bought:
            allowed = "; ".join(f"{a} {b}" for a, b in bought) or "list it under purchases"
            message = "no such purchase: a critical input is one of the purchases"
            yield Found(("critical_inputs", k, "from"), message, None,
                        f"{item.from_} {item.sector}", allowed)  # fmt: skip


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the card of a firm, for editors.

    It knows keys, kinds and descriptions; that shares add up and that ids are known, only
    `detente.sanction.load.load_card` checks.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **without_null(FirmCard.model_json_schema(mode="validation")),
        "title": "Card of a firm for Détente",
    }
