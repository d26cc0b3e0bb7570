"""The form designer where one points: labels edited where they stand, formulas with their value."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from seamline.documents import read
from seamline.store import Query
from seamline.usecases import design, look
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI

FORM = "forms/order.yaml"
FIELD = "sections[main].fields"


@pytest.fixture(autouse=True)
def clean(boss_desk: Desk) -> Iterator[None]:
    """No draft before a test or after it."""
    yield
    with boss_desk.store.unit() as unit:
        unit.designs.remove("small_desk")


def texts(desk: Desk) -> dict[str, object]:
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


@pytest.mark.cap(103)
def test_a_formula_is_built_with_its_value_in_sight(boss_desk: Desk, boss: Page) -> None:
    catalog = boss_desk.catalogs.current()
    customer = look.page(boss_desk, ADMIN, "customer", Query()).rows[0].values["code"]
    lines = [{"part": "bolt", "qty": qty, "price": "2.50"} for qty in (4, 6)]
    values = {"customer": customer, "due_date": "2099-01-02", "agreement": True, "lines": lines}
    made = submit(boss_desk, ADMIN, CLI, Submission("order", "create", values)).record
    boss.goto(f"/studio/small_desk/form/{FORM}?at={quote(f'{FIELD}[total]')}")
    builder = boss.get_by_role("region", name="Build the formula")
    formula = boss.locator("textarea[data-formula]")
    expect(builder.locator("output")).to_have_text("25.00")
    expect(builder.get_by_label("Its value on")).to_have_value(made.id)
    # A name is found as it is typed, put in by keys, and what comes out follows.
    formula.focus()
    boss.keyboard.press("End")
    boss.keyboard.type(" + qua")
    expect(builder.locator("mark")).to_have_text("qua")
    expect(builder.locator(".err")).to_contain_text("character 21: There is no 'qua'.")
    boss.keyboard.press("ArrowDown")
    boss.keyboard.press("Enter")
    expect(formula).to_have_value("sum(lines.amount) + sum(lines.qty)")
    expect(builder.locator("output")).to_have_text("35.00")
    expect(builder.locator(".givesline")).to_contain_text("number · 2 decimals")
    builder.get_by_label("Its value on").select_option("")
    expect(builder.locator("output")).not_to_have_text("35.00")
    builder.get_by_label("Its value on").select_option(made.id)
    # Of the type that the field keeps, or it says what to write there; a press puts in as well.
    formula.fill("")
    builder.get_by_role("option", name="days_between").click()
    expect(formula).to_have_value("days_between()")
    boss.keyboard.type("today(), due_date) > 0")
    boss.keyboard.press("End")
    boss.keyboard.press("Backspace")
    expect(builder.locator(".err")).to_contain_text("The formula gives boolean")
    assert Axe().run(boss).response["violations"] == []
    formula.fill("sum(lines.qty) * 2")
    boss.keyboard.press("Enter")
    expect(boss.get_by_role("button", name="Undo")).to_be_enabled()
    text = design.opened(boss_desk, ADMIN, "small_desk").texts[FORM]
    assert 'formula: "sum(lines.qty) * 2"' in text or "formula: sum(lines.qty) * 2" in text
    assert catalog.version == boss_desk.catalogs.current().version
    # A column's formula comes out once for each row.
    boss.goto(f"/studio/small_desk/form/{FORM}?at={quote(f'{FIELD}[lines].fields[amount]')}")
    expect(builder.locator("li", has_text="10.00")).to_have_count(1)
    expect(builder.locator("li", has_text="15.00")).to_have_count(1)
