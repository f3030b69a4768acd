"""What a run with places shows: who is hit, by name, by state and as a map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Place,
    Section,
    Sentence,
    Table,
    Unit,
)
from detente.document.language import listed
from detente.document.numbers import COUNT, SHARE, money_unit, signed, spoken
from detente.places.effects import correlation
from detente.places.study import HitRun
from detente.places.table import COUNTIES, NAMES, STATES, Places
from detente.report import sure
from detente.report.places import picture, prices
from detente.report.run import document as run
from detente.report.run.tables import CHANGE, EXACT

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20
"""Places named one by one."""
LARGE = 5000
"""Jobs from which a place is named: numbers of smaller ones are too rough."""
PERSONS = Unit("persons", sign=True, kind="count")
EXPOSED = ("retaliation_per_job", "protection_per_job", "inputs_per_job")
ENDS = ("jobs_low_pct", "jobs_high_pct", "real_pay_low_pct", "real_pay_high_pct")
FEW = 10
"""Places with known votes below which no correlation is told."""
DATA: frozenset[Place] = frozenset(("data",))
NAMED = 3
"""Places that a sentence names."""


def describe(result: HitRun) -> Document:
    """Return what the run shows, with a section on places after its answer."""
    shown = run.describe(result.run)
    first, *others = shown.sections
    hit = [section(result)] if result.places else []
    if result.prices is not None:
        hit.append(prices.section(result.prices, _shown(result)))
    return replace(shown, sections=(first, *hit, *others))


def section(result: HitRun) -> Section:
    """Say who is hit."""
    places, worst = _places(result), most_hit(result.by_place)
    blocks: list[Any] = [*map(Sentence, sentences(result, worst))]
    named, regions = _named(result, worst), _regions(result)
    every = _table(result, result.by_place, "places", f"All places, {_shown(result)}", on=DATA)
    if places.name in NAMES:
        # thousands of rows make a page that no phone opens: all places are in the files
        figures = next(one for one in (*named, *regions, every) if one.rows)
        blocks.append(_map(result, figures))
    blocks += [*named[:1], *(Fold("Exposure", (one,)) for one in named[1:])]
    blocks += [Fold(one.title.partition(",")[0], (one,)) for one in regions]
    blocks.append(every)
    blocks.append(Fold("What these figures are", tuple(map(Note, notes(result)))))
    return Section("places", "Who is hit: jobs and pay by place", tuple(blocks))


def _regions(result: HitRun) -> tuple[Table, ...]:
    """Return a table of regions, where places are parts of several."""
    places = _places(result)
    if not 1 < len(set(places.regions)) < len(places.codes):
        return ()
    title = f"By {'state' if places.name in NAMES else 'region'}, {_shown(result)}"
    rows = result.by_region.sort_values("jobs_pct")
    return (_table(result, rows, "regions", title, hidden=(*EXPOSED, "region")),)


def most_hit(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the places that lose most jobs for each they have, of those large enough to name."""
    jobs, change = frame["jobs"].to_numpy(), frame["jobs_pct"].to_numpy()
    large = jobs >= LARGE
    named = (large if large.any() else jobs > 0) & (change < 0)
    order = np.argsort(np.where(named, change, np.inf), kind="stable")
    return frame.iloc[order[: min(SHOWN, int(named.sum()))]]


def _named(result: HitRun, worst: pd.DataFrame) -> tuple[Table, ...]:
    """Return tables of the places that are named: what happens, and what they are exposed to."""
    if not len(worst):
        return ()
    votes = tuple(_key(title) for title in _places(result).vote_share)
    moved = ("jobs", "jobs_change", "jobs_pct", "real_pay_pct", *ENDS)
    exposed = f"What these {len(worst)} are exposed to, {_shown(result)}"
    return (
        _table(result, worst, "places-hit", _most(result, worst), hidden=(*EXPOSED, *votes)),
        _table(result, worst, "places-exposed", exposed, hidden=moved),
    )


def sentences(result: HitRun, worst: pd.DataFrame) -> list[str]:
    """Say which places lose most, how many lose and gain, and where retaliation falls."""
    frame = result.by_place
    named = worst.head(NAMED)
    names = [
        f"{name} ({region})" if region not in ("", name) else name
        for name, region in zip(named["name"], named["region"], strict=True)
    ]
    made = []
    if names:
        sizes = [spoken(size, CHANGE) for size in named["jobs_pct"].to_numpy()]
        between = " to ".join(dict.fromkeys((sizes[-1], sizes[0])))
        verb, whose = ("loses", "its") if len(names) == 1 else ("lose", "their")
        made.append(f"{listed(names)} {verb} most: {between} of {whose} jobs.")
    change, jobs = frame["jobs_change"].to_numpy(), frame["jobs"].to_numpy()
    made.append(
        f"Places that lose jobs lose {-change[change < 0].sum():,.0f} together, places that gain "
        f"them gain {change[change > 0].sum():,.0f}, of {jobs.sum():,.0f}."
    )
    made += [said] if (said := _sure(result, worst)) else []
    made += [said for title in _places(result).vote_share if (said := _votes(frame, title))]
    return made


def _sure(result: HitRun, worst: pd.DataFrame) -> str:
    """Say between which ends the first place is, and of how many places the sign is not sure."""
    found, frame, runs = result.draws, result.by_place, result.runs
    if found is None or not runs:
        return ""
    said = sure.lead(found.prior)
    for first in worst.head(1).to_dict("records"):
        said += (
            f"{first['name']} {_moves(first['jobs_low_pct'], first['jobs_high_pct'])} in {runs}; "
        )
    low, high = frame["jobs_low_pct"].to_numpy(), frame["jobs_high_pct"].to_numpy()
    either = int(((low < 0) & (high > 0)).sum())
    said += (
        f"{int((high < 0).sum()):,} places lose jobs and {int((low > 0).sum()):,} gain them at "
        f"both ends, of {either:,} it is not sure."
    )
    doubtful = worst["name"][worst["jobs_high_pct"] > 0].tolist()
    if doubtful:
        said += f" Of those named below it is not sure for {listed(doubtful)}."
    return said


def _moves(low: float, high: float) -> str:
    """Say what happens to a place's jobs between two ends."""
    small, large = (spoken(end, CHANGE) for end in sorted((low, high), key=abs))
    if low * high < 0:
        return f"could lose or gain jobs (from {signed(low, 2)}% to {signed(high, 2)}%)"
    return f"{'loses' if high < 0 else 'gains'} {sure.between(small, large)} of its jobs"


def _votes(frame: pd.DataFrame, title: str) -> str:
    """Say whether retaliation falls where a share of votes is high."""
    votes, jobs = frame[_key(title)].to_numpy(), frame["jobs"].to_numpy()
    if title.endswith("2024") or np.isfinite(votes).sum() < FEW:
        return ""
    found, alike = (
        correlation(frame["retaliation_per_job"].to_numpy(), votes, weight)
        for weight in (jobs, np.ones(len(jobs)))
    )
    if not np.isfinite(found):
        return ""
    falls = f"falls {'more' if found > 0 else 'less'} on places with a high"
    if found * alike < 0:
        falls = "hardly goes with the"
    return (
        f"Retaliation {falls} {title}: correlation {found:+.2f} with places weighted by jobs, "
        f"{alike:+.2f} with each alike."
    ).replace("-", "−")


def _key(title: str) -> str:
    return title.lower().replace(" ", "_")


def notes(result: HitRun) -> list[str]:
    """Say what the figures are, and what they leave out."""
    card = _places(result).card
    made = [
        "A sector of the country changes alike everywhere; places differ by what they live on. "
        "Industries of the table divide between sectors by wages in the baseline. Not known: who "
        "commutes, which firms are where, and what neighbours buy from each other. Jobs are "
        "persons, the model counts workers by wages: the sum of changes is near zero, not zero.",
        "Retaliation, protection and inputs are new duties a year on trade before anybody reacts: "
        "abroad on what the place sells, at home on goods that compete with it, and on what it "
        "buys to produce.",
    ]
    made += [f"{note}." for note in card.get("notes", ())]
    if "source" in card:
        made.append(f"Source: {card['source']}. {card['method']}.")
    return made


def _places(result: HitRun) -> Places:
    assert result.places is not None
    return result.places


def _shown(result: HitRun) -> str:
    titles = {v.id: v.title for v in result.run.scenario.variants}
    found = result.run
    return f"“{titles.get(found.headline) or found.headline}”"


def _most(result: HitRun, worst: pd.DataFrame) -> str:
    kind = "counties" if _places(result).name == COUNTIES else "places"
    jobs = f" with {LARGE:,} jobs or more" if min(worst["jobs"].to_numpy()) >= LARGE else ""
    return f"The {len(worst)} {kind}{jobs} that lose most jobs, {_shown(result)}"


def _columns(result: HitRun) -> tuple[Column, ...]:
    currency = result.run.calibration.card.unit.removeprefix("million ")
    per_job = Unit(f"{currency} a job", decimals=0, sign=True)
    pay = money_unit("million USD" if _places(result).name in NAMES else f"million {currency}")
    year = _places(result).card.get("jobs_year", "")
    when = f", {year}" if year else ""
    made = [
        Column("place", "Code", "code of the place", hidden=True),
        Column("name", "", "name of the place"),
        Column("region", "In", "what the place is part of", hidden=_places(result).name == STATES),
        Column("jobs_pct", "Jobs", "change of jobs, per cent", EXACT),
        *_ends("jobs"),
        Column("real_pay_pct", "Real pay", "change of pay over consumer prices, per cent", EXACT),
        *_ends("real_pay"),
        Column("jobs", "Jobs before", f"private jobs{when}", COUNT),
        Column("jobs_change", "Change of jobs", "change of jobs, persons", PERSONS),
        Column("pay_musd", "Pay", f"pay{when}", pay, hidden=True),
        Column("real_pay_change_musd", "Real pay, worth",
               "change of pay at the baseline's consumer prices",
               replace(pay, sign=True), hidden=True),
        Column("retaliation_per_job", "Retaliation", "new duties abroad on what it sells", per_job),
        Column("protection_per_job", "Protection", "new duties on goods that compete", per_job),
        Column("inputs_per_job", "Inputs", "new duties on what it buys to produce", per_job),
    ]  # fmt: skip
    for title in _places(result).vote_share:
        made.append(Column(_key(title), title, f"{title}, of votes for two parties", SHARE,
                           hidden=not title.endswith(("2020", "vote share"))))  # fmt: skip
    held = {"place", *result.by_place}
    return tuple(column for column in made if column.key in held)


def _ends(of: str) -> tuple[Column, Column]:
    return (
        Column(f"{of}_low_pct", "low", "low end over runs", EXACT),
        Column(f"{of}_high_pct", "high", "high end over runs", EXACT),
    )


def _table(
    result: HitRun,
    frame: pd.DataFrame,
    key: str,
    title: str,
    *,
    hidden: tuple[str, ...] = (),
    **more: Any,
) -> Table:
    """Return a table of places; of ``hidden`` columns only data have the figures."""
    columns = tuple(
        replace(one, hidden=one.hidden or one.key in hidden) for one in _columns(result)
    )
    return Table(key, title, columns, tuple(frame.reset_index().to_dict("records")), **more)


def _map(result: HitRun, figures: Table) -> Chart:
    name = _places(result).name
    title = f"Change of jobs, {_shown(result)}"
    note = "Orange loses jobs, blue gains them; grey is not known. The scale ends where 98 of 100 "
    note += "places lie within it."
    return Chart(figures, "bars", "name", ("jobs_pct",), title=title, note=note, key="places-map",
                 description=title, own=picture.chart(result.by_place, name, title))  # fmt: skip
