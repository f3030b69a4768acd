"""Who acts, on whom and by what, in other styles and disputes; and what the ledger offers."""

import json
from datetime import date
from pathlib import Path

import pytest

from detente.reading.lexicons import goods, names
from detente.reading.offers import find_offers
from detente.reading.read import read, read_text
from detente.scenario.load import load_scenario

TEXTS = Path(__file__).parent / "texts"
SEED = (
    Path(__file__).resolve().parents[2]
    / ".."
    / "shared"
    / "reading"
    / "docs"
    / "00-us-china-zte.txt"
)


@pytest.fixture(scope="module")
def whitelist():
    return read(TEXTS / "whitelist-2019.txt", "2019-09-18")


@pytest.fixture(scope="module")
def almonds():
    return read(TEXTS / "almonds-2023.txt", "2023-06-22")


@pytest.fixture(scope="module")
def cap():
    return read(TEXTS / "oil-cap-2022.txt", "2022-12-04")


def told(reading, words):
    """Return the one statement that a clause with some words makes, headlines aside."""
    (one,) = [s for s in reading.statements if words in s.quote]
    return one


def sides(one):
    return one.actor, one.target, one.action, one.instrument, one.modality


def only(text, words, day="2024-05-15"):
    return told(read_text(text, day), words)


def test_taken_off_a_list_and_answering(whitelist):
    assert sides(told(whitelist, "removed Japan")) == (
        ("KOR",), ("JPN",), "impose", "export_control", "in_force")  # fmt: skip
    earlier = told(whitelist, "tightened controls")
    assert sides(earlier) == (("JPN",), ("KOR",), "impose", "export_control", "in_force")
    assert earlier.when == "2019-07"
    assert earlier.goods == ("photoresists", "hydrogen fluoride", "fluorinated polyimide")


def test_who_is_cited(whitelist):
    named = told(whitelist, "consultations if").source
    assert (named.kind, named.who) == ("named", "Sung Yun-mo")
    called = told(whitelist, "regrettable")
    assert sides(called)[:3] == (("JPN",), ("KOR",), "criticise")
    assert called.source.who == "Hiroshige Seko"
    assert told(whitelist, "would end preferential").source.who == "Japan"
    assert told(whitelist, "rejected Seoul's request").source.kind == "media"


def test_talks_that_are_turned_down_and_a_case(whitelist):
    assert sides(told(whitelist, "rejected Seoul's request")) == (
        ("JPN",), ("KOR",), "talk", "talks", "refused")  # fmt: skip
    case = told(whitelist, "filed a complaint")
    assert sides(case) == (("KOR",), ("JPN",), "litigate", "dispute", "in_force")
    assert case.when == "2019-09-11"
    assert set(told(whitelist, "The two governments met").actor) == {"KOR", "JPN"}


def test_both_sides_of_an_agreement(almonds):
    both = told(almonds, "terminate six outstanding disputes")
    assert (set(both.actor), both.instrument, both.modality) == (
        {"USA", "IND"}, "dispute", "agreed")  # fmt: skip
    assert both.when == "2023-06-22"
    assert both.source.who == "Katherine Tai"
    assert sides(told(almonds, "agreed to remove retaliatory tariffs")) == (
        ("IND",), ("USA",), "ease", "tariff", "agreed")  # fmt: skip
    stood = told(almonds, "which it had imposed")
    assert sides(stood)[:4] == (("IND",), ("USA",), "impose", "tariff")
    assert {"almonds", "apples", "chickpeas"} <= set(stood.goods)


def test_people_who_are_not_known_speak_for_whom_their_title_names(cap):
    weak = told(cap, "level weak")
    assert (weak.actor, weak.action) == (("UKR",), "criticise")
    assert told(cap, "halve it").modality == "demanded"
    assert told(cap, "halve it").actor == ("UKR",)
    moscow = told(cap, "considering a ban on exports")
    assert sides(moscow)[0] == ("RUS",)
    assert (moscow.instrument, moscow.modality) == ("export_control", "considered")
    assert moscow.source.kind == "anonymous"


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Norway said that Iceland and Chile had been exempted from its duties on salmon.",
         "exempted", (("NOR",), ("ISL", "CHL"), "ease")),
        ("Peru imposed a tariff of 12 percent on corn. Kenya, which had sued Peru, was silent.",
         "had sued", (("KEN",), ("PER",), "litigate")),
        ("Oman said it would appeal a ruling in favour of Qatar, which had sued Oman over nickel.",
         "had sued", (("QAT",), ("OMN",), "litigate")),
        ("Ghana and Togo met in Accra. The two sides agreed to suspend their tariffs on cocoa.",
         "agreed to suspend", (("GHA", "TGO"), (), "ease")),
        ("Brazil complained. The WTO ruled that Canada had paid subsidies for jets.",
         "ruled", (("WTO",), ("CAN",), "litigate")),
        ("The retaliation followed a move by Egypt to halt trade preferences for Jordan.",
         "a move by", (("EGY",), ("JOR",), "impose")),
        ("Despite criticizing Laos's tariffs on rice, Nepal said it would buy more sugar.",
         "Despite", (("NPL",), ("LAO",), "criticise")),
        ("Fiji banned taro from Samoa. Tonga's trade minister, Alan Kava, called it unfair.",
         "called it", (("TON",), ("FJI",), "criticise")),
    ],
)  # fmt: skip
def test_roles_by_grammar(text, words, found):
    one = only(f"News\n\n{text}\n", words)
    assert (one.actor, one.target, one.action)[: 3 if found[1] else 1] == found[
        : 3 if found[1] else 1
    ]


def test_an_act_joined_by_and_stands_where_the_first_does():
    text = "News\n\nChile will lift its quota on apples and cut tariffs on wine from Peru.\n"
    reading = read_text(text, "2024-05-15")
    assert told(reading, "cut tariffs").modality == "announced"


def test_a_list_of_names_is_no_clause():
    text = "News\n\nIn May, Spain, Italy and Malta had raised duties of 10 percent on rice.\n"
    quotes = [s.quote for s in read_text(text, "2024-05-15").statements]
    assert len([q for q in quotes if "Malta" in q]) == 1
    assert any("Spain" in q and "Malta" in q for q in quotes)


def test_an_alternative_is_a_threat():
    text = "News\n\nJapan must open its market by August 1 or face a tariff of 30 percent.\n"
    assert only(text, "30 percent").modality == "threatened"


def test_what_was_scheduled_on_a_day_is_to_come():
    text = "News\n\nThe exemptions of Canada will expire as scheduled on Friday.\n"
    assert only(text, "expire", "2018-05-31").when == "2018-06-01"


def test_republics_and_people_by_their_time():
    text = "News\n\nThe Republic of Korea and the Kingdom of Norway agreed to suspend a case.\n"
    assert set(only(text, "suspend").actor) == {"KOR", "NOR"}
    by_year = {n.years for n in names()["Katherine Tai"]}
    assert by_year == {(2021, 2025)}


def test_lexicons_cover_the_world():
    codes = {n.code for found in names().values() for n in found}
    assert {"AFG", "ZWE", "VUT", "PNG", "LIE", "WTO", "EU"} <= codes
    assert len(codes) > 180
    assert all(len(code) == 3 or code == "EU" for code in codes)
    assert len(goods()) > 500
    for good in goods().values():
        assert all(not p[:1].isdigit() or len(p) % 2 == 0 for p in good.products)


# ---------------------------------------------------------------- what the ledger has
BARLEY = {"id": "b", "kind": "tariff", "by": "CHN", "on": "AUS", "add": 0.805,
          "status": "applied", "note": "On barley."}  # fmt: skip


def test_the_ledger_is_offered_by_goods_and_rate():
    first = find_offers([BARLEY], date(2021, 1, 15))[0]
    assert (first.path, first.entry) == ("measures[0]", "M049")
    assert first.says.startswith("anti-dumping and countervailing: 80.5% on barley")
    assert "in force since 2020-05-19" in first.says


def test_nothing_is_offered_that_came_later_or_before_the_ledger():
    assert all(o.entry != "M049" for o in find_offers([BARLEY], date(2019, 1, 15)))
    assert find_offers([BARLEY], date(2012, 1, 15)) == ()
    assert find_offers([{**BARLEY, "on": "world"}], date(2021, 1, 15)) == ()


def test_offers_stand_in_the_draft_and_beside_it():
    text = "Barley\n\nChina imposed duties of 80.5 percent on barley from Australia in 2020.\n"
    reading = read_text(text, "2021-01-15")
    assert "# ledger M049: " in reading.draft.text
    assert json.loads(json.dumps(reading.to_plain()))["offers"][0]["ledger"] == "M049"


# ---------------------------------------------------------------- beside what is shipped
@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/reading")
def test_the_draft_of_may_2018_beside_the_shipped_one(tmp_path):
    path = tmp_path / "draft.yaml"
    reading = read(SEED, "2018-05-16")
    path.write_text(reading.draft.text, encoding="utf-8")
    draft, shipped = load_scenario(path), load_scenario("may-2018")
    (ours,), (theirs,) = draft.goals, shipped.goals
    assert (ours.of, ours.partner, ours.cut_usd, ours.stated_usd) == (
        theirs.of, theirs.partner, theirs.cut_usd, theirs.stated_usd)  # fmt: skip

    def kinds(case):
        return {(m.kind, *m.by) for m in case.measures}

    assert kinds(draft) <= kinds(shipped)
    # purchases and further tariffs are in the sources of the shipped one, not in the article
    assert kinds(shipped) - kinds(draft) == {("purchase-commitment", "CHN")}
    assert {o.entry for o in reading.draft.offers} >= {"M005", "M006"}
    assert draft.talks is not None
    assert len(draft.talks.issues) == 5
