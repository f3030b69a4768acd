"""Names, amounts and shares of a study of talks, as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from detente.report import facts, words
from detente.talks.case import party_places
from detente.talks.study import TalksStudy
from detente.talks.table import Floats, NoDeal
from detente.talks.uncertainty import CENTRAL

if TYPE_CHECKING:
    from detente.talks.large_study import LargeStudy
    from detente.talks.solutions import Agreement

    AnyStudy = TalksStudy | LargeStudy

FEW = 20
"""Draws below which there is no talk of an interval."""
SMALL = 0.05
"""In the unit of a study's amounts a year, below which a difference is not worth a sentence."""
NOTHING = 0.0005
"""Likewise, below which an amount is none."""
SOLUTION_NAMES = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}
KIND_WORDS = {
    "impasse": "while talks go on",
    "breakdown": "once talks have failed",
    "outside": "after walking away",
}


@lru_cache(maxsize=8)
def unit(study: AnyStudy) -> facts.Money:
    """Return what amounts are shown in: billions, or millions where all at stake is below one."""
    usual = facts.money(study.calibration)
    values = [study.utility, *(point.values for point in study.no_deals.values())]
    largest = max(float(np.abs(one).max(initial=0.0)) for one in values)
    if usual.divisor == 1.0 or largest >= usual.divisor:
        return usual
    return facts.Money(1.0, usual.label.replace(" bn", " mn"))


def party_codes(study: AnyStudy) -> list[str]:
    """Return the codes of the economies of all parties."""
    places = party_places(study.scenario, study.calibration)
    return [study.calibration.country_codes[k] for own in places for k in own]


def small(study: TalksStudy) -> float:
    """Return the amount below which a difference is not worth a sentence, million USD a year."""
    return SMALL * unit(study).divisor


def money(study: AnyStudy, value: float, *, sign: bool = False) -> str:
    """Say an amount of million USD a year."""
    return words.money(value, unit(study), sign=sign)


def party_names(study: AnyStudy) -> dict[str, str]:
    """Return what a reader sees of each party, by id: its name, or that of its economy."""
    economies = {country.code: country.name for country in study.calibration.countries}
    named = {p.id: p.name or economies.get(p.country, p.country) for p in study.scenario.parties}
    return {party: named[party] for party in study.case.parties}


def issue_titles(study: AnyStudy) -> dict[str, str]:
    """Return what a reader sees of each issue, by id."""
    return {issue.id: issue.title or issue.id for issue in study.case.talks.issues}


def option_title(study: AnyStudy, issue: str, option: str) -> str:
    """Return what a reader sees of an option."""
    entry = next(i for i in study.case.talks.issues if i.id == issue)
    return next(o.title or o.id for o in entry.options if o.id == option)


def settled(study: TalksStudy, choices: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a package that are not as they are unsettled."""
    start = study.case.unsettled
    return {issue: option for issue, option in choices.items() if option != start[issue]}


def package_words(study: TalksStudy, number: int) -> str:
    """Say what a package settles, or keeps from coming without a deal."""
    return told_words(study, study.packages.choices(number))


def told_words(study: AnyStudy, here: Mapping[str, str]) -> str:
    """Say the same of the options of a package."""
    start, otherwise = study.case.unsettled, study.fallbacks[study.headline]
    told = {i: o for i, o in here.items() if o != start[i] or o != otherwise[i]}
    return choice_words(study, told)


def choice_words(study: AnyStudy, choices: Mapping[str, str]) -> str:
    """Say some options of some issues."""
    if not choices:
        return "nothing is settled"
    titles = issue_titles(study)
    return "; ".join(f"{titles[i]}: {option_title(study, i, o)}" for i, o in choices.items())


def made_of(study: TalksStudy) -> str:
    """Say what the worth of each no-deal point of the file with values of its own is made of."""
    from detente.talks.case import is_reservation

    found = []
    for point in study.case.talks.no_deal:
        if is_reservation(point):
            found.append(f"{point.title}: the values that the file gives it, and nothing else.")
        elif point.values:
            found.append(
                f"{point.title}: what its measures change, the values of the options that hold "
                "then, and its own values."
            )
    return " ".join(found)


def no_deal_title(study: TalksStudy, name: str) -> str:
    """Return the title of a no-deal point."""
    return study.no_deals[name].title or name


def points(study: AnyStudy) -> dict[str, NoDeal]:
    """Return the no-deal points, the one of the prediction first, each once.

    Where one point is given, waiting for a deal is that point again.
    """
    found: dict[str, NoDeal] = {study.headline: study.no_deals[study.headline]}
    for name, point in study.no_deals.items():
        twin = any(
            np.array_equal(point.values, other.values) and point.title == other.title
            for other in found.values()
        )
        if not twin:
            found[name] = point
    return found


def option_shares(study: TalksStudy) -> dict[tuple[str, str], float]:
    """Return the share of draws whose prediction holds each option; empty without draws."""
    if study.uncertainty is None:
        return {}
    shares: dict[tuple[str, str], float] = {}
    for number, share in study.uncertainty.packages.items():
        for choice in study.packages.choices(int(str(number))).items():
            shares[choice] = shares.get(choice, 0.0) + float(share)
    return shares


def drawn_gain(study: TalksStudy, of: str, party: str) -> Floats:
    """Return what a package that draws follow by a name is worth to a side, ``(draw,)``."""
    assert study.uncertainty is not None
    return study.uncertainty.draws[f"{of}_gain_{party}"].to_numpy(dtype=float)


def ninety(study: TalksStudy, values: Floats) -> str:
    """Say the 90 per cent interval of a column of draws, or nothing where they are too few."""
    kept = values[np.isfinite(values)]
    if len(kept) < FEW:
        return ""
    low, high = np.quantile(kept, (0.05, 0.95))
    by = unit(study).divisor
    if high - low < NOTHING * by:
        return ""  # nothing in it is drawn
    return f"90% of draws: {words.signed(low / by)} to {words.signed(high / by)}"


def gains(study: TalksStudy, found: Agreement, of: str = CENTRAL) -> str:
    """Say what a package that draws follow by a name is worth to each side over no deal."""
    parts = []
    for (party, name), gain in zip(party_names(study).items(), found.gain, strict=True):
        worth = f"{money(study, float(gain), sign=True)} a year to {the(name)}"
        band = ninety(study, drawn_gain(study, of, party)) if study.uncertainty else ""
        parts.append(f"{worth} ({band})" if band else worth)
    return words.listed(parts)


def economies(study: TalksStudy) -> str:
    """Say on how many economies draws were made."""
    assert study.uncertainty is not None
    if not any(study.worth):
        return "on one economy (no option has measures)"
    count = study.uncertainty.economies
    horizons = words.listed(list(study.case.talks.horizons))
    many = f"{count} economies" if count > 1 else "one economy"
    return f"over {many} (trade elasticities, and the horizon: {horizons} in turn)"


def the(name: str) -> str:
    """Return a name inside a sentence, with its article."""
    return words.noun(name)


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def amounts(study: TalksStudy, values: Sequence[float] | np.ndarray, to: str = "to") -> str:
    """Say ``+USD 1.2 bn to the United States and …``."""
    names = party_names(study).values()
    nothing = NOTHING * unit(study).divisor
    said = ["nothing" if abs(v) < nothing else money(study, float(v), sign=True) for v in values]
    return words.listed([f"{what} {to} {the(n)}" for n, what in zip(names, said, strict=True)])


def counted(count: int, one: str, many: str) -> str:
    """Say a count with the word that goes with it."""
    return f"{count:,} {one if count == 1 else many}"


def share(value: float) -> str:
    """Say a probability or a share."""
    if 0 < value < 0.005:
        return "less than 1%"
    if 0.995 < value < 1:
        return "more than 99%"
    return f"{100 * value:.0f}%".replace("-0%", "0%").replace("-", words.MINUS)


def outcome_words(study: TalksStudy, key: str) -> str:
    """Say an outcome of the draws."""
    if key == "deal":
        return "whether there is a deal"
    who = key.removeprefix("gain of ")
    return f"what the predicted package is worth to {the(party_names(study)[who])}"
