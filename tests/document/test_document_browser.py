"""A document as a reader's browser shows it, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_up import whole

from browsers import NEEDS_BROWSER, Pages
from detente.document import html

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
BOX = "e => e.getBoundingClientRect().toJSON()"
TIP = """e => {
  const {content, position, width} = getComputedStyle(e, "::after");
  return {content, position, width};
}"""
CONTRAST = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = e => {
    for (let at = e; at; at = at.parentElement) {
      const found = getComputedStyle(at).backgroundColor;
      if (!/rgba\\(.*, 0\\)/.test(found)) return found;
    }
    return "rgb(255, 255, 255)";
  };
  return Array.from(document.querySelectorAll("main *")).filter(
    e => !e.closest("svg") && Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim())
      && e.checkVisibility()).map(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(paper(e))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), e.className, e.textContent.slice(0, 30)];
  }).sort((x, y) => x[0] - y[0])[0];
}"""

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("document") / "report.html"
    path.write_text(html.page(whole()), encoding="utf-8")
    return path


@contextmanager
def opened(browser: Pages, path: Path, **options) -> Iterator:
    """Open a file; whatever it logs, throws, pops up or asks for beside itself is a failure."""
    trouble: list[str] = []

    def asked(request):
        if not request.url.startswith(("blob:", "data:")) and request.url != path.as_uri():
            trouble.append(f"asked for {request.url}")

    def logged(message):
        if message.type in ("error", "warning"):
            trouble.append(f"{message.type}: {message.text}")

    def popped_up(dialog):
        trouble.append(dialog.message)
        dialog.dismiss()

    def thrown(error):
        trouble.append(f"error: {error}")

    on = {"request": asked, "console": logged, "pageerror": thrown, "dialog": popped_up}
    with browser.lent(on, **options) as page:
        page.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_function(
                "document.documentElement.dataset.ready === 'yes'", timeout=20_000
            )
        yield page
    assert trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_chart_is_drawn_and_nothing_spills(browser, written, size, scheme):
    with opened(browser, written, viewport=size, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        places = page.locator("[data-chart]").all()
        assert len(places) == 9
        for place in places:
            drawing = place.locator("svg.marks").evaluate(BOX)
            frame = place.evaluate("p => p.closest('figure').getBoundingClientRect().toJSON()")
            assert drawing["height"] > 60
            assert frame["x"] <= drawing["x"]
            assert drawing["right"] <= frame["right"]
        ratio, *where = page.evaluate(CONTRAST)
        assert ratio >= 4.5, where


def test_the_chosen_variant_is_shown_in_text_and_charts(browser, written):
    with opened(browser, written, viewport=DESK) as page:
        chart = page.locator("[data-chart=gains] svg.marks")
        assert page.get_by_text("A deal brings").is_visible()
        assert "−0.62" in chart.text_content()
        page.locator("#variant").select_option("tariffs")
        page.wait_for_function("document.documentElement.dataset.drawn === 'tariffs'")
        assert page.get_by_text("Tariffs cost the United States").is_visible()
        assert not page.get_by_text("A deal brings").is_visible()
        assert "+0.31" in chart.text_content()
        assert "+0.30" in page.locator("[data-chart=both] svg.marks").text_content()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_term_is_explained_by_keyboard_within_the_page(browser, written, size):
    with opened(browser, written, viewport=size) as page:
        term = page.locator(".term").first
        assert term.evaluate(TIP)["content"] == "none"
        term.focus()
        tip = term.evaluate(TIP)
        assert tip["content"] == f'"{term.get_attribute("title")}"'
        assert tip["position"] == "absolute"
        around = term.locator("..").evaluate(BOX)
        assert around["x"] >= 0
        assert float(tip["width"].removesuffix("px")) <= around["width"]
        assert around["right"] <= size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_link_to_folded_figures_opens_them(browser, written):
    with opened(browser, written, viewport=DESK) as page:
        table = page.locator("#table-gains")
        assert not table.is_visible()
        page.get_by_role("link", name="Real income and its worth").first.click()
        page.wait_for_function("document.getElementById('table-gains').checkVisibility()")
        assert table.is_visible()


def test_without_scripts_every_variant_is_there_under_its_name(browser, written):
    with opened(browser, written, java_script_enabled=False, viewport=DESK) as page:
        assert page.get_by_text("Tariffs cost the United States").is_visible()
        assert page.get_by_text("A deal brings").is_visible()
        assert page.locator(".which").first.is_visible()
        assert not page.locator(".choose").is_visible()


def test_paper_has_the_tables_and_no_controls(browser, written):
    with opened(browser, written, viewport=DESK) as page:
        page.emulate_media(media="print")
        assert page.locator("#table-firm").is_visible()
        assert not page.locator(".contents").is_visible()
        assert page.locator(".term").first.evaluate(TIP)["content"] == "none"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_saved_chart_says_what_it_is_and_the_page_does_not_change(browser, written, size):
    with opened(browser, written, viewport=size) as page:
        place = page.locator("[data-chart=flows]")
        before = place.locator("svg.marks").evaluate(BOX)
        assert "a made-up world" not in place.locator("svg.marks").text_content()
        place.locator("details > summary").click()
        with page.expect_download() as download:
            place.get_by_text("Save as SVG").click()
        saved = Path(download.value.path()).read_text("utf-8")
        for words in (
            "Between the two",
            "In USD bn a year",
            "2018-05-15",
            "Baseline made-up, 2014",
        ):
            assert words in saved
        page.wait_for_function("!document.querySelector('[data-chart=flows] svg.marks')"
                               ".textContent.includes('a made-up world')")  # fmt: skip
        after = place.locator("svg.marks").evaluate(BOX)
        assert (after["width"], after["height"]) == (before["width"], before["height"])
