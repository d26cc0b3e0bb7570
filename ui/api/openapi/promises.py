"""How the description tells of promises."""

from __future__ import annotations

from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.text import Text

from .operations import Part, answers, closed, json_answer
from .rules import _list
from .schemas import MAX_REASON, MOMENT, TEXT

_WORD: Part = {"type": "string"}
_DAY: Part = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
_SET: Part = {"type": "string", "format": "date"}
_QTY: Part = {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$", "description": "Exact"}
_MAYBE: Part = {"anyOf": [_QTY, {"type": "null"}]}
_PART: dict[str, Part] = {
    "day": _SET,
    "qty": _QTY,
    "source": {"enum": ["stock", "arrival", "lead"]},
}
_LINE = closed(
    {
        "table": {**_WORD, "description": "The sub-table; empty where the record is the line"},
        "line": {"type": "integer", "minimum": 1},
        "item": _WORD,
        "wanted": _DAY,
        "promised": {**_DAY, "description": "null where the whole amount cannot be had"},
        "days_late": {"type": "integer", "minimum": 0},
        "missing": _QTY,
        "reason": TEXT,
        "parts": _list(closed(_PART)),
    }
)
_STANDING = closed(
    {
        **_PART,
        "covered": _QTY,
        "later": _list(closed({"day": _SET, "qty": _QTY})),
        "lacking": _QTY,
    }
)
_STANDS = closed(
    {
        "table": _WORD,
        "row": _WORD,
        "item": _WORD,
        "qty": _QTY,
        "wanted": _DAY,
        "promised": _DAY,
        "expected": {**_DAY, "description": "When all of it will be there by now"},
        "state": {"enum": ["kept", "lead", "late", "short"]},
        "stock": {**_MAYBE, "description": "null where the caller may not see it"},
        "free": _MAYBE,
        "as_of": {"anyOf": [MOMENT, {"type": "null"}]},
        "overdue": _list(_WORD),
        "parts": _list(_STANDING),
    }
)
SCHEMAS: dict[str, Part] = {
    "PromiseAsked": closed({"lines": _list(_LINE), "assumes": _list(TEXT)}),
    "Promises": closed({"items": _list(_STANDS)}),
}


def concerns(catalog: Catalog, actor: Actor) -> bool:
    """Say whether the reader reads a form whose lines are promised."""
    return any(catalog.access.may(actor, "read", form) for form in catalog.promised)


def paths(language: str) -> dict[str, Part]:
    """Return the paths of promises."""
    form = {"name": "form", "in": "path", "required": True, "schema": _WORD}
    word = {"name": "id", "in": "path", "required": True, "schema": _WORD}
    return {
        "/api/v1/{form}/promise": {"parameters": [form], "post": _ask(language)},
        "/api/v1/{form}/{id}/promises": {"parameters": [form, word], "get": _stand(language)},
    }


def _ask(language: str) -> Part:
    values = {"type": "object", "description": "What is filled in of a new record so far"}
    body = closed(
        {
            "values": values,
            "reason": {"type": "string", "maxLength": MAX_REASON},
            "confirm": {"type": "array", "maxItems": 0},
        },
        optional=("reason", "confirm"),
    )
    title = Text("明细可承诺到哪天(不占用)", "What lines could be promised; nothing is taken")
    return {
        "operationId": "promise.ask",
        "summary": title.in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": json_answer("One answer for each line", "PromiseAsked"),
            **answers((400, 401, 403, 404, 413, 415, 422, 500)),
        },
    }


def _stand(language: str) -> Part:
    title = Text("各行承诺的现状", "How the promises of a record's lines stand now")
    return {
        "operationId": "promise.stands",
        "summary": title.in_(language),
        "responses": {
            "200": json_answer("The lines that take something", "Promises"),
            **answers((400, 401, 403, 404, 500)),
        },
    }
