"""What a connection remembers between calls and processes, sealed, one refresher at a time."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from seamline import clock
from seamline.connector import Retry
from seamline.problems import Problem
from seamline.store import Store
from seamline.text import Text

from .sealing import Seal

HELD = timedelta(seconds=60)  # a lease ends by itself: whoever held it may have been killed
WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.05

_turns: defaultdict[tuple[int, str], threading.Lock] = defaultdict(threading.Lock)


class StoreMemory:
    """Memory as connectors know it, in the workspace's database."""

    def __init__(self, store: Store, seal: Seal, connection: str) -> None:
        self._store = store
        self._seal = seal
        self._connection = connection

    def get(self, name: str) -> Any:
        """Return what was put under a name and has not expired, or None."""
        with self._store.reading() as unit:
            sealed = unit.remembered.get(self._connection, name, clock.now())
        return None if sealed is None else json.loads(self._seal.open(sealed, self._about(name)))

    def put(self, name: str, value: Any, expires: timedelta | None = None) -> None:
        """Keep plain data under a name; it is stored encrypted."""
        sealed = self._seal.seal(json.dumps(value, ensure_ascii=False), self._about(name))
        until = None if expires is None else clock.now() + expires
        with self._store.unit() as unit:
            unit.remembered.put(self._connection, name, sealed, until)

    def drop(self, name: str) -> None:
        """Forget a name."""
        with self._store.unit() as unit:
            unit.remembered.drop(self._connection, name)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Let one caller in at a time, over all processes; raises Retry where it takes too long."""
        lease, holder = f"{self._connection}:{name}", uuid4().hex
        turn = _turns[(id(self._store), lease)]
        ends = time.monotonic() + WAIT_SECONDS
        # Threads of this process wait here and not by asking the database over and over.
        if not turn.acquire(timeout=WAIT_SECONDS):
            raise Retry(_waited())
        try:
            while not self._taken(lease, holder):
                if time.monotonic() > ends:
                    raise Retry(_waited())
                time.sleep(LOOK_SECONDS)
            try:
                yield
            finally:
                with self._store.unit() as unit:
                    unit.remembered.end_lease(lease, holder)
        finally:
            turn.release()

    def _taken(self, lease: str, holder: str) -> bool:
        now = clock.now()
        with self._store.unit() as unit:
            return unit.remembered.take_lease(lease, holder, now, now + HELD)

    def _about(self, name: str) -> str:
        return f"memory:{self._connection}:{name}"


def _waited() -> Problem:
    say = Text(
        "另一个进程正在刷新，等得太久。", "Another process is refreshing this and takes too long."
    )
    return Problem("waited_too_long", say)
