"""What the product lists are, and how tariff lines and industries map to ISIC Rev. 4 divisions."""

from __future__ import annotations

LISTS_US = {"1": 34_000.0, "2": 16_000.0, "3": 200_000.0, "4A": 120_000.0, "threat": 100_000.0}
"""Announced size of each US list, million USD of annual imports from China (4A: of 2018)."""

# fmt: off
CODES_NAICS: dict[str, tuple[str, ...]] = {
    # NAICS industries whose imports are known → divisions that they stand for
    "111 112": ("01",), "113": ("02",), "114": ("03",), "211": ("06",), "212": ("05", "07", "08"),
    "311": ("10",), "312": ("11", "12"), "313 314": ("13",), "315": ("14",), "316": ("15",),
    "321": ("16",), "322": ("17",), "323": ("18",), "324": ("19",), "325": ("20", "21"),
    "326": ("22",), "327": ("23",), "331": ("24",), "332": ("25",), "333": ("28",),
    "334": ("26",), "335": ("27",), "336": ("29", "30"), "337": ("31",), "339": ("32",),
}
_GTAP = {
    "01": "PDR WHT GRO V_F OSD C_B PFB OCR CTL OAP RMK WOL", "02": "FRS", "03": "FSH",
    "05": "COA", "06": "OIL GAS", "10": "CMT OMT VOL MIL PCR SGR OFD", "13": "TEX", "14": "WAP",
    "15": "LEA", "16": "LUM", "17": "PPP", "19": "P_C", "20": "CHM", "21": "BPH", "22": "RPP",
    "23": "NMM", "24": "I_S NFM", "25": "FMP", "26": "ELE", "27": "EEQ", "28": "OME", "29": "MVH",
    "30": "OTN",
}
# fmt: on
_DIVISION = {sector: code for code, sectors in _GTAP.items() for sector in sectors.split()}


def division(hs6: str, gtap: str) -> str | None:
    """Return the ISIC division of an HS6 code from its GTAP sector.

    Four GTAP sectors hold several divisions, which the HS chapter tells apart: drink and tobacco
    (24), paper and printing (49), metal ores and other mining (26), furniture and other
    manufactures (94). Electricity and works of art have no division of goods.
    """
    sector, chapter = gtap.upper(), hs6[:2]
    by_chapter = {
        "B_T": "12" if chapter == "24" else "11",
        "PPP": "18" if chapter == "49" else "17",
        "OXT": "07" if chapter == "26" else "08",
        "OMF": "31" if chapter == "94" else "32",
    }
    return by_chapter.get(sector) or _DIVISION.get(sector)


_CHINA_SOURCE = (
    "China's imports from the United States in 2017 by HS8 and its tariff changes by HS10, "
    "collected by Bown, Jung and Zhang (Peterson Institute for International Economics, 2019)"
)
_US_SOURCE = (
    "USTR lists by HTS8; US imports from China in 2017 by three-digit NAICS industry (US Census "
    "Bureau); size of the list as announced"
)
_US_METHOD = (
    "No imports by tariff line: the lines of each list by division are scaled until imports by "
    "industry and the announced size of every list are met (iterative proportional fitting)."
)


def china_list(title: str, date: str, rate: str, announced: str, method: str) -> dict[str, str]:
    """Describe a list of China on goods of the United States."""
    return {
        "title": title,
        "by": "CHN",
        "on": "USA",
        "date": date,
        "rate": rate,
        "announced_size": announced,
        "year": "2017",
        "source": _CHINA_SOURCE,
        "method": method,
    }


def us_list(title: str, date: str, rate: str, announced: str, method: str = "") -> dict[str, str]:
    """Describe a list of the United States on goods of China, fitted as `spread` does."""
    return {
        "title": title,
        "by": "USA",
        "on": "CHN",
        "date": date,
        "rate": rate,
        "announced_size": announced,
        "year": "2017",
        "source": _US_SOURCE,
        "method": f"{_US_METHOD} {method}".strip(),
    }


SUMMED = "Imports summed over the lines of the list."
DESCRIPTIONS: dict[str, dict[str, str]] = {
    "china-3bn-2018-15pct": china_list(
        "China, April 2018: fruit, nuts, wine, ginseng, ethanol, steel pipes",
        "2018-04-02",
        "15 points",
        "120 lines, $0.977bn",
        SUMMED,
    ),
    "china-3bn-2018-25pct": china_list(
        "China, April 2018: pork and aluminium scrap",
        "2018-04-02",
        "25 points",
        "8 lines, $1.992bn",
        SUMMED,
    ),
    "china-50bn-2018": china_list(
        "China's answer to the US lists 1 and 2",
        "2018-04-04",
        "25 points",
        "106 lines, about $50bn",
        "The lists of 6 July and 23 August 2018 stand in for the 106 lines of 4 April, of which no "
        "list by line is at hand: the same soybeans, cars, cotton, beef and chemicals, but with "
        "fish and fuels, which April had not, and without the aircraft it had.",
    ),
    "china-cars-offer": china_list(
        "China's cut of its rates on cars and car parts",
        "2018-07-01",
        "most cars from 25 to 15 per cent, parts to 6 per cent",
        "218 lines",
        "Lines of motor vehicles and parts whose general rate fell on 1 July 2018. The composition "
        "of imports from the United States stands for that of imports from everyone.",
    ),
    "china-farm-offer-15pct": china_list(
        "Farm goods among China's lines of April 2018 at 15 points",
        "2018-05-14",
        "the 15 points of April",
        "not announced",
        "The lines of agriculture, fish, food and drink of china-3bn-2018-15pct.",
    ),
    "china-farm-offer-25pct": china_list(
        "Farm goods among China's lines of April 2018 at 25 points",
        "2018-05-14",
        "the 25 points of April",
        "not announced",
        "The lines of agriculture, fish, food and drink of china-3bn-2018-25pct.",
    ),
    "us-list1-34bn": us_list(
        "US Section 301, list 1", "2018-06-15", "25 points", "818 lines, $34bn"
    ),
    "us-list2-16bn": us_list(
        "US Section 301, list 2", "2018-06-15", "25 points", "284 lines, $16bn"
    ),
    "us-list3-200bn": us_list(
        "US Section 301, list 3", "2018-09-17", "10, later 25 points", "5745 lines, $200bn"
    ),
    "us-threat-100bn": us_list(
        "Further US tariffs weighed on 5 April 2018",
        "2018-04-05",
        "not announced",
        "$100bn",
        "No goods were named: half of list 3, the next list that was, in every division.",
    ),
}
