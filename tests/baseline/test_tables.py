"""A folder of plain tables: what is read back, and everything that is refused."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from detente.baseline import store, table_files, table_layout
from detente.baseline.tables import (
    check_folder,
    install,
    read_folder,
    summarise,
    write_folder,
    write_template,
)
from detente.errors import DataError, InputError, Problem
from economies import random_economy, random_policy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_template(tmp_path / "economy")


def edit(folder: Path, table: str, change: Callable[[list[str]], list[str] | None]) -> Path:
    """Change the lines of a table (without their ends); the file comes back."""
    file = folder / f"{table}.csv"
    lines = file.read_text().splitlines()
    result = change(lines)
    file.write_text("\n".join(result if result is not None else lines) + "\n")
    return file


def put(line: int, text: str) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        lines[line - 1] = text

    return change


def add(*text: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines, *text]


def only(folder: Path) -> Problem:
    """Return the problem of a folder that has exactly one."""
    problems = check_folder(folder)
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


def name_of(problem: Problem) -> str:
    return Path(str(problem.file)).name


# --- what is read ---------------------------------------------------------------------------------


def test_the_template_is_complete_and_closes_exactly(folder: Path):
    economy = read_folder(folder)
    assert check_folder(folder) == ()
    assert economy.country_codes == ("NTH", "STH", "ROW")
    assert economy.sector_codes == ("AGR", "MAN", "SER")
    assert economy.card.adjustments == ()
    assert economy.flows[1, 0, 2] == 310  # manufacturing, Northland buys from the rest of the world
    assert economy.tariff[0, 1, 0] == 0.15
    assert economy.input_share[0, 1, 0] == pytest.approx(40 / 218)
    assert economy.value_added_share[0, 0] == pytest.approx(1 - 110 / 218)
    assert economy.sectors[0].isic == ("01", "02", "03")
    assert not economy.goods[2]
    readme = (folder / "README.txt").read_text()
    assert all(f.name in readme for f in folder.iterdir() if f.name != "README.txt")


def test_the_template_in_parquet_is_the_same_economy(folder: Path, tmp_path: Path):
    other = write_template(tmp_path / "other", "parquet")
    assert read_folder(other).hash == read_folder(folder).hash
    assert {f.suffix for f in other.iterdir()} == {".parquet", ".yaml", ".txt"}


def test_summary(folder: Path):
    summary = summarise(read_folder(folder))
    assert summary.trade == 2480
    assert summary.deficits[0][:2] == ("NTH", -183)
    assert sum(d[1] for d in summary.deficits) == pytest.approx(0)
    assert summary.mean_tariff == pytest.approx(0.0443104838)
    assert summary.zero_flows == 0


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("zeros", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_round_trip(tmp_path: Path, seed: int, zeros: float, format: str):
    before = random_economy(seed, 5, 4, zeros=zeros, tariffs=seed != 3)
    after = read_folder(write_folder(before, tmp_path / "out", format))
    made = before.output > 0
    for name in ("flows", "tariff", "final_demand", "trade_elasticity"):
        assert np.array_equal(getattr(after, name), getattr(before, name)), name
    for name in ("value_added_share", "input_share"):
        old, new = getattr(before, name), getattr(after, name)
        where = np.broadcast_to(made if old.ndim == 2 else made[:, None, :], old.shape)
        np.testing.assert_allclose(new[where], old[where], rtol=1e-12, err_msg=name)
    assert after.card == before.card
    assert [c.code for c in after.countries] == [c.code for c in before.countries]
    assert after.sectors == before.sectors


def test_round_trip_solves_to_the_same(tmp_path: Path):
    from detente.solve.equilibrium import solve_equilibrium

    before = random_economy(7, 4, 3, zeros=0.3)
    assert (before.output == 0).any()
    assert (before.flows == 0).any()
    after = read_folder(write_folder(before, tmp_path / "out"))
    first, second = (solve_equilibrium(e, random_policy(e, 1)).outcome for e in (before, after))
    np.testing.assert_allclose(second.flows_cf, first.flows_cf, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(second.wage_hat, first.wage_hat, rtol=1e-10)


def test_card_and_adjustments_survive(tmp_path: Path, folder: Path):
    edit(folder, "final_demand", put(2, "NTH,AGR,109.40001"))
    once = read_folder(folder)
    twice = read_folder(write_folder(once, tmp_path / "again"))
    assert len(once.card.adjustments) == 1
    assert twice.card == once.card
    assert twice.hash == once.hash


def test_json_card_blank_lines_byte_order_mark_and_symlinks(folder: Path, tmp_path: Path):
    expected = read_folder(folder).hash
    (folder / "economy.yaml").unlink()
    card = {"name": "x", "title": "X", "year": 2020, "source": "s", "licence": "l", "notes": ["n"]}
    (folder / "economy.json").write_text(json.dumps(card))
    edit(folder, "flows", lambda lines: [*lines[:3], "", *lines[3:], ""])
    (folder / "tariffs.csv").write_bytes(b"\xef\xbb\xbf" + (folder / "tariffs.csv").read_bytes())
    (tmp_path / "link").symlink_to(folder)
    economy = read_folder(tmp_path / "link")
    assert economy.hash == expected
    assert economy.card.notes == ("n",)


def test_columns_and_rows_in_any_order(folder: Path):
    expected = read_folder(folder).hash

    def turn(lines: list[str]) -> list[str]:
        return [",".join(reversed(line.split(","))) for line in [lines[0], *lines[:0:-1]]]

    for table in ("flows", "tariffs", "input_output", "final_demand", "elasticities"):
        edit(folder, table, turn)
    assert read_folder(folder).hash == expected


def test_free_trade_needs_a_header_only(folder: Path):
    edit(folder, "tariffs", lambda lines: lines[:1])
    # without duties spending falls short of the use that still includes them
    problems = check_folder(folder)
    assert all(name_of(p) == "final_demand.csv" for p in problems)
    assert "accounts do not close" in problems[0].message


def test_a_larger_tariff_can_be_vouched_for(folder: Path, tmp_path: Path):
    economy = random_economy(1)
    tariff = economy.tariff.copy()
    tariff[0, 0, 1] = 5.13
    final = economy.final_demand.copy()
    final[0, 0] += (tariff - economy.tariff)[0, 0, 1] * economy.flows[0, 0, 1]
    high = economy.replace(tariff=tariff, final_demand=final)
    out = write_folder(high, tmp_path / "high")
    assert read_folder(out).tariff.max() == 5.13
    text = (out / "economy.yaml").read_text()
    (out / "economy.yaml").write_text(text.replace("largest_tariff: 5.13\n", ""))
    assert "513%" in only(out).message


# --- the documentation ----------------------------------------------------------------------------

DOCS = Path(__file__).resolve().parents[2] / "docs" / "own-data.md"


def test_the_example_in_the_documentation_is_the_template(folder: Path):
    blocks = re.findall(r"`([a-z_]+\.(?:csv|yaml))`\n```\w+\n(.*?)```", DOCS.read_text(), re.S)
    assert dict(blocks) == {
        f.name: f.read_text() for f in folder.iterdir() if f.name != "README.txt"
    }


def test_the_recipe_for_duties_in_the_documentation():
    (recipe,) = re.findall(r"```python\n(def with_duties.*?)```", DOCS.read_text(), re.S)
    names: dict = {"np": np}
    exec(recipe, names)
    c = random_economy(3, 5, 4, zeros=0.3)
    mean = c.expenditure / np.where(c.expenditure > 0, c.flows.sum(axis=2).T, 1)
    mean = np.where(mean > 0, mean, 1)
    purchases = c.input_share * c.output[:, None, :]
    bare = purchases / mean[:, :, None], c.final_demand / mean
    paid, final = names["with_duties"](c.flows, c.tariff, *bare)
    np.testing.assert_allclose(paid, purchases, rtol=1e-12)
    np.testing.assert_allclose(paid.sum(axis=2) + final, c.expenditure, rtol=1e-12)


# --- accounts -------------------------------------------------------------------------------------


def test_rounding_goes_to_final_demand_and_is_recorded(folder: Path):
    exact = read_folder(folder)
    edit(folder, "final_demand", put(2, "NTH,AGR,109.4001"))  # 4e-7 of spending of 249.4
    economy = read_folder(folder)
    np.testing.assert_allclose(economy.final_demand, exact.final_demand, rtol=1e-12)
    (record,) = economy.card.adjustments
    assert record.what == "final demand set to spending minus intermediate use"
    assert record.size == pytest.approx(1e-4 / economy.final_demand.sum(), rel=1e-6)
    assert record.unit == "share of all final demand"


def test_rounding_that_would_make_figures_negative_comes_off_purchases(tmp_path: Path):
    # purchases of S0 exceed both the output of the using sector and spending, by 2e-7 of it
    folder = write_template(tmp_path / "x")
    for table in ("flows", "input_output", "final_demand", "tariffs"):
        edit(folder, table, lambda lines: lines[:1])
    edit(folder, "flows", add(*(f"{s},{c},{c},100" for s in ("AGR", "MAN", "SER")
                                for c in ("NTH", "STH", "ROW"))))  # fmt: skip
    edit(folder, "input_output", add("NTH,AGR,MAN,100.00002"))
    demand = [f"{c},{s},100" for c in ("NTH", "STH", "ROW") for s in ("AGR", "MAN", "SER")]
    edit(folder, "final_demand", add(*demand[1:]))
    economy = read_folder(folder)
    assert economy.input_share[0, 0, 1] == 1
    assert economy.value_added_share[0, 1] == 0
    assert economy.final_demand[0, 0] == 0
    (record,) = economy.card.adjustments
    assert record.what.startswith("intermediate purchases brought down")
    assert record.size == pytest.approx(2e-7, rel=1e-4)


def test_accounts_that_do_not_close_are_refused_with_the_worst_first(folder: Path):
    edit(folder, "final_demand", put(2, "NTH,AGR,110.4"))
    edit(folder, "final_demand", put(5, "STH,AGR,150.64"))
    head, *cells = check_folder(folder)
    assert "2 of 9 country-sectors" in head.message
    assert "1e-06" in str(head.allowed)
    assert [c.value for c in cells] == [150.64, 110.4]
    assert "relative gap 0.035 at country STH, sector AGR" in cells[0].message
    assert cells[0].allowed == "final demand 162.64"
    assert all(name_of(c) == "final_demand.csv" for c in cells)


def test_many_gaps_are_counted(tmp_path: Path):
    folder = write_folder(random_economy(2, 6, 6), tmp_path / "x")

    def double(lines: list[str]) -> list[str]:
        rows = [line.rsplit(",", 1) for line in lines[1:]]
        return [lines[0], *(f"{key},{2 * float(value)}" for key, value in rows)]

    edit(folder, "final_demand", double)
    problems = check_folder(folder)
    assert len(problems) == 1 + table_layout.SHOWN + 1
    assert problems[-1].message == "… and 16 more: gaps, smaller ones"


@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        ("duties left out", "close without tariffs"),
        ("partners exchanged", "importer and exporter exchanged"),
        ("inputs exchanged", "input and using exchanged"),
    ],
)
def test_the_usual_mix_ups_are_named(tmp_path: Path, mistake: str, hint: str):
    economy = random_economy(4, 4, 3)
    folder = write_folder(economy, tmp_path / "x")
    if mistake == "duties left out":
        bare = economy.replace(
            tariff=np.zeros_like(economy.tariff),
            final_demand=economy.final_demand - (economy.tariff * economy.flows).sum(axis=2).T,
        )
        plain = write_folder(bare, tmp_path / "bare")
        (plain / "final_demand.csv").replace(folder / "final_demand.csv")
    elif mistake == "partners exchanged":
        edit(folder, "flows", put(1, "sector,exporter,importer,value"))
        edit(folder, "tariffs", put(1, "sector,exporter,importer,tariff"))
    else:
        edit(folder, "input_output", put(1, "country,using,input,value"))
    assert any(hint in p.message for p in check_folder(folder))


def test_negative_value_added(folder: Path):
    edit(folder, "input_output", put(3, "NTH,AGR,MAN,9000"))
    problems = check_folder(folder)
    first = problems[0]
    assert name_of(first) == "input_output.csv"
    assert "value added is negative, country NTH, using MAN" in first.message
    assert first.value == 10180
    assert "2220" in str(first.allowed)


def test_a_country_that_makes_nothing(folder: Path):
    edit(folder, "countries", add("ATL,Atlantis,"))
    problem = only(folder)
    assert (problem.message, problem.value) == ("country makes nothing", "ATL")


def test_a_country_without_value_added(folder: Path):
    edit(folder, "countries", add("ATL,Atlantis,"))
    edit(folder, "flows", add("AGR,ATL,ATL,10"))
    edit(folder, "input_output", add("ATL,AGR,AGR,10"))
    problem = only(folder)
    assert (problem.message, problem.value) == ("country has no value added", "ATL")


# --- one bad figure or code at a time -------------------------------------------------------------

CASES = [
    ("flows", 6, "AGR,STH,STT,320", "exporter", "unknown country here; did you mean 'STH'", "STT"),
    ("flows", 6, "AGRI,STH,STH,320", "sector", "unknown sector here; did you mean 'AGR'", "AGRI"),
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
    assert problems[-1].message == "… and 7 more: out of bounds (>= 0 and <= 1e+30)"


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
    (folder / "countries.csv").write_text("code,name\n" + "".join(f"C{i},x\n" for i in range(9000)))
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
        (GOOD.replace("A\n", "2020-01-01\n"), "wrong value", 2),
        (GOOD.replace("A\n", "' '\n"), "wrong value", 2),
        (GOOD + "largest_tariff: .nan\n", "wrong value", 6),
        (GOOD + "notes: x\n", "wrong value", 6),
        (GOOD + "adjustments: [{what: x}]\n", "wrong value", 6),
        (GOOD + "notes: [unclosed\n", "malformed YAML", None),
        (GOOD + "unit: !!python/object/apply:os.system ['true']\n", "malformed YAML", 6),
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


# --- writing --------------------------------------------------------------------------------------


def test_writing_leaves_what_is_there_alone(folder: Path, tmp_path: Path):
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    for write in (write_template, lambda p: write_folder(random_economy(1), p)):
        with pytest.raises(InputError, match="is there already"):
            write(folder)
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before
    with pytest.raises(InputError, match="unknown format"):
        write_template(tmp_path / "new", "xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["economy"]


def test_writing_into_an_empty_folder_and_below_new_ones(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "a" / "b"):
        assert check_folder(write_template(path)) == ()


def test_writing_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from detente.baseline import table_writing

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_writing, "_write_csv", full)
    with pytest.raises(InputError, match="No space left"):
        write_template(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


# --- installing -----------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of installed baselines; one small economy counts as shipped."""
    monkeypatch.setenv("DETENTE_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    store.save(random_economy(1), tmp_path / "shipped" / "world.npz")
    return tmp_path / "kept"


def test_install_and_load_by_name(folder: Path, kept: Path):
    path = install(folder)
    assert path.parent == kept
    there = store.load("my-economy")
    assert there.hash == read_folder(folder).hash
    assert there.card == read_folder(folder).card
    assert install(folder, "second.one").stem == "second.one"
    assert store.load("second.one").name == "second.one"
    assert store.load(folder).hash == there.hash


def test_install_again_only_when_asked(folder: Path, kept: Path):
    install(folder)
    edit(folder, "elasticities", put(2, "AGR,7"))
    with pytest.raises(InputError, match="installed already"):
        install(folder)
    assert store.load("my-economy").trade_elasticity[0] == 8
    install(folder, replace=True)
    assert store.load("my-economy").trade_elasticity[0] == 7


@pytest.mark.parametrize("name", ["world", "My-Economy", "../up", "a/b", "", ".hidden", "a b"])
@pytest.mark.parametrize("replace", [False, True])
def test_install_refuses_a_name_and_writes_nothing(
    folder: Path, kept: Path, name: str, replace: bool
):
    with pytest.raises(InputError):
        install(folder, name, replace=replace)
    assert not kept.exists()


def test_install_refuses_a_bad_folder_and_writes_nothing(folder: Path, kept: Path):
    edit(folder, "elasticities", put(2, "AGR,-7"))
    with pytest.raises(DataError, match="out of bounds"):
        install(folder)
    assert not kept.exists()
