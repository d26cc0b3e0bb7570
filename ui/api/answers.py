"""Answers of the API: JSON bodies, and problems as RFC 9457 with one entry per field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from flask import Response

from seamline.problems import Problem, Refused
from seamline.text import Text

PROBLEM_TYPE = "application/problem+json"

# The kind of a problem answer (last word of its type URN) and its title, by status.
TITLES: Mapping[int, tuple[str, Text]] = {
    400: ("unreadable", Text("请求无法理解", "The request cannot be understood")),
    401: ("unauthenticated", Text("需要有效的访问令牌", "A valid access token is needed")),
    403: ("forbidden", Text("没有权限", "Not allowed")),
    404: ("not-found", Text("没有找到", "Not found")),
    405: ("method-not-allowed", Text("不支持该方法", "Method not allowed")),
    409: ("conflict", Text("与现有数据冲突", "In conflict with what is there")),
    412: ("version-moved-on", Text("记录已被改过", "The record has been changed")),
    413: ("too-large", Text("请求内容过大", "The request is too large")),
    415: ("unsupported-type", Text("不支持的内容类型", "Unsupported content type")),
    422: ("invalid-values", Text("有内容不符合要求", "Some values are not acceptable")),
    429: ("too-many-requests", Text("请求过多", "Too many requests")),
    500: ("our-fault", Text("系统内部错误", "An error on our side")),
    503: ("unavailable", Text("暂时无法服务", "Not available for the moment")),
}


def dump(data: object) -> bytes:
    """Return `data` as compact UTF-8 JSON."""
    try:
        return msgspec.json.encode(data)
    except UnicodeEncodeError:  # half a character, echoed from a bad request
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def answer(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; what an actor may see is never for shared caches."""
    response = Response(dump(data), status, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    if headers:
        response.headers.update(headers)
    return response


def problem_body(
    status: int, problems: Iterable[Problem], language: str, **more: object
) -> dict[str, Any]:
    """Return the RFC 9457 object; `errors` holds each problem with its field and both languages."""
    found = tuple(problems)
    kind, title = TITLES.get(status, TITLES[400 if status < 500 else 500])
    body: dict[str, Any] = {
        "type": f"urn:seamline:problem:{kind}",
        "title": title.in_(language),
        "status": status,
        "detail": _detail(found, language) or title.in_(language),
        "errors": [_entry(problem, language) for problem in found],
    }
    return body | more


def _detail(problems: tuple[Problem, ...], language: str) -> str:
    if len(problems) == 1:
        return problems[0].sentence(language)
    if not problems:
        return ""
    n = len(problems)
    return Text(f"共有 {n} 处问题。", f"There are {n} problems.").in_(language)


def _entry(problem: Problem, language: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "field": problem.place.path,
        "code": problem.code,
        "message": problem.sentence(language),
        "messages": {"zh": problem.sentence("zh"), "en": problem.sentence("en")},
    }
    if problem.got is not None:
        entry["got"] = problem.got
    return entry


def problem_answer(
    status: int,
    problems: Iterable[Problem],
    language: str,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return a problem as `application/problem+json` in `language`, with both languages inside."""
    response = Response(
        dump(problem_body(status, problems, language, **more)), status, content_type=PROBLEM_TYPE
    )
    response.headers["Content-Language"] = "zh-CN" if language == "zh" else "en"
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="seamline"'
    if headers:
        response.headers.update(headers)
    return response


def refused_answer(refused: Refused, language: str, **more: object) -> Response:
    """Return a refusal of the use cases as a problem answer."""
    return problem_answer(refused.status, refused.problems, language, None, **more)
