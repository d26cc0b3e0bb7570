"""Long text: several lines of words."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .fragments import count
from .kind import Column, Kind, Reading

LIMIT = 20_000


def limit_of(field: Field) -> int:
    """Return the most characters the field takes."""
    return int(field.settings.get("max_length", LIMIT))


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read text of several lines; raise Invalid where it is too long or holds control signs."""
    return words.block(raw, limit_of(field))


KIND = Kind(
    name="long_text",
    title=Text("多行文本", "Long text"),
    value_type=words.is_text,
    column=lambda field: Column("text", length=limit_of(field)),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda field: {"type": "string", "minLength": 1, "maxLength": limit_of(field)},
    widget="long_text",
    icon="scroll-text",
    settings={"max_length": count("最多字符数。", "Most characters.", 1, 200_000, LIMIT)},
    operators=("==", "!="),
)
