"""Barcode: what a scanner reads, as text."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import patterns, words
from .fragments import PATTERN
from .kind import Column, Kind, Reading

LENGTH = 128


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a scanned code; full-width signs of an input method are made plain. Raise Invalid."""
    return words.matched(field, words.half_width(words.line(raw, LENGTH)))


KIND = Kind(
    name="barcode",
    title=Text("条码", "Barcode"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LENGTH),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {"type": "string", "minLength": 1, "maxLength": LENGTH},
    widget="barcode",
    icon="barcode",
    settings={"pattern": PATTERN},
    check=patterns.check,
)
