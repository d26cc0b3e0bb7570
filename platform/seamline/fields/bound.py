"""Bound: which version a line was bound to, how it was found, and the digest of it as it stood.

Beside it stand what rules judge it by: whether it is another one than those that were offered, and
which these were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.scope import ValueType
from seamline.text import Text

from . import boolean, words
from .fragments import said
from .kind import Column, Kind, Reading, invalid

LENGTH = 2000
SHOWN_DIGEST = 12  # signs of the digest that people compare
KEPT, OTHER, OFFERED = "kept", "other", "offered"


def packed(bound: Mapping[str, Any]) -> str:
    """Return what a line is bound to as the one text that the field keeps."""
    return json.dumps(dict(bound), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpacked(value: Value) -> dict[str, Any]:
    """Return what a field keeps; nothing where it keeps nothing."""
    try:
        data = json.loads(str(value)) if value is not None else {}
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def shows(field: Field) -> str:
    """Return what of a binding a field shows."""
    return str(field.settings.get("shows", KEPT))


def _value_type(field: Field) -> ValueType:
    return "boolean" if shows(field) == OTHER else "text"


def _column(field: Field) -> Column:
    return Column("boolean") if shows(field) == OTHER else Column("text", length=LENGTH)


def _parse(field: Field, raw: Any, reading: Reading) -> Value:
    if shows(field) == OTHER:
        return boolean.parse(field, raw, reading)
    text = raw
    if isinstance(raw, Mapping) and shows(field) == KEPT:
        try:
            text = packed(raw)
        except (TypeError, ValueError):  # what no snapshot holds: a figure, a time
            text = None
    if not isinstance(text, str):
        raise invalid("text_expected", "应为文本。", "Expected text.", raw)
    return words.line(text, LENGTH)


def _to_json(field: Field, value: Value) -> Any:
    return unpacked(value) if shows(field) == KEPT else value


def _to_text(field: Field, value: Value) -> str:
    return boolean.KIND.to_text(field, value) if shows(field) == OTHER else str(value)


def _show(field: Field, value: Value, reading: Reading) -> str:
    if shows(field) == OTHER:
        return boolean.show(field, value, reading)
    if shows(field) == OFFERED:
        return str(value)
    bound = unpacked(value)
    return f"{bound.get('name', '')} · {str(bound.get('digest', ''))[:SHOWN_DIGEST]}"


def _value_schema(field: Field) -> dict[str, Any]:
    type_ = {OTHER: "boolean", OFFERED: "string"}.get(shows(field), "object")
    return {"type": type_, "readOnly": True}


KIND = Kind(
    name="bound",
    title=Text("版本快照", "Bound version"),
    value_type=_value_type,
    column=_column,
    parse=_parse,
    to_json=_to_json,
    to_text=_to_text,
    show=_show,
    value_schema=_value_schema,
    widget="shown",
    settings={
        "shows": said(
            "快照本身，是否与适用的版本不同，还是适用的版本号。",
            "What is kept, whether it is another one than those offered, or which these were.",
            {"enum": [KEPT, OTHER, OFFERED], "default": KEPT},
        ),
    },
    written=False,
)
