"""Published layouts, each read to the same numbers; rules with their sizes."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import detente as dt
from baseline import published_tables as tables
from baseline.published_tables import FINAL, FLOWS, OUTPUT, PURCHASES, World
from detente.baseline.importing.labels import isic_of, sector
from detente.errors import DataError

WRITERS = {
    "icio of 2023": ("icio", tables.icio),
    "icio of 2021": ("icio", lambda folder: tables.icio(folder, edition=2021)),
    "icio with parts of China": ("icio", tables.icio_split),
    "figaro as a matrix": ("figaro", tables.figaro),
    "figaro flat": ("figaro", tables.figaro_flat),
    "wiod from R": ("wiod", tables.wiod),
    "wiod from Excel": ("wiod", tables.wiod_excel),
}


def read(layout, file, **options):
    return dt.import_data(layout, file, elasticities=4, **options)


def steps(world):
    return {a.what: a.size for a in world.card.adjustments}


def size(world, words):
    """Size of the one step with these words in it."""
    (found,) = [value for what, value in steps(world).items() if words in what]
    return found


@pytest.mark.parametrize("name", WRITERS)
def test_every_layout_is_read_to_the_figures_it_was_written_from(tmp_path, name):
    layout, write = WRITERS[name]
    world = read(layout, write(tmp_path))
    np.testing.assert_array_equal(world.flows, FLOWS)
    np.testing.assert_allclose(world.output, OUTPUT, rtol=1e-15)
    np.testing.assert_allclose(world.input_share * OUTPUT[:, None, :], PURCHASES, rtol=1e-14)
    np.testing.assert_allclose(world.final_demand, FINAL, rtol=1e-14)
    assert not world.tariff.any()
    assert [s.kind for s in world.sectors] == ["goods", "services"]
    assert [s.isic for s in world.sectors] == [("20",), ("41", "42", "43")]
    china = "China" in name
    assert world.country_codes == ("AUT", "CHN" if china else "DEU", "ROW")
    assert world.countries[0].name == "Austria"
    assert world.card.year == 2018
    assert world.card.unit == ("million EUR" if layout == "figaro" else "million USD")
    assert world.card.notes[0].startswith("No tariffs")


def test_the_card_has_file_digest_and_every_step(tmp_path):
    file = tables.icio(tmp_path)
    world = read("icio", file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"Read from ICIO2023_2018.csv (SHA-256 {digest})." in world.card.source
    assert str(tmp_path) not in repr(world.card)
    # 21 of taxes on inputs and 7 on final demand, 17 of stocks and 3 abroad; GDP is 1711
    taxes = "taxes less subsidies on products (TLS)"
    assert steps(world) == {
        "changes in stocks (INVNT) counted as final demand": pytest.approx(17 / 1711, rel=1e-5),
        "residents' purchases abroad (DPABR) counted as final demand":
            pytest.approx(3 / 1711, rel=1e-5),
        f"{taxes} that industries pay counted as value added": pytest.approx(21 / 1711, rel=1e-5),
        f"{taxes} on final demand left out": pytest.approx(7 / 1711, rel=1e-5),
    }  # fmt: skip
    # half of 1690 are margins in the miniature of WIOD
    other = tmp_path / "wiod"
    other.mkdir()
    found = read("wiod", tables.wiod(other))
    assert size(found, "international transport margins (IntTTM)") == pytest.approx(
        845 / 1711, rel=1e-5
    )
    assert size(found, "changes in stocks (INVEN)") == pytest.approx(17 / 1711, rel=1e-5)
    # parts of China: all that it makes, 481 of 2586
    assert size(read("icio", tables.icio_split(tmp_path)), "CN1, CN2") == pytest.approx(
        481 / 2586, rel=1e-5
    )


def test_a_negative_sale_between_two_economies_is_set_to_zero(tmp_path):
    w = World()
    w.stocks[4, 0] = -20  # the rest's chemicals in Austria: 17 sold, 20 taken back
    world = read("icio", tables.icio(tmp_path, w))
    assert world.flows[0, 0].tolist() == [28, 27, 0]
    # the rest of the rest's sales stay: 34 to Germany, 655 at home
    assert world.output[2, 0] == pytest.approx(689)
    # what Austria's industries buy stays, 44, so that 55 less 44 are left for final demand
    np.testing.assert_allclose(world.final_demand[0], [11, 55], rtol=1e-13)
    assert size(world, "set to zero (1 cells)") == pytest.approx(3 / 2568, rel=1e-5)


def test_run_downs_beyond_final_purchases_are_balanced_by_gras(tmp_path):
    w = World()
    w.consumption[0, 0], w.stocks[0, 0] = 0, 0  # Austria buys no chemicals of its own to consume
    w.stocks[2, 0] = -25  # and runs stocks of Germany's down by 25 of 27
    world = read("icio", tables.icio(tmp_path, w))
    assert world.flows[0, 0].tolist() == [16, 2, 18]
    assert world.final_demand.min() >= 0
    assert world.final_demand[0, 0] == 0
    bought = (world.input_share * world.output[:, None, :])[0]
    # spending on each, total final demand and what each industry buys stay
    np.testing.assert_allclose(bought.sum(axis=1) + world.final_demand[0], [36, 87], rtol=1e-9)
    np.testing.assert_allclose(bought.sum(axis=0), [36, 40], rtol=1e-9)
    assert size(world, "negative final demand set to zero (1 cells)") > 0


def test_an_industry_of_zeros_stays_one(tmp_path):
    w = World()
    for table in (w.uses, w.consumption, w.stocks, w.abroad):
        table[1] = 0
    w.uses[:, 1] = 0
    w.taxes[1] = 0
    world = read("icio", tables.icio(tmp_path, w))
    assert world.output[0, 1] == 0
    # one of six
    assert size(world, "industries that make nothing stay so: AUT F") == pytest.approx(1 / 6, 1e-5)
    assert dt.solve(world, dt.Tariff("DEU", on="AUT", sectors="C20", add=0.1)).welfare is not None


def test_purchases_beyond_output_come_down_to_it(tmp_path):
    w = World()
    w.uses[5, 0] = 61  # Austria's chemists buy 96 for 62 of sales
    world = read("icio", tables.icio(tmp_path, w))
    assert world.value_added_share[0, 0] == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(world.input_share[0, :, 0], [29 / 96, 67 / 96], rtol=1e-12)
    # 34 of 931 more are bought than before: 871 + 60
    step = "purchases brought down to output in 1 industries: AUT C20"
    assert size(world, step) == pytest.approx(34 / 935, rel=1e-5)


def test_own_tariffs_are_paid_by_every_buyer_in_the_same_proportion(tmp_path):
    rates = tables.write(tmp_path / "rates.csv", [
        ["sector", "importer", "exporter", "tariff"],
        ["C20", "DEU", "AUT", 0.1], ["C20", "ROW", "DEU", 0.05],
    ])  # fmt: skip
    world = read("icio", tables.icio(tmp_path), tariffs=rates)
    assert world.tariff[0].tolist() == [[0, 0, 0], [0.1, 0, 0], [0, 0.05, 0]]
    # Germany pays 1.6 on 188 of chemicals
    mean = 1 + 1.6 / 188
    np.testing.assert_allclose(
        world.input_share[1] * OUTPUT[1], [[63 * mean, 26 * mean], [14, 68]], rtol=1e-13
    )
    np.testing.assert_allclose(world.final_demand[1], [99 * mean, 157], rtol=1e-13)
    np.testing.assert_array_equal(world.flows, FLOWS)
    assert "rates.csv (SHA-256 " in world.card.source
    # trade is 27 + 18 + 16 + 34 + 18 + 67 of chemicals, 8 + 5 + 5 + 14 + 8 + 21 of services
    note = f"{100 * (16 + 67) / 241:.3g}% of trade has a rate"
    assert any(note in text for text in world.card.notes)
    assert not any(text.startswith("No tariffs") for text in world.card.notes)
    # 1.6 and 3.35 on all sales
    assert size(world, "duties of the given rates") == pytest.approx(4.95 / 2586, rel=1e-5)


def test_rounded_totals_need_balance(tmp_path):
    file = tables.icio(tmp_path)
    text = file.read_text()
    file.write_text(text.replace("ROW_F,1.0,2.0,3.0", "ROW_F,1.4,2.0,3.0"))
    with pytest.raises(DataError, match=r"--balance makes value added and final demand") as refused:
        read("icio", file)
    # 0.4 of output is missing in the row and in the column: 0.8 of 2586
    assert "0.00031 of output" in str(refused.value)
    cells = str(refused.value).split("most in ")[1].split(";")[0]
    assert sorted(cells.split(", ")) == ["AUT C20 (0.4)", "ROW F (0.4)"]
    world = read("icio", file, balance=True)
    assert size(world, "totals left aside") == pytest.approx(0.8 / 2586.4, rel=1e-3)
    assert world.output[2, 1] == pytest.approx(1249.4)
    # the buyer's value added and final demand are what is left
    assert world.value_added_share[0, 0] == pytest.approx(1 - 36.4 / 62)
    np.testing.assert_allclose(world.final_demand[0], [29, 55], rtol=1e-13)
    file.write_text(text.replace("ROW_F,1.0,2.0,3.0", "ROW_F,500.0,2.0,3.0"))
    with pytest.raises(DataError, match="that is no rounding"):
        read("icio", file, balance=True)


def test_discrepancies_without_a_buyer_are_left_out_of_output(tmp_path):
    file = tables.icio(tmp_path)
    rows = [line.split(",") for line in tables.lines(file)]
    rows[0].insert(-1, "DISC")
    for k, row in enumerate(rows[1:]):
        row.insert(-1, "9" if k == 0 else "0")
    rows[1][-1] = "71.0"  # Austria's chemicals: 62 sold, 9 to nobody
    rows[-2][1], rows[-1][1] = "34.0", "71.0"
    world = read("icio", tables.write(file, rows))
    np.testing.assert_array_equal(world.flows, FLOWS)
    assert size(world, "discrepancies that belong") == pytest.approx(9 / 2586, rel=1e-5)
    np.testing.assert_allclose(world.value_added_share[0, 0], 26 / 62)


def test_older_names_of_final_uses_are_known(tmp_path):
    file = tables.icio(tmp_path)
    file.write_text(file.read_text().replace("DPABR", "DIRPA").replace("NPISH", "NONRES"))
    world = read("icio", file)
    np.testing.assert_allclose(world.final_demand, FINAL, rtol=1e-14)
    assert size(world, "residents' purchases abroad (DIRPA)") == pytest.approx(3 / 1711, rel=1e-5)


def test_names_years_units_and_sectors_of_the_users(tmp_path):
    file = tables.icio(tmp_path)
    own = tables.write(tmp_path / "mine.csv", [
        ["code", "name", "kind", "isic"], ["F", "Houses", "services", "41"],
    ])  # fmt: skip
    world = read("icio", file, name="mine", year=2019, unit="billion EUR", sectors=own)
    assert (world.name, world.card.year, world.card.unit) == ("mine", 2019, "billion EUR")
    assert world.sectors[1].name == "Houses"
    assert world.sectors[0].name == "Chemical products"


def test_gtap_tables_bring_duties_and_margins(tmp_path):
    world = read("gtap-tables", tables.gtap(tmp_path))
    assert world.country_codes == ("USA", "xrw")
    assert world.card.name == "my-gtap-2017"
    np.testing.assert_allclose(world.flows[0], [[155, 60], [40, 1080]])
    # 5 of margins of the United States' imports and 6 of the rest's, 3 in 11 carried by the former
    np.testing.assert_allclose(
        world.flows[1],
        [[300 + 15 / 11, 5 + 40 / 11], [8 + 18 / 11, 1560 + 48 / 11]],
    )
    np.testing.assert_allclose(world.tariff[0], [[0, 3 / 60], [4.2 / 40, 6 / 1080]])
    bought = (world.input_share * world.output[:, None, :])[0]
    # 5 of 68 of what chemicals from abroad cost are margins, bought as transport
    np.testing.assert_allclose(
        bought, [[50 + 30 * 63 / 68, 20 + 8 * 63 / 68], [31 + 30 * 5 / 68, 42 + 8 * 5 / 68]]
    )
    # 85 of home make and 30 of imports, less their margins
    assert world.final_demand[0, 0] == pytest.approx(85 + 30 * 63 / 68)
    assert size(world, "transport margins") == pytest.approx(11 / 213, rel=1e-5)
    assert "VST.csv (SHA-256 " in world.card.source


def test_codes_of_every_release_are_known():
    spans = {
        "A01_02": ("01", "02"), "B05_06": ("05", "06"), "C10T12": ("10", "11", "12"),
        "01T02": ("01", "02"), "03": ("03",), "97T98": ("97", "98"), "C24A": ("24",),
        "C301": ("30",), "C302T309": ("30",), "J58T60": ("58", "59", "60"), "C31_C32": ("31", "32"),
        "C10-C12": ("10", "11", "12"), "M69_70": ("69", "70"), "Q87_88": ("87", "88"),
        "R_S": ("90", "91", "92", "93", "94", "95", "96"), "B": ("05", "06", "07", "08", "09"),
        "T": ("97", "98"), "mvh": ("29",), "omf": ("31", "32", "33"), "Steel": (), "XYZ": (),
    }  # fmt: skip
    assert {code: isic_of(code) for code in spans} == spans
    names = {code: found.name for code in ("C24A", "i_s", "D", "L") if (found := sector(code))}
    assert names == {"C24A": "Iron and steel", "i_s": "Iron and steel", "D": "Electricity and gas",
                     "L": "Real estate services"}  # fmt: skip
