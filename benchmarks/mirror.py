"""CPU of the stock mirror, from U8 through ODBC and the one door into the records; medians.

Usage: python benchmarks/mirror.py [--skus 100000]. The auto-parts package is published into a
workspace and its connection `u8` is set to a stand-in. Measured are a poll of its two mirrors of
every 15 seconds that finds nothing new, a comparison of everything the two hold, and polls after
the stock of one percent of the materials moved. With a number, what was taken over is copied on
both sides until there are so many. Exits 1 over 5 ms of CPU for an idle poll, over 100 ms for a
comparison of 2,000 materials, or over 300 ms for reading and comparing one percent of 100,000.
Taking that over through the door is told as well, for the whole and for one record. The garbage
collector is told to spare what is loaded, as a serving process does.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seamline import clock
from seamline.connectors.u8.standin.seeding import SMALL
from seamline.connectors.u8.standin.target import build
from seamline.facts import Actor, Origin
from seamline.settings import existing, found
from seamline.store import LocalConnection
from seamline.ui import starting
from seamline.ui.collecting import spared
from seamline.usecases import connections, sync
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.mirroring.taking import Taker
from u8_poll import change, grow

ROUNDS, DELTAS = 7, 3
SEEDED = 2_000
ADMIN = Actor("admin", "admin", ("administrator",))
START = datetime(2025, 12, 1, 1, tzinfo=UTC)
BARS = {"idle poll": 5.0, "compared whole": 100.0, "read and compared": 300.0}


class Clockwork:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def tick(self, desk: Desk, **span: float) -> float:
        """Let time pass, read what is due, and return the CPU of it in milliseconds."""
        self.moment += timedelta(**span)
        with clock.frozen(self.moment):
            return cpu(lambda: sync.tick(desk))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--skus", type=int, default=SEEDED)
    count = asked.parse_args().skus
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "u8.db"
        build(path, SMALL)
        workspace = Path(folder) / "workspace"
        desk = open_desk(found(workspace, {}))
        starting.publish(desk, "auto_parts")
        words = f"DRIVER=SQLite3;Database={path}"
        settings = {"driver": "odbc", "dialect": "sqlite", "connection_string": words}
        local = LocalConnection("u8", "on", settings)
        connections.configure(desk, ADMIN, Origin("cli"), local)
        work = Clockwork()
        first(desk, work)
        if count > SEEDED:
            grow(path, count)
            # Two libraries must not have one file open in one process.
            desk.close()
            copy(workspace / "seamline.db", count)
            desk = open_desk(existing(workspace, {}))
        stack.callback(desk.close)
        with spared():
            held = measure(desk, work, path, count)
    sys.exit(0 if held else 1)


def measure(desk: Desk, work: Clockwork, path: Path, count: int) -> bool:
    """Measure and print; return whether the bars hold."""
    # What the copies came with is read once before: the stand-in counts them as changed.
    first(desk, work)
    whole = count // SEEDED
    held = tell("idle poll", [work.tick(desk, seconds=15) for _ in range(ROUNDS)])
    rounds = ROUNDS if whole == 1 else 1
    work.tick(desk, hours=1)
    compared = [compare(desk, work) for _ in range(rounds)]
    held &= tell("compared whole", compared, whole)
    moved = max(count // 100, 1)
    looked, taken = [], []
    for _ in range(DELTAS):
        change(path, moved)
        with clock.frozen(work.moment):
            looked.append(cpu(lambda: look(desk)))
        taken.append(work.tick(desk, seconds=15))
    held &= tell("read and compared", looked, 1 if count >= 100_000 else 0)
    tell(f"stock of {moved} taken over", taken)
    tell("a record of it", [one / moved / 2 for one in taken])  # its stock, and its own figures
    return held


def compare(desk: Desk, work: Clockwork) -> float:
    """Return the CPU of comparing stock; the archives, read every five minutes, go before."""
    work.tick(desk, minutes=59, seconds=45)
    return work.tick(desk, seconds=15)


def look(desk: Desk) -> None:
    """Read and compare what both mirrors would take over, and leave it there."""
    catalog = desk.catalogs.current()
    connection = catalog.connections["u8"]
    with connections.opened(desk, "u8") as connector, desk.store.reading() as unit:
        for mirror in connection.mirrors:
            if mirror.every > 15:
                continue
            state = unit.mirrors.state("u8", mirror.id)
            taker = Taker.of(desk, catalog, connection, mirror)
            cursor = state.progress["cursors"][mirror.entity]
            while True:
                page = connector.read(mirror.entity, cursor, 500)
                taker.fresh(page.changes)
                cursor = page.cursor
                if not page.more:
                    break


def first(desk: Desk, work: Clockwork) -> None:
    """Read until nothing more waits."""
    with clock.frozen(work.moment):
        while any(one.more for one in sync.sync(desk, "u8")):
            pass


def copy(database: Path, count: int) -> None:
    """Copy the records of materials and their stock, as `grow` does over there."""
    with closing(sqlite3.connect(database)) as connection:
        for turn in range(1, -(-count // SEEDED)):
            id = f"printf('%02d', {turn + 10}) || substr({{0}}, 3)"
            code = f"replace(code || '@', '@', '-{turn}@')"
            own = {"code": f"rtrim({code}, '@')", "barcode": "NULL"}
            own |= {name: id.format(name) for name in ("_id", "material", "record")}
            own["_code"] = "NULL"
            for table in ("f_material", "f_stock"):
                insert(connection, table, own, "code NOT LIKE '%-%-%'")
            inv = "substr(key, 1, instr(key || '@', '@') - 1)"
            own["key"] = f"{inv} || '-{turn}' || substr(key, length({inv}) + 1)"
            there = f"replace(taken, '\"' || {inv} || '@', '\"' || {inv} || '-{turn}@')"
            own["taken"] = f"replace({there}, '\"' || {inv} || '\"', '\"' || {inv} || '-{turn}\"')"
            own["mark"] = "''"
            insert(
                connection, "seam_mirrored", own, "key NOT LIKE '%-%-%' AND mirror <> 'warehouse'"
            )
        connection.commit()


def insert(connection: sqlite3.Connection, table: str, own: dict[str, str], which: str) -> None:
    """Insert copies of rows with some columns of their own."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    listed = ", ".join(own.get(name, f'"{name}"') for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    connection.execute(f"INSERT INTO {table} ({named}) SELECT {listed} FROM {table} WHERE {which}")


def cpu(act: Callable[[], object]) -> float:
    """Return the CPU of an act in milliseconds."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1_000


def tell(name: str, found: list[float], times: float = 1) -> bool:
    """Print a median; return whether it holds its bar, taken so many times."""
    median = statistics.median(found)
    bar = BARS.get(name) if times else None
    held = bar is None or median <= bar * times
    mark = "" if bar is None else f"   bar {bar * times:g}{'' if held else '   MISSED'}"
    print(f"{name:28} {median:9.2f} ms of CPU{mark}", flush=True)
    return held


if __name__ == "__main__":
    main()
