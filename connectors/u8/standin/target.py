"""Where the stand-in is put: an SQLite file, or any database that a DB-API connection reaches."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from .ddl import Dialect, creating, finishing
from .schema import tables
from .seeding import FULL, Sizes, World, seed
from .seeding.world import REFERENCE, Batch, text

CHUNK = 5_000
Tell = Callable[[int, int], None]


def build(path: Path, sizes: Sizes = FULL, tell: Tell = lambda done, whole: None) -> World:
    """Make the stand-in as a new SQLite file and return what it was made of."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nothing is lost by a crash but a file that is made again in seconds.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        world = fill(connection, "sqlite", seed(sizes), tell)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    return world


def fill(
    connection: Any, dialect: Dialect, world: World, tell: Tell = lambda done, whole: None
) -> World:
    """Make the tables in an empty database (qmark style) and put every row into them."""
    cursor = connection.cursor()
    for statement in creating(dialect):
        cursor.execute(statement)
    whole = sum(len(batch.rows) for batch in world.batches.values())
    done = version = 0
    for batch in world.batches.values():
        statement, chunks = _loading(batch, dialect, version)
        for chunk in chunks:
            cursor.executemany(statement, chunk)
            done += len(chunk)
            tell(done, whole)
        version += len(batch.rows)
    cursor.executemany("INSERT INTO u8sim_truth VALUES (?, ?, ?)", world.truth)
    state = [("clock", text(REFERENCE)), ("mode", "live"), ("moves", "0")]
    cursor.executemany("INSERT INTO u8sim_state VALUES (?, ?)", state)
    if dialect != "tsql":
        cursor.execute(f"UPDATE u8sim_rowversion SET v = {version}")
    for statement in finishing(dialect):
        cursor.execute(statement)
    connection.commit()
    return world


def _loading(
    batch: Batch, dialect: Dialect, version: int
) -> tuple[str, Iterator[Sequence[Sequence[Any]]]]:
    """Return the statement that loads a batch, and its rows in chunks with their rowversions."""
    table = tables()[batch.table]
    versioned = bool(table.version) and dialect != "tsql"
    columns = [*batch.columns, table.version] if versioned else list(batch.columns)
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
    kinds = {column.name: column.kind for column in table.columns}
    moments = [index for index, name in enumerate(batch.columns) if kinds[name] == "datetime"]

    def chunks() -> Iterator[Sequence[Sequence[Any]]]:
        for start in range(0, len(batch.rows), CHUNK):
            chunk: list[Any] = batch.rows[start : start + CHUNK]
            if dialect != "sqlite":
                chunk = [_timed(row, moments) for row in chunk]
            if versioned:
                first = version + start + 1
                chunk = [(*row, number) for number, row in enumerate(chunk, first)]
            yield chunk

    return statement, chunks()


def _timed(row: Sequence[Any], moments: Sequence[int]) -> list[Any]:
    """Return a row with datetimes, which the drivers of servers want in place of text."""
    values = list(row)
    for index in moments:
        if values[index] is not None:
            values[index] = datetime.strptime(values[index], "%Y-%m-%d %H:%M:%S")
    return values
