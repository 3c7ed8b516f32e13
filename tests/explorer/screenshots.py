"""``python -m tests.explorer.screenshots``: the pictures in ``docs/screenshots``, made anew on the seed.

Rule: a picture is shown by a guide or the README; none is kept for its own sake.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from kb_api import create_app
from kb_api.folders import find_folder
from kb_api.settings import Settings
from tests.explorer.conftest import CHROMIUM_ARGUMENTS, KeepingHandler
from tests.support.filling import PATIENT, fill_from_seed
from tests.support.optional import find_chromium

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}

PICTURES: dict[str, tuple[str, dict[str, Any], str]] = {
    "start": ("/?lang=en", {"viewport": DESKTOP}, ""),
    "sign": ("/signs/irregular-heartbeat?lang=en", {"viewport": DESKTOP}, ""),
    "article": ("/signs/headache?lang=en", {"viewport": DESKTOP}, "#article"),
    "claim": ("/claims/supplement-cramps?lang=en", {"viewport": DESKTOP, "color_scheme": "dark"}, ""),
    "map": ("/map?lang=en&depth=2", {"viewport": DESKTOP}, ".tabs"),
    "matrix": ("/compare/matrix?lang=en", {"viewport": DESKTOP}, ""),
    "forms": ("/compare/forms?lang=en", {"viewport": DESKTOP}, ""),
    "ask": ("/ask?lang=sv", {"viewport": DESKTOP}, ""),
    "phone-sign": ("/signs/fatigue?lang=sv", {"viewport": PHONE}, ""),
    "phone-claim": ("/claims/supplement-cramps?lang=sv", {"viewport": PHONE, "color_scheme": "dark"}, ""),
}
"""Name → address, how to look, and the part to begin at."""


def main() -> int:
    """Make every picture."""
    folder = find_folder("docs") / "screenshots"
    folder.mkdir(exist_ok=True)
    with serve_seed() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        for name, (path, options, part) in PICTURES.items():
            take_picture(browser, base + path, options, part, folder / f"{name}.png")
            sys.stdout.write(f"docs/screenshots/{name}.png\n")
        browser.close()
    return 0


@contextmanager
def serve_seed() -> Iterator[str]:
    """The seed behind a server."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'kb.sqlite3'}"
        fill_from_seed(url)
        app = create_app(Settings(database_url=url, **PATIENT))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepingHandler)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        app.extensions["kb_database"].dispose()


def take_picture(browser: Browser, url: str, options: dict[str, Any], part: str, file: Path) -> None:
    """One picture; the page is opened twice, so that its letters are there from the first paint."""
    context = browser.new_context(**{"color_scheme": "light", "reduced_motion": "reduce"} | options)
    page = context.new_page()
    for _ in range(2):
        page.goto(url, wait_until="networkidle")
    if "/ask" in url:
        ask_something(page)
    if part:
        page.locator(part).first.evaluate("part => part.scrollIntoView()")
    page.wait_for_timeout(400)  # The map draws itself after its data has come.
    page.screenshot(path=file)
    context.close()


def ask_something(page: Page) -> None:
    page.locator("#question").fill("Hjälper magnesium mot nattkramper?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer-claims li").first).to_be_visible(timeout=30_000)
    page.locator(".asked").evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 110)")


if __name__ == "__main__":
    sys.exit(main())
