"""Values as the cells of a paper."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from seamline.facts import FileRef, Ref, Row, Value
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.printing.paper import Cell, Column, Line, Table, Tone

from ..pages.naming import repeats_name
from ..record.rows import FILES
from ..shown import Faces

TONES: dict[str, Tone] = {
    "green": "good", "red": "bad", "amber": "mind", "violet": "hold", "blue": "plain",
    "teal": "good",
}  # fmt: skip
_LONG, _SHORT = 14, 8  # signs of a column's longest value that give it a share of the room
ROOM = 105  # signs of a table's print that stand side by side on an upright page
_PART = 16  # signs of a digest between two places where it may wrap
_EDGES = 3  # signs that would stand in the space between two columns


def cell_of(faces: Faces, path: str, value: Value, old: str | None = None) -> Cell:
    """Return a value as a cell: of a reference its key, and its name in small print."""
    if isinstance(value, Ref):
        return Cell(value.key, value.label if value.label != value.key else "", old)
    if isinstance(value, tuple) and value and isinstance(value[0], FileRef):
        return Cell("、".join(one.name for one in value if isinstance(one, FileRef)), old=old)
    return Cell(faces.plain(path, value), old=old)


def table_of(
    model: FormModel, table: Field, rows: Sequence[Row], faces: Faces, named: Sequence[str] = ()
) -> Table | None:
    """Return the rows of a sub-table with its named columns, else with all that hold something."""
    known = {one.id: one for one in table.fields}
    used = [known[name] for name in named if name in known] or [
        one
        for one in table.fields
        if one.kind not in (*FILES, "promised", "bound") and not repeats_name(one, table.fields)
    ]
    used = [one for one in used if any(row.values.get(one.id) is not None for row in rows)]
    if not used:
        return None
    paths = [f"{table.id}.{one.id}" for one in used]
    cells = [
        [
            cell_of(faces, path, row.values.get(one.id))
            for one, path in zip(used, paths, strict=True)
        ]
        for row in rows
    ]
    columns = columns_of([(faces.label(path), faces.numeric(path)) for path in paths], cells)
    return Table(columns, [Line(row) for row in cells], faces.label(table.id))


def columns_of(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Return columns as wide as their words need: short ones exactly, long ones share the rest.

    Where that is more than an upright page holds, all share it by the least that each can do with.
    """
    found, whole = [], 0
    for place, (label, figures) in enumerate(heads):
        longest = max((_length(row[place]) for row in rows), default=0)
        share = 0 if figures or longest <= _SHORT else 3 if longest > _LONG else 2
        found.append(Column(label, figures, share))
        whole += _EDGES + (max(longest, _signs(label)) if share == 0 else _LONG)
    if whole > ROOM:
        return [
            replace(one, share=_least(one, [row[place] for row in rows]))
            for place, one in enumerate(found)
        ]
    if all(one.share == 0 for one in found):
        last = found[-1]
        found[-1] = Column(last.label, last.figures, 0 if last.figures else 1)
    return found


def crowded(table: Table) -> bool:
    """Say whether the columns of a table need more than the width of an upright page."""
    columns = enumerate(table.columns)
    needs = (_least(one, [row.cells[place] for row in table.rows]) for place, one in columns)
    return sum(needs) + _EDGES * len(table.columns) > ROOM


def _least(column: Column, cells: Sequence[Cell]) -> int:
    """Return the signs that a column can do with: its figures whole, words and its head broken."""
    longest = max((_length(cell) for cell in cells), default=0)
    head = max((min(_signs(word), _SHORT) for word in column.label.split()), default=1)
    return max(longest if column.figures else min(longest, _LONG), head)


def columns_sharing(
    heads: Sequence[str], shares: Sequence[int], figures: Collection[int] = ()
) -> list[Column]:
    """Return columns that share the room as said, 0 for as much as the words need."""
    pairs = zip(heads, shares, strict=True)
    return [Column(head, place in figures, share) for place, (head, share) in enumerate(pairs)]


def digest_of(sha256: str) -> Cell:
    """Return a digest in parts, so that it wraps in a narrow column."""
    return Cell(" ".join(sha256[place : place + _PART] for place in range(0, len(sha256), _PART)))


def _length(cell: Cell) -> int:
    return _signs(f"{cell.old or ''}{cell.text}{cell.more}") + 2 * cell.deep


def _signs(words: str) -> int:
    """Return how wide words are: signs of Chinese take the room of two others."""
    return sum(2 if sign > "\u2e80" else 1 for sign in words)
