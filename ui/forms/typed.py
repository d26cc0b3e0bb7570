"""What a person typed into a form: decoded, kept as it came, handed to the door."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest

from seamline.fields import kind_of
from seamline.metadata import Field

from .uploads import Kept, keep, read_token

# A row number stands in each name of a row: `lines.3.qty`. Numbers may leave gaps.
_ROW = re.compile(r"([a-z][a-z0-9_]*)\.([0-9]{1,6})\._id")
FILES = frozenset({"attachment", "image", "signature"})
LISTS = FILES | {"multi_choice"}
# What a page sends beside a photo that has to be proof: `photo.place`, `photo.device` ...
CAPTURE = ("place", "device", "taken_at", "live")
Typed = dict[str, Any]
Sent = MultiDict[str, Any]
Readers = list[tuple[str, Callable[[Sequence[Any]], Any]]]


@dataclass(slots=True)
class TypedRow:
    """One row of a sub-table as typed; `number` is its number in the names, not its position."""

    number: int
    id: str = ""
    cells: Typed = field(default_factory=dict)


_NO_STARTS: Mapping[str, TypedRow] = MappingProxyType({})


def _files(words: Sequence[Any]) -> list[Kept]:
    """Return files sent now, and files sent with an earlier attempt by their signed tokens."""
    kept = [read_token(word) for word in words if isinstance(word, str)]
    sent = [one for one in words if isinstance(one, FileStorage) and one.filename]
    return [file for file in kept if file is not None] + [keep(one) for one in sent]


def _ticked(words: Sequence[Any]) -> bool:
    return bool(words) and words[0] not in ("", "false")


def _line(words: Sequence[Any]) -> str:
    return words[0] if words and isinstance(words[0], str) else ""


def reader(one: Field) -> Callable[[Sequence[Any]], Any]:
    """Return what decodes the words sent for a field; checking is left to the door."""
    if one.kind in FILES:
        return _files
    if one.kind == "multi_choice":
        return lambda words: [word for word in words if isinstance(word, str)]
    return _ticked if one.kind == "boolean" else _line


def _readers(table: Field) -> Readers:
    """Return what decodes each column that a person fills."""
    return [(one.id, reader(one)) for one in table.fields if kind_of(one).written]


def decode(fields: Iterable[Field], sent: Sent) -> Typed:
    """Return what was typed into `fields`, by field id; rows of sub-tables in their order.

    Raises BadRequest where the rows that waited outside the window did not come back as they went.
    """
    typed: Typed = {}
    for one in fields:
        if one.kind == "table":
            typed[one.id] = list(_rows(one, sent))
        else:
            typed[one.id] = reader(one)(sent.getlist(one.id))
        if one.settings.get("proof") is not None:
            capture = {part: str(sent.get(f"{one.id}.{part}", "")) for part in CAPTURE}
            told = {part: word for part, word in capture.items() if word}
            typed[one.id] = [file.told(told) for file in typed[one.id]]
    return typed


def _rows(table: Field, sent: Sent) -> Iterator[TypedRow]:
    """Yield the rows of a table: those before the window, those in it, those after it."""
    readers = _readers(table)
    waiting = _waiting(table, str(sent.get(f"{table.id}._rows", "")))
    yield from waiting["before"]
    for number in _numbers(table, sent):
        prefix = f"{table.id}.{number}."
        cells = {name: read(sent.getlist(prefix + name)) for name, read in readers}
        yield TypedRow(number, str(sent.get(f"{prefix}_id", "")), cells)
    yield from waiting["after"]


def _numbers(table: Field, sent: Sent) -> list[int]:
    """Return the numbers of the rows in the window, in their order: as they came, or as said.

    A draft is put together of many small changes, so that its names come in no order.
    """
    found = (_ROW.fullmatch(name) for name in sent)
    numbers = [int(one[2]) for one in found if one is not None and one[1] == table.id]
    said = str(sent.get(f"{table.id}._order", "")).split()
    places = {word: place for place, word in enumerate(said)}
    return sorted(numbers, key=lambda number: places.get(str(number), len(places)))


def _waiting(table: Field, text: str) -> dict[str, list[TypedRow]]:
    """Return the rows that were not drawn, by the side of the window on which they stand."""
    if not text:
        return {"before": [], "after": []}
    try:
        told = json.loads(text)
        readers = _readers(table)
        return {side: [_row(readers, one) for one in told[side]] for side in ("before", "after")}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadRequest(f"{table.id}._rows") from error


def _row(readers: Readers, told: Any) -> TypedRow:
    number, identity, cells = told
    if type(number) is not int or not isinstance(identity, str):
        raise ValueError(told)
    typed = {}
    for name, read in readers:
        word = cells.get(name)
        if word is True:  # a tick
            word = "true"
        typed[name] = read(word if isinstance(word, list) else [] if word is None else [word])
    return TypedRow(number, identity, typed)


def blank(value: Any) -> bool:
    """Return whether nothing was typed into a control."""
    return value in ("", None, False) or value == []


def is_blank(row: TypedRow, starts: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """Return whether a new row was left as it began; such a row is not sent to the door."""
    return not row.id and all(
        blank(value) or value == starts.get(name) for name, value in row.cells.items()
    )


def for_door(
    fields: Iterable[Field], typed: Mapping[str, Any], starts: Mapping[str, TypedRow] = _NO_STARTS
) -> dict[str, Any]:
    """Return typed values as the door reads them: strings, lists, rows with their `_id`.

    `starts` is what a new row of each sub-table begins with.
    """
    values: dict[str, Any] = {}
    for one in fields:
        if one.id not in typed:
            continue
        value = typed[one.id]
        if one.kind == "table":
            begun = starts[one.id].cells if one.id in starts else {}
            rows = [row for row in value if not is_blank(row, begun)]
            values[one.id] = [_row_for_door(one, row) for row in rows]
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
