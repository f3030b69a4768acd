"""The command on disputes that were."""

import csv
import json
import re
from pathlib import Path

import jsonschema
import pytest

from detente.disputes.cases import SHIPPED, shipped
from detente.disputes.forecasts import fit
from detente.disputes.scores import score
from detente.report.disputes import document
from same_cells import same_cells

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "manifest.schema.json").read_text("utf-8")
)


@pytest.fixture
def mine(tmp_path):
    """Write the first five disputes of the record as a file of one's own."""
    path = tmp_path / "work" / "mine.csv"
    lines = (SHIPPED / "cases.csv").read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:6]), "utf-8")
    return path


def test_the_list(detente):
    done = detente("disputes", "list")
    assert done.status == 0, done.err
    assert "After 90 days, of 118: 22 open, 32 withdrawn or postponed, 20 settled" in done.out
    assert "us-zte-2018" in done.out
    assert "us-br-50-2025" in done.out


def test_one_dispute_is_told_with_the_record_of_what_forecasts_it(detente):
    done = detente("disputes", "show", "us-cn-301-2018")
    assert done.status == 0, done.err
    told = " ".join(done.out.split())
    assert "The United States threatened China on 22 March 2018" in told
    assert "Brier score on disputes that it had not seen is 0.67 (base rates 0.77" in told
    assert "answer in force" in told


def test_the_fit_prints_standard_errors(detente):
    done = detente("disputes", "fit")
    assert done.status == 0, done.err
    said = " ".join(done.out.split())
    assert "Fitted on 119 disputes, 61 of them drawn from a ledger of measures" in said
    assert "Standard errors" in said
    assert "protection 0.27 0.34 0.33 0.26 0.31" in said


def test_scores_are_told_and_can_be_made_again(detente, mine, tmp_path):
    done = detente("disputes", "score", "mine.csv", "--out", "first")
    assert done.status == 0, done.err
    assert "On 5 disputes of mine.csv the logit has a Brier score of" in done.out
    about = json.loads((tmp_path / "work" / "first" / "manifest.json").read_text("utf-8"))
    jsonschema.validate(about, SCHEMA)
    mine.unlink()  # its copy is in the folder
    again = detente("rerun", "first")
    assert again.status == 0, again.out + again.err
    assert "Coded by hand" in detente("cite", "first").out


def test_the_record_is_scored_as_json(detente):
    rows = json.loads(detente("disputes", "score", "--json").out)["tables"]["scores"]["rows"]
    found = {row["code"]: round(row["brier"], 3) for row in rows}
    assert found == {"base-rates": 0.770, "logit": 0.671, "average": 0.694, "game": 0.750,
                     "logit-game": 0.679}  # fmt: skip


def test_a_dispute_of_ones_own_without_events(detente, mine):
    text = mine.read_text("utf-8").replace("us-cn-ipr-1995,", "mine,").replace("1995-02-26:S", "")
    mine.write_text(text, "utf-8")
    done = detente("disputes", "show", "mine", "--file", "mine.csv")
    assert done.status == 0, done.err
    assert "On day 90 it was" not in done.out
    assert "Nothing has happened since day zero" in done.out


HEAD = (SHIPPED / "cases.csv").read_text("utf-8").partition("\n")[0].split(",")
OWN = {
    "id": "own", "title": "Own", "sender": "USA", "target": "NOR", "instrument": "tariff",
    "route": "s301", "rate_pct": "25", "value_usd_bn": "5", "sender_imports_usd_bn": "7",
    "sender_exports_usd_bn": "5", "sender_gdp_usd_bn": "20000", "target_gdp_usd_bn": "400",
    "episode": "own", "threat_date": "2019-01-01", "deadline": "2019-02-20", "events": "",
}  # fmt: skip


@pytest.fixture
def own(tmp_path):
    """Write a dispute of one's own."""

    def write(**changed):
        row = [(OWN | changed).get(key, "") for key in HEAD]
        (tmp_path / "work" / "own.csv").write_text(f"{','.join(HEAD)}\n{','.join(row)}\n", "utf-8")

    return write


def test_a_method_that_gave_no_chance_has_an_infinite_log_score(detente, own, tmp_path):
    own(events="2019-01-05:I")  # before the named day, which the game excludes
    done = detente("disputes", "score", "own.csv", "--out", "first")
    assert done.status == 0, done.err
    said = " ".join(done.out.split())
    assert "The log score of the game is infinite, and its gain is not defined" in said
    assert max(map(len, re.findall(r"\d+", said))) < 6
    with (tmp_path / "work" / "first" / "scores.csv").open(encoding="utf-8") as file:
        game = {row["code"]: row for row in csv.DictReader(file)}["game"]
    assert (game["log"], game["log_gain"], game["log_gain_low"]) == ("", "", "")
    assert float(game["brier_gain"]) < 0
    page = (tmp_path / "work" / "first" / "report.html").read_text("utf-8")
    assert not re.search(r"\d{100}", page)
    rows = json.loads(detente("disputes", "score", "own.csv", "--json").out)["tables"]["scores"]
    assert [row["log_gain"] for row in rows["rows"] if row["code"] == "game"] == [None]


def test_a_file_of_which_nothing_is_known_yet_shows_its_chances(detente, own):
    own(threat_date="2026-08-01", deadline="2026-09-01")
    done = detente("disputes", "score", "own.csv", "--full")
    assert done.status == 0, done.err
    said = " ".join(done.out.split())
    assert "Nothing can be scored yet" in said
    assert "nan" not in said
    assert "own day 30" in said
    assert "Brier score" not in said
    assert "Were chances right?" not in said


def test_a_file_is_told_the_rule_for_files_and_words_that_are_not_known(detente, own):
    own(route="anti-dumping", events="2019-02-20:S")
    for words in (("score", "own.csv"), ("show", "own", "--file", "own.csv")):
        said = " ".join(detente("disputes", *words, "--full").out.split())
        assert "of the same sender within a week or for the same named day" in said
        assert "The route “anti-dumping” (own) is not one of the record: it counts as none of " \
            "AD/CVD, safeguard." in said  # fmt: skip
    said = " ".join(detente("disputes", "score", "own.csv", "--full").out.split())
    assert "not on this file" in said
    assert "chosen with an eye on these disputes" not in said
    assert "from the others without its whole episode" not in said


def test_a_dispute_without_an_event_is_taken_as_open_and_named(detente, own, tmp_path):
    own()
    for words in (("score", "own.csv"), ("list", "own.csv")):
        said = " ".join(detente("disputes", *words).out.split())
        assert "1 dispute without any event (own): taken as open up to 21 August 2026, the last " \
            "day of the record: the file names none" in said  # fmt: skip
    done = detente("disputes", "score", "own.csv", "--known-to", "2019-04-30", "--out", "first")
    said = " ".join(done.out.split())
    assert "On 1 dispute of own.csv" in said
    assert "Disputes scored: 1 on day 30, 1 on day 90, 0 on day 365" in said
    assert "taken as open" not in said
    again = detente("rerun", "first")
    assert again.status == 0, again.out + again.err
    own(events="2019-02-20:I")
    said = " ".join(detente("disputes", "score", "own.csv").out.split())
    assert "2 states are later than the last event of the dispute, and taken as unchanged up to " \
        "21 August 2026, the last day of the record: the file names none" in said  # fmt: skip
    said = detente("disputes", "score", "own.csv", "--known-to", "2020-01-01").out
    assert "taken as unchanged" not in " ".join(said.split())


def test_what_a_file_shares_with_the_record_is_left_out_and_named(detente, own, tmp_path):
    own(target="China", events="2019-02-20:I", sender="US")
    done = detente("disputes", "score", "own.csv", "--out", "first")
    said = " ".join(done.out.split())
    assert "Of 1 of 1 dispute the record may hold the same dispute or decision: 4 episodes were " \
        "left out" in said  # fmt: skip
    with (tmp_path / "work" / "first" / "left_out.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row == {"id": "own", "episodes": "steel-232, us-cn-2018, zte, us-cn-2019"}
    shown = detente("disputes", "show", "own", "--file", "own.csv", "--full").out
    assert "steel-232, us-cn-2018, zte, us-cn-2019" in " ".join(shown.split())
    assert "left out of what forecasts" not in detente("disputes", "score").out


def test_a_wrong_side_is_told_what_is_meant_and_writes_nothing(detente, own, tmp_path):
    own(sender="CN", target="EU29")
    done = detente("disputes", "score", "own.csv", "--out", "first")
    assert done.status == 2
    assert "own.csv:2: sender: no economy is called so; did you mean 'CHN' (China)? (got 'CN'; " \
        "allowed: an ISO 3166 code of three letters, a name such as US or China, EU, EU12" \
        in " ".join(done.err.split())  # fmt: skip
    assert "own.csv:2: target: no economy is called so" in " ".join(done.err.split())
    assert not (tmp_path / "work" / "first").exists()


def test_named_days_are_as_known_on_day_zero(detente):
    said = " ".join(detente("disputes", "show", "qa-blockade-2017", "--full").out.split())
    assert "of 98 disputes of the record and the ledger with one, 1 had a measure in force" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shoow",), "WHAT: no such word; did you mean 'show'?"),
        (("show",), "CASE_OR_FILE: show needs the id of a dispute"),
        (("show", "us-zte-2017"), "no such dispute; did you mean 'us-zte-2018'"),
        (("fit", "mine.csv"), "CASE_OR_FILE: fit is on the shipped record"),
        (("score", "--file", "mine.csv"), "--file: only with show"),
        (("score", "no.csv"), "no.csv: cannot be read"),
        (("score", "mine.csv", "--known-to", "2026-02-30"), "--known-to: "),
        (("score", "--known-to", "2020-01-01"), "--known-to: is said of a file"),
        (("show", "us-zte-2018", "--known-to", "2020-01-01"), "--known-to: is said of a file"),
        (("fit", "--known-to", "2020-01-01"), "--known-to: is said of a file"),
        (("score", "mine.csv", "--known-to", "1999-01-01"), "allowed: up to 1999-01-01; a column"),
    ],
)
def test_wrong_words_are_refused(detente, mine, words, said):
    done = detente("disputes", *words)
    assert done.status == 2
    assert said in done.err


def test_a_bad_file_is_refused_with_line_column_and_value(detente, mine):
    mine.write_text(mine.read_text("utf-8").replace("1995-02-26:S", "1995-02-26:Q"), "utf-8")
    done = detente("disputes", "score", "mine.csv")
    assert done.status == 2
    assert "mine.csv:2: events: not an event (got '1995-02-26:Q'; allowed:" in done.err


def test_cells_are_the_same_everywhere():
    cases = shipped()
    some = score(cases[:4])
    documents = (document.of_case(cases[21]), document.of_scores(some), document.of_fit(fit(cases)))
    assert all(same_cells(shown) > 10 for shown in documents)
    same_cells(document.of_list(some))


def test_a_missing_file_and_a_wrong_day_are_said_at_once(detente):
    done = detente("disputes", "score", "no.csv", "--known-to", "2026-02-30")
    assert done.status == 2
    assert "--known-to: not a date" in done.err
    assert "no.csv: cannot be read" in done.err
    assert "no.csv" not in detente("disputes", "fit", "no.csv", "--known-to", "x").err.replace(
        "(got 'no.csv')", ""
    )
