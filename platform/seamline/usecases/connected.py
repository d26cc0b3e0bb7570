"""Connections at work: opened as they are set up in this workspace, by those who need one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from weakref import ReferenceType, WeakKeyDictionary, ref

from seamline import clock
from seamline.connecting import (
    Allowed,
    Kind,
    Seal,
    SecretReader,
    Setup,
    Turns,
    allowed_hosts,
    discovered,
    opened,
)
from seamline.connector import AskPerson, Capability, Connector
from seamline.metadata import Connection
from seamline.problems import Problem
from seamline.store import Store, Unit
from seamline.text import Text

from .desk import Desk

CLOSED = "connection_closed"
_Key = tuple[str, int | None, int | None]
# The turns of each connection are shared by all its callers, through the store by those of other
# processes too.
_turns: WeakKeyDictionary[Store, dict[_Key, Turns]] = WeakKeyDictionary()


def able(desk: Desk, capability: Capability, setting: str = "") -> list[Connection]:
    """Return the connections that are on and can do something; `setting` has to be on as well."""
    on = [one for one in desk.catalogs.current().connections.values() if one.on]
    kinds = discovered().kinds if on else {}  # which are looked for when they are first needed
    return [
        one
        for one in on
        if one.connector in kinds
        and capability in kinds[one.connector].manifest.capabilities
        and (not setting or one.settings.get(setting))
    ]


@contextmanager
def using(desk: Desk, name: str) -> Iterator[Connector]:
    """Open a connection by its id; raises AskPerson where there is none that is on."""
    connection = desk.catalogs.current().connections.get(name)
    kind = discovered().kinds.get(connection.connector) if connection else None
    if connection is None or kind is None or not connection.on:
        raise AskPerson(_closed(connection.title if connection else Text.same(name)))
    with as_set(desk, connection, kind) as connector:
        yield connector


@contextmanager
def as_set(desk: Desk, connection: Connection, kind: Kind) -> Iterator[Connector]:
    """Open a connection as it is set, be it on or off; never inside a transaction."""
    seal = Seal(desk.settings.secret())
    reader = SecretReader(desk.store, seal, desk.settings)
    with opened(kind, _setup(desk, connection, kind), desk.store, seal, reader) as connector:
        yield connector


def connect(desk: Desk, name: str, stack: ExitStack) -> Connector:
    """Open a connection for as long as `stack` lasts."""
    return stack.enter_context(using(desk, name))


def limits_of(connection: Connection, kind: Kind) -> tuple[int | None, int | None]:
    """Return how many calls a minute and how many at once there may be; None where any number."""
    manifest = kind.manifest
    return (
        connection.per_minute or manifest.per_minute, connection.concurrency or manifest.concurrency
    )  # fmt: skip


def _setup(desk: Desk, connection: Connection, kind: Kind) -> Setup:
    hosts = allowed_hosts(kind, connection.settings, connection.hosts)
    most, at_once = limits_of(connection, kind)
    kept = _turns.setdefault(desk.store, {})
    key = connection.id, most, at_once
    turns = kept.setdefault(key, _turns_of(desk.store, *key))
    allowed = Allowed(hosts, connection.network)
    return Setup(connection.id, connection.settings, connection.secrets, allowed, turns)


@dataclass(frozen=True, slots=True)
class _SharedSeats:
    """The seats of one connection, in the store."""

    store: ReferenceType[Store]
    connection: str

    def take(self, name: str, most: int, holder: str, span: timedelta) -> timedelta | None:
        """Take one of so many for a while; return None, or how long until one is free."""
        at = clock.now()
        with self._unit() as unit:
            free = unit.remembered.take_seat(self._name(name), most, holder, at, at + span)
        return None if free is None else max(free - at, timedelta(milliseconds=1))

    def leave(self, name: str, holder: str) -> None:
        """Give one back before its time is over."""
        with self._unit() as unit:
            unit.remembered.leave_seat(self._name(name), holder)

    def _name(self, name: str) -> str:
        return f"{name}:{self.connection}"

    def _unit(self) -> AbstractContextManager[Unit]:
        store = self.store()
        if store is None:
            raise RuntimeError("the workspace is closed")
        return store.unit()


def _turns_of(store: Store, connection: str, most: int | None, at_once: int | None) -> Turns:
    return Turns(most, at_once, _SharedSeats(ref(store), connection))


def _closed(title: Text) -> Problem:
    return Problem(
        CLOSED,
        Text(f"连接“{title.zh}”没有启用。", f"The connection '{title.en}' is not in use."),
        hint=Text("请管理员启用它。", "Ask an administrator to turn it on."),
    )
