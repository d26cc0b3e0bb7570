"""Two people at one record: what the other has changed is merged, both values stand side by side.

What only they changed is taken over; what only we changed stays; where both did, ours stays in
the form until we take theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seamline.facts import Event
from seamline.fields import kind_of
from seamline.fields.kind import Invalid
from seamline.fields.moments import show_moment
from seamline.fields.table import ROW_ID
from seamline.metadata import Field
from seamline.usecases import look

from ..forms.start import typed_of
from ..forms.typed import TypedRow, blank
from ..forms.uploads import Kept
from ..say import _
from ..session import actor, desk, language, reading
from ..shown import Faces
from .filling import Filling
from .people import name_of_person

Json = Any
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed; `take` is what the button that takes theirs sends."""

    label: str
    theirs: str
    mine: str
    who: str
    at: datetime
    take: str

    @property
    def when(self) -> str:
        """Return when they changed it, as the reader's clock shows it."""
        return show_moment(self.at, reading())


@dataclass(frozen=True, slots=True)
class Taken:
    """A field that only the other has changed: it stands in the form as they left it."""

    label: str
    theirs: str
    who: str


@dataclass(slots=True)
class Merged:
    """What came of two people's changes to one record."""

    clashes: list[Clash] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Change:
    """What was done to one field since we opened the form: before the first, by whom last."""

    base: Json
    who: str
    at: datetime


def merge(filling: Filling) -> Merged | None:
    """Merge into the form what others changed since it was opened; None where nobody did."""
    record = filling.record
    if record is None or filling.base is None or filling.base >= record.version:
        return None
    told = look.told(desk(), actor(), filling.model.form.id, record.id)
    since = _since(told.events, filling.base)
    merging = _Merging(filling, filling.model.to_json(record.values))
    for one in filling.fields:
        if one.id in since:
            merging.one(one, since[one.id])
    return merging.merged


def take(filling: Filling, path: str) -> bool:
    """Put the stored value in the place of what was typed; return whether there is such a place.

    `path` is a field, or `table/row/column` for one cell.
    """
    name, _, place = path.partition("/")
    one = next((one for one in filling.fields if one.id == name), None)
    if one is None or filling.record is None:
        return False
    stored = typed_of([one], filling.record.values, reading())
    if not place:
        filling.typed |= stored
        return True
    row_id, _, column = place.partition("/")
    theirs = next((row for row in stored[name] if row.id == row_id), None)
    for row in filling.typed.get(name) or ():
        if theirs is not None and row.id == row_id and column in theirs.cells:
            row.cells[column] = theirs.cells[column]
            return True
    return False


def _since(events: tuple[Event, ...], base: int) -> dict[str, _Change]:
    """Return what was changed after version `base`, by field; `events` are newest first."""
    since: dict[str, _Change] = {}
    for event in events:
        version, changes = event.body.get("version"), event.body.get("changes")
        if not isinstance(version, int) or version <= base or not isinstance(changes, Mapping):
            continue
        for name, (before, _after) in changes.items():
            last = since.get(str(name))
            who, at = (last.who, last.at) if last else (name_of_person(event.actor), event.at)
            since[str(name)] = _Change(before, who, at)
    return since


@dataclass(slots=True)
class _Merging:
    filling: Filling
    now: Mapping[str, Json]
    merged: Merged = field(default_factory=Merged)

    def one(self, field_: Field, change: _Change) -> None:
        """Merge one field."""
        name = field_.id
        mine, theirs = self._mine(field_), self.now.get(name)
        if mine is _ABSENT or _same(mine, theirs, field_):
            return
        if _same(mine, change.base, field_):
            take(self.filling, name)
            self._took(field_, change)
        elif not _same(theirs, change.base, field_):
            if field_.kind == "table":
                self._rows(field_, change)
            else:
                self._clashed(field_, change)

    def _mine(self, field_: Field) -> Json:
        typed = self.filling.typed.get(field_.id, _ABSENT)
        if field_.kind != "table" or typed is _ABSENT:
            return typed if typed is _ABSENT else canonical(field_, typed)
        columns = [one for one in field_.fields if kind_of(one).written]
        rows = [row for row in typed if row.id or any(not blank(v) for v in row.cells.values())]
        return [
            {ROW_ID: row.id, **{one.id: canonical(one, row.cells.get(one.id)) for one in columns}}
            for row in rows
        ]

    def _took(self, field_: Field, change: _Change) -> None:
        label = field_.label.in_(language())
        self.merged.taken.append(Taken(label, self._stored(field_), change.who))

    def _clashed(self, field_: Field, change: _Change) -> None:
        label = field_.label.in_(language())
        typed = self.filling.typed.get(field_.id)
        clash = Clash(
            label, self._stored(field_), shown(field_, typed), change.who, change.at, field_.id
        )
        self.merged.clashes.append(clash)

    def _stored(self, field_: Field) -> str:
        record = self.filling.record
        assert record is not None
        faces = Faces(self.filling.model, reading())
        return faces.plain(field_.id, record.values.get(field_.id)) or "—"

    def _rows(self, table: Field, change: _Change) -> None:
        """Merge row by row and cell by cell; where both changed a cell, ours stays."""
        base = _by_id(change.base)
        theirs = _by_id(self.now.get(table.id))
        record = self.filling.record
        assert record is not None
        stored = {row.id: row for row in typed_of([table], record.values, reading())[table.id]}
        rows: list[TypedRow] = self.filling.typed[table.id]
        for row in list(rows):
            if row.id and row.id not in theirs:
                self._row_gone(table, rows, row, base.get(row.id), change)
            elif row.id:
                self._row(table, row, base.get(row.id, {}), theirs[row.id], stored[row.id], change)
        known = {row.id for row in rows} | base.keys()
        for name in [name for name in stored if name not in known]:
            following = max((row.number for row in rows), default=-1) + 1
            rows.append(TypedRow(following, name, stored[name].cells))
            self._say_row(table, len(rows), change)

    def _row_gone(
        self, table: Field, rows: list[TypedRow], row: TypedRow, base: Json, change: _Change
    ) -> None:
        """Somebody removed a row: so do we where we left it alone, else it becomes a new one."""
        columns = [one for one in table.fields if kind_of(one).written]
        untouched = base is not None and all(
            canonical(one, row.cells.get(one.id)) == base.get(one.id) for one in columns
        )
        place = rows.index(row) + 1
        if untouched:
            rows.remove(row)
        else:
            row.id = ""
        self._say_row(table, place, change)

    def _row(
        self,
        table: Field,
        row: TypedRow,
        base: Mapping[str, Json],
        theirs: Mapping[str, Json],
        stored: TypedRow,
        change: _Change,
    ) -> None:
        place = self.filling.typed[table.id].index(row) + 1
        for one in table.fields:
            if not kind_of(one).written:
                continue
            mine, now = canonical(one, row.cells.get(one.id)), theirs.get(one.id)
            if mine == now or now == base.get(one.id):
                continue
            label = f"{_row_label(table, place)} · {one.label.in_(language())}"
            words = shown(one, stored.cells.get(one.id))
            if mine == base.get(one.id):
                row.cells[one.id] = stored.cells.get(one.id, "")
                self.merged.taken.append(Taken(label, words, change.who))
            else:
                own = shown(one, row.cells.get(one.id))
                path = f"{table.id}/{row.id}/{one.id}"
                clash = Clash(label, words, own, change.who, change.at, path)
                self.merged.clashes.append(clash)

    def _say_row(self, table: Field, place: int, change: _Change) -> None:
        gone = _("added or removed")
        self.merged.taken.append(Taken(_row_label(table, place), gone, change.who))


def _row_label(table: Field, place: int) -> str:
    return _("%(table)s, row %(n)s", table=table.label.in_(language()), n=place)


def canonical(one: Field, typed: Any) -> Json:
    """Return what was typed as the journal would keep it; as it is where it cannot be read."""
    if isinstance(typed, list) and typed and isinstance(typed[0], Kept):
        typed = [file.as_json() for file in typed]
    if blank(typed) and one.kind != "boolean":
        return None
    kind = kind_of(one)
    try:
        return kind.to_json(one, kind.parse(one, typed, reading()))
    except Invalid:
        return typed


def _same(one: Json, other: Json, field_: Field) -> bool:
    if field_.kind != "table":
        return bool((one or None) == (other or None)) if field_.kind == "boolean" else one == other
    names = [column.id for column in field_.fields if kind_of(column).written]
    return _bare(one, names) == _bare(other, names)


def _bare(rows: Json, names: list[str]) -> list[list[Json]]:
    """Return rows by what people fill in them, without what the platform does."""
    return [[row.get(ROW_ID) or "", *(row.get(name) for name in names)] for row in rows or ()]


def _by_id(rows: Json) -> dict[str, Mapping[str, Json]]:
    return {str(row[ROW_ID]): row for row in rows or () if row.get(ROW_ID)}


def shown(one: Field, typed: Any) -> str:
    """Return what was typed as people read it."""
    if isinstance(typed, list) and typed and isinstance(typed[0], Kept):
        return ", ".join(file.name for file in typed)
    if blank(typed):
        return "—"
    kind = kind_of(one)
    try:
        return kind.show(one, kind.parse(one, typed, reading()), reading())
    except Invalid:
        return str(typed)
