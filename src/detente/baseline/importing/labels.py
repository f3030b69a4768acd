"""Codes of published tables, to economies and sectors with names, divisions and kinds."""

from __future__ import annotations

import re

from detente.axes import Country, Sector
from detente.baseline.groups import ISIC_DIVISIONS
from detente.baseline.icio import SECTORS as ICIO_SECTORS
from detente.baseline.meant import divisions_of_code, iso_country
from detente.baseline.names import COUNTRY_NAMES, country_name
from detente.baseline.source_accounts import SERVICE_DIVISIONS, make_sectors
from detente.baseline.wiod import SECTORS as WIOD_SECTORS

PARTS = re.compile(r"(CN|MX)\d")
_WHOLE = {"CN": "CHN", "MX": "MEX"}
"""Splits of an economy by kind of firm: CN1 and CN2 are parts of China."""

_MORE_COUNTRIES = {
    "AL": ("ALB", "Albania"),
    "ME": ("MNE", "Montenegro"),
    "MK": ("MKD", "North Macedonia"),
    "RS": ("SRB", "Serbia"),
    "FIGW1": ("ROW", "Rest of the world"),
}
_MORE_NAMES = dict(_MORE_COUNTRIES.values())

# fmt: off
GTAP_SECTORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pdr": ("Paddy rice", ("1",)), "wht": ("Wheat", ("1",)), "gro": ("Other grains", ("1",)),
    "v_f": ("Vegetables and fruit", ("1",)), "osd": ("Oil seeds", ("1",)),
    "c_b": ("Sugar cane and beet", ("1",)), "pfb": ("Plant fibres", ("1",)),
    "ocr": ("Other crops", ("1",)), "ctl": ("Cattle", ("1",)),
    "oap": ("Other animal products", ("1",)), "rmk": ("Raw milk", ("1",)),
    "wol": ("Wool and silk", ("1",)), "frs": ("Forestry products", ("2",)),
    "fsh": ("Fishery products", ("3",)), "coa": ("Coal mining", ("5",)),
    "oil": ("Crude oil extraction", ("6",)), "gas": ("Natural gas extraction", ("6",)),
    "oxt": ("Other extraction", ("7-9",)), "cmt": ("Cattle meat", ("10",)),
    "omt": ("Other meat", ("10",)), "vol": ("Vegetable oils and fats", ("10",)),
    "mil": ("Dairy products", ("10",)), "pcr": ("Processed rice", ("10",)),
    "sgr": ("Sugar products", ("10",)), "ofd": ("Other food products", ("10",)),
    "b_t": ("Beverages and tobacco", ("11-12",)), "tex": ("Textile products", ("13",)),
    "wap": ("Wearing apparel", ("14",)), "lea": ("Leather products", ("15",)),
    "lum": ("Wood products", ("16",)), "ppp": ("Paper products and publishing", ("17-18",)),
    "p_c": ("Petroleum and coal products", ("19",)), "chm": ("Chemical products", ("20",)),
    "bph": ("Pharmaceutical products", ("21",)), "rpp": ("Rubber and plastic products", ("22",)),
    "nmm": ("Other mineral products", ("23",)), "i_s": ("Iron and steel", ("24",)),
    "nfm": ("Non-ferrous metals", ("24",)), "fmp": ("Metal products", ("25",)),
    "ele": ("Computers and electronic products", ("26",)),
    "eeq": ("Electrical equipment", ("27",)), "ome": ("Other machinery and equipment", ("28",)),
    "mvh": ("Motor vehicles and parts", ("29",)), "otn": ("Other vehicles", ("30",)),
    "omf": ("Other manufactures", ("31-33",)), "ely": ("Electricity", ("35",)),
    "gdt": ("Gas distribution", ("35",)), "wtr": ("Water services", ("36-39",)),
    "cns": ("Building", ("41-43",)), "trd": ("Trade services", ("45-47",)),
    "afs": ("Accommodation and food services", ("55-56",)), "otp": ("Other transport", ("49",)),
    "wtp": ("Water transport", ("50",)), "atp": ("Air transport", ("51",)),
    "whs": ("Warehousing", ("52",)), "cmn": ("Communication", ("53", "58-63")),
    "ofi": ("Other financial services", ("64", "66")), "ins": ("Insurance services", ("65",)),
    "rsa": ("Real estate services", ("68",)), "obs": ("Other business services", ("69-82",)),
    "ros": ("Recreation and other services", ("90-98",)),
    "osg": ("Public administration", ("84", "99")), "edu": ("Education services", ("85",)),
    "hht": ("Health and social work", ("86-88",)), "dwe": ("Dwellings", ("68",)),
}
_MORE_SECTORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "05": ("Coal mining", ("5",)), "06": ("Oil and gas extraction", ("6",)),
    "07": ("Metal ore mining", ("7",)), "08": ("Other quarrying", ("8",)),
    "33": ("Repair of machinery", ("33",)), "35": ("Electricity, gas and steam", ("35",)),
    "E": ("Water and waste services", ("36-39",)), "F": ("Building", ("41-43",)),
    "G": ("Wholesale and retail", ("45-47",)), "58-60": ("Publishing and media", ("58-60",)),
    "K": ("Finance and insurance", ("64-66",)), "65": ("Insurance", ("65",)),
    "66": ("Auxiliary finance", ("66",)), "M": ("Professional services", ("69-75",)),
    "71": ("Architecture and engineering", ("71",)), "73": ("Advertising", ("73",)),
    "74-75": ("Other professional services", ("74-75",)),
    "77": ("Rental and leasing", ("77",)), "78": ("Employment agencies", ("78",)),
    "79": ("Travel agencies", ("79",)), "80-82": ("Security and office services", ("80-82",)),
    "86": ("Health", ("86",)), "87-88": ("Social work", ("87-88",)),
    "90-92": ("Arts and gambling", ("90-92",)), "93": ("Sports and recreation", ("93",)),
    "R": ("Arts and recreation", ("90-93",)), "94": ("Membership organisations", ("94",)),
    "95": ("Repair of household goods", ("95",)), "96": ("Other personal services", ("96",)),
    "S": ("Other services", ("94-96",)), "RS": ("Arts and other services", ("90-96",)),
    "T": ("Households as employers", ("97-98",)), "U": ("International organisations", ("99",)),
}
_PARTS_OF_DIVISIONS = {
    "C24A": "Iron and steel", "C24B": "Non-ferrous metals", "C301": "Ships and boats",
    "C302T309": "Aircraft, trains and other transport equipment",
}
# fmt: on
_BY_GTAP = {s.code: s for s in make_sectors(GTAP_SECTORS)}


def _names() -> dict[tuple[str, ...], str]:
    """Return the names of the shipped sectors by their divisions."""
    wiod = make_sectors({code: (name, isic) for code, name, isic in WIOD_SECTORS.values()})
    sectors = (*make_sectors(_MORE_SECTORS), *make_sectors(ICIO_SECTORS), *wiod)
    return {s.isic: s.name for s in sectors}


_BY_DIVISIONS = _names()


def whole(code: str) -> str:
    """Return the economy that a code of the source is, or is a part of."""
    return _WHOLE[code[:2]] if PARTS.fullmatch(code) else code


def alpha3(code: str) -> str:
    """Return the three letters of Eurostat's code of an economy."""
    return _MORE_COUNTRIES[code][0] if code in _MORE_COUNTRIES else iso_country(code) or code


def country(code: str) -> Country:
    """Return an economy by its code; the name is the code where none is known."""
    upper = code.upper()
    code = upper if upper in COUNTRY_NAMES else code
    return Country(code, _MORE_NAMES.get(code) or country_name(code), (code,))


def isic_of(code: str) -> tuple[str, ...]:
    """Return the ISIC Rev. 4 divisions of a sector's code; empty when it is no such code.

    ``A01_02``, ``C10T12``, ``C31_C32``, ``M69_70``, ``R_S``, ``05T06``, and parts of a division as
    the division: ``C24A``, ``C301``, ``C302T309``.
    """
    if code in _BY_GTAP:
        return _BY_GTAP[code].isic
    text = re.sub(r"(?<=\d)[A-Z]$", "", code.upper())
    found = divisions_of_code(text)
    ends = re.fullmatch(r"(.+?)([_T-])(.+)", text)
    if not found and ends:
        last = f"{text[0]}{ends[3]}" if ends[3].isdigit() and text[0].isalpha() else ends[3]
        both = {d for end in (ends[1], last) for d in divisions_of_code(end)}
        found = divisions_of_code(ends[1]) and divisions_of_code(last) and tuple(sorted(both))
    return tuple(d for d in found if d in ISIC_DIVISIONS)


def sector(code: str) -> Sector | None:
    """Return a sector by the code of the source; nothing when it is unknown."""
    if code in _BY_GTAP:
        return _BY_GTAP[code]
    isic = isic_of(code)
    if not isic:
        return None
    kind = "services" if isic[0] in SERVICE_DIVISIONS else "goods"
    return Sector(
        code, _PARTS_OF_DIVISIONS.get(code) or _BY_DIVISIONS.get(isic) or code, isic, kind
    )
