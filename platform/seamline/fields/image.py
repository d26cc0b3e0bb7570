"""Image: pictures."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import files
from .kind import Kind, Reading

TYPES: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic")


def most_of(field: Field) -> int:
    """Return the most files the field takes."""
    return int(field.settings.get("max_files", files.MOST))


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a list of stored files; raise Invalid where one is too large or of another type."""
    return files.read(field, raw, most_of(field), TYPES)


KIND = Kind(
    name="image",
    title=Text("图片", "Image"),
    value_type=files.is_file,
    column=files.column,
    parse=parse,
    to_json=files.to_json,
    to_text=files.to_text,
    show=files.show,
    value_schema=lambda field: files.schema(most_of(field)),
    widget="image",
    settings=files.SETTINGS,
    operators=(),
    dump=files.to_json,
    load=files.load,
)
