"""How versions differ: of the record itself, and of the versions that it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for
from markupsafe import Markup, escape

from seamline import clock
from seamline.facts import Record, Ref, Value
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.usecases.structure import Between, Levels
from seamline.usecases.versions import Difference, Line, difference, difference_of
from seamline.versioning import Change, Node

from ...differing import SIGNS, changed, counted, word_of
from ...pages.structuring import DEEPEST_SHOWN, figure
from ...say import _
from ...session import actor, catalog, desk, reading, reads
from ...shown import Column, Faces
from ..rows import rows_of
from ..slots import Panel

SHOWN = 3  # versions that a record refers to; of the others a link leads to their own page


@dataclass(frozen=True, slots=True)
class Row:
    """One line that differs, or one field of the head: its sign, its word and its cells."""

    turn: str
    sign: str
    word: str
    cells: list[Markup]


@dataclass(frozen=True, slots=True)
class Below:
    """One part of a part that differs: how deep it lies, its code and name, what was and is."""

    turn: str
    sign: str
    word: str
    level: int
    indent: int
    key: str
    label: str
    quantity: Markup
    made_by: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """One comparison as the page shows it."""

    record: str
    thing: str
    old: str
    new: str
    address: str
    levels: str
    choices: list[tuple[str, str, bool]]
    counts: list[tuple[str, str, int]]
    columns: list[Column]
    rows: list[Row]
    fields: list[Row]
    same: int
    below: list[Below]


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return the comparisons of a record; nothing where no version of anything is in it."""
    wanted = [*versions_in(model, record)]
    given, _colon, against = request.args.get("against", "").partition(":")
    found = [
        difference_of(desk(), actor(), record, against if id_ == given else "")
        if id_ == record.id
        else difference(desk(), actor(), form, id_, against if id_ == given else "")
        for form, id_ in wanted[:SHOWN]
    ]
    deep = Deep()
    shown = [shown_of(one, deep) for one in found if one is not None and one.other is not None]
    if not shown:
        return None
    form = catalog().forms[wanted[0][0]].form
    html = render_template("record/versions.html", shown=shown, more=len(wanted) - SHOWN)
    title = _("%(what)s: what differs", what=form.title.in_(reading().language))
    return Panel(title, Markup(html), wide=True)


def versions_in(model: FormModel, record: Record) -> Iterator[tuple[str, str]]:
    """Yield form and id of each version: the record itself, else those its fields refer to."""
    if model.form.versions is not None:
        yield model.form.id, record.id
        return
    seen: set[tuple[str, str]] = set()
    for path, one in model.fields.items():
        target = str(one.field.settings.get("to", "")) if one.field.kind == "reference" else ""
        known = catalog().forms.get(target)
        if known is None or known.form.versions is None or not reads(target):
            continue
        for value in _values(record, path):
            if isinstance(value, Ref) and value.id and (target, value.id) not in seen:
                seen.add((target, value.id))
                yield target, value.id


def _values(record: Record, path: str) -> Iterator[Value]:
    table, _dot, name = path.rpartition(".")
    if not table:
        yield record.values.get(name)
        return
    for row in rows_of(record.values.get(table)):
        yield row.values.get(name)


def called(found: Difference, faces: Faces) -> tuple[str, str, str]:
    """Return what two compared versions are of, and what the other and this one are called."""
    said, other = found.model.form.versions, found.other
    assert said is not None and other is not None
    thing = " · ".join(faces.plain(name, found.record.values.get(name)) for name in said.of)
    old, new = (faces.plain(said.name, one.values.get(said.name)) for one in (other, found.record))
    return thing, old, new


def told_columns(found: Difference) -> tuple[str, ...]:
    """Return the compared columns that hold something in a line that differs."""
    sides = [side for line in found.lines for side in (line.old, line.new)]
    return tuple(
        name for name in found.columns if any(side.get(name) is not None for side in sides)
    )


def thing_made(found: Difference) -> Ref | None:
    """Return the thing that compared versions say how to make; None where they are no structure."""
    said = found.model.form.structure
    thing = found.record.values.get(said.parent) if said is not None and said.lines else None
    return thing if isinstance(thing, Ref) else None


class Deep:
    """Compares what lies below the lines of versions; what was read once is not read again."""

    def __init__(self) -> None:
        self._known: dict[str, Levels | None] = {}

    def between(self, found: Difference, day: date | None = None) -> Between:
        """Return what differs on every level as it counts on a day; nothing where it is hidden."""
        thing, other, form = thing_made(found), found.other, found.model.form.id
        if form not in self._known:
            try:
                self._known[form] = Levels(desk(), actor(), form)
            except Refused:
                self._known[form] = None
        levels = self._known[form]
        if levels is None or thing is None or other is None:
            return Between((), 0, {})
        day = day or clock.today(catalog().zone)
        return levels.between(thing.key, day, other.id, found.record.id)

    def below(self, found: Difference, day: date | None = None) -> list[Below]:
        """Return what differs further down: in the parts of the parts."""
        every = self.between(found, day)
        return [_below(one, every.labels) for one in every.changes if len(one.way) > 1]


def _below(one: Change, labels: Mapping[str, str]) -> Below:
    key, level = one.way[-1], len(one.way)
    quantity, version = (
        changed(escape(was), escape(now)) if was and now and was != now else escape(now or was)
        for was, now in zip(told(one.old), told(one.new), strict=True)
    )
    label = labels.get(key, "")
    return Below(
        one.turn, SIGNS[one.turn], word_of(one.turn), level, min(level, DEEPEST_SHOWN), key,
        label if label != key else "", quantity, version,
    )  # fmt: skip


def told(node: Node | None) -> tuple[str, str]:
    """Return how much of a part is in one, and by which version it is made."""
    if node is None:
        return "", ""
    return figure(node.part.quantity), node.version.name if node.version else ""


def shown_of(found: Difference, deep: Deep, day: date | None = None) -> Shown:
    """Return a comparison as a page shows it; further down as it counts on a day, else today."""
    model, said = found.model, found.model.form.versions
    assert said is not None and found.other is not None
    faces = Faces(model, reading())
    thing, old, new = called(found, faces)
    used = told_columns(found)
    columns = [f"{said.lines}.{name}" for name in used]
    rows = [_row(line, said.lines, used, faces) for line in found.lines]
    fields = [_field(name, old, new, faces) for name, old, new in found.fields]
    turns = [line.turn for line in found.lines]
    return Shown(
        record=found.record.id,
        thing=thing,
        old=old,
        new=new,
        address=url_for("records.show", form_id=model.form.id, word=found.record.id),
        levels=_levels(found),
        choices=[
            (one.id, faces.plain(said.name, one.values.get(said.name)), one.id == found.other.id)
            for one in reversed(found.family)
            if one.id != found.record.id
        ],
        counts=counted(turns),
        columns=[Column(place, faces.label(place), faces.numeric(place)) for place in columns],
        rows=rows,
        fields=fields,
        same=found.same,
        below=deep.below(found, day),
    )


def _levels(found: Difference) -> str:
    """Return where both are compared on every level; empty where nothing is made of others."""
    thing, other = thing_made(found), found.other
    if thing is None or other is None:
        return ""
    return url_for(
        "structure.library", form_id=found.model.form.id, of=thing.key,
        version=found.record.id, against=other.id, _anchor="against",
    )  # fmt: skip


def _row(line: Line, table: str, columns: tuple[str, ...], faces: Faces) -> Row:
    cells = [
        changed(
            faces.value(f"{table}.{name}", line.old.get(name)),
            faces.value(f"{table}.{name}", line.new.get(name)),
        )
        if name in line.changed
        else faces.value(
            f"{table}.{name}", (line.old if line.turn == "removed" else line.new).get(name)
        )
        for name in columns
    ]
    return Row(line.turn, SIGNS[line.turn], word_of(line.turn), cells)


def _field(name: str, old: Value, new: Value, faces: Faces) -> Row:
    return Row(
        "changed",
        "~",
        faces.label(name),
        [changed(faces.value(name, old), faces.value(name, new))],
    )
