"""The command on disputes that were."""

import json
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shoow",), "WHAT: no such word; did you mean 'show'?"),
        (("show",), "CASE_OR_FILE: show needs the id of a dispute"),
        (("show", "us-zte-2017"), "no such dispute; did you mean 'us-zte-2018'"),
        (("fit", "mine.csv"), "CASE_OR_FILE: fit is on the shipped record"),
        (("score", "--file", "mine.csv"), "--file: only with show"),
        (("score", "no.csv"), "no.csv: cannot be read"),
        (("score", "--known-to", "2026-02-30"), "--known-to: "),
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
