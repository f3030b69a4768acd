"""Places: mapping by hand, sums over places, the published signs, tables that are refused."""

import numpy as np
import pytest

import detente as dt
from detente.baseline.store import load
from detente.errors import InputError
from detente.places.effects import correlation, duties_of, place_effects, place_table
from detente.places.mapping import divisions, weights
from detente.places.reading import TEMPLATE, find_places, read_places
from detente.places.table import shapes, shipped

HEAD = "country,place,name,sector,jobs\n"


@pytest.fixture(scope="module")
def war():
    result = dt.run_scenario("us-china-2018-2020", variants=["february-2020"])
    return result.variants["february-2020"]


@pytest.fixture(scope="module")
def counties():
    return shipped("us-counties")


@pytest.fixture(scope="module")
def hit(war, counties):
    return place_table(war, counties)


def test_divisions():
    assert divisions("01-03") == {"01", "02", "03"}
    assert divisions("45 47") == {"45", "47"}
    assert not divisions("A01")


def test_an_industry_divides_by_wages_and_by_what_it_shares(tmp_path):
    c = load("wiod-2014")
    wages = np.arange(1.0, len(c.sectors) + 1)
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "USA,A,a,01-03,10\nUSA,A,a,05-09,5\nUSA,A,a,10-33,5\nUSA,A,a,35-99,5\n")
    found = weights(read_places(path), c.sectors, wages)
    # crops, forestry and fishing have wages 1, 2, 3
    assert found[0, :3] == pytest.approx([1 / 6, 2 / 6, 3 / 6], abs=1e-15)
    assert found[1, 3] == 1
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_parts_of_a_sector_weigh_by_their_divisions(counties):
    c = load("icio-2017")
    found = weights(counties, c.sectors, np.ones(len(c.sectors)))
    services = c.sector_codes.index("SVC")
    assert found[counties.industries.index("86-88"), services] == 1
    # C10T12 has three divisions of its own: factories cover all three, so it counts whole
    made = found[counties.industries.index("10-33")]
    assert made[c.sector_codes.index("C10T12")] == pytest.approx(made[c.sector_codes.index("C20")])


def test_sums_over_places_are_the_totals_of_sectors(war, counties):
    found, c = place_effects(war, counties), war.equilibrium.calibration
    usa = war.sectors.loc["USA"]
    jobs = np.zeros(len(c.sectors))
    for k, industry in enumerate(counties.industries):
        held = [s for s, one in enumerate(c.sectors) if set(one.isic) & divisions(industry)]
        # administration and renting (77 to 82) and R to U lie in two industries: by divisions
        part = [len(set(c.sectors[s].isic) & divisions(industry)) / len(c.sectors[s].isic)
                for s in held]  # fmt: skip
        wages = usa["wage_bill_share"].to_numpy()[held] * part
        jobs[held] += counties.jobs[:, k].sum() * wages / wages.sum()
    assert found.jobs.sum(axis=0) == pytest.approx(jobs, rel=1e-9)
    wanted = jobs * usa["employment_pct"].to_numpy() / 100
    assert found.jobs_change.sum(axis=0) == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    duties = duties_of(war.equilibrium, c.country_codes.index("USA"))
    held = jobs > 0
    for part, total in ((found.protection, duties.home), (found.inputs, duties.inputs)):
        assert part.sum(axis=0)[held] == pytest.approx(total[held], rel=1e-9, abs=1e-9)
    goods = held & c.goods
    assert found.retaliation.sum(axis=0)[goods] == pytest.approx(duties.abroad[goods], rel=1e-9)
    states = place_effects(war, shipped("us-states"))
    assert states.jobs_change.sum(axis=0) == pytest.approx(wanted, rel=1e-9, abs=1e-6)


def test_pay_moves_as_the_sectors_bill_of_wages_over_consumer_prices(war, counties):
    # wages are a fixed share of what sectors earn, so that their bill moves as output does
    found, usa = place_effects(war, counties), war.sectors.loc["USA"]
    bill = 1 + usa["output_pct"].to_numpy() / 100
    prices = 1 + war.countries.loc["USA", "price_index_pct"] / 100
    wanted = found.pay.sum(axis=0) * (bill / prices - 1)
    assert found.real_pay_change.sum(axis=0) == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    assert found.pay.sum() == pytest.approx(counties.pay.sum(), rel=1e-12)


def test_duties_by_hand(war):
    c = war.equilibrium.calibration
    n, china = c.country_codes.index("USA"), c.country_codes.index("CHN")
    flows = war.bilateral_sectors("USA", "CHN")
    points = (flows["tariff_after_pct"] - flows["tariff_before_pct"]) / 100
    found = duties_of(war.equilibrium, n)
    assert found.abroad == pytest.approx((points * flows["flow_musd"]).to_numpy(), abs=1e-6)
    rise = war.equilibrium.policy.tariff_cf[:, n] - c.tariff[:, n]
    assert not np.delete(rise, china, axis=1).any()  # only China's goods pay more
    crops = c.sector_codes.index("A01")
    wanted = sum(
        c.input_share[n, k, crops] * c.output[n, crops]
        * rise[k, china] * c.flows[k, n, china] / c.expenditure[n, k]
        for k in range(len(c.sectors)) if c.expenditure[n, k] > 0
    )  # fmt: skip
    assert found.inputs[crops] == pytest.approx(wanted, rel=1e-9)


def test_retaliation_falls_on_republican_counties(hit):
    # Fajgelbaum et al. (2020): retaliation is higher where Republicans are stronger
    for year in (2016, 2020):
        share = hit[f"republican_share_{year}"].to_numpy()
        found = correlation(hit["retaliation_per_job"].to_numpy(), share, hit["jobs"].to_numpy())
        assert 0.05 < found < 0.3
        alike = correlation(hit["retaliation_per_job"].to_numpy(), share, np.ones(len(hit)))
        assert alike > 0


def test_the_most_hit_are_farm_counties(hit, counties):
    large = hit[hit["jobs"] >= 5000].sort_values("jobs_pct").head(20)
    farms = counties.jobs[:, counties.industries.index("01-03")] / counties.jobs.sum(axis=1)
    share = dict(zip(counties.codes, farms, strict=True))
    nation = counties.jobs[:, 0].sum() / counties.jobs.sum()
    assert min(share[code] for code in large.index) > 10 * nation
    assert {"Yakima County", "Monterey County"} <= set(large["name"])


def test_what_is_shipped(counties):
    assert 3100 < len(counties.codes) < 3200
    assert counties.jobs.sum() == pytest.approx(132.7e6, rel=0.01)  # of the source's README
    # exports to China by county come to USD 118.7bn; 130 by customs, some counties being withheld
    assert counties.exports.sum() == pytest.approx(118.7e3, rel=0.01)
    states = shipped("us-states")
    assert len(states.codes) == 51
    iowa = states.names.index("Iowa")
    # 897,672 of 1,656,859 for two parties (official, from general knowledge)
    assert states.vote_share["Republican share 2020"][iowa] == pytest.approx(0.5418, abs=0.002)
    drawn = {g["id"] for g in shapes()["objects"]["counties"]["geometries"]}
    assert set(counties.codes) - {"09"} <= drawn
    assert len(drawn) == 3142


def test_correlation_by_hand():
    a, b = np.array([1.0, 2.0, 3.0, np.nan]), np.array([1.0, 3.0, 2.0, 5.0])
    assert correlation(a, b, np.ones(4)) == pytest.approx(0.5)
    assert correlation(a, b, np.array([1.0, 1.0, 0.0, 1.0])) == pytest.approx(1.0)


def test_the_template_is_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TEMPLATE, "utf-8")
    found = find_places(path)
    assert found.jobs.tolist() == [[30000, 10000, 60000], [1000, 40000, 90000]]
    assert found.vote_share["vote share"].tolist() == [0.6, 0.4]
    east = found.by_region()
    assert east.codes == ("East", "West")
    assert east.pay[0].tolist() == [50, 2800, 5400]


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("place,name\n", 1, "country", "column is missing"),
        (HEAD.replace("\n", ",job\n"), 1, "job", "unknown column"),
        (HEAD.replace("\n", ",jobs\n"), 1, "jobs", "column is given twice"),
        (HEAD, 2, "row", "holds no rows"),
        (HEAD + "USA,A,a,01,1\nUSA,A,a,02,1,,x\n", 3, "row", "more cells than columns"),
        (HEAD + "USA,A,,01-03,1\n", 2, "name", "is empty"),
        (HEAD + "USA,A,a,01-03,1\nUSA,A,a,01-03,2\n", 3, "place", "place and sector are on line 2"),
        (HEAD + "USA,A,a,01-03,-1\n", 2, "jobs", "no such number"),
        (HEAD + "USA,A,a,01-03,1_000\n", 2, "jobs", "no such number"),
        (HEAD + "USA,A,a,01-03,inf\n", 2, "jobs", "no such number"),
        (HEAD + "USA,A,a,01-03,1e999\n", 2, "jobs", "no such number"),
        (HEAD + "USA,A,a,1x,1\n", 2, "sector", "no divisions of ISIC"),
        (HEAD + "USA,A,a,03-01,1\n", 2, "sector", "no divisions of ISIC"),
        (HEAD + "USA,A,a,01,1\nCAN,A,a,02,1\n", 3, "country", "line 2 has 'USA'"),
        (HEAD + "USA,A,a,01,1\nUSA,A,b,02,1\n", 3, "name", "line 2 has 'a'"),
        (HEAD + "USA,A,a,01,1\nUSA,A,\xff,02,1\n", 3, "text", "cannot be read"),
        (HEAD + "USA,A," + "a" * 140_000 + ",01,1\n", 2, "row", "no CSV"),
    ],
)
def test_wrong_tables_are_refused_with_all_there_is_to_say(tmp_path, text, line, key, said):
    path = tmp_path / "mine.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as error:
        read_places(path)
    found = next(one for one in error.value.problems if one.key == key)
    assert (found.file, found.line) == (path, line)
    assert said in found.message
    assert found.value is not None
    assert found.allowed


def own(tmp_path, rows):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "".join(f"USA,A,a,{row}\n" for row in rows), "utf-8")
    return read_places(path)


@pytest.mark.parametrize(
    ("rows", "line", "value", "said"),
    [
        (["01-03,1", "02,1", "05-99,1"], 3, "02", "ISIC 02 is in '01-03' too"),
        # a sector's code and a range that holds its divisions count its jobs twice
        (["01-99,1", "A01,1"], 3, "A01", "ISIC 01 is in '01-99' too"),
        (["01-99,1", "Q99,1"], 3, "Q99", "no sector of the baseline"),
        (["01-19,1", "21-99,1"], 3, "C20", "no place has jobs in sector C20"),
        (["01-19,1", "20,0", "21-99,1"], 3, "20", "no place has jobs in sector C20"),
    ],
)
def test_sectors_that_do_not_fit_are_refused_with_their_line(tmp_path, rows, line, value, said):
    c = load("wiod-2014")
    table = own(tmp_path, rows)
    with pytest.raises(InputError) as error:
        weights(table, c.sectors, np.ones(len(c.sectors)))
    (found,) = error.value.problems
    assert (found.file, found.line, found.key, found.value) == (table.path, line, "sector", value)
    assert said in found.message
    assert found.allowed
    # regions are sums of places: what is wrong with them is said alike
    with pytest.raises(InputError) as again:
        weights(table.by_region(), c.sectors, np.ones(len(c.sectors)))
    assert str(again.value) == str(error.value)


def test_an_economy_that_is_not_there_is_refused(tmp_path, war):
    path = tmp_path / "mine.csv"
    path.write_text(TEMPLATE.replace("CAN", "ATL"), "utf-8")
    with pytest.raises(InputError, match=r"mine.csv:2: country: .* no such economy \(got 'ATL'"):
        place_effects(war, read_places(path))


@pytest.mark.shared_data
def test_the_shipped_tables_are_what_the_tool_makes(tmp_path):
    tool = pytest.importorskip("build_places")
    if not (tool.RAW / "us_counties").is_dir():
        pytest.skip("needs the raw data folder beside the project")
    assert tool.main(["--check"]) == 0
