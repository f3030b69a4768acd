"""Sentences of a game, made from its numbers; every sign is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import MINUS, NEGLIGIBLE_PCT, money, pct, signed
from detente.report import facts
from detente.report.games import announced, bands
from detente.report.games.certainty import certificate, doubt, mean_and_median
from detente.report.games.facts import (
    TOP,
    Result,
    everybody,
    mean_rates,
    partners,
    player_names,
    rates_vary,
    top_sectors,
)
from detente.wars.run import TalksResult, WarResult, said

if TYPE_CHECKING:
    from detente.wars.setting import Setting


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
    what = {"tariff": "tariffs", "export-tax": "export taxes", "both": "tariffs and export taxes"}
    titles = {v.id: v.title for v in setting.case.variants}
    besides = f"with “{titles[setting.variant]}” in force besides" if setting.variant else ""
    aim = {"real-income": "the highest real income", "revenue": "the highest real revenue",
           "political": "the highest politically weighted real income"}  # fmt: skip
    players = [noun(name) for name in player_names(setting).values()]
    verb = "choose" if len(players) > 1 else "chooses"
    low = f"{100 * c.low:g}".replace("-", MINUS)
    what_on = listed([goods.get(code, code) for code in c.sectors])
    lists = "".join(f" Rates of {name} are on the goods of {player.product_list} alone."
                    for name, player in zip(players, setting.players, strict=True)
                    if player.product_list)  # fmt: skip
    parts = [
        f"{capital(listed(players))} {verb} {what[c.instrument]} on "
        f"{what_on} from {whom}: {RULES[c.rule]}, between {low}% and "
        f"{100 * c.cap:g}%, for {aim[c.objective]}",
        "not above their bound rates" if c.bindings else "",
        besides,
    ]
    return ", ".join(p for p in parts if p) + "." + lists


_BASES = {
    "tariff": "Rates are per cent of the value at the seller's border (fob)",
    "export-tax": "Rates are per cent of producers' prices",
    "both": "Tariffs are per cent of the value at the seller's border (fob), export taxes of "
    "producers' prices",
}


def rests_on(result: Result) -> str:
    """Say which economy and horizon all numbers are of, and in what they are."""
    setting = result.setting
    c, unit = setting.calibration, facts.money(setting.calibration).label
    return (
        f"Baseline {c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors, "
        f"{unit} of {c.card.year}; horizon {setting.case.horizon}. "
        f"{_BASES[setting.choices.instrument]}; real income is in per cent and "
        f"{unit} a year from the baseline. {meaning(setting)}"
    )


_AIMS = {
    "real-income": "here its real income, which is income over consumer prices",
    "political": "here its real income with sectors weighed by politics",
    "revenue": "here the real revenue of its tariffs and export taxes, shown as what these rates "
    "add to the revenue at the rates in force, in points of per cent of baseline income",
}


def meaning(setting: Setting) -> str:
    """Say what a payoff is."""
    return f"A payoff is what a player aims at: {_AIMS[setting.choices.objective]}."


LEAD = 3
"""Sentences that a report opens with, at most."""


def opening(result: Result) -> list[str]:
    """Say first what was not found, who of few charges what, and what it comes to."""
    if isinstance(result, TalksResult):
        return _talks(result)[:LEAD]
    charges = _charges(result)
    first = [*_lost(result), *(charges if len(charges) < LEAD else ()), *_outcomes(result)]
    return (first or charges)[:LEAD]


def sentences(result: Result) -> list[str]:
    """Say what was found, in the order in which a reader asks."""
    if isinstance(result, TalksResult):
        return _talks(result)
    names = player_names(result.setting)
    found = [
        *_lost(result),
        *_charges(result),
        *_outcomes(result),
        *bands.sentences(result, names),
        *_versus(result),
    ]
    if result.matrix is not None:
        found.append(announced.sentence(result, names))
    return found


def _lost(result: WarResult) -> list[str]:
    return [
        f"No answer: {one.status}. The rates and incomes here are where the search ended, not a "
        "prediction."
        for one in result.found
        if not one.status.found
    ]


def alternative(result: TalksResult) -> str:
    """Say what the war that is an alternative charges, and how sure it is."""
    war = result.war
    if war is None:
        return ""
    if not war.status.found:
        return f"No war is among the alternatives: {doubt(war)}."
    means = listed(mean_and_median(war))
    sure = certificate(war, "nash", player_names(result.setting))
    return f"The war that is an alternative: mean rates of {means}. {sure}"


def _charges(result: WarResult) -> list[str]:
    names, sectors = player_names(result.setting), facts.sector_names(result.setting.calibration)
    found = []
    table: Any = result.players()
    for player, row in table.iterrows():
        if not row["rates"]:
            continue
        who = noun(names[str(player)])
        told = f"{capital(who)} would charge {row['mean_rate'] * 100:.1f}%"
        if row["rates"] > 1 and not rates_vary(result, str(player)):
            told += f" on everything{_edge(result, str(player))}"
        elif row["rates"] > 1:
            told += f" on average by trade (median {row['median_rate'] * 100:.1f}%)"
        kinds = [row.get("tariff_mean", np.nan), row.get("export_tax_mean", np.nan)]
        if np.isfinite(kinds).all():
            told += f", tariffs {100 * kinds[0]:.1f}% and export taxes {100 * kinds[1]:.1f}%"
        closed = result.closed_form.get(str(player))
        if closed is not None:
            told += (f"; as one rate on all imports a formula near the optimum, without inputs "
                      f"and with balanced trade, has {100 * closed:.1f}%")  # fmt: skip
        if row["rates"] > TOP and rates_vary(result, str(player)):
            tops: list[Any] = list(top_sectors(result, str(player)).itertuples())
            joint = "; among" if closed is not None else ", among"
            most = _most(tops, sectors, everybody(result.setting)) if tops else ""
            told += f"{joint} larger flows {most}" if tops else ""
        if np.isfinite(row.get("applied_mean", np.nan)):
            mean = "its tariffs are" if np.isfinite(kinds).all() else "it is"
            told += f"; {_now(result.setting)} {mean} {100 * row['applied_mean']:.1f}%"
        found.append(f"{told}.")
    return found


def _now(setting: Setting) -> str:
    """Say of when the rates before the game are: a variant may be in force besides."""
    return "in force before the war" if setting.variant else "in the baseline"


_EDGES = {"high": "ceiling", "low": "floor", "binding": "bound rate"}


def _edge(result: WarResult, player: str) -> str:
    """Name the bound that all rates of a player are at."""
    rates: Any = result.rates()
    at = set(rates.loc[rates["player"] == player, "bound"])
    name = _EDGES.get(at.pop()) if len(at) == 1 else None
    return f": the {name}" if name else ""


def _most(tops: list[Any], sectors: dict[str, str], names: dict[str, str]) -> str:
    """Say on what the highest rates are, and where they are what the ceiling leaves."""
    what = [_what(r, sectors, names) for r in tops]
    shown = {f"{100 * r.rate:.1f}%" for r in tops}
    if len(shown) == 1 and {r.bound for r in tops} == {"high"}:
        return f"most, {shown.pop()}, the ceiling, on {listed(what)} or others at it"
    each = [f"{one} {100 * r.rate:.1f}%" for one, r in zip(what, tops, strict=True)]
    return f"most on {listed(each)}"


def _what(row: Any, sectors: dict[str, str], names: dict[str, str]) -> str:
    """Name what a rate is on."""
    goods = sectors.get(row.sector, "everything")
    tax = row.instrument == "export-tax"
    other = str(row.importer if tax else row.exporter)
    if other == "all":
        return goods
    whom = noun(names.get(other, other))
    return f"{goods} to {whom} (export tax)" if tax else f"{goods} from {whom}"


def _outcomes(result: WarResult) -> list[str]:
    """Say who gains and loses how much, in what was found and then in what was announced."""
    last = None if result.announced is None else result.announced[1]
    found = [_outcome(result, title) for title in result.solutions if title != last]
    if last in result.solutions:
        found.append(f"For comparison, {_outcome(result, last, f'“{last}”')}")
    return found


def _outcome(result: WarResult, title: str, shown: str = "") -> str:
    setting, solution = result.setting, result.solutions[title]
    c, unit = setting.calibration, facts.money(setting.calibration)
    names = facts.country_names(c)
    own = [c.country_codes[p] for places in setting.game.placement.members for p in places]
    welfare: Any = solution.welfare
    worth: Any = solution.countries["real_income_musd"]
    sides = []
    for code in own:
        side = f"{noun(names[code])} {pct(welfare[code])}"
        if abs(welfare[code]) >= NEGLIGIBLE_PCT:
            side += f" ({money(worth[code], unit, sign=True)} a year)"
        sides.append(side)
    told = f"{shown or title}: real income of {listed(sides)}"
    third = welfare.drop(own)
    if len(third):
        told += f"; of {len(third)} other economies {_counted(third, names)}"
    return f"{told}."


def _counted(third: Any, names: dict[str, str]) -> str:
    """Say how many gain and lose, and who most."""
    up = int((third >= NEGLIGIBLE_PCT).sum())
    down = int((third <= -NEGLIGIBLE_PCT).sum())
    parts = []
    for count, verb, who in ((up, "gain", third.idxmax()), (down, "lose", third.idxmin())):
        told = f"{count or 'none'} {verb}{'s' if count == 1 or not count else ''}"
        parts.append(told + (
            f" (most {noun(names[who])}, {pct(third[who])})" if count else ""
        ))  # fmt: skip
    return " and ".join(parts)


def _versus(result: WarResult) -> list[str]:
    if result.announced is None:
        return []
    table: Any = result.players()
    names, found = player_names(result.setting), []
    for player, row in table.iterrows():
        there = row.get("announced_mean", np.nan)
        if not np.isfinite(there):
            continue
        gap = 100 * (row["tariff_mean"] - there)
        much = "as much as" if abs(gap) < 0.05 else (
            f"{abs(gap):.1f} points {'more' if gap > 0 else 'less'} than")  # fmt: skip
        told = (f"{capital(possessive(names[str(player)]))} mean tariff is {much} in "
                 f"“{result.announced[1]}” ({100 * there:.1f}%)")  # fmt: skip
        rank = row.get("rank_correlation", np.nan)
        if np.isfinite(rank):
            told += (f"; by sector the two {_alike(rank)} (rank correlation "
                      f"{signed(rank, 2)})")  # fmt: skip
        found.append(f"{told}.")
    return found


def _alike(rank: float) -> str:
    if abs(rank) < 0.2:
        return "have little to do with each other"
    if rank < 0:
        return "run against each other"
    return "are ordered much alike" if rank > 0.6 else "are ordered somewhat alike"


def _talks(result: TalksResult) -> list[str]:
    names, found = player_names(result.setting), []
    if result.war is not None and (why := doubt(result.war)):
        found.append(
            f"The war that is an alternative is not certified: {why}. What is agreed over it "
            "stands on that." if result.war.status.found else
            f"The war is not among the alternatives: {why}."
        )  # fmt: skip
    table: Any = result.bargains.players().reset_index()
    for name, bargain in result.bargains.bargains.items():
        rows = table[table["disagreement"] == name]
        over = said(result.setting, name)
        if str(bargain.status) != "agreed":
            found.append(f"With {over} as the alternative: {bargain.status}.")
            continue
        sides = [
            f"{noun(names[r.player])} {pct(r.agreed_pct)} instead of {pct(r.without_pct)}"
            for r in rows.itertuples()
        ]
        means = _means(result, name, "rate")
        found.append(f"With {over} as the alternative they agree on mean rates of "
                     f"{listed(means)}: real income of {listed(sides)}.")  # fmt: skip
    if any(str(b.status) == "agreed" for b in result.bargains.bargains.values()):
        found.append(_solution(result))
    if len(result.bargains.bargains) > 1:
        found.append("What each gets depends on the alternative: on how much a side would lose "
                     "by it beside what the other would.")  # fmt: skip
    return found


def _solution(result: TalksResult) -> str:
    """Name the solution by which the agreements were chosen, and what rates were before."""
    from detente.games.bargaining import RULES

    names = player_names(result.setting)
    told = f"They agree by the solution {result.rule}: {RULES[result.rule]}"
    if result.power is not None:
        each = [f"{noun(names[p.name])} {power:g}"
                for p, power in zip(result.setting.players, result.power, strict=True)]  # fmt: skip
        told += f"; bargaining power of {listed(each)}"
    before = _means(result, next(iter(result.bargains.bargains)), "applied")
    return f"{told}. Mean rates in force before are {listed(before)}."


def _means(result: TalksResult, disagreement: str, column: str) -> list[str]:
    """Write the mean by trade of each player's rates."""
    names, rates = player_names(result.setting), result.bargains.rates(disagreement)
    means = mean_rates(rates, column)
    return [f"{100 * mean:.1f}% of {noun(names[player])}" for player, mean in means.items()]
