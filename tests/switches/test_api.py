"""Switches over the API: the board, a flip, its preview and its undo, with people's tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.ui.app import create_app
from seamline.usecases import accounts

KEY = "order_create.agreement"
ADMIN, CLI = Actor("admin", "Admin", ("administrator",)), Origin("cli")
ROLE = "seamline: 1\nrole: a\ntitle: A\n"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(desk) -> Ask:
    """A function that sends one request as a user of a role and returns status and body."""
    client = create_app(desk).test_client()
    tokens: dict[str, str] = {}

    def send(role: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        if role not in tokens:
            accounts.create_user(desk, ADMIN, CLI, login=role, name=role, roles=[role])
            made = accounts.create_token(
                desk, ADMIN, CLI, login=role, name="t", scopes=["read", "write"]
            )
            tokens[role] = made.word
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body)
        answer = client.open(f"/api/v1{path}", method=method, data=data, headers=headers)
        return answer.status_code, answer.get_json()

    return send


def codes(body: Any) -> list[str]:
    return [error["code"] for error in body["errors"]]


@pytest.mark.cap(65, 105)
def test_an_owner_looks_ahead_flips_and_undoes(ask: Ask, place):
    place()
    status, board = ask("owner", "GET", "/rules")
    assert status == 200
    assert [(one["key"], one["state"], one["may_switch"]) for one in board["items"]] == [
        (KEY, "on", True),
        ("order_create.big", "on", True),
        ("order_create.credit", "on", True),
    ]
    status, seen = ask("owner", "GET", f"/rules/{KEY}/preview?to=off&days=7")
    assert (status, seen["total"], seen["changed"]["released"]) == (200, 1, 0)

    assert ask("owner", "GET", f"/rules/{KEY}/examples") == (200, {"items": []})

    status, done = ask("owner", "POST", f"/rules/{KEY}/switch", {"to": "off", "reason": "旺季"})
    assert (status, done["after"]["state"], done["waiting"]) == (200, "off", False)
    values = {"customer": "C1", "due_date": "2027-03-01", "agreement": False}
    values["lines"] = [{"part": "A", "qty": 1, "price": "2.00"}]
    assert ask("clerk", "POST", "/order", {"values": values})[0] == 201

    asked = {"event": done["event"]["seq"], "reason": "恢复"}
    status, back = ask("owner", "POST", f"/rules/{KEY}/undo", asked)
    assert (status, back["after"]["state"]) == (200, "on")
    status, body = ask("clerk", "POST", "/order", {"values": values})
    assert (status, codes(body)) == (422, ["hard_rule"])
    status, one = ask("owner", "GET", f"/rules/{KEY}")
    assert [move["kind"] for move in one["history"]] == ["switched", "switched"]


@pytest.mark.cap(106)
def test_a_trial_over_the_api_is_seen_by_no_clerk(ask: Ask):
    until = (clock.now() + timedelta(days=2)).isoformat()
    asked = {"to": "shadow", "reason": "试", "until": until}
    status, done = ask("owner", "POST", f"/rules/{KEY}/switch", asked)
    assert (status, done["after"]["state"]) == (200, "shadow")
    values = {"customer": "C1", "due_date": "2027-03-01", "agreement": False}
    values["lines"] = [{"part": "A", "qty": 1, "price": "2.00"}]
    status, made = ask("clerk", "POST", "/order", {"values": values})
    assert (status, made["outcome"], made["findings"]) == (201, "passed", [])
    status, report = ask("owner", "GET", f"/rules/{KEY}/trial")
    assert status == 200 and report["spoke"] == 1
    assert report["would"] == [{"happened": "passed", "would": "refused", "count": 1}]


@pytest.mark.cap(66)
def test_what_is_not_allowed_or_not_understood_is_answered_in_words(ask: Ask):
    good = {"to": "off", "reason": "x"}
    path = f"/rules/{KEY}/switch"
    for role, method, where, body, status, code in (
        ("clerk", "POST", path, good, 403, "not_allowed"),
        ("owner", "POST", "/rules/nix/switch", good, 404, "unknown_rule"),
        ("owner", "POST", path, {"to": "off"}, 400, "missing_key"),
        ("owner", "POST", path, good | {"to": "maybe"}, 400, "wrong_type"),
        ("owner", "POST", path, good | {"why": 1}, 400, "unknown_key"),
        ("owner", "POST", path, good | {"reason": " "}, 422, "reason_required"),
        ("owner", "POST", path, good | {"to": "on"}, 409, "switched_already"),
        ("owner", "POST", path, good | {"until": "2027-01-01"}, 400, "wrong_type"),
        ("owner", "POST", f"/rules/{KEY}/undo", {"event": 1, "reason": "x"}, 404,
         "unknown_switch_event"),
        ("owner", "POST", f"/rules/{KEY}/confirm", {"event": 1}, 404, "unknown_switch_event"),
        ("owner", "GET", f"/rules/{KEY}/preview?days=0", None, 422, "days_out_of_range"),
        ("owner", "GET", f"/rules/{KEY}/preview?day=3", None, 400, "unknown_key"),
        ("owner", "GET", f"/rules/{KEY}/trial", None, 404, "no_trial"),
        ("owner", "POST", "/rules/preview", {"document": ROLE}, 422, "ruleset_expected"),
        ("owner", "POST", "/rules/preview", {"document": "seamline: 1"}, 422, "document_kind"),
    ):  # fmt: skip
        got, answer = ask(role, method, where, body)
        assert (got, codes(answer)[0]) == (status, code), where
        assert answer["errors"][0]["messages"]["zh"] != answer["errors"][0]["messages"]["en"]


def test_the_description_names_every_way(ask: Ask, desk):
    status, described = ask("owner", "GET", "/openapi.json")
    assert status == 200
    mine = {path for path in described["paths"] if path.startswith("/api/v1/rules")}
    app = create_app(desk)
    served = {
        rule.rule.replace("<key>", "{key}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/rules")
    }
    assert mine == served
