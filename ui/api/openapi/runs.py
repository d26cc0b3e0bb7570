"""How the description tells of runs."""

from __future__ import annotations

from typing import Any

from seamline.jobs.run import STATES
from seamline.text import Text

from ..filters import DEFAULT_LIMIT, MAX_LIMIT
from .operations import Part, answers, closed, json_answer
from .schemas import MOMENT

ACTS = ("resume", "skip", "replay", "cancel")
ID = "[a-z][a-z0-9_]{0,39}"
STATE = "|".join(STATES)


def paths(language: str) -> dict[str, Part]:
    """Return the paths of runs."""
    run = {"name": "run", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/api/v1/runs": {"get": _list(language)},
        "/api/v1/runs/{run}": {"parameters": [run], "get": _one(language), "post": _act(language)},
    }


def _schemas() -> dict[str, Part]:
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Run"}}
    steps = {"type": "array", "items": closed(_STEP)}
    return {
        "Run": closed(_RUN),
        "RunTold": closed(_RUN | {"steps": steps}),
        "Runs": closed({"items": items}),
    }


_MOMENT_OR_NOT: Part = {"anyOf": [MOMENT, {"type": "null"}]}
_WHY: Part = {"type": "array", "items": {"type": "object"}}
_RUN: dict[str, Any] = {
    "run": {"type": "string"},
    "pipeline": {"type": "string"},
    "state": {"type": "string", "enum": list(STATES)},
    "at": MOMENT,
    "ended": _MOMENT_OR_NOT,
    "due": _MOMENT_OR_NOT,
    "form": {"type": "string"},
    "record": {"type": "string"},
    "code": {"type": "string"},
    "why": _WHY,
}
_STEP: dict[str, Any] = {
    "step": {"type": "string"},
    "part": {"type": "string"},
    "result": {},
    "why": _WHY,
}


def _list(language: str) -> Part:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    rows: tuple[tuple[str, Part, Text], ...] = (
        ("state", {"type": "string", "enum": list(STATES)}, Text("状态", "State")),
        ("pipeline", {"type": "string", "pattern": f"^{ID}$"}, Text("管道", "Pipeline")),
        ("limit", limit, Text("最多几条", "How many")),
    )
    return {
        "operationId": "runs",
        "summary": Text("管道的运行", "Runs of pipelines, newest first").in_(language),
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": text.in_(language)}
            for name, schema, text in rows
        ],
        "responses": {"200": json_answer("Runs", "Runs"), **answers((400, 401, 403, 500))},
    }


def _one(language: str) -> Part:
    return {
        "operationId": "runs.one",
        "summary": Text("一次运行的每一步", "One run, step by step").in_(language),
        "responses": {
            "200": json_answer("The run", "RunTold"),
            **answers((400, 401, 403, 404, 500)),
        },
    }


def _act(language: str) -> Part:
    body = {
        "type": "object",
        "properties": {
            "act": {"type": "string", "enum": list(ACTS)},
            "newest": {"type": "boolean", "description": "By the pipeline as it stands now"},
        },
        "required": ["act"],
        "additionalProperties": False,
    }
    return {
        "operationId": "runs.act",
        "summary": Text("继续、重做或取消", "Resume, skip, replay or cancel").in_(language),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": json_answer("The run to watch", "Run"),
            **answers((400, 401, 403, 404, 409, 413, 415, 422, 500, 503)),
        },
    }


SCHEMAS = _schemas()
