"""What people call economies and sectors that a baseline calls otherwise: suggestions, not names.

None of these words stands for anything by itself. Where one is used, the refusal says what was
probably meant.
"""

from __future__ import annotations

import re

from detente.baseline.names import COUNTRY_NAMES

# fmt: off
_ISO = (
    "AGO AO 024, ARE AE 784, ARG AR 032, AUS AU 036, AUT AT 040, BEL BE 056, BGD BD 050, "
    "BGR BG 100, BLR BY 112, BRA BR 076, BRN BN 096, CAN CA 124, CHE CH 756, CHL CL 152, "
    "CHN CN 156, CIV CI 384, CMR CM 120, COD CD 180, COL CO 170, CRI CR 188, CYP CY 196, "
    "CZE CZ 203, DEU DE 276, DNK DK 208, EGY EG 818, ESP ES 724, EST EE 233, FIN FI 246, "
    "FRA FR 250, GBR GB 826, GRC GR 300, HKG HK 344, HRV HR 191, HUN HU 348, IDN ID 360, "
    "IND IN 356, IRL IE 372, ISL IS 352, ISR IL 376, ITA IT 380, JOR JO 400, JPN JP 392, "
    "KAZ KZ 398, KHM KH 116, KOR KR 410, LAO LA 418, LTU LT 440, LUX LU 442, LVA LV 428, "
    "MAR MA 504, MEX MX 484, MLT MT 470, MMR MM 104, MYS MY 458, NGA NG 566, NLD NL 528, "
    "NOR NO 578, NZL NZ 554, PAK PK 586, PER PE 604, PHL PH 608, POL PL 616, PRT PT 620, "
    "ROU RO 642, RUS RU 643, SAU SA 682, SEN SN 686, SGP SG 702, STP ST 678, SVK SK 703, "
    "SVN SI 705, SWE SE 752, THA TH 764, TUN TN 788, TUR TR 792, TWN TW 158, UKR UA 804, "
    "USA US 840, VNM VN 704, ZAF ZA 710"
)
# fmt: on
_CODES = {
    other: three
    for three, *others in (entry.split() for entry in _ISO.split(", "))
    for other in others
} | {"EL": "GRC"}
"""Two letters and three digits of ISO 3166 (and Eurostat's of Greece), to three letters."""


def iso_country(word: str) -> str | None:
    """Return the three letters of a two-letter or numeric code of ISO 3166."""
    text = word.strip().upper()
    return _CODES.get(text.zfill(3) if text.isascii() and text.isdigit() else text)


GOODS_WORDS = {
    "steel": ("24",), "iron": ("24",), "iron and steel": ("24",), "aluminium": ("24",),
    "aluminum": ("24",), "copper": ("24",),
    "cars": ("29",), "car": ("29",), "autos": ("29",), "automobiles": ("29",),
    "automotive": ("29",), "motor vehicles": ("29",), "trucks": ("29",), "car parts": ("29",),
    "auto parts": ("29",), "electric cars": ("29",), "electric vehicles": ("29",),
    "planes": ("30",), "aircraft": ("30",), "ships": ("30",), "trains": ("30",),
    "oil": ("06",), "crude oil": ("06",), "gas": ("06",), "natural gas": ("06",), "lng": ("06",),
    "coal": ("05",), "petrol": ("19",), "fuels": ("19",), "electricity": ("35",),
    "iron ore": ("07",), "ores": ("07",), "critical minerals": ("07",), "rare earths": ("07",),
    "semiconductors": ("26",), "chips": ("26",), "computers": ("26",), "phones": ("26",),
    "smartphones": ("26",), "solar panels": ("26",), "batteries": ("27",),
    "washing machines": ("27",), "appliances": ("27",),
    "wine": ("11",), "beer": ("11",), "spirits": ("11",), "whisky": ("11",), "whiskey": ("11",),
    "cheese": ("10",), "dairy": ("10",), "meat": ("10",), "beef": ("10",), "pork": ("10",),
    "sugar": ("10",), "tobacco": ("12",), "soybeans": ("01",), "soya": ("01",), "wheat": ("01",),
    "corn": ("01",), "barley": ("01",), "grain": ("01",), "cotton": ("01",), "crops": ("01",),
    "timber": ("02",), "lumber": ("16",), "fish": ("03",), "seafood": ("03",),
    "clothing": ("14",), "clothes": ("14",), "apparel": ("14",), "garments": ("14",),
    "shoes": ("15",), "footwear": ("15",), "leather": ("15",), "furniture": ("31",),
    "toys": ("32",), "drugs": ("21",), "medicines": ("21",), "pharma": ("21",),
    "fertiliser": ("20",), "fertilizer": ("20",), "fertilisers": ("20",), "cement": ("23",),
    "glass": ("23",), "tyres": ("22",), "tires": ("22",), "rubber": ("22",),
    "banking": ("64",), "banks": ("64",), "insurance": ("65",), "tourism": ("55",),
    "shipping": ("50",), "software": ("62",), "films": ("59",),
}  # fmt: skip
"""Goods that people name, to the ISIC Rev. 4 divisions whose products they are."""

WIDER_WORDS = {
    "energy": ("05", "06", "19", "35"),
    "fossil fuels": ("05", "06", "19"),
    "oil and gas": ("06", "19"),
    "cars and parts": ("29",),
    "tech": ("26", "62", "63"),
}
"""Words for several branches: their divisions."""

GROUP_WORDS = {
    "industrial": "manufacturing",
    "industrial goods": "manufacturing",
    "industry": "manufacturing",
    "manufactured goods": "manufacturing",
    "manufactures": "manufacturing",
    "everything": "all",
    "all goods": "goods",
    "merchandise": "goods",
    "farm goods": "agriculture",
    "farm products": "agriculture",
    "agricultural goods": "agriculture",
    "agricultural products": "agriculture",
    "high tech": "high technology",
}
"""Words to the group that is meant."""

_LETTERS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
    "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
    "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
_CODE = re.compile(r"(?:[A-U]?(\d{1,2})|[A-U](\d\d)\d{1,2})(?:([-_T&])[A-U]?(\d{1,2}))?")


def divisions_of_code(word: str) -> tuple[str, ...]:
    """Return the ISIC divisions of a code as other tables write them: C10, 29, D10T12, A01_02, B.

    A class of four digits (C2410) is inside its division. Empty for what is no such code.
    """
    text = word.strip().upper()
    if text in _LETTERS:
        first, last = _LETTERS[text]
    elif found := _CODE.fullmatch(text):
        # letters are those of the section or, in older tables of the OECD, a D for "division"
        first = int(found[1] or found[2])
        last = int(found[4] or first)
    else:
        return ()
    both = {first, last} if text not in _LETTERS and "_" in text else range(first, last + 1)
    return tuple(f"{k:02d}" for k in sorted(both)) if 0 < first <= last else ()


def division_code(number: int) -> str | None:
    """Return a division of ISIC with the letter of its section, as most tables write it."""
    for letter, (first, last) in _LETTERS.items():
        if first <= number <= last:
            return f"{letter}{number:02d}"
    return None


def country_called(code: str) -> str:
    """Return ``"Germany (DEU)"`` for a code with a known name, else the code."""
    return f"{COUNTRY_NAMES[code]} ({code})" if code in COUNTRY_NAMES else code
