"""Reads a request body as one strict JSON object, refusing what other parsers let through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from flask import Request

from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.text import Text

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 16
KEYS = ("values", "reason", "confirm")
MAX_CONFIRM = 1000


class _Twice(ValueError):
    """An object names one key twice; parsers disagree about which value counts."""


def read_body(request: Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    """Return `{"values", "reason", "confirm"}` of a write, with what is absent filled in.

    Raises Refused: 413 too large, 415 not JSON, 400 not such an object.
    """
    raw = _bytes(request)
    if not raw and may_be_empty:
        return {"values": {}, "reason": "", "confirm": []}
    _check_type(request)
    return _checked(parse_object(raw))


def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, whatever its keys; raises Refused as `read_body`."""
    raw = _bytes(request)
    _check_type(request)
    return parse_object(raw)


def _bytes(request: Request) -> bytes:
    if (request.content_length or 0) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    raw = request.stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    return raw


def too_large(limit: int) -> Refused:
    """Return the refusal of a body of more than `limit` bytes."""
    n = limit // (1024 * 1024)
    return Refused.one(
        "body_too_large",
        Text(f"请求内容超过 {n} MB。", f"The request body is larger than {n} MB."),
        status=413,
        place=Place("body"),
        hint=Text(
            "请分成几次提交，文件请传到 /api/v1/files。",
            "Send it in parts; files go to /api/v1/files.",
        ),
    )


def _check_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    packed = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype == "application/json" and charset == "utf-8" and packed == "identity":
        return
    got = shorten(request.headers.get("Content-Type", ""))
    raise Refused(
        (
            Problem(
                "not_json",
                Text(
                    f"内容类型应为 application/json(UTF-8，不压缩)，实际为“{got}”。",
                    f"Expected content of type application/json (UTF-8, not packed), got '{got}'.",
                ),
                Place("Content-Type"),
                got=got,
            ),
        ),
        415,
    )


def parse_object(raw: bytes) -> dict[str, Any]:
    """Parse one JSON object: exact numbers, no key twice, no NaN, bounded depth, valid text."""
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
        data = _DECODER.decode(text)
    except UnicodeDecodeError:
        _unreadable("内容不是 UTF-8 文本。", "The body is not UTF-8 text.")
    except _Twice as error:
        key = shorten(str(error))
        _unreadable(f"对象中出现两次“{key}”。", f"An object has the key '{key}' twice.", key)
    except json.JSONDecodeError as error:
        at = (error.lineno, error.colno)
        _unreadable(
            "第 {} 行第 {} 列不是有效的 JSON。".format(*at),
            "Line {} column {} is not valid JSON.".format(*at),
        )
    except RecursionError:
        _too_deep()
    except (InvalidOperation, ValueError):
        _unreadable("含有无法表示的数字。", "The body holds a number that cannot be represented.")
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
        _too_deep()
    if "\\u" in text and not _encodable(data):
        _unreadable("含有不完整的 Unicode 字符。", "The body holds half of a Unicode character.")
    if not isinstance(data, dict):
        _unreadable("内容应为一个 JSON 对象。", "Expected one JSON object.")
    return data


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return data


def _not_a_number(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=Decimal, parse_constant=_not_a_number
)


def _depth(data: object) -> int:
    """Return how deep `data` nests, without recursion."""
    deepest, level = 0, [data]
    while level and deepest <= MAX_DEPTH:
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
            else:
                continue
        level = inner
        deepest += 1
    return deepest


def _encodable(data: object) -> bool:
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _too_deep() -> NoReturn:
    _unreadable(f"内容嵌套超过 {MAX_DEPTH} 层。", f"The body nests deeper than {MAX_DEPTH} levels.")


def _unreadable(zh: str, en: str, got: str | None = None) -> NoReturn:
    raise Refused((Problem("unreadable_json", Text(zh, en), Place("body"), got=got),), 400)


def _checked(data: dict[str, Any]) -> dict[str, Any]:
    """Check the outer object, every key of it at once."""
    problems = Problems()
    for key in data:
        if key not in KEYS:
            problems.add(_unknown_key(key))
    values, reason, confirm = (
        data.get("values", {}),
        data.get("reason", ""),
        data.get("confirm", []),
    )
    if not isinstance(values, Mapping):
        problems.add(_wrong("values", Text("一个对象", "an object"), values))
    if not isinstance(reason, str):
        problems.add(_wrong("reason", Text("文字", "text"), reason))
    elif any(ord(sign) < 32 and sign not in "\t\r\n" for sign in reason):
        problems.add(
            _wrong("reason", Text("不含控制字符的文字", "text without control characters"), reason)
        )
    if not _words(confirm):
        problems.add(_wrong("confirm", Text("检查编号的列表", "a list of check ids"), confirm))
    if problems:
        raise Refused(problems.sorted(), 400)
    return {"values": values, "reason": reason, "confirm": confirm}


def _words(confirm: object) -> bool:
    return (
        isinstance(confirm, list)
        and len(confirm) <= MAX_CONFIRM
        and all(isinstance(word, str) for word in confirm)
    )


def _unknown_key(key: str) -> Problem:
    got = shorten(key)
    return Problem(
        "unknown_key",
        Text(f"没有名为“{got}”的键。", f"There is no key '{got}'."),
        Place(got),
        did_you_mean(got, KEYS)
        or Text("字段的值请写在 values 里。", "Values of fields go into 'values'."),
        got,
    )


def _wrong(key: str, expected: Text, got: object) -> Problem:
    word = shorten(got)
    return Problem(
        "wrong_type",
        Text(f"应为{expected.zh}。", f"Expected {expected.en}."),
        Place(key),
        got=word,
    )
