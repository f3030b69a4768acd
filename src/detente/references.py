"""What results rest on in print: works to cite, as text and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A work that is cited.

    Attributes
    ----------
    key
        Its name in BibTeX.
    authors
        ``"Family, G."`` each; an institution by its name.
    title
        Of the work.
    year
        Of publication; none for what is brought out anew.
    journal, volume, number, pages
        Where it stands, of an article.
    where
        Of anything else: publisher, version, address.
    kind
        Of entry in BibTeX; an article where it has a journal, else ``misc``.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    year: int | None = None
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    where: str = ""
    kind: str = ""

    @property
    def text(self) -> str:
        """The reference in one line."""
        *others, last = self.authors
        authors = f"{', '.join(others)} & {last}" if others else last
        head = f"{authors} ({self.year})." if self.year else f"{authors.rstrip('.')}."
        number = f"({self.number})" if self.number else ""
        place = ", ".join(filter(None, (f"{self.journal} {self.volume}{number}", self.pages)))
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return f"{head} {title} {place if self.journal else self.where}."

    @property
    def bibtex(self) -> str:
        """The reference as an entry of BibTeX."""
        authors = (name if ", " in name else f"{{{_tex(name)}}}" for name in self.authors)
        found = {
            "author": " and ".join(authors),
            "title": f"{{{_tex(self.title)}}}",
            "year": str(self.year or ""),
            "journal": _tex(self.journal),
            "volume": self.volume,
            "number": self.number,
            "pages": self.pages.replace("-", "--"),
            "note": _tex(self.where),
        }
        kind = self.kind or ("article" if self.journal else "misc")
        lines = "".join(f"  {key} = {{{value}}},\n" for key, value in found.items() if value)
        return f"@{kind}{{{self.key},\n{lines}}}"


def _tex(text: str) -> str:
    """Write out what means something else to TeX."""
    return re.sub(r"[&%#_$]", r"\\\g<0>", text)


# fmt: off
CALIENDO_PARRO = Reference(
    "caliendo2015", ("Caliendo, L.", "Parro, F."),
    "Estimates of the trade and welfare effects of NAFTA", 2015,
    "Review of Economic Studies", "82", "1", "1-44",
)
EXACT_CHANGES = Reference(
    "dekle2008", ("Dekle, R.", "Eaton, J.", "Kortum, S."),
    "Global rebalancing with gravity: measuring the burden of adjustment", 2008,
    "IMF Staff Papers", "55", "3", "511-540",
)
HORIZONS = Reference(
    "boehm2023", ("Boehm, C. E.", "Levchenko, A. A.", "Pandalai-Nayar, N."),
    "The long and short (run) of trade elasticities", 2023,
    "American Economic Review", "113", "4", "861-905",
)
WARS = Reference(
    "ossa2014", ("Ossa, R.",), "Trade wars and trade talks with data", 2014,
    "American Economic Review", "104", "12", "4104-4146",
)
STOCKS = Reference(
    "hallegatte2008", ("Hallegatte, S.",),
    "An adaptive regional input-output model and its application to the assessment of the economic "
    "cost of Katrina", 2008, "Risk Analysis", "28", "3", "779-799",
)
NO_DEAL = Reference(
    "binmore1986", ("Binmore, K.", "Rubinstein, A.", "Wolinsky, A."),
    "The Nash bargaining solution in economic modelling", 1986,
    "RAND Journal of Economics", "17", "2", "176-188",
)
SOLUTIONS = {
    "nash": Reference(
        "nash1950", ("Nash, J. F.",), "The bargaining problem", 1950,
        "Econometrica", "18", "2", "155-162",
    ),
    "kalai-smorodinsky": Reference(
        "kalai1975", ("Kalai, E.", "Smorodinsky, M."),
        "Other solutions to Nash's bargaining problem", 1975,
        "Econometrica", "43", "3", "513-518",
    ),
    "egalitarian": Reference(
        "kalai1977", ("Kalai, E.",),
        "Proportional solutions to bargaining situations: interpersonal utility comparisons", 1977,
        "Econometrica", "45", "7", "1623-1630",
    ),
}
"""Solutions of bargaining by name; the sum of gains has no source."""

DATA = {
    "World Input-Output Database": Reference(
        "timmer2015",
        ("Timmer, M. P.", "Dietzenbacher, E.", "Los, B.", "Stehrer, R.", "de Vries, G. J."),
        "An illustrated user guide to the World Input-Output Database: the case of global "
        "automotive production", 2015, "Review of International Economics", "23", "3", "575-605",
    ),
    "OECD Inter-Country Input-Output": Reference(
        "oecd-icio", ("OECD",), "Inter-Country Input-Output tables", where="https://oe.cd/icio",
    ),
    "US Census Bureau": Reference(
        "census-imports", ("US Census Bureau",), "US imports and calculated duties",
        where="US International Trade statistics",
    ),
    "Bown, Jung and Zhang": Reference(
        "bown2019", ("Bown, C. P.", "Jung, E.", "Zhang, E."),
        "China's tariff rates by line and its imports of 2017", 2019,
        where="Peterson Institute for International Economics",
    ),
    "UNCTAD TRAINS": Reference(
        "trains", ("UNCTAD", "WTO"), "Trade Analysis Information System and Integrated Data Base",
        where="Read through World Bank WITS",
    ),
    "Teti, F. A.": Reference(
        "teti-gtd", ("Teti, F. A.",), "Global Tariff Database", where="Data set",
    ),
}
"""Sources of data by the words that stand for them on the card of a baseline."""
# fmt: on
