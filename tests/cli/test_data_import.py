"""`detente data import`, and the option that closes rounded accounts."""

import hashlib
from pathlib import Path

from baseline import published_tables as tables
from detente.baseline.store import load
from folders import held


def test_a_published_table_is_imported_shown_and_run(detente, user_data):
    file = tables.icio_split(Path())
    done = detente("data", "import", "icio", file)
    assert (done.status, done.err) == (0, "")
    assert "Note: No tariffs: the source has none" in done.out
    assert "Adjusted: CN1, CN2 put together" in done.out
    assert "Installed as my-icio-2018: detente run SCENARIO" in done.out
    assert load("my-icio-2018").flows[0, 1].tolist() == [16, 138, 34]
    shown = " ".join(detente("data", "show", "my-icio-2018").out.split())
    assert "OECD" in shown
    assert "2018.csv (SHA-256" in shown
    case = Path("case.yaml")
    case.write_text(
        "title: T\ndate: 2018-05-14\nbaseline: my-icio-2018\nmeasures:\n"
        "  - {id: a, kind: tariff, by: CHN, on: AUT, sectors: goods, add: 0.1}\n"
        "variants:\n  - {id: v, title: V, measures: [a]}\n"
    )
    assert detente("run", case, "--quiet").status == 0
    again = detente("data", "import", "icio", file)
    assert again.status == 2
    assert "--replace" in again.err
    assert detente("data", "import", "icio", file, "--replace").status == 0


def test_nothing_is_written_of_a_table_that_is_refused(detente, user_data):
    file = tables.figaro(Path())
    before = held(user_data)
    for words in (
        ("icio", file), ("figaro", file, "--name", "wiod-2014"), ("figaro", "none.csv"),
        ("figaro", file, "--year", "0"), ("figaro", file, "--tariffs", file),
    ):  # fmt: skip
        done = detente("data", "import", *words)
        assert done.status == 2, words
        assert "nothing was written" in done.err
    assert "--year" in detente("data", "import", "figaro", file, "--year", "0").err
    assert held(user_data) == before


def test_options_of_an_import(detente, user_data):
    file = tables.wiod(Path())
    rates = tables.write(
        Path("rates.csv"),
        [["sector", "importer", "exporter", "tariff"], ["C20", "DEU", "AUT", 0.1]],
    )
    options = ("--name", "w", "--year", "2014", "--unit", "billion USD", "--tariffs", rates)
    done = detente("data", "import", "wiod", file, *options, "--elasticities", "5")
    assert (done.status, done.err) == (0, "")
    assert "No tariffs" not in done.out
    world = load("w")
    assert (world.card.year, world.card.unit) == (2014, "billion USD")
    assert world.tariff[0, 1, 0] == 0.1
    assert world.trade_elasticity.tolist() == [5, 5]


def test_what_is_added_names_its_files(detente, user_data):
    detente("data", "template", "mine")
    assert detente("data", "add", "mine").status == 0
    digest = hashlib.sha256(Path("mine/flows.csv").read_bytes()).hexdigest()
    note = load("my-economy").card.notes[-1]
    assert note.startswith("Read from countries.csv (SHA-256 ")
    assert f"flows.csv (SHA-256 {digest})" in note
    assert str(Path.cwd()) not in note


def test_a_folder_rounded_to_a_tenth_is_closed_with_balance(detente, user_data):
    detente("data", "template", "mine")
    final = Path("mine/final_demand.csv")
    final.write_text(final.read_text().replace("925.55", "925.6").replace("162.64", "162.6"))
    refused = detente("data", "add", "mine")
    assert refused.status == 2
    assert "settle them with --balance (detente.settle in Python)" in refused.err
    assert held(user_data) == {}
    assert detente("data", "add", "mine", "--balance").status == 0
    world = load("my-economy")
    # final demand is what is left of spending
    assert abs(world.final_demand[0, 1] - 925.55) < 1e-9
    moved = {(a.what, a.unit): a.size for a in world.card.adjustments}
    # 0.05 and 0.04 of 14099.90
    size = moved["moved by settling: final demand", "share of all final demand"]
    assert abs(size - 0.09 / 14099.9) < 1e-9
    # the older word is the same option
    assert detente("data", "add", "mine", "--settle", "--replace").status == 0
    assert load("my-economy").hash == world.hash
