"""Databases that go away under workers and pages: nothing lost, nothing twice, work goes on."""

import os
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from seamline.jobs.engine import Engine, Worker
from seamline.jobs.places import file_of
from seamline.jobs.run import Ask
from seamline.jobs.slots import FAMILY, Slots
from seamline.problems import Refused
from seamline.store.engine import sqlite_module

from ..conftest import GIVEN, HERE, call, cluster, programs
from .conftest import PATIENCE, Shop, opened, until

HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"


@contextmanager
def working(folder, url):
    given = {**os.environ, "SEAMLINE_DATABASE": url, "SEAMLINE_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "seamline", "work", "--workspace", folder]
    running = subprocess.Popen(command, env=given)
    try:
        yield running
    finally:
        running.terminate()
        assert running.wait(PATIENCE) == 0


def control(tools, url, *what):
    """Stop the server as a crash does, every connection with it, or start it again."""
    folder = Path(str(make_url(url).query["host"]))
    command = [tools / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    call([*command, *what], "postgres" if os.geteuid() == 0 else None)


@contextmanager
def own_server():
    """Give the programs of a PostgreSQL that may be restarted, and a database of its."""
    tools = programs()
    if tools is None or os.environ.get(GIVEN):
        pytest.skip("a PostgreSQL of our own is needed, which may be restarted")
    with cluster(tools) as server:
        with psycopg.connect(server.replace(HERE, "postgresql://"), autocommit=True) as asked:
            asked.execute("CREATE DATABASE works")
        yield tools, server.replace("/postgres?", "/works?")


def _held(desk):
    """Return how many slots are held."""
    with desk.store.reading() as unit:
        return unit.connection.exec_driver_sql(HELD, (FAMILY,)).scalar_one()


def patiently(act):
    """Do something again that was refused because the database was away, as a person does."""
    try:
        return act()
    except Refused as refused:
        assert refused.status == 503
        return act()


@pytest.mark.postgres
@pytest.mark.slow
def test_workers_go_on_when_their_database_was_restarted(tmp_path):
    folder = tmp_path / "workspace"
    with ExitStack() as stack:
        tools, url = stack.enter_context(own_server())
        desk = stack.enter_context(closing(opened(url, folder)))
        engine = stack.enter_context(closing(Engine(url)))
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=1000)
        orders = [shop.place("order", item="bolt", qty=1) for _ in range(20)]
        workers = [stack.enter_context(working(folder, url)) for _ in range(2)]

        def moved(least):
            return lambda: sum(shop.record("order", o.id).state == "doing" for o in orders) >= least

        until(moved(3))
        control(tools, url, "-m", "immediate", "restart")
        orders += [patiently(lambda: shop.place("order", item="bolt", qty=1)) for _ in range(5)]
        patiently(moved(0))
        until(moved(25))
        until(lambda: engine.backlog() == {"waiting": 0, "running": 0, "stopped": 0})
        with desk.store.reading() as unit:
            for order in orders:
                kinds = [event.kind for event in unit.journal.of_record("order", order.id, 20)]
                assert kinds == ["stepped", "created"]
        until(lambda: _held(desk) == 2)
        assert [one.poll() for one in workers] == [None, None]


@contextmanager
def locked(file):
    """Keep a file of SQLite from being written."""
    with closing(sqlite_module().connect(str(file), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@contextmanager
def stopped(tools, url):
    """Keep a server from answering."""
    control(tools, url, "-m", "immediate", "stop")
    yield
    control(tools, url, "restart")  # with the options of before


@pytest.fixture(
    params=[
        "workspace",
        "runs",
        pytest.param("server", marks=[pytest.mark.postgres, pytest.mark.slow]),
    ]
)
def leaving(request, tmp_path, monkeypatch):
    """A database, and what makes it go away for a while: as a whole, or one file of it."""
    if request.param == "server":
        with own_server() as (tools, url):
            yield url, lambda: stopped(tools, url)
        return
    for place in ("store.engine", "jobs.places"):
        monkeypatch.setattr(f"seamline.{place}.BUSY_MILLISECONDS", 50)
    file = tmp_path / "works.db"
    url = f"sqlite:///{file}"
    yield url, lambda: locked(file if request.param == "workspace" else file_of(url))


class Gate:
    """Lets parts of runs begin when it is opened; `failed` are those that their database left."""

    def __init__(self, interpret):
        self.opened, self.failed, self._interpret = threading.Event(), [], interpret

    def interpret(self, turn, body):
        assert self.opened.wait(PATIENCE)
        try:
            return self._interpret(turn, body)
        except Exception:
            self.failed.append(turn.id)
            raise


def test_a_run_whose_database_was_away_goes_on_and_one_that_stops_is_told_once(
    leaving, tmp_path, monkeypatch
):
    monkeypatch.setattr("seamline.jobs.slots.LOST_AFTER", 1.0)
    url, away = leaving
    with ExitStack() as stack:
        desk = stack.enter_context(closing(opened(url, tmp_path / "workspace")))
        engine = stack.enter_context(closing(Engine(url)))
        gate = Gate(Shop(desk, engine).running.interpret)
        slots = Slots(engine)
        engine.prepare()
        worker = Worker(engine, gate.interpret, slot=stack.enter_context(slots.taken()), poll=0.02)
        worker.start()
        stack.callback(worker.stop, 0)
        pipelines = desk.catalogs.current().pipelines
        misfit = {**pipelines["by_hand"].document, "on": {
            "button": {"form": "gone", "roles": ["clerk"]}}}  # fmt: skip
        with desk.store.unit() as unit:
            unit.pinned.keep("old", "by_hand", misfit)
        empty = {"about": {}, "given": {}}
        waits = {"version": pipelines["slow"].version, "done": {"pause.until": "2099-01-01"}}
        engine.enqueue([Ask("slow:1", empty | waits), Ask("by_hand:1", empty | {"version": "old"})])
        until(lambda: len(worker.parts) == 2)
        with away():
            gate.opened.set()
            until(lambda: gate.failed)
            with suppress(DBAPIError):
                slots.rescue(worker.parts)

        def settled():
            with suppress(DBAPIError):  # as a worker does that tries again
                slots.rescue(worker.parts)
                followed = engine.run("slow:1").part == "slow:1~1"
                return followed and engine.backlog() == {"waiting": 1, "running": 0, "stopped": 1}

        until(settled)
        assert engine.run("by_hand:1").about["why"][0]["code"] == "unknown_form"
        with desk.store.reading() as unit:
            told = [one for one in unit.journal.after(0, 1000) if one.kind == "run.stopped"]
        assert [event.body["run"] for event in told] == ["by_hand:1"]
