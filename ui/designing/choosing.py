"""What the values to choose from are called, where a word of the language says it badly."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.fields import KINDS
from seamline.formulas.words import type_words
from seamline.scope import ValueType
from seamline.text import Language, Text

TYPES: tuple[ValueType, ...] = ("number", "text", "date", "datetime", "boolean", "duration")

# By document kind and key; a value that is not here is called as it is written.
VALUES: Mapping[tuple[str, str], Mapping[str, Text]] = {
    ("form", "kind"): {name: kind.title for name, kind in KINDS.items()},
    ("form", "result"): {name: type_words(name) for name in TYPES},
    ("form", "reason"): {
        "none": Text("不问", "not asked"),
        "optional": Text("可写可不写", "may be given"),
        "required": Text("必须写", "must be given"),
    },
    ("form", "unit"): {
        "minutes": Text("分钟", "minutes"),
        "hours": Text("小时", "hours"),
        "days": Text("天", "days"),
    },
    ("form", "colour"): {
        "gray": Text("灰", "gray"), "blue": Text("蓝", "blue"), "green": Text("绿", "green"),
        "amber": Text("黄", "amber"), "red": Text("红", "red"), "violet": Text("紫", "violet"),
        "teal": Text("青", "teal"),
    },
    ("connection", "network"): {
        "public": Text("公网", "the internet"),
        "private": Text("公网和企业内网", "the internet and the company's network"),
        "loopback": Text("仅本机", "this machine only"),
    },
}  # fmt: skip


def value_called(kind: str, key: str, value: object, language: Language) -> str:
    """Return what a value to choose is called."""
    known = VALUES.get((kind, key), {}).get(str(value))
    return known.in_(language) if known is not None else str(value)
