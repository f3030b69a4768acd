"""The server: tools with their refusals said in full, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from detente.assistants.tools import Tools
from detente.document.plain import value
from detente.errors import InputError, Problem, SolveError, nearest

INSTRUCTIONS = (
    "A laboratory for trade wars and talks on real world data. Begin with list_scenarios, then run "
    "or compare. Numbers carry units; they are effects against the scenario's starting world, at "
    "the horizon that the answer names. Quote the baseline, the horizon and the sources with them. "
    "They are what a model says under its assumptions, not forecasts. Intervals need draws above 0."
)
_LONG = 200


class Door(MCPServer[Any]):
    """A server whose tools refuse as the command does."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what is wrong with the call is said, all of it."""
        known = {tool.name: tool for tool in await self.list_tools()}
        try:
            if name not in known:
                raise InputError(_unknown("tool", name, known))
            keys = known[name].input_schema["properties"]
            if wrong := [_unknown("argument", key, keys) for key in arguments if key not in keys]:
                raise InputError(wrong)
            return await super().call_tool(name, arguments, context)
        except InputError as error:
            return refused(error.problems)
        except ToolError as error:
            return refused(_problems(error))


def _unknown(what: str, name: str, known: Mapping[str, Any]) -> Problem:
    message = f"there is no such {what}; {nearest(name, known)}".rstrip("; ")
    return Problem(message, key=what, value=name, allowed=", ".join(known) or "none")


def _problems(error: ToolError) -> tuple[Problem, ...]:
    """Return what went wrong; of a fault of ours only that there was one."""
    cause = error.__cause__
    if isinstance(cause, InputError):
        return cause.problems
    if isinstance(cause, SolveError):
        return (Problem(str(cause)),)
    if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
        return tuple(_of_arguments(cause))
    logging.getLogger(__name__).error("a tool failed", exc_info=cause)
    return (Problem("this failed inside the program, which is its fault and not the call's"),)


def _of_arguments(error: ValidationError) -> Iterator[Problem]:
    for one in error.errors(include_url=False, include_context=False):
        given = None if one["type"] == "missing" else one["input"]
        yield Problem(one["msg"], key=".".join(str(part) for part in one["loc"]), value=given)


def refused(problems: tuple[Problem, ...]) -> CallToolResult:
    """Return problems as the answer to a call: words to read, and each as plain data."""
    told = [_named(one) for one in problems]
    plain = [
        {
            "message": one.message,
            "key": one.key,
            "line": one.line,
            "value": None if one.value is None else str(value(one.value))[:_LONG],
            "allowed": one.allowed,
        }
        for one in told
    ]
    return CallToolResult(
        content=[TextContent(type="text", text=str(InputError(told)))],
        structured_content={"problems": plain},
        is_error=True,
    )


def _named(problem: Problem) -> Problem:
    """Name an argument as tools do, and no file of this machine."""
    key = problem.key
    if key is not None and key.startswith("--"):
        key = key[2:].replace("-", "_")
    return Problem(problem.message, None, problem.line, key, problem.value, problem.allowed)


def make(tools: Tools | None = None) -> Door:
    """Return a server with all tools."""
    door = Door(
        "detente", instructions=INSTRUCTIONS, version=version("detente"), log_level="WARNING"
    )
    only_reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in (tools or Tools()).all():
        door.add_tool(tool, annotations=only_reads, structured_output=True)
    return door


def serve() -> None:
    """Serve one assistant on standard input and output, until it goes."""
    make().run("stdio")
