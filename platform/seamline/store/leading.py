"""Where a name of a record leads: through which forms, and which field of each it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .tables import FormTables


@dataclass(frozen=True, slots=True)
class Step:
    """One field that a name reads; `own` where it is the record's, else that of one it reaches."""

    form: str
    field: str
    own: bool


def steps(tables: FormTables, name: str) -> Iterator[Step]:
    """Yield what a name reads: `qty`, `customer.region`, `lines[].material`, its own first."""
    table, _, path = name.rpartition("[].")
    cells = tables.child_cells[table] if table else tables.cells
    if table:
        yield Step(tables.form.id, table, own=True)
    for place, word in enumerate(path.split(".")):
        if place or not table:
            yield Step(tables.form.id, word, own=not place)
        cell = cells.get(word)
        if cell is None or not cell.target:
            return
        tables = tables.target(cell)
        cells = tables.cells
    yield Step(tables.form.id, str(tables.key.key), own=False)  # what a reference at the end shows
