"""The report as a reader's browser shows it: headless Chromium, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import detente
from browsers import NEEDS_BROWSER, Pages
from detente.document.html import page as page_of
from detente.report import facts
from detente.report.describe import describe
from detente.report.run import wording
from detente.report.run.facts import facts_of
from detente.uncertainty.draws import ENOUGH

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
READY = "document.documentElement.dataset.ready === 'yes'"
DRAWN = "document.documentElement.dataset.waiting === '0'"
MARKS = """place => {
  const marks = ".mark-rect path, .mark-symbol path, .mark-rule line";
  return Array.from(place.querySelectorAll(marks)).filter(mark => {
    const box = mark.getBBox();
    return box.width > 0.5 || box.height > 0.5;
  }).length;
}"""

pytestmark = NEEDS_BROWSER


def write_report(result, path: Path) -> Path:
    path.write_text(page_of(describe(result)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shipped():
    return detente.run_scenario("may-2018", draws=ENOUGH)


@pytest.fixture(scope="module")
def report(shipped, tmp_path_factory) -> Path:
    return write_report(shipped, tmp_path_factory.mktemp("report") / "report.html")


UNFOLD = "document.querySelectorAll('details.more').forEach(one => { one.open = true; })"


@contextmanager
def opened(browser: Pages, path: Path, *, unfolded: bool = True, **options) -> Iterator:
    """Open a file; whatever it logs, throws, pops up or asks for beside itself is a failure."""
    trouble: list[str] = []

    def asked(request):
        # blob: and data: stay inside the page
        if not request.url.startswith(("blob:", "data:")) and request.url != path.as_uri():
            trouble.append(f"asked for {request.url}")

    def logged(message):
        if message.type in ("error", "warning"):
            trouble.append(f"{message.type}: {message.text}")

    def popped_up(dialog):
        trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def thrown(error):
        trouble.append(f"error: {error}")

    on = {"request": asked, "console": logged, "pageerror": thrown, "dialog": popped_up}
    with browser.lent(on, **options) as page:
        page.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY, timeout=20_000)
            if unfolded:
                page.evaluate(UNFOLD)
                page.wait_for_function(DRAWN, timeout=20_000)
        yield page
    assert trouble == []


def visible(page, selector: str) -> list:
    return [found for found in page.locator(selector).all() if found.is_visible()]


def choose(page, variant: str) -> None:
    """Choose a variant, as a reader does, and wait until every chart shows it."""
    page.locator("#variant").select_option(variant)
    page.wait_for_function("v => document.documentElement.dataset.drawn === v", arg=variant)


def drawings(page) -> dict[str, list[str]]:
    """Shapes and texts of each chart; their order within it is Vega's own affair."""
    script = """places => places.map(place => {
      const drawn = place.querySelectorAll("svg.marks :is(path, line, text)");
      return [place.dataset.chart, Array.from(drawn, shape => shape.outerHTML).sort()];
    })"""
    return dict(page.locator("[data-chart]").evaluate_all(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_chart_is_drawn_and_nothing_spills(browser, report, size, scheme):
    with opened(browser, report, viewport=SIZES[size], color_scheme=scheme) as page:
        places = page.locator("[data-chart]").all()
        assert len(places) == 9
        for place in places:
            key = place.get_attribute("data-chart")
            box = "p => p.getBoundingClientRect().toJSON()"
            drawing = place.locator("svg.marks").evaluate(box)
            assert place.evaluate(MARKS) >= 6, key
            frame = place.evaluate("p => p.closest('figure').getBoundingClientRect().toJSON()")
            assert drawing["height"] > 150, key
            assert frame["x"] <= drawing["x"], key
            assert drawing["right"] <= frame["right"], key
            assert drawing["width"] > 0.8 * frame["width"], key
        wide, there = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= there
        # menus of charts are closed until asked for
        assert not visible(page, ".vega-actions")


@pytest.mark.parametrize("size", SIZES)
def test_tables_of_words_are_not_squeezed_and_stack_on_a_phone(browser, report, size):
    with opened(browser, report, viewport=SIZES[size]) as page:
        boxes = page.locator(".stack").all()
        assert boxes
        for box in boxes:
            inner, outer = box.evaluate("b => [b.scrollWidth, b.clientWidth]")
            assert inner <= outer
            cells = box.locator("tbody tr").first.locator("td").all()
            placed = [cell.bounding_box() for cell in cells]
            lines = {round(place["y"]) for place in placed}
            assert len(lines) == (len(cells) if size == "phone" else 1)
            # a column of words holds a few of them in a line
            words = [len(cell.inner_text()) > 20 for cell in cells]
            wide = [place["width"] for place, long in zip(placed, words, strict=True) if long]
            assert min(wide) > 90
        wide, there = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= there


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_page(browser, report, scheme):
    contrast = """() => {
      const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
          .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = element => {
        for (let e = element; e; e = e.parentElement) {
          const colour = getComputedStyle(e).backgroundColor;
          if (!/, 0\\)$/.test(colour)) return colour;
        }
      };
      const ratio = (one, other) => {
        const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      };
      // the numbers of a heat strip stand on their cells, in the same order
      const cells = new Map(["tariffs_USA", "tariffs_CHN"].flatMap(key => {
        const place = document.querySelector(`[data-chart=${key}]`);
        const [texts, shades] = [".mark-text.role-mark text", ".mark-rect.role-mark path"]
          .map(marks => Array.from(place.querySelectorAll(marks)));
        return texts.map((text, n) => [text, shades[n]]);
      }));
      const seen = "h1, h2, h3, p, li, td, th, dd, dt, a, select, .tag, .chart text";
      const words = Array.from(document.querySelectorAll(seen))
        .filter(e => e.getClientRects().length && e.textContent.trim())
        .filter(e => !cells.has(e))
        .map(e => {
          const style = getComputedStyle(e);
          const ink = e.namespaceURI.endsWith("svg") ? style.fill : style.color;
          return [ratio(ink, behind(e)), e.textContent.slice(0, 40)];
        });
      const numbers = Array.from(cells, ([text, cell]) =>
        [ratio(getComputedStyle(text).fill, getComputedStyle(cell).fill), text.textContent]);
      return [words, numbers];
    }"""
    with opened(browser, report, color_scheme=scheme) as page:
        found, numbers = page.evaluate(contrast)
        assert len(found) > 200
        assert len(numbers) > 50
        assert min(found)[0] >= 4.5, min(found)
        assert min(numbers)[0] >= 4.5, min(numbers)
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(dark.strip("rgb()").split(",")[0]) < 60) == (scheme == "dark")


def test_choosing_a_variant_changes_the_text_and_the_drawings(browser, report, shipped):
    titles, run = facts.variant_titles(shipped), facts_of(shipped)
    last = list(titles)[-1]
    with opened(browser, report, viewport=SIZES["desk"]) as page:
        assert page.locator("#variant").input_value() == last
        seen = {last: drawings(page)}
        for variant in ("china-offers", "us-tariffs", last):
            choose(page, variant)
            blocks = [block.inner_text() for block in visible(page, ".chosen")]
            assert any(wording.effect(run, variant) in block for block in blocks)
            told = {
                found.get_attribute("data-variant") for found in visible(page, "[data-variant]")
            }
            assert told == {variant}
            before, now = seen.setdefault(variant, drawings(page)), drawings(page)
            assert before == now, "the same variant is drawn the same again"
        changing = set(seen[last]) - {"variants", "trade", "how-sure"}  # these show all at once
        for other in ("china-offers", "us-tariffs"):
            assert {k for k in seen[last] if seen[last][k] != seen[other][k]} == changing


@pytest.mark.parametrize("size", SIZES)
def test_labels_are_neither_cut_nor_on_top_of_each_other(browser, report, shipped, size):
    faults = """() => Array.from(document.querySelectorAll("[data-chart]")).flatMap(place => {
      const frame = place.querySelector("svg.marks").getBoundingClientRect();
      const texts = Array.from(place.querySelectorAll("svg.marks text"))
        .filter(t => t.textContent.trim() && getComputedStyle(t).opacity > 0)
        .map(t => ({ box: t.getBoundingClientRect(), say: t.textContent }));
      const cut = texts.filter(t => t.box.left < frame.left - 1 || t.box.right > frame.right + 1);
      const clash = texts.flatMap((a, n) => texts.slice(0, n).filter(b =>
        Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 &&
        Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4
      ).map(b => `${a.say} on ${b.say}`));
      return [...cut.map(t => `${t.say} cut`), ...clash].map(f => `${place.dataset.chart}: ${f}`);
    })"""
    with opened(browser, report, viewport=SIZES[size]) as page:
        for variant in shipped.variants:
            choose(page, variant)
            assert page.evaluate(faults) == [], variant


@pytest.mark.parametrize("size", SIZES)
def test_the_page_opens_on_the_answer_and_one_picture(browser, report, size):
    with opened(browser, report, viewport=SIZES[size], unfolded=False) as page:
        assert page.locator("[data-chart] svg.marks").count() == 1
        assert visible(page, "[data-chart=variants] svg.marks")
        page.locator("summary", has_text="Tariffs by sector").click()
        page.locator("[data-chart=tariffs_USA] svg.marks").wait_for(timeout=5_000)
        assert page.locator("[data-chart] svg.marks").count() == 3


def test_drawings_follow_the_width_of_the_window(browser, report):
    with opened(browser, report, viewport=SIZES["desk"]) as page:
        page.set_viewport_size(SIZES["phone"])
        page.wait_for_function(
            "Array.from(document.querySelectorAll('[data-chart] svg.marks'))"
            ".every(s => s.getBoundingClientRect().right <= 390)",
            timeout=5_000,
        )


def test_the_menu_of_a_chart_opens_and_saves(browser, report):
    with opened(browser, report, viewport=SIZES["desk"]) as page:
        place = page.locator("[data-chart=real-income]")
        place.locator("details > summary").click()
        link = place.get_by_text("Save as SVG")
        assert link.is_visible()
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "real-income.svg"
        assert "<svg" in Path(download.value.path()).read_text("utf-8")


def test_pointing_at_a_mark_shows_hostile_titles_as_text(browser, hostile, tmp_path):
    bad = hostile.scenario.title
    renamed = tuple(
        v.model_copy(update={"title": f"{bad}<img src=x onerror=alert(2)> {v.id}"})
        for v in hostile.scenario.variants
    )
    scenario = hostile.scenario.model_copy(update={"variants": renamed})
    path = write_report(replace(hostile, scenario=scenario), tmp_path / "report.html")
    with opened(browser, path, viewport=SIZES["desk"]) as page:
        assert page.locator("h1").inner_text() == bad
        page.locator("[data-chart=variants] .mark-rect path").last.hover()
        tip = page.locator("#vg-tooltip-element.visible")
        tip.wait_for(timeout=5_000)
        assert "<script>alert(1)</script>" in tip.inner_text()
        assert page.locator("img, #vg-tooltip-element script").count() == 0


def test_the_page_reads_without_scripts(browser, report, shipped):
    options = {"java_script_enabled": False, "viewport": SIZES["phone"]}
    with opened(browser, report, **options) as page:
        for summary in visible(page, ".more > summary"):
            summary.click()
        blocks = visible(page, "#by-variant .chosen")
        titles, run = facts.variant_titles(shipped), facts_of(shipped)
        assert len(blocks) == len(titles)
        for block, (variant, title) in zip(blocks, titles.items(), strict=True):
            text = block.inner_text()
            assert title in text
            assert wording.effect(run, variant) in text
        assert not visible(page, ".choose")  # a control that does nothing is not offered
        body = page.locator("body").inner_text()
        assert "Without JavaScript" in body
        # a sentence outside the blocks says which variant it is about
        elsewhere = body.split("Where the trade goes instead")[1]
        said = elsewhere.split(titles["all-threats"])[1].lstrip()
        assert said.startswith("Of what the United States no longer buys from China")
        page.locator("figure summary").first.click()
        assert visible(page, "figure table")
