"""The difference between two versions of one thing, as far as its reader sees both of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seamline.conditions.parse import parse
from seamline.facts import Actor, Record, Ref, Row, Value
from seamline.forms import FormModel
from seamline.metadata import Versions
from seamline.store import Query

from . import look
from .desk import Desk
from .ordering import order

MOST = 200  # versions of one thing
Turn = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that differs: as it was and as it is, `changed` the columns in which it does."""

    turn: Turn
    old: Mapping[str, Value]
    new: Mapping[str, Value]
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """What of `record` is otherwise than in `other`; `columns` and `same` are of their lines.

    `family` holds all versions that the reader sees, oldest first; `other` is None in the first.
    """

    model: FormModel
    record: Record
    other: Record | None
    family: tuple[Record, ...]
    columns: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    fields: tuple[tuple[str, Value, Value], ...] = ()
    same: int = 0


def difference(
    desk: Desk, actor: Actor, form: str, word: str, against: str = ""
) -> Difference | None:
    """Return how a version differs from `against` (an id of its family), else from the one before.

    None where the form has no versions, or the reader does not see what makes and orders them.
    Raises Refused 403 or 404 for the record.
    """
    model = desk.catalogs.current().forms.get(form)
    if model is None or model.form.versions is None:
        return None
    return difference_of(desk, actor, look.record(desk, actor, form, word), against)


def difference_of(desk: Desk, actor: Actor, record: Record, against: str = "") -> Difference | None:
    """Return the same of a version that the actor has been shown."""
    form = record.form
    model = desk.catalogs.current().forms[form]
    said = model.form.versions
    if said is None:
        return None
    family = _family(desk, actor, model, said, record)
    if family is None:
        return None
    place = [one.id for one in family].index(record.id)
    chosen = next((one for one in family if one.id == against and one.id != record.id), None)
    if chosen is None and place:
        chosen = family[place - 1]
    if chosen is None:
        return Difference(model, record, None, family)
    other = look.record(desk, actor, form, chosen.id)
    return _compared(model, said, record, other, family)


def _family(
    desk: Desk, actor: Actor, model: FormModel, said: Versions, record: Record
) -> tuple[Record, ...] | None:
    """Return all versions of what the record is one of, oldest first."""
    needed = {*said.of, *said.by, said.name}
    hidden = desk.catalogs.current().access.scope(actor, model.form.id).narrowed
    if needed & (record.unseen | hidden):
        return None
    equal = [{"==": [{"var": name}, _plain(record.values.get(name))]} for name in said.of]
    if any(record.values.get(name) is None for name in said.of):
        return (record,)
    query = Query(
        where=parse({"and": equal}, model.scope),
        limit=MOST,
        total=False,
        fields=tuple(sorted(needed | {model.form.key or said.name})),
    )
    found = look.page(desk, actor, model.form.id, query).rows
    others = [one for one in found if one.id != record.id]
    return tuple(sorted([*others, record], key=lambda one: order(one, said.by)))


def _plain(value: Value) -> Any:
    return value.key if isinstance(value, Ref) else value


def _compared(
    model: FormModel, said: Versions, record: Record, other: Record, family: tuple[Record, ...]
) -> Difference:
    unseen = record.unseen | other.unseen
    columns: tuple[str, ...] = ()
    lines: list[Line] = []
    same = 0
    if not unseen & {said.lines, *(f"{said.lines}.{name}" for name in said.match)}:
        told = [name for name in said.compare if f"{said.lines}.{name}" not in unseen]
        columns = (*said.match, *told)
        pairs = list(_pairs(_rows(other, said), _rows(record, said), said.match, told))
        lines = [line for line in (_line(old, new, told) for old, new in pairs) if line]
        same = len(pairs) - len(lines)
    fields = tuple(
        (name, other.values.get(name), record.values.get(name))
        for name in said.fields
        if name not in unseen and other.values.get(name) != record.values.get(name)
    )
    return Difference(model, record, other, family, columns, tuple(lines), fields, same)


def _rows(record: Record, said: Versions) -> list[Mapping[str, Value]]:
    rows = record.values.get(said.lines)
    return [row.values for row in (rows if isinstance(rows, tuple) else ()) if isinstance(row, Row)]


Pair = tuple[Mapping[str, Value] | None, Mapping[str, Value] | None]


def _pairs(
    old: Iterable[Mapping[str, Value]],
    new: Iterable[Mapping[str, Value]],
    match: Sequence[str],
    told: Sequence[str],
) -> Iterator[Pair]:
    """Yield which line became which, in the order of the new ones, those that went at the end.

    Lines with the same match are first paired with one like themselves, then in their order.
    """
    left: dict[tuple[Any, ...], list[Mapping[str, Value]]] = {}
    for row in old:
        left.setdefault(_key(row, match), []).append(row)
    rows = list(new)
    alike: dict[int, Mapping[str, Value]] = {}
    for place, row in enumerate(rows):
        waiting = left.get(_key(row, match), [])
        twin = next((one for one in waiting if _key(one, told) == _key(row, told)), None)
        if twin is not None:
            waiting.remove(twin)
            alike[place] = twin
    for place, row in enumerate(rows):
        waiting = left.get(_key(row, match), [])
        old_row = alike[place] if place in alike else (waiting.pop(0) if waiting else None)
        yield old_row, row
    yield from ((row, None) for waiting in left.values() for row in waiting)


def _key(row: Mapping[str, Value], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_plain(row.get(name)) for name in names)


def _line(
    old: Mapping[str, Value] | None, new: Mapping[str, Value] | None, told: Sequence[str]
) -> Line | None:
    """Return how a line differs; None where it does not."""
    if old is None or new is None:
        return Line("removed" if new is None else "added", old or {}, new or {})
    changed = frozenset(name for name in told if _plain(old.get(name)) != _plain(new.get(name)))
    return Line("changed", old, new, changed) if changed else None
