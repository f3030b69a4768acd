"""Where a person starts: lists of what there is, words explained, files to begin with."""

import json

import pytest
from test_refusals import refused


def test_shipped_scenarios_say_what_they_are_for(detente):
    done = detente("scenarios", "list")
    assert done.status == 0
    lines = done.out.splitlines()
    at = lines.index("may-2018  2018-05-15  United States and China, mid-May 2018")
    assert len(lines) == 18
    assert all(line.startswith("    ") and len(line) < 110 for line in lines[1::2])
    assert "talks" in lines[at + 1]
    assert detente("scenarios").out == done.out


def test_the_list_as_json(detente):
    listed = json.loads(detente("scenarios", "list", "--json").out)
    assert [one["name"] for one in listed] == [
        "after-the-ruling", "busan-2025", "geneva-2025", "may-2018", "mexico-2019", "nafta-2018",
        "today", "us-china-2018-2020", "us-eu-2025",
    ]  # fmt: skip
    assert listed[5]["date"] == "2018-08-31"
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
    for words in (("explain",), ("scenarios", "list"), ("cite",), ("new",)):
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


RATE = ("--by", "C0", "--on", "C1", "--measure", "25% tariff on S0", "--baseline", "random")


@pytest.fixture
def terminal(monkeypatch):
    """Answer questions as a person does; return what was asked."""

    def answering(*answers):
        asked, left = [], list(answers)

        def ask(question):
            asked.append(question)
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", ask)
        return asked

    return answering


def test_options_make_a_scenario_that_runs(detente, case):
    done = detente("new", *RATE)
    assert done.status == 0
    assert done.out == "Wrote c0-c1-tariff.yaml. Next: detente run c0-c1-tariff.yaml\n"
    ran = detente("run", "c0-c1-tariff.yaml", "--json")
    assert ran.status == 0, ran.err
    assert [v["status"] for v in json.loads(ran.out)["variants"].values()] == ["converged"]


def test_talks_to_start_from_run(detente, case, monkeypatch, tmp_path):
    monkeypatch.setenv("DETENTE_CACHE_DIR", str(tmp_path / "cache"))
    done = detente("new", *RATE, "--talks")
    assert done.status == 0, done.err
    assert (
        done.out == "Wrote c0-c1-tariff-talks.yaml. Next: detente talks c0-c1-tariff-talks.yaml\n"
    )
    ran = detente("talks", "c0-c1-tariff-talks.yaml", "--draws", "0", "--json")
    assert ran.status == 0, ran.err
    tables = json.loads(ran.out)["tables"]
    assert len(tables["dates"]["rows"]) == 4  # a hearing, two first days, a year on
    assert tables["game-dates"]["rows"]


def test_talks_need_a_threat_that_can_be_answered_between_two(detente, case):
    said = ("--talks", "--baseline", "random", "--by")
    refused(
        detente("new", *said, "C0, C2", "--on", "world", "--measure", "1bn purchases of S0"),
        "--by: talks are between two economies", "--on: talks are between two economies",
        "--measure: talks start from a threat that the other side can answer in kind (got '1bn "
        "purchases of S0'; allowed: export tax, export ban",
    )  # fmt: skip
    refused(
        detente("new", *said, "C0", "--on", "C0", "--measure", "25%"), "--on: talks are between"
    )
    refused(detente("new", *said, "C0", "--on", "C9", "--measure", "25%"), "--on: unknown economy")
    refused(detente("new", *said, "C0", "--measure", "5% subsidy"), "--measure: talks start from")
    assert [path.name for path in case.parent.iterdir()] == ["case.yaml"]


def test_a_file_is_not_replaced_unless_that_is_said(detente, case):
    before = case.read_text()
    refused(detente("new", case, *RATE), "case.yaml", "is there already", "--replace")
    assert case.read_text() == before
    assert detente("new", case, *RATE, "--replace").status == 0
    assert "25% tariff on S0" in case.read_text()


def test_without_a_terminal_what_is_missing_is_said_once(detente, case):
    done = detente("new", "--by", "C0")
    refused(done, "there is no terminal to ask at: give --measure, --on")
    assert "1 problem;" in done.err
    refused(detente("new"), "give --by, --measure, --on")
    refused(detente("new", "--measure", "5% subsidy on S0"), "give --by (")
    assert detente("new", "--measure", "5% subsidy on S0", "--by", "C0",
                   "--baseline", "random").status == 0  # fmt: skip


def test_what_is_wrong_with_options_is_said_by_their_names(detente, case):
    wrong = ("--by", "C9", "--on", "C1", "--measure", "25% tariff on S9", "--baseline", "random")
    refused(detente("new", *wrong), "--by: unknown economy", "--measure: unknown sector")
    refused(detente("new", *RATE[:4], "--measure", "tariff"), "--measure: tariff: does not say")
    refused(detente("new", *RATE[:-1], "nowhere"), "nowhere")
    assert [path.name for path in case.parent.iterdir()] == ["case.yaml"]


def test_three_questions_make_a_scenario(detente, case, terminal):
    asked = terminal("C0", "tariff", "25% tariff on S9", "C1", "10% tariff on S0")
    done = detente("new", "mine.yaml", "--baseline", "random")
    assert done.status == 0
    # the measure is asked for again until it can be used; what was right is kept
    assert [question.split("?")[0] for question in asked] == [
        "Who acts", *["What does it do, how much, on what"] * 2, "On whom",
        "What does it do, how much, on what",
    ]  # fmt: skip
    assert "does not say how much" in done.err
    assert "unknown sector" in done.err
    assert detente("run", "mine.yaml", "--json").status == 0


def test_only_what_no_option_says_is_asked(detente, case, terminal):
    asked = terminal("C1")
    assert detente("new", *RATE[:2], *RATE[4:]).status == 0
    assert len(asked) == 1
    assert asked[0].startswith("On whom?")


def test_answers_that_end_write_nothing(detente, case, terminal):
    terminal("C0")
    refused(detente("new", "--baseline", "random"), "the answers ended before the questions")


@pytest.mark.parametrize(("answer", "replaced"), [("yes", True), ("no", False), ("", False)])
def test_a_person_is_asked_before_a_file_is_replaced(detente, case, terminal, answer, replaced):
    before = case.read_text()
    asked = terminal(answer, "n")
    done = detente("new", case, *RATE)
    assert "is there already. Replace it?" in asked[0]
    assert (done.status == 0) == replaced
    assert (case.read_text() != before) == replaced
    assert replaced or "stays as it was" in done.out


def test_a_card_to_start_from_runs(detente):
    card = detente("sanction", "--template")
    assert card.status == 0
    with open("my-firm.yaml", "w") as file:
        file.write(card.out)
    done = detente("sanction", "my-firm.yaml", "--days", "40", "--draws", "5", "--world-draws", "0",
                   "--json")  # fmt: skip
    assert done.status == 0, done.err
    assert json.loads(done.out)["about"]["choices"]["firm"] == "MYFIRM"


def test_a_card_to_start_from_goes_alone(detente):
    refused(detente("sanction", "--template", "zte"), "--template", "goes without a firm")
    refused(detente("sanction"), "no firm is named", "--template")
