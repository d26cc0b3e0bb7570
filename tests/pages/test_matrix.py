"""Every page, at desk and phone width, in both languages, light and dark: quiet, whole, accessible.

The pages stand in `matrix/`, one file per area; its README says how one is added.
"""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import open_desk

from ..browsing import answering, started
from .conftest import ADMIN, CLI, PASSWORD

pytestmark = pytest.mark.browser
AREAS = [
    runpy.run_path(str(file)) for file in sorted((Path(__file__).parent / "matrix").glob("*.py"))
]
PAGES = [row for area in AREAS for row in area.get("PAGES", ())]
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
DESK, PHONE, NARROW = 1440, 390, 320
HEIGHT = 900
ALL: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# What a control is does not follow from the language, nor what a colour is: each language is looked
# at whole at one width in the light face, and at the other in the dark one, which differs from it
# in nothing but colours.
COLOURS = {"runOnly": ["color-contrast"]}
LIGHT = {"zh": PHONE, "en": DESK}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, str]]]:
    """The application of a workspace that every area has staged, and the names it gave."""
    desk = open_desk(found(tmp_path_factory.mktemp("matrix"), {}))
    staged: dict[str, str] = {}
    for area in AREAS:
        if "stage" in area:
            staged |= area["stage"](desk, staged)
        for login, (name, roles, *party) in area.get("PEOPLE", {}).items():
            given = {"login": login, "name": name, "roles": roles, "language": "zh"}
            stands = party[0] if party else ""
            accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, party=stands, **given)
    yield create_app(desk), staged
    desk.close()


@pytest.fixture(scope="module")
def address(shop: tuple[Flask, dict[str, str]]) -> Iterator[str]:
    """Where that application is served."""
    with answering(shop[0]) as address:
        yield address


class Watched:
    """The pages of one browser, one per person and language, and what they complained of."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []
        self._pages: dict[tuple[str, str], Page] = {}

    def page(self, who: str, language: str) -> Page:
        """Return the page of a person who is signed in, of a visitor where `who` is empty."""
        if (who, language) not in self._pages:
            context = self.browser.new_context(
                base_url=self.address, locale=LOCALES[language], reduced_motion="reduce"
            )
            self._pages[who, language] = self._opened(context, who, language)
        return self._pages[who, language]

    def _opened(self, context: BrowserContext, who: str, language: str) -> Page:
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        if who:
            page.goto("/sign-in")
            page.fill("#login", who)
            page.fill("#password", PASSWORD)
            page.locator("main form .btn.p").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            other = page.locator(f"button[name=language][value={language}]")
            if other.count():
                other.click()
        return page

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, asked: Any) -> None:
        if not asked.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(asked.url)


@pytest.fixture(scope="module")
def watched(address: str) -> Iterator[Watched]:
    """One browser for every page of the matrix."""
    with started() as browser:
        yield Watched(browser, address)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(("endpoint", "who", "path"), PAGES, ids=[f"{r[1]}:{r[2]}" for r in PAGES])
def test_a_page_is_quiet_whole_and_accessible(shop, watched, endpoint, who, path, language) -> None:
    app, staged = shop
    page = watched.page(who, language)
    watched.complaints.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    answer = page.goto(path.format(**staged))
    assert answer is not None
    assert answer.status == 200
    assert _endpoint(app, page.url) == endpoint
    assert page.locator("html").get_attribute("lang") == LOCALES[language].replace("en-GB", "en")
    page.evaluate(AXE_SCRIPT)
    wrong = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong += _scrolls(page, width)
        light = LIGHT[language] == width
        page.emulate_media(color_scheme="light" if light else "dark")
        wrong += _axe(page, f"{width} {'light' if light else 'dark'}", ALL if light else COLOURS)
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    wrong += _scrolls(page, NARROW)
    assert wrong + watched.complaints == []


def _endpoint(app: Flask, url: str) -> str:
    path = re.sub(r"^https?://[^/]+|[?#].*$", "", url)
    return app.url_map.bind("").match(path)[0]


def _scrolls(page: Page, width: int) -> list[str]:
    reaches = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width}: {reaches} wide"] if reaches > width else []


def _axe(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    # Headers of a list lie partly under a popup while it is open; the row without one sees them.
    under = ["thead a"] if page.locator(".filters details[open]").count() else []
    asked = json.dumps(options | {"resultTypes": ["violations"], "preload": False})
    context = json.dumps({"include": ["html"], "exclude": [[one] for one in under]})
    answer = page.evaluate(f"axe.run({context}, {asked})")
    return [
        f"{where}: {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def test_no_page_is_missing_from_the_matrix(shop) -> None:
    named = {row[0] for row in PAGES}
    other = {name for area in AREAS for name in area.get("NOT_PAGES", {})}
    reached = {
        rule.endpoint
        for rule in shop[0].url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    }
    assert reached - named - other == set(), "add a row to a file in tests/pages/matrix"
    assert named | other <= reached, "an endpoint of the matrix that there is no more"
