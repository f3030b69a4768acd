"""Scale by sector on the tables of seven economies and 44 sectors."""

import sys
from pathlib import Path

import numpy as np
import pytest

import detente as dt

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "replications"))

from us_china_7x44.data import read

pytestmark = pytest.mark.shared_data


def test_scale_of_the_table_reaches_the_sectors(shared_data):
    world = read(shared_data)
    theta = world.calibration.trade_elasticity
    psi = np.array([world.scale[code] for code in world.calibration.sector_codes])
    assert (psi[22:] == 0).all()
    assert 0.3 < (psi * theta)[:22].min() < (psi * theta).max() == pytest.approx(0.93, abs=0.005)
    structure = dt.Structure(scale_elasticity=world.scale)
    gain = [dt.solve(world.calibration, *world.us, structure=s).welfare["USA"]
            for s in (dt.Structure(), structure)]  # fmt: skip
    assert gain[0] < 0 < gain[1]
