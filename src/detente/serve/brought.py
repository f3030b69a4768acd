"""Read what readers bring: a scenario as text, tables in a zip file. Nothing in it names a file."""

from __future__ import annotations

import io
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from detente.baseline.elasticities import SOURCES
from detente.baseline.store import available
from detente.baseline.table_layout import ECONOMY, LAYOUTS
from detente.baseline.tables import read_folder
from detente.errors import InputError, Problem
from detente.places.table import NAMES
from detente.policy.products import is_file
from detente.sanction.load import shipped_cards
from detente.scenario.load import read_scenario_text
from detente.scenario.schema import Scenario
from detente.scenario.yaml_lines import parse
from detente.serve.limits import Limits

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration

CALLED = "your-scenario.yaml"
_MEMBERS = 40
"""Files in a zip at most."""
_CELLS = 400_000
"""Sectors times economies squared of an economy at most: a solve takes about a second."""
_STEMS = (*LAYOUTS, ECONOMY)
_SUFFIXES = (".csv", ".parquet", ".yaml", ".yml")
_NUMBER = re.compile(r"[0-9.]{1,20}")


def scenario_from(text: str) -> Scenario:
    """Read a scenario from its text.

    Raises
    ------
    InputError
        It is none, or names a file: nothing but what is shipped or in the text is read.
    """
    tree = parse(text)
    if wrong := list(_names_of_files(tree.value)):
        raise InputError(wrong)
    return read_scenario_text(text, CALLED)


def _names_of_files(plain: Any) -> Iterator[Problem]:
    """Find what a scenario would read a file for."""
    if not isinstance(plain, dict):
        return
    known = [entry.name for entry in available()]
    yield from _unless("baseline", plain.get("baseline"), known)
    elasticities = plain.get("elasticities")
    if not _NUMBER.fullmatch(str(elasticities)):
        yield from _unless("elasticities", elasticities, SOURCES)
    cards = shipped_cards()
    holders = [plain, *_dicts(plain.get("variants"))]
    for firm in (one for holder in holders for one in _words(holder.get("firms"))):
        yield from _unless("firms", firm, cards)
    yield from _talks_files(plain.get("talks"))
    for kind in ("measures", "goals"):
        for entry in _dicts(plain.get(kind)):
            name = str(entry.get("id", kind))
            if entry.get("rates") is not None:
                yield _refused(f"{name}.rates", entry["rates"], "a rate: add, set, scale, …")
            for key in ("products", "except"):
                if any(is_file(word) for word in _words(entry.get(key))):
                    yield _refused(f"{name}.{key}", entry[key], "HS codes, or words for products")


def _talks_files(talks: Any) -> Iterator[Problem]:
    """Find the same in a table of talks: weights of sectors, and places that vote."""
    if not isinstance(talks, dict):
        return
    for entry in _dicts(talks.get("parties")):
        aim = entry.get("objective")
        source = aim.get("weights") if isinstance(aim, dict) else None
        if isinstance(source, str) and source.endswith(".csv"):
            yield _refused("objective.weights", source, "applied, announced, or variant:ID")
    for entry in _dicts(talks.get("ratification")):
        yield from _unless("ratification.places", entry.get("places"), NAMES)


def _unless(key: str, value: object, known: Any) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield _refused(key, value, ", ".join(known))


def _refused(key: str, value: object, allowed: str) -> Problem:
    message = "not known, and files are not read here"
    return Problem(message, key=key, value=str(value)[:80], allowed=allowed)


def _dicts(value: object) -> list[dict]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [one for one in given if isinstance(one, str)]


def economy_from(packed: bytes, limits: Limits, *, settle: bool = False) -> Calibration:
    """Read a folder of tables from a zip file.

    Raises
    ------
    InputError
        It is no such file, holds more than it may, or its tables are wrong: every fault is named.
    """
    with tempfile.TemporaryDirectory(prefix="detente-") as held:
        folder = Path(held)
        for name, content in _unpacked(packed, limits.unpacked):
            (folder / name).write_bytes(content)
        try:
            world = read_folder(folder, settle="flows" if settle else None)
        except InputError as error:
            raise InputError([_without_folder(one) for one in error.problems]) from None
    if world.flows.size > _CELLS:
        message = "the economy is too large to be worked out here"
        allowed = f"{_CELLS:,} sectors times economies squared; the command has no such bound"
        raise InputError(Problem(message, key="folder", value=f"{world.flows.size:,}",
                                 allowed=allowed))  # fmt: skip
    return world


def _unpacked(packed: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    """Return plain files of a zip by their names alone, never more bytes than are allowed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(packed))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        raise InputError(_zip_problem("no zip file")) from None
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        if len(members) > _MEMBERS:
            raise InputError(_zip_problem("too many files", len(members), f"{_MEMBERS} files"))
        tables = [(one, name) for one in members if (name := _name_of(one))]
        if len({name for _, name in tables}) < len(tables):
            raise InputError(_zip_problem("a file is in it twice"))
        left = most
        for member, name in tables:
            content = _content(archive, member, left)
            left -= len(content)
            if left < 0:
                allowed = f"{most / 1e6:,.0f} MB unpacked"
                raise InputError(_zip_problem("holds too much", member.filename[:80], allowed))
            yield name, content


def _name_of(member: zipfile.ZipInfo) -> str:
    """Return the name under which a table is unpacked; none for other plain files."""
    path = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    plain = kind in (0, stat.S_IFREG) and len(path.parts) <= 2 and ".." not in path.parts
    if not plain or path.is_absolute() or re.search(r"[\\:\x00-\x1f]", member.filename):
        message = "not a plain file in one folder"
        raise InputError(_zip_problem(message, member.filename[:80], "files, no links, no paths"))
    # notes beside the tables, and what systems put into zip files, are left where they are
    return path.name if path.stem in _STEMS and path.suffix in _SUFFIXES else ""


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """Unpack up to one byte more than is left, whatever the file says of its size."""
    try:
        with archive.open(member) as stream:
            return stream.read(left + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        message = "cannot be unpacked; no passwords"
        raise InputError(_zip_problem(message, member.filename[:80])) from None
    except Exception as error:  # zlib and lzma have errors of their own
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise InputError(_zip_problem("is damaged", member.filename[:80])) from None
        raise


def _zip_problem(message: str, value: object = None, allowed: str | None = None) -> Problem:
    return Problem(message, key="folder", value=value, allowed=allowed)


def _without_folder(one: Problem) -> Problem:
    """Name the table and the line in the key: readers never see where it was unpacked."""
    file = Path(one.file).name if one.file is not None else ""
    file = file if file.rpartition(".")[0] in _STEMS else ""
    place = f"{file}:{one.line}" if file and one.line else file
    return replace(
        one, file=None, line=None, key=" ".join(p for p in (place, one.key) if p) or None
    )
