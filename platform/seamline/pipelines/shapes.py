"""Fragments of schema that several kinds share, and how durations read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from seamline.scope import ValueType

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TYPES: tuple[ValueType, ...] = ("text", "number", "boolean", "date", "datetime", "duration")

VALUE: Mapping[str, Any] = {
    "description": "常量，或以 = 开头的公式 · A constant, or a formula that begins with =",
    "type": ["string", "number", "boolean", "null"],
}
VALUES: Mapping[str, Any] = {
    "description": "字段的值 · Values by field",
    "type": "object",
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$"},
    "additionalProperties": VALUE,
    "maxProperties": 200,
}
SPAN: Mapping[str, Any] = {
    "description": "时长：15s、30m、2h、3d · Duration",
    "type": "string",
    "pattern": "^[1-9][0-9]{0,3}[smhd]$",
    "x-say": {"zh": "时长写成 15s、30m、2h 或 3d", "en": "a duration reads 15s, 30m, 2h or 3d"},
}
_TYPE: Mapping[str, Any] = {"enum": list(TYPES)}
_NAMES: Mapping[str, Any] = {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,79}$"}
GIVES: Mapping[str, Any] = {
    "description": "名称与类型，明细行写它的列 · Names and their types; of rows their columns",
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": _TYPE,
        "propertyNames": _NAMES,
        "additionalProperties": _TYPE,
        "minProperties": 1,
    },
    "maxProperties": 200,
}
WORD: Mapping[str, Any] = {
    "type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[^\\s].*$",
}  # fmt: skip
STEPS: Mapping[str, Any] = {"$ref": "#/$defs/steps"}
ID: Mapping[str, Any] = {"$ref": "#/$defs/id"}
FORM: Mapping[str, Any] = {"description": "表单 · Form", **ID}
CONNECTION: Mapping[str, Any] = {"description": "连接 · Connection", **ID}
CONDITION: Mapping[str, Any] = {"$ref": "#/$defs/condition"}
TEXT: Mapping[str, Any] = {"$ref": "#/$defs/text"}


def span(written: str) -> timedelta:
    """Return a duration that passed its schema."""
    return timedelta(seconds=int(written[:-1]) * _UNITS[written[-1]])
