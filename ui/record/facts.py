"""A record's facts: sections of single values share a sheet, tables have sheets of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from seamline import clock
from seamline.facts import FileRef, Record, Row, Value
from seamline.forms import FormModel
from seamline.metadata import Field, Section

from ..lists.painting import Brush, values
from ..pages.naming import repeats_name
from ..pages.people import name_of_person
from ..serving import PICTURES
from ..session import catalog, reads
from ..shown import Cell, Column, Faces
from .slots import beside

FILES = frozenset({"attachment", "image", "signature"})
WIDE = frozenset({"long_text"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the record with its value."""

    label: str
    html: Markup
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sub-table, with what a neighbour notes under it."""

    cells: list[Cell]
    note: Markup = Markup("")


@dataclass(frozen=True, slots=True)
class Lines:
    """A sub-table of the record."""

    label: str
    columns: list[Column]
    rows: list[Line]


@dataclass(slots=True)
class Block:
    """Facts that stand together under a title, or a sub-table, in the order of the form."""

    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    table: Lines | None = None


@dataclass(slots=True)
class Sheet:
    """One card: several sections of facts, or one section with its sub-tables."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    badges: list[Markup] = field(default_factory=list)


def sheets(model: FormModel, record: Record, faces: Faces) -> list[Sheet]:
    """Return a record's facts as cards, in the order of its form."""
    made: list[Sheet] = []
    for section in model.form.sections:
        title = section.title.in_(faces.reading.language)
        if any(one.kind == "table" for one in section.fields):
            sheet = _with_tables(model, section, title, record, faces)
            if sheet.blocks:
                made.append(sheet)
            continue
        facts = list(_facts(section.fields, section, record, faces))
        if facts:
            if not made or made[-1].title:
                made.append(Sheet())
            made[-1].blocks.append(Block(title, facts))
    return made


def _facts(
    fields: Sequence[Field], section: Section, record: Record, faces: Faces
) -> Iterator[Fact]:
    for one in fields:
        value = record.values.get(one.id)
        if value is None or one.kind in FILES or repeats_name(one, section.fields):
            continue
        yield Fact(faces.label(one.id), faces.value(one.id, value), one.kind in WIDE)


def _with_tables(
    model: FormModel, section: Section, title: str, record: Record, faces: Faces
) -> Sheet:
    sheet = Sheet(title)
    for one in section.fields:
        if one.kind == "table":
            table = _lines(model, record, one, faces, sheet)
            if table.rows:
                sheet.blocks.append(Block(table=table))
            continue
        for fact in _facts((one,), section, record, faces):
            if not sheet.blocks or sheet.blocks[-1].table is not None:
                sheet.blocks.append(Block())
            sheet.blocks[-1].facts.append(fact)
    return sheet


def _brush(faces: Faces) -> Brush:
    """Return how rows are painted: the same way as those of a list."""
    today = clock.today(catalog().zone)
    return Brush(faces.reading, today, name_of_person, reads)


def rows_of(value: Value) -> list[Row]:
    """Return the rows of a sub-table's value."""
    return [row for row in value if isinstance(row, Row)] if isinstance(value, tuple) else []


def _lines(model: FormModel, record: Record, table: Field, faces: Faces, sheet: Sheet) -> Lines:
    rows = rows_of(record.values.get(table.id))
    used = [
        one
        for one in table.fields
        if one.kind not in FILES
        and not _told_below(one)
        and any(row.values.get(one.id) is not None for row in rows)
        and not repeats_name(one, table.fields)
    ]
    places = [f"{table.id}.{one.id}" for one in used]
    columns = [Column(place, faces.label(place), faces.numeric(place)) for place in places]
    more = beside(model, record, table, rows) if rows else ()
    sheet.badges.extend(one.badge for one in more if one.badge)
    brush = _brush(faces)
    paints = [
        (one.id, values(model.fields[c.id], brush), c.numeric)
        for one, c in zip(used, columns, strict=True)
    ]
    lines = []
    for row in rows:
        cells = [
            Cell(Markup(show(row.values.get(name))), numeric) for name, show, numeric in paints
        ]
        for other in more:
            cells += other.cells.get(row.id, [Cell(Markup(""))] * len(other.columns))
        note = Markup(" ").join(other.notes[row.id] for other in more if row.id in other.notes)
        lines.append(Line(cells, note))
    columns += [column for other in more for column in other.columns]
    return Lines(faces.label(table.id), columns, lines)


def _told_below(one: Field) -> bool:
    """Return whether what a column holds stands under its row, where it has room for words."""
    return one.kind == "promised"


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored file of a record: of which field, and where it is served."""

    label: str
    name: str
    address: str
    size: int
    picture: bool


def files(model: FormModel, record: Record, faces: Faces) -> list[Kept]:
    """Return every file of a record, pictures first, each with the label of its field."""
    found = [
        Kept(
            label, one.name, f"{faces.files_at}/{one.sha256}", one.size, one.media_type in PICTURES
        )
        for label, one in _files(model, record, faces)
    ]
    return sorted(found, key=lambda one: not one.picture)


def _files(model: FormModel, record: Record, faces: Faces) -> Iterator[tuple[str, FileRef]]:
    for field_ in model.form.fields:
        value = record.values.get(field_.id)
        if field_.kind in FILES:
            for one in _refs(value):
                yield faces.label(field_.id), one
        for number, row in enumerate(rows_of(value), 1):
            for column in field_.fields:
                for one in _refs(row.values.get(column.id)) if column.kind in FILES else ():
                    yield f"{faces.label(f'{field_.id}.{column.id}')} · {number}", one


def _refs(value: Value) -> Iterator[FileRef]:
    for one in value if isinstance(value, tuple) else ():
        if isinstance(one, FileRef):
            yield one


def stored(record: Record, sha256: str) -> FileRef | None:
    """Return the file of a record whose bytes have that digest."""
    for value in record.values.values():
        for item in value if isinstance(value, tuple) else ():
            cells = item.values.values() if isinstance(item, Row) else (value,)
            for cell in cells:
                for one in _refs(cell):
                    if one.sha256 == sha256:
                        return one
    return None
