"""What options add to a game: answers by rule, pairs, bindings, reciprocity, coalitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Column, Section, Sentence, Table
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, COUNT, pct, signed
from detente.report import facts
from detente.report.games import politics
from detente.report.games.facts import Result, everybody, player_names
from detente.report.games.tables import GAIN, POINTS, RATE

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.bargaining import Bargain
    from detente.games.coalitions import Stability
    from detente.games.pairs import Pairwise
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


def sections(result: Result) -> tuple[Section, ...]:
    """Return what options added to a result, in the order of the report."""
    makers = (politics.section, bindings, answers, pairs, reciprocal, coalitions)
    found = [make(result) for make in makers]
    return tuple(section for section in found if section is not None)


def frames(result: Result) -> dict[str, pd.DataFrame]:
    """Return the tidy tables of what options added, by the key of the section."""
    makers: dict[str, Callable[[Result], pd.DataFrame | None]] = {
        "weights": politics.frame,
        "bindings": lambda one: one.extras.corners,
        "answers": _answer_frame,
        "pairs": _pair_frame,
        "reciprocal": _reciprocal_frame,
        "coalitions": _coalition_frame,
    }
    found = {key: make(result) for key, make in makers.items()}
    return {key: frame for key, frame in found.items() if frame is not None}


def _section(key: str, title: str, said: list[str], *tables: Table) -> Section:
    shown = [table for table in tables if table.rows]
    return Section(key, title, (*shown, *map(Sentence, said)))


def answers(result: Result) -> Section | None:
    """Say how each would answer what the others announced."""
    from detente.games.responses import RULES

    found, setting = result.extras.answers, result.setting
    if not found and not any("answer" in note for note in result.extras.notes):
        return None
    columns = (
        Column("whom", "announced → answered", "who announced, who answers"),
        Column("added", "mean added", "what the answer adds, mean by trade", POINTS),
        Column("attacker_before", "announcer before", "its real income, unanswered", CHANGE),
        Column("attacker_after", "after", "real income of who announced, answered", CHANGE),
        Column("answerer_before", "answerer before", "its real income before it answers", CHANGE),
        Column("answerer_after", "after", "real income of who answers, after it did", CHANGE),
        Column("status", "status", "whether the answer is as large as the rule asks"),
    )
    rows = tuple(
        {
            "whom": f"{one.attacker} → {one.answerer}",
            "added": _mean(setting, one),
            "attacker_before": one.response.attacker_pct[0],
            "attacker_after": one.response.attacker_pct[1],
            "answerer_before": one.response.answerer_pct[0],
            "answerer_after": one.response.answerer_pct[1],
            "status": str(one.response.status),
        }
        for one in found
    )
    rule = found[0].response.rule if found else ""
    said = [f"The rule, {rule}: {RULES[rule]}."] if rule else []
    said += [_answer(setting, one) for one in found]
    said += [f"{note}." for note in result.extras.notes]
    title = "Answers by rule to what was announced"
    return _section("answers", title, said, Table("answers-by-pair", title, columns, rows))


def _answer_frame(result: Result) -> pd.DataFrame | None:
    import pandas as pd

    c, frames = result.setting.calibration, []
    for one in result.extras.answers:
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
    return pd.concat(frames, ignore_index=True) if frames else None


def _mean(setting: Setting, one: Answer) -> float:
    c = setting.calibration
    bought = c.flows[:, c.country_codes.index(one.answerer), c.country_codes.index(one.attacker)]
    bought = np.where(c.goods, bought, 0.0)
    return float((one.response.added * bought).sum() / bought.sum()) if bought.sum() else 0.0


def _answer(setting: Setting, one: Answer) -> str:

    names = facts.country_names(setting.calibration)
    attacker, answerer = (noun(names[code]) for code in (one.attacker, one.answerer))
    (hit, then), (own, after) = one.response.attacker_pct, one.response.answerer_pct
    short = "" if one.response.status.name == "MATCHED" else f" ({one.response.status})"
    return (
        f"To what {attacker} announced, {answerer} would add "
        f"{100 * _mean(setting, one):.1f} points on average by trade{short}: its real income goes "
        f"from {pct(own)} to {pct(after)}, that of {attacker} from {pct(hit)} to "
        f"{pct(then)}."
    )


def pairs(result: Result) -> Section | None:
    """Say what pairs agree on, each given all others."""
    from detente.games.bargaining import Agreement

    held, frame = result.extras.pairwise, _pair_frame(result)
    if held is None or frame is None:
        return None
    columns = (
        Column("pair", "pair", "who negotiates"),
        Column("rates", "rates", "how many", COUNT),
        Column("before", "mean in force", "mean by trade of the rates in force before", RATE),
        Column("rate", "mean now", "mean by trade of the rates that were agreed on", RATE),
        Column("first", "gain of the first", "over not agreeing, in logs", GAIN),
        Column("second", "of the second", "over not agreeing, in logs", GAIN),
        Column("status", "status", "whether the pair agreed"),
    )
    rows = []
    for pair, gain, status in zip(held.pairs, held.gains, held.found.statuses, strict=True):
        first, second = 100 * gain if status is Agreement.AGREED else (np.nan, np.nan)
        rows.append(
            {
                "pair": " and ".join(held.game.players[k].name for k in (pair.first, pair.second)),
                "rates": len(pair.rates),
                "before": _rates(frame, pair.rates, "applied"),
                "rate": _rates(frame, pair.rates, "rate"),
                "first": float(first),
                "second": float(second),
                "status": PAIR_STATUS[status.name],
            }
        )
    named = player_names(result.setting)
    names = [noun(named[p.name]) for p in result.setting.players]
    whom = f", one rate for {_partners(result.setting)}" if _one_rate(result.setting) else ""
    title = f"Pairs that bargain, each given all others{whom}"
    table = Table("bargains-of-pairs", title, columns, tuple(rows))
    return _section("pairs", title, _pairs(result, held, names), table)


def _pair_frame(result: Result) -> pd.DataFrame | None:
    from detente.games.tables import rate_table

    held = result.extras.pairwise
    if held is None:
        return None
    frame: Any = rate_table(held.game, held.found.rates)
    frame["pair"], frame["status"] = "", "no_pair"
    for pair, status in zip(held.pairs, held.found.statuses, strict=True):
        sides = [held.game.players[k].name for k in (pair.first, pair.second)]
        frame.loc[list(pair.rates), "pair"] = "+".join(sides)
        frame.loc[list(pair.rates), "status"] = status.name.lower()
    return frame


def _pairs(result: Result, held: Pairwise, names: list[str]) -> list[str]:
    """Say whether bargains came to rest, what belongs to whom, and what it comes to."""
    found, setting = held.found, result.setting
    state = (f"Bargains came to rest after {found.rounds} rounds" if found.settled else
             f"No answer: after {found.rounds} rounds rates still moved by up to "
             f"{100 * found.moved:.1g} points" if found.moved > found.tolerance else
             "No answer: a bargain of a pair did not settle")  # fmt: skip
    sides, before = (
        [f"{name} {pct(100 * np.expm1(pay))}" for name, pay in zip(names, pays, strict=True)]
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
    said.append(f"Real income of {listed(sides)}; {nobody} {listed(before)} (from the "
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
    return "everybody" if on == ("world",) else f"all of {listed(list(on))}"


def _rates(frame: Any, rows: tuple[int, ...], column: str) -> float:
    own = frame.iloc[list(rows)]
    return float(np.average(own[column], weights=own["trade_musd"]))


def bindings(result: Result) -> Section | None:
    """Show what tariff bindings hold back, and what one point more would bring."""
    frame: Any = result.extras.corners
    if frame is None:
        return None
    setting = result.setting
    names, sectors = player_names(setting), facts.sector_names(setting.calibration)
    columns = (
        Column("player", "player", "who is bound"),
        Column("held", "rates held down", "rates that bindings hold down", COUNT),
        Column("rate", "mean bound rate", "mean by trade of these rates", RATE),
        Column("worth", "worth of a point, %", "per cent that a point more on all would add"),
    )
    of = "of real income" if setting.choices.objective == "real-income" else "to its objective"
    rows, said = [], []
    for player in setting.players:
        if not player.bindings:
            continue
        who, own = noun(names[player.name]), frame[frame["player"] == player.name]
        if own.empty:
            said.append(f"No binding holds {who} back.")
            continue
        total = float(np.sum(own["worth_pct"]))
        each: list[Any] = list(own.itertuples())
        top = sorted(each, key=lambda r: -r.worth_pct)[:3]
        most = [
            f"{sectors.get(r.sector, 'everything')} from "
            f"{_whom(r.exporter, everybody(setting))} ({100 * r.rate:.1f}%)"
            for r in top
        ]
        mean = float(np.average(own["rate"], weights=own["trade_musd"]))
        row = {"player": player.name, "held": len(own), "rate": mean, "worth": f"{total:.2g}"}
        rows.append(row)
        said.append(
            f"Bindings hold {len(own)} rates of {who} down; one point more on all of them "
            f"would add {total:.2g}% {of}, most on {listed(most)}."
        )
    title = "What tariff bindings hold back"
    table = Table("bindings-by-player", title, columns, tuple(rows))
    return _section("bindings", title, said, table)


def _whom(code: str, names: dict[str, str]) -> str:
    return "everybody" if code == "all" else noun(names.get(code, code))


def reciprocal(result: Result) -> Section | None:
    """Show Nash's bargain among reciprocal changes, beside the one without that condition."""
    from detente.games.bargaining import Agreement
    from detente.games.tables import agreed_rates
    from detente.wars.run import TalksResult, said

    held = result.extras.reciprocal
    if held is None or not isinstance(result, TalksResult):
        return None
    setting, names = result.setting, player_names(result.setting)
    columns = (
        Column("alternative", "alternative", "what holds without agreement"),
        Column("player", "player", "whose rates and real income"),
        Column("rate", "mean rate", "mean by trade of the agreed rates", RATE),
        Column("gain", "gain of real income", "over the alternative, in logs", GAIN),
        Column("free", "without the condition", "gain where any change counts, in logs", GAIN),
        Column("status", "status", "whether there is an agreement"),
    )
    rows = []
    for name, found in held.items():
        free, frame = result.bargains.bargains[name], agreed_rates(setting.game, found)
        for k, player in enumerate(setting.players):
            own = frame[frame["player"] == player.name]
            mean = np.average(own["rate"], weights=own["trade_musd"]) if len(own) else np.nan
            with_, without = (
                100 * float(one.gains[k]) if one.status is Agreement.AGREED else np.nan
                for one in (found, free)
            )
            rows.append(
                {
                    "alternative": said(setting, name),
                    "player": names[player.name],
                    "rate": float(mean),
                    "gain": with_,
                    "free": without,
                    "status": str(found.status),
                }
            )
    title = "Reciprocal changes alone"
    table = Table("reciprocal-agreements", title, columns, tuple(rows))
    return _section("reciprocal", title, _reciprocal(result, held), table)


def _reciprocal_frame(result: Result) -> pd.DataFrame | None:
    import pandas as pd

    from detente.games.tables import agreed_rates

    frames = []
    for name, found in (result.extras.reciprocal or {}).items():
        frame = agreed_rates(result.setting.game, found)
        frame.insert(0, "disagreement", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else None


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
        lines.append(f"Over {listed(over)} the agreement is the one with the greatest "
                     f"product of {whose} gains (Nash's bargain) that was found among such "
                     f"changes: the best found from {_starts(held)}. Each search finds a local "
                     "optimum, so there may be a better one.")  # fmt: skip
        if result.rule != "nash":
            lines.append("Beside it, without the condition, stands the agreement by "
                         f"{result.rule}, not by Nash's product.")  # fmt: skip
    if over := by.get(Agreement.NO_GAIN):
        lines.append(f"Over {listed(over)} no reciprocal change within the bounds betters "
                     "everybody, as far as searches found: there is none to choose.")  # fmt: skip
    if over := by.get(Agreement.NOT_SOLVED):
        lines.append(f"No answer over {listed(over)}: the search did not settle, so whether "
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


def coalitions(result: Result) -> Section | None:
    """Say whether coalitions would hold, who would like to join, and whether it would be let in."""
    held, frame = result.extras.coalitions, _coalition_frame(result)
    if frame is None:
        return None
    names = facts.country_names(result.setting.calibration)
    columns = (
        Column("move", "union: move", "the union, and who moves how"),
        Column("stays", "its real income without", "in the war with the union as it is", CHANGE),
        Column("moves", "with the move", "in the war after the move", CHANGE),
        Column("would", "would like to", "whether it would gain by the move"),
        Column("least", "member that gains least by it, points", "of letting an outsider in"),
    )
    each: list[Any] = list(frame.itertuples())
    rows = tuple(
        {
            "move": f"{row.coalition}: {row.economy} {'leaves' if row.inside else 'joins'}",
            "stays": row.stays_pct,
            "moves": row.moves_pct,
            "would": _MOVES[row.move],
            "least": "" if row.inside else _least(row) if row.least_member else "undetermined",
        }
        for row in each
    )
    lines = [
        "A union has one external tariff and none inside, chosen for the sum of its members' real "
        "incomes. Each row is a war solved anew after that one move, real income from the baseline."
    ]
    for found in held:
        lines.append(_holds(found, names))
        pairs = zip(found.economies, found.reasons, strict=True)
        lines += [f"{code}: {reason}." for code, reason in pairs if reason]
    title = "Whether coalitions would hold"
    return _section("coalitions", title, lines, Table("moves", title, columns, rows))


def _coalition_frame(result: Result) -> pd.DataFrame | None:
    import pandas as pd

    frames = []
    for found in result.extras.coalitions:
        inside = zip(found.economies, found.inside, strict=True)
        frame = found.table.reset_index()
        frame.insert(0, "coalition", "+".join(code for code, one in inside if one))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else None


_MOVES = {"stays": "no", "moves": "yes", "undetermined": "undetermined"}


def _least(row: Any) -> str:
    return f"{row.least_member} {signed(float(row.least_gain_pct))}"


def _holds(found: Stability, names: dict[str, str]) -> str:
    """Say of a union who would leave, and of outsiders whether they would join and be let in."""
    from detente.games.coalitions import Admission, Move

    def all_of(codes: list[str] | tuple[str, ...]) -> str:
        return listed([noun(names[code]) for code in codes])

    each = list(zip(found.economies, found.inside, found.moves, strict=True))
    gone = {move: [c for c, own, m in each if own and m is move] for move in Move}
    said = [f"A union of {all_of([c for c, own, _ in each if own])}: "
            + (f"{all_of(gone[Move.MOVES])} would gain by leaving" if gone[Move.MOVES] else
               "whether somebody would leave is undetermined" if gone[Move.UNDETERMINED] else
               "nobody would leave")]  # fmt: skip
    for number, (code, own, move) in enumerate(each):
        if own or move is Move.STAYS:
            continue
        who = noun(names[code])
        if move is Move.UNDETERMINED:
            said.append(f"whether {who} would like to join is undetermined")
        elif found.admissions[number] is Admission.LET_IN:
            said.append(f"{who} would like to join, and every member gains by letting it in")
        else:
            against = all_of(found.against(number))
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
