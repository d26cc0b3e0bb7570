"""The auto-parts order desk in a real browser: with scripts, without, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.desk import Desk

from .conftest import ADMIN

pytestmark = pytest.mark.browser
CODE = re.compile(r"OD-\d{4}-\d{2}-\d{5}")
FAR_AWAY = "2028-03-01"


@pytest.fixture(autouse=True)
def _quiet(complaints: list[str]) -> None:
    """Every test fails on an error in the console, in a script, or a request to elsewhere."""


def fill_order(page: Page, po: str, **changes: str) -> None:
    """Fill the twenty-one required fields, the last of them in the first line."""
    for name, value in {
        "evidence_ref": "微信群 2026-02-03 09:20", "customer": "C0012", "customer_po": po,
        "signing_date": "2026-01-28", "contact": "李工", "contact_phone": "13800138000",
        "agreement_no": "JSXY-2026-0108", "due_date": FAR_AWAY, "delivery_address": "东风大街",
        "lines.0.material": "HX-2041", "lines.0.qty": "1200", "lines.0.unit_price": "12.5",
    }.items():  # fmt: skip
        page.fill(f'[name="{name}"]', changes.get(name, value))
    for name, value in {
        "channel": "wechat", "order_type": "series", "urgency": "normal",
        "delivery_terms": "to_plant", "freight_by": "us", "packaging": "pallet",
        "inspection": "standard", "payment_terms": "monthly_60", "invoice_type": "vat_special",
        "lines.0.special_process": "none",
    }.items():  # fmt: skip
        page.select_option(f'[name="{name}"]', value)


def orders(desk: Desk) -> int:
    return look.page(desk, ADMIN, "sales_order", Query(limit=1)).total or 0


def submit_button(page: Page) -> Any:
    return page.locator(".formbar .btn.p")


@pytest.mark.cap(1, 4, 11)
def test_an_order_is_filled_with_lines_and_gets_its_tracking_code(opened) -> None:
    page = opened(path="/r/sales_order")
    page.get_by_role("link", name=re.compile("新建")).first.click()
    fill_order(page, "PO-26-8812")
    page.get_by_role("button", name="添加一行").click()
    second = page.locator('table[data-rows="lines"] tbody tr').nth(1)
    expect(second.locator('[name="lines.1.material"]')).to_be_focused()
    expect(second.locator(".rowno")).to_have_text("2")
    second.locator('[name="lines.1.material"]').fill("HX-3310")
    second.locator('[name="lines.1.qty"]').fill("600")
    second.locator('[name="lines.1.unit_price"]').fill("30")
    second.locator('[name="lines.1.special_process"]').select_option("nickel")
    submit_button(page).click()
    expect(page.locator("h1")).to_have_text(CODE)
    expect(page.locator(".rail [aria-current=step]")).to_contain_text("已提交")
    expect(page.get_by_text("33,000.00").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("微信群 2026-02-03 09:20")


@pytest.mark.cap(2, 3)
def test_every_problem_is_shown_at_once_and_leads_to_its_field(opened, shop) -> None:
    before = orders(shop)
    page = opened(path="/r/sales_order/new")
    # What is known beforehand, from this person's last order say, stands there by itself.
    page.evaluate(
        """document.querySelectorAll("#sheet select, #sheet input:not([type=hidden])")
           .forEach((one) => { if (!one.name.startsWith("_")) one.value = "" })"""
    )
    page.fill('[name="lines.0.qty"]', "abc")
    submit_button(page).click()
    summary = page.locator("#problems")
    expect(summary).to_be_focused()
    # Seventeen fields of the order, three columns of its line, and a quantity that is none.
    expect(summary.locator("a")).to_have_count(21)
    summary.get_by_role("link", name="客户编码").click()
    customer = page.locator('[name="customer"]')
    expect(customer).to_be_in_viewport()
    expect(customer).to_have_attribute("aria-invalid", "true")
    told = customer.get_attribute("aria-describedby")
    expect(page.locator(f'[id="{told.split()[0]}"]')).to_contain_text("必填")
    expect(page.locator('[name="lines.0.qty"]')).to_have_value("abc")
    assert orders(shop) == before


@pytest.mark.cap(1)
def test_everything_works_without_scripts(opened, shop) -> None:
    before = orders(shop)
    page = opened(path="/r/sales_order/new", java_script_enabled=False)
    fill_order(page, "PO-NO-SCRIPT")
    page.get_by_role("button", name="添加一行").click()
    expect(page.locator('[name="customer_po"]')).to_have_value("PO-NO-SCRIPT")
    page.fill('[name="lines.1.material"]', "HX-3310")
    page.fill('[name="lines.1.qty"]', "1")
    page.fill('[name="lines.1.unit_price"]', "1")
    page.locator("table[data-rows] tbody tr").nth(1).get_by_label("删除此行").click()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    page.locator('[name="contact"]').press("Enter")  # Enter submits, it does not press "remove"
    expect(page.locator("h1")).to_have_text(CODE)
    assert orders(shop) == before + 1


@pytest.mark.cap(11)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_makes_one_order(opened, shop, scripts: bool) -> None:
    before = orders(shop)
    page = opened(path="/r/sales_order/new", java_script_enabled=scripts)
    fill_order(page, f"PO-TWICE-{scripts}")
    submit_button(page).dblclick()
    expect(page.locator("h1")).to_have_text(CODE)
    assert orders(shop) == before + 1


@pytest.mark.cap(15)
def test_a_purchase_order_that_came_before_is_confirmed_by_a_tick(opened, shop) -> None:
    page = opened(path="/r/sales_order/new")
    fill_order(page, "PO-AGAIN")
    submit_button(page).click()
    expect(page.locator("h1")).to_have_text(CODE)
    page.goto("/r/sales_order/new")
    fill_order(page, "PO-AGAIN")
    submit_button(page).click()
    doubt = page.locator("#doubts")
    expect(doubt).to_contain_text(CODE)
    page.get_by_label("已核对，不是重复。").check()
    submit_button(page).click()
    expect(page.locator("h1")).to_have_text(CODE)


def test_references_are_searched_while_typing(opened) -> None:
    page = opened(path="/r/sales_order/new")
    with page.expect_response(re.compile(r"/lookup/customer\?q=")) as answered:
        page.locator('[name="customer"]').press_sequentially("华东")
    assert answered.value.json() == {"items": [{"key": "C0012", "label": "华东一汽配套"}]}
    expect(page.locator("#l--customer option")).to_have_attribute("value", "C0012")
    page.fill('[name="customer"]', "C0012")
    expect(page.locator('[name="customer"] ~ .help[data-found]')).to_have_text("华东一汽配套")


def test_a_condition_shows_its_field_when_asked_again(opened) -> None:
    page = opened(path="/r/sales_order/new", java_script_enabled=False)
    expect(page.locator('[name="urgency_note"]')).to_be_hidden()
    page.select_option('[name="urgency"]', "line_down")
    page.get_by_role("button", name="更新字段").click()
    expect(page.locator('[name="urgency_note"]')).to_be_visible()
    expect(page.locator('[name="urgency_note"]')).to_have_attribute("aria-required", "true")


@pytest.mark.cap(62)
def test_an_order_over_its_credit_line_waits_for_the_risk_manager(opened) -> None:
    page = opened(path="/r/sales_order/new")
    fill_order(page, "PO-DEAR", **{"lines.0.qty": "200000"})
    submit_button(page).click()
    expect(page.locator(".note.violet").first).to_contain_text("等待人工审核")
    code = page.locator("h1").text_content()
    manager = opened("wang", locale="en-GB")
    card = manager.locator("li", has_text=code)
    expect(card).to_contain_text("left")
    card.get_by_role("button", name="Approve").click()
    manager.fill("#why-reason", "Guarantee received")
    manager.locator("#why [value=go], #why .btn.p").first.click()
    expect(manager.get_by_role("status")).to_contain_text("is approved")
    page.reload()
    expect(page.locator("main")).to_contain_text("Guarantee received")
    expect(page.locator(".note.violet.errsum")).to_have_count(0)


def test_the_search_box_is_a_key_away(opened) -> None:
    page = opened()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()


def test_typed_work_is_not_lost_by_a_stray_click(opened) -> None:
    page = opened(path="/r/sales_order/new")
    page.fill('[name="contact"]', "李工")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    page.locator(".side .brand").click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(page.locator('[name="contact"]')).to_have_value("李工")


def test_dark_follows_the_system_until_one_is_chosen(opened) -> None:
    page = opened(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(16, 22, 23)")
    page.get_by_role("button", name="浅色").click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 247, 247)")
    page.get_by_role("button", name="深色").click()
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(16, 22, 23)")
