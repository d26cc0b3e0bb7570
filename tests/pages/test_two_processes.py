"""A manager and a clerk at two server processes of one workspace: a flip reaches the other one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from seamline.settings import found
from seamline.ui.surge.process import Server
from seamline.usecases.desk import open_desk

from .test_browser import CODE, _quiet, fill_order, submit_button
from .test_manager import on_board, refused, staff, without_agreement

__all__ = ["_quiet"]  # a fixture of every test below

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
LONGEST = 20.0  # seconds until the wait is given up; the aim is 2


@pytest.fixture
def servers(postgres_url: str, tmp_path: Path) -> Iterator[list[Server]]:
    """Two server processes of one workspace; only PostgreSQL takes more than one."""
    environment = {"SEAMLINE_DATABASE": postgres_url}
    desk = open_desk(found(tmp_path, environment))
    staff(desk)
    desk.close()
    running = [Server(tmp_path, environment) for _ in range(2)]
    try:
        for one in running:
            one.start()
        yield running
    finally:
        for one in running:
            one.stop()


@pytest.fixture
def address(servers: list[Server]) -> str:
    """Where the manager works."""
    return servers[0].address


def until(true: Callable[[], bool]) -> float:
    """Try until it is true; return the seconds that took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < LONGEST
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.cap(64, 65)
def test_a_flip_at_one_server_is_felt_at_the_other(opened: Any, servers: list[Server]) -> None:
    clerk = opened("chen", at=servers[1].address)
    without_agreement(clerk, "PO-BLOCKED")
    refused(clerk)
    manager = opened("wang", "/rules/order_create.technical_agreement/flip?to=off")
    manager.fill("#reason", "客户正在换签协议")
    manager.locator(".formbar .btn.p").click()
    expect(manager.get_by_role("status").first).to_contain_text("“技术协议必填”现为：停用")

    def let_through() -> bool:
        with clerk.expect_navigation():
            submit_button(clerk).click()  # the very form that was refused
        return CODE.fullmatch(clerk.locator("h1").text_content() or "") is not None

    seconds = [until(let_through)]
    manager.get_by_role("button", name="撤销").click()
    expect(on_board(manager)).to_have_attribute("aria-checked", "true")

    def blocked() -> bool:
        clerk.goto("/r/sales_order/new")
        fill_order(clerk, f"PO-{time.monotonic_ns()}", agreement_no="")
        with clerk.expect_navigation():
            submit_button(clerk).click()
        return clerk.locator("#problems").count() == 1

    seconds.append(until(blocked))
    refused(clerk)
    print("felt at the other server after", ", ".join(f"{one:.2f} s" for one in seconds))
