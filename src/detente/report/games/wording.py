"""Sentences of a game, made from its numbers; every sign is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Sentence, Term
from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import CHANGE, MINUS, NEGLIGIBLE_PCT, costs, money_unit, spoken
from detente.games.bargaining import Agreement
from detente.report import facts
from detente.report.games import certainty, ranges
from detente.report.games.facts import (
    TOP,
    Outcome,
    Result,
    everybody,
    income,
    mean_by_trade,
    outcomes,
    partners,
    player_names,
    rates_vary,
    top_sectors,
)
from detente.wars.results import TalksResult, WarResult
from detente.wars.run import said

if TYPE_CHECKING:
    from detente.wars.setting import Setting

LEAD = 3
"""Sentences that a report opens with, at most."""
REAL_INCOME = Term("real income", "income over consumer prices: what an economy can buy")
_WHAT = {"tariff": "tariffs", "export-tax": "export taxes", "both": "tariffs and export taxes"}
_AIMS = {
    "real-income": "real income",
    "revenue": "real revenue",
    "political": "politically weighted real income",
}
_BASES = {
    "tariff": "Rates are per cent of the value at the seller's border (fob)",
    "export-tax": "Rates are per cent of producers' prices",
    "both": "Tariffs are per cent of the value at the seller's border (fob), export taxes of "
    "producers' prices",
}
_PAYOFFS = {
    "real-income": "",
    "political": " A payoff is what a player aims at: its real income with sectors weighed by "
    "politics.",
    "revenue": " A payoff is what a player aims at: the real revenue of its rates, shown as what "
    "they add to the revenue at the rates in force, in points of per cent of baseline income.",
}


def rule_in_words(setting: Setting) -> str:
    """Say what is chosen, on what, within which bounds."""
    from detente.games.players import RULES

    c = setting.choices
    names = facts.country_names(setting.calibration) | {"world": "everybody"}
    goods = facts.sector_names(setting.calibration)
    taxed = c.on if c.on != ("each-other",) else tuple(partners(setting))
    whom = listed([noun(names.get(code, code)) for code in taxed])
    if c.on == ("each-other",) and len(setting.players) > 1:
        whom = "each other"
    players = [noun(name) for name in player_names(setting).values()]
    verb = "choose" if len(players) > 1 else "chooses"
    low = f"{100 * c.low:g}".replace("-", MINUS)
    parts = [
        f"{capital(listed(players))} {verb} {_WHAT[c.instrument]} on "
        f"{listed([goods.get(code, code) for code in c.sectors])} from {whom}: {RULES[c.rule]}, "
        f"between {low}% and {100 * c.cap:g}%, for the highest {_AIMS[c.objective]}"
    ]
    if c.bindings:
        parts.append("not above their bound rates")
    if setting.variant:
        titles = {v.id: v.title for v in setting.case.variants}
        parts.append(f"with “{titles[setting.variant]}” in force besides")
    lists = [f" Rates of {name} are on the goods of {player.product_list} alone."
             for name, player in zip(players, setting.players, strict=True)
             if player.product_list]  # fmt: skip
    return f"{', '.join(parts)}.{''.join(lists)}"


def rests_on(result: Result) -> str:
    """Say which economy and horizon all numbers are of, and in what they are."""
    setting = result.setting
    c, chosen = setting.calibration, setting.choices
    return (
        f"Baseline {c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors, "
        f"{facts.money(c).label} of {c.card.of}; horizon {setting.case.horizon}. "
        f"{_BASES[chosen.instrument]}; real income is income over consumer prices."
        f"{_PAYOFFS[chosen.objective]}"
    )


def opening(result: Result) -> list[Sentence]:
    """Say in at most three sentences what happens, to whom, and how sure that is."""
    told = _deal(result) if isinstance(result, TalksResult) else _war(result)
    return [Sentence(one, terms=(REAL_INCOME,)) for one in told[:LEAD]]


def _war(result: WarResult) -> list[str]:
    found = [one for one in outcomes(result) if not one.announced]
    names, unit = player_names(result.setting), unit_of(result.setting)
    if lost := [one for one in result.found if not one.status.found]:
        return [f"No answer: {one.status}. The rates and incomes here are where the search ended, "
                "not a prediction." for one in lost]  # fmt: skip
    ends, first = ranges.sentence(result), certainty.in_short(result)
    sure = [f"{first} {ends}" if ends and certainty.doubtful(result) else ends or first]
    if len(found) < len(result.found):
        return [_charges(result), *sure]
    if result.kind == "nash":
        told = effects(found[0].change, found[0].worth, names, unit)
        war = f"{_game(result.setting)} would {told}"
        return [_with(war, _others(found[0], result.setting)), _charges(result), *sure]
    movers = [player.name for one in result.found for player in one.game.players]
    best = sorted(zip(found, movers, strict=True), key=lambda one: -one[0].worth[one[1]])
    alone = [f"If nobody answered, {possessive(names[player])} best rates would "
             f"{effects(one.change, one.worth, names, unit, player)}"
             for one, player in best]  # fmt: skip
    if len(alone) == 1:
        return [_with(alone[0], _others(best[0][0], result.setting)), _charges(result), *sure]
    return [*(f"{one}." for one in alone[: LEAD - 1]), *sure]


def _with(told: str, more: str) -> str:
    return f"{told}; {more}." if more else f"{told}."


def _others(one: Outcome, setting: Setting) -> str:
    """Say how many of those who do not play gain and lose, and who most."""
    if not one.others:
        return ""
    names = facts.country_names(setting.calibration)
    order = sorted(one.others, key=lambda code: one.others[code])
    sides = [f"{count} {verb} ({noun(names[code])} most)" if count else f"none {verb}s"
             for count, verb, code in zip(one.counts, ("gain", "lose"), (order[-1], order[0]),
                                          strict=True)]  # fmt: skip
    return f"of {len(one.others)} others {listed(sides)}"


def unit_of(setting: Setting) -> Any:
    """Return the unit of money in sentences."""
    return money_unit(setting.calibration.card.unit)


def _game(setting: Setting) -> str:
    """Name the war."""
    c = setting.choices
    what = "A tariff war" if c.instrument == "tariff" else f"A war of {_WHAT[c.instrument]}"
    return what if c.objective == "real-income" else f"{what} for {_AIMS[c.objective]}"


def effects(
    change: Mapping[str, float],
    worth: Mapping[str, float],
    names: Mapping[str, str],
    unit: Any,
    first: str = "",
) -> str:
    """Say what something does to whom: of few all, of many who loses and who gains most.

    Parameters
    ----------
    change, worth
        Of real income by player, in per cent and in money.
    first
        Who is named first; else who loses most.
    """
    order = sorted(change, key=lambda player: (player != first, change[player]))
    many, told, whose = len(order) > LEAD, [], " of its real income"
    order = [order[0], order[-1]] if many else order
    for player in order:
        size = change[player]
        # what cannot be told from nothing is nothing, in money too
        value = worth[player] if abs(size) >= NEGLIGIBLE_PCT else 0.0
        whom = "it" if player == first else noun(names[player])
        said_ = costs(value, unit, whom, would=True).removeprefix("would ")
        told.append(f"{said_} ({spoken(size, CHANGE)}{whose})" if value else said_)
        whose = "" if value else whose
    if many:
        return f"{told[0]}, worst of {len(change)} players, and {told[1]}, best of them"
    return listed(told)


def _charges(result: WarResult) -> str:
    """Say what each charges on average and did before: of few all, of many the most and least."""
    setting, names = result.setting, player_names(result.setting)
    table: Any = result.players()
    rows = [(noun(names[str(player)]), row) for player, row in table.iterrows() if row["rates"]]
    when = " before" if setting.variant else f" in {setting.calibration.card.of}"
    if not rows:
        return "Nobody has a rate to choose."
    if len(rows) > LEAD:
        rows.sort(key=lambda row: -row[1]["mean_rate"])
        (most, high), *_, (least, low) = rows
        return (f"{capital(most)} would charge most, {100 * high['mean_rate']:.1f}% on average by "
                f"trade, and {least} least, {100 * low['mean_rate']:.1f}%.")  # fmt: skip
    told = []
    for place, (who, row) in enumerate(rows):
        rate = f"{100 * row['mean_rate']:.1f}%"
        rate = f"would charge {rate} on average by trade" if place == 0 else rate
        before = row.get("applied_mean", np.nan)
        what = "tariffs: " if np.isfinite(row.get("export_tax_mean", np.nan)) else ""
        then = f" ({what}{100 * before:.1f}%{when})" if np.isfinite(before) else ""
        when = "" if then else when
        told.append(f"{who} {rate}{then}")
    return f"{capital(listed(told))}."


def highest(result: WarResult) -> list[str]:
    """Say of each player on what its rates are highest, or that they are all alike."""
    names = player_names(result.setting)
    table: Any = result.players()
    told = []
    for player, row in table.iterrows():
        who = possessive(names[str(player)])
        if row["rates"] > 1 and not rates_vary(result, str(player)):
            rate = f"{100 * row['mean_rate']:.1f}%"
            told.append(f"{who} rate is {rate} on everything{_edge(result, str(player))}.")
        elif row["rates"] > TOP and (tops := top_sectors(result, str(player))):
            told.append(f"Among larger flows {who} rates are {_most(tops, result.setting)}.")
    return [capital(one) for one in told]


_EDGES = {"high": "ceiling", "low": "floor", "binding": "bound rate"}


def _edge(result: WarResult, player: str) -> str:
    """Name the bound that all rates of a player are at."""
    rates: Any = result.rates()
    at = set(rates.loc[rates["player"] == player, "bound"])
    name = _EDGES.get(at.pop()) if len(at) == 1 else None
    return f": the {name}" if name else ""


def _most(tops: list[Any], setting: Setting) -> str:
    """Say on what the highest rates are, and where they are what the ceiling leaves."""
    sectors, names = facts.sector_names(setting.calibration), everybody(setting)
    what = [_what(row, sectors, names) for row in tops]
    shown = [f"{100 * row.rate:.1f}%" for row in tops]
    if len(set(shown)) == 1 and {row.bound for row in tops} == {"high"}:
        return f"highest, {shown[0]}, the ceiling, on {listed(what)} or others at it"
    each = [f"{one} ({rate})" for one, rate in zip(what, shown, strict=True)]
    return f"highest on {listed(each)}"


def _what(row: Any, sectors: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Name what a rate is on."""
    goods = sectors.get(row.sector, "everything")
    tax = row.instrument == "export-tax"
    other = str(row.importer if tax else row.exporter)
    if other == "all":
        return goods
    whom = noun(names.get(other, other))
    return f"{goods} to {whom} (export tax)" if tax else f"{goods} from {whom}"


def _deal(result: TalksResult) -> list[str]:
    """Say whether a deal beats its alternatives, what it brings over the first, and how sure."""
    by: dict[Agreement, list[str]] = {}
    for name, bargain in result.bargains.bargains.items():
        by.setdefault(bargain.status, []).append(said(result.setting, name))
    sides = "both sides" if len(result.setting.players) == 2 else "all sides"
    heads = {
        Agreement.AGREED: "Some deal beats {} for " + sides,
        Agreement.NO_GAIN: "no deal was found that beats {} for " + sides,
        Agreement.NOT_SOLVED: "no answer over {}: the search did not settle",
    }
    told = [text.format(listed(by[status])) for status, text in heads.items() if status in by]
    sure = ("Each deal is the best that searches from several starts found, not proven to be the "
            "best there is.")  # fmt: skip
    sure = ranges.sentence(result) or sure
    return [*_doubts(result), f"{capital('; '.join(told))}.", *_gains(result)[:1], sure]


def _doubts(result: TalksResult) -> list[str]:
    if result.war is None or not (why := certainty.doubt(result.war)):
        return []
    if not result.war.status.found:
        return [f"The war is not among the alternatives: {why}."]
    return [f"The war that is an alternative is not certified: {why}. What is agreed over it "
            "stands on that."]  # fmt: skip


def _gains(result: TalksResult) -> list[str]:
    """Say of each alternative over which there is a deal what it brings, and at which rates."""
    setting, names = result.setting, player_names(result.setting)
    table: Any = result.bargains.players().reset_index()
    told = []
    for name, bargain in result.bargains.bargains.items():
        if bargain.status is not Agreement.AGREED:
            continue
        rows: Any = table[table["disagreement"] == name].set_index("player")
        change = (rows["agreed_pct"] - rows["without_pct"]).to_dict()
        worth = {p: income(setting, p) * pct / 100 for p, pct in change.items()}
        told.append(
            f"Instead of {said(setting, name)} a deal would "
            f"{effects(change, worth, names, unit_of(setting))}; mean rates would be "
            f"{listed(_means(result, name, 'rate'))}."
        )
    return told


def sharing(result: TalksResult) -> list[str]:
    """Say what a deal brings over further alternatives, and by which solution it is chosen."""
    from detente.games.bargaining import RULES

    names, told = player_names(result.setting), _gains(result)[1:]
    agreed = [name for name, b in result.bargains.bargains.items() if b.status is Agreement.AGREED]
    if agreed:
        rule = f"Deals are chosen by the solution {result.rule}: {RULES[result.rule]}"
        if result.power is not None:
            each = [f"{noun(names[p.name])} {power:g}" for p, power in
                    zip(result.setting.players, result.power, strict=True)]  # fmt: skip
            rule += f"; bargaining power of {listed(each)}"
        before = listed(_means(result, agreed[0], "applied"))
        told.append(f"{rule}. Mean rates in force before are {before}.")
    if len(result.bargains.bargains) > 1:
        told.append("What each gets depends on the alternative: on how much a side would lose by "
                    "it beside what the other would.")  # fmt: skip
    return told


def _means(result: TalksResult, disagreement: str, column: str) -> list[str]:
    """Write the mean by trade of each player's rates."""
    rates: Any = result.bargains.rates(disagreement)

    def mean(own: Any) -> float:
        return mean_by_trade(own, column, result.setting)

    return [f"{100 * mean(rates[rates['player'] == player]):.1f}% of {noun(name)}"
            for player, name in player_names(result.setting).items()
            if (rates["player"] == player).any()]  # fmt: skip
