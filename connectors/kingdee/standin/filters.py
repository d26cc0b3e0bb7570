"""The filter grammar of queries: `= <> < <= > >= like in and or ( )`, as text or as a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .results import DB_FAILED, Failure

# Reads a column of a row.
Row = Callable[[str], Any]
Test = Callable[[Row], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<op><>|<=|>=|=|<|>)"
    r"|(?P<mark>[(),])|(?P<word>[A-Za-z_][\w.]*))"
)
_CODES = {"67": "=", "83": "<>"}  # what the designer writes for the commonest comparisons
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")


def compiled(given: object) -> tuple[Test, tuple[str, ...]]:
    """Return the test of a FilterString and the columns it reads; an empty one lets all through."""
    text = _from_list(given) if isinstance(given, list) else str(given or "")
    if not text.strip():
        return lambda row: True, ()
    parser = _Parser(text)
    return parser.whole(), tuple(parser.columns)


def _from_list(rows: list[Any]) -> str:
    parts: list[str] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise Failure(DB_FAILED, "过滤条件格式不正确")
        compare = str(row.get("Compare", "="))
        value = str(row.get("Value", "")).replace("'", "''")
        quoted = f"'{value}'"
        if compare.lower() == "in":
            quoted = "(" + ",".join(f"'{one.strip()}'" for one in value.split(",")) + ")"
        parts += [
            str(row.get("Left") or ""), str(row.get("FieldName", "")),
            _CODES.get(compare, compare), quoted, str(row.get("Right") or ""),
        ]  # fmt: skip
        if number < len(rows) - 1:
            parts.append("or" if str(row.get("Logic", "0")).lower() in ("1", "or") else "and")
    return " ".join(parts)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if not found:
                raise Failure(DB_FAILED, f"“{text[place : place + 20].strip()}”附近有语法错误")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self._next = 0
        self.columns: list[str] = []

    def whole(self) -> Test:
        test = self._either()
        if self._next < len(self._tokens):
            raise self._wrong()
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._took("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            inner = self._either()
            self._must(")")
            return inner
        kind, word = self._take()
        if kind in ("number", "text"):  # 1=1
            self._must("=")
            same = self._value() == _plain(kind, word)
            return lambda row: same
        if kind != "word":
            raise self._wrong()
        return self._comparison(word)

    def _comparison(self, word: str) -> Test:
        self.columns.append(word)
        if self._took("in"):
            self._must("(")
            values = [_shown(self._value())]
            while self._took(","):
                values.append(_shown(self._value()))
            self._must(")")
            return lambda row: _shown(row(word)) in values
        if self._took("like"):
            pattern = _like(str(self._value()))
            return lambda row: row(word) is not None and bool(pattern.fullmatch(str(row(word))))
        kind, op = self._take()
        if kind != "op":
            raise self._wrong()
        value = self._value()
        return lambda row: _compare(op, row(word), value)

    def _value(self) -> Any:
        kind, word = self._take()
        if kind not in ("number", "text"):
            raise self._wrong()
        return _plain(kind, word)

    def _take(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise Failure(DB_FAILED, "过滤条件不完整")
        self._next += 1
        return self._tokens[self._next - 1]

    def _took(self, word: str) -> bool:
        here = self._next < len(self._tokens) and self._tokens[self._next]
        if here and here[0] != "text" and here[1].lower() == word:
            self._next += 1
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._took(word):
            raise self._wrong()

    def _wrong(self) -> Failure:
        near = self._tokens[min(self._next, len(self._tokens) - 1)][1]
        return Failure(DB_FAILED, f"“{near}”附近有语法错误")


def _plain(kind: str, word: str) -> Any:
    return float(word) if kind == "number" else word[1:-1].replace("''", "'")


def _like(pattern: str) -> re.Pattern[str]:
    signs = {"%": ".*", "_": "."}
    text = "".join(signs.get(letter) or re.escape(letter) for letter in pattern)
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def _shown(value: Any) -> Any:
    """Return a value as it compares: numbers as numbers, dates as whole moments, text folded."""
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return value
    if _DATE.fullmatch(value):
        return value.replace(" ", "T") + "T00:00:00"[len(value) - 10 :]
    return value.casefold()


def _compare(op: str, left: Any, right: Any) -> bool:
    left, right = _shown(left), _shown(right)
    if left is None or right is None:
        return False
    if type(left) is not type(right):
        try:
            left, right = float(left), float(right)
        except ValueError:
            left, right = str(left), str(right)
    order = int(left > right) - int(left < right)
    return {
        "=": order == 0, "<>": order != 0, "<": order < 0,
        "<=": order <= 0, ">": order > 0, ">=": order >= 0,
    }[op]  # fmt: skip
