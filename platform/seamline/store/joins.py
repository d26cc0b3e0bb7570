"""Records of several forms that belong together: one query over their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    or_,
    select,
)

from seamline.conditions.node import Compare, Var, names
from seamline.conditions.sql import where
from seamline.facts import Value

from .sides import Aliased, Side, stands_for_now
from .types import Day, Moment, RecordId, words

_ID = " id"  # marks the name of a reference that stands for the id; no author can write it
TOGETHER = (1, 4, 16, 50)  # known groups looked up at once: few shapes, so that each is built once


@dataclass(frozen=True, slots=True)
class Member:
    """A record, or a row of it, that takes part: `key` is the row's id, else the record's."""

    alias: str
    form: str
    key: str
    record: str
    code: str
    tracking: str


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together, in the order of the sides, with the values asked for.

    `touched` are the ids of all records whose values were looked at, through references too.
    """

    members: tuple[Member, ...]
    values: Mapping[str, Value]
    touched: frozenset[str]

    @property
    def key(self) -> tuple[str, ...]:
        """The keys of its members."""
        return tuple(member.key for member in self.members)


@dataclass(frozen=True, slots=True)
class Touching:
    """Asks for groups in which `alias` is the record, or its reference `lead` leads to it."""

    alias: str
    record: str
    lead: str = "_id"


def groups(
    connection: Connection,
    sides: Sequence[Side],
    on: Sequence[Compare],
    clock: Mapping[str, Value],
    *,
    touching: Iterable[Touching] = (),
    keys: Iterable[tuple[str, ...]] | None = None,
    limit: int | None = None,
) -> Iterator[Group]:
    """Yield the groups of records for which every condition and comparison is true.

    Archived records take no part. `clock` gives the values of names that stand for moments.
    `touching` (any of them) or `keys` (of members, in the order of the sides) narrow the search
    to what may have changed.
    """
    asked = tuple(touching)
    values: dict[str, Any] = {f"clock_{place}": value for place, value in enumerate(clock.values())}
    values |= {f"touching_{place}": one.record for place, one in enumerate(asked)}
    if limit is not None:
        values["most"] = limit
    shape = _Shape(
        tuple(sides),
        tuple(on),
        tuple((name, type(value) is date) for name, value in clock.items()),
        tuple((one.alias, one.lead) for one in asked),
        limit is not None,
    )
    if keys is None:
        yield from _planned(connection, shape).run(connection, values)
        return
    wanted = list(keys)
    for start in range(0, len(wanted), TOGETHER[-1]):
        part = wanted[start : start + TOGETHER[-1]]
        size = next(size for size in TOGETHER if size >= len(part))
        for place, group in enumerate((part + part[-1:] * size)[:size]):
            values |= {f"key_{place}_{side}": key for side, key in enumerate(group)}
        yield from _planned(connection, replace(shape, known=size)).run(connection, values)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything of a query that is no value: queries of one shape are built once."""

    sides: tuple[Side, ...]
    on: tuple[Compare, ...]
    clock: tuple[tuple[str, bool], ...]
    touching: tuple[tuple[str, str], ...]
    limited: bool
    known: int = 0


def _planned(connection: Connection, shape: _Shape) -> _Plan:
    """Return the query of a shape, kept with the tables unless it holds what may change."""
    memory = shape.sides[0].tables.memory
    plan: _Plan | None = memory.get(shape)
    if plan is None:
        plan = _Plan(connection, shape)
        if not any(stands_for_now(side) for side in shape.sides):
            memory[shape] = plan
    return plan


class _Plan:
    """One query: which tables, which columns, and the way from a row to a group."""

    def __init__(self, connection: Connection, shape: _Shape) -> None:
        self._sides = {side.alias: Aliased(side) for side in shape.sides}
        self._select: list[ColumnElement[Any]] = []
        self._values: list[tuple[str, int, Callable[[Any], Any] | None]] = []
        self._touched: list[int] = []
        for aliased in self._sides.values():
            self._select += aliased.head()
        for alias, aliased in self._sides.items():
            for name in aliased.side.names:
                column, read = aliased.value(name)
                self._values.append((f"{alias}.{name}", self._put(column), read))
            self._touched += [self._put(aliased.lead(lead)) for lead in aliased.side.leads]
        wanted = [
            *self._conditions(connection),
            *self._comparisons(shape.on, shape.clock),
            *self._touching(shape.touching),
            *self._known(shape.known),
        ]
        self._statement: Select[Any] = (
            select(*self._select)
            .select_from(*(aliased.source() for aliased in self._sides.values()))
            .where(*wanted)
        )
        if shape.limited:
            self._statement = self._statement.limit(bindparam("most", type_=Integer()))

    def _put(self, column: ColumnElement[Any]) -> int:
        self._select.append(column)
        return len(self._select) - 1

    def _conditions(self, connection: Connection) -> Iterator[ColumnElement[bool]]:
        for aliased in self._sides.values():
            yield from aliased.wanted(connection)

    def _comparisons(
        self, on: Sequence[Compare], clock: Sequence[tuple[str, bool]]
    ) -> Iterator[ColumnElement[bool]]:
        columns: dict[str, Any] = {
            name: bindparam(f"clock_{place}", type_=Day() if day else Moment())
            for place, (name, day) in enumerate(clock)
        }
        moments = set(columns)
        for join in on:
            join = self._by_id(join)
            for name in names(join) - moments:
                alias, _, rest = name.partition(".")
                aliased = self._sides[alias]
                if rest.endswith(_ID):
                    columns[name] = aliased.lead(rest.removesuffix(_ID))
                else:
                    columns[name] = aliased.value(rest)[0]
            yield where(join, columns)

    def _by_id(self, join: Compare) -> Compare:
        """Compare two references to one form by id, for which there are indexes."""
        if join.relation not in ("==", "!=") or not isinstance(join.right, Var):
            return join
        targets = [self._target(var.name) for var in (join.left, join.right)]
        if not targets[0] or targets[0] != targets[1]:
            return join
        return replace(join, left=_renamed(join.left), right=_renamed(join.right))

    def _target(self, name: str) -> str:
        alias, _, rest = name.partition(".")
        return self._sides[alias].target(rest) if alias in self._sides else ""

    def _touching(self, asked: Sequence[tuple[str, str]]) -> Iterator[ColumnElement[bool]]:
        tests = [
            self._sides[alias].lead(lead) == bindparam(f"touching_{place}", type_=RecordId())
            for place, (alias, lead) in enumerate(asked)
        ]
        if tests:
            yield or_(*tests)

    def _known(self, count: int) -> Iterator[ColumnElement[bool]]:
        columns = [aliased.key for aliased in self._sides.values()]
        groups = [
            and_(
                *(
                    column == bindparam(f"key_{place}_{side}", type_=words())
                    for side, column in enumerate(columns)
                )
            )
            for place in range(count)
        ]
        if groups:
            yield or_(*groups)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Iterator[Group]:
        """Yield the groups that the query finds."""
        for row in connection.execute(self._statement, values):
            yield self._group(row)

    def _group(self, row: Sequence[Any]) -> Group:
        members = []
        for place, (alias, aliased) in enumerate(self._sides.items()):
            key, record, code, tracking = row[4 * place : 4 * place + 4]
            form = aliased.side.tables.form.id
            members.append(Member(alias, form, key, record, code or "", tracking or ""))
        values = {}
        for name, place, read in self._values:
            value = row[place]
            values[name] = value if read is None or value is None else read(value)
        led = {row[place] for place in self._touched if row[place] is not None}
        return Group(tuple(members), values, frozenset(led | {member.record for member in members}))


def _renamed(var: Var) -> Var:
    return replace(var, name=var.name + _ID)
