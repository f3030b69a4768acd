"""Who does what to whom by which means, clause by clause, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from detente.reading.dates import When, find_dates, find_duration
from detente.reading.grammar import (
    buyers,
    is_answered,
    is_denied,
    is_object,
    sellers,
    sufferers,
    without_background,
    without_occasion,
)
from detente.reading.lexicons import firms, triggers
from detente.reading.mentions import find_firms, find_goods, find_mentions, good_of
from detente.reading.numbers import find_rates, find_values
from detente.reading.values import Clause, Mention, Setting, Statement, Voice
from detente.reading.voices import Hearing, voice_of

MEASURES = frozenset((
    "tariff", "antidumping", "safeguard", "quota", "import_ban", "export_control", "export_tax",
    "export_restraint", "sanction", "fine", "subsidy", "purchase",
))  # fmt: skip
_DUTIES = frozenset(("tariff", "antidumping", "safeguard"))
_AT_BORDER = frozenset((*_DUTIES, "quota", "import_ban"))
_NEVER_OFFERED = frozenset(("tariff", "antidumping", "safeguard", "import_ban", "export_control"))
_DONE = frozenset(("ease", "impose", "other", "keep"))
_OPEN = frozenset(("announced", "agreed", "offered", "demanded", "threatened", "considered"))
_DENIABLE = frozenset(("impose", "ease", "keep", "buy", "open"))
_MOVING = re.compile(
    r"\b(?:go|goes|going|ris(?:e|es|ing)|climb(?:s|ing)?|increas(?:e|es|ing)|jump(?:s|ing)?) "
    r"(?:up )?(?:to|by)\b"
)
_PROVIDED = re.compile(r" (?:if|unless) (?!not\b|so\b|any\b|necessary|needed|possible|only)")
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
_BROKEN_OFF = re.compile(
    r"\b(?:suspend|terminat|halt|cancel|end|break|broke)\w* (?:off )?(?:an? |the |all )?"
    r"(?:planned |trade )?(?:talks|negotiations|meeting|summit)"
)
_SPARED = re.compile(
    r"\b(?:will|would|shall) not (?:face|apply|be (?:applied|imposed|subject|hit|levied|charged))"
)
_DUTY_RATE = re.compile(
    r"\b(?:[Tt]he|all-others|cash deposit|duty|subsidy|dumping|tariff) (?:rate|margin)s?\b"
)
_PRONOUN = re.compile(
    r"\W*(?:it|he|she|they|its|the (?:government|administration|ministry|order|decree|bloc|"
    r"proclamation|department|cabinet))\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\W*[Tt]he (?:\w+ ){0,3}(?:states|countries|nations|allies|governments|partners)\b"
)
_PARTICIPLE = re.compile(r"\w+ing (?!(?:\w+ )?that\b)")
_CONDITION = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ss]hould|[Ii]n case) [^.;]{8,}")
_RELATIVE = re.compile(r"(?:which|that)\b")
_THEY = re.compile(
    r"\W*(?:[\w.]+ (?:said|says|warned|added) )?(?:they|it|these|those)\b", re.IGNORECASE
)
_ASSERTING = frozenset(("criticise", "support", "state"))
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
_OWNED = re.compile(
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
_CARRIED = re.compile(
    r"^\W*(?:it|he|she|they|which|who|that it|and it|the (?:ministry|president|government|"
    r"administration|statement|company|country|minister|order|bloc|two sides)|this|these|those)\b",
    re.IGNORECASE,
)
_ONLY_VERB = re.compile(r"^(?:also |then |later )?(?:[a-z]+ed|froze|is|are|was|were|has|have|had|"
                        r"will|would|could|may|to|as well as|said|says|told)\b")  # fmt: skip
_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|I)\b")
_PASSIVE = re.compile(r"\bby (?:the )?$")
_DEMAND = re.compile(
    r"\b(?:ask\w*|urg\w+|demand\w*|press\w*|call\w* (?:on|for)|request\w*|seek\w*|insist\w*|"
    r"push\w*|expect|want\w*|hold|leniency|hopes?)\b"
)
_INNER = re.compile(
    r"\b(?:demands?|requests?|calls?|proposals?|offers?) (?:that|to|for)\b|"
    r"\b(?:offered|proposed|demanded|threatened|imposed) by\b"
)
_WHERE = re.compile(r"\b(?:in|at) [A-Z]\w+")
_ANSWER = re.compile(
    r"\b(?:reject|refus|rebuff|turn|dismiss|spurn|declin|brush)\w* (?:down |aside )?(?:the|that|"
    r"this|its|"
    r"their|those|these|such|all) (?:\w+ )?(?:offers?|proposals?|demands?|requests?|calls?|"
    r"ideas?)\b|\b(?:refus|declin)\w* to do so\b|\breject\w* (?:it|this|that|them)\b"
)
_MANY = re.compile(
    r"\b(?:[Mm]any|[Ss]ome|[Ll]awmakers|[Oo]fficials|[Cc]ritics|[Oo]thers|[Ff]armers|"
    r"[Pp]roducers) in (?:the )?$"
)
_LISTED = re.compile(
    r"(?:,|,? and|,? or|(?: \w+)? (?:and|&))(?: the)? ?(?:its )?|(?: importers| producers|"
    r" farmers| officials) and "
)
_COMPANY = re.compile(
    r"\b(?:[Tt]he|[Tt]hat|[Tt]his) (?:[\w-]+ ){0,3}(?:company|companies|maker|firm|giant|group|"
    r"manufacturer|chipmaker|carmaker|retailer|bank)\b"
)
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
_TOPIC = re.compile(r"^\W*(?:For|With (?:respect|regard) to|As for) (?:the )?[^,]{2,30}?,")
_BLAMED = re.compile(
    r"\b(?:accus|blam|condemn|criticis|criticiz|denounc|slam|protest|deplor|lament)\w*"
)
_PAIR = re.compile(
    r"\b(?:(?:[Tt]he|[Tt]heir) two|[Bb]oth|[Tt]wo) (?:sides|countries|governments|nations|parties|"
    r"capitals|economies|presidents|ministers|leaders)\b"
)
_WITH_PAIR = re.compile(r"\b(?:with|between) (?:both|the two) (?:sides|countries|governments)\b")
_UNDERGOES = re.compile(
    r"\b(?:was|were|been|be|being|is|are|got) (?:\w+ly )?(?:exempt(?:ed)?|hit|targeted|banned|"
    r"barred|blacklisted|sanctioned|excluded|spared|subject(?:ed)?|penali[sz]ed|punished|dropped|"
    r"removed|shut out|cut off|charged|put on|placed on|added to)\b|"
    r"\bfac(?:e|es|ed|ing) (?:an? |the )?[^,;]{0,40}"
    r"(?:tariff|dut|lev|ban|sanction|curb|restriction)"
)
_TO_COME = re.compile(
    r"\W*(?:[\w. ]{2,30} (?:said|says|warned|added) )?(?:that )?(?:they|these|the \w+) "
    r"(?:could|may|might) be\b"
)
_NO_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|had|have|will|would|could|may|might|can|must|should|said|"
    r"did|does|do|[a-z]{3,}(?:ed|es|ts|ns|ms|ks|ws|ys|ls|rs|ds|gs|ps))\b|\b(?:met|began|made|took|put|rose|"
    r"fell|gave|held|saw|led|sent|spoke|left|lost|won|came|went|got|felt|told|kept|struck)\b"
)
_TURNED_DOWN = re.compile(r"\b(?:reject|refus|rebuff|spurn|declin)\w*|\bturn\w* down")
_MOVE = re.compile(
    r"\b(?:move|decision|push|effort|plan|step|order|attempt|bid|request|call)s?\b[^,;]{0,25} by "
    r"(?:the )?$"
)
_LEADING = re.compile(r"(?:Despite|After|Before|By|Besides|While|Without) \w+ing\b")
_BE = re.compile(r"\b(?:was|were|been|be|is|are|being)\b")
_BY = re.compile(r"\b(?:by|from|under) (?:the )?$")
_REFERRING = re.compile(
    r"\b(?:the|these|those|such|both|this|that) (?:\w+ )?(?:measures?|restrictions?|sanctions?|"
    r"ban|duties|tariffs?|list|removal|curbs|controls|quotas?|limits?|status|lists|taxes)\b",
    re.IGNORECASE,
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


def instrument_of(text: str, memory: Memory, named: Sequence[str] = ()) -> str | None:
    """Return by which means: measures first, then what was meant before, then talks and others."""
    tiers = triggers()["tiers"]
    measure = _first_measure(text)
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


def _first_measure(text: str) -> str | None:
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
        return instrument in _DUTIES
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


def _modality(
    text: str, action: str, instrument: str | None, sentence: str, *, alternative: bool = False
) -> str:
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
    modality = _standing(clause, memory, action, instrument, at, led, carried=carried)
    conditional = _CONDITION.match(text) is not None and "," not in text
    if inner:
        modality = "offered" if " by " in text[:60] else "demanded"
        if instrument == "export_restraint" and action == "state":
            action = "impose"
    actor, target = _sides(plain, at, mentions, named, action, modality, clause, setting, memory,
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
        core=_core(action, instrument, modality, values)
        and not (clause.heading or conditional),
    )  # fmt: skip
    if not inner and not conditional:
        _remember(one, memory, clause)
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
    if action == "state" and _rates_of_duty(text, memory):
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
        earlier = _first_measure(clause.whole.text[: clause.start])
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


def _standing(
    clause: Clause, memory: Memory, action: str, instrument: str | None, at: int,
    led: tuple[str, str | None, str] | None, *, carried: bool,
) -> str:  # fmt: skip
    """Return where an act stands, with what the clauses around it say."""
    text, sentence = clause.words.text, clause.whole.text
    # "reach a deal or face a tariff"
    alternative = re.search(r"\bor (?:else )?$", sentence[: clause.start]) is not None
    modality = _modality(text, action, instrument, sentence, alternative=alternative)
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
        _CONDITION.match(sentence[: clause.start])
        or _PROVIDED.search(sentence[clause.start + at :])
    ):  # fmt: skip
        modality = "threatened"
    if action == "ease" and modality == "refused" and _SPARED.search(text):
        modality = "announced"
    return modality


def _rates_of_duty(text: str, memory: Memory) -> bool:
    """Whether a clause states the rate of a duty that was named before."""
    named = memory.instrument in _DUTIES and _DUTY_RATE.search(text) is not None
    return named and bool(find_rates(text))


def _keep_topic(clause: Clause, mentions: Sequence[Mention], memory: Memory) -> None:
    """Keep whom a sentence begins with, for the pronoun at the start of the next one."""
    text = clause.words.text
    if clause.start > 0 or _PRONOUN.match(text):
        return
    first = next((m for m in mentions if _subject_like(text, m)), None)
    memory.topic = (first.code,) if first else ()


def _firms_of(text: str, clause: Clause, memory: Memory) -> tuple[str, ...]:
    """Return the firms of a clause, named or meant by "the company", "which"."""
    named = find_firms(text)
    if named:
        memory.firm, memory.firm_sentence = named, clause.sentence
        return named
    near = clause.sentence - memory.firm_sentence
    meant = _COMPANY.search(text) is not None and near <= 3
    same = near == 0 and re.match(r"\W*(?:which|that|who|it|its|and it)\b", text) is not None
    same = same or (near == 0 and _ONLY_VERB.match(text) is not None and clause.start > 0)
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
        said = _modality(text, done, known, text)
        memory.lead = (clause.block, done, known, said)
        return None
    if clause.item and 0 < clause.block - block <= 6 and action not in ("", "state"):
        return (action, instrument, modality) if clause.first else None
    return None


def _pair_told(text: str, at: int) -> bool:
    """Whether both sides are named as one before the word for the act."""
    return _PAIR.search(text[: max(at, 40)]) is not None


def _hit(
    text: str, economies: Sequence[Mention], setting: Setting, spoken: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return actor and target where an economy undergoes the act: it was exempted, it faces."""
    cue = _UNDERGOES.search(text)
    if cue is None:
        return None
    before = [m for m in economies if m.end <= cue.start() and _subject_like(text, m)]
    if not before:
        return None
    between = text[before[-1].end : cue.start()]
    if len(between) > 40 or re.search(r"\b(?:that|which|who|list|with|after)\b|[,;]", between):
        return None
    sides = _joined(text, economies, before[-1])
    doers = [m for m in economies if m.start >= cue.end() and _BY.search(text[: m.start][-12:])]
    actor = _unique([m.code for m in doers if m.code not in sides])
    told = tuple(code for code in spoken if code not in sides)
    return actor or told or _counterpart(sides, (), setting, Memory())[:1], sides


def _plain_verb(text: str) -> bool:
    """Whether a clause begins with an infinitive: it stands where the one before it does."""
    word = re.match(r"[a-z-]+", text)
    return word is not None and re.search(r"(?:ed|ing|s)$", word[0]) is None and (
        word[0] not in ("the", "a", "an", "it", "he", "they", "that", "which", "who", "is", "are")
    )  # fmt: skip


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


def _core(
    action: str, instrument: str, modality: str, values: tuple[tuple[float, str], ...]
) -> bool:
    if action == "state":
        return instrument == "deficit" and bool(values)
    if action in ("criticise", "support") or modality == "asserted":
        return False
    return not (action == "other" and instrument in ("none", "other", "unspecified"))


def _remember(one: Statement, memory: Memory, clause: Clause) -> None:
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


# ---------------------------------------------------------------- sides
def _subject_like(text: str, one: Mention) -> bool:
    before, after = text[: one.start], text[one.end :]
    if _MANY.search(before[-30:]):
        return True
    if is_object(text, one) or is_answered(text, one):
        return False
    if _PREPOSITION.search(before[-24:]) and not re.search(r"\bFor $", before[-4:]):
        return False
    if one.kind == "adjective":
        return _OFFICIAL.match(after) is not None or _OWNED.match(after) is not None
    if _OFFICIAL.match(re.sub(r"^(?:'s?)?", "", after)):
        return True
    if re.match(
        r"(?:'s|') ?(?:\w+ ){0,3}(?:imports?|exports?|goods|products|market|economy)\b(?!-)", after
    ):
        return False
    # "US goods", "China imports": a name used as an adjective
    return not re.match(r"\s(?:goods|imports?|products|exports|farm\w*|beef|steel|cars|lumber|"
                        r"soybeans?|wine|barley)\b", after)  # fmt: skip


def _unique(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _sides(
    text: str, at: int, mentions: tuple[Mention, ...], named: Sequence[str], action: str,
    modality: str, clause: Clause, setting: Setting, memory: Memory, voice: Voice,
    instrument: str | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """Return who acts and whom it is aimed at."""
    told = tuple(m for m in mentions if m.code != "WTO")
    economies = tuple(m for m in told if text[m.start : m.end].strip())
    beside = _unique([m.code for m in told if m not in economies])
    codes = _unique([m.code for m in economies])
    subjects = [m for m in economies if _subject_like(text, m)]
    plainly = _told_plainly(text, at, mentions, economies, named, action, modality, clause, setting,
                            memory, voice)  # fmt: skip
    if plainly is not None:
        return plainly
    asking = modality == "demanded" or action == "litigate"
    if asking and named and _firm_leads(text, named) and not subjects:
        others = tuple(c for c in codes if c != firms().get(named[0]))
        return (f"firm:{named[0]}",), others[:1] or memory.actor
    if action in ("halt", "litigate") and named and not re.search(r"\bWTO\b", text):
        return _firm_sides(named, action, codes, setting)
    actor = _actor(text, at, economies, subjects, modality, action, clause, setting, memory)
    target = tuple(c for c in codes if c not in actor)
    blamed = _BLAMED.search(text)
    if action == "criticise" and blamed:
        target = tuple(m.code for m in economies if m.start > blamed.start() and m.code in target)
        target = target[:1]
    elif action == "criticise":
        target = _accused(text, at, economies, actor, memory)
        actor = _accuser(target, setting)
    receiving = _RECEIVING.search(text)
    if action in ("ease", "impose") and codes and receiving and not _owner(text, economies):
        before = [m.code for m in economies if m.start < receiving.start()]
        sold = tuple(before[-1:]) or codes[:1]
        return _counterpart(sold, (), setting, Memory()), sold
    if action in ("impose", "keep", "ease") and modality not in ("demanded", "refused"):
        slots = _unique((*sufferers(text, economies), *sellers(text, economies)))
        listed = [c for m in economies if m.code in slots for c in _joined(text, economies, m)]
        target = tuple(c for c in _unique(listed) if c not in actor) or target
    if action == "other":
        return actor, target
    if "EU" in actor:
        target = tuple(c for c in target if c not in _members())
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
    codes = _unique([m.code for m in economies])
    subjects = [m for m in economies if _subject_like(text, m)]
    going_on = clause.start > 0 and memory.sentence == clause.sentence and memory.actor
    if going_on and _PARTICIPLE.match(text) and action not in ("talk", "agree"):
        target = tuple(c for c in codes if c not in memory.actor) or memory.target
        return memory.actor, target[:1] if action == "criticise" else target
    speaker = _economy_of(voice, setting, clause.whole.text)
    speaking = speaker if action in ("state", "criticise") else ()
    if speaking and not _BLAMED.search(text):
        rest = tuple(c for c in codes if c not in speaking)
        lately = () if setting.parties else tuple(c for c in memory.actor if c not in speaking)
        return speaking, rest or _counterpart(speaking, named, setting, memory)[:1] or lately
    single = action == "agree" and _SINGLE.search(text) and subjects
    left = modality == "ended" and _BROKEN_OFF.search(text)
    if action in ("talk", "agree") and (modality == "refused" or left) and subjects:
        return (subjects[0].code,), tuple(c for c in codes if c != subjects[0].code)
    if not single and (action in ("talk", "agree") or (action == "state" and _both(text, codes))):
        return _both_sides(codes, clause, setting, memory, text)
    ruling = next((m for m in mentions if m.code == "WTO" and m.start <= at), None)
    if action == "litigate" and ruling and _RULED.search(text[at:]):
        hit = sufferers(text, economies)
        return ("WTO",), hit[:1] or tuple(m.code for m in economies if m.start > at)[:1]
    if _pair_told(text, at) and action in ("ease", "impose", "keep", "align", "buy", "open"):
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
    codes = _unique([m.code for m in economies])
    subjects = [m for m in economies if _subject_like(text, m)]
    hit = sufferers(text, economies) if action in ("impose", "keep") else ()
    at_border = instrument in _AT_BORDER and action in ("impose", "keep", "ease")
    doers = _active(text, at, subjects, (*hit, *sellers(text, economies)))
    if not doers and at_border and (buying := buyers(text, economies)):
        sold = tuple(c for c in sellers(text, economies) if c not in buying)
        return buying[:1], sold or _counterpart(buying[:1], (), setting, memory)[:1]
    if hit and not doers and set(actor) <= set(hit) and len(hit) < 3:
        other = tuple(c for c in codes if c not in hit)[:1]
        return other or _counterpart(hit[:1], (), setting, Memory())[:1], hit
    return None


def _active(
    text: str, at: int, subjects: Sequence[Mention], others: Sequence[str]
) -> tuple[Mention, ...]:
    """Return the sides that stand before the verb and do what it says."""
    return tuple(
        m
        for m in subjects
        if m.start < at and not (m.code in others and _BE.search(text[m.end : at + 12]))
    )


def _economy_of(voice: Voice, setting: Setting, sentence: str) -> tuple[str, ...]:
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


def _members() -> tuple[str, ...]:
    from detente.baseline.names import EU27

    return EU27


def _both(text: str, codes: tuple[str, ...]) -> bool:
    return len(codes) >= 2 and re.search(r"\bboth\b|\bbetween\b|-\w+ (?:tension|relations)|"
                                         r"\band\b ~?", text) is not None and (
        re.search(r"\b(?:both (?:sides|countries)|between|relations|tension|are waging|compet)",
                  text) is not None)  # fmt: skip


def _owner(text: str, economies: Sequence[Mention]) -> bool:
    """Whether a government is named as the one who acts."""
    return any(
        m.kind in ("name", "body", "person", "capital") and _subject_like(text, m)
        and not _OWNED.match(text[m.end :]) for m in economies
    )  # fmt: skip


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
    codes = _unique([m.code for m in met if m.code != "WTO"]) or codes
    before = tuple(dict.fromkeys((*memory.actor, *memory.target)))
    if codes and _WITH_PAIR.search(text) and not set(codes) & set(setting.parties[:2]):
        return (*codes[:1], *setting.parties[:2]), ()
    if _PAIR.search(text) and not set(codes) <= set(setting.parties[:2]):
        return (before if len(before) == 2 else tuple(setting.parties[:2])), ()
    if len(codes) == 1 and clause.start > 0 and memory.sentence == clause.sentence and (
        len(memory.actor) == 1 and memory.actor != codes and _ONLY_VERB.match(text)
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
    if setting.speaker and _WE.search(text):
        return (setting.speaker, *_counterpart((setting.speaker,), (), setting, memory)), ()
    return tuple(setting.parties[:2]), ()


def _firm_leads(text: str, named: Sequence[str]) -> bool:
    """Whether a clause begins with a firm, or with "the company"."""
    return _COMPANY.match(text) is not None or text.startswith(named[0])


def _firm_sides(
    named: Sequence[str], action: str, codes: tuple[str, ...], setting: Setting
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    home = firms().get(named[0])
    target = tuple(c for c in codes if c != home)
    if action == "litigate" and not target:
        target = tuple(p for p in setting.parties[:2] if p != home)[:1]
    return (f"firm:{named[0]}",), target if action == "litigate" else ()


def _actor(
    text: str, at: int, economies: Sequence[Mention], subjects: Sequence[Mention], modality: str,
    action: str, clause: Clause, setting: Setting, memory: Memory,
) -> tuple[str, ...]:  # fmt: skip
    """Return who acts, by grammar as far as words tell it."""
    passive = [m for m in economies if _PASSIVE.search(text[: m.start][-8:])]
    owned = [m for m in economies if _OWNED.match(text[m.end :]) and not is_answered(text, m)]
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
        follows = [m for m in find_mentions(rest, setting.day) if _subject_like(rest, m)]
        if follows:
            return (follows[0].code,)
    if owned and action == "impose" and _UNDERGOES.search(text[: owned[0].start]):
        return (owned[0].code,)
    active = led and not _BE.search(text[led[-1].end : at])
    if passive and not active and re.search(r"\b(?:was|were|been|be|is|are|being)\b|ed by", text):
        return (passive[0].code,)
    if modality == "demanded":
        cue = _DEMAND.search(text)
        first = [m for m in subjects if cue is None or m.start < cue.start()]
        if first:
            return _joined(text, first, first[0])
        going_on = cue is not None and cue.start() < 8 and memory.sentence == clause.sentence
        if going_on and clause.start > 0 and memory.actor:
            return memory.actor
    elif modality in ("refused", "offered") or action in ("criticise", "support"):
        if subjects and subjects[0].start < max(at, 1) + 200:
            if setting.speaker and _WE.search(text[: subjects[0].start]):
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
    if _PRONOUN.match(text) and memory.actor:
        return memory.topic or memory.actor
    if before:
        return _joined(text, subjects, before[-1])
    if setting.speaker and _WE.search(text):
        return (setting.speaker,)
    carried = _CARRIED.match(text) or _ONLY_VERB.match(text) or clause.start > 0
    if carried and memory.actor and memory.sentence == clause.sentence:
        return memory.actor
    told = find_mentions(clause.whole.text[: clause.start], setting.day)
    told = tuple(m for m in told if _subject_like(clause.whole.text, m))
    if told and clause.start > 0:
        return (told[-1].code,)
    goods_of = _unique([m.code for m in economies])
    rest = [p for p in setting.parties[:2] if p not in goods_of]
    if goods_of and rest and not subjects:
        return (rest[0],)
    if setting.speaker and _WE.search(clause.whole.text):
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


def _joined(text: str, all_named: Sequence[Mention], one: Mention) -> tuple[str, ...]:
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
    return _unique([m.code for m in sorted(found, key=lambda m: m.start)])


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


__all__ = ["Memory", "Voice", "find_statements", "good_of", "instrument_of", "modality_of"]
