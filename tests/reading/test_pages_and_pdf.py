"""One article in many forms reads the same: layouts of HTML, PDFs, encodings."""

import re
import sys
from pathlib import Path

import layouts
import pdfs
import pytest

from detente.errors import InputError
from detente.reading import pdf as pdf_module
from detente.reading.body import find_body
from detente.reading.read import read, read_text
from detente.reading.source import decode, read_source

TEXTS = Path(__file__).parent / "texts"
STEEL = (TEXTS / "steel-2002.txt").read_text(encoding="utf-8")
TITLE, *PARTS = [
    " ".join(part.split())
    for part in STEEL[STEEL.index("European") : STEEL.index("Related")].strip().split("\n\n")
]
TITLE = TITLE.removesuffix(" Brussels, 22 March 2002")


def body_of(text):
    return [block.text for block in find_body(read_source(text)).blocks]


def sides(reading):
    return [(s.actor, s.target, s.action, s.instrument, s.modality, s.rate, s.value, s.when)
            for s in reading.statements]  # fmt: skip


@pytest.mark.parametrize("layout", layouts.LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_article_alone_is_kept_of_every_layout(layout):
    page = layout(TITLE, PARTS)
    kept = body_of(page)
    assert [k for k in kept if k in PARTS] == PARTS
    more = [k for k in kept if k not in (TITLE, *PARTS)]
    # nothing else but what no rule could tell from a short heading of the article
    assert sum(len(k) for k in more) <= 25, more
    assert TITLE in kept
    body = find_body(read_source(page))
    assert all(d.reason and d.span[0] < d.span[1] for d in body.dropped)
    text = read_text(f"{TITLE}\n\n" + "\n\n".join(PARTS), "2002-03-22")
    assert sides(read_text(page, "2002-03-22"))[-len(text.statements) :] == sides(text)


def test_each_part_that_is_left_out_says_why():
    page = layouts.daily(TITLE, PARTS)
    reasons = {page[a:b][:12]: d.reason for d in find_body(read_source(page)).dropped
               for a, b in [d.span]}  # fmt: skip
    assert reasons["<aside class"] == "beside the article"
    page = layouts.comments(TITLE, PARTS)
    found = {d.reason for d in find_body(read_source(page)).dropped}
    assert {"comments", "sharing"} <= found or "outside the article" in found


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2002-03-22T10:00:00Z">',
        '<script type="application/ld+json">{"datePublished": "2002-03-22"}</script>',
        '<time datetime="2002-03-22">Friday</time>',
    ],
)
def test_a_page_that_says_its_day_is_believed(head):
    page = layouts.daily(TITLE, PARTS).replace("<head>", "<head>" + head)
    reading = read_text(page)
    assert str(reading.day) == "2002-03-22"


@pytest.mark.parametrize(
    "given", ["<p title='it's'>", '<p class="a > b">', "<p data-x='<b>'>", "<p\n class=x>"]
)
def test_a_tag_ends_where_a_browser_ends_it(given):
    text = f"<html><body>{given}It's a tariff of 25 percent on steel, they said.</p></body></html>"
    assert body_of(text) == ["It's a tariff of 25 percent on steel, they said."]


def test_an_element_of_a_role_is_left_out():
    aside = "<div role='complementary'><p>The bank left its rate unchanged on Monday.</p></div>"
    page = f"<html><body><h1>{TITLE}</h1>{aside}" + "".join(f"<p>{part}</p>" for part in PARTS)
    assert body_of(page) == [TITLE, *PARTS]


def test_an_element_that_holds_most_of_a_page_is_its_article_whatever_its_name():
    parts = "".join(f"<p>{part}</p>" for part in PARTS)
    page = f"<html><body><h1>{TITLE}</h1><div class='main-widget'>{parts}</div></body></html>"
    assert body_of(page) == [TITLE, *PARTS]


def test_what_is_not_closed_takes_nothing_with_it():
    text = f"<html><body><nav><h1>{TITLE}</h1>" + "".join(f"<p>{part}</p>" for part in PARTS)
    assert body_of(text) == [TITLE, *PARTS]


# ---------------------------------------------------------------- PDF
def test_a_pdf_reads_as_the_text_does():
    pytest.importorskip("pypdf", reason="needs pypdf")
    text = decode(pdfs.pdf(pdfs.set_in_lines([TITLE, *PARTS])))
    assert text.count("\f") > 1
    assert body_of(text) == [TITLE, *PARTS]
    dropped = find_body(read_source(text)).dropped
    assert {text[a:b] for d in dropped for a, b in [d.span]} >= {"The Daily", "1", "2"}
    plain = read_text(f"{TITLE}\n\n" + "\n\n".join(PARTS), "2002-03-22")
    reading = read_text(text, "2002-03-22")
    assert sides(reading) == sides(plain)
    assert all(text[s.start : s.end] == s.quote for s in reading.statements)


def test_words_broken_between_lines_are_whole():
    text = "The minis-\nter said that low-\nincome and low-income states would pay 25 per-\ncent.\f"
    assert body_of(text) == [
        "The minister said that low-income and low-income states would pay 25 percent."
    ]


def test_what_pdfs_cannot_be_read_says_why(monkeypatch):
    pytest.importorskip("pypdf", reason="needs pypdf")
    whole = pdfs.pdf(pdfs.set_in_lines(PARTS))
    wrong = {
        "is it a scan": pdfs.pdf([[]]),
        "damaged": b"%PDF-1.7\n" + bytes(range(256)) * 40,
        "100 pages": pdfs.pdf([[(700, "A line.")]] * 101),
        "encrypted": pdfs.pdf(
            [[(700, "A line.")]],
            b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"28" * 32 + b">/U<"
            + b"29" * 32 + b">>>",
        ),
    }  # fmt: skip
    for why, data in wrong.items():
        with pytest.raises(InputError, match=why):
            decode(data, "x.pdf")
    with pytest.raises(InputError, match=r"x\.pdf: the PDF"):
        decode(whole[:40], "x.pdf")
    monkeypatch.setattr(pdf_module, "SECONDS", 0.001)
    with pytest.raises(InputError, match=r"longer than 0\.001 s"):
        decode(whole)


def test_without_pypdf_a_message_says_what_to_install(monkeypatch, tmp_path):
    # an interpreter without any library stands for one without pypdf
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(pdf_module.sys, "executable", str(bare))
    with pytest.raises(InputError, match=re.escape("pip install 'detente[read]'")):
        decode(b"%PDF-1.4 x")


# ---------------------------------------------------------------- encodings and other files
@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("£5 on steel".encode("cp1252"), "£5 on steel"),
        ("\ufeff£5".encode(), "\ufeff£5"),
        ("a tariff".encode("utf-16"), "a tariff"),
        ("a tariff".encode("utf-16-le"), "a tariff"),
        ("a tariff".encode("utf-16-be"), "a tariff"),
        ('<meta charset="gb2312"> 关税'.encode("gb2312"), '<meta charset="gb2312"> 关税'),
        ('<meta charset="base64"> é'.encode("latin-1"), '<meta charset="base64"> é'),
    ],
)
def test_encodings_are_told(data, text):
    assert decode(data) == text


@pytest.mark.parametrize("data", [b"PK\x03\x04....", b"\x89PNG\r\n", b"{\\rtf1 x}", b"\0" * 500])
def test_what_is_no_text_is_refused(data, tmp_path):
    path = tmp_path / "article.docx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"article\.docx"):
        read(path)
