"""What the source's ledger says in words, as codes; and where its rows contradict each other."""

from __future__ import annotations

NORTH = ("CAN", "MEX")
TARGETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ALL except CAN MEX EU KOR AUS ARG BRA (temporary)": (
        ("ALL",), (*NORTH, "EU27", "GBR", "KOR", "AUS", "ARG", "BRA")),
    "ALL except exempt and quota countries": (("ALL",), (*NORTH, "KOR", "AUS", "ARG", "BRA")),
    "ALL except CAN MEX": (("ALL",), NORTH),
    "ALL except EEA": (("ALL",), ("EU27", "ISL", "LIE", "NOR")),
    "ALL without FTA": (("ALL",), ("USA", *NORTH)),
    "ALL without FTA (CHN, IND, KOR, THA, IDN)": (("CHN", "IND", "KOR", "THA", "IDN"), ()),
    "ALL (CHN in effect)": (("ALL",), ()),
    "ALL (GBR stays 25)": (("ALL",), ()),
    "ALL (GBR 25/15)": (("ALL",), ()),
    "57 partners": (("ALL",), NORTH),
    # China has orders of its own
    "about 70 partners": (("ALL",), (*NORTH, "CHN", "HKG")),
    "60 economies": (("ALL",), ()),
    "CHN and others": (("CHN",), ()),
    "seven EU entities": (("EU27",), ()),
    "ZTE": (("CHN",), ()),
    "Huawei": (("CHN",), ()),
    "SMIC": (("CHN",), ()),
    "Nexperia": (("NLD",), ()),
    "affiliates of listed firms": ((), ()),
    "importers of Venezuelan oil": ((), ()),
    "suppliers of oil to Cuba": ((), ()),
    "countries trading with Iran": ((), ()),
    "": ((), ()),
}  # fmt: skip
"""Targets that are no codes: whom they are on, and whom they leave out."""

ANSWERED = {
    "232 steel": "M003", "301 List 1": "M018", "232 steel Turkey 50": "M021",
    "301 List 2": "M023", "301 List 3": "M025", "301 List 3 at 25": "M031",
    "301 List 4A": "M041", "Airbus 301": "M043", "US HBM rule": "M078", "fentanyl 10": "M082",
    "fentanyl Canada": "M085", "fentanyl 20": "M087", "232 metals 25": "M093",
    "Canada EV surtax": "M075", "reciprocal 34": "M101", "232 cars": "M098",
    "reciprocal 84": "M103", "reciprocal 125": "M108", "EU EV duties": "M077",
    "reciprocal; 232": "", "port fees": "M142", "US 50% rule": "M140",
}  # fmt: skip
"""What a measure answers, in the source's words, to the row that it is."""

CORRECTED: dict[str, tuple[dict[str, str], str]] = {
    "M003": ({"end": "2025-03-11"}, "the source leaves the end open; M093 took its place"),
    "M004": ({"end": "2025-03-11"}, "the source leaves the end open; M094 took its place"),
    "M045": ({"end": "2025-03-11"}, "the source leaves the end open; M093 and M094 took its place"),
    "M106": ({"effective": "", "end": ""}, "the source gives a day in force, and says that it was "
             "replaced before it applied"),
    "M135": ({"end": "2026-04-05"}, "the source leaves the end open; M172 took its place"),
}  # fmt: skip
"""Rows whose dates contradict the source's own words: what is shipped, and why."""

QUOTED = (
    ("2018-01-01", 8.0), ("2020-02-14", 21.0), ("2025-04-12", 147.6), ("2025-05-14", 32.6),
    ("2025-11-10", 31.9),
)  # fmt: skip
"""China's average tariff on US goods as PIIE published it, per cent; quoted from memory."""
