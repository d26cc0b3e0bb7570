"""Reference: a record of another form, named by its business key or code."""

from __future__ import annotations

from typing import Any

from seamline.facts import Ref, Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .fragments import ID_PATTERN, said
from .kind import Column, Kind, Reading

KEY_LENGTH = 200


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read the key of a record, not yet looked up; raise Invalid where it cannot be a key."""
    if isinstance(raw, Ref):
        return raw
    return Ref(words.line(raw, KEY_LENGTH))


def to_text(_field: Field, value: Value) -> str:
    """Return the key."""
    return value.key if isinstance(value, Ref) else ""


def show(_field: Field, value: Value, _reading: Reading) -> str:
    """Return the key and what the record is called."""
    if not isinstance(value, Ref):
        return ""
    named = value.label and value.label != value.key
    return f"{value.key} {value.label}" if named else value.key


KIND = Kind(
    name="reference",
    title=Text("引用", "Reference"),
    value_type=words.is_text,
    column=lambda field: Column("reference", target=str(field.settings["to"])),
    parse=parse,
    to_json=to_text,
    to_text=to_text,
    show=show,
    value_schema=lambda _field: {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH},
    widget="reference",
    icon="link",
    settings={
        "to": said(
            "被引用的表单。",
            "The form whose records it names.",
            {"type": "string", "pattern": ID_PATTERN},
        ),
        "search": said(
            "除主键和名称外，按这些字段搜索。",
            "Fields searched beside the key and the name.",
            {
                "type": "array",
                "items": {"type": "string", "pattern": ID_PATTERN},
                "uniqueItems": True,
                "maxItems": 10,
            },
        ),
    },
    settings_required=("to",),
)
