"""Chromium with the scripts of the product, under the content policy of the product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.ui.assets import FOLDER
from seamline.ui.headers import POLICY

from ..browsing import started

PAGE = "<!doctype html><html lang=en><title>Conditions</title><main></main>"
ORIGIN = "http://conditions.test"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for the module; a driver left open would keep other folders from theirs."""
    with started() as browser:
        yield browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """An empty page that can import the product's modules; no request leaves this machine."""
    opened = browser.new_page()
    opened.route("**/*", _serve)
    opened.goto(f"{ORIGIN}/")
    yield opened
    opened.close()


def _serve(route: Any) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/")
    path = Path(FOLDER, name)
    if not name:
        policy = {"Content-Security-Policy": POLICY}
        route.fulfill(body=PAGE, content_type="text/html", headers=policy)
    elif path.is_file():
        route.fulfill(body=path.read_text("utf-8"), content_type="text/javascript")
    else:
        route.abort()
