"""What a batch knows ahead of the records of a form, and what a write makes untrue of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, tuple_

from seamline.facts import Record, Value

from .batch import AT_ONCE, FREE, NAMED, RECORDS, Batch
from .finding import hold_each, in_store, reserved
from .locked import LOCKED
from .tables import FormTables

Stored = tuple[Any, ...]


def inserted(batch: Batch, tables: FormTables, record: Record) -> None:
    """Forget what names a new record: it was looked for in vain, or another one was found.

    What is known of records that are there already stays true.
    """
    if not batch.open:
        return
    for (_leads, of, _fields, by), named in batch.known(NAMED).items():
        if of is tables:
            _unname(tables, record, by, named)
    _taken(batch, tables, record)


def updated(batch: Batch, tables: FormTables, record: Record) -> None:
    """Forget a record that is about to change, and whatever was read along with a way to it."""
    if not batch.open:
        return
    form = tables.form.id
    records, named = batch.known(RECORDS), batch.known(NAMED)
    for seen in list(records):
        if form in _led_to(seen):
            del records[seen]
        elif seen is tables:
            records[seen].pop(record.id, None)
    for leads, of, fields, by in [key for key in named if form in key[0]]:
        known = named[leads, of, fields, by]
        if of is tables and not any(of.cells[one].target for one in fields if one in of.cells):
            for word in [word for word, hit in known.items() if hit and hit.ref.id == record.id]:
                del known[word]
            _unname(tables, record, by, known)
        else:
            del named[leads, of, fields, by]
    _taken(batch, tables, record)


def free(batch: Batch, tables: FormTables, wanted: Mapping[str, Value]) -> bool:
    """Return whether it is known that no record has these values."""
    if not batch.open:
        return False
    names = tuple(sorted(wanted))
    known: set[Stored] | None = batch.known(FREE).get((tables, names))
    return known is not None and _stored(tables, names, wanted) in known


def foresee_free(
    connection: Connection,
    batch: Batch,
    tables: FormTables,
    names: Sequence[str],
    wanted: Collection[Mapping[str, Value]],
    reserve: bool,
) -> None:
    """Find out which values of some fields no record has; see `Records.foresee_free`."""
    fields = tuple(sorted(names))
    lacking = sorted({_stored(tables, fields, one) for one in wanted}, key=repr)
    if reserve and lacking:
        words = (dict(zip(fields, one, strict=True)) for one in lacking)
        hold_each(connection, [reserved(tables, one) for one in words])
    known: set[Stored] = batch.known(FREE).setdefault((tables, fields), set())
    for start in range(0, len(lacking), AT_ONCE):
        part = lacking[start : start + AT_ONCE]
        asked: list[Any] = part if len(fields) > 1 else [one for (one,) in part]
        rows = connection.execute(_having(tables, fields), {"asked": asked})
        known.update({*part} - {tuple(row) for row in rows})


def lock_moved(batch: Batch) -> None:
    """Forget what was read along of whether a record is locked."""
    if batch.open:
        named = batch.known(NAMED)
        for key in [key for key in named if LOCKED in key[2]]:
            del named[key]


def _having(tables: FormTables, names: tuple[str, ...]) -> Select[Any]:
    kept: Select[Any] | None = tables.memory.get(("having", names))
    if kept is None:
        columns = [tables.main.c[name] for name in names]
        compared = columns[0] if len(columns) == 1 else tuple_(*columns)
        kept = select(*columns).where(compared.in_(bindparam("asked", expanding=True)))
        tables.memory[("having", names)] = kept
    return kept


def _taken(batch: Batch, tables: FormTables, record: Record) -> None:
    """Note that the values of a record are free no more."""
    for (of, names), known in batch.known(FREE).items():
        if of is tables:
            known.discard(_stored(tables, names, record.values))


def _stored(tables: FormTables, names: Sequence[str], values: Mapping[str, Value]) -> Stored:
    return tuple(
        None if (value := values.get(name)) is None else in_store(tables.cells[name], value)
        for name in names
    )


def _unname(tables: FormTables, record: Record, by: str | None, named: dict[str, Any]) -> None:
    """Drop the words that name a record; all of them where a word is not the value itself."""
    for column in (by,) if by is not None else (str(tables.key.key), "_code", "_id"):
        cell = tables.cells.get(column)
        if column == "_code":
            named.pop(record.code, None)
        elif column == "_id":
            named.pop(record.id, None)
        elif cell is not None and cell.shape.type == "text" and cell.write is None:
            named.pop(str(record.values.get(column)), None)
        else:
            named.clear()


def _led_to(tables: FormTables) -> frozenset[str]:
    """Return the forms whose records are named in records of a form."""
    kept: frozenset[str] | None = tables.memory.get("led to")
    if kept is None:
        cells = [tables.cells, *tables.child_cells.values()]
        targets = {cell.target for one in cells for cell in one.values()}
        kept = tables.memory["led to"] = frozenset(targets - {""})
    return kept
