"""Mirrors: how far each has read, and what it has taken over from its system."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from . import plain
from .among import Among
from .bulk import Bulk
from .connection_tables import MIRRORED, MIRRORS
from .finding import hold

AT_ONCE = 5_000  # keys in one statement
_OF_MIRROR = (
    MIRRORED.c.connection == bindparam("of_connection"),
    MIRRORED.c.mirror == bindparam("of_mirror"),
)
_SOME = Among(MIRRORED.c.key, "keys")
_TAKEN = select(MIRRORED.c.key, MIRRORED.c.record, MIRRORED.c.taken, MIRRORED.c.mark)
_MARKS = select(MIRRORED.c.key, MIRRORED.c.mark)
_FORGET = delete(MIRRORED).where(*_OF_MIRROR, _SOME)
_ALL = select(MIRRORS)
_KEEP = (
    update(MIRRORS)
    .where(
        MIRRORS.c.connection == bindparam("this_connection"),
        MIRRORS.c.mirror == bindparam("this_mirror"),
    )
    .values({name: bindparam(name) for name in ("progress", "next_at", "read_at")})
)


def _putting(kind: Any) -> Bulk:
    """Return what puts rows in the place of those of the same key."""
    made = kind(MIRRORED)
    written = {name: made.excluded[name] for name in ("record", "taken", "mark")}
    return Bulk(made.on_conflict_do_update(index_elements=_KEY, set_=written))


_KEY = ("connection", "mirror", "key")
_PUT = {"sqlite": _putting(sqlite_insert), "postgresql": _putting(postgresql_insert)}


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
    """What was taken over of one thing: its values as they were read, and the record here.

    `mark` stands for all that was read of it and for how it was mapped.
    """

    key: str
    record: str
    values: Mapping[str, Any]
    mark: str = ""


class Mirrors:
    """The mirrors of one workspace, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self) -> dict[tuple[str, str], MirrorState]:
        """Return how every mirror fares, by connection and mirror."""
        found = map(_state, self._connection.execute(_ALL))
        return {(one.connection, one.mirror): one for one in found}

    def state(self, connection: str, mirror: str) -> MirrorState:
        """Return how one mirror fares."""
        where = (MIRRORS.c.connection == connection, MIRRORS.c.mirror == mirror)
        row = self._connection.execute(select(MIRRORS).where(*where)).one_or_none()
        return MirrorState(connection, mirror) if row is None else _state(row)

    def put_state(self, state: MirrorState) -> None:
        """Keep how a mirror fares in the place of what was known."""
        hold(self._connection, "mirror", state.connection, state.mirror)
        known = {"this_connection": state.connection, "this_mirror": state.mirror}
        row = {
            "progress": plain.dump(state.progress),
            "next_at": state.next_at,
            "read_at": state.read_at,
        }
        if self._connection.execute(_KEEP, known | row).rowcount == 0:
            named = {"connection": state.connection, "mirror": state.mirror}
            self._connection.execute(insert(MIRRORS), named | row)

    def taken(
        self, connection: str, mirror: str, keys: Collection[str] | None = None
    ) -> dict[str, Mirrored]:
        """Return what was taken over, of some keys or of all."""
        rows = self._rows(_TAKEN, connection, mirror, keys)
        return {
            key: Mirrored(key, record, plain.load(values), mark)
            for key, record, values, mark in rows
        }

    def marks(
        self, connection: str, mirror: str, keys: Collection[str] | None = None
    ) -> dict[str, str]:
        """Return the marks of what was taken over, of some keys or of all."""
        return dict(self._rows(_MARKS, connection, mirror, keys))

    def _rows(
        self,
        wanted: Select[Any],
        connection: str,
        mirror: str,
        keys: Collection[str] | None,
    ) -> Iterator[Any]:
        asked = {"of_connection": connection, "of_mirror": mirror}
        wanted = wanted.where(*_OF_MIRROR)
        if keys is None:
            yield from self._connection.execute(wanted, asked).all()
            return
        for part in _parts(keys):
            yield from self._connection.execute(wanted.where(_SOME), asked | {"keys": part}).all()

    def take(self, connection: str, mirror: str, taken: Collection[Mirrored]) -> None:
        """Keep what was taken over in the place of what was before."""
        rows = [
            {
                "connection": connection, "mirror": mirror, "key": one.key,
                "record": one.record, "taken": plain.dump(one.values), "mark": one.mark,
            }
            for one in taken
        ]  # fmt: skip
        if rows:
            _PUT[self._connection.dialect.name].run(self._connection, rows)

    def forget(self, connection: str, mirror: str, keys: Collection[str]) -> None:
        """Forget things that are gone."""
        asked = {"of_connection": connection, "of_mirror": mirror}
        for part in _parts(keys):
            self._connection.execute(_FORGET, asked | {"keys": part})


def _parts(keys: Collection[str]) -> Iterable[list[str]]:
    listed = list(keys)
    return (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))


def _state(row: Any) -> MirrorState:
    return MirrorState(
        row.connection, row.mirror, plain.load(row.progress), row.next_at, row.read_at
    )
