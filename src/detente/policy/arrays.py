"""What the model reads of a policy: arrays, aligned with a baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.baseline.calibration import Calibration


@dataclass(frozen=True, eq=False)
class Policy:
    """Counterfactual policy, everything ``(sector, importer, exporter)``.

    Attributes
    ----------
    tariff_cf
        Counterfactual ad valorem tariffs, fraction of the fob value.
    iceberg_hat
        Iceberg trade cost relative to baseline (1 = unchanged).
    """

    tariff_cf: np.ndarray
    iceberg_hat: np.ndarray

    def __post_init__(self) -> None:
        for name in ("tariff_cf", "iceberg_hat"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def unchanged(cls, calibration: Calibration) -> Policy:
        """Return the baseline's own policy."""
        return cls(calibration.tariff, np.ones_like(calibration.tariff))
