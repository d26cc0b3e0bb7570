"""What the types of values are called in sentences about formulas."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.scope import ValueType
from seamline.text import Text

_WORDS: Mapping[ValueType, Text] = {
    "text": Text("文本", "text"),
    "number": Text("数字", "a number"),
    "boolean": Text("是/否", "yes or no"),
    "date": Text("日期", "a date"),
    "datetime": Text("日期时间", "a date and time"),
    "duration": Text("时长", "a duration"),
    "list": Text("多选", "a list"),
    "table": Text("子表", "a sub-table"),
    "file": Text("文件", "files"),
    "place": Text("位置", "a place"),
}


def type_words(type_: ValueType) -> Text:
    """Return what a type is called."""
    return _WORDS[type_]
