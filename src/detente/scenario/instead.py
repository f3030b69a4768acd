"""What to write in place of kinds and keys that a scenario does not have."""

from __future__ import annotations

BY_WEIGHT = (
    "a duty by weight or piece is given with the price of the goods: duty: {usd_per_kg: 2.5}, "
    "price: {usd_per_kg: 50}, beside add where it comes on top of a rate"
)
_TARIFF = "write kind: tariff"
_QUOTA = "write kind: tariff-quota, with within, beyond and quota_usd"
_LISTS = "write products: HS codes in quotes, or a list file of your own"
_EXCEPT = "write except: sectors, HS codes or goods that it leaves out"
_FLOOR = "write floor"
KIND_HINTS = {
    "tariff-rate-quota": _QUOTA,
    "trq": _QUOTA,
    "tariff-rate-quotas": _QUOTA,
    "specific-duty": BY_WEIGHT,
    "specific-tariff": BY_WEIGHT,
    "duty": _TARIFF,
    "import-tax": _TARIFF,
    "anti-dumping": _TARIFF,
    "anti-dumping-duty": _TARIFF,
    "safeguard": f"{_TARIFF}, or kind: quota",
    "retaliation": f"{_TARIFF}, with the side that answers as by",
    "ban": "write kind: export-ban with the seller as by, or import-ban with the buyer",
    "embargo": "write kind: export-ban and kind: import-ban, one for each direction",
    "sanction": "write kind: export-ban with the seller as by, or import-ban with the buyer",
    "export-quota": "write kind: export-restraint",
    "export-subsidy": "write kind: export-tax with add below 0",
    "subsidy": "write kind: production-subsidy",
    "purchase": "write kind: purchase-commitment",
    "purchases": "write kind: purchase-commitment",
    "fine": "write kind: transfer",
    "non-tariff-barrier": "write kind: trade-cost",
    "ntm": "write kind: trade-cost",
    "investment": "promises to invest are not modelled; take it out and say so in a note",
    "exchange-rate": "exchange rates are not modelled; take it out and say so in a note",
}
"""Kinds of measures that people write, to what to do."""

KEY_HINTS = {
    "at_least": _FLOOR,
    "minimum": _FLOOR,
    "at_most": "write ceiling",
    "maximum": "write ceiling",
    "inside": "write within",
    "outside": "write beyond",
    "in_quota": "write within",
    "over_quota": "write beyond",
    "product": _LISTS,
    "codes": _LISTS,
    "hs": _LISTS,
    "hs_codes": _LISTS,
    "list": _LISTS,
    "rate": "write add (points on top of the rate) or set (a new rate)",
    "tariff": "write add (points on top of the rate) or set (a new rate)",
    "percent": "write add (points on top of the rate) or set (a new rate), such as 25%",
    "from": "write on for the economies that it is aimed at",
    "to": "write on for the economies that it is aimed at",
    "against": "write on for the economies that it is aimed at",
    "target": "write on for the economies that it is aimed at",
    "partner": "write on for the economies that it is aimed at",
    "country": "write by for who takes it and on for whom it is aimed at",
    "importer": "write by for who takes it and on for whom it is aimed at",
    "exporter": "write by for who takes it and on for whom it is aimed at",
    "sector": "write sectors",
    "amount_usd": "write value_usd",
    "exempt": _EXCEPT,
    "excluding": _EXCEPT,
    "exemptions": _EXCEPT,
    "exclude": _EXCEPT,
    "specific": BY_WEIGHT,
    "preference": "write claims: the share of trade that claims a preference and does not pay",
    "utilization": "write claims: the share of trade that claims a preference and does not pay",
}
"""Keys of measures that people write, to what to do."""

MOVED: dict[tuple[str, ...], str] = {
    ("talks", "resolve", "standing"): "write it under parties, objective: {standing: …}",
}
"""Keys that stand elsewhere, to where."""
