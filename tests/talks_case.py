"""A small table of talks on a made-up economy, in a file, and how to read it with changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from detente.scenario.load import load_scenario
from detente.scenario.schema import Scenario
from economies import random_economy

TEXT = """\
title: Cars and corn
date: 2018-05-14
baseline: random
parties:
  - {id: one, country: C0}
  - {id: two, country: C1}
measures:
  - {id: cars, kind: tariff, by: C0, "on": C1, sectors: S0, add: 0.25}
  - {id: corn, kind: tariff, by: C1, "on": C0, sectors: [S1, S2], set: 0.4}
  - {id: opens, kind: tariff, by: C1, "on": C0, sectors: S1, scale: 0.9}
  - {id: buys, kind: purchase-commitment, by: C1, "on": C0, sectors: S0, scale: 1.03}
  - {id: buys-more, kind: purchase-commitment, by: C1, "on": C0, sectors: S0, scale: 1.08}
variants:
  - {id: both-strike, title: Both strike, measures: [cars, corn]}
talks:
  parties:
    - party: one
      impatience: {low: 0.05, central: 0.15, high: 0.3}
      audience_cost: 0.01
      objective:
        sectors: {S0: 0.3}
        deficit: {partner: two, value: {low: 0, central: 0.05, high: 0.1}}
    - {party: two, impatience: {low: 0.03, central: 0.08, high: 0.2}, weight: 1.5}
  issues:
    - id: duties
      options: [{id: none}, {id: cars, measures: [cars]}]
    - id: purchases
      options: [{id: none}, {id: some, measures: [buys]}, {id: more, measures: [buys-more]}]
    - id: opening
      options: [{id: closed}, {id: open, measures: [opens]}]
    - id: school
      by: two
      options:
        - {id: shut}
        - id: reopened
          values:
            one: {low: 0.0, central: 0.004, high: 0.03}
            two: {low: -0.02, central: -0.006, high: 0.02}
        - {id: moved, values: {one: 0.001}}
  positions:
    - {party: one, kind: demand, choices: {purchases: more, opening: open, school: reopened}}
    - {party: two, kind: offer, choices: {purchases: some}}
  red_lines:
    - {party: two, choices: {duties: cars, opening: open}}
  interactions:
    - choices: {school: reopened, opening: open}
      values: {two: {low: -0.004, central: 0.001, high: 0.01}}
  no_deal:
    - {id: as-it-is, title: As it is, kind: impasse}
    - id: strikes
      title: Both strike
      kind: breakdown
      variant: both-strike
      by: one
      values: {two: {low: -0.02, central: -0.01, high: 0.0}}
    - {id: war, title: War, kind: breakdown, war: true}
  ratification:
    - party: one
      title: Chamber
      needed: 7
      sharpness: 40
      least: 0.9
      blocs:
        - id: strict
          members: 6
          values:
            - {choices: {school: shut}, value: {low: 0.0, central: 0.01, high: 0.05}}
            - {choices: {school: reopened, opening: open}, value: {low: -0.05, central: 0, high: 0}}
        - {id: others, members: 5}
  breakdown_risk: {low: 0.002, central: 0.01, high: 0.1}
  horizons: [long-run]
"""


def economy():
    """Return the economy that the file is about: real incomes of about ten."""
    return random_economy(7, countries=3, sectors=3)


def case_file(folder: Path, change=None) -> Path:
    """Write the scenario, changed by a function of its plain content."""
    plain = yaml.safe_load(TEXT)
    if change:
        change(plain)
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(plain, sort_keys=False))
    return path


def case_of(folder: Path, change=None) -> Scenario:
    """Load it."""
    return load_scenario(case_file(folder, change))


def turned(plain: dict) -> None:
    """Turn round the order of issues, of their options, and of everything else that has ids."""
    talks = plain["talks"]
    for issue in talks["issues"]:
        issue["unsettled"] = issue.get("unsettled", issue["options"][0]["id"])
        issue["options"].reverse()
    talks["issues"].reverse()
    plain["measures"].reverse()


def collapsed(plain: dict) -> None:
    """Take every range away."""

    def walk(node):
        if isinstance(node, dict):
            if "central" in node:
                for key in ("low", "high"):
                    node.pop(key, None)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    talks = plain["talks"]
    walk(talks)
    for party in talks["parties"]:
        party.setdefault("impatience", 0.1)
    talks["detection_months"] = talks.get("detection_months", 6.0)


def same(one, other, tolerance=1e-9):
    """Compare two arrays with the scale of the first."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    scale = max(float(np.nanmax(np.abs(one), initial=0.0)), 1e-300)
    np.testing.assert_allclose(other, one, rtol=0, atol=tolerance * scale)
