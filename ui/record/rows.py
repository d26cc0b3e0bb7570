"""The rows of a sub-table as HTML: the first of many, all of them once somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from markupsafe import Markup, escape

from seamline import clock
from seamline.facts import Record, Row, Value
from seamline.fields import KINDS
from seamline.forms import FormModel
from seamline.metadata import Field

from ..lists.painting import Brush, Painter, values
from ..pages.naming import repeats_name
from ..pages.people import name_of_person
from ..session import catalog, reads
from ..shown import Column, Faces, outdated
from .slots import Beside, beside

FILES = frozenset({"attachment", "image", "signature"})
# A page draws that many rows; a few more than these are not worth a button.
SHOWN, MOST = 50, 60
COLUMNS = 9  # that stand side by side at the usual width; what else nobody fills stands below
WHOLE = ("rows", "all")  # what an address says to have every row drawn


@dataclass(frozen=True, slots=True)
class Lines:
    """A sub-table of the record: its rows as HTML, how many of how many these are."""

    label: str
    columns: Sequence[Column]
    body: Markup
    shown: int
    total: int
    badges: Sequence[Markup] = field(default_factory=tuple)


def rows_of(value: Value) -> list[Row]:
    """Return the rows of a sub-table's value."""
    return [row for row in value if isinstance(row, Row)] if isinstance(value, tuple) else []


def lines(model: FormModel, record: Record, table: Field, faces: Faces) -> Lines | None:
    """Return the rows of a sub-table that this request is to draw; None where there are none."""
    rows = rows_of(record.values.get(table.id))
    if not rows:
        return None
    whole = len(rows) <= MOST or request.args.get(WHOLE[0]) == WHOLE[1]
    drawn = rows if whole else rows[:SHOWN]
    used = [
        one
        for one in table.fields
        if one.kind not in FILES
        and not _told_below(one)
        and any(row.values.get(one.id) is not None for row in rows)
        and not repeats_name(one, table.fields)
    ]
    below = _below(used)
    drawn_columns = [(one, _column(table, one, faces)) for one in used if one not in below]
    columns = [column for _one, column in drawn_columns]
    more = beside(model, record, table, drawn)
    brush = Brush(faces.reading, clock.today(catalog().zone), name_of_person, reads)
    paints = [
        (one.id, _begin(column), _shown(model, column.id, brush, faces))
        for one, column in drawn_columns
    ]
    told = [
        (one.id, escape(column.label), _shown(model, column.id, brush, faces))
        for one in below
        for column in (_column(table, one, faces),)
    ]
    columns += [column for other in more for column in other.columns]
    body = Markup("".join(_row(row, paints, told, more, len(columns)) for row in drawn))
    badges = tuple(one.badge for one in more if one.badge)
    return Lines(faces.label(table.id), columns, body, len(drawn), len(rows), badges)


def _shown(model: FormModel, place: str, brush: Brush, faces: Faces) -> Painter:
    """Return how a column is painted: in grey where its figures are older than they may be."""
    show = values(model.fields[place], brush)
    if place not in faces.old:
        return show
    return lambda value: "" if value is None else outdated(Markup(show(value)))


def _column(table: Field, one: Field, faces: Faces) -> Column:
    place = f"{table.id}.{one.id}"
    return Column(place, faces.label(place), faces.numeric(place))


def _below(used: Sequence[Field]) -> list[Field]:
    """Return the columns for which there is no room: the last of those that nobody fills."""
    spare = [one for one in used if not KINDS[one.kind].written]
    return spare[max(0, len(spare) - max(0, len(used) - COLUMNS)) :]


def _told_below(one: Field) -> bool:
    """Return whether what a column holds stands under its row, where it has room for words."""
    return one.kind in ("promised", "bound")


def _begin(column: Column) -> str:
    sign = ' class="num"' if column.numeric else ""
    return f'<td{sign} data-l="{escape(column.label)}">'


def _row(
    row: Row,
    paints: Sequence[tuple[str, str, Painter]],
    told: Sequence[tuple[str, Markup, Painter]],
    more: Sequence[Beside],
    wide: int,
) -> str:
    cells = row.values
    made = "</td>".join([f"{begin}{show(cells.get(name))}" for name, begin, show in paints])
    notes = [
        f'<span class="told"><span>{label}</span> {show(cells.get(name))}</span>'
        for name, label, show in told
        if cells.get(name) is not None
    ]
    for other in more:
        own = other.cells.get(row.id, ())
        for place, column in enumerate(other.columns):
            made += f"</td>{_begin(column)}{own[place].html if own else ''}"
        if row.id in other.notes:
            notes.append(other.notes[row.id])
    under = f'<tr class="noted"><td colspan="{wide}">{" ".join(notes)}</td></tr>' if notes else ""
    return f"<tr>{made}</td></tr>{under}\n"
