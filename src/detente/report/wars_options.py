"""Answers by rule, pairs, reciprocal bargains and coalitions as parts of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import words
from detente.report.wars_parts import Part, Row

if TYPE_CHECKING:
    from detente.games.bargaining import Bargain
    from detente.games.coalitions import Stability
    from detente.games.pairs import Pairwise
    from detente.report.wars import Result
    from detente.wars.extras import Answer
    from detente.wars.run import TalksResult
    from detente.wars.setting import Setting

PAIR_STATUS = {
    "AGREED": "agreed",
    "NO_GAIN": "nothing to gain",
    "NOT_SOLVED": "not settled",
}
"""Said of a pair, by the name of its `Agreement`."""
_PRINCIPAL = {
    "tariff": "the principal supplier",
    "export-tax": "the principal buyer",
    "both": "the principal supplier (an export tax with the principal buyer)",
}


def answers(result: Result) -> Part | None:
    """Say how each would answer what the others announced."""
    import pandas as pd

    from detente.games.responses import RULES

    found = result.extras.answers
    if not found and not any("answer" in note for note in result.extras.notes):
        return None
    setting, frames = result.setting, []
    for one in found:
        c = setting.calibration
        place = c.country_codes.index(one.answerer), c.country_codes.index(one.attacker)
        frames.append(pd.DataFrame({
            "attacker": one.attacker, "answerer": one.answerer, "rule": one.response.rule,
            "status": one.response.status.name.lower(), "sector": c.sector_codes,
            "added": one.response.added, "trade_musd": c.flows[:, place[0], place[1]],
            "attacker_before_pct": one.response.attacker_pct[0],
            "attacker_after_pct": one.response.attacker_pct[1],
            "answerer_before_pct": one.response.answerer_pct[0],
            "answerer_after_pct": one.response.answerer_pct[1],
        }))  # fmt: skip
    heads = ["announced → answered", "mean points added", "announcer before, %", "after, %",
             "answerer before, %", "after, %", "status"]  # fmt: skip
    rows: list[Row] = [[f"{one.attacker} → {one.answerer}", f"{100 * _mean(setting, one):.2f}",
             *one.response.attacker_pct, *one.response.answerer_pct, str(one.response.status)]
            for one in found]  # fmt: skip
    rule = found[0].response.rule if found else ""
    said = [f"The rule, {rule}: {RULES[rule]}."] if rule else []
    said += [_answer(setting, one) for one in found]
    said += [f"{note}." for note in result.extras.notes]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return Part("answers", "Answers by rule to what was announced", said, heads, rows, frame)


def _mean(setting: Setting, one: Answer) -> float:
    c = setting.calibration
    bought = c.flows[:, c.country_codes.index(one.answerer), c.country_codes.index(one.attacker)]
    bought = np.where(c.goods, bought, 0.0)
    return float((one.response.added * bought).sum() / bought.sum()) if bought.sum() else 0.0


def _answer(setting: Setting, one: Answer) -> str:
    from detente.report.facts import country_names

    names = country_names(setting.calibration)
    attacker, answerer = (words.noun(names[code]) for code in (one.attacker, one.answerer))
    (hit, then), (own, after) = one.response.attacker_pct, one.response.answerer_pct
    short = "" if one.response.status.name == "MATCHED" else f" ({one.response.status})"
    return (
        f"To what {attacker} announced, {answerer} would add "
        f"{100 * _mean(setting, one):.1f} points on average by trade{short}: its real income goes "
        f"from {words.pct(own)} to {words.pct(after)}, that of {attacker} from {words.pct(hit)} to "
        f"{words.pct(then)}."
    )


def pairs(result: Result) -> Part | None:
    """Say what pairs agree on, each given all others."""
    from detente.games.bargaining import Agreement
    from detente.games.tables import rate_table
    from detente.report.wars import player_names

    held = result.extras.pairwise
    if held is None:
        return None
    named = player_names(result.setting)
    names = [words.noun(named[p.name]) for p in result.setting.players]
    frame: Any = rate_table(held.game, held.found.rates)
    frame["pair"], frame["status"] = "", "no_pair"
    rows: list[Row] = []
    each = zip(held.pairs, held.gains, held.found.statuses, strict=True)
    for pair, gain, status in each:
        own = list(pair.rates)
        sides = [held.game.players[k].name for k in (pair.first, pair.second)]
        frame.loc[own, "pair"] = "+".join(sides)
        frame.loc[own, "status"] = status.name.lower()
        rows.append([
            " and ".join(sides), str(len(own)),
            f"{100 * _rates(frame, pair.rates, 'applied'):.1f}",
            f"{100 * _rates(frame, pair.rates, 'rate'):.1f}",
            *(100 * gain if status is Agreement.AGREED else (np.nan, np.nan)),
            PAIR_STATUS[status.name],
        ])  # fmt: skip
    heads = ["pair", "rates", "mean in force, %", "mean now, %", "gain of the first, %",
             "of the second, %", "status"]  # fmt: skip
    whom = f", one rate for {_partners(result.setting)}" if _one_rate(result.setting) else ""
    return Part("pairs", f"Pairs that bargain, each given all others{whom}",
                _pairs(result, held, names), heads, rows, frame)  # fmt: skip


def _pairs(result: Result, held: Pairwise, names: list[str]) -> list[str]:
    """Say whether bargains came to rest, what belongs to whom, and what it comes to."""
    found, setting = held.found, result.setting
    state = (f"Bargains came to rest after {found.rounds} rounds" if found.settled else
             f"No answer: after {found.rounds} rounds rates still moved by up to "
             f"{100 * found.moved:.1g} points" if found.moved > found.tolerance else
             "No answer: a bargain of a pair did not settle")  # fmt: skip
    sides, before = (
        [f"{name} {words.pct(100 * np.expm1(pay))}" for name, pay in zip(names, pays, strict=True)]
        for pays in (found.payoffs, held.start)
    )
    said = [f"{state}; a pair that does not agree keeps its rates in force."]
    nobody = "where nobody agrees"
    if _one_rate(setting):
        said.append(f"A rate holds for {_partners(setting)}, so that a concession to one goes to "
                    f"all of them; it is negotiated with {_PRINCIPAL[setting.choices.instrument]} "
                    "among the players.")  # fmt: skip
        nobody = ("where nobody agrees, with each rate in force replaced by its mean over these "
                  "partners,")  # fmt: skip
    else:
        said.append("A pair negotiates the rates that its two sides have on each other.")
    said.append(f"Real income of {words.listed(sides)}; {nobody} {words.listed(before)} (from the "
                "baseline). Gains of a pair are over its two sides not agreeing, all other pairs "
                "as they agreed.")  # fmt: skip
    return said


def _one_rate(setting: Setting) -> bool:
    return setting.choices.rule in ("mfn", "uniform")


def _partners(setting: Setting) -> str:
    """Say for whom a rate holds."""
    from detente.wars.setting import EACH_OTHER

    on = setting.choices.on
    if on == (EACH_OTHER,):
        return "all partners who play"
    return "everybody" if on == ("world",) else f"all of {words.listed(list(on))}"


def _rates(frame: Any, rows: tuple[int, ...], column: str) -> float:
    own = frame.iloc[list(rows)]
    return float(np.average(own[column], weights=own["trade_musd"]))


def bindings(result: Result) -> Part | None:
    """Show what tariff bindings hold back, and what one point more would bring."""
    from detente.report.facts import country_names, sector_names
    from detente.report.wars import player_names

    frame: Any = result.extras.corners
    if frame is None:
        return None
    names, sectors = player_names(result.setting), sector_names(result.setting.calibration)
    everybody = country_names(result.setting.calibration) | names
    of = ("of real income" if result.setting.choices.objective == "real-income" else
          "to its objective")  # fmt: skip
    rows: list[Row] = []
    said: list[str] = []
    for player in result.setting.players:
        if not player.bindings:
            continue
        who, own = words.noun(names[player.name]), frame[frame["player"] == player.name]
        if own.empty:
            said.append(f"No binding holds {who} back.")
            continue
        total = float(np.sum(own["worth_pct"]))
        each: list[Any] = list(own.itertuples())
        top = sorted(each, key=lambda r: -r.worth_pct)[:3]
        most = [f"{sectors.get(r.sector, 'everything')} from {_whom(r.exporter, everybody)} "
                f"({100 * r.rate:.1f}%)" for r in top]  # fmt: skip
        rows.append([player.name, str(len(own)),
                     f"{100 * np.average(own['rate'], weights=own['trade_musd']):.1f}",
                     f"{total:.2g}"])  # fmt: skip
        said.append(
            f"Bindings hold {len(own)} rates of {who} down; one point more on all of them "
            f"would add {total:.2g}% {of}, most on {words.listed(most)}."
        )
    heads = ["player", "rates held down", "mean bound rate, %", "worth of a point, %"]
    return Part("bindings", "What tariff bindings hold back", said, heads, rows, frame)


def _whom(code: str, names: dict[str, str]) -> str:
    return "everybody" if code == "all" else words.noun(names.get(code, code))


def reciprocal(result: Result) -> Part | None:
    """Show Nash's bargain among reciprocal changes, beside the one without that condition."""
    import pandas as pd

    from detente.games.bargaining import Agreement
    from detente.games.tables import agreed_rates
    from detente.report.wars import player_names
    from detente.wars.run import TalksResult, said

    held = result.extras.reciprocal
    if held is None or not isinstance(result, TalksResult):
        return None
    setting, names, frames = result.setting, player_names(result.setting), []
    rows: list[Row] = []
    for name, found in held.items():
        free = result.bargains.bargains[name]
        frame = agreed_rates(setting.game, found)
        frame.insert(0, "disagreement", name)
        frames.append(frame)
        agreed = found.status is Agreement.AGREED
        for k, player in enumerate(setting.players):
            own = frame[frame["player"] == player.name]
            mean = np.average(own["rate"], weights=own["trade_musd"]) if len(own) else np.nan
            rows.append([
                f"{said(setting, name)}: {names[player.name]}",
                f"{100 * mean:.1f}" if np.isfinite(mean) else "–",
                100 * float(found.gains[k]) if agreed else np.nan,
                100 * float(free.gains[k]) if free.status is Agreement.AGREED else np.nan,
                str(found.status),
            ])  # fmt: skip
    heads = ["alternative: player", "mean rate, %", "gain of real income, %",
             "without the condition, %", "status"]  # fmt: skip
    return Part("reciprocal", "Reciprocal changes alone", _reciprocal(result, held), heads, rows,
                pd.concat(frames, ignore_index=True) if frames else pd.DataFrame())  # fmt: skip


def _reciprocal(result: TalksResult, held: Mapping[str, Bargain]) -> list[str]:
    """Say what reciprocal means, and of each alternative what there is to agree on."""
    from detente.games.bargaining import Agreement
    from detente.wars.run import said

    by: dict[Agreement, list[str]] = {}
    for name, found in held.items():
        by.setdefault(found.status, []).append(said(result.setting, name))
    lines = [
        "Here a change of tariffs counts only if it is reciprocal: each side's exports and imports "
        "change by as much at the baseline's prices, which is meant to keep the prices of what it "
        "sells in step with those of what it buys (its terms of trade; Bagwell & Staiger 1999). "
        "Changes are measured from the baseline, whatever the alternative is."
    ]
    if over := by.get(Agreement.AGREED):
        whose = "both sides'" if len(result.setting.players) == 2 else "all sides'"
        lines.append(f"Over {words.listed(over)} the agreement is the one with the greatest "
                     f"product of {whose} gains (Nash's bargain) that was found among such "
                     f"changes: the best found from {_starts(held)}. Each search finds a local "
                     "optimum, so there may be a better one.")  # fmt: skip
        if result.rule != "nash":
            lines.append("Beside it, without the condition, stands the agreement by "
                         f"{result.rule}, not by Nash's product.")  # fmt: skip
    if over := by.get(Agreement.NO_GAIN):
        lines.append(f"Over {words.listed(over)} no reciprocal change within the bounds betters "
                     "everybody, as far as searches found: there is none to choose.")  # fmt: skip
    if over := by.get(Agreement.NOT_SOLVED):
        lines.append(f"No answer over {words.listed(over)}: the search did not settle, so whether "
                     "a reciprocal change betters everybody is not known.")  # fmt: skip
    return lines


def _starts(held: Mapping[str, Bargain]) -> str:
    """Say from how many starts each agreement is the best found."""
    from detente.games.bargaining import Agreement

    counts = {one.starts for one in held.values() if one.status is Agreement.AGREED}
    least, most = min(counts), max(counts)
    if least == most:
        return f"{most} start{'' if most == 1 else 's'}"
    return f"{least} to {most} starts"


def coalitions(result: Result) -> Part | None:
    """Say whether coalitions would hold, who would like to join, and whether it would be let in."""
    import pandas as pd

    from detente.report.facts import country_names

    held = result.extras.coalitions
    if not held:
        return None
    names: dict[str, str] = country_names(result.setting.calibration)
    rows: list[Row] = []
    frames, lines = [], [
        "A union has one external tariff and none inside, chosen for the sum of its members' real "
        "incomes. Each row is a war solved anew after that one move, real income from the baseline."
    ]  # fmt: skip
    for found in held:
        union = "+".join(c for c, one in zip(found.economies, found.inside, strict=True) if one)
        frame: Any = found.table.reset_index()
        frame.insert(0, "coalition", union)
        frames.append(frame)
        for row in frame.itertuples():
            rows.append([
                f"{union}: {row.economy} {'leaves' if row.inside else 'joins'}", row.stays_pct,
                row.moves_pct, _MOVES[row.move],
                "" if row.inside else _least(row) if row.least_member else "undetermined",
            ])  # fmt: skip
        lines.append(_holds(found, names))
        lines += [f"{code}: {reason}." for code, reason in
                  zip(found.economies, found.reasons, strict=True) if reason]  # fmt: skip
    heads = ["union: move", "its real income without, %", "with the move, %",
             "would like to", "member that gains least by it, points"]  # fmt: skip
    return Part("coalitions", "Whether coalitions would hold", lines, heads, rows,
                pd.concat(frames, ignore_index=True))  # fmt: skip


_MOVES = {"stays": "no", "moves": "yes", "undetermined": "undetermined"}


def _least(row: Any) -> str:
    return f"{row.least_member} {words.signed(float(row.least_gain_pct))}"


def _holds(found: Stability, names: dict[str, str]) -> str:
    """Say of a union who would leave, and of outsiders whether they would join and be let in."""
    from detente.games.coalitions import Admission, Move

    def listed(codes: list[str] | tuple[str, ...]) -> str:
        return words.listed([words.noun(names[code]) for code in codes])

    each = list(zip(found.economies, found.inside, found.moves, strict=True))
    gone = {move: [c for c, own, m in each if own and m is move] for move in Move}
    said = [f"A union of {listed([c for c, own, _ in each if own])}: "
            + (f"{listed(gone[Move.MOVES])} would gain by leaving" if gone[Move.MOVES] else
               "whether somebody would leave is undetermined" if gone[Move.UNDETERMINED] else
               "nobody would leave")]  # fmt: skip
    for number, (code, own, move) in enumerate(each):
        if own or move is Move.STAYS:
            continue
        who = words.noun(names[code])
        if move is Move.UNDETERMINED:
            said.append(f"whether {who} would like to join is undetermined")
        elif found.admissions[number] is Admission.LET_IN:
            said.append(f"{who} would like to join, and every member gains by letting it in")
        else:
            against = listed(found.against(number))
            verb = "does" if len(found.against(number)) == 1 else "do"
            said.append(f"{who} would like to join, but {against} {verb} not gain by letting it in")
    outside = [m for _, own, m in each if not own]
    if outside and all(move is Move.STAYS for move in outside):
        said.append("nobody outside would like to join")
    return f"{'; '.join(said)}."


def unanswered(result: Result) -> list[str]:
    """Say which of what was asked for besides was not found."""
    from detente.games.bargaining import Agreement
    from detente.wars.run import said

    more, setting = result.extras, result.setting
    found = [f"political weights of {one.player.name} were not found: the fit did not come to rest"
             for one in setting.politics if not one.settled]  # fmt: skip
    if more.pairwise is not None and not more.pairwise.found.settled:
        found.append("pairs did not come to rest: shown is where the last round ended")
    return found + [
        f"no reciprocal agreement was found over {said(setting, name)}: {bargain.status}"
        for name, bargain in (more.reciprocal or {}).items()
        if bargain.status is Agreement.NOT_SOLVED
    ]
