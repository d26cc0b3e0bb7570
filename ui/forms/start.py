"""From values to what stands in the controls: defaults of a new record, values of a stored one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from seamline import clock
from seamline.facts import FileRef, Row, Value
from seamline.fields import kind_of
from seamline.fields.kind import Invalid, Reading
from seamline.metadata import Field

from .typed import FILES, Typed, TypedRow
from .uploads import Kept


def typed_of(fields: Iterable[Field], values: Mapping[str, Value], reading: Reading) -> Typed:
    """Return stored values as they stand in the controls."""
    return {one.id: _typed(one, values.get(one.id), reading) for one in fields}


def _typed(field: Field, value: Value, reading: Reading) -> Any:
    if field.kind == "table":
        rows = value if isinstance(value, tuple) else ()
        return [
            TypedRow(number, row.id, typed_of(field.fields, row.values, reading))
            for number, row in enumerate(rows)
            if isinstance(row, Row)
        ]
    if field.settings.get("proof") is not None:
        return []  # what is proof already stays by itself
    if field.kind in FILES:
        files = value if isinstance(value, tuple) else ()
        return [Kept(file) for file in files if isinstance(file, FileRef)]
    if field.kind == "multi_choice":
        return list(value) if isinstance(value, tuple) else []
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value, reading)
    return value if isinstance(value, bool) else kind_of(field).to_text(field, value)


def _local(moment: datetime, reading: Reading) -> str:
    local = moment.astimezone(reading.zone).replace(tzinfo=None)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def fresh(fields: Iterable[Field], given: Mapping[str, str], reading: Reading) -> Typed:
    """Return what stands in the controls of a new record: what the address gives, else defaults.

    A table that needs rows starts with one, so that there is something to fill.
    """
    typed: Typed = {}
    for one in fields:
        if one.kind == "table":
            typed[one.id] = [TypedRow(0, "", fresh(one.fields, {}, reading))]
        elif one.id in given and one.kind not in FILES:
            typed[one.id] = _given(one, given[one.id])
        else:
            typed[one.id] = default_of(one, reading)
    return typed


def _given(field: Field, word: str) -> Any:
    if field.kind == "multi_choice":
        return word.split(",")
    return word in ("true", "1") if field.kind == "boolean" else word


def default_of(field: Field, reading: Reading) -> Any:
    """Return a field's default as it stands in its control; nothing where it has none."""
    raw = field.default
    if raw is None or not kind_of(field).written:
        return _typed(field, None, reading)
    if raw in ("today", "now") and field.kind in ("date", "datetime"):
        zone = reading.zone
        assert zone is not None
        if field.kind == "date":
            return clock.today(zone).isoformat()
        return _local(clock.now() - timedelta(seconds=clock.now().second), reading)[:16]
    try:
        return _typed(field, kind_of(field).parse(field, raw, reading), reading)
    except Invalid:
        return ""
