"""A subcontractor with tasks in every state of the route, staged as for the matrix of pages."""

from __future__ import annotations

import io
import itertools
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from seamline import clock
from seamline.facts import Actor, GeoPoint, Origin
from seamline.proofs import sample
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk, open_desk

MATRIX = Path(__file__).parents[1] / "pages" / "matrix"
ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PASSWORD = "correct horse battery"
PHOTOS = itertools.count(5000)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The workspace: its desk, the ids of the tasks by name, the module that staged them."""
    desk = open_desk(found(tmp_path_factory.mktemp("supplier"), {}))
    shop, board = (runpy.run_path(str(MATRIX / f"{name}.py")) for name in ("a_shop", "tasks"))
    ids: dict[str, str] = shop["stage"](desk, {})
    ids |= board["stage"](desk, ids)
    people = board["PEOPLE"] | {"boss": ("Boss", ("administrator",))}
    for login, (name, roles, *party) in people.items():
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=name, roles=roles, language="en",
            password=PASSWORD, party=party[0] if party else "",
        )  # fmt: skip
    yield SimpleNamespace(desk=desk, ids=ids, order=ids["order"], new=_maker(desk, board, ids))
    desk.close()


def _maker(desk: Desk, board: dict[str, Any], ids: dict[str, str]) -> Callable[..., str]:
    """Return a function that hands out one more task and gives its id."""

    def new(*steps: str, days: int = 9) -> str:
        return str(board["task"](desk, ids, 77, days, steps))

    return new


@pytest.fixture(scope="module")
def app(staged: SimpleNamespace) -> Flask:
    """The application of that workspace."""
    return create_app(staged.desk)


class Phone:
    """The pages as a person without scripts uses them."""

    def __init__(self, client: FlaskClient, login: str) -> None:
        self.client = client
        self.page: TestResponse | None = None
        self.get("/sign-in")
        data = {"_csrf": self.hidden("_csrf"), "login": login, "password": PASSWORD, "next": "/"}
        self.post("/sign-in", data)

    @property
    def text(self) -> str:
        """Return the page that was last answered."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        self.page = self.client.get(path, follow_redirects=True)
        return self.page

    def hidden(self, name: str) -> str:
        """Return the value of a hidden field."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.text)
        assert found is not None, f"no {name} on {self.text}"
        return found[1]

    def post(self, path: str, data: dict[str, Any]) -> TestResponse:
        """Send a form."""
        self.page = self.client.post(path, data=data, follow_redirects=True)
        return self.page

    def take(self, path: str, **values: Any) -> TestResponse:
        """Send the form of the page on display to `path`, as its button would."""
        names = ("_csrf", "_key", "_shown", "_version", "_base")
        data = {name: self.hidden(name) for name in names} | values
        return self.post(path, data)


@pytest.fixture
def as_(app: Flask) -> Callable[[str], Phone]:
    """A function that gives the pages as somebody sees them."""
    return lambda login: Phone(app.test_client(), login)


@pytest.fixture
def photo() -> Callable[[], dict[str, Any]]:
    """A function that gives what a form sends with a photo whose camera knew its place."""
    place = GeoPoint(31.2304, 121.4737)

    def take() -> dict[str, Any]:
        data = sample.photo(next(PHOTOS), clock.now(), place=place, size=(640, 480))
        return {
            "photo": (io.BytesIO(data), "IMG_0815.jpg", "image/jpeg"),
            "photo.device": "D-00AA11",
        }

    return take


class Api:
    """The API as a program with one person's token uses it."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def post(self, path: str, **body: Any) -> TestResponse:
        """Post JSON (or a form with a file) to a path below /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(f"/api/v1{path}", headers=headers, **body)

    def upload(self, data: bytes, name: str = "photo.jpg", type_: str = "image/jpeg") -> Any:
        """Upload a file and return what a record's field takes."""
        answer = self.post("/files", data={"file": (io.BytesIO(data), name, type_)})
        assert answer.status_code == 201, answer.text
        return answer.json

    def step(self, task: str, step: str, *photos: Any, **values: Any) -> TestResponse:
        """Take a step of a task with photos."""
        given = values | ({"photo": list(photos)} if photos else {})
        return self.post(f"/subcontract_task/{task}/steps/{step}", json={"values": given})


@pytest.fixture(scope="module")
def api(app: Flask, staged: SimpleNamespace) -> Api:
    """The API for the subcontractor."""
    token = accounts.create_token(
        staged.desk, ADMIN, CLI, login="heat1", name="phone", scopes=("read", "write")
    ).word
    return Api(app.test_client(), token)
