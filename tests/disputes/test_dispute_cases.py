"""Disputes: what a file may hold, where a dispute stood, what is shipped."""

import csv
from datetime import date

import numpy as np
import pytest

import build_disputes
from detente.baseline.names import COUNTRY_NAMES, EU27, ISO3
from detente.baseline.store import load
from detente.disputes.cases import (
    COLUMNS,
    INSTRUMENTS,
    NEEDED,
    ROUTES,
    SHIPPED,
    apart,
    everything,
    known_to,
    ledger,
    read,
    shipped,
    unknown_words,
)
from detente.errors import DataError

GOOD = {
    "id": "a", "title": "A", "sender": "USA", "target": "CHN", "threat_date": "2020-01-01",
    "deadline": "2020-02-01", "instrument": "tariff", "route": "s301", "rate_pct": "25",
    "value_usd_bn": "50", "sender_imports_usd_bn": "500", "sender_exports_usd_bn": "100",
    "sender_gdp_usd_bn": "20000", "target_gdp_usd_bn": "12000", "episode": "e",
    "events": "2020-02-01:I;2020-02-01:R;2020-03-01:P;2020-04-01:N;2020-06-01:S",
    "set": "", "known_to": "",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def of(*changed, columns=tuple(GOOD)):
        path = tmp_path / "mine.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, columns, extrasaction="ignore")
            rows.writeheader()
            rows.writerows([GOOD | one for one in changed])
        return path

    return of


def test_a_dispute_stands_where_its_last_event_put_it(write):
    (case,) = read(write({}))
    seen = [case.state(days, date(2021, 1, 1)) for days in (30, 31, 59, 60, 90, 91, 151, 152)]
    assert seen == ["O", "R", "R", "W", "W", "O", "O", "S"]
    assert case.state(366, date(2021, 1, 1)) == "S"
    assert case.state(367, date(2021, 1, 1)) is None
    assert (case.rate, case.deadline) == (0.25, date(2020, 2, 1))


def test_outcomes_are_those_that_were_coded(shared_data):
    with (shared_data / "disputes" / "cases_dev.csv").open(encoding="utf-8") as file:
        coded = {row["id"]: row for row in csv.DictReader(file)}
    assert len(shipped()) == len(coded) == 58
    for case in shipped():
        for days in (30, 90, 365):
            assert (case.state(days, known_to()) or "NA") == coded[case.id][f"outcome_{days}"]


def test_what_is_shipped_is_what_the_tool_makes(shared_data, tmp_path):
    build_disputes.build(shared_data / "disputes" / "cases_dev.csv", tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (SHIPPED / path.name).read_bytes()


def test_threats_of_the_ledger_stand_beside_the_record_and_were_announced_first():
    assert everything() == (*shipped(), *ledger())
    assert (len(ledger()), len({one.episode for one in ledger()})) == (61, 21)
    for case in ledger():
        assert "ledger M" in case.words["coded_from"], case.id
        assert not case.events or case.events[0][0] > case.start, case.id


def test_no_threat_of_the_ledger_is_one_of_the_record():
    """The same sides within thirty days have another instrument, rate or value."""
    told = [
        ((one.sender[:2], one.target[:2]), one.start, (one.rate, one.value)) for one in everything()
    ]
    for at, (sides, start, size) in enumerate(told):
        for others, day, other in told[:at]:
            assert sides != others or abs((day - start).days) > 30 or size != other


def test_sizes_of_a_threat_of_the_ledger_are_those_of_the_baseline_before():
    c = load("icio-2022", economies="all")
    us, mexico = (c.country_codes.index(code) for code in ("USA", "MEX"))
    case = next(one for one in ledger() if one.id == "us-mx-fentanyl-2024")
    bought = sum(c.flows[at, us, mexico] for at in np.flatnonzero(c.goods)) / 1e3
    assert case.sender_imports == case.value == pytest.approx(bought, rel=1e-3)
    assert case.target_gdp == pytest.approx(c.income[mexico] / 1e3, rel=1e-3)
    assert case.words["notes"].endswith("trade and GDP of icio-2022")
    european = [at for at, code in enumerate(c.country_codes) if code in EU27]
    case = next(one for one in ledger() if one.id == "us-eu-metals-2025")
    assert len(european) == 27
    assert case.target_gdp == pytest.approx(c.income[european].sum() / 1e3, rel=1e-3)


@pytest.mark.parametrize(
    ("sender", "target", "day", "kept"),
    [
        ("USA", "EU27", "2020-01-01", False),  # another group of the Union
        ("EU15", "USA", "2020-01-01", False),  # the other way round
        ("FRA", "USA", "2020-01-01", False),  # a member of it
        ({"USA"}, {"DEU", "ITA"}, "2020-01-01", False),
        ("GBR", "USA", "2020-01-01", False),  # a member then
        ("USA", "EU28", "2020-12-31", False),  # 365 days later
        ("USA", "EU28", "2021-01-01", True),
        ("USA", "EU28", "2019-01-01", False),
        ("USA", "EU28", "2018-12-31", True),
        ("USA", "CHN", "2020-01-10", True),
        ("EU28", "CHN", "2020-01-01", True),
    ],
)
def test_what_may_be_the_same_dispute_is_left_out_with_its_episode(
    write, sender, target, day, kept
):
    record = read(write(
        {"sender": "USA", "target": "EU28"},
        {"id": "b", "sender": "USA", "target": "JPN", "threat_date": "2018-01-01", "events": ""},
        {"id": "c", "sender": "JPN", "target": "KOR", "episode": "other"},
    ))  # fmt: skip
    found = [one.id for one in apart(record, (sender, target), date.fromisoformat(day))]
    assert found == (["a", "b", "c"] if kept else ["c"])


def test_the_union_of_27_is_without_the_united_kingdom(write):
    record = read(write({"target": "EU27"}))
    assert apart(record, ("USA", "GBR"), date(2020, 2, 1)) == record
    assert not apart(record, ("USA", "EU28"), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("sender", "day", "named", "kept"),
    [
        ("USA", "2020-01-08", None, False),  # the same sender within a week
        ("USA", "2019-12-25", None, False),
        ("USA", "2020-01-09", None, True),
        ("USA", "2019-12-24", None, True),
        ("USA", "2020-12-31", "2020-02-01", False),  # for the same named day, within a year
        ("USA", "2021-01-01", "2020-02-01", True),
        ("USA", "2020-01-20", "2020-02-02", True),
        ("JPN", "2020-01-01", "2020-02-01", True),  # another sender
    ],
)
def test_other_targets_of_one_decision_are_left_out_with_their_episode(
    write, sender, day, named, kept
):
    record = read(write(
        {}, {"id": "b", "sender": "FRA", "target": "GBR", "threat_date": "2018-01-01"},
        {"id": "c", "sender": "FRA", "target": "GBR", "episode": "other", "deadline": ""},
    ))  # fmt: skip
    days = date.fromisoformat(day), named and date.fromisoformat(named)
    found = [one.id for one in apart(record, (sender, "NOR"), *days)]
    assert found == (["a", "b", "c"] if kept else ["c"])


def test_a_target_of_liberation_day_learns_from_no_row_of_it():
    left = apart(everything(), ("USA", "NOR"), date(2025, 4, 2), date(2025, 4, 9))
    assert not [one.id for one in left if one.deadline == date(2025, 4, 9) and one.sender == "USA"]
    gone = {one.episode for one in everything()} - {one.episode for one in left}
    assert gone == {"liberation-day", "us-cn-2025"}


def test_words_of_the_record_are_known_and_others_are_named(write):
    told = {key: {getattr(one, key) for one in everything()} for key in ("route", "instrument")}
    assert told == {"route": set(ROUTES), "instrument": set(INSTRUMENTS)}
    assert not unknown_words(everything())
    found = read(write({"route": "anti-dumping"}, {"id": "b", "instrument": "Tariff"},
                       {"id": "c", "route": "anti-dumping"}))  # fmt: skip
    assert unknown_words(found) == {
        ("route", "anti-dumping"): ["a", "c"], ("instrument", "Tariff"): ["b"],
    }  # fmt: skip


def test_codes_of_countries_are_all_that_are_named(write):
    assert len(ISO3) == len(set(ISO3)) == 250
    assert set(COUNTRY_NAMES) - set(ISO3) == {"EU27", "ROW"}
    assert set(EU27) < set(ISO3)
    for code in ("QAT", "XKX", "EU15", "EU27", "EU28"):
        assert read(write({"target": code}))[0].target == code


def test_the_file_that_was_coded_is_read(shared_data):
    assert len(read(shared_data / "disputes" / "cases_dev.csv")) == 58


def test_nothing_coded_with_hindsight_is_shipped():
    assert not {name for name in COLUMNS if name.startswith(("outcome", "counter", "demand_size"))}
    with (SHIPPED / "cases.csv").open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("threat_date", "2020-13-01", "not a date of the calendar"),
        ("threat_date", "", "not a date of the calendar"),
        ("deadline", "soon", "not a date of the calendar"),
        ("deadline", "2019-12-31", "before day zero"),
        ("rate_pct", "much", "not such a number"),
        ("rate_pct", "nan", "not such a number"),
        ("value_usd_bn", "-1", "not such a number"),
        ("sender_gdp_usd_bn", "0", "not such a number"),
        ("events", "2020-01-05:X", "not an event"),
        ("events", "2020-01-05", "not an event"),
        ("events", "2019-12-31:I", "out of order"),
        ("events", "2020-03-01:I;2020-02-01:S", "out of order"),
        ("events", "2026-08-22:I", "after the last day"),
        ("episode", "", "nothing is given"),
        ("set", "famous", "no such set"),
        ("sender", "Narnia", "no economy is called so"),
        ("sender", "CN", "no economy is called so; did you mean 'CHN' (China)?"),
        ("target", "EU26", "no economy is called so"),
        ("target", "world", "no economy is called so"),
        ("target", "USA", "sender and target are the same"),
        ("target", "US", "sender and target are the same"),
        ("known_to", "2020", "not a date of the calendar"),
        ("route", "AD-CVD", "another spelling"),
        ("route", "ad/cvd", "another spelling"),
        ("route", "Safeguards", "another spelling"),
        ("instrument", "Embargo", "another spelling"),
        ("instrument", "export controls", "another spelling"),
    ],
)
def test_a_bad_cell_is_refused_with_line_column_and_value(write, key, value, said):
    with pytest.raises(DataError) as refused:
        read(write({}, {"id": "b", key: value}))
    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (3, key)
    assert said in problem.message
    if value:
        assert str(problem.value) in value


@pytest.mark.parametrize(
    ("word", "day", "code"),
    [
        ("US", "2020-01-01", "USA"),
        ("usa", "2020-01-01", "USA"),
        ("the United States", "2020-01-01", "USA"),
        ("UK", "2020-01-01", "GBR"),
        ("Norway", "2020-01-01", "NOR"),
        ("LKA", "2020-01-01", "LKA"),  # no baseline has it
        ("EU", "1994-12-31", "EU12"),
        ("EU", "1995-01-01", "EU15"),
        ("EUU", "2004-04-30", "EU15"),
        ("eu", "2004-05-01", "EU25"),
        ("European Union", "2007-01-01", "EU27"),
        ("EU", "2013-07-01", "EU28"),
        ("EU", "2020-01-31", "EU28"),
        ("EU", "2020-02-01", "EU27"),
        ("eu27", "2018-01-01", "EU27"),  # as it stands
        ("EU25", "2018-01-01", "EU25"),
    ],
)
def test_sides_are_called_as_in_scenarios_and_the_union_is_that_of_its_day(write, word, day, code):
    given = {"target": word, "threat_date": day, "deadline": "", "events": ""}
    (case,) = read(write(given | {"sender": "CHN"}))
    assert case.target == code
    (turned,) = read(write(given | {"sender": word, "target": "CHN"}))
    assert (turned.sender, turned.target) == (code, "CHN")


def test_without_a_last_day_of_its_own_a_dispute_has_that_of_the_record(write):
    rows = {"events": ""}, {"id": "b"}, {"id": "c", "events": "", "known_to": "2020-05-01"}
    path = write(*rows)
    states = [[one.state(days) for days in (30, 90, 365)] for one in read(path)]
    assert states == [["O"] * 3, ["O", "W", "S"], ["O", "O", None]]
    assert [(str(one.known_to), one.assumed) for one in read(path)] == [
        ("2026-08-21", True), ("2026-08-21", True), ("2020-05-01", False),
    ]  # fmt: skip
    told = read(path, date(2020, 12, 30))  # a row's own day comes first
    states = [[one.state(days) for days in (30, 90, 365)] for one in told]
    assert states == [["O", "O", None], ["O", "W", None], ["O", "O", None]]
    assert [str(one.known_to) for one in told] == ["2020-12-30", "2020-12-30", "2020-05-01"]
    assert not any(one.assumed for one in told)


def test_a_last_day_before_day_zero_or_an_event_is_refused(write):
    with pytest.raises(DataError, match=r"known_to: before day zero .*allowed: from 2020-01-01"):
        read(write({"known_to": "2019-12-31", "events": ""}))
    with pytest.raises(DataError, match=r"2020-06-01:S'; allowed: up to 2020-05-31"):
        read(write({"known_to": "2020-05-31"}))


def test_the_last_day_of_the_record_is_its_own():
    assert {str(one.known_to) for one in everything()} == {"2026-08-21"}
    assert not any(one.assumed for one in everything())
    assert [one.id for one in shipped() if not one.events] == ["eu-id-nickel-2023"]


def test_an_event_may_be_as_late_as_its_rows_last_day(write):
    path = write({"events": "2026-09-01:I", "known_to": "2026-09-01"})
    assert read(path)[0].events == read(path, date(2020, 1, 1))[0].events != ()
    with pytest.raises(DataError, match="up to 2026-08-21; a column known_to, or --known-to"):
        read(write({"events": "2026-09-01:I"}))


def test_two_codes_of_the_union_are_one_side(write):
    with pytest.raises(DataError, match="sender and target are the same"):
        read(write({"sender": "EU15", "target": "EU28"}))


def test_all_that_is_wrong_is_said_at_once(write):
    with pytest.raises(DataError) as refused:
        read(write({}, {"rate_pct": "x"}, {"deadline": "y"}))
    found = [(p.line, p.key) for p in refused.value.problems]
    assert found == [(3, "rate_pct"), (3, "id"), (4, "deadline"), (4, "id")]


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_column_is_named(write, name):
    with pytest.raises(DataError) as refused:
        read(write({}, columns=[key for key in GOOD if key != name]))
    assert [(p.line, p.key) for p in refused.value.problems] == [(1, name)]


def test_other_columns_are_not_read_and_a_later_last_day_may_be_given(write):
    path = write({"events": "2026-09-01:I", "odd": "1"}, columns=(*GOOD, "odd"))
    assert read(path, date(2026, 9, 1))[0].events == ((date(2026, 9, 1), "I"),)


def test_no_table_no_dispute(tmp_path):
    path = tmp_path / "x.csv"
    with pytest.raises(DataError, match="cannot be read"):
        read(path)
    path.write_text(",".join(NEEDED) + "\n")
    with pytest.raises(DataError, match="no dispute in it"):
        read(path)
    path.write_text(",".join(NEEDED) + "\n1,2\n")
    with pytest.raises(DataError, match="2 cells in a row of 16 columns"):
        read(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        read(path)
