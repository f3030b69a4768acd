"""Files to start from: a measure in a person's words becomes a scenario with comments."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

import detente as dt
from detente.baseline import store
from detente.errors import InputError
from detente.scenario.load import check_against, load_scenario
from detente.scenario.starting import FORMS, million_usd, read_act, starting_text
from economies import random_economy

DAY = date(2018, 5, 15)
SAID = {
    "25% tariff on vehicles": ("tariff", "25%", "add", ("vehicles",)),
    "tariff of 7.5 per cent on agriculture, C26": ("tariff", "7.5%", "add", ("agriculture", "C26")),
    "10%": ("tariff", "10%", "add", ("goods",)),
    "0.25 on machinery": ("tariff", "0.25", "add", ("machinery",)),
    "30% duties on aircraft and ships": ("tariff", "30%", "add", ("aircraft and ships",)),
    "10% export tax on mining": ("export-tax", "10%", "add", ("mining",)),
    "export ban on electronics": ("export-ban", "", "", ("electronics",)),
    "Export ban on 60% of C26": ("export-ban", "60%", "coverage", ("C26",)),
    "export restraint of 80% on vehicles": ("export-restraint", "80%", "scale", ("vehicles",)),
    "5% trade cost": ("trade-cost", "5%", "add", ("goods",)),
    "quota of $1bn on C24": ("quota", "1000", "limit_usd", ("C24",)),
    "quota of 80% on C24": ("quota", "80%", "scale", ("C24",)),
    "25bn purchases of agriculture": ("purchase-commitment", "25000", "add_usd", ("agriculture",)),
    "purchase-commitment 500m": ("purchase-commitment", "500", "add_usd", ("goods",)),
    "5% subsidy on machinery": ("production-subsidy", "5%", "add", ("machinery",)),
    "1.4 BN fine": ("transfer", "1400", "value_usd", ("goods",)),
}


@pytest.mark.parametrize("said", SAID)
def test_a_measure_is_read_in_a_persons_words(said):
    act = read_act(said)
    assert (act.kind, act.amount, act.key, act.sectors) == SAID[said]


def test_every_kind_of_measure_can_be_started():
    assert {kind for kind, *_ in SAID.values()} == set(FORMS)
    assert len(FORMS) == 9


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("tariff on vehicles", "tariff: does not say how much"),
        ("$25bn tariff", "money is no measure of it"),
        ("20% purchases", "is said in money"),
        ("2 purchases", "is said in money"),
        ("", "does not say how much"),
    ],
)
def test_what_says_not_how_much_is_refused(said, what):
    with pytest.raises(InputError, match=what) as refusal:
        read_act(said)
    assert [p.key for p in refusal.value.problems] == ["measure"]


def uncommented(text: str) -> str:
    """Take the # and the space after it away from every line that is written to be used."""
    return re.sub(r"^( *)# (?= *(?:- \{|- id: |[a-z_]+:))", r"\1", text, flags=re.MULTILINE)


def plain(text: str) -> dict:
    """Read YAML as words alone."""
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize("said", SAID)
def test_it_validates_and_so_does_what_is_commented_out(said, tmp_path):
    act = read_act(said)
    on = "CHN" if "on" in act.form.keys else ""
    text = starting_text("USA", on, act, baseline="wiod-2014", day=DAY)
    path = tmp_path / "case.yaml"
    path.write_text(text)
    case = load_scenario(path)
    check_against(case, dt.load("wiod-2014"))
    (measure,) = case.measures
    assert (measure.kind, measure.by, str(case.date)) == (act.kind, ("USA",), "2018-05-15")
    assert case.focus == (("USA", "CHN") if on else None)
    assert [(party.id, party.country) for party in case.parties] == (
        [("a", "USA"), ("b", "CHN")] if on else []
    )
    path.write_text(uncommented(text))
    whole = load_scenario(path)
    check_against(whole, dt.load("wiod-2014"))
    assert whole.summary == "A paragraph for readers."
    assert whole.measures[0].source == ("notice",)
    assert whole.measures[0].status == "announced"
    if act.form.answered:
        assert whole.measures[1].by == ("CHN",)
        assert whole.measures[1].on == ("USA",)
        assert whole.variants[1].includes == (act.kind,)
        assert whole.measures[1].sectors == whole.measures[0].sectors


ANSWERED = [said for said in SAID if read_act(said).form.answered]


@pytest.mark.parametrize("said", [*ANSWERED, "25% tariff on wine and 0406"])
def test_talks_validate_and_so_does_what_is_commented_out(said, tmp_path):
    act = read_act(said)
    text = starting_text("US", "EU", act, baseline="wiod-2014", day=DAY, with_talks=True)
    path = tmp_path / "case.yaml"
    path.write_text(text)
    case = load_scenario(path)
    check_against(case, dt.load("wiod-2014"))
    threat, answer, opening = case.measures
    assert (threat.status, answer.status, opening.status) == ("announced", "threatened", "offered")
    assert [str(one.start) for one in case.measures] == ["2018-06-14", "2018-06-28", "None"]
    assert (answer.by, answer.on, answer.kind) == (("EU27",), ("USA",), threat.kind)
    table = case.talks
    assert [issue.id for issue in table.issues] == ["threat", "market"]
    assert [(rung.party, rung.measures, str(rung.first)) for rung in table.ladder] == [
        ("a", (act.kind,), "2018-06-14"), ("b", ("answer",), "2018-06-28"),
    ]  # fmt: skip
    assert [str(day.date) for day in table.calendar] == ["2018-05-30"]
    sectors = dict.fromkeys(act.sectors or ("goods",), 0.2)
    assert table.parties[0].objective.sectors == sectors
    assert table.parties[0].audience_cost.central == 500
    assert {one.party: one.unknown for one in table.resolve} == {"a": 0.5, "b": 0.5}
    assert not table.history
    path.write_text(uncommented(text))
    whole = load_scenario(path)
    check_against(whole, dt.load("wiod-2014"))
    assert [(str(one.date), one.move) for one in whole.talks.history] == [
        ("2018-05-30", "holds"), ("2018-06-14", "rung"),
    ]  # fmt: skip
    assert whole.talks.issues[2].options[1].values["a"].central == 100
    assert whole.talks.red_lines[0].choices == {"threat": "in-force", "market": "halved"}
    assert whole.talks.parties[0].objective.deficit.partner == "b"


def test_talks_on_a_baseline_in_other_money_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DETENTE_DATA", str(tmp_path))
    economy = random_economy(3, 4, 3)
    other = replace(economy, card=replace(economy.card, unit="million EUR"))
    store.install(other, "random")
    with pytest.raises(InputError, match="baseline: values of talks are million USD"):
        starting_text("C0", "C1", read_act("25%"), baseline="random", day=DAY, with_talks=True)


def test_the_amount_is_what_was_said(tmp_path):
    held: dict[str, dict] = {}
    for said in ("25% tariff", "quota of $20bn", "25bn purchases"):
        text = starting_text("CHN", "USA", read_act(said), baseline="wiod-2014", day=DAY)
        held[said] = plain(text)["measures"][0]
    assert held["25% tariff"]["add"] == "25%"
    assert (held["quota of $20bn"]["limit_usd"], held["quota of $20bn"]["year"]) == (
        "20000",
        "2018",
    )
    assert (held["25bn purchases"]["add_usd"], held["25bn purchases"]["year"]) == ("25000", "2018")


def test_several_economies_have_no_focus_and_names_are_kept():
    text = starting_text("USA, CAN", "world", read_act("10% tariff"), baseline="wiod-2014", day=DAY)
    found = plain(text)
    assert found["measures"][0]["by"] == ["USA", "CAN"]
    assert found["measures"][0]["on"] == "world"
    assert not {"focus", "parties"} & set(found)
    assert "answer" not in text
    found = plain(
        starting_text("Brazil", "EU27", read_act("10% tariff"), baseline="wiod-2014", day=DAY)
    )
    assert found["focus"] == ["Brazil", "EU27"]
    assert found["title"] == "Brazil: 10% tariff, aimed at the European Union"


def test_money_on_an_economy_of_ones_own_is_of_its_own_year(tmp_path, monkeypatch):
    monkeypatch.setenv("DETENTE_DATA", str(tmp_path))
    economy = random_economy(3, 4, 3)
    store.install(economy, "random")
    text = starting_text("C0", "C1", read_act("1m purchases"), baseline="random", day=DAY)
    assert plain(text)["measures"][0]["year"] == str(economy.card.year) != "2018"


@pytest.mark.parametrize(
    ("by", "on", "said", "keys"),
    [
        ("USB", "CHN", "25% tariff", {"by"}),
        ("USA", "CHM", "25% tariff", {"on"}),
        ("USA", "CHN", "25% tariff on stel", {"measure"}),
        ("USA", "CHN", "25 tariff", {"measure"}),
        ("USB", "CHM", "25% tariff on stel", {"by", "on", "measure"}),
        ("USA", "CHN", "5% subsidy on machinery", {"on"}),
    ],
)
def test_what_the_economy_does_not_know_is_said_by_what_was_asked(by, on, said, keys):
    with pytest.raises(InputError) as refusal:
        starting_text(by, on, read_act(said), baseline="wiod-2014", day=DAY)
    assert {p.key for p in refusal.value.problems} == keys
    assert all(p.file is None and p.line is None for p in refusal.value.problems)


def test_odd_words_stay_words():
    for odd in ("C26: x", "a\n  b: c", '"', "[C26", "# no"):
        with pytest.raises(InputError) as refusal:
            starting_text("USA", odd, read_act("25%"), baseline="wiod-2014", day=DAY)
        assert {p.key for p in refusal.value.problems} <= {"on", "measure"}
    text = starting_text(
        "USA", "CHN", read_act("25%"), baseline="wiod-2014", day=DAY, file="a\nb: c.yaml"
    )
    assert "#   detente run a b: c.yaml\n" in text


@pytest.mark.parametrize(
    ("text", "value"), [("200bn", 200_000), ("$1.5 bn", 1_500), ("500m", 500), ("375BN", 375_000)]
)
def test_money_in_words(text, value):
    assert million_usd(text, "cut") == value


@pytest.mark.parametrize("text", ["", "bn", "-5bn", "0bn", "5%", "12", "1bn more"])
def test_what_is_no_money_is_refused(text):
    with pytest.raises(InputError, match=r"^cut: not an amount"):
        million_usd(text, "cut")


def test_every_key_stands_in_the_docs():
    docs = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()
    assert "detente new" in docs
    for form in FORMS.values():
        for key in (form.share, form.money):
            assert f"`{key}`" in docs


@pytest.mark.parametrize(
    ("said", "products", "sectors"),
    [
        ("25% tariff on wine and cheese", ("wine", "cheese"), ()),
        ("25% tariff on cars", ("cars",), ()),
        ("25% tariff on 2204, HS 0406 and car parts", ("2204", "0406", "car parts"), ()),
        ("export ban on 8541", ("8541",), ()),
        ("export tax on 8541 of 10%", ("8541",), ()),
        ("25% tariff on HS 22", ("22",), ()),
        ("25% tariff on 29", (), ("29",)),  # a division of ISIC
        ("25% tariff on wine and vehicles", (), ("wine and vehicles",)),
        ("30% duties on aircraft and ships", (), ("aircraft and ships",)),
        ("10%", (), ("goods",)),
    ],
)
def test_goods_are_products_where_all_are_known(said, products, sectors):
    act = read_act(said)
    assert (act.products, act.sectors) == (products, sectors)
    assert act.amount in ("25%", "30%", "10%", "")


def test_products_short_names_and_the_tariffs_of_a_day_are_written(tmp_path):
    act = read_act("25% tariff on wine and 0406")
    text = starting_text("US", "EU, UK", act, baseline="icio-2022", day=DAY)
    found = plain(text)
    assert found["measures"][0]["products"] == ["wine", "0406"]
    assert "sectors" not in found["measures"][0]
    assert found["measures"][0]["by"] == "USA"
    assert found["measures"][0]["on"] == ["EU27", "GBR"]
    assert found["in_force"] == "2026-08-21"
    assert "left out, those of 2022" in text
    found = plain(starting_text("US", "EU", act, baseline="icio-2017", day=DAY))
    assert found["focus"] == ["USA", "EU27"]
    assert [party["country"] for party in found["parties"]] == ["USA", "EU27"]
    assert "in_force" not in found
    path = tmp_path / "case.yaml"
    path.write_text(text)
    assert load_scenario(path).measures[0].products == ("wine", "0406")
