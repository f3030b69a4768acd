"""The page: `detente serve` shows what the library computes, and lets a reader change it.

Everything shown is a document of `detente.describe` or a part of one; nothing is computed here.
"""
