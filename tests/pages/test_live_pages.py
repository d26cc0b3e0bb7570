"""Open pages stay current in a real browser, and nobody loses what they type, tick or look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from seamline.facts import Actor
from seamline.settings import found
from seamline.usecases import accounts, comments, install, look, review
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PACKAGES, PASSWORD
from .test_browser import _quiet

__all__ = ["_quiet"]  # a fixture of every test below

pytestmark = pytest.mark.browser
ROLF = Actor("rolf", "Rolf", ("planner",))
JOB = {
    "part": "P1", "qty": "3", "budget": "100", "weight": "5", "due": "2027-03-01", "shift": "day",
    "lines": [{"material": "P1", "count": "2", "price": "1.25"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The workshop with a part and two people who look at the same things."""
    desk = open_desk(found(tmp_path_factory.mktemp("live"), {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "workshop")
    for login, role in (("anna", "planner"), ("rolf", "planner"), ("boss", "administrator")):
        given = {"login": login, "name": login.title(), "roles": [role], "language": "en"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    submit(desk, ADMIN, CLI, Submission("part", "create", {"code": "P1", "name": "Bolt"}))
    yield desk
    desk.close()


def job(desk: Desk, subject: str, **changes: object) -> str:
    values = JOB | {"subject": subject} | changes
    return submit(desk, ROLF, CLI, Submission("job", "create", values)).record.code


@pytest.mark.cap(14)
def test_a_record_page_takes_over_what_others_do_and_keeps_what_is_typed(opened, shop) -> None:
    code = job(shop, "Watched")
    page = opened("anna", f"/r/job/{code}", locale="en-GB")
    box = page.locator("#comment")
    box.fill("half a sent")
    change = Submission("job", "rush", {"due": "2027-02-01"}, code, reason="line down")
    submit(shop, ROLF, CLI, change)
    expect(page.locator("#part-head")).to_contain_text("Revision 2")
    expect(page.locator("#part-story")).to_contain_text("line down")
    expect(page.locator("#part-facts")).to_contain_text("1 Feb 2027")
    expect(box).to_have_value("half a sent")
    expect(box).to_be_focused()
    page.keyboard.type("ence")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#part-story .words").first).to_have_text("half a sentence")


def test_the_bell_rings_on_an_open_page(opened, shop) -> None:
    code = job(shop, "Bell")
    page = opened("anna", "/account/password", locale="en-GB")
    expect(page.get_by_role("link", name="Notices")).to_be_visible()
    comments.comment(shop, ROLF, CLI, "job", code, "@anna look")
    expect(page.get_by_role("link", name="1 unread notice")).to_be_visible()


def test_a_list_shows_what_is_new_in_it(opened, shop) -> None:
    job(shop, "Before")
    page = opened("boss", "/r/job?q=Brand", locale="en-GB")
    expect(page.locator("#list")).to_contain_text("0 records")
    job(shop, "Not asked for")
    code = job(shop, "Brand new")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list tbody")).to_contain_text(code)


def test_a_part_in_use_waits_until_it_is_not(opened, shop) -> None:
    held = job(shop, "Dear", budget="200000")
    page = opened("boss", f"/r/job/{held}", locale="en-GB")
    reason = page.locator("#part-stands input[name=reason]")
    reason.fill("I am think")
    (waits,) = (one for one in review.waiting(shop, ADMIN) if one.form == "job")
    review.decide(shop, ADMIN, CLI, waits.id, "approve", "faster")
    expect(page.locator("#part-story")).to_contain_text("faster")
    expect(reason).to_have_value("I am think")
    reason.fill("")
    page.locator("h1").click()
    expect(page.locator("#part-stands")).not_to_contain_text("Held for review")
    assert look.record(shop, ADMIN, "job", held).held == ""


def test_names_are_offered_behind_an_at_by_keyboard(opened, shop) -> None:
    code = job(shop, "Names")
    page = opened("anna", f"/r/job/{code}", locale="en-GB")
    page.keyboard.press("c")
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.type("Ask @ro")
    option = page.get_by_role("option", name=re.compile("Rolf"))
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).to_have_value("Ask @rolf ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.type("please")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-story .words").first).to_have_text("Ask @Rolf please")
    page.get_by_role("button", name="Remove this comment").click()
    expect(page.locator("#part-story")).to_contain_text("removed a comment")
