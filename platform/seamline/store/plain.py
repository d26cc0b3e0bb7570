"""Anything we keep as a document, as one canonical JSON text: the same data, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from seamline.facts import Ref
from seamline.text import Text

from .types import moment_text

# What both encoders write alike, byte for byte; decimal fractions are not among it.
_WORDS = frozenset({str, int, bool, type(None)})
_NAMES = frozenset({str})
_NESTED = frozenset({dict, list})


def dump(value: object) -> str:
    """Return `value` as JSON with sorted keys and no blanks.

    Decimals and dates become text, durations seconds, a reference its key, a frozen dataclass
    an object; anything else raises TypeError.
    """
    return _quickly(value) if is_plain(value) else _ENCODER.encode(value)


def kept(value: object) -> tuple[str, Any]:
    """Return the text of a document, and what it will be once it is read again."""
    if is_plain(value):
        return _quickly(value), value
    text = _ENCODER.encode(value)
    return text, load(text)


def spliced(document: Mapping[str, object], told: Mapping[str, str]) -> bytes:
    """Return the UTF-8 of a document of which some members are written out already.

    All others are words and whole numbers.
    """
    try:
        members = {name: msgspec.Raw(text.encode()) for name, text in told.items()}
        return _QUICK.encode({**document, **members})
    except (OverflowError, UnicodeEncodeError):  # as in `_quickly`
        text = _ENCODER.encode({**document, **dict.fromkeys(told, 0)})
    # From the last to the first: what was put in is never searched.
    for name in sorted(told, reverse=True):
        before, _, after = text.partition(f'"{name}":0')
        text = f'{before}"{name}":{told[name]}{after}'
    return text.encode()


def is_plain(value: Any) -> bool:
    """Return whether `value` is a document of words and whole numbers: what `load` gives back.

    Any other value may be one too; it is only not seen at a glance.
    """
    if type(value) not in _NESTED:
        return type(value) in _WORDS
    waiting = [value]
    for one in waiting:  # it grows while it is walked
        held = one
        if type(one) is dict:
            if not _NAMES.issuperset(map(type, one)):
                return False
            held = one.values()
        others = {*map(type, held)} - _WORDS
        if others:
            if not others <= _NESTED:
                return False
            waiting.extend(each for each in held if type(each) in _NESTED)
    return True


def _quickly(value: object) -> str:
    try:
        return _QUICK.encode(value).decode()
    except (OverflowError, UnicodeEncodeError):  # a very large number, half of a character
        return _ENCODER.encode(value)


def load(text: str) -> Any:
    """Return what `dump` wrote, as plain data."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):  # half of a character, or no JSON at all
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
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"{type(value).__name__} has no plain form")


_ENCODER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    default=_plain,
)
_QUICK = msgspec.json.Encoder(order="sorted")
