"""A browser, and a server for it: what the tests of the explorer ask for.

Rule: nothing here knows what a page looks like.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from kb_api import create_app
from kb_api.settings import Settings
from tests.support.filling import PATIENT, fill_from_seed
from tests.support.optional import find_chromium

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 30_000
"""How long a page may take on a machine that has other things to do. What never comes fails all the same."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)

REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class KeepingHandler(WSGIRequestHandler):
    """Connections stay open, as with a real server, and nothing is printed."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        return


@dataclass
class Visit:
    """A page, and what it did that it should not."""

    page: Page
    base: str
    noise: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address and wait until its content stands."""
        self.requests.clear()
        self.page.goto(self.base + path, wait_until="domcontentloaded")
        self.settle()

    def settle(self) -> None:
        """Wait until the page has its heading and nothing is being fetched for it."""
        self.page.wait_for_selector("main h1", state="attached")
        expect(self.page.locator("main .waiting")).to_have_count(0)

    def asked(self, prefix: str = "/v1/") -> list[str]:
        """The addresses below a prefix that were asked for since the page was opened."""
        return [address for address in self.requests if address.startswith(prefix)]


@pytest.fixture(scope="package")
def explorer_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on the seed, served for a browser. One engine will do: the API is the same on both."""
    url = f"sqlite:///{tmp_path_factory.mktemp('explorer') / 'kb.sqlite3'}"
    fill_from_seed(url)
    app = create_app(Settings(database_url=url, **PATIENT))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepingHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    app.extensions["kb_database"].dispose()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the package: it ends with it, for its event loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, explorer_address: str) -> Iterator[Callable[..., Visit]]:
    """A function that makes a visit; its keywords are Playwright's for a context."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Visit:
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(REPORT_VIOLATIONS)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        made = Visit(context.new_page(), explorer_address)
        made.page.on("console", lambda message: made.noise.append(f"{message.type}: {message.text}"))
        made.page.on("pageerror", lambda error: made.noise.append(f"error: {error}"))
        made.page.on("request", lambda request: _note(made, request.url))
        return made

    yield make
    for context in contexts:
        for page in context.pages:
            page.unroute_all(behavior="wait")  # An answer that is still being changed would end in the next test.
        context.close()


def _note(made: Visit, url: str) -> None:
    if url.startswith(made.base):
        made.requests.append(url.removeprefix(made.base))
    elif not url.startswith(("data:", "blob:")):
        made.noise.append(f"request to elsewhere: {url}")
