"""Read the 1993 data of Caliendo & Parro (2015) and settle them without aggregate deficits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment, Card
from detente.model.economy import Economy, Shock
from detente.solver.equilibrium import settle

NAFTA = ("CAN", "MEX", "USA")


@dataclass(frozen=True, eq=False)
class Raw:
    """The 1993 figures as arrays of the model, and how many had to be touched."""

    economy: Economy
    countries: tuple[str, ...]
    tariff_1993: np.ndarray
    tariff_2005: np.ndarray
    raised_outputs: int
    negative_final_shares: int


def read(data: Path) -> Raw:
    """Turn the published arrays into shares; two adjustments are the paper's own.

    Gross output is raised to at least exports, and negative implied final spending is set to zero
    with the shares renormalised. The accounts still do not close: `zero_deficit_base` settles them.
    """
    raw = np.load(data / "caliendo_parro_1993" / "caliendo_parro_1993.npz")
    traded, n = raw["trade"].shape[:2]
    sectors = len(raw["trade_elasticity"])
    tariffs = [_all_sectors(raw[f"tariff_{year}"], sectors) for year in (1993, 2005)]
    exports = raw["trade"].sum(axis=1)
    output = raw["gross_output"].copy()
    raised = output[:traded] < exports
    output[:traded] = np.maximum(output[:traded], exports)
    flows = np.zeros((sectors, n, n))
    flows[:traded] = raw["trade"]
    home = np.arange(n)
    flows[:, home, home] += output - flows.sum(axis=1)
    gross = (1 + tariffs[0]) * flows
    spending = gross.sum(axis=2)
    value_added_share = raw["va_share"].T
    value_added_share, input_share = _shares(raw["io_share"], value_added_share)
    final = spending.T - np.einsum("nks,ns->nk", input_share, output.T)
    positive = np.maximum(final, 0.0)
    value_added = (value_added_share * output.T).sum(axis=1)
    revenue = (tariffs[0] * flows).sum(axis=(0, 2))
    deficit = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    with jax.enable_x64(True):
        economy = Economy(
            trade_shares=jnp.asarray(gross / spending[:, :, None]),
            tariff=jnp.asarray(tariffs[0]),
            labour_share=jnp.asarray(value_added_share),
            input_share=jnp.asarray(input_share),
            final_share=jnp.asarray(positive / positive.sum(axis=1, keepdims=True)),
            trade_elasticity=jnp.asarray(raw["trade_elasticity"]),
            value_added=jnp.asarray(value_added),
            expenditure=jnp.asarray(spending.T),
            deficit=jnp.asarray(deficit),
            income=jnp.asarray(value_added + revenue + deficit),
            wage_bill=jnp.asarray(value_added),
            sector_labour=jnp.asarray(value_added_share * output.T),
            wage_step=jnp.full(n, 0.1),
        )
    return Raw(
        economy,
        tuple(str(code) for code in raw["countries"]),
        tariffs[0],
        tariffs[1],
        int(raised.sum()),
        int((final < 0).sum()),
    )


def zero_deficit_base(raw: Raw) -> Calibration:
    """Stage one: the 1993 world economy with every aggregate deficit removed."""
    economy = raw.economy
    none = np.zeros(len(raw.countries))
    shock = Shock(raw.tariff_1993, np.ones_like(raw.tariff_1993), none, none)  # pyright: ignore[reportArgumentType]
    after = settle(economy, shock)
    flows = np.asarray(after.flows_cf)
    spending = ((1 + raw.tariff_1993) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", np.asarray(economy.input_share), flows.sum(axis=1).T)
    final = np.where(np.asarray(economy.final_share) > 0, np.maximum(spending - use, 0.0), 0.0)
    return Calibration(
        countries=tuple(Country(code, code) for code in raw.countries),
        sectors=tuple(
            Sector(f"CP{j + 1:02d}", f"sector {j + 1}", (), "goods" if j < 20 else "services")
            for j in range(flows.shape[0])
        ),
        flows=flows,
        tariff=raw.tariff_1993,
        value_added_share=np.asarray(economy.labour_share),
        input_share=np.asarray(economy.input_share),
        final_demand=final,
        trade_elasticity=np.asarray(economy.trade_elasticity),
        card=Card(
            name="caliendo-parro-1993",
            title="Caliendo & Parro (2015), 1993, aggregate deficits removed",
            year=1993,
            source="Caliendo & Parro (2015) replication data",
            licence="replication data",
            unit="USD",
            adjustments=(
                Adjustment(
                    "gross output raised to exports", "re-exports", raw.raised_outputs, "cells"
                ),
                Adjustment(
                    "negative implied final demand set to zero, shares renormalised",
                    "as in the paper, in this replication only",
                    raw.negative_final_shares,
                    "cells",
                ),
            ),
        ),
    )


def nafta_tariffs(raw: Raw) -> np.ndarray:
    """1993 tariffs everywhere, 2005 tariffs among Canada, Mexico and the United States."""
    members = [raw.countries.index(code) for code in NAFTA]
    tariff = raw.tariff_1993.copy()
    inside = np.ix_(range(tariff.shape[0]), members, members)
    tariff[inside] = raw.tariff_2005[inside]
    return tariff


def _shares(io_share: np.ndarray, value_added_share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale input shares to what value added leaves; a sector without inputs is all value added."""
    io_share = np.maximum(io_share, 0.0)  # one cell (Canada) is negative by rounding of its source
    total = io_share.sum(axis=1, keepdims=True)
    mix = np.divide(io_share, total, out=np.zeros_like(io_share), where=total > 0)
    value_added_share = np.where(total[:, 0, :] > 0, value_added_share, 1.0)
    return value_added_share, mix * (1 - value_added_share)[:, None, :]


def _all_sectors(tariff: np.ndarray, sectors: int) -> np.ndarray:
    padded = np.zeros((sectors, *tariff.shape[1:]))
    padded[: tariff.shape[0]] = tariff
    return padded
