"""A stock room of the auto-parts maker, served by a process of its own that a test may kill."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from seamline.conditions.parse import parse
from seamline.facts import Actor, Origin, Record
from seamline.settings import load
from seamline.store import Query
from seamline.ui.app import create_app
from seamline.usecases import accounts, look
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from ..browsing import ARGUMENTS, CAMERA, CHROMIUM
from ..published import published

EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"
ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PASSWORD = "correct horse battery"
PEOPLE = {"zhang": "warehouse", "lin": "warehouse", "wang": "business_manager", "chen": "sales"}
PARTS = {"HX-2041": "转向节", "HX-3310": "平衡杆支架", "3.05.025.0131": "真空助力器支架"}
PATIENCE = 60  # seconds to wait for a server on a busy machine


def stocked(folder: Path) -> Desk:
    """Open a workspace with the package, people, two warehouses and 420 pieces of each part."""
    desk = published(folder, EXAMPLE)
    for login, role in PEOPLE.items():
        given = {"login": login, "name": login.title(), "roles": (role,), "language": "en"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    for code in ("CP01", "CP02"):
        values = {"code": code, "name": f"Store {code}", "purpose": "finished"}
        submit(desk, ADMIN, CLI, Submission("warehouse", "create", values))
    for number, (code, name) in enumerate(PARTS.items()):
        part = {
            "code": code, "name": name, "category": "finished", "source": "make", "unit": "piece",
            "barcode": f"690123456789{number}", "safety_stock": 100,
        }  # fmt: skip
        submit(desk, ADMIN, CLI, Submission("material", "create", part))
        stock = {
            "code": f"{code}@CP01", "material": code, "warehouse": "CP01", "shelf": "A-03-12",
            "erp_balance": 420, "basis": "u8", "as_of": "2026-11-26T08:00:00+08:00",
        }  # fmt: skip
        submit(desk, ADMIN, CLI, Submission("stock", "create", stock))
    return desk


class Room:
    """The workspace, looked at from inside."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def figure(self, part: str, warehouse: str = "CP01") -> int:
        """Return what is on hand of a part."""
        model = self.desk.catalogs.current().forms["stock"]
        where = {
            "and": [{"==": [{"var": "material"}, part]}, {"==": [{"var": "warehouse"}, warehouse]}]
        }
        (row,) = look.page(self.desk, ADMIN, "stock", Query(where=parse(where, model.scope))).rows
        return int(row.values["on_hand"])

    def moves(self) -> list[Record]:
        """Return every move, the oldest first."""
        rows: list[Record] = []
        cursor: str | None = None
        while True:
            page = look.page(self.desk, ADMIN, "stock_move", Query(limit=200, cursor=cursor))
            rows += page.rows
            cursor = page.cursor
            if cursor is None:
                return sorted(rows, key=lambda one: one.code)


class Server:
    """The product serving the workspace in a process of its own, at an address that stays."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "seamline", "serve", "--workspace", str(self.workspace)]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError), closing(client):
                client.request("GET", "/healthz")
                if client.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL leaves it no time for anything."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process = None


@pytest.fixture(scope="session")
def stock_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stocked workspace that every test copies."""
    folder = tmp_path_factory.mktemp("stock_room")
    stocked(folder).close()
    return folder


@pytest.fixture
def workspace(stock_room: Path, tmp_path: Path) -> Path:
    """The folder of a stocked workspace of one's own."""
    return Path(shutil.copytree(stock_room, tmp_path / "workspace"))


@pytest.fixture
def room(workspace: Path) -> Iterator[Room]:
    """The workspace from inside."""
    desk = open_desk(load(workspace, {}))
    yield Room(desk)
    desk.close()


@pytest.fixture
def server(workspace: Path) -> Iterator[Server]:
    """A served workspace."""
    served = Server(workspace)
    served.start()
    yield served
    served.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """What drives browsers."""
    if not Path(CHROMIUM).is_file():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """One browser for all."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA])
    yield browser
    browser.close()


class Handheld:
    """A device in somebody's hand, with the page to scan with open."""

    def __init__(self, page: Page, context: BrowserContext) -> None:
        self.page, self.context = page, context
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        """Open the page and choose the warehouse."""
        self.page.goto("/p/scan")
        self.page.locator("#scan[data-ready]").wait_for()
        if not self.page.input_value("[data-place]"):
            self.page.select_option("[data-place]", "CP01")
            self.page.locator("#carried", has_text="3 of 3").wait_for()

    def scan(self, code: str) -> None:
        """Read a code as a scanner does that types into the code field."""
        self.page.fill("#code", code)
        self.page.press("#code", "Enter")

    def move(self, code: str, qty: int, act: str = "issue", paper: str = "PK-1") -> None:
        """Scan, enter a quantity and confirm; return once the device has taken it."""
        self.page.check(f"[name=act][value={act}]", force=True)
        self.scan(code)
        self.page.locator("#item:not([hidden])").wait_for()
        self.page.fill("#amount", str(qty))
        if act == "issue":
            self.page.fill("#a-source_no", paper)
        self.page.click("#confirm")
        expect(self.page.locator("#code")).to_have_value("")

    def said(self) -> str:
        """Return what the page last said."""
        return self.page.locator("#said").inner_text()


def signed_in(page: Page, login: str) -> None:
    """Sign somebody in."""
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.locator("main form .btn.p").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def handheld(chromium: Browser, server: Server) -> Iterator[Callable[..., Handheld]]:
    """A function that gives somebody a device: signed in, the page open."""
    contexts = []

    def give(login: str = "zhang", **more: Any) -> Handheld:
        given: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "locale": "en-GB",
        } | more
        context = chromium.new_context(base_url=server.address, **given)
        contexts.append(context)
        page = context.new_page()
        signed_in(page, login)
        device = Handheld(page, context)
        device.open()
        return device

    yield give
    for context in contexts:
        context.close()


class Site:
    """The pages as somebody without scripts uses them."""

    def __init__(self, desk: Desk, login: str) -> None:
        self.client = create_app(desk).test_client()
        self.sent("/sign-in", login=login, password=PASSWORD)

    def get(self, path: str) -> str:
        """Return a page."""
        return self.client.get(path, follow_redirects=True).get_data(as_text=True)

    def token(self, path: str = "/sign-in") -> str:
        """Return the token of a page."""
        match = re.search(r'name="_csrf" value="([^"]+)"', self.get(path))
        assert match
        return match[1]

    def sent(self, path: str, page: str = "/sign-in", **values: str) -> Any:
        """Send a form that stands on a page."""
        values["_csrf"] = self.token(page)
        return self.client.post(path, data=values, follow_redirects=True)

    def told(self, *moves: dict[str, Any], device: str = "PDA-TEST") -> Any:
        """Tell moves as a device does."""
        hello = self.client.get("/p/scan/scan/hello").get_json()
        return self.client.post(
            "/p/scan/scan/moves",
            json={"device": device, "moves": list(moves)},
            headers={"X-CSRFToken": hello["token"]},
        )


@pytest.fixture
def site(room: Room) -> Callable[..., Site]:
    """A function that signs somebody in to the pages without a browser."""
    return lambda login="zhang": Site(room.desk, login)
