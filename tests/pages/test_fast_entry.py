"""Fast entry in a real browser: the keyboard alone, cells from a spreadsheet, long tables."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI
from .test_prefill import ORDER

pytestmark = pytest.mark.browser
NEW = "/r/sales_order/new"
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture(autouse=True)
def _quiet(complaints: list[str]) -> None:
    """Every test fails on an error in the console, in a script, or a request to elsewhere."""


@pytest.fixture(scope="module", autouse=True)
def _known(shop) -> None:
    """A customer with a contact and terms."""
    customer = {
        "code": "C1", "name": "江南汽配", "group": "tier1", "cooperation": "active",
        "contact": "小王", "phone": "0514-55533423", "credit_line": 9_000_000,
        "payment_terms": "monthly_60", "address": "科技大道 226 号", "agreement_no": "JS-1",
    }  # fmt: skip
    submit(shop, ADMIN, CLI, Submission("customer", "create", customer))


def cell(page: Page, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


@pytest.mark.cap(1, 16)
def test_an_order_is_entered_by_the_keyboard_alone(opened, shop) -> None:
    page = opened(path=NEW)
    keys = page.keyboard
    expect(cell(page, "channel")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.type("E-2026-1")
    keys.press("Enter")
    keys.type("江南汽")  # by name; the list offers the one record
    expect(page.locator(".suggest [role=option]")).to_have_count(1)
    keys.press("Enter")
    expect(cell(page, "customer")).to_have_value("C1")
    # Contact, phone, address and terms came with the customer: Enter passes them.
    expect(cell(page, "customer_po")).to_be_focused()
    expect(cell(page, "contact")).to_have_value("小王")
    expect(page.locator("[data-field=contact] p[data-from]")).to_have_text("客户编码 C1")
    keys.type("PO-KEYS")
    keys.press("Enter")
    for downs, following in (
        (1, "due_date"), (None, "delivery_terms"), (1, "freight_by"), (1, "packaging"),
        (1, "inspection"), (1, "lines.0.material"),
    ):  # fmt: skip
        if downs is None:
            cell(page, "due_date").fill("2028-03-01")
        else:
            keys.press("ArrowDown")
        keys.press("Enter")
        expect(cell(page, following)).to_be_focused()
    keys.type("2041")
    keys.press("Enter")
    expect(cell(page, "lines.0.material")).to_have_value("HX-2041")
    keys.type("12")
    keys.press("Enter")
    keys.type("9.5")
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Enter")  # the last cell of the row: another row
    expect(cell(page, "lines.1.material")).to_be_focused()
    keys.press("Enter")  # not wanted
    expect(cell(page, "invoice_type")).to_be_focused()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Control+Enter")
    expect(page.locator(".rail")).to_be_visible()
    row = look.page(shop, ADMIN, "sales_order", Query(search="PO-KEYS")).rows[0]
    record = look.record(shop, ADMIN, "sales_order", row.id)
    assert record.values["contact"] == "小王"
    assert record.values["payment_terms"] == "monthly_60"
    body = look.timeline(shop, ADMIN, "sales_order", row.id)[-1].body
    assert 0 < body["typing_ms"] <= body["took_ms"]


@pytest.mark.cap(1)
def test_cells_of_a_spreadsheet_fill_rows_and_say_what_they_cannot_take(opened) -> None:
    page = opened(path=NEW)
    cell(page, "lines.0.material").focus()
    lines = [
        ["物料编码", "数量", "特殊工艺要求", "分批交期"],
        ["HX-2041", "1,200", "氮化", "2027/3/1"],
        ["没有的料", "5", "激光", "明天"],
        ["平衡杆支架", "7", "无", ""],
    ]
    page.evaluate(PASTE, "\n".join("\t".join(row) for row in lines) + "\n")
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(3)
    expect(cell(page, "lines.0.qty")).to_have_value("1,200")
    expect(cell(page, "lines.0.special_process")).to_have_value("nitride")
    expect(cell(page, "lines.0.line_due")).to_have_value("2027-03-01")
    expect(cell(page, "lines.2.material")).to_have_value("HX-3310")  # by its name
    second = page.locator("table[data-rows] tbody tr").nth(1)
    expect(second.locator("[aria-invalid]")).to_have_count(3)
    expect(second).to_contain_text("没有找到“没有的料”。")
    expect(second).to_contain_text("“激光”不在选项中。")
    wrong = cell(page, "lines.1.material")
    told = page.locator(f'[id="{wrong.get_attribute("aria-describedby")}"]')
    expect(told).to_contain_text("没有找到")
    wrong.fill("HX-2041")
    expect(second.locator("[aria-invalid]")).to_have_count(2)
    report = page.locator("[data-pasted]")
    expect(report).to_contain_text("已粘贴 3 行。")
    report.get_by_role("button").click()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    expect(cell(page, "lines.0.material")).to_have_value("")


@pytest.mark.cap(1)
def test_a_table_of_1200_rows_is_filled_window_by_window(opened, shop) -> None:
    row = {"material": "HX-2041", "qty": 1, "unit_price": 0.01, "special_process": "none"}
    values = ORDER | {"customer_po": "PO-LONG", "lines": [row] * 1200, "paid": 5}
    record = submit(shop, ADMIN, CLI, Submission("sales_order", "create", values)).record
    page = opened(path=f"/r/sales_order/{record.id}/do/change")
    shown = page.locator("table[data-rows] tbody tr")
    expect(shown).to_have_count(100)
    cell(page, "lines.3.qty").fill("33")
    page.get_by_label("后面的行").click()
    expect(page.locator(".pager")).to_contain_text("第 101-200 行，共 1200 行")
    cell(page, "lines.150.qty").fill("44")
    page.get_by_role("button", name="添加一行").click()  # at the end, in the last window
    expect(shown.last.locator(".rowno")).to_have_text("1201")
    page.keyboard.type("HX-3310")
    last = shown.last.locator("input:not([type=hidden])")
    last.nth(1).fill("5")
    last.nth(2).fill("2.5")
    shown.last.locator("select").select_option("none")
    page.fill("#f-_reason", "一行更多")
    page.locator(".formbar .btn.p").click()
    expect(page.locator("h1")).to_have_text(re.compile("OD-"))
    lines = look.record(shop, ADMIN, "sales_order", record.id).values["lines"]
    assert len(lines) == 1201
    assert [int(lines[at].values["qty"]) for at in (3, 150, 151, 1200)] == [33, 44, 1, 5]
    assert [line.id for line in lines[:1200]] == [line.id for line in record.values["lines"]]
    drawn = page.locator("#part-facts .lines tbody tr:not(.noted)")
    expect(drawn).to_have_count(50)
    expect(page.locator(".rest")).to_contain_text("1,201 行中的前 50 行。")
    plain = page.request.get(page.locator("[data-rest]").get_attribute("href") or "").text()
    assert plain.count("<tr><td") == 1201 and "data-rest" not in plain  # a link without JavaScript
    page.keyboard.press("Control+f")  # who searches in the page searches all of it
    expect(drawn).to_have_count(1201)
    expect(page).to_have_url(re.compile(r"rows=all"))


def test_what_is_typed_is_saved_by_itself_and_another_tab_is_not_overwritten(opened) -> None:
    page = opened(path=f"{NEW}?draft=none")
    page.fill("#f-evidence_ref", "草稿里的凭据")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已于")
    other = page.context.new_page()
    other.goto(NEW)
    expect(other.locator("#f-evidence_ref")).to_have_value("草稿里的凭据")
    expect(other.locator(".draftnote.blue")).to_contain_text("的草稿")
    other.fill("#f-contact", "别处")
    expect(other.locator("[data-draft-state]")).to_contain_text("草稿已于")
    other.close()
    page.fill("#f-contact", "这里")
    note = page.locator("[role=alert].draftnote")
    expect(note).to_contain_text("另一台设备")
    note.get_by_role("button").click()
    expect(note).to_have_count(0)
    page.goto(NEW)
    expect(page.locator("#f-contact")).to_have_value("这里")
    expect(page.locator(".others")).to_contain_text("份草稿")
