"""What the description says of the rules: their switches, previews and trials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seamline.text import Text
from seamline.usecases.preview import DAYS, MOST_DAYS

from .operations import Part, answers, json_answer
from .schemas import EVENT, MAX_REASON, MOMENT, TEXT

_READ = (400, 401, 403, 404, 500)
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)
_OUTCOME: Part = {"enum": ["passed", "reminded", "held", "refused"]}
_COUNT: Part = {"type": "integer", "minimum": 0}
_STATE: Part = {"enum": ["on", "off", "shadow"]}
_UNTIL: Part = {"anyOf": [MOMENT, {"type": "null"}]}


def _closed(properties: dict[str, Part], optional: Iterable[str] = ()) -> Part:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in set(optional)],
        "additionalProperties": False,
    }


def _list(item: Part) -> Part:
    return {"type": "array", "items": item}


_STAND = _closed({"state": _STATE, "until": _UNTIL})
_TOUCHED = _closed(
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
_PROMPTS = _closed({"before": {"type": "number"}, "after": {"type": "number"}})
_REASON: Part = {"type": "string", "minLength": 1, "maxLength": MAX_REASON}
_SEQ: Part = {"type": "integer", "minimum": 1}
_DAYS: Part = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": DAYS}
SCHEMAS: dict[str, Part] = {
    "Rule": _closed({**_RULE, "history": _list(EVENT)}, ("history",)),
    "Rules": _closed({"items": _list(_closed(_RULE))}),
    "Flipped": _closed(
        {
            "key": {"type": "string"},
            "before": _STAND,
            "after": _STAND,
            "waiting": {"type": "boolean"},
            "event": EVENT,
        }
    ),
    "SwitchEvent": EVENT,
    "Preview": _closed(
        {
            "step": {"type": "string"},
            "days": _COUNT,
            "total": _COUNT,
            "changed": _closed(dict.fromkeys(("stopped", "held", "reminded", "released"), _COUNT)),
            "records": _list(_TOUCHED),
            "persons": _COUNT,
            "prompts_per_day": {"anyOf": [_PROMPTS, {"type": "null"}]},
            "missing": _list({"type": "string"}),
            "seconds": {"type": "number"},
        }
    ),
    "Trial": _closed(
        {
            "key": {"type": "string"},
            "since": MOMENT,
            "until": MOMENT,
            "running": {"type": "boolean"},
            "total": _COUNT,
            "spoke": _COUNT,
            "would": _list(_closed({"happened": _OUTCOME, "would": _OUTCOME, "count": _COUNT})),
            "returned": _COUNT,
            "records": _list(_TOUCHED),
        }
    ),
}


def paths(language: str) -> dict[str, Part]:
    """Return the paths of the rules."""
    key: Part = {
        "name": "key",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 100},
        "description": Text("规则集.规则", "ruleset.rule").in_(language),
    }
    here, base = [key], "/api/v1/rules/{key}"

    def get(name: str, title: Text, schema: str, *parameters: Part) -> Part:
        found = _operation(name, title, schema, language, _READ)
        return found | ({"parameters": list(parameters)} if parameters else {})

    def post(name: str, title: Text, schema: str, body: Part) -> Part:
        content = {"application/json": {"schema": body}}
        asked = {"required": True, "content": content}
        return _operation(name, title, schema, language, _WRITE) | {"requestBody": asked}

    by_event = _closed({"event": _SEQ, "reason": _REASON})
    to = {"name": "to", "in": "query", "schema": {"enum": ["on", "off"]}}
    days = {"name": "days", "in": "query", "schema": _DAYS}
    flip = _closed({"to": _STATE, "reason": _REASON, "until": _UNTIL}, ("until",))
    edit = _closed({"document": {"type": "string"}, "days": _DAYS}, ("days",))
    maybe = _closed({"event": _SEQ, "reason": {"type": "string"}}, ("reason",))
    would = Text("若启停,过去几天会怎样", "What a switch would have done")
    preview = get("rules.preview", would, "Preview", to, days)
    preview["responses"] |= answers((422,))
    return {
        "/api/v1/rules": {"get": get("rules", Text("规则与开关", "Rules and switches"), "Rules")},
        "/api/v1/rules/preview": {
            "post": post("rules.edit", Text("若改规则集", "What an edit would do"), "Preview", edit)
        },
        base: {
            "parameters": here,
            "get": get("rules.read", Text("规则与启停记录", "A rule and its moves"), "Rule"),
        },
        f"{base}/switch": {
            "parameters": here,
            "post": post("rules.switch", Text("启停规则", "Move a switch"), "Flipped", flip),
        },
        f"{base}/undo": {
            "parameters": here,
            "post": post("rules.undo", Text("撤销启停", "Undo a move"), "Flipped", by_event),
        },
        f"{base}/confirm": {
            "parameters": here,
            "post": post("rules.confirm", Text("确认提议", "Confirm a move"), "Flipped", maybe),
        },
        f"{base}/decline": {
            "parameters": here,
            "post": post(
                "rules.decline", Text("拒绝提议", "Decline a move"), "SwitchEvent", by_event
            ),
        },
        f"{base}/preview": {"parameters": here, "get": preview},
        f"{base}/trial": {
            "parameters": here,
            "get": get("rules.trial", Text("试运行结果", "What a trial has shown"), "Trial"),
        },
    }


def _operation(
    name: str, title: Text, schema: str, language: str, statuses: Iterable[int]
) -> dict[str, Any]:
    said = title.in_(language)
    return {
        "operationId": name,
        "summary": said,
        "responses": {"200": json_answer(said, schema), **answers(statuses)},
    }
