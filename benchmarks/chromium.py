"""A Chromium of this machine, signed in at a served workspace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def signed_in(address: str, login: str, password: str, **options: Any) -> Iterator[Page]:
    """Open a browser, sign in, and give its page until the block ends."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=list(ARGUMENTS)
        )
        given = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}} | options
        page = browser.new_context(base_url=address, **given).new_page()
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", password)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{address}/")
        yield page
        browser.close()
