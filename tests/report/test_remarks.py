"""What is odd about a result is said, and nothing is said where nothing is."""

import io
import re

import detente as dt
from detente.document import html
from detente.document.blocks import Mark
from detente.report.remarks import of_solutions, remarks
from economies import random_economy

WORLD = random_economy(3, 4, 3)


def solved(*measures):
    return dt.solve(WORLD, *measures)


def test_an_ordinary_tariff_is_not_remarked_on():
    assert remarks(solved(dt.Tariff("C0", on="C1", add=0.1))) == []


def test_a_measure_that_lowers_a_rate_is_named_with_both_rates():
    world = random_economy(3, 4, 3)
    before = 100 * world.tariff[:, 0, 1]
    (said,) = remarks(solved(dt.Tariff("C0", on="C1", set=0.0, coverage=0.5)))
    assert "Country 0 lowers tariffs of its own" in said
    worth = world.tariff[:, 0, 1] * world.flows[:, 0, 1]
    top = int(worth.argmax())
    assert f"Sector {top} from Country 1" in said
    assert f": from {before[top]:.1f}% to 0.0% where a measure holds." in said


def test_a_flow_that_grows_tenfold_and_a_large_subsidy_are_said():
    said = " ".join(remarks(solved(dt.Tariff("C0", on="C1", sectors="S0", add=-0.9))))
    assert re.search(r"What Country 0 buys of Sector 0 from Country 1 grows \d+ times", said)
    assert re.search(r": from \d\.\d% to −\d\d\.\d% where", said)
    assert "Some imports are subsidised by" in said
    wanted = dt.PurchaseCommitment("C0", on="C1", sectors="S0", scale=8)
    solution = solved(wanted)
    wedge = solution.limits["wedge_pct"].iloc[0]
    assert wedge < -30
    assert f"needs a subsidy of {-wedge:.0f}%" in " ".join(remarks(solution))


def test_overlaps_that_a_rule_decides_are_said_once_for_all_variants():
    both = (dt.Tariff("C0", on="C1", add=0.2, coverage=0.5, id="half"),
            dt.ExportBan("C1", on="C0", coverage=0.2, id="fifth"))  # fmt: skip
    solution = solved(*both)
    (said,) = remarks(solution)
    assert said.startswith("Half, fifth each cover a part of S0, S1, S2")
    both = of_solutions([(Mark("one"), solution), (Mark("<two>"), solution)])
    page = html.section(both, {})
    assert page.count("how much of it is the same") == 1
    assert "&lt;two&gt;" in page
    assert of_solutions([(Mark("none"), solved())]).blocks == ()


def test_the_terminal_prints_each_remark_once():
    from rich.console import Console

    console = Console(record=True, width=200, file=io.StringIO())
    lowered = solved(dt.Tariff("C0", on="C1", set=0.0))
    of_solutions([(Mark("lowers", short="A"), lowered)]).to_terminal(console)
    text = console.export_text()
    assert text.count("lowers tariffs of its own") == 1
    assert "! A: " not in text  # there is only one
    of_solutions([(Mark(f"lowers {k}", short=k), lowered) for k in "ABC"]).to_terminal(console)
    assert "! A, B and C: " in console.export_text()
    many = [(Mark(f"lowers {k}", short=k), lowered) for k in "ABCDEFG"]
    of_solutions(many).to_terminal(console)
    assert "! In 7 of 7 variants: " in console.export_text()
