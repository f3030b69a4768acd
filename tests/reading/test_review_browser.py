"""The review page in a reader's browser: edited, saved, replayed; at a desk and on a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.reading.read import read, read_text
from detente.report.reading.files import write_draft

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
STEEL = Path(__file__).parent / "texts" / "steel-2002.txt"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs a browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Open a review; whatever it logs, throws or asks the network for is a failure."""
    trouble, contexts = [], []

    def open_page(path, size=DESK, scheme="light"):
        context = browser.new_context(viewport=size, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda asked: trouble.append(asked.url)
                if not asked.url.startswith(("blob:", path.as_uri())) else None)  # fmt: skip
        page.goto(path.as_uri())
        page.wait_for_selector(".review[data-ready=yes]", timeout=20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


def reviewed(reading, folder):
    (path,) = [p for p in write_draft(reading, folder) if p.name.endswith(".review.html")]
    return path


def card(page, reading, words):
    (one,) = [s for s in reading.found if words in s.quote]
    return page.locator(f"article[id={one.id}]")


def saved(page, path):
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save edits").click()
    assert waiting.value.suggested_filename == "steel-2002.edits.json"
    waiting.value.save_as(path)
    return path


def test_what_is_edited_is_saved_and_replayed(opened, tmp_path):
    before = read(STEEL, "2002-03-22")
    page = opened(reviewed(before, tmp_path))
    changed = card(page, before, "8 to 30 percent")
    changed.get_by_role("button", name="Change").click()
    changed.get_by_label("rates").fill("5%; 12.5%")
    changed.get_by_label("stands").select_option("threatened")
    changed.get_by_role("button", name="Keep").click()
    assert "5%; 12.5%" in changed.inner_text()
    card(page, before, "could impose duties").get_by_role("button", name="Drop").click()
    card(page, before, "Japan asked").get_by_role("button", name="Accept").click()
    assert page.locator(".count").inner_text() == "1 accepted, 1 changed, 1 dropped, not saved."
    file = saved(page, tmp_path / "mine.json")
    assert page.locator(".count").inner_text() == "1 accepted, 1 changed, 1 dropped."

    after = read(STEEL, "2002-03-22", edits=file)
    (one,) = [s for s in after.statements if "8 to 30 percent" in s.quote]
    assert (one.rate, one.modality, one.actor) == ((0.05, 0.125), "threatened", ("USA",))
    assert not any("could impose duties" in s.quote for s in after.statements)
    assert len(after.statements) == len(before.statements) - 1
    assert after.draft.text != before.draft.text
    assert "0.125" in after.draft.text

    # the page of the reading that replayed them saves the same again
    again = saved(opened(reviewed(after, tmp_path / "again")), tmp_path / "again.json")
    assert json.loads(again.read_text()) == json.loads(file.read_text())


def test_what_is_selected_is_added_where_it_stands(opened, tmp_path):
    # a letter of two halves and a carriage return stand before the place that is counted
    text = "\U0001f6a2 Steel and the news of it\r\n\r\n" + STEEL.read_text(encoding="utf-8")
    before = read_text(text, "2002-03-22", name="steel-2002")
    page = opened(reviewed(before, tmp_path))
    piece = page.locator("[data-at]", has_text="30 percent").first
    quote = piece.evaluate("""e => {
      const range = document.createRange();
      range.setStart(e.firstChild, 3);
      range.setEnd(e.firstChild, 20);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return range.toString();
    }""")
    page.get_by_role("button", name="Add what is selected").click()
    added = page.locator("article[id=a1]")
    added.get_by_label("who", exact=True).fill("Atlantis")
    added.get_by_role("button", name="Keep").click()
    assert "who: codes such as USA" in added.get_by_role("alert").inner_text()
    added.get_by_label("who", exact=True).fill("JPN")
    added.get_by_role("button", name="Keep").click()
    file = saved(page, tmp_path / "mine.json")
    start = json.loads(file.read_text())["edits"][0]["start"]
    assert text[start : start + len(quote)] == quote


def test_a_card_is_worked_by_keyboard(opened, tmp_path):
    before = read(STEEL, "2002-03-22")
    page = opened(reviewed(before, tmp_path))
    first, second = (page.locator("article").nth(k) for k in (0, 1))
    first.focus()
    page.keyboard.press("d")
    assert first.get_attribute("data-state") == "dropped"
    page.keyboard.press("d")
    assert first.get_attribute("data-state") == ""
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert second.get_attribute("data-state") == "accepted"
    page.keyboard.press("c")
    assert second.locator("form").count() == 1
    page.keyboard.press("Escape")
    assert second.locator("form").count() == 0
    assert page.evaluate("document.activeElement.id") == second.get_attribute("id")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_spills_and_all_can_use_it(opened, tmp_path, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page = opened(reviewed(read(STEEL, "2002-03-22"), tmp_path), size, scheme)
    page.locator("article").nth(2).get_by_role("button", name="Change").click()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    found = axe.Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []


def test_markup_of_a_text_stays_text(opened, tmp_path):
    text = (
        "A title with </script><script>document.title = 'taken'</script> in it here\n\n"
        'The United States imposed a 25 percent tariff on <img src=x onerror="document.title='
        "'taken'\"> steel from China on Monday, the ministry said.\n"
    )
    page = opened(reviewed(read_text(text, "2020-01-01", name="odd"), tmp_path))
    assert "taken" not in page.title().split("<")[0]
    assert page.locator(".text img, .text script").count() == 0
    assert "<img src=x" in page.locator(".text").inner_text()
