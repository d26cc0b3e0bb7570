"""Reads facts that were kept with a decision back to what conditions ran on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from types import GenericAlias
from typing import Any, TypeAlias, TypedDict

import msgspec

from seamline.scope import MOMENT, Scope, ValueType

Facts: TypeAlias = dict[str, Any]

# Exactly what `facts_json` writes; anything else stays as it is, and is unknown to conditions.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SPAN = re.compile(
    r"(-?)(?=[0-9])(?:([0-9]{1,9})d)?(?:([0-9]{1,2})h)?(?:([0-9]{1,2})m)?(?:([0-9]{1,2})s)?",
    re.ASCII,
)


def facts_from_json(scope: Scope, data: Mapping[str, Any], zone: tzinfo = UTC) -> Facts:
    """Return stored facts as they were in memory, typed by the names of `scope`.

    The inverse of `facts_json`. A value that is not of its name's type any more, and a name that
    `scope` does not know, stay as they were stored. The moment of the verdict is seen in `zone`.
    """
    types = scope.types
    facts: Facts = {}
    for name, value in data.items():
        rows = scope.rows.get(name)
        if rows is not None and isinstance(value, list):
            facts[name] = tuple(
                facts_from_json(rows, row) if isinstance(row, dict) else row for row in value
            )
        else:
            reader = _READERS.get(types[name]) if name in types else None
            facts[name] = value if reader is None or value is None else reader(value)
    moment = _moment(facts.get(MOMENT))
    if isinstance(moment, datetime):
        facts[MOMENT] = moment.astimezone(zone)
    return facts


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _date(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment.astimezone(UTC) if moment.tzinfo is not None else value


def _duration(value: Any) -> Any:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -span if found[1] else span


def _list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_READERS: Mapping[ValueType, Callable[[Any], Any]] = {
    "number": _number,
    "date": _date,
    "datetime": _moment,
    "duration": _duration,
    "list": _list,
}
# The same types as the decoder knows them; it leaves durations as text.
_DECODED: Mapping[ValueType, Any] = {
    "text": str | None,
    "number": Decimal | int | None,
    "boolean": bool | None,
    "date": date | None,
    "datetime": datetime | None,
    "duration": str | None,
    "list": list[str] | None,
    "file": int | None,
    "place": str | None,
}


class Recall:
    """Reads only some names out of stored facts: many times faster than reading them whole.

    `names` are as conditions give them: `qty`, `customer.credit_line`, `lines[].qty`. The moment of
    the verdict is among them where a `zone` says whose days it is counted in.
    """

    def __init__(self, scope: Scope, names: Iterable[str], zone: tzinfo | None = None) -> None:
        self._scope = scope
        self._zone = zone
        self._names = frozenset(names)
        plain = {name for name in self._names if "[]." not in name}
        rows: dict[str, set[str]] = {name: set() for name in plain if name in scope.rows}
        for name in self._names - plain:
            table, _, column = name.partition("[].")
            rows.setdefault(table, set()).add(column)
        kinds = {name: _DECODED.get(scope.types.get(name, "text"), Any) for name in plain - {*rows}}
        for table, columns in rows.items():
            types = scope.rows[table].types
            cells = {column: _DECODED.get(types.get(column, "text"), Any) for column in columns}
            kinds[table] = GenericAlias(list, (_shape("Row", cells),)) | None
        if zone is not None:
            kinds[MOMENT] = datetime | None
        self._decode = msgspec.json.Decoder(_shape("Facts", kinds)).decode
        self._spans = [name for name in kinds if scope.types.get(name) == "duration"]
        self._row_spans = [
            (table, column)
            for table, columns in rows.items()
            for column in columns
            if scope.rows[table].types.get(column) == "duration"
        ]

    def __call__(self, stored: bytes | str) -> Facts:
        """Return the facts of these names in one stored document."""
        try:
            facts: Facts = self._decode(stored)
        except msgspec.ValidationError:  # a value of a type that its field has no longer
            whole = msgspec.json.decode(stored)
            return facts_from_json(self._scope, whole, self._zone or UTC)
        if self._zone is not None and facts.get(MOMENT) is not None:
            facts[MOMENT] = facts[MOMENT].astimezone(self._zone)
        for name in self._spans:
            facts[name] = _duration(facts.get(name))
        for table, column in self._row_spans:
            for row in facts.get(table) or ():
                row[column] = _duration(row.get(column))
        return facts


def _shape(name: str, kinds: Mapping[str, Any]) -> Any:
    """Return a typed dictionary none of whose keys is required."""
    make: Any = TypedDict
    return make(name, dict(kinds), total=False)
