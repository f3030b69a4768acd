"""What to write in place of kinds and keys that a scenario does not have."""

from __future__ import annotations

BY_WEIGHT = (
    "a duty by weight or piece is written as a share of the value: 2.5 USD/kg on goods of "
    "50 USD/kg is 5%"
)
_TARIFF = "write kind: tariff"
_QUOTA = (
    "not an instrument of its own: write a tariff with the rate outside the quota, and as its "
    "coverage the share of trade beyond the quota"
)
_LISTS = (
    "lists of your own are not read: give the share of each sector's trade as coverage, its value "
    "as value_usd, or a list of `detente data lists` as product_list"
)
KIND_HINTS = {
    "tariff-quota": _QUOTA,
    "tariff-rate-quota": _QUOTA,
    "trq": _QUOTA,
    "specific-duty": BY_WEIGHT,
    "specific-tariff": BY_WEIGHT,
    "duty": _TARIFF,
    "import-tax": _TARIFF,
    "anti-dumping": _TARIFF,
    "anti-dumping-duty": _TARIFF,
    "safeguard": f"{_TARIFF}, or kind: quota",
    "retaliation": f"{_TARIFF}, with the side that answers as by",
    "ban": "write kind: export-ban with the seller as by",
    "import-ban": "write kind: export-ban with the seller as by: no trade is left either way",
    "embargo": "write kind: export-ban with the seller as by, one for each direction",
    "sanction": "write kind: export-ban with the seller as by",
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
    "at_least": (
        "a floor under the whole rate is not an instrument: write set with the floor, for the "
        "sectors whose rate is below it (`detente data show` has rates)"
    ),
    "minimum": "a floor is not an instrument: write set for the sectors whose rate is below it",
    "at_most": (
        "a ceiling is not an instrument: write set with the ceiling, for the sectors whose rate is "
        "above it, or align to an economy with lower rates"
    ),
    "products": _LISTS,
    "product": _LISTS,
    "hs": _LISTS,
    "hs_codes": _LISTS,
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
    "exempt": "exemptions are not read: leave out the economies or sectors that are exempt",
    "except": "exemptions are not read: leave out the economies or sectors that are exempt",
    "excluding": "exemptions are not read: leave out the economies or sectors that are exempt",
}
"""Keys of measures that people write, to what to do."""
