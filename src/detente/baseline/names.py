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


def country_name(code: str) -> str:
    """Return the readable name of a code, or the code itself where none is known."""
    return COUNTRY_NAMES.get(code, code)
