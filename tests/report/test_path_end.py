"""The end of a path: what is in force on its last day, and nothing that has ended."""

import numpy as np


def test_the_end_is_the_last_day(along_its_dates):
    first = {"id": "us-list", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.25,
             "start": "2018-07-06"}  # fmt: skip
    ended = {"id": "cn-list", "kind": "tariff", "by": "CHN", "on": "USA", "add": 0.1,
             "start": "2018-09-24", "end": "2019-06-30"}  # fmt: skip
    path = along_its_dates(measures=[first, ended])
    c, rates = path.calibration, path.end().variants["retaliation"].flows["tariff_cf"]
    us, china = c.country_codes.index("USA"), c.country_codes.index("CHN")
    added = rates.to_numpy() - c.tariff
    np.testing.assert_allclose(added[c.goods, us, china], 0.25)
    assert not added[:, china, us].any()
    # it was there on the way
    on_the_way = max(np.abs(s.flows["tariff_cf"].to_numpy() - c.tariff)[:, china, us].max()
                     for s in path.points["retaliation"].values())  # fmt: skip
    assert abs(on_the_way - 0.1) < 1e-12
