"""Connections as they are set on the spot, and how they fare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from .connection_tables import CONNECTION_STATES, CONNECTIONS
from .finding import hold

_THIS = CONNECTION_STATES.c.id == bindparam("this_id")
_ONE = select(CONNECTION_STATES).where(_THIS)
_KEEP = (
    update(CONNECTION_STATES)
    .where(_THIS)
    .values({one.name: bindparam(one.name) for one in CONNECTION_STATES.c if one.name != "id"})
)


@dataclass(frozen=True, slots=True)
class LocalConnection:
    """What was set here over what the package says of a connection.

    `position` is on, off or empty, `secrets` are references by the name of their setting.
    """

    id: str
    position: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    network: str = ""
    hosts: tuple[str, ...] = ()
    at: datetime | None = None
    actor: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """How a connection fares: the last check, the last reading, and what went wrong since.

    `findings` and `problem` are plain data; `failures` counts those in a row.
    """

    id: str
    checked_at: datetime | None = None
    findings: Sequence[Mapping[str, Any]] = ()
    read_at: datetime | None = None
    read: Mapping[str, Any] = field(default_factory=dict)
    failed_at: datetime | None = None
    problem: Mapping[str, Any] | None = None
    failures: int = 0


class Connections:
    """The connections of one workspace, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def local(self) -> dict[str, LocalConnection]:
        """Return what was set here, by connection."""
        return {row.id: _local(row) for row in self._connection.execute(select(CONNECTIONS))}

    def set(self, local: LocalConnection) -> None:
        """Keep what is set here of a connection in the place of what was."""
        hold(self._connection, "connection", local.id)
        self._connection.execute(delete(CONNECTIONS).where(CONNECTIONS.c.id == local.id))
        row = {
            "id": local.id, "position": local.position, "settings": _dump(local.settings),
            "secrets": _dump(local.secrets), "network": local.network,
            "hosts": _dump(local.hosts), "at": local.at, "actor": local.actor,
        }  # fmt: skip
        self._connection.execute(insert(CONNECTIONS), row)

    def states(self) -> dict[str, ConnectionState]:
        """Return how the connections fare."""
        found = self._connection.execute(select(CONNECTION_STATES))
        return {row.id: _state(row) for row in found}

    def state(self, id: str) -> ConnectionState:
        """Return how one connection fares."""
        row = self._connection.execute(_ONE, {"this_id": id}).one_or_none()
        return ConnectionState(id) if row is None else _state(row)

    def put_state(self, state: ConnectionState) -> None:
        """Keep how a connection fares in the place of what was known."""
        hold(self._connection, "connection_state", state.id)
        row = {
            "checked_at": state.checked_at, "findings": _dump(state.findings),
            "read_at": state.read_at, "read": _dump(state.read), "failed_at": state.failed_at,
            "problem": _dump(state.problem), "failures": state.failures,
        }  # fmt: skip
        if self._connection.execute(_KEEP, {"this_id": state.id} | row).rowcount == 0:
            self._connection.execute(insert(CONNECTION_STATES), {"id": state.id} | row)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _local(row: Any) -> LocalConnection:
    return LocalConnection(
        id=row.id,
        position=row.position,
        settings=json.loads(row.settings),
        secrets=json.loads(row.secrets),
        network=row.network,
        hosts=tuple(json.loads(row.hosts)),
        at=row.at,
        actor=row.actor,
    )


def _state(row: Any) -> ConnectionState:
    return ConnectionState(
        id=row.id,
        checked_at=row.checked_at,
        findings=json.loads(row.findings),
        read_at=row.read_at,
        read=json.loads(row.read),
        failed_at=row.failed_at,
        problem=json.loads(row.problem),
        failures=row.failures,
    )
