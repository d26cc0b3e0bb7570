"""One call of an operation: parameters checked, credentials added, the answer judged."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

from seamline.connector import Answer, AskPerson, Context, GiveUp, Retry
from seamline.problems import Place, Problem, Problems, shorten
from seamline.text import Text

from .document import Description, Operation

# Methods that may be sent again: the same request twice leaves what one leaves.
REPEATABLE = ("get", "put", "delete")
Effect = Literal["none", "unknown"]


class Refusal(Exception):
    """The service understood and refused."""

    def __init__(self, status: int, problem: Problem) -> None:
        self.status = status
        self.problem = problem
        super().__init__(problem.line("en"))


class Caller:
    """Calls the operations of one service."""

    def __init__(
        self, settings: Mapping[str, Any], context: Context, description: Description
    ) -> None:
        self._settings = settings
        self._context = context
        self._shapes = description.shapes
        self.base = str(settings.get("server") or description.server).rstrip("/")

    def call(
        self,
        operation: Operation,
        words: Mapping[str, Any],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Any, Answer]:
        """Return the body of an operation's answer with the answer; raises Refusal or a setback."""
        sent = {name: _text(value) for name, value in query.items() if value is not None}
        self._check(operation, words, query, body)
        path = operation.path
        for name, value in words.items():
            path = path.replace(f"{{{name}}}", quote(_text(value), safe=""))
        return self._sent(operation.method, f"{self.base}{path}", sent, body, headers or {})

    def follow(self, link: str, came_from: str) -> tuple[Any, Answer]:
        """Return the body behind a link of an answer; only the service itself is followed."""
        url = urljoin(came_from, link)
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise GiveUp(_elsewhere(url))
        return self._sent("get", url, {}, None, {})

    def _sent(
        self,
        method: str,
        url: str,
        query: dict[str, str],
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
    ) -> tuple[Any, Answer]:
        told = {"Accept": "application/json", **headers, **self._credentials(query)}
        raw = None
        if body is not None:
            raw = json.dumps(_plain(body), ensure_ascii=False).encode()
            told["Content-Type"] = "application/json; charset=utf-8"
        answer = self._context.http.request(
            method.upper(),
            url,
            params=query,
            headers=told,
            body=raw,
            timeout=float(self._settings["timeout"]),
        )
        return _judged(answer, "none" if method == "get" else "unknown"), answer

    def _credentials(self, query: dict[str, str]) -> Mapping[str, str]:
        """Return the headers that say who we are; a key of the query goes into `query`."""
        way = self._settings["auth"]
        if way == "none":
            return {}
        secret = self._context.secret("credential")
        name = str(self._settings["auth_name"])
        if way == "query":
            query[name or "api_key"] = secret
            return {}
        if way == "header":
            return {name or "X-Api-Key": secret}
        if way == "basic":
            pair = f"{self._settings['user']}:{secret}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return {"Authorization": f"Bearer {secret}"}

    def _check(
        self,
        operation: Operation,
        words: Mapping[str, Any],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None,
    ) -> None:
        """Raise AskPerson with everything that is wrong with what would be sent."""
        found = Problems()
        for where, given in (("path", words), ("query", query)):
            for one in operation.of(where):
                value = given.get(one.name)
                if value is None or value == "":
                    if one.required:
                        found.add(_missing(one.name))
                elif where == "query" or one.schema.get("enum"):
                    found.extend(
                        self._shapes.wrong(_typed(value, one.schema), one.schema, one.name)
                    )
        if body is not None and operation.body is not None:
            found.extend(self._shapes.wrong(_plain(body), operation.body))
        elif body is None and operation.body_required:
            found.add(_missing("body"))
        problems = list(found)
        if problems:
            raise AskPerson(_together(problems))


def _judged(answer: Answer, effect: Effect) -> Any:
    status = answer.status
    if 200 <= status < 300:
        return _body(answer, effect)
    if status in (408, 425, 429):
        raise Retry(_refused(answer), answer.retry_after)
    if status >= 500:
        raise Retry(_refused(answer), answer.retry_after, effect=effect)
    if status in (401, 403):
        raise AskPerson(_refused(answer, _CREDENTIAL))
    raise Refusal(status, _refused(answer))


def _body(answer: Answer, effect: Effect) -> Any:
    if not answer.body.strip():
        return None
    try:
        return json.loads(answer.body.decode("utf-8-sig"), parse_float=Decimal)
    except ValueError:
        say = Text("对方的回答不完整或不是 JSON。", "The answer is cut off, or it is no JSON.")
        raise Retry(Problem("http_garbled", say), effect=effect) from None


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; whole decimals as integers, others as they are written."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a word of a query as its schema means it, for the check only."""
    if schema.get("type") in ("integer", "number") and isinstance(value, str):
        try:
            number = Decimal(value)
        except ArithmeticError:
            return value
        return number if number.is_finite() else value
    return value


def _refused(answer: Answer, hint: Text | None = None) -> Problem:
    told = shorten(" ".join(answer.body.decode(errors="replace").split()), 300)
    words = f"HTTP {answer.status}: {told}" if told else f"HTTP {answer.status}"
    return Problem(
        "http_refused",
        Text(f"对方拒绝了，{words}", f"The service refused, {words}"),
        hint=hint,
        got=str(answer.status),
    )


def _missing(name: str) -> Problem:
    return Problem("http_missing", Text(f"缺少 {name}。", f"{name} is missing."), Place(name))


def _together(problems: list[Problem]) -> Problem:
    """Return several problems as one, each sentence in it."""
    say = Text("".join(one.say.zh for one in problems), " ".join(one.say.en for one in problems))
    return Problem("http_invalid", say, problems[0].place, got=problems[0].got)


def _elsewhere(url: str) -> Problem:
    host = shorten(urlsplit(url).netloc, 80)
    say = Text(
        f"下一页的地址在别处({host})，不会带着密钥跟去。",
        f"The next page lies elsewhere ({host}); it is not followed with our credentials.",
    )
    return Problem("http_elsewhere", say, got=host)


_CREDENTIAL = Text(
    "请检查连接的密钥及其权限。", "Check the credential of the connection and its rights."
)
