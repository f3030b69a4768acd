"""Games in words and figures that terminal, page and files share; every sign is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import wars_bands, words
from detente.report.wars_sure import doubt, mean_and_median
from detente.wars.run import TalksResult, WarResult, said

if TYPE_CHECKING:
    from detente.games.nash import NashResult
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


def rule_in_words(setting: Setting) -> str:
    """Say what is chosen, on what, within which bounds."""
    from detente.games.players import RULES

    c = setting.choices
    whom = ", ".join(c.on).replace("world", "everybody")
    if c.on == ("each-other",):
        whom = "each other" if len(setting.players) > 1 else ", ".join(_others(setting))
    what = {"tariff": "tariffs", "export-tax": "export taxes", "both": "tariffs and export taxes"}
    besides = f"with the variant {setting.variant} in force" if setting.variant else ""
    aim = {"real-income": "the highest real income", "revenue": "the highest real revenue",
           "political": "the highest politically weighted real income"}  # fmt: skip
    names = [words.noun(name) for name in player_names(setting).values()]
    verb = "choose" if len(names) > 1 else "chooses"
    parts = [
        f"{_capital(words.listed(names))} {verb} {what[c.instrument]} on "
        f"{', '.join(c.sectors)} from {whom}: {RULES[c.rule]}, between {100 * c.low:g}% and "
        f"{100 * c.cap:g}%, for {aim[c.objective]}",
        "not above their bound rates" if c.bindings else "",
        besides,
    ]
    return ", ".join(p for p in parts if p) + "."


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
        found.append(_matrix(result))
    return found


def certificate(one: NashResult, kind: str) -> str:
    """Say how sure it is that nobody wants to move."""
    if not one.status.found:
        return f"No answer: {one.status}. The rates are where the search ended."
    held = one.certificate
    if held is None:
        return "First-order conditions hold; whether anybody gains by moving far was not checked."
    names = [p.name for p in one.game.players]
    worst = int(np.argmax(held.gains))
    who = "any other rates" if len(names) == 1 else "its own rates alone"
    unit = ("of real income" if one.game.players[0].objective == "real-income"
            else "of its objective")  # fmt: skip
    subject = names[0] if len(names) == 1 else "nobody"
    verb = "could not gain" if len(names) == 1 else "could gain"
    limit = f"{100 * held.gains[worst]:.1e}% {unit}"
    return (
        f"{subject[:1].upper()}{subject[1:]} {verb} more than {limit} by {who}, as far as "
        f"{held.starts * len(names)} independent searches found (sum over players, NashConv: "
        f"{held.nash_conv:.1e} in logs; largest projected gradient: {held.kkt:.1e}; "
        f"{held.evaluations} solves)."
    )


def alternative(result: TalksResult) -> str:
    """Say what the war that is an alternative charges, and how sure it is."""
    war = result.war
    if war is None:
        return ""
    if not war.status.found:
        return f"No war is among the alternatives: {doubt(war)}."
    means = words.listed(mean_and_median(war))
    return f"The war that is an alternative: mean rates of {means}. {certificate(war, 'nash')}"


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
        if row["rates"] > 1:
            said_ += f" on average by trade (median {row['median_rate'] * 100:.1f}%)"
        kinds = [row.get("tariff_mean", np.nan), row.get("export_tax_mean", np.nan)]
        if np.isfinite(kinds).all():
            said_ += f", tariffs {100 * kinds[0]:.1f}% and export taxes {100 * kinds[1]:.1f}%"
        closed = result.closed_form.get(str(player))
        if closed is not None:
            said_ += (f" (closed form of one rate on all imports, without input-output links and "
                      f"with balanced trade: {100 * closed:.1f}%)")  # fmt: skip
        if row["rates"] > TOP:
            tops = [
                f"{_what(r, sectors, everybody)} {100 * r.rate:.1f}%"
                for r in top_sectors(result, str(player)).itertuples()
            ]
            said_ += f", among larger flows most on {words.listed(tops)}" if tops else ""
        if np.isfinite(row.get("applied_mean", np.nan)):
            mean = "its tariffs are" if np.isfinite(kinds).all() else "it is"
            said_ += f"; in the baseline {mean} {100 * row['applied_mean']:.1f}%"
        found.append(f"{said_}.")
    return found


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
    from detente.report.facts import country_names

    setting, found = result.setting, []
    codes, names = setting.calibration.country_codes, country_names(setting.calibration)
    own = [codes[p] for places in setting.game.placement.members for p in places]
    for title, solution in result.solutions.items():
        if result.announced is not None and title == result.announced[1]:
            continue
        welfare: Any = solution.welfare
        sides = [f"{words.noun(names[code])} {words.pct(welfare[code])}" for code in own]
        said_ = f"{title}: real income of {words.listed(sides)}"
        third = welfare.drop(own)
        if len(third):
            said_ += f"; of {len(third)} other economies {_counted(third, names)}"
        found.append(f"{said_}.")
    return found


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


def _matrix(result: WarResult) -> str:
    """Name the game of announced measures or none, and where it ends."""
    matrix = result.matrix
    assert matrix is not None
    kind, ends = matrix.kind(), matrix.equilibria()
    names = {k: words.noun(v) for k, v in player_names(result.setting).items()}
    said_ = "If each could only carry out what was announced in its name or do nothing, "
    said_ += f"the game would be a {kind}; " if kind else ""
    for player, what in matrix.dominant().items():
        said_ += (
            f"{names.get(player, player)} would be best off with {what}, whatever the other does; "
        )
    if not ends:
        return said_ + "no combination would last (no equilibrium in pure strategies)."
    sides = [names.get(player, player) for player in matrix.players]
    where = [", ".join(f"{p}: {s}" for p, s in zip(sides, e, strict=True)) for e in ends]
    return said_ + f"it would end at {words.listed([f'({w})' for w in where])}."


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
    if len(result.bargains.bargains) > 1:
        found.append("What each gets depends on the alternative: on how much a side would lose "
                     "by it beside what the other would.")  # fmt: skip
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
