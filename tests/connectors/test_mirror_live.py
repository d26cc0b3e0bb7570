"""A server and a worker beside a U8 that is read through ODBC: open pages follow its stock."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from seamline.connectors.u8.standin.actor import Actor, Movement
from seamline.facts import Actor as Person, Origin
from seamline.jobs.engine import Engine
from seamline.settings import existing, found
from seamline.store import LocalConnection, open_store
from seamline.ui.surge.process import Server
from seamline.usecases import accounts, connections, install, sync
from seamline.usecases.desk import open_desk

from ..browsing import started

ADMIN, CLI = Person("admin", "admin", ("administrator",)), Origin("cli")
PASSWORD = "a long enough pass-phrase"
EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"
CYCLE = 1  # seconds; 15 as the package ships
LIMIT = (CYCLE + 2) * 1_000
HEARD = """seamline: 1
pipeline: heard
title: {zh: 听到, en: Heard}
role: planner
on: {change: {connection: u8, entity: stock, every: 1s}}
steps:
  - {id: note, map: {key: =change.key}}
"""


@pytest.fixture
def u8(sqlite_template, odbc, tmp_path):
    path = tmp_path / "u8.db"
    shutil.copyfile(sqlite_template, path)
    return path


@pytest.fixture
def workspace(u8, tmp_path):
    """The package with a cycle of a second and a pipeline that listens, mirrored once."""
    package = tmp_path / "auto_parts"
    shutil.copytree(EXAMPLE, package)
    text = (package / "connections" / "u8.yaml").read_text("utf-8")
    text = text.replace("every: 15s", f"every: {CYCLE}s").replace("late: 2m", "late: 4s")
    (package / "connections" / "u8.yaml").write_text(text, encoding="utf-8")
    (package / "pipelines" / "heard.yaml").write_text(HEARD, encoding="utf-8")
    desk = open_desk(found(tmp_path / "workspace", {}))
    install.publish(desk, ADMIN, CLI, package, skip_scenarios=True)
    given = {"login": "liu", "name": "刘工", "roles": ["administrator"], "language": "zh"}
    accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    settings = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 0.2,
        "connection_string": f"DRIVER=SQLite3;Database={u8};Timeout=300",
    }  # fmt: skip
    connections.configure(desk, ADMIN, CLI, LocalConnection("u8", "on", settings))
    sync.sync(desk, "u8")
    desk.close()
    return tmp_path / "workspace"


@pytest.fixture
def server(workspace):
    """`seamline serve` and `seamline work`, a process each."""
    environment = {**os.environ, "SEAMLINE_WORKER": "off"}
    serving = Server(workspace, {"SEAMLINE_WORKER": "off"})
    serving.start()
    command = [sys.executable, "-m", "seamline", "work", "--workspace", str(workspace)]
    with (workspace / "work.log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield serving
    finally:
        worker.terminate()
        worker.wait(30)
        serving.stop()


@pytest.fixture
def runs(workspace):
    """Return what gives the runs that changes set off, once the pipeline listens to them."""
    url = existing(workspace, {}).database
    store, engine = open_store(url), Engine(url)

    def listens():
        with store.reading() as unit:
            return unit.timers.get("read:u8:stock")

    def found():
        until(listens)
        return engine.runs(prefixes=["heard"])

    yield found
    engine.close()
    store.close()


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)
    return answer


def look(page, name):
    """Take a picture where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.cap(20, 21, 22, 112)
def test_an_open_page_follows_the_stock_and_says_when_it_no_longer_can(server, workspace, u8, runs):
    def company():
        return closing(sqlite3.connect(u8))

    with company() as connection:
        row = "SELECT cInvCode, cWhCode, iQuantity FROM CurrentStock WHERE AutoID = 1"
        code, house, qty = connection.execute(row).fetchone()
    with started() as browser:
        context = browser.new_context(
            base_url=server.address, viewport={"width": 1440, "height": 900}
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#login", "liu")
        page.fill("#password", PASSWORD)
        page.locator("form .btn.p").click()
        page.goto(f"/r/stock/{code}@{house}")
        expect(page.locator("#feeds")).to_contain_text("用友 U8")
        expect(page.locator("#feeds")).to_contain_text("次日记账")
        listing = context.new_page()
        listing.goto("/r/stock")
        look(page, "record")
        look(listing, "list")
        page.evaluate("window.same = true")
        before = runs()
        with company() as connection:
            Actor(connection).key_in([Movement(house, code, -3, "LL-1")])
        figure = f"{int(qty) - 3:,}"
        expect(page.locator("#part-facts")).to_contain_text(figure, timeout=LIMIT)
        expect(listing.locator("#list")).to_contain_text(figure, timeout=LIMIT)
        assert page.evaluate("window.same")  # it was not loaded again
        heard = until(lambda: len(runs()) > len(before) and runs())
        assert len(heard) == len(before) + 1
        with company() as holder:
            holder.isolation_level = None
            holder.execute("BEGIN EXCLUSIVE")
            expect(page.locator("#feeds")).to_contain_text("已过期", timeout=30_000)
            expect(page.locator(".old").first).to_be_visible()
            expect(page.locator(".oldword").first).to_have_text("旧")
            listing.reload()
            look(page, "record_late")
            look(listing, "list_late")
            listing.set_viewport_size({"width": 390, "height": 800})
            page.set_viewport_size({"width": 390, "height": 800})
            look(page, "record_late_390")
            look(listing, "list_late_390")
            holder.execute("ROLLBACK")
        expect(page.locator("#feeds")).not_to_contain_text("已过期", timeout=60_000)
        expect(page.locator(".old")).to_have_count(0)
        context.close()
    assert len(runs()) == len(heard)
