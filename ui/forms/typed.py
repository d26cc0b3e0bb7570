"""What a person typed into a form: decoded by WTForms, kept as it came, handed to the door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, Field as Input, SelectMultipleField, StringField
from wtforms.form import BaseForm

from seamline.metadata import Field

from .uploads import Kept, keep, read_token

# A row number stands in each name of a row: `lines.3.qty`. Numbers may leave gaps.
_ROW = re.compile(r"([a-z][a-z0-9_]*)\.([0-9]{1,6})\._id")
FILES = frozenset({"attachment", "image", "signature"})
Typed = dict[str, Any]


@dataclass(slots=True)
class TypedRow:
    """One row of a sub-table as typed; `number` is its number in the names, not its position."""

    number: int
    id: str = ""
    cells: Typed = field(default_factory=dict)


class _Files(Input):
    """Files sent now, and signed tokens of files sent with an earlier attempt."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        kept = [read_token(word) for word in valuelist if isinstance(word, str)]
        sent = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.data = [file for file in kept if file is not None] + [keep(item) for item in sent]


def _input(column: Field) -> Any:
    """Return the WTForms field that decodes a kind; checking is left to the door."""
    if column.kind == "boolean":
        return BooleanField(false_values=("", "false"))
    if column.kind == "multi_choice":
        return SelectMultipleField(choices=[], validate_choice=False)
    if column.kind in FILES:
        return _Files()
    return StringField()


def decode(fields: Iterable[Field], sent: MultiDict[str, Any]) -> Typed:
    """Return what was typed into `fields`, by field id; rows of sub-tables in their order."""
    plain = [one for one in fields if one.kind != "table"]
    typed = _cells(plain, sent, "")
    for one in fields:
        if one.kind == "table":
            typed[one.id] = list(_rows(one, sent))
    return typed


def _cells(fields: Iterable[Field], sent: MultiDict[str, Any], prefix: str) -> Typed:
    # A form is built from a dict: ids such as `process` or `data` would break class attributes.
    form = BaseForm({one.id: _input(one) for one in fields}, prefix=prefix)
    form.process(sent)
    return {name: _emptied(one.data) for name, one in form._fields.items()}


def _emptied(data: Any) -> Any:
    return "" if data is None else data


def _rows(table: Field, sent: MultiDict[str, Any]) -> Iterator[TypedRow]:
    for name in sent:
        found = _ROW.fullmatch(name)
        if found is None or found[1] != table.id:
            continue
        prefix = f"{table.id}.{found[2]}."
        yield TypedRow(int(found[2]), str(sent.get(name, "")), _cells(table.fields, sent, prefix))


def blank(value: Any) -> bool:
    """Return whether nothing was typed into a control."""
    return value in ("", None, False) or value == []


def is_blank(row: TypedRow) -> bool:
    """Return whether a new row was left untouched; such a row is not sent to the door."""
    return not row.id and all(blank(value) for value in row.cells.values())


def for_door(fields: Iterable[Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed values as the door reads them: strings, lists, rows with their `_id`."""
    values: dict[str, Any] = {}
    for one in fields:
        if one.id not in typed:
            continue
        value = typed[one.id]
        if one.kind == "table":
            values[one.id] = [_row_for_door(one, row) for row in value if not is_blank(row)]
        else:
            values[one.id] = _value_for_door(value)
    return values


def _row_for_door(table: Field, row: TypedRow) -> dict[str, Any]:
    cells = for_door(table.fields, row.cells)
    return cells | ({"_id": row.id} if row.id else {})


def _value_for_door(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], Kept):
        return [file.as_json() for file in value]
    return value
