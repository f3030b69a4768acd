"""The trade war of 2018-19 with and without economies of scale (Ju, Ma, Wang & Zhu 2024)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import detente as dt
from case import compare, data_folder, finish
from us_china_7x44.data import World, read

Key = tuple[str, str, str]


def main() -> None:
    """Solve both sides' tariffs with and without scale, under choices that the papers leave."""
    data = data_folder(__doc__ or "")
    world = read(data)
    found = effects(world)
    ours: dict[Key, float] = {}
    for (case, structure), welfare in found.items():
        print(f"{case:20} {structure:10} US {welfare['USA']:+.3f}  China {welfare['CHN']:+.3f} %")
        for code in ("USA", "CHN"):
            ours[f"{case}, {structure}", code, "welfare_pct"] = welfare[code]
            ours[f"{case}, {structure}", code, "sign"] = 1.0 if welfare[code] > 0 else -1.0
    other = {
        "deficits removed": effects(world, deficits="removed"),
        "shares kept in settling": effects(read(data, "shares")),
    }
    said = {name: {", ".join(k): v for k, v in e.items()} for name, e in other.items()}
    table = compare(Path(__file__).with_name("expected.csv"), ours)
    signs = [e["US tariffs", "scale"]["USA"] > 0 > e["US tariffs", "no scale"]["USA"]
             for e in other.values()]  # fmt: skip
    table["ok"] &= all(signs)
    finish(table, under_other_choices=said)


def effects(world: World, deficits: str = "fixed") -> dict[tuple[str, str], dict[str, float]]:
    """Return real income changes in per cent, by case and structure."""
    cases = {"US tariffs": world.us, "both sides' tariffs": (*world.us, *world.china)}
    structures = {
        "no scale": dt.Structure(),
        "scale": dt.Structure(scale_elasticity=world.scale),
    }
    return {
        (case, name): dt.solve(
            world.calibration, *measures, structure=structure, deficits=deficits
        ).welfare.to_dict()
        for case, measures in cases.items()
        for name, structure in structures.items()
    }


if __name__ == "__main__":
    main()
