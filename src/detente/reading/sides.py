"""Who does it to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.actions import DUTIES
from detente.reading.actors import (
    ONLY_VERB,
    PAIR,
    UNDERGOES,
    WE,
    active_in,
    actor_of,
    economy_of,
    firm_leads,
    joined_to,
    names_both,
    pair_told,
    union_members,
)
from detente.reading.grammar import buyers, sellers, sufferers
from detente.reading.lexicons import firms
from detente.reading.memory import MEASURES, Memory, owner_in, subject_like, unique
from detente.reading.mentions import find_mentions
from detente.reading.values import Clause, Mention, Setting, Voice

_AT_BORDER = frozenset((*DUTIES, "quota", "import_ban"))
_BROKEN_OFF = re.compile(
    r"\b(?:suspend|terminat|halt|cancel|end|break|broke)\w* (?:off )?(?:an? |the |all )?"
    r"(?:planned |trade )?(?:talks|negotiations|meeting|summit)"
)
_PARTICIPLE = re.compile(r"\w+ing (?!(?:\w+ )?that\b)")
_WHERE = re.compile(r"\b(?:in|at) [A-Z]\w+")
_SINGLE = re.compile(r"\b(?:endors|accept|adopt|ratif|approv|publish|unblock|welcom)\w*")
_RECEIVING = re.compile(
    r"\b(?:companies|producers|exporters|firms|manufacturers|goods|products|imports)\b[^;]{0,80}"
    r"\b(?:pay|be exempted|been exempted|face|be subject|be hit|be charged|faced?|"
    r"from the payment)\b"
)
_OTHERS = re.compile(
    r"\bwith (?:our|its|a range|allies|members|producers|industry|reporters|other agencies|"
    r"lawmakers|farmers)\b"
)
_RULED = re.compile(
    r"\b(?:ruled|rules|found|upheld|authori[sz]ed|approved|cleared|determined|decided)\b"
)
_BLAMED = re.compile(
    r"\b(?:accus|blam|condemn|criticis|criticiz|denounc|slam|protest|deplor|lament)\w*"
)
_WITH_PAIR = re.compile(r"\b(?:with|between) (?:both|the two) (?:sides|countries|governments)\b")
_TO_COME = re.compile(
    r"\W*(?:[\w. ]{2,30} (?:said|says|warned|added) )?(?:that )?(?:they|these|the \w+) "
    r"(?:could|may|might) be\b"
)
_BY = re.compile(r"\b(?:by|from|under) (?:the )?$")


def _hit(
    text: str, economies: Sequence[Mention], setting: Setting, spoken: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return actor and target where an economy undergoes the act: it was exempted, it faces."""
    cue = UNDERGOES.search(text)
    if cue is None:
        return None
    before = [m for m in economies if m.end <= cue.start() and subject_like(text, m)]
    if not before:
        return None
    between = text[before[-1].end : cue.start()]
    if len(between) > 40 or re.search(r"\b(?:that|which|who|list|with|after)\b|[,;]", between):
        return None
    sides = joined_to(text, economies, before[-1])
    doers = [m for m in economies if m.start >= cue.end() and _BY.search(text[: m.start][-12:])]
    actor = unique([m.code for m in doers if m.code not in sides])
    told = tuple(code for code in spoken if code not in sides)
    return actor or told or _counterpart(sides, (), setting, Memory())[:1], sides


def sides_of(
    text: str, at: int, mentions: tuple[Mention, ...], named: Sequence[str], action: str,
    modality: str, clause: Clause, setting: Setting, memory: Memory, voice: Voice,
    instrument: str | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """Return who acts and whom it is aimed at."""
    told = tuple(m for m in mentions if m.code != "WTO")
    economies = tuple(m for m in told if text[m.start : m.end].strip())
    beside = unique([m.code for m in told if m not in economies])
    codes = unique([m.code for m in economies])
    subjects = [m for m in economies if subject_like(text, m)]
    plainly = _told_plainly(text, at, mentions, economies, named, action, modality, clause, setting,
                            memory, voice)  # fmt: skip
    if plainly is not None:
        return plainly
    asking = modality == "demanded" or action == "litigate"
    if asking and named and firm_leads(text, named) and not subjects:
        others = tuple(c for c in codes if c != firms().get(named[0]))
        return (f"firm:{named[0]}",), others[:1] or memory.actor
    if action in ("halt", "litigate") and named and not re.search(r"\bWTO\b", text):
        return _firm_sides(named, action, codes, setting)
    actor = actor_of(text, at, economies, subjects, modality, action, clause, setting, memory)
    target = tuple(c for c in codes if c not in actor)
    blamed = _BLAMED.search(text)
    if action == "criticise" and blamed:
        target = tuple(m.code for m in economies if m.start > blamed.start() and m.code in target)
        target = target[:1]
    elif action == "criticise":
        target = _accused(text, at, economies, actor, memory)
        actor = _accuser(target, setting)
    receiving = _RECEIVING.search(text)
    if action in ("ease", "impose") and codes and receiving and not owner_in(text, economies):
        before = [m.code for m in economies if m.start < receiving.start()]
        sold = tuple(before[-1:]) or codes[:1]
        return _counterpart(sold, (), setting, Memory()), sold
    if action in ("impose", "keep", "ease") and modality not in ("demanded", "refused"):
        slots = unique((*sufferers(text, economies), *sellers(text, economies)))
        listed = [c for m in economies if m.code in slots for c in joined_to(text, economies, m)]
        target = tuple(c for c in unique(listed) if c not in actor) or target
    if action == "other":
        return actor, target
    if "EU" in actor:
        target = tuple(c for c in target if c not in union_members())
    if modality not in ("demanded", "refused", "offered"):
        crossing = _crossing(text, at, economies, actor, action, instrument, setting, memory)
        if crossing is not None:
            return crossing
    if not target and action != "other":
        target = tuple(c for c in beside if c not in actor and c in setting.parties[:3])[:1]
    if not target and len(actor) > 1 and set(actor) <= set(setting.parties[:2]):
        return actor, ()
    if not target and action != "state":
        target = _counterpart(actor, named, setting, memory)
    elif not target and actor and (named or instrument in MEASURES):
        target = _counterpart(actor, named, setting, memory)[:1]
    return actor, target


def _told_plainly(
    text: str, at: int, mentions: Sequence[Mention], economies: tuple[Mention, ...],
    named: Sequence[str], action: str, modality: str, clause: Clause, setting: Setting,
    memory: Memory, voice: Voice,
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:  # fmt: skip
    """Return both sides where the form of a clause tells them, whatever the order of words."""
    codes = unique([m.code for m in economies])
    subjects = [m for m in economies if subject_like(text, m)]
    going_on = clause.start > 0 and memory.sentence == clause.sentence and memory.actor
    if going_on and _PARTICIPLE.match(text) and action not in ("talk", "agree"):
        target = tuple(c for c in codes if c not in memory.actor) or memory.target
        return memory.actor, target[:1] if action == "criticise" else target
    speaker = economy_of(voice, setting, clause.whole.text)
    speaking = speaker if action in ("state", "criticise") else ()
    if speaking and not _BLAMED.search(text):
        rest = tuple(c for c in codes if c not in speaking)
        lately = () if setting.parties else tuple(c for c in memory.actor if c not in speaking)
        return speaking, rest or _counterpart(speaking, named, setting, memory)[:1] or lately
    single = action == "agree" and _SINGLE.search(text) and subjects
    left = modality == "ended" and _BROKEN_OFF.search(text)
    if action in ("talk", "agree") and (modality == "refused" or left) and subjects:
        return (subjects[0].code,), tuple(c for c in codes if c != subjects[0].code)
    if not single and (
        action in ("talk", "agree") or (action == "state" and names_both(text, codes))
    ):
        return _both_sides(codes, clause, setting, memory, text)
    ruling = next((m for m in mentions if m.code == "WTO" and m.start <= at), None)
    if action == "litigate" and ruling and _RULED.search(text[at:]):
        hit = sufferers(text, economies)
        return ("WTO",), hit[:1] or tuple(m.code for m in economies if m.start > at)[:1]
    if pair_told(text, at) and action in ("ease", "impose", "keep", "align", "buy", "open"):
        return _both_sides((), clause, setting, memory, text)
    if action in ("ease", "impose") and modality not in ("demanded", "refused", "offered"):
        if speaker and modality == "threatened" and _TO_COME.match(text):
            return speaker, _counterpart(speaker, named, setting, memory)[:1]
        undergone = _hit(text, economies, setting, speaker)
        if undergone is not None:
            return undergone
    return None


def _crossing(
    text: str, at: int, economies: Sequence[Mention], actor: tuple[str, ...], action: str,
    instrument: str | None, setting: Setting, memory: Memory,
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:  # fmt: skip
    """Return both sides where only whose goods enter which market, or who is hit, is told."""
    codes = unique([m.code for m in economies])
    subjects = [m for m in economies if subject_like(text, m)]
    hit = sufferers(text, economies) if action in ("impose", "keep") else ()
    at_border = instrument in _AT_BORDER and action in ("impose", "keep", "ease")
    doers = active_in(text, at, subjects, (*hit, *sellers(text, economies)))
    if not doers and at_border and (buying := buyers(text, economies)):
        sold = tuple(c for c in sellers(text, economies) if c not in buying)
        return buying[:1], sold or _counterpart(buying[:1], (), setting, memory)[:1]
    if hit and not doers and set(actor) <= set(hit) and len(hit) < 3:
        other = tuple(c for c in codes if c not in hit)[:1]
        return other or _counterpart(hit[:1], (), setting, Memory())[:1], hit
    return None


def _accused(
    text: str, at: int, economies: Sequence[Mention], actor: tuple[str, ...], memory: Memory
) -> tuple[str, ...]:
    """Return who is said to have failed: named last before the word for it."""
    if re.match(r"\W*(?:it|they)\b", text) and memory.target:
        return memory.target
    before = [m for m in economies if m.start <= at]
    return (before[-1].code,) if before else tuple(m.code for m in economies[:1]) or actor


def _accuser(accused: Sequence[str], setting: Setting) -> tuple[str, ...]:
    if setting.speaker and setting.speaker not in accused:
        return (setting.speaker,)
    return tuple(p for p in setting.parties[:2] if p not in accused)[:1]


def _both_sides(
    codes: tuple[str, ...], clause: Clause, setting: Setting, memory: Memory, text: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    met = find_mentions(_WHERE.sub(" ", text), setting.day)
    codes = unique([m.code for m in met if m.code != "WTO"]) or codes
    before = tuple(dict.fromkeys((*memory.actor, *memory.target)))
    if codes and _WITH_PAIR.search(text) and not set(codes) & set(setting.parties[:2]):
        return (*codes[:1], *setting.parties[:2]), ()
    if PAIR.search(text) and not set(codes) <= set(setting.parties[:2]):
        return (before if len(before) == 2 else tuple(setting.parties[:2])), ()
    if len(codes) == 1 and clause.start > 0 and memory.sentence == clause.sentence and (
        len(memory.actor) == 1 and memory.actor != codes and ONLY_VERB.match(text)
    ):  # fmt: skip
        return (*memory.actor, *codes), ()
    if len(codes) >= 2:
        return codes[:4], ()
    if not codes and len(before) == 2 and memory.sentence == clause.sentence:
        return before, ()
    if _OTHERS.search(text):
        return codes or ((setting.speaker,) if setting.speaker else setting.parties[:1]), ()
    if codes:
        other = _counterpart(codes, (), setting, memory)
        return (*codes, *other[:1]), ()
    if setting.speaker and WE.search(text):
        return (setting.speaker, *_counterpart((setting.speaker,), (), setting, memory)), ()
    return tuple(setting.parties[:2]), ()


def _firm_sides(
    named: Sequence[str], action: str, codes: tuple[str, ...], setting: Setting
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    home = firms().get(named[0])
    target = tuple(c for c in codes if c != home)
    if action == "litigate" and not target:
        target = tuple(p for p in setting.parties[:2] if p != home)[:1]
    return (f"firm:{named[0]}",), target if action == "litigate" else ()


def _counterpart(
    actor: Sequence[str], named: Sequence[str], setting: Setting, memory: Memory
) -> tuple[str, ...]:
    """Return the other side where a clause names none."""
    for firm in named:
        home = firms().get(firm)
        if home and home not in actor:
            return (home,)
    if memory.target and memory.actor == tuple(actor):
        return memory.target
    others = tuple(p for p in setting.parties[:2] if p not in actor)
    lately = tuple(p for p in others if p in (*memory.actor, *memory.target))
    return lately[:1] or others[:1]
