"""How much the first page weighs, and how soon it is of use."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.explorer.conftest import Visit
from tests.support.optional import needs

pytestmark = needs("chromium")

FIRST_LOAD_MAX_BYTES = 300_000
USEFUL_MAX_SECONDS = 1.0
FAST_4G = {"offline": False, "latency": 60, "downloadThroughput": 9e6 / 8, "uploadThroughput": 1.5e6 / 8}
"""60 ms to and fro, 9 Mbit/s down: a phone with good reception."""
TRIES = 10
"""The machine that runs the tests does other things too; the best of these is what the page can do."""


@pytest.mark.parametrize("path", ["/", "/signs/fatigue", "/ask"])
def test_the_first_load_is_light(visit: Callable[..., Visit], path: str) -> None:
    visited = visit()
    sizes: dict[str, int] = {}
    visited.page.on("response", lambda response: sizes.update({response.url: weigh(response)}))

    visited.open(path)

    assert sum(sizes.values()) < FIRST_LOAD_MAX_BYTES, sizes
    assert not any("cytoscape" in url or "swagger" in url for url in sizes)


def test_text_files_go_out_compressed(visit: Callable[..., Visit]) -> None:
    visited = visit()
    plain: list[str] = []
    visited.page.on(
        "response",
        lambda response: (
            plain.append(response.url)
            if response.url.endswith((".js", ".css")) and "content-encoding" not in response.headers
            else None
        ),
    )

    visited.open("/")

    assert plain == []


def test_the_page_is_of_use_within_a_second_on_a_phone_network(visit: Callable[..., Visit]) -> None:
    visit().open("/")  # The server compresses its files when they are first asked for.

    tries = (measure_useful(visit()) for _ in range(TRIES))

    assert any(seconds <= USEFUL_MAX_SECONDS for seconds in tries)


def measure_useful(visited: Visit) -> float:
    """From the start of the navigation until one can search and choose a sign, in seconds."""
    session = visited.page.context.new_cdp_session(visited.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", FAST_4G)
    visited.page.goto(visited.base + "/", wait_until="commit")
    visited.page.wait_for_selector(".sign-cards a")
    milliseconds: float = visited.page.evaluate("performance.now()")
    return milliseconds / 1_000


def weigh(response: Response) -> int:
    """The length of a body, compressed."""
    body = response.body()
    return len(body) if response.url.endswith(".woff2") else len(gzip.compress(body))
