"""Saved views through the API: one's own, shared with a role, changed and removed by the owner."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.usecases import accounts
from seamline.usecases.desk import Desk

from .conftest import ADMIN, CLI


@pytest.fixture(scope="module", autouse=True)
def rolf(desk: Desk) -> None:
    """A second planner."""
    given = {"login": "rolf", "name": "Rolf", "roles": ("planner",)}
    accounts.create_user(desk, ADMIN, CLI, **given)


GOOD = {"form": "job", "title": " Late  jobs ", "query": [["_state", "@open"], ["due.past", "1"]]}


def test_a_view_is_ones_own_until_it_is_shared(api_of: Any) -> None:
    anna, rolf, boss = api_of("anna"), api_of("rolf"), api_of("boss")
    saved = anna.post("/views", GOOD)
    assert saved.status_code == 201, saved.text
    view = saved.get_json()
    assert (view["title"], view["query"], view["role"]) == ("Late jobs", GOOD["query"], "")
    described = anna.get("/openapi.json").get_json()["components"]["schemas"]["View"]
    assert set(view) == set(described["required"])
    assert rolf.get("/views?form=job").get_json()["items"] == []
    assert rolf.ask("PUT", f"/views/{view['id']}", {"title": "Mine now"}).status_code == 404
    shared = anna.ask("PUT", f"/views/{view['id']}", {"role": "planner"}).get_json()
    assert shared["title"] == "Late jobs"
    assert [one["id"] for one in rolf.get("/views?form=job").get_json()["items"]] == [view["id"]]
    assert rolf.ask("PUT", f"/views/{view['id']}", {"title": "Mine now"}).status_code == 403
    assert [one["id"] for one in boss.get("/views?form=job").get_json()["items"]] == [view["id"]]
    assert boss.ask("DELETE", f"/views/{view['id']}").status_code == 200
    assert anna.get("/views?form=job").get_json()["items"] == []
    assert anna.ask("DELETE", f"/views/{view['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "codes"),
    [
        ({"title": " "}, 422, ["bad_title"]),
        ({"title": "x" * 61, "role": "administrator"}, 422, ["bad_title", "not_your_role"]),
        ({"query": [["a", "b\u0007"]]}, 422, ["bad_query"]),
        ({"query": [["a"]]}, 400, ["wrong_type"]),
        ({"query": {}, "title": 1, "colour": "red"}, 400, ["unknown_key", "wrong_type"]),
        ({"form": "nothing"}, 404, ["unknown_form"]),
    ],
)
def test_what_is_no_view_is_refused_whole(api_of: Any, change, status, codes) -> None:
    anna = api_of("anna")
    answer = anna.post("/views", GOOD | change)
    assert answer.status_code == status, answer.text
    assert sorted({one["code"] for one in answer.get_json()["errors"]}) == codes
    assert anna.get("/views?form=job").get_json()["items"] == []


def test_a_person_keeps_fifty_views_of_a_form(api_of: Any) -> None:
    rolf = api_of("rolf")
    statuses = [rolf.post("/views", GOOD).status_code for _ in range(51)]
    assert statuses == [201] * 50 + [409]
