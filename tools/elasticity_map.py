"""How the sectors of each published set of trade elasticities map to ISIC Rev. 4 divisions.

Spans are ISIC Rev. 4 divisions. Repair and installation of machinery (33) goes with machinery
unless a set says otherwise: the older classifications counted it there.
"""

from __future__ import annotations

SERVICES_DEFAULT = 5.0
"""Used for every service that a set leaves out (tariffs, and so most estimates, exist on goods)."""

_CAPITAL = ("28", "33")

MAPS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    # name in the package: (key in the collected file, sector label there → divisions)
    "fontagne-2022": (
        "fontagne_2022",
        {
            "Agriculture, hunting, forestry, fishing": ("1-3",),
            "Mining and quarrying": ("5-9",),
            "Food products, beverages, tobacco": ("10-12",),
            "Textiles, leather, footwear": ("13-15",),
            "Wood and products of wood/cork": ("16",),
            "Pulp, paper, printing, publishing": ("17-18",),
            "Coke, refined petroleum, nuclear fuel": ("19",),
            "Chemicals and chemical products": ("20-21",),
            "Rubber and plastics products": ("22",),
            "Other non-metallic mineral products": ("23",),
            "Basic metals": ("24",),
            "Fabricated metal products": ("25",),
            "Machinery and equipment n.e.c.": _CAPITAL,
            "Computer, electronic, optical equipment": ("26",),
            "Electrical machinery and apparatus": ("27",),
            "Motor vehicles, trailers, semi-trailers": ("29",),
            "Other transport equipment": ("30",),
            "Manufacturing n.e.c.; recycling": ("31-32",),
            # estimated on the few goods classified there (tariffs exist on goods only): not used
            "Other community, social, personal services": (),
        },
    ),
    "caliendo-parro-2015": (
        "caliendo_parro_2015",
        {
            "Agriculture": ("1-3",),
            "Mining": ("5-9",),
            "Food": ("10-12",),
            "Textiles": ("13-15",),
            "Wood": ("16",),
            "Paper": ("17-18",),
            "Petroleum": ("19",),
            "Chemicals": ("20-21",),
            "Plastics": ("22",),
            "Minerals": ("23",),
            "Basic metals": ("24",),
            "Metal products": ("25",),
            "Machinery n.e.c.": _CAPITAL,
            "Office": ("26",),
            "Electrical": ("27",),
            "Communication": ("26",),
            "Medical": ("26",),
            "Auto": ("29",),
            "Other transport": ("30",),
            "Other manufacturing": ("31-32",),
        },
    ),
    "giri-yi-yilmazkuday-2021": (
        "giri_yi_yilmazkuday_2021",
        {
            "Food products": ("10",),
            "Beverages and Tobacco": ("11-12",),
            "Textiles": ("13",),
            "Wearing apparel": ("14",),
            "Leather products": ("15",),
            "Footwear": ("15",),
            "Wood products": ("16",),
            "Furniture": ("31",),
            "Paper and printing": ("17-18",),
            "Other chemicals": ("20-21",),
            "Rubber products": ("22",),
            "Plastic products": ("22",),
            "Pottery": ("23",),
            "Glass products": ("23",),
            "Other non-metallic minerals": ("23",),
            "Iron and steel": ("24",),
            "Fabricated metal products": ("25",),
            "Machinery, electric": ("26-27",),
            "Transport equipment": ("29-30",),
        },
    ),
    "lashkaripour-lugovskyy-2023": (
        "lashkaripour_lugovskyy_2023",
        {
            "Agriculture and Mining": ("1-9",),
            "Food": ("10-12",),
            "Textiles, Leather, Footwear": ("13-15",),
            "Wood": ("16",),
            "Paper": ("17-18",),
            "Petroleum": ("19",),
            "Chemicals": ("20-21",),
            "Rubber and Plastic": ("22",),
            "Minerals": ("23",),
            "Basic and Fabricated Metals": ("24-25",),
            "Machinery": _CAPITAL,
            "Electrical and Optical Equipment": ("26-27",),
            "Transport Equipment": ("29-30",),
            "N.E.C. and Recycling": ("31-32",),
        },
    ),
    "lashkaripour-2021": (
        "lashkaripour_2021",
        {
            "Agriculture, forestry, fishing": ("1-3",),
            "Mining and quarrying": ("5-9",),
            "Food products, beverages, tobacco": ("10-12",),
            "Textiles, wearing apparel, leather": ("13-15",),
            "Wood, paper, printing": ("16-18",),
            "Coke and refined petroleum": ("19",),
            "Chemicals and pharmaceuticals": ("20-21",),
            "Rubber, plastics, non-metallic minerals": ("22-23",),
            "Basic metals": ("24",),
            "Fabricated metals": ("25",),
            "Computer, electronic, optical": ("26",),
            "Electrical equipment": ("27",),
            "Machinery and equipment n.e.c.": ("28",),
            "Transport equipment": ("29-30",),
            "Other manufacturing; repair": ("31-33",),
            "Services (aggregate)": ("35-99",),
        },
    ),
    "shapiro-2016": (
        "shapiro_2016",
        {
            "Agriculture, forestry": ("1-2",),
            "Mining": ("5-9",),
            "Food, beverages, tobacco": ("10-12",),
            "Textiles": ("13",),
            "Apparel, leather": ("14-15",),
            "Wood": ("16",),
            "Paper, printing": ("17-18",),
            "Petroleum, coal, minerals": ("19", "23"),
            "Chemicals, rubber, plastics": ("20-22",),
            "Metals": ("24-25",),
            "Machinery, electrical": ("26-28", "33"),
            "Transport equipment": ("29-30",),
            "Other": ("31-32",),
        },
    ),
}
