"""Names that a person can read for country codes, and the members of named unions."""

from __future__ import annotations

# fmt: off
EU27 = (
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV",
    "HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN",
    "SWE",
)
# fmt: on
"""Members of the European Union since 2020."""

USMCA = ("USA", "CAN", "MEX")
"""Members of the agreement between the United States, Mexico and Canada, and of NAFTA before."""

COUNTRY_NAMES = {
    "AGO": "Angola",
    "ARE": "United Arab Emirates",
    "ARG": "Argentina",
    "AUS": "Australia",
    "AUT": "Austria",
    "BEL": "Belgium",
    "BGD": "Bangladesh",
    "BGR": "Bulgaria",
    "BLR": "Belarus",
    "BRA": "Brazil",
    "BRN": "Brunei",
    "CAN": "Canada",
    "CHE": "Switzerland",
    "CHL": "Chile",
    "CHN": "China",
    "CIV": "Côte d'Ivoire",
    "CMR": "Cameroon",
    "COD": "Democratic Republic of the Congo",
    "COL": "Colombia",
    "CRI": "Costa Rica",
    "CYP": "Cyprus",
    "CZE": "Czechia",
    "DEU": "Germany",
    "DNK": "Denmark",
    "EGY": "Egypt",
    "ESP": "Spain",
    "EST": "Estonia",
    "EU27": "European Union",
    "FIN": "Finland",
    "FRA": "France",
    "GBR": "United Kingdom",
    "GRC": "Greece",
    "HKG": "Hong Kong",
    "HRV": "Croatia",
    "HUN": "Hungary",
    "IDN": "Indonesia",
    "IND": "India",
    "IRL": "Ireland",
    "ISL": "Iceland",
    "ISR": "Israel",
    "ITA": "Italy",
    "JOR": "Jordan",
    "JPN": "Japan",
    "KAZ": "Kazakhstan",
    "KHM": "Cambodia",
    "KOR": "South Korea",
    "LAO": "Laos",
    "LTU": "Lithuania",
    "LUX": "Luxembourg",
    "LVA": "Latvia",
    "MAR": "Morocco",
    "MEX": "Mexico",
    "MLT": "Malta",
    "MMR": "Myanmar",
    "MYS": "Malaysia",
    "NGA": "Nigeria",
    "NLD": "Netherlands",
    "NOR": "Norway",
    "NZL": "New Zealand",
    "PAK": "Pakistan",
    "PER": "Peru",
    "PHL": "Philippines",
    "POL": "Poland",
    "PRT": "Portugal",
    "REU": "Rest of the European Union",
    "ROU": "Romania",
    "ROW": "Rest of the world",
    "RUS": "Russia",
    "SAU": "Saudi Arabia",
    "SEN": "Senegal",
    "SGP": "Singapore",
    "STP": "São Tomé and Príncipe",
    "SVK": "Slovakia",
    "SVN": "Slovenia",
    "SWE": "Sweden",
    "THA": "Thailand",
    "TUN": "Tunisia",
    "TUR": "Turkey",
    "TWN": "Taiwan",
    "UKR": "Ukraine",
    "USA": "United States",
    "VNM": "Vietnam",
    "ZAF": "South Africa",
}

OTHER_NAMES = {
    "US": "USA",
    "U.S.": "USA",
    "U.S.A.": "USA",
    "America": "USA",
    "United States of America": "USA",
    "UK": "GBR",
    "U.K.": "GBR",
    "Britain": "GBR",
    "Great Britain": "GBR",
    "EU": "EU27",
    "E.U.": "EU27",
    "EUU": "EU27",
    "PRC": "CHN",
    "Mainland China": "CHN",
    "People's Republic of China": "CHN",
    "China, People's Republic": "CHN",
    "China, People's Republic of": "CHN",
    "Korea": "KOR",
    "Republic of Korea": "KOR",
    "Korea, Republic of": "KOR",
    "Chinese Taipei": "TWN",
    "Hong Kong, China": "HKG",
    "Hong Kong SAR": "HKG",
    "Russian Federation": "RUS",
    "Türkiye": "TUR",
    "Turkiye": "TUR",
    "Czech Republic": "CZE",
    "Slovak Republic": "SVK",
    "Holland": "NLD",
    "Viet Nam": "VNM",
    "UAE": "ARE",
    "Burma": "MMR",
    "Ivory Coast": "CIV",
    "Brunei Darussalam": "BRN",
}
"""What people also write, to the code; each with "the" before it too."""

# fmt: off
DEFAULT_ECONOMIES: dict[str, tuple[str, ...]] = {
    "icio-2022": (
        "USA", "CHN", "EU27", "GBR", "JPN", "KOR", "CAN", "MEX", "IND", "BRA", "RUS", "TUR",
        "AUS", "IDN", "TWN", "VNM", "THA", "MYS", "SGP", "PHL", "HKG", "CHE", "NOR", "UKR",
        "SAU", "ISR", "ZAF", "EGY", "NGA", "ARG", "CHL", "COL", "PER", "NZL", "BGD", "PAK",
        "KHM",
    ),
}
# fmt: on
"""Economies that stand alone where a shipped baseline is loaded without a choice."""


# fmt: off
ISO3 = (
    "ABW", "AFG", "AGO", "AIA", "ALA", "ALB", "AND", "ARE", "ARG", "ARM", "ASM", "ATA",
    "ATF", "ATG", "AUS", "AUT", "AZE", "BDI", "BEL", "BEN", "BES", "BFA", "BGD", "BGR",
    "BHR", "BHS", "BIH", "BLM", "BLR", "BLZ", "BMU", "BOL", "BRA", "BRB", "BRN", "BTN",
    "BVT", "BWA", "CAF", "CAN", "CCK", "CHE", "CHL", "CHN", "CIV", "CMR", "COD", "COG",
    "COK", "COL", "COM", "CPV", "CRI", "CUB", "CUW", "CXR", "CYM", "CYP", "CZE", "DEU",
    "DJI", "DMA", "DNK", "DOM", "DZA", "ECU", "EGY", "ERI", "ESH", "ESP", "EST", "ETH",
    "FIN", "FJI", "FLK", "FRA", "FRO", "FSM", "GAB", "GBR", "GEO", "GGY", "GHA", "GIB",
    "GIN", "GLP", "GMB", "GNB", "GNQ", "GRC", "GRD", "GRL", "GTM", "GUF", "GUM", "GUY",
    "HKG", "HMD", "HND", "HRV", "HTI", "HUN", "IDN", "IMN", "IND", "IOT", "IRL", "IRN",
    "IRQ", "ISL", "ISR", "ITA", "JAM", "JEY", "JOR", "JPN", "KAZ", "KEN", "KGZ", "KHM",
    "KIR", "KNA", "KOR", "KWT", "LAO", "LBN", "LBR", "LBY", "LCA", "LIE", "LKA", "LSO",
    "LTU", "LUX", "LVA", "MAC", "MAF", "MAR", "MCO", "MDA", "MDG", "MDV", "MEX", "MHL",
    "MKD", "MLI", "MLT", "MMR", "MNE", "MNG", "MNP", "MOZ", "MRT", "MSR", "MTQ", "MUS",
    "MWI", "MYS", "MYT", "NAM", "NCL", "NER", "NFK", "NGA", "NIC", "NIU", "NLD", "NOR",
    "NPL", "NRU", "NZL", "OMN", "PAK", "PAN", "PCN", "PER", "PHL", "PLW", "PNG", "POL",
    "PRI", "PRK", "PRT", "PRY", "PSE", "PYF", "QAT", "REU", "ROU", "RUS", "RWA", "SAU",
    "SDN", "SEN", "SGP", "SGS", "SHN", "SJM", "SLB", "SLE", "SLV", "SMR", "SOM", "SPM",
    "SRB", "SSD", "STP", "SUR", "SVK", "SVN", "SWE", "SWZ", "SXM", "SYC", "SYR", "TCA",
    "TCD", "TGO", "THA", "TJK", "TKL", "TKM", "TLS", "TON", "TTO", "TUN", "TUR", "TUV",
    "TWN", "TZA", "UGA", "UKR", "UMI", "URY", "USA", "UZB", "VAT", "VCT", "VEN", "VGB",
    "VIR", "VNM", "VUT", "WLF", "WSM", "XKX", "YEM", "ZAF", "ZMB", "ZWE",
)
# fmt: on
"""Codes of countries by ISO 3166, and the one in use for Kosovo."""


def country_name(code: str) -> str:
    """Return the readable name of a code, or the code itself where none is known."""
    return COUNTRY_NAMES.get(code, code)
