"""Open boards stay current in a real browser, and nobody loses the card they are at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from seamline.ui.app import create_app
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..browsing import answering
from .conftest import ADMIN, CLI

pytestmark = pytest.mark.browser
SOON = 3_000  # the pages ask every second and a half


@pytest.fixture(scope="module")
def address(flow: Desk):
    """The address of the workspace of tasks, served in a thread."""
    with answering(create_app(flow)) as address:
        yield address


def column(page, lane: str):
    return page.locator(f"[data-lane={lane}]")


def test_cards_that_others_move_change_and_make_are_on_the_open_board(opened, task) -> None:
    card, still = task("Seen moving"), task("Seen staying")
    here = opened("will", "/r/task/board?q=Seen", locale="en-GB")
    there = opened("boss", "/r/task/board?q=Seen", locale="en-GB")
    here.evaluate("window.same = true")
    here.locator(f"#k{card} a").focus()
    there.locator(f"#k{card} summary").click()
    there.locator(f"#k{card} button", has_text="Doing").click()
    expect(column(here, "doing").locator(f"#k{card}")).to_be_visible(timeout=SOON)
    expect(here.locator(f"#k{card}.fresh")).to_have_count(1)
    expect(here.locator(f"#k{card} a")).to_be_focused()
    expect(here.locator(f"#k{still}.fresh")).to_have_count(0)
    new = task("Seen coming")
    expect(column(here, "to_do").locator(f"#k{new}")).to_be_visible(timeout=SOON)
    expect(column(here, "to_do").locator("h2")).to_contain_text("2")
    expect(here.locator(f"#k{card} a")).to_be_focused()
    assert here.evaluate("window.same") is True


def test_an_open_menu_and_a_drag_under_way_are_left_alone(opened, flow, task) -> None:
    mine, theirs = task("Held fast"), task("Held other")
    page = opened("will", "/r/task/board?q=Held", locale="en-GB")

    def other(step: str, **values: object) -> None:
        submit(flow, ADMIN, CLI, Submission("task", step, values, record=theirs, reason="so"))

    page.locator(f"#k{mine} summary").click()
    with page.expect_response(lambda answer: "/news" in answer.url and answer.status == 200):
        other("begin")
    page.wait_for_timeout(400)
    expect(page.locator(f"#k{mine} .pop")).to_be_visible()
    expect(column(page, "to_do").locator(f"#k{theirs}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(column(page, "doing").locator(f"#k{theirs}")).to_be_visible(timeout=SOON)
    page.locator(f"#k{mine}").hover()
    page.mouse.down()
    page.mouse.move(500, 600, steps=4)
    expect(page.locator(f"#k{mine}.drag")).to_have_count(1)
    with page.expect_response(lambda answer: "/news" in answer.url and answer.status == 200):
        other("check", result="good")
    page.wait_for_timeout(400)
    expect(column(page, "doing").locator(f"#k{theirs}")).to_be_visible()
    column(page, "doing").hover()
    page.mouse.up()
    expect(column(page, "doing").locator(f"#k{mine}")).to_be_visible()
    expect(column(page, "checked").locator(f"#k{theirs}")).to_be_visible(timeout=SOON)


def test_a_column_that_was_read_on_stays_read_on(opened, task) -> None:
    for number in range(23):
        task(f"Many {number}")
    page = opened("will", "/r/task/board?q=Many", locale="en-GB")
    page.locator("#more-to_do").click()
    expect(column(page, "to_do").locator(".k")).to_have_count(23)
    task("Many more")
    expect(column(page, "to_do").locator(".k")).to_have_count(24, timeout=SOON)
