"""Documents at a terminal of any width: no number is cut, no word lost, no markup read."""

import io
import re

import pytest
from made_up import LONG, column, empty, whole
from rich.console import Console

from detente.document.blocks import Document, Fold, Mark, Note, Section, Sentence, Table
from detente.document.numbers import CHANGE
from detente.document.terminal import GAIN, LOSS, STYLES


def printed(block, width=100, *, full=True, color=None) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=color, force_terminal=True)
    block.to_terminal(console, full=full)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(width):
    text = printed(whole(), width)
    assert max(map(len, text.splitlines())) <= width
    for number in ("−16.0", "+28.4", ">99%", "310", "90.1", "−220", "+1.33", "1,280", "9.31"):
        assert number in text, number
    assert "…" not in text


@pytest.mark.parametrize("width", [60, 100])
def test_a_very_long_label_keeps_all_its_words(width):
    text = printed(whole().tables()["sectors"], width)
    row = text.partition("─\n")[2].partition("Motor vehicles")[0]
    assert LONG.split() == [w for w in row.split() if w not in ("+0.40", "−1.20")]


def test_a_table_too_wide_stands_in_parts_that_all_name_their_rows():
    columns = (column("name", title=""), *(column(f"v{k}", CHANGE, f"V{k}") for k in range(12)))
    row = {"name": "Somewhere"} | {f"v{k}": 100.0 + k for k in range(12)}
    text = printed(Table("t", "Wide", columns, (row,)), 60)
    assert text.count("Somewhere") == text.count("Wide, %") == 3
    assert re.findall(r"\+1\d\d", text) == [f"+{100 + k}" for k in range(12)]
    assert max(map(len, text.splitlines())) <= 60


def test_a_table_without_rows_says_so():
    text = printed(empty())
    assert "None." in text
    assert text.count("–") == 2


def test_markup_of_a_title_is_only_text():
    table = Table("t", "[red]x[/red]", (column("a", title="[bold]"),), ({"a": "[link=x]y[/]"},))
    text = printed(Document("d", "[i]t", (Section("s", "[b]", (table, Note("[u]n"))),)))
    for said in ("[i]t", "[b]", "[red]x[/red]", "[bold]", "[link=x]y[/]", "[u]n"):
        assert said in text


def test_what_a_page_folds_away_is_for_those_who_ask():
    fold = Section("s", "S", (Sentence("said"), Note("small"), Fold("more", (Sentence("rest"),))))
    assert "rest" in printed(fold)
    assert "small" in printed(fold)
    short = printed(fold, full=False)
    assert "said" in short
    for word in ("rest", "small", "more"):
        assert word not in short


def test_the_chosen_variant_alone_unless_all_are_asked_for():
    assert "Tariffs cost" in printed(whole())
    short = printed(whole(), full=False)
    assert "Tariffs cost" not in short
    assert "A deal brings" in short


def test_tones_and_signs_have_colours():
    tones = tuple({"a": Mark(f"word-{tone}", tone)} for tone in ("good", "bad", "quiet"))
    text = printed(Table("t", "T", (column("a"),), tones), color="256")
    codes = {"good": "38;5;37", "bad": "38;5;166", "quiet": "2"}
    for tone, code in codes.items():
        assert f"\x1b[{code}mword-{tone}" in text
    assert (STYLES["good"], STYLES["bad"]) == (GAIN, LOSS)
    rows = tuple({"a": "x", "b": value} for value in (1.0, -1.0, 0.0))
    signs = Table("t", "T", (column("a", title=""), column("b", CHANGE)), rows)
    text = printed(signs, color="256")
    assert re.search(r"\x1b\[38;5;37m *\+1\.00", text)
    assert re.search(r"\x1b\[38;5;166m *−1\.00", text)
    assert re.search(r"\x1b\[2m *0", text)


def test_the_predicted_row_has_an_arrow_and_titles_their_letters():
    text = printed(whole())
    assert "→ China <b>&" in text
    assert re.search(r"^A\s+310", text, re.MULTILINE)
    assert "sales, USD bn a year" in text
