"""Small words beside a value: units, sizes of files."""

from __future__ import annotations

from seamline.fields.fragments import text_of
from seamline.metadata import Field
from seamline.text import Language

KILO = 1000


def unit_of(field: Field, language: Language) -> str:
    """Return the unit shown beside a field's input: its unit, its currency, a percent sign."""
    if field.kind == "percent":
        return "%"
    if field.kind == "money":
        return str(field.settings.get("currency") or "")
    unit = field.settings.get("unit")
    return text_of(unit).in_(language) if unit and field.kind != "duration" else ""


def size_of(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < KILO:
        return f"{count} B"
    if count < KILO * KILO:
        return f"{count / KILO:.0f} kB"
    return f"{count / KILO / KILO:.1f} MB"
