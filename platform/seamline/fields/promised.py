"""Promised: the day by which a line can be delivered, or why it is that day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.scope import ValueType
from seamline.text import Text

from . import date, words
from .fragments import said
from .kind import Column, Kind, Reading, invalid

LENGTH = 4000
REASON = "reason"


def packed(reason: Text) -> str:
    """Return a reason in both languages as the one text that the field keeps."""
    return json.dumps({"zh": reason.zh, "en": reason.en}, ensure_ascii=False)


def unpacked(value: Value) -> Text:
    """Return the reason that a field keeps."""
    try:
        data = json.loads(str(value))
        return Text(str(data["zh"]), str(data["en"]))
    except (ValueError, TypeError, KeyError):
        return Text.same(str(value))


def _is_reason(field: Field) -> bool:
    return field.settings.get("shows") == REASON


def value_type(field: Field) -> ValueType:
    """Return the type of the day, or of the reason."""
    return "text" if _is_reason(field) else "date"


def column(field: Field) -> Column:
    """Return the column of the day, or of the reason."""
    return Column("text", length=LENGTH) if _is_reason(field) else Column("date")


def parse(field: Field, raw: Any, reading: Reading) -> Value:
    """Read a day or a reason back from its text or JSON; raise Invalid otherwise."""
    if not _is_reason(field):
        return date.parse(field, raw, reading)
    if (
        isinstance(raw, Mapping)
        and isinstance(raw.get("zh"), str)
        and isinstance(raw.get("en"), str)
    ):
        raw = packed(Text(raw["zh"], raw["en"]))
    if not isinstance(raw, str):
        raise invalid("text_expected", "应为文本。", "Expected text.", raw)
    return words.line(raw, LENGTH)


def to_json(field: Field, value: Value) -> Any:
    """Return the day as ISO text, or the reason in both languages."""
    if not _is_reason(field):
        return date.to_text(field, value)
    reason = unpacked(value)
    return {"zh": reason.zh, "en": reason.en}


def to_text(field: Field, value: Value) -> str:
    """Return the day as ISO text, or the reason as it is kept."""
    return str(value) if _is_reason(field) else date.to_text(field, value)


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the day or the reason as people read it."""
    if _is_reason(field):
        return unpacked(value).in_(reading.language)
    return date.show(field, value, reading)


def value_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the day, or of the reason in both languages."""
    if not _is_reason(field):
        return {"type": "string", "format": "date", "readOnly": True}
    both = {"zh": {"type": "string"}, "en": {"type": "string"}}
    return {"type": "object", "properties": both, "required": ["zh", "en"], "readOnly": True}


KIND = Kind(
    name="promised",
    title=Text("承诺值", "Promised value"),
    value_type=value_type,
    column=column,
    parse=parse,
    to_json=to_json,
    to_text=to_text,
    show=show,
    value_schema=value_schema,
    widget="shown",
    icon="handshake",
    settings={
        "shows": said(
            "承诺日，还是承诺依据。",
            "The promised day, or the reason for it.",
            {"enum": ["date", REASON], "default": "date"},
        ),
    },
    written=False,
)
