"""The whole way through the pages: a source, its columns, a trial, the run, and the mark."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from seamline.ui.app import create_app
from seamline.usecases import accounts

from ..browsing import answering, started
from .conftest import ADMIN, CLI, heads, lines_of, upload

PASSWORD = "correct horse battery"
WIDTHS = (1440, 390)


def clean(page) -> None:
    """The page fits and has nothing that a screen reader stumbles over."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.cap(72, 73, 74, 75, 79, 80)
def test_a_person_migrates_and_finds_old_and_new(desk, tmp_path):
    accounts.create_user(
        desk, ADMIN, CLI, login="boss", name="Boss", roles=("administrator",),
        language="en", password=PASSWORD,
    )  # fmt: skip
    rows = heads(300)
    for file in (upload("orders.csv", rows), lines_of(rows)):
        (tmp_path / file.name).write_bytes(file.content)
    with answering(create_app(desk)) as at, started() as browser:
        context = browser.new_context(
            base_url=at, locale="en-US", viewport={"width": 1440, "height": 900}
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("input[name=login]", "boss")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("^(?!.*sign-in)"))
        page.goto("/migrations")
        assert page.get_by_text("Cut-over of Order: 1 Nov 2025").count() == 1
        clean(page)
        page.click("text=New migration")
        page.select_option("#map", "old_orders")
        page.set_input_files("#file", tmp_path / "orders.csv")
        page.set_input_files("#lines", tmp_path / "lines.csv")
        page.click("text=Next: columns")
        assert page.locator("#preview").count() == 1
        assert page.locator("table.maps .badge.green", has_text="good").count() == 8
        clean(page)
        page.click("text=Check everything without saving")
        page.wait_for_selector("text=checked only", timeout=30_000)
        clean(page)
        page.click("text=Migrate 270 records now")
        page.wait_for_selector("text=Source against library", timeout=30_000)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            clean(page)
        assert page.get_by_text("0 lost").count() >= 1
        page.goto("/find?q=SO00012")
        if "/r/old_order/" not in page.url:
            page.click("text=SO00012")
        assert page.locator(".stamp.closed").is_visible()
        assert page.locator(".badge", has_text="Closed · read-only").count() == 1
        assert page.get_by_text("took it over from orders.csv, closed").count() == 1
        assert page.locator(".acts", has_text="Gao").count() == 1
        assert page.locator("a[href$='/do/change']").count() == 0
        assert page.get_by_role("link", name="New: Claim").is_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            clean(page)
        page.get_by_role("link", name="New: Claim").click()
        assert page.input_value("input[name=old_order]") == "1012"
        page.go_back()
        paper = page.request.get(page.url.partition("?")[0] + "/print/record").body()
        with pypdfium2.PdfDocument(paper) as leaves:
            assert leaves[0].get_textpage().get_text_range().count("Closed") == 1
        page.emulate_media(media="print")
        assert page.locator(".stamp.closed").is_visible()
        page.emulate_media(media="screen")
        page.goto("/find?q=C3")
        assert page.locator(".badge", has_text="Closed").count() >= 1
