"""Patterns of authors: a regular expression is taken only if matching it stays quick."""

from __future__ import annotations

import re

from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.text import Text

from .fragments import PATTERN_LENGTH

_REPEAT = re.compile(r"[*+]|\{[0-9]*(?:,[0-9]*)?\}")
_BEYOND = re.compile(r"\\[1-9]|\(\?(?!:)")


def check(field: Field) -> list[Problem]:
    """Return the problems of the field's `pattern`."""
    pattern = field.settings.get("pattern")
    if pattern is None:
        return []
    say = _fault(str(pattern))
    return [] if say is None else [Problem("bad_pattern", say, Place("pattern"), got=str(pattern))]


def _fault(pattern: str) -> Text | None:
    if len(pattern) > PATTERN_LENGTH:
        return Text(
            f"正则表达式最多 {PATTERN_LENGTH} 个字符。",
            f"A regular expression has at most {PATTERN_LENGTH} characters.",
        )
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return Text(
            f"正则表达式无法读懂：{error}。", f"The regular expression cannot be read: {error}."
        )
    if _BEYOND.search(pattern):
        return Text(
            "正则表达式不得使用回引、前后断言或内嵌标志。",
            "A regular expression must not use back references, look-arounds or inline flags.",
        )
    if _may_explode(pattern):
        return Text(
            "被重复的括号内不得再有重复或“|”，否则匹配可能极慢。",
            "A repeated group must not hold a repeat or '|' itself: matching could take for ever.",
        )
    return None


def _may_explode(pattern: str) -> bool:
    """Say whether a repeated group holds a repeat or an alternative (time grows exponentially)."""
    risky: list[bool] = [False]  # per open group: does it hold a repeat or an alternative
    spot, in_set = 0, False
    while spot < len(pattern):
        sign = pattern[spot]
        if sign == "\\":
            spot += 2
            continue
        if in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
            spot += 1 if pattern[spot + 1 : spot + 2] in ("]", "^") else 0
        elif sign == "(":
            risky.append(False)
            spot += 2 if pattern.startswith("?:", spot + 1) else 0
        elif sign == ")" and len(risky) > 1:
            inside = risky.pop()
            if inside and _REPEAT.match(pattern, spot + 1):
                return True
            risky[-1] = risky[-1] or inside
        elif sign in "|?" or _REPEAT.match(pattern, spot):
            risky[-1] = True
        spot += 1
    return False
