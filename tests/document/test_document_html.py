"""Pages: everything escaped, every table reachable, nothing from outside."""

import base64
import hashlib
import json
import re

import pytest
from jinja2 import UndefinedError
from made_up import column, empty, whole

from detente.document import html
from detente.document.blocks import (
    Card,
    Chart,
    Choice,
    Chooser,
    Document,
    Fold,
    Link,
    Mark,
    Note,
    Section,
    Sentence,
    Table,
    Term,
)
from detente.document.numbers import CHANGE
from same_cells import on_page, same_cells

BAD = """<script>alert("x")</script><img src=x onerror=alert(1)> & ' </style>"""


def body(document: Document) -> str:
    return re.search(r"<main.*?</main>", html.page(document), re.DOTALL)[0]


def test_the_same_cells_everywhere():
    assert same_cells(whole()) >= 90
    assert same_cells(empty()) == 2


def test_a_changed_number_would_be_seen(monkeypatch):
    from detente.document import layout

    right = layout.text
    monkeypatch.setattr(
        layout, "text", lambda value, unit=None: right(value, unit).replace("28.4", "28.5")
    )
    with pytest.raises(AssertionError):
        same_cells(whole())


def test_free_text_is_escaped_wherever_it_stands():
    mark = Mark(BAD, "good", BAD)
    columns = (column("a", title=BAD), column("b", CHANGE, BAD))
    table = Table("t", BAD, columns, ({"a": mark, "b": 1.0}, {"a": (BAD, Link(BAD, "#x"))}),
                  note=BAD, groups=((BAD, 1), (mark, 1)))  # fmt: skip
    pairs = Table("p", BAD, columns[:1], ({"a": BAD},), look="pairs")
    bars = Table("q", BAD, columns, ({"a": BAD, "b": 1.0},), look="bars")
    drawn = Table("c", BAD, columns, ({"a": BAD, "b": 1.0},))
    section = Section("s", BAD, (
        Sentence(BAD, see=("t",), head=BAD), Note(BAD), Card(BAD, BAD, small=(BAD,)), table, pairs,
        bars, Fold(BAD, (Sentence(f"{BAD} term", terms=(Term("term", BAD),)),)), Term(BAD, BAD),
        Choice("k", {"o": (Note(BAD),)}),
        Chart(drawn, "bars", "a", ("b",), title=BAD, note=BAD, description=BAD),
    ), short=BAD)  # fmt: skip
    document = Document("d", BAD, (section,), eyebrow=BAD, summary=BAD, rests_on=(BAD,),
                        notes=(BAD,), contents=True,
                        chooser=Chooser("k", BAD, {"o": BAD}, "o"))  # fmt: skip
    page = html.page(document)
    scripts = re.findall(r"<script[^>]*>", page)
    assert len(scripts) == 3
    assert "<img" not in page.partition("<script")[0]
    assert page.count("</style>") == 1
    assert "alert(&#34;x&#34;)" in body(document)
    specs = json.loads(re.search(r'id="charts">(.*?)</script>', page, re.DOTALL)[1])
    assert specs["c"]["data"]["values"][0]["a"] == BAD
    for block in section.blocks:
        shown = html.fragment(block)
        assert "<script" not in shown
        assert "<img" not in shown


def test_a_template_stops_at_a_name_that_is_not_there():
    with pytest.raises(UndefinedError):
        html.environment().from_string("{{ nothing }}").render()


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else():
    page = html.page(whole())
    policy = re.search(r'Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(scripts) == 2
    assert not re.search(r'(src|href)="(?!#|https://example)', page.partition("<script")[0])


def test_sections_stand_in_order_text_before_charts_and_links_lead_somewhere():
    found = body(whole())
    ids = re.findall(r'<section id="([^"]*)"', found)
    assert ids == ["short", "who", "rests", "rests-on"]
    assert found.index("A deal brings") < found.index("data-chart")
    targets = set(re.findall(r'id="([^"]*)"', found))
    assert set(re.findall(r'href="#([^"]*)"', found)) <= targets
    assert len(re.findall(r'id="', found)) == len(targets)
    assert '<a href="#table-gains">Real income and its worth</a>' in found


def test_a_term_says_what_it_means_once():
    found = body(whole())
    assert found.count("income over consumer prices") == 1
    assert re.search(
        r'tabindex="0" title="[^"]*income over consumer prices[^"]*">real income</span>', found
    )


def test_words_of_the_glossary_are_explained_once_in_a_section_and_in_each_option():
    def said(key, *blocks):
        return Section(key, key, blocks)

    option = (Sentence("Efficient packages."), Sentence("An efficient one."))
    document = Document(
        "made-up",
        "Words",
        (
            said("a", Sentence("What is efficient & NashConv."), Sentence("It is efficient.")),
            said("b", Sentence("Efficiently efficient.")),
            said("c", Choice("which", {"one": option, "two": option})),
        ),
        chooser=Chooser("which", "Which", {"one": "One", "two": "Two"}, "one"),
    )
    found = body(document)
    words = re.findall(r'<span class="term" tabindex="0" title="([^"]*)">([^<]*)</span>', found)
    meaning = "No other package is as good for every side and better for one."
    assert [word for _, word in words] == [
        "efficient", "NashConv", "efficient", "Efficient", "packages", "Efficient", "packages",
    ]  # fmt: skip
    assert [m for m, word in words if word.lower() == "efficient"] == [meaning] * 4
    assert "is <span" in found
    assert " &amp; <span" in found
    # a sentence stays whole for who copies it, searches it, or reads the text alone
    assert "What is efficient &amp; NashConv." in re.sub(r"<[^>]*>", "", found)


def test_every_chart_has_its_figures_as_a_table():
    document = whole()
    figures = re.findall(r"<figure>.*?</figure>", body(document), re.DOTALL)
    assert len(figures) == 9
    for figure in figures:
        key = re.search(r'data-chart="([^"]*)"', figure)[1]
        # a table that stands by itself is linked to
        held = '<a href="#table-paid">' if key == "paid" else f'<table id="table-{key}"'
        assert held in figure


def test_two_charts_of_one_table():
    columns = (column("a"), column("b", CHANGE), column("c", CHANGE))
    table = Table("t", "T", columns, ({"a": "x", "b": 1.0, "c": 2.0},))
    charts = [Chart(table, "bars", "a", (key,), key=key) for key in ("b", "c")]
    found = body(Document("d", "D", (Section("s", "S", tuple(charts)),)))
    assert re.findall(r'data-chart="([^"]*)"', found) == ["b", "c"]
    assert found.count('id="table-t"') == found.count('href="#table-t"') == 1
    with pytest.raises(ValueError, match="t is there twice"):
        Document("d", "D", (Section("s", "S", (Chart(table, "bars", "a", ("b",)),) * 2),))


def test_a_chart_without_numbers_says_so():
    found = body(empty())
    assert "There is no number to draw." in found
    assert "data-chart" not in found
    assert on_page(empty()).tables["none"] == [["Economy", "worth"], ["None."]]


def test_a_section_that_is_elsewhere_is_not_on_the_page():
    hidden = Section("s", "S", (Note("x"),), on=frozenset(("terminal",)))
    table = Table("t", "Elsewhere", (column("a"),), ({"a": "x"},), on=frozenset(("data",)))
    shown = Section("s", "S", (table, Note("n")))
    assert "Elsewhere" not in html.section(shown, {})
    assert "Elsewhere" not in html.page(Document("d", "t", (shown,)))
    assert html.section(hidden, {}) == ""
    assert html.section(Section("s", "S", ()), {}) == ""
    assert "<h2>S</h2>" not in html.page(Document("d", "t", (hidden,)))


def test_a_notebook_shows_tables_and_pictures():
    document = whole()
    shown = document._repr_html_()
    assert shown.count("<svg") == 9
    assert "<table" in shown
    assert "<html" not in shown
    assert "<script" not in shown
    table = document.tables()["gains"]
    assert "+28.4" in table._repr_html_()
    chart = document.sections[1].blocks[1]
    bundle = chart._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v6+json"]["data"]["values"]
    assert "<table" in bundle["text/html"]
    none = empty().sections[0].blocks[1]._repr_mimebundle_()
    assert list(none) == ["text/html"]
