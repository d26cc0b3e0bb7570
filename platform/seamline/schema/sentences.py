"""What a breach of a schema means, said to the person who wrote the document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from seamline.documents import Document, Path
from seamline.problems import Place, Problem, did_you_mean, shorten
from seamline.text import Text

from .rules_law import one_review, surplus_rules

_TYPES = {
    "object": Text("映射", "a mapping"),
    "array": Text("列表", "a list"),
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "null": Text("空", "nothing"),
}
_EMPTY = Text("冒号后面没有值。", "There is no value after the colon.")
_COMMA = Text(
    "在 {…} 里含逗号或冒号的文字要加引号。", "Inside {…}, text with a comma or colon needs quotes."
)
WORDS_SHOWN = 40  # of a list of allowed words


@dataclass(frozen=True, slots=True)
class Breach:
    """One keyword of a schema that a value broke.

    `limit` is what the keyword asks, `schema` the part of the law it stands in, `name` the key
    that is missing or unknown; with `of_key` the value is a key of the mapping at `path`.
    """

    keyword: str
    limit: Any
    value: Any
    schema: Mapping[str, Any]
    path: Path
    name: str = ""
    of_key: bool = False


Teller = Callable[[Breach, Document, Place], Problem]


def shown(value: Any, limit: int = 60) -> str:
    """Return a value of a document as a message shows it."""
    if isinstance(value, str):
        return f"'{shorten(value, limit)}'"
    if isinstance(value, (dict, list)) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, dict):
        return "{" + ", ".join(shorten(key, 20) for key in list(value)[:4]) + "}"
    if isinstance(value, list):
        return "[…]"
    return shorten(json.dumps(value, default=str), limit)


def told(breach: Breach, document: Document, kind: str) -> Problem:
    """Return the problem that a breach of the law of `kind` amounts to."""
    if kind == "ruleset":
        if breach.keyword == "maxItems" and breach.path in (("hard",), ("soft",)):
            return surplus_rules(document, str(breach.path[0]))
        if breach.path == ("review",) and breach.keyword == "type":
            return one_review(document)
        if breach.path == () and breach.keyword == "required" and breach.name == "review":
            return one_review(document)
    path = (*breach.path, breach.value) if breach.of_key else breach.path
    place = document.place(path, key=breach.of_key)
    return _SAY.get(breach.keyword, _misfit)(breach, document, place)


def _missing(breach: Breach, document: Document, _: Place) -> Problem:
    key = breach.name
    place = document.place((*breach.path, key))
    present = breach.value if isinstance(breach.value, dict) else {}
    known = set(breach.schema.get("properties", ()))
    strange = [name for name in present if name not in known] if known else []
    say = Text(f"缺少“{key}”。", f"'{key}' is missing.")
    near = get_close_matches(key, strange, n=2)
    hint = None
    if near:
        words = ", ".join(shorten(name, 30) for name in near)
        hint = Text(f"是不是写成了 {words}?", f"Is it misspelt as {words}?")
    return Problem("missing_key", say, place, hint)


def _unknown(breach: Breach, document: Document, _: Place) -> Problem:
    key = breach.name
    known = [name for name in breach.schema.get("properties", ()) if name not in breach.value]
    place = document.place((*breach.path, key), key=True)
    say = Text(f"没有“{shorten(key)}”这个键。", f"There is no key '{shorten(key)}' here.")
    hint = did_you_mean(key, known)
    if breach.value[key] is None and not (key.isascii() and key.isidentifier()):
        hint = _COMMA
    elif hint is None and known:
        words = ", ".join(known[:WORDS_SHOWN])
        hint = Text(f"还可以写：{words}。", f"Other keys here: {words}.")
    return Problem("unknown_key", say, place, hint, got=shorten(key))


def _type(breach: Breach, _: Document, place: Place) -> Problem:
    wanted = breach.limit
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    expected = _annotated(breach, "x-expected") or Text(
        "或".join(_TYPES[kind].zh for kind in kinds), " or ".join(_TYPES[kind].en for kind in kinds)
    )
    return _expected("wrong_type", breach, place, expected, _type_hint(breach.value, kinds))


def _type_hint(value: Any, kinds: list[str]) -> Text | None:
    if value is None:
        return _EMPTY
    if "string" in kinds and isinstance(value, (int, float)):
        return Text("给它加上引号。", "Put it in quotes.")
    if "boolean" in kinds and isinstance(value, str):
        return Text("写 true 或 false，不加引号。", "Write true or false, without quotes.")
    if kinds == ["array"] and not isinstance(value, dict):
        return Text("写成 [..] 或每行一个“- ”。", "Write [..] or one '- ' per line.")
    return None


def _one_of(breach: Breach, _: Document, place: Place) -> Problem:
    words = [str(word) for word in breach.limit]
    listed = ", ".join(words[:WORDS_SHOWN])
    value = breach.value
    hint = did_you_mean(value, words) if isinstance(value, str) else None
    if value is None:
        hint = _EMPTY
    expected = Text(f"其中之一({listed})", f"one of {listed}")
    return _expected("not_one_of", breach, place, expected, hint)


def _const(breach: Breach, _: Document, place: Place) -> Problem:
    expected = Text.same(shown(breach.limit))
    return _expected("wrong_value", breach, place, expected)


def _pattern(breach: Breach, _: Document, place: Place) -> Problem:
    rule = _annotated(breach, "x-say")
    got = shown(breach.value)
    say = Text(f"得到 {got}", f"Got {got}")
    if rule is not None:
        say = Text(f"{got} 不合要求：{rule.zh}。", f"{got} does not fit: {rule.en}.")
    else:
        say = Text(
            f"{got} 不符合样式 {breach.limit}。",
            f"{got} does not match {breach.limit}.",
        )
    return Problem("wrong_pattern", say, place, got=got)


def _bound(zh: str, en: str) -> Teller:
    """Return the teller of a limit; `{limit}` is the schema's, `{size}` what came."""

    def tell(breach: Breach, _: Document, place: Place) -> Problem:
        value = breach.value
        size = len(value) if isinstance(value, (str, list, dict)) else shown(value)
        say = Text(zh, en).fill(limit=breach.limit, size=size)
        return Problem("out_of_bounds", say, place, got=shown(value))

    return tell


def _twice(breach: Breach, document: Document, _: Place) -> Problem:
    seen: list[Any] = []
    for index, item in enumerate(breach.value):
        if item in seen:
            say = Text(f"{shown(item)} 写了两次。", f"{shown(item)} is there twice.")
            return Problem("twice", say, document.place((*breach.path, index)), got=shown(item))
        seen.append(item)
    return _misfit(breach, document, document.place(breach.path))


def _together(breach: Breach, document: Document, place: Place) -> Problem:
    for key, others in breach.limit.items():
        missing = [other for other in others if other not in breach.value]
        if key in breach.value and missing:
            words = ", ".join(missing)
            say = Text(f"有“{key}”时还要有 {words}。", f"'{key}' also needs {words}.")
            return Problem("missing_key", say, document.place((*breach.path, key), key=True))
    return _misfit(breach, document, place)


def _misfit(breach: Breach, _: Document, place: Place) -> Problem:
    """Tell of a breach without a sentence of its own, by what the schema says of itself."""
    rule = _annotated(breach, "x-say") or _annotated(breach, "x-expected")
    if rule is None:
        rule = Text.same(str(breach.schema.get("description", f"{breach.keyword}")))
    got = shown(breach.value)
    say = Text(f"{got} 不合要求：{rule.zh}。", f"{got} does not fit: {rule.en}.")
    return Problem("wrong_shape", say, place, got=got)


def _expected(
    code: str, breach: Breach, place: Place, expected: Text, hint: Text | None = None
) -> Problem:
    got = shown(breach.value)
    say = Text(f"应为{expected.zh}，得到 {got}。", f"Expected {expected.en}, got {got}.")
    return Problem(code, say, place, hint, got=got)


def _annotated(breach: Breach, key: str) -> Text | None:
    """Return the sentence that the schema carries beside the broken keyword."""
    words = breach.schema.get(key)
    return Text(words["zh"], words["en"]) if words else None


_SAY: dict[str, Teller] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _one_of,
    "const": _const,
    "pattern": _pattern,
    "minimum": _bound("至少 {limit}，得到 {size}。", "At least {limit}, got {size}."),
    "maximum": _bound("最多 {limit}，得到 {size}。", "At most {limit}, got {size}."),
    "minLength": _bound("至少 {limit} 个字符。", "At least {limit} character(s)."),
    "maxLength": _bound(
        "最多 {limit} 个字符，得到 {size} 个。", "At most {limit} characters, got {size}."
    ),
    "minItems": _bound("至少 {limit} 项。", "At least {limit} item(s)."),
    "maxItems": _bound("最多 {limit} 项，得到 {size} 项。", "At most {limit} items, got {size}."),
    "minProperties": _bound("至少 {limit} 个键。", "At least {limit} key(s)."),
    "maxProperties": _bound(
        "最多 {limit} 个键，得到 {size} 个。", "At most {limit} keys, got {size}."
    ),
    "uniqueItems": _twice,
    "dependentRequired": _together,
}
