"""From bytes to the article: every character keeps its place in the file."""

import pytest

from detente.errors import InputError
from detente.reading.body import find_body
from detente.reading.source import LARGEST, decode, read_source

PAGE = """<!doctype html><html><head><title>T</title><script>var a = "tariff";</script></head>
<body><nav><p>Home and menu</p></nav><article><h1>Steel and the dispute that follows</h1>
<p>The United&nbsp;States will raise its tari\ufb00 on steel to 25&#37; on 1 June, the ministry
said in a long sen\u00adtence.</p></article><footer>
<p>All rights reserved by us.</p></footer></body></html>
"""


def test_tags_go_and_places_stay():
    source = read_source(PAGE)
    at = source.read.text.index("raise its tariff on steel")
    start, end = source.read.span(at, at + len("raise its tariff on steel"))
    assert PAGE[start:end] == "raise its tari\ufb00 on steel"
    assert "var a" not in source.read.text
    assert "Home and menu" not in source.read.text
    assert "25%" in source.read.text
    assert "sentence" in source.read.text


def test_furniture_is_left_out():
    text = (
        "Home\nSubscribe\n\nA headline of some words here\n\n"
        "The minister said on Friday that the tariff on steel would rise to a quarter.\n\n"
        "Related articles\nMore on steel that has enough words to be a sentence, they said.\n"
    )
    body = find_body(read_source(text))
    start, end = body.spans[0]
    assert text[start:end].startswith("A headline")
    assert text[start:end].endswith("a quarter.")
    assert {d.reason for d in body.dropped} == {"before the article", "after the article"} or any(
        d.reason == "line of a page" for d in body.dropped
    )
    assert body.title == "A headline of some words here"


def test_wrapped_lines_are_one_paragraph():
    text = "The first line of this paragraph is wrapped by a program at some width\nand goes on.\n"
    assert [b.text.count("\n") for b in find_body(read_source(text)).blocks] == [0]


def test_encodings_and_bounds():
    assert decode("tariff é".encode("utf-16")) == "tariff é"
    assert decode("é".encode("cp1252")) == "é"
    with pytest.raises(InputError, match="too large"):
        decode(b"a" * (LARGEST + 1))
    with pytest.raises(InputError, match="PDF is damaged"):
        decode(b"%PDF-1.7 ...")
