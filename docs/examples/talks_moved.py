"""What moves chances by date of `may-2018`: the game's, with one thing in its file otherwise.

``python docs/examples/talks_moved.py`` prints the table of docs/talks.md. What was solved is kept
for the next of them.
"""

import tempfile
from datetime import date
from pathlib import Path

import detente
from detente.scenario.load import load_scenario
from detente.scenario.talks import RangeEntry, TalksObjective, TalksRatification
from detente.talks.otherwise import BARE, FREE, KNOWN

DAY = date(2018, 7, 6)
AGAINST = {"choices": {"us-tariffs": "not-imposed"}, "value": -20_000}
HAWKS = {
    "party": "us", "title": "Senate", "needed": 51,
    "blocs": [{"id": "hawks", "members": 70, "values": [AGAINST]}, {"id": "others", "members": 30}],
}  # fmt: skip


def parties(talks, **given):
    """Return the parties, with something of the United States otherwise."""
    return tuple(one.model_copy(update=given if one.party == "us" else {}) for one in talks.parties)


CHANGES = {
    "as shipped; backing down costs the US $1bn": lambda talks: {},
    "a broken deal is found out after 60 months": lambda talks: {
        "detection_months": RangeEntry(central=60)
    },
    "70 hawks of 100, 51 votes needed": lambda talks: {
        "ratification": (TalksRatification.model_validate(HAWKS),)
    },
    "backing down costs the US nothing": lambda talks: {
        "parties": parties(talks, audience_cost=RangeEntry(central=0))
    },
    "backing down costs the US $100bn": lambda talks: {
        "parties": parties(talks, audience_cost=RangeEntry(central=100_000))
    },
    "having tariffs is worth $10bn a year to the US": lambda talks: {
        "parties": parties(talks, objective=TalksObjective(standing=RangeEntry(central=10_000)))
    },
}


def chances(dated, found):
    """Return chances on 6 July 2018 and after a year."""
    first, last = dated.on(found, DAY), found.by_day[-1]
    return [first[2], first[3] + first[4], first[1], last[2], last[3] + last[4]]


HEAD = "| | settled on 6 July | in force | put off | settled at the end | in force |"


def main():
    """Print the table."""
    shipped = load_scenario("may-2018")
    print(HEAD)
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, change in CHANGES.items():
            talks = shipped.talks.model_copy(update=change(shipped.talks))
            scenario = shipped.model_copy(update={"talks": talks})
            study = detente.run_talks(scenario, folder=Path(folder))
            rows = {name: study.dated.found}
            if name == next(iter(CHANGES)):
                rows |= {one: study.dated.others[one] for one in (KNOWN, FREE, BARE)}
            for what, found in rows.items():
                said = " | ".join(f"{100 * one:.1f}%" for one in chances(study.dated, found))
                print(f"| {what} | {said} |", flush=True)


if __name__ == "__main__":
    main()
