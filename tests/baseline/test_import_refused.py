"""Files that are no published table, or not the one that was named: refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from baseline import published_tables as tables
from detente.errors import InputError


def problems(layout, files, **options):
    with pytest.raises(InputError) as refused:
        dt.import_data(layout, files, **({"elasticities": 4} | options))
    return refused.value.problems


def only(layout, files, **options):
    found = problems(layout, files, **options)
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def change(file: Path, line: int, old: str, new: str, count: int = 1) -> Path:
    text = tables.lines(file)
    assert old in text[line - 1]
    text[line - 1] = text[line - 1].replace(old, new, count)
    file.write_text("\n".join(text) + "\n")
    return file


def drop(file: Path, line: int) -> Path:
    text = tables.lines(file)
    del text[line - 1]
    file.write_text("\n".join(text) + "\n")
    return file


LAYOUTS = {
    "icio": tables.icio, "wiod": tables.wiod, "wiod of Excel": tables.wiod_excel,
    "figaro": tables.figaro, "flat figaro": tables.figaro_flat,
}  # fmt: skip


@pytest.mark.parametrize("wanted", ["icio", "wiod", "figaro", "gtap-tables"])
@pytest.mark.parametrize("written", LAYOUTS)
def test_a_file_of_another_layout_is_told_which_it_looks_like(tmp_path, wanted, written):
    looks = written.removesuffix(" of Excel").removeprefix("flat ")
    if looks == wanted:
        return
    file = LAYOUTS[written](tmp_path)
    problem = only(wanted, file)
    assert problem.message == (
        f"not the layout {wanted}; it looks like {looks}: detente data import {looks} {file.name}"
    )
    assert (problem.file, problem.line) == (file, 1)
    assert problem.allowed


def test_tables_of_an_own_economy_and_of_gtap_are_known_too(tmp_path):
    own = tables.write(tmp_path / "2018.csv", [["sector", "importer", "exporter", "value"]])
    assert "detente data add FOLDER" in only("icio", own).message
    folder = tables.gtap(tmp_path)
    assert "it looks like gtap-tables" in only("icio", folder / "VFOB.csv", year=2018).message
    semicolons = tmp_path / "2019.csv"
    semicolons.write_text("V1;AUT_C20;AUT_HFCE;OUT\n")
    assert "separated by commas" in only("icio", semicolons).message


def test_missing_rows_and_columns_are_named(tmp_path):
    file = drop(tables.icio(tmp_path), 4)  # DEU_C20
    problem = only("icio", file)
    assert (problem.message, problem.key) == ("missing row", "DEU_C20")
    problem = only("icio", drop(file, 5))
    assert (problem.message, problem.key) == ("2 rows are missing", "DEU_C20, ROW_C20")
    file = drop(tables.icio(tmp_path), 8)
    assert only("icio", file).key == "TLS or TAXSUB"
    file = drop(tables.figaro(tmp_path), 12)
    assert only("figaro", file).key == "D29X39"
    file = drop(tables.wiod(tmp_path), 9)
    assert only("wiod", file).key == "TXSP"
    file = change(tables.icio(tmp_path), 1, "DEU_GFCF", "DEU_GFCX")
    assert "missing column" in {p.message for p in problems("icio", file)}
    file = drop(tables.figaro_flat(tmp_path), 30)  # the eighth pair of the second seller
    problem = only("figaro", file)
    assert "1 of 252 rows are missing" in problem.message
    assert problem.value == "AUT_F, AUT_P3_S13"


def test_words_among_figures_are_shown_with_line_and_column(tmp_path):
    file = change(tables.icio(tmp_path), 3, ",20.0,", ",n.a.,")
    problem = only("icio", file)
    assert (problem.line, problem.key, problem.value) == (3, "AUT_F", "n.a.")
    file = change(tables.icio(tmp_path), 3, ",20.0,", ",,")
    assert only("icio", file).message == "blank"
    file = change(tables.wiod(tmp_path), 4, ",40.0,", ",1_000,")
    assert only("wiod", file).key == "DEU_11"
    file = change(tables.figaro_flat(tmp_path), 5, "2.0", "inf")
    problem = only("figaro", file)
    assert (problem.line, problem.key, problem.value) == (5, "obsValue", "inf")
    file = change(tables.icio(tmp_path), 3, ",20.0,", ",20.0,1.0,")
    assert only("icio", file).message == "wrong number of fields"


def test_what_is_there_twice_is_refused(tmp_path):
    file = tables.icio(tmp_path)
    text = tables.lines(file)
    file.write_text("\n".join([*text, text[2]]) + "\n")
    problem = only("icio", file)
    assert problem.message == "the same row again; first on line 3"
    assert (problem.line, problem.key) == (11, "AUT_F")
    file = change(tables.icio(tmp_path), 1, "DEU_F", "DEU_C20")
    assert ("column is there twice", "DEU_C20") in {
        (p.message, p.key) for p in problems("icio", file)
    }
    file = tables.figaro_flat(tmp_path)
    text = tables.lines(file)
    file.write_text("\n".join([*text, text[5]]) + "\n")
    problem = only("figaro", file)
    assert problem.message == "the same row again; first on line 6"
    assert problem.line == len(text) + 1


def test_rows_of_nobody_are_refused_with_the_nearest(tmp_path):
    file = change(tables.icio(tmp_path), 4, "DEU_C20", "DEU_C2O")
    found = problems("icio", file)
    assert [p.message for p in found] == [
        "row of no industry; did you mean 'DEU_C20' or 'DEU_F' or 'AUT_C20'?", "missing row",
    ]  # fmt: skip
    assert found[0].line == 4


def test_sectors_that_nobody_knows_ask_for_a_file(tmp_path):
    file = tables.icio(tmp_path)
    file.write_text(file.read_text().replace("_C20", "_STEEL"))
    problem = only("icio", file)
    assert (problem.key, problem.value) == ("sector", "STEEL")
    assert "--sectors" in problem.message
    own = tables.write(tmp_path / "own.csv", [
        ["code", "name", "kind", "isic"], ["STEEL", "Steel", "goods", "24"],
        ["X", "Y", "goods", ""],
    ])  # fmt: skip
    assert only("icio", file, sectors=own).value == "X"


def test_own_tariffs_are_checked_as_those_of_a_folder(tmp_path):
    file = tables.icio(tmp_path)
    head = ["sector", "importer", "exporter", "tariff"]
    rates = tables.write(tmp_path / "r.csv", [head, ["C20", "DEU", "AUTT", 0.1]])
    problem = only("icio", file, tariffs=rates)
    assert (problem.line, problem.key, problem.value) == (2, "exporter", "AUTT")
    rates = tables.write(tmp_path / "r.csv", [head, ["C20", "DEU", "AUT", 10]])
    assert "did you mean 0.1" in only("icio", file, tariffs=rates).message
    assert only("icio", file, tariffs=tmp_path / "none.csv").message == "no such file"
    assert only("gtap-tables", tables.gtap(tmp_path), tariffs=rates).key == "tariffs"


def test_arguments_that_cannot_be(tmp_path):
    file = tables.icio(tmp_path)
    assert "did you mean 'icio'" in only("icoi", file).message
    assert only("icio", [file, file]).key == "files"
    assert only("icio", None).key == "files"
    assert only("icio", file, tariffs=3).key == "tariffs"
    assert only(["icio"], file).key == "layout"
    with pytest.raises(InputError, match="an economy is expected"):
        dt.install(str(file))
    nameless = file.rename(tmp_path / "table.csv")
    assert only("icio", nameless).key == "year"
    assert only("icio", nameless, year=2018, name="Mine").key == "name"
    assert only("icio", nameless, year=2018, unit="dollars").key == "unit"
    assert only("icio", tmp_path / "2018.csv").message == "no such file"
    workbook = tmp_path / "WIOT2014_Nov16_ROW.xlsb"
    workbook.write_bytes(b"PK")
    assert "save its sheet as CSV" in only("wiod", workbook).message
    binary = tmp_path / "2014.csv"
    binary.write_bytes(b"V1,\xff\xfe\n")
    assert only("icio", binary).message == "not UTF-8 text"


def test_an_economy_without_sales_or_final_demand_is_refused(tmp_path):
    w = tables.World()
    w.consumption[:, 0] = 0
    w.stocks[:, 0] = [-1, -2, -3, -1, -1, 0]  # stocks of all goods run down, nothing consumed
    problem = only("icio", tables.icio(tmp_path, w))
    assert problem.message.endswith("nothing is left for final demand")
    assert problem.value == "AUT"
    w = tables.World()
    w.uses[:2], w.uses[:, :2] = 0, 0
    w.consumption[:2], w.abroad[:2], w.stocks[:2], w.taxes[:2] = 0, 0, 0, 0
    problem = only("icio", tables.icio(tmp_path, w))
    assert (problem.message, problem.value) == ("economy makes nothing", "AUT")


def test_gtap_headers_are_held_to(tmp_path):
    folder = tables.gtap(tmp_path)
    assert problems("gtap-tables", folder / "VFOB.csv", year=2017)[0].message.startswith(
        "no file for VDFB, VMFB"
    )
    older = folder / "VIMS.csv"
    older.write_text("TRAD_COMM,REG,REG,Value\n")
    files = [p for p in sorted(folder.iterdir()) if p != folder / "VMSB.csv"]
    assert "the older name of VMSB" in only("gtap-tables", files, year=2017).message
    older.unlink()
    change(folder / "VFOB.csv", 1, "COMM,REG,REG", "COMM,REG")
    problem = only("gtap-tables", folder)
    assert (problem.line, problem.allowed) == (1, "COMM,REG,REG,Value")
    change(folder / "VFOB.csv", 1, "COMM,REG", "COMM,REG,REG")
    change(folder / "VFOB.csv", 2, "usa", "usb")
    problem = only("gtap-tables", folder)
    assert (problem.key, problem.value) == ("REG", "usb")
    change(folder / "VFOB.csv", 2, "usb", "usa")
    change(folder / "VMPB.csv", 2, "25", "-25")
    assert only("gtap-tables", folder).message == "negative; no header that is read can be"
    change(folder / "VMPB.csv", 2, "-25", "35")
    # imports of 68 are not purchases of 78: 10 of 3208
    problem = only("gtap-tables", folder)
    assert "by 0.0031 of output in all; most in usa chm (10)" in problem.message
    assert "--balance" in problem.message
