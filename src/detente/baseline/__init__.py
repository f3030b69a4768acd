"""Baselines: economies at rest, where they come from and what was done to them."""
