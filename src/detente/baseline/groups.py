"""Names of economies and sectors that a person uses, to positions along the axes of a baseline."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.meant import (
    GOODS_WORDS,
    GROUP_WORDS,
    WIDER_WORDS,
    country_called,
    divisions_of_code,
    iso_country,
)
from detente.baseline.names import COUNTRY_NAMES, DEFAULT_ECONOMIES, EU27, OTHER_NAMES, USMCA
from detente.errors import InputError, Problem, nearest


def divisions(*spans: str) -> tuple[str, ...]:
    """Expand spans such as ``"10-33"`` into ISIC Rev. 4 divisions that exist."""
    found = []
    for span in spans:
        first, _, last = span.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        found += [f"{k:02d}" for k in numbers if k not in _UNUSED]
    return tuple(found)


_UNUSED = {4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}
ISIC_DIVISIONS = divisions("1-99")
"""The 88 divisions of ISIC Rev. 4."""

SECTOR_GROUPS = {
    "agriculture": divisions("1-3"),
    "farming": divisions("1"),
    "forestry": divisions("2"),
    "fishing": divisions("3"),
    "mining": divisions("5-9"),
    "manufacturing": divisions("10-33"),
    "food": divisions("10-12"),
    "textiles": divisions("13-15"),
    "wood": divisions("16"),
    "paper": divisions("17-18"),
    "petroleum": divisions("19"),
    "chemicals": divisions("20-21"),
    "pharmaceuticals": divisions("21"),
    "plastics": divisions("22"),
    "minerals": divisions("23"),
    "metals": divisions("24-25"),
    "electronics": divisions("26"),
    "electrical": divisions("27"),
    "machinery": divisions("28", "33"),
    "vehicles": divisions("29"),
    "transport equipment": divisions("29-30"),
    "aircraft and ships": divisions("30"),
    "other manufacturing": divisions("31-32"),
    "high technology": divisions("21", "26", "30"),
    "utilities": divisions("35-39"),
    "construction": divisions("41-43"),
    "trade": divisions("45-47"),
    "transport": divisions("49-53"),
    "hospitality": divisions("55-56"),
    "information": divisions("58-63"),
    "telecommunications": divisions("61"),
    "finance": divisions("64-66"),
    "real estate": divisions("68"),
    "business services": divisions("69-82"),
    "public services": divisions("84-88"),
}
"""Named groups by ISIC Rev. 4 division; ``all``, ``goods``, ``services`` go by `Sector.kind`."""

COUNTRY_GROUPS = {"EU27": EU27, "USMCA": USMCA, "NAFTA": USMCA}
"""Named groups of economies, by code; ``world`` is every economy of the baseline."""

MOST_LISTED = 30
"""Sectors and groups that are all listed where a name is unknown."""

INPUTS_OF = ".*"
"""Ending of a name that stands for all that one firm alone buys: ``ZTE.*``."""

_KINDS = {"all": ("goods", "services"), "goods": ("goods",), "services": ("services",)}


def resolve_countries(calibration: Calibration, names: str | Sequence[str]) -> tuple[int, ...]:
    """Find the economies that are meant.

    Parameters
    ----------
    calibration
        The baseline.
    names
        Codes (``"CHN"``), readable names (``"China"``), ``"world"`` or a group of
        `COUNTRY_GROUPS`, in any case; one or several. A code of the baseline comes before a group.

    Returns
    -------
    tuple of int
        Positions along the country axis, in its order, each once.

    Raises
    ------
    InputError
        Listing every name that is unknown (with the nearest one), or that is only a part of an
        economy of this baseline (a member of a merged region).
    """
    splits = calibration.name in DEFAULT_ECONOMIES
    return _resolve(names, lambda name: _country(calibration.countries, name, splits), "economy")


def resolve_sectors(calibration: Calibration, names: str | Sequence[str]) -> tuple[int, ...]:
    """Find the sectors that are meant.

    A group holds the sectors that have more than half of their ISIC divisions in it, each taken
    whole; `group_notes` says where that cuts a sector.

    Parameters
    ----------
    calibration
        The baseline.
    names
        Codes, readable names, ``"all"``, ``"goods"``, ``"services"`` or a group of
        `SECTOR_GROUPS`, in any case; one or several. A firm's code and ``.*`` is all that it buys
        from suppliers that its card names.

    Returns
    -------
    tuple of int
        Positions along the sector axis, in its order, each once.

    Raises
    ------
    InputError
        Listing every name that is unknown (with the nearest one), or that is less than half of
        the sectors that hold it.
    """
    return _resolve(names, lambda name: _sector(calibration.sectors, name), "sector")


def group_notes(calibration: Calibration, names: str | Sequence[str]) -> tuple[str, ...]:
    """Say where the sector groups among some names do not fit the baseline's sectors exactly."""
    notes = []
    for name in _as_list(names):
        group = SECTOR_GROUPS.get(plain(name))
        if group is None or _own_sector(calibration.sectors, name) is not None:
            continue
        for sector in calibration.sectors:
            share = _share(sector, group)
            if 0 < share < 1:
                verb = "included whole" if share > 0.5 else "left out"
                notes.append(
                    f"{plain(name)}: sector {sector.code} ({sector.name}) is partly in the group "
                    f"and {verb}"
                )
    return tuple(notes)


def firms(calibration: Calibration) -> dict[str, Sector]:
    """Return the firms that were carved out of a baseline, by code."""
    return {s.code: s for s in calibration.sectors if s.firm == s.code and s.firm}


def _resolve(names, find, kind: str) -> tuple[int, ...]:
    if not isinstance(names, Iterable) or isinstance(names, Mapping):
        message = f"a name of a {kind} is text; give one or a list of them"
        raise InputError(Problem(message, key=kind, value=names))
    words = _as_list(names)
    found: set[int] = set()
    problems = [] if words else [Problem(f"no {kind} named", key=kind)]
    for word in words:
        answer = (
            find(word)
            if isinstance(word, str)
            else Problem(f"a name of a {kind} is text", key=kind, value=word)
        )
        if isinstance(answer, Problem):
            problems.append(answer)
        else:
            found.update(answer)
    if problems:
        raise InputError(problems)
    return tuple(sorted(found))


def _country(
    countries: Sequence[Country], name: str, splits: bool = False
) -> Iterable[int] | Problem:
    labels = _positions((c.code, c.name) for c in countries)
    word = plain(name).removeprefix("the ")
    own = labels.get(plain(name), labels.get(word))
    if own is not None:
        return (own,)
    if word == "world":
        return range(len(countries))
    code = _KNOWN_CODES.get(word, word.upper())
    if plain(code) in labels:
        return (labels[plain(code)],)
    if code in COUNTRY_GROUPS:
        return _country_group(countries, code)
    inside = _inside(countries, code, name, splits)
    iso = None if inside else iso_country(name)
    inside = inside or (_inside(countries, iso, name, splits) if iso else None)
    if inside:
        return inside
    codes = [c.code for c in countries]
    called = [c for c in countries if c.code == iso]
    groups = _groups_here(countries)
    hint = (
        f"did you mean '{iso}' ({called[0].name})?"
        if called
        else nearest(name, [*codes, *(c.name for c in countries), *groups, "world"])
    )
    if iso and not hint:
        hint = f"{name} is {country_called(iso)}, which is not in this baseline"
    return Problem(
        " ".join(part for part in ("unknown economy;", hint) if part).rstrip(";"),
        key="economy",
        value=name,
        allowed=", ".join([*codes, "world", *groups]),
    )


def _groups_here(countries: Sequence[Country]) -> list[str]:
    """Return the groups of economies that this baseline has, unless one of its codes is theirs."""
    codes = {c.code for c in countries}
    return [
        group
        for group in COUNTRY_GROUPS
        if group not in codes and not isinstance(_country_group(countries, group), Problem)
    ]


def _inside(countries: Sequence[Country], code: str, name: str, splits: bool) -> Problem | None:
    """Say of which economy a code is only a part, and that the baseline ``splits`` if it does."""
    for c in countries:
        if code in c.members and code != c.code:
            message = (
                f"{country_called(code)} is not an economy of its own in this baseline: it is "
                f"inside {c.code} ({c.name})"
            )
            if splits:
                message += "; name it under `economies` to have it alone"
            return Problem(message, key="economy", value=name)
    return None


def _country_group(countries: Sequence[Country], group: str) -> list[int] | Problem:
    wanted = set(COUNTRY_GROUPS[group])
    inside, parts = [], []
    for k, c in enumerate(countries):
        members = set(c.members) or {c.code}
        if members <= wanted:
            inside.append(k)
            wanted -= members
        elif members & wanted:
            parts.append(f"{', '.join(sorted(members & wanted))} inside {c.code}")
            wanted -= members
    if wanted:
        parts.append(f"{', '.join(sorted(wanted))} not in the baseline")
    if parts:
        return Problem(
            f"the members of {group} are not all economies of this baseline: {'; '.join(parts)}",
            key="economy",
            value=group,
        )
    return inside


def _inputs_of_firm(sectors: Sequence[Sector], name: str) -> Iterable[int] | Problem:
    known = {plain(s.firm): s.firm for s in sectors if s.firm}
    code = known.get(plain(name.removesuffix(INPUTS_OF)))
    if code is None:
        message = "no such firm in this economy; name its card under `firms`"
        allowed = ", ".join(known.values()) or "none is carved out of it"
        return Problem(message, key="firm", value=name.removesuffix(INPUTS_OF), allowed=allowed)
    found = [k for k, s in enumerate(sectors) if s.firm == code != s.code]
    message = "the firm's card names no suppliers, so that nothing is sold to it alone"
    return found or Problem(message, key="firm", value=code)


def _sector(sectors: Sequence[Sector], name: str) -> Iterable[int] | Problem:
    if name.endswith(INPUTS_OF):
        return _inputs_of_firm(sectors, name)
    own = _own_sector(sectors, name)
    if own is not None:
        # a tariff on electronics is one on the firms that were carved out of it too
        code = sectors[own].code
        return (own, *(k for k, s in enumerate(sectors) if s.part_of == code))
    word = plain(name)
    if word in _KINDS:
        found = [k for k, s in enumerate(sectors) if s.kind in _KINDS[word]]
        return found or Problem(f"this baseline has no {word}", key="sector", value=name)
    if word in SECTOR_GROUPS:
        return _sector_group(sectors, word)
    codes = [s.code for s in sectors]
    words = [w for w in (*_KINDS, *SECTOR_GROUPS) if not isinstance(_sector(sectors, w), Problem)]
    hint = _sector_meant(sectors, name) or nearest(
        name, [*codes, *(s.name for s in sectors), *words]
    )
    return Problem(
        " ".join(part for part in ("unknown sector;", hint) if part).rstrip(";"),
        key="sector",
        value=name,
        allowed=_some(sectors, words),
    )


def _some(sectors: Sequence[Sector], words: Sequence[str]) -> str:
    """Return what may be written: all of few names; of many, where they stand."""
    codes = [s.code for s in sectors]
    if len(codes) + len(words) <= MOST_LISTED:
        return ", ".join([*codes, *words])
    return f"a code or name of `detente data show NAME`, or a group: {', '.join(words[:6])} …"


def meant_sectors(calibration: Calibration, name: str) -> tuple[str, ...]:
    """Return the sectors that an unknown word probably stands for; none where nobody knows."""
    word = plain(name)
    if word in GROUP_WORDS:
        found = resolve_sectors(calibration, GROUP_WORDS[word])
        return tuple(calibration.sector_codes[k] for k in found)
    wanted = GOODS_WORDS.get(word) or WIDER_WORDS.get(word) or divisions_of_code(name)
    return tuple(s.code for s in _holders(calibration.sectors, wanted))


def _sector_meant(sectors: Sequence[Sector], name: str) -> str:
    """Say which sectors a word of everyday life, or a code of another table, is a part of."""
    word = plain(name)
    if word in GROUP_WORDS:
        return f"did you mean the group '{GROUP_WORDS[word]}'?"
    if made := _makers_meant(sectors, name):
        return made
    found = _holders(sectors, wanted := divisions_of_code(name))
    if len(found) > 1:
        return f"{name} is {_and(found)} here"
    a_class = name.strip()[-4:].isdigit()  # C2410 is a part of division 24
    if found and set(found[0].isic) == set(wanted) & set(ISIC_DIVISIONS) and not a_class:
        return f"did you mean {found[0].code!r} ({found[0].name})?"
    return f"{name} is inside {_and(found)}; {_SHARE}" if found else ""


def _makers_meant(sectors: Sequence[Sector], name: str) -> str:
    """Say which sectors make what a word of everyday life stands for."""
    word = plain(name)
    goods = _holders(sectors, GOODS_WORDS.get(word, ()))
    if len(goods) == 1:
        one = f"{goods[0].code!r} ({goods[0].name})"
        return f"did you mean {one}, which makes more than {name}? If so, {_SHARE}"
    if goods:
        return f"{name}: a product of {_and(goods)}; {_SHARE}"
    wider = WIDER_WORDS.get(word, ())
    held = [s for s in _holders(sectors, wider) if _share(s, wider) > 0.25]
    return f"{name}: products of {_and(held)}; name those that are meant" if held else ""


_SHARE = "name it, and the goods as products, or their share as coverage or value_usd"


def _holders(sectors: Sequence[Sector], wanted: Iterable[str]) -> list[Sector]:
    return [s for s in sectors if set(s.isic) & set(wanted) and not s.part_of]


def _and(sectors: Sequence[Sector]) -> str:
    *first, last = [f"{s.code} ({s.name})" for s in sectors]
    return f"{', '.join(first)} and {last}" if first else last


def _sector_group(sectors: Sequence[Sector], group: str) -> list[int] | Problem:
    shares = [_share(s, SECTOR_GROUPS[group]) for s in sectors]
    inside = [k for k, share in enumerate(shares) if share > 0.5]
    if inside:
        return inside
    holders = [f"{s.code} ({s.name})" for s, share in zip(sectors, shares, strict=True) if share]
    why = (
        f"it is half or less of {', '.join(holders)}; name the sector itself"
        if holders
        else "no sector has these ISIC divisions"
    )
    return Problem(f"this baseline has no sector for the group: {why}", key="sector", value=group)


def _own_sector(sectors: Sequence[Sector], name: str) -> int | None:
    return _positions((s.code, s.name) for s in sectors).get(plain(name))


def _share(sector: Sector, group: Sequence[str]) -> float:
    """Share of a sector's divisions that are in a group."""
    return sum(d in group for d in sector.isic) / len(sector.isic) if sector.isic else 0.0


def _positions(labels: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Codes and names, plain, to positions; a code comes before another's equal name."""
    pairs = list(labels)
    names = {plain(name): k for k, (_, name) in reversed(list(enumerate(pairs)))}
    return names | {plain(code): k for k, (code, _) in enumerate(pairs)}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a name without what does not count in one: case, spaces, ``-`` and ``_``."""
    name = unicodedata.normalize("NFC", name).replace("_", " ").replace("-", " ")
    return " ".join(name.split()).casefold()


def known_code(name: str) -> str:
    """Return the code that a readable name is known to stand for, or the name itself."""
    return _KNOWN_CODES.get(plain(name).removeprefix("the "), name)


def group_members(sectors: Sequence[Sector], name: str) -> list[Sector]:
    """Return the sectors of the group that a word stands for; none where it is no such word."""
    word = plain(name)
    if word in _KINDS:
        return [s for s in sectors if s.kind in _KINDS[word]]
    if word not in SECTOR_GROUPS:
        return []
    return [s for s in sectors if _share(s, SECTOR_GROUPS[word]) > 0.5]


def _as_list(names: str | Iterable[str]) -> list:
    return [names] if isinstance(names, str) else list(names)


_KNOWN_CODES = {plain(name): code for code, name in COUNTRY_NAMES.items()} | {
    plain(name): code for name, code in OTHER_NAMES.items()
}
