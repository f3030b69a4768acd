"""Talks over more packages than can be listed: the same document with fewer sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from detente.document.blocks import EVERYWHERE, Column, Document, Mark, Section, Sentence, Unit
from detente.document.language import capital
from detente.report.talks import cells, clash, document, facts, tables
from detente.report.talks.phrases import SOLUTIONS, choice_words, package_words, worth
from detente.talks.solutions import SOLUTIONS as ORDER

if TYPE_CHECKING:
    from detente.document.blocks import Block, Table
    from detente.report.talks.names import Amounts, Choices, Naming
    from detente.talks.large import Best
    from detente.talks.large_study import LargeStudy

PROVED = 1e-5
"""Distance of a bound from what was found, in units of the objective, that counts as none."""
ALL = 10**15
"""Packages from which on their number says nothing."""
OPEN = "what a better package could add to the solution's objective at most"


class Found(NamedTuple):
    """The best package found by a solution; ``short``: what a better one could add at most."""

    choices: Choices
    value: Amounts
    gain: Amounts
    short: float
    proved: bool
    answer: str = ""


def of_large(study: LargeStudy) -> Document:
    """Return the best package of each solution over each no-deal point."""
    names = facts.naming(study)
    picks = [
        (name, solution, _found(study, names, name, study.best[name][solution]))
        for name in facts.once(study)
        for solution in ORDER
    ]
    best = next(one for _, solution, one in picks if solution == study.choices.solution)
    every = _all(names, picks)
    likely = (_gains(study, names, picks), *((every,) if every.rows else ()))
    sections = (
        Section("lead", "In short", tuple(map(Sentence, lead(study, names, best)))),
        Section("clash", "If a red line were dropped", dropped(study, names)),
        Section("issues-one-by-one", "Issues", (_issues(names, best),)),
        Section("likely", "What is likely", () if study.clash else likely),
        document.removal(study),
        Section("notes", "What is left out", tuple(map(Sentence, study.notes))),
        Section("sure", "The baseline", document.baseline(study)),
    )
    return document.of_sections(study, names, sections)


def dropped(study: LargeStudy, names: Naming) -> tuple[Block, ...]:
    """Return what would follow without red lines, where they leave nothing to sign."""
    if study.clash is None:
        return ()
    said = (*clash.ways_out(names, study.clash), f"{capital(clash.SURE)}.")
    return (clash.table(names, study.clash), *(Sentence(one, ("clash",)) for one in said))


def _found(study: LargeStudy, names: Naming, name: str, best: Best | None) -> Found | None:
    if best is None:
        return None
    gain = best.utility - study.no_deals[name].values
    proved = best.bound - best.value < PROVED * max(1.0, abs(best.value))
    short = max(float(best.bound - best.value), 0.0)
    return Found(
        dict(best.choices),
        tuple(map(float, best.utility)),
        tuple(map(float, gain)),
        short,
        bool(proved),
        names.answers.to(best.choices),
    )


def lead(study: LargeStudy, names: Naming, best: Found | None) -> list[str]:
    """Say which package is best by the solution asked for, and what it is worth."""
    size, against = study.table.size, next(iter(facts.once(study).values())).title
    if study.clash is not None:
        return [clash.answer(names, study.clash), clash.cost(names, study.clash)]
    of = f"Of {size:,} packages" if size < ALL else "Of all packages"
    if fixed := study.choices.what_if:
        of += f" those with {choice_words(names, fixed)} are looked at: of these"
    if best is None:
        return [
            f"No deal is possible: {of[:1].lower()}{of[1:]} none that crosses no red line is "
            f"better for some side than no deal (“{against}”), or what it has by walking away, and "
            "worse for none."
        ]
    said = [
        f"{of} the {SOLUTIONS[study.choices.solution][0]} solution picks: "
        f"{package_words(names, best.choices)}.",
        f"It is worth {worth(names, best.gain, (None,) * len(names.parties))}, compared with no "
        f"deal (“{against}”).",
    ]
    if not best.proved:
        said.append("A better package is not ruled out: the column “left open” says by how much.")
    return said


def _issues(names: Naming, best: Found | None) -> Table:
    columns = (
        Column("issue", "issue", "what is settled"),
        cells.ID,
        Column("unsettled", "unsettled", "option that holds until it is settled"),
        Column("predicted", "predicted", "option of the predicted package"),
    )
    answer = names.answers.beside(best.choices, names.issues) if best else {}
    rows = (
        (
            i.title,
            i.id,
            i.options[i.unsettled],
            i.options[best.choices[i.id]] + answer.get(i.id, "") if best else None,
        )
        for i in names.issues.values()
    )
    return cells.made("issues", "Issues", columns, rows, on=EVERYWHERE, look="")


def _gains(study: LargeStudy, names: Naming, picks: list[tuple[str, str, Found | None]]) -> Table:
    """Return what every solution's package is worth, and how far it may be from the best."""
    columns = (
        Column("over", "no deal", "no-deal point"),
        Column("solution", "solution", "how the package is picked"),
        *cells.by_party(names, "gain", "gain over no deal"),
        Column("open", "left open", f"{OPEN}; blank for nothing", Unit("")),
    )
    rows = []
    for name, solution, best in picks:
        title = study.no_deals[name].title or name
        over = Mark(title, "strong" if name == picks[0][0] else "")
        gain = best.gain if best else (cells.NAN,) * len(names.parties)
        left = best.short if best and not best.proved else None
        rows.append((over, SOLUTIONS[solution][0], *gain, left))
    title = "Predictions, gain over no deal"
    return cells.made("solutions", title, columns, rows, on=EVERYWHERE, look="")


def _all(names: Naming, picks: list[tuple[str, str, Found | None]]) -> Table:
    short = Column("short", "left open", OPEN, Unit(""))
    proved = Column("proved", "proved", "whether no package is better by the solution's objective")
    return tables.predictions(names, [pick for pick in picks if pick[2]], short, proved,
                              *cells.answered(names))  # fmt: skip
