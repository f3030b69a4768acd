"""Tables of firms cut off: raw values with the meaning and the unit of every column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from detente.document.blocks import Column, Link, Mark, Table, Unit, Value
from detente.document.numbers import CHANGE, COUNT, DAYS, SHARE, money_unit
from detente.report.columns import DATA, NOT_PRINTED, PRINTED, SHOWN, columns, least, named, table
from detente.report.sanction import wording
from detente.report.sanction.facts import joint_day

if TYPE_CHECKING:
    from detente.report.sanction.facts import BanFacts, Firm, Pair, World

SOME_DAYS = (1, 14, 30, 60, 90, 180)
LARGEST = 6
ANY = Unit(data="as on the card")
FRACTION = Unit("%", 0.01, data="fraction")
"""Small shares, whose digits count."""
DAY = Column("day", "Day", "day of the ban, the first is 1", COUNT)
MONTH = Column("month", "Month", "month of 30 days of the ban, the first is 1", COUNT)
OUTPUT = Column("output", "output", "output on that day if the ban stays, of normal", SHARE)
HIT = {
    "value_added": ("value added", "change of value added over the path, central figures"),
    "output": ("output of others", "change of output of all but the firms cut off"),
}
PART = Column("part", "from", "days: by the day; adjustment: on the way to equilibrium")
OF = Column("of", "of", "whose figures these are: a firm's own, or of all bans", hidden=True)


def path(facts: BanFacts, firm: Firm, *, some: bool = False) -> Table:
    """Return the firm's output by day; of some days for a terminal, with its product lines."""
    found = columns(SHARE, {"output": ("central", "output at the central figures, of normal")})
    heads = {"p5": "5% of runs", "p25": "25%", "p50": "median", "p75": "75%", "p95": "95%"}
    told = {k: (head, f"output that {k[1:]}% of runs stay below") for k, head in heads.items()}
    found += columns(SHARE, told) if firm.many else []
    if some:
        found = [c for c in found if c.key not in ("p25", "p75")]
        found += _lines(firm) if len(firm.card.product_lines) > 1 else []
        days = sorted({d for d in (*SOME_DAYS, facts.choices.days) if d <= facts.choices.days})
        rows = firm.path.loc[days].reset_index()
        return table("some-days", f"Output of {firm.name}", [DAY, *found], rows, on=PRINTED)
    traded = {
        "demand": ("demand", "orders for what the firm makes, of normal"),
        "bought_banned": ("banned sales that go on", "share of a normal day's banned sales"),
        "bought_others": ("sold by others instead", "share of a normal day's banned sales"),
    }
    title = f"Output of {firm.name} by day, of normal"
    shown = [DAY, *found, *columns(SHARE, traded)]
    return table("path", title, shown, firm.path.reset_index(), on=NOT_PRINTED)


def _lines(firm: Firm) -> list[Column]:
    lines = {line.id: line.title or line.id for line in firm.card.product_lines}
    return [
        Column(f"line_{key}", title, f"output of product line {key}, of normal", SHARE, key)
        for key, title in (lines or {"all": "All of revenue"}).items()
    ]


def lines(firm: Firm) -> Table:
    """Return output of product lines and stocks of critical inputs by day."""
    stocks = {
        f"stock_{item.id}": (
            f"Stock: {item.title or item.id}",
            f"stock of critical input {item.id}, of what is kept normally",
        )
        for item in firm.card.critical_inputs
    }
    shown = [DAY, *_lines(firm), *columns(SHARE, stocks)]
    title = "Product lines, of normal output, and stocks, of normal stocks"
    return table("lines", title, shown, firm.path.reset_index(), on=NOT_PRINTED)


def hangs_on(firm: Firm) -> Table:
    """Return which figures of the card explain how much is lost."""
    shown = (
        Column("figure", "What runs differ in", "a figure of the card, in words"),
        Column("explains", "explains", "share of the variance of lost sales over runs", SHARE),
    )
    rows = [{"figure": said, "explains": size} for said, size in firm.hangs_on]
    return table("hangs-on", "What the loss hangs on", shown, rows)


def countries(facts: BanFacts) -> Table:
    """Return what happens to every economy over the path: as customer, supplier, in the world."""
    days, shown, frames = facts.choices.days, named("economy"), []
    title = f"Trade of {facts.firms[0]} over {days} days"
    if world := facts.world:
        title = f"The world over {days} days{'' if facts.alone else f', {wording.bans(facts)}'}"
        told = {
            **HIT,
            "best": ("served at best", "change of final purchases served, at best"),
            "worst": ("served at worst", "change of final purchases served, at worst"),
        }
        shown += columns(money_unit(facts.unit, "", sign=True), told)
        frames.append(world.countries)
    if facts.firm:
        told = {
            "sales": ("firm's sales a year", "normal sales of the firm there, a year"),
            "missed": ("missed deliveries", "deliveries of the firm there that are missing"),
            "banned": ("banned sales", "sales from there to the firm that are stopped"),
        }
        shown += columns(money_unit(facts.unit, ""), told)
        frames.append(facts.firm.countries)
    income = {
        f"real_income_{one}": (f"income, {one}", f"change of real income if it stays, {one}")
        for one in (world.horizons if world else ())
    }
    shown += columns(money_unit(facts.unit, "a year", sign=True), income)
    return table("countries", title, shown, _with_names(facts, frames[0].join(frames[1:])))


def for_good(facts: BanFacts, world: World) -> Table:
    """Return real income in the long run over runs, per cent."""
    drawn, interval = world.for_good, world.interval
    assert drawn is not None
    assert interval is not None
    at = list(drawn.codes)
    shown = world.countries.loc[at, f"real_income_{world.horizons[-1]}"]
    frame = pd.DataFrame({"low": interval.low, "real_income": 100 * shown / drawn.income,
                          "high": interval.high}, at)  # fmt: skip
    told = {
        "low": ("low", "low end over runs"),
        "real_income": ("as shown", "at the central parameters"),
        "high": ("high", "high end over runs"),
    }
    note = f"Change of real income, %; low and high: {interval.what} are between them"
    return table("for-good", "Real income in the long run over runs",
                 [*named("economy"), *columns(CHANGE, told)], _with_names(facts, frame),
                 note=note)  # fmt: skip


def hit(facts: BanFacts, world: World) -> Table:
    """Return the economies that lose or gain most over the path; none where that is nothing."""
    size = world.countries["value_added"].abs().to_dict()
    ranked = sorted(size, key=lambda code: -size[code])
    most = world.countries.loc[
        [code for code in ranked if size[code] >= least(facts.unit)][:LARGEST]
    ]
    title = f"Who loses and who gains value added in {facts.choices.days} days"
    shown = [named("economy")[0], *columns(money_unit(facts.unit, "", sign=True), HIT)]
    return table("hit", title, shown, _with_names(facts, most), on=SHOWN)


def _with_names(facts: BanFacts, frame: pd.DataFrame) -> pd.DataFrame:
    economies = [facts.names[str(code)] for code in frame.index]
    return frame.assign(economy=economies, economy_code=frame.index)


def worst(facts: BanFacts, frame: pd.DataFrame) -> Table:
    """Return what the worst loses by day."""
    told = {
        "firms": ("the firms", "output that the firms cut off miss themselves, at worst"),
        "world": ("everybody", "output that everybody misses together, at worst"),
    }
    shown = [DAY, *columns(money_unit(facts.unit, "a day"), told)]
    return table("worst", "The worst by day", shown, frame, on=DATA)


def horizons(facts: BanFacts, firm: Firm) -> Table:
    """Return what becomes of the firm in general equilibrium."""
    told = {
        "output_pct": ("firm's output", "change of the firm's output, quantity"),
        "cost_pct": ("its cost", "change of the firm's unit cost"),
        "input_pct": ("its banned inputs", "change of the price of its named inputs"),
    }
    shown = [Column("horizon", "", "how long trade has to adjust"), *columns(CHANGE, told)]
    of = "General equilibrium" if facts.alone else f"{firm.name} in general equilibrium"
    stays = "a ban that stays" if facts.alone else "bans that stay"
    return table("horizons", f"{of} under {stays}", shown, firm.horizons)


def decade(firm: Firm) -> Table:
    """Return output from the first month to the tenth year."""
    joined = firm.joined[firm.joined["day"] % 30 == 0]
    title = f"Output of {firm.name} if the ban stays, of normal"
    rows = joined.assign(month=joined["day"] // 30)
    return table("decade", title, (MONTH, OUTPUT, PART), rows, on=NOT_PRINTED)


def months(facts: BanFacts) -> Table:
    """Return lost sales of the firm and losses of economies by month, if the bans stay."""
    held = {"firm_sales": facts.firm.lost_sales["firm_sales"]} if facts.firm else {}
    told = {"firm_sales": ("firm's lost sales", "sales of the firm lost")} if facts.firm else {}
    pairs = list(facts.world.pairs) if facts.world else []
    meaning = "value added lost, on the way to equilibrium real income; below zero a gain"
    for pair in pairs:
        for side, who in ((pair.target, "target"), (pair.sanctioner, "sanctioner")):
            told[f"lost_{side.code}"] = (f"loss of {side.code}", meaning)
            held[f"lost_{side.code}"] = pair.months[who]
    parts = facts.firm.lost_sales if facts.firm else pairs[0].months
    frame = parts[["part"]].assign(**held).rename_axis("month").reset_index()
    shown = [MONTH, *columns(money_unit(facts.unit, "a month"), told), PART]
    title = f"Costs by month while {wording.bans(facts)} last; below zero: a gain"
    return table("months", title, shown, frame, on=NOT_PRINTED)


def joint(facts: BanFacts, pair: Pair, ending: str) -> Table:
    """Return what meets where days pass to years."""
    told = {
        "by_day": ("by day", "value added lost on the last day of the daily path"),
        "value_added": ("value added in equilibrium", "at the baseline's prices, lost"),
        "real_income": ("real income in equilibrium", "terms of trade too, lost"),
    }
    sides = {"target": pair.target, "sanctioner": pair.sanctioner}
    rows = [
        {"economy": sides[str(key)].name, "economy_code": sides[str(key)].code, **row}
        for key, row in pair.joint.to_dict("index").items()
    ]
    title = f"Where days pass to years, day {joint_day(pair.months)}: losses"
    shown = [*named("economy"), *columns(money_unit(facts.unit, "a month"), told)]
    return table(f"joint{ending}", title, shown, rows)


def remedies(facts: BanFacts, pair: Pair, ending: str) -> Table:
    """Return what may stand for the bans, and what each is worth to both sides."""
    pays = {
        "pays": ("the firm's side pays", "what the firm's side pays, central"),
        "low": ("low", "what it pays, low"),
        "high": ("high", "what it pays, high"),
    }
    gains = {
        f"gain_{who}": (f"gain of {side.code}", "worth of relief and remedy")
        for who, side in (("target", pair.target), ("sanctioner", pair.sanctioner))
    }
    shown = (
        Column("remedy", f"Instead of {wording.bans(facts)}", "what stands for the ban"),
        Column("remedy_id", "id", "id of the remedy", hidden=True),
        *columns(money_unit(facts.unit, ""), pays),
        *columns(money_unit(facts.unit, "", sign=True), gains),
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
    return table(f"remedies{ending}", title, shown, rows)


def figures(firm: Firm) -> Table:
    """Return the figures of the card and where they are from."""
    told = {"low": ("low", "lowest"), "central": ("central", "most likely")}
    shown = (
        Column("figure", "Figure", "key of the card"),
        *columns(ANY, {**told, "high": ("high", "highest")}),
        Column("source", "source", "source of the card, or assumption: nobody published it"),
        Column("note", "note", "what it counts, and against what"),
    )
    return table("assumptions", "Figures of the card", shown, firm.figures, look="stack")


def sources(firm: Firm) -> Table:
    """Return the documents that the card cites."""
    told = {
        "id": ("Source", "id of the source"),
        "document": ("document", "title, publisher, date, whether figures were read"),
        "address": ("address", "where it is"),
    }
    rows = [
        {"id": one.id, "document": _cited(one), "address": _link(one.url)}
        for one in firm.card.sources
    ]
    return table("sources", "Sources of the card", columns(None, told), rows)


def _cited(source: Any) -> str:
    figures = f"figures {source.figures}" if source.figures else None
    known = (source.title, source.publisher, source.date, figures)
    return "; ".join(str(one) for one in known if one)


def _link(address: str | None) -> Value:
    if not address or not address.startswith(("http://", "https://")):
        return address or ""
    return Link(address.split("/")[2], address)


def adjustments(firm: Firm) -> Table:
    """Return what the carve changed."""
    shown = (
        Column("what", "What", "what was changed to carve the firm out"),
        Column("size", "size", "how large the change is", Unit()),
        Column("why", "why", "why"),
    )
    rows = [{"what": one.what, "size": one.size, "why": one.why} for one in firm.adjustments]
    units = tuple(Unit(one.unit) for one in firm.adjustments)
    return table("carve", "The carve", shown, rows, units=units)


def drawn(facts: BanFacts) -> list[Column]:
    """Return the columns of draws."""
    return [
        Column("draw", "draw", "number of the draw", COUNT),
        Column("shutdown_day", "shutdown", "first day of a shutdown, empty for never", DAYS),
        Column("banned_fall", "fall", "mean loss of output while banned", SHARE),
        Column("lost_sales", "lost sales", "over the path", money_unit(facts.unit, "")),
        Column("idle_jobs", "idle work", "person-years without work", COUNT),
    ]


def backtest(frame: pd.DataFrame) -> Table:
    """Return which assumptions agree with what was observed."""
    shown = (
        Column("needed", "needed", "part of the inputs without which nothing is made", SHARE),
        Column("inventory_days", "stock, days", "days of stock", COUNT),
        Column("threshold", "threshold", "stock below which output falls, of normal", SHARE),
        Column("shutdown_day", "shut down on day", "first day of a shutdown", COUNT),
        Column("banned_fall", "fall while banned", "mean loss of output while banned", SHARE),
        Column("period_fall", "fall of period", "mean loss of output in the period", SHARE),
        Column("agrees", "agrees", "with what was observed"),
    )
    rows = [{**row, "agrees": _agrees(row)} for row in frame.reset_index().to_dict("records")]
    return table("backtest", "Assumptions tried", shown, rows)


def _agrees(row: Mapping[Any, Any]) -> Mark | str:
    if row["agrees"]:
        return Mark("both", "strong")
    return "day" if row["shutdown_agrees"] else "fall" if row["fall_agrees"] else "–"
