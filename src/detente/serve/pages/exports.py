"""What a reader takes away: one page, a workbook, pictures, the scenario as a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response

from detente.document import html
from detente.document.blocks import Document
from detente.reading.yaml_writing import write_yaml
from detente.report.describe import describe
from detente.scenario.schema import Scenario
from detente.serve.pages.common import WRONG, AddressState, ScenarioName, TheDesk
from detente.serve.state import scenario_of

router = APIRouter()
Kind = Literal["html", "xlsx", "zip", "yaml"]
TYPES = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "yaml": "application/yaml",
}


@router.get("/scenario/{name}/export/{kind}", responses=WRONG, response_class=Response)
def export(
    name: ScenarioName,
    kind: Annotated[Kind, Path(description="html, xlsx, zip of pictures, or yaml.")],
    desk: TheDesk,
    state: AddressState,
) -> Response:
    """Return what a state comes to as a file; the query is that of the scenario's page."""
    if kind == "yaml":
        made = to_yaml(scenario_of(desk.scenario(name), state), str(state.at or "")).encode()
    else:
        result = desk.solve(name, state, draws=desk.limits.draws)
        with desk.turn():
            made = _WRITERS[kind](describe(result))
    # a page of its own: what it may do is in it
    headers = {
        "content-disposition": f'attachment; filename="{name}-yours.{kind}"',
        "cache-control": "no-store",
    }
    return Response(made, media_type=TYPES[kind], headers=headers)


def to_yaml(case: Scenario, at: str = "") -> str:
    """Return a scenario as a file that `detente run` reads; ``at`` as in its first line."""
    plain = case.model_dump(mode="json", exclude_none=True, by_alias=True)
    kept = {key: value for key, value in plain.items() if value not in ([], {}, ())}
    cited = {name for entry in case.measures for name in entry.source}
    if "sources" in kept:
        kept["sources"] = [one for one in kept["sources"] if one["id"] in cited]
        kept = {key: value for key, value in kept.items() if value != []}
    kept["measures"] = [_filled(one) for one in kept.get("measures", [])]
    kept["variants"] = [_filled(one) | {"measures": one["measures"]} for one in kept["variants"]]
    option = f" --at {at}" if at else ""
    return f"# Run: detente run THIS-FILE{option}\n{write_yaml(kept, {})}"


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value not in ([], {}, ())}


def _pictures(document: Document) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, picture in document.to_pictures().items():
            archive.writestr(name, picture)
    return held.getvalue()


_WRITERS: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: html.page(document).encode(),
    "xlsx": lambda document: document.to_excel(),
    "zip": _pictures,
}
