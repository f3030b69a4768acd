"""English where a sentence is made from parts: lists, articles, owners, counts."""

from __future__ import annotations

from datetime import date

_WITH_ARTICLE = ("United ", "European ", "Rest of ", "Czech Rep", "Netherlands", "Philippines")


def noun(name: str) -> str:
    """Name of an economy inside a sentence, with its article where it takes one."""
    if name.startswith(_WITH_ARTICLE):
        name = name.replace("Rest of world", "rest of the world").replace("Rest of", "rest of")
        return f"the {name}"
    return name


def listed(items: list[str]) -> str:
    """Join with commas and a final ``and``."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def possessive(name: str) -> str:
    """Name of an economy as the owner of what follows."""
    return f"{noun(name)}'" if name.endswith("s") else f"{noun(name)}'s"


def counted(number: int, one: str, many: str) -> str:
    """Write a number and what it counts; ``none`` for zero."""
    if number == 0:
        return f"none {one}"
    return f"{number} {one if number == 1 else many}"


def capital(text: str) -> str:
    """Write a text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def long_day(day: date) -> str:
    """Return a day as people write it: 6 July 2018."""
    return f"{day.day} {day:%B %Y}"
