"""Where the durable engine keeps its tables: a file beside SQLite's, a schema of PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from seamline.store.engine import BUSY_MILLISECONDS, sqlite_module


def file_of(url: str) -> Path | None:
    """Return the file of the engine's tables, None where they lie in the workspace's database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    place = Path(parsed.database or "")
    return place.with_name(f"{place.stem}.jobs{place.suffix}")


def copied(url: str, target: Path) -> bool:
    """Copy the engine's own file while it is at work; return whether there is one."""
    file = file_of(url)
    if file is None or not file.is_file():
        return False
    driver = sqlite_module()
    with closing(driver.connect(str(file))) as source, closing(driver.connect(str(target))) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file
    return True


def open_place(url: str) -> Engine:
    """Return the SQLAlchemy engine of the tables of the durable engine.

    On SQLite commits there are not flushed one by one: what a power cut takes is made again from
    the outbox, whose transactions are.
    """
    file = file_of(url)
    if file is None:
        return create_engine(url, pool_size=10, max_overflow=20)
    engine = create_engine(
        f"sqlite:///{file}",
        module=sqlite_module(),
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
        pool_size=12,
        max_overflow=20,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"  # the engine begins its own transactions
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def load_whole() -> None:
    """Load all of SQLAlchemy, before there are threads.

    The library of the durable engine loads the rest of it in a thread of its own; a statement
    that another thread runs meanwhile would find it half there.
    """
    import sqlalchemy.ext.asyncio
    import sqlalchemy.orm  # noqa: F401
