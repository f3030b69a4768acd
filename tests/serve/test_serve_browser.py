"""The pages as a reader's browser shows them: headless Chromium, nothing from elsewhere."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack

import pytest

from browsers import NEEDS_BROWSER, Pages

uvicorn = pytest.importorskip("uvicorn", reason="needs detente[serve]")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
READY = "html[data-ready=yes]"
PAGE = "/scenario/may-2018?variant=us-tariffs"
RATE = "input[name='rate.us-301-list-1']"

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def address():
    from detente.serve.app import make_app
    from detente.serve.limits import Limits

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(Limits(draws=4, burst=1000), warm=False)
    config = uvicorn.Config(app, port=port, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def opened(browser: Pages, address):
    """Open a page; what it logs, throws or asks for elsewhere is a failure."""
    trouble, pages = [], ExitStack()
    on = {
        "request": lambda r: r.url.startswith((address, "data:")) or trouble.append(r.url),
        "pageerror": lambda error: trouble.append(str(error)),
        "console": lambda m: m.type in ("error", "warning") and trouble.append(m.text),
    }

    def open_page(path, size="desk", **options):
        page = pages.enter_context(browser.lent(on, viewport=SIZES[size], **options))
        page.goto(address + path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector(READY, state="attached", timeout=60_000)
        return page

    with pages:
        yield open_page
    assert trouble == []


def answered(page, act):
    """Do something, and wait for the answer to it."""
    before = page.evaluate("document.documentElement.dataset.answered || '0'")
    act()
    page.wait_for_selector(
        f"html[data-answered]:not([data-answered='{before}'])", state="attached", timeout=30_000
    )


def big(page):
    return page.locator(".big-answer").inner_text()


def test_a_slider_is_answered_and_its_link_shows_the_same(opened):
    page = opened(PAGE)
    before = big(page)
    answered(page, lambda: page.locator(RATE).first.fill("0.6"))
    after = big(page)
    assert after != before
    assert "Your settings" in after
    page.locator(RATE).first.dispatch_event("change")
    path = page.url.split("8018")[-1]
    assert "rate.us-301-list-1=0.6" in page.url
    again = opened("/scenario/" + path.split("/scenario/")[1])
    assert big(again) == after
    assert again.locator(RATE).first.input_value() == "0.6"


def test_keys_alone_move_a_rate_and_drop_a_measure(opened):
    page = opened(PAGE)
    before = big(page)
    page.locator(RATE).first.focus()
    answered(page, lambda: page.keyboard.press("ArrowRight"))
    page.locator("input[name=on][value='us-301-list-1']").focus()
    answered(page, lambda: page.keyboard.press("Space"))
    assert big(page) != before
    assert not page.locator("input[name=on][value='us-301-list-1']").is_checked()


def test_a_side_that_does_not_act_changes_the_map(opened):
    page = opened("/scenario/may-2018?variant=china-retaliates")
    land = page.locator("#world [data-economy=CHN]")
    before = land.get_attribute("class")
    answered(page, lambda: page.locator("[data-acts=USA]").uncheck())
    assert "silent=USA" not in before
    assert land.get_attribute("class") != before


def test_without_scripts_a_form_does_the_same(opened):
    page = opened(PAGE, java_script_enabled=False)
    page.locator("input[name=on][value='us-301-list-2']").uncheck()
    page.get_by_role("button", name="Work it out").click()
    assert "Your settings" in big(page)
    assert not page.locator("input[name=on][value='us-301-list-2']").is_checked()


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
@pytest.mark.parametrize("path", [PAGE, "/", "/ledger?by=USA&on=CHN&at=2019-07-01",
                                  "/compare/may-2018?b=rate.us-301-list-1%3D0.4", "/firm/zte",
                                  "/own", "/read", "/data", "/data/wiod-2014"])  # fmt: skip
def test_no_serious_finding_of_axe(opened, path, size, scheme):
    page = opened(path, size, color_scheme=scheme, bypass_csp=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size]["width"]
    found = axe.Axe().run(page).response["violations"]
    bad = {one["id"]: [node["html"][:160] for node in one["nodes"]][:3]
           for one in found if one["impact"] in ("serious", "critical")}  # fmt: skip
    assert bad == {}


MINE = """\
title: Ten points on Mexico
date: 2025-01-01
baseline: wiod-2014
measures:
  - {id: ten, kind: tariff, by: USA, on: MEX, sectors: goods, add: 0.1}
variants:
  - {id: yes, title: Ten points, measures: [ten]}
"""
ARTICLE = """\
16 May 2018

The United States imposed a tariff of 25 percent on steel from China on Friday.
China threatened a tariff of 10 percent on American soybeans.
"""


def ready(page, address):
    page.wait_for_url(address, timeout=60_000)
    page.wait_for_selector(READY, state="attached", timeout=60_000)


def test_on_a_phone_controls_are_a_sheet_over_the_answer(opened):
    page = opened(PAGE, "phone")
    before = big(page)
    toggle = page.get_by_role("button", name="Change rates and measures")
    page.locator(RATE).first.wait_for(state="hidden")  # once the page's script has run
    toggle.click()
    rate = page.locator(RATE).first
    rate.scroll_into_view_if_needed()
    assert rate.is_visible()
    answered(page, lambda: rate.fill("0.6"))
    assert big(page) != before
    assert page.locator(".big-answer").bounding_box()["y"] < 844 * 0.38  # above the sheet
    page.keyboard.press("Escape")
    page.locator("#controls").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "sheet-toggle"


def test_a_scenario_of_ones_own_by_keys_alone(opened):
    page = opened("/own")
    page.locator("textarea").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(MINE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ready(page, "**/scenario/own-*")
    assert "Ten points" in big(page)


def test_an_article_is_read_changed_by_a_key_and_run(opened):
    page = opened("/read")
    page.locator("textarea").fill(ARTICLE)
    page.get_by_label("Day of the article").fill("2018-05-16")
    page.get_by_role("button", name="Find its statements").press("Enter")
    ready(page, "**/read/own-*")
    card = page.locator("article").nth(1)
    card.focus()
    page.keyboard.press("d")
    assert card.get_attribute("data-state") == "dropped"
    page.get_by_role("button", name="Run it").press("Enter")
    ready(page, "**/scenario/own-*")
    names = page.locator("#controls [name=on]")
    assert names.count() == 1  # the threat that was dropped is not in it


def test_a_firm_is_followed_by_keys_day_by_day(opened):
    page = opened("/firm/zte?day=30")
    before = page.locator("#day-said").inner_text()
    page.locator("#days-slider").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    after = page.locator("#day-said").inner_text()
    assert after.startswith("Day 33: ")
    assert after != before
    assert "day=33" in page.url
    again = opened("/firm/zte?" + page.url.partition("?")[2], java_script_enabled=False)
    assert again.locator("#day-said").inner_text() == after


def test_ones_own_tables_are_sent_and_a_tariff_moved_on_them(opened, tmp_path):
    import zipfile

    from detente.baseline.tables import write_template

    folder = tmp_path / "mine"
    write_template(folder, "csv")
    packed = tmp_path / "mine.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"mine/{path.name}")
    page = opened("/data")
    page.locator("input[type=file]").set_input_files(packed)
    page.get_by_role("button", name="Check it").press("Enter")
    ready(page, "**/data/own-*")
    page.get_by_role("button", name="Move a tariff on it").press("Enter")
    ready(page, "**/scenario/own-*")
    before = big(page)
    answered(page, lambda: page.locator("input[name='rate.first']").fill("0.5"))
    assert big(page) != before


def test_what_was_moved_is_compared_with_where_it_started(opened):
    page = opened("/scenario/may-2018?variant=us-tariffs&rate.us-301-list-1=0.4")
    page.get_by_role("link", name="Compare with where it started").click()
    ready(page, "**/compare/may-2018*")
    assert "Your settings" in page.locator("main").inner_text()
    page.get_by_role("link", name="Back to the scenario").click()
    ready(page, "**/scenario/may-2018*")
    assert page.locator(RATE).first.input_value() == "0.4"
