"""What an import map says of a migration: its source, approvals, attachments, what has to agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class FromConnection:
    """Where a migration reads: an entity of a connection; `rows` is its member with the lines."""

    connection: str
    entity: str
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """One act of the source's own history of a record, from columns of its head.

    `act` is what it is called; `by`, `at` and `words` name columns. An act nobody took, with
    neither `by` nor `at` filled, is none.
    """

    act: Text
    by: str = ""
    at: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRows:
    """The source's history of a record, a row for each act: of a file, or of a member `rows`.

    `join` names the column that both files share; the others name columns of the rows.
    """

    act: str
    by: str
    at: str
    words: str = ""
    file: str = ""
    rows: str = ""
    join: str = ""


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files that go with a record: their names stand in `column`, parted by `;`, for field `to`."""

    to: str
    column: str


@dataclass(frozen=True, slots=True)
class Reconcile:
    """What has to be equal in source and library beside the number of records.

    `month` is the field whose month groups the figures, `groups` further fields that do, `sums`
    numbers that are added up (columns of a sub-table as `lines.qty`).
    """

    month: str = ""
    groups: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakingOver:
    """How an import map fills a library of closed records.

    `only` is a condition over the fields of the library: what does not meet it stays where it is
    and is counted as left out. `prefix` stands before the keys of the source, so that those of two
    sources in one library are never the same.
    """

    source: FromConnection | None = None
    approvals: tuple[Approval, ...] = ()
    approval_rows: ApprovalRows | None = None
    attachments: Attachments | None = None
    only: Mapping[str, Any] | None = None
    reconcile: Reconcile = Reconcile()
    prefix: str = ""
