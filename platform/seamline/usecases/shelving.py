"""From stored records to the plain versions that the engines of `versioning` work on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.parse import names, parse
from seamline.facts import Record, Ref, Row, Value
from seamline.forms import FormModel
from seamline.metadata import Structure, Validity
from seamline.versioning import Part, Span, Version

from .ordering import order

STATE = "_state"
AT_ONCE = 500  # things asked for in one query
MOST_LEVELS = 40


@dataclass(slots=True)
class Shelf:
    """The versions of a form that were read so far, and how its records become versions.

    `rows` holds the cells of each row by its id, `labels` what things are called, `records` those
    that are versions by their id, `asked` the things whose versions have all been read.
    """

    model: FormModel
    records: dict[str, Record] = field(default_factory=dict)
    rows: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    _versions: dict[str, dict[str, Version]] = field(default_factory=dict)
    _released: tuple[Check, frozenset[str]] | None = None
    _library: dict[str, tuple[Version, ...]] | None = None

    def __post_init__(self) -> None:
        """Make ready what tells whether a version is released."""
        if self.valid is not None and self.valid.when is not None:
            node = parse(self.valid.when, self.model.scope)
            self._released = compiled(node), frozenset(names(node))

    @property
    def said(self) -> Structure:
        """What the form says of what things are made of."""
        assert self.model.form.structure is not None
        return self.model.form.structure

    @property
    def valid(self) -> Validity | None:
        """When a version of the form is in force, if it has versions."""
        said = self.model.form.versions
        return said.valid if said is not None and self.said.lines else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have to be read of each record: all of them, with the rows."""
        return tuple(one.id for one in self.model.form.fields)

    @property
    def needs(self) -> frozenset[str]:
        """The paths that make no sense where one of them is hidden."""
        said, versions, valid = self.said, self.model.form.versions, self.valid
        columns = (said.part, said.quantity, said.scrap, said.start, said.end)
        found = {said.parent, *(said.column(one) for one in columns if one)}
        if versions is not None and valid is not None:
            found |= {*versions.by, versions.name, valid.start, valid.end, valid.groups} - {""}
        return frozenset(found)

    def add(self, record: Record) -> str:
        """Put a record on the shelf; return the thing that it is of."""
        thing = self._keyed(record.values.get(self.said.parent))
        kept = self._versions.setdefault(thing, {})
        self._library = None
        if self.said.lines:
            if record.id not in kept:
                kept[record.id] = self._version(thing, record)
                self.records[record.id] = record
            return thing
        one = kept.get("") or Version(thing, thing)
        if record.id not in self.rows:
            part = self._part(record.id, record.values)
            kept[""] = replace(one, parts=(*one.parts, *part))
        return thing

    def parts_of(self, things: Collection[str]) -> set[str]:
        """Return what the versions of some things name as their parts."""
        return {
            part.thing
            for thing in things
            for version in self._versions.get(thing, {}).values()
            for part in version.parts
        }

    def library(self) -> dict[str, tuple[Version, ...]]:
        """Return all versions by the thing that they are of, oldest first."""
        if self._library is None:
            self._library = {
                thing: tuple(self._sorted(versions))
                for thing, versions in self._versions.items()
                if thing
            }
        return self._library

    def _sorted(self, versions: Mapping[str, Version]) -> list[Version]:
        said = self.model.form.versions
        if said is None or not self.said.lines:
            return [*versions.values()]
        return sorted(versions.values(), key=lambda one: order(self.records[one.id], said.by))

    def _version(self, thing: str, record: Record) -> Version:
        said, valid = self.model.form.versions, self.valid
        span, groups = Span(), frozenset[str]()
        if valid is not None:
            span = Span(_day(record.values, valid.start), _day(record.values, valid.end))
            groups = _words(record.values.get(valid.groups)) if valid.groups else groups
        rows = record.values.get(self.said.lines)
        return Version(
            id=record.id,
            thing=thing,
            name=str(record.values.get(said.name) or "") if said is not None else "",
            span=span,
            groups=groups,
            released=self._is_released(record),
            parts=tuple(
                part
                for row in (rows if isinstance(rows, tuple) else ())
                if isinstance(row, Row)
                for part in self._part(row.id, row.values)
            ),
        )

    def _is_released(self, record: Record) -> bool:
        if record.archived_at is not None or record.held:
            return False
        if self._released is None:
            return True
        check, needed = self._released
        tops = {name.partition(".")[0].removesuffix("[]") for name in needed}
        values = {name: record.values[name] for name in tops & record.values.keys()}
        return check(self.model.facts(values, {}, {STATE: record.state})) is True

    def _part(self, row: str, values: Mapping[str, Value]) -> Iterator[Part]:
        """Yield a row; one that names no part or no amount yet is none."""
        said = self.said
        thing, quantity = self._keyed(values.get(said.part)), _number(values.get(said.quantity))
        self.rows[row] = values
        if thing and quantity is not None:
            scrap = _number(values.get(said.scrap)) if said.scrap else None
            span = Span(_day(values, said.start), _day(values, said.end))
            yield Part(thing, quantity, scrap or Decimal(0), span, row)

    def _keyed(self, value: Value) -> str:
        if not isinstance(value, Ref):
            return ""
        self.labels.setdefault(value.key, value.label)
        return value.key


Fetch: TypeAlias = Callable[[Mapping[str, Any] | None], Iterable[Record]]


def fill(shelf: Shelf, things: Collection[str], fetch: Fetch) -> None:
    """Put the versions of some things on the shelf; `fetch` reads the records of a condition."""
    for part in at_once(sorted(things)):
        for record in fetch({"in": [{"var": shelf.said.parent}, part]}):
            shelf.add(record)
    shelf.asked.update(things)


def fill_below(shelf: Shelf, things: Collection[str], fetch: Fetch) -> None:
    """Put what some things are made of on the shelf, and their parts, as deep as they go."""
    wanted = set(things) - shelf.asked
    for _level in range(MOST_LEVELS):
        if not wanted:
            return
        fill(shelf, wanted, fetch)
        wanted = shelf.parts_of(wanted) - shelf.asked


def at_once(words: list[str]) -> Iterator[list[str]]:
    """Yield words in parts that one query takes."""
    for start in range(0, len(words), AT_ONCE):
        yield words[start : start + AT_ONCE]


def _day(values: Mapping[str, Value], name: str) -> date | None:
    value = values.get(name) if name else None
    return value if isinstance(value, date) else None


def _number(value: Value) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value)


def _words(value: Value) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(str(one) for one in value) if isinstance(value, tuple) else frozenset()
