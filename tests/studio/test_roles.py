"""Roles in Studio: the matrix of roles and forms, and looking as one of them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from seamline.usecases import design
from seamline.usecases.desk import Desk

from .conftest import ADMIN

PATH = "roles/clerk.yaml"


@pytest.mark.cap(103)
def test_a_grant_is_ticked_and_the_document_stays_as_it_was_written(
    boss_desk: Desk, boss: Page
) -> None:
    def text() -> str:
        return design.opened(boss_desk, ADMIN, "small_desk").texts[PATH]

    before = text()
    boss.goto(f"/studio/small_desk/roles/{PATH}?form=order")
    boss.get_by_label("Release", exact=True).check()
    expect(boss.locator("td.here")).to_contain_text("5")
    line = "{form: order, read: true, steps: [create, change, rush, cancel, release]}"
    assert text() == before.replace(
        "{form: order, read: true, steps: [create, change, rush, cancel]}", line
    )
    boss.get_by_label("all but these").check()
    boss.get_by_label("Total total").check()
    expect(boss.locator("td.here")).to_contain_text("−1")
    boss.get_by_text("Condition as text").click()
    boss.locator("#g-where").fill('{"==": [{var: agreement}, true]}')
    boss.keyboard.press("Tab")
    expect(boss.locator(".aloud")).to_contain_text("Agreement")
    # The same condition stands in clauses; what they cannot show is kept.
    clauses = boss.get_by_role("region", name="Only records where")
    clauses.get_by_role("button", name="Condition", exact=True).click()
    second = clauses.locator(".spine .ctest").nth(1)
    second.get_by_label("What is asked about").select_option(label="Total")
    second.get_by_label("Operator").select_option(">")
    second.get_by_label("Value").fill("5")
    boss.keyboard.press("Tab")
    expect(boss.locator(".aloud").first).to_contain_text("5")
    assert Axe().run(boss).response["violations"] == []
    assert '{"==": [{var: agreement}, true]}, {">": [{var: total}, 5]}' in text()
    clauses.get_by_role("button", name="Remove the clause").last.click()
    expect(clauses.locator(".ctest, .ckept")).to_have_count(1)
    boss.locator("#g-where").fill('{"==": [{var: agreement}, true]}')
    boss.keyboard.press("Tab")
    assert Axe().run(boss).response["violations"] == []
    assert "hide: [total]" in text() and 'where: {"==": [{var: agreement}, true]}' in text()
    boss.goto(f"/studio/small_desk/roles/{PATH}?form=purchase")
    boss.get_by_label("May see records").check()
    expect(boss.get_by_role("button", name="Take the grant away")).to_be_visible()
    assert "  - {form: purchase, read: true}" in text()
    boss.get_by_role("button", name="Take the grant away").click()
    expect(boss.get_by_role("button", name="Take the grant away")).to_have_count(0)
    assert "purchase" not in text()


@pytest.mark.cap(103)
def test_who_may_give_rights_looks_as_a_role_and_changes_nothing(
    boss_desk: Desk, boss: Page
) -> None:
    boss.goto(f"/studio/small_desk/roles/{PATH}")
    boss.get_by_role("button", name="Look as this role").click()
    expect(boss.get_by_text("You look as: Clerk. Nothing can be changed.")).to_be_visible()
    assert boss.request.get("/r/purchase").status == 403
    assert boss.request.get("/r/order").status == 200
    boss.goto("/r/order/new")
    token = boss.locator("input[name=_csrf]").first.input_value()
    refused = boss.request.post("/r/order/new", form={"_csrf": token, "customer": "C1"})
    assert refused.status == 409
    assert "nothing can be changed" in refused.text()
    boss.get_by_role("button", name="End", exact=True).click()
    expect(boss.get_by_text("You are yourself again.")).to_be_visible()
    assert boss.request.get("/r/purchase").status == 200
