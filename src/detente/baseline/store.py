"""Where baselines are kept: shipped in the package, installed by the user, or in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.archive import is_folder, read_arrays, write_arrays
from detente.baseline.calibration import ARRAYS, Calibration
from detente.baseline.card import NAME, NAMES_ALLOWED, Card
from detente.baseline.chosen import choose
from detente.baseline.elasticities import with_elasticities
from detente.baseline.names import DEFAULT_ECONOMIES
from detente.errors import CalibrationError, DataError, InputError, Problem, nearest, printable
from detente.files import write_bytes

SHIPPED = Path(__file__).with_name("shipped")
DEFAULT = "icio-2022"
FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A baseline that can be loaded by name.

    ``kind`` is ``"shipped"`` or ``"installed"``; ``path`` its ``.npz``, with the card beside it.
    """

    name: str
    title: str
    kind: str
    path: Path


def user_folder() -> Path:
    """Return the folder of installed baselines: ``$DETENTE_DATA`` or ``~/.local/share/detente``."""
    chosen = os.environ.get("DETENTE_DATA")
    try:
        return Path(chosen or "~/.local/share/detente").expanduser()
    except RuntimeError as error:
        raise InputError(
            Problem(f"cannot be found ({error})", key="DETENTE_DATA", value=chosen)
        ) from error


def available() -> tuple[Entry, ...]:
    """Return the baselines there are, shipped ones first; a shipped name hides an installed one."""
    entries: dict[str, Entry] = {}
    for kind, folder in (("shipped", SHIPPED), ("installed", user_folder())):
        for path in sorted(folder.glob("*.npz"), key=lambda p: (p.stem != DEFAULT, p.stem)):
            if path.stem not in entries:
                entries[path.stem] = Entry(path.stem, _title(path), kind, path)
    return tuple(entries.values())


def load(
    name_or_folder: str | Path = DEFAULT,
    elasticities: str | float | Path | None = None,
    *,
    economies: str | Sequence[str] | None = None,
) -> Calibration:
    """Load a baseline.

    Parameters
    ----------
    name_or_folder
        Name of a shipped or installed baseline, path of a folder of long tables (see
        ``docs/own-data.md``), or path of an ``.npz`` written by `save`.
    elasticities
        Another source of trade elasticities than the baseline's own: see
        `detente.baseline.elasticities.choose_elasticities`.
    economies
        Economies that stand alone, all others merged into the rest of the world: see
        `detente.baseline.chosen.choose`. ``icio-2022`` has 37 unless given, the European Union as
        one; any other baseline has all of its own.

    Raises
    ------
    InputError
        There is no such baseline (those there are listed, the nearest suggested), or the source of
        elasticities or an economy cannot be used.
    DataError
        Its files are missing or damaged.
    """
    calibration = _load(name_or_folder)
    chosen = _default(name_or_folder) if economies is None else economies
    if chosen is not None:
        calibration = choose(calibration, chosen)
    if elasticities is None:
        return calibration
    return with_elasticities(calibration, elasticities)


def save(calibration: Calibration, path: str | Path) -> tuple[Path, Path]:
    """Write a baseline as ``.npz`` and card (``.json``, same name), the same bytes every time.

    Parameters
    ----------
    path
        With the suffix ``.npz``.

    Returns
    -------
    tuple of Path
        The two files.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise InputError(Problem("a baseline is saved as .npz", file=path))
    # the card first: without its arrays it is not listed
    text = json.dumps(_labels(calibration), ensure_ascii=False, indent=1) + "\n"
    card = path.with_suffix(".json")
    write_bytes(card, text.encode())
    write_arrays(path, {name: getattr(calibration, name) for name in ARRAYS})
    return path, card


def read(path: str | Path) -> Calibration:
    """Read what `save` wrote.

    Raises
    ------
    DataError
        A file is missing, damaged, or its figures are not those the card was written for.
    """
    path = Path(path)
    labels = _read_labels(path.with_suffix(".json"))
    arrays = read_arrays(path, ARRAYS, only=True)
    bad = [name for name, array in arrays.items() if array.dtype != np.float64]
    if bad:
        raise DataError([Problem("must be float64", path, None, name) for name in bad])
    try:
        calibration = Calibration(
            countries=labels["countries"],
            sectors=labels["sectors"],
            card=labels["card"],
            **arrays,
        )
    except CalibrationError as error:
        raise DataError([replace(p, file=path) for p in error.problems]) from error
    if calibration.figures_hash != labels["hash"]:
        raise DataError(
            Problem(
                "the figures are not those the card was written for (damaged or changed by hand)",
                path,
                None,
                "hash",
                calibration.figures_hash[:12],
                str(labels["hash"])[:12],
            )
        )
    return calibration


def install(calibration: Calibration, name: str | None = None, *, replace: bool = False) -> Path:
    """Install a baseline under a name in the user's folder.

    Parameters
    ----------
    name
        The one on its card unless given: small letters, digits, ``.``, ``-`` and ``_``.
    replace
        Overwrite an installed baseline of that name. Shipped ones are never overwritten.

    Returns
    -------
    Path
        The ``.npz`` written.
    """
    from dataclasses import replace as change

    if not isinstance(calibration, Calibration):
        message = "an economy is expected; a folder of tables goes in by `detente data add`"
        kind = type(calibration).__name__
        raise InputError(Problem(message, None, None, "calibration", kind, "a Calibration"))
    name = calibration.name if name is None else name
    if not NAME.fullmatch(name):
        message = "not a name of a baseline"
        raise InputError(Problem(message, None, None, "name", name, NAMES_ALLOWED))
    for entry in available():
        if entry.name == name and (entry.kind == "shipped" or not replace):
            message = (
                "is a shipped baseline, which stays; take another name"
                if entry.kind == "shipped"
                else "is installed already; take another name, or replace it (--replace)"
            )
            raise InputError(Problem(message, None, None, "name", name))
    named = calibration.replace(card=change(calibration.card, name=name))
    return save(named, user_folder() / f"{name}.npz")[0]


def _load(name_or_folder: str | Path) -> Calibration:
    if not isinstance(name_or_folder, str | Path):
        message = "the name of a baseline is text"
        if isinstance(name_or_folder, Calibration):
            message += "; this is an economy already"
        raise InputError(Problem(message, key="baseline", value=type(name_or_folder).__name__))
    entries = {entry.name: entry for entry in available()}
    if str(name_or_folder) in entries:
        return read(entries[str(name_or_folder)].path)
    path = Path(name_or_folder)
    if path.suffix == ".npz":
        return read(path)
    if str(name_or_folder) and is_folder(path):
        from detente.baseline.table_reading import read_folder

        return read_folder(path)
    hint = nearest(str(name_or_folder), entries)
    raise InputError(
        Problem(
            "no such baseline, and no such folder" + (f"; {hint}" if hint else ""),
            key="baseline",
            value=str(name_or_folder),
            allowed=f"{', '.join(entries)}, or the path of a folder of tables",
        )
    )


def _default(name: str | Path) -> Sequence[str] | None:
    """Economies that stand alone in a shipped baseline without a choice; none where all do."""
    return DEFAULT_ECONOMIES.get(str(name))


def _labels(c: Calibration) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "hash": c.figures_hash,
        "card": c.card.to_dict(),
        "countries": [asdict(country) for country in c.countries],
        # a sector that was carved out of none is written as ever
        "sectors": [
            {k: v for k, v in asdict(s).items() if v or k not in ("part_of", "firm", "home")}
            for s in c.sectors
        ],
    }


def _read_labels(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            message = "written by another version of the package"
            raise DataError(Problem(message, path, None, "format", data["format"], str(FORMAT)))
        return {
            "hash": data["hash"],
            "card": Card.from_dict(data["card"]),
            "countries": tuple(_tupled(Country, d, "members") for d in data["countries"]),
            "sectors": tuple(_tupled(Sector, d, "isic") for d in data["sectors"]),
        }
    except FileNotFoundError as error:
        raise DataError(Problem("the card of the baseline is missing", file=path)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(Problem(f"damaged card: {error!r}", file=path)) from error


def _tupled(kind: type, data: Mapping[str, Any], key: str) -> Any:
    return kind(**{**data, key: tuple(data[key])})


def _title(path: Path) -> str:
    """Return the title on a card; what is wrong, for a card that cannot be read."""
    try:
        return printable(_read_labels(path.with_suffix(".json"))["card"].title)
    except DataError as error:
        return f"cannot be read: {error.problems[0].message}"
