"""Draw the pictures of README and docs from the results of the shipped scenario.

``python tools/build_picture.py`` writes both; ``--out FOLDER`` elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import detente
import detente.talks.study
from detente.document.charts import spec
from detente.document.pictures import svg
from detente.files import write_bytes
from detente.report.run import charts
from detente.report.run.facts import facts_of
from detente.report.talks import facts, plane

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(arguments: list[str] | None = None) -> int:
    """Solve, draw, write; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS, help="folder to write to")
    options = parser.parse_args(arguments)
    variants = spec(charts.variants(facts_of(detente.run_scenario("may-2018"))))
    assert variants is not None
    write_bytes(options.out / "may-2018.svg", svg(variants).encode())
    study = detente.run_talks("may-2018", detente.talks.study.Choices(draws=0))
    picture = plane.chart(facts.of_study(study))
    write_bytes(options.out / "may-2018-talks.svg", svg(picture).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
