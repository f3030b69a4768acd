"""Firms of a scenario: carved out of its economy, cut off by a measure, refused by line."""

import numpy as np
import pytest
import yaml
from rich.console import Console

import detente as dt
from detente.document.html import section
from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.prepared import prepare
from detente.report.facts import BEFORE
from detente.report.run import firms as firms_report
from detente.sanction.carve import carve
from detente.sanction.load import load_card
from detente.scenario.load import load_scenario, measures_of, scenario_hash
from detente.scenario.variants import firms_for, firms_of, narrowed, on_economy
from detente.simulate import run_scenario
from detente.wars.setting import set_up
from economies import random_economy
from sanction_cards import plain as figure
from scenario_texts import line_of

BAN = """\
title: A firm cut off
date: 2018-05-14
baseline: random
firms: [cards/firm.yaml]
measures:
  - id: cut-off
    kind: export-ban
    by: C0
    on: C1
    firm: firm
  - id: tax
    kind: tariff
    by: C1
    on: C0
    sectors: S0
    add: 0.1
variants:
  - id: banned
    title: Banned
    measures: [cut-off]
  - id: taxed
    title: Taxed
    measures: [tax]
"""


@pytest.fixture(scope="module")
def may():
    return load_scenario("may-2018")


def world():
    found = random_economy(1, countries=3, sectors=3)
    return found.replace(card=found.card.__class__("random", "", 2000, "", "", "million USD"))


def a_card(share=0.1, **keys):
    c = world()
    revenue = share * c.output[1, 0]
    return {
        "code": "FIRM", "name": "A firm", "economy": "C1", "sector": "S0", "year": 2000,
        "revenue": figure(revenue), "employment": figure(10),
        "purchases": [{"from": "C0", "sector": "S0", "value": figure(0.005 * revenue)}],
        **keys,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "firm.yaml").write_text(yaml.safe_dump(a_card()))
    return tmp_path


def case(folder, text=BAN):
    path = folder / "case.yaml"
    path.write_text(text)
    return path


def refused(folder, text=BAN, **choices):
    with pytest.raises(InputError) as caught:
        run_scenario(case(folder, text), baseline=world(), **choices)
    return caught.value.problems


def test_the_firm_of_a_file_is_cut_off(folder):
    result = run_scenario(case(folder), baseline=world())
    c = result.calibration
    assert [s.code for s in c.sectors][-2:] == ["FIRM", "FIRM.S0"]
    flows = np.asarray(result.variants["banned"].equilibrium.outcome.flows_cf)
    bought = flows[c.sector_codes.index("FIRM.S0"), 1]
    assert bought[0] == 0 < bought[1]
    # others of the target's economy still buy of the sanctioner
    assert flows[0, 1, 0] > 0
    assert result.variants["banned"].sectors.loc[("C1", "FIRM"), "output_volume_pct"] < 0


def test_the_ban_is_that_on_the_inputs_of_the_firm_alone(folder):
    scenario, carved, *_ = prepare(case(folder), world())
    (ban,) = measures_of(scenario, "banned")
    by_hand = ExportBan("C0", on="C1", sectors=["FIRM.S0"])
    ours, theirs = (compile_policy(carved, [m]) for m in (ban, by_hand))
    assert np.array_equal(ours.supply_share, theirs.supply_share)
    assert np.argwhere(ours.supply_share != 1).tolist() == [[4, 1, 0]]


ERRORS = {
    "unknown": ("[cards/firm.yaml]", "[zet]", "[zet]", "did you mean 'zte'"),
    "none there": ("[cards/firm.yaml]", "[cards/fim.yaml]", "fim.yaml", "no such card"),
    "outside": ("[cards/firm.yaml]", "[../firm.yaml]", "../firm", "outside the folder"),
    "absolute": ("[cards/firm.yaml]", "[/etc/passwd]", "/etc", "outside the folder"),
    "a folder": ("[cards/firm.yaml]", "[cards]", "[cards]", ""),
    "twice": ("[cards/firm.yaml]", "[zte, zte]", "firms", "twice"),
    "overlap": ("[cards/firm.yaml]", "[cards/firm.yaml, cards/../cards/firm.yaml]", "firms:",
                "two firms overlap"),
    "not carved": ("firm: firm", "firm: other", "firm: other", "no such firm"),
    "both": ("firm: firm", "firm: firm\n    sectors: S1", "sectors: S1", "give the firm, or"),
    "no firm": ("firms: [cards/firm.yaml]\n", "", "firm: firm", "under `firms`"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_refusals_say_the_line(folder, name):
    old, new, place, said = ERRORS[name]
    (folder.parent / "firm.yaml").write_text(yaml.safe_dump(a_card()))
    text = BAN.replace(old, new)
    problem, *others = refused(folder, text)
    assert not others
    assert said in str(problem)
    if name != "a folder":
        assert problem.file == folder / "case.yaml"
        assert problem.line == line_of(text, place)


def test_a_link_out_of_the_folder_is_outside(folder):
    outside = folder.parent / "elsewhere.yaml"
    outside.write_text(yaml.safe_dump(a_card()))
    (folder / "cards" / "link.yaml").symlink_to(outside)
    (problem,) = refused(folder, BAN.replace("firm.yaml]", "link.yaml]"))
    assert "outside the folder" in problem.message


@pytest.mark.parametrize(
    ("keys", "said", "key"),
    [
        ({"economy": "C7"}, "unknown economy", "economy"),
        ({"share": 1.2}, "larger than its sector", "revenue"),
    ],
)
def test_what_the_economy_cannot_hold_is_at_the_line_of_the_card(folder, keys, said, key):
    path = folder / "cards" / "firm.yaml"
    path.write_text(yaml.safe_dump(a_card(**keys)))
    (problem,) = refused(folder)
    assert said in problem.message
    assert (problem.file, problem.key) == (path, key)
    assert problem.line == line_of(path.read_text(), f"{key}:")


def test_two_firms_that_are_more_than_their_sector(folder):
    for name in ("firm", "rival"):
        keys = {"code": name.upper(), "purchases": [], "share": 0.6}
        (folder / "cards" / f"{name}.yaml").write_text(yaml.safe_dump(a_card(**keys)))
    text = BAN.replace("[cards/firm.yaml]", "[cards/firm.yaml, cards/rival.yaml]")
    (problem,) = refused(folder, text, variants=["taxed"])
    assert problem.file == folder / "cards" / "rival.yaml"
    assert "larger than" in problem.message
    assert "FIRM" in problem.message


def test_slack_is_said(may):
    scenario = may.model_copy(update={"firms": ("huawei",)})
    _, calibration, *_ = prepare(scenario)
    found = carve(dt.load("wiod-2014"), load_card("huawei")).firms[0].accounts
    share = f"{found.slack / found.known:.0%}"
    assert found.slack > 0
    assert any(f"{share} of the known purchases of Huawei" in n for n in
               firms_report.notes(calibration))  # fmt: skip


# ---- a firm of single variants, as in may-2018 ---------------------------------------------------


def test_a_plain_run_is_on_the_economy_as_it_is(may):
    scenario, calibration, *_ = prepare(may)
    assert calibration.hash == dt.load("wiod-2014").hash
    assert not {"zte-banned", "zte-deal"} & {v.id for v in scenario.variants}
    assert "us-zte-ban" not in {m.id for m in scenario.measures}
    assert "--variant zte-banned" in firms_report.hint(scenario)
    assert scenario_hash(scenario) == scenario_hash(may)


def test_variants_that_are_asked_for_share_one_economy(may):
    scenario, calibration, *_ = prepare(may, variants=["zte-banned"])
    carved = carve(dt.load("wiod-2014"), load_card("zte")).calibration
    assert calibration.hash == carved.hash
    assert len(scenario.variants) == len(may.variants)
    assert firms_for(may, ["status-quo", "zte-banned"]) == ("zte",)
    assert firms_of(may, "status-quo") == ()
    setting = set_up("may-2018", variant="zte-banned")
    assert setting.calibration.hash == carved.hash
    assert (setting.base.supply_share != 1).sum() == 1


def test_firms_come_with_the_variants_that_are_included(may):
    last = may.variants[-1].model_copy(update={"includes": ("zte-banned",)})
    changed = may.model_copy(update={"variants": (*may.variants[:-1], last)})
    assert firms_of(changed, last.id) == ("zte",)


def test_a_part_keeps_its_lines_and_measures(may):
    part = narrowed(may, ["all-threats"])
    (variant,) = part.variants
    assert set(variant.measures) == {
        "us-301-list-1", "us-301-list-2", "us-further-100bn", "china-50bn", "china-april-2-fruit",
        "china-april-2-pork",
    }  # fmt: skip
    used = {m for other in may.variants for m in other.measures}
    at_the_table = {m.id for m in may.measures} - used
    assert {m.id for m in part.measures} == set(variant.measures) | at_the_table
    text = may.path.read_text("utf-8")
    line = part.origin.lines["variants", 0]
    assert text.splitlines()[line - 1].strip() == "- id: all-threats"
    assert narrowed(may, [v.id for v in may.variants]) is may
    assert on_economy(part, ()) is part


def test_unknown_variants_are_refused():
    with pytest.raises(InputError, match="did you mean 'zte-banned'"):
        run_scenario("may-2018", variants=["zte-baned"])


def test_the_ban_on_zte(may):
    result = run_scenario(may, variants=["status-quo", "zte-banned"])
    (lines,) = firms_report.facts_of(result)
    bought = lines.money["buys from the United States"]
    tariff = dt.load("wiod-2014").tariff
    c = result.calibration
    at = (c.sector_codes.index("C26"), *(c.country_codes.index(k) for k in ("CHN", "USA")))
    assert bought[BEFORE] * (1 + tariff[at]) == pytest.approx(2300, rel=1e-9)
    assert bought["zte-banned"] == 0 < bought["status-quo"]
    # the ban costs the firm, its suppliers and both economies, beside what April's tariffs do
    for line in ("output", "United States, output of C26"):
        assert lines.pct[line]["zte-banned"] < lines.pct[line]["status-quo"]
    for line in lines.income.values():
        assert set(line) == set(result.variants)
    for line in ("China, real income", "United States, real income"):
        assert lines.income[line]["zte-banned"] < lines.income[line]["status-quo"]
    shown = firms_report.of_result(result)
    page = section(shown, {})
    console = Console(record=True, width=120)
    shown.to_terminal(console)
    for told in (page, console.export_text()):
        # no row without its unit
        assert "buys from the United States, USD bn" in told
        assert "China, real income, USD bn" in told
        assert "United States, real income, USD bn" in told
        assert "its cost, %" in told
    assert "Figures of ZTE are of 2017" in page
