"""Signature: one drawn or scanned signature."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import files
from .kind import Kind, Reading

TYPES: tuple[str, ...] = ("image/png", "image/jpeg")


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a list of one stored picture; raise Invalid otherwise."""
    return files.read(field, raw, 1, TYPES)


KIND = Kind(
    name="signature",
    title=Text("签名", "Signature"),
    value_type=files.is_file,
    column=files.column,
    parse=parse,
    to_json=files.to_json,
    to_text=files.to_text,
    show=files.show,
    value_schema=lambda _field: files.schema(1),
    widget="signature",
    icon="pencil",
    operators=(),
    dump=files.to_json,
    load=files.load,
)
