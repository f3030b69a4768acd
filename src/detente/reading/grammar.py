"""What the order of words tells besides names: background, flows of goods, who is hit, denial."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.values import Mention

_LED_BY = re.compile(
    r"^\W*(?:In (?:response|retaliation|reaction|reply|answer|return) (?:to|for)|Despite|Amid|"
    r"Following|Citing|Given|Because of|Due to|Owing to|Responding to|Reacting to) [^,;]{5,160}, "
    r"(?=\S)|^To [a-z]+ [^,;]{5,120}, (?=\S)"
)
_REASON = re.compile(
    r",? (?:(?:largely |partly |mainly )?(?:due to|because of|owing to|on account of|"
    r"as a result of)|"
    r"citing|despite|amid|in spite of|in the absence of|as grounds for|defying|"
    r"(?:if|unless)|until (?!\d|[A-Z][a-z]+ \d|the end)|"
    r"over (?:its|his|her|their|[A-Z][\w.]+(?: [A-Z]\w+)?'s?)) [^,;]{5,}"
)
_COMPARED = re.compile(r"\([^()]*\d ?(?:%|per ?cent)[^()]*\)|^Compared (?:with|to) [^,;]{5,120}, ")
_SOLD = r"(?:exports?|exporters|shipments|sales|goods|products|producers|imports|companies|firms)"
_FROM = re.compile(
    r"\b(?:imports?|goods|products|shipments|purchases|exports|coming|originating|sourced)\b"
    r"[^,;]{0,40}\bfrom (?:the )?$"
)
_INTO = re.compile(
    r"\b(?:entering|reaching|(?:coming|imported|shipped|brought|imports|exports?|exported|sold|"
    r"shipments|sales|bound|destined)\b[^,;]{0,40}\b(?:into|to|for|in)) (?:the )?$"
)
_AGAINST = re.compile(
    r"\b(?:imposed|levied|placed|slapped|applied|aimed|directed|tariffs?|dut(?:y|ies)|lev(?:y|ies)|"
    r"sanctions|curbs|restrictions|bans?|controls|measures|embargo|quotas?|taxes|surcharges?)"
    r"(?: \w+){0,2} (?:on|against|at) (?:the |all |some |most |certain |imports from |goods from |"
    r"imports of )*$"
)
_TAKEN = re.compile(
    r"\b(?:offer|give|gave|grant|warn|tell|told|urg|ask|accus|press|pressur|push|threaten|criticis|criticiz|blam|remind|"
    r"forc|invit|allow|enabl|hit|target|sue|notif|inform|condemn|thank|punish|sanction|"
    r"call(?:ed|s|ing)? on)(?:e|ed|es|s|ing|d|ied)? (?:the )?$"
)
_ANSWERED = re.compile(
    r"\b(?:response|retaliation|reaction|reply|answer|opposition|objections?|countermeasures?|"
    r"threats?) (?:to|for|against|over) (?:the )?(?:new )?$"
)
_BESIDE = re.compile(r"\b(?:against|over|after|despite|following|amid|at) (?:the )?$")
_DENIED = re.compile(
    r"\b(?:(?:does|do|did|has|have|had|is|are|was|were) not|(?:has|have) never|never|"
    r"(?:doesn|don|didn|hasn|haven|isn|aren|wasn|weren)'t)(?: \w+)?(?: yet| been| being)? $"
)


def without_occasion(text: str) -> str:
    """Return a clause with blanks in place of what it begins with: in response to ..."""
    return _LED_BY.sub(lambda found: " " * len(found[0]), text)


def without_background(text: str) -> str:
    """Return a clause with blanks, as long as they were, in place of reasons and occasions."""

    def blank(found: re.Match[str]) -> str:
        return " " * len(found[0])

    return _COMPARED.sub(blank, _REASON.sub(blank, without_occasion(text)))


def is_object(text: str, one: Mention) -> bool:
    """Whether a side stands right after a verb that takes it: warned the Netherlands."""
    return _TAKEN.search(text[: one.start][-24:]) is not None


def is_denied(text: str, at: int) -> bool:
    """Whether the verb that stands at a place is said not to have been done."""
    return _DENIED.search(text[:at]) is not None


def is_answered(text: str, one: Mention) -> bool:
    """Whether a side is named as what another answers: in response to the US tariffs."""
    before = text[: one.start][-40:]
    if _ANSWERED.search(before):
        return True
    owning = one.kind == "adjective" or text[one.end :].startswith(("'s", "' "))
    return owning and _BESIDE.search(before) is not None


def sellers(text: str, economies: Sequence[Mention]) -> tuple[str, ...]:
    """Return whose goods a clause speaks of: Swiss exports, goods from Switzerland."""
    found = []
    for one in economies:
        after = text[one.end :]
        own = one.kind == "adjective" or after.startswith(("'s", "'"))
        sold = own and re.match(rf"(?:'s?)? (?:[\w-]+ ){{0,3}}{_SOLD}\b", after)
        if sold or _FROM.search(text[: one.start][-70:]):
            found.append(one.code)
    return tuple(dict.fromkeys(found))


def buyers(text: str, economies: Sequence[Mention]) -> tuple[str, ...]:
    """Return whose market goods go to: entering the United States, exports to Korea."""
    found = [m.code for m in economies if _INTO.search(text[: m.start][-70:])]
    return tuple(dict.fromkeys(found))


def sufferers(text: str, economies: Sequence[Mention]) -> tuple[str, ...]:
    """Return whom a measure is said to be on: tariffs on Swiss products, imposed on Colombia."""
    found = [m.code for m in economies if _AGAINST.search(text[: m.start][-60:])]
    return tuple(dict.fromkeys(found))
