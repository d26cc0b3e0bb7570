"""A workspace with one form of every field kind, and a reader of its pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.test import TestResponse

from seamline.facts import Actor, Origin
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..browsing import answering, started
from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"
EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"
# A browser reports every answer above 399 as an error; a form that came back is a good answer.
FORM_CAME_BACK = re.compile(r"status of (409|422)")
PASSWORD = "correct horse battery"
FLOWING = {"boss": "administrator", "will": "worker", "gwen": "guest"}
PEOPLE = {"boss": "administrator", "anna": "planner", "rolf": "planner"}


class Fields(HTMLParser):
    """What a browser would send of the form with the given id."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.sent = form, False, []
        self.template = False
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a control of the form."""
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form or not self.form
        if tag == "template":
            self.template = True
        if not self.inside or self.template:
            return
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in ("file", "submit"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.sent.append((name, given.get("value") or ""))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self._textarea = name
            self.sent.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of what was open."""
        if tag == "form":
            self.inside = False
        elif tag == "template":
            self.template = False
        elif tag == "textarea":
            self._textarea = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            first = [value for value, _ in self._options][:1]
            self.sent.append((self._select, (chosen or first)[0]))
            self._select = None

    def handle_data(self, data: str) -> None:
        """Take up the text of a textarea."""
        if self._textarea is not None:
            self.sent[-1] = (self._textarea, self.sent[-1][1] + data)


class Site:
    """The pages, read and filled as a person without JavaScript would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: TestResponse | None = None

    @property
    def text(self) -> str:
        """Return the page that was last answered."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        self.page = self.client.get(path, headers=headers)
        return self.page

    def fields(self, form: str = "sheet") -> dict[str, Any]:
        """Return what stands in a form, lists for names that come more than once."""
        reader = Fields(form)
        reader.feed(self.text)
        values: dict[str, Any] = {}
        for name, value in reader.sent:
            if name in values:
                old = values[name]
                values[name] = [*old, value] if isinstance(old, list) else [old, value]
            else:
                values[name] = value
        return values

    def token(self) -> str:
        """Return the CSRF token of the page."""
        match = re.search(r'name="_csrf" value="([^"]+)"', self.text)
        assert match, "no form on this page"
        return match[1]

    def post(self, path: str, data: dict[str, Any], follow: bool = True) -> TestResponse:
        """Send a form."""
        self.page = self.client.post(path, data=data, follow_redirects=follow)
        return self.page

    def send(self, path: str, follow: bool = True, **changes: Any) -> TestResponse:
        """Send the form of the page with changes; `lines__0__qty` means `lines.0.qty`."""
        data = self.fields() | {name.replace("__", "."): value for name, value in changes.items()}
        data = {name: value for name, value in data.items() if value is not None}
        data.setdefault("_do", "submit")
        return self.post(path, data, follow)

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Open a session."""
        self.get("/sign-in")
        data = {"_csrf": self.token(), "login": login, "password": password, "next": "/"}
        return self.post("/sign-in", data)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with the workshop package, two parts and three people."""
    opened = published(tmp_path_factory.mktemp("pages"), PACKAGES / "workshop")
    for login, role in PEOPLE.items():
        accounts.create_user(
            opened,
            ADMIN,
            CLI,
            login=login,
            name=login.title(),
            roles=[role],
            language="en",
            password=PASSWORD,
        )
    for code, name in (("P1", "Bolt"), ("P2", "Nut")):
        submit(opened, ADMIN, CLI, Submission("part", "create", {"code": code, "name": name}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(desk: Desk) -> Flask:
    """The application of that workspace."""
    return create_app(desk)


@pytest.fixture
def site(app: Flask) -> Site:
    """The pages to a browser that has not been here before."""
    return Site(app.test_client())


@pytest.fixture
def as_(app: Flask) -> Callable[[str], Site]:
    """A function that gives the pages as somebody sees them."""

    def give(login: str) -> Site:
        opened = Site(app.test_client())
        opened.sign_in(login)
        return opened

    return give


@pytest.fixture(scope="module")
def job() -> Callable[..., dict[str, Any]]:
    """A function that gives what a person types for a good job, each of another subject."""
    count = iter(range(1, 100_000))

    def typed(**changes: Any) -> dict[str, Any]:
        good = {
            "subject": f"Job {next(count)}",
            "part": "P1",
            "qty": "3",
            "budget": "100",
            "weight": "5",
            "due": "2027-03-01",
            "shift": "day",
            "lines__0__material": "P1",
            "lines__0__count": "2",
            "lines__0__price": "1.25",
        }
        return good | changes

    return typed


@pytest.fixture
def made(as_: Callable[[str], Site], job: Callable[..., dict[str, Any]]) -> Callable[..., str]:
    """A function that makes a job through the page and gives the address of its record."""

    def make(login: str = "anna", **changes: Any) -> str:
        opened = as_(login)
        opened.get("/r/job/new")
        answer = opened.send("/r/job/new", follow=False, **job(**changes))
        assert answer.status_code == 303, opened.text
        return str(answer.headers["Location"])

    return make


@pytest.fixture
def picture() -> Callable[[], tuple[io.BytesIO, str]]:
    """A function that gives a small PNG as a browser would send it."""
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    return lambda: (io.BytesIO(pixel), "photo.png")


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with tasks that flow, ideas, and three people."""
    opened = published(tmp_path_factory.mktemp("flow"), PACKAGES / "flow")
    for login, role in FLOWING.items():
        given = {"login": login, "name": login.title(), "roles": [role], "language": "en"}
        accounts.create_user(opened, ADMIN, CLI, password=PASSWORD, **given)
    yield opened
    opened.close()


@pytest.fixture
def task(flow: Desk) -> Callable[..., str]:
    """A function that makes a task and brings it on by some steps; it gives its id."""

    def make(subject: str, *steps: str, **values: Any) -> str:
        values = {"subject": subject, "secret": "inside"} | values
        made = submit(flow, ADMIN, CLI, Submission("task", "create", values)).record
        for step in steps:
            submit(flow, ADMIN, CLI, Submission("task", step, {}, record=made.id, reason="so"))
        return made.id

    return make


@pytest.fixture
def at(flow: Desk) -> Callable[[str], Site]:
    """A function that gives the pages as somebody sees them."""
    app = create_app(flow)

    def give(login: str) -> Site:
        opened = Site(app.test_client())
        opened.sign_in(login)
        return opened

    return give


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The auto-parts workspace with a customer, two materials and a salesperson."""
    desk = published(tmp_path_factory.mktemp("shop"), EXAMPLE)
    people = {"chen": ("陈洁", "sales", "zh"), "wang": ("Wang Min", "risk_manager", "en")}
    for login, (name, role, language) in people.items():
        given = {"login": login, "name": name, "roles": [role], "language": language}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    customer = {
        "code": "C0012", "name": "华东一汽配套", "group": "passenger", "cooperation": "active",
        "credit_line": 1_000_000, "receivable": 0,
    }  # fmt: skip
    _create(desk, "customer", customer)
    for number, name in (("HX-2041", "转向节"), ("HX-3310", "平衡杆支架")):
        _create(desk, "material", _material(desk, number, name))
    yield desk
    desk.close()


def _material(desk: Desk, number: str, name: str) -> dict[str, Any]:
    """Return a material with the first choice wherever the package asks for one."""
    values: dict[str, Any] = {"code": number, "name": name}
    form = desk.catalogs.current().forms["material"].form
    for field in form.fields:
        if field.required and field.id not in values:
            options = field.settings.get("options")
            values[field.id] = options[0]["id"] if options else 1
    numbers = ("available", "safety_stock", "stock_floor", "lead_time", "lead_days")
    known = {field.id for field in form.fields if field.kind in ("integer", "decimal")}
    return {name: 1 for name in numbers if name in known} | values


def _create(desk: Desk, form: str, values: dict[str, Any]) -> None:
    submit(desk, ADMIN, CLI, Submission(form, "create", values))


@pytest.fixture(scope="module")
def address(shop: Desk) -> Iterator[str]:
    """The address of that workspace, served by waitress in a thread."""
    with answering(create_app(shop)) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module."""
    with started("--disable-component-update", "--disable-sync") as browser:
        yield browser


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What a browser complained of; a test that leaves something here fails."""
    found_: list[str] = []
    yield found_
    assert found_ == []


@pytest.fixture
def opened(chromium: Browser, address: str, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """A function that opens a page as a person signed in, in a context of its own.

    `at` is the address of another server than the one that all others ask.
    """
    contexts: list[BrowserContext] = []

    def give(login: str = "chen", path: str = "/", at: str = address, **options: Any) -> Page:
        given = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}} | options
        context = chromium.new_context(base_url=at, **given)
        contexts.append(context)
        page = context.new_page()
        _listen(page, at, complaints)
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{at}/")
        if path != "/":
            page.goto(path)
        return page

    yield give
    for context in contexts:
        context.close()


def _listen(page: Page, address: str, complaints: list[str]) -> None:
    def console(message: Any) -> None:
        if message.type == "error" and not FORM_CAME_BACK.search(message.text):
            complaints.append(message.text)

    def request(asked: Any) -> None:
        if not asked.url.startswith((address, "data:", "blob:")):
            complaints.append(asked.url)

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", request)
