"""Connections at work: opened as they are set up in this workspace, by those who need one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from weakref import WeakKeyDictionary

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
from seamline.store import Store
from seamline.text import Text

from .desk import Desk

CLOSED = "connection_closed"
_Key = tuple[str, int | None, int | None]
# The turns of each connection are shared by all its callers in this process.
_turns: WeakKeyDictionary[Store, dict[_Key, Turns]] = WeakKeyDictionary()


def able(desk: Desk, capability: Capability, setting: str = "") -> list[Connection]:
    """Return the connections that are on and can do something; `setting` has to be on as well."""
    kinds = discovered().kinds
    return [
        one
        for one in desk.catalogs.current().connections.values()
        if one.on
        and one.connector in kinds
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


def _setup(desk: Desk, connection: Connection, kind: Kind) -> Setup:
    hosts = allowed_hosts(kind, connection.settings, connection.hosts)
    most = connection.per_minute or kind.manifest.per_minute
    at_once = connection.concurrency or kind.manifest.concurrency
    kept = _turns.setdefault(desk.store, {})
    turns = kept.setdefault((connection.id, most, at_once), Turns(most, at_once))
    allowed = Allowed(hosts, connection.network)
    return Setup(connection.id, connection.settings, connection.secrets, allowed, turns)


def _closed(title: Text) -> Problem:
    return Problem(
        CLOSED,
        Text(f"连接“{title.zh}”没有启用。", f"The connection '{title.en}' is not in use."),
        hint=Text("请管理员启用它。", "Ask an administrator to turn it on."),
    )
