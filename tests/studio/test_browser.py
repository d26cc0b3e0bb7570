"""Studio in a browser, as an IT assistant uses it: nothing but the pages, and the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, design, install
from seamline.usecases.desk import Desk, open_desk

from ..browsing import answering, started
from .conftest import ADMIN, CLI

PASSWORD = "correct horse battery"
FORM = "forms/order.yaml"
PEOPLE = {"chen": ("陈洁", "designer", "zh"), "eve": ("Eve", "designer", "en")}


@pytest.fixture(scope="module")
def shop(designed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with the small package and two people who design it."""
    opened = open_desk(found(tmp_path_factory.mktemp("browser"), {}))
    install.publish(opened, ADMIN, CLI, designed)
    for login, (name, role, language) in PEOPLE.items():
        given = {"login": login, "name": name, "roles": [role], "language": language}
        accounts.create_user(opened, ADMIN, CLI, password=PASSWORD, **given)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(shop: Desk) -> Iterator[str]:
    """Where it is served."""
    with answering(create_app(shop)) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module."""
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def studio(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of Studio; what a browser complains of fails the test."""
    complaints: list[str] = []

    def give(login: str, path: str, **options: object) -> Page:
        given = {"viewport": {"width": 1440, "height": 900}, **options}
        context = chromium.new_context(base_url=address, **given)  # type: ignore[arg-type]  # mixed options
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{address}/")
        page.goto(f"/studio/small_desk{path}")
        return page

    yield give
    assert complaints == []


@pytest.fixture(autouse=True)
def clean(shop: Desk) -> Iterator[None]:
    """No draft before a test or after it."""
    yield
    with shop.store.unit() as unit:
        unit.designs.remove("small_desk")


def text(shop: Desk) -> str:
    return design.opened(shop, ADMIN, "small_desk").texts[FORM]


@pytest.mark.cap(103)
def test_the_source_is_completed_checked_undone_and_published(
    shop: Desk, studio: Callable[..., Page]
) -> None:
    page = studio("eve", f"/source/{FORM}")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("ico")
    page.get_by_role("option", name="icon").click()
    page.keyboard.type("nonsens e!")
    wrong = page.locator("[data-wrong] a")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("40:7")
    for _ in "nonsens e!":
        page.keyboard.press("Backspace")
    page.keyboard.type("truck")
    expect(page.get_by_text("Nothing is wrong here.")).to_be_visible()
    assert text(shop).endswith("icon: truck")
    page.get_by_role("link", name="Publish").click()
    expect(page.get_by_text("Nothing in the database changes.")).to_be_visible()
    page.get_by_label("Why").fill("a picture for the menu")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Everybody works with it")).to_be_visible()
    assert shop.catalogs.current().forms["order"].form.icon == "truck"
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Go back to this").click()
    expect(page.get_by_text("The draft now says what version 0 said.")).to_be_visible()
    assert "icon" not in text(shop)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    assert text(shop).endswith("icon: truck")
