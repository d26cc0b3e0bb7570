"""Where a migration reads: files of rows, or an entity of a connection, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

from seamline.connector import Entity, Page, Reads, Setback
from seamline.forms import FormModel
from seamline.metadata import ApprovalRows, ImportMap
from seamline.problems import Place, Refused, did_you_mean
from seamline.store import Unit
from seamline.text import Text
from seamline.usecases.importing.cells import raw_text
from seamline.usecases.importing.drafts import Draft, Plan, cell_at, draft_of, drafts, fit
from seamline.usecases.importing.source import read_table
from seamline.usecases.spreadsheets import Cell, Line, Table

AT_ONCE = 250  # records in one write transaction: other writers wait about half a second


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a source: its draft, the rows of its own history, and files it brings along."""

    draft: Draft
    history: Sequence[Mapping[str, str]] = ()
    papers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some things of a source, and where reading goes on after them."""

    items: Sequence[Item]
    cursor: Mapping[str, Any]


class Source(Protocol):
    """What a migration reads from."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the columns of the heads."""

    @property
    def plan(self) -> Plan:
        """Return the map fitted to the columns."""

    def count(self) -> int:
        """Return how many things there are to read."""

    def batches(self, cursor: Mapping[str, Any] | None) -> Iterator[Batch]:
        """Yield what comes after a cursor, the first time from the beginning."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a migration as they are kept: head, lines and approvals."""

    table: Table
    detail: Table | None = None
    approvals: Table | None = None


@dataclass(frozen=True, slots=True)
class FileSource:
    """A migration out of files; the cursor counts the records read."""

    files: Files
    plan: Plan
    rows: ApprovalRows | None

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the columns of the heads."""
        return self.files.table.headers

    def count(self) -> int:
        """Return how many records the file holds."""
        return sum(1 for _ in drafts(self.plan, self.files.table))

    def batches(self, cursor: Mapping[str, Any] | None) -> Iterator[Batch]:
        """Yield the records after those that a cursor counts."""
        at = int(cursor["position"]) if cursor else 0
        told = self._history()
        waiting = islice(drafts(self.plan, self.files.table), at, None)
        while part := list(islice(waiting, AT_ONCE)):
            at += len(part)
            items = [Item(draft, told.get(self._joined(draft), ())) for draft in part]
            yield Batch(items, {"position": at})

    def _joined(self, draft: Draft) -> str:
        if self.rows is None or self.rows.join not in self.files.table.headers:
            return ""
        at = self.files.table.headers.index(self.rows.join)
        return str(raw_text(cell_at(draft.line, at))).strip()

    def _history(self) -> Mapping[str, list[dict[str, str]]]:
        table = self.files.approvals
        if table is None or self.rows is None:
            return {}
        at = column_at(table, self.rows.join)
        found: dict[str, list[dict[str, str]]] = {}
        for line in table.rows():
            key = str(raw_text(cell_at(line, at))).strip()
            found.setdefault(key, []).append(told_of(self.rows, table, line))
        return found


@dataclass(frozen=True, slots=True)
class ConnectorSource:
    """A migration out of an entity of a connection; the cursor is the connector's own."""

    connector: Reads
    entity: Entity
    plan: Plan
    rows: str
    told: ApprovalRows | None
    papers: str = ""  # the member with files, if attachments are taken from one

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the members of the entity."""
        return tuple(member.name for member in self.entity.members)

    def count(self) -> int:
        """Return how many things the entity has: all of them are read once."""
        return sum(len(page.changes) for page in self._pages(None, 2_000))

    def batches(self, cursor: Mapping[str, Any] | None) -> Iterator[Batch]:
        """Yield what the connector reads after a cursor."""
        at = int(cursor["position"]) if cursor else 0
        since = cursor["since"] if cursor else None
        for page in self._pages(since, AT_ONCE):
            items = []
            for change in page.changes:
                at += 1
                if not change.deleted:
                    items.append(self._item(at, change.values))
            yield Batch(items, {"position": at, "since": dict(page.cursor)})

    def _pages(self, since: Mapping[str, Any] | None, limit: int) -> Iterator[Page]:
        more = True
        while more:
            try:
                page = self.connector.read(self.entity.name, since, limit)
            except Setback as setback:
                raise Refused((setback.problem,), 502) from setback
            yield page
            since, more = page.cursor, page.more

    def _item(self, number: int, values: Mapping[str, Any]) -> Item:
        papers = papers_in(values, self.papers) if self.papers else {}
        plain = {**values, self.papers: ";".join(papers)} if papers else values
        line = Line(number, tuple(cell_of(plain.get(name)) for name in self.headers))
        rows = [
            Line(place, tuple(cell_of(row.get(name)) for name in row_names(self.entity, self.rows)))
            for place, row in enumerate(values.get(self.rows) or (), 1)
        ]
        history = []
        if self.told is not None and self.told.rows:
            for row in values.get(self.told.rows) or ():
                cells = {name: str(raw_text(cell_of(row.get(name)))) for name in row}
                history.append(_told(self.told, cells))
        return Item(draft_of(self.plan, line, rows), history, papers)


def file_source(model: FormModel, wanted: ImportMap, files: Files) -> FileSource:
    """Return the source of some files; raises Refused 422 naming every column that is missing."""
    rows = wanted.takes_over.approval_rows if wanted.takes_over else None
    return FileSource(files, fit(model.form, wanted, files.table, files.detail), rows)


def connector_source(
    model: FormModel, wanted: ImportMap, connector: Reads, entity: str, rows: str
) -> ConnectorSource:
    """Return the source of an entity; raises Refused 404 where the other system has none."""
    found = entity_named(connector, entity)
    headers = tuple(member.name for member in found.members)
    table = Table(found.name, headers, lambda: iter(()))
    detail = Table(found.name, row_names(found, rows), lambda: iter(())) if rows else None
    plan = fit(model.form, wanted, table, detail, nested=True)
    told = wanted.takes_over.approval_rows if wanted.takes_over else None
    attached = wanted.takes_over.attachments if wanted.takes_over else None
    return ConnectorSource(
        connector, found, plan, rows, told, attached.column if attached is not None else ""
    )


def papers_in(values: Mapping[str, Any], member: str) -> dict[str, bytes]:
    """Return the files that a member of a thing holds, by name: one, or a row for each.

    A member with names as text holds none: these files lie in a folder or an archive.
    """
    held = values.get(member)
    if isinstance(held, bytes):
        return {_file_name(values.get("name"), member): held}
    found: dict[str, bytes] = {}
    for row in held if isinstance(held, (list, tuple)) else ():
        content = next((one for one in row.values() if isinstance(one, bytes)), None)
        if content is not None:
            name = _file_name(row.get("name"), f"{member}-{len(found) + 1}")
            found[name if name not in found else f"{len(found) + 1}-{name}"] = content
    return found


def _file_name(name: Any, usual: str) -> str:
    return str(name or usual).replace(";", "_").replace("；", "_").strip() or usual


def entity_named(connector: Reads, name: str) -> Entity:
    """Return an entity that can be read; raises Refused 404, 502 with what is wrong with it."""
    try:
        known = {one.name: one for one in connector.describe() if one.readable or one.wrong}
    except Setback as setback:
        raise Refused((setback.problem,), 502) from setback
    if name not in known:
        raise Refused.one(
            "unknown_entity",
            Text(f"来源没有“{name}”。", f"The source has no '{name}'."),
            status=404,
            hint=did_you_mean(name, known),
        )
    wrong = known[name].wrong
    if wrong is not None:
        raise Refused((wrong,), 502)
    return known[name]


def row_names(entity: Entity, rows: str) -> tuple[str, ...]:
    """Return the members of the lines of an entity, which are its member `rows`."""
    found = next((member for member in entity.members if member.name == rows), None)
    return tuple(member.name for member in found.rows) if found is not None else ()


def cell_of(value: Any) -> Cell:
    """Return what a connector gives as a cell of a file would hold it."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, (str, int, bool, Decimal, date, time, timedelta)):
        return value
    return str(value)


def column_at(table: Table, name: str) -> int:
    """Return where a column stands; raises Refused 422 where the file has none."""
    if name in table.headers:
        return table.headers.index(name)
    raise Refused.one(
        "unknown_column",
        Text(f"文件没有列“{name}”。", f"The file has no column '{name}'."),
        place=Place(file=table.name, line=1, column=1),
        hint=did_you_mean(name, [header for header in table.headers if header]),
    )


def told_of(rows: ApprovalRows, table: Table, line: Line) -> dict[str, str]:
    """Return one act of the source's history from a row of its file."""
    cells = {
        name: str(raw_text(cell_at(line, place))) if cell_at(line, place) is not None else ""
        for place, name in enumerate(table.headers)
    }
    return _told(rows, cells)


def _told(rows: ApprovalRows, cells: Mapping[str, str]) -> dict[str, str]:
    return {
        "act": cells.get(rows.act, ""),
        "by": cells.get(rows.by, ""),
        "at": cells.get(rows.at, ""),
        "words": cells.get(rows.words, "") if rows.words else "",
    }


def opened(
    unit: Unit, model: FormModel, wanted: ImportMap, kept: Mapping[str, Any], stack: ExitStack
) -> FileSource:
    """Return the source of files that are kept in the workspace."""

    def table(name: str) -> Table | None:
        if not kept.get(name):
            return None
        stream = stack.enter_context(unit.files.open(str(kept[name])))
        return read_table(stream, str(kept[f"{name}_name"]))

    main = table("file")
    assert main is not None
    return file_source(model, wanted, Files(main, table("lines"), table("approvals")))


def without_rows(wanted: ImportMap) -> ImportMap:
    """Return a map without its lines: what can be said of the heads alone."""
    return replace(wanted, lines=None)
