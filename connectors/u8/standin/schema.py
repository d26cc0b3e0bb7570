"""The one description of the stand-in's tables: the names, types and keys of U8 13.0."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_COLUMN = re.compile(
    r"(?P<name>\w+) (?P<type>\w+(?:\([\d, ]+\))?)(?P<filled> not null)?"
    r"(?: default (?P<default>.+))?"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as U8 declares it: `type` is the T-SQL type, `default` a literal of SQL."""

    name: str
    type: str
    filled: bool
    default: str

    @property
    def kind(self) -> str:
        """Return the type without its size: `nvarchar`, `decimal`, `datetime`."""
        return self.type.partition("(")[0]


@dataclass(frozen=True, slots=True)
class Index:
    """An index over columns; some are unique, one has the name U8 gave it."""

    columns: tuple[str, ...]
    unique: bool
    name: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its title, columns, key, indexes, and which column is its rowversion."""

    name: str
    title: Mapping[str, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    version: str
    indexes: tuple[Index, ...]

    @property
    def identity(self) -> str:
        """Return the column that the journal names a row by."""
        if self.key:
            return self.key[-1]
        alone = (index.columns[0] for index in self.indexes if index.unique)
        return self.columns[0].name if self.name == "CurrentStock" else next(alone)


@cache
def tables() -> Mapping[str, Table]:
    """Return every table of the stand-in by name."""
    written = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
    return {name: _table(name, raw) for name, raw in written.items()}


def _table(name: str, raw: Mapping[str, object]) -> Table:
    columns, indexes, key = raw["columns"], raw["indexes"], raw["key"]
    assert isinstance(columns, list) and isinstance(indexes, list) and isinstance(key, list)
    return Table(
        name,
        raw["title"] if isinstance(raw["title"], dict) else {},
        tuple(_column(text) for text in columns),
        tuple(key),
        str(raw["version"]),
        tuple(_index(name, text) for text in indexes),
    )


def _column(text: str) -> Column:
    found = _COLUMN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Column(found["name"], found["type"], bool(found["filled"]), found["default"] or "")


def _index(table: str, text: str) -> Index:
    listed, unique, given = text.partition("!")
    columns = tuple(listed.split(","))
    return Index(columns, bool(unique), given or f"ix_{table}_{'_'.join(columns)}"[:60])
