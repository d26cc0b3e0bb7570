"""The API of a real workspace, asked through its WSGI application."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from seamline.facts import Actor, Origin
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk

from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"


@dataclass
class Api:
    """A client that speaks JSON with one token."""

    client: FlaskClient
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send one request; `body` is JSON, or bytes as they are."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {name.replace("_", "-"): word for name, word in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        return self.client.open(f"/api/v1{path}", method=method, data=data, headers=sent)

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET a path below /api/v1."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """POST a body to a path below /api/v1."""
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """PATCH a path below /api/v1."""
        return self.ask("PATCH", path, body, **headers)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Desk]:
    """A workspace with the workshop package and two users."""
    opened = published(tmp_path_factory.mktemp("api"), PACKAGES / "workshop", database)
    for login, roles in (("boss", ("administrator",)), ("anna", ("planner",))):
        accounts.create_user(opened, ADMIN, CLI, login=login, name=login.title(), roles=roles)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> FlaskClient:
    """A client of the application without a token."""
    return create_app(desk).test_client()


@pytest.fixture(scope="module")
def api_of(desk: Desk, client: FlaskClient) -> Callable[..., Api]:
    """A function that gives the API with a token of a login, narrowed to scopes."""

    def give(login: str, *scopes: str) -> Api:
        made = accounts.create_token(
            desk, ADMIN, CLI, login=login, name="test", scopes=scopes or ("admin",)
        )
        return Api(client, made.word)

    return give


@pytest.fixture(scope="module")
def api(api_of: Callable[..., Api]) -> Api:
    """The API as an administrator, with two parts."""
    boss = api_of("boss")
    for code, name in (("P1", "Bolt"), ("P2", "Nut")):
        answer = boss.post("/part", {"values": {"code": code, "name": name, "price": "2.50"}})
        assert answer.status_code == 201, answer.text
    return boss


@pytest.fixture(scope="module")
def job() -> Callable[..., dict[str, Any]]:
    """A function that gives the body of a good job, each of another subject, with changes."""
    count = iter(range(1, 100_000))

    def body(**changes: Any) -> dict[str, Any]:
        values = {
            "subject": f"Job {next(count)}",
            "part": "P1",
            "qty": 3,
            "due": "2027-03-01",
            "shift": "day",
            "lines": [
                {"material": "P1", "count": 2, "price": "1.25"},
                {"material": "P2", "count": 1, "price": 3},
            ],
        }
        return {"values": {**values, **changes}}

    return body
