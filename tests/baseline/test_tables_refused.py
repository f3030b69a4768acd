"""Every bad folder of plain tables is refused, each with its own message, all at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from table_folders import add, edit, name_of, only, put

from detente.baseline import table_files, table_layout
from detente.baseline.tables import (
    check_folder,
    read_folder,
    write_template,
)
from detente.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_template(tmp_path / "economy")


# --- one bad figure or code at a time -------------------------------------------------------------

CASES = [
    ("flows", 6, "AGR,STH,STT,320", "exporter", "unknown country; did you mean 'STH'", "STT"),
    ("flows", 6, "AGRI,STH,STH,320", "sector", "unknown sector; did you mean 'AGR'", "AGRI"),
    ("flows", 6, "AGR, STH,STH,320", "importer", "did you mean 'STH'", " STH"),
    ("flows", 6, "AGR,,STH,320", "importer", "blank", None),
    ("flows", 6, "AGR,STH,STH,-320", "value", "out of bounds", -320.0),
    ("flows", 6, "AGR,STH,STH,nan", "value", "not a finite number", None),
    ("flows", 6, "AGR,STH,STH,inf", "value", "not a finite number", float("inf")),
    ("flows", 6, "AGR,STH,STH,1e400", "value", "not a finite number", float("inf")),
    ("flows", 6, "AGR,STH,STH,1e40", "value", "out of bounds", 1e40),
    ("flows", 6, "AGR,STH,STH,", "value", "blank", None),
    ("flows", 6, "AGR,STH,STH,n/a", "value", "leave the row out", "n/a"),
    ("flows", 6, 'AGR,STH,STH,"3,20"', "value", "decimal point", "3,20"),
    ("flows", 6, "AGR,STH,STH,3_20", "value", "without separators", "3_20"),
    ("flows", 6, "AGR,STH,STH", None, "wrong number of fields", "3 fields"),
    ("flows", 6, "AGR,STH,STH,3,20", None, "wrong number of fields", "5 fields"),
    ("flows", 6, 'AGR,STH,"STH"x,320', None, "malformed CSV", None),
    ("tariffs", 4, "AGR,STH,NTH,-1", "tariff", "out of bounds", -1.0),
    ("tariffs", 4, "AGR,STH,NTH,25", "tariff", "25 means 2500%; did you mean 0.25?", 25.0),
    ("tariffs", 4, "AGR,STH,NTH,25%", "tariff", "write a fraction, 0.25", "25%"),
    ("tariffs", 4, "AGR,NTH,ROW,0.1", "sector, importer, exporter", "first on line 3", None),
    ("input_output", 4, "NTH,AGR,SRE,30", "using", "did you mean 'SER'", "SRE"),
    ("input_output", 4, "NTH,AGR,SER,-30", "value", "out of bounds", -30.0),
    ("input_output", 4, "NTH,AGR,MAN,30", "country, input, using", "first on line 3", None),
    ("final_demand", 3, "NTH,MAN,-1", "value", "out of bounds", -1.0),
    ("final_demand", 3, "NTH,AGR,5", "country, sector", "first on line 2", "NTH, AGR"),
    ("elasticities", 3, "MAN,0", "trade_elasticity", "out of bounds", 0.0),
    ("elasticities", 3, "MAN,-5", "trade_elasticity", "out of bounds", -5.0),
    ("countries", 4, "ROW,,", "name", "blank", None),
    ("countries", 4, "ROW,Rest,AUT;;BEL", "members", "wrong members", "AUT;;BEL"),
    ("sectors", 4, "SER,Services,service,", "kind", "did you mean 'services'", "service"),
    ("sectors", 4, "SER,Services,services,1;45", "isic", "wrong isic", "1;45"),
]


@pytest.mark.parametrize(("table", "line", "text", "key", "message", "value"), CASES)
def test_one_bad_row(folder, table, line, text, key, message, value):
    edit(folder, table, put(line, text))
    problem = only(folder)
    assert name_of(problem) == f"{table}.csv"
    assert (problem.line, problem.key) == (line, key)
    assert message in problem.message
    if value is not None:
        assert problem.value == value
    assert problem.allowed or "first on" in problem.message or "malformed" in problem.message


def test_rows_keep_their_lines_from_chunk_to_chunk(folder: Path, monkeypatch: pytest.MonkeyPatch):
    expected = read_folder(folder).hash
    monkeypatch.setattr(table_files, "_CHUNK", 4)
    assert read_folder(folder).hash == expected
    edit(folder, "flows", put(8, "AGR,ROW,NTH,n/a"))
    edit(folder, "flows", put(20, "SER,NTH,NTH,4 200"))
    edit(folder, "flows", put(21, "SER,NTH,SHT,30"))
    problems = check_folder(folder)
    assert [(p.line, p.value) for p in problems] == [(21, "SHT"), (8, "n/a"), (20, "4 200")]


def test_duplicate_labels_are_listed_where_they_are(folder: Path):
    edit(folder, "countries", add("STH,South again,", "A B;C,Spaces,"))
    problems = check_folder(folder)
    assert [(p.line, p.key, p.value) for p in problems] == [
        (6, "code", "A B;C"),
        (5, "code", "STH"),
    ]


def test_sector_without_elasticity(folder: Path):
    edit(folder, "elasticities", lambda lines: lines[:-1])
    problem = only(folder)
    assert (problem.message, problem.value) == ("sector has no trade elasticity", "SER")


def test_an_unknown_code_in_many_rows_is_one_problem(folder: Path):
    edit(folder, "flows", lambda lines: [x.replace("ROW", "RWO") for x in lines])
    problems = check_folder(folder)
    assert [(p.key, p.line) for p in problems] == [("importer", 8), ("exporter", 4)]
    assert "in 9 rows, first here; did you mean 'ROW'" in problems[0].message


def test_the_rest_of_a_long_list_is_counted(folder: Path):
    def negate(lines: list[str]) -> list[str]:
        return [lines[0], *(",-".join(line.rsplit(",", 1)) for line in lines[1:])]

    edit(folder, "flows", negate)
    problems = check_folder(folder)
    assert len(problems) == table_layout.SHOWN + 1
    assert problems[-1].message == "… and 7 more: out of bounds"


# --- headers, files, folders ----------------------------------------------------------------------


def test_header_misspelt(folder: Path):
    edit(folder, "flows", put(1, "sector,importer,exporters,value"))
    missing, unknown = check_folder(folder)
    assert (missing.key, missing.line) == ("exporter", 1)
    assert "'exporters'" in missing.message
    assert unknown.value == "exporters"
    assert "did you mean 'exporter'" in unknown.message


def test_header_with_an_unknown_column_still_has_its_rows_checked(folder: Path):
    rows = ["AGR,8,a", "MAN,-5,b", "SER,3,c"]
    edit(folder, "elasticities", lambda _: ["sector,trade_elasticity,note", *rows])
    problems = check_folder(folder)
    assert [(p.line, p.value) for p in problems] == [(1, "note"), (3, -5.0)]


def test_header_with_a_column_twice(folder: Path):
    edit(folder, "elasticities", lambda _: ["sector,sector,trade_elasticity", "AGR,AGR,8"])
    assert any("twice" in p.message for p in check_folder(folder))


def test_semicolons_between_columns(folder: Path):
    edit(folder, "flows", lambda lines: [x.replace(",", ";") for x in lines])
    assert "separated by commas" in check_folder(folder)[0].message


@pytest.mark.parametrize("table", ["flows", "final_demand", "countries"])
def test_no_rows(folder: Path, table: str):
    edit(folder, table, lambda lines: lines[:1])
    assert any("no rows" in p.message for p in check_folder(folder))


@pytest.mark.parametrize("table", ["tariffs", "flows"])
def test_no_header(folder: Path, table: str):
    (folder / f"{table}.csv").write_text("")
    assert "empty" in only(folder).message


def test_missing_file(folder: Path):
    (folder / "tariffs.csv").rename(folder / "tarifs.csv")
    problem = only(folder)
    assert "missing file tariffs.csv; did you mean 'tarifs.csv'" in problem.message
    assert problem.allowed == "tariffs.csv or tariffs.parquet"


def test_two_files_for_a_table(folder: Path):
    parquet.write_table(pa.table({"sector": ["AGR"]}), folder / "tariffs.parquet")
    assert "two files" in only(folder).message


def test_folder_in_place_of_a_file(folder: Path):
    (folder / "tariffs.csv").unlink()
    (folder / "tariffs.csv").mkdir()
    assert "not a file" in only(folder).message


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_pipe_is_not_opened(folder: Path):
    (folder / "tariffs.csv").unlink()
    os.mkfifo(folder / "tariffs.csv")
    assert "not a file" in only(folder).message


def test_no_folder(tmp_path: Path):
    assert "no such folder" in only(tmp_path / "nowhere").message
    (tmp_path / "file").write_text("x")
    assert "not a folder" in only(tmp_path / "file").message


def test_empty_folder_lists_every_missing_file(tmp_path: Path):
    assert len(check_folder(tmp_path)) == 8


def test_text_that_is_not_utf8(folder: Path):
    edit(folder, "countries", put(3, "STH,South,"))
    file = folder / "countries.csv"
    file.write_bytes(file.read_bytes().replace(b"South", "Süd".encode("latin-1")))
    problem = only(folder)
    assert (problem.line, problem.value) == (3, b"\xfc")


def test_an_unclosed_quote(folder: Path):
    edit(folder, "flows", put(6, 'AGR,STH,"STH,320'))
    assert name_of(only(folder)) == "flows.csv"


def test_files_too_big(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    packed = write_template(tmp_path / "packed", "parquet")
    monkeypatch.setattr(table_files, "MAX_ROWS", 20)
    problems = check_folder(folder)
    assert {name_of(p) for p in problems} == {"flows.csv", "input_output.csv"}
    assert all("too big" in p.message for p in problems)
    problems = check_folder(packed)
    assert {name_of(p) for p in problems} == {"flows.parquet", "input_output.parquet"}
    monkeypatch.setattr(table_files, "MAX_BYTES", 10)
    assert len(check_folder(folder)) == 7


def test_a_world_too_big_is_refused_before_it_is_laid_out(folder: Path):
    rows = "".join(f"C{i},x{i}\n" for i in range(9000))
    (folder / "countries.csv").write_text(f"code,name\n{rows}")
    assert "world too big" in only(folder).message


# --- economy.yaml ---------------------------------------------------------------------------------

GOOD = "name: a\ntitle: A\nyear: 2020\nsource: s\nlicence: l\n"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "not a list of keys", None),
        ("- a\n", "not a list of keys", None),
        (GOOD.replace("year: 2020\n", ""), "missing key", None),
        (GOOD + "licens: x\n", "unknown key; did you mean 'licence'", 6),
        (GOOD + "title: B\n", "twice", 6),
        (GOOD.replace("2020", "twenty"), "wrong value", 3),
        (GOOD.replace("2020", "true"), "wrong value", 3),
        (GOOD.replace("A\n", "2020\n"), "wrong value", 2),
        (GOOD.replace("A\n", "' '\n"), "wrong value", 2),
        (GOOD + "largest_tariff: .nan\n", "wrong value", 6),
        (GOOD + "notes: x\n", "wrong value", 6),
        (GOOD + "adjustments: [{what: x}]\n", "wrong value", 6),
        (GOOD + "notes: [unclosed\n", "malformed YAML", None),
        (GOOD + "unit: !!python/object/apply:os.system ['true']\n", "tags", 6),
        (GOOD + "notes: &x [a]\nunit: *x\n", "aliases", 7),
        (GOOD + "notes: " + "[" * 2000 + "]" * 2000, "nested too deep", 6),
        (GOOD + "#" * 70_000, "too big", None),
        (GOOD + "unit: \x00\n", "malformed YAML", None),
    ],
)
def test_bad_economy_file(folder: Path, text: str, message: str, line: int | None):
    (folder / "economy.yaml").write_text(text)
    problem = only(folder)
    assert message in problem.message
    assert name_of(problem) == "economy.yaml"
    assert line is None or problem.line == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "malformed JSON"),
        ("[]", "not a list of keys"),
        ("[" * 50_000, "malformed JSON"),
        ('{"name": "a", "name": "a", "title": "A", "year": 1, "source": "s", "licence": "l"}',
         "twice"),
    ],
)  # fmt: skip
def test_bad_economy_json(folder: Path, text: str, message: str):
    (folder / "economy.yaml").unlink()
    (folder / "economy.json").write_text(text)
    assert message in only(folder).message


# --- Parquet --------------------------------------------------------------------------------------


def as_parquet(folder: Path, table: str, columns: dict) -> None:
    (folder / f"{table}.csv").unlink()
    parquet.write_table(pa.table(columns), folder / f"{table}.parquet")


def test_parquet_rows_and_types(folder: Path):
    sectors = ["AGR", "MAN", "SER"]
    as_parquet(folder, "elasticities", {"sector": sectors, "trade_elasticity": [8.0, None, -1.0]})
    blank, negative = check_folder(folder)
    assert (blank.line, blank.message) == (2, "blank")
    assert (negative.line, negative.value) == (3, -1.0)


def test_parquet_whole_numbers_and_categories(folder: Path):
    expected = read_folder(folder).hash
    sectors = pa.array(["AGR", "MAN", "SER"]).dictionary_encode()
    as_parquet(folder, "elasticities", {"sector": sectors, "trade_elasticity": [8, 5, 3]})
    assert read_folder(folder).hash == expected


def test_parquet_column_of_the_wrong_type(folder: Path):
    columns = {"sector": [1.5, 2.5, 3.5], "trade_elasticity": [True, False, True]}
    as_parquet(folder, "elasticities", columns)
    problems = check_folder(folder)
    assert [(p.key, p.value) for p in problems] == [
        ("sector", "double"),
        ("trade_elasticity", "bool"),
    ]


def test_parquet_text_that_is_not_utf8(folder: Path):
    sectors = pa.array([b"AGR", b"MAN", b"S\xff\xfe"]).view(pa.string())
    as_parquet(folder, "elasticities", {"sector": sectors, "trade_elasticity": [8, 5, 3]})
    assert "not UTF-8" in only(folder).message


def test_parquet_that_is_none(folder: Path):
    (folder / "tariffs.csv").rename(folder / "tariffs.parquet")
    assert "malformed Parquet" in only(folder).message


# --- everything at once ---------------------------------------------------------------------------


def test_every_problem_of_a_folder_is_listed(folder: Path):
    (folder / "economy.yaml").write_text(GOOD + "colour: red\n")
    edit(folder, "countries", add("STH,South again,"))
    edit(folder, "sectors", put(4, "SER,Services,srvices,"))
    edit(folder, "flows", put(2, "AGR,NTH,NTH,-180"))
    edit(folder, "flows", put(3, "AGR,NTH,STHH,40"))
    edit(folder, "flows", put(4, "AGR,NTH,ROW"))
    edit(folder, "tariffs", put(2, "AGR,NTH,STH,25"))
    edit(folder, "tariffs", put(3, "AGR,NTH,ROW,-2"))
    edit(folder, "input_output", add("NTH,AGR,AGR,20", "NTH,AGR,SRE,20"))
    (folder / "final_demand.csv").unlink()
    edit(folder, "elasticities", put(3, "MAN,0"))
    edit(folder, "elasticities", lambda lines: lines[:-1])
    with pytest.raises(DataError) as caught:
        read_folder(folder)
    found = sorted(((name_of(p), p.line, p.key) for p in caught.value.problems), key=str)
    assert found == sorted(
        [
            ("economy.yaml", 6, "colour"),
            ("economy", None, None),  # the missing file, said of the folder
            ("countries.csv", 5, "code"),
            ("sectors.csv", 4, "kind"),
            ("flows.csv", 2, "value"),
            ("flows.csv", 3, "exporter"),
            ("flows.csv", 4, None),
            ("tariffs.csv", 2, "tariff"),
            ("tariffs.csv", 3, "tariff"),
            ("input_output.csv", 29, "country, input, using"),
            ("input_output.csv", 30, "using"),
            ("elasticities.csv", 3, "trade_elasticity"),
            ("elasticities.csv", None, "sector"),
        ],
        key=str,
    )
    assert len(str(caught.value).splitlines()) == len(found)
