"""Every comparison: what each version has otherwise than every other one of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamline.printing.paper import Block, Cell, Heading, Line, Table, Words
from seamline.usecases.versions import Difference, Line as Differs, difference
from seamline.versioning import Change

from ...differing import SIGNS, word_of
from ...record.panels.compared import Deep, called, told, told_columns, versions_in
from ...say import _, ngettext
from ...session import actor, desk, reading
from ...shown import Faces
from ..cells import cell_of, columns_of
from ..sheet import Print

MOST = 6  # versions that one is compared with, those before and after it first


def blocks(what: Print) -> Iterator[Block]:
    """Yield a table for each pair of versions that differ."""
    headed = False
    deep = Deep()
    for form, id_ in versions_in(what.model, what.record):
        for one in _all(form, id_):
            if not headed:
                yield Heading(_("Versions compared"))
                headed = True
            yield from _one(one, deep)


def _all(form: str, id_: str) -> Iterator[Difference]:
    """Yield the difference of a version to the others of its family, the nearest first."""
    first = difference(desk(), actor(), form, id_)
    if first is None:
        return
    family = [one.id for one in first.family]
    place = family.index(first.record.id)
    near = sorted((one for one in family if one != first.record.id),
                  key=lambda one: abs(family.index(one) - place))  # fmt: skip
    for against in near[:MOST]:
        found = difference(desk(), actor(), form, id_, against)
        if found is not None and found.other is not None:
            yield found


def _one(found: Difference, deep: Deep) -> Iterator[Block]:
    said = found.model.form.versions
    assert said is not None and found.other is not None
    faces = Faces(found.model, reading())
    thing, old, new = called(found, faces)
    yield Heading(_("%(thing)s: %(new)s against %(old)s", thing=thing, new=new, old=old), 2)
    rows = [
        [Cell("~ " + faces.label(name), turn="changed"),
         cell_of(faces, name, after, faces.plain(name, before))]
        for name, before, after in found.fields
    ]  # fmt: skip
    if rows:
        heads = [(_("Of the version"), False), (_("Was and is"), False)]
        yield Table(columns_of(heads, rows), [Line(row, "changed") for row in rows])
    if found.lines:
        used = told_columns(found)
        places = [f"{said.lines}.{name}" for name in used]
        heads = [("", False), *((faces.label(place), faces.numeric(place)) for place in places)]
        cells = [_cells(line, used, places, faces) for line in found.lines]
        lines = [Line(row, one.turn) for row, one in zip(cells, found.lines, strict=True)]
        yield Table(columns_of(heads, cells), lines, faces.label(said.lines))
    yield from _below(found, deep)
    yield Words(
        ngettext(
            "%(num)s line is the same in both.", "%(num)s lines are the same in both.", found.same
        )
    )


def _cells(line: Differs, columns: Sequence[str], places: list[str], faces: Faces) -> list[Cell]:
    shown = line.old if line.turn == "removed" else line.new
    cells = [
        cell_of(faces, place, shown.get(name),
                faces.plain(place, line.old.get(name)) if name in line.changed else None)
        for name, place in zip(columns, places, strict=True)
    ]  # fmt: skip
    return [Cell(f"{SIGNS[line.turn]} {word_of(line.turn)}", turn=line.turn), *cells]


def _below(found: Difference, deep: Deep) -> Iterator[Block]:
    """Yield what differs further down: in the parts of the parts, as they count today."""
    every = deep.between(found)
    further = [one for one in every.changes if len(one.way) > 1]
    if not further:
        return
    cells = [
        [Cell(f"{SIGNS[one.turn]} {word_of(one.turn)}", turn=one.turn),
         Cell(one.way[-1], every.labels.get(one.way[-1], ""), deep=len(one.way)),
         *_amounts(one)]
        for one in further
    ]  # fmt: skip
    heads = [("", False), (_("Part"), False), (_("Quantity in one"), True), (_("Made by"), False)]
    lines = [Line(row, one.turn) for row, one in zip(cells, further, strict=True)]
    yield Table(columns_of(heads, cells), lines, _("What differs, on every level"))


def _amounts(one: Change) -> tuple[Cell, Cell]:
    """Return how much of a part is in one, and by which version it is made, as it was and is."""
    sides = told(one.old), told(one.new)
    if one.old is None or one.new is None:
        quantity, version = sides[0 if one.new is None else 1]
        return Cell(quantity), Cell(version)
    first, second = (
        Cell(now, old=was if was != now else None) for was, now in zip(*sides, strict=True)
    )
    return first, second
