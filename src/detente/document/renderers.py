"""What shows blocks, given to them from above: blocks know no renderer.

Each is imported when it is first needed, since what draws and what reads templates is slow to load.
"""

from __future__ import annotations

from typing import Any

from detente.document.blocks import RENDERERS, Block, Chart, Document, Table


def _fragment(block: Block) -> str:
    from detente.document.html import fragment

    return fragment(block)


def _terminal(block: Block, console: Any, *, full: bool) -> None:
    from detente.document.terminal import show

    show(block, console, full=full)


def _plain(block: Block) -> Any:
    from detente.document.plain import plain

    return plain(block)


def _frame(table: Table) -> Any:
    from detente.document.plain import frame

    return frame(table)


def _picture(chart: Chart, *how: Any) -> bytes:
    from detente.document.pictures import picture

    return picture(chart, *how)


def _vega_lite(chart: Chart) -> dict[str, Any] | None:
    from detente.document.charts import titled

    return titled(chart)


def _pictures(document: Document) -> dict[str, bytes]:
    from detente.document.pictures import of

    return of(document)


def _excel(document: Document) -> bytes:
    from detente.document import publish, workbook

    return workbook.of(document, publish.data(document, {}))


RENDERERS |= {
    "fragment": _fragment,
    "terminal": _terminal,
    "plain": _plain,
    "frame": _frame,
    "picture": _picture,
    "vega_lite": _vega_lite,
    "pictures": _pictures,
    "excel": _excel,
}
