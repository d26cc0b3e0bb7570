"""A business manager in a real browser: switches, reviews and reasons, by keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from seamline.access import EVERYTHING
from seamline.facts import Actor
from seamline.settings import found
from seamline.usecases import accounts, install, look, switch
from seamline.usecases.desk import Desk, open_desk

from .conftest import ADMIN, CLI, EXAMPLE, PASSWORD, _create, _material
from .test_browser import CODE, _quiet, fill_order, submit_button

__all__ = ["_quiet"]  # a fixture of every test below

pytestmark = pytest.mark.browser
RULE = "order_create.technical_agreement"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
PEOPLE = {"chen": ("陈洁", "sales"), "wang": ("王敏", "business_manager")}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The staffed auto-parts workspace."""
    desk = open_desk(found(tmp_path_factory.mktemp("managed"), {}))
    staff(desk)
    yield desk
    desk.close()


def staff(desk: Desk) -> None:
    """Publish auto parts with a clerk, a business manager, a customer and two materials."""
    install.publish(desk, ADMIN, CLI, EXAMPLE)
    for login, (name, role) in PEOPLE.items():
        given = {"login": login, "name": name, "roles": [role], "language": "zh"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    customer = {
        "code": "C0012", "name": "华东一汽配套", "group": "passenger", "cooperation": "active",
        "credit_line": 1_000_000, "receivable": 0,
    }  # fmt: skip
    _create(desk, "customer", customer)
    for number, name in (("HX-2041", "转向节"), ("HX-3310", "平衡杆支架")):
        _create(desk, "material", _material(desk, number, name))


def without_agreement(page: Page, po: str) -> None:
    page.goto("/r/sales_order/new")
    fill_order(page, po, agreement_no="")
    submit_button(page).click()


def refused(page: Page) -> None:
    expect(page.locator("#problems")).to_contain_text("没有技术协议")


def on_board(page: Page) -> Any:
    return page.get_by_role("switch", name="技术协议必填")


@pytest.mark.cap(64, 65, 66, 105)
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_a_manager_switches_a_rule_and_a_clerk_feels_it(opened, shop, device) -> None:
    manager_of = Actor("wang", "王敏", ("business_manager",))
    access = shop.catalogs.current().access
    assert not access.may(manager_of, "publish", EVERYTHING)
    assert not access.may(manager_of, "create", "sales_order")
    clerk = opened("chen")
    without_agreement(clerk, f"PO-BLOCKED-{len(device)}")
    refused(clerk)
    manager = opened("wang", "/rules", **device)
    expect(on_board(manager)).to_have_attribute("aria-checked", "true")
    on_board(manager).focus()
    manager.keyboard.press("Space")
    expect(manager.locator("h1")).to_have_text("停用“技术协议必填”")
    expect(manager.locator(".figures")).to_contain_text("会放宽通过")
    expect(manager.locator("main")).to_contain_text("近 30 天共提交")
    manager.locator("#reason").focus()
    manager.keyboard.type("客户正在换签协议")
    manager.keyboard.press("Enter")
    expect(manager.get_by_role("status").first).to_contain_text("“技术协议必填”现为：停用")
    submit_button(clerk).click()  # the very form that was refused
    expect(clerk.locator("h1")).to_have_text(CODE)
    expect(on_board(manager)).to_have_attribute("aria-checked", "false")
    manager.get_by_role("button", name="撤销").focus()
    manager.keyboard.press("Enter")
    expect(on_board(manager)).to_have_attribute("aria-checked", "true")
    without_agreement(clerk, f"PO-AGAIN-{len(device)}")
    refused(clerk)
    reasons = [event.reason for event in switch.history(shop, ADMIN, RULE)]
    assert reasons[:2] == ["切换后随即撤销", "客户正在换签协议"]


@pytest.mark.cap(65)
def test_the_switch_works_without_scripts(opened, shop) -> None:
    manager = opened("wang", "/rules", java_script_enabled=False)
    on_board(manager).click()
    manager.locator(".formbar .btn.p").click()
    expect(manager.locator("#problems")).to_contain_text("请写明启停的原因")
    manager.fill("#reason", "盘点")
    manager.locator(".formbar .btn.p").click()
    expect(on_board(manager)).to_have_attribute("aria-checked", "false")
    manager.get_by_role("button", name="撤销").click()
    expect(on_board(manager)).to_have_attribute("aria-checked", "true")


@pytest.mark.cap(62, 63)
def test_two_reviews_are_decided_at_once_by_keyboard(opened, shop) -> None:
    clerk = opened("chen")
    codes = []
    for po in ("PO-DEAR-1", "PO-DEAR-2"):
        clerk.goto("/r/sales_order/new")
        fill_order(clerk, po, **{"lines.0.qty": "200000"})
        submit_button(clerk).click()
        expect(clerk.locator("h1")).to_have_text(CODE)
        codes.append(clerk.locator("h1").text_content())
    manager = opened("wang", "/reviews")
    for code in codes:
        manager.get_by_role("checkbox", name=re.compile(code)).focus()
        manager.keyboard.press("Space")
    manager.get_by_label("勾选的：").fill("有保函")
    manager.get_by_role("button", name="批量通过").focus()
    manager.keyboard.press("Enter")
    expect(manager.get_by_role("status")).to_contain_text("已通过 2 条复核")
    held = [look.record(shop, ADMIN, "sales_order", code).held for code in codes]
    assert held == ["", ""]


@pytest.mark.cap(61, 71)
def test_a_clerk_asks_why_and_waves_a_reminder_aside(opened) -> None:
    clerk = opened("chen", "/r/sales_order/new")
    fill_order(clerk, "PO-SOON")
    clerk.select_option('[name="channel"]', "email")  # and no message is attached
    submit_button(clerk).click()
    expect(clerk.locator("h1")).to_have_text(CODE)
    clerk.get_by_role("button", name=re.compile("忽略：邮件和纸质合同请附上原件")).click()
    expect(clerk.locator(".note.waved")).to_contain_text("已忽略")
    clerk.get_by_role("link", name="为什么").click()
    expect(clerk.locator("h1")).to_have_text("规则为什么这样判定")
    agreement = clerk.locator(".why", has_text="技术协议必填")
    expect(agreement).to_contain_text("未触发")
    expect(agreement).to_contain_text("JSXY-2026-0108")
