"""Workers as processes: beside the pages or on their own, killed on the way, asked by commands."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from functools import partial

import pytest

from seamline.jobs.engine import Engine

from .conftest import PATIENCE, Shop, opened, until


@contextmanager
def process(verb, folder, url, **more):
    environment = {**os.environ, "SEAMLINE_DATABASE": url, "SEAMLINE_LOG": "json", **more}
    command = [sys.executable, "-m", "seamline", verb, "--workspace", folder]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        yield running
    finally:
        running.terminate()
        _, told = running.communicate(timeout=PATIENCE)
    assert b"Traceback" not in told, told.decode()


@pytest.fixture
def place(store_url, tmp_path):
    """A workspace that processes can open, and its desk."""
    folder = tmp_path / "workspace"
    desk = opened(store_url, folder)
    yield folder, store_url, desk
    desk.close()


def moved(shop, orders):
    return lambda: {shop.record("order", order.id).state for order in orders} == {"doing"}


def test_the_process_that_serves_runs_pipelines_too(place):
    folder, url, desk = place
    with closing(Engine(url)) as engine:
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=100)
        orders = [shop.place("order", item="bolt", qty=1) for _ in range(3)]
        with process("serve", folder, url, SEAMLINE_PORT="0"):
            until(moved(shop, orders))


def _ended(engine, least):
    return len(engine.runs("done", limit=500)) >= least


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_do_nothing_twice(place):
    folder, url, desk = place
    with closing(Engine(url)) as engine:
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=1000)
        orders = [shop.place("order", item="bolt", qty=1) for _ in range(16)]
        for least in (3, 9):
            with process("work", folder, url) as worker:
                until(partial(_ended, engine, least))
                worker.send_signal(signal.SIGKILL)
        with process("work", folder, url):
            until(moved(shop, orders))
            until(lambda: engine.backlog() == {"waiting": 0, "running": 0, "stopped": 0})
        with desk.store.reading() as unit:
            for order in orders:
                kinds = [event.kind for event in unit.journal.of_record("order", order.id, 20)]
                assert kinds == ["stepped", "created"]


def test_commands_show_runs_and_go_on_with_them(place, capsys):
    from seamline.ui.cli import main

    folder, url, desk = place
    with closing(Engine(url)) as engine:
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=100)
        order = shop.place("order", item="bolt", qty=1)
        shop.place("order", "begin", order.id)
        with process("work", folder, url):
            until(lambda: len(engine.runs("stopped")) == 1)
    os.environ["SEAMLINE_DATABASE"] = url
    try:
        options = ["--workspace", str(folder), "--language", "en"]
        assert main(["run", "list", "--state", "stopped", "--format", "json", *options]) == 0
        (run,) = json.loads(capsys.readouterr().out)
        assert run["about"]["code"] == order.code
        assert main(["run", "show", run["run"], *options]) == 0
        shown = capsys.readouterr().out
        assert "✓ stock" in shown
        assert "✗ enough/else/begin" in shown
        assert "is not possible from there" in shown
        assert main(["run", "resume", run["run"], "--skip", *options]) == 0
        assert main(["run", "list", "--state", "waiting", *options]) == 0
        assert run["run"] in capsys.readouterr().out
        assert main(["run", "cancel", run["run"], *options]) == 0
        assert main(["run", "try", "check_stock", order.code, *options]) == 1
        assert "✗ enough/else/begin" in capsys.readouterr().out
    finally:
        del os.environ["SEAMLINE_DATABASE"]
