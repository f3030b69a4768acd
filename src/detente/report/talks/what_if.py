"""What fixed options come to, in words."""

from __future__ import annotations

import numpy as np

from detente.report import words
from detente.report.talks.facts import (
    amounts,
    choice_words,
    drawn_gain,
    gains,
    money,
    ninety,
    no_deal_title,
    package_words,
    party_names,
    share,
    small,
    the,
)
from detente.talks.solutions import deals
from detente.talks.study import TalksStudy
from detente.talks.uncertainty import CENTRAL, FIXED


def heading(study: TalksStudy) -> str:
    """Say which options are fixed."""
    return f"What if: {choice_words(study, study.choices.what_if or {})}"


def what_if(study: TalksStudy) -> list[str]:
    """Say what package follows where options are fixed, and what that is worth; nothing without."""
    if study.fixed is None:
        return []
    found = study.fixed.agreements[study.choices.solution]
    if found is None:
        return [f"There is no deal: {_why_not(study)}."]
    said = [
        f"The package that follows: {package_words(study, found.package)}.",
        f"Compared with no deal (“{no_deal_title(study, study.headline)}”) it is worth "
        f"{gains(study, found, FIXED)}.",
    ]
    if study.uncertainty is not None:
        accepted = float(np.mean(study.uncertainty.draws[f"{FIXED}_accepted"]))
        said.append(f"In {share(accepted)} of draws no side refuses it.")
    main = study.outlook.agreements[study.choices.solution]
    if main is not None:
        said.append(_compared(study, np.asarray(found.gain) - np.asarray(main.gain)))
    return said


def _compared(study: TalksStudy, change: np.ndarray) -> str:
    if np.abs(change).max() < small(study):
        return "Compared with the prediction it is worth about the same to every side."
    if study.uncertainty is None:
        return f"Compared with the prediction: {amounts(study, change)} a year."
    parts = []
    for (party, name), middle in zip(party_names(study).items(), change, strict=True):
        apart = drawn_gain(study, FIXED, party) - drawn_gain(study, CENTRAL, party)
        band = ninety(study, apart)
        worth = f"{money(study, float(middle), sign=True)} to {the(name)}"
        parts.append(f"{worth} ({band})" if band else worth)
    return f"Compared with the prediction: {words.listed(parts)} a year."


def _why_not(study: TalksStudy) -> str:
    """Say what stands against every package with the options that are fixed."""
    assert study.fixed is not None
    held = study.packages.holding(*(study.choices.what_if or {}).items())
    signed = study.packages.signed[held]
    names = list(party_names(study).values())
    lines = [the(name) for k, name in enumerate(names) if not signed[:, k].any()]
    if lines:
        return f"it crosses a red line of {words.listed(lines)}"
    if study.fixed.bound and (held & deals(study.packages, study.fixed.no_deal.values)).any():
        return "every such package leaves some side less than it has by walking away"
    if study.fixed.zone.any():
        return "what all sides would sign does not pass at home"
    return "no such package is better than no deal for some side and worse for none"
