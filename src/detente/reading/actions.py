"""What is done with which instrument, and where it stands: announced, threatened, in force."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.lexicons import triggers
from detente.reading.memory import MEASURES, Memory
from detente.reading.numbers import find_rates
from detente.reading.values import Clause

DUTIES = frozenset(("tariff", "antidumping", "safeguard"))
_NEVER_OFFERED = frozenset(("tariff", "antidumping", "safeguard", "import_ban", "export_control"))
_OPEN = frozenset(("announced", "agreed", "offered", "demanded", "threatened", "considered"))
_PROVIDED = re.compile(r" (?:if|unless) (?!not\b|so\b|any\b|necessary|needed|possible|only)")
_SPARED = re.compile(
    r"\b(?:will|would|shall) not (?:face|apply|be (?:applied|imposed|subject|hit|levied|charged))"
)
_DUTY_RATE = re.compile(
    r"\b(?:[Tt]he|all-others|cash deposit|duty|subsidy|dumping|tariff) (?:rate|margin)s?\b"
)
CONDITION = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ss]hould|[Ii]n case) [^.;]{8,}")
_ASSERTING = frozenset(("criticise", "support", "state"))
_TURNED_DOWN = re.compile(r"\b(?:reject|refus|rebuff|spurn|declin)\w*|\bturn\w* down")
_REFERRING = re.compile(
    r"\b(?:the|these|those|such|both|this|that) (?:\w+ )?(?:measures?|restrictions?|sanctions?|"
    r"ban|duties|tariffs?|list|removal|curbs|controls|quotas?|limits?|status|lists|taxes)\b",
    re.IGNORECASE,
)


def instrument_of(text: str, memory: Memory, named: Sequence[str] = ()) -> str | None:
    """Return by which means: measures first, then what was meant before, then talks and others."""
    tiers = triggers()["tiers"]
    measure = first_measure(text)
    referring = _REFERRING.search(text)
    for firm in named:
        if firm in memory.firms and measure in (None, "sanction"):
            return memory.firms[firm][0]
    if measure is not None:
        if referring and measure in ("tariff", "sanction") and memory.instrument in MEASURES:
            general = re.search(r"duties|tariff|taxes", referring[0])
            same = {"tariff": ("antidumping", "safeguard"), "sanction": ("export_control",)}
            if measure == "sanction" or general:
                return memory.instrument if memory.instrument in same[measure] else measure
        return measure
    other = next((name for name, p in tiers["others"] if p.search(text)), None)
    if referring and other in (None, "unspecified") and memory.instrument:
        banned = re.search(r"\bban\b", referring[0]) and memory.ban
        return memory.ban if banned else memory.instrument
    return other


def first_measure(text: str) -> str | None:
    """Return the measure that is named first; sanctions that stop sales are export controls."""
    found = [
        (at.start(), place, name)
        for place, (name, p) in enumerate(triggers()["tiers"]["measures"])
        if (at := p.search(text))
    ]
    if not found:
        return None
    start, _, name = min(found)
    stopped = next((at for at, _, other in found if other == "export_control"), None)
    if name == "sanction" and stopped is not None and stopped - start < 50:
        return "export_control"
    ahead = [(k, other) for at, k, other in found if at - start < 30]
    return min(ahead)[1]


def action_of(text: str, instrument: str | None, named: Sequence[str]) -> tuple[str, int]:
    """Return what is done, and where the word for it stands."""
    for name, pattern, more in triggers()["actions"]:
        at = pattern.search(text)
        if at is None or not _fits(name, more, instrument, named):
            continue
        if more == "reached" and (first := _first_done(text)) is not None and first < at.start():
            continue  # "imposed tariffs to reach a deal"
        return name, at.start()
    return "state", 0


def _first_done(text: str) -> int | None:
    """Return where the first word stands that brings in a measure or takes one back."""
    rules = [
        p for name, p, more in triggers()["actions"] if name in ("impose", "ease") and not more
    ]
    return min((at.start() for p in rules if (at := p.search(text))), default=None)


def _fits(action: str, more: str, instrument: str | None, named: Sequence[str]) -> bool:
    if more == "firm":
        return bool(named) or instrument in (None, "export_control")
    if more == "purchase":
        return instrument == "purchase"
    if more == "duty":
        return instrument in DUTIES
    if more == "dispute":
        return instrument in ("dispute", None) or action == "litigate"
    if more == "deficit":
        return instrument == "deficit"
    if action == "talk":
        return instrument in ("talks", "security", "agreement", None, "unspecified", "dispute")
    if more == "reached":
        return True
    if action == "agree" and more == "agreement":
        return instrument not in ("quota", "tariff", "deficit", "subsidy")
    if action in ("ease", "impose", "keep") and not more:
        return instrument not in ("talks", "deficit", "agreement")
    return True


def modality_of(text: str) -> str | None:
    """Return where an act stands, by the first cue of the strongest sort."""
    for name, pattern in triggers()["modality"]:
        if pattern.search(text):
            return name
    return None


def _parley(text: str, action: str, said: str) -> str:
    """Return where talks or an agreement stand: what is asked is planned, what failed is over."""
    if said == "refused":
        return "refused" if _TURNED_DOWN.search(text) else "ended"
    return "considered" if action == "talk" else "agreed"


def modality_in(
    text: str, action: str, instrument: str | None, sentence: str, *, alternative: bool = False
) -> str:
    """Return where a clause's action stands, read in its whole sentence."""
    if action in _ASSERTING:
        return "asserted"
    said = modality_of(text)
    if said == "offered" and action == "impose" and instrument in _NEVER_OFFERED:
        # "could impose duties if no compensation is offered"
        rules = [(n, p) for n, p in triggers()["modality"] if n != "offered"]
        said = next((n for n, p in rules if p.search(text)), None)
    if action == "rebalance" and said in (None, "considered", "announced"):
        return "demanded"
    if action in ("talk", "agree") and said in ("demanded", "offered", "threatened", "refused"):
        return _parley(text, action, said)
    if action == "agree" and said in (None, "in_force"):
        return "agreed"
    if action == "halt" and said not in ("threatened", "considered"):
        return "in_force"
    if action == "investigate" and said in (None, "announced", "considered", "ended"):
        return "in_force"
    if said is None and alternative:
        return "threatened"
    if said is None:
        plain = modality_of(sentence)
        return plain if plain in ("announced", "agreed", "considered") and re.match(
            r"\W*(?:an?|the|to)\b", text
        ) else "in_force"  # fmt: skip
    return said


def standing_of(
    clause: Clause, memory: Memory, action: str, instrument: str | None, at: int,
    led: tuple[str, str | None, str] | None, *, carried: bool,
) -> str:  # fmt: skip
    """Return where an act stands, with what the clauses around it say."""
    text, sentence = clause.words.text, clause.whole.text
    # "reach a deal or face a tariff"
    alternative = re.search(r"\bor (?:else )?$", sentence[: clause.start]) is not None
    modality = modality_in(text, action, instrument, sentence, alternative=alternative)
    led_by = re.match(r"\w+ing (?!to )", text) is not None and clause.start > 0
    joined = led_by or re.search(r"\b(?:and|or) (?:to )?$", sentence[: clause.start]) is not None
    if modality == "in_force" and joined and memory.sentence == clause.sentence and (
        (led_by or _plain_verb(text)) and memory.modality in _OPEN
    ):  # fmt: skip
        modality = memory.modality
    if carried:
        modality = memory.modality
    if led and action == led[0] and modality == "in_force":
        modality = led[2]
    if action in ("impose", "keep") and modality in ("announced", "in_force", "considered") and (
        CONDITION.match(sentence[: clause.start])
        or _PROVIDED.search(sentence[clause.start + at :])
    ):  # fmt: skip
        modality = "threatened"
    if action == "ease" and modality == "refused" and _SPARED.search(text):
        modality = "announced"
    return modality


def rates_of_duty(text: str, memory: Memory) -> bool:
    """Whether a clause states the rate of a duty that was named before."""
    named = memory.instrument in DUTIES and _DUTY_RATE.search(text) is not None
    return named and bool(find_rates(text))


def _plain_verb(text: str) -> bool:
    """Whether a clause begins with an infinitive: it stands where the one before it does."""
    word = re.match(r"[a-z-]+", text)
    return word is not None and re.search(r"(?:ed|ing|s)$", word[0]) is None and (
        word[0] not in ("the", "a", "an", "it", "he", "they", "that", "which", "who", "is", "are")
    )  # fmt: skip
