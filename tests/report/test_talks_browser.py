"""The page of talks as a browser shows and prints it."""

import re

import pytest
from talks_cases import EVIL, study_of
from test_browser import SIZES, drawings, opened, pytestmark  # noqa: F401

from detente.document import html
from detente.report.describe import describe

CASES = ("plain", "three", "apart", "bare", "hostile")
NUMBERS = """() => {
  const place = document.querySelector("[data-chart=plane]");
  const frame = place.querySelector("svg.marks").getBoundingClientRect();
  const found = Array.from(place.querySelectorAll(".mark-text.role-mark text"),
    t => ({ say: t.textContent, box: t.getBoundingClientRect() }));
  const cut = found.filter(t => t.box.left < frame.left - 1 || t.box.right > frame.right + 1
    || t.box.top < frame.top - 1 || t.box.bottom > frame.bottom + 1).map(t => `${t.say} cut`);
  const clash = found.flatMap((a, n) => found.slice(0, n).filter(b =>
    Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 &&
    Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4
  ).map(b => `${a.say} on ${b.say}`));
  return [found.length, [...cut, ...clash]];
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    found = {}
    for name in CASES:
        found[name] = folder / f"{name}.html"
        found[name].write_text(html.page(describe(study_of(name))), encoding="utf-8")
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", CASES)
def test_charts_are_drawn_and_nothing_spills(browser, reports, case, size):
    with opened(browser, reports[case], viewport=SIZES[size]) as page:
        drawn = drawings(page)
        assert all(len(shapes) > 10 for shapes in drawn.values()), {
            k: len(v) for k, v in drawn.items()
        }
        spills = """() => Array.from(document.querySelectorAll("main *")).filter(e =>
          !e.closest(".scroll") && e.getBoundingClientRect().right > document.body.clientWidth + 1
        ).map(e => e.outerHTML.slice(0, 80))"""
        assert page.evaluate(spills) == []
        wide, there = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= there
        count, faults = page.evaluate(NUMBERS)
        assert count > 0
        assert faults == []


def test_a_link_opens_the_table_that_it_leads_to(browser, reports):
    with opened(browser, reports["plain"], viewport=SIZES["desk"]) as page:
        table = page.locator("#table-votes")
        assert not table.is_visible()
        page.locator("a[href='#table-votes']").click()
        table.wait_for(state="visible", timeout=5_000)
        assert "Chamber" in table.inner_text()
        page.wait_for_function(
            "(() => { const t = document.getElementById('table-votes').getBoundingClientRect();"
            " return t.top >= 0 && t.top < innerHeight; })()"
        )


def test_pointing_at_a_package_shows_its_options_as_text(browser, reports):
    study = study_of("hostile")
    with opened(browser, reports["hostile"], viewport=SIZES["desk"]) as page:
        page.locator("[data-chart=plane] input").check()
        # packages come first, what is marked by number over them
        dots = page.locator("[data-chart=plane] .mark-symbol.role-mark").first.locator("path")
        assert dots.count() == study.packages.table.size
        dots.first.dispatch_event("pointermove")
        tip = page.locator("#vg-tooltip-element.visible")
        tip.wait_for(timeout=5_000)
        said = tip.inner_text()
        assert EVIL in said
        for issue in study.case.talks.issues:
            assert issue.title in said
        assert page.locator("#vg-tooltip-element script, img").count() == 0


def test_a_phone_shows_rows_as_cards_with_the_heads_of_their_columns(browser, reports):
    with opened(browser, reports["plain"], viewport=SIZES["phone"]) as page:
        cell = page.locator("#table-positions td").first
        assert cell.evaluate("c => getComputedStyle(c, '::before').content") == '"until settled"'
        row = page.locator("#table-positions tbody tr").first
        assert row.evaluate("r => getComputedStyle(r).display") == "block"
        assert not page.locator("#table-positions thead").is_visible()


@pytest.mark.parametrize("case", ["plain", "three"])
def test_it_prints_on_few_pages(browser, reports, case, tmp_path):
    with opened(browser, reports[case], viewport=SIZES["desk"]) as page:
        page.pdf(path=tmp_path / "report.pdf", format="A4")
        pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes()))
        assert 2 <= pages <= 10
        page.emulate_media(media="print")
        assert not page.locator(".contents").is_visible()
        assert not page.locator("#table-figures").is_visible()
        page.evaluate("document.querySelectorAll('.fold').forEach(f => { f.open = true; })")
        assert page.locator("#table-figures").is_visible()


def test_the_page_reads_without_scripts(browser, reports):
    options = {"java_script_enabled": False, "viewport": SIZES["phone"]}
    with opened(browser, reports["plain"], **options) as page:
        page.locator("#likely summary").first.click()
        assert page.locator("#table-draws i").first.is_visible()
        page.locator("summary", has_text="Figures as a table").first.click()
        assert page.locator("figure table").first.is_visible()
