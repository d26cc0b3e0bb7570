"""Bringing promises in line with what is published: open lines take, all others give back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Record
from seamline.metadata import Package
from seamline.promising import Lines
from seamline.promising.needs import Need, need_of, rows_of
from seamline.store import Query, Unit

from ..desk import Desk
from ..submitting.promising import ask, kept_parts

T = TypeVar("T")
TOGETHER = 100  # records in one transaction


@dataclass(frozen=True, slots=True)
class Filled:
    """How many lines were promised that took nothing, and how many gave back what they took."""

    promised: int = 0
    released: int = 0


def follow(desk: Desk, before: Sequence[Package]) -> Filled:
    """Bring in line what changed since the packages `before`, if they promised anything else."""
    known = {promise.id: promise for package in before for promise in package.promises}
    now = desk.catalogs.current().promises
    changed = {id_ for id_, pool in now.items() if known.get(id_) != pool.model.promise}
    gone = known.keys() - now.keys()
    return fill(desk, changed | gone) if changed or gone else Filled()


def fill(desk: Desk, pools: Collection[str] | None = None) -> Filled:
    """Promise open lines that take nothing, the oldest record first; end what is over.

    `pools` names the promises to look at, all where None.
    """
    catalog = desk.catalogs.current()
    released = 0
    with desk.store.reading() as unit:
        taken = unit.promises.records(pools)
    for part in _parts(taken):
        with desk.store.unit() as unit:
            unit.promises.hold()
            released += sum(_release(unit, catalog, *one) for one in part)
    promised = 0
    for form, every in catalog.promised.items():
        for lines in every:
            if pools is not None and lines.pool.id not in pools:
                continue
            with desk.store.reading() as unit:
                waiting = list(_waiting(unit, catalog, form, lines))
            for some in _parts(waiting):
                with desk.store.unit() as unit:
                    unit.promises.hold()
                    promised += sum(_fill(unit, catalog, form, lines, id_) for id_ in some)
    return Filled(promised, released)


def _parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), TOGETHER):
        yield whole[start : start + TOGETHER]


def _waiting(unit: Unit, catalog: Catalog, form: str, lines: Lines) -> Iterator[str]:
    """Yield the ids of records with a line that takes nothing."""
    model = catalog.forms[form]
    for record in unit.records.stream(model.tables, Query(sort=("_created_at", "_id"))):
        if lines.is_open(model, record.state, record.values) and _missing(unit, lines, record):
            yield record.id


def _missing(unit: Unit, lines: Lines, record: Record) -> dict[int, Need]:
    """Return what the lines of a record need that take nothing."""
    line = lines.model.line
    taken = {part.line for part in unit.promises.of_record(record.id)}
    needs = {
        place: need_of(line, row, record.values)
        for place, row in enumerate(rows_of(line, record.values, record.id))
        if row.id not in taken
    }
    return {place: need for place, need in needs.items() if need is not None}


def _fill(unit: Unit, catalog: Catalog, form: str, lines: Lines, id_: str) -> int:
    record = unit.records.get(catalog.forms[form].tables, id_, lock=True)
    if record is None or not _open(catalog, lines, record):
        return 0
    needs = _missing(unit, lines, record)
    found = ask(unit, catalog, lines, needs)
    fresh = {place: (needs[place], promised) for place, promised in found.items()}
    parts = list(kept_parts(record, lines, fresh, clock.now()))
    unit.promises.add(parts)
    return len({part.line for part in parts})


def _release(unit: Unit, catalog: Catalog, form: str, id_: str) -> int:
    """End what lines of a record take that no promise knows, or that are over."""
    promised = catalog.promised.get(form, ())
    record = unit.records.get(catalog.forms[form].tables, id_) if promised else None
    stays = {
        (lines.pool.id, row.id)
        for lines in promised
        if record is not None and _open(catalog, lines, record)
        for row in rows_of(lines.model.line, record.values, record.id)
    }
    over = {
        part.line for part in unit.promises.of_record(id_) if (part.pool, part.line) not in stays
    }
    unit.promises.drop(over)
    return len(over)


def _open(catalog: Catalog, lines: Lines, record: Record) -> bool:
    model = catalog.forms[record.form]
    return record.archived_at is None and lines.is_open(model, record.state, record.values)
