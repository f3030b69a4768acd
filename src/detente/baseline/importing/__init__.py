"""Economies from published tables: one reader a layout, one set of rules for all."""
