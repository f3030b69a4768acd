"""What options add to the commands on games: printed, in JSON, in files, refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.baseline import store
from economies import random_economy
from scenario_texts import GOOD


def played(done):
    assert done.status == 0, done.err
    return json.loads(done.out)["game"]


def test_weights_are_read_off_tariffs_and_can_be_given_again(case, detente):
    politics = ("--objective", "political", "--weights")
    done = detente("nash", case, *politics, "announced", "--shrink", "1e-6", "--out", "out")
    assert done.status == 0, done.err
    assert "Political weights read off the tariffs of" in done.out
    assert "without politics" in " ".join(done.out.split())
    held = pd.read_csv("out/weights.csv")
    np.testing.assert_allclose(held.groupby("player")["weight"].mean(), 1)
    page = Path("out/report.html").read_text()
    assert "Political weights by sector" in page
    again = played(detente("nash", case, *politics, "out/weights.csv", "--json"))
    first = pd.read_csv("out/rates.csv")
    np.testing.assert_allclose([r["rate"] for r in again["rates"]], first["rate"], atol=1e-6)
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert any("optimal rates are" in said for said in manifest["sentences"])
    columns = manifest["files"]["weights.csv"]["columns"]
    assert set(columns) == set(held.columns)
    assert "mean one" in columns["weight"]["meaning"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nash", "--weights", "applied"), ["--weights"]),
        (("optimal", "--objective", "political", "--weights", "variant:x", "--shrink", "0"),
         ["--weights", "--shrink"]),
        (("nash", "--objective", "political", "--weights", "short.csv"), ["no weights for", "C1"]),
        (("nash", "--objective", "political", "--weights", "odd.csv"), ["odd.csv", "all weights"]),
    ],
)  # fmt: skip
def test_bad_weights_are_refused(case, detente, arguments, said):
    Path("short.csv").write_text("player,sector,weight\nC0,S0,1\nC0,S1,1\nC0,S2,1\n")
    Path("odd.csv").write_text("sector,weight\nS0,0\nS1,0\nS2,0\n")
    command, *rest = arguments
    done = detente(command, case, *rest, "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()


def more(done):
    return played(done)["more"]


@pytest.mark.parametrize("rule", ["tit-for-tat", "equal-value", "equal-revenue", "equal-harm"])
def test_each_answers_what_the_other_announced(case, detente, rule):
    done = detente("nash", case, "--answers", rule, "--no-certificate", "--json")
    found = more(done)
    rows = pd.DataFrame(found["answers"]["rows"])
    assert set(rows["rule"]) == {rule}
    assert {(r.attacker, r.answerer) for r in rows.itertuples()} == {("C0", "C1"), ("C1", "C0")}
    if rule == "tit-for-tat":
        # the variant: C0 adds 25 points on S0
        own = rows[rows["answerer"] == "C1"].set_index("sector")["added"]
        assert own["S0"] == pytest.approx(0.25)
        assert own.drop("S0").abs().max() < 1e-12
        c = store.load("random")
        bought = np.where(c.goods, c.flows[:, 1, 0], 0.0)
        table = json.loads(done.out)["tables"]["answers-by-pair"]["rows"]
        mean = next(row["added"] for row in table if row["whom"] == "C0 → C1")
        assert mean == pytest.approx(0.25 * bought[0] / bought.sum())
    assert found["answers"]["said"][0].startswith(f"The rule, {rule}: ")


def test_talks_in_pairs_reciprocal_and_coalitions_are_printed_and_written(case, detente):
    done = detente("cooperate", case, "--players", "C0,C1,C2", "--pairwise", "--mfn",
                   "--reciprocal", "--coalitions", "C0+C1", "--disagreement", "status-quo",
                   "--out", "out")  # fmt: skip
    assert done.status == 0, done.err
    for title in ("Pairs that bargain", "Reciprocal changes alone", "Whether coalitions"):
        assert title in done.out
        assert title in Path("out/report.html").read_text()
    pairs = pd.read_csv("out/pairs.csv")
    assert set(pairs["exporter"]) == {"all"}
    assert pairs["pair"].str.contains(r"\+").all()
    moves = pd.read_csv("out/coalitions.csv")
    assert list(moves["economy"]) == ["C0", "C1", "C2"]
    assert set(pd.read_csv("out/reciprocal.csv")["player"]) == {"C0", "C1", "C2"}


def test_two_in_a_pair_strike_the_bargain_over_the_status_quo(case, detente):
    game = played(detente("cooperate", case, "--pairwise", "--disagreement", "status-quo",
                          "--points", 0, "--json"))  # fmt: skip
    agreed = {r["player"]: r for r in game["players"]}
    rates = pd.DataFrame(game["more"]["pairs"]["rows"])
    joint = pd.DataFrame(game["rates"])
    assert agreed["C0"]["status"] == "agreed"
    np.testing.assert_allclose(rates["rate"], joint["rate"], atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nash", "--answers", "an eye"), ["--answers", "tit-for-tat"]),
        (("cooperate", "--mfn", "--rule", "uniform"), ["--pairwise", "--rule"]),
        (("cooperate", "--coalitions", "C0,C0+C9"), ["--coalitions", "C0+C9"]),
        (("cooperate", "--players", "C0,U=C1+C2", "--coalitions", "pairs"), ["one economy each"]),
    ],
)
def test_options_that_do_not_fit_are_refused(case, detente, arguments, said):
    command, *rest = arguments
    done = detente(command, case, *rest, "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()


def test_bindings_hold_rates_down_and_say_what_that_costs(case, detente):
    Path("bound.yaml").write_text("C0: 0.02\nCountry 1:\n  all: 0.5\n  S1: 0.01\n")
    done = detente("nash", case, "--sectors", "all", "--bindings", "bound.yaml", "--out", "out")
    assert done.status == 0, done.err
    assert "What tariff bindings hold back" in done.out
    rates = pd.read_csv("out/rates.csv")
    assert rates.loc[rates["player"] == "C0", "rate"].max() <= 0.02 + 1e-9
    assert rates.loc[(rates["player"] == "C1") & (rates["sector"] == "S1"), "rate"].max() <= 0.0101
    held = pd.read_csv("out/bindings.csv")
    assert (held["worth_pct"] > 0).all()
    assert "C0" in set(held["player"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("C0: high\nC1:\n  S0: -1\n", ["bound.yaml:1", "bound.yaml:3", "C1.S0"]),
        ("C9: 0.1\n", ["bound.yaml:1: unknown economy", "C9"]),
        ("C1: 0.1\nC2: 0.1\n", ["bound.yaml:2: does not play", "C2"]),
        ("C0:\n  S7: 0.1\n", ["bound.yaml:2: unknown sector", "S7"]),
        ("C0: 0.1\nCountry 0: 0.2\n", ["bound.yaml:2: C0 is bound twice"]),
        ("C0: x\nC9: 0.1\n", ["bound.yaml:1: C0: not a bound rate", "bound.yaml:2: unknown"]),
        ("[]\n", ["holds no bindings"]),
    ],
)
def test_bad_bindings_are_refused(case, detente, text, said):
    Path("bound.yaml").write_text(text)
    done = detente("nash", case, "--bindings", "bound.yaml", "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()


def test_export_taxes_are_instruments_too(case, detente):
    taxes = played(detente("nash", case, "--instrument", "export-tax", "--low", "-0.5", "--json"))
    assert {r["instrument"] for r in taxes["rates"]} == {"export-tax"}
    assert taxes["searches"][0]["status"] == "certified"
    done = detente("nash", case, "--instrument", "both", "--json", "--no-certificate")
    both = played(done)
    charges = {row["player"]: row for row in json.loads(done.out)["tables"]["charges"]["rows"]}
    rates = pd.DataFrame(both["rates"])
    assert set(rates["instrument"]) == {"tariff", "export-tax"}
    for player in both["players"]:
        for kind, column in (("tariff", "tariff_mean"), ("export-tax", "export_tax_mean")):
            own = rates[(rates["player"] == player["player"]) & (rates["instrument"] == kind)]
            mean = np.average(own["rate"], weights=own["trade_musd"])
            assert player[column] == pytest.approx(mean)
            assert charges[player["player"]][column] == pytest.approx(mean)


EVERY = "S0,1\nS1,1\nS2,1\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sector,wt\n" + EVERY, ["w.csv:1: lacks the column weight", "columns sector, weight"]),
        ("a;b\n", ["w.csv:1: lacks the columns sector and weight"]),
        ("sector,weight\n", ["w.csv:1: holds no weights"]),
        ("sector,weight\nS0,1\nS9,1\nS1,-1\nS2,1\n", ["w.csv:3: unknown sector",
                                                    "w.csv:4: weight: not a weight"]),
        ("sector,weight\n\nS0,1\nS1,1\n", ["w.csv: no weight for S2 of 3 sectors"]),
        ("sector,weight\nS0,1,5\nS1,1\nS2,1\n", ["w.csv:2: has more cells"]),
        ("player,sector,weight\n" + "C0," + EVERY.replace("\nS", "\nC0,S") + "C9,S0,1\n",
         ["w.csv:5: unknown economy", "no weights for a player", "'C1'"]),
        ("player,sector,weight\nC0,S0,1\nCountry 1,S7,1\n",
         ["w.csv:2: C0: no weight for S1, S2", "w.csv:3: unknown sector"]),
    ],
)  # fmt: skip
def test_a_table_of_weights_is_refused_by_line(case, detente, text, said):
    Path("w.csv").write_text(text)
    done = detente("nash", case, "--objective", "political", "--weights", "w.csv", "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()


def test_weights_of_players_by_name_and_of_others_can_be_given(case, detente):
    rows = [f"{who},S{k},{1 + 0.2 * k}" for who in ("Country 0", "C1", "C2") for k in range(3)]
    Path("w.csv").write_text("player,sector,weight\n" + "\n".join(rows) + "\n")
    political = ("--objective", "political", "--no-certificate", "--json", "--weights")
    by_player = played(detente("nash", case, *political, "w.csv"))
    Path("w.csv").write_text("sector,weight\nS0,1\nS1,1.2\nS2,1.4\n")
    alike = played(detente("nash", case, *political, "w.csv"))
    assert [r["rate"] for r in by_player["rates"]] == [r["rate"] for r in alike["rates"]]


def test_files_that_are_not_there_are_all_said_at_once(case, detente):
    done = detente("nash", case, "--objective", "political", "--weights", "no.csv", "--bindings",
                   "no.yaml", "--rule", "odd", "--baseline", "wiod-2015")  # fmt: skip
    assert done.status == 2
    for said in ("no.csv: no such file", "no.yaml: no such file", "--rule: unknown",
                 "'wiod-2014'", "4 problems"):  # fmt: skip
        assert said in done.err
    done = detente("nash", case, "--objective", "political", "--weights", ".", "--bindings", ".")
    assert done.err.count("this is a folder") == 2


@pytest.fixture
def listed(user_data) -> Path:
    """Write a scenario of the United States and China on a small economy with ISIC divisions."""
    c = random_economy(3, 4, 3)
    codes, divisions = ("USA", "CHN", "DEU", "ROW"), (("26",), ("28",), ("29",))
    countries = tuple(replace(x, code=code) for x, code in zip(c.countries, codes, strict=True))
    sectors = tuple(replace(s, isic=isic) for s, isic in zip(c.sectors, divisions, strict=True))
    store.install(c.replace(countries=countries, sectors=sectors), "listed")
    path = Path("listed.yaml")
    text = GOOD.replace("C0", "USA").replace("C1", "CHN").replace("random", "listed")
    path.write_text(text)
    return path


def test_rates_on_the_goods_of_a_list(listed, detente):
    ask = ("optimal", listed, "--players", "USA", "--no-certificate", "--json")
    whole = played(detente(*ask))
    found = played(detente(*ask, "--product-list", "us-list1-34bn"))
    assert any("are on us-list1-34bn" in note for note in found["notes"])
    # the division's share of the list in imports of 2017
    from detente.policy.product_lists import coverage

    held = coverage(store.load("listed"), "us-list1-34bn")
    trade = {r["sector"]: r["trade_musd"] for r in whole["rates"]}
    for rate in found["rates"]:
        share = held[["S0", "S1", "S2"].index(rate["sector"])]
        assert rate["trade_musd"] == pytest.approx(share * trade[rate["sector"]])
    # announced: the variant in which all of S0 has 25 points more, the list's part of it too
    announced = {r["sector"]: r["announced"] - r["applied"] for r in found["rates"]}
    assert announced == pytest.approx({"S0": 0.25, "S1": 0.0, "S2": 0.0}, abs=1e-9)
    assert [r["rate"] for r in found["rates"]] != pytest.approx(
        [r["rate"] for r in whole["rates"]], rel=0.01
    )


def test_each_importer_has_its_own_list(listed, detente):
    lists = "us-list1-34bn,china-list1-34bn"
    war = played(detente("nash", listed, "--product-list", lists, "--json"))
    assert war["searches"][0]["status"] == "certified"
    trade = {(r["player"], r["sector"]): r["trade_musd"] for r in war["rates"]}
    assert ("CHN", "S2") in trade
    assert ("CHN", "S0") not in trade  # China's list holds no machines of division 26
    talks = played(detente("cooperate", listed, "--product-list", lists, "--points", "0",
                           "--disagreement", "status-quo", "--json"))  # fmt: skip
    assert {(r["player"], r["sector"]) for r in talks["rates"]} == set(trade)
    assert {r["status"] for r in talks["players"]} == {"agreed"}
    assert "Rates of Country 0 are on the goods of us-list1-34bn alone" in talks["rule"]


def test_a_search_over_a_list_goes_on_over_the_same_list_alone(listed, detente):
    from detente.wars.checkpoint import problem_hash
    from detente.wars.setting import Choices, set_up

    keys = {
        problem_hash(set_up(listed, Choices(product_lists=lists)), "nash")
        for lists in ((), ("us-list1-34bn",), ("us-list2-16bn",), ("china-list1-34bn",))
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ("us-list1-34b", ["--product-list", "no such product list", "us-list1-34bn"]),
        ("us-list1-34bn,us-list2-16bn", ["--product-list", "USA has two lists"]),
        ("us-list1-34bn --players CHN,DEU", ["--product-list", "imports of USA"]),
        ("us-list1-34bn --instrument both", ["--product-list", "lists are of imports"]),
        ("us-list1-34b --rule odd", ["no such product list", "--rule", "2 problems"]),
    ],
)
def test_lists_that_nobody_can_play_are_refused(listed, detente, lists, said):
    done = detente("nash", listed, "--product-list", *lists.split())
    assert done.status == 2
    for words in said:
        assert words in done.err


def test_a_baseline_without_divisions_has_no_place_for_a_list(case, detente):
    case.write_text(GOOD)
    done = detente("optimal", case, "--product-list", "us-list1-34bn")
    assert done.status == 2
    assert "no ISIC divisions" in done.err


def test_coalitions_have_whole_flows(listed, detente):
    done = detente(
        "cooperate", listed, "--product-list", "us-list1-34bn", "--coalitions", "USA+CHN"
    )
    assert done.status == 2
    assert "whole flows" in done.err
