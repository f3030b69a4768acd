"""The lines of a PDF; run as a program of its own, so that no file can hang or fill its reader.

It imports nothing of this package: a PDF on standard input, pages as JSON on standard output.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from itertools import pairwise
from statistics import median
from typing import Any

PAGES = 100
"""Pages that are read."""
MEMORY = 900_000_000
"""Bytes that reading a PDF may take."""
_SAME_LINE = 0.3
_NEW_PARAGRAPH = 1.35
"""Distance of lines, as a multiple of the usual, from which a paragraph is new."""


def main() -> None:
    """Read a PDF; ``{"pages": [text, ...]}`` or ``{"fault": why}``."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        import pypdf
    except ImportError:
        answer: dict[str, Any] = {"fault": "missing"}
    else:
        answer = _read(pypdf, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))


def _read(pypdf: Any, data: bytes) -> dict[str, Any]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"fault": "encrypted"}
        held = [_lines(page) for page in reader.pages[:PAGES]]
        steps = [step for lines in held for step in _steps(lines) if step > 0]
        usual = median(steps) if steps else 1.0
        pages = [_text(lines, usual) for lines in held]
        return {"pages": pages, "more": max(0, len(reader.pages) - PAGES)}
    # a damaged file can fail in any way
    except (Exception, RecursionError, MemoryError) as error:
        name = type(error).__name__
        encrypted = name in ("DependencyError", "FileNotDecryptedError")
        return {"fault": "encrypted" if encrypted else name}


_Line = tuple[float, float, str]
"""Where a line stands, how high its letters are, and its text."""


def _lines(page: Any) -> list[_Line]:
    lines: list[_Line] = []

    def seen(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        del font
        if not text.strip():
            # a space between words of the line at hand
            if lines and "\n" not in text and text and not lines[-1][2].endswith(" "):
                lines[-1] = (*lines[-1][:2], lines[-1][2] + " ")
            return
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        height = abs(size * tm[3] * cm[3]) or 1.0
        for k, part in enumerate(text.strip("\n").split("\n")):
            near = lines and abs(lines[-1][0] - y) < _SAME_LINE * max(height, lines[-1][1])
            if near and not k:
                lines[-1] = (*lines[-1][:2], lines[-1][2] + part)
            else:
                lines.append((y, height, part))

    page.extract_text(visitor_text=seen)
    return lines


def _steps(lines: list[_Line]) -> list[float]:
    return [a[0] - b[0] for a, b in pairwise(lines)]


def _text(lines: list[_Line], usual: float) -> str:
    """Return the lines of a page, with an empty one where a paragraph is new."""
    text = lines[0][2].rstrip() if lines else ""
    for step, line in zip(_steps(lines), lines[1:], strict=True):
        away = step > _NEW_PARAGRAPH * usual or step < -usual
        text += ("\n\n" if away else "\n") + line[2].rstrip()
    return text


if __name__ == "__main__":
    main()
