"""Who acts, where a clause does not say so at its head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.grammar import is_answered
from detente.reading.memory import OWNED, Memory, subject_like, unique
from detente.reading.mentions import find_mentions
from detente.reading.values import Clause, Mention, Setting, Voice

PRONOUN = re.compile(
    r"\W*(?:it|he|she|they|its|the (?:government|administration|ministry|order|decree|bloc|"
    r"proclamation|department|cabinet))\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\W*[Tt]he (?:\w+ ){0,3}(?:states|countries|nations|allies|governments|partners)\b"
)
_CARRIED = re.compile(
    r"^\W*(?:it|he|she|they|which|who|that it|and it|the (?:ministry|president|government|"
    r"administration|statement|company|country|minister|order|bloc|two sides)|this|these|those)\b",
    re.IGNORECASE,
)
ONLY_VERB = re.compile(r"^(?:also |then |later )?(?:[a-z]+ed|froze|is|are|was|were|has|have|had|"
                        r"will|would|could|may|to|as well as|said|says|told)\b")  # fmt: skip
WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|I)\b")
_PASSIVE = re.compile(r"\bby (?:the )?$")
_DEMAND = re.compile(
    r"\b(?:ask\w*|urg\w+|demand\w*|press\w*|call\w* (?:on|for)|request\w*|seek\w*|insist\w*|"
    r"push\w*|expect|want\w*|hold|leniency|hopes?)\b"
)
_LISTED = re.compile(
    r"(?:,|,? and|,? or|(?: \w+)? (?:and|&))(?: the)? ?(?:its )?|(?: importers| producers|"
    r" farmers| officials) and "
)
COMPANY = re.compile(
    r"\b(?:[Tt]he|[Tt]hat|[Tt]his) (?:[\w-]+ ){0,3}(?:company|companies|maker|firm|giant|group|"
    r"manufacturer|chipmaker|carmaker|retailer|bank)\b"
)
_TOPIC = re.compile(r"^\W*(?:For|With (?:respect|regard) to|As for) (?:the )?[^,]{2,30}?,")
PAIR = re.compile(
    r"\b(?:(?:[Tt]he|[Tt]heir) two|[Bb]oth|[Tt]wo) (?:sides|countries|governments|nations|parties|"
    r"capitals|economies|presidents|ministers|leaders)\b"
)
UNDERGOES = re.compile(
    r"\b(?:was|were|been|be|being|is|are|got) (?:\w+ly )?(?:exempt(?:ed)?|hit|targeted|banned|"
    r"barred|blacklisted|sanctioned|excluded|spared|subject(?:ed)?|penali[sz]ed|punished|dropped|"
    r"removed|shut out|cut off|charged|put on|placed on|added to)\b|"
    r"\bfac(?:e|es|ed|ing) (?:an? |the )?[^,;]{0,40}"
    r"(?:tariff|dut|lev|ban|sanction|curb|restriction)"
)
_MOVE = re.compile(
    r"\b(?:move|decision|push|effort|plan|step|order|attempt|bid|request|call)s?\b[^,;]{0,25} by "
    r"(?:the )?$"
)
_LEADING = re.compile(r"(?:Despite|After|Before|By|Besides|While|Without) \w+ing\b")
_BE = re.compile(r"\b(?:was|were|been|be|is|are|being)\b")


def pair_told(text: str, at: int) -> bool:
    """Whether both sides are named as one before the word for the act."""
    return PAIR.search(text[: max(at, 40)]) is not None


def active_in(
    text: str, at: int, subjects: Sequence[Mention], others: Sequence[str]
) -> tuple[Mention, ...]:
    """Return the sides that stand before the verb and do what it says."""
    return tuple(
        m
        for m in subjects
        if m.start < at and not (m.code in others and _BE.search(text[m.end : at + 12]))
    )


def economy_of(voice: Voice, setting: Setting, sentence: str) -> tuple[str, ...]:
    """Return the economy that somebody speaks for: known, or named just before them."""
    if voice.kind != "named" or not voice.who:
        return ()
    known = tuple(m.code for m in find_mentions(voice.who, setting.day)[:1])
    at = sentence.find(voice.who)
    if known or at < 0:
        return known
    title = sentence[max(0, at - 60) : at]
    if re.search(r"\b(?:[Mm]inister|[Ss]ecretary|[Cc]ommissioner|[Pp]re\w+|[Aa]mbassador|envoy|"
                 r"[Cc]hancellor|spokes\w+|chief|official)\b[ ,]*$", title) is None:  # fmt: skip
        return ()
    return tuple(m.code for m in find_mentions(title, setting.day)[-1:])


def union_members() -> tuple[str, ...]:
    """Return the codes of the 27 members of the EU."""
    from detente.baseline.names import EU27

    return EU27


def names_both(text: str, codes: tuple[str, ...]) -> bool:
    """Whether words are about what two named economies do to each other."""
    return len(codes) >= 2 and re.search(r"\bboth\b|\bbetween\b|-\w+ (?:tension|relations)|"
                                         r"\band\b ~?", text) is not None and (
        re.search(r"\b(?:both (?:sides|countries)|between|relations|tension|are waging|compet)",
                  text) is not None)  # fmt: skip


def firm_leads(text: str, named: Sequence[str]) -> bool:
    """Whether a clause begins with a firm, or with "the company"."""
    return COMPANY.match(text) is not None or text.startswith(named[0])


def actor_of(
    text: str, at: int, economies: Sequence[Mention], subjects: Sequence[Mention], modality: str,
    action: str, clause: Clause, setting: Setting, memory: Memory,
) -> tuple[str, ...]:  # fmt: skip
    """Return who acts, by grammar as far as words tell it."""
    passive = [m for m in economies if _PASSIVE.search(text[: m.start][-8:])]
    owned = [m for m in economies if OWNED.match(text[m.end :]) and not is_answered(text, m)]
    led = [m for m in subjects if m.end < at < passive[0].start] if passive else []
    head = _relative_head(text, clause, setting)
    if head:
        return head
    moved = next((m for m in economies if _MOVE.search(text[: m.start])), None)
    if moved is not None:
        return (moved.code,)
    if _LEADING.match(text) and clause.start == 0:
        rest = clause.whole.text[len(text) :]
        if re.match(r"[ ,]*we\b", rest):
            return (setting.speaker,) if setting.speaker else setting.parties[:1]
        follows = [m for m in find_mentions(rest, setting.day) if subject_like(rest, m)]
        if follows:
            return (follows[0].code,)
    if owned and action == "impose" and UNDERGOES.search(text[: owned[0].start]):
        return (owned[0].code,)
    active = led and not _BE.search(text[led[-1].end : at])
    if passive and not active and re.search(r"\b(?:was|were|been|be|is|are|being)\b|ed by", text):
        return (passive[0].code,)
    if modality == "demanded":
        cue = _DEMAND.search(text)
        first = [m for m in subjects if cue is None or m.start < cue.start()]
        if first:
            return joined_to(text, first, first[0])
        going_on = cue is not None and cue.start() < 8 and memory.sentence == clause.sentence
        if going_on and clause.start > 0 and memory.actor:
            return memory.actor
    elif modality in ("refused", "offered") or action in ("criticise", "support"):
        if subjects and subjects[0].start < max(at, 1) + 200:
            if setting.speaker and WE.search(text[: subjects[0].start]):
                return (setting.speaker,)
            return (subjects[0].code,)
    elif owned and not any(m.start < owned[0].start for m in subjects):
        return (owned[0].code,)
    before = [m for m in subjects if m.start <= at]
    if len(before) > 1 and re.search(r"\b(?:he|she) and\b", text[:at]):
        return (before[0].code,)
    topic = _TOPIC.match(clause.whole.text)
    if topic and (named := find_mentions(topic[0], setting.day)):
        return (named[0].code,)
    if len(memory.actor) > 1 and _TOGETHER.match(text):
        return memory.actor
    if PRONOUN.match(text) and memory.actor:
        return memory.topic or memory.actor
    if before:
        return joined_to(text, subjects, before[-1])
    if setting.speaker and WE.search(text):
        return (setting.speaker,)
    carried = _CARRIED.match(text) or ONLY_VERB.match(text) or clause.start > 0
    if carried and memory.actor and memory.sentence == clause.sentence:
        return memory.actor
    told = find_mentions(clause.whole.text[: clause.start], setting.day)
    told = tuple(m for m in told if subject_like(clause.whole.text, m))
    if told and clause.start > 0:
        return (told[-1].code,)
    goods_of = unique([m.code for m in economies])
    rest = [p for p in setting.parties[:2] if p not in goods_of]
    if goods_of and rest and not subjects:
        return (rest[0],)
    if setting.speaker and WE.search(clause.whole.text):
        return (setting.speaker,)
    if subjects:
        return (subjects[0].code,)
    if len(memory.held) == 1 and not any(a.startswith("firm:") for a in memory.held):
        return memory.held
    return setting.parties[:1]


def _relative_head(text: str, clause: Clause, setting: Setting) -> tuple[str, ...]:
    """Return the economy that "which" or "who" at the start of a clause is about."""
    if re.match(r"(?:which|who) (?!it\b|they\b|he\b|she\b)", text) is None:
        return ()
    before = clause.whole.text[: clause.start].rstrip(" ,")
    return tuple(m.code for m in find_mentions(before, setting.day) if m.end == len(before)
                 and m.kind != "adjective")  # fmt: skip


def joined_to(text: str, all_named: Sequence[Mention], one: Mention) -> tuple[str, ...]:
    """Return an economy and those named in one list with it: Spain, Portugal and Italy."""
    found, order = [one], list(all_named)
    place = next(k for k, m in enumerate(order) if m.start == one.start)
    for step in (-1, 1):
        k, last = place + step, one
        while 0 <= k < len(order):
            a, b = (order[k], last) if step < 0 else (last, order[k])
            if not _LISTED.fullmatch(text[a.end : b.start]):
                break
            found.append(order[k])
            last, k = order[k], k + step
    return unique([m.code for m in sorted(found, key=lambda m: m.start)])
