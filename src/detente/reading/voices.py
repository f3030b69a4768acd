"""Who says so: people, offices, papers, unnamed sources, or the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from detente.reading.lexicons import triggers
from detente.reading.mentions import find_outlet
from detente.reading.values import Clause, Setting, Voice

_TITLE = (
    r"(?:President|Prime Minister|Premier|Vice Premier|Vice President|Chancellor|Secretary|"
    r"Minister|Ambassador|Commissioner|Sen\.|Senator|Rep\.|Gov\.|Representative|Chairman|"
    r"Director|Leader|counterpart|chief|spokes(?:man|woman|person)|Mr\.?|Ms\.?|Mrs\.?|Dr\.?)"
)
_PERSON = re.compile(
    rf"(?:{_TITLE}\s)?((?:[A-ZÀ-Ž][\w'À-ž-]+\s(?:[A-Z]\.\s)?(?:de |van |von |der )?){{0,2}}"
    r"[A-ZÀ-Ž][\w'À-ž-]+)$"
)
_OFFICE = re.compile(
    r"((?:[Tt]he )?(?:[A-Z][\w.]+ (?:of |for |and |the )*){0,5}(?:Ministry|Office of the [\w. ]+|"
    r"Department|Commission|Representative|Bureau|Council|Embassy|government|ministry|"
    r"administration|officials|authorities|House|Government)(?: of [A-Z]\w+(?: and \w+)?)?|"
    r"(?<!['\w])(?:[\w.']+ (?:and )?){0,3}(?:ministry|ministries|minister|envoy|"
    r"negotiators?|spokes\w+|president|premier|chancellor|leaders?|lawmakers|farmers|industry|"
    r"association|federation|chamber|analysts?|economists?|court|"
    r"panel|union|growers|producers|company|\w*maker|firm|group|carrier|miner|statement|document|letter|office))$"
)
_PAPER = re.compile(
    r"\b[Tt]he (?:paper|daily|newspaper|magazine|agency|broadcaster|outlet|report)\b"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to (?:a |an |the |U\.S\. |US )*([^,.]{3,60})")
_NOT_NAMES = frozenset((
    "The", "It", "In", "But", "He", "She", "They", "This", "That", "And", "On", "If", "We",
    "As", "At", "Today", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday", "Both", "Last", "Beijing", "Washington",
))  # fmt: skip
_SELF = re.compile(r"\b(?:said|says|told|tweeted|posted|warned|stated|wrote|claimed|claiming|"
                   r"argued|insisted|estimated|estimates|denied|reaffirmed|reiterates|reaffirms|defended|maintains|acknowledged|"
                   r"explained|promised|vowed|pledged|announced|blamed|accused|"
                   r"urged|hopes|declared|added|noted|threatened|tweeting|saying|calls|warns|adds|"
                   r"argues|insists|claims|writes|notes|responded|replied|condemned|criticized|"
                   r"called (?=(?:it|them|this|that|the \w+|[A-Z]\w+'s \w+) (?:\w+ )?[\"a-z])|"
                   r"criticised|denounced|slammed|lamented|confirmed|complained)\b")  # fmt: skip


_MEANT = re.compile(r"(?:[Tt]he )?(?:president|premier|chancellor|minister|secretary|leader)")
_STATED = frozenset((
    "said", "says", "stated", "warned", "argued", "responded", "replied", "wrote", "claims",
    "claimed", "argues", "reaffirmed", "reiterates", "maintains", "condemned", "denied", "accused",
))  # fmt: skip


@dataclass
class Hearing:
    """The voice of the sentence at hand, and of the last paper and person that spoke."""

    sentence: int = -1
    voice: Voice = field(default_factory=Voice)
    outlet: str | None = None
    person: str | None = None
    block: int = -1
    quoting: bool = False


def voice_of(clause: Clause, setting: Setting, hearing: Hearing) -> Voice:
    """Return who is cited for a clause; the voice of a sentence holds for all its clauses."""
    del setting
    if hearing.sentence != clause.sentence:
        before = hearing.voice
        hearing.voice = _of_sentence(clause.whole.text, hearing)
        # a quotation that goes on over several sentences has one speaker
        if hearing.quoting and before.kind == "named" and hearing.voice.kind == "none":
            hearing.voice = before
        if clause.whole.text.startswith('"') and hearing.voice.kind == "none":
            hearing.voice = before if before.kind == "named" else hearing.voice
        hearing.quoting = _goes_on(clause.whole.text, quoting=hearing.quoting)
        hearing.sentence, hearing.block = clause.sentence, clause.block
    return hearing.voice


def _goes_on(text: str, *, quoting: bool) -> bool:
    odd = text.count('"') % 2 == 1
    return quoting != odd


def _of_sentence(text: str, hearing: Hearing) -> Voice:
    outlet = find_outlet(text)
    paper = _PAPER.search(text)
    verb = triggers()["reporting"].search(text)
    if outlet and re.search(
        rf"{re.escape(outlet)}(?: [A-Z]\w+)?(?:'s)? (?:led|reported|said|wrote|ran|express|claim|"
        r"quoted|noted|editorial|argued|carried)", text
    ):  # fmt: skip
        hearing.outlet = outlet
        return Voice("media", outlet)
    unnamed = triggers()["anonymous"].search(text)
    if unnamed and outlet and re.search(
        rf"(?:sources?|officials?|people) told {re.escape(outlet)}|condition of anonymity|"
        r"not authori[sz]ed|to be named", text
    ):  # fmt: skip
        return Voice("anonymous", None)
    if outlet and re.search(rf"\b(?:told|according to|reported by|by) (?:the )?{re.escape(outlet)}",
                            text, re.IGNORECASE):  # fmt: skip
        hearing.outlet = outlet
        return Voice("media", outlet)
    if paper and hearing.outlet:
        return Voice("media", hearing.outlet)
    if unnamed:
        if hearing.outlet and re.search("reportedly", unnamed[0], re.IGNORECASE):
            return Voice("media", hearing.outlet)
        who = re.search(r"(?:\w+ )?(?:sources?|officials?|people|persons?)", unnamed[0])
        some = re.match(r"[Ss]ome\b", unnamed[0])
        return Voice("anonymous", who[0] if who else "some" if some else None)
    if according := _ACCORDING.search(text):
        return Voice("named", _shortened(according[1]))
    if verb is None:
        return Voice()
    speaker = _speaker(text, hearing)
    if speaker:
        hearing.person = speaker
        return Voice("named", speaker)
    return Voice()


def _speaker(text: str, hearing: Hearing) -> str | None:
    for verb in _SELF.finditer(text):
        if re.search(r"\b(?:since|after|when|before)\s(?:[\w.']+\s){1,4}$", text[: verb.start()]):
            continue
        before = re.sub(r"(?:\s(?:also|today|then|later|quickly|reportedly|abruptly|once|has|had|"
                        r"have|in [A-Z]\w+))+$",
                        "", text[: verb.start()].rstrip())  # fmt: skip
        before = re.sub(r"\s(?:released|issued|published|put out) an? (?:\w+ )?(?:statement|"
                        r"release|communiqu\w+)$", "", before)  # fmt: skip
        before = re.sub(r"(?:\s(?!only|family|supply)[a-z]+ly)+$", "", before)
        before = re.sub(r"(?:\s(?:also|today|later|has|had|have|on|Monday|Tuesday|Wednesday|"
                        r"Thursday|Friday|,))+$", "", before)  # fmt: skip
        named = re.search(r"(?:minister|secretary|president|chief|envoy|ambassador|commissioner), "
                          r"((?:[A-Z][\w'.-]+ ?){2,4}),$", before)  # fmt: skip
        if named:
            return named[1].strip()
        before = re.sub(r", [^,]{3,100},$", "", before)
        if before.endswith(("'s", "s'")):
            continue
        office = _OFFICE.search(before)
        if office and hearing.person and _MEANT.fullmatch(office[1]):
            return hearing.person
        if office and not (verb[0] == "announced" and "dministration" in office[1]):
            return _shortened(office[1])
        person = _PERSON.search(before)
        if person:
            words = [w for w in person[1].split() if w not in _NOT_NAMES]
            if verb[0] in _STATED and words and _is_economy(" ".join(words)):
                return " ".join(words)
            if words and not _is_economy(" ".join(words)):
                return _whole(" ".join(words), text, hearing)
        if re.search(r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|the president|the minister|the secretary|"
                     r"the premier|[Tt]he statement|[Tt]he ministry(?: statement)?)$",
                     before):  # fmt: skip
            return hearing.person
        inverted = re.match(
            r"\s(?:the |a )?(spokes\w+ for (?:the )?[\w ]{3,30})", text[verb.end() :]
        )
        if inverted:
            return _shortened(inverted[1])
        after = re.match(rf"\s{_TITLE}\s((?:[A-Z][\w'.-]+\s?){{1,3}})", text[verb.end() :])
        if after:
            return _whole(after[1].strip(" .,"), text, hearing)
    return None


_known: dict[str, str] = {}


def _whole(name: str, text: str, hearing: Hearing) -> str:
    """Return a person's name as written."""
    del text
    if hearing.person and hearing.person.split()[-1] == name.rsplit(maxsplit=1)[-1]:
        return hearing.person
    return name


def _is_economy(name: str) -> bool:
    from detente.reading.lexicons import names

    return any(n.kind in ("name", "capital", "adjective") for n in names().get(name, ()))


def _shortened(text: str) -> str:
    text = re.sub(r"^(?:[Tt]he |a |an )+", "", text.strip())
    text = re.sub(r"^Office of the ", "", text)
    return text[:80]
