"""A record's facts: sections of single values share a sheet, tables have sheets of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from seamline.facts import FileRef, Record, Row, Value
from seamline.forms import FormModel
from seamline.metadata import Field, Section

from ..pages.naming import repeats_name
from ..serving import PICTURES
from ..shown import Faces
from .rows import FILES, Lines, lines, rows_of

WIDE = frozenset({"long_text"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the record with its value."""

    label: str
    html: Markup
    wide: bool = False


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
            table = lines(model, record, one, faces)
            if table is not None:
                sheet.badges.extend(table.badges)
                sheet.blocks.append(Block(table=table))
            continue
        for fact in _facts((one,), section, record, faces):
            if not sheet.blocks or sheet.blocks[-1].table is not None:
                sheet.blocks.append(Block())
            sheet.blocks[-1].facts.append(fact)
    return sheet


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
        for label, one in files_in(model, record, faces)
    ]
    return sorted(found, key=lambda one: not one.picture)


def files_in(model: FormModel, record: Record, faces: Faces) -> Iterator[tuple[str, FileRef]]:
    """Yield every file of a record with the label of its field."""
    for field_ in model.form.fields:
        value = record.values.get(field_.id)
        if field_.kind in FILES:
            for one in _refs(value):
                yield faces.label(field_.id), one
        columns = [column for column in field_.fields if column.kind in FILES]
        for number, row in enumerate(rows_of(value) if columns else (), 1):
            for column in columns:
                for one in _refs(row.values.get(column.id)):
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
