"""A connection to U8: what it reads, how it writes, and what should be known before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from seamline.connector import (
    AskPerson,
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    GiveUp,
    Page,
    Receipt,
    Setback,
    Write,
)
from seamline.problems import Problem
from seamline.text import Text

from ..databases.reading import Reader
from ..databases.session import Session
from ..databases.texts import Asked
from ..databases.ways import way
from .entities import NUMBERS, sources
from .naming import meant
from .writing import Writer, writer

COLUMNS = {
    "customer_po": "cDefine1", "settlement_no": "cDefine10", "final_delivery": "cDefine4",
    "document": "cDefine10",
}  # fmt: skip
FAR_SECONDS = 120


class U8:
    """One company database, read through a guarded session."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context
        self._zone = ZoneInfo(settings.get("zone", "Asia/Shanghai"))
        self._session = Session(way(settings, context.secret))
        columns = {**COLUMNS, **settings.get("columns", {})}
        self._writer: Writer | None = writer(settings, columns, self._session, context)
        operations = self._writer.operations if self._writer else ()
        writable = self._writer.members if self._writer else ()
        self._reader = Reader(
            self._session, sources(columns, writable, operations), self._zone, context.now
        )

    def check(self) -> Sequence[Finding]:
        """Return whether the database answers, its clock agrees and its tables are U8's."""
        title = Text("账套库", "Company database")
        try:
            self._session.one(Asked(self._session.way.dialect.version, ()))
        except Setback as setback:
            hint = setback.problem.hint or Text("稍后再试。", "Try again later.")
            return [Finding(title, False, setback.problem.say, hint)]
        found = [Finding(title, True, Text("连接正常", "It answers"))]
        found += [self._tables(entity) for entity in self._reader.entities()]
        found.append(self._way_back())
        return found

    def _tables(self, entity: Entity) -> Finding:
        try:
            page = self._reader.read(entity.name, None, 1)
        except Setback as setback:
            hint = setback.problem.hint or Text("稍后再试。", "Try again later.")
            return Finding(entity.title, False, setback.problem.say, hint)
        say = Text("可读", "Can be read") if page.changes else Text("可读，没有数据", "Empty")
        return Finding(entity.title, True, say)

    def _way_back(self) -> Finding:
        title = Text("写回", "Writing")
        if self._writer is None:
            return Finding(title, True, Text("只读，不写回", "Nothing is written"))
        return self._writer.check(title)

    def describe(self) -> Sequence[Entity]:
        """Return what can be read, and what of it written."""
        return self._reader.entities()

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor."""
        return self._reader.read(entity, since, limit)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one thing as it stands now, or None; a document also by the number people know."""
        if entity in NUMBERS:
            found = meant(self._session, entity, key)
            return None if found is None else self._reader.find(entity, str(found))
        return self._reader.find(entity, key)

    def write(self, order: Write) -> Receipt:
        """Write a sales order by the way that was chosen; never by INSERT."""
        if order.entity != "sales_orders":
            say = Text(f"不能写“{order.entity}”。", f"'{order.entity}' cannot be written.")
            raise GiveUp(Problem("not_writable", say, got=order.entity))
        if self._writer is None:
            say = Text("这个连接只读，不写回。", "This connection only reads.")
            hint = Text("在连接的设置里选择写回方式。", "Choose how to write in its settings.")
            raise AskPerson(Problem("writing_off", say, hint=hint))
        return self._writer.write(order)

    def close(self) -> None:
        """Give the session back."""
        self._session.close()
