"""Détente: a laboratory for trade wars and trade talks."""
