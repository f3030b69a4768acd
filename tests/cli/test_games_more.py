"""What options add to the commands on games: printed, in JSON, in files, refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


def played(done):
    assert done.status == 0, done.err
    return json.loads(done.out)["game"]


def test_weights_are_read_off_tariffs_and_can_be_given_again(case, detente):
    politics = ("--objective", "political", "--weights")
    done = detente("nash", case, *politics, "announced", "--shrink", "1e-6", "--out", "out")
    assert done.status == 0, done.err
    assert "Political weights read off the tariffs of" in done.out
    assert "without politics" in " ".join(done.out.split())
    held = pd.read_csv("out/weights.csv")
    np.testing.assert_allclose(held.groupby("player")["weight"].mean(), 1)
    page = Path("out/report.html").read_text()
    assert "Political weights by sector" in page
    again = played(detente("nash", case, *politics, "out/weights.csv", "--json"))
    first = pd.read_csv("out/rates.csv")
    np.testing.assert_allclose([r["rate"] for r in again["rates"]], first["rate"], atol=1e-6)
    manifest = json.loads(Path("out/manifest.json").read_text())
    rows = manifest["game"]["more"]["weights"]["rows"]
    assert [r["weight"] for r in rows] == pytest.approx(list(held["weight"]))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nash", "--weights", "applied"), ["--weights"]),
        (("optimal", "--objective", "political", "--weights", "variant:x", "--shrink", "0"),
         ["--weights", "--shrink"]),
        (("nash", "--objective", "political", "--weights", "short.csv"), ["no weights for", "C1"]),
        (("nash", "--objective", "political", "--weights", "odd.csv"), ["odd.csv", "all weights"]),
    ],
)  # fmt: skip
def test_bad_weights_are_refused(case, detente, arguments, said):
    Path("short.csv").write_text("player,sector,weight\nC0,S0,1\nC0,S1,1\nC0,S2,1\n")
    Path("odd.csv").write_text("sector,weight\nS0,0\nS1,0\nS2,0\n")
    command, *rest = arguments
    done = detente(command, case, *rest, "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()
