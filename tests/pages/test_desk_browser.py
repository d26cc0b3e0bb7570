"""Lists, boards, the first page and the palette in a real browser, by mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from seamline.ui.app import create_app
from seamline.usecases import look
from seamline.usecases.desk import Desk

from ..browsing import answering
from .conftest import ADMIN, PASSWORD

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"status of (409|422)")  # a browser reports an answer that says no


@pytest.fixture(scope="module")
def address(flow: Desk) -> Iterator[str]:
    """The address of the workspace of tasks, served in a thread."""
    with answering(create_app(flow)) as address:
        yield address


@pytest.fixture
def will(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """A function that opens a page as Will; complaints of the browser fail the test."""
    complaints: list[str] = []
    contexts = []

    def give(path: str, width: int = 1440) -> Page:
        context = chromium.new_context(
            base_url=address, locale="en-GB", viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: _hear(said, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in")
        page.fill("#login", "will")
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{address}/")
        page.goto(path)
        return page

    yield give
    for context in contexts:
        context.close()
    assert complaints == []


def _hear(said: Any, complaints: list[str]) -> None:
    if said.type in ("error", "warning") and not REFUSED.search(said.text):
        complaints.append(said.text)


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_list_is_narrowed_walked_and_worked_on_without_loading_the_page(will, flow, task) -> None:
    ids = [task(f"Walk {number}", due=f"2031-02-0{number + 1}") for number in range(3)]
    page = will("/r/task")
    page.evaluate("window.same = true")
    page.locator("#q").press_sequentially("Walk", delay=20)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(page.locator("#q")).to_be_focused()
    page.locator("#m-add summary").click()
    page.locator("#m-add button[value=due]").click()
    expect(page.locator("#m-due .pop")).to_be_visible()
    page.fill('[name="due.ge"]', "2031-02-02")
    page.locator("#m-due .span button").first.click()
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile(r"due\.ge=2031-02-02"))
    assert page.evaluate("window.same") is True
    page.locator("#m-due + .x").click()
    expect(rows).to_have_count(3)
    page.locator("h1").click()
    for key in "jjxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("2 ticked")
    accessible(page)
    page.locator("#bulk button[value=begin]").click()
    accessible(page)
    page.locator(".formbar .btn.p").click()
    expect(page.locator("[data-of=done]")).to_have_text("2")
    expect(page.locator("#report tbody tr.done")).to_have_count(2)
    states = [look.record(flow, ADMIN, "task", id_).state for id_ in ids]
    assert states == ["to_do", "doing", "doing"]


def test_words_and_the_filter_pressed_right_after_them_both_hold(will, task) -> None:
    for number, name in enumerate(("ash", "birch", "cedar")):
        task(f"Swift {name}", due=f"2032-02-0{number + 1}")
    page = will("/r/task")

    slow = {"search": 0, "filter": 0}

    def slowly(route: Route) -> None:
        page.wait_for_timeout(slow["filter" if "add=" in route.request.url else "search"])
        route.continue_()

    page.route(re.compile(r"q=Swift"), slowly)
    # Before the search is sent, while its answer is on the way, and the filter's answer takes long.
    for wait, search, filtered in ((0, 700, 0), (400, 700, 0), (0, 0, 600)):
        slow |= {"search": search, "filter": filtered}
        page.goto("/r/task?all=1")
        page.locator("#q").press_sequentially("Swift birch")
        page.wait_for_timeout(wait)
        page.locator("#m-add summary").click()
        page.locator("#m-add button[value=due]").click()
        expect(page.locator("#m-due .pop")).to_be_visible()
        page.wait_for_timeout(900)  # longer than the search that was overtaken would take
        expect(page.locator("#m-due .pop")).to_be_visible()
        expect(page.locator("#q")).to_have_value("Swift birch")
        expect(page.locator("tbody tr")).to_have_count(1)


def test_a_card_is_dragged_or_moved_by_its_menu_and_stays_where_the_server_says_no(
    will, flow, task
) -> None:
    first, second = task("Drag me"), task("Push me", "begin")
    page = will("/r/task/board?q=me")
    column = "[data-lane={}]".format
    page.locator(f"#k{first}").drag_to(page.locator(column("doing")))
    expect(page.locator(f"{column('doing')} #k{first}")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Begin")
    card = page.locator(f"#k{second}")
    card.locator("a").focus()
    page.keyboard.press("m")
    card.locator("button", has_text="To do").click()
    accessible(page)
    page.fill("#why-reason", "not yet")
    page.locator("#why button[value=go]").click()
    expect(page.locator(f"{column('to_do')} #k{second}")).to_be_visible()
    assert look.timeline(flow, ADMIN, "task", second)[0].reason == "not yet"
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(f"#k{first} summary").click()
    accessible(page)
    page.locator(f"#k{first} button", has_text="Checked").click()
    expect(page).to_have_url(re.compile(r"/do/check\?back="))
    page.fill('[name="result"]', "good")
    page.locator(".formbar .btn.p").click()
    expect(page).to_have_url(re.compile(r"/r/task/board\?q=me"))
    expect(page.locator(f"{column('checked')} #k{first}")).to_be_attached()


def test_the_palette_opens_anywhere_and_leads_there(will, task) -> None:
    id_ = task("Pallet of bolts")
    page = will("/")
    accessible(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    expect(page.locator("#hits a", has_text="New: Task")).to_be_visible()
    page.keyboard.type("pallet")
    expect(page.locator("#hits a").first).to_contain_text("Pallet of bolts")
    accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(id_))
