"""Records of several forms that belong together: one query over their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, literal, or_, select

from seamline.conditions.node import Compare, Node, Var, names
from seamline.conditions.sql import Child, where
from seamline.facts import Value

from .assemble import Joins
from .narrowing import narrowed
from .tables import FormTables
from .types import Day, Moment

_ID = " id"  # marks the name of a reference that stands for the id; no author can write it
TOGETHER = 50  # groups of known records looked up at once


@dataclass(frozen=True, slots=True)
class Side:
    """One kind of record that takes part, under `alias`: a form's, or the rows of one sub-table.

    `names` are read along (`qty`, `customer.credit_line`); `leads` are the references of it whose
    records count as touched.
    """

    alias: str
    tables: FormTables
    table: str
    where: Node | None
    names: tuple[str, ...]
    leads: tuple[str, ...] = ()


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
    plan = _Plan(connection, sides, on, clock)
    asked = plan.touching(tuple(touching))
    if keys is None:
        yield from plan.run(asked, limit)
        return
    wanted = list(keys)
    for start in range(0, len(wanted), TOGETHER):
        yield from plan.run([*asked, plan.known(wanted[start : start + TOGETHER])], limit)


class _Plan:
    """One query: which tables, which columns, and the way from a row to a group."""

    def __init__(
        self,
        connection: Connection,
        sides: Sequence[Side],
        on: Sequence[Compare],
        clock: Mapping[str, Value],
    ) -> None:
        self._connection = connection
        self._sides = {side.alias: _Aliased(side) for side in sides}
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
        self._wanted = [*self._conditions(), *self._comparisons(on, clock)]

    def _put(self, column: ColumnElement[Any]) -> int:
        self._select.append(column)
        return len(self._select) - 1

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        for aliased in self._sides.values():
            yield from aliased.wanted(self._connection)

    def _comparisons(
        self, on: Sequence[Compare], clock: Mapping[str, Value]
    ) -> Iterator[ColumnElement[bool]]:
        columns: dict[str, Any] = {
            name: literal(value, Moment() if hasattr(value, "hour") else Day())
            for name, value in clock.items()
        }
        for join in on:
            join = self._by_id(join)
            for name in names(join) - clock.keys():
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

    def touching(self, asked: Sequence[Touching]) -> list[ColumnElement[bool]]:
        """Return the condition that one of `asked` holds, nothing where there is none."""
        tests = [self._sides[one.alias].lead(one.lead) == one.record for one in asked]
        return [or_(*tests)] if tests else []

    def known(self, keys: Sequence[tuple[str, ...]]) -> ColumnElement[bool]:
        """Return the condition that the members are just those of one of `keys`."""
        columns = [aliased.key for aliased in self._sides.values()]
        return or_(
            *(
                and_(*(column == key for column, key in zip(columns, group, strict=True)))
                for group in keys
            )
        )

    def run(self, asked: Sequence[ColumnElement[bool]], limit: int | None) -> Iterator[Group]:
        """Yield the groups that fulfil `asked` as well."""
        statement: Select[Any] = (
            select(*self._select)
            .select_from(*(aliased.source() for aliased in self._sides.values()))
            .where(*self._wanted, *asked)
        )
        if limit is not None:
            statement = statement.limit(limit)
        for row in self._connection.execute(statement):
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


class _Aliased:
    """One side in a query: its tables under names of their own, so that a form can come twice."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.main: Any = side.tables.main.alias()
        self._record = Joins(side.tables, self.main, side.tables.cells)
        self._row: Joins | None = None
        if side.table:
            child: Any = side.tables.children[side.table].alias()
            self._row = Joins(side.tables, child, side.tables.child_cells[side.table])

    @property
    def key(self) -> ColumnElement[Any]:
        """The id of the row, else of the record."""
        own: ColumnElement[Any] = (self._row or self._record).table.c["_id"]
        return own

    def head(self) -> list[ColumnElement[Any]]:
        """Return the columns that say which record it is."""
        return [self.key, *(self.main.c[name] for name in ("_id", "_code", "_tracking"))]

    def value(self, name: str) -> tuple[ColumnElement[Any], Callable[[Any], Any] | None]:
        """Return the column of a value as conditions see it, and the way to read it."""
        first, _, field = name.partition(".")
        joins = self._holding(first)
        if field:
            tables, table = joins.to(first)
            return _seen(joins, tables, table, f"{first}.{field}", field)
        return _seen(joins, joins.tables, joins.table, first, first, joins.cells)

    def lead(self, reference: str) -> ColumnElement[Any]:
        """Return the column of a reference as the id of its record; a key is the record's own."""
        if self._names_itself(reference):
            own: ColumnElement[Any] = self.main.c["_id"]
            return own
        return self._holding(reference).table.c[reference]

    def target(self, name: str) -> str:
        """Return the form whose record a name stands for; empty for any other value."""
        if self._names_itself(name):
            return self.side.tables.form.id
        cell = self._holding(name).cells.get(name)
        return "" if cell is None else cell.target

    def _names_itself(self, name: str) -> bool:
        """Say whether a name is the key by which references know the record itself."""
        form = self.side.tables.form
        cell = self.side.tables.cells.get(name)
        key = name == form.key and cell is not None and cell.field.required and not cell.target
        return name == "_id" or (key and self._holding(name) is self._record)

    def _holding(self, name: str) -> Joins:
        """Return the row or the record, whichever has the name; a column hides a field."""
        if self._row is not None and name in self._row.cells:
            return self._row
        return self._record

    def wanted(self, connection: Connection) -> Iterator[ColumnElement[bool]]:
        """Yield what the side's own condition and its being in use amount to."""
        yield self.main.c["_archived_at"].is_(None)
        node = self.side.where
        if node is None:
            return
        if self._row is None:
            yield narrowed(self._record, node, connection)
            return
        columns = {name: self.value(name)[0] for name in names(node)}
        children: Mapping[str, Child] = {}
        yield where(node, columns, children)

    def source(self) -> FromClause:
        """Return the joined tables of this side, once every column has been asked for."""
        source = self._record.source()
        if self._row is None:
            return source
        row = self._row
        joined: FromClause = source.join(row.table, row.table.c["_parent"] == self.main.c["_id"])
        return row.onto(joined)


def _seen(
    joins: Joins,
    tables: FormTables,
    table: FromClause,
    path: str,
    field: str,
    cells: Mapping[str, Any] | None = None,
) -> tuple[ColumnElement[Any], Callable[[Any], Any] | None]:
    """Return a field's column, a reference's being the key of the record it names."""
    cell = (tables.cells if cells is None else cells).get(field)
    if cell is not None and cell.target:
        target, named = joins.to(path)
        return named.c[target.key.key], str
    column: ColumnElement[Any] = table.c[field]
    return column, None if cell is None else cell.read


def _renamed(var: Var) -> Var:
    return replace(var, name=var.name + _ID)
