"""A workspace with pipelines on each database, a worker beside it, and channels that are ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from seamline import clock
from seamline.connector import Delivery, Message
from seamline.facts import Actor, Origin, Record
from seamline.jobs.engine import Engine, Worker
from seamline.usecases.desk import Desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.hands import no_connection
from seamline.usecases.pipelining.running import Running
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "Li", ("clerk",), language="en")
FORM = Origin("form")
PIPED = Path(__file__).parents[1] / "packages" / "piped"
PATIENCE = 30


def opened(url: str, folder: Path) -> Desk:
    """Return a workspace with the package installed."""
    return published(folder, PIPED, url)


def until(what: Callable[[], Any], patience: float = PATIENCE) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@dataclass
class Channel:
    """A connector to a channel that says what it was told to say of each message."""

    says: str = "accepted"
    later: str = "delivered"
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> list[Delivery]:
        self.sent.append(message)
        return [Delivery(to, self.says, reference=f"r{len(self.sent)}") for to in message.to]

    def delivery(self, reference: str) -> list[Delivery]:
        return [Delivery("x", self.later, reference=reference)]

    def check(self) -> list[Any]:
        return []

    def describe(self) -> list[Any]:
        return []

    def close(self) -> None:
        pass


@dataclass
class Shop:
    """A workspace, its runs, and a clock that the test turns."""

    desk: Desk
    engine: Engine
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    channels: dict[str, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.desk, self.engine, now=lambda: self.at)
        self.running = Running(self.desk, self._connect, now=lambda: self.at)

    def _connect(self, name: str, opened: Any) -> Any:
        return self.channels.get(name) or no_connection(name, opened)

    def place(self, form: str, step: str = "create", record: str = "", who: Actor = CLERK,
              **values: Any) -> Record:  # fmt: skip
        asked = Submission(form, step, values, record=record, reason="test")
        return submit(self.desk, who, FORM, asked).record

    def settle(self) -> None:
        """Let everything happen that can happen at the moment the clock shows."""
        self.dispatcher.tick()
        self.engine.hasten(self.at)
        while self.dispatcher.drain():
            pass

        def quiet() -> bool:
            now = datetime.now(UTC)
            waiting = [
                run for run in self.engine.runs("waiting") if run.due is None or run.due <= now
            ]
            with self.desk.store.reading() as unit:
                return not (waiting or self.engine.runs("running") or unit.outbox.any())

        end = time.monotonic() + PATIENCE
        while not quiet():
            assert time.monotonic() < end, self.engine.runs()
            self.dispatcher.drain()
            time.sleep(0.02)

    def record(self, form: str, word: str) -> Record:
        model = self.desk.catalogs.current().forms[form]
        with self.desk.store.reading() as unit:
            found = unit.records.get(model.tables, word)
        assert found is not None
        return found

    def records(self, form: str) -> list[Record]:
        from seamline.store import Query

        model = self.desk.catalogs.current().forms[form]
        with self.desk.store.reading() as unit:
            return list(unit.records.page(model.tables, Query(sort=("_id",), limit=200)).rows)


@contextmanager
def shop_at(desk: Desk, **channels: Channel) -> Iterator[Shop]:
    """Open a workspace's runs with a worker that does them."""
    engine = Engine(desk.settings.database)
    shop = Shop(desk, engine, channels=channels)
    worker = Worker(engine, shop.running.interpret, slot="slot-0", poll=0.02)
    worker.start()
    try:
        yield shop
    finally:
        worker.stop(0)
        engine.close()


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The workspace on each database."""
    desk = opened(store_url, tmp_path / "workspace")
    yield desk
    desk.close()


@pytest.fixture
def shop(desk: Desk) -> Iterator[Shop]:
    """The workspace with a worker, and three channels to people."""
    channels = {name: Channel() for name in ("wecom", "sms", "voice")}
    with shop_at(desk, **channels) as opened_shop:
        for name, on_hand in (("bolt", 10), ("nut", 3)):
            opened_shop.place("item", name=name, on_hand=on_hand)
        yield opened_shop


__all__ = ["clock"]
