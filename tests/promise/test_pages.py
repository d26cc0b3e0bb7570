"""Promises on the pages: while an order is typed, with and without scripts, and on its record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from seamline import clock
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk

from ..browsing import answering, started
from ..pages.conftest import PASSWORD, Site
from .conftest import ADMIN, API, Trade

pytestmark = pytest.mark.cap(30)


@pytest.fixture(scope="module")
def people(desk: Desk) -> dict[str, str]:
    """An administrator and a clerk who may not see stock."""
    logins = {"boss": "administrator", "li": "clerk"}
    for login, role in logins.items():
        accounts.create_user(
            desk, ADMIN, API, login=login, name=login.title(), roles=(role,), language="en",
            password=PASSWORD,
        )  # fmt: skip
    return logins


@pytest.fixture
def here(desk: Desk) -> Trade:
    """The workspace as of today: sessions and pages know no other day."""
    return Trade(desk)


@pytest.fixture
def site(desk: Desk, people: dict[str, str]):
    """A function that gives the pages to somebody without scripts."""
    app = create_app(desk)

    def give(login: str) -> Site:
        opened = Site(app.test_client())
        opened.sign_in(login)
        return opened

    return give


def soon(desk: Desk, days: int) -> str:
    """Return a day of the week that is worked, some days from now."""
    catalog = desk.catalogs.current()
    day = clock.today(catalog.zone) + timedelta(days=days)
    while not catalog.calendar.works(day):
        day += timedelta(days=1)
    return day.isoformat()


def test_without_scripts_the_dates_are_checked_by_a_button(here: Trade, site):
    here.part("A", there=5)
    page = site("li")
    page.get("/r/order/new")
    assert "As soon as a line has an item and a quantity" in page.text
    typed = {"lines__0__part": here.code("A"), "lines__0__qty": "3", "_do": "refresh"}
    page.send("/r/order/new", wish=soon(here.desk, 5), **typed)
    assert "Everything can be delivered in time" in page.text
    assert "3 from stock." in page.text and "in time" in page.text
    assert "Stock is &#39;There&#39; in Stock" in page.text
    page.send("/r/order/new", lines__0__qty="7", _do="refresh")
    assert "1 line cannot be promised whole." in page.text
    assert "2 cannot be promised" in page.text
    assert here.taken(here.order(("A", 5)))[0][2] == "stock", "nothing was taken"


def test_the_browser_asks_for_the_same_words(here: Trade, site):
    here.part("A", there=5, lead=0)
    page = site("li")
    page.get("/r/order/new")
    asked = {
        "_csrf": page.token(), "lines.0._id": "", "lines.0.part": here.code("A"),
        "lines.0.qty": "9", "lines.4._id": "", "lines.4.part": here.code("A"), "lines.4.qty": "1",
        "wish": "2020-01-01",
    }  # fmt: skip
    answer = page.post("/r/order/promise?step=create&record=", asked)
    assert answer.status_code == 200
    assert "2 lines later than wanted" in page.text
    assert re.search(r'class="no">2</span>', page.text)
    page.post("/r/order/promise?step=send&record=", asked)
    assert page.text == "", "there is no order to send"
    assert page.post("/r/order/promise?step=creat&record=", asked).status_code == 404
    assert page.post("/r/order/promise?step=create", {**asked, "_csrf": "x"}).status_code == 400


def test_many_lines_show_those_with_trouble(here: Trade, site):
    here.part("A", there=100)
    page = site("boss")
    page.get("/r/order/new")
    asked = {"_csrf": page.token(), "wish": soon(here.desk, 5)}
    for number in range(20):
        asked |= {f"lines.{number}._id": "", f"lines.{number}.part": here.code("A"),
                  f"lines.{number}.qty": "6" if number == 18 else "5"}  # fmt: skip
    page.post("/r/order/promise?step=create&record=", asked)
    assert "19 more lines are in time." in page.text
    assert page.text.count('class="no"') == 1


def test_a_change_says_what_stays_and_what_is_new(here: Trade, site):
    here.part("A", there=5)
    order = here.order(("A", 5), wish=soon(here.desk, 3))
    page = site("boss")
    address = f"/r/order/{order.code}/do/change"
    page.get(address)
    page.send(address, _do="refresh")
    assert "5 from stock." in page.text and "in time" in page.text
    page.send(address, lines__0__qty="6", _do="refresh")
    assert "1 cannot be promised" in page.text


def test_a_form_without_promised_lines_has_no_panel(here: Trade, site):
    page = site("boss")
    page.get("/r/purchase/new")
    assert "data-ask=" not in page.text and "asking.js" not in page.text


def test_the_record_tells_the_day_the_stock_and_what_is_wrong(here: Trade, site):
    here.part("A", lead=1)
    stock = here.shelve("A", 4, counted=clock.now().isoformat())
    order = here.order(("A", 4), ("A", 2), wish=soon(here.desk, 20))
    page = site("boss")
    page.get(f"/r/order/{order.code}")
    assert "covered" in page.text and "not yet on its way" in page.text
    assert "In stock now: 4, not promised: 0." in page.text
    assert "Stock just now" in page.text
    here.write("shelf", {"there": 1}, stock.id)
    page.get(f"/r/order/{order.code}")
    assert "short of supply" in page.text and "No supply for 3 of it." in page.text
    page = site("li")
    page.get(f"/r/order/{order.code}")
    assert "short of supply" in page.text and "In stock now" not in page.text
    here.write("order", {}, order.id, "cancel")
    page.get(f"/r/order/{order.code}")
    assert "4 from stock." in page.text and "short of supply" not in page.text


def test_the_record_names_arrivals_and_those_that_are_overdue(here: Trade, site):
    here.part("A")
    due, past = soon(here.desk, 5), "2020-01-02"
    bought = here.buy("A", 4, due)
    order = here.order(("A", 4), wish=soon(here.desk, 10))
    page = site("boss")
    page.get(f"/r/order/{order.code}")
    assert f"4 from purchase {bought.code}." in page.text
    here.write("purchase", {"due": past}, bought.id)
    page.get(f"/r/order/{order.code}")
    assert f"Overdue: {bought.code}." in page.text


@pytest.fixture
def typing(desk: Desk, people: dict[str, str]) -> Iterator[Page]:
    """A real browser with the empty form of an order; it may not complain of anything."""
    complaints: list[str] = []
    with answering(create_app(desk)) as address, started() as browser:
        page = browser.new_page(locale="en-GB")
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(f"{address}/sign-in?next=/r/order/new")
        page.locator("[name=login]").fill("boss")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.goto(f"{address}/r/order/new")
        yield page
    assert complaints == []


@pytest.mark.browser
def test_dates_appear_while_one_types(here: Trade, typing: Page):
    here.part("A", there=5, lead=0)
    said = typing.locator("[data-ask-said]")
    expect(typing.get_by_role("button", name="Check the dates")).to_be_hidden()
    typing.locator('[name="wish"]').fill(soon(here.desk, 5))
    typing.locator('[name="lines.0.part"]').fill(here.code("A"))
    typing.locator('[name="lines.0.qty"]').fill("3")
    expect(said).to_contain_text("Everything can be delivered in time")
    expect(typing.locator(".promises li")).to_have_count(1)
    typing.locator('[name="wish"]').fill("2020-01-01")
    expect(said).to_contain_text("1 line later than wanted")
    typing.get_by_role("button", name="Add a row").click()
    typing.locator('[name="lines.1.part"]').fill(here.code("A"))
    typing.locator('[name="lines.1.qty"]').fill("4")
    expect(typing.locator(".promises li")).to_have_count(2)
    expect(typing.locator(".promises")).to_contain_text("2 from stock")
    typing.locator('[name="lines.0.part"]').fill("")
    typing.locator('[name="lines.1.part"]').fill("")
    expect(typing.locator(".promises li")).to_have_count(0)
    expect(typing.locator("[data-ask-hint]")).to_be_visible()
