"""A session with a database: reads that are guarded and bounded, and one narrow kind of write."""

from __future__ import annotations

import hashlib
import importlib
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from seamline.connector import AskPerson, GiveUp
from seamline.problems import Problem
from seamline.statements import require_read
from seamline.text import Text

from .dialects import Dialect
from .setbacks import is_gone, setback
from .texts import Asked

LOCK_MILLISECONDS = 2_000  # whoever holds a row longer is asked again at the next poll
KEPT_SECONDS = 300.0
KEPT = 2  # connections of one kind: opening one to SQL Server costs a hundred polls
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach a database: by which driver, with which words, in which dialect."""

    driver: str  # mssql-python or odbc
    words: str
    dialect: Dialect
    seconds: float = 15.0

    @property
    def name(self) -> str:
        """Return a name of the way that gives nothing of it away."""
        return hashlib.sha256(f"{self.driver}\0{self.words}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Update:
    """New values of columns of one row; it changes nothing where `when` does not hold."""

    table: str
    columns: Mapping[str, object]
    key: tuple[str, object]
    version: tuple[str, int]


def update_of(change: Update, dialect: Dialect) -> str:
    """Return the statement that changes one row by its key and version."""
    places = ", ".join(f"{name} = ?" for name in change.columns)
    version = dialect.later.format(column=change.version[0], sign="=")
    return f"UPDATE {change.table} SET {places} WHERE {change.key[0]} = ? AND {version}"


class Session:
    """Asks a database; every failure leaves it as a setback."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._connection: Any = None
        self._fresh = False

    def rows(self, asked: Asked, most: int = 1_000_000) -> list[tuple[Any, ...]]:
        """Return the rows of a read; GiveUp where it is none, or gives more than `most`."""
        _require_read(asked.statement)
        try:
            found = self._fetch(asked, most)
        except Exception as error:
            raise setback(error) from error
        if len(found) > most:
            say = Text(
                f"查询结果超过 {most} 行，已停止。", f"The query gives more than {most} rows."
            )
            raise GiveUp(Problem("too_many_rows", say))
        return list(map(tuple, found))

    def names(self, asked: Asked) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns of a read, and its rows."""
        rows = self.rows(asked)
        return [column[0] for column in self._described], rows

    def columns(self, asked: Asked) -> dict[str, type]:
        """Return the columns of a read with the types that the driver gives their values."""
        self.rows(asked)
        return {column[0]: column[1] for column in self._described}

    def one(self, asked: Asked) -> Any:
        """Return the first value of the first row."""
        return self.rows(asked)[0][0]

    def update(self, change: Update) -> int:
        """Change one row by its key and version; return how many rows that was."""
        for name in (change.table, *change.columns, change.key[0], change.version[0]):
            if not _NAME.fullmatch(name):
                say = Text(f"“{name}”不是列名。", f"'{name}' is not the name of a column.")
                raise GiveUp(Problem("no_name", say))
        statement = update_of(change, self.way.dialect)
        values = (*change.columns.values(), change.key[1], change.version[1])
        try:
            with self._cursor() as cursor:
                cursor.execute(statement, self._bound(values))
                return int(cursor.rowcount)
        except Exception as error:
            # Whether it took effect before the connection broke is not known here.
            raise setback(error, "unknown" if is_gone(error) else "none") from error

    def close(self) -> None:
        """Give the connection back, for the next session on the same way."""
        if self._connection is not None:
            _POOL.keep(self.way.name, self._connection)
            self._connection = None

    def _fetch(self, asked: Asked, most: int) -> Sequence[Any]:
        try:
            return self._fetch_once(asked, most)
        except Exception as error:
            if self._fresh or not is_gone(error):
                raise
            # It had been kept since the last session and was ended meanwhile: one new try.
            return self._fetch_once(asked, most)

    def _fetch_once(self, asked: Asked, most: int) -> Sequence[Any]:
        with self._cursor() as cursor:
            cursor.execute(asked.statement, self._bound(asked.values))
            self._described = cursor.description or ()
            found: Sequence[Any] = cursor.fetchmany(most + 1)
            return found

    def _bound(self, values: Sequence[object]) -> Sequence[object]:
        if not self.way.dialect.texts:
            return values
        return [
            value.isoformat(" ", "seconds") if isinstance(value, datetime) else value
            for value in values
        ]

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        if self._connection is None:
            self._connection = _POOL.take(self.way.name)
            self._fresh = self._connection is None
            if self._connection is None:
                self._connection = _opened(self.way)
        cursor = None
        try:
            cursor = self._connection.cursor()
            yield cursor
        except Exception as error:
            if is_gone(error):
                with suppress(Exception):
                    self._connection.close()
                self._connection = None
            raise
        finally:
            if cursor is not None:
                with suppress(Exception):
                    cursor.close()


@lru_cache(maxsize=512)
def _require_read(statement: str) -> None:
    """Look at a statement once: the same few are sent again and again."""
    require_read(statement)


class _Pool:
    """Connections that are open and not in use, a few for each way and not for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, list[tuple[float, Any]]] = {}

    def take(self, name: str) -> Any:
        """Return an open connection, or None."""
        with self._lock:
            waiting = self._kept.get(name, [])
            while waiting:
                at, connection = waiting.pop()
                if time.monotonic() - at < KEPT_SECONDS:
                    return connection
                with suppress(Exception):
                    connection.close()
        return None

    def keep(self, name: str, connection: Any) -> None:
        """Keep an open connection for the next one."""
        with self._lock:
            waiting = self._kept.setdefault(name, [])
            waiting.append((time.monotonic(), connection))
            out = waiting[:-KEPT]
            del waiting[:-KEPT]
        for _, old in out:
            with suppress(Exception):
                old.close()


_POOL = _Pool()


def _opened(way: Way) -> Any:
    """Open a connection by its driver; it commits each statement at once."""
    driver = _driver(way.driver)
    connection = driver.connect(way.words, autocommit=True, timeout=int(way.seconds))
    if way.dialect.name == "sqlserver":
        connection.timeout = int(way.seconds)  # of statements; the other drivers refuse it
    milliseconds = int(way.seconds * 1000)
    waiting = min(milliseconds, LOCK_MILLISECONDS)
    cursor = connection.cursor()
    for statement in way.dialect.opening:
        cursor.execute(statement.format(milliseconds=milliseconds, waiting=waiting))
    cursor.close()
    return connection


def _driver(name: str) -> Any:
    """Return the module of a driver; it is not needed by whoever has no such connection."""
    module = {"odbc": "pyodbc", "mssql-python": "mssql_python"}[name]
    extra = {"odbc": "odbc", "mssql-python": "u8"}[name]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        say = Text(
            f"没有安装 {module}(或它需要的系统库):{error}",
            f"{module} is not installed, or a system library it needs: {error}",
        )
        hint = Text(
            f"运行 pip install 'seamline[{extra}]'"
            + ("并安装 unixodbc。" if name == "odbc" else "。"),
            f"Run pip install 'seamline[{extra}]'"
            + (" and install unixodbc." if name == "odbc" else "."),
        )
        raise AskPerson(Problem("driver_missing", say, hint=hint)) from error
