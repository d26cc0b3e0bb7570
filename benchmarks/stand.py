"""The stand every benchmark runs on: a workspace, a served process, many rows, and its CPU."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text

from postgresql import cluster, postmaster
from seamline import clock
from seamline.facts import Actor, Origin, Record, Row
from seamline.store.ulid import ulid
from seamline.ui.starting import Started, start
from seamline.ui.surge.course import FORM, MASTERS, TABLE, orders
from seamline.ui.surge.process import Server, postgres_cpu_seconds
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

# Orders made through the product itself; the many are copies of these with other ids and facts.
PATTERNS = 50
BATCH = 2_000
STATES = ("submitted", "confirmed", "released", "in_production", "delivered")
CHANNELS = ("wechat", "email", "phone", "paper")
ADMINISTRATOR = Actor("benchmark", "benchmark", ("administrator",))


@dataclass(frozen=True)
class Stand:
    """A workspace with its environment, so that a served process opens the same database.

    `postmaster` is the process of its PostgreSQL, 0 on SQLite.
    """

    started: Started
    environment: dict[str, str]
    database: str
    postmaster: int = 0

    def desk(self) -> Desk:
        """Open the workspace in this process."""
        return open_desk(self.started.settings)

    @contextmanager
    def served(self) -> Iterator[Server]:
        """Serve the workspace in a process of its own until the block ends."""
        server = Server(self.started.settings.workspace, self.environment)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def asked(description: str, rows: int) -> argparse.Namespace:
    """Read the options that all benchmarks share."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--rows", type=int, default=rows, help=f"orders in the table ({rows})")
    options.add_argument("--rounds", type=int, default=5, help="rounds, of which medians (5)")
    return options.parse_args()


@contextmanager
def stand(database: str, packages: Sequence[str] = ("auto_parts",)) -> Iterator[Stand]:
    """Make a workspace with the packages and their masters on the database asked for."""
    with tempfile.TemporaryDirectory(prefix="seamline-bench-") as folder:
        workspace = Path(folder) / "workspace"
        if database == "sqlite":
            yield Stand(start(workspace, packages, MASTERS, {}), {}, database)
        else:
            home = Path(folder) / "postgresql"
            with cluster(home) as url:
                environment = {"SEAMLINE_DATABASE": url}
                started = start(workspace, packages, MASTERS, environment)
                yield Stand(started, environment, database, postmaster(home))


def load(stand: Stand, count: int, rows_each: int = 5, seed: int = 7) -> None:
    """Put `count` orders into the tables through the store, past the use case (no journal).

    Each is a copy of an order the product has made, with its own id, code, customer, dates,
    state and channel; that keeps 100,000 orders within a minute.
    """
    desk = stand.desk()
    dice = random.Random(seed)
    tables = desk.catalogs.current().forms[FORM].tables
    patterns = [_pattern(desk, stand, number, rows_each) for number in range(1, PATTERNS + 1)]
    today = clock.today(desk.catalogs.current().zone)
    for begun in range(PATTERNS, count, BATCH):
        with desk.store.unit() as unit:
            for number in range(begun, min(begun + BATCH, count)):
                pattern = patterns[number % PATTERNS]
                unit.records.insert(tables, copy_of(pattern, number, dice, today))
    analyse(desk)
    desk.close()


def analyse(desk: Desk) -> None:
    """Let PostgreSQL see what it holds, as its own housekeeping would have by now."""
    if desk.store.dialect == "postgresql":
        with desk.store.unit() as unit:
            unit.connection.execute(text("ANALYZE"))


def _pattern(desk: Desk, stand: Stand, number: int, rows: int) -> Record:
    values = orders(stand.started, seed=99).values(number)
    lines = values[TABLE]
    values[TABLE] = (lines * rows)[:rows]
    asked = Submission(FORM, "create", values)
    return submit(desk, ADMINISTRATOR, Origin("seed"), asked).record


def copy_of(pattern: Record, number: int, dice: random.Random, today: date) -> Record:
    """Return an order like one that the product made, with its own id, code, dates and state."""
    at = clock.now()
    rows = pattern.values[TABLE]
    assert isinstance(rows, tuple)
    values = {
        **pattern.values,
        TABLE: tuple(Row(row.values) for row in rows if isinstance(row, Row)),
        "customer_po": f"PO-{number:07d}",
        "channel": dice.choice(CHANNELS),
        "due_date": today + timedelta(days=dice.randint(1, 365)),
    }
    code = f"OD-2020-01-{number:06d}"
    return replace(
        pattern,
        id=ulid(at),
        code=code,
        tracking=code,
        state=dice.choice(STATES),
        values=values,
        created_at=at,
        updated_at=at,
    )


class Spent:
    """Processor time of the served process and, on PostgreSQL, of its database's processes."""

    def __init__(self, server: Server, postmaster: int = 0) -> None:
        self._server = server
        self._postmaster = postmaster
        self._begun = self._now()

    def per(self, count: int) -> tuple[float, float]:
        """Return milliseconds per request since the beginning: application, database."""
        app, store = self._now()
        return (app - self._begun[0]) * 1000 / count, (store - self._begun[1]) * 1000 / count

    def _now(self) -> tuple[float, float]:
        database = postgres_cpu_seconds(self._postmaster) if self._postmaster else 0.0
        return self._server.cpu_seconds() or 0.0, database or 0.0


def shown(figures: Sequence[float], digits: int = 1) -> str:
    """Return `median (least-most)`."""
    if not figures:
        return "-"
    return f"{median(figures):.{digits}f} ({min(figures):.{digits}f}-{max(figures):.{digits}f})"


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    print("| " + " | ".join(heading) + " |")
    print("|" + "---|" * len(heading))
    for row in rows:
        print("| " + " | ".join(row) + " |")
