"""Sentences of the ledger, made from its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from detente.document.blocks import Sentence, Term, Unit
from detente.document.language import capital, listed, long_day, noun
from detente.document.numbers import amount, with_unit
from detente.ledger.authorities import GROUPS as LAWS
from detente.ledger.authorities import RATES, TITLES
from detente.ledger.days import KNOWN_TO
from detente.ledger.measures import CHECKED, THREAT
from detente.ledger.parties import name_of
from detente.ledger.published import SEEN_TO, TRACKERS
from detente.report.ledger.facts import Average, LedgerFacts, Tracker

RATE = Unit("%", 0.01, 1, data="fraction of the value of imports")
TERMS = (
    Term("reciprocal tariffs", "US tariffs by country from April 2025 to 20 February 2026, under "
         "an emergency law (IEEPA) that the Supreme Court then found not to allow them."),
    Term("fentanyl tariffs", "US tariffs on China, Canada and Mexico from February 2025 to 20 "
         "February 2026, under the same emergency law (IEEPA)."),
    Term("Section 232", "US law under which imports are restricted for national security: steel, "
         "aluminium, copper, cars, wood, chips, medicines."),
    Term("Section 301", "US law that answers what it finds unfair abroad: the lists on China of "
         "2018 on, and in 2026 tariffs on Brazil and over forced labour."),
    Term("Section 122", "US law that allows a surcharge for 150 days for the sake of the balance "
         "of payments: 10% from 24 February to 23 July 2026."),
    Term("Section 338", "US law of 1930 against discrimination of US trade: Canada, August 2026."),
)  # fmt: skip
"""Laws that readers may not know."""
SPOKEN = {
    "base": "ordinary duties make", "s301_china": "Section 301 on China makes",
    "s232": "Section 232 makes", "fentanyl": "the fentanyl tariffs make",
    "reciprocal": "the reciprocal tariffs make", "s122": "Section 122 makes",
    "s301_2026": "Section 301 of 2026 makes", "s338": "Section 338 makes",
}  # fmt: skip
"""What each authority does to an average."""
APART = 0.01
"""A difference from a published average that is explained."""
MOST_NAMED = 5
"""Partners that a sentence names."""
SMALL = 0.0005
"""A share of an average, or of a difference, that is not named."""
WEIGHTS = (
    "US averages weigh products and partners by US imports of 2024, those of China by its imports "
    "from the United States in 2017. They are statutory, without exclusions of single products: "
    "customs collect less."
)
LAST_DAY = (
    "A measure's last day counts as one in force; averages are those without what ends on the day. "
    "Tariffs under IEEPA end with the ruling of 20 February 2026; customs stopped on the 24th."
)
PIIE_NOTE = (
    "PIIE weighs by what the United States sells to the whole world; its figures and this are from "
    "general knowledge, not checked."
)
DIFFER = (
    "From 18 August 2025 on the Budget Lab counts more goods as metal than here. The Trade War "
    "Tracker adds each rise to what was collected in 2024, country by country. Here Canada and "
    "Mexico claim the preference of USMCA as they did in late 2025."
)
VINTAGE = f"The Budget Lab's series is the one seen on {long_day(SEEN_TO['budget-lab'])}."
LATER = f"The ledger knows nothing after {KNOWN_TO:%d %B %Y} but what was fixed before."


def rate(fraction: float) -> str:
    """Return a rate as sentences tell it: 15.4%."""
    return with_unit(fraction, RATE)


def points(fraction: float) -> str:
    """Return a difference of rates: 3.5 points."""
    return f"{amount(100 * fraction, 1)} points"


def title(facts: LedgerFacts) -> str:
    """Name what is shown."""
    parts = ["Deals" if facts.itself else "Measures"]
    if facts.by:
        parts.append(f"by {facts.by}")
    if facts.on:
        parts.append(f"on {facts.on}")
    if facts.authority:
        parts.append(f"under {facts.authority}")
    parts.append(f"in force on {long_day(facts.day)}" if facts.asked_day else "of 2018 to 2026")
    return " ".join(parts)


def answer(facts: LedgerFacts) -> tuple[Sentence, ...]:
    """Say what average tariffs are on the day, what others find, and how many measures hold."""
    said = []
    if facts.usa:
        text = american(facts, facts.usa)
        said.append(Sentence(text, ("averages", "authorities"), TERMS))
        if text := others(facts.usa):
            said.append(Sentence(text, ("averages",), TERMS))
    if facts.china:
        said.append(Sentence(chinese(facts, facts.china), ("averages", "china")))
    said += map(Sentence, _not_told(facts))
    said.append(Sentence(count(facts), ("measures",) * bool(facts.measures)))
    return tuple(said)


def _not_told(facts: LedgerFacts) -> tuple[str, ...]:
    """Say which averages are not there, why measures are deals, and who of a group counts."""
    found = []
    if facts.unknown:
        found.append(f"The ledger has no US rates on {facts.on}, but measures.")
    if facts.none_of:
        found.append(f"No part of US rates rests on {facts.authority}: averages are left out.")
    if facts.undivided:
        text = "China's rates are not divided by law"
        found.append(f"{text}; its average is told where no authority is asked for.")
    if facts.itself:
        found.append("Nobody has tariffs on itself: listed are deals and talks of both sides.")
    if facts.groups:
        found.append(f"Of {listed(list(facts.groups))} any member counts.")
    return tuple(found)


def american(facts: LedgerFacts, usa: Average) -> str:
    """Say what the United States charges whom is asked for by law, and which laws make it."""
    under = f" under {law(facts.laws)} alone" if facts.laws else ""
    text = f"On {long_day(facts.day)} "
    if usa.on or facts.laws:
        on = goods_of(usa.on) or "all its imports"
        by_law = "" if under else " by law"
        text += f"the United States charges {rate(usa.rate)} on {on}{under or by_law}, on average"
        text += f"{_since(usa)}"
        text += f"; on all its imports it is {rate(usa.of_all)}" if usa.on else ""
    else:
        text += f"the average US tariff is {rate(usa.rate)}{_since(usa)}"
    parts = sorted(usa.authorities.items(), key=lambda part: -part[1])
    large = [(name, size) for name, size in parts if size > SMALL]
    if not large or len(usa.authorities) == 1:
        return f"{text}."
    first, *rest = [f"{SPOKEN[name]} {amount(100 * size, 1)}" for name, size in large]
    said = [f"{capital(first)} points of it", *rest]
    return f"{text}. {listed(said)}."


def law(laws: tuple[str, ...]) -> str:
    """Name what of US rates is asked for."""
    whole = {TITLES[g]: {*of} & {*RATES} for g, of in LAWS.items()}
    name = next((title for title, of in whole.items() if of == {*laws}), "")
    return name or listed([TITLES[one] for one in laws])


def goods_of(partners: tuple[str, ...]) -> str:
    """Name goods of partners: goods from Canada and Mexico; of too many, how many they are."""
    if len(partners) > MOST_NAMED:
        return f"goods from {len(partners)} partners"
    return f"goods from {listed([noun(name_of(code)) for code in partners])}" if partners else ""


def _since(average: Average) -> str:
    day, before = average.before
    if abs(average.rate - before) < SMALL:
        return f", as at the start of {day.year}"
    way = "up" if average.rate > before else "down"
    return f", {way} from {rate(before)} at the start of {day.year}"


def others(average: Average) -> str:
    """Say what each tracker finds, and where one that is far off differs."""
    said = []
    for key, tracker in average.trackers.items():
        name = "customs" if key == "collected" else f"the {TRACKERS[key]}"
        verb = "collected" if key == "collected" else "finds"
        of = " in that month" if key == "collected" else ""
        text = f"{capital(name)} {verb} {rate(tracker.found.rate)}{of}"
        said.append(f"{text}{_why(tracker)}.")
    return " ".join(said)


def _why(tracker: Tracker) -> str:
    """Say where a published average and ours differ, if they differ much."""
    if abs(tracker.gap) < APART:
        return ""
    way = "more" if tracker.gap > 0 else "less"
    parts = _largest(tracker.authorities, tracker.gap, TITLES.__getitem__)
    parts = parts or _largest(tracker.partners, tracker.gap, _goods_from)
    text = f", {points(tracker.gap)} {way} than here"
    if parts:
        text += f" ({listed(parts)})"
    if tracker.soon:
        day, later = tracker.soon
        text += (
            f"; that is its figure of {long_day(tracker.found.since)}, the next, of "
            f"{long_day(day)}, is {rate(later)}"
        )
    return text


def _goods_from(code: str) -> str:
    return f"goods from {noun(name_of(code))}"


def _largest(parts: Mapping[str, float], gap: float, title_of: Callable[[str], str]) -> list[str]:
    """Return the parts that make most of a gap, the largest first, three at most."""
    same = {
        key: part for key, part in parts.items() if part * gap > 0 and abs(part) > 0.1 * abs(gap)
    }
    ranked = sorted(same, key=lambda key: -abs(same[key]))[:3]
    return [f"{title_of(key)}: {points(same[key])}" for key in ranked]


def chinese(facts: LedgerFacts, china: Average) -> str:
    """Say what China takes on US goods, and what PIIE finds."""
    text = f"China's average tariff on US goods is {rate(china.rate)}{_since(china)}"
    if piie := china.trackers.get("piie"):
        text += f"; PIIE finds {rate(piie.found.rate)}, quoted from memory"
    return f"{text}."


def count(facts: LedgerFacts) -> str:
    """Say how many measures are shown, and how well they are checked."""
    number = len(facts.measures)
    if not number:
        return "The ledger has no such measure." if not facts.asked_day else (
            f"No such measure is in force on {long_day(facts.day)}.")  # fmt: skip
    one = number == 1
    text = f"{number} {'measure' if one else 'measures'}"
    if not facts.asked_day:
        text = f"The ledger has {text}"
        threats = sum(m.instrument == THREAT for m in facts.measures)
        text += f", {threats} of them threats that were never in force" * bool(threats)
    else:
        text += f" {'is' if one else 'are'} in force"
        starts = sum(m.effective == facts.day for m in facts.measures)
        ends = sum(m.end == facts.day for m in facts.measures)
        text += f", {starts} from this day on" * bool(starts)
        text += f", {ends} for the last day" * bool(ends)
    known = Counter(m.verified for m in facts.measures)
    less = [
        f"{'it' if one else known[key]} {'is' if known[key] == 1 else 'are'} {CHECKED[key]}"
        for key in ("news", "memory")
        if known[key]
    ]
    of = "" if one else f"Of all {number}, "
    told = f" {capital(of + listed(less))}." if less else ""
    return f"{text}.{told}"


def notes(facts: LedgerFacts) -> tuple[str, ...]:
    """Say what the figures rest on."""
    trackers = facts.usa.trackers if facts.usa else {}
    found = [WEIGHTS] * bool(facts.usa or facts.china)
    found += [VINTAGE] * ("budget-lab" in trackers)
    found += [DIFFER] * any(abs(one.gap) > APART for one in trackers.values())
    found += [PIIE_NOTE] * bool(facts.china and facts.china.trackers)
    found += [LAST_DAY] * (facts.asked_day and any(m.end == facts.day for m in facts.measures))
    found += [LATER] * (facts.day >= KNOWN_TO)
    if facts.own:
        found.append(f"Measures are those of {facts.own}; averages those of the shipped ledger.")
    return tuple(found)
