"""Change one thing in a folder of tables and look at what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from detente.baseline.tables import check_folder
from detente.errors import Problem


def edit(folder: Path, table: str, change: Callable[[list[str]], list[str] | None]) -> Path:
    """Change the lines of a table (without their ends); the file comes back."""
    file = folder / f"{table}.csv"
    lines = file.read_text().splitlines()
    result = change(lines)
    file.write_text("\n".join(result if result is not None else lines) + "\n")
    return file


def put(line: int, text: str) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        lines[line - 1] = text

    return change


def add(*text: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines, *text]


def only(folder: Path) -> Problem:
    """Return the problem of a folder that has exactly one."""
    problems = check_folder(folder)
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


def name_of(problem: Problem) -> str:
    return Path(str(problem.file)).name
