"""From a thing of another system to the values of a record here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from seamline.connector import Change
from seamline.metadata import MappedField, MappedTable, Mirror
from seamline.metadata.connection import AS_OF, KEY, VERSION

Plain = dict[str, Any]


def taken(mirror: Mirror, change: Change) -> Plain:
    """Return what is taken over of a thing, by field, in plain data; its age is not part of it."""
    values = {
        one.to: _cell(one, change.values, change)
        for one in mirror.fields
        if one.member not in (AS_OF, VERSION)
    }
    for table in mirror.tables:
        values[table.to] = _rows(table, change)
    return values


def ages(mirror: Mirror, change: Change, as_of: datetime) -> Plain:
    """Return the fields that say how old a thing is and which state of it was read."""
    words = {AS_OF: as_of, VERSION: change.version}
    return {one.to: words[one.member] for one in mirror.fields if one.member in words}


def matches(mirror: Mirror) -> dict[str, str]:
    """Return by which field of its form each reference is found."""
    found = {one.to: one.match for one in mirror.fields if one.match}
    for table in mirror.tables:
        found |= {f"{table.to}.{one.to}": one.match for one in table.fields if one.match}
    return found


def _rows(table: MappedTable, change: Change) -> list[Plain]:
    rows: Sequence[Mapping[str, Any]] = change.values.get(table.member) or ()
    return [{one.to: _cell(one, row, change) for one in table.fields} for row in rows]


def _cell(one: MappedField, values: Mapping[str, Any], change: Change) -> Any:
    if one.constant is not None:
        return one.constant
    value = change.key if one.member == KEY else values.get(one.member or "")
    word = _plain(value)
    if not one.values:
        return word
    return one.values.get(str(word).lower() if isinstance(word, bool) else str(word), word)


def _plain(value: Any) -> Any:
    """Return a value as a submission takes it and JSON holds it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
