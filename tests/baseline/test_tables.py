"""A folder of plain tables: reading, accounts, documentation, writing, installing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from table_folders import add, edit, name_of, only, put

from detente.baseline import store, table_layout
from detente.baseline.calibration import Calibration
from detente.baseline.tables import (
    check_folder,
    install,
    read_folder,
    summarise,
    write_folder,
    write_template,
)
from detente.errors import DataError, InputError
from economies import random_economy, random_policy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_template(tmp_path / "economy")


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


def assert_same(after: Calibration, before: Calibration) -> None:
    """Compare figures and labels; the shares of a sector that makes nothing are not kept."""
    for name in ("flows", "tariff", "final_demand", "trade_elasticity"):
        assert np.array_equal(getattr(after, name), getattr(before, name)), name
    made = before.output > 0
    for name in ("value_added_share", "input_share"):
        old, new = getattr(before, name), getattr(after, name)
        where = np.broadcast_to(made if old.ndim == 2 else made[:, None, :], old.shape)
        np.testing.assert_allclose(new[where], old[where], rtol=1e-12, err_msg=name)
    assert after.card == before.card
    assert after.country_codes == before.country_codes
    assert after.sectors == before.sectors


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("zeros", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_round_trip(tmp_path: Path, seed: int, zeros: float, format: str):
    before = random_economy(seed, 5, 4, zeros=zeros, tariffs=seed != 3)
    assert_same(read_folder(write_folder(before, tmp_path / "out", format)), before)


@pytest.mark.parametrize("name", ["wiod-2014", "icio-2017"])
def test_shipped_baselines_round_trip(tmp_path: Path, name: str):
    before = store.load(name)
    after = read_folder(write_folder(before, tmp_path / "out"))
    assert_same(after, before)
    assert after.countries == before.countries


def test_round_trip_solves_to_the_same(tmp_path: Path):
    from detente.solver.equilibrium import solve_equilibrium

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

    # of spending alone
    edit(folder, "input_output", lambda lines: [lines[0], "NTH,AGR,MAN,60.00002", "NTH,AGR,SER,40"])
    economy = read_folder(folder)
    assert (economy.input_share * economy.output[:, None, :])[0, 0].sum() == pytest.approx(
        100, rel=1e-15
    )
    assert economy.value_added_share[0, 1] == pytest.approx(0.4, abs=3e-7)
    assert [a.size for a in economy.card.adjustments] == pytest.approx([2e-7], rel=1e-4)


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
    *notes, files = there.card.notes
    assert replace(there.card, notes=tuple(notes)) == read_folder(folder).card
    assert files.startswith("Read from countries.csv (SHA-256 ")
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
