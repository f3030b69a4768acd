"""Where a person starts: lists of what there is, words explained, files to begin with."""

import json

import pytest
from test_refusals import refused


def test_shipped_scenarios_say_what_they_are_for(detente):
    done = detente("scenarios", "list")
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "may-2018  2018-05-15  United States and China, mid-May 2018"
    assert len(lines) == 6
    assert all(line.startswith("    ") and len(line) < 110 for line in lines[1::2])
    assert "talks" in lines[1]
    assert detente("scenarios").out == done.out


def test_the_list_as_json(detente):
    listed = json.loads(detente("scenarios", "list", "--json").out)
    assert [one["name"] for one in listed] == ["may-2018", "nafta-2018", "us-china-2018-2020"]
    assert listed[1]["date"] == "2018-08-31"
    assert all(one["for"].endswith((".", ")")) and one["title"] for one in listed)


def test_a_word_is_explained(detente):
    done = detente("explain", "terms", "of", "trade")
    assert done.status == 0
    assert done.out.startswith("Terms of trade: The price of what an economy sells over")
    assert "fob" in done.out


def test_all_words_are_listed(detente):
    done = detente("explain")
    lines = done.out.splitlines()
    assert len(lines) > 60
    assert "Wedge: What stands between the seller's price and the buyer's: " in done.out
    listed = json.loads(detente("explain", "--json").out)
    assert [one["term"] for one in listed] == [line.partition(":")[0] for line in lines]


def test_one_word_as_json(detente):
    assert json.loads(detente("explain", "utilitarian", "--json").out) == {
        "term": "Utilitarian solution",
        "meaning": "The deal with the largest sum of what the sides have.",
        "detail": "max Σ u.",
        "also": ["utilitarian"],
    }


@pytest.mark.parametrize(
    ("word", "said"), [("nashconf", "did you mean 'NashConv'"), ("xyzzy", "detente explain")]
)
def test_an_unknown_word_is_refused(detente, word, said):
    refused(detente("explain", word), "not in the glossary", said)


def test_help_has_examples(detente):
    for words in (("explain",), ("scenarios", "list"), ("cite",)):
        done = detente(*words, "--help")
        assert done.status == 0
        assert "detente " + " ".join(words) in done.out.partition("Example")[2]


def test_a_result_is_cited_as_text_bibtex_and_json(detente, case):
    assert detente("run", case, "--out", "out").status == 0
    done = detente("cite", "out")
    assert done.status == 0
    parts = [line.partition(":")[0] for line in done.out.splitlines() if line[:1].strip()]
    assert parts == ["Program", "Model", "Data", "Trade elasticities", "This result"]
    assert "  Caliendo, L. & Parro, F. (2015). " in done.out
    assert "baseline random, sha256" in done.out
    entries = detente("cite", "out", "--bibtex").out
    assert entries.count("@") == 3
    assert "@software{detente,\n" in entries
    listed = json.loads(detente("cite", "out", "--json").out)
    assert [one["part"] for one in listed] == parts
    assert listed[1]["references"][0]["key"] == "caliendo2015"


def test_citing_refuses_what_is_no_result(detente):
    refused(detente("cite", "."), "no folder of results")
    refused(detente("cite", "--json", "--bibtex"), "--bibtex | --json")
