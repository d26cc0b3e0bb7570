"""A shop with a part of two versions, an order of it, a planner and a carrier."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"
PASSWORD = "correct horse battery"
VERSIONS = (
    ("KNUCKLE", "V1.2", "2025-01-01", "2025-06-30", [("HUB", "2"), ("BUSH", "4")]),
    ("KNUCKLE", "V2.0", "2025-07-01", None, [("HUB", "3"), ("NICKEL", "0.5")]),
    ("NICKEL", "V1.0", "2025-01-01", None, [("SALT", "2")]),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A part with two versions, an order of it, a planner and a carrier."""
    desk = open_desk(found(tmp_path_factory.mktemp("dossier"), {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "layered")
    for login, role, language in (
        ("anna", "planner", "en"),
        ("carl", "carrier", "zh"),
        ("cleo", "clerk", "en"),
        ("tom", "temp", "en"),
    ):
        who = {"login": login, "name": login.title(), "roles": [role], "language": language}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **who)
    for code in ("KNUCKLE", "HUB", "BUSH", "NICKEL", "SALT"):
        submit(desk, ADMIN, CLI, Submission("part", "create", {"code": code, "name": f"喆 {code}"}))
    for thing, name, since, until, parts in VERSIONS:
        values = {
            "code": f"{thing}/{name}", "part": thing, "version": name, "since": since,
            "until": until, "approved": True, "why": "plated",
            "components": [{"part": part, "qty": qty} for part, qty in parts],
        }  # fmt: skip
        submit(desk, ADMIN, CLI, Submission("structure", "create", values))
    lines = [{"part": "KNUCKLE", "qty": number} for number in range(1, 21)]
    order = {"signed": date(2025, 3, 1), "scheme_of": "CONTRACT-7", "lines": lines}
    submit(desk, ADMIN, CLI, Submission("order", "create", order))
    yield desk
    desk.close()


SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def signed_in(shop: Desk) -> SignedIn:
    """Returns a client of an account, signed in."""

    def client_of(login: str) -> FlaskClient:
        client = create_app(shop).test_client()
        data = {"login": login, "password": PASSWORD, "next": "/"}
        client.post("/sign-in", data=data | {"_csrf": token(client, "/sign-in")})
        return client

    return client_of


def token(client: FlaskClient, path: str) -> str:
    """Return the word that a form of the page at `path` sends back."""
    found_ = re.search(r'name="_csrf" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found_
    return found_[1]
