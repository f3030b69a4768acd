"""Small pieces of HTML; every text that comes in is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from detente.report import words


def tag(name: str, *content: str, **attributes: str) -> str:
    """Return an element around ready markup; attributes are escaped (``class_`` for ``class``)."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(content)}</{name}>"


def text(name: str, content: str, **attributes: str) -> str:
    """Return an element around text, which is escaped."""
    return tag(name, escape(content), **attributes)


def table(
    heads: Sequence[str | tuple[str, int]],
    rows: Iterable[Sequence[str | float]],
    *,
    caption: str,
    heads_below: Sequence[str] = (),
    decimals: int = 3,
) -> str:
    """Return a table whose first column names the rows; numbers are shown with their sign.

    ``heads`` may be ``(text, columns)`` pairs that span the heads of ``heads_below``.
    """
    # the first column names rows: its head stands where they do
    corner = text("th", heads[0], scope="col") if isinstance(heads[0], str) and heads[0] else ""
    head = tag("tr", corner, *(_head(item) for item in (heads[1:] if corner else heads)))
    if heads_below:
        head += tag("tr", *(_head(item) for item in heads_below))
    body = (
        tag("tr", text("th", str(first), scope="row"), *(_cell(v, decimals) for v in rest))
        for first, *rest in rows
    )
    named = tag("caption", text("span", caption))
    return tag("table", named, tag("thead", head), tag("tbody", *body))


def _head(item: str | tuple[str, int]) -> str:
    if isinstance(item, tuple):
        return text("th", item[0], scope="colgroup", colspan=str(item[1]), class_="number")
    return text("th", item, scope="col", class_="number") if item else "<td></td>"


def _cell(value: str | float, decimals: int) -> str:
    shown = value if isinstance(value, str) else words.signed(value, decimals)
    return text("td", shown, class_="number")


def scroll(content: str, label: str, class_: str = "scroll") -> str:
    """Return a region that scrolls sideways by itself, reachable by keyboard."""
    return tag("div", content, class_=class_, tabindex="0", role="region", aria_label=label)


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms and ready markup."""
    return tag("dl", *(text("dt", term) + tag("dd", meaning) for term, meaning in pairs))
