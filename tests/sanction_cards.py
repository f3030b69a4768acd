"""Cards of made-up firms for tests."""

from detente.sanction.card import FirmCard


def plain(value):
    return {"value": float(value), "source": "assumption"}


def card_of(*, revenue, purchases=(), sales=(), inputs=(), value_added_share=None, **keys):
    """Make a card from plain numbers; ``inputs`` are dicts of plain numbers too."""
    words = {"from", "sector", "id", "line", "to"}
    critical = [
        {key: value if key in words else plain(value) for key, value in item.items()}
        for item in inputs
    ]
    data = {
        "code": "FIRM",
        "name": "A firm",
        "year": 2000,
        "employment": plain(1000),
        "revenue": plain(revenue),
        "purchases": [{**p, "value": plain(p["value"])} for p in purchases],
        "sales": [{**s, "share": plain(s["share"])} for s in sales],
        "critical_inputs": critical,
        **keys,
    }
    if value_added_share is not None:
        data["value_added_share"] = plain(value_added_share)
    return FirmCard.model_validate(data)
