"""Sub-table: rows of a record, each with the same columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from seamline.facts import Row, Value
from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.text import Text

from .fragments import count
from .kind import Column, Invalid, Kind, Reading, invalid, seen

MOST = 500
LIMIT = 5000
ROW_ID = "_id"  # how a row that is already stored names itself in JSON
ID_LENGTH = 26
_LONGEST = 2_000_000


def most_of(field: Field) -> int:
    """Return the most rows the table takes."""
    return int(field.settings.get("max_rows", MOST))


def is_blank(raw: Any) -> bool:
    """Say whether an input means that nothing was entered."""
    return raw is None or raw == "" or raw == [] or (isinstance(raw, str) and not raw.strip())


def rows_of(field: Field, raw: Any) -> list[Mapping[str, Any]]:
    """Return the raw rows without blank ones at the end; raise Invalid where they are not rows."""
    if isinstance(raw, str) and len(raw) <= _LONGEST:
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise _not_rows(raw) from None
    if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
        raise _not_rows(raw)
    rows = list(raw)
    while rows and all(is_blank(cell) for cell in rows[-1].values()):
        rows.pop()
    if len(rows) > most_of(field):
        raise invalid(
            "too_many_rows",
            f"最多 {most_of(field)} 行，收到 {len(rows)} 行。",
            f"At most {most_of(field)} rows, got {len(rows)}.",
            rows,
        )
    return rows


def _not_rows(raw: Any) -> Invalid:
    return invalid(
        "rows_expected",
        f"应为行的列表，收到 {seen(raw)}。",
        f"Expected a list of rows, got {seen(raw)}.",
        raw,
    )


def check(field: Field) -> list[Problem]:
    """Return a problem where `min_rows` is above `max_rows`."""
    least = field.settings.get("min_rows", 0)
    if least <= most_of(field):
        return []
    say = Text(
        f"最少 {least} 行多于最多 {most_of(field)} 行。",
        f"{least} rows at least, {most_of(field)} at most.",
    )
    return [Problem("bounds_crossed", say, Place("min_rows"), got=str(least))]


def kind_with(kinds: Mapping[str, Kind]) -> Kind:
    """Return the sub-table kind whose columns may be of `kinds`."""
    to_json = partial(_to_json, kinds)
    return Kind(
        name="table",
        title=Text("子表", "Sub-table"),
        value_type=lambda _field: "table",
        column=lambda _field: Column("none"),
        parse=partial(_parse, kinds),
        to_json=to_json,
        to_text=lambda field, value: json.dumps(to_json(field, value), ensure_ascii=False),
        show=_show,
        value_schema=partial(_value_schema, kinds),
        widget="table",
        icon="table",
        settings={
            "min_rows": count("最少行数。", "Fewest rows.", 0, LIMIT, 0),
            "max_rows": count("最多行数。", "Most rows.", 1, LIMIT, MOST),
        },
        operators=(),
        check=check,
        in_tables=False,
    )


def _parse(kinds: Mapping[str, Kind], field: Field, raw: Any, reading: Reading) -> Value:
    """Read rows; the first problem is raised, its place relative to the table."""
    columns = {column.id: column for column in field.fields}
    rows = []
    for number, raw_row in enumerate(rows_of(field, raw), 1):
        values: dict[str, Value] = dict.fromkeys(columns)
        for name, cell in raw_row.items():
            if name == ROW_ID:
                continue
            column = columns.get(name)
            if column is None:
                raise _in_row(number, _unknown(name))
            try:
                blank = is_blank(cell)
                values[name] = None if blank else kinds[column.kind].parse(column, cell, reading)
            except Invalid as error:
                raise _in_row(number, error, name) from None
        rows.append(Row(values, _id_of(raw_row, number)))
    return tuple(rows)


def _id_of(raw_row: Mapping[str, Any], number: int) -> str:
    given = raw_row.get(ROW_ID)
    if given is None or (isinstance(given, str) and len(given) <= ID_LENGTH):
        return given or ""
    say = f"没有这一行：{seen(given)}。", f"There is no row {seen(given)}."
    raise _in_row(number, invalid("unknown_row", *say, given), ROW_ID)


def _to_json(kinds: Mapping[str, Kind], field: Field, value: Value) -> Any:
    rows = value if isinstance(value, tuple) else ()
    return [_row_to_json(kinds, field, row) for row in rows if isinstance(row, Row)]


def _row_to_json(kinds: Mapping[str, Kind], field: Field, row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {ROW_ID: row.id} if row.id else {}
    for column in field.fields:
        cell = row.values.get(column.id)
        shown[column.id] = None if cell is None else kinds[column.kind].to_json(column, cell)
    return shown


def _value_schema(kinds: Mapping[str, Kind], field: Field) -> dict[str, Any]:
    cells = {column.id: kinds[column.kind].value_schema(column) for column in field.fields}
    return {
        "type": "array",
        "maxItems": most_of(field),
        "items": {
            "type": "object",
            "properties": {ROW_ID: {"type": "string"}, **cells},
            "additionalProperties": False,
        },
    }


def _unknown(name: Any) -> Invalid:
    return invalid(
        "unknown_field", f"没有字段“{seen(name)}”。", f"There is no field '{seen(name)}'.", name
    )


def _in_row(number: int, error: Invalid, name: str = "") -> Invalid:
    path = f"[{number}].{name}" if name else f"[{number}]"
    return Invalid(error.problem.at(Place(path)))


def _show(_field: Field, value: Value, reading: Reading) -> str:
    rows = len(value) if isinstance(value, tuple) else 0
    return Text(f"{rows} 行", "1 row" if rows == 1 else f"{rows} rows").in_(reading.language)
