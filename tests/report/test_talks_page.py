"""The document of talks: complete, traceable to the study's numbers, inert, for every table."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from talks_cases import CASES, EVIL, study_of
from test_html import Page

from detente.document import html
from detente.document.blocks import Fold, walk
from detente.report.describe import describe
from detente.report.talks import doubts, facts, plane, tables, wording
from detente.report.talks.document import wilson
from detente.report.talks.figures import factor_names
from detente.talks.solutions import pareto
from same_cells import same_cells

ALWAYS = {"lead", "first", "next", "deal", "stand", "without", "likely", "sure"}
USUAL = {"wants", "blocks"}


@pytest.fixture(scope="module", params=list(CASES))
def case(request):
    return request.param


@pytest.fixture(scope="module")
def study(case):
    return study_of(case)


@pytest.fixture(scope="module")
def document(study):
    return describe(study)


@pytest.fixture(scope="module")
def source(document):
    return html.page(document)


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def facts_of(name):
    return facts.of_study(study_of(name))


def column(table, key):
    return [row.get(key) for row in table.rows]


def of_parties(study, table, stem):
    """Return the amounts of every row, one a side."""
    return [[row[f"{stem}_{p}"] for p in study.case.parties] for row in table.rows]


def test_terminal_page_and_data_have_the_same_cells(document):
    assert same_cells(document) > 50


def test_every_sentence_is_there_and_every_link_leads_somewhere(study, page):
    shown = " ".join("".join(text) for _, _, text in page.elements)
    for key, said in wording.sentences(facts.of_study(study)).items():
        assert all(sentence.text in shown for sentence in said), key
    ids = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    aims = [a["href"][1:] for a, _ in page.all("a") if a.get("href", "").startswith("#")]
    assert len(aims) > 4
    assert set(aims) <= set(ids)


def test_every_chart_has_its_place_and_every_place_its_chart(page, source):
    data = re.search(r'<script type="application/json" id="charts">(.*?)</script>', source)
    assert data is not None
    places = [a["data-chart"] for _, a, _ in page.elements if "data-chart" in a]
    assert sorted(json.loads(data[1])) == sorted(places)
    assert "plane" in places


def test_sections_that_have_nothing_to_say_are_left_out(case, document):
    names = {section.key for section in document.sections}
    assert names >= ALWAYS
    optional = {"steps", "linkage", "best", "happened", "what-if"}
    if case == "bare":
        assert names - USUAL == ALWAYS | {"linkage", "best"}
    if case == "three":
        assert names == (ALWAYS | USUAL | optional) - {"what-if"}
    assert ("what-if" in names) == (case in ("chosen", "clash"))
    # where nobody can agree there are no best packages
    assert ("best" in names) == (case not in ("apart", "paid", "clash"))


def test_no_fold_and_no_table_is_empty(document):
    assert all(table.rows for table in document.tables().values())
    assert all(fold.blocks for fold in walk(document.sections) if isinstance(fold, Fold))


def test_free_text_stays_text():
    source = html.page(describe(study_of("hostile")))
    assert "<script>alert" not in source
    assert source.count("<script") == 3  # the data of the charts, their library, the page's own
    page = Page(source)
    assert page.all("h1")[0][1].startswith(EVIL)


def test_positions_red_lines_and_the_prediction_stand_issue_by_issue():
    study = study_of("plain")
    found = facts.of_study(study)
    rows = {row["issue"]: row for row in tables.positions(found).rows}
    row = rows["purchases"]
    assert row["unsettled"] == "none"
    assert (row["stand_one"], row["stand_two"]) == (("demands more",), ("offers some",))
    assert "will not sign cars with opening: open" in rows["duties"]["stand_two"]
    assert rows["school"]["stand_two"].text == "–"
    row = {row["issue"]: row for row in tables.deal(found).rows}["purchases"]
    assert row["predicted"].text == study.packages.choices(study.predicted)["purchases"]
    shares = study.uncertainty.packages
    same = [v for k, v in shares.items() if study.packages.choices(int(k))["purchases"]
            == row["predicted"].text]  # fmt: skip
    assert row["share"] == pytest.approx(sum(same))


def test_a_part_of_the_deal_brings_what_the_deal_without_it_lacks():
    study = study_of("plain")
    here, start = study.packages.choices(study.predicted), study.case.unsettled
    *parts, rest, whole = tables.deal(facts.of_study(study)).rows
    assert (rest["id"], whole["id"]) == (None, None)
    for key in ("part_one", "part_two"):
        assert sum(row[key] or 0.0 for row in (*parts, rest)) == pytest.approx(whole[key])
    for part in parts:
        issue = part["id"]
        without = study.packages.number({**here, issue: start[issue]})
        worth = study.packages.utility[study.predicted] - study.packages.utility[without]
        shown = [part["part_one"], part["part_two"]]
        if here[issue] == start[issue]:
            assert shown == [None, None]
            assert part["predicted"].tone == "quiet"
        else:
            assert shown == worth.tolist()
    assert any(part["part_one"] for part in parts)
    gain = study.packages.utility[study.predicted] - study.no_deals[study.headline].values
    assert [whole["part_one"], whole["part_two"]] == gain.tolist()


@pytest.mark.parametrize("name", ["plain", "three", "chosen"])
def test_tables_hold_the_numbers_of_the_study(name):
    study = study_of(name)
    found = facts.of_study(study)
    table = tables.no_deal(found)
    ids = [key for key in column(table, "id") if key]
    assert ids[0] == study.headline
    assert table.marked == 0
    assert set(ids) == set(study.no_deals)
    *values, predicted = of_parties(study, table, "value")
    assert values == [study.no_deals[key].values.tolist() for key in ids]
    assert predicted == study.packages.utility[study.predicted].tolist()
    zones = [int(study.outlooks[key].zone.sum()) for key in ids]
    assert column(table, "zone") == [*zones, None]
    (row,) = tables.threats(found).rows
    (threat,) = study.questions.threats
    made = threat.credibility
    assert (row["own"], row["target"]) == (-made.own_cost, -made.target_cost)
    assert row["back"] == pytest.approx(-0.01 if threat.by == "one" else 0)
    assert row["credible"].text == ("yes" if made.credible else "no")


def test_each_solution_is_told_once_over_each_no_deal_point():
    study = study_of("plain")
    table = tables.solutions(facts.of_study(study))
    over = [getattr(one, "text", one) for one in column(table, "over")]
    for point in study.no_deals.values():
        own = [row["solution"] for row, title in zip(table.rows, over, strict=True)
               if title == point.title]  # fmt: skip
        told = ", ".join(own).split(", ")
        assert sorted(told) == ["Egalitarian", "Kalai-Smorodinsky", "Nash", "Utilitarian"]
    chosen = study.outlook.agreements["nash"]
    title = study.outlook.no_deal.title
    first = next(
        k for k, row in enumerate(table.rows) if over[k] == title and "Nash" in row["solution"]
    )
    assert table.rows[first]["package"].text == "as predicted"
    gain = study.packages.utility[chosen.package] - study.no_deals[study.headline].values
    assert of_parties(study, table, "gain")[first] == gain.tolist()


def test_predictions_are_data_by_their_ids():
    study = study_of("chosen")
    rows = describe(study).tables()["predictions"].rows
    assert len(rows) == 4 * (len(study.no_deals) + 1)
    for row in rows:
        outlook = study.outlooks[row["no_deal"]] if row["no_deal"] else study.fixed
        found = outlook.agreements[row["solution"]]
        assert row.get("package") == (None if found is None else found.package)
        if found is not None:
            choices = study.packages.choices(found.package)
            assert {k.removeprefix("issue_"): v for k, v in row.items() if k[:6] == "issue_"} == (
                choices)  # fmt: skip
            assert row["gain_two"] == found.gain[1]
            assert row["value_two"] == study.packages.utility[found.package, 1]


def test_the_best_packages_are_efficient_and_in_order():
    study = study_of("plain")
    numbers = facts.ranked(study)
    inside = np.flatnonzero(study.outlook.zone)
    assert set(numbers) == set(inside[pareto(study.packages.utility[inside])])
    gain = study.packages.utility[numbers] - study.outlook.no_deal.values
    product = np.prod(np.maximum(gain, 0) ** study.power, axis=1)
    assert (np.diff(product) <= 1e-15).all()
    table = tables.best(facts.of_study(study))
    assert of_parties(study, table, "gain") == gain[: min(len(numbers), 10)].tolist()
    (vote,) = study.votes
    assert column(table, "passes") == vote.passes[numbers][:10].tolist()


def test_the_picture_places_packages_where_they_belong(study):
    found = facts.of_study(study)
    spec = plane.chart(found)
    dots = next(v for layer in spec["layer"] if "n" in (v := layer["data"]["values"])[0])
    gain = (study.packages.utility - study.outlook.no_deal.values) / found.names.unit.divisor
    for dot in dots:
        np.testing.assert_allclose([dot["x"], dot["y"]], gain[dot["n"], :2], rtol=1e-4, atol=1e-12)
    inside = {d["n"] for d in dots if d["kind"] == "nobody is worse off"}
    assert inside == set(np.flatnonzero(study.outlook.passing))
    lined = [layer for layer in spec["layer"] if layer.get("mark", {}).get("type") == "line"]
    assert len(lined) == (1 if len(study.case.parties) == 2 else 0)


def test_options_follow_from_the_number_of_a_package():
    study = study_of("plain")
    found = facts.of_study(study)
    for place, step in enumerate(plane._options(found)):
        names, stride, size = re.fullmatch(
            r"(\[.*\])\[floor\(datum\.n / (\d+)\) % (\d+)\]", step["calculate"]
        ).groups()
        issue = study.packages.table.issues[place]
        for number in range(study.packages.table.size):
            name = json.loads(names)[number // int(stride) % int(size)]
            assert name == study.packages.choices(number)[issue.id]


def test_a_large_table_is_thinned_but_for_what_matters(monkeypatch):
    found = facts_of("plain")
    every = set(plane.drawn(found))
    assert every == set(range(36))
    few = plane.drawn(found, most=20)
    assert len(few) == 20
    marked = {m.package for m in plane.marks(found) if m.package is not None}
    assert marked | set(found.frontier) <= set(few)
    assert list(plane.drawn(found, most=20)) == list(few)
    monkeypatch.setattr(plane, "drawn", lambda found: few)
    assert "20 of 36 packages are drawn" in html.page(describe(study_of("plain")))


def test_numbers_of_the_picture_do_not_touch(study):
    found = facts.of_study(study)
    marks = plane.marks(found)
    for window in plane.windows(found):
        shifts = [np.array(shift) for shift in plane.spread(marks, window)]
        size = window.high - window.low
        at = [(np.array(m.gain[:2]) - window.low) / size for m in marks]
        seen = [k for k, spot in enumerate(at) if (spot >= 0).all() and (spot <= 1).all()]
        for k in seen:
            for j in seen[: seen.index(k)]:
                assert not plane.touch(at[k], shifts[k], at[j], shifts[j]), (k, j)


def test_the_picture_opens_on_what_nobody_refuses_and_shows_all_at_a_click():
    study = study_of("plain")
    spec = plane.chart(facts.of_study(study))
    (whole,) = spec["params"]
    assert (whole["name"], whole["value"], whole["bind"]["input"]) == ("whole", False, "checkbox")
    gain = (study.packages.utility - study.outlook.no_deal.values)[:, 0]
    zone = gain[study.outlook.zone]
    low, high = (end["expr"] for end in spec["encoding"]["x"]["scale"]["domain"])
    full, first = (float(one) for one in high.removeprefix("whole ? ").split(" : "))
    assert first == pytest.approx(1.06 * zone.max(), rel=1e-4)  # a margin at each side
    assert first < full
    assert gain.max() < full
    assert float(low.split(" : ")[1]) < 0  # no deal stands inside
    kept = [layer["transform"][0]["filter"] for layer in spec["layer"][1:]]
    assert all(test.startswith("whole || (datum.x >= -") for test in kept)


def test_marks_are_predictions_stated_positions_and_no_deal_points():
    found = plane.marks(facts_of("plain"))
    assert [m.number for m in found] == list(range(1, len(found) + 1))
    kinds = [m.kind for m in found]
    assert kinds.count("position") == 2
    assert kinds.count("no-deal") == 4
    names = [n for m in found if m.kind == "predicted" for n in m.label.split(", ")]
    assert sorted(names) == ["Egalitarian", "Kalai-Smorodinsky", "Nash", "Utilitarian"]
    bare = plane.marks(facts_of("bare"))
    assert {m.kind for m in bare} == {"predicted", "no-deal"}
    assert sum(m.kind == "no-deal" for m in bare) == 1
    chosen = plane.marks(facts_of("chosen"))
    assert any("with school: reopened" in m.label for m in chosen)
    # the table under the picture is their key
    rows = plane.points(facts_of("plain")).rows
    assert [row["point"].split()[0] for row in rows] == [str(m.number) for m in found]
    assert [row["gain_two"] for row in rows] == [m.gain[1] for m in found]


def test_what_is_missing_is_said(case, page):
    shown = " ".join("".join(text) for _, _, text in page.elements)
    assert ("No demands or offers are stated." in shown) == (case == "bare")
    none = CASES[case][1].draws == 0
    assert ("No runs with other figures were made" in shown) == none
    assert ("the model, the data (2000) or who knows what" in shown) != none
    assert ("a deal that is ratified too: 90% interval" in shown) != none
    assert ("The first two of 3 sides are drawn" in shown) == (case == "three")


def test_the_smallest_payment_is_shown():
    study = study_of("paid")
    paid = study.outlook.payment
    table = describe(study).tables()["payment"]
    assert column(table, "verb") == ["receives", "pays"]
    assert column(table, "payment") == [abs(paid.payment[0]), abs(paid.payment[1])]
    assert column(table, "gain") == paid.gain.tolist()
    assert "payment" not in describe(study_of("plain")).tables()


def test_every_figure_that_is_drawn_has_a_name_and_a_row():
    for name in ("plain", "three"):
        names = factor_names(facts_of(name).figures)
        assert set(study_of(name).uncertainty.factors.columns) <= set(names)
        assert len(set(names.values())) == len(names)
    table = doubts.figures(facts_of("plain"))
    rows = {row["figure"]: row for row in table.rows}
    units = dict(zip(rows, table.units, strict=True))
    row = rows["school, reopened: worth to Country 1"]
    assert (row["central"], row["low"], row["high"]) == (-0.006, -0.02, 0.02)
    assert units[row["figure"]].label == "million USD a year"
    row = rows["Impatience: Country 0"]
    assert (row["central"], row["low"], row["high"]) == (0.15, 0.05, 0.3)
    assert units[row["figure"]].label == "a year"
    row = rows["school, moved: worth to Country 0"]
    assert (row["central"], row.get("low"), row["source"]) == (0.001, None, ("assumption",))


def test_the_band_of_what_a_fixed_option_changes_is_that_of_the_difference():
    drawn = study_of("chosen").uncertainty.draws
    change = drawn["fixed_gain_two"] - drawn["central_gain_two"]
    band = facts_of("chosen").bands("fixed", less="central")[1]
    assert band == pytest.approx(tuple(change.dropna().quantile([0.05, 0.95])))


def test_shares_of_draws_add_up():
    for name in ("plain", "three", "refused"):
        table = describe(study_of(name)).tables()["draws"]
        assert sum(column(table, "share")) == pytest.approx(1)
    table = describe(study_of("refused")).tables()["draws"]
    assert table.rows[-1]["package"] == "no package that passes"
    assert "draws" not in describe(study_of("bare")).tables()


def test_chances_are_those_of_the_draws():
    study = study_of("plain")
    drawn = study.uncertainty.draws
    shares = {row["what"]: row["share"] for row in describe(study).tables()["chances"].rows}
    zone = shares["a package that no side refuses and some side gains from"]
    assert zone == pytest.approx((drawn["zone"] > 0).mean())
    assert shares["one that is so even over a standstill"] == pytest.approx(
        (drawn["beyond"] > 0).mean())  # fmt: skip
    assert shares["nobody refuses the predicted package"] == drawn["central_accepted"].mean()
    passes = np.where(drawn["package"] >= 0, drawn["passes"], 0.0)
    assert shares["a deal that is ratified too"] == pytest.approx(passes.mean())


@pytest.mark.parametrize(("chance", "count"), [(0.5, 100), (0.03, 40), (1.0, 60), (0.0, 7)])
def test_the_interval_of_a_share_is_where_the_score_test_ends(chance, count):
    for end in wilson(chance, count):
        gap = (chance - end) ** 2 * count
        inner = 1.645**2 * end * (1 - end)
        assert gap == pytest.approx(inner, abs=1e-12)
    low, high = wilson(chance, count)
    assert 0 <= low <= chance <= high <= 1


def test_what_happened_stands_beside_the_prediction_and_changes_nothing():
    study = study_of("three")
    (row,) = doubts.afterwards(facts.of_study(study)).rows
    same = study.packages.choices(study.predicted)["school"] == "reopened"
    assert row["day"] == "2018-06-01"
    assert row["settled"][0].startswith("as predicted: school: " if same else "not so: school: ")
    assert "afterwards" not in describe(study_of("plain")).tables()


def test_steps_votes_and_temptations_hold_the_numbers_of_the_study():
    study = study_of("plain")
    found = describe(study).tables()
    for number, steps in enumerate(study.questions.ladders.values(), 1):
        if steps:
            table = found[f"concessions-{number}"]
            assert column(table, "cost") == [-step.cost for step in steps]
            assert column(table, "worth") == [step.worth for step in steps]
            assert column(table, "left") == [step.left for step in steps]
    (vote,) = study.votes
    total, strict, others = found["votes"].rows
    assert (total["needed"], total["members"], total["least"]) == (7, 11, 0.9)
    assert total["chance"] == vote.passes[study.predicted]
    assert total["most"] == vote.passes[study.outlook.zone].max()
    assert (strict["members"], others["members"]) == (6, 5)
    assert strict["chance"] == vote.approvals["strict"][study.predicted]
    for row, one in zip(found["lasting"].rows, study.questions.lasting, strict=True):
        assert (row["tempted"], row["own"]) == (one.tempted, one.impatience)
        assert row["keeps"].text.startswith("yes" if one.keeps else "no")
    for row, gap in zip(found["gap"].rows[::2], study.questions.gaps.values(), strict=True):
        assert row["worth"] == gap.distance[0]
        assert row["issues"] == len(gap.issues)
    assert column(found["wants"], "worth_one") == pytest.approx(
        [step[0] for step in alone(study)], abs=1e-15
    )


def alone(study):
    """Return what each option by itself changes, in the order of the file."""
    start = study.case.unsettled
    base = study.packages.utility[study.packages.number(start)]
    for issue in study.case.talks.issues:
        for option in issue.options:
            if option.id != start[issue.id]:
                number = study.packages.number({**start, issue.id: option.id})
                yield study.packages.utility[number] - base
