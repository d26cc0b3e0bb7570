"""Locks through the API and the command line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.ui import cli
from seamline.ui.app import create_app
from seamline.usecases import accounts

ADMIN = Actor("admin", "Admin", ("administrator",), language="en")


class Api:
    """A client with the token of a person of one role."""

    def __init__(self, here: Any, role: str) -> None:
        accounts.create_user(here.desk, ADMIN, Origin("cli"), login=role, name=role, roles=(role,))
        made = accounts.create_token(
            here.desk, ADMIN, Origin("cli"), login=role, name="t", scopes=("read", "write")
        )
        self.client, self.token = create_app(here.desk).test_client(), made.word

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request; return status and JSON."""
        answer = self.client.open(
            f"/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        return answer.status_code, answer.get_json()


@pytest.mark.cap(28)
def test_the_api_lists_and_lifts(room: Any) -> None:
    here = room()
    here.stock("M1", available=5)
    here.stock("M2", available=5)
    buyer, clerk = Api(here, "buyer"), Api(here, "clerk")
    status, page = buyer.ask("GET", "/locks?form=material&record=M1")
    assert status == 200
    (lock,) = page["items"]
    assert lock["key"] == "M1"
    assert lock["may_lift"] is True
    assert lock["reason"]["en"].startswith("5.00 available")
    path = f"/locks/{lock['id']}/lift"
    assert clerk.ask("GET", "/locks")[1]["items"][0]["may_lift"] is False
    assert clerk.ask("POST", path, {"reason": "x"})[0] == 403
    status, problem = buyer.ask("POST", path, {"reason": ""})
    assert (status, problem["errors"][0]["field"]) == (422, "reason")
    assert buyer.ask("POST", path)[0] == 422
    status, lifted = buyer.ask("POST", path, {"reason": "明早到货"})
    assert (status, lifted["end_reason"]) == (200, "明早到货")
    assert buyer.ask("POST", path, {"reason": "x"})[0] == 409
    first = buyer.ask("GET", "/locks?ended=true&limit=1")[1]
    rest = buyer.ask("GET", f"/locks?ended=true&cursor={first['next']}")[1]
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [1, 1, None]
    shut = clerk.ask("GET", "/material?_locked=true")[1]["items"]
    assert [one["values"]["code"] for one in shut] == ["M2"]


WRONG = {
    "frm=material": 400, "form=Material": 400, "form=nothing": 404, "record=M1": 400,
    "form=material&record=M9": 404, "form=material&form=stock": 400, "limit=0": 400,
    "cursor=x": 400, "ended=1": 400, "act=": 400, "form=material&record=%00": 400,
    "form=stock": 403,
}  # fmt: skip


def test_wrong_questions_are_refused(room: Any) -> None:
    clerk = Api(room(), "clerk")
    assert {query: clerk.ask("GET", f"/locks?{query}")[0] for query in WRONG} == WRONG


def test_the_description_names_them(room: Any) -> None:
    document = Api(room(), "clerk").ask("GET", "/openapi.json")[1]
    assert {"/api/v1/locks", "/api/v1/locks/{lock}/lift"} <= document["paths"].keys()
    assert "LockShown" in document["components"]["schemas"]
    lists = document["paths"]["/api/v1/material"]["get"]["parameters"]
    assert "_locked" in [one["name"] for one in lists]


@pytest.mark.cap(28)
def test_the_command_lists_and_lifts(
    room: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = room()
    here.stock("M1", available=5)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("SEAMLINE_DATABASE", here.desk.settings.database)
    where = ["--workspace", str(here.desk.settings.workspace)]

    def run(*words: str) -> str:
        assert cli.main(["lock", *words, *where]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    (line,) = run("list", "material", "M1").splitlines()
    assert "material/M1\torder_taking" in line
    assert "Lifted" in run("lift", line.split("\t")[0], "--reason", "arrives tomorrow")
    assert run("list") == ""
    assert "> " in run("list", "--ended")


@pytest.mark.cap(28)
def test_the_page_shows_the_lock_and_lifts_it(room: Any) -> None:
    here = room()
    for login, role in (("zhou", "buyer"), ("li", "clerk")):
        accounts.create_user(
            here.desk, ADMIN, Origin("cli"), login=login, name=login, roles=(role,),
            password=PASSWORD, language="en",
        )  # fmt: skip
    here.stock("M1", available=5)
    app = create_app(here.desk)
    clerk, buyer = Page(app, "li"), Page(app, "zhou")
    shown = clerk.get("/r/material/M1")
    assert "5.00 available, below 13.00" in shown
    assert "/locks/" not in shown, "no right to lift, no form that would be refused"
    shown = buyer.get("/r/material/M1")
    address = re.search(r'action="(/r/material/[^"]*/locks/[^"]*)"', shown)
    assert address is not None
    after = buyer.post(address[1], reason="arrives tomorrow")
    assert "lifted the lock of order_taking" in after
    assert "arrives tomorrow" in after
    assert "Lift</button>" not in after


PASSWORD = "correct horse battery"


class Page:
    """The pages to one person who is signed in."""

    def __init__(self, app: Any, login: str) -> None:
        self.client = app.test_client()
        self.text = self.get("/sign-in")
        self.post("/sign-in", login=login, password=PASSWORD, next="/")

    def get(self, path: str) -> str:
        """Open a page."""
        self.text = self.client.get(path).get_data(as_text=True)
        return str(self.text)

    def post(self, path: str, **data: str) -> str:
        """Send a form of the page and follow."""
        token = re.search(r'name="_csrf" value="([^"]+)"', self.text)
        assert token is not None
        sent = {"_csrf": token[1], **data}
        answer = self.client.post(path, data=sent, follow_redirects=True)
        self.text = answer.get_data(as_text=True)
        return str(self.text)
