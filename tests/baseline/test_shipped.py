"""Known facts of the shipped baselines, without the raw data; with it, that they can be rebuilt."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from detente.baseline import store
from detente.baseline.elasticities import DEFAULT_SOURCE, elasticities_for
from detente.baseline.groups import ISIC_DIVISIONS
from detente.baseline.names import EU27
from detente.baseline.rates import highest_rates
from scripts import run_here

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("wiod-2014", "icio-2017")
FAR = {"wiod-2014": 32, "icio-2017": 57}
"""Rates on much trade that are more than ten points from the baseline's own source."""
# fmt: off
ECONOMIES = (
    "USA", "CHN", "EU27", "GBR", "JPN", "KOR", "CAN", "MEX",
    "IND", "BRA", "RUS", "TUR", "AUS", "IDN", "TWN", "ROW",
)
# fmt: on


@pytest.fixture(scope="module", params=NAMES)
def shipped(request):
    return store.load(request.param)


def _goods_trade(c, exporter, importer):
    """Goods sold from one economy to another, billion USD, and the mean tariff in per cent."""
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    flows = c.flows[cell]
    return flows.sum() / 1000, 100 * (c.tariff[cell] * flows).sum() / flows.sum()


@pytest.mark.parametrize(
    ("name", "exporter", "importer", "value", "tariff"),
    [
        ("wiod-2014", "CHN", "USA", 333.53, 3.23),
        ("wiod-2014", "USA", "CHN", 81.92, 6.45),
        ("icio-2017", "CHN", "USA", 367.80, 3.42),
        ("icio-2017", "USA", "CHN", 102.88, 5.00),
    ],
)
def test_trade_between_the_united_states_and_china(name, exporter, importer, value, tariff):
    found = _goods_trade(store.load(name), exporter, importer)
    assert found == pytest.approx((value, tariff), abs=0.005)


@pytest.mark.parametrize(
    ("name", "output", "trade", "shape"),
    [("wiod-2014", 159.486, 17.179, (50, 16, 16)), ("icio-2017", 155.395, 15.867, (23, 16, 16))],
)
def test_world_totals_in_trillions(name, output, trade, shape):
    c = store.load(name)
    assert c.flows.shape == shape
    assert c.output.sum() / 1e6 == pytest.approx(output, abs=5e-4)
    abroad = c.flows * ~np.eye(16, dtype=bool)
    assert abroad.sum() / 1e6 == pytest.approx(trade, abs=5e-4)


def test_identities_of_the_world(shipped):
    # the identities of each cell were checked to 1e-10 when it was loaded
    assert shipped.deficit.sum() == pytest.approx(0, abs=1e-12 * shipped.output.sum())
    income = shipped.value_added + shipped.tariff_revenue + shipped.deficit
    np.testing.assert_allclose(shipped.income, income, rtol=1e-10)
    assert (shipped.final_demand >= 0).all()
    assert (shipped.value_added_share <= 1).all()


def test_labels(shipped):
    assert shipped.country_codes == ECONOMIES
    assert shipped.countries[2].members == EU27
    assert len(EU27) == 27
    members = [m for c in shipped.countries for m in c.members]
    assert len(set(members)) == len(members) == {"wiod-2014": 44, "icio-2017": 77}[shipped.name]
    covered = [d for s in shipped.sectors for d in s.isic]
    assert sorted(covered) == sorted(ISIC_DIVISIONS)
    for sector in shipped.sectors:
        assert (sector.kind == "goods") == (sector.isic[0] < "35")
        assert sector.name != sector.code
    assert all(c.name != c.code for c in shipped.countries)


def test_tariffs(shipped):
    home = np.arange(16)
    single = [k for k, c in enumerate(shipped.countries) if len(c.members) == 1]
    assert (shipped.tariff[:, single, single] == 0).all()
    assert (shipped.tariff[:, 2, 2] == 0).all()  # a customs union
    assert (shipped.tariff[:, home[-1], home[-1]] > 0).any()  # ROW trades with itself
    assert (shipped.tariff[~shipped.goods] == 0).all()


@pytest.mark.parametrize(
    ("importer", "exporter", "in_2014", "in_2017"),
    [
        ("USA", "EU27", 1.56, 1.40),
        ("EU27", "USA", 2.50, 2.16),
        ("USA", "MEX", 0.11, 0.10),  # a free-trade area
        ("MEX", "USA", 0.00, 0.00),
        ("CAN", "USA", 0.01, 0.01),
        ("MEX", "EU27", 0.74, 0.45),  # an agreement since 2000
        ("TUR", "EU27", 0.79, 0.66),  # a customs union, but for farm goods
        ("EU27", "CHN", 3.86, 4.07),  # one outer tariff, bought in other proportions
        ("GBR", "CHN", 4.36, 4.80),
        ("EU27", "GBR", 0.00, 0.00),
        ("AUS", "CHN", 3.46, 0.31),  # agreements of December 2015
        ("KOR", "CHN", 5.09, 2.99),
        ("KOR", "USA", 3.80, 1.90),  # an agreement phased in from 2012
        ("JPN", "USA", 2.30, 1.50),
    ],
)
def test_mean_tariffs_between_pairs(importer, exporter, in_2014, in_2017):
    found = [_goods_trade(store.load(name), exporter, importer)[1] for name in NAMES]
    assert found == pytest.approx([in_2014, in_2017], abs=0.005)


@pytest.mark.parametrize(
    ("importer", "exporter", "sectors", "in_2014", "in_2017"),
    [
        # duties over imports: $387m on $20.6bn of food, wine and spirits in 2017
        ("USA", "EU27", ("C10-C12", "C10T12"), 1.88, 1.88),
        ("USA", "CHN", ("C10-C12", "C10T12"), 2.98, 3.74),
        ("USA", "JPN", ("C29", "C29"), 2.28, 2.34),  # 2.5% on cars
        ("USA", "CHN", ("C21", "C21"), 0.38, 0.49),  # medicines are free
        ("CHN", "USA", ("C29", "C29"), 21.54, 22.39),  # 25% on cars, 10% on parts
        ("MEX", "USA", ("C10-C12", "C10T12"), 0.0, 0.0),
        ("KOR", "RUS", ("A01", "A01_02"), 29.44, 29.49),  # was 351%
        ("KOR", "AUS", ("C10-C12", "C10T12"), 38.98, 33.68),  # 40% on beef, falling from 2014
        ("IND", "IDN", ("C10-C12", "C10T12"), 30.96, 27.55),  # palm oil; was 75%
    ],
)
def test_rates_of_cells(importer, exporter, sectors, in_2014, in_2017):
    found = []
    for name, sector in zip(NAMES, sectors, strict=True):
        c = store.load(name)
        n, i = (c.country_codes.index(code) for code in (importer, exporter))
        found.append(100 * c.tariff[c.sector_codes.index(sector), n, i])
    assert found == pytest.approx([in_2014, in_2017], abs=0.005)


def test_no_rate_is_a_peak_that_no_trade_pays(shipped):
    assert shipped.tariff.max() < 0.45
    big = np.where(shipped.flows > 500, shipped.tariff, 0)
    assert big.max() < 0.40


def test_every_difference_on_the_card_is_of_the_rate_that_is_used(shipped):
    c = shipped
    assert len(c.card.differences) == {"wiod-2014": 82, "icio-2017": 92}[c.name]
    for d in c.card.differences:
        n, i = (c.country_codes.index(code) for code in (d.importer, d.exporter))
        cell = c.sector_codes.index(d.sector), n, i
        assert (c.tariff[cell], c.flows[cell]) == (
            pytest.approx(d.rate, abs=5e-5),
            pytest.approx(d.trade, abs=0.05),
        )
        assert d.trade > 500
        assert abs(d.rate - d.other_rate) > 0.0999
        assert d.source in ("TRAINS", "Teti")
        assert len(d.reason) > 20


def test_cards(shipped):
    card = shipped.card
    assert card.name in NAMES
    assert str(card.year) == card.name[-4:]
    for text in (card.title, card.source, card.licence, card.method, card.elasticities):
        assert text
    assert card.unit == "million USD"
    assert all(a.size > 0 and a.what and a.why and a.unit for a in card.adjustments)
    assert DEFAULT_SOURCE in card.elasticities


def test_negative_final_demand_is_reported_with_its_size():
    sizes = {
        name: {a.what.split(" (")[0]: a.size for a in store.load(name).card.adjustments}
        for name in NAMES
    }
    removed = "negative final demand set to zero"
    assert sizes["wiod-2014"][removed] == pytest.approx(0.00028, abs=5e-6)
    assert sizes["icio-2017"][removed] == pytest.approx(0.0075, abs=5e-5)


def test_trade_elasticities_are_those_of_the_default_source(shipped):
    expected = elasticities_for(shipped.sectors, DEFAULT_SOURCE)
    np.testing.assert_allclose(shipped.trade_elasticity, expected, rtol=1e-15)


def test_files_are_small_and_quick_to_load():
    assert sum(p.stat().st_size for p in store.SHIPPED.iterdir()) < 3_000_000
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        store.load("wiod-2014")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


def test_cards_are_plain_json():
    for name in NAMES:
        data = json.loads((store.SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
        assert [c["code"] for c in data["countries"]] == list(ECONOMIES)
        assert data["card"]["adjustments"]


def test_the_document_has_the_figures():
    """The tables of docs/data.md on elasticities, groups and trade are those of the files."""
    from detente.baseline.elasticities import SOURCES, choose_elasticities
    from detente.baseline.groups import SECTOR_GROUPS, divisions

    lines = (ROOT / "docs" / "data.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rows = {row[0]: row[1:] for row in cells if len(row) > 1}
    header = [s.strip("`") for s in rows["sector of `wiod-2014`"]]
    assert header == list(SOURCES)
    goods = [s for s in store.load("wiod-2014").sectors if s.kind == "goods"]
    for k, name in enumerate(header):
        choice = choose_elasticities(goods, name)
        filled = {code for code, _ in choice.filled}
        for sector, value in zip(goods, choice.values, strict=True):
            mark = "\\*" if sector.code in filled else ""
            assert rows[f"{sector.code} {sector.name}"][k] == f"{value:.2f}{mark}"
    groups = {}
    for row in cells:
        if len(row) == 4 and row[0].strip("`") in SECTOR_GROUPS:
            groups |= {row[0].strip("`"): row[1], row[2].strip("`"): row[3]}
    groups.pop("", None)
    found = {name: divisions(*text.split(", ")) for name, text in groups.items()}
    assert found == SECTOR_GROUPS
    told = cells[lines.index("|---|---|---|---|---|---|---|---|---|---|") + 1 :][:10]
    for k, name in enumerate(NAMES):
        highest = [row[5 * k : 5 * k + 5] for row in told]
        assert highest == [
            [r.importer, r.exporter, r.sector, f"{100 * r.rate:.1f}%", f"{r.trade:,.4g}"]
            for r in highest_rates(store.load(name))
        ]


@pytest.mark.shared_data
def test_the_shipped_files_are_what_the_raw_data_give(shared_data):
    """Two builds with the same bytes, and the same as the files in the package."""
    done = run_here(ROOT / "tools/build_baselines.py", "--check", "--data", shared_data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 7


@pytest.mark.shared_data
@pytest.mark.parametrize("name", NAMES)
def test_no_rate_on_much_trade_is_far_from_its_source_without_a_reason(name, shared_data):
    """The source's own tariffs, added up here from the raw cubes, against the shipped rates."""
    c = store.load(name)
    if name == "icio-2017":
        with np.load(shared_data / "icio/icio2017_77x23.npz") as raw:
            codes = raw["countries"]
            flows, tariff = (raw[k].transpose(2, 1, 0) for k in ("X", "tariff"))
    else:
        with np.load(shared_data / "wiod2014/wiod2014_44x50.npz") as raw:
            codes = raw["countries"]
            flows, tariff = raw["Z"].astype(float), raw["tau"].astype(float) - 1
    owner = {m: k for k, country in enumerate(c.countries) for m in country.members}
    place = [owner[str(code)] for code in codes]
    told = {(d.sector, d.importer, d.exporter) for d in c.card.differences}
    far = 0
    for s, n, i in np.argwhere(c.flows > 500):
        if n == i or not c.goods[s]:
            continue
        cells = np.ix_([s], np.flatnonzero(np.equal(place, n)), np.flatnonzero(np.equal(place, i)))
        source = (flows[cells] * tariff[cells]).sum() / flows[cells].sum()
        if abs(source - c.tariff[s, n, i]) > 0.1:
            far += 1
            assert (c.sector_codes[s], c.country_codes[n], c.country_codes[i]) in told
    assert far == FAR[name]


@pytest.mark.shared_data
def test_a_missing_raw_file_is_one_message(tmp_path, shared_data):
    (tmp_path / "elasticities").symlink_to((shared_data / "elasticities").resolve())
    done = subprocess.run(
        [sys.executable, ROOT / "tools/build_baselines.py", "--data", tmp_path, "--out", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "wiod2014_44x50.npz: file not found" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.shared_data
def test_balancing_kept_what_the_card_says(shared_data):
    """Spending, intermediate columns and final totals of every raw country are unchanged."""
    from detente.baseline.icio import read_icio

    economy = read_icio(shared_data / "icio")
    with np.load(shared_data / "icio/icio2017_77x23.npz", allow_pickle=False) as raw:
        output = raw["X"].sum(axis=1)
        columns = raw["G"].sum(axis=0) * output
        final = raw["final_raw"]
        spending = np.einsum("eis,eis->is", 1 + raw["tariff"], raw["X"])
    np.testing.assert_allclose(economy.expenditure, spending, rtol=1e-12)
    inputs = economy.input_share * economy.output[:, None, :]
    np.testing.assert_allclose(inputs.sum(axis=1), columns, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(economy.final_demand.sum(axis=1), final.sum(axis=1), rtol=1e-11)
    positive = (final >= 0).all(axis=1)
    np.testing.assert_allclose(economy.final_demand[positive], final[positive], rtol=1e-9)
    assert positive.sum() == 5


@pytest.mark.shared_data
def test_raw_countries_and_another_year_can_be_read(shared_data):
    from detente.baseline.icio import read_icio
    from detente.baseline.wiod import read_wiod
    from detente.errors import DataError

    raw = read_wiod(shared_data / "wiod2014", "4")
    assert raw.flows.shape == (50, 44, 44)
    home = np.arange(44)
    assert (raw.tariff[:, home, home] == 0).all()
    assert ((raw.output == 0).sum(), (raw.trade_elasticity == 4).all()) == (46, True)
    assert read_icio(shared_data / "icio", year=2022).card.year == 2022
    with pytest.raises(DataError, match=r"icio1999_77x23\.npz: file not found"):
        read_icio(shared_data / "icio", year=1999)
