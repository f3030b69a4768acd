"""From the bytes of a PDF to the text of its pages, with a form feed after each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from detente.errors import InputError, Problem
from detente.reading.pdf_lines import PAGES

SECONDS = 30
"""Time that a PDF may take."""
LARGEST = 20_000_000
"""Bytes of a PDF that are read."""
_ALLOWED = "a PDF of text, or the text itself"


def pdf_text(data: bytes, name: str = "") -> str:
    """Return the text of a PDF, read by a program of its own with bounds on time and memory.

    Raises
    ------
    InputError
        It is damaged, encrypted, a scan, or longer than the bounds; or pypdf is missing.
    """
    # -P: nothing beside the script is taken for a library
    command = [sys.executable, "-P", str(Path(__file__).with_name("pdf_lines.py"))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise _refused(f"the PDF takes longer than {SECONDS} s to read", name) from None
    except (OSError, subprocess.SubprocessError, ValueError):
        raise _refused("the PDF is damaged, or too large to unpack", name) from None
    fault = answer.get("fault")
    if fault == "missing":
        message = "reading a PDF needs pypdf: pip install 'detente[read]'"
        raise _refused(message, name)
    if fault == "encrypted":
        raise _refused("the PDF is encrypted: save it without its password", name)
    if fault:
        raise _refused(f"the PDF is damaged ({fault})", name)
    if answer["more"]:
        pages = PAGES + answer["more"]
        message = f"too long for an article: {pages} pages"
        raise InputError(Problem(message, name or None, allowed=f"at most {PAGES} pages"))
    text = "".join(f"{page}\n\f" for page in answer["pages"])
    # half of a pair of UTF-16 is no character
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise _refused("the PDF holds no text; is it a scan?", name)
    return text


def _refused(message: str, name: str) -> InputError:
    return InputError(Problem(message, name or None, allowed=_ALLOWED))
