"""Talks over more packages than can be listed: terminal, page and files."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.report import imbalances, words
from detente.report.talks import facts as talks_facts
from detente.talks.solutions import SOLUTIONS

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from detente.talks.large import Best
    from detente.talks.large_study import LargeStudy

PROVED = 1e-5
"""Distance of a bound from what was found, in units of the objective, that counts as none."""
_MEANING = {
    "no_deal": "id of the no-deal point",
    "solution": "how the package is picked",
    "gain": "value less no deal's, million USD a year",
    "value": "equivalent variation from the baseline, million USD a year",
    "short": "what a better package could add to the solution's objective at most",
    "proved": "whether no package is better by the solution's objective",
}


def lead(study: LargeStudy) -> list[str]:
    """Say which package is best by the solution asked for, and what it is worth."""
    names = talks_facts.party_names(study)
    best, point = study.predicted, study.no_deals[study.headline]
    against = point.title or study.headline
    how = talks_facts.SOLUTION_NAMES[study.choices.solution]
    of = f"Of {study.table.size:,} packages" if study.table.size < 10**15 else "Of all packages"
    if study.choices.what_if:
        of += f" those with {talks_facts.choice_words(study, study.choices.what_if)} are looked at:"
        of += " of these"
    if best is None:
        return [f"{of} none that crosses no red line is better for some side than no deal "
                f"(“{against}”), or what it has by walking away, and worse for none."]  # fmt: skip
    gains = [f"{_money(study, g, sign=True)} a year to {words.noun(n)}"
             for n, g in zip(names.values(), best.utility - point.values, strict=True)]  # fmt: skip
    said = [
        f"{of} the {how} solution picks: {talks_facts.told_words(study, best.choices)}.",
        f"Compared with no deal (“{against}”) it is worth {words.listed(gains)}.",
    ]
    if not _proved(best):
        said.append("A better package is not ruled out: the column “left open” says by how much.")
    return said


def print_large(study: LargeStudy, console: Console) -> None:
    """Print the best package of each solution over each no-deal point."""
    from rich import box
    from rich.markup import escape as plain
    from rich.table import Table
    from rich.text import Text

    console.print(Text(study.scenario.title, style="bold"))
    console.print(Text(_head(study)))
    console.print()
    for sentence in lead(study):
        console.print(Text(sentence))
    for title, (heads, rows) in _tables(study).items():
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left",
                      title_style="bold")  # fmt: skip
        left = 3 if title == "Issues" else 2
        for number, head in enumerate(heads):
            table.add_column(plain(head), justify="left" if number < left else "right")
        for row in rows:
            table.add_row(*map(plain, row))
        console.print(table)
    imbalances.print_removal(study.removal, talks_facts.party_codes(study), console)
    for sentence in study.notes:
        console.print(Text(sentence))


def plain_large(study: LargeStudy) -> dict[str, Any]:
    """Return the results as plain values."""
    return {
        "scenario": study.scenario.title,
        "baseline": {"name": study.calibration.name, "hash": study.calibration.hash},
        "horizon": study.scenario.horizon,
        "unit": "million USD a year",
        "packages": study.table.size,
        "headline": study.headline,
        "solution": study.choices.solution,
        "what_if": dict(study.choices.what_if or {}),
        "no_deals": {
            name: {"title": d.title, "kind": d.kind, "value": _by_party(study, d.values)}
            for name, d in study.no_deals.items()
        },
        "predictions": {
            name: {k: None if b is None else _plain(study, name, b) for k, b in found.items()}
            for name, found in study.best.items()
        },
        **imbalances.plain(study.removal),
        "notes": list(study.notes),
    }


def predictions(study: LargeStudy) -> pd.DataFrame:
    """Return a row for each no-deal point and solution with a package: options, then values."""
    import pandas as pd

    from detente.report.talks.store import issue_column

    rows = []
    for name, found in study.best.items():
        for solution, best in found.items():
            if best is None:
                continue
            gain = best.utility - study.no_deals[name].values
            rows.append({
                "no_deal": name, "solution": solution,
                **{issue_column(i): o for i, o in best.choices.items()},
                **{f"value_{p}": v for p, v in _by_party(study, best.utility).items()},
                **{f"gain_{p}": v for p, v in _by_party(study, gain).items()},
                "short": max(best.bound - best.value, 0.0), "proved": _proved(best),
            })  # fmt: skip
    return pd.DataFrame(rows)


def write_large(study: LargeStudy, folder: str | Path) -> list[Path]:
    """Write report, predictions and manifest into a folder: all of them or none.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    from detente.files import write_whole
    from detente.report.talks.store import columns_of

    def write(staging: Path) -> list[str]:
        (staging / "report.html").write_text(_page(study), encoding="utf-8")
        frame = predictions(study)
        frame.to_parquet(staging / "predictions.parquet", index=False)
        frame.to_csv(staging / "predictions.csv", index=False, lineterminator="\n")
        about = plain_large(study) | {"columns": columns_of(frame, _MEANING)}
        text = json.dumps(about, ensure_ascii=False, allow_nan=False, indent=1)
        (staging / "manifest.json").write_text(text + "\n", encoding="utf-8")
        return ["report.html", "predictions.parquet", "predictions.csv", "manifest.json"]

    return write_whole(folder, write)


def _page(study: LargeStudy) -> str:
    from detente.document.html import page_html
    from detente.report.markup import scroll, tag, text
    from detente.report.talks.parts import note, paragraphs, section

    blocks = [section("In short", paragraphs(lead(study)), name="lead")]
    for title, (heads, rows) in _tables(study).items():
        head = tag("tr", *(text("th", h, scope="col") for h in heads))
        body = (tag("tr", text("th", row[0], scope="row"), *(tag("td", escape(c)) for c in row[1:]))
                for row in rows)  # fmt: skip
        drawn = tag("table", tag("thead", head), tag("tbody", *body))
        blocks.append(section(title, scroll(drawn, title), name=title.partition(",")[0].lower()))
    blocks.append(imbalances.section(study.removal, talks_facts.party_codes(study)))
    blocks.append(section("What is left out", *map(note, study.notes), name="notes"))
    card = study.calibration.card
    return page_html(
        title=f"{study.scenario.title}: the talks",
        eyebrow=f"Détente · {study.scenario.date} · {card.title} · {study.scenario.horizon}",
        summary=_head(study),
        body="\n".join(blocks),
        specs={},
    )


def _tables(study: LargeStudy) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Return heads and rows: the issues of the prediction, and every solution's gains."""
    titles, start = talks_facts.issue_titles(study), study.case.unsettled
    here = {} if study.predicted is None else study.predicted.choices
    issues = [
        [title, talks_facts.option_title(study, issue, start[issue]),
         talks_facts.option_title(study, issue, here[issue]) if here else "–"]
        for issue, title in titles.items()
    ]  # fmt: skip
    names = talks_facts.party_names(study).values()
    heads = ["no deal", "solution", *(f"gain of {n}" for n in names), "left open"]
    rows = []
    for name, point in talks_facts.points(study).items():
        mark = "→ " if name == study.headline else ""
        for solution in SOLUTIONS:
            best = study.best[name][solution]
            cells = ["–"] * len(names) + ["no deal"]
            if best is not None:
                short = "nothing" if _proved(best) else f"{best.bound - best.value:.2g}"
                by = talks_facts.unit(study).divisor
                gain = (best.utility - point.values) / by
                cells = [*(words.signed(float(g), 2) for g in gain), short]
            rows.append(
                [mark + (point.title or name), talks_facts.SOLUTION_NAMES[solution], *cells]
            )
    return {"Issues": (["issue", "unsettled", "predicted"], issues),
            "Predictions, gain over no deal": (heads, rows)}  # fmt: skip


def _head(study: LargeStudy) -> str:
    card, unit = study.calibration.card, talks_facts.unit(study).label
    return (f"Baseline {study.calibration.name} ({card.year}), horizon {study.scenario.horizon}; "
            f"values in {unit} a year of equivalent variation.")  # fmt: skip


def _money(study: LargeStudy, value: float, *, sign: bool = False) -> str:
    return talks_facts.money(study, float(value), sign=sign)


def _proved(best: Best) -> bool:
    return best.bound - best.value < PROVED * max(1.0, abs(best.value))


def _by_party(study: LargeStudy, values: Any) -> dict[str, float]:
    return dict(zip(study.case.parties, map(float, values), strict=True))


def _plain(study: LargeStudy, name: str, best: Best) -> dict[str, Any]:
    return {
        "choices": best.choices,
        "value": _by_party(study, best.utility),
        "gain": _by_party(study, best.utility - study.no_deals[name].values),
        "short": max(best.bound - best.value, 0.0),
        "proved": _proved(best),
    }
