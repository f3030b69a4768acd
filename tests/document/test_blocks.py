"""Blocks refuse what no renderer could show, and hold what all of them need."""

import math
from datetime import date

import numpy as np
import pytest
from made_up import USD, column, empty, whole

from detente.document.blocks import (
    Card,
    Chart,
    Choice,
    Chooser,
    Column,
    Document,
    Fold,
    Link,
    Mark,
    Note,
    Section,
    Sentence,
    Table,
    Term,
    Unit,
    walk,
)
from detente.document.numbers import CHANGE
from detente.document.plain import frame, records
from detente.errors import InputError

NAME, WORTH = column("name"), column("worth", USD)


@pytest.mark.parametrize("bad", ["\u202e", "\u2066", "\u200f", "\u061c", "\x1b[31m", "\u200b"])
def test_marks_that_turn_letters_round_are_refused_everywhere(bad):
    made = [
        lambda: Sentence(f"a{bad}b"),
        lambda: Sentence("a", head=f"a{bad}b"),
        lambda: Note(f"{bad}"),
        lambda: Mark(f"a{bad}"),
        lambda: Mark("a", short=bad),
        lambda: Link(bad, "#x"),
        lambda: Term("a", bad),
        lambda: Card(f"{bad}", "x"),
        lambda: Card("x", "x", small=("y", bad)),
        lambda: Fold(bad, ()),
        lambda: Chooser("n", "l", {"k": bad}, "k"),
        lambda: Column("k", bad, "m"),
        lambda: Column("k", "t", "m", Unit(bad)),
        lambda: Table("t", "T", (NAME,), ({"name": f"a{bad}"},)),
        lambda: Table("t", "T", (NAME,), ({"name": ("a", bad)},)),
        lambda: Section("s", bad, ()),
        lambda: Document("d", bad, ()),
        lambda: Document("d", "t", (), notes=(bad,)),
    ]
    for make in made:
        with pytest.raises(InputError, match="turn the order of letters"):
            make()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//x", "file:///x"])
def test_links_lead_to_the_web_or_into_the_page(address):
    with pytest.raises(InputError, match="no address of the web"):
        Link("x", address)
    assert Link("x", "https://example.org/").to


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Table("t", "T", (NAME, NAME), ()), "name is there twice"),
        (lambda: Table("t", "T", (Column("a b", "x", "y"),), ()), "is no key"),
        (lambda: Table("t", "T", (Column("a", "x", ""),), ()), "has no meaning"),
        (lambda: Table("t", "T", (NAME,), ({"nam": "x"},)), "without a column"),
        (lambda: Table("t", "T", (NAME,), ({"name": 1.0},)), "without a unit"),
        (lambda: Table("t", "T", (NAME,), ({"name": math.nan},)), "without a unit"),
        (lambda: Table("t", "T", (NAME,), ({"name": "x"},), units=(None, None)), "2 units of 1"),
        (lambda: Table("t", "T", (NAME,), (), groups=(("x", 2),)), "span other columns"),
        (lambda: Card("c", 1.0), "without a unit"),
        (lambda: Unit("USD bn", 1000.0), "what are data in"),
        (lambda: Chooser("n", "l", {"a": "A"}, "b"), "is no option"),
        (lambda: Chooser("a b", "l", {"a": "A"}, "a"), "no name of a variable"),
        (lambda: Chart(Table("t", "T", (NAME,), ()), "bars", "name", ("x",)), "no columns"),
        (lambda: Document("d", "t", (Section("s", "S", ()), Section("s", "S", ()))), "twice"),
    ],
)
def test_what_no_renderer_could_show_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_values_of_other_types_are_refused():
    with pytest.raises(TypeError, match="name is a dict"):
        Table("t", "T", (NAME,), ({"name": {}},))
    # numbers of numpy are numbers
    assert Table("t", "T", (NAME, WORTH), ({"name": "a", "worth": np.int64(3)},))


def in_one(*blocks, **more):
    return Document("d", "t", (Section("s", "S", blocks),), **more)


def test_links_of_sentences_lead_somewhere():
    table = Table("t", "T", (NAME,), ())
    assert in_one(Sentence("x", see=("t",)), table)
    with pytest.raises(ValueError, match="sends to \\['u'\\]"):
        in_one(Sentence("x", see=("u",)), table)
    with pytest.raises(ValueError, match="two tables are named t"):
        in_one(table, Fold("f", (Table("t", "T", (NAME,), ()),)))


def test_choices_need_a_chooser():
    choice = Choice("variant", {"a": ()})
    with pytest.raises(ValueError, match="no chooser"):
        in_one(choice)
    assert in_one(choice, chooser=Chooser("variant", "V", {"a": "A"}, "a"))


def test_tables_and_sentences_are_found_wherever_they_are():
    document = whole()
    assert list(document.tables()) == [
        "both", "gains", "flows", "ranges", "path", "sectors", "tariffs", "packages", "shares",
        "paid", "firm", "measures", "model", "more",
    ]  # fmt: skip
    assert len(document.sentences()) == 5
    assert sum(isinstance(b, Chart) for b in walk(document.sections)) == 9


def test_tables_of_one_place():
    table = Table("t", "T", (NAME,), (), on=frozenset(("page",)))
    document = in_one(table)
    assert not document.tables("terminal")
    assert list(document.tables("page")) == ["t"]
    hidden = Document("d", "t", (Section("s", "S", (table,), on=frozenset(("data",))),))
    assert not hidden.tables("page")


def test_a_frame_holds_raw_values():
    tables = whole().tables()
    found = frame(tables["gains"])
    assert list(found.columns) == ["economy", "variant", "under", "income", "worth", "draws"]
    assert found["worth"].iloc[0] == -16_021.0
    assert found["economy"].iloc[0] == "United States"
    assert found["worth"].isna().sum() == 2
    mixed = frame(tables["firm"])
    assert mixed["unit"].tolist() == ["million USD a year", "million USD a year", "%", "days"]
    assert frame(tables["measures"])["what"].iloc[0] == "tariff +25 points on goods; If no deal."
    assert list(frame(empty().tables()["none"]).columns) == ["economy", "worth"]


def test_records_are_json():
    assert records(frame(empty().tables()["lost"])) == [
        {"economy": "A", "worth": None},
        {"economy": "B", "worth": None},
    ]


def test_plain_data_of_a_document():
    plain = whole().to_plain()
    assert plain["format"] == 2
    assert plain["tables"]["gains"]["columns"]["worth"] == {
        "title": "worth", "meaning": "what worth is", "unit": "million USD a year",
    }  # fmt: skip
    assert plain["tables"]["gains"]["rows"][1]["worth"] == 28_400.0
    assert plain["tables"]["path"]["rows"][0]["day"] == "2018-07-06"
    assert plain["tables"]["firm"]["units"][2] == "%"
    first = plain["sections"][0]["blocks"]
    assert first[0]["sentence"].startswith("A deal costs")
    assert first[0]["see"] == ["gains"]
    assert first[2] == {"card": "United States, real income", "value": 0.142, "unit": "%",
                        "small": ["$32bn a year"]}  # fmt: skip
    assert plain["chooser"]["chosen"] == "deal"
    assert Mark("a").to_plain() == "a"
    assert Unit("x").of_data == "x"
    assert CHANGE.of_data == "%"


def test_what_is_typed_in_a_notebook_stays_short():
    document = whole()
    found = [repr(document), *map(repr, document.tables().values())]
    assert max(map(len, found)) < 200
    assert found[1] == "<Table both: 'Real income, exact and first-order', 3 rows>"


def test_a_column_of_words_and_numbers_is_refused():
    columns = (NAME, WORTH)
    for word in ("none", Mark("none"), ("a", "b"), True, date(2018, 1, 1)):
        with pytest.raises(ValueError, match="t: worth mixes"):
            Table("t", "t", columns, ({"name": "a", "worth": 1.0}, {"name": "b", "worth": word}))
    with pytest.raises(ValueError, match="t: name mixes days and words"):
        Table("t", "t", columns, ({"name": "a"}, {"name": date(2018, 1, 1)}))
    # blanks, no numbers and whole numbers are numbers; words may be marked
    rows = ({"worth": 1.0}, {"worth": 2}, {"worth": np.float64(3)}, {"worth": math.nan}, {})
    assert len(Table("t", "t", columns, rows).rows) == 5
    assert Table("t", "t", columns, ({"name": "a"}, {"name": Mark("b")}, {"name": ("c", "d")}))
