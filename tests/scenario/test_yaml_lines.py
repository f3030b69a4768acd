"""The text of a YAML file: what it means, where it stands, and what is refused."""

import pytest
import yaml

from detente.scalars import plain_scalar
from detente.scenario.yaml_lines import DEPTH_LIMIT, SIZE_LIMIT, parse


def test_words_that_other_readers_take_for_truth_values_stay_words():
    tree = parse("on: NO\nby: yes\nwhen: 2018-05-14\ntime: 12:30\n")
    assert tree.value == {"on": "NO", "by": "yes", "when": "2018-05-14", "time": "12:30"}
    assert True in yaml.safe_load("on: NO\n")  # which is why there is a reader of our own


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25),
        (".5", 0.5),
        ("-3", -3),
        ("5.0e+10", 5e10),
        ("1e9", 1e9),
        ("010", 10),
        ("true", True),
        ("~", None),
        ("", None),
        ("-.inf", float("-inf")),
        ("25%", "25%"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("TRue", "TRue"),
    ],
)
def test_plain_scalars(text, value):
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_nan_is_read_as_such():
    assert plain_scalar(".nan") != plain_scalar(".nan")


def test_quoted_scalars_are_text():
    assert parse("a: '301'\nb: \"no\"\n").value == {"a": "301", "b": "no"}


def test_line_of_every_key_and_item():
    tree = parse("a: 1\n\n# remark\nb:\n  - c: >\n      two\n      lines\n    d: 2\n  - e\n")
    assert tree.lines == {
        ("a",): 1,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 0, "c"): 5,
        ("b", 0, "d"): 8,
        ("b", 1): 9,
    }
    assert tree.line(("b", 0, "missing", 3)) == 5
    assert tree.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "given twice, first on line 1"),
        ("x:\n  - {a: 1,\n     a: 2}\n", 3, "given twice, first on line 2"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tags are not allowed"),
        ("a: !!str 1\n", 1, "tags are not allowed"),
        ("a: ! b\n", 1, "tags are not allowed"),
        ("a: 1\nb: &x 2\n", 2, "anchors and aliases"),
        ("a: *x\n", 1, "anchors and aliases"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("? [a, b]\n: 1\n", 1, "plain word"),
        ("a: 1\nb: [1\nc: 2\n", 3, "malformed YAML at column 2"),
        ("a: 1\nb: [1,\nc: 2\n", 3, "that starts on line 2"),
        ("a: 1\n\tb: 2\n", 2, "indent with spaces"),
        ("a: b: c\n", 1, "malformed YAML at column 5"),
        ("a: 'b\n", 1, "malformed YAML"),
        ("a: b\nc: \x07\n", 2, "U+0007"),
        ('a: 1\nb: "\\e[31m"\n', 2, "control characters"),
        ("a: " + "[" * DEPTH_LIMIT, 1, "nested more than"),
    ],
)
def test_refused(text, line, said):
    (found,) = parse(text).found
    assert found.line == line
    assert said in found.message


def test_a_repeated_key_keeps_its_first_value():
    tree = parse("a: 1\nb: 2\na: {c: 3}\n")
    assert tree.value == {"a": 1, "b": 2}
    assert tree.line(("a",)) == 1


def test_aliases_do_not_multiply():
    levels = "".join(f"l{k + 1}: &l{k + 1} [{', '.join([f'*l{k}'] * 9)}]\n" for k in range(9))
    tree = parse("l0: &l0 lol\n" + levels)
    assert len(tree.found) == 10 + 81
    assert tree.value["l9"] == [None] * 9


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
def test_deep_nesting_is_refused_without_recursion(text):
    assert len(text) < SIZE_LIMIT
    assert "nested more than" in parse(text).found[0].message
