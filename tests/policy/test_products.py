"""Products by HS code: codes as people write them, and list files of one's own."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.policy.product_tables import Row, read_table
from detente.policy.products import goods, is_products


def listed(folder, text, name="list.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return goods(str(folder / name))


def test_codes_of_every_length_and_words():
    found = goods(["87", "8703", "720810", "8708.29", "steel"])
    assert [row.code for row in found.rows][:4] == ["87", "8703", "720810", "870829"]
    assert "7304" in {row.code for row in found.rows}
    on = found.on([870323, 870829, 870899, 720810, 100199])
    assert on.weight.tolist() == [1, 1, 1, 1, 0]
    assert on.digits.tolist() == [4, 6, 2, 6, 0]
    assert [is_products(name) for name in ("8703", "steel", "C24")] == [True, True, False]


def test_a_national_code_falls_to_its_six_digits_and_that_is_said():
    found = goods("8703.23.01.10")
    assert found.rows == (Row("870323"),)
    assert "all of HS 870323 counts" in found.notes[0]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("203", "a zero in front is missing; write '0203'"),
        ("990380", "chapter 99"),
        ("8799", "no such code in the HS of 2022, 2017 or 2007, though there is 87"),
        ("stee", "did you mean 'steel'"),
        ("870323011099", "not an HS code"),
    ],
)
def test_what_is_no_product_is_refused_with_what_to_write(code, message):
    with pytest.raises(InputError, match=message):
        goods(code)


def test_codes_of_another_edition_stand_for_their_successors():
    # parts of aircraft moved from 8803 to 8807 in the HS of 2022
    found = goods("880330")
    assert [row.code for row in found.rows] == ["880730"]
    assert "880330 is of the HS of 2017; in HS 2022 it is 880730" in found.notes[0]


def test_the_list_of_a_person_who_uses_a_spreadsheet(tmp_path):
    found = listed(
        tmp_path,
        "hs;rate;value_usd\n0203110000;15%;12,5\n203.12;0,15;\n720810;25%;\n"
        "9903.80.01;25%;7\n7208.25.30;25%;\n720810;25%;\n",
    )
    assert found.rows == (
        Row("020311", 1.0, 0.15, None, 12.5),
        Row("020312", 1.0, 0.15),
        Row("720810", 1.0, 0.25),
        Row("720825", 1.0, 0.25),
    )
    assert [(lost.where, lost.value_usd) for lost in found.lost] == [("list.csv:5", 7.0)]
    said = "\n".join(found.notes)
    for text in (
        "list.csv:2: 0203110000 is of one country's tariff",
        "list.csv:3: 203.12 is read as 020312: a zero in front was lost",
        "list.csv:5: 9903.80.01 is left out",
        "list.csv:7: 720810 is on line 4 too, and counts once",
    ):
        assert text in said
    assert (found.rated, found.sets) == (True, False)


def test_everything_wrong_with_a_list_is_said_at_once_with_its_line(tmp_path):
    text = "code,set,share\n720810,25,\nsteel plate,0.1,\n8703,0.1,1.5\n870899,,\n8703,0.2,0.5\n"
    with pytest.raises(InputError) as refused:
        listed(tmp_path, text)
    said = str(refused.value)
    for message in (
        "list.csv:2: set: a rate of 2500%? Write 25% for 25%",
        "list.csv:3: code: not an HS code",
        "list.csv:4: share: not a share",
        "list.csv:5: set: not a rate",
        "list.csv:6: code: is on line 4 too, with other figures",
    ):
        assert message in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("goods,rate\n8703,0.1\n", "must name the column code"),
        ("code,rate,set\n8703,0.1,0.2\n", "either rates that are added"),
        ("code,rate\n", "a list without rows"),
        ("", "an empty file"),
        ("code,rate,from\n8703,0.1,2025-08-01\n", "give start and end"),
    ],
)
def test_lists_that_say_nothing(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        listed(tmp_path, text)


def test_lines_of_one_code_are_put_together(tmp_path):
    found = listed(tmp_path, "code,rate,share\n87032310,0.1,0.2\n87032390,0.3,0.4\n")
    (row,) = found.rows
    # 0.2 of the code at 10% and 0.4 at 30%: 0.6 of it at 23.33%
    assert row.code == "870323"
    assert row.share == pytest.approx(0.6)
    assert row.add == pytest.approx((0.2 * 0.1 + 0.4 * 0.3) / 0.6)


def test_a_longer_code_holds_inside_a_shorter_one(tmp_path):
    found = listed(tmp_path, "code,set\n72,0.5\n720810,0.1\n")
    on = found.on([720810, 720825])
    np.testing.assert_allclose(on.set, [0.1, 0.5])
    assert found.sets


def test_tables_may_have_semicolons_and_a_mark_of_the_byte_order(tmp_path):
    (tmp_path / "t.csv").write_bytes("﻿sector;CHN\nC24;0,5\n".encode())
    assert read_table(tmp_path / "t.csv") == (["sector", "CHN"], [(2, ["C24", "0,5"])])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,rate\n8703,0,25\n", "list.csv:2: more cells than the header; write 0.25"),
        ("code,rate\n8703,1\n", "list.csv:2: add: a rate of 100%.* Write 1% for 1%, or 100%"),
        ('code,value_usd\n8703,"1,234"\n', "1234 or 1.234 million USD. Write 1234, or 1.2340"),
        ("code;value_usd\n8703;1.500\n", "1500 or 1.5 million USD. Write 1500, or 1.5000"),
        ("code,value_usd\n87032310,5\n87032390,\n", "list.csv:3: .*some of them state no value"),
        ("code,share\n87032310,0.7\n87032390,0.6\n", "their shares sum to 1.3: at most 1"),
        ("code,share\n87032310,0.7\n87032390,\n", "their shares sum to 1.7: at most 1"),
        ("code,rate\n870323,0.1\n87032310,0.2\n", "give share for the narrow one"),
        ("code,rate\n87032310,0.1\n8703231001,0.2\n", "give share for the narrow one"),
        ("code,value_usd\n870323,9\n87032310,5\n", "in place of value_usd"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        listed(tmp_path, text)


def test_what_can_be_read_in_one_way_is_read(tmp_path):
    found = listed(
        tmp_path,
        'code,rate,value_usd\n870323,100%,0.125\n720810,"0,25",1234.567\n720825,0.1,"1,5",,\n',
    )
    rows = [(row.add, row.value_usd) for row in found.rows]
    assert rows == [(1.0, 0.125), (0.25, 1234.567), (0.1, 1.5)]


def test_a_wide_row_is_on_what_the_shares_of_narrow_ones_leave(tmp_path):
    (row,) = listed(tmp_path, "code,rate,share\n870323,0.1,\n87032310,0.3,0.25\n").rows
    # a quarter of the code at 30%, the rest at 10%
    assert (row.share, row.add) == (1.0, pytest.approx(0.15))


def test_means_in_equal_parts_are_said(tmp_path):
    found = listed(tmp_path, "code,rate\n87032310,0.1\n87032390,0.3\n")
    assert found.rows == (Row("870323", 1.0, 0.2),)
    assert "list.csv: HS 870323 takes 20%, the mean of lines 2, 3 in equal parts" in found.notes[-1]
    valued = listed(tmp_path, "code,rate,value_usd\n87032310,0.1,3\n87032390,0.3,1\n", "b.csv")
    assert valued.rows[0].add == pytest.approx(0.15)
    assert not any("mean" in note for note in valued.notes)
