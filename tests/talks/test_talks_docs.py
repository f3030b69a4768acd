"""docs/talks.md: its example is what runs, its figures come out, its keys are the file's."""

import re
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.scenario import talks as section
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.study import WAITING, run_talks
from scenario_texts import write

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "talks.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
KEYS = TEXT[TEXT.index("## Keys") : TEXT.index("## Values")]
ENTRIES = (section.Talks, section.TalksParty, section.TalksObjective, section.TalksDeficit,
           section.TalksIssue, section.TalksOption, section.TalksRelief, section.TalksPosition,
           section.TalksRedLine, section.TalksInteraction, section.TalksNoDeal,
           section.TalksRatification, section.TalksBloc, section.TalksBlocValue,
           section.TalksAfterwards, section.RangeEntry)  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("example"), EXAMPLE)
    return run_talks(path, Choices(draws=0))


def test_it_is_short(study):
    assert len(EXAMPLE.splitlines()) <= 25
    table = EXAMPLE[EXAMPLE.index("talks:") :].splitlines()
    assert len(table) <= 10
    assert len(study.case.parties) == len(study.case.talks.issues) == 2


def test_its_figures_are_what_comes_out(study):
    words = " ".join(TEXT.split())
    assert f"finds {'four' if study.packages.table.size == 4 else '?'} packages" in words
    assert "two of them better for both" in words
    assert study.outlook.zone.sum() == 2
    best = study.outlook.agreements["nash"]
    chosen = ", ".join(f"{i}={o}" for i, o in study.packages.choices(best.package).items())
    assert f"predicts `{chosen}`" in words
    own, other = (f"${value / 1000:.2f}bn" for value in best.gain)
    assert f"worth {own} a year to the United States and {other} to the EU" in words
    us, eu = (f"${-value / 1000:.2f}bn" for value in study.no_deals["threat"].values)
    assert f"cost the one who makes it {us}, the EU {eu}" in words


def test_its_one_threat_is_no_deal(study):
    assert (study.no_deals[WAITING].values == study.no_deals["threat"].values).all()


def test_every_key_is_described():
    named = set(re.findall(r"`([a-z_]+)`", KEYS)) | set(re.findall(r"\b(low|central|high)\b", KEYS))
    for entry in ENTRIES:
        keys = set(entry.model_fields)
        assert keys <= named, (entry.__name__, keys - named)


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (section.Talks, "breakdown_risk"),
        (section.Talks, "detection_months"),
        (section.Talks, "round_days"),
        (section.TalksParty, "impatience"),
        (section.TalksParty, "audience_cost"),
        (section.TalksParty, "turnover"),
        (section.TalksParty, "weight"),
        (section.TalksRatification, "sharpness"),
        (section.TalksRatification, "least"),
    ],
)
def test_defaults_are_those_of_the_file(entry, key):
    default = entry.model_fields[key].default
    said = f"{default:g}" if isinstance(default, int | float) else f"{default.central:g}"
    if not isinstance(default, int | float) and default.low is not None:
        said += f", from {default.low:g} to {default.high:g}"
    (row,) = (line for line in KEYS.splitlines() if line.startswith(f"| `{key}` |"))
    assert row.rstrip(" |").rpartition("| ")[2] == said


def test_solutions_and_kinds_are_named():
    from detente.talks.solutions import SOLUTIONS
    from detente.talks.table import KINDS

    assert all(f"| `{name}` |" in TEXT for name in SOLUTIONS)
    assert all(f"\n| {kind} |" in TEXT for kind in KINDS)


def test_limits_are_those_of_the_code():
    from detente.talks.packages import MOST
    from detente.talks.refusals import MOST_PARTS
    from detente.talks.valuation import WAR_CAP

    words = " ".join(KEYS.split())
    assert MOST == 1_000_000
    assert "more than a million packages" in words
    assert f"{MOST_PARTS:,} joint choices" in words
    assert f"up to {WAR_CAP:.0%}".replace("%", " per cent") in words


def test_spoiled_it_is_refused(tmp_path):
    path = write(tmp_path, EXAMPLE.replace("choices: {cars: taxed}", "choices: {cars: tax}"))
    with pytest.raises(InputError, match=r"talks\.no_deal\[threat\].*did you mean 'taxed'"):
        load_scenario(path)
