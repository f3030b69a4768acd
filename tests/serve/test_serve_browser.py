"""The pages as a reader's browser shows them: headless Chromium, nothing from elsewhere."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
uvicorn = pytest.importorskip("uvicorn", reason="needs detente[serve]")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
READY = "html[data-ready=yes]"
PAGE = "/scenario/may-2018?variant=us-tariffs"
RATE = "input[name='rate.us-301-list-1']"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs a browser at {CHROMIUM}"),
]


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


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, address):
    """Open a page; what it logs, throws or asks for elsewhere is a failure."""
    trouble, contexts = [], []

    def open_page(path, size="desk", **options):
        context = browser.new_context(viewport=SIZES[size], **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: r.url.startswith((address, "data:")) or trouble.append(r.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda m: m.type in ("error", "warning") and trouble.append(m.text))
        page.goto(address + path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector(READY, state="attached", timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("path", [PAGE, "/", "/ledger?by=USA&on=CHN&at=2019-07-01"])
def test_no_serious_finding_of_axe(opened, path, size, scheme):
    page = opened(path, size, color_scheme=scheme, bypass_csp=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size]["width"]
    found = axe.Axe().run(page).response["violations"]
    bad = {one["id"]: [node["html"][:160] for node in one["nodes"]][:3]
           for one in found if one["impact"] in ("serious", "critical")}  # fmt: skip
    assert bad == {}
