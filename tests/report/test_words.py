"""Sentences of the report: each says what the numbers of the result say."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.document import numbers
from detente.document.language import listed, noun
from detente.report import facts
from detente.report.facts import Money
from detente.report.run import wording
from detente.report.run.facts import facts_of

USD_BN = Money(1000.0, "USD bn")
CHANGING = ("us-tariffs", "retaliation")
PAIRS = (("USA", "CHN"), ("CHN", "USA"))


def number(text: str) -> float:
    return float(text.replace(",", "").replace(numbers.MINUS, "-"))


def agrees(text: str, value: float) -> bool:
    """Say whether the text is the value, but for half a unit of the last digit shown."""
    decimals = len(text.partition(".")[2])
    return abs(number(text) - value) <= 0.5 * 10**-decimals + 4 * math.ulp(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0.000"), (-0.0004, "0.000"), (0.0006, "+0.001"), (-0.0006, "−0.001"),
        (0.05, "+0.050"), (0.1, "+0.10"), (-1.234, "−1.23"), (12.34, "+12.3"),
        (-123.4, "−123"), (1234567.8, "+1,234,568"),
        (math.nan, "–"), (math.inf, "–"), (-math.inf, "–"),
    ],
)  # fmt: skip
def test_signed(value, expected):
    assert numbers.signed(value) == expected


@given(st.floats(-1e9, 1e9), st.none() | st.integers(0, 6))
def test_signed_reads_back_as_the_number(value, decimals):
    text = numbers.signed(value, decimals)
    assert agrees(text, value)
    assert text[0] in "+−" if number(text) else text[0] == "0"
    assert "-" not in text  # a hyphen is no minus


@given(st.floats(-1e6, 1e6))
def test_amount_never_has_a_sign_and_keeps_three_digits_of_what_is_large(value):
    text = numbers.amount(value)
    assert text[0].isdigit()
    assert agrees(text, abs(value))
    if abs(value) >= 1:
        assert number(text) == pytest.approx(abs(value), rel=0.0051)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.00049, "0%"), (-0.00049, "0%"), (0.0005, "+0.001%"), (-0.0005, "−0.001%"), (-2, "−2.00%")],
)
def test_pct_calls_nothing_what_is_negligible(value, expected):
    assert numbers.pct(value) == expected


@pytest.mark.parametrize(
    ("value", "unit", "sign", "expected"),
    [
        (21345, USD_BN, False, "USD 21.3 bn"),
        (-21345, USD_BN, False, "USD 21.3 bn"),
        (-21345, USD_BN, True, "−USD 21.3 bn"),
        (21345, USD_BN, True, "+USD 21.3 bn"),
        (0, USD_BN, True, "USD 0.000 bn"),
        (2.5, Money(1.0, "index"), True, "+2.50 index"),
        (-2.5, Money(1.0, "world shares"), False, "2.50 world shares"),
    ],
)
def test_money(value, unit, sign, expected):
    assert numbers.money(value, unit, sign=sign) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("China", "China"),
        ("United States", "the United States"),
        ("European Union (27)", "the European Union (27)"),
        ("Rest of world", "the rest of the world"),
        ("Rest of the world", "the rest of the world"),
        ("Rest of Asia", "the rest of Asia"),
    ],
)
def test_noun(name, expected):
    assert noun(name) == expected


@pytest.mark.parametrize(
    ("items", "expected"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed(items, expected):
    assert listed(items) == expected


@pytest.mark.parametrize("variant", CHANGING)
def test_headline_says_what_the_frames_say(result, run, variant):
    sentence = wording.headline(run, variant)
    frame = result.variants[variant].countries
    for name, code in (("the United States", "USA"), ("China", "CHN")):
        found = re.search(
            rf"{name} (gains|loses) ([\d.,]+)% of real income \(USD ([\d.,]+) bn a year\)", sentence
        )
        assert found, sentence
        value, worth = frame.loc[code, ["real_income_pct", "real_income_musd"]]
        assert found[1] == ("gains" if value > 0 else "loses")
        assert agrees(found[2], abs(value))
        assert agrees(found[3], abs(worth) / 1000)


def test_headline_without_focus_names_the_economy_that_moves_most(result):
    plain = replace(result, scenario=result.scenario.model_copy(update={"focus": None}))
    change = result.variants["retaliation"].countries["real_income_pct"]
    name = facts.country_names(result.calibration)[change.abs().idxmax()]
    sentence = wording.headline(facts_of(plain), "retaliation")
    assert f"{noun(name)} {'gains' if change[change.abs().idxmax()] > 0 else 'loses'}" in (sentence)
    assert sentence.count("real income") == 1


@pytest.mark.parametrize("variant", CHANGING)
def test_breadth_counts_and_sums(result, run, variant):
    sentence = wording.breadth(run, variant)
    frame = result.variants[variant].countries
    change = frame["real_income_pct"]
    up, down = (change >= numbers.NEGLIGIBLE_PCT).sum(), (change <= -numbers.NEGLIGIBLE_PCT).sum()
    assert up
    assert down
    assert sentence.startswith(
        f"Of {len(frame)} economies {up} gain{'s' if up == 1 else ''} "
        f"and {down} lose{'s' if down == 1 else ''};"
    )
    names = facts.country_names(result.calibration)
    for word, code in (("gain", change.idxmax()), ("loss", change.idxmin())):
        found = re.search(rf"the largest {word} is (.+?)'s? \((.+?)%\)", sentence)
        assert found[1] == noun(names[code])
        assert agrees(found[2], change[code])
    total = re.search(r"worth (\S)USD (\S+) bn", sentence)
    assert agrees(total[1] + total[2], frame["real_income_musd"].sum() / 1000)


def given_countries(run, rows):
    """Return facts in which every variant gives the economies these rows."""
    variants = {name: replace(v, countries=rows) for name, v in run.variants.items()}
    return replace(run, variants=variants)


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ([1, 1, 1, 1, 1, 1], "Of 6 economies 6 gain and none loses; the largest gain is"),
        ([-1, -1, -2, -1, -1, 0], "Of 6 economies none gains and 5 lose; the largest loss is"),
        ([1, -1, 0, 0, 0, 0], "Of 6 economies 1 gains and 1 loses; the largest gain is"),
    ],
)
def test_breadth_counts_in_grammar(run, changes, start):
    rows = {
        code: {"real_income_pct": float(change), "real_income_musd": 1000.0 * change}
        for code, change in zip(run.names, changes, strict=True)
    }
    sentence = wording.breadth(given_countries(run, rows), "retaliation")
    assert sentence.startswith(start)
    assert ("largest gain" in sentence) == (max(changes) > 0)
    assert ("largest loss" in sentence) == (min(changes) < 0)


@pytest.mark.parametrize(
    ("usa", "chn", "expected"),
    [
        (0.5, 0.0001, "the United States gains 0.50% of real income (USD 0.50 bn a year) and China "
         "sees no measurable change of real income."),
        (-0.0001, -3.0, "the United States sees no measurable change of real income and China "
         "loses 3.00% of real income (USD 3.00 bn a year)."),
    ],
)  # fmt: skip
def test_headline_of_one_sided_effects(run, usa, chn, expected):
    rows = {
        code: {"real_income_pct": value, "real_income_musd": 1000 * value}
        for code, value in (("USA", usa), ("CHN", chn))
    }
    assert wording.headline(given_countries(run, rows), "retaliation").endswith(expected)


def goods_mean(result, variant, importer, exporter) -> float:
    """Mean goods tariff after, per cent, from the arrays."""
    c = result.calibration
    n, i = (c.country_codes.index(code) for code in (importer, exporter))
    after = result.variants[variant].equilibrium.policy.tariff_cf
    return 100 * np.average(after[c.goods, n, i], weights=c.flows[c.goods, n, i])


@pytest.mark.parametrize("variant", CHANGING)
def test_bilateral_sentences_agree_with_the_frames(result, run, variant):
    sentence = wording.bilateral(run, variant)
    frame = result.variants[variant].bilateral
    names = {"USA": "the United States", "CHN": "China"}
    for importer, exporter in PAIRS:
        row = frame.loc[(exporter, importer)]
        found = re.search(
            rf"{names[importer]}'s? purchases from {names[exporter]} (rise|fall) by ([\d.,]+)% to "
            r"USD ([\d.,]+) bn \(mean tariff ([\d.]+)% before(?:, ([\d.]+)% after| and after)\)",
            sentence,
            re.IGNORECASE,
        )
        assert found, sentence
        assert found[1] == ("rise" if row["goods_pct"] > 0 else "fall")
        assert agrees(found[2], abs(row["goods_pct"]))
        assert agrees(found[3], (row["goods_musd"] + row["goods_change_musd"]) / 1000)
        assert agrees(found[4], goods_mean(result, "today", importer, exporter))
        assert agrees(found[5] or found[4], goods_mean(result, variant, importer, exporter))
    sold, bought = (frame.loc[pair] for pair in PAIRS)
    before = sold["goods_musd"] - bought["goods_musd"]
    after = before + sold["goods_change_musd"] - bought["goods_change_musd"]
    found = re.search(r"balance with China moves from (.)USD (\S+) bn to (.)USD (\S+) bn", sentence)
    assert agrees(found[1] + found[2], before / 1000)
    assert agrees(found[3] + found[4], after / 1000)


@pytest.mark.parametrize("variant", CHANGING)
@pytest.mark.parametrize("pair", PAIRS)
def test_diverted_shares_agree_with_the_frame(result, run, variant, pair):
    importer, exporter = pair
    sentence = wording.diverted(run, variant, run.pairs[PAIRS.index(pair)])
    change = result.variants[variant].bilateral.loc[(exporter, importer), "goods_pct"]
    word = "cut" if change < 0 else "rise"
    assert sentence.startswith(f"Of the {word} in ")
    share = result.variants[variant].diversion(importer, exporter)["share_pct"]
    home, foreign = share["domestic"], share.drop("domestic")
    verb = "reappears as" if change < 0 else "replaces"
    for value, what in ((foreign.sum(), "purchases from other economies"), (home, "at home")):
        found = re.search(rf"([\d.,]+)% {verb} (?:purchases )?{what}", sentence)
        assert bool(found) == (value > 0.5)
        assert found is None or agrees(found[1], value)
    if found := re.search(r"most from (.+?), ([\d.,]+)%", sentence):
        names = facts.country_names(result.calibration)
        assert found[1] == noun(names[foreign.idxmax()])
        assert agrees(found[2], foreign.max())


@pytest.mark.parametrize(
    ("pct", "shares", "expected"),
    [
        (-5, (30, 20, 40), "Of the cut in the United States' goods purchases from China, 50% "
         "reappears as purchases from other economies (most from Mexico, 30%) and 40% reappears as "
         "purchases at home."),
        (5, (30, 20, 40), "Of the rise in the United States' goods purchases from China, 50% "
         "replaces purchases from other economies (most from Mexico, 30%) and 40% replaces "
         "purchases at home."),
        (-5, (-3, -2, -9), "Of the cut in the United States' goods purchases from China, nothing "
         "reappears as other purchases; purchases from other economies and at home fall as well."),
        (5, (-3, -2, 40), "Of the rise in the United States' goods purchases from China, 40% "
         "replaces purchases at home; purchases from other economies rise as well."),
        (-5, (40, 14, 81), "Of the cut in the United States' goods purchases from China, 54% "
         "reappears as purchases from other economies (most from Mexico, 40%) and 81% reappears as "
         "purchases at home (in value: higher prices count too, hence more than the whole)."),
        (0.01, (30, 20, 40), ""),
    ],
)  # fmt: skip
def test_diverted_in_every_direction(run, pct, shares, expected):
    rows = {
        code: {"share_pct": float(share)}
        for code, share in zip(("MEX", "KOR", "domestic"), shares, strict=True)
    }
    flow, partners = {"retaliation": {"pct": pct}}, {"retaliation": rows}
    pair = replace(run.pairs[0], flow=flow, partners=partners)
    assert wording.diverted(run, "retaliation", pair) == expected


def test_comparison_finds_the_best_and_the_worst(result, run):
    titles = facts.variant_titles(result)
    sentences = wording.comparison(run)
    for who, code, sentence in zip(
        ("The United States", "China"), PAIRS[0], sentences, strict=False
    ):
        change = {v: s.welfare[code] for v, s in result.variants.items()}
        found = re.fullmatch(
            rf"{who} does best under “(.+)” \((.+)%\) and worst under “(.+)” \((.+)%\)\.", sentence
        )
        assert found, sentence
        best, worst = max(change, key=change.get), min(change, key=change.get)
        assert (found[1], found[3]) == (titles[best], titles[worst])
        assert agrees(found[2], change[best])
        assert agrees(found[4], change[worst])
    assert len(sentences) == 3


@pytest.mark.parametrize(
    ("usa", "chn", "expected"),
    [
        ((0, 1, -1), (0, 2, -1), "Both sides gain under “US tariffs on Chinese goods”."),
        ((1, 1, -1), (1, 2, -1), "Both sides gain under “No new measures” and “US tariffs on "
         "Chinese goods”."),
        ((-1, -2, -3), (-1, -2, -3), "Both sides lose in all 3 variants."),
        ((0, 1, -1), (0, -2, -1), "Both sides lose under “+ China retaliates”; in no variant do "
         "both gain."),
        ((0, 1, -1), (0, -1, 1), "In no variant do both sides gain, and in none do both lose."),
    ],
)  # fmt: skip
def test_comparison_says_whether_both_gain(run, usa, chn, expected):
    variants = {
        name: replace(v, countries={"USA": {"real_income_pct": a}, "CHN": {"real_income_pct": b}})
        for (name, v), a, b in zip(run.variants.items(), usa, chn, strict=True)
    }
    assert wording.comparison(replace(run, variants=variants))[-1] == expected


def test_comparison_needs_variants_that_differ_and_a_focus(result):
    last = {"retaliation": result.variants["retaliation"]}
    assert wording.comparison(facts_of(replace(result, variants=last))) == []
    plain = result.scenario.model_copy(update={"focus": None})
    assert wording.comparison(facts_of(replace(result, scenario=plain))) == []
    same = dict.fromkeys(result.variants, result.variants["today"])
    sentences = wording.comparison(facts_of(replace(result, variants=same)))
    assert sentences[:2] == [
        "The United States fares the same in all 3 variants.",
        "China fares the same in all 3 variants.",
    ]


def test_a_variant_without_effect_is_called_that(run):
    assert wording.headline(run, "today") == (
        "“No new measures” has no measurable effect on the real income of any economy."
    )
    assert wording.breadth(run, "today") == ""
    assert wording.bilateral(run, "today").startswith(
        "The United States' purchases from China stay put and China's purchases from the United "
        "States stay put. The United States' goods balance with China stays at "
    )
    assert all(wording.diverted(run, "today", pair) == "" for pair in run.pairs)
