"""What is wrong with an option is said with the option's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from detente.errors import Problem

NAMES = ("days", "draws", "relief", "ban_share", "by", "on", "sectors", "seed", "world_draws",
         "baseline", "compare", "no_deal", "solution", "model_draws", "what_if", "elasticities",
         "horizon", "measure", "using", "at", "authority", "file", "known_to",
         "weights")  # fmt: skip
IDS = ("variant", "goal")
"""Ids in a scenario: where no line of it is at fault, the option that names one is."""


class Command(TyperCommand):
    """A command that refuses empty words: a variable that was never set, not a wish."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a command line; all options without a value are said at once."""
        if not ctx.resilient_parsing:
            self._refuse_empty(ctx, list(args))
        return super().parse_args(ctx, args)

    def _refuse_empty(self, ctx: Any, args: list[str]) -> None:
        from detente.errors import InputError, Problem

        words, _, _ = self.make_parser(ctx).parse_args(args)  # as written: `--out ""` is no folder
        problems = []
        for parameter in self.params:
            found = words.get(str(parameter.name))
            if any(_is_empty(word) for word in (found if isinstance(found, list) else [found])):
                option = parameter.param_type_name == "option"
                name = max(parameter.opts, key=len) if option else str(parameter.name).upper()
                problems.append(Problem("no value is given", key=name))
        if problems:
            raise InputError(problems)


class Commands(typer.Typer):
    """Commands that all refuse empty words."""

    def command(self, name: str | None = None, **settings: Any) -> Any:
        """Add a command."""
        settings.setdefault("cls", Command)
        return super().command(name, **settings)


def _is_empty(word: object) -> bool:
    return isinstance(word, str) and not word.strip()


@contextmanager
def options_named(*more: str) -> Iterator[None]:
    """Call arguments of the package by the options that they come from, in what is refused.

    Only where no file holds the value: the keys of files keep their names. ``more`` are options of
    one command whose names mean something else elsewhere.
    """
    from detente.errors import InputError

    names = (*NAMES, *more)
    try:
        yield
    except InputError as error:
        raise type(error)(
            [
                replace(p, key=f"--{str(p.key).replace('_', '-')}") if _of_option(p, names) else p
                for p in error.problems
            ]
        ) from error


def _of_option(problem: Problem, names: tuple[str, ...]) -> bool:
    named = problem.key in names and not problem.file
    return named or (problem.key in IDS and problem.line is None)
