"""Reading and showing words: normalised, without control characters, bounded."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.problems import Problem
from seamline.scope import ValueType
from seamline.text import Text

from .fragments import text_of
from .kind import Invalid, Reading, invalid, seen

# Control characters, line separators, marks that turn the reading direction (they can make a
# code read as another), lone surrogates and non-characters (no database takes them).
_BAD_INLINE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BAD_BLOCK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
# Full-width ASCII, as an input method types it.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")


def half_width(text: str) -> str:
    """Return `text` with full-width letters, digits and signs made plain ASCII."""
    return text.translate(_HALF_WIDTH) if FULL_WIDTH.search(text) else text


def text_only(raw: Any) -> str:
    """Return `raw` if it is text; raise Invalid `text_expected` otherwise."""
    if isinstance(raw, str):
        return raw
    raise invalid(
        "text_expected", f"应为文本，收到 {seen(raw)}。", f"Expected text, got {seen(raw)}.", raw
    )


def line(raw: Any, limit: int) -> str:
    """Return one line of text of at most `limit` characters; raise Invalid otherwise."""
    return _read(text_only(raw), limit, _BAD_INLINE)


def block(raw: Any, limit: int) -> str:
    """Return text of several lines, at most `limit` characters; raise Invalid otherwise."""
    text = text_only(raw)
    if len(text) <= 2 * limit + 1000 and "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _read(text, limit, _BAD_BLOCK)


def _read(text: str, limit: int, bad: re.Pattern[str]) -> str:
    if len(text) > 4 * limit + 1000:  # before any work on it: a huge text is refused at once
        raise _too_long(text, limit, len(text))
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > limit:
        raise _too_long(text, limit, len(text))
    found = bad.search(text)
    if found is not None:
        raise _control(found)
    if not text:
        raise invalid("blank", "不能为空白。", "Must not be blank.")
    return text


def _too_long(text: str, limit: int, length: int) -> Invalid:
    return invalid(
        "too_long",
        f"最多 {limit} 个字符，收到 {length} 个。",
        f"At most {limit} characters, got {length}.",
        text[:100],
    )


def _control(found: re.Match[str]) -> Invalid:
    code = f"U+{ord(found.group()):04X}"
    spot = found.start() + 1
    hint = None
    if found.group() in "\n\r\t":
        hint = Text("请写在一行内，或改用多行文本。", "Write it on one line, or use long text.")
    return invalid(
        "control_character",
        f"第 {spot} 个字符是控制字符 {code}。",
        f"Character {spot} is the control character {code}.",
        code,
        hint,
    )


def matched(field: Field, text: str) -> str:
    """Return `text` if it matches the field's `pattern`; raise Invalid with the author's words."""
    pattern = field.settings.get("pattern")
    if pattern is None or re.fullmatch(pattern, text):
        return text
    say = field.settings.get("pattern_say")
    if say is None:
        words = Text(f"不符合格式 {pattern}。", f"Does not match the pattern {pattern}.")
    else:
        words = text_of(say)
    raise Invalid(Problem("pattern_mismatch", words, got=seen(text)))


def is_text(_field: Field) -> ValueType:
    """Say that conditions and formulas see text."""
    return "text"


def as_it_is(_field: Field, value: Value) -> str:
    """Return a text value unchanged."""
    return value if isinstance(value, str) else str(value)


def show(_field: Field, value: Value, _reading: Reading) -> str:
    """Return a text value as people read it."""
    return value if isinstance(value, str) else str(value)
