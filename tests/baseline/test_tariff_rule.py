"""The rule that chooses the tariffs of the shipped baselines, on a case made up by hand."""

import numpy as np
import pytest

from build_baselines import ECONOMIES
from detente.axes import Country, Sector
from detente.baseline.aggregate import aggregate
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.icio import read_icio
from detente.baseline.wiod import read_wiod
from product_map import CODES_NAICS
from tariff_rule import REASONS, WEIGHTED, Choice, carry, choose, differences
from tariff_sources import (
    CODES,
    Lines,
    china_on_us,
    china_on_us_since,
    line_rate,
    split,
    us_duties,
)

FOOD, CARS = 0, 1
NAMES = ("EU27", "BRA", "RUS", "ROW", "CHN", "GBR", "IND", "IDN", "MEX", "TUR", "KOR")
EU, BRA, RUS, ROW, CHN = range(5)


def _economy(isic=(("10",), ("29",)), year=2017, size=1000.0) -> Calibration:
    n, s = len(NAMES), len(isic)
    flows = np.full((s, n, n), size)
    return Calibration(
        countries=tuple(Country(code, code) for code in NAMES),
        sectors=tuple(Sector(f"S{k}", f"Sector {k}", codes) for k, codes in enumerate(isic)),
        flows=flows,
        tariff=np.zeros_like(flows),
        value_added_share=np.ones((n, s)),
        input_share=np.zeros((n, s, s)),
        final_demand=flows.sum(axis=2).T,
        trade_elasticity=np.full(s, 4.0),
        card=Card("made-up", "Made up", year, "none", "none"),
    )


def _chosen(sector, importer, exporter, weighted, simple, *, others=0.2, before=None, year=2017):
    """Rate and reason of one cell whose importer asks ``others`` of everybody else."""
    economy = _economy(year=year)
    one, two = np.full(economy.tariff.shape, 0.1), np.full(economy.tariff.shape, others)
    one[sector, importer, exporter], two[sector, importer, exporter] = weighted, simple
    since = two.copy()
    if before is not None:
        since[sector, importer, exporter] = before
    choice = choose(economy, one, two, since=since)
    cell = sector, importer, exporter
    return choice.rate[cell], str(choice.reason[cell])


@pytest.mark.parametrize(
    ("cell", "rates", "expected"),
    [
        # 91% is a mean over tobacco and sugar that nobody sells
        ((FOOD, EU, BRA), (0.03, 0.91), (0.03, "weighted")),
        # a simple mean far lower than what is paid on cars, without an agreement
        ((CARS, CHN, EU), (0.22, 0.11), (0.22, "weighted")),
        # half of what others pay: an agreement
        ((CARS, EU, BRA), (0.12, 0.10), (0.10, "agreement")),
        ((CARS, EU, BRA), (0.12, 0.101), (0.12, "weighted")),
        # an agreement that the weighted source has too
        ((CARS, EU, BRA), (0.01, 0.02), (0.01, "weighted")),
        # outside a quota
        ((FOOD, EU, BRA), (0.76, 0.17), (0.17, "quota")),
        ((FOOD, EU, BRA), (0.26, 0.3), (0.26, "weighted")),
        # as high in other goods
        ((CARS, EU, BRA), (0.34, 0.15), (0.34, "weighted")),
        ((CARS, EU, BRA), (0.36, 0.15), (0.15, "peak")),
        # importers of the rest of the world
        ((CARS, ROW, EU), (0.19, 0.15), (0.15, "rest")),
        ((CARS, ROW, EU), (0.1, 0.15), (0.1, "weighted")),
        # preferences of Russia that are not what is paid
        ((CARS, RUS, CHN), (0.12, 0.0), (0.12, "general")),
        ((CARS, RUS, EU), (0.12, 0.0), (0.0, "agreement")),
    ],
)
def test_each_case_of_the_rule(cell, rates, expected):
    assert _chosen(*cell, *rates) == expected


def test_an_importer_that_the_weighted_source_lacks_has_the_lower_rate():
    economy = _economy()
    weighted, simple = np.full(economy.tariff.shape, 0.1), np.full(economy.tariff.shape, 0.15)
    weighted[CARS, BRA, EU] = 0.19
    lacks = np.array([code in ("BRA", "ROW") for code in NAMES])
    choice = choose(economy, weighted, simple, since=simple, lacks=lacks)
    assert (choice.rate[CARS, BRA, EU], choice.reason[CARS, BRA, EU]) == (0.15, "rest")
    assert choice.rate[CARS, BRA, RUS] == 0.1


def test_an_economy_that_a_source_lacks_has_the_rates_of_its_rest_of_the_world():
    source = _economy()
    tariff = np.zeros(source.tariff.shape)
    tariff[CARS, ROW, EU], tariff[CARS, EU, ROW] = 0.3, 0.2
    final = ((1 + tariff) * source.flows).sum(axis=2).T
    source = source.replace(tariff=tariff, final_demand=final)
    onto = source.replace(
        countries=tuple(Country("VNM" if c.code == "BRA" else c.code, c.name)
                        for c in source.countries)
    )  # fmt: skip
    rates = carry(source, onto)
    assert (rates[CARS, BRA, EU], rates[CARS, EU, BRA], rates[CARS, ROW, EU]) == (0.3, 0.2, 0.3)
    assert rates[FOOD].sum() == 0


def test_rates_that_fell_since_2014_fall_in_proportion():
    assert _chosen(CARS, EU, BRA, 0.2, 0.12, before=0.16) == (pytest.approx(0.15), "cut")
    # a rate that rose in the simple means is no sign that the weighted one did
    assert _chosen(CARS, EU, BRA, 0.2, 0.16, before=0.12) == (0.2, "weighted")


def test_china_had_the_european_preferences_no_longer_in_2014_nor_in_2017():
    assert _chosen(CARS, EU, CHN, 0.04, 0.01, year=2014) == (0.04, "general")
    # Teti has none in 2017, so nothing needs to be denied
    assert _chosen(CARS, EU, CHN, 0.05, 0.01, year=2017) == (0.01, "agreement")


def test_rates_are_carried_weighted_by_the_trade_of_their_source():
    source = _economy(isic=(("05",), ("06", "07"), ("01",)))
    flows, tariff = source.flows.copy(), source.tariff.copy()
    flows[:2, EU, BRA] = 30.0, 10.0
    tariff[:2, EU, BRA] = 0.1, 0.5
    tariff[2, EU, BRA] = 0.9
    flows[:2, EU, RUS] = 0.0
    tariff[:2, EU, RUS] = 0.1, 0.5
    final = ((1 + tariff) * flows).sum(axis=2).T
    source = source.replace(flows=flows, tariff=tariff, final_demand=final)
    rates = carry(source, _economy(isic=(("05", "06"), ("02", "01"))))
    assert rates[:, EU, BRA].tolist() == [pytest.approx(0.2), 0.9]
    assert rates[0, EU, RUS] == pytest.approx(0.3)  # nothing flows: a plain mean


def test_differences_are_those_above_ten_points_on_much_trade():
    economy = _economy()
    flows = economy.flows.copy()
    flows[CARS, EU, BRA] = 499.0
    flows[FOOD, EU, RUS] = 2000.0
    economy = economy.replace(flows=flows, final_demand=flows.sum(axis=2).T)
    rate = np.full(flows.shape, 0.05)
    other = rate.copy()
    for cell, value in {
        (CARS, EU, BRA): 0.9,  # little trade
        (CARS, EU, EU): 0.9,  # at home
        (CARS, EU, RUS): 0.149,  # near
        (CARS, EU, CHN): 0.16,
        (FOOD, EU, RUS): 0.91,
    }.items():
        other[cell] = value
    reason = np.full(flows.shape, "weighted", dtype="<U9")
    found = differences(economy, Choice(rate, reason), {"Teti": other})
    told = [(d.importer, d.exporter, d.sector, d.trade, d.rate, d.other_rate) for d in found]
    assert told == [
        ("EU27", "RUS", "S0", 2000.0, 0.05, 0.91),
        ("EU27", "CHN", "S1", 1000.0, 0.05, 0.16),
    ]
    assert {d.reason for d in found} == {REASONS["weighted"]}


def test_a_rate_that_was_cut_says_so_beside_its_own_source_only():
    economy = _economy()
    rate = np.full(economy.flows.shape, 0.2)
    reason = np.full(rate.shape, "cut", dtype="<U9")
    far = {WEIGHTED: rate + 0.2, "Teti": rate + 0.3}
    said = {(d.source, d.reason) for d in differences(economy, Choice(rate, reason), far)}
    assert said == {(WEIGHTED, REASONS["cut"]), ("Teti", REASONS["weighted"])}


def test_an_industry_s_rate_is_split_so_that_its_duties_stay():
    chemicals, medicines = CODES.index("20"), CODES.index("21")
    collected = np.zeros((len(CODES_NAICS), 2))
    collected[list(CODES_NAICS).index("325")] = 200.0, 5.0
    trade, imports, duty = (np.zeros(len(CODES)) for _ in range(3))
    trade[[chemicals, medicines]] = 10.0, 30.0
    imports[[chemicals, medicines]] = 100.0, 900.0
    duty[[chemicals, medicines]] = 4.0, 9.0  # 4% and 1%
    own = Lines(imports, duty)
    value, rate = split(collected, trade, own, own)
    assert value[[chemicals, medicines]].tolist() == [50.0, 150.0]
    # 4 : 1 at trade of 1 : 3 has a mean of 1.75; collected were 2.5
    assert rate[[chemicals, medicines]] == pytest.approx([0.025 * 4 / 1.75, 0.025 / 1.75])
    assert value @ rate == pytest.approx(5.0)


def test_china_s_rate_on_a_line():
    assert line_rate("10059000", [65.0]) == 1.0
    assert line_rate("52010000", [0.0, 40.0]) == 1.0
    assert line_rate("87032342", [25.0, 25.0]) == 25.0
    assert line_rate("12019010", [3.0, 4.0]) == 3.5
    assert line_rate("31055900", [1.0]) == 1.0
    # film pays by area
    assert line_rate("37024292", [float("nan")]) is None
    assert line_rate("37024292", [float("nan"), 2.0]) == 2.0
    assert line_rate("10059000", []) is None


@pytest.fixture(scope="module")
def sources(shared_data):
    """Both baselines with the rates of their sources, and the simple means of 2014."""

    def merged(economy):
        return aggregate(economy, countries=ECONOMIES)

    return (
        merged(read_wiod(shared_data / "wiod2014", "4")),
        *(merged(read_icio(shared_data / "icio", "4", year=year)) for year in (2014, 2017)),
    )


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("year", "points"),
    [(2014, {"TRAINS": 0.614, "Teti": 2.267, "the rule": 0.511}),
     (2017, {"TRAINS": 0.652, "Teti": 2.748, "the rule": 0.563})],
)  # fmt: skip
def test_the_rule_is_nearer_to_duties_collected_than_either_source(
    sources, shared_data, year, points
):
    """Mean distance from what US customs collected, points of a per cent, weighted by trade."""
    wiod, before, after = sources
    base, simple = (wiod, before) if year == 2014 else (after, after)
    one, two = carry(wiod, base), carry(simple, base)
    choice = choose(base, one, two, since=carry(before, base))
    duties = us_duties(shared_data, base, year)
    known = np.isfinite(duties)
    flows = base.flows[:, 0][known]
    found = {}
    for name, rates in (("TRAINS", one), ("Teti", two), ("the rule", choice.rate)):
        gap = np.abs(rates[:, 0][known] - duties[known])
        found[name] = 100 * float(gap @ flows / flows.sum())
    assert found == pytest.approx(points, abs=0.001)


@pytest.mark.shared_data
def test_duties_by_the_census_figures(sources, shared_data):
    """Sums of the monthly file, by hand."""
    economy = sources[2]
    rates = us_duties(shared_data, economy, 2017)
    codes, sectors = economy.country_codes, economy.sector_codes
    # industries 311 and 312; the partner EU27 held the United Kingdom then, which is taken out
    union = (404_098_572 - 17_069_873) / (22_951_121_384 - 2_320_003_969)
    food = sectors.index("C10T12")
    assert rates[food, codes.index("EU27")] == pytest.approx(union, rel=1e-12)
    # industry 331
    assert 100 * rates[sectors.index("C24"), codes.index("CHN")] == pytest.approx(2.41, abs=0.005)
    assert np.isnan(rates[:, codes.index("USA")]).all()


@pytest.mark.shared_data
def test_china_s_rates_in_the_war(sources, shared_data):
    """Mean of the panel's column of February 2020 over China's imports of 2017, by HS6."""
    found = china_on_us_since(shared_data, sources[2])
    at = sources[2].sector_codes.index
    # soybeans, most of crops, 30.5% (3 and 27.5 added); cars 15%, circuits 0 to 10%, medicines few
    assert 100 * found[at("A01_02")] == pytest.approx(29.3, abs=0.05)
    assert 100 * found[at("C29")] == pytest.approx(14.1, abs=0.05)
    assert 100 * found[at("C21")] == pytest.approx(3.4, abs=0.05)
    assert np.isfinite(found[: at("SVC")]).sum() == 21  # none on mining support


@pytest.mark.shared_data
def test_duties_of_2022(shared_data):
    """Industry 331, Section 232 and 301 in it: duty over imports, by hand."""
    economy = aggregate(read_icio(shared_data / "icio", "4", year=2022), countries=ECONOMIES)
    rates = us_duties(shared_data, economy, 2022)[economy.sector_codes.index("C24")]
    assert 100 * rates[economy.country_codes.index("CHN")] == pytest.approx(18.469, abs=5e-4)
    assert 100 * rates[economy.country_codes.index("EU27")] == pytest.approx(2.265, abs=5e-4)


@pytest.mark.shared_data
def test_china_s_lines(sources, shared_data):
    found = china_on_us(shared_data, sources[2])
    at = sources[2].sector_codes.index
    # lines of passenger cars 25%, of parts 6 to 10%; maize and cotton inside their quotas
    assert 100 * found[at("C29")] == pytest.approx(22.4, abs=0.05)
    assert 100 * found[at("A01_02")] == pytest.approx(3.10, abs=0.05)


def test_every_reason_can_be_given():
    keys = {
        "duties",
        "lines",
        "war",
        "weighted",
        "cut",
        "agreement",
        "quota",
        "peak",
        "general",
        "rest",
    }
    assert set(REASONS) == keys
    assert max(map(len, keys)) <= 9  # the width of the array of reasons
