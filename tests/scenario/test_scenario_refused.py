"""Each thing that can be wrong with a scenario file, by itself and all at once."""

import os

import pytest

from detente.errors import InputError
from detente.scenario import yaml_lines
from detente.scenario.load import load_scenario
from scenario_texts import GOOD, line_of, refusals, spoil, write

# what stands there, what is written instead, where the problem is, its key, what is said
REFUSED = {
    "unknown key": ("focus:", "focuss:", "focuss:", "focuss", "did you mean 'focus'"),
    "unknown key of a measure": (
        "    on: C1\n",
        "    onto: C1\n",
        "onto:",
        "measures[cars].onto",
        "did you mean 'on'",
    ),
    "missing key": ("baseline: random\n", "", "title", "baseline", "this key is missing"),
    "missing key of a measure": (
        "    by: C0\n",
        "",
        "- id: cars",
        "measures[cars].by",
        "this key is missing",
    ),
    "no kind": (
        "  - id: queues\n    kind: trade-cost\n",
        "  - id: queues\n",
        "- id: queues",
        "measures[queues].kind",
        "allowed: tariff, trade-cost",
    ),
    "unknown kind": (
        "kind: trade-cost",
        "kind: trade-costs",
        "kind: trade-costs",
        "measures[queues].kind",
        "did you mean 'trade-cost'",
    ),
    "key of another kind": (
        "    add: 0.05\n",
        "    add: 0.05\n    align: C1\n",
        "align:",
        "measures[queues].align",
        "unknown key",
    ),
    "unknown choice": (
        "focus:",
        "deficits: removd\nfocus:",
        "deficits:",
        "deficits",
        "did you mean 'removed'",
    ),
    "unknown horizon": (
        "focus:",
        "horizon: decade\nfocus:",
        "horizon:",
        "horizon",
        "allowed: month, year, two-years, long-run",
    ),
    "no value": ("baseline: random", "baseline:", "baseline", "baseline", "no value is given"),
    "no value of an optional key": (
        "    date: 2018-04-03",
        "    date:",
        "    date:",
        "sources[notice].date",
        "no value is given",
    ),
    "number as text": ("title: Cars and corn", "title: 301", "title", "title", "put it in quotes"),
    "quoted number": (
        "add: 0.05",
        'add: "0.05"',
        'add: "',
        "measures[queues].add",
        "leave out the quotes",
    ),
    "per cent": (
        "add: 0.25",
        "add: 25 points",
        "add: 25 points",
        "measures[cars].add",
        "write 0.25 for 25 points",
    ),
    "billions": (
        "add: 0.25",
        "add: 0.25\n    value_usd: 50bn",
        "value_usd",
        "measures[cars].value_usd",
        "in millions; write 50000",
    ),
    "truth value": ("add: 0.05", "add: true", "add: true", "measures[queues].add", "a number"),
    "nan": ("add: 0.25", "add: .nan", "add: .nan", "measures[cars].add", "a finite number"),
    "infinity": ("add: 0.05", "add: .inf", ".inf", "measures[queues].add", "a finite number"),
    "huge": ("add: 0.05", "add: 1e999", "1e999", "measures[queues].add", "a finite number"),
    "no date": ("date: 2018-05-14", "date: 14 May", "14 May", "date", "YYYY-MM-DD"),
    "impossible date": (
        "start: 2018-07-06",
        "start: 2018-02-30",
        "2018-02-30",
        "measures[cars].start",
        "YYYY-MM-DD",
    ),
    "year as date": ("date: 2018-05-14", "date: 2018", "date: 2018", "date", "YYYY-MM-DD"),
    "dates out of order": (
        "end: 2019-07-06",
        "end: 2018-07-05",
        "end:",
        "measures[cars].end",
        "allowed: 2018-07-06 or later",
    ),
    "repeated id of a measure": (
        "id: queues",
        "id: cars",
        "- id: cars\n    kind: trade-cost",
        "measures[cars].id",
        "taken by entry 1",
    ),
    "odd id": ("id: two-strikes-back", "id: ../etc", "../etc", "variants[../etc].id", "as an id"),
    "unknown source": (
        "source: notice",
        "source: notise",
        "source: notise",
        "measures[cars].source",
        "did you mean 'notice'",
    ),
    "unknown measure": (
        "measures: [corn]",
        "measures: [corm]",
        "[corm]",
        "variants[two-strikes-back].measures[#1]",
        "did you mean 'corn'",
    ),
    "measure named twice": (
        "measures: [corn]",
        "measures: [corn, corn]",
        "[corn, corn]",
        "variants[two-strikes-back].measures[#2]",
        "named twice",
    ),
    "unknown variant": (
        "includes: [one-strikes]",
        "includes: [one-strike]",
        "[one-strike]",
        "variants[two-strikes-back].includes[#1]",
        "did you mean 'one-strikes'",
    ),
    "circular variant": (
        "includes: [one-strikes]",
        "includes: [two-strikes-back]",
        "includes:",
        "variants[two-strikes-back].includes",
        "includes itself",
    ),
    "measures not a list": (
        "measures: [corn]",
        "measures: corn",
        "measures: corn",
        "variants[two-strikes-back].measures",
        "a list is expected",
    ),
    "entry without keys": (
        "{id: two, country: C1}",
        "two",
        "- two",
        "parties[#2]",
        "keys with values are expected",
    ),
    "script as address": (
        "title: A notice",
        "title: A notice\n    url: javascript:alert(1)",
        "url:",
        "sources[notice].url",
        "https://",
    ),
    "nobody": ("by: C0", "by: []", "by: []", "measures[cars].by", "at least one"),
    "empty name": ("by: C0", 'by: ""', 'by: ""', "measures[cars].by[#1]", "empty text"),
    "one focus": ("focus: [C0, C1]", "focus: [C0]", "focus", "focus", "more entries"),
    "three in focus": ("focus: [C0, C1]", "focus: [C0, C1, C2]", "focus", "focus", "too many"),
    "focus on oneself": ("focus: [C0, C1]", "focus: [C0, C0]", "focus", "focus", "two different"),
    "rate in per cent": ("add: 0.25", "add: 25", "add: 25", "measures[cars].add", "did you mean"),
    "no rate": ("    add: 0.25\n", "", "- id: cars", "measures[cars]", "add"),
    "two rates": (
        "add: 0.25",
        "add: 0.25\n    set: 0.3",
        "- id: cars",
        "measures[cars]",
        "add",
    ),
    "two ways of coverage": (
        "add: 0.05",
        "add: 0.05\n    coverage: 0.5\n    product_list: us-list1-34bn",
        "- id: queues",
        "measures[queues]",
        "more than one way",
    ),
    "share above one": (
        "add: 0.25",
        "add: 0.25\n    coverage: 60",
        "coverage",
        "measures[cars].coverage",
        "0 to 1",
    ),
    "tag": (
        "add: 0.25",
        "add: !!python/object/apply:os.getcwd []",
        "add: !!",
        "measures[cars].add",
        "tags are not allowed",
    ),
    "repeated key": (
        "    sectors: S0\n",
        "    sectors: S0\n    on: C2\n",
        "on: C2",
        "measures[cars].on",
        "given twice",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_itself(tmp_path, case):
    old, new, place, key, said = REFUSED[case]
    text = spoil(old, new)
    (problem,) = refusals(tmp_path, text)
    assert (problem.key, problem.line) == (key, line_of(text, place))
    assert said in str(problem)
    assert len(str(problem).splitlines()) == 1


def test_all_at_once_and_in_the_order_of_the_lines(tmp_path):
    text = GOOD
    spoiled = ("unknown choice", "missing key", "per cent", "unknown source", "circular variant")
    for case in (*spoiled, "repeated key", "infinity", "unknown measure"):
        old, new, *_ = REFUSED[case]
        assert text.count(old) == 1
        text = text.replace(old, new)
    problems = refusals(tmp_path, text)
    assert [problem.key for problem in problems] == [
        "baseline",
        "deficits",
        "measures[cars].on",
        "measures[cars].add",
        "measures[cars].source",
        "measures[queues].add",
        "variants[two-strikes-back].measures[#1]",
        "variants[two-strikes-back].includes",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_instruments_are_heard_for_every_measure(tmp_path):
    text = GOOD.replace("add: 0.25", "add: 25").replace("set: 0.3", "set: 30")
    assert [problem.key for problem in refusals(tmp_path, text)] == [
        "measures[cars].add",
        "measures[corn].set",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("# only a remark\n", "the file is empty"),
        ("- a\n- b\n", "holds no keys"),
        ("just words\n", "holds no keys"),
        ("title: [1\ndate: 2\n", "malformed YAML at column"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (GOOD.replace("corn", "maïs").encode("latin-1"), "not UTF-8"),
        (b"\x00\x01", "U+0000"),
    ],
)
def test_refused_as_a_whole(tmp_path, text, said):
    (problem,) = refusals(tmp_path, text)
    assert said in problem.message
    assert problem.line


def test_place_of_a_byte_that_is_no_utf8(tmp_path):
    (problem,) = refusals(tmp_path, GOOD.replace("One strikes", "Ene ñ").encode("latin-1"))
    assert problem.line == line_of(GOOD, "One strikes")


def test_a_hundred_megabytes_are_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    monkeypatch.setattr(yaml_lines, "parse", None)
    monkeypatch.setattr(type(path), "open", lambda *_: _Unreadable())
    with pytest.raises(InputError, match=r"100\.0 MB; a scenario is a short text of at most 1 MB"):
        load_scenario(path)


class _Unreadable:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def read(self, *_):
        raise AssertionError("read although too large")


def test_a_file_just_above_the_limit(tmp_path):
    write(tmp_path, GOOD + "#" * yaml_lines.SIZE_LIMIT)
    (problem,) = refusals(tmp_path, GOOD + "#" * yaml_lines.SIZE_LIMIT)
    assert "at most 1 MB" in problem.message


def test_a_folder(tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        load_scenario(tmp_path)


def test_a_pipe(tmp_path):
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    with pytest.raises(InputError, match="not a plain file"):
        load_scenario(path)


def test_a_missing_file_and_the_nearest_shipped_name(tmp_path):
    with pytest.raises(InputError, match="nor a shipped scenario; did you mean 'may-2018'"):
        load_scenario("may2018")
    with pytest.raises(InputError, match="no such file; did you mean 'may-2018'"):
        load_scenario(tmp_path / "may-2081.yaml")


def test_names_that_are_no_names():
    for name in ("", "x" * 5000, "a\0b"):
        with pytest.raises(InputError, match=r"no such file|this is a folder"):
            load_scenario(name)
