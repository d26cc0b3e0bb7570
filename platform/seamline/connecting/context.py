"""What a connector is given: its client, its memory, its secrets and the time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from seamline import clock
from seamline.connector import AskPerson, Http, Memory, Retry
from seamline.problems import Problem
from seamline.text import Text

from .addresses import Allowed
from .client import Client
from .references import SecretReader

WAITED_SECONDS = 2.0  # for a turn; whoever would wait longer is told when to come again
HIDDEN = "***"
SHORTEST_HIDDEN = 4  # characters: shorter words are found everywhere by chance


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls a connection makes at once, and in a minute; None for as many as it likes."""

    concurrency: int | None = None
    per_minute: int | None = None


class Turns:
    """Hands out turns to call, so many in a minute; shared by all of a connection's callers."""

    def __init__(self, per_minute: int | None) -> None:
        self._per_minute = per_minute
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take a turn, waiting a little; raises Retry with the time where it would be long."""
        while (wait := self._try()) > 0:
            if wait > WAITED_SECONDS:
                say = Text(
                    f"每分钟 {self._per_minute} 次的限额已用完。",
                    f"The limit of {self._per_minute} calls a minute is used up.",
                )
                raise Retry(Problem("limit_used_up", say), after=timedelta(seconds=wait))
            time.sleep(wait)

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
        self._client = Client(allowed, turns.take if turns else None)
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
