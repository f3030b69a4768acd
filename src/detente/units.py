"""Names of columns and keys in the unit of the economy: ``_musd`` where it is in million USD.

Results carry the ending of their own economy. What reads them reads the `common` names, which are
the same for every economy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SIZES = {"": "", "thousand ": "k", "million ": "m", "billion ": "bn"}
_KEPT = ("stated_musd",)  # what a file states is in million USD whatever the economy is in


def ending(unit: str) -> str:
    """Return the ending of names of values: ``musd``, ``bneur``; ``value`` for any other unit."""
    found = re.fullmatch(r"(|thousand |million |billion )([A-Za-z]{3})", unit)
    return f"{_SIZES[found[1]]}{found[2].lower()}" if found else "value"


def in_unit(data: Any, unit: str) -> Any:
    """Return plain data, or a table, with its names in the unit of an economy."""
    new = ending(unit)
    return data if new == "musd" else _renamed(data, new, "musd")


def common(data: Any, unit: str) -> Any:
    """Return a name, plain data, or a table, of an economy in ``unit`` as it is for all."""
    old = ending(unit)
    if isinstance(data, str):
        return _name(data, "musd", old)
    return data if old == "musd" else _renamed(data, "musd", old)


def name_in(name: str, unit: str) -> str:
    """Return one name in the unit of an economy."""
    return _name(name, ending(unit), "musd")


def _renamed(data: Any, new: str, old: str) -> Any:
    if isinstance(data, Mapping):
        return {_name(key, new, old): _renamed(value, new, old) for key, value in data.items()}
    if isinstance(data, list):
        return [_renamed(item, new, old) for item in data]
    if hasattr(data, "columns"):
        return data.rename(columns=lambda name: _name(name, new, old))
    if hasattr(data, "index") and hasattr(data, "rename"):  # one row of a table
        return data.rename(lambda name: _name(name, new, old))
    return data


def _name(name: Any, new: str, old: str) -> Any:
    if not isinstance(name, str) or name in _KEPT or not name.endswith(f"_{old}"):
        return name
    return name.removesuffix(old) + new
