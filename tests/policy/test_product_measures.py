"""Measures by product on lines: which goods, which rates, and what several of them share."""

from dataclasses import replace

import numpy as np
import pytest

import detente
from detente.axes import Country, Sector
from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ImportBan
from detente.policy.line_tariffs import LineTariff
from detente.policy.tariffs import Tariff, TariffQuota
from detente.policy.touched import touched
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.reference import solve_reference
from economies import random_economy

CARS, PARTS = 0.8256754807, 0.1047730366
"""Shares of 8703 and 8708 in US imports of ISIC 29 from the EU in 2024, from the Census figures."""
CELL = (0, 0, 1)
ON = {"on": "EU27", "sectors": "vehicles"}


@pytest.fixture(scope="module")
def world():
    """Four economies and three sectors whose goods have HS codes: vehicles, metals, the rest."""
    made = random_economy(11, 4, 3)
    return replace(
        made,
        countries=tuple(Country(c, c) for c in ("USA", "EU27", "CHN", "ROW")),
        sectors=(Sector("C29", "Vehicles", ("29",)), Sector("C24", "Metals", ("24",)),
                 Sector("S2", "Other", ("32",))),
    )  # fmt: skip


def lines_of(policy, world, cell=CELL):
    """Share, rate before and rate after of the lines of a cell."""
    lines = policy.lines
    here = lines.cell == np.ravel_multi_index(cell, world.tariff.shape)
    on = policy.rates_on_lines(world.tariff)
    return lines.share[here], on.tariff[here], on.tariff_cf[here]


def paid(policy, world, cell=CELL):
    share, _, after = lines_of(policy, world, cell)
    return float((share * after).sum())


def test_products_touch_their_lines_alone(world):
    policy = compile_policy(world, [Tariff("USA", **ON, products=["8703"], set=0.15)])
    share, before, after = lines_of(policy, world)
    assert share[np.abs(after - 0.15) < 1e-12].sum() == pytest.approx(CARS, rel=2e-3)
    other = np.abs(after - 0.15) > 1e-12
    np.testing.assert_array_equal(after[other], before[other])
    # the mean of the rates before is the cell's own
    assert (share * before).sum() == pytest.approx(world.tariff[CELL], rel=1e-12)
    assert policy.tariff_cf[1, 0, 1] == world.tariff[1, 0, 1]


def test_two_lists_of_one_pair_share_what_both_name(world):
    both = [
        Tariff("USA", **ON, products=["8703", "8708"], add=0.1, id="a"),
        Tariff("USA", **ON, products=["8708"], add=0.2, id="b"),
    ]
    policy = compile_policy(world, both)
    share, before, after = lines_of(policy, world)
    added = np.round(after - before, 12)
    assert share[added == 0.1].sum() == pytest.approx(CARS, rel=2e-3)
    assert share[added == 0.3].sum() == pytest.approx(PARTS, rel=2e-3)
    turned = compile_policy(world, both[::-1])
    assert paid(turned, world) == pytest.approx(paid(policy, world), rel=1e-12)
    assert not any("overlap" in note for note in policy.notes)


def test_two_lists_that_set_one_rate_are_refused_unless_the_narrower_holds(world):
    wide = Tariff("USA", **ON, products=["87"], set=0.4, id="wide")
    with pytest.raises(InputError, match="wide, narrow replace the same tariff"):
        compile_policy(world, [wide, Tariff("USA", **ON, products=["8703"], set=0.1, id="narrow")])
    narrow = Tariff("USA", **ON, products=["8703"], set=0.1, id="narrow", overlap="narrower")
    policy = compile_policy(world, [wide, narrow])
    share, _, after = lines_of(policy, world)
    assert share[np.isclose(after, 0.1)].sum() == pytest.approx(CARS, rel=2e-3)
    assert share[np.isclose(after, 0.4)].sum() > PARTS
    same = replace(narrow, id="same", set=0.2)
    with pytest.raises(InputError, match="narrow, same are on the same lines, and neither"):
        compile_policy(world, [narrow, same])


def test_a_list_is_narrower_than_a_whole_sector(world):
    sector = Tariff("USA", **ON, set=0.3, id="sector", overlap="narrower")
    policy = compile_policy(world, [sector, Tariff("USA", **ON, products="8703", set=0.0, id="l")])
    assert paid(policy, world) == pytest.approx(0.3 * (1 - CARS), rel=5e-3)


def test_what_does_not_stack_holds_alone(world):
    cars = {"products": "8703", **ON}
    alone = Tariff("USA", **cars, add=0.25, id="s232", stacks=False)
    other = Tariff("USA", on="world", add=0.1, id="ieepa")
    policy = compile_policy(world, [alone, other])
    share, before, after = lines_of(policy, world)
    added = np.round(after - before, 12)
    assert share[added == 0.25].sum() == pytest.approx(CARS, rel=2e-3)
    assert share[added == 0.1].sum() == pytest.approx(1 - CARS, rel=1e-2)
    named = replace(alone, stacks=True, excludes=("ieepa",))
    assert paid(compile_policy(world, [named, other]), world) == pytest.approx(paid(policy, world))
    with pytest.raises(InputError, match="each excludes the other"):
        compile_policy(world, [alone, replace(other, stacks=False)])


def test_a_floor_lifts_what_is_below_it_line_by_line(world):
    floor = float(world.tariff[CELL])
    policy = compile_policy(world, [Tariff("USA", **ON, floor=floor)])
    share, before, after = lines_of(policy, world)
    low = before < floor - 1e-3
    np.testing.assert_allclose(after[low], floor, atol=1e-3)
    assert 0 < share[low].sum() < 1
    assert (after >= before - 1e-12).all()
    assert (share * after).sum() > floor
    plain = random_economy(11, 4, 3)  # no codes: the cell's own rate stands for all of its lines
    cut = compile_policy(plain, [Tariff("C0", ceiling=0.1)])
    foreign = ~np.eye(4, dtype=bool)
    assert cut.lines is None
    np.testing.assert_allclose(
        cut.tariff_cf[:, 0][:, foreign[0]], np.minimum(plain.tariff[:, 0][:, foreign[0]], 0.1)
    )


def test_sectors_and_products_are_left_out(world):
    measure = Tariff("USA", on="EU27", sectors="goods", except_=["C24", "8703"], add=0.2)
    policy = compile_policy(world, [measure])
    assert policy.tariff_cf[1, 0, 1] == world.tariff[1, 0, 1]
    share, before, after = lines_of(policy, world)
    assert share[after == before].sum() == pytest.approx(CARS, rel=2e-3)
    with pytest.raises(InputError, match="except"):
        compile_policy(world, [replace(measure, except_=["C99x"])])
    coded = replace(world, sectors=(replace(world.sectors[0], code="29"), *world.sectors[1:]))
    with pytest.raises(InputError, match="is a sector and a product"):
        compile_policy(coded, [replace(measure, except_=["29"])])
    with pytest.raises(InputError, match="not of a coverage"):
        replace(measure, coverage=0.5)


def test_a_duty_by_weight_at_its_price(world):
    sugar = Tariff("USA", on="EU27", duty={"eur_per_tonne": 339}, price={"eur_per_tonne": 520})
    assert sugar.added == pytest.approx(0.651923, abs=1e-6)
    compound = Tariff("USA", on="EU27", add=0.05, duty={"usd_per_kg": 2.5},
                      price={"usd_per_kg": 50})  # fmt: skip
    assert compound.added == pytest.approx(0.10)
    policy = compile_policy(world, [compound])
    assert policy.tariff_cf[CELL] == pytest.approx(world.tariff[CELL] + 0.10)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"duty": {"eur_per_tonne": 339}}, "needs the price"),
        ({"duty": {"eur_per_tonne": 339}, "price": {"usd_per_tonne": 5}}, "different units"),
        ({"duty": {"eur": 339}, "price": {"eur": 5}}, "not a currency by unit"),
        ({"duty": {"eur_per_tonne": 339}, "price": {"eur_per_tonne": 5}}, "6780% of the price"),
        ({"set": 0.1, "duty": {"eur_per_t": 1}, "price": {"eur_per_t": 5}}, "goes with add alone"),
        ({"price": {"eur_per_t": 5}, "add": 0.1}, "a price is for a duty"),
        ({"floor": -0.1}, "not a tariff rate"),
        ({"floor": 0.1, "ceiling": 0.2}, "exactly one"),
        ({"add": 0.1, "claims": 1.0}, "claims"),
        ({"add": 0.1, "products": "8703", "coverage": 0.5}, "more than one way"),
        ({"add": 0.1, "rates_as": "set"}, "only with rates"),
    ],
)
def test_what_is_refused(more, message):
    with pytest.raises(InputError, match=message):
        Tariff("USA", on="EU27", **more)


def test_an_import_ban_is_the_ban_of_the_other_side(world):
    mine = compile_policy(world, [ImportBan("USA", **ON, products="8703")])
    theirs = compile_policy(world, [ExportBan("EU27", on="USA", sectors="vehicles",
                                              products="8703")])  # fmt: skip
    assert mine.supply_share[CELL] == pytest.approx(1 - CARS, rel=2e-3 / (1 - CARS))
    np.testing.assert_array_equal(mine.supply_share, theirs.supply_share)


def test_who_claims_a_preference_does_not_pay_and_the_same_goods_claim(world):
    one = Tariff("USA", **ON, add=0.25, claims=0.85, id="one")
    policy = compile_policy(world, [one])
    share, before, after = lines_of(policy, world)
    assert share[after > before].sum() == pytest.approx(0.15)
    two = compile_policy(world, [one, Tariff("USA", **ON, add=0.1, claims=0.6, id="two")])
    share, before, after = lines_of(two, world)
    added = np.round(after - before, 9)
    found = {a: share[added == a].sum() for a in np.unique(added)}
    assert found == pytest.approx({0.0: 0.6, 0.1: 0.25, 0.35: 0.15})


def test_values_of_ones_own_say_how_much_a_code_is(world, tmp_path):
    traded = world.flows[CELL]
    file = tmp_path / "own.csv"
    file.write_text(f"code,rate,value_usd\n870323,0.5,{traded / 4}\n010121,0.5,3\n")
    policy = compile_policy(world, [Tariff("USA", **ON, products=str(file), id="own")])
    share, before, after = lines_of(policy, world)
    assert share[np.isclose(after - before, 0.5)].sum() == pytest.approx(0.25)
    assert any("3 million USD of own.csv found no home" in note for note in policy.notes)
    file.write_text(f"code,rate,value_usd\n870323,0.5,{traded * 2}\n")
    with pytest.raises(InputError, match="more trade in C29 than there is"):
        compile_policy(world, [Tariff("USA", **ON, products=str(file), id="own")])


def test_borrowed_lines_and_codes_without_trade_are_said(world):
    policy = compile_policy(
        world, [Tariff("EU27", on="USA", products=["8703", "100199"], add=0.1, id="x")]
    )
    said = " ".join(policy.notes)
    assert "x: imports by product are not known for EU27 from USA" in said
    assert "CHN's imports from USA in 2017" in said
    assert "HS 100199 meet no trade" in said
    plain = random_economy(11, 4, 3)
    with pytest.raises(InputError, match="carry no ISIC divisions"):
        compile_policy(plain, [Tariff("C0", products="8703", add=0.1)])


def test_a_table_of_rates_by_sector_and_partner(world, tmp_path):
    file = tmp_path / "rates.csv"
    file.write_text("sector;CHN;EU27\nC24;0,50;\nC29;25%;0,15\n")
    added = compile_policy(world, [Tariff("USA", rates=str(file))])
    moved = added.tariff_cf - world.tariff
    expected = np.zeros_like(moved)
    expected[1, 0, 2], expected[0, 0, 2], expected[0, 0, 1] = 0.5, 0.25, 0.15
    np.testing.assert_allclose(moved, expected, atol=1e-15)
    new = compile_policy(world, [Tariff("USA", rates=str(file), rates_as="set")])
    assert new.tariff_cf[0, 0, 1] == pytest.approx(0.15)
    assert new.tariff_cf[1, 0, 1] == world.tariff[1, 0, 1]
    file.write_text("sector;CHN;XXX\nC24;25;0\nC77;0,1;0\n")
    with pytest.raises(InputError) as refused:
        compile_policy(world, [Tariff("USA", rates=str(file))])
    for text in ("rates.csv:1", "rates.csv:2: CHN: a rate of 2500%?", "rates.csv:3"):
        assert text in str(refused.value)


def test_a_schedule_of_thousands_of_rates_makes_few_lines(world):
    from detente.policy.goods import codes_under

    codes = [code for k in range(1, 97) for code in codes_under(f"{k:02d}")]
    rng = np.random.default_rng(3)
    rates = rng.uniform(0, 0.6, (len(codes), 2))
    measure = LineTariff("USA", ("EU27", "CHN"), codes, rates, id="law")
    policy = compile_policy(world, [measure])
    for cell in ((0, 0, 1), (1, 0, 1), (1, 0, 2)):
        share, _, _ = lines_of(policy, world, cell)
        assert 1 < len(share) <= 8
    # the mean of the law in a cell, from the imports of every code
    from detente.policy.goods import LinesOf

    found = LinesOf(world).of(int(np.ravel_multi_index((1, 0, 2), world.tariff.shape)))
    law = dict(zip(codes, rates[:, 1], strict=True))
    mean = sum(v * law[int(c)] for c, v in zip(found.code, found.share, strict=True))
    assert paid(policy, world, (1, 0, 2)) == pytest.approx(mean, rel=1e-9)
    assert any("up to 8 in a cell" in note and "points" in note for note in policy.notes)
    with pytest.raises(InputError, match="one a line and partner"):
        LineTariff("USA", ("EU27",), codes, rates)


def test_the_solved_model_equals_an_oracle_with_every_line_a_variety(world):
    measures = [
        Tariff("USA", on="world", sectors="goods", except_=["8703"], floor=0.15, id="floor"),
        Tariff("USA", on="EU27", products=["8703"], set=0.3, id="cars", claims=0.2),
        ImportBan("USA", on="CHN", products=["72"], id="ban", leakage=0.1),
    ]
    policy = compile_policy(world, measures)
    fast, slow = solve_equilibrium(world, policy, room=64), solve_reference(world, policy)
    assert np.abs(fast.outcome.wage_hat / slow.wage_hat - 1).max() < 1e-9
    assert np.abs(fast.outcome.flows_cf - slow.flows_cf).max() < 1e-9 * slow.flows_cf.max()
    assert np.abs(fast.outcome.income_cf / slow.income_cf - 1).max() < 1e-9


def test_what_a_measure_touches_by_product():
    c = detente.load("wiod-2014")
    found = touched(c, Tariff("USA", on="EU27", products=["8703", "8708"], set=0.15))
    assert found.after == pytest.approx(0.15, abs=1e-12)
    at = c.sector_codes.index("C29"), c.country_codes.index("USA"), c.country_codes.index("EU27")
    assert found.covered == pytest.approx((CARS + PARTS) * c.flows[at], rel=2e-2)
    # of the Census figures cars pay 2.49% and parts 2.34% where the whole division pays 2.47%
    assert found.before == pytest.approx(c.tariff[at], rel=0.05)


def test_a_tariff_quota_on_products_limits_their_lines_alone(world):
    cars = {"on": "EU27", "sectors": "vehicles", "products": "8703"}
    bound = 0.6 * CARS * float(world.flows[CELL])
    quota = TariffQuota("USA", **cars, within=0.0, beyond=3.0, quota_usd=bound, id="q")
    found = solve_equilibrium(world, compile_policy(world, [quota]))
    (met,) = found.quotas
    assert met.regime == "binding"
    assert met.trade == pytest.approx(bound, rel=1e-8)
    # the same as a tariff of that rate on the same lines, whose trade is counted by hand
    tariff = compile_policy(world, [Tariff("USA", **cars, set=met.points)])
    slow = solve_reference(world, tariff)
    np.testing.assert_allclose(found.outcome.flows_cf, slow.flows_cf, rtol=1e-8)
    share, before, after = lines_of(tariff, world)
    spent = share * (1 + before) * ((1 + after) / (1 + before)) ** -world.trade_elasticity[0]
    fob = spent / (1 + after)
    under = fob[np.isclose(after, met.points)].sum() / fob.sum()
    cost = np.asarray(found.outcome.cost_hat)[1, 0]
    assert slow.flows_cf[CELL] * under / cost == pytest.approx(bound, rel=1e-7)


def test_rates_of_lines_have_the_mean_of_their_cell():
    from detente.policy.goods import LinesOf

    c = detente.load("wiod-2014")
    us, lines = c.country_codes.index("USA"), LinesOf(c)
    seen = 0
    for s in np.flatnonzero(c.goods):
        for code in ("EU27", "CHN", "JPN"):
            cell = np.ravel_multi_index((s, us, c.country_codes.index(code)), c.tariff.shape)
            found = lines.of(int(cell))
            assert found.share.sum() == pytest.approx(1.0)
            assert (found.share * found.rate).sum() == pytest.approx(c.tariff.ravel()[cell])
            seen += len(found.code) > 50
    assert seen > 30


def notes_of(world, *measures):
    return " ".join(compile_policy(world, list(measures)).notes)


def test_a_table_says_which_of_its_rates_it_is_not_on(world, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("sector,USA,CHN,EU27\nC24,0.5,0.5,0.5\nC29,0.25,0.25,0.25\n")
    said = notes_of(world, Tariff("USA", on="CHN", sectors="C24", rates=str(file), id="x"))
    assert "x: of t.csv it is not on column USA (the importer itself), column EU27, row C29" in said
    both = notes_of(world, Tariff(["USA", "CHN"], rates=str(file), id="x"))
    assert "it is not on" not in both


def test_exceptions_that_are_none_are_said(world):
    metal = Tariff("USA", on="EU27", sectors="C29", except_=["steel", "8703"], add=0.1, id="x")
    assert "x: except leaves out nothing: steel is not among its goods" in notes_of(world, metal)
    parts = Tariff("USA", on="EU27", products="8708", except_=["8703"], add=0.1, id="x")
    assert "x: except leaves out nothing: 8703 is not" in notes_of(world, parts)
    sector = Tariff("USA", on="EU27", sectors="C29", except_="C24", add=0.1, id="x")
    assert "x: except leaves out nothing: C24 is not" in notes_of(world, sector)
    good = Tariff("USA", on="EU27", except_=["steel", "C29"], add=0.1, id="x")
    assert "except" not in notes_of(world, good)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"floor": 0.0}, "x: changes no rate: all are 0% or more"),
        ({"ceiling": 2.5}, "x: changes no rate: all are 250% or less"),
        ({"add": 0.0, "claims": 0.5}, "x: changes no rate, so nobody has a preference to claim"),
    ],
)
def test_bounds_that_change_no_rate_are_said(world, how, said):
    assert said in notes_of(world, Tariff("USA", **ON, **how, id="x"))
    moves = {**how, "floor": 2.0} if "floor" in how else {**how, "ceiling": 0.0}
    moves = {"add": 0.1, "claims": 0.5} if "claims" in how else moves
    assert "changes no rate" not in notes_of(world, Tariff("USA", **ON, **moves, id="x"))


def test_what_rounding_leaves_of_a_list_is_nothing(world, tmp_path):
    # in doubles the sum of the four, less those of each sector, is 1.4e-17
    file = tmp_path / "own.csv"
    file.write_text(
        "code,rate,value_usd\n870321,0.5,0.025\n720810,0.5,0.025\n870322,0.5,0.025\n"
        "720825,0.5,0.075\n"
    )
    assert "found no home" not in notes_of(world, Tariff("USA", on="EU27", products=str(file)))


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("CHN", None, None), "codes"),
        (("CHN", "870323", [[0.1]]), "codes"),
        (("CHN", ["870323"], None), "rates"),
        (("CHN", ["870323"], [["a"]]), "rates"),
        (("CHN", ["cars"], [[0.1]]), "codes"),
        (("CHN", [870323.5], [[0.1]]), "codes"),
        (("CHN", [111111], [[0.1]]), "codes"),
        ((None, [870323], [[0.1]]), "on"),
        (("CHN", [], np.zeros((0, 1))), "codes"),
        (([3], [870323], [[0.1]]), "on"),
        ((("CHN", "CHN"), [870323], [[0.1, 0.2]]), "on"),
        (("CHN", [870323, 870324], [[25.0], [0.1]]), "rates"),
    ],
)
def test_a_schedule_that_is_none_is_refused_by_argument(arguments, key):
    with pytest.raises(InputError) as refused:
        LineTariff("USA", *arguments)
    assert {p.key for p in refused.value.problems} == {key}


def test_a_schedule_of_a_law_is_read(world):
    from detente.policy.goods import codes_under

    rates = np.full((40, 1), 0.1)
    rates[:2] = 3.5  # one in twenty above 300%, as tobacco is
    codes = [*codes_under("72")[:38], 870321.0, "870322"]
    assert LineTariff("USA", "CHN", codes, rates).rates.max() == 3.5
    one = {"codes": [870323], "rates": [[0.1, 0.2]]}
    with pytest.raises(InputError, match="is the same partner as CHN"):
        compile_policy(world, [LineTariff("USA", ("CHN", "China"), **one)])
    older = LineTariff("USA", "CHN", [870323, 880330], [[0.1], [0.1]], id="x")
    assert "x: codes that are not in the HS of 2022 meet no trade: 880330" in notes_of(world, older)


def test_only_other_tariffs_can_be_excluded(world):
    ban = ImportBan("USA", on="CHN", sectors="C24", id="ban")
    with pytest.raises(InputError, match="does not exclude itself"):
        Tariff("USA", add=0.1, id="x", excludes=["y", "x"])
    with pytest.raises(InputError, match="text is expected"):
        Tariff("USA", add=0.1, excludes=3)
    with pytest.raises(InputError, match=r"x\.excludes: only tariffs can be excluded"):
        compile_policy(world, [Tariff("USA", add=0.1, id="x", excludes="ban"), ban])
    with pytest.raises(InputError, match=r"x\.excludes: no measure has this id"):
        detente.solve(world, Tariff("USA", add=0.1, id="x", excludes="nobody"))
    with pytest.raises(InputError, match=r"measure 1\.excludes: a tariff does not exclude itself"):
        compile_policy(world, [Tariff("USA", add=0.1, excludes="measure 1")])
    # a variant may have one of the two alone
    compile_policy(world, [Tariff("USA", add=0.1, id="x", excludes="nobody")])


def test_the_ledger_on_what_it_has_no_rates_for_is_refused():
    card = replace(random_economy(11, 2, 2).card, in_force="2025-08-07")
    made = replace(
        random_economy(11, 2, 2), card=card,
        countries=(Country("USA", "USA"), Country("CHN", "China")),
        sectors=(Sector("C24", "Metals", ("24",)), Sector("K", "Finance", ("64",), "service")),
    )  # fmt: skip
    ledger = detente.LedgerTariff("USA", without="ieepa", sectors="K")
    with pytest.raises(InputError, match="touches nothing"):
        compile_policy(made, [ledger])
