"""The main ways through the explorer, clicked and typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.explorer.conftest import Visit
from tests.support.optional import needs

pytestmark = needs("chromium")


def test_a_typo_leads_to_a_sign_a_claim_and_a_citation(visit: Callable[..., Visit]) -> None:
    visited = visit(permissions=["clipboard-read", "clipboard-write"])
    visited.open("/")
    page = visited.page

    page.get_by_role("combobox", name="Search the knowledge base").nth(1).fill("musle cramps")
    page.get_by_role("option", name="Muscle cramps and spasms").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Muscle cramps and spasms")
    page.get_by_role("link", name="Magnesium supplements prevent muscle cramps in older adults.").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("prevent muscle cramps")
    page.get_by_role("button", name="Copy as RIS: Magnesium for skeletal muscle cramps").click()
    expect(page.get_by_text("Copied").first).to_be_visible()

    assert "TY  - JOUR" in page.evaluate("navigator.clipboard.readText()")
    assert page.url.endswith("/claims/supplement-cramps")
    assert visited.noise == []


@pytest.mark.parametrize(
    ("label", "mark"), [("Vancouver", "Slutsky I"), ("BibTeX", "@article{"), ("RIS", "TY  - JOUR")]
)
def test_a_reference_is_copied_in_each_format(visit: Callable[..., Visit], label: str, mark: str) -> None:
    visited = visit(permissions=["clipboard-read", "clipboard-write"])
    visited.open("/references/slutsky-2010")

    visited.page.get_by_role("button", name=f"Copy as {label}").click()
    expect(visited.page.get_by_text("Copied").first).to_be_visible()

    assert mark in visited.page.evaluate("navigator.clipboard.readText()")


def test_type_ahead_works_with_the_keyboard_alone(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs")
    page = visited.page
    field = page.get_by_role("combobox")

    field.press_sequentially("nmda")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("NMDA")
    field.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("NMDA receptor")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_personal_question_is_refused_and_says_where_to_turn(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/ask")

    visited.page.get_by_label("Your question").fill("How much magnesium should I take?")
    visited.page.get_by_role("button", name="Ask", exact=True).click()

    expect(visited.page.get_by_role("heading", name="No answer to this")).to_be_focused()
    expect(visited.page.locator(".refusal")).to_contain_text("personal medical advice")
    assert visited.page.locator(".answer-claims").count() == 0


def test_a_question_gets_claims_with_numbered_sources(visit: Callable[..., Visit]) -> None:
    visited = visit(locale="sv-SE")
    visited.open("/ask")

    visited.page.get_by_label("Din fråga").fill("Hjälper magnesium mot nattkramper?")
    visited.page.keyboard.press("Enter")
    expect(visited.page.get_by_role("heading", name="Det här har kunskapsbasen")).to_be_visible()

    first = visited.page.locator(".answer-claims sup a").first
    assert visited.page.locator(first.get_attribute("href") or "").count() == 1


def test_an_emergency_comes_before_everything(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/ask")

    visited.page.get_by_label("Your question").fill("I have chest pain and cannot breathe, does magnesium help?")
    visited.page.keyboard.press("Enter")

    expect(visited.page.get_by_role("heading", name="Seek help now")).to_be_visible()
    expect(visited.page.get_by_role("link", name="Call 112")).to_be_visible()


def test_the_map_is_walked_and_opened_with_the_keyboard(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/map?around=mechanism:nmda-receptor&depth=1")
    page = visited.page
    canvas = page.get_by_role("application")
    page.wait_for_selector(".map-canvas canvas")

    canvas.focus()
    canvas.press("ArrowRight")
    expect(page.locator("#map-selected")).not_to_contain_text("Chosen: NMDA receptor")
    chosen = page.locator("#map-selected a").first.inner_text().removeprefix("Open ")
    canvas.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)
    assert visited.noise == []


def test_the_map_as_a_list_has_the_same_connections(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/map?around=mechanism:nmda-receptor&depth=1")
    counted = visited.page.get_by_text("connections").first.inner_text()

    visited.page.get_by_role("link", name="List").click()
    visited.page.wait_for_selector("table")

    assert visited.page.locator("tbody tr").count() == int(counted.split(", ")[1].split()[0])


def test_switching_language_keeps_the_place(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs/fatigue?lang=en")
    page = visited.page
    claim = page.locator("#claim-deficiency-fatigue")
    claim.scroll_into_view_if_needed()
    before = claim.evaluate("part => part.getBoundingClientRect().top")

    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Utmattning och låg energi")

    assert page.url.endswith("/signs/fatigue?lang=sv")
    assert page.evaluate("document.documentElement.lang") == "sv"
    assert abs(claim.evaluate("part => part.getBoundingClientRect().top") - before) < 200
    page.get_by_role("link", name="Mekanismer").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mekanismer")
    assert page.url.endswith("/mechanisms?lang=sv")


def test_the_back_button_returns_to_where_one_was(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs/fatigue")
    page = visited.page
    page.evaluate("addEventListener('click', () => { window.leftAt = scrollY; }, { capture: true, once: true })")

    page.locator(".claim h4 a").nth(4).click()
    page.wait_for_selector(".judgement")
    before = page.evaluate("leftAt")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fatigue and low energy")

    assert before > 300
    page.wait_for_function("before => Math.abs(scrollY - before) < 60", arg=before)


def leave_from_below(visited: Visit) -> Page:
    """A claim's page that was opened from 1500 pixels below the beginning of a sign's."""
    visited.open("/signs/fatigue")
    page = visited.page
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_function("() => history.state?.scroll === 1500")
    page.locator("main .claim h4 a").nth(4).dispatch_event("click")
    page.wait_for_selector(".judgement")
    return page


def test_a_scroll_that_is_told_late_is_not_taken_for_the_page_that_one_returned_to(visit: Callable[..., Visit]) -> None:
    page = leave_from_below(visit())

    # The event of the page before comes as soon as the address is that of the one before it.
    page.evaluate("addEventListener('popstate', () => dispatchEvent(new Event('scrollend')), { once: true })")
    page.go_back()

    page.wait_for_function("() => Math.abs(scrollY - 1500) < 60")


def test_a_page_that_stands_late_does_not_move_the_one_that_one_returned_to(visit: Callable[..., Visit]) -> None:
    page = leave_from_below(visit())
    answers: list[Route] = []
    files: list[Route] = []
    page.route("**/v1/claims/**", lambda route: answers.append(route))  # noqa: PLW0108 - Playwright inspects it
    page.route("**/pages/concepts.js", lambda route: files.append(route))  # noqa: PLW0108
    page.reload()
    page.wait_for_selector(".waiting")

    # Its answer comes when the address is that of the page before, whose file is still on its way.
    page.go_back()
    answers[0].continue_()
    page.wait_for_selector(".judgement")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    page.evaluate("dispatchEvent(new Event('scrollend'))")
    files[0].continue_()

    expect(page.get_by_role("heading", level=1)).to_have_text("Fatigue and low energy")
    page.wait_for_function("() => Math.abs(scrollY - 1500) < 60")


def test_loading_anew_keeps_the_place(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs/fatigue")
    visited.page.evaluate("scrollTo(0, 3000)")
    visited.page.wait_for_function("() => history.state?.scroll === 3000")

    visited.page.reload()
    visited.settle()

    assert visited.page.evaluate("scrollY") == 3000


def test_a_sign_is_fed_by_one_request_and_shows_it(visit: Callable[..., Visit]) -> None:
    visited = visit()

    visited.open("/signs/fatigue")
    visited.page.locator("#api-call summary").click()

    assert len(visited.asked()) == 1
    shown = visited.page.locator("#api-call pre").inner_text()
    assert shown == f"curl '{visited.base}{visited.asked()[0].replace('%2C', ',')}'"
    visited.page.get_by_role("button", name="Python", exact=True).click()
    assert "urlopen(" in visited.page.locator("#api-call pre").inner_text()


def test_red_flags_stand_before_every_claim(visit: Callable[..., Visit]) -> None:
    visited = visit()

    visited.open("/signs/irregular-heartbeat")

    order = visited.page.evaluate("[...document.querySelectorAll('.red-flags, .claim')].map((part) => part.className)")
    assert order[0] == "red-flags"
    assert visited.page.locator(".red-flags li").first.get_attribute("class") == "urgency-emergency"


def test_the_colours_that_were_chosen_stay(visit: Callable[..., Visit]) -> None:
    visited = visit(color_scheme="light")
    visited.open("/")

    visited.page.get_by_role("button", name="Colours").click()
    visited.page.get_by_role("button", name="Colours: Light").click()
    visited.open("/signs")

    assert visited.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_printing_leaves_the_controls_out(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs/fatigue")

    visited.page.emulate_media(media="print")

    assert not visited.page.locator("#menu").is_visible()
    assert not visited.page.locator("#api-call").is_visible()
    assert visited.page.locator(".red-flags").is_visible()


def test_on_paper_the_evidence_is_open_and_afterwards_as_it_was(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.open("/signs/fatigue")
    claims = visited.page.locator(".claim details")

    visited.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(visited.page.locator(".claim details[open] .evidence-list")).to_have_count(claims.count())
    visited.page.evaluate("dispatchEvent(new Event('afterprint'))")

    expect(visited.page.locator(".claim details[open]")).to_have_count(0)


def test_a_link_to_a_part_of_a_long_page_leads_there(visit: Callable[..., Visit]) -> None:
    visited = visit()

    visited.open("/signs/fatigue#references")

    top = visited.page.locator("#references").evaluate("part => part.getBoundingClientRect().top")
    assert 0 <= top < 200
