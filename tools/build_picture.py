"""Draw the picture of the README from the results of the shipped scenario.

``python tools/build_picture.py`` writes it; ``--out FILE`` elsewhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import vl_convert

import detente
from detente.baseline.archive import write_bytes
from detente.report.charts import focus_by_variant

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "may-2018.svg"
WIDTH = 660


def main(arguments: list[str] | None = None) -> int:
    """Solve, draw, write; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURE, help="file to write")
    options = parser.parse_args(arguments)
    write_bytes(options.out, draw().encode())
    return 0


def draw() -> str:
    """Return the chart of both sides under every variant as SVG on white."""
    spec = focus_by_variant(detente.run_scenario("may-2018"))
    text = json.dumps({**spec, "width": WIDTH, "background": "white", "padding": 12})
    # outside a page there is no container to measure and no colour to inherit
    text = text.replace("containerSize()[0]", str(WIDTH)).replace("currentColor", "#222233")
    return vl_convert.vegalite_to_svg(text, vl_version="6.1")


if __name__ == "__main__":
    sys.exit(main())
