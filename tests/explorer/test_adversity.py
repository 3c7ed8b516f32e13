"""Hostile content, and an API that is slow, empty, failing, limited or away."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.explorer.conftest import Visit
from tests.support.optional import needs

pytestmark = needs("chromium")

HOSTILE = [
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
    "\u202eأعراض نقص المغنيسيوم\u202c {{constructor}} ${1+1}",
    "W" * 2_000,
    "javascript:alert(1)\"' &lt;b&gt; <mark>x</mark>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "right to left", "2000 letters", "quotes"])
@pytest.mark.parametrize("path", ["/signs/fatigue", "/claims/supplement-cramps", "/references/slutsky-2010"])
def test_hostile_content_is_shown_as_text(visit: Callable[..., Visit], path: str, text: str) -> None:
    visited = visit(viewport={"width": 390, "height": 800})
    visited.page.route("**/v1/**", lambda route: answer_changed(route, text))

    visited.open(path)

    assert visited.page.evaluate("window.hacked") is None
    assert visited.page.locator("main script, main img").count() == 0
    assert visited.page.locator("h1").inner_text().strip() == text.replace("\u202e", "\u202e").strip()
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visited.noise == []


def test_a_hostile_address_in_the_content_is_no_link(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.page.route("**/v1/**", lambda route: answer_changed(route, "javascript:alert(1)", keys={"source_url"}))

    visited.open("/references/slutsky-2010")

    assert visited.page.locator("a[href^='javascript']").count() == 0


def test_marked_snippets_are_text_too(visit: Callable[..., Visit]) -> None:
    visited = visit()
    snippet = "<mark>sleep</mark> &lt;img src=x onerror=window.hacked=1&gt; <img src=x onerror=window.hacked=1>"
    visited.page.route("**/v1/search**", lambda route: answer_changed(route, snippet, keys={"snippet"}))

    visited.open("/search?q=sleep")

    assert visited.page.locator(".hits mark").first.inner_text() == "sleep"
    assert visited.page.locator(".hits img").count() == 0
    assert visited.page.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (503, {"Retry-After": "2"}, "The service cannot answer now"),
        (500, {}, "The service cannot answer now"),
        (429, {"Retry-After": "7"}, "a pause of 7 seconds"),
    ],
)
def test_a_failing_api_is_told_and_tried_again(
    visit: Callable[..., Visit], status: int, headers: dict[str, str], said: str
) -> None:
    visited = visit()
    problem = json.dumps({"status": status, "title": "x", "detail": "y"})
    fail = visited_route(visited.page, status=status, headers=headers, body=problem)

    visited.open("/signs/fatigue")
    expect(visited.page.get_by_role("alert")).to_contain_text(said)
    visited.page.unroute("**/v1/**", fail)
    visited.page.get_by_role("button", name="Try again").click()

    expect(visited.page.get_by_role("heading", level=1)).to_have_text("Fatigue and low energy")


def test_an_api_that_is_away_is_told_and_tried_again(visit: Callable[..., Visit]) -> None:
    visited = visit(locale="sv-SE")
    visited.page.route("**/v1/**", lambda route: route.abort())

    visited.open("/forms")
    expect(visited.page.get_by_role("alert")).to_contain_text("Tjänsten går inte att nå")
    visited.page.unroute_all()
    visited.page.get_by_role("button", name="Försök igen").click()

    expect(visited.page.get_by_role("heading", level=1)).to_contain_text("Former")


def test_a_page_whose_file_does_not_come_is_told_and_tried_again(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.page.route("**/pages/claim.js", lambda route: route.abort())
    visited.open("/signs/fatigue")

    visited.page.locator(".claim h4 a").first.click()
    expect(visited.page.get_by_role("alert")).to_be_visible()
    visited.page.unroute("**/pages/claim.js")
    visited.page.get_by_role("button", name="Try again").click()

    expect(visited.page.locator("h1.claim-title")).to_be_visible()


def test_a_slow_api_is_told(visit: Callable[..., Visit]) -> None:
    visited = visit()
    held: list[Route] = []
    visited.page.route("**/v1/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright inspects it

    visited.page.goto(f"{visited.base}/signs/fatigue")

    expect(visited.page.get_by_role("status").filter(has_text="slow to answer")).to_be_visible()
    held[0].continue_()
    expect(visited.page.get_by_role("heading", level=1)).to_have_text("Fatigue and low energy")


def test_an_empty_list_is_told(visit: Callable[..., Visit]) -> None:
    visited = visit()
    empty = {"data": [], "links": {"self": "/v1/claims"}, "meta": {"revision": 1, "total": 0, "lang": "en"}}
    visited_route(visited.page, status=200, headers={}, body=json.dumps(empty))

    visited.open("/claims")

    expect(visited.page.get_by_text("Nothing here yet")).to_be_visible()


def test_what_is_not_there_says_what_was_perhaps_meant(visit: Callable[..., Visit]) -> None:
    visited = visit()

    visited.open("/signs/fatige")

    expect(visited.page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    visited.page.get_by_role("link", name="fatigue", exact=True).click()
    expect(visited.page.get_by_role("heading", level=1)).to_have_text("Fatigue and low energy")


def test_a_failing_question_can_be_asked_again(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/ask")
    fail = visited_route(visited.page, status=503, headers={}, body="{}")

    visited.page.get_by_label("Your question").fill("Does magnesium help against cramps?")
    visited.page.keyboard.press("Enter")
    expect(visited.page.get_by_role("alert")).to_be_visible()
    visited.page.unroute("**/v1/**", fail)
    visited.page.get_by_role("button", name="Try again").click()

    expect(visited.page.locator(".answer-claims li").first).to_be_visible()


def visited_route(page: Page, *, status: int, headers: dict[str, str], body: str) -> Callable[[Route], None]:
    """Answer every request to the API so; what comes back can be given to ``unroute``."""

    def fulfil(route: Route) -> None:
        route.fulfill(status=status, headers={"Content-Type": "application/json"} | headers, body=body)

    page.route("**/v1/**", fulfil)
    return fulfil


TEXT_KEYS = {"name", "text", "title", "summary", "note", "says", "finding", "certainty_reason", "effect_on", "wording"}


def answer_changed(route: Route, text: str, keys: set[str] = TEXT_KEYS) -> None:
    """The real answer with every text of these keys replaced."""
    response = route.fetch()
    route.fulfill(response=response, body=json.dumps(change(response.json(), text, keys)))


def change(value: Any, text: str, keys: set[str]) -> Any:
    if isinstance(value, list):
        return [change(part, text, keys) for part in value]
    if isinstance(value, dict):
        return {
            key: text if key in keys and isinstance(part, str) else change(part, text, keys)
            for key, part in value.items()
        }
    return value
