"""What a plain YAML scalar means: the core schema of YAML 1.2, and nothing more."""

from __future__ import annotations

import re

from seamline.problems import shorten
from seamline.text import Text

INTEGER_LIMIT = 2**63

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class UnfitNumber(ValueError):
    """A number that cannot be held as written; `code`, `say` and `got` tell why."""

    def __init__(self, code: str, say: Text, word: str) -> None:
        self.code, self.got = code, shorten(word)
        self.say = say.fill(got=self.got)
        super().__init__(self.say.en)


def plain(word: str) -> str | int | float | bool | None:
    """Return the value of an unquoted scalar; raises `UnfitNumber`.

    `no`, `on`, `1:30` and `2026-02-01` are text.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return _integer(word)
    if _ENDLESS.fullmatch(word):
        raise _endless(word)
    if _NUMBER.fullmatch(word):
        return _number(word)
    return word


def _integer(word: str) -> int:
    value = INTEGER_LIMIT  # longer words are out of range unless they are zeros, which none need
    if len(word) < 30:
        value = int(word, 0 if word[1:2] in ("o", "x") else 10)
    if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        say = Text("整数 {got} 超出 64 位范围。", "Integer {got} is beyond 64 bits.")
        raise UnfitNumber("number_range", say, word)
    return value


def _number(word: str) -> float:
    """Return the float whose shortest text is the number written, so that nothing is lost."""
    value = float(word)
    if value in (float("inf"), float("-inf")):
        raise _endless(word)
    if _digits(word) != _digits(repr(value)):
        say = Text(
            "数字 {got} 的位数太多，只能准确保存 15 位有效数字。",
            "Number {got} has too many digits; 15 are kept exactly.",
        )
        raise UnfitNumber("number_digits", say, word)
    return value


def _endless(word: str) -> UnfitNumber:
    say = Text("数字 {got} 不是有限数。", "Number {got} is not finite.")
    return UnfitNumber("number_range", say, word)


def _digits(word: str) -> str:
    """Return the significant digits of a number's text."""
    return re.split("[eE]", word)[0].lstrip("+-").replace(".", "").strip("0")
