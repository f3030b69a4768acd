"""The command that runs again what made a folder, and says what differs."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from detente.cli.show import Quiet

EXAMPLES = (
    "Examples:\n\n"
    "detente rerun detente-out/may-2018\n\n"
    "detente rerun from-a-colleague --baseline my-tables"
)


def rerun(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that a command wrote.")],
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Where the economy is, if it is not shipped: a name of `detente data list`, or a "
            "folder of tables."
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Run again what made a folder, and say whether its files come out the same.

    The folder is only read. Ends with 1 where anything differs.
    """
    manifest = _manifest(folder)
    changed = _changed(folder, manifest)
    options = dict(manifest["made"]["options"])
    if baseline is not None:
        there = Path(baseline)
        options["baseline"] = str(there.resolve()) if there.exists() else baseline
    with tempfile.TemporaryDirectory() as place:
        _run(context, folder, manifest, options, Path(place))
        again = _manifest(Path(place) / manifest["made"].get("folder", ""))
    said = [*changed, *_differences(manifest, again)]
    if not quiet:
        print("\n".join(said) or f"All {len(manifest['files'])} files came out the same.")
    if said:
        raise typer.Exit(1)


def _manifest(folder: Path) -> dict[str, Any]:
    from detente.errors import InputError, Problem

    path = folder / "manifest.json"
    if not folder.is_dir():
        message = "there is no such folder"
        raise InputError(Problem(message, key="FOLDER", value=str(folder)))
    try:
        found = json.loads(path.read_text("utf-8"))
        told = found["made"]["command"] and found["files"]
    except (OSError, ValueError, LookupError, TypeError):
        found, told = {}, False
    if not told:
        message = "is no folder that a command wrote: its manifest does not say how it was made"
        raise InputError(Problem(message, key="FOLDER", value=str(folder)))
    return found


def _changed(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return which files are no longer as they were written; refuse where inputs are gone."""
    from detente.errors import InputError, Problem

    said = []
    for name, about in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            if name.startswith("inputs/"):
                raise InputError(Problem("is needed to run it again, and gone", file=path))
            said.append(f"{name}: gone since it was written")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != about["sha256"]:
            said.append(f"{name}: changed since it was written")
    return said


def _run(
    context: typer.Context, folder: Path, manifest: Mapping[str, Any], options: Any, out: Path
) -> None:
    """Call the command from the folder of its inputs."""
    from detente.errors import InputError, Problem

    group = context.parent.command if context.parent else context.command
    command = getattr(group, "commands", {}).get(manifest["made"]["command"])
    if command is None:
        message = "was made by a command that this version does not have"
        value = str(manifest["made"]["command"])
        raise InputError(Problem(message, key="FOLDER", value=value))
    words = [f"--out={out}", "--quiet"]
    words += [f"--{key}" for key, there in _extras(manifest).items() if there]
    arguments: list[str] = []
    for parameter in command.params:
        value = options.get(parameter.name)
        values = value if isinstance(value, list) else [value]
        if parameter.name not in options:
            continue
        if parameter.param_type_name == "argument":
            arguments += [str(one) for one in values]
        elif value is True:
            words.append(parameter.opts[0])
        elif parameter.nargs > 1:
            words += [max(parameter.opts, key=len), *map(str, values)]
        else:
            words += [f"{max(parameter.opts, key=len)}={one}" for one in values]
    with _inside(folder / "inputs"):
        command.main([*words, "--", *arguments], prog_name="detente", standalone_mode=False)


def _extras(manifest: Mapping[str, Any]) -> dict[str, bool]:
    names = manifest["files"]
    pictures = any(name.startswith("pictures/") for name in names)
    return {"pictures": pictures, "excel": "tables.xlsx" in names}


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Read files from a folder, where there is one."""
    here = Path.cwd()
    if folder.is_dir():
        os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say what differs: versions, data, then files."""
    for name, was in before["versions"].items():
        now = after["versions"].get(name, "none")
        if now != was:
            yield f"version of {name}: {was} there, {now} here"
    was, now = (one["baseline"]["sha256"] for one in (before, after))
    if was != now:
        yield f"data of {before['baseline']['name']}: {was[:12]} there, {now[:12]} here"
    for key in sorted({*before, *after} - {"versions", "made", "baseline", "files"}):
        if before.get(key) != after.get(key):
            yield f"manifest.json: {key} comes out differently"
    for name in sorted({*before["files"], *after["files"]}):
        was, now = (one["files"].get(name, {}).get("sha256") for one in (before, after))
        if was != now:
            how = "comes out differently"
            how = "only there" if now is None else "only here" if was is None else how
            yield f"{name}: {how}"
