"""Where subjects still reach numbers and language; both are rooms of `document`."""

from detente.document.language import capital, counted, listed, noun, possessive
from detente.document.numbers import (
    MINUS,
    NEGLIGIBLE_PCT,
    NOTHING,
    amount,
    loses,
    money,
    pct,
    signed,
)

__all__ = [
    "MINUS",
    "NEGLIGIBLE_PCT",
    "NOTHING",
    "amount",
    "capital",
    "counted",
    "listed",
    "loses",
    "money",
    "noun",
    "pct",
    "possessive",
    "signed",
]
