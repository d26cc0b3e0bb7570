"""Any table of any database with an ODBC driver, read only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from seamline.connector import (
    AskPerson,
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    Member,
    MemberKind,
    Page,
    Setback,
)
from seamline.problems import Problem
from seamline.text import Text

from ..databases.reading import Reader, Source
from ..databases.session import Session
from ..databases.texts import Asked
from ..databases.ways import way

_KINDS: Mapping[type, MemberKind] = {
    bool: "boolean", int: "integer", float: "decimal", Decimal: "decimal", datetime: "datetime",
    date: "date",
}  # fmt: skip
# What may be wrong with one table while the others can be read.
_OF_ONE = ("column_missing", "other_shape", "right_missing")


def connect(settings: Mapping[str, Any], context: Context) -> Tables:
    """Return a connection to the tables that the settings list."""
    return Tables(settings, context)


class Tables:
    """The tables of one database; what columns they have is asked of the database."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._tables: Sequence[Mapping[str, Any]] = settings.get("tables", ())
        self._context = context
        self._zone = ZoneInfo(settings.get("zone", "Asia/Shanghai"))
        self._session = Session(way({**settings, "driver": "odbc"}, context.secret))
        self._kept: dict[str, Reader] = {}

    def check(self) -> Sequence[Finding]:
        """Return whether each table can be read."""
        found = []
        for table in self._tables:
            title = Text.same(table["name"])
            try:
                count = len(_source(self._session, table).entity.members)
            except Setback as setback:
                hint = setback.problem.hint or Text("稍后再试。", "Try again later.")
                found.append(Finding(title, False, setback.problem.say, hint))
            else:
                found.append(Finding(title, True, Text(f"可读，{count} 列", f"{count} columns")))
        return found

    def describe(self) -> Sequence[Entity]:
        """Return the tables as entities, also those that somebody has to mend first."""
        return [self._entity(table) for table in self._tables]

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor."""
        return self._reader(entity).read(entity, since, limit)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one row as it stands now, or None."""
        return self._reader(entity).find(entity, key)

    def close(self) -> None:
        """Give the session back."""
        self._session.close()

    def _entity(self, table: Mapping[str, Any]) -> Entity:
        try:
            return _source(self._session, table).entity
        except Setback as setback:
            if setback.problem.code not in _OF_ONE:
                raise
            name, wrong = table["name"], setback.problem
            return Entity(name, Text.same(name), (), (), readable=False, wrong=wrong)

    def _reader(self, entity: str) -> Reader:
        """Return what reads one table, whatever may be wrong with another."""
        if entity not in self._kept:
            asked = [one for one in self._tables if one["name"] == entity]
            sources = [_source(self._session, one) for one in asked]
            self._kept[entity] = Reader(self._session, sources, self._zone, self._context.now)
        return self._kept[entity]


def _source(session: Session, table: Mapping[str, Any]) -> Source:
    """Return a table as a source, its columns as the database describes them."""
    name, key, version = table["table"], list(table["key"]), table.get("version", "")
    columns = session.columns(Asked(f"SELECT * FROM {name} WHERE 1 = 0", ()))
    kinds = {column: _KINDS.get(kind, "text") for column, kind in columns.items()}
    folded = {column.lower(): column for column in columns}
    missing = [one for one in (*key, version) if one and one.lower() not in folded]
    if missing:
        say = Text(
            f"表 {name} 没有列 {', '.join(missing)}。",
            f"The table {name} has no column {', '.join(missing)}.",
        )
        hint = Text("核对连接的设置。", "Compare the connection's settings.")
        raise AskPerson(Problem("column_missing", say, hint=hint, got=missing[0]))
    key = [folded[one.lower()] for one in key]
    shown = [*key, *(one for one in columns if one not in key and one != folded.get(version))]
    members = tuple(Member(one, kinds[one], Text.same(one)) for one in shown)
    title = Text.same(table["name"])
    entity = Entity(table["name"], title, tuple(key), members, since=bool(version))
    listed = ", ".join(f't.{one} AS "{one}"' for one in shown)
    by = [f"t.{one}" for one in key]
    order = ", ".join(by)
    where = f"{{where:{by[0]}}}"
    watch = (
        f"SELECT {{top}} {order}, {{version:t.{version}}} FROM {name} t"
        f" WHERE {{later:t.{version}}} AND {{until:t.{version}}} ORDER BY t.{version} {{limit}}"
    )
    own = f', {{version:t.{version}}} AS "version"' if version else ""
    rowversion = bool(version) and columns[folded[version.lower()]] in (bytes, bytearray)
    return Source(
        entity,
        tuple(by),
        keys=f"SELECT {{top}} {order} FROM {name} t WHERE {where} ORDER BY {order} {{limit}}",
        head=f"SELECT {listed}{own} FROM {name} t WHERE {where}",
        watch=(watch,) if version else (),
        mark="" if rowversion else f"SELECT COALESCE(MAX({version}), 0) FROM {name}",
    )
