"""A table of places: jobs, pay and exports by industry, votes; the shipped ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.baseline.archive import read_arrays

Array = NDArray[np.float64]
SHIPPED = Path(__file__).parent / "shipped"
COUNTIES, STATES = "us-counties", "us-states"
NAMES = (COUNTIES, STATES)
"""Tables that come with the package."""
_ARRAYS = (
    "places", "names", "states", "state_names", "sectors", "jobs", "pay_kusd", "exports_kusd",
    "years", "votes", "state_votes",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Places:
    """Places of one country by industry. Jobs are persons, pay and exports a year.

    Attributes
    ----------
    country
        Code of the economy that they are in.
    codes, names, regions
        One a place; the region is what it is part of (a state).
    industries
        Codes of sectors of a baseline, or divisions of ISIC Rev. 4: ``01-03``, ``45 47``.
    jobs, pay, exports
        ``(place, industry)``: persons, million USD of pay, million USD of exports. Exports are zero
        where a place's share in an industry's exports is not known; jobs then stand for it.
    vote_share
        ``(place,)`` by what it is a share of, such as ``Republican share 2020``.
    region_vote_share
        The same ``(region,)``, in the order of `region_codes`.
    voters, region_voters
        How many votes these are shares of, where that is known; none where a share is not.
    left_out
        Divisions of ISIC that have no jobs in the table, by design.
    path, lines
        Of one's own table: its file, and by industry the first line that it stands on.
    """

    name: str
    country: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    jobs: Array
    pay: Array
    exports: Array
    vote_share: Mapping[str, Array] = field(default_factory=dict)
    region_vote_share: Mapping[str, Array] = field(default_factory=dict)
    voters: Mapping[str, Array] = field(default_factory=dict)
    region_voters: Mapping[str, Array] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    region_names: Mapping[str, str] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def region_codes(self) -> tuple[str, ...]:
        """Regions, each once, sorted."""
        return tuple(sorted(set(self.regions)))

    def by_region(self) -> Places:
        """Return regions as places: sums of what they hold."""
        codes = self.region_codes
        into = np.array([[region == code for region in self.regions] for code in codes], float)
        titles = tuple(self.region_names.get(code, code) for code in codes)
        return replace(
            self, codes=codes, names=titles, regions=codes, jobs=into @ self.jobs,
            pay=into @ self.pay, exports=into @ self.exports, vote_share=self.region_vote_share,
            voters=self.region_voters,
        )  # fmt: skip


@lru_cache(maxsize=2)
def shipped(name: str) -> Places:
    """Return a table that comes with the package: ``us-counties``, or its sums, ``us-states``."""
    if name == STATES:
        return replace(shipped(COUNTIES).by_region(), name=STATES)
    found = read_arrays(SHIPPED / f"{COUNTIES}.npz", _ARRAYS)
    card = json.loads((SHIPPED / f"{COUNTIES}.json").read_text("utf-8"))
    codes = tuple(map(str, found["places"]))
    exports = np.zeros(found["jobs"].shape)
    exports[:, :3] = found["exports_kusd"] / 1e3  # goods come first: farms, mines, factories
    titles = [f"Republican share {year}" for year in found["years"]]
    (voters, shares), (of_states, state_shares) = (
        [dict(zip(titles, values, strict=True)) for values in zip(*map(_both, held), strict=True)]
        for held in (found["votes"], found["state_votes"])
    )
    return Places(
        name,
        card["country"],
        codes,
        tuple(map(str, found["names"])),
        tuple(code[:2] for code in codes),
        tuple(map(str, found["sectors"])),
        found["jobs"].astype(float),
        found["pay_kusd"] / 1e3,
        exports,
        shares,
        state_shares,
        voters,
        of_states,
        tuple(card["left_out"]),
        dict(zip(map(str, found["states"]), map(str, found["state_names"]), strict=True)),
        card,
    )


def _both(votes: NDArray[np.int32]) -> tuple[Array, Array]:
    """Votes for two parties and the second's share; not numbers where votes are not known."""
    total = votes.sum(axis=1).astype(float)
    total[(votes.min(axis=1) < 0) | (total <= 0)] = np.nan
    return total, votes[:, 1] / total


def shapes() -> dict[str, Any]:
    """Return the map of US counties and states, TopoJSON already projected."""
    return json.loads(gzip.decompress((SHIPPED / f"{COUNTIES}-map.json.gz").read_bytes()))
