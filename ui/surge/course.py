"""The course of a surge: workspace, server, clients, kills at random moments, reckoning."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from seamline.problems import Refused
from seamline.testing.filling import Filling
from seamline.usecases.desk import open_desk

from ..starting import Started, keys_of, start
from .accounting import reckon
from .process import Server, postgres_cpu_seconds
from .report import Ran
from .sending import Clients

FORM, TABLE = "sales_order", "lines"
# The masters that an order refers to; the rest of the sample data is not needed here.
MASTERS = frozenset({"customers", "materials"})
# A kill comes this many seconds at most after the order that it was drawn for.
KILL_WITHIN = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """What kind of surge: how many orders over how many connections, kills, a limit in seconds."""

    orders: int = 11_700
    connections: int = 8
    kills: int = 0
    limit: float = float("inf")
    database: str = ""
    seed: int = 1


def surge(asked: Asked, folder: Path, tell: Callable[[int, int], None]) -> Ran:
    """Run it in a new workspace at `folder`; `tell` gets what is done of what is asked."""
    environment = {"SEAMLINE_DATABASE": asked.database} if asked.database else {}
    started = start(folder, ("auto_parts",), MASTERS, environment, tell)
    server = Server(folder, environment)
    server.start()
    try:
        clients = Clients(server.port, FORM, started.token, orders(started, asked.seed).values)
        before_server, before_database = server.cpu_seconds(), postgres_cpu_seconds()
        killer = Killer(server, clients, asked)
        killer.start()
        seconds = clients.run(
            asked.orders, asked.connections, asked.limit, lambda done: tell(done, asked.orders)
        )
        kills = killer.finish()
        server_cpu = _between(before_server, server.cpu_seconds())
        database_cpu = _between(before_database, postgres_cpu_seconds()) if asked.database else None
    finally:
        server.stop()
    desk = open_desk(started.settings)
    try:
        account = reckon(
            desk, FORM, TABLE, clients.outcome.acknowledged, export=folder / "journal.jsonl"
        )
    finally:
        desk.close()
    return Ran(
        asked.orders,
        asked.connections,
        seconds,
        clients.outcome,
        account,
        kills,
        server_cpu,
        database_cpu,
    )


def orders(started: Started, seed: int = 1) -> Filling:
    """Return what makes the orders: 21 required fields and the agreement a hard rule asks for."""
    today = datetime.now(UTC).date()
    form = next(form for package in started.packages for form in package.forms if form.id == FORM)
    fixed: Mapping[str, Any] = {
        "agreement_no": "TA-2026-001",
        "signing_date": (today - timedelta(days=3)).isoformat(),
        "urgency": "normal",
    }
    # What the rules refuse, rightly, is not ordered: suspended customers, and bought materials,
    # which are locked as soon as open orders exceed their stock.
    settings = started.settings
    keys = {
        "customer": keys_of(
            settings, "customer", lambda record: record.values["cooperation"] != "suspended"
        ),
        "material": keys_of(settings, "material", lambda record: record.values["source"] != "buy"),
    }
    return Filling(form, keys, fixed, today, seed)


class Killer(threading.Thread):
    """Kills the server at random moments and starts it again, while clients keep knocking."""

    def __init__(self, server: Server, clients: Clients, asked: Asked) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._clients = clients
        self._dice = random.Random(asked.seed)
        # Never before the first or after the last order: each kill has to hit a working server.
        drawn = self._dice.sample(range(1, max(asked.orders, 2)), k=min(asked.kills, asked.orders))
        self._marks = sorted(drawn)
        self._kills = 0
        self._refused: Refused | None = None
        self._over = threading.Event()

    def run(self) -> None:
        """Wait for each mark, then a moment more, then kill."""
        for mark in self._marks:
            while len(self._clients.outcome.acknowledged) < mark:
                if self._over.wait(0.005):
                    return
            time.sleep(self._dice.random() * KILL_WITHIN)
            if self._over.is_set():
                return
            self._server.kill()
            self._kills += 1
            try:
                self._server.start()
            except Refused as refused:
                self._refused = refused
                self._clients.give_up()
                return

    def finish(self) -> int:
        """End the killing; return how many kills there were.

        Raises `Refused` where the server did not come back after one.
        """
        self._over.set()
        self.join()
        if self._refused is not None:
            raise self._refused
        return self._kills


def _between(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
