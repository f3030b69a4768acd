"""Tables of firms cut off: raw values with the meaning and the unit of every column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Link, Mark, Place, Table, Unit, Value
from detente.document.numbers import CHANGE, COUNT, NOTHING, SHARE, money_unit
from detente.report.sanction import wording

if TYPE_CHECKING:
    import pandas as pd

    from detente.report.sanction.facts import BanFacts, Firm, Pair

SHOWN: frozenset[Place] = frozenset(("terminal", "page"))
DATA: frozenset[Place] = frozenset(("data",))
NOT_PRINTED: frozenset[Place] = frozenset(("page", "data"))
DAYS = (1, 14, 30, 60, 90, 180)
MONTHS = (1, 2, 3, 6, 12, 24, 60, 84)
LARGEST = 10
ANY = Unit(data="as on the card")
FRACTION = Unit("%", 0.01, data="fraction")
"""Small shares, whose digits count."""


def table(
    key: str,
    title: str,
    columns: Iterable[Column],
    rows: Iterable[Mapping[str, Value]],
    **more: Any,
) -> Table:
    """Return a table of any columns and rows."""
    return Table(key, title, tuple(columns), tuple(rows), **more)


def records(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a frame."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _indexed(frame: pd.DataFrame, keys: Sequence[str]) -> dict[str, dict[str, float]]:
    held: Any = frame[keys]
    return {str(code): row for code, row in held.to_dict("index").items()}


def side(key: str, title: str = "") -> tuple[Column, Column]:
    """Return the columns of an economy: its name, and its code for programs."""
    return (
        Column(key, title, "economy"),
        Column(f"{key}_code", "code", "code of the economy", hidden=True),
    )


def _day() -> Column:
    return Column("day", "Day", "day of the ban, the first is 1", COUNT)


def _month() -> Column:
    return Column("month", "Month", "month of 30 days of the ban, the first is 1", COUNT)


def _output(firm: Firm) -> list[Column]:
    """Return the columns of output: at the central figures, and in draws where there are enough."""
    found = [Column("output", "central", "output at the central figures, of normal", SHARE)]
    shown = {"p5": "5% of draws", "p25": "25%", "p50": "median", "p75": "75%", "p95": "95%"}
    for key, title in shown.items() if firm.many else ():
        meaning = f"output that {key[1:]}% of draws stay below, of normal"
        found.append(Column(key, title, meaning, SHARE))
    return found


def path(facts: BanFacts, firm: Firm) -> Table:
    """Return the firm's output by day."""
    traded = {
        "demand": ("demand", "orders for what the firm makes, of normal"),
        "bought_banned": ("banned sales that go on", "share of a normal day's banned sales"),
        "bought_others": ("sold by others instead", "share of a normal day's banned sales"),
    }
    more = [Column(key, title, meaning, SHARE) for key, (title, meaning) in traded.items()]
    columns = [_day(), *_output(firm), *more]
    keys = [column.key for column in columns]
    rows = records(firm.path.reset_index()[keys])
    title = f"Output of {firm.name} by day, of normal"
    return table("path", title, columns, rows, on=NOT_PRINTED)


def some_days(facts: BanFacts, firm: Firm) -> Table:
    """Return some days of output, by product line too where there are several."""
    columns = [_day(), *(c for c in _output(firm) if c.key not in ("p25", "p75"))]
    if len(firm.lines) > 1:
        columns += _lines(firm)
    days = sorted({d for d in (*DAYS, facts.choices.days) if d <= facts.choices.days})
    rows = records(firm.path.loc[days].reset_index()[[column.key for column in columns]])
    title = f"Output of {firm.name}, of normal"
    return table("some-days", title, columns, rows, on=frozenset(("terminal",)))


def _lines(firm: Firm) -> list[Column]:
    return [
        Column(f"line_{key}", title, f"output of product line {key}, of normal", SHARE, key)
        for key, title in firm.lines.items()
    ]


def lines(facts: BanFacts, firm: Firm) -> Table:
    """Return output of product lines and stocks of critical inputs by day."""
    columns = [_day(), *_lines(firm)]
    frame = firm.path.copy()
    for key, (title, kept) in firm.stocks.items():
        frame[f"stock_{key}"] /= max(kept, 1e-9)
        meaning = f"stock of critical input {key}, of what is kept normally"
        columns.append(Column(f"stock_{key}", f"Stock: {title}", meaning, SHARE))
    rows = records(frame.reset_index()[[column.key for column in columns]])
    title = "Product lines, of normal output, and stocks, of normal stocks"
    return table("lines", title, columns, rows, on=NOT_PRINTED)


def countries(facts: BanFacts) -> Table:
    """Return what happens to every economy over the path: as customer, supplier, in the world."""
    columns, frame = _countries(facts)
    kept = [*columns, *(replace(one, hidden=True) for one in _income(facts))]
    rows = [
        {"economy": facts.names[code], "economy_code": code, **row}
        for code, row in _indexed(frame, [c.key for c in kept if c.unit]).items()
    ]
    return table("countries", _over(facts), kept, rows)


def hit(facts: BanFacts) -> Table:
    """Return the economies that are hit most, or gain most."""
    columns, frame = _countries(facts)
    keys = ["value_added", "output"] if facts.world else ["missed", "banned"]
    by = keys[:1] if facts.world else keys
    held = _indexed(frame, keys)
    most = sorted(held, key=lambda code: -sum(abs(held[code][key]) for key in by))[:LARGEST]
    rows = (
        {"economy": facts.names[code], **held[code]}
        for code in most
        if max(abs(held[code][key]) for key in by) >= NOTHING
    )
    shown = (column for column in columns if column.key in ("economy", *keys))
    return table("hit", f"{_over(facts)}: the largest", shown, rows, on=SHOWN)


def _over(facts: BanFacts) -> str:
    days = facts.choices.days
    if facts.world is None:
        return f"Trade of {facts.firms[0]} over {days} days"
    return f"The world over {days} days{'' if facts.alone else f', {wording.bans(facts)}'}"


def _countries(facts: BanFacts) -> tuple[list[Column], pd.DataFrame]:
    """Return columns and values by code of the economy: of one firm, of the world, or of both."""
    change, level = money_unit(facts.unit, "", sign=True), money_unit(facts.unit, "")
    columns, frames = [*side("economy")], []
    if facts.world:
        told = {
            "value_added": ("value added", "change of value added over the path, central figures"),
            "output": ("output of others", "change of output of all but the firms cut off"),
            "best": ("served at best", "change of final purchases served, at best"),
            "worst": ("served at worst", "change of final purchases served, at worst"),
        }
        columns += [Column(key, head, said, change) for key, (head, said) in told.items()]
        frames.append(facts.world.countries)
    if facts.firm:
        sold = {
            "sales": ("firm's sales a year", "normal sales of the firm there, a year"),
            "missed": ("missed deliveries", "deliveries of the firm there that are missing"),
            "banned": ("banned sales", "sales from there to the firm that are stopped"),
        }
        columns += [Column(key, head, said, level) for key, (head, said) in sold.items()]
        frames.append(facts.firm.countries)
    first, *others = frames
    return columns, first.join(others)


def worst(facts: BanFacts, frame: pd.DataFrame) -> Table:
    """Return what the worst loses by day."""
    daily = money_unit(facts.unit, "a day")
    own = "output that the firms cut off miss themselves, at worst"
    columns = (
        _day(),
        Column("firms", "the firms", own, daily),
        Column("world", "everybody", "output that everybody misses together, at worst", daily),
    )
    rows = records(frame.rename(columns={"firm": "firms"}).reset_index())
    return table("worst", "The worst by day", columns, rows, on=DATA)


def horizons(facts: BanFacts, firm: Firm) -> Table:
    """Return what becomes of the firm in general equilibrium."""
    columns = (
        Column("horizon", "", "how long trade has to adjust"),
        Column("output_pct", "firm's output", "change of the firm's output, quantity", CHANGE),
        Column("cost_pct", "its cost", "change of the firm's unit cost", CHANGE),
        Column("input_pct", "its banned inputs", "change of the price of its named inputs", CHANGE),
    )
    of = "General equilibrium" if facts.alone else f"{firm.name} in general equilibrium"
    stays = "a ban that stays" if facts.alone else "bans that stay"
    rows = records(firm.horizons.rename_axis("horizon").reset_index())
    return table("horizons", f"{of} under {stays}", columns, rows)


def decade(facts: BanFacts, firm: Firm) -> Table:
    """Return output from the first month to the tenth year."""
    columns = (
        _month(),
        Column("output", "output", "output on the last day of the month, of normal", SHARE),
        Column("part", "from", "days: by the day; adjustment: on the way to equilibrium"),
    )
    joined = firm.joined[firm.joined["day"] % 30 == 0]
    rows = records(joined.assign(month=joined["day"] // 30)[[c.key for c in columns]])
    title = f"Output of {firm.name} if the ban stays, of normal"
    return table("decade", title, columns, rows, on=NOT_PRINTED)


def _income(facts: BanFacts) -> list[Column]:
    unit = money_unit(facts.unit, "a year", sign=True)
    return [
        Column(f"real_income_{one}", f"income, {one}", f"change of real income, {one}", unit)
        for one in (facts.world.horizons if facts.world else ())
    ]


def real_income(facts: BanFacts, frame: pd.DataFrame) -> Table:
    """Return real income in general equilibrium of the economies that lose or gain most."""
    columns = [Column("economy", "", "economy"), *_income(facts)]
    keys = [column.key for column in columns[1:]]
    held = _indexed(frame, keys)
    most = sorted(held, key=lambda code: -abs(held[code][keys[-1]]))[:LARGEST]
    rows = ({"economy": facts.names[code], **held[code]} for code in most)
    title = f"Real income under {wording.bans(facts)}, in general equilibrium"
    return table("real-income", title, columns, rows, on=SHOWN)


def costs(facts: BanFacts, pair: Pair, ending: str) -> Table:
    """Return what some months of bans that stay cost the sides."""
    of = "a ban that stays" if facts.alone else f"{wording.bans(facts)} while they stay"
    columns = [_month(), *_cost_columns(facts, (pair,)), _part()]
    months = _months(facts, (pair,))
    rows = records(months[months["month"].isin(MONTHS)])
    title = f"Cost of {of}, by month; below zero: a gain"
    return table(f"costs{ending}", title, columns, rows, on=SHOWN)


def months(facts: BanFacts) -> Table:
    """Return lost sales of the firm and losses of economies, every month."""
    pairs = facts.world.pairs if facts.world else ()
    columns = [_month(), *_cost_columns(facts, pairs), _part()]
    rows = records(_months(facts, pairs))
    return table("months", "Costs by month", columns, rows, on=DATA)


def _part() -> Column:
    return Column("part", "from", "days: by the day; adjustment: on the way to equilibrium")


def _cost_columns(facts: BanFacts, pairs: Sequence[Pair]) -> list[Column]:
    unit, found = money_unit(facts.unit, "a month"), {}
    if facts.firm:
        found["firm_sales"] = Column(
            "firm_sales", "firm's lost sales", "sales of the firm lost", unit
        )
    for pair in pairs:
        for one in (pair.target, pair.sanctioner):
            meaning = "value added lost, on the way to equilibrium real income; below zero a gain"
            key = f"lost_{one.code}"
            found[key] = Column(key, f"loss of {one.code}", meaning, unit)
    return list(found.values())


def _months(facts: BanFacts, pairs: Sequence[Pair]) -> pd.DataFrame:
    import pandas as pd

    held = {"firm_sales": facts.firm.lost_sales["firm_sales"]} if facts.firm else {}
    for pair in pairs:
        held[f"lost_{pair.target.code}"] = pair.months["target"]
        held[f"lost_{pair.sanctioner.code}"] = pair.months["sanctioner"]
    parts = [facts.firm.lost_sales] if facts.firm else [pairs[0].months]
    return pd.DataFrame({**held, "part": parts[0]["part"]}).rename_axis("month").reset_index()


def joint(facts: BanFacts, pair: Pair, ending: str) -> Table:
    """Return what meets where days pass to years."""
    unit = money_unit(facts.unit, "a month")
    columns = (
        *side("economy"),
        Column("by_day", "by day", "value added lost on the last day of the daily path", unit),
        Column("value_added", "value added in equilibrium", "at the baseline's prices, lost", unit),
        Column("real_income", "real income in equilibrium", "terms of trade too, lost", unit),
    )
    sides = {"target": pair.target, "sanctioner": pair.sanctioner}
    rows = [
        {"economy": sides[str(key)].name, "economy_code": sides[str(key)].code, **row}
        for key, row in pair.joint.to_dict("index").items()
    ]
    title = f"Where days pass to years, day {pair.joint_day}: losses"
    return table(f"joint{ending}", title, columns, rows)


def remedies(facts: BanFacts, pair: Pair, ending: str) -> Table:
    """Return what may stand for the bans, and what each is worth to both sides."""
    level, gain = money_unit(facts.unit, ""), money_unit(facts.unit, "", sign=True)
    columns = (
        Column("remedy", f"Instead of {wording.bans(facts)}", "what stands for the ban"),
        Column("remedy_id", "id", "id of the remedy", hidden=True),
        Column("pays", "the firm's side pays", "what the firm's side pays, central", level),
        Column("low", "low", "what it pays, low", level),
        Column("high", "high", "what it pays, high", level),
        *(
            Column(key, f"gain of {one.code}", "worth of relief and remedy", gain)
            for key, one in (("gain_target", pair.target), ("gain_sanctioner", pair.sanctioner))
        ),
    )
    titles = {
        "ban-stays": "The ban stays" if facts.alone else "The bans stay",
        "all-together": "All of these",
        **pair.titles,
    }
    frame = pair.remedies.rename(columns={"target": "gain_target", "sanctioner": "gain_sanctioner"})
    rows = [
        {"remedy": titles.get(str(key), str(key)), "remedy_id": str(key), **row}
        for key, row in frame.to_dict("index").items()
    ]
    title = "Relief and remedies, present value over the rest of seven years"
    return table(f"remedies{ending}", title, columns, rows)


def figures(facts: BanFacts, firm: Firm) -> Table:
    """Return the figures of the card and where they are from."""
    columns = (
        Column("figure", "Figure", "key of the card"),
        Column("low", "low", "lowest", ANY),
        Column("central", "central", "most likely", ANY),
        Column("high", "high", "highest", ANY),
        Column("source", "source", "source of the card, or assumption: nobody published it"),
        Column("note", "note", "what it counts, and against what"),
    )
    return table("assumptions", "Figures of the card", columns, firm.figures)


def sources(facts: BanFacts, firm: Firm) -> Table:
    """Return the documents that the card cites."""
    columns = (
        Column("id", "Source", "id of the source"),
        Column("document", "document", "title, publisher, date, whether figures were read"),
        Column("address", "address", "where it is"),
    )
    rows = [
        {"id": one.id, "document": _cited(one), "address": _link(one.url)}
        for one in firm.card.sources
    ]
    return table("sources", "Sources of the card", columns, rows)


def _cited(source: Any) -> str:
    known = (source.title, source.publisher, source.date, source.figures)
    told = [str(one) for one in known[:-1] if one] + ([f"figures {known[-1]}"] if known[-1] else [])
    return "; ".join(told)


def _link(address: str | None) -> Value:
    if not address or not address.startswith(("http://", "https://")):
        return address or ""
    return Link(address.split("/")[2], address)


def adjustments(facts: BanFacts, firm: Firm) -> Table:
    """Return what the carve changed."""
    columns = (
        Column("what", "What", "what was changed to carve the firm out"),
        Column("size", "size", "how large the change is", Unit()),
        Column("why", "why", "why"),
    )
    rows = [{"what": one.what, "size": one.size, "why": one.why} for one in firm.adjustments]
    units = tuple(Unit(one.unit) for one in firm.adjustments)
    return table("carve", "The carve", columns, rows, units=units)


def backtest(frame: pd.DataFrame) -> Table:
    """Return which assumptions agree with what was observed."""
    columns = (
        Column("needed", "needed", "part of the inputs without which nothing is made", SHARE),
        Column("inventory_days", "stock, days", "days of stock", COUNT),
        Column("threshold", "threshold", "stock below which output falls, of normal", SHARE),
        Column("shutdown_day", "shut down on day", "first day of a shutdown", COUNT),
        Column("banned_fall", "fall while banned", "mean loss of output while banned", SHARE),
        Column("period_fall", "fall of period", "mean loss of output in the period", SHARE),
        Column("agrees", "agrees", "with what was observed"),
    )
    rows = [
        {**{c.key: row[c.key] for c in columns[:-1]}, "agrees": _agrees(row)}
        for row in records(frame.reset_index())
    ]
    return table("backtest", "Assumptions tried", columns, rows)


def _agrees(row: Mapping[str, Any]) -> Mark | str:
    if row["agrees"]:
        return Mark("both", "strong")
    return "day" if row["shutdown_agrees"] else "fall" if row["fall_agrees"] else "–"
