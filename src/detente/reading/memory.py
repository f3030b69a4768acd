"""What a text has said so far, for clauses that only point back to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from detente.reading.grammar import is_answered, is_object
from detente.reading.values import Clause, Mention, Statement
from detente.reading.voices import Hearing

MEASURES = frozenset((
    "tariff", "antidumping", "safeguard", "quota", "import_ban", "export_control", "export_tax",
    "export_restraint", "sanction", "fine", "subsidy", "purchase",
))  # fmt: skip
_OFFICIAL = re.compile(
    r"(?:\s(?:top|senior|central|federal|trade|commerce|finance|foreign|agriculture|economy|"
    r"economic|prime|vice|deputy|exporting|justice|counterpart|government's|and|energy|oil|"
    r"industry|chief|supreme|central))*\s?"
    r"(?:government|officials?|president|minister|ministry|ministries|negotiator|premier|authorities|administration|"
    r"lawmakers|regulators?|negotiators?|delegation|producers?|companies|firms|exporters?|"
    r"importers?|provinces?|leaders?|chancellor|secretary|commissioner|customs|parliament|team|"
    r"side|Commerce|Finance|Foreign|Trade|Ministry|President|Prime|Vice|"
    r"Leader|Treasury|states|cabinet|courts?|judges|bank|executives|embassy|envoy|spokes\w+)\b",
)
OWNED = re.compile(
    r"(?:'s?)?\s(?:\w+ly )?(?:(?:new|own|additional|existing|planned|proposed|retaliatory|"
    r"punitive|unilateral|"
    r"steep|current|provisional|import|export|trade|administration's|and allied|allied|tighter|"
    r"recent|unreliable|entity|entities|sanctions) )*(?:lists?|blacklist|"
    r"tariffs?|duty|duties|sanctions?|quotas?|subsid\w+|measures?|controls?|"
    r"restrictions?|curbs?|ban|bans|lev(?:y|ies)|demands?|requests?|retaliation|threats?|"
    r"steel tariffs|investigation|export)\b"
)
_PREPOSITION = re.compile(
    r"\b(?:on|from|to|of|in|into|with|against|for|by|at|between|toward|towards|including|"
    r"worth of|all|other)\s(?:the\s|its\s|all\s|some\s|certain\s|more\s)?$"
)
_MANY = re.compile(
    r"\b(?:[Mm]any|[Ss]ome|[Ll]awmakers|[Oo]fficials|[Cc]ritics|[Oo]thers|[Ff]armers|"
    r"[Pp]roducers) in (?:the )?$"
)


@dataclass
class Memory:
    """What was told before in the document; the only thing that goes from clause to clause."""

    actor: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    act: tuple[str, str] | None = None
    ban: str | None = None
    modality: str = "in_force"
    instrument: str | None = None
    day: str | None = None
    sentence: int = -1
    hearing: Hearing = field(default_factory=Hearing)
    firm: tuple[str, ...] = ()
    firm_sentence: int = -9
    lead: tuple[int, str, str | None, str] = (-9, "", None, "")
    firms: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def core_of(
    action: str, instrument: str, modality: str, values: tuple[tuple[float, str], ...]
) -> bool:
    """Whether a statement is at the heart of a dispute: a measure, an offer or a figure."""
    if action == "state":
        return instrument == "deficit" and bool(values)
    if action in ("criticise", "support") or modality == "asserted":
        return False
    return not (action == "other" and instrument in ("none", "other", "unspecified"))


def remember(one: Statement, memory: Memory, clause: Clause) -> None:
    """Keep what later clauses may point back to."""
    if one.actor:
        memory.actor, memory.target = one.actor, one.target
        if one.modality != "asserted":
            memory.held = one.actor
        if one.core and one.action not in ("talk", "other"):
            memory.act = (one.action, one.instrument)
    memory.sentence, memory.modality = clause.sentence, one.modality
    if one.instrument in MEASURES:
        memory.instrument = one.instrument
        if one.instrument in ("import_ban", "export_control"):
            memory.ban = one.instrument
        for firm in one.firm:
            if one.action == "impose" and firm not in memory.firms:
                memory.firms[firm] = (one.instrument, one.actor, one.target)


def subject_like(text: str, one: Mention) -> bool:
    """Whether a name stands where the subject of a clause would."""
    before, after = text[: one.start], text[one.end :]
    if _MANY.search(before[-30:]):
        return True
    if is_object(text, one) or is_answered(text, one):
        return False
    if _PREPOSITION.search(before[-24:]) and not re.search(r"\bFor $", before[-4:]):
        return False
    if one.kind == "adjective":
        return _OFFICIAL.match(after) is not None or OWNED.match(after) is not None
    if _OFFICIAL.match(re.sub(r"^(?:'s?)?", "", after)):
        return True
    if re.match(
        r"(?:'s|') ?(?:\w+ ){0,3}(?:imports?|exports?|goods|products|market|economy)\b(?!-)", after
    ):
        return False
    # "US goods", "China imports": a name used as an adjective
    return not re.match(r"\s(?:goods|imports?|products|exports|farm\w*|beef|steel|cars|lumber|"
                        r"soybeans?|wine|barley)\b", after)  # fmt: skip


def unique(codes: Sequence[str]) -> tuple[str, ...]:
    """Return codes once each, in order."""
    return tuple(dict.fromkeys(codes))


def owner_in(text: str, economies: Sequence[Mention]) -> bool:
    """Whether a government is named as the one who acts."""
    return any(
        m.kind in ("name", "body", "person", "capital") and subject_like(text, m)
        and not OWNED.match(text[m.end :]) for m in economies
    )  # fmt: skip
