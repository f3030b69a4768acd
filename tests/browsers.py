"""A browser for the tests of a module, and pages of it that are lent from test to test.

A page of its own for each test would be a process more, which compiles every script anew: most of
the time of such a test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WINDOW = {"width": 1280, "height": 720}
"""What Playwright takes where nothing is said, in pixels."""

NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs a browser at {CHROMIUM}"),
]


class Pages:
    """Pages of one browser. Tests that leave something in its stores need contexts of their own."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self._idle: dict[tuple[tuple[str, Any], ...], list[Any]] = defaultdict(list)

    @contextmanager
    def lent(
        self,
        on: Mapping[str, Callable[[Any], object]],
        *,
        viewport: dict[str, int] = WINDOW,
        color_scheme: str = "light",
        **options: Any,
    ) -> Iterator[Any]:
        """Lend an empty page with listeners by event; one that a test failed on is not lent again.

        ``options`` are those of a context in Playwright.
        """
        idle = self._idle[tuple(sorted(options.items()))]
        page = idle.pop() if idle else self.browser.new_context(**options).new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", color_scheme=color_scheme)
        for event, listener in on.items():
            page.on(event, listener)
        try:
            yield page
        except BaseException:
            page.context.close()
            raise
        for event, listener in on.items():
            page.remove_listener(event, listener)
        page.goto("about:blank")
        page.mouse.move(0, 0)
        idle.append(page)


@pytest.fixture(scope="module")
def browser() -> Iterator[Pages]:
    """Return the pages of a browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield Pages(chromium)
        chromium.close()
