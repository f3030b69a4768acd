"""Own tables that are well formed and mean something else than their author meant."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from table_folders import edit, name_of, only, put

from detente.axes import Country, Sector
from detente.baseline.clashes import country_clashes, sector_clashes
from detente.baseline.tables import check_folder, read_folder, write_folder, write_template
from detente.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_template(tmp_path / "economy")


def renamed(folder: Path, table: str, old: str, new: str) -> None:
    """Give a code another name in every table."""
    for file in folder.glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text(
            "\n".join(",".join(new if x == old else x for x in row.split(",")) for row in lines)
            + "\n",
            encoding="utf-8",
        )
    assert (folder / f"{table}.csv").is_file()


LABELS = {
    "goods": ("sectors", "MAN", "goods", "'goods' is the word for a group, which holds AGR too"),
    "all": ("sectors", "MAN", "all", "holds AGR, SER too"),
    "a group of others": ("sectors", "SER", "manufacturing", "which holds MAN too"),
    "world": ("countries", "ROW", "world", "the word for every economy"),
    "partner": ("countries", "ROW", "Partner", "the other side of a measure"),
    "case alone": ("countries", "STH", "nth", "the same code as 'NTH'"),
    "what a firm buys": ("sectors", "MAN", "ZTE.*", "the ending .* is for"),
}


@pytest.mark.parametrize("case", LABELS)
def test_codes_that_catch_something_else(folder, case):
    table, old, new, said = LABELS[case]
    renamed(folder, table, old, new)
    problems = [p for p in check_folder(folder) if said in p.message]
    assert len(problems) == 1
    assert name_of(problems[0]) == f"{table}.csv"
    assert problems[0].line in (2, 3, 4)


def test_a_word_for_the_sector_itself_is_no_clash(folder):
    renamed(folder, "sectors", "SER", "services")
    renamed(folder, "sectors", "AGR", "agriculture")
    assert check_folder(folder) == ()


COUNTRIES = {
    "member beside its union": ([("EU27", ""), ("DEU", "")], "DEU is a member of EU27"),
    "member of a list": ([("ASIA", "CHN;JPN"), ("JPN", "")], "JPN is a member of ASIA"),
    "two lists": ([("ONE", "CHN;JPN;KOR"), ("TWO", "KOR;TWN")], "KOR is a member of ONE"),
}


@pytest.mark.parametrize("case", COUNTRIES)
def test_trade_that_would_count_twice(case):
    given, said = COUNTRIES[case]
    labels = [Country(c, f"name of {c}", tuple(m.split(";")) if m else (c,)) for c, m in given]
    (clash,) = country_clashes(labels)
    assert said in clash.message


def test_names_that_stand_for_others():
    korea = [Country("KOR", "South Korea", ("KOR",)), Country("PRK", "Korea", ("PRK",))]
    assert ["another word for KOR" in c.message for c in country_clashes(korea)] == [True]
    same = [Sector("A", "Food", ()), Sector("B", "food", ()), Sector("C", "a", ())]
    assert [c.code for c in sector_clashes(same)] == ["B", "C"]
    assert not list(country_clashes([Country("EU27", "European Union", ("DEU",))]))


def test_tariffs_in_per_cent_below_three(folder):
    file = folder / "tariffs.csv"
    head, *rows = file.read_text().splitlines()
    scaled = [f"{r.rpartition(',')[0]},{19 * float(r.rpartition(',')[2]):.6g}" for r in rows]
    file.write_text("\n".join([head, *scaled]) + "\n")
    found = [p for p in check_folder(folder) if "mean tariff" in p.message]
    assert len(found) == 1
    assert "are these per cent?" in found[0].message
    assert "confirmed: [tariffs]" in found[0].message


def test_tariffs_divided_by_a_hundred_once_more(folder):
    file = folder / "tariffs.csv"
    head, *rows = file.read_text().splitlines()
    scaled = [f"{r.rpartition(',')[0]},{float(r.rpartition(',')[2]) / 100:.6g}" for r in rows]
    file.write_text("\n".join([head, *scaled]) + "\n")
    found = [p for p in check_folder(folder) if "the highest tariff is 0.15%" in p.message]
    assert len(found) == 1
    assert "It would be 15%" in found[0].message


def _spoilt(folder: Path, tmp_path: Path, **change: np.ndarray) -> Path:
    """Write the template's economy with other figures, as its author would: nothing confirmed."""
    economy = read_folder(folder).replace(**change)
    path = write_folder(economy, tmp_path / "spoilt")
    text = (path / "economy.yaml").read_text()
    (path / "economy.yaml").write_text(text.partition("confirmed:")[0])
    return path


def test_elasticities_given_as_their_inverse(folder, tmp_path):
    path = _spoilt(folder, tmp_path, trade_elasticity=np.array([0.125, 0.2, 0.33]))
    problem = only(path)
    assert "all trade elasticities are below 1: are they 1/θ? 0.125 would then be 8" in str(problem)
    text = (path / "economy.yaml").read_text()
    (path / "economy.yaml").write_text(f"{text}confirmed: [elasticities]\n")
    assert check_folder(path) == ()


def test_elasticities_in_per_cent(folder, tmp_path):
    path = _spoilt(folder, tmp_path, trade_elasticity=np.array([800.0, 500, 300]))
    assert "are they per cent?" in only(path).message


def test_nobody_sells_at_home(folder):
    for table in ("flows", "input_output"):
        edit(folder, table, lambda lines: [r for r in lines if not _at_home(r)])
    found = [p for p in check_folder(folder) if "nobody sells at home" in p.message]
    assert len(found) == 1
    assert name_of(found[0]) == "flows.csv"


def _at_home(row: str) -> bool:
    first, second, third, *_ = row.split(",")
    return second == third and first in ("AGR", "MAN", "SER")


def test_what_was_read_is_written_so_that_it_reads_again(folder, tmp_path):
    odd = read_folder(folder).replace(trade_elasticity=np.array([0.5, 0.5, 0.5]))
    path = write_folder(odd.replace(card=replace(odd.card, title="NO", licence="1e3")),
                        tmp_path / "odd")  # fmt: skip
    again = read_folder(path)
    assert (again.card.title, again.card.licence) == ("NO", "1e3")
    np.testing.assert_array_equal(again.trade_elasticity, [0.5, 0.5, 0.5])


ECONOMY = "name: a\ntitle: {title}\nyear: {year}\nsource: s\nlicence: l\n"


@pytest.mark.parametrize("title", ["NO", "on", "yes", "12:30", "1_000", "2020-01-01"])
def test_words_that_older_rules_misread(folder, title):
    (folder / "economy.yaml").write_text(ECONOMY.format(title=title, year=2020))
    assert read_folder(folder).card.title == title


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("02020", "can be read in two ways; write 2020 (got 02020)"),
        ("2_020", "a year such as 2014"),
        ("33:40", "a year such as 2014"),
        ("0x7E4", "a year such as 2014"),
    ],
)
def test_numbers_that_older_rules_misread(folder, year, said):
    (folder / "economy.yaml").write_text(ECONOMY.format(title="t", year=year))
    problem = only(folder)
    assert said in str(problem)
    assert problem.line == 3


def test_letters_with_their_accents_apart_are_the_same_letters(folder):
    renamed(folder, "countries", "NTH", "É")
    edit(folder, "flows", lambda lines: [r.replace("É", "E\u0301") for r in lines])
    assert check_folder(folder) == ()
    assert read_folder(folder).country_codes[0] == "É"


@pytest.mark.parametrize("code", ["N\u200bTH", "NTH\u00a0", "\ufeffNTH"])
def test_codes_with_characters_that_nobody_sees(folder, code):
    edit(folder, "countries", put(2, f"{code},Northland,NTH"))
    problem = next(p for p in check_folder(folder) if name_of(p) == "countries.csv")
    assert problem.line == 2
    assert "nobody sees" in str(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1\u00a0500", "write the digits without separators"),
        ("1'500", "write the digits without separators"),
        ("1\u200b500", "characters that nobody sees"),
    ],
)
def test_figures_with_characters_that_nobody_sees(folder, text, said):
    edit(folder, "flows", put(2, f"AGR,NTH,NTH,{text}"))
    assert said in only(folder).message


def test_an_economy_is_not_confirmed_by_any_word(folder):
    path = folder / "economy.yaml"
    path.write_text(f"{path.read_text()}confirmed: [everything]\n")
    assert "tariffs, home-sales, elasticities" in str(only(folder))
    with pytest.raises(InputError):
        read_folder(folder)


@pytest.mark.parametrize(
    ("key", "value"), [("name", "E 4"), ("unit", "million"), ("unit", "EUR million")]
)
def test_names_and_units_that_nothing_can_use_are_refused_when_checked(folder, key, value):
    path = folder / "economy.yaml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{key}:")]
    path.write_text("\n".join([*lines, f"{key}: {value}"]) + "\n")
    with pytest.raises(InputError, match=f"{key}: wrong value"):
        read_folder(folder)
