"""How the description tells of locks."""

from __future__ import annotations

from typing import Any

from seamline.text import Text

from ..filters import DEFAULT_LIMIT, MAX_LIMIT
from .operations import Part, answers, closed, json_answer
from .schemas import MAX_REASON, MOMENT, TEXT

ACT = "[a-z][a-z0-9_]{0,39}"
WORD = r"[^\x00-\x1f\x7f-\x9f]{1,200}"
ID = "[0-9A-HJKMNP-TV-Z]{26}"


def paths(language: str) -> dict[str, Part]:
    """Return the paths of locks."""
    lock = {"name": "lock", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/api/v1/locks": {"get": _list(language)},
        "/api/v1/locks/{lock}/lift": {"parameters": [lock], "post": _lift(language)},
    }


def _schemas() -> dict[str, Part]:
    """Return the schemas of a lock, of a lock in a list, and of a page of them."""
    here = {"key": {"type": "string"}, "label": {"type": "string"}, "may_lift": {"type": "boolean"}}
    items = {"type": "array", "items": {"$ref": "#/components/schemas/LockShown"}}
    return {
        "Lock": closed(_LOCK),
        "LockShown": closed(_LOCK | here),
        "Locks": closed({"items": items, "next": {"type": ["string", "null"]}}),
    }


_LOCK: dict[str, Any] = {
    "id": {"type": "string"},
    "form": {"type": "string"},
    "record": {"type": "string"},
    "act": {"type": "string"},
    "rule": {"type": "string"},
    "reason": TEXT,
    "actor": {"type": "string"},
    "since": MOMENT,
    "ended_at": {"anyOf": [MOMENT, {"type": "null"}]},
    "ended_by": {"type": "string", "description": "Empty where it ended by itself"},
    "end_reason": {"type": "string"},
}


def _list(language: str) -> Part:
    flag = {"type": "string", "enum": ["true", "false"]}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    rows: tuple[tuple[str, Part, Text], ...] = (
        ("form", _pattern(ACT), Text("表单", "Form")),
        ("record", _pattern(WORD), Text("编号、编码或主键；须有 form", "Record; needs form")),
        ("act", _pattern(ACT), Text("锁定的事项", "The act that is closed")),
        ("ended", flag, Text("包括已解除", "Those of the past too")),
        ("cursor", _pattern(ID), Text("上一页的 next", "The `next` of the page before")),
        ("limit", limit, Text("每页条数", "Locks on a page")),
    )
    return {
        "operationId": "locks",
        "summary": Text("锁定", "Locks, newest first").in_(language),
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": text.in_(language)}
            for name, schema, text in rows
        ],
        "responses": {
            "200": json_answer("One page", "Locks"), **answers((400, 401, 403, 404, 500))
        },
    }  # fmt: skip


def _lift(language: str) -> Part:
    body = closed({"reason": {"type": "string", "minLength": 1, "maxLength": MAX_REASON}})
    return {
        "operationId": "locks.lift",
        "summary": Text("解锁", "Lift a lock").in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": json_answer("The lock, ended", "Lock"),
            **answers((400, 401, 403, 404, 409, 413, 415, 422, 500, 503)),
        },
    }


def _pattern(form: str) -> Part:
    return {"type": "string", "pattern": f"^{form}$"}


SCHEMAS = _schemas()
