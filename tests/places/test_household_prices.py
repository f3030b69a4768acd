"""Prices that households pay: by hand, identities, and beside published figures."""

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.history.record import lines
from detente.places.prices import (
    Uses,
    home_prices,
    household_cost,
    rise_between,
    rise_in,
    rise_in_quarter,
    us_uses,
)


def small(**other):
    """Two goods: steel goes into cars."""
    held = {
        "codes": ("steel", "cars"), "names": ("Steel", "Cars"), "categories": ("driving",),
        "output": np.array([100.0, 200.0]), "imports": np.array([50.0, 60.0]),
        "home_use": np.array([90.0, 140.0]), "consumption": np.array([0.0, 100.0]),
        "domestic": np.array([[0.0, 80.0], [0.0, 0.0]]),
        "imported": np.array([[0.0, 40.0], [0.0, 0.0]]),
        "producers": np.array([[0.0, 80.0]]), "purchasers": np.array([[0.0, 100.0]]),
        "hs6": (), "of": np.zeros(0, int),
    }  # fmt: skip
    return Uses(**(held | other))


def test_producers_pass_on_their_inputs_by_hand():
    # a tenth on steel: cars hold 40 of imported steel in 200, steel none
    found = home_prices(small(), np.array([0.1, 0.0]))
    assert found == pytest.approx([0.0, 0.1 * 40 / 200])
    # where cars go into steel too, all rounds count: p_s = 0.2 p_c, p_c = 0.02 + 0.4 p_s
    both = small(domestic=np.array([[0.0, 80.0], [20.0, 0.0]]))
    assert home_prices(both, np.array([0.1, 0.0]))[1] == pytest.approx(0.02 / (1 - 0.08))


def test_imports_that_are_no_inputs_divide_as_purchases_do():
    # 60 of cars come in for final use of 200, of which consumers buy 100: 30 of their 80
    assert small().imported_share == pytest.approx([0, 30 / 80])


def test_cost_is_linear_and_nothing_without_a_rise():
    nothing = household_cost(np.zeros(len(us_uses().codes)))
    assert nothing.per_household == 0
    rise = np.linspace(0, 0.1, len(us_uses().codes))
    whole, half = household_cost(rise), household_cost(rise, pass_through=0.5)
    assert half.per_household == pytest.approx(whole.per_household / 2, rel=1e-12)
    assert household_cost(rise, margins="share").per_household > whole.per_household
    few = household_cost(rise, households=66.1e6)
    assert few.per_household == pytest.approx(2 * whole.per_household, rel=1e-12)


def test_one_good_by_hand():
    u = us_uses()
    k = u.codes.index("315AL")
    found = household_cost(np.eye(len(u.codes))[k] * 0.1)
    # imports that are no inputs, 172bn, almost all bought by consumers
    direct = found.by_category["direct_musd"].sum()
    assert direct == pytest.approx(0.1 * (u.imports[k] - u.imported[k].sum()), rel=0.02)
    first = found.by_category.sort_values("cost_musd").index[-1]
    assert first == "Women's and girls' clothing"


def test_consumption_is_that_of_the_accounts():
    # BEA: USD 19.9tn of personal consumption in 2024
    assert us_uses().purchasers.sum() == pytest.approx(19.9e6, rel=0.01)
    assert us_uses().imported_share.max() <= 1


def test_tariffs_of_2025_beside_published_costs():
    found = household_cost(rise_between("2025-01-01", "2025-11-15"))
    # Budget Lab, November 2025: USD 1,700 before substitution (general knowledge)
    assert 1700 / 2 < found.per_household < 1700 * 2
    assert found.per_household == pytest.approx(1403, abs=5)
    # 11.1 points (13.7 less 2.6) on 3.25tn, goods of chapters 98 and 99 apart
    assert found.duties_musd == pytest.approx(0.111 * 3.25e6, rel=0.1)


def test_tariffs_of_2019_beside_published_costs():
    later = household_cost(rise_between("2018-01-01", "2019-12-01"))
    assert later.per_household == pytest.approx(196, abs=5)
    # before buyers turned from China: Amiti, Redding and Weinstein (2019), USD 414 and 831
    result = dt.run_scenario("us-china-2018-2020", variants=["september-2019"])
    found = household_cost(rise_in(result.variants["september-2019"]))
    assert 414 / 2 < found.per_household < 414 * 2
    assert later.per_household < found.per_household
    # their second figure counts duties on all imports, whoever buys them
    assert 831 / 2 < 1e6 * found.duties_musd / 132.2e6 < 831 * 2


def test_rises_on_imports_of_2017_by_hand():
    held = lines("2018-20")
    found, codes = rise_in_quarter("2019Q4"), us_uses().codes
    for code, industries, of in (("315AL", ("315", "316"), None), ("3361MV", ("336",), "27 29"),
                                 ("3364OT", ("336",), "30")):  # fmt: skip
        paid = traded = 0.0
        for one in held[held["importer"] == "USA"].to_dict("records"):
            vehicle = one["isic"] != "30" if of == "27 29" else of in (None, one["isic"])
            if one["naics"] in industries and vehicle:
                paid, traded = paid + one["value"] * one["2019Q4"], traded + one["value"]
        assert found[codes.index(code)] == pytest.approx(paid / traded, rel=1e-12)
    assert found[codes.index("42")] == 0


def test_costs_on_imports_of_2017_beside_published_ones():
    # Amiti, Redding and Weinstein (2019): duties and lost trade of importers, USD a household
    held = lines("2018-20")
    mine = held[held["importer"] == "USA"]
    on_all = {q: (mine["value"] * mine[q]).sum() / 128.6 for q in ("2018Q4", "2019Q3", "2019Q4")}
    assert (
        414 / 2 < on_all["2018Q4"] < 414
    )  # duties of 282 of these are theirs, the rest lost trade
    assert 831 / 2 < on_all["2019Q3"] < 831
    found = household_cost(rise_in_quarter("2019Q4"))
    assert found.per_household == pytest.approx(373, abs=2)
    assert found.price_pct == pytest.approx(0.248, abs=0.002)
    assert 414 / 2 < found.per_household < on_all["2019Q4"] == pytest.approx(591, abs=1)
    # by 2024 buyers had left: the same rates weigh half as much
    later = household_cost(rise_between("2018-01-01", "2019-12-01"))
    assert later.per_household < 0.6 * found.per_household


def test_a_quarter_that_is_not_known_is_refused():
    with pytest.raises(InputError, match=r"quarter: unknown .*2019Q4"):
        rise_in_quarter("2017Q4")


def test_the_rise_of_a_case_is_that_of_its_duties():
    found = dt.solve("wiod-2014", dt.Tariff("USA", on="CHN", sectors=["C13-C15"], add=0.1))
    rise, u = rise_in(found), us_uses()
    c = found.equilibrium.calibration
    n, i, s = (*(c.country_codes.index(code) for code in ("USA", "CHN")),
               c.sector_codes.index("C13-C15"))  # fmt: skip
    imports = c.flows[s, n].sum() - c.flows[s, n, n]
    assert rise[u.codes.index("315AL")] == pytest.approx(0.1 * c.flows[s, n, i] / imports)
    assert rise[u.codes.index("331")] == 0


def test_numbers_out_of_range_are_refused():
    rise = np.zeros(len(us_uses().codes))
    with pytest.raises(InputError, match="pass_through"):
        household_cost(rise, pass_through=3)
    with pytest.raises(InputError, match="margins"):
        household_cost(rise, margins="none")
    with pytest.raises(InputError, match="households"):
        household_cost(rise, households=0)
