"""Rates, amounts of money and counts, as a text writes them."""

from __future__ import annotations

import re

_UNITS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: k + 1 for k, word in enumerate(_UNITS)} | {
    word: 10 * (k + 2) for k, word in enumerate(_TENS)
}
_WORDS = "|".join((*WORDS, "hundred"))
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PER_CENT = r"\s?%|[\s-]?per[\s-]?cent(?:age[\s-]points?)?\b|[\s-](?:percentage[\s-])?points?\b"
_RATE = re.compile(
    rf"(?<![\w.,$€£])(?:({_FIGURE}|(?:{_WORDS})\b)(?:{_PER_CENT})?\s?(?:to|-|and|or)\s?)?"
    rf"({_FIGURE}|(?:{_WORDS})\b(?:-(?:{_WORDS})\b)?)(?:{_PER_CENT})",
    re.IGNORECASE,
)
_SIZES = {"trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "b": 1e9, "million": 1e6,
          "milion": 1e6, "mn": 1e6, "m": 1e6, "thousand": 1e3, "k": 1e3}  # fmt: skip
_SIZE = r"trillion|billion|million|milion|thousand|tn|bn|mn|[bmk](?!\w)"
_SIGNS = {"US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD",
          "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "R$": "BRL", "$": "USD", "€": "EUR",
          "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW"}  # fmt: skip
_CURRENCIES = {"us dollar": "USD", "u.s. dollar": "USD", "dollar": "USD", "euro": "EUR",
               "pound": "GBP", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY",
               "won": "KRW", "rupee": "INR", "rupiah": "IDR", "baht": "THB", "ringgit": "MYR",
                "real": "BRL", "reais": "BRL", "peso": "MXN",
               "rouble": "RUB", "ruble": "RUB", "lira": "TRY", "rand": "ZAR",
               "swiss franc": "CHF", "canadian dollar": "CAD", "australian dollar": "AUD",
               "eur": "EUR", "usd": "USD", "gbp": "GBP", "cad": "CAD", "aud": "AUD"}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in _SIGNS)
_NAME = "|".join(sorted(_CURRENCIES, key=len, reverse=True))
_SIGNED = re.compile(rf"(?<!\w)({_SIGN}|USD\s?|EUR\s?|GBP\s?)({_FIGURE})[\s-]?({_SIZE})?")
_NAMED = re.compile(
    rf"(?<![\w.,$€£])({_FIGURE}|(?:{_WORDS})\b)[\s-]?(?:({_SIZE})\s)?({_NAME})s?\b",
    re.IGNORECASE,
)
_THINGS = {"metric ton": "tonnes", "tonne": "tonnes", "ton": "tonnes", "mmt": "tonnes",
           "barrel": "barrels", "bushel": "bushels", "piece": "pieces", "tariff line": "lines",
           "product line": "lines", "line": "lines", "item": "pieces", "vehicle": "vehicles",
           "car": "vehicles", "unit": "units", "head": "head", "litre": "litres",
           "liter": "litres", "gallon": "gallons", "board feet": "board feet",
           "cubic metre": "m3", "cubic meter": "m3", "written submission": "submissions",
           "submission": "submissions", "pair": "pairs"}  # fmt: skip
_THING = "|".join(sorted(_THINGS, key=len, reverse=True))
_COUNT = re.compile(
    rf"(?<![\w.,$€£])({_FIGURE})[\s-]?(?:({_SIZE})\s)?(?:(?!and\b)\w+\s)?({_THING})s?\b"
    r"((?:\s(?:per|a|each)\s|/)day)?",
    re.IGNORECASE,
)  # fmt: skip


def _figure(text: str) -> float:
    small = text.lower().replace(",", "")
    if small in WORDS or ("-" in small and small.split("-")[0] in WORDS):
        return float(sum(WORDS.get(part, 0) for part in small.split("-")))
    return 100.0 if small == "hundred" else float(small)


def find_rates(text: str) -> tuple[float, ...]:
    """Return every rate that a text states, as fractions; "5 to 15 percent" is two."""
    found: list[float] = []
    for one in _RATE.finditer(text):
        # "China and 10 percent": the word before is no figure, so the first group is empty
        found += [_figure(part) / 100 for part in one.groups() if part]
    return tuple(dict.fromkeys(round(rate, 8) for rate in found))


def find_values(text: str) -> tuple[tuple[float, str], ...]:
    """Return amounts of money and counts of goods, each with its unit."""
    found: list[tuple[int, float, str]] = []
    taken: list[tuple[int, int]] = []
    for one in _SIGNED.finditer(text):
        sign = one[1].strip()
        size = _SIZES[one[3].lower()] if one[3] else 1.0
        found.append((one.start(), _figure(one[2]) * size, _SIGNS.get(sign, sign)))
        taken.append(one.span())
    for pattern, units in ((_NAMED, _CURRENCIES), (_COUNT, _THINGS)):
        for one in pattern.finditer(text):
            if any(a < one.end() and one.start() < b for a, b in taken):
                continue
            size = _SIZES[one[2].lower()] if one[2] else 1.0
            unit = units[re.sub(r"\s+", " ", one[3].lower())]
            if pattern is _COUNT and one[4]:
                unit += "/day"
            found.append((one.start(), _figure(one[1]) * size, unit))
            taken.append(one.span())
    return tuple(dict.fromkeys((amount, unit) for _, amount, unit in sorted(found)))
