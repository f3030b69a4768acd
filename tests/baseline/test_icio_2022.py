"""Known facts of the economy of 2022, and, with the raw data, figures added up anew."""

import numpy as np
import pytest

from detente.baseline import store
from detente.baseline.names import EU27

PARTNERS = ("CHN", "MEX", "EU27", "VNM")


@pytest.fixture(scope="module")
def world():
    return store.load("icio-2022", economies="all")


@pytest.fixture(scope="module")
def usual():
    return store.load("icio-2022")


def _goods(c, importer, exporter):
    """Goods sold, billion USD, and the mean tariff on them, per cent."""
    cell = c.goods, c.country_codes.index(importer), c.country_codes.index(exporter)
    flows = c.flows[cell]
    return flows.sum() / 1e3, 100 * (c.tariff[cell] * flows).sum() / flows.sum()


def test_sizes(world, usual):
    assert world.flows.shape == (32, 77, 77)
    assert usual.flows.shape == (32, 38, 38)
    assert (world.goods.sum(), set(EU27) - set(world.country_codes)) == (22, set())
    assert world.output.sum() / 1e6 == pytest.approx(199.691, abs=5e-4)
    abroad = world.flows * ~np.eye(77, dtype=bool)
    assert abroad.sum() / 1e6 == pytest.approx(26.991, abs=5e-4)
    assert abroad[world.goods].sum() / 1e6 == pytest.approx(17.395, abs=5e-4)


@pytest.mark.parametrize(
    ("code", "trillion"),
    # gross domestic product of 2022 at current prices, national accounts
    [("USA", 26.0), ("CHN", 18.0), ("JPN", 4.26), ("DEU", 4.08), ("GBR", 3.1), ("IND", 3.35)],
)
def test_value_added_is_near_published_product(world, code, trillion):
    found = world.value_added[world.country_codes.index(code)] / 1e6
    assert found == pytest.approx(trillion, rel=0.06)


@pytest.mark.parametrize("which", ["world", "usual"])
def test_accounts_balance(which, request):
    c = request.getfixturevalue(which)
    use = np.einsum("nks,ns->nk", c.input_share, c.output) + c.final_demand
    np.testing.assert_allclose(use, c.expenditure, rtol=1e-9, atol=1e-9)
    costs = c.value_added_share + c.input_share.sum(axis=1)
    np.testing.assert_allclose(costs[c.output > 0], 1, rtol=1e-9)
    income = c.value_added + c.tariff_revenue + c.deficit
    np.testing.assert_allclose(c.income, income, rtol=1e-9)
    assert c.deficit.sum() == pytest.approx(0, abs=1e-12 * c.output.sum())
    assert (c.final_demand >= 0).all()


def test_merging_economies_keeps_every_total(world, usual):
    for name in ("output", "income", "tariff_revenue", "value_added", "final_demand"):
        one, other = (float(getattr(c, name).sum()) for c in (world, usual))
        assert other == pytest.approx(one, rel=1e-12), name
    members = [world.country_codes.index(code) for code in EU27]
    union = usual.country_codes.index("EU27")
    assert usual.income[union] == pytest.approx(world.income[members].sum(), rel=1e-12)
    home = world.flows[:, members][:, :, members].sum(axis=(1, 2))
    np.testing.assert_allclose(usual.flows[:, union, union], home, rtol=1e-12)
    usa = usual.country_codes.index("USA")
    sold = world.flows[:, world.country_codes.index("USA"), members].sum(axis=1)
    np.testing.assert_allclose(usual.flows[:, usa, union], sold, rtol=1e-12)


def test_the_union_has_one_tariff(world):
    members = [world.country_codes.index(code) for code in EU27]
    outside = [k for k in range(77) if k not in members]
    rates = world.tariff[:, members]
    assert (rates[:, :, members] == 0).all()
    assert (rates[:, :, outside] == rates[:, :1, outside]).all()
    theirs = world.tariff[:, outside][:, :, members]
    assert (theirs == theirs[:, :, :1]).all()


@pytest.mark.parametrize(
    ("importer", "exporter", "value", "rate"),
    [
        ("USA", "CHN", 453.41, 12.35),
        ("CHN", "USA", 127.83, 20.51),
        ("USA", "EU27", 421.87, 1.49),
        ("USA", "MEX", 334.25, 0.22),
        ("USA", "CAN", 317.50, 0.09),
        ("USA", "VNM", 94.95, 5.76),
        ("EU27", "GBR", 145.39, 0.0),  # the agreement of 2020
        ("KOR", "USA", 57.58, 0.74),
        ("AUS", "CHN", 75.70, 0.24),
    ],
)
def test_trade_and_mean_tariffs(usual, importer, exporter, value, rate):
    assert _goods(usual, importer, exporter) == pytest.approx((value, rate), abs=0.005)


def test_rates_that_customs_collected(usual):
    """Calculated duties over imports of 2022, industries 331 to 335: sums of the monthly file."""
    collected = {
        "C24": (18.469, 0.030, 2.265, 15.162),
        "C25": (18.709, 0.397, 2.415, 3.347),
        "C28": (17.720, 0.233, 0.841, 0.661),
        "C26": (3.512, 0.016, 0.092, 0.217),
        "C27": (14.549, 0.296, 2.038, 2.300),
    }
    usa = usual.country_codes.index("USA")
    partners = [usual.country_codes.index(code) for code in PARTNERS]
    for code, rates in collected.items():
        found = 100 * usual.tariff[usual.sector_codes.index(code), usa, partners]
        assert found == pytest.approx(rates, abs=5e-4), code


def test_cars_and_aircraft_together_have_the_rate_of_their_industry(usual):
    """Industry 336: 22.470% on China in 2022."""
    cells = [usual.sector_codes.index(code) for code in ("C29", "C30")]
    flows, rate = (
        a[cells, usual.country_codes.index("USA"), usual.country_codes.index("CHN")]
        for a in (usual.flows, usual.tariff)
    )
    # imports within a sector are weighed, across the two it is the trade of the baseline
    assert 100 * (flows * rate).sum() / flows.sum() == pytest.approx(22.470, abs=0.001)


def test_what_the_united_states_collect(usual):
    """Customs collected 89.8 billion USD on goods in 2022, 2.78% of imports."""
    usa = usual.country_codes.index("USA")
    assert usual.tariff_revenue[usa] / 1e3 == pytest.approx(89.8, rel=0.08)
    imports = np.delete(usual.flows[usual.goods, usa].sum(axis=0), usa)
    assert 100 * usual.tariff_revenue[usa] / imports.sum() == pytest.approx(2.78, abs=0.6)


def test_no_rate_is_a_peak_that_no_trade_pays(world):
    assert world.tariff.max() < 0.45
    assert (world.tariff[~world.goods] == 0).all()
    food = world.sector_codes.index("C10T12")
    assert world.tariff[food, world.country_codes.index("USA")].max() < 0.25  # was 91%


def test_differences_on_the_card_are_of_cells_that_are_there(usual):
    assert len(usual.card.differences) == 276
    for d in usual.card.differences:
        n, i = (usual.country_codes.index(code) for code in (d.importer, d.exporter))
        cell = usual.sector_codes.index(d.sector), n, i
        assert usual.tariff[cell] == pytest.approx(d.rate, abs=6e-5)
        assert usual.flows[cell] == pytest.approx(d.trade, abs=0.06)


def test_every_step_is_on_the_card_with_its_size(usual):
    sizes = {a.what: a.size for a in usual.card.adjustments}
    assert len(sizes) == 11
    starts = {
        "negative final demand set to zero": 0.00896,
        "final demand rebalanced by GRAS": 0.0179,
        "intermediate use rebalanced": 0.0179,
        "services split into 10": 0.0412,
        "services made up as those of the rest": 0.0798,
        "costs of each service balanced": 0.149,
        "uses of each service balanced": 0.0529,
        "tariffs chosen anew": 0.0110,
    }
    for start, size in starts.items():
        (found,) = [s for what, s in sizes.items() if what.startswith(start)]
        assert found == pytest.approx(size, rel=0.01), start
    notes = " ".join(usual.card.notes)
    assert "Kazakhstan 53%, Vietnam 42%" in notes
    assert "12.3% of trade" in notes
    assert "20.5% of trade" in notes
    assert "exclusions" in notes


@pytest.mark.shared_data
def test_flows_are_those_of_the_source(world, shared_data):
    with np.load(shared_data / "icio/icio2022_77x23.npz", allow_pickle=False) as raw:
        assert [str(c) for c in raw["countries"]] == list(world.country_codes)
        flows, added = raw["X"].transpose(2, 1, 0), raw["B"].T * raw["X"].sum(axis=1)
        final = raw["final_raw"]
    assert (world.flows[:22] == flows[:22]).all()
    np.testing.assert_allclose(world.flows[22:].sum(axis=0), flows[22], rtol=1e-12)
    made = world.value_added_share * world.output
    np.testing.assert_allclose(made[:, :22], added[:, :22], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(made[:, 22:].sum(axis=1), added[:, 22], rtol=1e-9)
    # final demand differs by duties alone
    change = world.income - final.sum(axis=1)
    assert np.abs(change).sum() / final.sum() < 0.004


@pytest.mark.shared_data
def test_services_are_near_those_that_the_oecd_has_apart_for_2017(shared_data):
    """Share of a country's services output, and of its exports of services, in another kind."""
    pd = pytest.importorskip("pandas")
    from detente.baseline.icio import read_icio
    from detente.baseline.wiod import read_wiod
    from split_services import split_services

    rows = pd.read_csv(shared_data / "icio2017_7x44" / "TradeFlow2017.csv")
    kinds = [23, 25, 26, 27, 32, 33, 36, 37, 40, 43]  # the first industry of each kind
    rows = rows[rows["indcode"] >= kinds[0]]
    kind = np.searchsorted(kinds, rows["indcode"], side="right") - 1
    c = split_services(
        read_icio(shared_data / "icio", "4", year=2017), read_wiod(shared_data / "wiod2014", "4")
    )
    found = {}
    for code in ("USA", "CHN", "JPN", "IND", "BRA"):
        i = c.country_codes.index(code)
        sold = c.flows[22:, :, i]
        both = []
        for theirs, ours in (
            (rows["iso_o"] == code, sold.sum(axis=1)),
            ((rows["iso_o"] == code) & (rows["iso_d"] != code), sold.sum(axis=1) - sold[:, i]),
        ):
            known = np.bincount(kind[theirs], rows.loc[theirs, "tradevalue"], len(kinds))
            both.append(100 * np.abs(known / known.sum() - ours / ours.sum()).sum() / 2)
        found[code] = tuple(both)
    expected = {"USA": (2.5, 20.6), "CHN": (6.2, 25.4), "JPN": (6.8, 26.4), "IND": (12.5, 16.4),
                "BRA": (5.0, 34.3)}  # fmt: skip
    for code, values in expected.items():
        assert found[code] == pytest.approx(values, abs=0.06), code
