"""Parts of sentences on talks: options, amounts, shares, who gains what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from detente.document import numbers
from detente.document.language import listed, noun
from detente.document.numbers import signed

if TYPE_CHECKING:
    from detente.report.talks.facts import Amounts, Band, Choices, Naming, TalksFacts

SOLUTION_NAMES = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}
SOLUTION_MEANINGS = {
    "nash": "largest product of gains, weighted by bargaining power",
    "kalai-smorodinsky": "each gains the same share of the most it could gain",
    "egalitarian": "whoever gains least gains most",
    "utilitarian": "largest sum of values",
}
KIND_WORDS = {
    "impasse": "while talks go on",
    "breakdown": "once talks have failed",
    "outside": "after walking away",
}


def money(names: Naming, value: float, *, sign: bool = False) -> str:
    """Say an amount of million USD a year."""
    return numbers.money(value, names.amounts, sign=sign)


def share(value: float) -> str:
    """Say a probability or a share."""
    said = numbers.share(value)
    return said.replace("<", "less than ").replace(">", "more than ")


def span(low: float, high: float, to: str = " to ") -> str:
    """Say the ends of a range of shares, once where they are the same."""
    first, last = share(low), share(high)
    return first if first == last else f"{first}{to}{last}"


def counted(count: int, one: str, many: str) -> str:
    """Say a count with the word that goes with it."""
    return f"{count:,} {one if count == 1 else many}"


def issue_and_option(names: Naming, issue: str, option: str) -> str:
    """Say an option with its issue."""
    return f"{names.issues[issue].title}: {names.option(issue, option)}"


def choices_in_words(names: Naming, choices: Iterable[tuple[str, str]]) -> list[str]:
    """Say options with their issues, one by one."""
    return [issue_and_option(names, issue, option) for issue, option in choices]


def choice_words(names: Naming, choices: Choices) -> str:
    """Say some options of some issues."""
    return "; ".join(choices_in_words(names, choices.items())) or "nothing is settled"


def package_words(names: Naming, here: Choices) -> str:
    """Say what a package settles, or keeps from coming without a deal."""
    start, otherwise = names.unsettled, names.fallback
    told = {i: o for i, o in here.items() if o != start[i] or o != otherwise[i]}
    return choice_words(names, told)


def changed(here: Choices, there: Choices) -> dict[str, str]:
    """Return the options of the second that the first does not have."""
    return {issue: option for issue, option in there.items() if option != here[issue]}


def told_apart(found: TalksFacts, there: Choices) -> tuple[str, ...]:
    """Say in what a package differs from the predicted one, or from nothing settled."""
    differs = choices_in_words(found.names, changed(found.base, there).items())
    return tuple(differs) or ("nothing settled" if found.predicted is None else "as predicted",)


def amounts(names: Naming, values: Amounts) -> str:
    """Say ``+USD 1.2 bn to the United States and …``."""
    said = [
        "nothing" if abs(value) < names.nothing else money(names, value, sign=True)
        for value in values
    ]
    parties = (noun(party.name) for party in names.parties)
    return listed([f"{what} to {who}" for who, what in zip(parties, said, strict=True)])


def ninety(names: Naming, band: Band) -> str:
    """Say where nine tenths of draws are, in brackets; nothing where there is no band."""
    if band is None:
        return ""
    low, high = (signed(end / names.amounts.divisor) for end in band)
    return f" (90% of draws: {low} to {high})"


def gains(names: Naming, values: Amounts, bands: Sequence[Band] = (), per: str = " a year") -> str:
    """Say what each side gains, with its band."""
    known = bands or (None,) * len(values)
    return listed(
        [
            f"{money(names, value, sign=True)}{per} to {noun(party.name)}{ninety(names, one)}"
            for party, value, one in zip(names.parties, values, known, strict=True)
        ]
    )


def outcome_words(names: Naming, outcome: str, gain_of: Mapping[str, str]) -> str:
    """Say an outcome of the draws; ``gain_of`` gives the side by the name of its gain."""
    if outcome not in gain_of:
        return "whether there is a deal"
    return f"what the predicted package is worth to {noun(names.name(gain_of[outcome]))}"
