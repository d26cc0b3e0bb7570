"""How old the figures are that other systems give, and on what they rest: said wherever they stand.

A figure comes from a mirror where its field is filled by one, where it is looked up from such a
field, and where a formula counts with one. It is as old as the last reading that succeeded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypeAlias

from seamline import clock
from seamline.catalog import Catalog
from seamline.fields.moments import show_date
from seamline.metadata import Connection, Field, Mirror
from seamline.store import Unit
from seamline.text import Text

from .desk import Desk

FIGURES = frozenset({"decimal", "integer", "money", "percent"})
_NAME = re.compile(r"[a-z_]\w*(?:\.\w+)?")
_DEEP = 3  # look-ups of look-ups that are followed

Key: TypeAlias = tuple[str, str]  # connection and mirror
Fed: TypeAlias = Mapping[str, frozenset[Key]]

_memory: tuple[Catalog, dict[str, Fed]] | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Where figures come from: the system, its basis, and when it was read last.

    `fields` are those of the form that it fills, `failing` says that the last try failed.
    """

    connection: str
    mirror: str
    source: Text
    basis: Text | None
    fields: frozenset[str]
    allowed: timedelta
    read_at: datetime | None
    failing: bool

    @property
    def age(self) -> timedelta | None:
        """How long ago it was read; None where it never was."""
        return None if self.read_at is None else max(clock.now() - self.read_at, timedelta())

    @property
    def late(self) -> bool:
        """Whether its figures are older than its mirror allows."""
        return self.age is None or self.age > self.allowed

    def stood(self, zone: tzinfo) -> Text:
        """Say in words that stay true where a figure came from and of when it was."""
        at = self.read_at
        day = Text("从未读到", "never read")
        if at is not None:
            clock_time = at.astimezone(zone).strftime("%H:%M:%S")
            shown = at.astimezone(zone).date()
            day = Text(
                f"{show_date(shown, 'zh')} {clock_time}", f"{show_date(shown, 'en')} {clock_time}"
            )
        zh, en = f"{self.source.zh}，{day.zh}", f"{self.source.en}, {day.en}"
        if self.basis is not None:
            zh, en = f"{zh}，{self.basis.zh}", f"{en}, {self.basis.en}"
        return Text(f"{zh}，已过期", f"{en}, out of date") if self.late else Text(zh, en)

    def told(self) -> Text:
        """Say in words where a figure comes from and how old it is."""
        age, basis = ago(self.age), self.basis
        zh = f"{self.source.zh}，{age.zh}"
        en = f"{self.source.en}, {age.en}"
        if basis is not None:
            zh, en = f"{zh}，{basis.zh}", f"{en}, {basis.en}"
        return Text(f"{zh}，已过期", f"{en}, out of date") if self.late else Text(zh, en)


def feeds(desk: Desk, form: str, shown: Collection[str] | None = None) -> tuple[Feed, ...]:
    """Return which mirrors feed the figures of a form, of all its fields or of some of them."""
    catalog = desk.catalogs.current()
    if not any(True for _ in _mirrors(catalog)):
        return ()
    with desk.store.reading() as unit:
        return feeds_in(unit, catalog, form, shown)


def feeds_in(
    unit: Unit, catalog: Catalog, form: str, shown: Collection[str] | None = None
) -> tuple[Feed, ...]:
    """Return the same inside an open transaction."""
    fed = _remembered(catalog, form)
    wanted = {name: keys for name, keys in fed.items() if shown is None or name in shown}
    by_key: dict[Key, set[str]] = {}
    for name, keys in wanted.items():
        for key in keys:
            by_key.setdefault(key, set()).add(name)
    if not by_key:
        return ()
    states = unit.mirrors.states()
    found = []
    for connection, mirror in _mirrors(catalog):
        key = (connection.id, mirror.id)
        if key in by_key:
            state = states.get(key)
            found.append(
                Feed(
                    *key,
                    connection.title,
                    mirror.basis,
                    frozenset(by_key[key]),
                    timedelta(seconds=mirror.allowed),
                    state.read_at if state else None,
                    bool(state and state.progress.get("failures")),
                )
            )
    return tuple(found)


def old(found: Collection[Feed]) -> frozenset[str]:
    """Return the fields whose figures are older than allowed."""
    return frozenset(name for one in found if one.late for name in one.fields)


def ago(age: timedelta | None) -> Text:
    """Return in words how long ago something was."""
    if age is None:
        return Text("从未读到", "never read")
    seconds = int(age.total_seconds())
    for size, zh, en in ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size * (2 if size > 60 else 1):
            return Text(f"{seconds // size} {zh}前", f"{seconds // size} {en} ago")
    return Text(f"{seconds} 秒前", f"{seconds} s ago")


def since(moment: datetime | None) -> Text:
    """Return in words how long ago a moment was."""
    return ago(None if moment is None else max(clock.now() - moment, timedelta()))


def _remembered(catalog: Catalog, form: str) -> Fed:
    """Return the same as `fed_of`, reckoned once for a catalog."""
    global _memory
    if _memory is None or _memory[0] is not catalog:
        _memory = (catalog, {})
    known = _memory[1]
    if form not in known:
        known[form] = fed_of(catalog, form)
    return known[form]


def fed_of(catalog: Catalog, form: str, deep: int = _DEEP) -> Fed:
    """Return by the path of a field the mirrors its figure comes from."""
    model = catalog.forms.get(form)
    if model is None:
        return {}
    found: dict[str, frozenset[Key]] = {}
    for connection, mirror in _mirrors(catalog):
        if mirror.form == form:
            for one in mirror.fields:
                named = model.fields.get(one.to)
                if one.owner == "source" and named and named.field.kind in FIGURES:
                    found[one.to] = frozenset({(connection.id, mirror.id)})
    for path, field, parent in _fields(model.form.fields):
        if field.kind == "lookup" and deep:
            found |= _looked_up(catalog, path, field, parent, model.form.fields, deep)
    for path, field, _parent in _fields(model.form.fields):
        if field.kind == "computed":
            head = path.rpartition(".")[0]
            names = _NAME.findall(str(field.settings.get("formula", "")))
            keys = [found.get(f"{head}.{one}" if head else one, frozenset()) for one in names]
            if any(keys):
                found[path] = frozenset().union(*keys)
    return found


def _looked_up(
    catalog: Catalog,
    path: str,
    field: Field,
    parent: tuple[Field, ...],
    top: tuple[Field, ...],
    deep: int,
) -> dict[str, frozenset[Key]]:
    source = str(field.settings.get("from", ""))
    reference = next((one for one in (*parent, *top) if one.id == source), None)
    if reference is None or reference.kind != "reference":
        return {}
    theirs = fed_of(catalog, str(reference.settings.get("to", "")), deep - 1)
    keys = theirs.get(str(field.settings.get("field", "")))
    return {path: keys} if keys else {}


def _fields(
    fields: tuple[Field, ...], head: str = ""
) -> Iterator[tuple[str, Field, tuple[Field, ...]]]:
    for one in fields:
        yield f"{head}{one.id}", one, fields
        if one.fields:
            yield from _fields(tuple(one.fields), f"{one.id}.")


def _mirrors(catalog: Catalog) -> Iterator[tuple[Connection, Mirror]]:
    for connection in catalog.connections.values():
        if connection.on:
            yield from ((connection, one) for one in connection.mirrors if one.on)
