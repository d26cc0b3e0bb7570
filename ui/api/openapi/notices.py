"""How the description tells of notices."""

from __future__ import annotations

from typing import Any

from seamline.text import Text
from seamline.usecases.notices import KINDS

from ..filters import DEFAULT_LIMIT, MAX_LIMIT
from .operations import Part, answers, closed, json_answer
from .rules import _list
from .schemas import MOMENT, TEXT

ID = "[0-9A-HJKMNP-TV-Z]{26}"
MOST_IDS = 500
_ID: Part = {"type": "string", "pattern": f"^{ID}$"}
_COUNT: Part = {"type": "integer", "minimum": 0}
_NOTICE: dict[str, Any] = {
    "id": _ID,
    "kind": {"enum": list(KINDS)},
    "say": TEXT,
    "form": {"type": "string"},
    "record": {"type": "string"},
    "link": {"type": "string", "description": "Where it leads if not to the record"},
    "event": {**_COUNT, "description": "The entry of the journal it comes from"},
    "at": MOMENT,
    "read_at": {"anyOf": [MOMENT, {"type": "null"}]},
}
SCHEMAS: dict[str, Part] = {
    "Notices": closed(
        {
            "items": _list(closed(_NOTICE)),
            "unread": {**_COUNT, "maximum": 100, "description": "100 stands for that and more"},
            "next": {"type": ["string", "null"]},
        }
    ),
    "NoticesRead": closed({"read": _COUNT}),
}


def paths(language: str) -> dict[str, Part]:
    """Return the paths of notices."""
    return {
        "/api/v1/notices": {"get": _inbox(language)},
        "/api/v1/notices/read": {"post": _read(language)},
    }


def _inbox(language: str) -> Part:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    rows: tuple[tuple[str, Part, Text], ...] = (
        ("unread", {"enum": ["true", "false"]}, Text("只要未读", "Unread ones only")),
        ("kind", {"enum": list(KINDS)}, Text("类别", "Of one kind")),
        ("cursor", _ID, Text("上一页的 next", "The `next` of the page before")),
        ("limit", limit, Text("每页条数", "Notices on a page")),
    )
    return {
        "operationId": "notices",
        "summary": Text("我的通知", "Your own notices, newest first").in_(language),
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": text.in_(language)}
            for name, schema, text in rows
        ],
        "responses": {"200": json_answer("One page", "Notices"), **answers((400, 401, 500))},
    }


def _read(language: str) -> Part:
    body: Part = {
        "type": "object",
        "properties": {"notices": {"type": "array", "items": _ID, "maxItems": MOST_IDS}},
        "additionalProperties": False,
    }
    return {
        "operationId": "notices.read",
        "summary": Text("标为已读", "Mark notices as read, all where none is named").in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": json_answer("How many were unread", "NoticesRead"),
            **answers((400, 401, 413, 415, 500, 503)),
        },
    }
