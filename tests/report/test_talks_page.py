"""The page of talks: complete, traceable to the study's numbers, inert, for every kind of table."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from talks_cases import CASES, EVIL, cells, study_of
from test_html import Page

from detente.report.talks import blocks as talks_blocks
from detente.report.talks import charts as talks_charts
from detente.report.talks import figures as talks_figures
from detente.report.talks import parts
from detente.report.talks import plane as talks_plane
from detente.report.talks import tables as talks_tables
from detente.report.talks.page import CONTENTS, talks_html, wilson
from detente.report.talks.wording import sentences
from detente.talks.solutions import pareto


@pytest.fixture(scope="module", params=list(CASES))
def case(request):
    return request.param


@pytest.fixture(scope="module")
def study(case):
    return study_of(case)


@pytest.fixture(scope="module")
def source(study):
    return talks_html(study)


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_every_sentence_is_there_and_every_link_leads_somewhere(study, page):
    shown = " ".join("".join(text) for _, _, text in page.elements)
    for key, said in sentences(study).items():
        if key != "happened":  # a table says it there
            assert all(sentence in shown for sentence in said), key
    ids = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    aims = [a["href"][1:] for a, _ in page.all("a") if a.get("href", "").startswith("#")]
    assert len(aims) > 10
    assert set(aims) <= set(ids)


def test_every_chart_has_its_place_and_every_place_its_chart(page, source):
    data = re.search(r'<script type="application/json" id="charts">(.*?)</script>', source)
    assert data is not None
    places = [a["data-chart"] for _, a, _ in page.elements if "data-chart" in a]
    assert sorted(json.loads(data[1])) == sorted(places)
    assert "plane" in places


def test_sections_that_have_nothing_to_say_are_left_out(case, page):
    names = {a["id"] for a, _ in page.all("section") if a.get("id") in CONTENTS}
    always = {"stand", "without", "wants", "room", "likely", "blocks", "sure"}
    assert always - names <= {"blocks"}
    if case == "bare":
        assert names == set(CONTENTS) - {"steps", "happened", "what-if"}
    if case == "three":
        assert names == set(CONTENTS) - {"what-if"}
    assert ("what-if" in names) == (case == "chosen")
    # where nobody can agree there are no best packages
    assert ("best" in names) == (case not in ("apart", "paid"))


def test_free_text_stays_text():
    source = talks_html(study_of("hostile"))
    assert "<script>alert" not in source
    assert source.count("<script") == 3  # the data of the charts, their library, the page's own
    page = Page(source)
    assert page.all("h1")[0][1].startswith(EVIL)


def test_positions_red_lines_and_the_prediction_stand_issue_by_issue():
    study = study_of("plain")
    rows = {row[0]: row[1:] for row in cells(talks_tables.standings(study))}
    assert rows["purchases"] == ["none", "demands more", "offers some",
                                 study.packages.choices(study.predicted)["purchases"]]  # fmt: skip
    assert "will not sign cars with opening: open" in rows["duties"][2]
    assert rows["school"][2] == "–"


@pytest.mark.parametrize("name", ["plain", "three", "chosen"])
def test_tables_hold_the_numbers_of_the_study(name):
    study = study_of(name)
    unsigned = cells(talks_tables.no_deals(study))
    given = list(parts.points(study).values())
    assert next(iter(parts.points(study))) == study.headline
    assert len(unsigned) == len(given) == len(study.no_deals)
    for row, point in zip(unsigned, given, strict=True):
        assert row[2:] == [parts.worth(study, v) for v in point.values]
    rows = cells(talks_tables.threats(study))
    assert len(rows) == len(study.questions.threats) == 1
    for row, threat in zip(rows, study.questions.threats, strict=True):
        made = threat.credibility
        assert row[2:4] == [parts.worth(study, -v) for v in (made.own_cost, made.target_cost)]
        assert row[-1] == ("yes" if made.credible else "no")


def test_each_solution_is_told_once_over_each_no_deal_point():
    study = study_of("plain")
    rows = cells(talks_tables.solutions(study))
    for point in parts.points(study).values():
        own = [row for row in rows if row[0] == point.title]
        told = ", ".join(row[1] for row in own).split(", ")
        assert sorted(told) == sorted(parts.SOLUTION_NAMES.values())
    chosen = study.outlook.agreements["nash"]
    first = next(row for row in rows if row[0] == study.outlook.no_deal.title and "Nash" in row[1])
    assert first[2] == "as predicted"
    assert first[3:] == [parts.worth(study, g) for g in chosen.gain]


def test_the_best_packages_are_efficient_and_in_order():
    study = study_of("plain")
    numbers = talks_tables.ranked(study)
    inside = np.flatnonzero(study.outlook.zone)
    assert set(numbers) == set(inside[pareto(study.packages.utility[inside])])
    gain = study.packages.utility[numbers] - study.outlook.no_deal.values
    product = np.prod(np.maximum(gain, 0) ** study.power, axis=1)
    assert (np.diff(product) <= 1e-15).all()
    rows = cells(talks_tables.best(study))
    assert len(rows) == min(len(numbers), talks_tables.BEST)
    assert [parts.worth(study, g) for g in gain[0]] == rows[0][-4:-2]


def test_the_picture_places_packages_where_they_belong(study):
    spec = talks_plane.chart(study)
    dots = next(layer for layer in spec["layer"] if "transform" in layer)["data"]["values"]
    gain = (study.packages.utility - study.outlook.no_deal.values) / parts.divisor(study)
    for dot in dots:
        np.testing.assert_allclose([dot["x"], dot["y"]], gain[dot["n"], :2], rtol=1e-4, atol=1e-12)
    inside = {d["n"] for d in dots if d["kind"] == talks_plane.KINDS["open"][0]}
    assert inside == set(np.flatnonzero(study.outlook.passing))
    lined = [layer for layer in spec["layer"] if layer.get("mark", {}).get("type") == "line"]
    assert len(lined) == (1 if len(study.case.parties) == 2 else 0)


def test_options_follow_from_the_number_of_a_package():
    study = study_of("plain")
    titles = parts.option_titles(study)
    for place, step in enumerate(talks_plane._options(study)):
        names, stride, size = re.fullmatch(
            r"(\[.*\])\[floor\(datum\.n / (\d+)\) % (\d+)\]", step["calculate"]
        ).groups()
        issue = study.packages.table.issues[place]
        for number in range(study.packages.table.size):
            name = json.loads(names)[number // int(stride) % int(size)]
            assert name == titles[issue.id, study.packages.choices(number)[issue.id]]


def test_a_large_table_is_thinned_but_for_what_matters(monkeypatch):
    study = study_of("plain")
    every = set(talks_plane.drawn(study))
    assert every == set(range(study.packages.table.size))
    few = talks_plane.drawn(study, most=20)
    assert len(few) == 20
    marked = {m.package for m in talks_plane.marks(study) if m.package is not None}
    assert marked | set(talks_plane.frontier(study)) <= set(few)
    assert list(talks_plane.drawn(study, most=20)) == list(few)
    monkeypatch.setattr(talks_plane, "drawn", lambda study: few)
    assert f"20 of {len(every)} packages are drawn" in talks_html(study)


def test_numbers_of_the_picture_do_not_touch(study):
    placed = talks_plane._spread(study, talks_plane.marks(study))
    gain = (study.packages.utility - study.outlook.no_deal.values)[:, :2]
    every = np.concatenate([gain, [m.gain[:2] for m, _ in placed]])
    low, high = np.minimum(every.min(axis=0), 0), np.maximum(every.max(axis=0), 0)
    at = [(np.array(m.gain[:2]) - low) / (high - low) for m, _ in placed]
    for k, (_, shift) in enumerate(placed):
        for j in range(k):
            other = np.array(placed[j][1])
            assert not talks_plane._touch(at[k], np.array(shift), at[j], other), (k, j)


def test_marks_are_predictions_stated_positions_and_no_deal_points():
    found = talks_plane.marks(study_of("plain"))
    assert [m.number for m in found] == list(range(1, len(found) + 1))
    kinds = [m.kind for m in found]
    assert kinds.count("position") == 2
    assert kinds.count("no-deal") == 4
    names = [n for m in found if m.kind == "predicted" for n in m.label.split(", ")]
    assert sorted(names) == sorted(parts.SOLUTION_NAMES.values())
    bare = talks_plane.marks(study_of("bare"))
    assert {m.kind for m in bare} == {"predicted", "no-deal"}
    assert sum(m.kind == "no-deal" for m in bare) == 1
    chosen = talks_plane.marks(study_of("chosen"))
    assert any("with school: reopened" in m.label for m in chosen)


def test_what_is_missing_is_said(case, page):
    shown = " ".join("".join(text) for _, _, text in page.elements)
    assert ("No demands or offers are stated." in shown) == (case == "bare")
    none = CASES[case][1].draws == 0
    assert ("No draws were made" in shown) == none
    assert ("Probability of a deal" in shown) != none
    assert ("The first two of 3 sides are drawn" in shown) == (case == "three")


def test_the_smallest_payment_is_shown():
    study = study_of("paid")
    paid = study.outlook.payment
    rows = cells(talks_blocks.payment(study))
    assert [row[1] for row in rows] == ["receives", "pays"]
    assert rows[0][2] == rows[1][2] == parts.worth(study, abs(paid.payment[0]))
    assert talks_blocks.payment(study_of("plain")) == ""


def test_every_figure_that_is_drawn_has_a_name_and_a_row():
    for name in ("plain", "three"):
        study = study_of(name)
        names = talks_figures.factor_names(study)
        assert set(study.uncertainty.factors.columns) <= set(names)
        assert len(set(names.values())) == len(names)
    rows = {row[0]: row[1:] for row in cells(talks_figures.table(study_of("plain")))}
    assert rows["school, reopened: worth to Country 1"][:2] == ["−0.006", "−0.020 to +0.020"]
    assert rows["Impatience: Country 0"][:2] == ["0.15 a year", "0.05 to 0.3"]
    assert rows["school, moved: worth to Country 0"][1:] == ["–", "assumption"]


def test_shares_of_draws_add_up():
    for name in ("plain", "three", "refused"):
        assert sum(s for _, s in talks_charts.packages_drawn(study_of(name))) == pytest.approx(1)
    assert talks_charts.packages_drawn(study_of("refused"))[-1][0] == "no package that passes"
    assert talks_charts.packages_drawn(study_of("bare")) == []


def test_bars_are_in_proportion():
    rows = [("a", {"x": 0.5, "y": 0.1}), ("b", {"x": 0.0, "y": 0.25})]
    table = parts.bars(rows, caption="c", name="n", colours=["#000000", "#ffffff"])
    widths = [float(w) for w in re.findall(r"width:([\d.]+)%", table)]
    assert widths == pytest.approx([84, 84 * 0.2, 84 * 0.5])
    assert [row[1:] for row in cells(table)] == [["50%", "10%"], ["0%", "25%"]]


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
    (row,) = cells(talks_tables.afterwards(study))
    same = study.packages.choices(study.predicted)["school"] == "reopened"
    assert row[0] == "2018-06-01"
    assert row[2].startswith("as predicted" if same else "not so")
    assert talks_tables.afterwards(study_of("plain")) == ""
