"""The form designer where one points: labels edited where they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from seamline.documents import read
from seamline.usecases import design
from seamline.usecases.desk import Desk

from .conftest import ADMIN

FORM = "forms/order.yaml"
FIELD = "sections[main].fields"


@pytest.fixture(autouse=True)
def clean(boss_desk: Desk) -> Iterator[None]:
    """No draft before a test or after it."""
    yield
    with boss_desk.store.unit() as unit:
        unit.designs.remove("small_desk")


def texts(desk: Desk) -> dict[str, str]:
    """Return what a draft says that another language may not lose: every label as written."""
    data = read(design.opened(desk, ADMIN, "small_desk").texts[FORM], FORM).data
    section = data["sections"][0]
    made = {one["id"]: one["label"] for one in section["fields"]}
    states = {one["id"]: one["title"] for one in (*data["states"], *data["steps"])}
    columns = {one["id"]: one["label"] for one in section["fields"][5]["fields"]}
    return {"": data["title"], "main": section["title"], **made, **states, **columns}


@pytest.mark.cap(103)
def test_labels_are_edited_where_they_stand_by_keys(boss_desk: Desk, boss: Page) -> None:
    boss.goto(f"/studio/small_desk/form/{FORM}")
    naming = boss.locator(".naming")

    def link(words: str) -> None:
        boss.locator(f"[id='r-{words}']").focus()

    before = texts(boss_desk)
    link(f"{FIELD}[lines].fields[qty]")
    boss.keyboard.press("Enter")  # the first one selects
    expect(boss.get_by_role("region", name="This field").get_by_label("Id")).to_have_value("qty")
    boss.keyboard.press("Enter")
    expect(naming).to_be_focused()
    expect(naming).to_have_accessible_name("Name: Quantity")
    boss.keyboard.type("How many")
    boss.keyboard.press("Tab")  # keeps it and goes on
    expect(naming).to_have_accessible_name("Name: Price")
    boss.keyboard.type("Dear")
    boss.keyboard.press("Escape")
    expect(boss.locator(f"[id='r-{FIELD}[lines].fields[price]']")).to_be_focused()
    for words, typed in (("sections[main]", "Head"), ("states[released]", "Let go"),
                         ("steps[rush]", "Hurry"), ("", "Sales order")):  # fmt: skip
        link(words)
        boss.keyboard.press("F2")
        expect(naming).to_be_focused()
        boss.keyboard.type(typed)
        boss.keyboard.press("Enter")
        expect(boss.locator(f"[id='r-{words}']")).to_be_focused()
        expect(boss.get_by_role("button", name="Undo")).to_be_enabled()
    expect(boss.frame_locator("#live iframe").locator("h1")).to_have_text("Sales order")
    assert texts(boss_desk) == before | {
        "": {"zh": "订单", "en": "Sales order"},
        "main": {"zh": "基本", "en": "Head"},
        "qty": {"zh": "Quantity", "en": "How many"},  # it stood for both
        "released": {"zh": "已下达", "en": "Let go"},
        "rush": {"zh": "加急", "en": "Hurry"},
    }
    boss.keyboard.press("Control+z")  # each is one step
    expect(boss.locator("#canvas h1")).to_have_text("Order")
    assert texts(boss_desk)["rush"] == {"zh": "加急", "en": "Hurry"}


@pytest.mark.cap(103)
def test_a_label_is_edited_by_touch_and_kept_while_the_page_changes(
    boss_desk: Desk, boss: Page
) -> None:
    assert boss.context.browser is not None
    context = boss.context.browser.new_context(
        base_url=boss.url.partition("/studio")[0].rstrip("/"), has_touch=True, is_mobile=True,
        viewport={"width": 390, "height": 844}, storage_state=boss.context.storage_state(),
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"/studio/small_desk/form/{FORM}")
    label = page.locator(f"[data-label='{FIELD}[customer_po]']")
    label.tap()
    inspector = page.get_by_role("region", name="This field")
    expect(inspector.get_by_label("Id")).to_have_value("customer_po")
    label.tap()
    naming = page.locator(".naming")
    naming.fill("Their number")
    # What another change brings back does not close what is being typed.
    page.evaluate("document.getElementById('b-sections-main.fields-customer_po.required').click()")
    expect(page.locator(".fieldrow.on .req")).to_be_visible()
    expect(naming).to_have_value("Their number")
    naming.press("Enter")
    expect(page.frame_locator("#live iframe").get_by_label("Their number")).to_have_count(1)
    made = texts(boss_desk)["customer_po"]
    assert made == {"zh": "Customer PO", "en": "Their number"}
    context.close()
