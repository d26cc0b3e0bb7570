"""A workspace whose roles see little: suppliers, a shop floor, authors, visitors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from seamline.facts import Actor, FileRef, Origin
from seamline.ui.app import create_app
from seamline.usecases import accounts, files
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"
PASSWORD = "correct horse battery"
PEOPLE = {
    "boss": (("administrator",), ""),
    "paul": (("planner",), ""),
    "vera": (("vendor",), "supplier=S1"),
    "viktor": (("vendor",), "supplier=S2"),
    "nobody": (("vendor",), ""),
    "shaun": (("shopfloor",), ""),
    "anna": (("author",), ""),
    "mixed": (("author", "visitor"), ""),
    "visit": (("visitor",), ""),
}


@dataclass
class House:
    """The workspace, its application and who is who."""

    desk: Desk
    app: Flask
    codes: dict[str, str] = field(default_factory=dict)

    def who(self, login: str) -> Actor:
        """Return an account as one who acts."""
        user = accounts.user(self.desk, login)
        assert user is not None
        return accounts.acting(self.desk, user)

    def make(self, form: str, by: Actor = ADMIN, **values: Any) -> str:
        """Make a record and return its code."""
        done = submit(self.desk, by, CLI, Submission(form, "create", values))
        return done.record.code

    def api(self, login: str) -> Callable[..., TestResponse]:
        """Return the API as somebody: `ask("GET", "/task")`."""
        word = accounts.create_token(
            self.desk, ADMIN, CLI, login=login, name="test", scopes=("admin",)
        ).word
        client = self.app.test_client()

        def ask(method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
            sent = {"Authorization": f"Bearer {word}"} | headers
            return client.open(f"/api/v1{path}", method=method, json=body, headers=sent)

        return ask

    def browser(self, login: str) -> FlaskClient:
        """Return a browser in which somebody is signed in."""
        client = self.app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        token = re.search(r'name="_csrf" value="([^"]+)"', page)
        assert token is not None
        data = {"_csrf": token[1], "login": login, "password": PASSWORD, "next": "/"}
        assert client.post("/sign-in", data=data).status_code == 303
        return client


def stored_picture(desk: Desk, name: str) -> dict[str, Any]:
    """Store a picture and return how a record names it."""
    kept: FileRef = files.keep(desk, ADMIN, f"picture {name}".encode(), name, "image/png")
    return {"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type,
            "size": kept.size}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A workspace with two suppliers, their tasks, and one account of every kind."""
    url = request.getfixturevalue("database") if request.param == "pg" else ""
    desk = published(tmp_path_factory.mktemp("walls"), PACKAGES / "walled", url)
    made = House(desk, create_app(desk))
    for number in (1, 2):
        made.make("supplier", code=f"S{number}", name=f"Heat {number}", grade="A", most=50)
    for code, cost in (("M1", "10.00"), ("M2", "20.00")):
        made.make("material", code=code, name=f"Shaft {code}", cost=cost)
    for login, (roles, party) in PEOPLE.items():
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=roles, language="en",
            password=PASSWORD, party=party,
        )  # fmt: skip
    for number, (name, supplier) in enumerate((("one", "S1"), ("two", "S2"), ("three", "S1")), 1):
        made.codes[name] = made.make(
            "task", supplier=supplier, material="M1", qty=10 * number, due=f"2027-01-0{number}",
            price=f"{30 + number}.50", customer_po=f"PO-{name}", remark=f"secret {name}",
            photo=[stored_picture(desk, f"{name}.png")],
            lines=[{"work": f"quench {name}", "rate": "7.77"}],
        )  # fmt: skip
    yield made
    desk.close()


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty PostgreSQL database for a module."""
    import psycopg

    server: str = request.getfixturevalue("postgres_server")
    name = "seamline_walls"
    address = server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        before, mark, after = server.partition("?")
        yield f"{before.rpartition('/')[0]}/{name}{mark}{after}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def picture(house: House) -> Callable[[str], dict[str, Any]]:
    """A function that stores a picture and gives how a record names it."""
    return lambda name: stored_picture(house.desk, name)
