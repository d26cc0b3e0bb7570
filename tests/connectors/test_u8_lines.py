"""Orders of U8, head and lines, followed by a pipeline into a form with a sub-table."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.jobs.engine import Engine, Worker
from seamline.store import LocalConnection
from seamline.usecases import connections
from seamline.usecases.connected import connect
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.running import Running
from seamline.usecases.polling import Poller
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN, CLI = Actor("admin", "admin", ("administrator",)), Origin("cli")
PACKAGE = Path(__file__).parents[1] / "packages" / "order_desk"
PATIENCE = 30
SEVERAL = """
    SELECT m.cSOCode, m.ID FROM SO_SOMain m JOIN SO_SODetails d ON d.ID = m.ID
    GROUP BY m.cSOCode, m.ID ORDER BY COUNT(*) DESC LIMIT 1
"""
LINES = """
    SELECT d.iRowNo, d.cInvCode, d.iQuantity, d.iTaxUnitPrice FROM SO_SODetails d
    JOIN SO_SOMain m ON m.ID = d.ID WHERE m.cSOCode = ? ORDER BY d.iRowNo
"""


class Follower:
    """A workspace whose pipeline follows the orders of a company, its clock the test's."""

    def __init__(self, desk, path):
        self.desk, self.path = desk, path
        self.at = datetime.now(UTC)
        self.engine = Engine(desk.settings.database)
        self.poller = Poller(desk, lambda: self.at)
        self.dispatcher = Dispatcher(desk, self.engine, now=lambda: self.at)
        self.running = Running(
            desk, lambda name, stack: connect(desk, name, stack), now=lambda: self.at
        )

    def do(self, statement, *values):
        with closing(sqlite3.connect(self.path)) as company:
            company.execute(statement, values)
            company.commit()

    def ask(self, statement, *values):
        with closing(sqlite3.connect(self.path)) as company:
            return company.execute(statement, values).fetchall()

    def turn(self):
        """Let the next reading come, and everything that follows from it."""
        self.at += timedelta(seconds=15)
        self.poller.tick()
        end = time.monotonic() + PATIENCE
        while self.dispatcher.drain() or self.engine.runs("waiting") or self.engine.runs("running"):
            assert time.monotonic() < end, self.engine.runs()
            time.sleep(0.02)

    def order(self, code):
        with self.desk.store.reading() as unit:
            tables = self.desk.catalogs.current().forms["erp_order"].tables
            return unit.records.get(tables, code)

    def stands_as_there(self, code):
        """Ask whether an order has the lines that it has over there; return it."""
        found = self.order(code)
        lines = [
            (row.values["place"], row.values["part"].key, row.values["qty"], row.values["price"])
            for row in found.values["lines"]
        ]
        there = [
            (row, part, Decimal(str(qty)), Decimal(str(price)))
            for row, part, qty, price in self.ask(LINES, code)
        ]
        assert lines == there
        assert found.values["pieces"] == sum(qty for _, _, qty, _ in there)
        return found


@pytest.fixture
def follower(sqlite_template, odbc, tmp_path):
    path = tmp_path / "u8.db"
    shutil.copyfile(sqlite_template, path)
    desk = published(tmp_path / "workspace", PACKAGE)
    settings = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 2,
        "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=300",
    }  # fmt: skip
    connections.configure(desk, ADMIN, CLI, LocalConnection("u8", "on", settings))
    made = Follower(desk, path)
    for (code,) in made.ask("SELECT DISTINCT cInvCode FROM SO_SODetails"):
        submit(desk, ADMIN, CLI, Submission("part", "create", {"code": code}))
    worker = Worker(made.engine, made.running.interpret, slot="slot-0", poll=0.02)
    worker.start()
    yield made
    worker.stop(0)
    made.engine.close()
    desk.close()


@pytest.mark.cap(18, 20, 112)
def test_an_order_with_its_lines_becomes_a_record_and_goes_on_following(follower):
    follower.turn()  # what is there before somebody listens is no change
    assert follower.engine.runs() == []
    ((code, order),) = follower.ask(SEVERAL)
    follower.do("UPDATE SO_SOMain SET cMemo = 'x' WHERE ID = ?", order)
    follower.turn()
    made = follower.stands_as_there(code)
    assert made.version == 1
    assert made.created_by == "pipeline.follow_orders"
    line = "UPDATE SO_SODetails SET iQuantity = iQuantity + 7 WHERE ID = ? AND iRowNo = 1"
    follower.do(line, order)
    follower.turn()
    assert follower.stands_as_there(code).version == 2
    follower.do("UPDATE SO_SOMain SET cMemo = 'y' WHERE ID = ?", order)  # nothing that is mapped
    follower.turn()
    assert follower.order(code).version == 2
    follower.do("UPDATE SO_SODetails SET iQuantity = 0 WHERE ID = ? AND iRowNo = 1", order)
    follower.turn()
    (stopped,) = follower.engine.runs("stopped")
    assert "A line has no quantity" in str(stopped.about)
    assert follower.order(code).version == 2  # the rules of the door hold for it as for anybody
    with follower.desk.store.reading() as unit:
        assert unit.journal.verify().sound
