"""An import map: which column of a file fills which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from seamline.text import Text

from .taking_over import TakingOver

ImportMode = Literal["create", "upsert"]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One column to one field.

    `column` is the header in the file; `to` the field id; `match` names the target form's
    field by which a reference is found (its key where empty); `values` translates cell texts;
    `constant` fills the field without a column.
    """

    to: str
    column: str | None = None
    match: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class LineMap:
    """The sub-table rows of an import: from the same file, or from `file` joined on `join`.

    `join` names the column that both files share; `None` means that one file repeats the header
    columns on every line.
    """

    table: str
    columns: tuple[ColumnMap, ...]
    file: str | None = None
    join: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A saved import into one form; `key` lists the columns that identify a record in the file.

    With `takes_over` it is a migration into a library.
    """

    id: str
    title: Text
    form: str
    columns: tuple[ColumnMap, ...]
    key: tuple[str, ...] = ()
    mode: ImportMode = "create"
    lines: LineMap | None = None
    takes_over: TakingOver | None = None
