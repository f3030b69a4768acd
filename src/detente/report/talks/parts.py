"""What the tables, charts and sections of the report of talks share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from detente.document.numbers import share
from detente.report import words
from detente.report.facts import _distinct
from detente.report.markup import scroll, tag, text
from detente.report.talks import facts as talks_facts
from detente.report.talks.facts import capital, issue_titles

if TYPE_CHECKING:
    from detente.talks.solutions import Agreement
    from detente.talks.study import TalksStudy

SOLUTION_NAMES = {k: capital(name) for k, name in talks_facts.SOLUTION_NAMES.items()}
SOLUTION_MEANINGS = {
    "nash": "largest product of gains, weighted by bargaining power",
    "kalai-smorodinsky": "each gains the same share of the most it could gain",
    "egalitarian": "whoever gains least gains most",
    "utilitarian": "largest sum of values",
}
points = talks_facts.points
made_of = talks_facts.made_of
per_cent = share
Cell = str | float
"""Ready markup, or million USD a year."""


def party_names(study: TalksStudy) -> dict[str, str]:
    """Return the name to show of each party by its id; no two are the same."""
    return _distinct(talks_facts.party_names(study))


def option_titles(study: TalksStudy) -> Mapping[tuple[str, str], str]:
    """Return the title of each option by issue and option."""
    from detente.talks.side_questions import option_titles

    return option_titles(study.case)


def choices_in_words(study: TalksStudy, choices: Iterable[tuple[str, str]]) -> list[str]:
    """Say options with their issues, one by one."""
    issues, options = issue_titles(study), option_titles(study)
    return [f"{issues[i]}: {options[i, o]}" for i, o in choices]


def base_package(study: TalksStudy) -> int:
    """Return the package that others are told from: the predicted one, or nothing settled."""
    if study.predicted is not None:
        return study.predicted
    return study.packages.number(study.case.unsettled)


def differences(study: TalksStudy, package: int) -> list[tuple[str, str]]:
    """Return the options of a package that differ from those of `base_package`."""
    base = study.packages.choices(base_package(study))
    own = study.packages.choices(package)
    return [(i, o) for i, o in own.items() if o != base[i]]


def told_apart(study: TalksStudy, package: int) -> str:
    """Say in what a package differs from `base_package`."""
    found = choices_in_words(study, differences(study, package))
    same = "as predicted" if study.predicted is not None else "nothing settled"
    return "; ".join(found) if found else same


def power(study: TalksStudy) -> dict[str, float]:
    """Return each party's share of bargaining power."""
    shares = study.power / study.power.sum()
    return {p: float(s) for p, s in zip(study.case.parties, shares, strict=True)}


def divisor(study: TalksStudy) -> float:
    """Return how many million USD are one of what is shown."""
    return talks_facts.unit(study).divisor


def unit(study: TalksStudy) -> str:
    """Return the unit that values are shown in."""
    code, _, size = talks_facts.unit(study).label.partition(" ")
    return f"{size} {code} a year" if size in ("bn", "mn") else f"{code} {size} a year".strip()


def worth(study: TalksStudy, value: float) -> str:
    """Return million USD a year in the unit that is shown, with its sign."""
    by = divisor(study)
    return words.signed(float(value) / by, 2 if by > 1 else None)


def tip_format(study: TalksStudy) -> str:
    """Return how tooltips show values: as `worth` does."""
    return "+,.2f" if divisor(study) > 1 else "+,.3~r"


def gains(agreement: Agreement | None, count: int) -> list[float]:
    """Return the gain of each party, no numbers without an agreement."""
    return [np.nan] * count if agreement is None else [float(g) for g in agreement.gain]


def anchor(name: str) -> str:
    """Return the id of a table in the page."""
    return f"table-{name}"


def grid(
    study: TalksStudy,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    caption: str,
    name: str,
    class_: str = "",
    cards: bool = True,
) -> str:
    """Return a table that is ready to link to.

    Parameters
    ----------
    heads
        One a column.
    rows
        Cells: floats are million USD a year (see `worth`), strings are ready markup. The first one
        names the row.
    caption
        Plain text.
    name
        See `anchor`.
    class_
        Further classes.
    cards
        Whether rows stand as cards on a phone; they scroll sideways otherwise.
    """
    rows = [list(row) for row in rows]
    numbers = [all(isinstance(row[k], float) for row in rows) for k in range(len(heads))]
    head = tag("tr", *(_head(h, n) for h, n in zip(heads, numbers, strict=True)))
    body = []
    for first, *rest in rows:
        cells = [tag("th", str(first), scope="row")]
        for title, value in zip(heads[1:], rest, strict=True):
            number = isinstance(value, float)
            shown = escape(worth(study, value)) if number else str(value)
            cells.append(
                tag(
                    "td", tag("div", shown), data_label=title, class_="number" if number else "said"
                )
            )
        body.append(tag("tr", *cells))
    named = tag("caption", text("span", caption))
    whole = tag("table", named, tag("thead", head), tag("tbody", *body), id=anchor(name))
    shape = "numbered stack" if cards else "numbered"
    return scroll(whole, caption, f"scroll plain {shape} {class_}".rstrip())


def _head(title: str, number: bool) -> str:
    if not title:
        return "<td></td>"
    return text("th", title, scope="col", class_="number" if number else "said")


def bars(
    rows: Sequence[tuple[str, Mapping[str, float]]],
    *,
    caption: str,
    name: str,
    colours: Sequence[str],
) -> str:
    """Return shares as bars in a table, so that long labels wrap.

    Parameters
    ----------
    rows
        Label, and shares by series.
    colours
        One a series, in their order.
    """
    series = list(rows[0][1]) if rows else []
    top = max((v for _, shares in rows for v in shares.values()), default=0.0) or 1.0
    heads = ["<td></td>"]
    for title, colour in zip(series, colours, strict=False):
        chip = tag("i", style=f"background:{colour}", aria_hidden="true")
        heads.append(tag("th", tag("div", chip, text("span", title)), scope="col"))
    body = []
    for label, shares in rows:
        cells = [text("th", label, scope="row")]
        for value, colour in zip(shares.values(), colours, strict=False):
            width = f"width:{84 * value / top:.1f}%;background:{colour}"
            bar = tag("i", style=width, aria_hidden="true") if value > 0 else ""
            cells.append(tag("td", tag("div", bar, text("span", per_cent(value)))))
        body.append(tag("tr", *cells))
    named = tag("caption", text("span", caption))
    head = tag("thead", tag("tr", *heads)) if len(series) > 1 else ""
    return tag("table", named, head, tag("tbody", *body), class_="bars", id=anchor(name))


def lines(items: Iterable[str]) -> str:
    """Return plain texts one below the other; a dash for none."""
    found = [text("div", item) for item in items]
    return "".join(found) or "–"


def note(content: str) -> str:
    """Return small print."""
    return text("p", content, class_="note")


def badge(content: str, tone: str = "") -> str:
    """Return a word in a frame."""
    return text("span", content, class_=f"tag {tone}".rstrip())


def yes_no(value: bool) -> str:
    """Return yes or no, marked."""
    return badge("yes", "good") if value else badge("no", "bad")


def links(tables: Mapping[str, str]) -> str:
    """Link sentences to the tables that hold their numbers."""
    if not tables:
        return ""
    shown = [text("a", title, href=f"#{anchor(name)}") for name, title in tables.items()]
    return tag("p", "Numbers: ", " · ".join(shown), class_="numbers")


def paragraphs(sentences: Sequence[str]) -> str:
    """Return sentences as one list, nothing for none."""
    if not sentences:
        return ""
    return tag("ul", *(text("li", s) for s in sentences), class_="sentences")


def section(title: str, *content: str, name: str) -> str:
    """Return a section under its title; nothing where it has no content."""
    shown = [c for c in content if c]
    return tag("section", text("h2", title), *shown, id=name) if shown else ""


def panel(title: str, said: str, content: str, *, whole: bool = False) -> str:
    """Return a table that is a picture by itself, framed as charts are."""
    caption = tag("figcaption", text("h3", title), text("span", said, class_="note"))
    return tag("figure", caption, content, class_="whole" if whole else "half")


def fold(title: str, *content: str) -> str:
    """Return content that is folded away until asked for, or linked to; nothing for none."""
    shown = [c for c in content if c]
    return tag("details", text("summary", title), *shown, class_="fold") if shown else ""


def figure(
    key: str, title: str, said: str, shown: str, *, legend: str = "", whole: bool = False
) -> str:
    """Return a chart's place with its title, a legend below it, and its figures as a table."""
    caption = tag(
        "figcaption", text("h3", title, id=f"{key}-title"), text("span", said, class_="note")
    )
    chart = tag("div", class_="chart", data_chart=key, role="group", aria_labelledby=f"{key}-title")
    folded = tag(
        "details",
        text("summary", "Figures as a table"),
        scroll(shown, f"{title}: figures as a table"),
        id=anchor(key),
    )
    return tag("figure", caption, chart, legend, folded, class_="whole" if whole else "half")
