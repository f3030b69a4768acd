"""Firms cut off, and what economies can threaten each other with: documents of both."""
