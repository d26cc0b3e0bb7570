"""Who may use the API for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Job = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", "Bearer slt_none", "Basic YTpi", "Bearer ä"]
)
@pytest.mark.parametrize("path", ["/forms", "/job", "/job/1", "/openapi.json", "/tracking/1"])
def test_without_a_valid_token_nothing_is_answered(client: Any, header: Any, path: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["errors"][0]["field"] == "Authorization"


def test_scopes_narrow_a_token(api: Any, api_of: Callable[..., Any], job: Job) -> None:
    reader = api_of("boss", "read")
    assert reader.get("/job").status_code == 200
    refused = reader.post("/job", job())
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (403, "token_scope")
    one_form = api_of("boss", "job:write")
    assert one_form.post("/job", job()).status_code == 201
    assert one_form.get("/job").status_code == 403
    assert one_form.post("/part", {"values": {"code": "P9", "name": "x"}}).status_code == 403


def test_roles_bound_what_a_token_may_do(api: Any, api_of: Callable[..., Any], job: Job) -> None:
    anna = api_of("anna")
    assert anna.post("/job", job()).status_code == 201
    assert anna.get("/part/P1").status_code == 200
    refused = anna.post("/part", {"values": {"code": "P8", "name": "x"}})
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (403, "not_allowed")


def test_the_description_shows_only_what_the_caller_may_do(
    api: Any, api_of: Callable[..., Any]
) -> None:
    anna = api_of("anna")
    forms = {one["id"]: one for one in anna.get("/forms").get_json()["items"]}
    assert [step["id"] for step in forms["part"]["steps"]] == []
    assert {"create", "change", "rush", "finish"} == {s["id"] for s in forms["job"]["steps"]}
    paths = anna.get("/openapi.json").get_json()["paths"]
    assert "post" not in paths["/api/v1/part"]
    assert "post" in paths["/api/v1/job"]


def test_an_upload_needs_a_token_that_writes(api: Any, api_of: Callable[..., Any]) -> None:
    from io import BytesIO

    reader = api_of("boss", "read")
    answer = reader.client.post(
        "/api/v1/files",
        data={"file": (BytesIO(b"x"), "x.txt")},
        headers={"Authorization": f"Bearer {reader.token}"},
    )
    assert answer.status_code == 403
