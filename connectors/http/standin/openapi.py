"""The document of the order desk: five collections, each paged another way."""

from __future__ import annotations

from typing import Any

_ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["code", "customer", "lines"],
    "properties": {
        "code": {"type": "string", "maxLength": 40, "title": "单号"},
        "customer": {"type": "string", "maxLength": 80, "title": "客户"},
        "due": {"type": "string", "format": "date", "nullable": True},
        "priority": {"type": "string", "enum": ["normal", "urgent"]},
        "state": {"type": "string", "readOnly": True},
        "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["part", "quantity"],
                "properties": {
                    "part": {"type": "string"},
                    "quantity": {"type": "number", "minimum": 0},
                },
            },
        },
    },
}
_PART: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "stock": {"type": "integer", "minimum": 0},
    },
}
_NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "text": {"type": "string", "maxLength": 200},
    },
}
_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "what": {"type": "string"}},
}
_COLOUR: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: object) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _answers(schema: object) -> dict[str, Any]:
    return {"200": {"description": "OK", **_json(schema)}}


def _query(name: str, kind: str = "integer", **more: object) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": kind, **more}}


def _listed(summary: str, schema: object, *parameters: object) -> dict[str, Any]:
    return {"summary": summary, "parameters": list(parameters), "responses": _answers(schema)}


def _takes(summary: str, body: object, answer: object, **more: object) -> dict[str, Any]:
    asked = {"required": True, **_json(body)}
    return {"summary": summary, "requestBody": asked, "responses": _answers(answer), **more}


def _rows(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _reference(name)}


def _word(name: str, kind: str = "string") -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": kind}}]


def _orders() -> dict[str, Any]:
    wrapped = {
        "type": "object",
        "properties": {"data": _rows("Order"), "total": {"type": "integer"}},
    }
    reason = {
        "type": "object",
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "maxLength": 80}},
    }
    part = {**_ORDER, "required": []}
    order = _reference("Order")
    return {
        "/orders": {
            "get": _listed(
                "Orders", wrapped, _query("page", minimum=1), _query("per_page", maximum=50),
                _query("updated_since", "string", format="date-time"),
            ),
            "post": _takes("Take an order", order, order, operationId="createOrder"),
        },
        "/orders/{code}": {
            "parameters": _word("code"),
            "get": {"summary": "One order", "responses": _answers(order)},
            "patch": _takes("Change an order", part, order),
            "delete": {"summary": "Remove an order", "responses": {"204": {"description": "Gone"}}},
        },
        "/orders/{code}/cancel": {
            "parameters": _word("code"),
            "post": _takes("Cancel an order", reason, order, operationId="cancelOrder"),
        },
    }  # fmt: skip


def document() -> dict[str, Any]:
    """Return the document."""
    part, note = _reference("Part"), _reference("Note")
    cursor = {
        "type": "object",
        "properties": {"items": _rows("Event"), "next_cursor": {"type": "string"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Order desk", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {
            **_orders(),
            "/parts": {
                "get": _listed("Parts", _rows("Part"), _query("offset", minimum=0), _query("limit"))
            },
            "/parts/{id}": {
                "parameters": _word("id", "integer"),
                "get": {"summary": "One part", "responses": _answers(part)},
                "put": _takes("Set a part", part, part),
            },
            "/events": {
                "get": _listed("Events", cursor, _query("cursor", "string"), _query("limit"))
            },
            "/notes": {
                "get": _listed("Notes", _rows("Note")),
                "post": _takes("Leave a note", note, note),
            },
            "/colours": {"get": _listed("Colours", _rows("Colour"))},
        },
        "components": {
            "schemas": {
                "Order": _ORDER, "Part": _PART, "Note": _NOTE, "Event": _EVENT, "Colour": _COLOUR,
            }
        },
    }  # fmt: skip
