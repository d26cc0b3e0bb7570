"""Shows the values of a record: as flat facts to conditions, and as JSON to programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.facts import FileRef, GeoPoint, Ref, Row, Value
from seamline.fields.moments import duration_text, iso
from seamline.fields.table import ROW_ID

from .parts import FieldModel, Found

_NONE: Mapping[str, Mapping[str, Value]] = {}
_NOTHING: Mapping[str, Value] = {}
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facing:
    """Shows records of one form; made once per form."""

    fields: tuple[FieldModel, ...]

    def facts(self, values: Cells, found: Found) -> dict[str, Any]:
        """Return the flat facts; the rows of a sub-table as a tuple of such facts."""
        facts = _cells(self.fields, values, found)
        for field in self.fields:
            if field.columns:
                rows = values.get(field.id) or ()
                facts[field.id] = tuple(_cells(field.columns, row.values, found) for row in rows)
        return facts

    def to_json(self, values: Cells, only: Collection[str] | None = None) -> dict[str, Any]:
        """Return the values as JSON, every field named, or those of `only`."""
        fields = self.fields
        if only is not None:
            fields = tuple(field for field in fields if field.id in only)
        shown = _to_json(fields, values)
        for field in fields:
            if field.columns:
                rows = values.get(field.id) or ()
                shown[field.id] = [_row_to_json(field, row) for row in rows]
        return shown


def _cells(fields: tuple[FieldModel, ...], values: Cells, found: Found) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.field.id)
        if value is None or field.to_fact is None:
            facts[field.field.id] = value
        else:
            facts[field.field.id] = field.to_fact(value)
        if field.needs:
            _add_needs(facts, field, value, found)
    return facts


def _add_needs(facts: dict[str, Any], field: FieldModel, value: Any, found: Found) -> None:
    """Add what is looked at in the referenced record: `customer.credit_line`."""
    key = value.key if isinstance(value, Ref) else ""
    target = found.get(field.path, _NONE).get(key, _NOTHING)
    for name, wanted, convert in field.needs:
        there = target.get(wanted)
        facts[name] = there if there is None or convert is None else convert(there)


def _to_json(fields: tuple[FieldModel, ...], values: Cells) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.field.id)
        shown[field.field.id] = (
            None if value is None else field.shown_kind.to_json(field.shown, value)
        )
    return shown


def _row_to_json(table: FieldModel, row: Row) -> dict[str, Any]:
    shown = _to_json(table.columns, row.values)
    return {ROW_ID: row.id, **shown} if row.id else shown


def facts_json(facts: Any) -> Any:
    """Return facts as plain JSON: numbers as exact text, dates and moments as ISO text."""
    if facts is None or isinstance(facts, (str, bool, int)):
        return facts
    if isinstance(facts, Decimal):
        return format(facts, "f")
    if isinstance(facts, datetime):
        return iso(facts)
    if isinstance(facts, date):
        return facts.isoformat()
    if isinstance(facts, timedelta):
        return duration_text(facts)
    if isinstance(facts, Mapping):
        return {str(name): facts_json(value) for name, value in facts.items()}
    if isinstance(facts, (list, tuple, set, frozenset)):
        return [facts_json(value) for value in facts]
    return _thing_json(facts)


def _thing_json(thing: Any) -> Any:
    if isinstance(thing, Ref):
        return thing.key
    if isinstance(thing, FileRef):
        return thing.sha256
    if isinstance(thing, GeoPoint):
        return [thing.latitude, thing.longitude]
    return str(thing)
