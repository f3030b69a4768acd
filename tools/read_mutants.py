"""Damage articles in many ways and read them: each is answered or refused with a message.

    python tools/read_mutants.py [FOLDER] [--count 1000] [--seed 1]

FOLDER holds texts (``tests/reading/texts`` unless given). Prints how many were answered and
refused, the slowest, the most memory, and whether a second reading said the same; exits with 1
where one broke.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detente.errors import InputError
from detente.reading.read import read_text
from detente.reading.source import decode
from detente.report.reading.page import review_page

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 10.0
"""Seconds of a processor that an article may take, from bytes to draft and page."""
_ALPHABETS = (
    "абвгдежзик",
    "αβγδεζηθικ",
    "关税钢铁大豆贸易谈判",
    "تعريفةجمركية",
    "ｆｕｌｌｗｉｄｔｈ",
    "🚢📦🤝💵🧾",
)
_ODD = "\0\x1b\u202e\u00ad\ufeff\u200d\ud7ff\uffff\x0c\r\u2028\x85\ufb00½²①"
_DAMAGE: dict[str, Callable[[str, random.Random], bytes]] = {}


def damage(function: Callable[[str, random.Random], bytes | str]) -> Callable[..., bytes | str]:
    """Keep a way to damage a text under its name."""

    def made(text: str, dice: random.Random) -> bytes:
        found = function(text, dice)
        return found if isinstance(found, bytes) else found.encode("utf-8", "replace")

    _DAMAGE[function.__name__] = made
    return function


@damage
def cut(text: str, dice: random.Random) -> str:
    """Cut anywhere."""
    start = dice.randrange(len(text))
    return text[start : start + dice.randrange(1, len(text))]


@damage
def shuffled_words(text: str, dice: random.Random) -> str:
    """Put words in another order."""
    words = text.split(" ")
    dice.shuffle(words)
    return " ".join(words)


@damage
def shuffled_lines(text: str, dice: random.Random) -> str:
    """Put lines in another order."""
    lines = text.split("\n")
    dice.shuffle(lines)
    return "\n".join(lines)


@damage
def shuffled_letters(text: str, dice: random.Random) -> str:
    """Put letters in another order."""
    letters = list(text)
    dice.shuffle(letters)
    return "".join(letters)


@damage
def other_alphabet(text: str, dice: random.Random) -> str:
    """Replace letters by those of another alphabet."""
    letters = dice.choice(_ALPHABETS)
    share = dice.random()
    return "".join(
        dice.choice(letters) if c.isalpha() and dice.random() < share else c for c in text
    )


@damage
def odd_letters(text: str, dice: random.Random) -> str:
    """Put odd characters between the others."""
    return "".join(c + dice.choice(_ODD) if dice.random() < 0.1 else c for c in text)


@damage
def flipped_bytes(text: str, dice: random.Random) -> bytes:
    """Change bytes."""
    data = bytearray(text.encode())
    for _ in range(dice.randrange(1, 200)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


@damage
def other_encoding(text: str, dice: random.Random) -> bytes:
    """Write it as no reader expects it."""
    codec = dice.choice(("utf-16", "utf-16-le", "utf-32", "cp500", "utf-7", "cp1252"))
    return text.encode(codec, "replace")


@damage
def numbers(text: str, dice: random.Random) -> str:
    """Write other numbers."""
    odd = ("0", "-1", "9" * 400, "1e999", "½", "0.0000001", "1,2,3", "٣٥", "NaN", "12.34.56")
    return "".join(dice.choice(odd) if c.isdigit() and dice.random() < 0.5 else c for c in text)


@damage
def one_line(text: str, dice: random.Random) -> str:
    """Take away what parts sentences."""
    return "".join(c for c in text if c not in dice.choice(("\n", ".\n", ".,;\n", " ")))


@damage
def repeated(text: str, dice: random.Random) -> str:
    """Repeat it up to the largest size."""
    return text * dice.choice((2, 10, 100, 1_950_000 // len(text)))


@damage
def too_large(text: str, dice: random.Random) -> bytes:
    """Write five megabytes."""
    return (text * (5_000_000 // len(text) + 1)).encode() + dice.randbytes(10)


@damage
def one_thing_often(text: str, dice: random.Random) -> str:
    """Repeat a few characters many times."""
    few = dice.choice((
        "(", '"', "<", "<a ", "<a '", '<div class="', "</div>", "<!--", "&amp;", "&", "$1 ", "25% ",
        "the US and ", "and ", "\n", "-\n", "\f", "\f1\n", "a", ", which ", "; ", "Mr. ", "1,000,",
        " to 5 percent", "[x](", "**", "> ", "\u0301", "\r\n", "said ", "U.S. ", text[:40],
    ))  # fmt: skip
    return text[: dice.randrange(500)] + few * (dice.choice((1000, 60_000, 400_000)) // len(few))


@damage
def deep_html(text: str, dice: random.Random) -> str:
    """Nest elements deeply, closed or not."""
    name = dice.choice(("div", "nav", "p", "article", "aside", "table", "ul", "svg", "script"))
    deep = dice.choice((1000, 50_000))
    head = "<!doctype html><html><body>" + f"<{name} class='related'>" * deep
    return head + f"<h1>{text[:50]}</h1><p>{text}</p>" + f"</{name}>" * dice.choice((0, deep))


@damage
def cut_html(text: str, dice: random.Random) -> str:
    """Write a page and cut it, or take characters of its tags."""
    page = "<html><body><nav>Home</nav><article class=\"a\" data-b='c'>" + "".join(
        f"<p title=\"x\">{part}</p><!-- y --><img src='z'>&nbsp;" for part in text.split("\n\n")
    )
    if dice.random() < 0.5:
        return page[: dice.randrange(len(page))]
    return "".join(c for c in page if c not in "<>\"'&;/=" or dice.random() < 0.8)


@damage
def bomb_html(text: str, dice: random.Random) -> str:
    """Write entities and attributes that grow or never end."""
    grown = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><html>"
    ways = (
        grown + "<body><p>" + "&b;" * 50_000,
        "<html><body " + "x=1 " * 300_000 + f">{text}",
        "<html><body>" + "<p>" * 500_000 + text,
        '<html><body><p title="' + "a" * 1_500_000 + text,
        "<html><body>" + "<script>" * 100_000 + text,
        "<html><body>" + "<nav><h1>" * 100_000 + text,
        "<html><body>" + "&#" * 500_000 + "&#99999999;" * 10_000 + text,
        "<html><body>" + "<article>x</article>" * 60_000 + text,
    )
    return dice.choice(ways)


def _pdf(stream: bytes, *, more: bytes = b"", pages: int = 1) -> bytes:
    kids = b"3 0 R " * pages
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        + b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (kids, pages)
        + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F1"
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        + b"4 0 obj<</Length %d%s>>stream\n%s\nendstream endobj\n" % (len(stream), more, stream)
        + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
    )


@damage
def pdf_garbage(text: str, dice: random.Random) -> bytes:
    """Write a PDF that is none, or a damaged one."""
    drawn = b"BT /F1 9 Tf (%s) Tj ET" % text[:200].encode("ascii", "replace").replace(b"(", b"")
    whole = bytearray(_pdf(drawn))
    way = dice.randrange(4)
    if way == 0:
        return b"%PDF-1.7\n" + dice.randbytes(dice.randrange(20_000))
    if way == 1:
        return bytes(whole[: dice.randrange(20, len(whole))])
    if way == 2:
        return _pdf(drawn, more=b"/Filter/FlateDecode")
    for _ in range(dice.randrange(1, 30)):
        whole[dice.randrange(9, len(whole))] = dice.randrange(256)
    return bytes(whole)


@damage
def pdf_bomb(text: str, dice: random.Random) -> bytes:
    """Write a PDF that unpacks to hundreds of megabytes, loops, or has too many pages."""
    way = dice.randrange(3)
    if way == 0:
        packed = zlib.compress(b"BT /F1 9 Tf (a) Tj ET\n" * dice.choice((10_000, 10_000_000)))
        return _pdf(packed, more=b"/Filter/FlateDecode")
    if way == 1:
        return _pdf(b"", pages=dice.choice((101, 50_000)))
    return _pdf(text[:9].encode("ascii", "replace")).replace(b"/Kids[3 0 R ]", b"/Kids[2 0 R]")


SLOW = ("pdf_garbage", "pdf_bomb", "too_large", "repeated", "bomb_html")
"""Ways that take longer than the others: one turn in eight is enough of them."""


def mutants(texts: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield ways of damage and what they made."""
    dice = random.Random(seed)
    quick = [name for name in _DAMAGE if name not in SLOW]
    for k in range(count):
        name = SLOW[k // 8 % len(SLOW)] if k % 8 == 7 else quick[k % len(quick)]
        yield name, _DAMAGE[name](dice.choice(texts), dice)


@dataclass(frozen=True)
class Outcome:
    """What became of a text: answered, refused or broken, and how long it took."""

    kind: str
    said: str
    seconds: float


def outcome(data: bytes) -> Outcome:
    """Read bytes as the command does, and write the page."""
    start = time.process_time()
    try:
        text = decode(data, "mutant")
        reading = read_text(text, "2018-05-16", name="mutant")
        for one in reading.statements:
            assert text[one.start : one.end] == one.quote, "a quotation is not at its place"
        said = json.dumps(reading.to_plain()) + reading.draft.text + review_page(reading)
        kind = "answered"
    except InputError as error:
        kind, said = "refused", str(error)
    # the point is to find what nobody thought of
    except Exception:
        kind, said = "broken", traceback.format_exc()
    return Outcome(kind, said, time.process_time() - start)


def main() -> int:
    """Run the mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # pyright: ignore[reportOptionalMemberAccess]
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "tests/reading/texts")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    texts = [p.read_text(encoding="utf-8") for p in sorted(given.folder.glob("*.txt"))]
    count: Counter[tuple[str, str]] = Counter()
    slowest: list[tuple[float, str, int]] = []
    wrong = 0
    for number, (name, data) in enumerate(mutants(texts, given.count, given.seed)):
        found = outcome(data)
        count[name, found.kind] += 1
        slowest = sorted([*slowest, (found.seconds, name, len(data))], reverse=True)[:5]
        late = found.seconds > LONGEST and not name.startswith("pdf")
        if found.kind == "broken" or late:
            wrong += 1
            print(f"{number} {name} {len(data)} bytes, {found.seconds:.1f} s: {found.said[-800:]}")
        if number % 20 == 0 and outcome(data).said != found.said:
            wrong += 1
            print(f"{number} {name}: another answer the second time")
    for (name, kind), times in sorted(count.items()):
        print(f"{name:18s} {kind:9s} {times:5d}")
    print("slowest:", ", ".join(f"{name} {t:.1f} s ({n / 1e6:.1f} MB)" for t, name, n in slowest))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"most memory: {peak:.2f} GB; broken or late: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
