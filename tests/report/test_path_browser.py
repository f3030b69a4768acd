"""The report of a path drawn in a browser: every chart, nothing cut, nothing asked for."""

import json

import pytest
from test_browser import SIZES, choose, drawings, opened, pytestmark  # noqa: F401


@pytest.fixture(scope="module")
def report(along_its_dates, tmp_path_factory):
    from detente.document.html import page as page_of
    from detente.report.describe import describe

    measures = [
        {"id": "us-list", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.25,
         "start": "2018-07-06", "phase_in": {"until": "2019-07-06"}},
        {"id": "cn-list", "kind": "tariff", "by": "CHN", "on": "USA", "add": 0.25,
         "start": "2018-09-24"},
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("path") / "report.html"
    path.write_text(page_of(describe(along_its_dates(measures=measures))), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", SIZES)
def test_charts_are_drawn_within_the_page(browser, report, size):
    with opened(browser, report, viewport=SIZES[size]) as page:
        drawn = drawings(page)
        assert set(drawn) == {"path-income", "path-value", "path-tariff"}
        assert all(len(shapes) > 20 for shapes in drawn.values())
        wide, there = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= there


def test_another_variant_is_another_drawing(browser, report):
    with opened(browser, report, viewport=SIZES[next(iter(SIZES))]) as page:
        last = json.dumps(drawings(page))
        choose(page, "us-tariffs")
        assert json.dumps(drawings(page)) != last


def test_days_are_days_in_any_time_zone(browser, report):
    texts = []
    for zone in ("America/Los_Angeles", "Pacific/Auckland"):
        with opened(browser, report, timezone_id=zone, viewport=SIZES[next(iter(SIZES))]) as page:
            texts.append(drawings(page)["path-income"])
    assert texts[0] == texts[1]
