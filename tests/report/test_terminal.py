"""A run at the terminal: its numbers, at any width, without markup from titles."""

import io

import pytest
from rich.console import Console

from detente.document.numbers import signed
from detente.report.describe import describe
from detente.report.run.facts import ranked_sectors


def printed(result, width, *, full=True):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    describe(result).to_terminal(console, full=full)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_is_wider_and_no_number_is_cut(result, width):
    text = printed(result, width)
    assert max(len(line) for line in text.splitlines()) <= width
    rows = result.variants["retaliation"].countries
    for column in ("real_income_pct", "terms_of_trade_pct", "first_order_pct"):
        for value in rows[column]:
            assert signed(value, 3) in text


@pytest.mark.parametrize("full", [True, False])
def test_every_variant_with_status(result, full):
    text = printed(result, 100, full=full)
    for title in ("No new measures", "US tariffs on Chinese goods", "+ China retaliates"):
        assert title in text
    assert "every variant converged" in text
    for words in ("elasticities", "bn", *(("numeraire",) if full else ())):
        assert words in text


def test_a_run_fits_a_screen_and_opens_with_its_answer(result):
    lines = printed(result, 100, full=False).splitlines()
    assert len(lines) <= 40
    start = lines.index("In short")
    assert lines[start + 1].startswith("• “+ China retaliates” costs the United States $")
    sentences = lines[start + 1 : lines.index("", start)]
    assert 1 < sum(line.startswith("• ") for line in sentences) <= 3


def test_trade_of_the_pair_and_its_balance(result):
    text = printed(result, 200)
    flows = result.variants["retaliation"].bilateral
    sold, bought = flows.loc[("USA", "CHN")], flows.loc[("CHN", "USA")]
    after = [(row["goods_musd"] + row["goods_change_musd"]) / 1e3 for row in (sold, bought)]
    lines = text.split("United States, balance with China, USD bn", 1)[1].splitlines()
    line = next(line for line in lines if line.startswith("C "))
    assert line.split()[1] == f"{after[0] - after[1]:+,.3g}".replace("-", "−")


def test_markup_in_titles_is_only_text(hostile):
    assert "<script>alert(1)</script>" in printed(hostile, 200).replace("\n", "")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_long_names_of_sectors_give_way_to_their_numbers(result, run, width):
    text = printed(result, width)
    for country in ("USA", "CHN"):
        rows = ranked_sectors(run.variants["retaliation"].sectors[country])
        for row in list(rows.values())[:7]:
            cells = [signed(row[k], 2) for k in ("output_volume_pct", "employment_pct")]
            cells += [signed(row["producer_price_pct"], 2)]
            # its worth takes the size in which no sector reads as zero
            assert any(line.split()[-4:-1] == cells for line in text.splitlines()), cells
