"""The page of a job that is done, written once: the server only hands it out."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

from detente.document.blocks import Chart, Document, walk
from detente.errors import InputError
from detente.files import write_whole
from detente.serve import views

PAGE, PLAIN = "page.html", "result.json"


def show(document: Document, folder: Path, name: str) -> None:
    """Write page, charts and plain data of a document, all of them or none."""
    page = views.document_page(
        document, f"/jobs/{name}", "", template="job_result.html.j2", name=name, back=""
    )
    plain = json.dumps(document.to_plain(), ensure_ascii=False, allow_nan=False)
    content = {PAGE: page.encode(), PLAIN: plain.encode()}
    for chart in [block for block in walk(document.sections) if isinstance(block, Chart)]:
        for dark in (False, True):
            try:
                content[chart_file(chart.place, dark=dark)] = views.picture(
                    document, chart.place, dark=dark
                )
            except InputError:  # a chart without anything to draw
                break

    def write(staging: Path) -> list[str]:
        for file, held in content.items():
            (staging / file).write_bytes(held)
        return list(content)

    write_whole(folder, write)


def chart_file(place: str, *, dark: bool) -> str:
    """Return the name of a chart's file: what a request says is in no path."""
    return f"{hashlib.sha256(f'{place} {dark}'.encode()).hexdigest()[:24]}.svg"


def packed(folder: Path) -> bytes:
    """Return a folder as one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder).as_posix())
    return held.getvalue()
