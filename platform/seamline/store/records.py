"""Records: written whole, read whole, found by what people call them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from seamline.conditions.node import Node
from seamline.facts import Record, Ref, Row, Value
from seamline.problems import Refused
from seamline.text import Text

from . import ahead, finding, meeting, pages
from .among import Among
from .assemble import Assembly, Joins, record_of, system_columns
from .batch import NAMED, RECORDS, Batch
from .bulk import Bulk
from .clashes import clash
from .finding import Found, RecordHead
from .pages import Page, Query
from .platform_columns import moving, steady_columns, system_row
from .shapes import Cell
from .tables import FormTables
from .types import Exact, storable
from .ulid import is_ulid, ulid


class Records:
    """The records of every form, inside one transaction."""

    def __init__(self, connection: Connection, writes: bool, batch: Batch | None = None) -> None:
        self._connection = connection
        self._writes = writes
        self._batch = batch or Batch(connection)

    def insert(self, tables: FormTables, record: Record) -> None:
        """Store a new record with its rows; raises Refused 409 where a unique value is taken."""
        ahead.inserted(self._batch, tables, record)
        self._batch.add(("insert", tables), partial(self.insert_all, tables), record)

    def insert_all(self, tables: FormTables, records: Sequence[Record]) -> None:
        """Store new records of one form with their rows, a statement per table."""
        main = [system_row(one) | _stored(tables.cells, tables.main, one.values) for one in records]
        try:
            _inserting(tables, tables.main).run(self._connection, main)
            for table, child in tables.children.items():
                rows = [row for one in records for row in self._child_rows(tables, table, one)]
                if rows:
                    _inserting(tables, child).run(self._connection, rows)
        except IntegrityError as error:
            raise clash(tables, error) from error

    def update(
        self,
        tables: FormTables,
        record: Record,
        expected_version: int,
        changed: Collection[str] | None = None,
        before: Record | None = None,
    ) -> None:
        """Store a record's new values where it still stands at `expected_version`.

        `changed` names the fields to write (all where None); what the platform adds is written
        where it is not as it was `before`, and all of it where that is None: a column that is
        not named costs no index. Raises Refused 412 where somebody else was first, 409 where a
        unique value is taken.
        """
        names = None if changed is None else frozenset(changed)
        steady = () if before is None else steady_columns(before, record)
        ahead.updated(self._batch, tables, record)
        write = partial(self._update_all, tables, names, steady)
        self._batch.add(("update", tables, names, steady), write, (record, expected_version))

    def _update_all(
        self,
        tables: FormTables,
        changed: frozenset[str] | None,
        steady: Sequence[str],
        moved: Sequence[tuple[Record, int]],
    ) -> None:
        cells = tables.cells
        if changed is not None:
            cells = {name: cell for name, cell in cells.items() if name in changed}
        rows = []
        for record, version in moved:
            row = moving(record)
            for name in steady:
                del row[name]
            row |= _stored(cells, tables.main, record.values)
            rows.append(row | {"this_id": record.id, "this_version": version})
        try:
            if _updating(tables).run(self._connection, rows) != len(rows):
                raise _moved_on(moved[0][0])
            for table in tables.children:
                if changed is None or table in changed:
                    self._replace_rows(tables, table, [record for record, _ in moved])
        except IntegrityError as error:
            raise clash(tables, error) from error

    def _replace_rows(self, tables: FormTables, table: str, records: Sequence[Record]) -> None:
        parents = [{"parent": record.id} for record in records]
        self._connection.execute(_delete_rows(tables, table), parents)
        stored = [row for record in records for row in self._child_rows(tables, table, record)]
        if stored:
            _inserting(tables, tables.children[table]).run(self._connection, stored)

    @staticmethod
    def _child_rows(tables: FormTables, table: str, record: Record) -> list[dict[str, Any]]:
        child, cells = tables.children[table], tables.child_cells[table]
        return [
            {"_id": row.id or ulid(record.updated_at), "_parent": record.id, "_position": position}
            | _stored(cells, child, row.values)
            for position, row in enumerate(_rows(record.values.get(table)))
        ]

    def get(self, tables: FormTables, word: str, *, lock: bool = False) -> Record | None:
        """Return a record by its id, code or key, archived ones too; None where there is none.

        `lock` makes other writers of this record wait until the transaction ends.
        """
        fetched: dict[str, Record] = self._batch.known(RECORDS).get(tables, {})
        known = fetched.get(word)
        if known is not None:
            return known
        for column in _names(tables, word) if storable(word) else ():
            statement = _select_one(tables, column)
            if lock:
                statement = statement.with_for_update(of=tables.main)
            cell = tables.cells.get(column)
            value: Any = word if cell is None else finding.in_column(cell, word)
            row = self._connection.execute(statement, {"word": value}).one_or_none()
            if row is not None:
                return self._whole(tables, [row])[0]
        return None

    def foresee(self, tables: FormTables, ids: Collection[str]) -> list[Record]:
        """Fetch records by id for the batch that is open, held like those that `get` locks."""
        statement = _select_some(tables)
        if self._writes:
            statement = statement.with_for_update(of=tables.main)
        known = self._batch.known(RECORDS).setdefault(tables, {})
        lacking = sorted({id for id in ids if id not in known})
        for start in range(0, len(lacking), finding.WORDS_AT_ONCE):
            asked = {"ids": lacking[start : start + finding.WORDS_AT_ONCE]}
            rows = self._connection.execute(statement, asked).all()
            known |= {record.id: record for record in self._whole(tables, rows)}
        return [known[id] for id in ids if id in known]

    def _whole(self, tables: FormTables, rows: Sequence[Any]) -> list[Record]:
        """Return the records of some rows, with the rows of their sub-tables."""
        assembly = _assembly(tables)[1]
        found = {row[0]: assembly.values(row) for row in rows}
        if found:
            self._add_rows(tables, tables.children, found)
        return [record_of(tables.form.id, row, found[row[0]]) for row in rows]

    def _add_rows(
        self, tables: FormTables, wanted: Collection[str], records: dict[str, dict[str, Value]]
    ) -> None:
        for table in wanted:
            pages.add_rows(self._connection, tables, table, records)

    def resolve(
        self,
        tables: FormTables,
        words: Collection[str],
        fields: Sequence[str] = (),
        by: str | None = None,
    ) -> dict[str, Found]:
        """Find the records that `words` name: by key, code or id, or by the field `by`.

        `fields` are read along, platform columns such as `_tracking` among them. A record in use
        wins over an archived one of the same name; unknown words are missing in the answer.
        """
        if not self._batch.open:
            return finding.resolve(self._connection, tables, words, fields, by)
        key = _asked_along(tables, tuple(fields), by)
        named: dict[str, Found | None] = self._batch.known(NAMED).get(key, {})
        lacking = [word for word in words if word not in named]
        if lacking:
            hits = finding.resolve(self._connection, tables, lacking, fields, by)
            named = self._batch.known(NAMED).setdefault(key, {})
            named |= {word: hits.get(word) for word in lacking}
        return {word: hit for word in words if (hit := named.get(word)) is not None}

    def equal(
        self, tables: FormTables, wanted: Mapping[str, Value], except_id: str = ""
    ) -> list[RecordHead]:
        """Return up to ten records, archived ones too, whose fields have just these values.

        Inside a write the values stay reserved until it ends: nobody else can store a record
        with the same ones meanwhile without seeing this one.
        """
        if ahead.free(self._batch, tables, wanted):
            return []
        return finding.equal(self._connection, tables, wanted, except_id, self._writes)

    def foresee_free(
        self, tables: FormTables, names: Sequence[str], wanted: Collection[Mapping[str, Value]]
    ) -> None:
        """Find out for the batch that is open which values of some fields no record has.

        They are reserved like those that `equal` asks about.
        """
        ahead.foresee_free(self._connection, self._batch, tables, names, wanted, self._writes)

    def page(self, tables: FormTables, query: Query) -> Page:
        """Return one page of a list; raises Refused 400 for a broken cursor or unknown field."""
        return pages.page(self._connection, tables, query)

    def counts(self, tables: FormTables, queries: Sequence[Query], most: int) -> list[int]:
        """Return how many records match each query, none counted beyond `most`."""
        return pages.counts(self._connection, tables, queries, most)

    def stream(self, tables: FormTables, query: Query) -> Iterator[Record]:
        """Yield every record that matches, whole with its rows, in the order of the query."""
        return pages.stream(self._connection, tables, query)

    def search(
        self,
        tables: FormTables,
        words: str,
        limit: int = 20,
        within: Node | None = None,
        named: bool = True,
    ) -> tuple[Ref, ...]:
        """Return the records in use whose key or name looks like `words`, best first.

        `within` limits it to some records; without `named` their names are neither looked at nor
        given.
        """
        test = None
        if within is not None:
            joins = Joins(tables, tables.main, tables.cells)
            test = meeting.met(joins, within, self._connection)
        return finding.search(self._connection, tables, words, limit, test, named)

    def meeting(
        self, tables: FormTables, records: Collection[str], conditions: Sequence[Node]
    ) -> dict[str, tuple[bool, ...]]:
        """Return for each record, by its id, which of some conditions it meets."""
        return meeting.meeting(self._connection, tables, records, conditions)

    def tracked(self, tables: Sequence[FormTables], tracking: str) -> list[RecordHead]:
        """Return every record that carries the tracking code, form by form, oldest first."""
        return finding.tracked(self._connection, tables, tracking)


def _asked_along(
    tables: FormTables, fields: tuple[str, ...], by: str | None
) -> tuple[frozenset[str], FormTables, tuple[str, ...], str | None]:
    """Return under which key a batch knows words with some fields: first the forms of them."""
    leads: frozenset[str] | None = tables.memory.get(("leads", fields))
    if leads is None:
        cells = [tables.cells[name] for name in fields if name in tables.cells]
        leads = frozenset({tables.form.id, *(cell.target for cell in cells)})
        tables.memory["leads", fields] = leads
    return leads, tables, fields, by


def _stored(cells: Mapping[str, Cell], table: Table, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return what goes into the columns of `cells`; raises ValueError for what would not fit."""
    stored: dict[str, Any] = {}
    for name, cell in cells.items():
        value: Any = values.get(name)
        if value == ():
            value = None  # an empty list is kept as absence: a condition reads both alike
        if value is not None:
            if cell.write is not None:
                value = cell.write(value)
            if cell.shape.type == "decimal":
                kept = table.c[name].type
                if not isinstance(kept, Exact) or not kept.fits(value):
                    raise ValueError(f"{table.name}.{name}: {value} has too many digits")
            elif cell.target and not (value.id if isinstance(value, Ref) else value):
                raise ValueError(f"{table.name}.{name}: the reference is not resolved")
        stored[name] = value
    return stored


def _rows(value: Value) -> Iterator[Row]:
    if isinstance(value, tuple):
        yield from (row for row in value if isinstance(row, Row))


def _names(tables: FormTables, word: str) -> Iterator[str]:
    """Yield the columns in which `word` may name a record, the likeliest first."""
    if is_ulid(word):
        yield "_id"
    if tables.form.code is not None:
        yield "_code"
    key = str(tables.key.key)
    if key not in ("_id", "_code"):
        yield key


def _assembly(tables: FormTables) -> tuple[Joins, Assembly]:
    """Return how whole records are read, built once per form."""
    kept: tuple[Joins, Assembly] | None = tables.memory.get("whole")
    if kept is None:
        joins = Joins(tables, tables.main, tables.cells)
        start = len(system_columns(tables.main))
        kept = tables.memory["whole"] = joins, Assembly(joins, tables.cells, start)
    return kept


def _select_one(tables: FormTables, column: str) -> Select[Any]:
    kept: Select[Any] | None = tables.memory.get(f"one {column}")
    if kept is None:
        joins, assembly = _assembly(tables)
        kept = (
            select(*system_columns(tables.main), *assembly.columns)
            .select_from(joins.source())
            .where(tables.main.c[column] == bindparam("word"))
        )
        tables.memory[f"one {column}"] = kept
    return kept


def _select_some(tables: FormTables) -> Select[Any]:
    kept: Select[Any] | None = tables.memory.get("some")
    if kept is None:
        joins, assembly = _assembly(tables)
        id = tables.main.c["_id"]
        kept = (
            select(*system_columns(tables.main), *assembly.columns)
            .select_from(joins.source())
            .where(Among(id, "ids"))
            .order_by(id)
        )
        tables.memory["some"] = kept
    return kept


def _inserting(tables: FormTables, table: Table) -> Bulk:
    kept: Bulk | None = tables.memory.get(("insert", table.name))
    if kept is None:
        kept = tables.memory["insert", table.name] = Bulk(insert(table))
    return kept


def _updating(tables: FormTables) -> Bulk:
    kept: Bulk | None = tables.memory.get("update")
    if kept is None:
        main = tables.main
        wanted = update(main).where(
            main.c["_id"] == bindparam("this_id"), main.c["_version"] == bindparam("this_version")
        )
        kept = tables.memory["update"] = Bulk(wanted)
    return kept


def _delete_rows(tables: FormTables, table: str) -> Any:
    kept = tables.memory.get(f"delete {table}")
    if kept is None:
        child = tables.children[table]
        kept = delete(child).where(child.c["_parent"] == bindparam("parent"))
        tables.memory[f"delete {table}"] = kept
    return kept


def _moved_on(record: Record) -> Refused:
    return Refused.one(
        "version_moved_on",
        Text(
            f"记录 {record.code or record.id} 已被他人修改。",
            f"Record {record.code or record.id} was changed by somebody else meanwhile.",
        ),
        status=412,
        hint=Text("请刷新后重新修改。", "Load it again and repeat the change."),
    )
