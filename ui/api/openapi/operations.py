"""The operations of one form, with every status each of them can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from seamline.conditions.span import pattern
from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.scope import ValueType
from seamline.text import Text

from ..answers import TITLES
from ..entrance import MAX_IDEMPOTENCY_KEY
from ..filters import DEFAULT_LIMIT, MAX_LIMIT, filterable, sortable, suffixes

Part = dict[str, Any]

_SCALARS: Mapping[ValueType, Part] = {
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "pattern": "^([0-9]{1,9}[wdhms]){1,5}$"},
}
_READ = (400, 401, 403, 404, 500)
_WRITE = (400, 401, 403, 404, 409, 412, 413, 415, 422, 500, 503)


def parameters(language: str) -> dict[str, Part]:
    """Return the parameters and headers that operations share."""
    return {
        "id": {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": Text("编号、编码或主键", "Id, code or key of the record").in_(language),
        },
        "If-Match": {
            "name": "If-Match",
            "in": "header",
            "schema": {"type": "string", "pattern": '^(\\*|"[0-9]{1,18}")$'},
            "description": Text(
                "您所见的版本；不符则 412", "The version you saw; another one answers 412"
            ).in_(language),
        },
        "Idempotency-Key": {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {
                "type": "string",
                "pattern": "^[!-~]+$",
                "minLength": 1,
                "maxLength": MAX_IDEMPOTENCY_KEY,
            },
            "description": Text(
                "同一键重复提交只生效一次", "The same key makes a repeated request count once"
            ).in_(language),
        },
    }


def of_form(model: FormModel, steps: Iterable[Step], language: str) -> dict[str, Part]:
    """Return the paths of one form, with the steps that the caller may take."""
    form = model.form
    base = f"/api/v1/{form.id}"
    title, tag = form.title.in_(language), [form.id]
    by_id = {step.id: step for step in steps}
    here: Part = {"$ref": "#/components/parameters/id"}
    collection: Part = {"get": _list(model, title, tag, language)}
    single: Part = {"parameters": [here], "get": _read(model, title, tag)}
    paths: dict[str, Part] = {base: collection, f"{base}/{{id}}": single}
    if "create" in by_id:
        collection["post"] = _step(model, by_id["create"], tag, language)
    if "change" in by_id:
        single["patch"] = _step(model, by_id["change"], tag, language)
    for step in by_id.values():
        if step.id != "create":
            paths[f"{base}/{{id}}/steps/{step.id}"] = {
                "parameters": [here],
                "post": _step(model, step, tag, language, own_path=True),
            }
    paths[f"{base}/{{id}}/events"] = {"parameters": [here], "get": _events(model, title, tag)}
    paths[f"{base}/{{id}}/history"] = {"parameters": [here], "get": _history(model, title, tag)}
    paths[f"{base}/{{id}}/files/{{sha256}}"] = {
        "parameters": [here, _sha256()],
        "get": _file(model, title, tag),
    }
    return paths


def answers(statuses: Iterable[int]) -> Part:
    """Return the problem answers of an operation by status."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def problem_responses(language: str) -> dict[str, Part]:
    """Return the problem answers that operations refer to."""
    return {
        str(status): {
            "description": title.in_(language),
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status, (_, title) in TITLES.items()
    }


def closed(properties: Mapping[str, Part], optional: Iterable[str] = ()) -> Part:
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in set(optional)],
        "additionalProperties": False,
    }


def json_answer(description: str, schema: str, headers: Part | None = None) -> Part:
    """Return a successful JSON answer whose schema is a named component."""
    answer: Part = {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    if headers:
        answer["headers"] = headers
    return answer


_ETAG: Part = {"ETag": {"schema": {"type": "string"}, "required": True}}
_REPLAY: Part = {"Idempotent-Replay": {"schema": {"const": "true"}}}
_LOCATION: Part = {"Location": {"schema": {"type": "string"}, "required": True}}
_UNCHANGED: Part = {"description": "Not modified: If-None-Match names the present version"}


def _read(model: FormModel, title: str, tag: list[str]) -> Part:
    return {
        "operationId": f"{model.form.id}.read",
        "summary": title,
        "tags": tag,
        "responses": {
            "200": json_answer("The record", f"{model.form.id}.record", _ETAG),
            "304": _UNCHANGED,
            **answers(_READ),
        },
    }


def _events(model: FormModel, title: str, tag: list[str]) -> Part:
    return {
        "operationId": f"{model.form.id}.events",
        "summary": title,
        "tags": tag,
        "parameters": [
            {"name": "limit", "in": "query", "schema": _limit_schema()},
        ],
        "responses": {"200": json_answer("Newest first", "Events"), **answers(_READ)},
    }


def _history(model: FormModel, title: str, tag: list[str]) -> Part:
    names = ("field", "at", "since", "until")
    words = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
    limit = {"name": "limit", "in": "query", "schema": _limit_schema()}
    told = "What changed it, newest first; with `at` how it stood then"
    return {
        "operationId": f"{model.form.id}.history",
        "summary": title,
        "tags": tag,
        "parameters": [*words, limit],
        "responses": {"200": json_answer(told, "History"), **answers((*_READ, 422))},
    }


def _file(model: FormModel, title: str, tag: list[str]) -> Part:
    content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "operationId": f"{model.form.id}.file",
        "summary": title,
        "tags": tag,
        "responses": {
            "200": {"description": "The bytes of a file that the record holds", "content": content},
            **answers(_READ),
        },
    }


def _sha256() -> Part:
    schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {"name": "sha256", "in": "path", "required": True, "schema": schema}


def _step(
    model: FormModel, step: Step, tag: list[str], language: str, *, own_path: bool = False
) -> Part:
    creates = step.id == "create"
    name = f"{model.form.id}.{step.id}"
    headers = [{"$ref": "#/components/parameters/Idempotency-Key"}]
    if not creates:
        headers.append({"$ref": "#/components/parameters/If-Match"})
    success = json_answer(
        step.title.in_(language),
        f"{model.form.id}.written",
        _ETAG | _REPLAY | (_LOCATION if creates else {}),
    )
    refused = [status for status in _WRITE if not (creates and status == 412)]
    return {
        "operationId": f"{name}_step" if own_path and step.id == "change" else name,
        "summary": f"{model.form.title.in_(language)}: {step.title.in_(language)}",
        "tags": tag,
        "parameters": headers,
        "requestBody": {
            "required": creates or not own_path,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        },
        "responses": {"201" if creates else "200": success, **answers(refused)},
    }


def _limit_schema() -> Part:
    return {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}


def _list(model: FormModel, title: str, tag: list[str], language: str) -> Part:
    return {
        "operationId": f"{model.form.id}.list",
        "summary": title,
        "tags": tag,
        "parameters": [*_plain(model, language), *_filters(model)],
        "responses": {
            "200": json_answer("One page", f"{model.form.id}.page"),
            **answers(_READ),
        },
    }


def _plain(model: FormModel, language: str) -> list[Part]:
    names = "|".join(name.replace(".", "\\.") for name in sortable(model))
    flag = {"type": "boolean", "default": False}
    fields = {"type": "array", "items": {"enum": [one.id for one in model.form.fields]}}
    rows: list[tuple[str, Part, Text]] = [
        ("q", {"type": "string", "maxLength": 200}, Text("搜索词", "Words to search for")),
        (
            "sort",
            {"type": "string", "pattern": f"^-?({names})(,-?({names})){{0,4}}$"},
            Text("排序字段,- 为降序", "Fields to sort by, `-` for descending"),
        ),
        ("limit", _limit_schema(), Text("每页条数", "Records on a page")),
        ("cursor", {"type": "string"}, Text("上一页的 next", "The `next` of the page before")),
        ("total", flag, Text("同时给出总数", "Count all matches as well")),
        ("archived", flag, Text("包括已归档", "Include archived records")),
        (
            "fields",
            fields,
            Text("只给出这些字段；可含子表", "Give these fields only; may name a sub-table"),
        ),
    ]
    return [
        {
            "name": name,
            "in": "query",
            "schema": schema,
            "description": text.in_(language),
            **({"style": "form", "explode": False} if name == "fields" else {}),
        }
        for name, schema, text in rows
    ]


def _filters(model: FormModel) -> list[Part]:
    found: list[Part] = []
    for name, type_ in filterable(model):
        for suffix in suffixes(name, type_):
            found.append(_filter(f"{name}.{suffix}" if suffix else name, suffix, type_))
    return found


def _filter(name: str, suffix: str, type_: ValueType) -> Part:
    one = _SCALARS.get(type_, {"type": "string", "minLength": 1, "maxLength": 200})
    if suffix == "missing":
        return {"name": name, "in": "query", "schema": {"type": "boolean"}}
    if suffix == "falls":
        one = {"type": "string", "pattern": pattern(type_ == "date")}
    if suffix != "in":
        return {"name": name, "in": "query", "schema": one}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": 100}
    return {"name": name, "in": "query", "style": "form", "explode": False, "schema": several}
