"""Pieces of JSON Schema that the settings of several kinds share, each said in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.text import Text

# A sentence or label as an author writes it.
TEXT: Mapping[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": 2000},
        {
            "type": "object",
            "properties": {
                "zh": {"type": "string", "minLength": 1, "maxLength": 2000},
                "en": {"type": "string", "minLength": 1, "maxLength": 2000},
            },
            "required": ["zh", "en"],
            "additionalProperties": False,
        },
    ]
}
ID_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
# Choice words may also be codes of the trade: USD, V1.2, 18-8.
OPTION_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"
PATTERN_LENGTH = 200


def said(zh: str, en: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return `schema` described, for plain editors (`description`) and our own (`x-text`)."""
    return {**schema, "description": f"{zh} · {en}", "x-text": {"zh": zh, "en": en}}


def number(zh: str, en: str) -> dict[str, Any]:
    """Return the schema of a numeric bound."""
    return said(zh, en, {"type": "number"})


def count(zh: str, en: str, low: int, high: int, default: int | None = None) -> dict[str, Any]:
    """Return the schema of a whole number from `low` to `high`."""
    schema: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        schema["default"] = default
    return said(zh, en, schema)


def scale(default: int) -> dict[str, Any]:
    """Return the schema of the number of decimals."""
    return count("小数位数。", "Number of decimals.", 0, 9, default)


MIN = number("最小值。", "Smallest value allowed.")
MAX = number("最大值。", "Largest value allowed.")
UNIT = said("计量单位，显示在数值之后。", "Unit of measure, shown after the value.", TEXT)
PATTERN = said(
    "整个文本须符合的正则表达式。",
    "Regular expression that the whole text must match.",
    {"type": "string", "minLength": 1, "maxLength": PATTERN_LENGTH, "format": "regex"},
)
OPTIONS = said(
    "可选值。",
    "The values to choose from.",
    {
        "type": "array",
        "minItems": 1,
        "maxItems": 500,
        "items": {
            "type": "object",
            "properties": {
                "id": said(
                    "存储的代码，发布后不改。",
                    "The word that is stored; never changed once published.",
                    {"type": "string", "pattern": OPTION_PATTERN},
                ),
                "label": said("显示的名称。", "What people read.", TEXT),
                "colour": said(
                    "标签颜色。",
                    "Colour of the badge.",
                    {"enum": ["gray", "blue", "green", "amber", "red", "violet", "teal"]},
                ),
            },
            "required": ["id", "label"],
            "additionalProperties": False,
        },
    },
)


def text_of(raw: Any) -> Text:
    """Return an author's text (a plain string, `{zh, en}`, or a Text already read) as a Text."""
    if isinstance(raw, Text):
        return raw
    if isinstance(raw, Mapping):
        return Text(str(raw.get("zh", "")), str(raw.get("en", "")))
    return Text.same(str(raw))
