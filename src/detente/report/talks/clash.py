"""Red lines that leave no package, in words and as a table: which clash, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from detente.document.blocks import EVERYWHERE, Column, Mark, Table
from detente.document.language import capital, listed, noun, possessive
from detente.report.talks.cells import NAN, PAGE, by_party, made
from detente.report.talks.phrases import choices_in_words, money, package_words, worth

if TYPE_CHECKING:
    from detente.document.blocks import Value
    from detente.report.talks.names import Band, Naming
    from detente.talks.clash import Agreed, Clash, Without
    from detente.talks.table import Choice, RedLine

SURE = "other figures may change what that costs, not that there is no deal"
NAMED, SHOWN = 4, 10
"""Red lines that a sentence names; of more it gives the number. Rows that a terminal shows."""


def answer(names: Naming, clash: Clash) -> str:
    """Say that no deal is possible, and which red lines clash."""
    return f"No deal is possible: {why(names, clash.lines)}."


def why(names: Naming, lines: Sequence[RedLine]) -> str:
    """Say which red lines leave no package."""
    owners = dict.fromkeys(line.party for line in lines)
    alone = ": its own lines leave it nothing to sign" if len(owners) == 1 else ""
    if len(lines) > NAMED:
        of = listed([noun(names.name(party)) for party in owners])
        return f"every package crosses one of {len(lines)} red lines of {of}{alone}"
    said = listed([_signs(names, p, [r for r in lines if r.party == p]) for p in owners])
    if len(lines) == 1:
        return f"{said}, which is in every package{alone}"
    which = "the one or the other" if len(lines) == 2 else "one of these"
    return f"{said}, and every package holds {which}{alone}"


def _signs(names: Naming, party: str, lines: Sequence[RedLine]) -> str:
    """Say what one side will not sign."""
    own = [quoted(names, line.choices) for line in lines]
    if len(own) == 1:
        return f"{noun(names.name(party))} will not sign {own[0]}"
    if len(own) == 2:
        return f"{noun(names.name(party))} will sign neither {own[0]} nor {own[1]}"
    return f"{noun(names.name(party))} will sign none of {listed(own)}"


def quoted(names: Naming, choices: Sequence[Choice]) -> str:
    """Say what a red line is against."""
    return f"“{' with '.join(choices_in_words(names, dict(choices)))}”"


def cost(names: Naming, clash: Clash) -> str:
    """Say what no deal costs each side, against the deal without any red line."""
    deal = clash.free.deal
    if deal is None:
        return "That costs nothing: even without any red line no package would be agreed on."
    lost = [
        f"{noun(party.name)} {money(names, gain)}"
        for party, gain in zip(names.parties, deal.gain, strict=True)
        if gain > names.nothing
    ]
    lost = lost or ["every side next to nothing"]
    return (
        f"That costs {listed(lost)}, compared with the deal that there would be without any red "
        f"line: {package_words(names, deal.choices)}."
    )


def ways_out(
    names: Naming, clash: Clash, bands: Mapping[str, Sequence[Band]] | None = None
) -> Iterator[str]:
    """Say what would follow if each of the lines were dropped, and whose own lines clash.

    Parameters
    ----------
    bands
        Name in `Clash.deals` → where nine tenths of draws are, by side.
    """
    bands = bands or {}
    if clash.fewest is not None:
        which = "that line" if len(clash.one) == 1 else "one of these lines"
        yield (
            f"To drop {which} is not enough, for others clash too: at least "
            f"{len(clash.fewest.lines)} must go. {dropped(names, clash.fewest)}"
        )
    elif len(clash.one) <= NAMED:
        for k, way in enumerate(clash.one, 1):
            yield dropped(names, way, bands.get(f"without{k}"))
    if any(bands.get("free", ())) and clash.free.deal:
        said = _worth(names, clash.free.deal, bands["free"])
        yield f"Without any red line the deal would be {said}."
    told = {line.party for line in clash.lines}
    for party in clash.alone:
        if told != {party}:
            own = capital(possessive(names.name(party)))
            yield f"{own} own red lines leave it nothing to sign, whatever others agree to."


def dropped(names: Naming, way: Without, bands: Sequence[Band] | None = None) -> str:
    """Say what would follow without some lines."""
    owners = dict.fromkeys(line.party for line in way.lines)
    parts = [
        f"{noun(names.name(party))} dropped its red {'line' if len(own) == 1 else 'lines'} on "
        f"{listed([quoted(names, line.choices) for line in own])}"
        for party in owners
        if (own := [line for line in way.lines if line.party == party])
    ]
    if len(way.lines) > NAMED:
        parts = [f"{len(way.lines)} of the lines were dropped"]
    return f"If {listed(parts)}, {_follows(names, way, bands)}."


def label(names: Naming, way: Without) -> str:
    """Say whose lines are dropped, on what, where there is little room."""
    return listed([
        f"{possessive(names.name(line.party))} on {quoted(names, line.choices)}"
        for line in way.lines
    ])  # fmt: skip


def _follows(names: Naming, way: Without, bands: Sequence[Band] | None) -> str:
    if not way.left:
        return "other lines would still leave nothing to sign"
    if way.deal is None:
        return "packages would be left, but none that would be agreed on"
    package = package_words(names, way.deal.choices)
    return f"the deal would be: {package}, {_worth(names, way.deal, bands)}"


def _worth(names: Naming, deal: Agreed, bands: Sequence[Band] | None) -> str:
    none = (None,) * len(names.parties)
    return f"worth {worth(names, deal.gain, bands or none)}"


def table(names: Naming, clash: Clash | None) -> Table:
    """Return what would be agreed on without each line, and without any; else no rows."""
    columns = (
        Column("line", "Red line that is dropped", "who will not sign what"),
        Column("lines", "ids", "side and options of each line by id", hidden=True),
        Column("package", "the deal then", "package that is then predicted"),
        *by_party(names, "gain", "gain over no deal: what no deal costs"),
    )
    title = "What no deal costs: gains over it if red lines were dropped"
    rows: list[tuple[Value, ...]] = []
    if clash is not None:
        some = (*clash.one, *((clash.fewest,) if clash.fewest else ()))
        rows = [*(_row(names, way, every=False) for way in some),
                _row(names, clash.free, every=True)]  # fmt: skip
    return made("clash", title, columns, rows, on=EVERYWHERE if len(rows) <= SHOWN else PAGE)


def _row(names: Naming, way: Without, *, every: bool) -> tuple[Value, ...]:
    said: Value = tuple(f"{names.name(r.party)}: {quoted(names, r.choices)}" for r in way.lines)
    ids = "; ".join(
        f"{line.party}: {', '.join('='.join(choice) for choice in line.choices)}"
        for line in way.lines
    )
    if every:
        said = Mark("all red lines", "strong")
    if way.deal is None:
        package = Mark("no deal" if way.left else "nothing to sign", "quiet")
        return (said, ids, package, *(NAN,) * len(names.parties))
    return (said, ids, package_words(names, way.deal.choices), *map(float, way.deal.gain))
