"""Targets: which products to hit in retaliation, at what rate, and how targeted a list was."""
