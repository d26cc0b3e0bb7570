"""What a connector is given: its client, its memory, its secrets and the time."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from socket import socket
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from seamline import clock
from seamline.connector import AskPerson, Http, Memory, Retry
from seamline.problems import Problem
from seamline.text import Text

from .addresses import Allowed, dialled
from .client import Client
from .references import SecretReader

WAITED_SECONDS = 2.0  # for a turn; whoever would wait longer is told when to come again
PLACE_SECONDS = 60.0
FIRST_LOOK, LAST_LOOK = 0.002, 0.25  # seconds between looks for a place
PER_MINUTE, AT_ONCE = "minute", "place"
MINUTE = timedelta(minutes=1)
LONGEST_CALL = timedelta(minutes=6)  # a place whose process was killed is free after it
HIDDEN = "***"
SHORTEST_HIDDEN = 4  # characters: shorter words are found everywhere by chance


class Seats(Protocol):
    """Seats that every process of a workspace shares."""

    def take(self, name: str, most: int, holder: str, span: timedelta) -> timedelta | None:
        """Take one of so many for a while; return None, or how long until one is free."""

    def leave(self, name: str, holder: str) -> None:
        """Give one back before its time is over."""


class Turns:
    """Hands out turns to call: so many at once, so many in a minute; shared by all callers.

    With `seats` they are shared by those in other processes too: a call takes a seat for a minute,
    and one of those at once until it is over.
    """

    def __init__(
        self, per_minute: int | None = None, at_once: int | None = None,
        seats: Seats | None = None,
    ) -> None:  # fmt: skip
        self._per_minute = per_minute
        self._at_once = at_once
        self._seats = seats if seats is not None else _OwnSeats()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take a turn, waiting a little; raises Retry, with the time where it is known."""
        holder = uuid4().hex
        if self._per_minute is not None:
            self._wait_for(self._per_minute, holder)
        if self._at_once is None:
            yield
            return
        self._wait_for_place(self._at_once, holder)
        try:
            yield
        finally:
            self._seats.leave(AT_ONCE, holder)

    def _wait_for(self, per_minute: int, holder: str) -> None:
        while wait := self._seats.take(PER_MINUTE, per_minute, holder, MINUTE):
            if wait.total_seconds() > WAITED_SECONDS:
                say = Text(
                    f"每分钟 {per_minute} 次的限额已用完。",
                    f"The limit of {per_minute} calls a minute is used up.",
                )
                raise Retry(Problem("limit_used_up", say), after=wait)
            time.sleep(wait.total_seconds())

    def _wait_for_place(self, at_once: int, holder: str) -> None:
        ends = time.monotonic() + PLACE_SECONDS
        pause = FIRST_LOOK
        while self._seats.take(AT_ONCE, at_once, holder, LONGEST_CALL):
            if time.monotonic() >= ends:
                say = Text("同时进行的请求已满。", "As many calls as may be are under way.")
                raise Retry(Problem("no_place", say))
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # no secret hangs on it
            pause = min(2 * pause, LAST_LOOK)


class _OwnSeats:
    """Seats that only this process shares."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[str, dict[str, float]] = {}

    def take(self, name: str, most: int, holder: str, span: timedelta) -> timedelta | None:
        """Take one of so many for a while; return None, or how long until one is free."""
        with self._lock:
            now = time.monotonic()
            here = self._taken.setdefault(name, {})
            for gone in [one for one, until in here.items() if until <= now]:
                del here[gone]
            if len(here) >= most:
                return timedelta(seconds=sorted(here.values())[len(here) - most] - now)
            here[holder] = now + span.total_seconds()
            return None

    def leave(self, name: str, holder: str) -> None:
        """Give one back before its time is over."""
        with self._lock:
            self._taken.get(name, {}).pop(holder, None)


class Given:
    """The context of one connection, as connectors know it.

    `secrets` are references by the name of their setting, `titles` what people call these. What
    was read is kept, to take it out of whatever the connector says.
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
        titles: Mapping[str, Text] = MappingProxyType({}),
    ) -> None:
        self._connection = connection
        self._allowed = allowed
        self._client = Client(allowed, turns.turn if turns else nullcontext)
        self._memory = memory
        self._secrets = secrets
        self._reader = reader
        self._now = now
        self._titles = titles
        self._turns = turns
        self._dialled = ExitStack()

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
        """Return a TCP connection to a host that may be called.

        It is a turn of the limits until the next is dialled, or all is closed.
        """
        self._dialled.close()
        if self._turns is not None:
            self._dialled.enter_context(self._turns.turn())
        return dialled(host, port, self._allowed, timeout)

    def secret(self, name: str) -> str:
        """Return a secret by the name of its setting; raises AskPerson where it cannot be read."""
        reference = self._secrets.get(name)
        if reference is None:
            title = self._titles.get(name, Text.same(name))
            say = Text(f"还没有指定密钥“{title.zh}”。", f"No secret is set for '{title.en}'.")
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
        """Give back what the client holds, and the turn of a connection that was dialled."""
        self._client.close()
        self._dialled.close()


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
