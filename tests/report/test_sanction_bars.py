"""Bars by economy: none where there is nothing to show."""

import pandas as pd

from detente.report.sanction_parts import economies

NAMES = {"A": "Alpha", "B": "Beta", "C": "Gamma"}
SAID = ("Customers", "Deliveries missed", "Missed deliveries by economy", "million USD")


def test_what_rounds_to_zero_has_no_bar():
    specs = {}
    values = pd.Series({"A": 12.4, "B": 0.3, "C": -2.0})
    shown = economies(specs, "key", values, NAMES, SAID, "<table></table>")
    drawn = specs["key"]["data"]["values"]
    assert [(row["label_of"], row["label"]) for row in drawn] == [("Alpha", "−12"), ("Gamma", "2")]
    assert 'data-chart="key"' in shown


def test_nothing_is_said_in_place_of_an_empty_chart():
    specs = {}
    values = pd.Series({"A": 1e-9, "B": 0.0, "C": -0.4})
    shown = economies(specs, "key", values, NAMES, SAID, "<table></table>")
    assert not specs
    assert "data-chart" not in shown
    assert "less than 0.5 million USD" in shown
    assert "<table></table>" in shown
