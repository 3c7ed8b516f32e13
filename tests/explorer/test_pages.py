"""Every page, in both languages, on a phone and a desktop, in both colours: quiet, complete, accessible."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.explorer.conftest import Visit
from tests.support.optional import needs

pytestmark = needs("chromium")

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PAGES = [
    "/",
    "/signs",
    "/signs/irregular-heartbeat",
    "/mechanisms",
    "/mechanisms/nmda-receptor",
    "/forms",
    "/forms/magnesium-l-threonate",
    "/foods",
    "/foods/nuts",
    "/foods/pumpkin-seeds",
    "/populations",
    "/populations/older-adults",
    "/claims",
    "/claims?sign=fatigue&mechanism=atp-production",
    "/claims/supplement-cramps",
    "/claims/elemental-share-oxide",
    "/references",
    "/references/slutsky-2010",
    "/safety",
    "/safety/cramp-long",
    "/safety/interaction-aminoquinolines",
    "/health-claims",
    "/health-claims/eu-muscle-function",
    "/intakes",
    "/intakes/efsa-ul",
    "/sections",
    "/sections/section-1",
    "/search?q=musle+cramp",
    "/search?q=zzzzqqq",
    "/ask",
    "/map",
    "/map?view=list",
    "/compare/forms",
    "/compare/matrix",
]
PAGES_ALIKE = {
    "/signs",
    "/mechanisms",
    "/forms",
    "/populations",
    "/foods/nuts",
    "/claims?sign=fatigue&mechanism=atp-production",
}
"""Made of the parts of others that axe looks at."""
PAGES_JUDGED = [*(path for path in PAGES if path not in PAGES_ALIKE), "/docs", "/docs/problems", "/docs/conventions"]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
WAYS = {
    "english, desktop, light": {"locale": "en-GB", "viewport": DESKTOP, "color_scheme": "light"},
    "swedish, desktop, dark": {"locale": "sv-SE", "viewport": DESKTOP, "color_scheme": "dark"},
    "english, phone, dark": {"locale": "en-GB", "viewport": PHONE, "color_scheme": "dark", "has_touch": True},
    "swedish, phone, light": {"locale": "sv-SE", "viewport": PHONE, "color_scheme": "light", "has_touch": True},
}
WAYS_JUDGED = ["english, desktop, light", "english, phone, dark"]
"""Where axe looks: both colours and both sizes; the language changes no name and no contrast."""


@pytest.mark.parametrize("way", WAYS)
def test_every_page_opens_quietly(visit: Callable[..., Visit], way: str) -> None:
    visited = visit(**WAYS[way])
    faults = []

    for path in PAGES:
        visited.open(path)
        faults += [f"{path}: {noise}" for noise in visited.noise]
        faults += [f"{path}: {fault}" for fault in find_faults(visited, WAYS[way]["locale"][:2])]
        visited.noise.clear()

    assert faults == []


@pytest.mark.parametrize("way", WAYS_JUDGED)
def test_axe_finds_nothing(visit: Callable[..., Visit], way: str) -> None:
    visited = visit(**WAYS[way], bypass_csp=True)
    violations = []

    for path in PAGES_JUDGED:
        visited.open(path)
        violations += [f"{path}: {violation}" for violation in judge(visited)]

    assert violations == []


def test_an_operation_of_the_reference_is_accessible_and_can_be_tried(visit: Callable[..., Visit]) -> None:
    visited = visit(bypass_csp=True)
    visited.open("/docs")
    page = visited.page

    page.locator("#operations-tag-signs").click()
    page.locator(".opblock-summary-control").first.click()
    page.get_by_role("button", name="Execute").click()
    page.wait_for_selector(".live-responses-table .response-col_status")

    assert "200" in page.locator(".live-responses-table .response-col_status").last.inner_text()
    assert judge(visited) == []
    assert visited.noise == []


def test_the_reference_is_quiet_under_its_own_policy(visit: Callable[..., Visit]) -> None:
    visited = visit()

    visited.open("/docs")
    visited.page.wait_for_selector(".opblock-tag")

    assert visited.noise == []


def find_faults(visited: Visit, language: str) -> list[str]:
    """What is wrong with a page that stands, in words."""
    page = visited.page
    facts = page.evaluate(
        """() => ({
          language: document.documentElement.lang,
          title: document.title,
          wide: document.documentElement.scrollWidth - innerWidth,
          headings: document.querySelectorAll('h1').length,
          words: document.querySelector('main').innerText.length,
          dead: [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))
            .filter((href) => /undefined|null|NaN|\\[object/.test(href)),
          broken: /undefined|NaN|\\[object Object\\]/.test(document.body.innerText),
        })"""
    )
    checks = {
        f"the language is {facts['language']}": facts["language"] == language,
        "the title is empty": bool(facts["title"]),
        f"the page is {facts['wide']} pixels too wide": facts["wide"] <= 0,
        f"there are {facts['headings']} first headings": facts["headings"] == 1,
        "the page is empty": facts["words"] > 40,
        f"links lead nowhere: {facts['dead'][:3]}": not facts["dead"],
        "a value shows as code": not facts["broken"],
    }
    return [fault for fault, is_fine in checks.items() if not is_fine]


def judge(visited: Visit) -> list[str]:
    """What axe finds, everything that can be opened being open."""
    page = visited.page
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]]
