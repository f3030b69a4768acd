"""Games in words and figures that terminal, page and files share; every sign is decided here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import wars_bands, wars_matrix, wars_payoffs, words
from detente.report.wars_sure import certificate, doubt, mean_and_median
from detente.wars.run import TalksResult, WarResult, said

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult
    from detente.wars.setting import Setting

Result = WarResult | TalksResult
TOP = 3
"""Sectors that are named in a sentence."""


def as_scenario(result: Result) -> ScenarioResult:
    """Return the economies of a game as variants of its scenario, for charts and tables."""
    from detente.scenario.load import scenario_hash
    from detente.scenario.schema import Variant
    from detente.simulate import ScenarioResult

    case, last = result.setting.case, result.setting.case.variants[-1:]
    held, variants = {}, []
    for number, (title, solution) in enumerate(result.solutions.items(), start=1):
        if last and title == last[0].title:
            held[last[0].id] = solution
            variants.append(last[0])
            kept = {v.id: v for v in case.variants}
            variants += [kept[name] for name in _included(case, last[0].id)]
        else:
            name = f"game-{number}"
            held[name] = solution
            variants.append(Variant(id=name, title=title))
    focus = _focus(result.setting)
    shown = case.model_copy(update={"variants": tuple(variants), "focus": focus})
    held = {k: replace(one, removal=result.setting.removal) for k, one in held.items()}
    return ScenarioResult(shown, result.setting.calibration, held, scenario_hash(case))


def _included(case: Any, name: str) -> list[str]:
    by_id, found, waiting = {v.id: v for v in case.variants}, [], [name]
    while waiting:
        for other in by_id[waiting.pop()].includes:
            if other not in found:
                found.append(other)
                waiting.append(other)
    return found


def _focus(setting: Setting) -> Any:
    codes = setting.calibration.country_codes
    members = setting.game.placement.members
    if len(members) == 2 and all(len(places) == 1 for places in members):
        return tuple(codes[places[0]] for places in members)
    return setting.case.focus


def player_names(setting: Setting) -> dict[str, str]:
    """Names to show by name of player."""
    from detente.report.facts import country_names

    names = country_names(setting.calibration)
    return {p.name: names.get(p.name, p.name) for p in setting.players}


def codes(setting: Setting) -> list[str]:
    """Return the codes of all economies that play."""
    known = setting.calibration.country_codes
    return [known[place] for places in setting.game.placement.members for place in places]


def rule_in_words(setting: Setting) -> str:
    """Say what is chosen, on what, within which bounds."""
    from detente.games.players import RULES
    from detente.report.facts import country_names, sector_names

    c = setting.choices
    everybody = country_names(setting.calibration) | {"world": "everybody"}
    goods = sector_names(setting.calibration)
    partners = c.on if c.on != ("each-other",) else tuple(_others(setting))
    whom = words.listed([words.noun(everybody.get(code, code)) for code in partners])
    if c.on == ("each-other",) and len(setting.players) > 1:
        whom = "each other"
    what = {"tariff": "tariffs", "export-tax": "export taxes", "both": "tariffs and export taxes"}
    titles = {v.id: v.title for v in setting.case.variants}
    besides = f"with “{titles[setting.variant]}” in force besides" if setting.variant else ""
    aim = {"real-income": "the highest real income", "revenue": "the highest real revenue",
           "political": "the highest politically weighted real income"}  # fmt: skip
    names = [words.noun(name) for name in player_names(setting).values()]
    verb = "choose" if len(names) > 1 else "chooses"
    low = f"{100 * c.low:g}".replace("-", words.MINUS)
    what_on = words.listed([goods.get(code, code) for code in c.sectors])
    lists = "".join(f" Rates of {name} are on the goods of {player.product_list} alone."
                    for name, player in zip(names, setting.players, strict=True)
                    if player.product_list)  # fmt: skip
    parts = [
        f"{_capital(words.listed(names))} {verb} {what[c.instrument]} on "
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
    from detente.report.facts import money

    setting = result.setting
    c = setting.calibration
    return (
        f"Baseline {c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors, "
        f"{money(c).label} of {c.card.year}; horizon {setting.case.horizon}. "
        f"{_BASES[setting.choices.instrument]}; real income is in per cent and "
        f"{money(c).label} a year from the baseline. {wars_payoffs.meaning(setting)}"
    )


def sentences(result: Result) -> list[str]:
    """Say what was found, in the order in which a reader asks."""
    if isinstance(result, TalksResult):
        return _talks(result)
    lost = [f"No answer: {one.status}. The rates and incomes here are where the search ended, not "
            "a prediction." for one in result.found if not one.status.found]  # fmt: skip
    found = [
        *lost,
        *_charges(result),
        *_outcomes(result),
        *wars_bands.sentences(result, player_names(result.setting)),
        *_versus(result),
    ]
    if result.matrix is not None:
        found.append(wars_matrix.sentence(result, player_names(result.setting)))
    return found


def alternative(result: TalksResult) -> str:
    """Say what the war that is an alternative charges, and how sure it is."""
    war = result.war
    if war is None:
        return ""
    if not war.status.found:
        return f"No war is among the alternatives: {doubt(war)}."
    means = words.listed(mean_and_median(war))
    sure = certificate(war, "nash", player_names(result.setting))
    return f"The war that is an alternative: mean rates of {means}. {sure}"


def top_sectors(result: WarResult, player: str, count: int = TOP) -> Any:
    """Rows of a player's highest rates on trade that is not tiny."""
    own: Any = result.rates()
    own = own[own["player"] == player]
    enough = own["trade_musd"] >= 0.005 * own["trade_musd"].sum()
    return own[enough].sort_values("rate", ascending=False).head(count)


def _charges(result: WarResult) -> list[str]:
    from detente.report.facts import country_names, sector_names

    names, sectors = player_names(result.setting), sector_names(result.setting.calibration)
    everybody = country_names(result.setting.calibration) | names
    found = []
    table: Any = result.players()
    for player, row in table.iterrows():
        if not row["rates"]:
            continue
        who = words.noun(names[str(player)])
        said_ = f"{_capital(who)} would charge {row['mean_rate'] * 100:.1f}%"
        if row["rates"] > 1 and not _vary(result, str(player)):
            said_ += f" on everything{_edge(result, str(player))}"
        elif row["rates"] > 1:
            said_ += f" on average by trade (median {row['median_rate'] * 100:.1f}%)"
        kinds = [row.get("tariff_mean", np.nan), row.get("export_tax_mean", np.nan)]
        if np.isfinite(kinds).all():
            said_ += f", tariffs {100 * kinds[0]:.1f}% and export taxes {100 * kinds[1]:.1f}%"
        closed = result.closed_form.get(str(player))
        if closed is not None:
            said_ += (f"; as one rate on all imports a formula near the optimum, without inputs "
                      f"and with balanced trade, has {100 * closed:.1f}%")  # fmt: skip
        if row["rates"] > TOP and _vary(result, str(player)):
            tops: list[Any] = list(top_sectors(result, str(player)).itertuples())
            joint = "; among" if closed is not None else ", among"
            said_ += f"{joint} larger flows {_most(tops, sectors, everybody)}" if tops else ""
        if np.isfinite(row.get("applied_mean", np.nan)):
            mean = "its tariffs are" if np.isfinite(kinds).all() else "it is"
            said_ += f"; {_now(result.setting)} {mean} {100 * row['applied_mean']:.1f}%"
        found.append(f"{said_}.")
    return found


def _now(setting: Setting) -> str:
    """Say of when the rates before the game are: a variant may be in force besides."""
    return "in force before the war" if setting.variant else "in the baseline"


def _vary(result: WarResult, player: str) -> bool:
    """Whether a player's rates differ by what a reader sees."""
    rates: Any = result.rates()
    own = rates.loc[rates["player"] == player, "rate"]
    return bool(own.max() - own.min() >= 0.0005)


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
        return f"most, {shown.pop()}, the ceiling, on {words.listed(what)} or others at it"
    each = [f"{one} {100 * r.rate:.1f}%" for one, r in zip(what, tops, strict=True)]
    return f"most on {words.listed(each)}"


def _what(row: Any, sectors: dict[str, str], names: dict[str, str]) -> str:
    """Name what a rate is on."""
    goods = sectors.get(row.sector, "everything")
    tax = row.instrument == "export-tax"
    other = str(row.importer if tax else row.exporter)
    if other == "all":
        return goods
    whom = words.noun(names.get(other, other))
    return f"{goods} to {whom} (export tax)" if tax else f"{goods} from {whom}"


def _outcomes(result: WarResult) -> list[str]:
    """Say who gains and loses how much, in what was found and then in what was announced."""
    announced = None if result.announced is None else result.announced[1]
    found = [_outcome(result, title) for title in result.solutions if title != announced]
    if announced in result.solutions:
        found.append(f"For comparison, {_outcome(result, announced, f'“{announced}”')}")
    return found


def _outcome(result: WarResult, title: str, shown: str = "") -> str:
    from detente.report.facts import country_names, money

    setting, solution = result.setting, result.solutions[title]
    c, unit = setting.calibration, money(setting.calibration)
    names = country_names(c)
    own = [c.country_codes[p] for places in setting.game.placement.members for p in places]
    welfare: Any = solution.welfare
    worth: Any = solution.countries["real_income_musd"]
    sides = []
    for code in own:
        side = f"{words.noun(names[code])} {words.pct(welfare[code])}"
        if abs(welfare[code]) >= words.NEGLIGIBLE_PCT:
            side += f" ({words.money(worth[code], unit, sign=True)} a year)"
        sides.append(side)
    said_ = f"{shown or title}: real income of {words.listed(sides)}"
    third = welfare.drop(own)
    if len(third):
        said_ += f"; of {len(third)} other economies {_counted(third, names)}"
    return f"{said_}."


def _counted(third: Any, names: dict[str, str]) -> str:
    """Say how many gain and lose, and who most."""
    up = int((third >= words.NEGLIGIBLE_PCT).sum())
    down = int((third <= -words.NEGLIGIBLE_PCT).sum())
    parts = []
    for count, verb, who in ((up, "gain", third.idxmax()), (down, "lose", third.idxmin())):
        said_ = f"{count or 'none'} {verb}{'s' if count == 1 or not count else ''}"
        parts.append(said_ + (
            f" (most {words.noun(names[who])}, {words.pct(third[who])})" if count else ""
        ))  # fmt: skip
    return " and ".join(parts)


def _others(setting: Setting) -> list[str]:
    """Codes of those whose goods a single player may tax."""
    codes, p = setting.calibration.country_codes, setting.game.placement
    places = sorted({int(k) for k in np.where(p.taxed, p.importer, p.exporter)})
    return [codes[k] for k in places]


def own_order(result: Result) -> list[str]:
    """Names of players in their order."""
    return [p.name for p in result.setting.players]


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
        said_ = (f"{_capital(words.possessive(names[str(player)]))} mean tariff is {much} in "
                 f"“{result.announced[1]}” ({100 * there:.1f}%)")  # fmt: skip
        rank = row.get("rank_correlation", np.nan)
        if np.isfinite(rank):
            said_ += (f"; by sector the two {_alike(rank)} (rank correlation "
                      f"{words.signed(rank, 2)})")  # fmt: skip
        found.append(f"{said_}.")
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
            f"{words.noun(names[r.player])} {words.pct(r.agreed_pct)} instead of "
            f"{words.pct(r.without_pct)}"
            for r in rows.itertuples()
        ]
        rates: Any = result.bargains.rates(name)
        means = [
            f"{100 * np.average(own['rate'], weights=own['trade_musd']):.1f}% of "
            f"{words.noun(names[str(player)])}"
            for player, own in rates.groupby("player", sort=False)
        ]
        found.append(f"With {over} as the alternative they agree on mean rates of "
                     f"{words.listed(means)}: real income of {words.listed(sides)}.")  # fmt: skip
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
    said_ = f"They agree by the solution {result.rule}: {RULES[result.rule]}"
    if result.power is not None:
        each = [f"{words.noun(names[p.name])} {power:g}"
                for p, power in zip(result.setting.players, result.power, strict=True)]  # fmt: skip
        said_ += f"; bargaining power of {words.listed(each)}"
    rates: Any = result.bargains.rates(next(iter(result.bargains.bargains)))
    before = [f"{100 * np.average(own['applied'], weights=own['trade_musd']):.1f}% of "
              f"{words.noun(names[str(player)])}"
              for player, own in rates.groupby("player", sort=False)]  # fmt: skip
    return f"{said_}. Mean rates in force before are {words.listed(before)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
