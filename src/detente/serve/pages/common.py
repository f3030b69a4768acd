"""What pages share: the desk, the state of an address, answers as HTML."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse

from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.state import State

NEVER_KEPT = {"cache-control": "no-store"}
ScenarioName = Annotated[
    str, Path(max_length=80, description="Name of a shipped scenario.", examples=["may-2018"])
]


WRONG: dict[int | str, dict[str, Any]] = {
    422: {
        "description": "What is wrong, with the key and what is allowed.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["problems"],
                    "properties": {
                        "problems": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["message", "key", "value", "allowed"],
                            },
                        }
                    },
                }
            }
        },
    },
    429: {"description": "Too many requests of one reader."},
    503: {"description": "Too much is being worked out already."},
}


def _desk(request: Request) -> Desk:
    return request.app.state.desk


def _state(request: Request) -> State:
    return State.of_form(request.query_params.multi_items())


TheDesk = Annotated[Desk, Depends(_desk)]
AddressState = Annotated[State, Depends(_state)]


def html(template: str, /, **given: Any) -> HTMLResponse:
    """Return a template as an answer."""
    return HTMLResponse(views.render(template, **given), headers=NEVER_KEPT)
