"""The indexes that a form's own metadata asks for: nobody has to tune a list by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from seamline.metadata import Form

from .names import index_name
from .shapes import Cell

DAYS = ("date", "datetime")
PAIRED_FILTERS = 3  # pairs are made of the first so many filters of a list
# PostgreSQL refuses index entries beyond a third of a page; a character takes up to four bytes.
ENTRY_BYTES = 2_600
_UNSIZED_TEXT = 80
_NARROWED_BY = ("_created_by", "_updated_by", "_tracking", "_state")
_SYSTEM_WIDTHS = {"_id": 26, "_code": 100, "_parent": 26}


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """One index: its columns by field id (a leading `-` means descending), in order.

    `partial` leaves archived records out.
    """

    table: str
    columns: tuple[str, ...]
    unique: bool = False
    partial: bool = False
    name: str = field(init=False)

    def __post_init__(self) -> None:
        name = index_name(self.table, self.columns, self.unique, self.partial)
        object.__setattr__(self, "name", name)


def main_indexes(form: Form, table: str, cells: Mapping[str, Cell]) -> Iterator[IndexSpec]:
    """Yield the indexes of a form's own table, none twice."""
    found = dict.fromkeys(_wanted(form, table, cells))
    led = {spec.columns[0].lstrip("-") for spec in found}
    for cell in cells.values():
        if cell.target and cell.field.id not in led:
            found[IndexSpec(table, (cell.field.id,))] = None
    yield from (spec for spec in found if _fits(spec, cells))


def row_indexes(
    form: Form, table: str, cells: Mapping[str, Cell], names: Iterable[str]
) -> Iterator[IndexSpec]:
    """Yield the indexes for lists that roles narrow by `names`: as fast as the whole list."""
    sort = sort_order(form, cells)
    for name in sorted({*names}):
        known = name in cells or name in _NARROWED_BY
        if known and _sortable(name, cells):
            spec = IndexSpec(table, _before(sort, name), partial=True)
            if _fits(spec, cells):
                yield spec


def child_indexes(table: str, cells: Mapping[str, Cell]) -> Iterator[IndexSpec]:
    """Yield the indexes of a sub-table."""
    yield IndexSpec(table, ("_parent", "_position"))
    for cell in cells.values():
        if cell.field.unique:
            spec = IndexSpec(table, ("_parent", cell.field.id), unique=True)
            if _fits(spec, cells):
                yield spec
        if cell.target:
            yield IndexSpec(table, (cell.field.id,))


def _wanted(form: Form, table: str, cells: Mapping[str, Cell]) -> Iterator[IndexSpec]:
    yield IndexSpec(table, ("_code",), unique=True)
    yield IndexSpec(table, ("_tracking",))
    for name, cell in cells.items():
        if cell.field.unique or name == form.key:
            yield IndexSpec(table, (name,), unique=True)
    for duplicate in form.duplicates:
        if all(_sortable(name, cells) for name in duplicate.fields):
            yield IndexSpec(table, duplicate.fields)
    if form.states:
        yield from _of_work(table, cells)
    sort = sort_order(form, cells)
    yield IndexSpec(table, sort, partial=True)
    if form.due is not None:  # what is late, or due soon, among the states that are still open
        due = ("_state", form.due) if form.states else (form.due,)
        yield IndexSpec(table, _before(sort, *due), partial=True)
    if form.board is not None and _sortable(form.board.lane, cells):
        order = tuple(name for name in form.board.sort if _sorts(name.lstrip("-"), cells))
        yield IndexSpec(table, _before(_ended(order or sort[:-1]), form.board.lane), partial=True)
    filters = [name for name in form.list.filters if _sortable(name, cells)]
    for name in filters:
        yield IndexSpec(table, _before(sort, name), partial=True)
    # People sort by the days they filter by: with the day at its end the index alone does that.
    days = [name for name in filters if name in cells and cells[name].shape.type in DAYS][:1]
    for pair in combinations(filters[:PAIRED_FILTERS], 2):
        key = _before(sort, *pair)
        yield IndexSpec(table, (*key, *(day for day in days if day not in key)), partial=True)


def _of_work(table: str, cells: Mapping[str, Cell]) -> Iterator[IndexSpec]:
    """Yield what tells whose a record is and what waits for a reviewer: views of every list.

    Whole ones of one column: SQLite joins several of these where a record may be mine as its
    maker or by a field.
    """
    people = [name for name, cell in cells.items() if cell.field.kind == "person"]
    for name in ("_held", "_created_by", *people):
        yield IndexSpec(table, (name,))


def sort_order(form: Form, cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """Return the list's sort with the id at its end, so that no two records compare equal."""
    return _ended(tuple(name for name in form.list.sort if _sorts(name.lstrip("-"), cells)))


def _ended(sort: tuple[str, ...]) -> tuple[str, ...]:
    return (*sort, "-_id" if sort and sort[-1].startswith("-") else "_id")


def _before(sort: tuple[str, ...], *filters: str) -> tuple[str, ...]:
    return (*filters, *(name for name in sort if name.lstrip("-") not in filters))


def _sortable(name: str, cells: Mapping[str, Cell]) -> bool:
    if name.startswith("_"):
        return True
    cell = cells.get(name)
    return cell is not None and cell.shape.type not in ("json", "set")


def _sorts(name: str, cells: Mapping[str, Cell]) -> bool:
    """Return whether the column itself gives the order (a reference sorts by the other's key)."""
    cell = cells.get(name)
    return _sortable(name, cells) and (cell is None or not cell.target)


def _fits(spec: IndexSpec, cells: Mapping[str, Cell]) -> bool:
    return sum(_width(name.lstrip("-"), cells) for name in spec.columns) <= ENTRY_BYTES


def _width(name: str, cells: Mapping[str, Cell]) -> int:
    """Return the most bytes that a column adds to an index entry."""
    cell = cells.get(name)
    if cell is None:
        return _SYSTEM_WIDTHS.get(name, 40)
    if cell.shape.type == "text":
        return 4 * (cell.shape.length or _UNSIZED_TEXT)
    return 26
