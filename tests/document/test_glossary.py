"""The glossary: one file, in the package and in ``docs``, that commands and pages explain from."""

import ast
import io
from pathlib import Path

import pytest
from rich.console import Console

from detente.document import glossary as module
from detente.document.blocks import Term
from detente.document.glossary import explain, glossary, terms_in
from detente.errors import InputError

ROOT = Path(__file__).parents[2]
# what readers are promised
PROMISED = (
    "real income", "no deal", "efficient", "Nash solution", "Kalai-Smorodinsky solution",
    "egalitarian solution", "utilitarian solution", "NashConv", "draw", "horizon",
    "trade elasticity", "terms of trade", "numeraire", "wedge", "equivalent variation",
    "certificate", "best response", "zone of agreement", "red line", "trade diversion",
)  # fmt: skip


def test_the_packaged_file_is_the_one_in_the_docs():
    packaged = Path(module.__file__).with_name("glossary.md")
    assert packaged.read_bytes() == (ROOT / "docs" / "glossary.md").read_bytes()
    assert '"glossary.md"' in (ROOT / "pyproject.toml").read_text()


def test_the_file_is_read_whole():
    text = (ROOT / "docs" / "glossary.md").read_text()
    heads = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert list(glossary()) == heads
    assert heads == sorted(heads, key=str.lower)
    assert len(heads) > 60
    said = " ".join(text.split())
    for term in glossary().values():
        assert term.meaning in said
        assert term.detail in said


def test_each_is_one_plain_line_and_every_name_is_there_once():
    names = [n.lower() for term in glossary().values() for n in (term.word, *term.also)]
    assert len(names) == len(set(names))
    for term in glossary().values():
        assert term.meaning.endswith(".")
        assert len(term.meaning) < 220, term.word
        assert "Also:" not in term.meaning + term.detail
        assert not set("`[]*") & set(term.meaning), "a tooltip shows no markup"


@pytest.mark.parametrize("word", PROMISED)
def test_promised_words_are_explained(word):
    assert explain(word).word.lower() == word.lower()


def test_a_term_is_read_as_it_stands():
    assert explain("  nash   BARGAIN ") == Term(
        "Nash solution",
        "The deal with the largest product of what each side gains over no deal.",
        "max Σ power × ln(u − d): Nash (1950), Econometrica 18(2), 155-162.",
        ("Nash bargain", "Nash's bargain", "Nash bargaining solution", "Nash's solution"),
    )
    assert explain("Variant").detail == ""
    assert explain("numeraire").also == ()


@pytest.mark.parametrize(("word", "near"), [("nashconf", "NashConv"), ("wegde", "Wedge")])
def test_a_near_miss_is_answered_with_what_was_meant(word, near):
    with pytest.raises(InputError, match=f"did you mean '{near}'"):
        explain(word)


def test_a_word_from_elsewhere_is_refused():
    with pytest.raises(InputError, match=r"^term: not in the glossary \(got 'zzzz'; allowed: "):
        explain("zzzz")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NashConv is near zero.", ["NashConv"]),
        ("The Nash solution, not Nash's.", ["Nash solution"]),
        ("In the long run, in nine of ten runs.", ["Horizon", "Draw"]),
        ("It withdraws; overdraws; re-draws.", ["Draw"]),
        ("A side payment opens the zone.", ["Side payment"]),
        ("A package deal is no package.", ["Linkage", "Package"]),
        ("Inefficient and efficiently.", []),
    ],
)
def test_whole_words_are_found_the_longest_name_first(text, found):
    assert [term.word for _, _, term in terms_in(text)] == found


def test_a_sentence_may_have_a_meaning_of_its_own():
    own = Term("wedge", "What it is here.")
    ((start, end, term),) = terms_in("The Wedge.", (own,))
    assert ("The Wedge."[start:end], term) == ("Wedge", own)


def test_a_terminal_shows_both_lines():
    console = Console(file=io.StringIO(), width=200)
    explain("wedge").to_terminal(console)
    first, second = console.file.getvalue().splitlines()
    assert first.startswith("Wedge: What stands between")
    assert second.startswith("Where a quota")


def test_it_is_there_in_python():
    import detente

    assert detente.explain("wedge") is glossary()["Wedge"]


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match=r"^term: a term is text \(got 3\)"):
        explain(3)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("long run", "Horizon"),
        ("run", "Draw"),
        ("runs", "Draw"),
        ("draws", "Draw"),
        ("central figures", "Central figures"),
        ("real income", "Real income"),
        ("no-deal", "No deal"),
        ("certificate", "Certificate"),
    ],
)
def test_words_of_pages_are_explained(asked, word):
    assert explain(asked).word == word


def test_every_term_that_a_page_explains_has_an_entry():
    """Terms are written out in the code of the report, with a meaning for their page."""
    found = set()
    for path in (ROOT / "src" / "detente" / "report").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Term":
                found.add(ast.literal_eval(node.args[0]))
    assert "trade elasticities" in found
    for word in found:
        assert explain(word)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("IEEPA", "US law of 1977 for national emergencies"),
        ("EU27", "27 members"), ("statutory rate", "The tariff that the law sets"),
        ("welfare", "here real income"), ("who pays", "between buyers"),
        ("tariff quota", "A low tariff up to an amount"), ("world of a day", "tariffs of one day"),
    ],
)  # fmt: skip
def test_words_of_the_ledger_are_explained(word, said):
    assert said in explain(word).meaning
