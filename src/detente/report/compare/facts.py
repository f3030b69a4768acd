"""What tells two equilibria apart, as numbers and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.attribution import Need, needs
from detente.baseline.groups import firms
from detente.document.blocks import Unit
from detente.document.language import listed, long_day, noun, possessive
from detente.document.numbers import money_unit
from detente.ledger.authorities import TITLES
from detente.report import facts
from detente.report.facts import Rows
from detente.scenario.focus import focus_on
from detente.units import common

if TYPE_CHECKING:
    from detente.attribution import Part
    from detente.comparison import Comparison

FEW = 3
"""Names that a phrase lists; more are counted."""


@dataclass(frozen=True)
class PartFacts:
    """What one part makes of a difference.

    Attributes
    ----------
    id, instead
        Ids of what comes (or of what goes), and of what goes for it.
    name
        What it is, as a noun.
    by
        Code of the economy that takes it; empty where several do.
    rows
        By economy: the columns of `detente.attribution.Attribution.table`.
    need
        What it takes in the first equilibrium, where it is a limit.
    """

    id: str
    instead: str
    name: str
    by: str
    rows: Rows
    need: Need | None

    def named(self, code: str, names: dict[str, str]) -> str:
        """Name it in a sentence on an economy: its own measures are “its”."""
        return self.name.replace(possessive(names[code]), "its own", self.by == code)


@dataclass(frozen=True, eq=False)
class CompareFacts:
    """What tells two equilibria apart.

    Attributes
    ----------
    titles, letters
        Of the first and of the second; letters stand for them at a terminal.
    unit
        Of money.
    names, sectors
        Readable names by code.
    focus
        Codes of the economies to show first.
    both
        Results of all economies in the first and in the second.
    countries, by_sector
        The first against the second: by economy, and by economy in focus of all sectors.
    trade
        Goods that one in focus buys from the other, by ``(importer, exporter)``: in the first, in
        the second and the difference, ``value`` and ``duty`` (per cent), and its change ``pct``,
        with draws its ends ``low`` and ``high``.
    parts
        What makes the difference of real income.
    exact, solved
        Whether all combinations of parts were solved, and how many.
    no_cause
        Why there are no parts.
    firms
        Names of firms that are sectors of their own in the economy of both.
    ends
        Ends of the difference of real income over draws, per cent, by economy; empty without.
    runs
        Which runs are between them, after ``in``.
    """

    titles: tuple[str, str]
    letters: tuple[str, str]
    unit: Unit
    names: dict[str, str]
    sectors: dict[str, str]
    focus: tuple[str, ...]
    both: tuple[Rows, Rows]
    countries: Rows
    by_sector: dict[str, Rows]
    trade: dict[tuple[str, str], Rows]
    parts: tuple[PartFacts, ...]
    exact: bool
    solved: int
    no_cause: str
    firms: tuple[str, ...]
    ends: dict[str, tuple[float, float]]
    runs: str

    def effect(self, code: str) -> float:
        """Real income of the first over the second, per cent."""
        return self.countries[code]["real_income_pct"]


def facts_of(found: Comparison, letters: tuple[str, str] = ("A", "B")) -> CompareFacts:
    """Read a comparison."""
    c, focus, cause = found.calibration, _focus(found), found.cause
    unit = c.card.unit
    pairs = ((focus[0], focus[1]), (focus[1], focus[0])) if len(focus) == 2 else ()
    return CompareFacts(
        titles=found.titles,
        letters=letters,
        unit=money_unit(c.card.unit, sign=True),
        names=facts.country_names(c),
        sectors=facts.sector_names(c),
        focus=focus,
        both=(facts.countries(found.first), facts.countries(found.second)),
        countries=common(found.countries, unit).to_dict("index"),  # pyright: ignore[reportArgumentType]
        by_sector={code: common(found.sectors.loc[code], unit).to_dict("index") for code in focus},  # pyright: ignore[reportArgumentType]
        trade={pair: _trade(found, *pair, place) for place, pair in enumerate(pairs)},
        parts=_parts(found),
        exact=cause is None or cause.exact,
        solved=0 if cause is None else cause.solved,
        no_cause=found.no_cause,
        firms=tuple(firm.name for firm in firms(c).values()),
        ends=facts.ends(found.interval, c),
        runs="" if found.interval is None else found.interval.what,
    )


def _focus(found: Comparison) -> tuple[str, ...]:
    """Return the scenario's focus, or the two economies that differ most."""
    if found.scenario is not None and (named := focus_on(found.scenario, found.calibration)):
        return named
    moved = found.welfare.abs().sort_values(ascending=False, kind="stable")
    return tuple(str(code) for code in moved.index[:2])


def _trade(found: Comparison, importer: str, exporter: str, place: int) -> Rows:
    unit = found.calibration.card.unit
    first, second, change = (
        common(s.bilateral.loc[(exporter, importer)], unit)
        for s in (found.first, found.second, found)
    )

    def row(of: Any) -> dict[str, float]:
        duty = 100 * float(of["effective_tariff_cf"])
        return {"value": float(of["goods_musd"] + of["goods_change_musd"]), "duty": duty}

    apart = {"value": float(change["goods_change_musd"]), "pct": float(change["goods_pct"]),
             "duty": 100 * float(change["effective_tariff_cf"])}  # fmt: skip
    if (ends := found.ends_of("bought")) is not None:
        apart |= {"low": float(ends.low[place]), "high": float(ends.high[place])}
    return {"first": row(first), "second": row(second), "difference": apart}


def _parts(found: Comparison) -> tuple[PartFacts, ...]:
    cause, scenario = found.cause, found.scenario
    if cause is None or scenario is None:
        return ()
    entries = {entry.id: entry for entry in scenario.measures}
    names, limits = facts.country_names(found.calibration), needs(found.first)
    table = common(cause.table, cause.unit)
    goods = facts.sector_names(found.calibration)
    said = [_name(part, entries, names, goods) for part in cause.parts]
    return tuple(
        PartFacts(
            part.id,
            ", ".join(part.goes) if part.comes else "",
            # two measures that read alike are told apart by their ids
            text if said.count(text) == 1 else f"{text} ({part.id})",
            _by(part, entries, names),
            table.loc[part.id].to_dict("index"),  # pyright: ignore[reportArgumentType]
            next((limits[m] for m in part.comes if m in limits), None),
        )
        for part, text in zip(cause.parts, said, strict=True)
    )


def _by(part: Part, entries: dict[str, Any], names: dict[str, str]) -> str:
    takers = {taker for m in (*part.comes, *part.goes) for taker in entries[m].by}
    codes = {name: code for code, name in names.items()} | {code: code for code in names}
    return codes.get(next(iter(takers)), "") if len(takers) == 1 else ""


def _name(part: Part, entries: dict[str, Any], names: dict[str, str], goods: dict[str, str]) -> str:
    """Say what a part is: what comes, in place of what goes."""
    new, old = ([phrase(entries[m], names, goods) for m in ids] for ids in (part.comes, part.goes))
    if not new:
        return f"the end of {_few(old, 'measures')}"
    return _few(new, "measures")


def phrase(entry: Any, names: dict[str, str], sectors: dict[str, str]) -> str:
    """Return what a measure is, as a noun: whose, what, on what, from or to whom."""

    def of(given: tuple[str, ...]) -> list[str]:
        return [names.get(name, name) for name in given]

    owner = possessive(listed(of(entry.by)))
    others = _few([noun(name) for name in of(getattr(entry, "on", ()))], "economies")
    others = "all economies" if others == "world" else others
    products = getattr(entry, "products", None)
    named = products or getattr(entry, "sectors", ())
    on = [f"HS {name}" if name[:1].isdigit() else str(sectors.get(name, name)) for name in named]
    goods = _few(on, "kinds of products" if products else "groups of goods")
    goods = f"most {goods}" if getattr(entry, "except_", None) else goods
    forms = {
        "tariff": f"tariff{_rate(entry)} on {goods} from {others}",
        "trade-cost": f"barriers to {goods} from {others}",
        "export-tax": f"tax on sales of {goods} to {others}",
        "export-ban": f"ban on sales of {goods} to {others}",
        "import-ban": f"ban on {goods} from {others}",
        "tariff-quota": f"tariff quota on {goods} from {others}",
        "quota": f"quota on {goods} from {others}",
        "export-restraint": f"limit on its sales of {goods} to {others}",
        "purchase-commitment": f"promise to buy {goods} from {others}",
        "production-subsidy": f"subsidy to makers of {goods}",
        "transfer": f"payment to {others}",
        "ledger": _day(entry),
    }
    return f"{owner} {forms[entry.kind]}"


def _day(entry: Any) -> str:
    """Return what tariffs of the ledger are, as a noun."""
    of = f"tariffs of {long_day(entry.at)}" if getattr(entry, "at", None) else "tariffs"
    names = [str(TITLES.get(one, one)) for one in getattr(entry, "without", ())]
    left = listed(names) if names else ""
    return of + (f" without {left}" if left else "")


def _rate(entry: Any) -> str:
    rate, points = getattr(entry, "set", None), getattr(entry, "add", None)
    if rate is not None:
        return f" of {100 * rate:g}%"
    if (floor := getattr(entry, "floor", None)) is not None:
        return f" of at least {100 * floor:g}%"
    if (ceiling := getattr(entry, "ceiling", None)) is not None:
        return f" of at most {100 * ceiling:g}%"
    if points is not None:
        return f" of {abs(100 * points):g} points {'more' if points >= 0 else 'less'}"
    return ""


def _few(items: list[str], what: str) -> str:
    return listed(items) if 0 < len(items) <= FEW else f"{len(items)} {what}"
