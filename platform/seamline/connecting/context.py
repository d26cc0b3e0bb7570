"""What a connector is given: its client, its memory, its secrets and the time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from socket import socket

from seamline import clock
from seamline.connector import AskPerson, Http, Memory, Retry
from seamline.problems import Problem
from seamline.text import Text

from .addresses import Allowed, dialled
from .client import Client
from .references import SecretReader

WAITED_SECONDS = 2.0  # for a turn; whoever would wait longer is told when to come again
PLACE_SECONDS = 60.0
HIDDEN = "***"
SHORTEST_HIDDEN = 4  # characters: shorter words are found everywhere by chance


class Turns:
    """Hands out turns to call: so many at once, so many in a minute; shared by all callers."""

    def __init__(self, per_minute: int | None = None, at_once: int | None = None) -> None:
        self._per_minute = per_minute
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(at_once) if at_once else None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take a turn, waiting a little; raises Retry, with the time where it is known."""
        while (wait := self._try()) > 0:
            if wait > WAITED_SECONDS:
                raise Retry(self._used_up(), after=timedelta(seconds=wait))
            time.sleep(wait)
        if self._places is None:
            yield
            return
        if not self._places.acquire(timeout=PLACE_SECONDS):
            say = Text("同时进行的请求已满。", "As many calls as may be are under way.")
            raise Retry(Problem("no_place", say))
        try:
            yield
        finally:
            self._places.release()

    def _used_up(self) -> Problem:
        say = Text(
            f"每分钟 {self._per_minute} 次的限额已用完。",
            f"The limit of {self._per_minute} calls a minute is used up.",
        )
        return Problem("limit_used_up", say)

    def _try(self) -> float:
        if self._per_minute is None:
            return 0.0
        with self._lock:
            now = time.monotonic()
            while self._taken and self._taken[0] <= now - 60:
                self._taken.popleft()
            if len(self._taken) < self._per_minute:
                self._taken.append(now)
                return 0.0
            return self._taken[0] + 60 - now


class Given:
    """The context of one connection, as connectors know it.

    `secrets` are references by the name of their setting. What was read is kept, to take it out of
    whatever the connector says.
    """

    def __init__(
        self,
        connection: str,
        allowed: Allowed,
        memory: Memory,
        secrets: Mapping[str, str],
        reader: SecretReader,
        turns: Turns | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._connection = connection
        self._allowed = allowed
        self._client = Client(allowed, turns.turn if turns else nullcontext)
        self._memory = memory
        self._secrets = secrets
        self._reader = reader
        self._now = now

    @property
    def connection(self) -> str:
        """Return the id of the connection."""
        return self._connection

    @property
    def http(self) -> Http:
        """Return the guarded HTTP client of the connection."""
        return self._client

    @property
    def memory(self) -> Memory:
        """Return what the connection remembers."""
        return self._memory

    def dial(self, host: str, port: int, timeout: float) -> socket:
        """Return a TCP connection to a host that may be called."""
        return dialled(host, port, self._allowed, timeout)

    def secret(self, name: str) -> str:
        """Return a secret by the name of its setting; raises AskPerson where it cannot be read."""
        reference = self._secrets.get(name)
        if reference is None:
            say = Text(f"没有为“{name}”指定密钥。", f"No secret is set for '{name}'.")
            hint = Text("在连接的设置里指定它。", "Name one in the settings of the connection.")
            raise AskPerson(Problem("secret_unset", say, hint=hint))
        return self._reader.read(reference)

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self._now()

    def hidden(self) -> tuple[str, ...]:
        """Return what must not be said: every secret of the connection that can be read."""
        found = []
        for reference in self._secrets.values():
            with suppress(AskPerson):
                found.append(self._reader.read(reference))
        return tuple(found)

    def close(self) -> None:
        """Give back what the client holds."""
        self._client.close()


def scrubbed(problem: Problem, hidden: tuple[str, ...]) -> Problem:
    """Return a problem without the secrets that a careless connector may have put into it."""

    def clean(words: str) -> str:
        for secret in hidden:
            if len(secret) >= SHORTEST_HIDDEN:
                words = words.replace(secret, HIDDEN)
        return words

    def text(one: Text | None) -> Text | None:
        return None if one is None else Text(clean(one.zh), clean(one.en))

    return replace(
        problem,
        say=Text(clean(problem.say.zh), clean(problem.say.en)),
        hint=text(problem.hint),
        got=None if problem.got is None else clean(problem.got),
    )
