"""Database engines: one that writes, one that only reads, set up so that neither waits in vain."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url

from seamline.problems import Refused
from seamline.text import Text

DialectName = Literal["sqlite", "postgresql"]
BUSY_MILLISECONDS = 30_000
WAL_BYTES = 64 * 1024 * 1024  # the log file is cut back to this after a checkpoint
# Page caches per connection. Readers are many, and find what they miss in the system's own cache.
WRITER_KIBIBYTES, READER_KIBIBYTES = 32 * 1024, 8 * 1024
# SQLite 3.7.0 to 3.51.2 can lose a page when two connections checkpoint at the same time.
SOUND_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Engines:
    """The two engines of a store; `notes` tell an operator what is not as it should be."""

    write: Engine
    read: Engine
    dialect: DialectName
    notes: tuple[Text, ...] = ()

    def close(self) -> None:
        """Close every pooled connection."""
        self.write.dispose()
        self.read.dispose()


def open_engines(url: str) -> Engines:
    """Open `sqlite:///path` or `postgresql+psycopg://...`; nothing is connected yet.

    Raises Refused for another kind of database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    if parsed.drivername == "postgresql+psycopg":
        return _postgresql(url)
    raise Refused.one(
        "unknown_database",
        Text(
            f"不支持的数据库“{parsed.drivername}”。",
            f"The database '{parsed.drivername}' is not supported.",
        ),
        status=400,
        hint=Text(
            "请使用 sqlite:/// 或 postgresql+psycopg:// 开头的地址。",
            "Use an address that starts with sqlite:/// or postgresql+psycopg://.",
        ),
    )


def sqlite_module() -> ModuleType:
    """Return the SQLite driver: the current one where its wheel is installed, else Python's own."""
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:  # no wheel for this machine
        return sqlite3
    module: ModuleType = driver
    return module


def _sqlite(url: str) -> Engines:
    driver = sqlite_module()
    common: dict[str, Any] = {
        "module": driver,
        "connect_args": {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
        "pool_reset_on_return": "rollback",
    }
    write = create_engine(url, pool_size=2, max_overflow=0, **common)
    read = create_engine(url, pool_size=8, max_overflow=32, **common)
    event.listen(write, "connect", _prepare_writer)
    event.listen(read, "connect", _prepare_reader)
    event.listen(write, "begin", _begin_immediate)
    event.listen(read, "begin", _begin_deferred)
    return Engines(write, read, "sqlite", _notes(driver))


def _prepare_writer(connection: Any, _record: object) -> None:
    _prepare(
        connection,
        "synchronous = FULL",
        f"journal_size_limit = {WAL_BYTES}",
        f"cache_size = -{WRITER_KIBIBYTES}",
    )


def _prepare_reader(connection: Any, _record: object) -> None:
    _prepare(connection, f"cache_size = -{READER_KIBIBYTES}", "query_only = ON")


def hurried(engines: Engines) -> None:
    """Let the writers of SQLite go on before anything is on disk."""

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(engines.write, "connect", hurry)
    engines.write.dispose()


def _prepare(connection: Any, *more: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        *more,
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later is refused at once by SQLite when another
    # has written meanwhile, whatever the busy timeout; so the write lock is taken first.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _notes(driver: ModuleType) -> tuple[Text, ...]:
    version: tuple[int, ...] = driver.sqlite_version_info
    if version >= SOUND_SQLITE:
        return ()
    found = ".".join(map(str, version))
    return (
        Text(
            f"SQLite {found} 有 WAL 缺陷，建议安装 pysqlite3(3.51.3 以上)。",
            f"SQLite {found} has a known defect in its write-ahead log; "
            "install pysqlite3 (3.51.3 or later).",
        ),
    )


def _postgresql(url: str) -> Engines:
    try:
        import psycopg
    except ImportError as missing:
        raise Refused.one(
            "driver_missing",
            Text("未安装 PostgreSQL 驱动。", "The PostgreSQL driver is not installed."),
            status=400,
            hint=Text(
                "请运行 pip install 'seamline[postgresql]'。",
                "Run pip install 'seamline[postgresql]'.",
            ),
        ) from missing
    del psycopg
    common: dict[str, Any] = {"pool_pre_ping": False, "pool_size": 8, "max_overflow": 32}
    write = create_engine(
        url,
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c timezone=UTC -c lock_timeout=30s"},
        **common,
    )
    read = create_engine(
        url,
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c timezone=UTC -c default_transaction_read_only=on"},
        **common,
    )
    _lost_together(write, read)
    return Engines(write, read, "postgresql")


def _lost_together(one: Engine, other: Engine) -> None:
    """Let go of all connections when one turns out to be lost: the server was restarted, and each
    of them would fail once."""

    def of(engine: Engine, beside: Engine) -> None:
        def lost(context: ExceptionContext) -> None:
            if context.is_disconnect:
                beside.dispose()

        event.listen(engine, "handle_error", lost)

    of(one, other)
    of(other, one)
