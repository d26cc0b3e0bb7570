"""CPU that reading U8 costs: idle polls, full refresh, a delta of one percent; medians.

Usage: python benchmarks/u8_poll.py [--skus 100000]. Without a number the invented company of
2,000 materials is read; with one, a database of so many is made in a temporary folder first.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from seamline.connector import pages
from seamline.connectors.u8 import connect
from seamline.connectors.u8.standin.seeding import SMALL
from seamline.connectors.u8.standin.target import build

RUNS, LIMIT = 9, 5_000
NOW = datetime(2025, 12, 1, tzinfo=UTC)
ENTITIES = ("available", "stock", "materials")


class Context:
    """What the connector is given: a moment, and nothing else."""

    connection, http, memory = "bench", None, None

    def now(self):
        return NOW

    def secret(self, name):
        raise KeyError(name)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--skus", type=int, default=2_000)
    count = asked.parse_args().skus
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "u8.db"
        build(path, SMALL)
        if count > 2_000:
            grow(path, count)
        words = f"DRIVER=SQLite3;Database={path}"
        u8 = connect({"driver": "odbc", "dialect": "sqlite", "connection_string": words}, Context())
        cursors = {name: whole(u8, name) for name in ENTITIES}
        for name in ENTITIES:
            full = cpu(partial(whole, u8, name))
            idle = cpu(partial(u8.read, name, cursors[name], LIMIT))
            print(f"{name:10} full {full:7.1f} ms   idle {idle:5.2f} ms")
        changed = change(path, count // 100)
        for name in ("available", "stock"):
            delta = cpu(partial(u8.read, name, cursors[name], LIMIT))
            found = len(u8.read(name, cursors[name], LIMIT).changes)
            print(f"{name:10} delta of {found} ({changed} rows changed) {delta:7.1f} ms")


def whole(u8, name):
    """Read everything, and return where later reading goes on."""
    return list(pages(u8, name, None, LIMIT))[-1].cursor


def cpu(act) -> float:
    """Return the median CPU of an act in milliseconds."""
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        act()
        found.append((time.process_time() - start) * 1_000)
    return statistics.median(found)


def change(path: Path, count: int) -> int:
    """Change the stock of so many materials."""
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID IN"
            " (SELECT MIN(AutoID) FROM CurrentStock GROUP BY cInvCode LIMIT ?)", (count,),
        ).rowcount  # fmt: skip


def grow(path: Path, count: int) -> None:
    """Copy materials with their stock and purchases until there are so many."""
    with sqlite3.connect(path) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(names).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for turn in range(1, -(-count // 2_000)):
            for table, key in (("Inventory", "I_id"), ("CurrentStock", "AutoID")):
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                own = {"cInvCode": f"cInvCode || '-{turn}'", key: f"{key} + {turn * 10_000}"}
                listed = ", ".join(own.get(name, name) for name in columns)
                like = "NOT LIKE '%-%-%'"
                connection.execute(
                    f"INSERT INTO {table} SELECT {listed} FROM {table} WHERE cInvCode {like}"
                )
        top = connection.execute("SELECT v FROM u8sim_rowversion").fetchone()[0]
        connection.execute(f"UPDATE CurrentStock SET ufts = {top} + AutoID")
        connection.execute("UPDATE u8sim_rowversion SET v = (SELECT MAX(ufts) FROM CurrentStock)")
        connection.execute(
            "CREATE TRIGGER bump AFTER UPDATE ON CurrentStock WHEN NEW.ufts IS OLD.ufts BEGIN"
            " UPDATE u8sim_rowversion SET v = v + 1; UPDATE CurrentStock SET ufts ="
            " (SELECT v FROM u8sim_rowversion) WHERE rowid = NEW.rowid; END"
        )


if __name__ == "__main__":
    main()
