"""Saved edits change, drop and add statements, and say what they no longer find."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.reading.edits import apply_edits, parse_edits, read_edits
from detente.reading.read import read, read_text
from detente.report.reading.document import answer
from detente.report.reading.page import review_part

STEEL = Path(__file__).parent / "texts" / "steel-2002.txt"
TEXT = STEEL.read_text(encoding="utf-8")


def edits(*held):
    return parse_edits({"format": "detente-edits-1", "edits": list(held)})


def an_edit(quote, do="drop", start=0, **values):
    return {"do": do, "quote": quote, "start": start, **({"set": values} if values else {})}


@pytest.fixture(scope="module")
def steel():
    return read(STEEL, "2002-03-22")


def quote_of(reading, words):
    (one,) = [s.quote for s in reading.statements if words in s.quote]
    return one


def test_statements_are_found_by_their_words_not_their_number(steel):
    moved = "A line that was put before.\n\n" + TEXT
    quote = quote_of(steel, "Japan asked")
    after = read_text(moved, "2002-03-22", edits=edits(an_edit(quote, start=3)))
    assert all("Japan asked" not in s.quote for s in after.statements)
    assert [e.quote for _, e in after.edited.applied] == [quote]


def test_the_nearest_of_two_with_the_same_words_is_meant(steel):
    one = steel.statements[0]
    twin = replace(one, id="s99", start=one.start + 500, end=one.end + 500)
    edit = edits(an_edit(one.quote, start=twin.start - 2))
    done = apply_edits((one, twin), edit, TEXT)
    assert [s.id for s in done.statements] == [one.id]
    both = edits(*2 * [an_edit(one.quote, start=one.start)])
    assert apply_edits((one, twin), both, TEXT).statements == ()


def test_what_is_not_there_any_more_is_said(steel):
    gone = edits(an_edit("Norway banned the export of trolls"), an_edit("tariffs of 8"))
    after = read_text(TEXT, "2002-03-22", edits=gone)
    assert after.statements == steel.statements
    assert [why for _, why in after.edited.missed] == [
        "the text does not hold these words", "these words make no statement any more"
    ]  # fmt: skip
    plain = after.to_plain()
    assert plain["edits_missed"][0]["quote"] == "Norway banned the export of trolls"
    assert any("edits found nothing to change" in said.text for said in answer(after))
    assert "Norway banned" in review_part(after).html


def test_an_added_statement_enters_the_draft(steel):
    quote = "South Korea also requested consultations"
    added = an_edit(quote, "add", TEXT.index(quote), actor=["KOR"], target=["USA"],
                    action="impose", instrument="tariff", modality="threatened",
                    rate=[0.4], goods=["steel"])  # fmt: skip
    after = read_text(TEXT, "2002-03-22", edits=edits(added))
    (one,) = [s for s in after.statements if s.id == "a1"]
    assert (TEXT[one.start : one.end], one.rate) == (quote, (0.4,))
    assert any(ids == ("a1",) for ids in after.draft.links.values())
    assert "by: KOR" in after.draft.text
    assert "by: KOR" not in steel.draft.text


def test_of_words_that_stand_twice_those_at_the_place_are_added():
    quote = "South Korea also requested consultations."
    twice = f"{TEXT}\n{quote}\n"
    place = twice.rindex(quote)
    done = apply_edits((), edits(an_edit(quote, "add", place)), twice)
    assert [s.start for s in done.statements] == [place]
    done = apply_edits((), edits(an_edit(quote, "add", place - 1)), twice)
    assert [s.start for s in done.statements] == [twice.index(quote)]


def test_every_fault_of_a_file_is_named_at_once(tmp_path):
    path = tmp_path / "x.edits.json"
    wrong = [
        an_edit("words", "burn"),
        an_edit("", start=-1),
        an_edit("words", "change", action="imposes", rate=[250], actor=["Atlantis"],
                date="2018-13", colour="red", value=[[5, "USD", 1]]),
    ]  # fmt: skip
    path.write_text(json.dumps({"format": "detente-edits-1", "edits": wrong}))
    with pytest.raises(InputError) as caught:
        read_edits(path)
    said = str(caught.value)
    for key in ("edits[0].do", "edits[1].quote", "edits[1].start", "edits[2].set.action",
                "edits[2].set.rate", "edits[2].set.actor", "edits[2].set.date",
                "edits[2].set.colour", "edits[2].set.value"):  # fmt: skip
        assert f"x.edits.json: {key}: " in said
    assert "did you mean 'impose'?" in said


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": "other"}', "[" * 100_000, '{"format":"detente-edits-1"}'],
)
def test_what_are_no_edits_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(InputError):
        read_edits(path)


def test_the_part_to_embed_holds_no_script():
    reading = read_text(
        "A headline of the day for this\n\nThe US raised its tariff on steel from China to 25% "
        "</script><script>alert(1)</script> & more on Monday, it said.\n", "2020-01-01"
    )  # fmt: skip
    part = review_part(reading)
    assert "<script" not in part.html
    assert "<" not in part.json()
    assert json.loads(part.json()) == part.data


def test_wrong_arguments_are_named_together(tmp_path, monkeypatch):
    monkeypatch.delenv("DETENTE_MODEL_URL", raising=False)
    with pytest.raises(InputError) as caught:
        read(STEEL, "16 May", edits=tmp_path / "none.json", model="m")
    said = str(caught.value)
    assert "--date" in said
    assert "none.json" in said
    assert "DETENTE_MODEL_URL" in said
