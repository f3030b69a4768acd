"""A small table of talks that is right, for tests that spoil it."""

from __future__ import annotations

from scenario_texts import GOOD

TABLE = """\
talks:
  parties:
    - party: one
      objective:
        deficit: {partner: two, value: {low: 0, central: 0.1, high: 0.2}}
      impatience: 0.1
      turnover: {low: 0, central: 0.1, high: 0.3}
    - {party: two, weight: 2, audience_cost: 3}
  always: [queues]
  issues:
    - id: tariffs
      options:
        - {id: none}
        - {id: on-cars, measures: [cars], source: notice}
    - id: farms
      by: two
      options:
        - {id: shut, measures: [corn]}
        - id: open
          values: {one: 5, two: {low: -4, central: -2, high: -1, note: Farmers.}}
    - id: visas
      unsettled: few
      options: [{id: many, values: {two: 3}}, {id: few}]
  positions:
    - {party: one, kind: demand, choices: {farms: open}}
    - {party: two, kind: offer, choices: {farms: open, visas: many}}
  red_lines:
    - {party: one, choices: {tariffs: none, farms: shut}}
  interactions:
    - {choices: {farms: open, visas: many}, values: {one: 1}}
  no_deal:
    - {id: impasse, title: Nothing moves, kind: impasse}
    - {id: strike, title: Both strike, kind: breakdown, variant: two-strikes-back, by: one}
    - id: war
      title: War
      kind: breakdown
      war: true
  ratification:
    - party: one
      title: Its senate
      needed: 6
      least: 0.4
      blocs:
        - {id: farmers, members: 4, values: [{choices: {farms: open}, value: 2}]}
        - {id: others, members: 6}
  breakdown_risk: 0.4
  detection_months: 3
  separate: [[tariffs, farms], [visas]]
  afterwards:
    - {date: 2018-06-01, title: Agreed, choices: {farms: open}}
"""
GOOD_TALKS = GOOD + TABLE


def spoil_talks(old: str, new: str) -> str:
    """Replace a piece of the table that stands there once."""
    assert TABLE.count(old) == 1, old
    return GOOD + TABLE.replace(old, new)
