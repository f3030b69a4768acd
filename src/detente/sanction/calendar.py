"""How a study of bans counts time, and what a year's wait costs."""

from __future__ import annotations

DAYS_A_YEAR = 365.0
DISCOUNT = 0.05
"""A year's discount of losses to come: an assumption."""
MONTH = 30
"""Days in it."""
