"""Split the one services sector of an economy into several, as another economy's are made up.

Nothing of the economy's own changes: what each pair of economies trades, what each user buys of
services together, what services together buy, their value added and final demand of them add up
to what they were. Docs/data.md tells the steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.baseline.balance import gras
from detente.baseline.calibration import Calibration
from detente.baseline.source_accounts import adjustment, make_sectors

Array = NDArray[np.float64]

SERVICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "D35T39": ("Electricity, gas, water and waste", ("35-39",)),
    "F41T43": ("Construction", ("41-43",)),
    "G45T47": ("Wholesale and retail trade", ("45-47",)),
    "H49T53": ("Transport, storage and post", ("49-53",)),
    "I55_56": ("Hotels and restaurants", ("55-56",)),
    "J58T63": ("Information and communication", ("58-63",)),
    "K64T66": ("Finance and insurance", ("64-66",)),
    "L68T82": ("Real estate, professional and support services", ("68-82",)),
    "O84T88": ("Public administration, education and health", ("84-88",)),
    "R90T99": ("Arts, other services and households", ("90-99",)),
}
"""code → name, ISIC Rev. 4 divisions."""
REST = "ROW"


@dataclass(frozen=True, eq=False)
class _Pattern:
    """What services of the other economy are made up of, by its country.

    Attributes
    ----------
    flows
        ``(service, importer, exporter)``, value.
    columns
        ``(country, input, service)``: goods, services together and value added, per unit of output.
    users
        ``(country, service, user)``: value bought by goods, services and final demand.
    """

    flows: Array
    columns: Array
    users: Array


@dataclass(frozen=True, eq=False)
class _Part:
    """One country's table of services: as the pattern has it, and balanced."""

    before: Array
    after: Array

    @property
    def moved(self) -> float:
        return float(np.abs(self.after - self.before).sum())


def split_services(c: Calibration, other: Calibration) -> Calibration:
    """Return the economy with its last sector, all services, split into `SERVICES`.

    Parameters
    ----------
    c
        The economy, its last sector all services.
    other
        One of earlier times, its services finer; what it lacks of countries is as its `REST`.
    """
    pattern = _pattern(c, other)
    known = [code in other.country_codes for code in c.country_codes]
    place = np.array([
        other.country_codes.index(code if own else REST)
        for code, own in zip(c.country_codes, known, strict=True)
    ])  # fmt: skip
    flows, by_pair = _flows(c, pattern.flows, place)
    goods = len(c.sectors) - 1
    size, s = len(c.countries), goods + len(SERVICES)
    value, final = np.zeros((size, s, s)), np.zeros((size, s))
    value[:, :goods, :goods] = (c.input_share * c.output[:, None, :])[:, :-1, :-1]
    final[:, :goods] = c.final_demand[:, :-1]
    output, spending = flows.sum(axis=1).T, flows.sum(axis=2).T
    costs, uses, added = [], [], np.zeros((size, len(SERVICES)))
    for n in range(size):
        cost = _cost(c, n, pattern.columns[place[n]], output[n])
        use = _use(c, n, pattern.users[place[n]], spending[n], cost.after[-2])
        value[n, :goods, goods:], added[n] = cost.after[:-2], cost.after[-1]
        value[n, goods:], final[n, goods:] = use.after[:, :-1], use.after[:, -1]
        costs.append(cost)
        uses.append(use)
    whole = np.concatenate([c.output[:, :-1], output], axis=1)[:, None, :]
    share = np.divide(value, whole, out=np.zeros_like(value), where=whole > 0)
    own = np.concatenate([c.value_added_share[:, :-1], added / output], axis=1)
    steps = (
        adjustment(
            f"services split into {len(SERVICES)} as each pair's were in {other.card.year}; where "
            "that is not known, as the exporter's sales abroad",
            "the source has all services in one",
            1 - by_pair,
            "share of trade in services that has the exporter's composition",
        ),
        adjustment(
            f"services made up as those of the rest of the world in {known.count(False)} economies",
            "which the economy of that year has not apart",
            output[np.logical_not(known)].sum() / output.sum(),
            "share of the world's output of services",
        ),
        _step("costs of each service", costs),
        _step("uses of each service", uses),
    )
    zeros = np.zeros((len(SERVICES), *c.tariff.shape[1:]))
    card = replace(c.card, adjustments=(*c.card.adjustments, *steps))
    return c.replace(
        sectors=(*c.sectors[:-1], *make_sectors(SERVICES)),
        flows=np.concatenate([c.flows[:-1], flows]),
        tariff=np.concatenate([c.tariff[:-1], zeros]),
        value_added_share=own,
        input_share=share,
        final_demand=final,
        trade_elasticity=np.append(c.trade_elasticity[:-1], [c.trade_elasticity[-1]] * len(zeros)),
        card=card,
    )


def _step(what: str, parts: list[_Part]):
    return adjustment(
        f"{what} balanced by RAS to the totals of the source",
        "the earlier structure, carried to output and spending of the year",
        sum(part.moved for part in parts) / sum(part.before.sum() for part in parts),
        "sum of absolute changes, share of their sum",
    )


def _pattern(c: Calibration, other: Calibration) -> _Pattern:
    """Add the other economy's figures up to the sectors wanted here."""
    groups = [set(s.isic) for s in (*c.sectors[:-1], *make_sectors(SERVICES))]
    # a sector that straddles two wanted ones stands in for both: only proportions count
    held = np.array([[bool(set(s.isic) & g) for s in other.sectors] for g in groups], dtype=float)
    goods, services = held[: len(c.sectors) - 1], held[len(c.sectors) - 1 :]
    use = other.input_share * other.output[:, None, :]
    output = other.output @ services.T
    rows = np.concatenate([goods, services.sum(axis=0, keepdims=True)])
    bought = np.einsum("gk,nku,su->ngs", rows, use, services)
    added = (other.value_added_share * other.output) @ services.T
    columns = np.concatenate([bought, added[:, None, :]], axis=1)
    users = np.einsum("sk,nku,gu->nsg", services, use, held)
    final = other.final_demand @ services.T
    return _Pattern(
        flows=np.einsum("sk,kni->sni", services, other.flows),
        columns=np.divide(
            columns, output[:, None, :], out=np.zeros_like(columns), where=output[:, None, :] > 0
        ),
        users=np.concatenate([users, final[:, :, None]], axis=2),
    )


def _flows(c: Calibration, pattern: Array, place: NDArray[np.int64]) -> tuple[Array, float]:
    """Return trade by service ``(service, importer, exporter)``, and how much has its own pair's.

    A pair that the pattern does not tell apart, or that traded nothing, has what the exporter sells
    abroad.
    """
    away = pattern * ~np.eye(pattern.shape[1], dtype=bool)
    sold = np.broadcast_to(away.sum(axis=1, keepdims=True), pattern.shape)
    pair = pattern[:, place][:, :, place]
    home = np.eye(len(place), dtype=bool)
    alike = (place[:, None] == place[None, :]) & ~home
    unknown = alike | (pair.sum(axis=0) <= 0)
    made_up = np.where(unknown, sold[:, place][:, :, place], pair)
    whole = c.flows[-1]
    flows = whole * made_up / made_up.sum(axis=0)
    return flows, float(whole[~unknown & ~home].sum() / whole[~home].sum())


def _cost(c: Calibration, n: int, columns: Array, output: Array) -> _Part:
    """Balance what each service of a country buys and pays: inputs by row, value added last."""
    bought = c.input_share[n, :, -1] * c.output[n, -1]
    rows = np.append(bought, c.value_added_share[n, -1] * c.output[n, -1])
    return _balanced(columns * output, rows, output, f"costs of services of {c.country_codes[n]}")


def _use(c: Calibration, n: int, users: Array, spending: Array, by_services: Array) -> _Part:
    """Balance who buys each service of a country: goods, services, final demand last."""
    by_goods = c.input_share[n, -1, :-1] * c.output[n, :-1]
    columns = np.concatenate([by_goods, by_services, c.final_demand[n, -1:]])
    return _balanced(users, spending, columns, f"uses of services of {c.country_codes[n]}")


def _balanced(pattern: Array, rows: Array, columns: Array, subject: str) -> _Part:
    """Balance a pattern to its totals; where it is empty it is as the totals are."""
    plain = np.outer(rows, columns) / rows.sum()
    empty_rows, empty = pattern.sum(axis=1) <= 0, pattern.sum(axis=0) <= 0
    start = np.where(empty_rows[:, None] | empty[None, :], plain, pattern)
    start = start * _ratio(columns, start.sum(axis=0))
    columns = columns * (rows.sum() / columns.sum())
    return _Part(start, gras(start, rows, columns, subject=subject).matrix)


def _ratio(wanted: Array, given: Array) -> Array:
    return np.divide(wanted, given, out=np.zeros_like(wanted), where=given > 0)
