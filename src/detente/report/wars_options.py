"""Answers by rule, pairs, reciprocal bargains and coalitions as parts of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import words
from detente.report.wars_parts import Part, Row

if TYPE_CHECKING:
    from detente.games.coalitions import Stability
    from detente.report.wars import Result
    from detente.wars.extras import Answer
    from detente.wars.setting import Setting


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
    from detente.games.tables import rate_table
    from detente.report.wars import player_names

    held = result.extras.pairwise
    if held is None:
        return None
    named = player_names(result.setting)
    names = [words.noun(named[p.name]) for p in result.setting.players]
    frame: Any = rate_table(held.game, held.found.rates)
    frame["pair"] = ""
    for pair in held.pairs:
        frame.loc[list(pair.rates), "pair"] = "+".join(
            held.game.players[k].name for k in (pair.first, pair.second))  # fmt: skip
    rows: list[Row] = [
        [f"{names[pair.first]} and {names[pair.second]}", str(len(pair.rates)),
         f"{100 * _rates(frame, pair.rates, 'applied'):.1f}",
         f"{100 * _rates(frame, pair.rates, 'rate'):.1f}", *(100 * gain)]
        for pair, gain in zip(held.pairs, held.gains, strict=True)
    ]  # fmt: skip
    state = (f"Bargains came to rest after {held.found.rounds} rounds" if held.found.settled else
             f"No answer: after {held.found.rounds} rounds rates still moved by up to "
             f"{100 * held.found.moved:.1g} points")  # fmt: skip
    sides = [f"{name} {words.pct(100 * np.expm1(pay))}"
             for name, pay in zip(names, held.found.payoffs, strict=True)]  # fmt: skip
    before = [f"{name} {words.pct(100 * np.expm1(pay))}"
              for name, pay in zip(names, held.start, strict=True)]  # fmt: skip
    mfn = result.setting.choices.rule in ("mfn", "uniform")
    said = [
        f"{state}; who does not agree keeps the rates in force.",
        "A rate holds for all partners and is negotiated with the principal supplier."
        if mfn else "A pair negotiates the rates that its two sides have on each other.",
        f"Real income of {words.listed(sides)}; where nobody agrees {words.listed(before)}.",
    ]  # fmt: skip
    heads = ["pair", "rates", "in force, %", "agreed, %", "gain of the first, %",
             "of the second, %"]  # fmt: skip
    title = "Pairs that bargain, each given all others"
    return Part("pairs", f"{title}{', one rate for all partners' if mfn else ''}", said, heads,
                rows, frame)  # fmt: skip


def _rates(frame: Any, rows: tuple[int, ...], column: str) -> float:
    own = frame.iloc[list(rows)]
    return float(np.average(own[column], weights=own["trade_musd"]))


def bindings(result: Result) -> Part | None:
    """Show what tariff bindings hold back, and what one point more would bring."""
    from detente.report.facts import sector_names
    from detente.report.wars import player_names

    frame: Any = result.extras.corners
    if frame is None:
        return None
    names, sectors = player_names(result.setting), sector_names(result.setting.calibration)
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
        most = [f"{sectors.get(r.sector, 'everything')} from {r.exporter} ({100 * r.rate:.1f}%)"
                for r in top]  # fmt: skip
        rows.append([player.name, str(len(own)),
                     f"{100 * np.average(own['rate'], weights=own['trade_musd']):.1f}",
                     f"{total:.2g}"])  # fmt: skip
        said.append(
            f"Bindings hold {len(own)} rates of {who} down; one point more on all of them "
            f"would add {total:.2g}% to its payoff, most on {words.listed(most)}."
        )
    heads = ["player", "rates held down", "mean bound rate, %", "worth of a point, %"]
    return Part("bindings", "What tariff bindings hold back", said, heads, rows, frame)


def reciprocal(result: Result) -> Part | None:
    """Show Nash's bargain among reciprocal changes, beside the one without that condition."""
    import pandas as pd

    from detente.games.tables import rate_table
    from detente.report.wars import player_names
    from detente.wars.run import TalksResult, said

    held = result.extras.reciprocal
    if held is None or not isinstance(result, TalksResult):
        return None
    setting, names, frames = result.setting, player_names(result.setting), []
    rows: list[Row] = []
    for name, found in held.items():
        free = result.bargains.bargains[name]
        frame = rate_table(setting.game, found.optimum.rates)
        frame.insert(0, "disagreement", name)
        frame["status"] = found.status.name.lower()
        frames.append(frame)
        agreed = found.status.name == "AGREED"
        for k, player in enumerate(setting.players):
            own = frame[frame["player"] == player.name]
            mean = np.average(own["rate"], weights=own["trade_musd"]) if len(own) else np.nan
            rows.append([
                f"{said(setting, name)}: {names[player.name]}",
                f"{100 * mean:.1f}" if agreed else "–",
                100 * float(found.gains[k]) if agreed else np.nan,
                100 * float(free.gains[k]) if free.status.name == "AGREED" else np.nan,
                str(found.status),
            ])  # fmt: skip
    lines = [
        "Each side's exports and imports change by as much, at the baseline's prices, so that "
        "terms of trade stay as they are (Bagwell & Staiger 1999); among such changes the product "
        "of gains is greatest.",
    ]
    if result.rule != "nash":
        lines.append(f"Beside it stands the agreement by {result.rule}, not by Nash's product.")
    heads = ["alternative: player", "mean rate, %", "gain, %", "gain without the condition, %",
             "status"]  # fmt: skip
    return Part("reciprocal", "Reciprocal changes alone", lines, heads, rows,
                pd.concat(frames, ignore_index=True) if frames else pd.DataFrame())  # fmt: skip


def coalitions(result: Result) -> Part | None:
    """Say whether coalitions would hold."""
    import pandas as pd

    from detente.report.facts import country_names

    held = result.extras.coalitions
    if not held:
        return None
    names, rows, frames, lines = country_names(result.setting.calibration), [], [], []
    for found in held:
        inside = [c for c, one in zip(found.economies, found.inside, strict=True) if one]
        frame = found.table.reset_index()
        frame.insert(0, "coalition", "+".join(inside))
        frames.append(frame)
        moves = zip(found.economies, found.inside, found.stays_pct, found.moves_pct, found.moves,
                    strict=True)  # fmt: skip
        rows += [[f"{'+'.join(inside)}: {code} {'leaves' if own else 'joins'}", stays, then,
                  str(move)] for code, own, stays, then, move in moves]  # fmt: skip
        lines.append(_holds(found, words.listed([words.noun(names[code]) for code in inside])))
        lines += [f"{code}: {reason}." for code, reason in
                  zip(found.economies, found.reasons, strict=True) if reason]  # fmt: skip
    heads = ["coalition: move", "real income if it stays, %", "if it moves, %", ""]
    return Part("coalitions", "Whether coalitions would hold", lines, heads, rows,
                pd.concat(frames, ignore_index=True))  # fmt: skip


def _holds(found: Stability, who: str) -> str:
    leave = {True: "nobody would leave", False: "somebody would leave",
             None: "whether somebody would leave is undetermined"}[found.internal]  # fmt: skip
    said = f"A union of {who}, with one external tariff and none inside: {leave}"
    if found.inside.all():
        return f"{said}."
    join = {True: "nobody would join", False: "somebody would join",
            None: "whether somebody would join is undetermined"}[found.external]  # fmt: skip
    return f"{said}, {join}."


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
