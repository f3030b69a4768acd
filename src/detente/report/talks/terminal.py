"""Talks as tables and sentences at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report import amounts, imbalances, words
from detente.report.talks import facts as said
from detente.report.talks import wording as talks
from detente.report.talks.what_if import heading
from detente.talks.study import TalksStudy

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NARROWEST = 100
_HEADS = {
    "wants": "What each wants",
    "packages": "Packages",
    "likely": "What is likely",
    "blocks": "What blocks it",
    "lasts": "Does it last",
    "linkage": "Together or apart",
    "watch": "What decides",
    "happened": "What then happened (not used)",
}


def print_talks(study: TalksStudy, console: Console) -> None:
    """Print where sides stand, what no deal means, what is likely, what blocks it."""
    from rich.text import Text

    told = talks.sentences(study)

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style))

    def bullets(key: str) -> None:
        for sentence in told[key]:
            line(f"• {sentence}")
        if told[key]:
            line("")

    line(study.scenario.title, "bold")
    card = study.calibration.card
    line(f"Baseline {study.calibration.name} ({card.year}), horizon {study.scenario.horizon}; "
         f"values in {said.unit(study).label} a year of equivalent variation, from "
         "the baseline unless said otherwise.")  # fmt: skip
    line("")
    for sentence in told["lead"]:
        line(sentence)
    console.print(_issues(study))
    bullets("stand")
    console.print(_no_deals(study))
    if made_of := said.made_of(study):
        console.print(made_of, style="dim", markup=False)
    bullets("no_deal")
    console.print(_solutions(study))
    if told["what_if"]:
        line(heading(study), "bold")
        bullets("what_if")
    for key, head in _HEADS.items():
        if told[key]:
            line(head, "bold")
            bullets(key)
    imbalances.print_removal(study.removal, said.party_codes(study), console)
    line(_how_sure(study))


def _table(title: str, *heads: str, left: int = 1) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left",
                  title_style="bold")  # fmt: skip
    for number, head in enumerate(heads):
        table.add_column(escape(head), justify="left" if number < left else "right")
    return table


def _amount(study: TalksStudy, value: float) -> str:
    return words.signed(value / said.unit(study).divisor, 2)


def _issues(study: TalksStudy) -> Table:
    """One row an issue: unsettled, each side's position, the prediction and how firm it is."""
    from rich.markup import escape

    names = said.party_names(study)
    with_position = [p for p in names if any(q.party == p for q in study.case.talks.positions)]
    shares = said.option_shares(study)
    heads = ["issue", "unsettled", *(f"{names[p]} asks" for p in with_position), "predicted"]
    table = _table("Issues", *heads, *(["draws"] if shares else []), left=len(heads))
    start = study.case.unsettled
    asks = {p: study.packages.choices(study.positions[p]) for p in with_position}
    here = None if study.predicted is None else study.packages.choices(study.predicted)
    for issue, title in said.issue_titles(study).items():

        def shown(option: str, issue: str = issue) -> str:
            return said.option_title(study, issue, option)

        cells = [title, shown(start[issue])]
        cells += ["" if asks[p][issue] == start[issue] else shown(asks[p][issue])
                  for p in with_position]  # fmt: skip
        cells.append("–" if here is None else shown(here[issue]))
        if shares:
            share = 0.0 if here is None else shares.get((issue, here[issue]), 0.0)
            cells.append(f"{100 * share:.0f}%")
        table.add_row(*map(escape, cells))
    return table


def _no_deals(study: TalksStudy) -> Table:
    from rich.markup import escape

    names = said.party_names(study)
    table = _table("Without a deal", "no deal", "kind", *names.values(), "packages nobody refuses",
                   left=2)  # fmt: skip
    for name, point in said.points(study).items():
        mark = "→ " if name == study.headline else ""
        table.add_row(
            escape(mark + said.no_deal_title(study, name)),
            point.kind,
            *(_amount(study, float(v)) for v in point.values),
            f"{int(study.outlooks[name].zone.sum()):,}",
        )
    return table


def _solutions(study: TalksStudy) -> Table:
    from rich.markup import escape

    names = said.party_names(study)
    heads = [f"gain of {name}" for name in names.values()]
    table = _table("Predictions, gain over no deal", "solution", *heads, "differs in",
                   left=1)  # fmt: skip
    main = study.outlook.agreements[study.choices.solution]
    order = [study.choices.solution, *(k for k in study.outlook.agreements
                                       if k != study.choices.solution)]  # fmt: skip
    for name in order:
        found = study.outlook.agreements[name]
        if found is None or main is None:
            table.add_row(said.SOLUTION_NAMES[name], *["–"] * len(names), "no deal")
            continue
        here, there = (study.packages.choices(a.package) for a in (main, found))
        change = {i: o for i, o in there.items() if o != here[i]}
        table.add_row(
            said.SOLUTION_NAMES[name],
            *(_amount(study, float(g)) for g in found.gain),
            escape(said.choice_words(study, change)) if change else "–",
        )
    return table


def _how_sure(study: TalksStudy) -> str:
    drawn = study.uncertainty
    if drawn is None:
        return "No draws: every figure is a central one."
    return (
        f"{len(drawn.draws):,} draws of every figure with a range, {said.economies(study)}. "
        "Values that are not the economy's are an analyst's; the file says whose. This is what "
        "would serve governments, not a forecast of what they do."
        + "".join(f" {line}" for line in amounts.lines(study.scenario, study.calibration))
    )
