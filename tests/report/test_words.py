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


def dollars(text: str) -> tuple[float, float]:
    """Return an amount as it is said, in millions, and half a unit of its last digit."""
    digits, size = re.fullmatch(r"\$([\d,.]+)(tn|bn|m)", text).groups()
    scale = {"tn": 1e6, "bn": 1e3, "m": 1.0}[size]
    return number(digits) * scale, 0.5 * scale * 10 ** -len(digits.partition(".")[2])


def agrees_in_money(text: str, value: float) -> bool:
    said, half = dollars(text)
    return abs(said - abs(value)) <= half * (1 + 1e-9)


MONEY = r"\$[\d.,]+(?:tn|bn|m)"


@pytest.mark.parametrize("variant", CHANGING)
def test_the_effect_is_what_the_frames_say(result, run, variant):
    sentence = wording.effect(run, variant)
    frame = result.variants[variant].countries
    verb = ""
    for name, code in (("the United States", "USA"), ("China", "CHN")):
        found = re.search(
            rf"(costs|gains)? ?{name} ({MONEY})(?: a year)? \(([\d.,]+)%(?: of its real income)?\)",
            sentence,
        )
        assert found, sentence
        value, worth = frame.loc[code, ["real_income_pct", "real_income_musd"]]
        verb = found[1] or verb
        assert verb == ("gains" if value > 0 else "costs")
        assert agrees_in_money(found[2], worth)
        assert agrees(found[3], abs(value))


def test_without_focus_the_economy_that_moves_most_is_named(result):
    plain = replace(result, scenario=result.scenario.model_copy(update={"focus": None}))
    change = result.variants["retaliation"].countries["real_income_pct"]
    name = facts.country_names(result.calibration)[change.abs().idxmax()]
    sentence = wording.effect(facts_of(plain), "retaliation")
    assert f"{'gains' if change[change.abs().idxmax()] > 0 else 'costs'} {noun(name)} $" in sentence
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
    for word, code in (("gains", change.idxmax()), ("loses", change.idxmin())):
        found = re.search(rf"{noun(names[code])} {word} ([\d.,]+)%", sentence)
        assert agrees(found[1], abs(change[code]))
    verb, total = re.search(rf"The world (gains|loses) ({MONEY}) a year in all", sentence).groups()
    world = frame["real_income_musd"].sum()
    assert verb == ("gains" if world > 0 else "loses")
    assert agrees_in_money(total, world)


def given_countries(run, rows):
    """Return facts in which every variant gives the economies these rows."""
    variants = {name: replace(v, countries=rows) for name, v in run.variants.items()}
    return replace(run, variants=variants)


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ([1, 1, 1, 1, 1, 1], "Of 6 economies 6 gain and none loses; at the ends"),
        ([-1, -1, -2, -1, -1, 0], "Of 6 economies none gains and 5 lose; at the ends"),
        ([1, -1, 0, 0, 0, 0], "Of 6 economies 1 gains and 1 loses; at the ends"),
    ],
)
def test_breadth_counts_in_grammar(run, changes, start):
    rows = {
        code: {"real_income_pct": float(change), "real_income_musd": 1000.0 * change}
        for code, change in zip(run.names, changes, strict=True)
    }
    sentence = wording.breadth(given_countries(run, rows), "retaliation")
    assert sentence.startswith(start)
    ends = sentence.partition("at the ends ")[2].partition(". The world")[0]
    assert (" gains " in ends) == (max(changes) > 0)
    assert (" loses " in ends) == (min(changes) < 0)


@pytest.mark.parametrize(
    ("usa", "chn", "expected"),
    [
        (0.5, 0.0001, "brings the United States $500m a year (0.5% of its real income) and leaves "
         "China as it is."),
        (-0.0001, -3.0, "leaves the United States as it is and costs China $3bn a year (3% of its "
         "real income)."),
        (-1.0, -3.0, "costs the United States $1bn a year (1% of its real income) and China $3bn "
         "(3%)."),
        (-1.0, 3.0, "costs the United States $1bn a year (1% of its real income) and brings China "
         "$3bn (3%)."),
    ],
)  # fmt: skip
def test_effects_on_one_side_and_on_both(run, usa, chn, expected):
    rows = {
        code: {"real_income_pct": value, "real_income_musd": 1000 * value}
        for code, value in (("USA", usa), ("CHN", chn))
    }
    assert wording.effect(given_countries(run, rows), "retaliation").endswith(expected)


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
            rf"{names[importer]} buys ([\d.,]+)% (more|less) from {names[exporter]}, "
            rf"({MONEY}) of goods a year \(its mean tariff (?:goes from ([\d.]+)% to|stays at) "
            r"([\d.]+)%\)",
            sentence,
            re.IGNORECASE,
        )
        assert found, sentence
        assert found[2] == ("more" if row["goods_pct"] > 0 else "less")
        assert agrees(found[1], abs(row["goods_pct"]))
        assert agrees_in_money(found[3], row["goods_musd"] + row["goods_change_musd"])
        before = goods_mean(result, "today", importer, exporter)
        assert agrees(found[4] or found[5], before)
        assert agrees(found[5], goods_mean(result, variant, importer, exporter))
    sold, bought = (frame.loc[pair] for pair in PAIRS)
    before = sold["goods_musd"] - bought["goods_musd"]
    after = before + sold["goods_change_musd"] - bought["goods_change_musd"]
    kind = "surplus" if before > 0 else "deficit"
    assert before * after > 0
    found = re.search(
        rf"goods {kind} (grows|shrinks) from ({MONEY}) to ({MONEY}) with China", sentence
    )
    assert found[1] == ("grows" if abs(after) > abs(before) else "shrinks")
    assert agrees_in_money(found[2], before)
    assert agrees_in_money(found[3], after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (-3000.0, 400.0, "goods deficit of $3bn becomes a surplus of $400m with"),
        (3000.0, -400.0, "goods surplus of $3bn becomes a deficit of $400m with"),
        (-3000.0, -3001.0, "goods deficit stays at $3bn with"),
        (-3000.0, -400.0, "goods deficit shrinks from $3bn to $400m with"),
        (3000.0, 8000.0, "goods surplus grows from $3bn to $8bn with"),
    ],
)
def test_what_becomes_of_a_balance(run, before, after, expected):
    balances = {"goods": {facts.BEFORE: before, "retaliation": after}}
    assert expected in wording.bilateral(replace(run, balances=balances), "retaliation")


@pytest.mark.parametrize("variant", CHANGING)
@pytest.mark.parametrize("pair", PAIRS)
def test_diverted_shares_agree_with_the_frame(result, run, variant, pair):
    importer, exporter = pair
    sentence = wording.diverted(run, variant, run.pairs[PAIRS.index(pair)])
    change = result.variants[variant].bilateral.loc[(exporter, importer), "goods_pct"]
    what = "no longer buys" if change < 0 else "newly buys"
    buyer, seller = (noun(run.names[code]) for code in pair)
    assert sentence.startswith(f"Of what {buyer} {what} from {seller}, ")
    share = result.variants[variant].diversion(importer, exporter)["share_pct"]
    home, foreign = share["domestic"], share.drop("domestic")
    for value, where in ((foreign.sum(), "from other economies"), (home, "at home")):
        found = re.search(rf"([\d.,]+)%(?: replaces purchases)? {where}", sentence)
        assert bool(found) == (value > 0.5)
        assert found is None or agrees(found[1], value)
    if found := re.search(r"most from (.+?), ([\d.,]+)%", sentence):
        names = facts.country_names(result.calibration)
        assert found[1] == noun(names[foreign.idxmax()])
        assert agrees(found[2], foreign.max())


@pytest.mark.parametrize(
    ("pct", "shares", "expected"),
    [
        (-5, (30, 20, 40), "Of what the United States no longer buys from China, it buys 50% from "
         "other economies (most from Mexico, 30%) and 40% at home instead."),
        (5, (30, 20, 40), "Of what the United States newly buys from China, 50% replaces purchases "
         "from other economies (most from Mexico, 30%) and 40% replaces purchases at home."),
        (-5, (-3, -2, -9), "Of what the United States no longer buys from China, almost none is "
         "bought elsewhere instead; it buys less from other economies and at home too."),
        (5, (-3, -2, 40), "Of what the United States newly buys from China, 40% replaces "
         "purchases at home; it buys more from other economies too."),
        (-5, (40, 14, 81), "Of what the United States no longer buys from China, it buys 54% from "
         "other economies (most from Mexico, 40%) and 81% at home instead (in value: higher prices "
         "count too, hence more than the whole)."),
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
            rf"{who} does best under “(.+)” \(it (.+)\) and worst under “(.+)” \(it (.+)\)\.",
            sentence,
        )
        assert found, sentence
        best, worst = max(change, key=change.get), min(change, key=change.get)
        assert (found[1], found[3]) == (titles[best], titles[worst])
        for said, value in ((found[2], change[best]), (found[4], change[worst])):
            if abs(value) < numbers.NEGLIGIBLE_PCT:
                assert said == "neither gains nor loses"
                continue
            verb, size = re.fullmatch(r"(gains|loses) ([\d.,]+)%", said).groups()
            assert verb == ("gains" if value > 0 else "loses")
            assert agrees(size, abs(value))
    assert len(sentences) == 3


@pytest.mark.parametrize(
    ("usa", "chn", "expected"),
    [
        ((0, 1, -1), (0, 2, -1), "Both sides gain under “US tariffs on Chinese goods”; both lose "
         "under “+ China retaliates”."),
        ((1, 1, -1), (1, 2, 1), "Both sides gain under “No new measures” and “US tariffs on "
         "Chinese goods”; in none do both lose."),
        ((-1, -2, -3), (-1, -2, -3), "Both sides lose in all 3 variants."),
        ((0, 1, -1), (0, -2, -1), "In no variant do both sides gain; both lose under “+ China "
         "retaliates”."),
        ((0, 1, -1), (0, -1, 1), "In no variant do both sides gain; in none do both lose."),
    ],
)  # fmt: skip
def test_comparison_says_whether_both_gain(run, usa, chn, expected):
    variants = {
        name: replace(v, countries={"USA": {"real_income_pct": a}, "CHN": {"real_income_pct": b}})
        for (name, v), a, b in zip(run.variants.items(), usa, chn, strict=True)
    }
    assert wording.comparison(replace(run, variants=variants))[-1] == expected


def test_comparison_doubts_a_gain_whose_sign_is_not_sure(run):
    gains = {"USA": {"real_income_pct": 1}, "CHN": {"real_income_pct": 2}}
    sure = {"USA": (0.5, 1.5), "CHN": (1.0, 3.0)}
    names = list(run.variants)
    variants = {name: replace(v, countries=gains, ends=sure) for name, v in run.variants.items()}
    variants[names[1]] = replace(variants[names[1]], ends=sure | {"CHN": (-0.5, 3.0)})
    said = wording.comparison(replace(run, variants=variants))[-1]
    assert said == (
        "Both sides gain under “No new measures”, “US tariffs on Chinese goods” and “+ China "
        "retaliates” (not sure under “US tariffs on Chinese goods”); in none do both lose."
    )


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
    assert wording.effect(run, "today") == (
        "“No new measures” leaves the real income of every economy as it is."
    )
    assert wording.breadth(run, "today") == ""
    said = wording.bilateral(run, "today")
    assert said.startswith(
        "The United States buys as much from China as before and China buys as much from the "
        "United States as before. The United States' goods "
    )
    assert " stays at $" in said
    assert all(wording.diverted(run, "today", pair) == "" for pair in run.pairs)


def test_many_variants_are_counted_rather_than_named(run):
    rows = {code: {"real_income_pct": -1.0, "real_income_musd": -1.0} for code in run.names}
    better = {code: {"real_income_pct": 1.0, "real_income_musd": 1.0} for code in run.names}
    first = run.variants["today"]
    variants = {f"v{k}": replace(first, countries=rows) for k in range(4)}
    variants["best"] = replace(first, countries=better)
    assert wording.comparison(replace(run, variants=variants))[-1] == (
        "Both sides gain under “No new measures”; both lose in 4 of 5."
    )


@pytest.mark.parametrize(
    ("usa", "said"), [(0.004, True), (-0.004, True), (0.02, False), (0.0, False)]
)
def test_signs_of_faint_effects_are_called_uncertain(result, run, usa, said):
    rows = {code: {"real_income_pct": -1.0, "real_income_musd": -1.0} for code in run.names}
    rows["USA"] = {"real_income_pct": usa, "real_income_musd": 10.0}
    text = wording.answer(given_countries(run, rows), result)[2].text
    assert ("the sizes and the signs of effects below 0.01% hang on these" in text) is said
    assert ("the sizes hang on these" in text) is not said


def test_without_focus_who_gains_and_who_loses_most_are_named(run):
    rows = {code: {"real_income_pct": 0.0, "real_income_musd": 0.0} for code in run.names}
    rows["USA"] = {"real_income_pct": 0.2, "real_income_musd": 30_000.0}
    rows["CHN"] = {"real_income_pct": -0.9, "real_income_musd": -90_000.0}
    plain = replace(given_countries(run, rows), focus=())
    assert wording.effect(plain, "retaliation") == (
        "“+ China retaliates” costs China $90bn a year (0.9% of its real income) and brings the "
        "United States $30bn (0.2%)."
    )


def test_the_answer_is_three_sentences_without_signs_or_codes_of_currency(result, run):
    said = [one.text for one in wording.answer(run, result)]
    assert len(said) == 3
    assert said[2].startswith("That is in the long run, on data of 2014, by one model")
    assert not re.search(r"USD|[−+]\d| bn\b|draws|horizon", " ".join(said))
    assert all(term.word in " ".join(said) for one in wording.answer(run, result)
               for term in one.terms)  # fmt: skip
