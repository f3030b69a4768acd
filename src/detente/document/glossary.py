"""The glossary: what words of pages and documents mean, from a file that ``docs`` holds too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from detente.document.blocks import Term
from detente.errors import InputError, Problem, nearest

ALSO = "Also: "
"""Starts the paragraph with other names of a term."""


@cache
def glossary() -> dict[str, Term]:
    """Return all terms by their word, in the order of the file."""
    text = files("detente.document").joinpath("glossary.md").read_text("utf-8")
    return {term.word: term for term in map(_term, text.split("\n## ")[1:])}


def explain(word: str) -> Term:
    """Return what a word means; other names of a term are found too.

    Raises
    ------
    InputError
        It is no text, or not in the glossary; the nearest words are suggested.
    """
    if not isinstance(word, str):
        raise InputError(Problem("a term is text", key="term", value=word))
    names = {name.replace("-", " "): term for name, term in _names().items()}
    said = " ".join(word.split())
    plain = said.lower().replace("-", " ")
    for name in (plain, f"{plain}s"):
        if name in names:
            return names[name]
    hint = nearest(said, [name for term in glossary().values() for name in (term.word, *term.also)])
    message = "not in the glossary" + (f"; {hint}" if hint else "")
    raise InputError(
        Problem(message, key="term", value=word, allowed="a word of `detente explain`")
    )


def terms_in(text: str, own: tuple[Term, ...] = ()) -> Iterator[tuple[int, int, Term]]:
    """Yield where terms stand in a text, from left to right; meanings of ``own`` come first."""
    names = _names() | {term.word.lower(): term for term in own}
    for found in _pattern(tuple(names)).finditer(text):
        yield found.start(), found.end(), names[found[0].lower()]


@cache
def _names() -> dict[str, Term]:
    terms = glossary().values()
    return {name.lower(): term for term in terms for name in (term.word, *term.also)}


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match whole words, the longest name first."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.IGNORECASE)


def _term(entry: str) -> Term:
    word, *paragraphs = (" ".join(part.split()) for part in entry.strip().split("\n\n"))
    also: list[str] = []
    if paragraphs[0].startswith(ALSO):
        also = paragraphs.pop(0).removeprefix(ALSO).split(", ")
    meaning, *detail = paragraphs
    return Term(word, meaning, " ".join(detail), tuple(also))
