"""A form in a browser reacts while it is filled in; the server and a page without scripts agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.store import Query
from seamline.ui.app import create_app
from seamline.usecases import accounts, drafts, install, look
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from ..browsing import answering

pytestmark = pytest.mark.browser
ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PASSWORD = "correct horse battery"
PACKAGE = Path(__file__).parents[1] / "packages" / "live_desk"
NEW = "/r/request/new"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with conditional forms, a partner, a stored request and a clerk."""
    opened = open_desk(found(tmp_path_factory.mktemp("live"), {}))
    install.publish(opened, ADMIN, CLI, PACKAGE)
    clerk = {"login": "anna", "name": "Anna", "roles": ["clerk"], "language": "en"}
    accounts.create_user(opened, ADMIN, CLI, password=PASSWORD, **clerk)
    partner = {"code": "P1", "name": "Partner", "limit": 5}
    submit(opened, ADMIN, CLI, Submission("partner", "create", partner))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """The address of that workspace, served in a thread."""
    with answering(create_app(desk)) as address:
        yield address


@pytest.fixture
def opened(browser, address: str, desk: Desk) -> Iterator[Callable[..., Any]]:
    """A function that opens a page as the clerk; what the browser complains of fails the test."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def give(path: str, **options: Any) -> Any:
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.goto("/sign-in")
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{address}/")
        page.goto(path)
        return page

    yield give
    for context in contexts:
        context.close()
    anna = Actor("anna", "Anna", ("clerk",))
    for draft in drafts.newest(desk, anna, 100):  # what one test typed is not offered to the next
        drafts.discard(desk, anna, draft.id)
    assert [one for one in complaints if "status of 422" not in one] == []


def field(page: Any, name: str) -> Any:
    return page.locator(f"[data-field={name}]")


@pytest.mark.cap(108)
def test_fields_appear_become_required_and_vanish_while_one_types(opened, desk) -> None:
    from playwright.sync_api import expect

    page = opened(NEW)
    note = field(page, "urgency_note")
    expect(note).to_be_hidden()
    expect(page.locator("[name=_do][value=refresh]")).to_be_visible()  # `guarantee` needs it
    page.select_option("#f-urgency", "urgent")
    expect(note).to_be_visible()
    expect(note.locator(".req")).to_have_count(0)
    page.select_option("#f-urgency", "line_down")
    expect(note.locator(".req")).to_have_count(1)
    expect(page.locator("#f-urgency_note")).to_have_attribute("aria-required", "true")
    page.fill("#f-urgency_note", "typed and then hidden")
    page.select_option("#f-urgency", "normal")
    expect(note).to_be_hidden()
    page.fill("#f-subject", "Sent without what is hidden")
    page.locator(".formbar .btn.p").click()
    page.wait_for_url("**/r/request/*")
    rows = look.page(desk, ADMIN, "request", Query(limit=1, sort=("-_created_at",))).rows
    assert rows[0].values["urgency_note"] is None
    assert rows[0].values["subject"] == "Sent without what is hidden"


@pytest.mark.cap(108)
def test_what_was_shown_is_sent_and_what_depends_on_it_falls_with_it(opened, desk) -> None:
    from playwright.sync_api import expect

    page = opened(NEW)
    page.fill("#f-amount", "1,000.11")
    expect(field(page, "approver")).to_be_visible()
    expect(field(page, "reason")).to_be_hidden()
    page.fill("#f-approver", "Wang")
    page.fill("#f-reason", "We need it")
    page.fill("#f-amount", "1000.10")
    expect(field(page, "approver")).to_be_hidden()
    expect(field(page, "reason")).to_be_hidden()
    page.fill("#f-amount", "¥1000.1000001")
    expect(field(page, "reason")).to_be_visible()
    page.fill("#f-amount", "2000")
    page.fill("#f-subject", "Sent with what was shown")
    page.locator(".formbar .btn.p").click()
    page.wait_for_url("**/r/request/*")
    rows = look.page(desk, ADMIN, "request", Query(limit=1, sort=("-_created_at",))).rows
    assert (rows[0].values["approver"], rows[0].values["reason"]) == ("Wang", "We need it")


@pytest.mark.cap(108)
def test_rows_ticks_and_moments_wake_fields_and_their_section(opened) -> None:
    from playwright.sync_api import expect

    page = opened(NEW, timezone_id="America/New_York")
    section = page.locator("section[aria-labelledby=s-extra]")
    expect(section).to_be_hidden()
    page.fill("[name='lines.0.qty']", "101")
    expect(field(page, "truck")).to_be_visible()
    expect(field(page, "packing")).to_be_hidden()
    page.locator("[data-remove]").first.click()
    expect(section).to_be_hidden()
    page.check("[name=tags][value=fragile]")
    expect(field(page, "packing")).to_be_visible()
    # The clock on the wall is the workspace's, wherever the browser stands.
    page.fill("#f-starts", "2026-01-01T00:00")
    expect(field(page, "packing")).to_be_visible()
    expect(field(page, "early")).to_be_hidden()
    page.fill("#f-starts", "2025-12-31T23:59")
    expect(field(page, "early")).to_be_visible()


@pytest.mark.cap(108)
def test_rules_speak_under_the_field_before_anything_is_sent(opened) -> None:
    from playwright.sync_api import expect

    page = opened(NEW)
    said = page.locator("[data-preview] p")
    expect(said).to_have_count(0)
    page.fill("#f-amount", "5,000.01")
    expect(field(page, "amount").locator("p.err.soft")).to_have_text(
        "—: 5,000.01 is a large amount."
    )
    page.fill("#f-amount", "20001")
    expect(field(page, "drawing").locator("p.err")).to_have_text("20001 needs a drawing.")
    expect(said).to_have_count(2)  # neither the one that is off nor the one on another record
    note = field(page, "amount").locator("[data-preview]")
    expect(note).to_have_attribute("aria-live", "polite")
    assert note.get_attribute("id") in page.get_attribute("#f-amount", "aria-describedby")
    drawing = {"name": "d.txt", "mimeType": "text/plain", "buffer": b"drawn"}
    page.set_input_files("#f-drawing", drawing)
    expect(field(page, "drawing").locator("p.err")).to_have_count(0)
    expect(field(page, "tags").locator(".req")).to_have_count(1)
    page.set_input_files("#f-drawing", [])
    page.fill("#f-subject", "Too much")
    page.locator(".formbar .btn.p").click()
    # Now the server says it; the preview does not say it a second time.
    expect(field(page, "drawing").locator("p.err")).to_have_text(["20001.00 needs a drawing."])
    expect(field(page, "drawing")).to_be_visible()


@pytest.mark.cap(108)
def test_a_step_judges_with_the_values_it_does_not_show(opened, desk) -> None:
    from playwright.sync_api import expect

    values = {"subject": "Stored", "amount": "100.01"}
    record = submit(desk, ADMIN, CLI, Submission("request", "create", values)).record
    page = opened(f"/r/request/{record.id}/do/rush")
    assert page.locator("#f-amount").count() == 0
    page.select_option("#f-urgency", "line_down")
    spoken = field(page, "urgency").locator("p.err.soft")
    expect(spoken).to_have_text("100.01 and a line down.")
    page.select_option("#f-urgency", "urgent")
    expect(spoken).to_have_count(0)
    expect(page.locator("[name=_do][value=refresh]")).to_be_hidden()


@pytest.mark.cap(108)
def test_without_scripts_the_page_works_as_before(opened) -> None:
    from playwright.sync_api import expect

    page = opened(NEW, java_script_enabled=False)
    expect(field(page, "urgency_note")).to_be_hidden()
    page.select_option("#f-urgency", "line_down")
    expect(field(page, "urgency_note")).to_be_hidden()
    page.locator("[name=_do][value=refresh]").click()
    expect(field(page, "urgency_note")).to_be_visible()
    expect(field(page, "urgency_note").locator(".req")).to_have_count(1)
    expect(page.locator("section[aria-labelledby=s-extra]")).to_be_hidden()
