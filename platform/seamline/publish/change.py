"""What a publication would change, said in words and SQL before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from seamline.metadata import Package
from seamline.problems import Problem
from seamline.store.engine import DialectName
from seamline.text import Text

if TYPE_CHECKING:
    from alembic.operations.ops import MigrateOperation

ChangeKind = Literal[
    "create_table", "add_column", "add_index", "drop_index", "archive_column", "archive_table",
    "revive_column", "revive_table", "widen_text", "narrow_text", "change_kind", "require",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """That a column (or a table, where `column` is empty) is out of use, or back in use."""

    table: str
    column: str
    form: str
    field: str
    shape: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change to the database.

    `rows` counts the records it touches or must look at; `seconds` is a rough estimate of its
    duration, `blocks` whether writers wait for that long. `operations` run in the transaction of
    the publication, `links` in it too but when every table is there, `afterwards` outside it, one
    by one (PostgreSQL only).
    """

    kind: ChangeKind
    table: str
    words: Text
    rows: int = 0
    seconds: float = 0.0
    blocks: bool = False
    operations: tuple[MigrateOperation, ...] = ()
    links: tuple[MigrateOperation, ...] = ()
    afterwards: tuple[MigrateOperation, ...] = ()
    marks: tuple[Mark, ...] = ()
    dialect: DialectName = "sqlite"

    @property
    def sql(self) -> str:
        """Return the statements, written down only where somebody wants to read them."""
        from .operations import as_sql

        return as_sql([*self.operations, *self.links, *self.afterwards], self.dialect)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a publication would do; with an error among `problems` it cannot be applied.

    `version` is the catalog version it was made for: after another publication it is stale.
    """

    before: tuple[Package, ...]
    after: tuple[Package, ...]
    version: int
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def seconds(self) -> float:
        """How long writers wait at most, as estimated."""
        return sum(change.seconds for change in self.changes if change.blocks)
