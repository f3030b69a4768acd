"""Parts of sentences on talks: options, amounts, how often, who gains what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from detente.document import numbers
from detente.document.language import listed, noun

if TYPE_CHECKING:
    from detente.report.talks.names import Amounts, Band, Choices, Naming

SOLUTIONS = {
    "nash": ("Nash", "largest product of gains, weighted by bargaining power"),
    "kalai-smorodinsky": (
        "Kalai-Smorodinsky",
        "each gains the same share of the most it could gain",
    ),
    "egalitarian": ("egalitarian", "whoever gains least gains most"),
    "utilitarian": ("utilitarian", "largest sum of values"),
}
"""Names and meanings."""
FEW_RUNS = 10
"""Runs below which they are counted: a share of them would say more than is known."""


def money(names: Naming, value: float) -> str:
    """Say the size of an amount: ``$6.9bn a year``."""
    return numbers.told(value, names.unit)


def share(value: float) -> str:
    """Say a probability or a share."""
    said = numbers.share(value)
    return said.replace("<", "less than ").replace(">", "more than ")


def percent(chance: float) -> str:
    """Say a chance by date: ``14%``; nothing is sure but what cannot be by then."""
    if chance == 0:
        return "0%"
    return f"{100 * chance:.0f}%" if 0.005 <= chance < 0.995 else "<1%" if chance < 0.5 else ">99%"


def points(value: float) -> str:
    """Say a change of a chance: ``7 points less``."""
    size = round(100 * abs(value))
    if not size:
        return "the same"
    return f"{size} {'point' if size == 1 else 'points'} {'more' if value > 0 else 'less'}"


def spoken(day: date) -> str:
    """Say a day: ``6 July 2018``."""
    return f"{day.day} {day:%B %Y}"


def head(day: date) -> str:
    """Say a day above a column: ``6 Jul 2018``."""
    return f"{day.day} {day:%b %Y}"


def span(low: float, high: float) -> str:
    """Say the ends of a range of shares, once where they are the same."""
    first, last = share(low), share(high)
    return first if first == last else f"{first} to {last}"


def runs(fraction: float, count: int) -> str:
    """Say how often something comes about; of few runs in how many."""
    times = round(fraction * count)
    if count < FEW_RUNS and abs(fraction * count - times) > 1e-9:
        return f"with a chance of {share(fraction)}"
    if count <= 2:
        told = (
            ("not in the one run", "in the one run"),
            ("in neither run", "in one of two runs", "in both runs"),
        )
        return told[count - 1][times]
    if count < FEW_RUNS and 0 < times < count:
        return f"in {times} of {count} runs"
    if fraction in (0.0, 1.0):
        return "in every run" if fraction else "in no run"
    if fraction > 0.995:
        return "in nearly every run"
    return "in hardly any run" if fraction < 0.005 else f"in {share(fraction)} of runs"


def counted(count: int, one: str, many: str) -> str:
    """Say a count with the word that goes with it."""
    return f"{count:,} {one if count == 1 else many}"


def issue_and_option(names: Naming, issue: str, option: str, between: str = ": ") -> str:
    """Say an option with its issue."""
    return f"{names.title(issue)}{between}{names.option(issue, option)}"


def quoted(names: Naming, issue: str, option: str) -> str:
    """Say an option with its issue where a sentence goes on behind it."""
    return f"“{issue_and_option(names, issue, option)}”"


def choices_in_words(names: Naming, choices: Choices, within: Choices | None = None) -> list[str]:
    """Say options with their issues, one by one; with the answer to a package that holds them."""
    beside = names.answers.beside(within, choices) if within else {}
    return [
        issue_and_option(names, issue, option) + beside.get(issue, "")
        for issue, option in choices.items()
    ]


def choice_list(names: Naming, choices: Choices, within: Choices | None = None) -> str:
    """Say some options of some issues in a table, with the answer to a package that holds them."""
    return "; ".join(choices_in_words(names, choices, within))


def choice_words(names: Naming, choices: Choices, within: Choices | None = None) -> str:
    """Say some options of some issues at the end of a sentence, and what answers their package."""
    return choice_list(names, choices, within) or "nothing is settled"


def package_words(names: Naming, here: Choices) -> str:
    """Say what a package settles, or keeps from coming without a deal."""
    start, otherwise = names.unsettled, names.fallback
    told = {i: o for i, o in here.items() if o != start[i] or o != otherwise[i]}
    return choice_words(names, told, here)


def changed(here: Choices, there: Choices) -> dict[str, str]:
    """Return the options of the second that the first does not have."""
    return {issue: option for issue, option in there.items() if option != here[issue]}


def brings(names: Naming, values: Amounts, *, would: bool = False) -> str:
    """Say ``brings China $3.1bn a year and costs the United States $160m a year``."""
    said = []
    for verb, sign in (("bring", 1), ("cost", -1)):
        told = [
            f"{noun(party.name)} {money(names, value)}"
            for party, value in zip(names.parties, values, strict=True)
            if sign * value > names.nothing
        ]
        if told:
            said.append(f"{'would ' + verb if would else verb + 's'} {listed(told)}")
    return " and ".join(said) or ("would change nothing" if would else "changes nothing")


def ninety(names: Naming, band: Band, more: str = " in nine of ten runs") -> str:
    """Say where nine tenths of draws are, in brackets; nothing where there is no band."""
    if band is None:
        return ""
    kind = "a gain of " if band[0] < 0 < band[1] else ""
    low, high = (
        ("a loss of " if end < 0 else kind) + numbers.spoken(end, names.unit) for end in band
    )
    return f" (between {low} and {high}{more})"


def worth(names: Naming, values: Amounts, bands: Sequence[Band]) -> str:
    """Say ``$6.9bn a year to the United States (between …) and $4.9bn to China``."""
    said: list[str] = []
    for party, value, one in zip(names.parties, values, bands, strict=True):
        size = (
            numbers.spoken(value, names.unit) if "a year" in "".join(said) else money(names, value)
        )
        size = "nothing" if abs(value) < names.nothing else size
        loss = "a loss of " if value < -names.nothing else ""
        band = ninety(names, one, "" if "runs" in "".join(said) else " in nine of ten runs")
        said.append(f"{loss}{size} to {noun(party.name)}{band}")
    return listed(said)


def to_each(names: Naming, values: Amounts) -> str:
    """Say ``$3.1bn to the United States and a loss of $160m to China``."""
    said = []
    for party, value in zip(names.parties, values, strict=True):
        loss = "a loss of " if value < -names.nothing else ""
        size = "nothing" if abs(value) < names.nothing else numbers.spoken(value, names.unit)
        said.append(f"{loss}{size} to {noun(party.name)}")
    return listed(said)


def outcome_words(names: Naming, outcome: str, gain_of: Mapping[str, str]) -> str:
    """Say an outcome of the draws; ``gain_of`` gives the side by the name of its gain."""
    if outcome not in gain_of:
        return "Whether there is a deal"
    return f"How much the deal is worth to {noun(names.name(gain_of[outcome]))}"
