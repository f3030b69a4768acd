"""How sure a run is: ends over draws, in words, tables and a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document.blocks import Chart, Choice, Column, Note, Section, Sentence, Table
from detente.document.language import listed, noun
from detente.document.numbers import NEGLIGIBLE_PCT
from detente.report.run import headlines
from detente.report.run.facts import RunFacts
from detente.report.run.tables import EXACT
from detente.report.run.wording import FEW
from detente.report.sure import ends, lead, left_out, note

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult
    from detente.uncertainty.draws import Draws


def sentence(run: RunFacts, result: ScenarioResult) -> str:
    """Say between which ends the economies in focus are under the variant shown first."""
    found, interval = result.draws, result.interval(run.last)
    if found is None:
        return ""
    if interval is None:
        return "How sure that is cannot be said: " + lost(run, found)[0]
    shown = run.variants[run.last]
    codes = run.focus or _ends_of(run)
    unit = run.money("a year")
    rows = shown.countries
    said = listed([
        f"{noun(run.names[c])} {ends(*shown.ends[c], unit, rows[c]['income_musd'])}" for c in codes
    ])  # fmt: skip
    return (
        f"{lead(found.prior)}{said} in {interval.what}"
        f"{_outside(run, codes)}; {listed(list(found.fixed[:2]))} are the same in all."
        f"{' ' * bool(unsure(run))}{unsure(run)}"
    )


def _ends_of(run: RunFacts) -> tuple[str, ...]:
    """Return who gains and who loses most, where no economy is in focus."""
    shown = run.variants[run.last]
    return tuple(dict.fromkeys(f(shown.countries, key=shown.change) for f in (min, max)))


def _outside(run: RunFacts, codes: tuple[str, ...]) -> str:
    """Say where a figure at the central elasticities lies outside the ends."""
    shown = run.variants[run.last]
    far = [noun(run.names[c]) for c in codes
           if not shown.ends[c][0] <= shown.change(c) <= shown.ends[c][1]]  # fmt: skip
    return f" (the figure above for {listed(far)} is outside)" if far else ""


def unsure(run: RunFacts) -> str:
    """Name the economies in focus whose sign differs between ends, with the variants."""
    found = {}
    for code in run.focus:
        titles = [
            run.titles[name]
            for name, v in run.variants.items()
            if code in v.ends and min(-v.ends[code][0], v.ends[code][1]) >= NEGLIGIBLE_PCT
        ]
        if titles:
            found[code] = titles
    if not found:
        return ""
    if sum(map(len, found.values())) > FEW:
        return f"In {sum(map(len, found.values()))} cases it is not sure who gains and who loses."
    said = [
        f"{noun(run.names[code])} under {listed([f'“{title}”' for title in titles])}"
        for code, titles in found.items()
    ]
    return f"Not sure is whether it is a gain or a loss for {listed(said)}."


def lost(run: RunFacts, found: Draws) -> list[str]:
    """Say which draws have no equilibrium, of which variant, and why."""
    return [
        left_out(f"Under “{run.titles[name]}”", why, found.count)
        for name, why in found.lost.items()
        if why
    ]


def section(run: RunFacts, result: ScenarioResult) -> Section:
    """Return ends of every variant and economy in focus, and what they rest on."""
    found, title = result.draws, "How sure"
    if found is None or not run.runs:
        return Section("how-sure", title, ())
    shown = ranges(run)
    chart = Chart(
        shown, "ranges", "what", ("low", "real_income", "high"), title="Real income over runs",
        note=shown.note, description="Bars: ends of real income over runs, tick: as shown above",
    )  # fmt: skip
    drawn = note(found)
    said = map(Sentence, lost(run, found))
    further = {name: (one,) for name in run.variants
               if (one := headlines.table(run, result, name)) is not None}  # fmt: skip
    more = (Choice("variant", further),) if further else ()
    return Section("how-sure", title, (*said, chart, *more, Note(drawn)), more=True)


def ranges(run: RunFacts) -> Table:
    """Return every variant and economy in focus with the ends over runs."""
    columns = (
        Column("what", "", "variant and economy"),
        Column("low", "low", "low end over runs", EXACT),
        Column("real_income", "as shown", "at the central parameters", EXACT),
        Column("high", "high", "high end over runs", EXACT),
    )
    rows: list[dict[str, Any]] = []
    for variant in run.variants.values():
        for code in (run.focus or tuple(run.names)) if variant.ends else ():
            low, high = variant.ends[code]
            rows.append({"what": f"{variant.mark.text}: {run.names[code]}", "low": low,
                         "real_income": variant.change(code), "high": high})  # fmt: skip
    return Table(
        "how-sure",
        "Real income over runs",
        columns,
        tuple(rows),
        note=f"Change of real income, %; low and high: {run.runs} are between them",
    )
