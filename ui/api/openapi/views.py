"""How the description tells of saved views."""

from __future__ import annotations

from typing import Any

from seamline.text import Text
from seamline.usecases.views import LONGEST_TITLE, LONGEST_WORD, MOST_PAIRS

from ..filters import DEFAULT_LIMIT, MAX_LIMIT
from .locks import ACT
from .operations import Part, answers, closed, json_answer
from .rules import _list
from .schemas import MOMENT

_WORD: Part = {"type": "string", "maxLength": LONGEST_WORD}
_QUERY: Part = {
    "type": "array",
    "maxItems": MOST_PAIRS,
    "items": {"type": "array", "items": _WORD, "minItems": 2, "maxItems": 2},
    "description": "The parameters of the list's address: name and value",
}
_VIEW: dict[str, Any] = {
    "id": {"type": "string"},
    "form": {"type": "string"},
    "title": {"type": "string"},
    "query": _QUERY,
    "owner": {"type": "string"},
    "role": {"type": "string", "description": "Whom it is shared with; empty: the owner's alone"},
    "changed_at": MOMENT,
}
_WRITTEN: dict[str, Any] = {
    "title": {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE},
    "query": _QUERY,
    "role": {"type": "string"},
}
SCHEMAS: dict[str, Part] = {
    "View": closed(_VIEW),
    "Views": closed({"items": _list({"$ref": "#/components/schemas/View"})}),
}
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)


def paths(language: str) -> dict[str, Part]:
    """Return the paths of saved views."""
    view = {"name": "view", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/api/v1/views": {"get": _of_form(language), "post": _save(language)},
        "/api/v1/views/{view}": {
            "parameters": [view],
            "put": _change(language),
            "delete": _remove(language),
        },
    }


def _of_form(language: str) -> Part:
    form = {"type": "string", "pattern": f"^{ACT}$"}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return {
        "operationId": "views",
        "summary": Text("表单的视图", "The saved views of a form").in_(language),
        "parameters": [
            {"name": "form", "in": "query", "required": True, "schema": form},
            {"name": "limit", "in": "query", "schema": limit},
        ],
        "responses": {
            "200": json_answer("The views", "Views"), **answers((400, 401, 403, 404, 500))
        },
    }  # fmt: skip


def _save(language: str) -> Part:
    body = {
        "type": "object",
        "properties": {"form": {"type": "string"}, **_WRITTEN},
        "required": ["form", "title", "query"],
        "additionalProperties": False,
    }
    return {
        "operationId": "views.save",
        "summary": Text("保存视图", "Save a view").in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"201": json_answer("The view", "View"), **answers(_WRITE)},
    }


def _change(language: str) -> Part:
    body = {"type": "object", "properties": _WRITTEN, "additionalProperties": False}
    return {
        "operationId": "views.change",
        "summary": Text("修改视图", "Change a view of your own").in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": json_answer("The view", "View"), **answers(_WRITE)},
    }


def _remove(language: str) -> Part:
    return {
        "operationId": "views.remove",
        "summary": Text("删除视图", "Remove a view of your own").in_(language),
        "responses": {
            "200": json_answer("The view", "View"), **answers((400, 401, 403, 404, 500, 503))
        },
    }  # fmt: skip
