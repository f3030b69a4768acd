"""Who does what to whom by which means, clause by clause, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from detente.reading.actions import (
    CONDITION,
    action_of,
    first_measure,
    instrument_of,
    modality_in,
    modality_of,
    rates_of_duty,
    standing_of,
)
from detente.reading.actors import COMPANY, ONLY_VERB, PRONOUN
from detente.reading.dates import When, find_dates, find_duration
from detente.reading.grammar import is_denied, sufferers, without_background, without_occasion
from detente.reading.memory import MEASURES, Memory, core_of, remember, subject_like
from detente.reading.mentions import find_firms, find_goods, find_mentions, good_of
from detente.reading.numbers import find_rates, find_values
from detente.reading.sides import sides_of
from detente.reading.values import Clause, Mention, Setting, Statement, Voice
from detente.reading.voices import voice_of

_DONE = frozenset(("ease", "impose", "other", "keep"))
_DENIABLE = frozenset(("impose", "ease", "keep", "buy", "open"))
_MOVING = re.compile(
    r"\b(?:go|goes|going|ris(?:e|es|ing)|climb(?:s|ing)?|increas(?:e|es|ing)|jump(?:s|ing)?) "
    r"(?:up )?(?:to|by)\b"
)
_SAME = re.compile(
    r"(?:The|This|That|These|Those|Both) (?:\w+ )?(?:decision|move|order|step|rate|increase|hike|"
    r"change)s?\b"
)
_HOLDS = re.compile(
    r"\b(?:tak(?:e|es|ing)|took|com(?:e|es|ing)|came|go|goes|went) (?:into )?(?:effect|force)\b|"
    r"\bin (?:effect|force|place)\b|\bappl(?:y|ies|ied)\b"
)
_CROSSED_OFF = re.compile(
    r"\b(?:remov|drop|strik|struck|delet|tak)\w* ([^;]{3,60}) (?:from|off) (?:\w+ ){0,4}list\b"
)
_DEMANDS = re.compile(
    r"\b(?:demand(?:s|ed)? (?:that|an?)|urg(?:es|ed)|call(?:s|ed) (?:on|for)|offer(?:s|ed) to|"
    r"ask(?:s|ed)? (?:\w+ )?for|(?:is|are) ready to|pledg(?:es|ed) to|promis(?:es|ed) to)\b"
)
_TURNED_AWAY = re.compile(
    r"\b(?:refus|declin|reject)(?:ed|es|ing) (?:a|an|the|any|to (?!comment|be|say|give)) "
)
_DATELINE = re.compile(r"[A-Z][A-Z]+(?:[ /,][A-Z]+)*[^;:?!\"]{0,40}? ?(?:--|—|–| -) ")
_RELATIVE = re.compile(r"(?:which|that)\b")
_THEY = re.compile(
    r"\W*(?:[\w.]+ (?:said|says|warned|added) )?(?:they|it|these|those)\b", re.IGNORECASE
)
_INNER = re.compile(
    r"\b(?:demands?|requests?|calls?|proposals?|offers?) (?:that|to|for)\b|"
    r"\b(?:offered|proposed|demanded|threatened|imposed) by\b"
)
_ANSWER = re.compile(
    r"\b(?:reject|refus|rebuff|turn|dismiss|spurn|declin|brush)\w* (?:down |aside )?(?:the|that|"
    r"this|its|"
    r"their|those|these|such|all) (?:\w+ )?(?:offers?|proposals?|demands?|requests?|calls?|"
    r"ideas?)\b|\b(?:refus|declin)\w* to do so\b|\breject\w* (?:it|this|that|them)\b"
)
_NO_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|had|have|will|would|could|may|might|can|must|should|said|"
    r"did|does|do|[a-z]{3,}(?:ed|es|ts|ns|ms|ks|ws|ys|ls|rs|ds|gs|ps))\b|\b(?:met|began|made|took|put|rose|"
    r"fell|gave|held|saw|led|sent|spoke|left|lost|won|came|went|got|felt|told|kept|struck)\b"
)


def find_statements(clauses: Sequence[Clause], setting: Setting) -> tuple[Statement, ...]:
    """Return the statements of a document, in its order."""
    memory, found = Memory(), []
    for clause in clauses:
        for part in (clause, *_inner(clause)):
            if (one := _statement(part, setting, memory, inner=part is not clause)) is not None:
                found.append(one)
    return tuple(replace(one, id=f"s{k + 1}") for k, one in enumerate(found))


def _inner(clause: Clause) -> tuple[Clause, ...]:
    """Return the demand inside a refusal, or the offer inside what is accepted."""
    text = clause.words.text
    at = _INNER.search(text)
    if at is None or at.start() < 15:
        return ()
    refused = modality_of(text[: at.start()] + " ") == "refused"
    accepted = re.search(r"\baccept\w*\b", text[: at.start()])
    if not (refused or accepted):
        return ()
    lead = re.search(r"(?:the |[A-Z][\w.]* )*[\w.']+(?: [\w']+)? $", text[: at.start()])
    start = lead.start() if lead else at.start()
    return (replace(clause, words=clause.words.part(start, len(text)), start=clause.start + start),)


def _statement(
    clause: Clause, setting: Setting, memory: Memory, *, inner: bool
) -> Statement | None:
    text = clause.words.text
    mentions = find_mentions(text, setting.day)
    named, goods = _firms_of(text, clause, memory), find_goods(text)
    _keep_topic(clause, mentions, memory)
    led = _led(clause, memory)
    plain, instrument, action, at, carried = _act(clause, setting, memory, named, led)
    dates = _dates_of(clause, setting, memory)
    rates, values = find_rates(text), find_values(text)
    voice = voice_of(clause, setting, memory.hearing)
    empty = instrument is None and action == "state" and not (rates or values)
    scenery = action == "state" and not (rates or values) and (
        clause.heading or clause.item or _NO_VERB.search(text) is None
    )  # fmt: skip
    if scenery or (empty and (not mentions or len(text) < 30)):
        memory.sentence = clause.sentence
        return None
    modality = standing_of(clause, memory, action, instrument, at, led, carried=carried)
    conditional = CONDITION.match(text) is not None and "," not in text
    if inner:
        modality = "offered" if " by " in text[:60] else "demanded"
        if instrument == "export_restraint" and action == "state":
            action = "impose"
    actor, target = sides_of(plain, at, mentions, named, action, modality, clause, setting, memory,
                           voice, instrument)  # fmt: skip
    if action == "ease" and set(actor) & set(sufferers(text, mentions)) and (
        modality in ("considered", "announced", "in_force")
    ):  # fmt: skip
        modality = "demanded"
    instrument = _settled(action, instrument, text)
    start, end = clause.words.span(0, len(text))
    deadline = next((d.day for d in dates if d.deadline), None)
    day = _best_date(dates, text)
    one = Statement(
        id="", start=start, end=end, quote="", actor=actor, target=target, action=action,
        instrument=instrument, modality=modality, goods=goods, firm=named, rate=rates,
        value=values, when=day, until=deadline, duration=find_duration(text), source=voice,
        core=core_of(action, instrument, modality, values)
        and not (clause.heading or conditional),
    )  # fmt: skip
    if not inner and not conditional:
        remember(one, memory, clause)
    return one


def _act(
    clause: Clause, setting: Setting, memory: Memory, named: Sequence[str],
    led: tuple[str, str | None, str] | None,
) -> tuple[str, str | None, str, int, bool]:  # fmt: skip
    """Return the clause without its background, by which means, what is done, where the word for
    it stands, and whether the act is that of the clause before.
    """  # noqa: D205
    text = clause.words.text
    plain = without_background(text)
    instrument = instrument_of(plain, memory, named)
    moving = _MOVING.search(text) and memory.sentence == clause.sentence
    same = _SAME.match(text) and _HOLDS.search(text)
    if instrument in (None, "unspecified") and (moving or same):
        instrument = memory.instrument or instrument
    if instrument is None and (instrument := instrument_of(text, memory, named)) in MEASURES:
        plain = without_occasion(text)
    action, at = action_of(plain, instrument, named)
    if action in _DENIABLE and is_denied(text, at):
        action, at = "state", 0
    if action == "state" and rates_of_duty(text, memory):
        action, instrument = "impose", memory.instrument
    if action == "state" and memory.act and _ANSWER.search(text):
        action, at = memory.act[0], 0
        instrument = memory.act[1]
    crossed = _CROSSED_OFF.search(text)
    if (
        action == "impose"
        and crossed
        and find_goods(text)
        and not find_mentions(crossed[1], setting.day)
    ):
        action, at = "ease", crossed.start()
    if action == "state" and instrument is None and (
        _TURNED_AWAY.search(text) or _DEMANDS.search(text)
    ):  # fmt: skip
        action, at = "other", 0
    if action == "state" and led:
        action, at = led[0], 0
        instrument = instrument if instrument in MEASURES or instrument == "investment" else led[1]
    relative = _RELATIVE.match(text) is not None and instrument not in MEASURES
    if (relative or instrument in (None, "unspecified")) and action in _DONE:
        earlier = first_measure(clause.whole.text[: clause.start])
        meant = memory.instrument if relative or _THEY.match(text) else None
        instrument = earlier or meant or instrument
    carried = (
        action == "state" and instrument in MEASURES and _NO_VERB.search(text) is None
        and clause.start > 0 and memory.sentence == clause.sentence and memory.act is not None
        and not clause.heading
    )  # fmt: skip
    if carried and memory.act:
        action = memory.act[0]
    return plain, instrument, action, at, carried


def _dates_of(clause: Clause, setting: Setting, memory: Memory) -> tuple[When, ...]:
    """Return the dates of a clause, without the day on which a paper sent it."""
    text = clause.words.text
    dates = find_dates(text, setting.day, memory.day)
    dateline = _DATELINE.match(text)
    if dateline and clause.start == 0:
        dates = tuple(d for d in dates if d.start >= dateline.end())
    if dates:
        memory.day = next((d.day for d in dates if not d.deadline), memory.day)
    return dates


def _keep_topic(clause: Clause, mentions: Sequence[Mention], memory: Memory) -> None:
    """Keep whom a sentence begins with, for the pronoun at the start of the next one."""
    text = clause.words.text
    if clause.start > 0 or PRONOUN.match(text):
        return
    first = next((m for m in mentions if subject_like(text, m)), None)
    memory.topic = (first.code,) if first else ()


def _firms_of(text: str, clause: Clause, memory: Memory) -> tuple[str, ...]:
    """Return the firms of a clause, named or meant by "the company", "which"."""
    named = find_firms(text)
    if named:
        memory.firm, memory.firm_sentence = named, clause.sentence
        return named
    near = clause.sentence - memory.firm_sentence
    meant = COMPANY.search(text) is not None and near <= 3
    same = near == 0 and re.match(r"\W*(?:which|that|who|it|its|and it)\b", text) is not None
    same = same or (near == 0 and ONLY_VERB.match(text) is not None and clause.start > 0)
    if memory.firm and (meant or same):
        memory.firm_sentence = clause.sentence
        return memory.firm
    return ()


def _led(clause: Clause, memory: Memory) -> tuple[str, str | None, str] | None:
    """Return action, instrument and modality of the line with a colon that a list stands under."""
    block, action, instrument, modality = memory.lead
    text = clause.whole.text
    if text.rstrip("* ").endswith(":"):
        known = instrument_of(text, memory)
        done = action_of(text, known, ())[0]
        said = modality_in(text, done, known, text)
        memory.lead = (clause.block, done, known, said)
        return None
    if clause.item and 0 < clause.block - block <= 6 and action not in ("", "state"):
        return (action, instrument, modality) if clause.first else None
    return None


def _best_date(dates: Sequence[When], text: str) -> str | None:
    """Return the day from which it holds, before the one on which it was said."""
    plain = [d for d in dates if not d.deadline]
    for one in plain:
        if re.search(
            r"\b(?:start\w*|effective|as of|from|begin\w*|effect|since|force|take effect on|"
            r"due) (?:on |in |from |at )?$",
            text[: one.start][-26:],
        ) or re.match(r"(?:from|since)\b", text[one.start : one.end], re.IGNORECASE):  # fmt: skip
            return one.day
    return plain[0].day if plain else None


def _settled(action: str, instrument: str | None, text: str) -> str:
    if action == "buy":
        return "purchase"
    if action == "rebalance":
        return "deficit"
    if action == "litigate":
        return "dispute"
    if action == "halt":
        return "none"
    if action == "talk":
        return "security" if instrument == "security" else "talks"
    if action == "agree":
        kept = ("export_restraint", "agreement", "antidumping", "purchase", "dispute")
        return instrument if instrument in kept else "agreement"
    if action == "open":
        return "market_access"
    if instrument is None:
        return "none" if action in ("state", "other", "support") else "unspecified"
    return instrument


__all__ = ["Memory", "Voice", "find_statements", "good_of", "instrument_of", "modality_of"]
