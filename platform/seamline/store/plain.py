"""Anything we keep as a document, as one canonical JSON text: the same data, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.facts import Ref
from seamline.text import Text

from .types import moment_text


def dump(value: object) -> str:
    """Return `value` as JSON with sorted keys and no blanks.

    Decimals and dates become text, durations seconds, a reference its key, a frozen dataclass
    an object; anything else raises TypeError.
    """
    return _ENCODER.encode(value)


def load(text: str) -> Any:
    """Return what `dump` wrote, as plain data."""
    return json.loads(text)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


_ENCODER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    default=_plain,
)
