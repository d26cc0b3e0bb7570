"""An OpenAPI document (3.0, 3.1, Swagger 2.0) as operations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from seamline.connector import AskPerson, Retry
from seamline.problems import Problem
from seamline.text import Text

from .shapes import Schema, Shapes

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation: `path`, `query` or `header`."""

    name: str
    where: str
    required: bool
    schema: Schema


@dataclass(frozen=True)
class Operation:
    """One thing a service does."""

    method: str
    path: str
    id: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_required: bool
    answer: Schema | None

    def of(self, where: str) -> tuple[Parameter, ...]:
        """Return its parameters of one place."""
        return tuple(one for one in self.parameters if one.where == where)


@dataclass(frozen=True)
class Description:
    """What a document says: the service's name, its address and what it does."""

    title: str
    server: str
    operations: tuple[Operation, ...]
    shapes: Shapes


def described(text: bytes, address: str) -> Description:
    """Return what the document at `address` says; raises AskPerson where it is none."""
    try:
        data = json.loads(text)
    except ValueError:
        problem = _no_document(address, "JSON")
        if text.lstrip().startswith(b"{"):  # the beginning of one: it was cut off
            raise Retry(problem) from None
        raise AskPerson(problem) from None
    if not isinstance(data, Mapping) or not isinstance(data.get("paths"), Mapping):
        raise AskPerson(_no_document(address, "paths"))
    version = str(data.get("openapi") or data.get("swagger") or "")
    if not version.startswith(("3.0", "3.1", "2.0")):
        raise AskPerson(_no_document(address, "openapi 3.0, 3.1 / swagger 2.0"))
    shapes = Shapes(data)
    info = data.get("info")
    title = str(info.get("title") or "") if isinstance(info, Mapping) else ""
    return Description(title, _server(data, address), tuple(_operations(data, shapes)), shapes)


def _server(data: Mapping[str, Any], address: str) -> str:
    servers = data.get("servers")
    if isinstance(servers, list) and servers and isinstance(servers[0], Mapping):
        return urljoin(address, str(servers[0].get("url") or "/")).rstrip("/")
    if data.get("host"):
        scheme = next(iter(data.get("schemes") or ()), address.partition(":")[0])
        return f"{scheme}://{data['host']}{data.get('basePath') or ''}".rstrip("/")
    return urljoin(address, str(data.get("basePath") or "/")).rstrip("/")


def _operations(data: Mapping[str, Any], shapes: Shapes) -> Iterator[Operation]:
    for path, item in data["paths"].items():
        whole = shapes.of(item)
        for method in METHODS:
            one = whole.get(method)
            if isinstance(one, Mapping):
                shared = whole.get("parameters") or ()
                yield _operation(shapes, method, str(path), one, shared)


def _operation(
    shapes: Shapes, method: str, path: str, one: Mapping[str, Any], shared: Any
) -> Operation:
    told = [shapes.of(raw) for raw in (*shared, *(one.get("parameters") or ()))]
    parameters = {
        (str(raw.get("in")), str(raw.get("name"))): Parameter(
            str(raw.get("name")),
            str(raw.get("in")),
            bool(raw.get("required")) or raw.get("in") == "path",
            shapes.of(raw.get("schema") or raw),
        )
        for raw in told
        if raw.get("in") in ("path", "query", "header")
    }
    body, required = _body(shapes, one, told)
    return Operation(
        method,
        path,
        str(one.get("operationId") or ""),
        str(one.get("summary") or one.get("description") or ""),
        tuple(parameters.values()),
        body,
        required,
        _answer(shapes, one),
    )


def _body(shapes: Shapes, one: Mapping[str, Any], told: list[Schema]) -> tuple[Schema | None, bool]:
    for raw in told:  # Swagger 2.0
        if raw.get("in") == "body":
            return shapes.of(raw.get("schema")), bool(raw.get("required"))
    asked = shapes.of(one.get("requestBody"))
    schema = _json_of(asked)
    return (None, False) if schema is None else (shapes.of(schema), bool(asked.get("required")))


def _answer(shapes: Shapes, one: Mapping[str, Any]) -> Schema | None:
    answers = one.get("responses")
    for status, raw in answers.items() if isinstance(answers, Mapping) else ():
        if str(status).startswith("2") or status == "default":
            answer = shapes.of(raw)
            schema = answer.get("schema") or _json_of(answer)
            if schema is not None:
                return shapes.of(schema)
    return None


def _json_of(holder: Schema) -> Any:
    content = holder.get("content")
    for kind, media in content.items() if isinstance(content, Mapping) else ():
        if "json" in str(kind) and isinstance(media, Mapping):
            return media.get("schema")
    return None


def _no_document(address: str, expected: str) -> Problem:
    say = Text(
        f"{address} 不是可用的 OpenAPI 文档：应有 {expected}。",
        f"{address} is no OpenAPI document that can be used: expected {expected}.",
    )
    hint = Text("请给出 JSON 文档的地址。", "Give the address of the document as JSON.")
    return Problem("http_no_document", say, hint=hint)
