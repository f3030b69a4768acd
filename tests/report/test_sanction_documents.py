"""Documents of bans and of leverage: cells are those of the results, the same everywhere."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from detente.document.blocks import Chart, Sentence, walk
from detente.errors import InputError
from detente.report.describe import describe
from detente.report.sanction import document, facts, tables, wording
from detente.report.sanction.leverage import document as of_leverage
from detente.sanction.draws import draw
from detente.sanction.study import Choices, run_sanction, run_sanctions
from same_cells import on_page, same_cells

DRAWN = {"draws": 40, "world_draws": 20}


@pytest.fixture(scope="module")
def zte():
    return run_sanction("zte", Choices(relief=89, **DRAWN))


@pytest.fixture(scope="module")
def both():
    return run_sanctions(["zte", "huawei"], Choices(days=60, **DRAWN))


def rows(shown, key, name):
    return {row[name]: row for row in shown.tables()[key].rows}


def test_every_document_has_the_same_cells_everywhere(zte, both):
    shown = [describe(zte), *map(describe, both), document.of_all(both)]
    shown.append(describe(run_sanction("zte", Choices(ban_share=0.0, draws=1, world_draws=0))))
    for one in shown:
        assert same_cells(one) > 100
        assert json.dumps(one.to_plain(), allow_nan=False)
        charts = [block for block in walk(one.sections) if isinstance(block, Chart)]
        assert charts


def test_cells_are_those_of_the_result(zte):
    shown = describe(zte)
    china = rows(shown, "countries", "economy_code")["CHN"]
    k = zte.carved.calibration.country_codes.index("CHN")
    assert china["economy"] == "China"
    assert china["value_added"] == pytest.approx(-zte.world.value_added[:, k].sum())
    assert china["output"] == pytest.approx(-zte.suppliers.loc["CHN", "lost"])
    assert china["missed"] == pytest.approx(zte.customers.loc["CHN", "missed"])
    assert china["worst"] == pytest.approx(-zte.bracket.table.loc["CHN", "worst"])
    income = zte.horizons.real_income.loc["CHN", "year"]
    assert china["real_income_year"] == pytest.approx(income)
    day = rows(shown, "path", "day")[60]
    assert day["output"] == zte.path.output[59]
    assert day["p5"] == zte.quantiles[0, 59] < day["p95"] == zte.quantiles[4, 59]
    some = rows(shown, "some-days", "day")
    assert all(some[60][key] == day[key] for key in ("output", "p5", "p50", "p95"))
    stock = rows(shown, "lines", "day")[10]["stock_phone-chips"]
    kept = {item.id: item.inventory_days.middle for item in zte.card.critical_inputs}
    place = list(kept).index("phone-chips")
    assert stock == pytest.approx(zte.path.stock[9, place] / kept["phone-chips"])
    month = rows(shown, "months", "month")[3]
    assert month["lost_CHN"] == zte.costs.months.loc[3, "target"]
    assert month["lost_USA"] == zte.costs.months.loc[3, "sanctioner"]
    assert month["firm_sales"] == zte.costs.months.loc[3, "firm_sales"]
    fine = rows(shown, "remedies", "remedy_id")["fine"]
    assert (fine["remedy"], fine["pays"]) == ("Fine of $1bn", pytest.approx(1000))
    assert fine["gain_target"] == zte.remedies.loc["fine", "target"]
    joint = rows(shown, "joint", "economy_code")["USA"]
    assert joint["real_income"] == zte.costs.joint.loc["sanctioner", "real_income"]
    figure = rows(shown, "assumptions", "figure")["critical_inputs[phone-chips].needed"]
    assert (figure["low"], figure["central"], figure["high"]) == (0.65, 0.9, 1.0)
    worn = shown.tables()["erosion"].rows
    half = next(row for row in worn if row["year"] == 5)
    share = zte.leverage.inputs["share"].iloc[0]
    assert half["share"] == pytest.approx(share / 2)
    assert half["leverage"] == pytest.approx(np.log(1 - share / 2) / np.log(1 - share))


def test_what_a_reader_sees_of_them(zte):
    shown = on_page(describe(zte))
    china = next(row for row in shown.tables["countries"] if row[0] == "China")
    k = zte.carved.calibration.country_codes.index("CHN")
    lost = zte.world.value_added[:, k].sum()
    assert china[1] == f"−{lost / 1000:.2f}"
    assert "USD bn" in shown.captions["countries"] + " ".join(shown.tables["countries"][0])


def test_the_largest_come_first_and_what_rounds_to_nothing_is_left_out(zte):
    found = facts.of_firm(zte)
    values = dict.fromkeys(found.world.countries.index, 0.3)
    values |= {"USA": -12.4, "CHN": 40.0, "JPN": -0.6}
    countries = found.world.countries.assign(value_added=values)
    shown = tables.hit(found, replace(found.world, countries=countries))
    assert [row["economy"] for row in shown.rows] == ["China", "United States", "Japan"]
    nothing = replace(found.world, countries=0 * countries)
    assert not tables.hit(found, nothing).rows
    said = wording.who_is_hit(found, nothing).text
    assert said == "Of value added, over 180 days, no economy loses or gains anything."


def test_who_loses_and_gains_most(zte):
    found = facts.of_firm(zte)
    values = dict.fromkeys(found.world.countries.index, 0.0) | {"USA": -1240.0, "CHN": 40.0}
    world = replace(found.world, countries=found.world.countries.assign(value_added=values))
    assert wording.who_is_hit(found, world).text == (
        "Of value added, over 180 days, the United States loses most ($1.2bn) and China gains most "
        "($40m)."
    )


def test_what_the_ban_costs_for_good(zte):
    found = facts.of_firm(zte)
    values = dict.fromkeys(found.world.countries.index, 0.0) | {"CHN": -216.0, "USA": 35.0}
    countries = found.world.countries.assign(**{"real_income_long-run": values})
    (pair,) = found.world.pairs
    said = wording.of_pair(found, replace(found.world, countries=countries), pair).text
    assert (
        "for good, it would cost China $216m and would bring the United States $35m of real income "
        "a year. With other trade elasticities"
    ) in said
    assert said.endswith(", in nine of ten runs.")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (642.0, 968.0, "China loses between $642m and $968m of"),
        (-30.0, 968.0, "China ends between a gain of $30m and a loss of $968m of"),
        (-968.0, -642.0, "China gains between $642m and $968m of"),
    ],
)
def test_between_what_a_loss_lies(zte, low, high, said):
    found = facts.of_firm(zte)
    world = replace(found.world, drawn={"China": (low, high)})
    (sentence,) = wording.drawn_losses(found, world)
    assert sentence.text.startswith(f"In nine of ten runs {said} value added")


def test_draws_of_the_world_are_read_once(zte):
    k = zte.carved.calibration.country_codes.index("CHN")
    low, high = facts.of_firm(zte).world.drawn["China"]
    losses = np.sort(zte.world_draws[:, k])
    assert len(losses) == 20
    # nine of ten: a twentieth at either end
    assert low == pytest.approx(losses[0] + 0.95 * (losses[1] - losses[0]))
    assert high == pytest.approx(losses[-2] + 0.05 * (losses[-1] - losses[-2]))


CHINA, AMERICA = facts.Side("CHN", "China"), facts.Side("USA", "United States")


def cost(china, america, unit="million USD", **more):
    return wording.cost(((CHINA, china), (AMERICA, america)), unit, **more)


def test_costs_are_said_as_people_do():
    assert cost(383.4, 16_040) == "costs China $383m and the United States $16bn"
    assert cost(383.4, -7.2) == "costs China $383m and brings the United States $7.2m"
    assert cost(-5.0, -7.2, would=True) == "would bring China $5m and the United States $7.2m"
    assert cost(0.4, 0.0) == "costs China nothing and the United States nothing"
    assert cost(-0.4, -3.0) == "costs China nothing and brings the United States $3m"
    priceless = cost(np.inf, 3.0, would=True)
    assert priceless == "would cost China more than can be priced and the United States $3m"
    assert cost(0.4, 3e-4, "billion USD") == "costs China $400m and the United States nothing"
    small = cost(0.02, 0.0, "thousand bushels")
    assert small.startswith("costs China 0.020 thousand bushels and the United States nothing")
    bushels = cost(12.0, 3.0, "thousand bushels")
    assert (
        bushels == "costs China 12.0 thousand bushels and the United States 3.00 thousand bushels"
    )


def test_what_the_loss_hangs_on(zte):
    """One figure drawn decides all that is lost, where lost sales are that figure."""
    drawn = draw(zte.card, 400, seed=0)
    inputs = [item.id for item in zte.card.critical_inputs]
    days = drawn.inventory_days[:, inputs.index("phone-chips")]
    lost = zte.draws.reindex(range(400)).assign(lost_sales=100 - days)
    many = replace(zte, draws=lost, choices=replace(zte.choices, draws=400))
    (first, share), (_, second), *_ = facts.of_firm(many).firm.hangs_on
    assert first == "its stock of chips and operating system of phones"
    assert share > 0.95 > 0.1 > second
    (said,) = wording.sure(facts.of_firm(many), facts.of_firm(many).firm)
    assert f"hangs most on {first} (" in said.text
    nothing = replace(many, draws=lost.assign(lost_sales=7.0))
    assert facts.of_firm(nothing).firm.hangs_on == ()
    assert "hangs" not in wording.sure(facts.of_firm(nothing), facts.of_firm(nothing).firm)[0].text


def test_shutdowns_are_counted_over_runs(zte):
    def said(days):
        found = facts.of_firm(replace(zte, draws=zte.draws.assign(shutdown_day=days)))
        return wording.sure(found, found.firm)[0].text

    count = len(zte.draws)
    assert said(np.nan).startswith("It shuts down in no run within 180 days")
    assert said(40.0).startswith("It shuts down in every run within 180 days")
    some = np.where(np.arange(count) < count // 4, 30.0, np.nan)
    assert said(some).startswith("It shuts down in 25% of runs within 180 days")


def test_whose_figures_tables_hold(both):
    """Beside others a table says whose it is, in data alone."""
    for one, of in ((describe(both[0]), "ZTE"), (document.of_all(both), "ZTE+HUAWEI")):
        for table in one.tables("data").values():
            assert table.columns[0].key == "of"
            assert table.columns[0].hidden
            assert {row["of"] for row in table.rows} == {of}
    assert "of" not in {c.key for c in describe(both[0]).tables()["some-days"].columns}


def test_leverage_answers_first(zte):
    c = zte.carved.calibration
    shown = of_leverage(facts.of_leverage(zte.leverage, c), facts.basis(c))
    *said, picture = shown.sections[0].blocks
    assert 0 < len(said) <= 3
    assert all(isinstance(block, Sentence) for block in said)
    assert isinstance(picture, Chart)
    assert [row["threat_id"] for row in picture.table.rows] == ["sectors", "all-sales", "answer"]
    assert same_cells(shown) > 50
    largest = shown.tables()["largest-chokepoints"].rows
    ratios = [row["ratio"] for row in largest]
    assert ratios == zte.leverage.chokepoints["ratio"].to_list()[:8]
    assert ratios == sorted(ratios, reverse=True)
    everything = shown.tables()["chokepoints"].rows
    assert len(everything) == len(zte.leverage.chokepoints)
    assert largest == everything[:8]
    code, sector = zte.leverage.chokepoints.index[0]
    assert (largest[0]["by_code"], largest[0]["sector_code"]) == (code, sector)


def test_a_screen_is_forty_lines(zte, both):
    c = zte.carved.calibration
    threat = of_leverage(facts.of_leverage(zte.leverage, c), facts.basis(c))
    # files are told in one line each and one more, below an empty one
    for shown, files in ((describe(zte), 3), (document.of_all(both), 5), (threat, 3)):
        console = Console(file=io.StringIO(), width=100)
        shown.to_terminal(console, full=False)
        assert len(console.file.getvalue().splitlines()) + files <= 40


def test_several_firms_are_named_each_with_its_loss(both):
    console = Console(file=io.StringIO(), width=500)
    document.of_all(both).to_terminal(console, full=False)
    told = console.file.getvalue()
    for one in both:
        lost = (1 - one.path.output).sum() / 365 * one.firm.accounts.revenue
        size = f"${lost / 1000:.1f}bn of" if lost > 1000 else "no"
        assert f"that stays costs {one.card.name} {size} sales in 60 days" in told


def test_what_is_no_result_is_not_described():
    with pytest.raises(InputError, match="no result that can be described"):
        describe(3)
