"""What options add to a game: answers by rule, pairs, bindings, reciprocity, coalitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Column, Section, Sentence, Table
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, COUNT, pct, signed
from detente.games.bargaining import Agreement
from detente.report import facts
from detente.report.games import politics
from detente.report.games.facts import Result, everybody, mean_by_trade, player_names, stacked
from detente.report.games.tables import GAIN, POINTS, RATE, STATUS, made
from detente.units import name_in
from detente.wars.results import TalksResult
from detente.wars.run import said
from detente.wars.setting import EACH_OTHER

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.bargaining import Bargain
    from detente.games.coalitions import Stability
    from detente.games.pairs import Pairwise
    from detente.wars.extras import Answer
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
    return tuple(section for make in makers if (section := make(result)) is not None)


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


def _section(key: str, title: str, told: list[str], table: Table) -> Section:
    return Section(key, title, (*([table] if table.rows else []), *map(Sentence, told)))


def answers(result: Result) -> Section | None:
    """Say how each would answer what the others announced."""
    from detente.games.responses import RULES

    found, setting = result.extras.answers, result.setting
    if not found and not any("answer" in note for note in result.extras.notes):
        return None
    title = "Answers by rule to what was announced"
    table = made(
        "answers-by-pair", "Who answers whom", found,
        (Column("whom", "announced → answered", "who announced, who answers"),
         lambda one: f"{one.attacker} → {one.answerer}"),
        (Column("added", "mean added", "what the answer adds, mean by trade", POINTS),
         lambda one: _mean_added(setting, one)),
        (Column("attacker_before", "announcer before", "its real income, unanswered", CHANGE),
         lambda one: one.response.attacker_pct[0]),
        (Column("attacker_after", "after", "real income of who announced, answered", CHANGE),
         lambda one: one.response.attacker_pct[1]),
        (Column("answerer_before", "answerer before", "its real income before it answers", CHANGE),
         lambda one: one.response.answerer_pct[0]),
        (Column("answerer_after", "after", "real income of who answers, after it did", CHANGE),
         lambda one: one.response.answerer_pct[1]),
        (Column("status", "status", "whether the answer is as large as the rule asks"),
         lambda one: str(one.response.status)),
    )  # fmt: skip
    told = [f"The rule, {rule}: {RULES[rule]}." for rule in {one.response.rule for one in found}]
    return _section("answers", title, [*told, *(f"{n}." for n in result.extras.notes)], table)


def _mean_added(setting: Setting, one: Answer) -> float:
    c = setting.calibration
    bought = c.flows[:, c.country_codes.index(one.answerer), c.country_codes.index(one.attacker)]
    bought = np.where(c.goods, bought, 0.0)
    return float((one.response.added * bought).sum() / bought.sum()) if bought.sum() else 0.0


def _answer_frame(result: Result) -> pd.DataFrame | None:
    import pandas as pd

    c, held = result.setting.calibration, {}
    for one in result.extras.answers:
        place = c.country_codes.index(one.answerer), c.country_codes.index(one.attacker)
        held[one.attacker, one.answerer] = pd.DataFrame({
            "rule": one.response.rule, "status": one.response.status.name.lower(),
            "sector": c.sector_codes, "added": one.response.added,
            name_in("trade_musd", c.card.unit): c.flows[:, place[0], place[1]],
        })  # fmt: skip
    return stacked(held, "attacker", "answerer")


def pairs(result: Result) -> Section | None:
    """Say what pairs agree on, each given all others."""
    held, frame = result.extras.pairwise, _pair_frame(result)
    if held is None or frame is None:
        return None
    rows: list[Any] = []
    for pair, gain, status in zip(held.pairs, held.gains, held.found.statuses, strict=True):
        sides = [held.game.players[k].name for k in (pair.first, pair.second)]
        agreed = status is Agreement.AGREED
        rows.append((sides, frame.iloc[list(pair.rates)], status, 100 * gain if agreed else None))
    whom = ""
    if _one_rate(result.setting):
        whom = f", one rate for {_partners(result.setting)}"
    title = f"Pairs that bargain, each given all others{whom}"
    table = made(
        "bargains-of-pairs", "By pair", rows,
        (Column("pair", "pair", "who negotiates"), lambda row: " and ".join(row[0])),
        (Column("rates", "rates", "how many", COUNT), lambda row: len(row[1])),
        (Column("before", "mean in force", "mean by trade of the rates in force before", RATE),
         lambda row: mean_by_trade(row[1], "applied", result.setting)),
        (Column("rate", "mean now", "mean by trade of the rates that were agreed on", RATE),
         lambda row: mean_by_trade(row[1], "rate", result.setting)),
        *((Column(key, head, "over not agreeing, in logs", GAIN),
           lambda row, k=k: np.nan if row[3] is None else float(row[3][k]))
          for k, (key, head) in enumerate((("first", "gain of the first"),
                                           ("second", "of the second")))),
        (STATUS, lambda row: PAIR_STATUS[row[2].name]),
    )  # fmt: skip
    return _section("pairs", title, _pairs(result, held), table)


def _pair_frame(result: Result) -> pd.DataFrame | None:
    from detente.games.tables import rate_table

    held = result.extras.pairwise
    if held is None:
        return None
    frame: Any = rate_table(held.game, held.found.rates)
    frame["pair"], frame["status"] = "", "no_pair"
    for pair, status in zip(held.pairs, held.found.statuses, strict=True):
        sides = [held.game.players[k].name for k in (pair.first, pair.second)]
        frame.loc[list(pair.rates), ["pair", "status"]] = "+".join(sides), status.name.lower()
    return frame


def _pairs(result: Result, held: Pairwise) -> list[str]:
    """Say whether bargains came to rest, what belongs to whom, and what it comes to."""
    found, setting, names = held.found, result.setting, player_names(result.setting).values()
    state = "No answer: a bargain of a pair did not settle"
    if found.settled:
        state = f"Bargains came to rest after {found.rounds} rounds"
    elif found.moved > found.tolerance:
        state = (f"No answer: after {found.rounds} rounds rates still moved by up to "
                 f"{100 * found.moved:.1g} points")  # fmt: skip
    rule, nobody = "A pair negotiates the rates that its two sides have on each other.", ""
    if _one_rate(setting):
        rule = (f"A rate holds for {_partners(setting)}, so that a concession to one goes to all "
                f"of them; it is negotiated with {_PRINCIPAL[setting.choices.instrument]} among "
                "the players.")  # fmt: skip
        nobody = ", with each rate in force replaced by its mean over these partners,"
    sides, before = (
        listed([f"{noun(name)} {pct(100 * np.expm1(pay))}"
                for name, pay in zip(names, pays, strict=True)])
        for pays in (found.payoffs, held.start)
    )  # fmt: skip
    return [
        f"{state}; a pair that does not agree keeps its rates in force.",
        rule,
        f"Real income of {sides}; where nobody agrees{nobody} {before} (from the baseline). Gains "
        "of a pair are over its two sides not agreeing, all other pairs as they agreed.",
    ]


def _one_rate(setting: Setting) -> bool:
    return setting.choices.rule in ("mfn", "uniform")


def _partners(setting: Setting) -> str:
    """Say for whom a rate holds."""
    on = setting.choices.on
    if on == (EACH_OTHER,):
        return "all partners who play"
    return "everybody" if on == ("world",) else f"all of {listed(list(on))}"


def bindings(result: Result) -> Section | None:
    """Show what tariff bindings hold back, and what one point more would bring."""
    frame: Any = result.extras.corners
    if frame is None:
        return None
    setting, names = result.setting, everybody(result.setting) | {"all": "everybody"}
    sectors = facts.sector_names(setting.calibration)
    of = "of real income" if setting.choices.objective == "real-income" else "to its objective"
    rows, told = [], []
    for player in setting.players:
        if not player.bindings:
            continue
        who, own = noun(names[player.name]), frame[frame["player"] == player.name]
        if own.empty:
            told.append(f"No binding holds {who} back.")
            continue
        rows.append((player.name, own))
        top: list[Any] = list(own.nlargest(3, "worth_pct").itertuples())
        most = [
            f"{sectors.get(row.sector, 'everything')} from "
            f"{noun(names.get(str(row.exporter), str(row.exporter)))} ({100 * row.rate:.1f}%)"
            for row in top
        ]
        told.append(
            f"Bindings hold {len(own)} rates of {who} down; one point more on all of them "
            f"would add {own['worth_pct'].sum():.2g}% {of}, most on {listed(most)}."
        )
    title = "What tariff bindings hold back"
    table = made(
        "bindings-by-player", "By player", rows,
        (Column("player", "player", "who is bound"), lambda row: row[0]),
        (Column("held", "rates held down", "rates that bindings hold down", COUNT),
         lambda row: len(row[1])),
        (Column("rate", "mean bound rate", "mean by trade of these rates", RATE),
         lambda row: mean_by_trade(row[1], "rate", result.setting)),
        (Column("worth", "worth of a point, %", "per cent that a point more on all would add"),
         lambda row: f"{row[1]['worth_pct'].sum():.2g}"),
    )  # fmt: skip
    return _section("bindings", title, told, table)


def reciprocal(result: Result) -> Section | None:
    """Show Nash's bargain among reciprocal changes, beside the one without that condition."""
    from detente.games.tables import agreed_rates

    held = result.extras.reciprocal
    if held is None or not isinstance(result, TalksResult):
        return None
    setting, names = result.setting, player_names(result.setting)
    rows = [(name, place, player.name) for name in held
            for place, player in enumerate(setting.players)]  # fmt: skip
    frames: dict[str, Any] = {name: agreed_rates(setting.game, one) for name, one in held.items()}

    def gain(bargains: Mapping[str, Bargain], row: tuple[str, int, str]) -> float:
        one = bargains[row[0]]
        return 100 * float(one.gains[row[1]]) if one.status is Agreement.AGREED else np.nan

    def mean(row: tuple[str, int, str]) -> float:
        frame = frames[row[0]]
        return mean_by_trade(frame[frame["player"] == row[2]], "rate", result.setting)

    title = "Reciprocal changes alone"
    table = made(
        "reciprocal-agreements", "By alternative", rows,
        (Column("alternative", "alternative", "what holds without agreement"),
         lambda row: said(setting, row[0])),
        (Column("player", "player", "whose rates and real income"), lambda row: names[row[2]]),
        (Column("rate", "mean rate", "mean by trade of the agreed rates", RATE), mean),
        (Column("gain", "gain of real income", "over the alternative, in logs", GAIN),
         lambda row: gain(held, row)),
        (Column("free", "without the condition", "gain where any change counts, in logs", GAIN),
         lambda row: gain(result.bargains.bargains, row)),
        (STATUS, lambda row: str(held[row[0]].status)),
    )  # fmt: skip
    return _section("reciprocal", title, _reciprocal(result, held), table)


def _reciprocal_frame(result: Result) -> pd.DataFrame | None:
    from detente.games.tables import agreed_rates

    held = result.extras.reciprocal or {}
    frames = {name: agreed_rates(result.setting.game, one) for name, one in held.items()}
    return stacked(frames, "disagreement")


def _reciprocal(result: TalksResult, held: Mapping[str, Bargain]) -> list[str]:
    """Say what reciprocal means, and of each alternative what there is to agree on."""
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
        counts = {one.starts for one in held.values() if one.status is Agreement.AGREED}
        starts = " to ".join(map(str, sorted({min(counts), max(counts)})))
        lines.append(f"Over {listed(over)} the agreement is the one with the greatest product of "
                     f"{whose} gains (Nash's bargain) that was found among such changes: the best "
                     f"found from {starts} start{'' if max(counts) == 1 else 's'}. Each search "
                     "finds a local optimum, so there may be a better one.")  # fmt: skip
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


def coalitions(result: Result) -> Section | None:
    """Say whether coalitions would hold, who would like to join, and whether it would be let in."""
    held, frame = result.extras.coalitions, _coalition_frame(result)
    if frame is None:
        return None
    names = facts.country_names(result.setting.calibration)
    title = "Whether coalitions would hold"
    table = made(
        "moves", "By move", frame.itertuples(),
        (Column("move", "union: move", "the union, and who moves how"),
         lambda row: f"{row.coalition}: {row.economy} {'leaves' if row.inside else 'joins'}"),
        Column("stays_pct", "its real income without", "in the war without the move", CHANGE),
        Column("moves_pct", "with the move", "in the war after the move", CHANGE),
        (Column("would", "would like to", "whether it would gain by the move"),
         lambda row: _MOVES[row.move]),
        (Column("least", "member that gains least by it, points", "of letting an outsider in"),
         _least),
    )  # fmt: skip
    lines = [
        "A union has one external tariff and none inside, chosen for the sum of its members' real "
        "incomes. Each row is a war solved anew after that one move, real income from the baseline."
    ]
    for found in held:
        pairs = zip(found.economies, found.reasons, strict=True)
        lines += [_holds(found, names), *(f"{code}: {reason}." for code, reason in pairs if reason)]
    return _section("coalitions", title, lines, table)


def _coalition_frame(result: Result) -> pd.DataFrame | None:
    held = {}
    for found in result.extras.coalitions:
        inside = zip(found.economies, found.inside, strict=True)
        held["+".join(code for code, one in inside if one)] = found.table
    return stacked(held, "coalition")


_MOVES = {"stays": "no", "moves": "yes", "undetermined": "undetermined"}


def _least(row: Any) -> str:
    if row.inside or not row.least_member:
        return "" if row.inside else "undetermined"
    return f"{row.least_member} {signed(float(row.least_gain_pct))}"


def _holds(found: Stability, names: dict[str, str]) -> str:
    """Say of a union who would leave, and of outsiders whether they would join and be let in."""
    from detente.games.coalitions import Admission, Move

    def all_of(codes: list[str] | tuple[str, ...]) -> str:
        return listed([noun(names[code]) for code in codes])

    each = list(zip(found.economies, found.inside, found.moves, strict=True))
    own_moves = {m for _, own, m in each if own}
    leaves = "nobody would leave"
    if Move.MOVES in own_moves:
        gone = [c for c, own, m in each if own and m is Move.MOVES]
        leaves = f"{all_of(gone)} would gain by leaving"
    elif Move.UNDETERMINED in own_moves:
        leaves = "whether somebody would leave is undetermined"
    told = [f"A union of {all_of([c for c, own, _ in each if own])}: {leaves}"]
    for number, (code, own, move) in enumerate(each):
        if own or move is Move.STAYS:
            continue
        who, against = noun(names[code]), found.against(number)
        if move is Move.UNDETERMINED:
            told.append(f"whether {who} would like to join is undetermined")
        elif found.admissions[number] is Admission.LET_IN:
            told.append(f"{who} would like to join, and every member gains by letting it in")
        else:
            verb = "does" if len(against) == 1 else "do"
            told.append(f"{who} would like to join, but {all_of(against)} {verb} not gain by "
                        "letting it in")  # fmt: skip
    outside = [m for _, own, m in each if not own]
    if outside and all(move is Move.STAYS for move in outside):
        told.append("nobody outside would like to join")
    return f"{'; '.join(told)}."
