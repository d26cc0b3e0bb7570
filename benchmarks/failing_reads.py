"""Reading other systems that fail: what changed there is told once each, whatever went wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from seamline import clock
from seamline.connector import Connector, Retry
from seamline.problems import Problem
from seamline.store import Query
from seamline.text import Text
from seamline.usecases.desk import Desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.polling import Poller

HEADER = 100  # bytes by which a database file is known
# More than the time between two looks, and than Kingdee needs to accept a new session.
LATER = timedelta(minutes=6)
Fault = tuple[str, Mapping[str, Any]]


@dataclass
class Source:
    """Another system that is read: how it fails, and how something changes there."""

    name: str
    entity: str
    key: str
    connect: Callable[[], AbstractContextManager[Connector]]
    faults: Sequence[Fault]
    begin: Callable[[], None]
    change: Callable[[], None]
    fail: Callable[[str, Mapping[str, Any], bool], None]
    heal: Callable[[], None]
    passes: Callable[[float], None]


class Reader:
    """Looks at one source at a time, as the poller of a worker does, in a time of its own."""

    def __init__(self, desk: Desk, settle: Callable[[], None]) -> None:
        self._desk = desk
        self._settle = settle
        self._at = clock.now()
        self._source: Source | None = None
        self._poller = Poller(desk, now=lambda: self._at, opened=self._opened)
        self._dispatcher = Dispatcher(desk, desk.runs)

    @contextmanager
    def _opened(self, name: str) -> Iterator[Connector]:
        if self._source is None or name != self._source.name:
            raise Retry(Problem("not_now", Text("此时不读。", "Not read at this moment.")))
        with self._source.connect() as connector:
            yield connector

    def look(self) -> int:
        """Look once; return how many changes were told."""
        self._at += LATER
        if self._source is not None:
            self._source.passes(LATER.total_seconds())
        told = self._poller.tick()
        while self._dispatcher.drain():
            pass
        self._settle()
        return told

    def seen(self, source: Source) -> int:
        """Return how often the change of a source came to a record."""
        model = self._desk.catalogs.current().forms["seen"]
        with self._desk.store.reading() as unit:
            rows = unit.records.page(model.tables, Query(limit=1000, total=False)).rows
        values = [row.values for row in rows]
        return sum((one["system"], one["what"]) == (source.name, source.key) for one in values)

    def played(self, source: Source, fault: str, args: Mapping[str, Any], always: bool) -> bool:
        """Play one fault; print what became of the change, and return whether it is as it must be.

        It is told once: by a look within the fault, or by the first after it is mended.
        """
        self._source = source
        source.begin()
        with self._desk.store.unit() as unit:
            unit.timers.cancel((f"read:{source.name}:{source.entity}",))
        self.look()
        before = self.seen(source)
        source.change()
        source.fail(fault, args, always)
        for _ in range(2):
            self.look()
        within = self.seen(source) - before
        source.heal()
        for _ in range(2):
            self.look()
        after = self.seen(source) - before
        right = after == 1 and within <= 1
        name = f"{fault}{' after' if args.get('after') else ''}"
        print(f"{'ok   ' if right else 'WRONG'} {source.name:9} read  {name:27} "
              f"{'always' if always else 'once':7} {'told' if within else 'later':8} "
              f"{within} then {after}", flush=True)  # fmt: skip
        return right


def database(
    name: str, entity: str, key: str, path: Path, statement: str,
    connect: Callable[[], AbstractContextManager[Connector]],
) -> Source:  # fmt: skip
    """Return a source in a database file: held by another, a table not there, or torn."""
    held: list[sqlite3.Connection] = []
    torn: list[bytes] = []
    renamed: list[str] = []
    table = statement.split()[1]

    def change() -> None:
        done(statement)

    def done(asked: str) -> None:
        with closing(sqlite3.connect(path)) as other, other:
            other.execute(asked)

    def fail(fault: str, _args: Mapping[str, Any], always: bool) -> None:
        if fault == "held by another":
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            held.append(other)
        elif fault == "torn":
            with path.open("r+b") as file:
                torn.append(file.read(HEADER))
                file.seek(0)
                file.write(bytes(HEADER))
        else:
            done(f"ALTER TABLE {table} RENAME TO {table}_away")
            renamed.append(table)

    def heal() -> None:
        while held:
            held.pop().close()
        while torn:
            with path.open("r+b") as file:
                file.write(torn.pop())
        while renamed:
            done(f"ALTER TABLE {table}_away RENAME TO {renamed.pop()}")

    faults: list[Fault] = [("held by another", {}), ("no such table", {}), ("torn", {})]
    return Source(name, entity, key, connect, faults, _nothing, change, fail, heal, _nothing)


def folder(path: Path, connect: Callable[[], AbstractContextManager[Connector]]) -> Source:
    """Return a folder that is read: it can be gone, or there and not a folder."""
    away = path.with_name("away")
    path.mkdir()
    (path / "old.txt").write_text("old", encoding="utf-8")

    counted = count()

    def begin() -> None:
        (path / "new.txt").unlink(missing_ok=True)

    def change() -> None:
        new = path / "new.txt"
        new.write_text(f"new {next(counted)}", encoding="utf-8")
        os.utime(new, ns=(new.stat().st_mtime_ns + 10**9,) * 2)

    def fail(fault: str, _args: Mapping[str, Any], _always: bool) -> None:
        path.rename(away)
        if fault == "not a folder":
            path.write_text("", encoding="utf-8")

    def heal() -> None:
        path.unlink(missing_ok=True)
        away.rename(path)

    faults: list[Fault] = [("gone", {}), ("not a folder", {})]
    return Source("files", "file", "new.txt", connect, faults, begin, change, fail, heal, _nothing)


def _nothing(*_given: object) -> None: ...
