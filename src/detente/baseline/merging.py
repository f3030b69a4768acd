"""Merge economies and sectors of a baseline, keeping every identity and total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card, RateDifference
from detente.baseline.clashes import country_clashes, sector_clashes
from detente.baseline.groups import plain
from detente.baseline.names import country_name
from detente.errors import InputError, Problem, nearest

REST = "*"
"""In a mapping: everything that is not named elsewhere in it."""

Groups = Mapping[str, Iterable[str]] | Mapping[str, str]


@dataclass(frozen=True, eq=False)
class _Axis:
    """New codes of an axis and, by old position, the new position."""

    codes: tuple[str, ...]
    place: np.ndarray

    def members(self, new: int) -> np.ndarray:
        return np.flatnonzero(self.place == new)


def merge(
    calibration: Calibration,
    countries: Groups | None = None,
    sectors: Groups | None = None,
    name: str | None = None,
) -> Calibration:
    """Merge economies and sectors of an economy, as `detente.baseline.aggregate.aggregate` says."""
    problems: list[Problem] = []
    if name is not None and not isinstance(name, str):
        problems.append(Problem("the name of an economy is text", key="name", value=name))
    countries = _coded("countries", calibration.countries, countries, problems)
    sectors = _coded("sectors", calibration.sectors, sectors, problems)
    if problems:
        raise InputError(problems)
    by_country = _axis("country", calibration.country_codes, countries, problems)
    by_sector = _axis("sector", calibration.sector_codes, sectors, problems)
    if problems:
        raise InputError(problems)
    new_countries = tuple(
        _merge_countries(code, [calibration.countries[k] for k in by_country.members(new)])
        for new, code in enumerate(by_country.codes)
    )
    new_sectors = tuple(
        replace(
            _merge_sectors(code, calibration, by_sector.members(new)),
            part_of=_whole(calibration, by_sector, new),
        )
        for new, code in enumerate(by_sector.codes)
    )
    problems += [
        Problem(clash.message, key=key, value=clash.value)
        for key, clashes in (
            ("countries", country_clashes(new_countries) if countries else ()),
            ("sectors", sector_clashes(new_sectors) if sectors else ()),
        )
        for clash in clashes
        if clash.key == "code"
    ]
    if problems:
        raise InputError(problems)
    flows, revenue, tariff = _trade(calibration, by_country, by_sector)
    value_added_share, input_share = _shares(calibration, by_country, by_sector)
    pair = (by_country.place[:, None], by_sector.place[None, :])
    shape = (len(by_country.codes), len(by_sector.codes))
    found = Calibration(
        countries=new_countries,
        sectors=new_sectors,
        flows=flows,
        tariff=tariff,
        value_added_share=value_added_share,
        input_share=input_share,
        final_demand=_sum(calibration.final_demand, pair, shape),
        trade_elasticity=_elasticity(calibration, by_sector),
        card=_card(calibration, by_country, by_sector, name, revenue),
    )
    kept = tuple(d for d in calibration.card.differences if _still(found, d))
    return found.replace(card=replace(found.card, differences=kept)) if kept else found


def _coded(
    key: str,
    labels: Sequence[Country] | Sequence[Sector],
    groups: Groups | None,
    problems: list[Problem],
) -> Groups | None:
    """Put codes in place of readable names; add what is no mapping to ``problems``."""
    if groups is None:
        return None
    if not isinstance(groups, Mapping):
        allowed = '{"new": ["old", "old"]}'
        message = "a mapping from new codes to old ones is expected"
        problems.append(Problem(message, None, None, key, type(groups).__name__, allowed))
        return None
    codes = {label.code for label in labels}
    names = {plain(label.name): label.code for label in labels}

    def code(word: object) -> Any:
        known = word in codes or word == REST or not isinstance(word, str)
        return word if known else names.get(plain(str(word)), word)

    if all(isinstance(value, str) for value in groups.values()):
        return {code(old): str(new) for old, new in groups.items()}
    return {
        new: value if isinstance(value, str) else [code(old) for old in value]
        for new, value in groups.items()
        if _is_list(key, new, value, problems)
    }  # pyright: ignore[reportReturnType]


def _is_list(key: str, new: object, value: object, problems: list[Problem]) -> bool:
    good = isinstance(value, str | Iterable) and not isinstance(value, Mapping)
    if not good:
        problems.append(Problem(f"{new} stands for no codes", key=key, value=value))
    return good


def _axis(kind: str, old: tuple[str, ...], groups: Groups | None, problems: list[Problem]) -> _Axis:
    """Read a mapping of either form; add what is wrong with it to ``problems``."""
    listed, found = _listed(kind, groups or {}, old)
    problems += found
    if found:
        return _Axis((), np.array([], dtype=int))
    owner = {code: new for new, codes in listed.items() for code in codes if code != REST}
    rest = next((new for new, codes in listed.items() if REST in codes), None)
    new_codes = list(listed)
    for code in old:
        if code not in owner:
            owner[code] = code if rest is None else rest
            if rest is None:
                new_codes.append(code)
    for code in sorted({c for c in new_codes if new_codes.count(c) > 1}):
        problems.append(
            Problem(
                f"is also the code of a {kind} that stays; add it to the list or take another code",
                key=f"{kind} {code}",
            )
        )
    unused = [new for new in listed if new not in set(owner.values())]
    problems += [Problem("nothing is left to go into it", key=f"{kind} {new}") for new in unused]
    place = {code: k for k, code in enumerate(new_codes)}
    return _Axis(tuple(new_codes), np.array([place[owner[code]] for code in old], dtype=int))


def _listed(
    kind: str, groups: Groups, old: tuple[str, ...]
) -> tuple[dict[str, list[str]], list[Problem]]:
    """Bring a mapping to the form new code → old codes, with every problem in it."""
    listed: dict[str, list[str]] = {}
    problems: list[Problem] = []
    forms = {isinstance(value, str) for value in groups.values()}
    if len(forms) > 1:
        message = "give either new code → list of old codes, or old code → new code, not both"
        return {}, [Problem(message, key=kind)]
    for key, value in groups.items():
        if isinstance(value, str):
            listed.setdefault(value, []).append(key)
        else:
            listed[key] = list(value)
    named = [code for codes in listed.values() for code in codes]
    for code in dict.fromkeys(named):
        if code != REST and code not in old:
            hint = nearest(str(code), old)
            message = f"unknown {kind}" + (f"; {hint}" if hint else "")
            problems.append(Problem(message, key=kind, value=code, allowed=", ".join(old)))
        if named.count(code) > 1:
            problems.append(Problem("is named more than once", key=kind, value=code))
    for new, codes in listed.items():
        if not codes or not new or not isinstance(new, str) or new == REST:
            message = "a new code needs a name and at least one old code"
            problems.append(Problem(message, key=kind, value=new))
    return listed, problems


def _sum(array: np.ndarray, places: tuple, shape: tuple[int, ...]) -> np.ndarray:
    """Add cells up to their new places."""
    total = np.zeros(shape)
    np.add.at(total, places, array)
    return total


def _trade(
    c: Calibration, by_country: _Axis, by_sector: _Axis
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return flows, tariff revenue and mean tariffs, ``(sector, importer, exporter)``."""
    s, n = by_sector.place, by_country.place
    places = (s[:, None, None], n[None, :, None], n[None, None, :])
    shape = (len(by_sector.codes), len(by_country.codes), len(by_country.codes))
    count = _sum(np.ones_like(c.flows), places, shape)
    flows, revenue = _sum(c.flows, places, shape), _sum(c.tariff * c.flows, places, shape)
    # a cell of its own keeps its tariff to the last digit
    tariff = _sum(c.tariff, places, shape) / count
    np.divide(revenue, flows, out=tariff, where=(flows > 0) & (count > 1))
    return flows, revenue, tariff


def _shares(c: Calibration, by_country: _Axis, by_sector: _Axis) -> tuple[np.ndarray, np.ndarray]:
    """Return value-added and input shares weighted by output (equally where there is none)."""
    s, n = by_sector.place, by_country.place
    shape = (len(by_country.codes), len(by_sector.codes))
    pair = (n[:, None], s[None, :])
    output = _sum(c.output, pair, shape)
    weight = np.where(output[pair] > 0, c.output, 1.0)
    total = _sum(weight, pair, shape)
    value_added = _sum(weight * c.value_added_share, pair, shape)
    cells = (n[:, None, None], s[None, :, None], s[None, None, :])
    inputs = _sum(weight[:, None, :] * c.input_share, cells, (shape[0], shape[1], shape[1]))
    return value_added / total, inputs / total[:, None, :]


def _elasticity(c: Calibration, by_sector: _Axis) -> np.ndarray:
    """Return trade elasticities weighted by cross-border trade of the old economies."""
    sales = c.flows.sum(axis=(1, 2))
    foreign = sales - np.einsum("snn->s", c.flows)
    result = np.empty(len(by_sector.codes))
    for new in range(len(result)):
        old = by_sector.members(new)
        weight = next((w[old] for w in (foreign, sales) if w[old].sum() > 0), np.ones(len(old)))
        weight = weight / weight.sum()
        result[new] = (weight * c.trade_elasticity[old]).sum()
    return result


def _merge_countries(code: str, old: list[Country]) -> Country:
    members = tuple(m for country in old for m in (country.members or (country.code,)))
    name = old[0].name if len(old) == 1 else country_name(code)
    return Country(code, name, members)


def _merge_sectors(code: str, c: Calibration, old: np.ndarray) -> Sector:
    sectors = [c.sectors[k] for k in old]
    if len(sectors) == 1:
        return replace(sectors[0], code=code)
    sales = {s.kind: 0.0 for s in sectors}
    for k in old:
        sales[c.sectors[k].kind] += c.flows[k].sum()
    # divisions of a part are unknown: those of the whole are not known either
    known = all(s.isic for s in sectors)
    isic = tuple(sorted({d for s in sectors for d in s.isic})) if known else ()
    return Sector(code, code, isic, max(sales, key=lambda kind: sales[kind]))


def _whole(c: Calibration, by_sector: _Axis, new: int) -> str:
    """Code of the sector that all of a new one was carved out of, as that is called now."""
    now = {old: by_sector.codes[k] for old, k in zip(c.sector_codes, by_sector.place, strict=True)}
    parents = {c.sectors[k].part_of or c.sectors[k].code for k in by_sector.members(new)}
    found = {now.get(parent, parent) for parent in parents}
    return found.pop() if len(found) == 1 and by_sector.codes[new] not in found else ""


def _card(
    c: Calibration, by_country: _Axis, by_sector: _Axis, name: str | None, revenue: np.ndarray
) -> Card:
    new = len(by_country.codes), len(by_sector.codes)
    step = (
        f"Aggregated from {len(c.countries)} economies x {len(c.sectors)} sectors to "
        f"{new[0]} x {new[1]}: values add up, tariffs weighted by fob flows (revenue kept)"
    )
    thetas = "" if new[1] == len(c.sectors) else ", trade elasticities by cross-border trade"
    inside = np.einsum("snn->n", revenue)
    notes = [
        f"Sales within {by_country.codes[k]} include trade among its members, with tariff revenue "
        f"of {inside[k]:,.0f} {c.card.unit}."
        for k in np.flatnonzero(inside)
        if len(by_country.members(int(k))) > 1
    ]
    size = f"{len(c.countries)} economies x {len(c.sectors)} sectors"
    return replace(
        c.card,
        name=name or f"{c.name}-aggregated",
        title=c.card.title.replace(size, f"{new[0]} economies x {new[1]} sectors"),
        method=" ".join(part for part in (c.card.method, f"{step}{thetas}.") if part),
        notes=(*c.card.notes, *notes),
        differences=(),  # `merge` puts back those of cells that are here
    )


def _still(c: Calibration, d: RateDifference) -> bool:
    """Whether a difference is of a cell that is here, with that rate on that trade."""
    codes = c.country_codes
    if d.sector not in c.sector_codes or not {d.importer, d.exporter} <= set(codes):
        return False
    cell = c.sector_codes.index(d.sector), codes.index(d.importer), codes.index(d.exporter)
    same_trade = abs(c.flows[cell] - d.trade) < 0.06  # both are rounded on the card
    return bool(same_trade and abs(c.tariff[cell] - d.rate) < 6e-5)
