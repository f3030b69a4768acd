"""Scenario files: their form, how they are read, and what may be wrong with them."""
