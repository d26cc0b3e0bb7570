"""What has to agree: counts and sums of a source, read anew, against those of its library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.facts import Record, Ref, Row, Value
from seamline.fields import Invalid
from seamline.fields.kind import Reading
from seamline.fields.moments import iso
from seamline.forms import FieldModel, FormModel
from seamline.metadata import ImportMap, Reconcile
from seamline.store import Query, Unit
from seamline.usecases.importing.drafts import Draft

from .handing import key_of
from .sources import Item, Source

MOST = 500  # differences kept by key, of all that were counted
Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one record adds: the group it is counted in, its sums in the order of the metadata."""

    group: Group
    sums: tuple[Decimal, ...]


@dataclass(slots=True)
class Total:
    """Records counted and sums added up."""

    count: int = 0
    sums: list[Decimal] = field(default_factory=list)

    def add(self, sums: Sequence[Decimal]) -> None:
        """Count one record with its sums."""
        self.count += 1
        if not self.sums:
            self.sums = [Decimal(0)] * len(sums)
        self.sums = [old + new for old, new in zip(self.sums, sums, strict=True)]

    def as_json(self, width: int) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "count": self.count,
            "sums": [_word(one) for one in self.sums or [Decimal(0)] * width],
        }


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Reckons both sides of one migration by the metadata of its map."""

    model: FormModel
    wanted: Reconcile
    reading: Reading
    map: ImportMap

    def of_source(self, source: Source) -> Iterator[tuple[str, Item, Figures]]:
        """Yield each thing of a source with its key and what it adds."""
        for batch in source.batches(None):
            for item in batch.items:
                draft = item.draft
                yield key_of(draft, self.map), item, self._drafted(draft)

    def of_library(self, unit: Unit) -> Iterator[tuple[str, bool, Figures]]:
        """Yield each record of the library: its key in its source, whether it counts here whatever
        the source says, and what it adds.

        What another map took over counts only where this source has it, too.
        """
        keys = unit.migrations.keys(self.model.form.id)
        runs = unit.migrations.runs_by(self.model.form.id, self.map.id)
        fields = tuple(dict.fromkeys(name.partition(".")[0] for name in self._names()))
        key = self.model.form.key or ""
        query = Query(sort=("_id",), fields=fields or (key,), archived=True)
        for record in unit.records.stream(self.model.tables, query):
            key, run = keys.get(record.id, (record.id, ""))
            yield key, not run or run in runs, self._stored(record)

    def _names(self) -> tuple[str, ...]:
        month = (self.wanted.month,) if self.wanted.month else ()
        return (*month, *self.wanted.groups, *self.wanted.sums)

    def _drafted(self, draft: Draft) -> Figures:
        group = []
        if self.wanted.month:
            group.append(_month(self._parsed(self.wanted.month, draft.values), self.reading))
        group += [_face(self._parsed(name, draft.values)) for name in self.wanted.groups]
        sums = []
        for name in self.wanted.sums:
            table, dot, column = name.partition(".")
            rows = draft.values.get(table) or () if dot else (draft.values,)
            path = name if dot else table
            found = (self._parsed(path, row, column if dot else "") for row in rows)
            sums.append(sum((_number(one) for one in found), Decimal(0)))
        return Figures(tuple(group), tuple(sums))

    def _parsed(self, path: str, values: Mapping[str, Any], column: str = "") -> Value:
        """Return what the source says of one field; nothing where that is no value of its kind."""
        known: FieldModel = self.model.fields[path]
        raw = values.get(column or path)
        if raw is None or raw == "":
            return None
        try:
            return known.kind.parse(known.field, raw, self.reading)
        except Invalid:
            return None

    def _stored(self, record: Record) -> Figures:
        values = record.values
        month = self.wanted.month
        group = [_month(values.get(month), self.reading)] if month else []
        group += [_face(values.get(name)) for name in self.wanted.groups]
        sums = []
        for name in self.wanted.sums:
            table, dot, column = name.partition(".")
            found: Any = values.get(table)
            if dot:
                rows = [row for row in found or () if isinstance(row, Row)]
                sums.append(sum((_number(row.values.get(column)) for row in rows), Decimal(0)))
            else:
                sums.append(_number(found))
        return Figures(tuple(group), tuple(sums))


@dataclass(slots=True)
class Comparison:
    """Both sides as they are counted, group by group, and the keys that differ."""

    width: int
    source: dict[Group, Total] = field(default_factory=dict)
    library: dict[Group, Total] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    differing: list[dict[str, Any]] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    left: int = 0
    twice: int = 0

    def put(self, side: dict[Group, Total], figures: Figures) -> None:
        """Count one record on one side."""
        side.setdefault(figures.group, Total()).add(figures.sums)

    def differ(
        self, what: str, key: str, was: Figures | None = None, now: Figures | None = None
    ) -> None:
        """Keep that something differs, by its key."""
        self.counted[what] = self.counted.get(what, 0) + 1
        if self.counted[what] > MOST:
            return
        if was is None or now is None:
            (self.lost if what == "lost" else self.extra).append(key)
            return
        self.differing.append(
            {
                "key": key,
                "source": {"group": list(was.group), "sums": [_word(one) for one in was.sums]},
                "library": {"group": list(now.group), "sums": [_word(one) for one in now.sums]},
            }
        )

    def report(self, wanted: Reconcile) -> dict[str, Any]:
        """Return the reconciliation as plain data; `equal` where nothing differs."""
        groups = sorted(self.source.keys() | self.library.keys())
        figures: list[dict[str, Any]] = [
            {
                "group": list(group),
                "source": self.source.get(group, Total()).as_json(self.width),
                "library": self.library.get(group, Total()).as_json(self.width),
            }
            for group in groups
        ]
        for row in figures:
            row["equal"] = row["source"] == row["library"]
        return {
            "at": iso(clock.now()),
            "columns": [*([wanted.month] if wanted.month else []), *wanted.groups],
            "month": bool(wanted.month),
            "sums": list(wanted.sums),
            "figures": figures,
            "source": _all(self.source, self.width),
            "library": _all(self.library, self.width),
            "lost": self.lost,
            "extra": self.extra,
            "differing": self.differing,
            "counted": {name: self.counted.get(name, 0) for name in ("lost", "extra", "differing")},
            "left": self.left,
            "twice": self.twice,
            "equal": not self.counted and all(row["equal"] for row in figures),
        }


def _all(side: Mapping[Group, Total], width: int) -> dict[str, Any]:
    whole = Total(sums=[Decimal(0)] * width)
    for total in side.values():
        whole.count += total.count
        whole.sums = [a + b for a, b in zip(whole.sums, total.sums, strict=True)]
    return whole.as_json(width)


def _month(value: Value, reading: Reading) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(reading.zone)
    return "" if value is None else str(value)[:7]


def _face(value: Value) -> str:
    if isinstance(value, Ref):
        return value.key
    return "" if value is None else str(value)


def _number(value: Any) -> Decimal:
    return Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(0)


def _word(value: Decimal) -> str:
    return format(value.normalize() if value else Decimal(0), "f")
