"""What the description says of the rules: their switches, previews and trials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seamline.text import Text
from seamline.usecases.preview import DAYS, MOST_DAYS

from .operations import Part, answers, closed, json_answer
from .schemas import EVENT, MAX_REASON, MOMENT, TEXT

_READ = (400, 401, 403, 404, 500)
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)
_OUTCOME: Part = {"enum": ["passed", "reminded", "held", "refused"]}
_COUNT: Part = {"type": "integer", "minimum": 0}
_STATE: Part = {"enum": ["on", "off", "shadow"]}
_UNTIL: Part = {"anyOf": [MOMENT, {"type": "null"}]}


def _list(item: Part) -> Part:
    return {"type": "array", "items": item}


_STAND = closed({"state": _STATE, "until": _UNTIL})
_TOUCHED = closed(
    {
        "code": {"type": "string"},
        "id": {"type": "string"},
        "before": _OUTCOME,
        "after": _OUTCOME,
        "decision": {"type": "string"},
        "at": MOMENT,
    }
)
_RULE: dict[str, Part] = {
    "key": {"type": "string"},
    "step": {"type": "string"},
    "class": {"enum": ["hard", "soft", "review"]},
    "title": TEXT,
    "say": TEXT,
    "state": _STATE,
    "until": _UNTIL,
    "by": {"type": "string"},
    "at": _UNTIL,
    "reason": {"type": "string"},
    "may_switch": {"type": "boolean"},
    "two_people": {"type": "boolean"},
    "proposal": {"anyOf": [EVENT, {"type": "null"}]},
}
_PROMPTS = closed({"before": {"type": "number"}, "after": {"type": "number"}})
_REASON: Part = {"type": "string", "minLength": 1, "maxLength": MAX_REASON}
_SEQ: Part = {"type": "integer", "minimum": 1}
_DAYS: Part = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": DAYS}
SCHEMAS: dict[str, Part] = {
    "Rule": closed({**_RULE, "history": _list(EVENT)}, ("history",)),
    "Rules": closed({"items": _list(closed(_RULE))}),
    "Flipped": closed(
        {
            "key": {"type": "string"},
            "before": _STAND,
            "after": _STAND,
            "waiting": {"type": "boolean"},
            "event": EVENT,
        }
    ),
    "SwitchEvent": EVENT,
    "Preview": closed(
        {
            "step": {"type": "string"},
            "days": _COUNT,
            "total": _COUNT,
            "changed": closed(dict.fromkeys(("stopped", "held", "reminded", "released"), _COUNT)),
            "records": _list(_TOUCHED),
            "persons": _COUNT,
            "prompts_per_day": {"anyOf": [_PROMPTS, {"type": "null"}]},
            "missing": _list({"type": "string"}),
            "seconds": {"type": "number"},
        }
    ),
    "Examples": closed(
        {
            "items": _list(
                closed(
                    {
                        "package": {"type": "string"},
                        "scenario": {"type": "string"},
                        "title": TEXT,
                        "differences": _list(TEXT),
                    }
                )
            )
        }
    ),
    "Trial": closed(
        {
            "key": {"type": "string"},
            "since": MOMENT,
            "until": MOMENT,
            "running": {"type": "boolean"},
            "total": _COUNT,
            "spoke": _COUNT,
            "would": _list(closed({"happened": _OUTCOME, "would": _OUTCOME, "count": _COUNT})),
            "returned": _COUNT,
            "records": _list(_TOUCHED),
        }
    ),
}


def paths(language: str) -> dict[str, Part]:
    """Return the paths of the rules."""
    base = "/api/v1/rules/{key}"
    key: Part = {
        "name": "key",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 100},
        "description": Text("规则集.规则", "ruleset.rule").in_(language),
    }
    of_one = {
        base: {"get": _get(language, "read", Text("规则与启停记录", "A rule, its moves"), "Rule")},
        f"{base}/preview": {"get": _preview(language)},
        f"{base}/examples": {"get": _examples(language)},
        f"{base}/trial": {
            "get": _get(language, "trial", Text("试运行结果", "What a trial has shown"), "Trial")
        },
        **{
            f"{base}/{word}": {"post": _post(language, word, title, schema, body)}
            for word, title, schema, body in _ACTS
        },
    }
    edit = closed({"document": {"type": "string"}, "days": _DAYS}, ("days",))
    would = Text("若改规则集，过去几天会怎样", "What an edit would have done")
    return {
        "/api/v1/rules": {"get": _get(language, "list", Text("规则与开关", "Rules"), "Rules")},
        "/api/v1/rules/preview": {"post": _post(language, "edit", would, "Preview", edit)},
        **{path: {"parameters": [key], **methods} for path, methods in of_one.items()},
    }


_BY_EVENT = closed({"event": _SEQ, "reason": _REASON})
_ACTS: tuple[tuple[str, Text, str, Part], ...] = (
    (
        "switch",
        Text("启停规则", "Move a switch"),
        "Flipped",
        closed({"to": _STATE, "reason": _REASON, "until": _UNTIL}, ("until",)),
    ),
    ("undo", Text("撤销启停", "Undo a move"), "Flipped", _BY_EVENT),
    (
        "confirm",
        Text("确认提议", "Confirm a proposed move"),
        "Flipped",
        closed({"event": _SEQ, "reason": {"type": "string"}}, ("reason",)),
    ),
    ("decline", Text("拒绝提议", "Decline a proposed move"), "SwitchEvent", _BY_EVENT),
)


def _preview(language: str) -> Part:
    would = Text("若启停，过去几天会怎样", "What a switch would have done")
    found = _get(language, "preview", would, "Preview")
    to = {"name": "to", "in": "query", "schema": {"enum": ["on", "off"]}}
    days = {"name": "days", "in": "query", "schema": _DAYS}
    return found | {
        "parameters": [to, days],
        "responses": found["responses"] | answers((422,)),
    }


def _examples(language: str) -> Part:
    title = Text("若启停，哪些场景不再成立", "Examples that would not hold any more")
    to = {"name": "to", "in": "query", "schema": {"enum": ["on", "off"]}}
    return _get(language, "examples", title, "Examples") | {"parameters": [to]}


def _get(language: str, word: str, title: Text, schema: str) -> Part:
    return _operation(f"rules.{word}", title.in_(language), schema, _READ)


def _post(language: str, word: str, title: Text, schema: str, body: Part) -> Part:
    asked = {"required": True, "content": {"application/json": {"schema": body}}}
    found = _operation(f"rules.{word}", title.in_(language), schema, _WRITE)
    return found | {"requestBody": asked}


def _operation(name: str, said: str, schema: str, statuses: Iterable[int]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": said,
        "responses": {"200": json_answer(said, schema), **answers(statuses)},
    }
