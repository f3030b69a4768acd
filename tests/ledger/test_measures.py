"""Measures of the ledger: who, on whom, when; and files of them that are refused."""

import subprocess
import sys
from collections import Counter
from datetime import date

import pandas as pd
import pytest

import detente as dt
from detente.errors import DataError, InputError
from detente.ledger.authorities import of_measure
from detente.ledger.measures import CHECKED, COLUMNS, SHIPPED, read, shipped
from detente.ledger.search import find

HEAD = "id,effective,end,by,on,authority,instrument,scope,verified,answers,except"


def ids(**asked):
    return [one.id for one in find(**asked)]


@pytest.fixture
def ledger_file(tmp_path):
    def write(*rows, head=HEAD):
        path = tmp_path / "mine.csv"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return path

    return write


def test_shipped_rows_keep_their_ids_and_say_how_well_they_are_checked():
    assert [one.id for one in shipped()] == [f"M{k:03}" for k in range(1, 192)]
    assert Counter(one.verified for one in shipped()) == {
        "text": 75, "news": 49, "memory": 43, "list": 24
    }  # fmt: skip
    said = dt.ledger()["checked"]
    assert (said == "from general knowledge, not checked").sum() == 43
    assert (said == "from the press or a law firm").sum() == 49
    assert CHECKED["text"] == "official text read"


def test_no_row_names_a_place_of_the_collection_that_it_comes_from():
    text = (SHIPPED / "measures.csv").read_text("utf-8")
    assert "shared" not in text
    assert "us_measure_lists:" not in text


def test_a_module_that_can_be_called():
    assert dt.ledger.__name__ == "detente.ledger"
    from detente.ledger import measures  # noqa: F401  binds the name in the package again

    found = dt.ledger(by="USA", on="CHN", at="2018-09-24", authority="s301")
    assert list(found.index) == ["M018", "M023", "M025"]
    assert found["rate_pct"].tolist() == ["25", "25", "10"]
    assert found.loc["M025", "end"] == pd.Timestamp("2019-05-09")
    assert pd.isna(found.loc["M018", "end"])
    assert found.loc["M018", "by"] == "USA"


def test_searching_needs_no_kernel():
    code = "import sys, detente; detente.ledger(at='2025-08-07'); print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_the_last_day_is_one_in_force():
    # the 125 per cent on China held from 10 April to 13 May 2025
    for day, there in (("2025-04-09", False), ("2025-04-10", True), ("2025-05-13", True),
                       ("2025-05-14", False)):  # fmt: skip
        assert ("M108" in ids(at=day)) is there


def test_threats_are_never_in_force():
    # List 4B, the EU's list of 93 billion, the tariff on buyers of Venezuelan oil
    for name in ("M039", "M126", "M097"):
        [one] = [m for m in shipped() if m.id == name]
        assert one.instrument == "threat"
        assert not one.in_force(date(2025, 8, 7))
    assert "M097" in ids(by="USA", authority="ieepa")


def test_everyone_but_those_left_out():
    reciprocal = {"authority": "reciprocal", "at": "2025-06-01"}
    assert ids(on="JPN", **reciprocal) == ["M100"]
    assert ids(on="CAN", **reciprocal) == []
    assert ids(on="ALL", **reciprocal) == ["M100"]
    assert ids(on="USMCA", **reciprocal) == []
    # nobody is on himself
    assert "M100" not in ids(on="USA", at="2025-06-01", by="USA")


def test_the_union_and_its_members():
    assert "M131" in ids(on="Germany", at="2025-09-01", authority="deal")
    assert "M131" in ids(by="European Union", at="2025-09-01")
    assert "M051" in ids(on="EU27")  # on France
    assert "M051" not in ids(on="DEU")
    # steel: the Union was left out until June 2018
    assert "M003" not in ids(on="EU27", at="2018-04-01")
    assert "M003" in ids(on="China", at="2018-04-01")


def test_words_for_authorities():
    assert ids(at="2025-08-07", by="USA", authority="ieepa") == [
        "M087", "M091", "M111", "M128", "M129", "M133"
    ]  # fmt: skip
    assert of_measure("IEEPA fentanyl", "tariff") == "fentanyl"
    assert of_measure("retaliation to IEEPA fentanyl", "tariff") == "retaliation"
    assert of_measure("Section 301 (WTO DS316, Airbus)", "tariff") == "s301"
    assert of_measure("Entity List", "export_control") == "export_control"
    assert of_measure("Geneva truce", "tariff") == "other"
    same = [ids(authority=word) for word in ("s232", "232", "Section 232", "section-232")]
    assert len(same[0]) == 34
    assert all(one == same[0] for one in same)


def test_rows_that_contradict_themselves_are_corrected_and_say_so():
    by_id = {one.id: one for one in shipped()}
    assert by_id["M003"].end == date(2025, 3, 11)
    assert by_id["M106"].effective is None
    noted = [one.id for one in shipped() if one.note]
    assert noted == ["M003", "M004", "M045", "M106", "M135"]
    # steel and aluminium stand once on any day of 2025
    assert ids(at="2025-03-12", authority="s232", on="CHN") == ["M093", "M094"]


def test_what_is_answered():
    by_id = {one.id: one for one in shipped()}
    assert by_id["M017"].answers == "M018"  # 545 lines, to List 1
    assert by_id["M092"].answers == "M087"  # farm goods, to fentanyl 20
    assert sum(bool(one.answers) for one in shipped()) == 30


def test_what_is_unknown_is_refused_at_once():
    with pytest.raises(InputError) as refused:
        dt.ledger(by="Atlantis", on="Chna", at="2025-02-30", authority="iepa")
    assert [p.key for p in refused.value.problems] == ["by", "on", "at", "authority"]
    assert "did you mean 'China'" in str(refused.value)
    assert "did you mean 'ieepa'" in str(refused.value)
    for day in ("2017-12-31", "2027-01-01", "7 August 2025", 20250807):
        with pytest.raises(InputError):
            dt.ledger(at=day)
    with pytest.raises(InputError, match="did you mean 'DEU' \\(Germany\\)"):
        dt.ledger(on="DE")


def test_a_ledger_of_ones_own(ledger_file):
    path = ledger_file(
        "A1,2024-01-01,,EU27,ROW,Section 9,tariff,steel,text,,USA",
        "",
        "A2,2024-02-01,2024-02-29,USA,EU27;GBR,answer,tariff,cheese,news,A1,",
    )
    one, two = read(path)
    assert (one.by, one.on, one.leaves_out, one.end) == (("EU27",), ("ROW",), ("USA",), None)
    assert (two.on, two.answers, two.rate_pct) == (("EU27", "GBR"), "A1", "")
    found = dt.ledger(on="CHN", file=path)
    assert list(found.index) == ["A1"]
    assert dt.ledger(on="USA", file=path).empty
    assert list(dt.ledger(at="2024-02-29", on="Spain", file=path).index) == ["A2"]


def test_all_faults_of_a_file_are_said_with_their_lines(ledger_file):
    path = ledger_file(
        "A1,2024-13-01,,EU27,CHN,x,tariff,steel,text,,",
        "A1,2024-02-01,2024-01-01,USA,Chna,x,tarif,cheese,sure,B9,",
        ",2024-02-01,,,CHN,x,tariff,cheese,text,,ALL",
        "A4,2024-02-01,USA",
        "A5,,2024-02-01,USA,CHN,x,threat,cheese,memory,,",
    )
    with pytest.raises(DataError) as refused:
        read(path)
    found = [(p.line, p.key) for p in refused.value.problems]
    assert found == [
        (2, "effective"), (3, "end"), (3, "on"), (3, "instrument"), (3, "verified"), (3, "id"),
        (3, "answers"), (4, "by"), (4, "except"), (4, "id"), (5, None), (6, "end"),
    ]  # fmt: skip
    assert "stands in line 2 too" in str(refused.value)
    assert "did you mean 'tariff'" in str(refused.value)


def test_files_that_are_no_ledger(ledger_file, tmp_path):
    with pytest.raises(DataError) as refused:
        read(ledger_file("1,2", head="id,rate"))
    keys = {p.key for p in refused.value.problems}
    assert keys == {"effective", "end", "by", "on", "authority", "instrument", "scope", "verified",
                    "rate"}  # fmt: skip
    assert "did you mean 'rate_pct'" in str(refused.value)
    with pytest.raises(DataError, match="no measure in it"):
        read(ledger_file())
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "none.csv")
    with pytest.raises(DataError, match="no CSV"):
        read(ledger_file('A1,2024-01-01,,USA,CHN,"x,tariff'))
    latin = tmp_path / "latin.csv"
    latin.write_bytes("id,é".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read(latin)


def test_the_shipped_file_has_all_columns():
    head = (SHIPPED / "measures.csv").read_text("utf-8").splitlines()[0]
    assert head == ",".join(COLUMNS)


DAY = "2025-08-07"


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"by": 1}, "by"), ({"on": 5.5}, "on"), ({"by": ["USA", 3]}, "by"), ({"by": []}, "by"),
        ({"authority": 301}, "authority"), ({"authority": ["ieepa", "iepa"]}, "authority"),
        ({"file": 3}, "file"), ({"by": "ROW"}, "by"), ({"by": "ALL"}, "by"),
        ({"by": ["USA", "Atlantis"]}, "by"),
    ],
)  # fmt: skip
def test_what_is_no_word_is_refused_by_its_key(asked, key):
    with pytest.raises(InputError) as refusal:
        dt.ledger(**asked)
    assert [problem.key for problem in refusal.value.problems] == [key]


def test_lists_of_words_are_those_of_any_of_them():
    both = ids(by=["USA", "CHN"], at="2018-09-24")
    each = {*ids(by="USA", at="2018-09-24"), *ids(by="CHN", at="2018-09-24")}
    assert both == [one.id for one in shipped() if one.id in each]
    assert ids(by="USA", on="CHN", at=DAY, authority=["fentanyl", "reciprocal", "ieepa_other"]) == (
        ids(by="USA", on="CHN", at=DAY, authority="ieepa")
    )
    assert len(both) > len(ids(by="CHN", at="2018-09-24")) > 0
