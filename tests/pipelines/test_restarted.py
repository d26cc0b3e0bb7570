"""PostgreSQL restarted under workers and pages: nothing lost, nothing twice, work goes on."""

import os
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from seamline.jobs.engine import Engine
from seamline.jobs.slots import FAMILY
from seamline.problems import Refused

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


def restart(tools, url):
    """End the server as a crash does, every connection with it, and start it again."""
    folder = Path(str(make_url(url).query["host"]))
    command = [tools / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    call([*command, "-m", "immediate", "restart"], "postgres" if os.geteuid() == 0 else None)


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
    tools = programs()
    if tools is None or os.environ.get(GIVEN):
        pytest.skip("a PostgreSQL of our own is needed, which may be restarted")
    folder = tmp_path / "workspace"
    with ExitStack() as stack:
        server = stack.enter_context(cluster(tools))
        with psycopg.connect(server.replace(HERE, "postgresql://"), autocommit=True) as asked:
            asked.execute("CREATE DATABASE works")
        url = server.replace("/postgres?", "/works?")
        desk = stack.enter_context(closing(opened(url, folder)))
        engine = stack.enter_context(closing(Engine(url)))
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=1000)
        orders = [shop.place("order", item="bolt", qty=1) for _ in range(20)]
        workers = [stack.enter_context(working(folder, url)) for _ in range(2)]

        def moved(least):
            return lambda: sum(shop.record("order", o.id).state == "doing" for o in orders) >= least

        until(moved(3))
        restart(tools, url)
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
