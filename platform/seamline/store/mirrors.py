"""Mirrors: how far each has read, and what it has taken over from its system."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from .connection_tables import MIRRORED, MIRRORS
from .finding import hold

AT_ONCE = 400  # keys in one statement


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How a mirror fares; `progress` is plain data of whoever reads, the cursor among it."""

    connection: str
    mirror: str
    progress: Mapping[str, Any] = field(default_factory=dict)
    next_at: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What was taken over of one thing: its values as they were read, and the record here."""

    key: str
    record: str
    values: Mapping[str, Any]


class Mirrors:
    """The mirrors of one workspace, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self) -> dict[tuple[str, str], MirrorState]:
        """Return how every mirror fares, by connection and mirror."""
        found = map(_state, self._connection.execute(select(MIRRORS)))
        return {(one.connection, one.mirror): one for one in found}

    def state(self, connection: str, mirror: str) -> MirrorState:
        """Return how one mirror fares."""
        where = (MIRRORS.c.connection == connection, MIRRORS.c.mirror == mirror)
        row = self._connection.execute(select(MIRRORS).where(*where)).one_or_none()
        return MirrorState(connection, mirror) if row is None else _state(row)

    def put_state(self, state: MirrorState) -> None:
        """Keep how a mirror fares in the place of what was known."""
        hold(self._connection, "mirror", state.connection, state.mirror)
        where = (MIRRORS.c.connection == state.connection, MIRRORS.c.mirror == state.mirror)
        self._connection.execute(delete(MIRRORS).where(*where))
        row = {
            "connection": state.connection, "mirror": state.mirror,
            "progress": _dump(state.progress), "next_at": state.next_at, "read_at": state.read_at,
        }  # fmt: skip
        self._connection.execute(insert(MIRRORS), row)

    def taken(
        self, connection: str, mirror: str, keys: Collection[str] | None = None
    ) -> dict[str, Mirrored]:
        """Return what was taken over, of some keys or of all."""
        where = (MIRRORED.c.connection == connection, MIRRORED.c.mirror == mirror)
        wanted = select(MIRRORED.c.key, MIRRORED.c.record, MIRRORED.c.taken).where(*where)
        if keys is None:
            asked: Iterable[Any] = (wanted,)
        else:
            asked = (wanted.where(MIRRORED.c.key.in_(part)) for part in _parts(keys))
        rows = (row for one in asked for row in self._connection.execute(one))
        return {row.key: Mirrored(row.key, row.record, json.loads(row.taken)) for row in rows}

    def take(self, connection: str, mirror: str, taken: Collection[Mirrored]) -> None:
        """Keep what was taken over in the place of what was before."""
        self.forget(connection, mirror, [one.key for one in taken])
        rows = [
            {
                "connection": connection, "mirror": mirror, "key": one.key,
                "record": one.record, "taken": _dump(one.values),
            }
            for one in taken
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(MIRRORED), rows)

    def forget(self, connection: str, mirror: str, keys: Collection[str]) -> None:
        """Forget things that are gone."""
        where = (MIRRORED.c.connection == connection, MIRRORED.c.mirror == mirror)
        for part in _parts(keys):
            self._connection.execute(delete(MIRRORED).where(*where, MIRRORED.c.key.in_(part)))


def _parts(keys: Collection[str]) -> Iterable[list[str]]:
    listed = list(keys)
    return (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _state(row: Any) -> MirrorState:
    return MirrorState(
        row.connection, row.mirror, json.loads(row.progress), row.next_at, row.read_at
    )
