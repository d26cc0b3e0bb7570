"""Mirrors: what changed in another system comes over, what was made here stays, drift is told.

Each mirror is read when it is due: what changed since the last time, in pages, for a bounded time.
Whoever is slow or away is asked less often. Once an hour everything is compared, so that what was
deleted over there is noticed; each day the comparisons are told in the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from seamline import clock
from seamline.catalog import Catalog
from seamline.connector import GiveUp, Reads, Retry, Setback
from seamline.metadata import Connection, Mirror
from seamline.problems import Problem, Refused
from seamline.store import MirrorState, Unit
from seamline.text import Text

from . import connections
from .desk import Desk
from .leases import HOLDER
from .mirroring.progress import Progress, of_ours, wait_after_failure
from .mirroring.reading import Reading, Synced
from .mirroring.taking import Taker
from .mirroring.telling import tell_failed

__all__ = ["Synced", "sync", "tick"]

LOG = logging.getLogger("seamline.sync")
LEASE = timedelta(minutes=2)


def tick(desk: Desk) -> int:
    """Read every mirror that is due; return how many were. Failures are kept, not raised."""
    catalog = desk.catalogs.current()
    mirrored = [one for one in catalog.connections.values() if one.on and one.mirrors]
    if not mirrored:
        return 0
    with desk.store.reading() as unit:
        states = unit.mirrors.states()
    count, at = 0, clock.now()
    for connection in mirrored:
        due = [one for one in connection.mirrors if one.on and _due(states, connection, one, at)]
        if due:
            count += len(_read_all(desk, catalog, connection, due))
    return count


def _due(
    states: dict[tuple[str, str], MirrorState], connection: Connection, mirror: Mirror, at: datetime
) -> bool:
    state = states.get((connection.id, mirror.id))
    return state is None or state.next_at is None or state.next_at <= at


def sync(desk: Desk, id: str, compare: bool = False) -> tuple[Synced, ...]:
    """Read all mirrors of a connection now, wholly where `compare` says so.

    Raises Refused: 404 no such connection, 409 it is off or being read by another process, 502
    with what the other system said.
    """
    catalog = desk.catalogs.current()
    connection = catalog.connections.get(id)
    if connection is None or not connection.on:
        say = Text(f"连接“{id}”没有启用。", f"The connection '{id}' is not on.")
        raise Refused.one("connection_off", say, status=404 if connection is None else 409)
    mirrors = [one for one in connection.mirrors if one.on]
    return tuple(_read_all(desk, catalog, connection, mirrors, compare, raising=True))


def _read_all(
    desk: Desk,
    catalog: Catalog,
    connection: Connection,
    mirrors: Sequence[Mirror],
    compare: bool = False,
    raising: bool = False,
) -> list[Synced]:
    """Read mirrors alone, and keep how far they came and how they fare in one transaction."""
    lease = f"mirror:{connection.id}"
    at = clock.now()
    with desk.store.unit() as unit:
        mine = unit.remembered.take_lease(lease, HOLDER, at, at + LEASE)
        states = unit.mirrors.states() if mine else {}
    if not mine:
        if raising:
            say = Text("另一个进程正在读取。", "Another process is reading it.")
            hint = Text("几秒后再试一次。", "Try again in a few seconds.")
            raise Refused.one("being_read", say, status=409, hint=hint)
        return []
    stand = {one.id: states.get((connection.id, one.id)) for one in mirrors}
    turn = _Turn(desk, catalog, connection, stand)
    try:
        turn.read(mirrors, compare)
    except (Setback, Refused) as error:
        turn.failed(mirrors, error)
        if raising:
            raise error if isinstance(error, Refused) else Refused([error.problem], 502) from None
    finally:
        with desk.store.unit() as unit:
            turn.keep(unit)
            unit.remembered.end_lease(lease, HOLDER)
    return [] if turn.problem else turn.done


class _Turn:
    """One turn at a system: its mirrors read one after the other until one fails."""

    def __init__(
        self,
        desk: Desk,
        catalog: Catalog,
        connection: Connection,
        states: Mapping[str, MirrorState | None],
    ) -> None:
        self.desk, self.catalog, self.connection = desk, catalog, connection
        self.states = states
        self.done: list[Synced] = []
        self.kept: list[MirrorState] = []
        self.problem: Problem | None = None
        self.ours = False  # the failure is not the other system's
        self.to_tell = False  # the failure is one that somebody should hear of

    def read(self, mirrors: Iterable[Mirror], compare: bool) -> None:
        """Read the mirrors; what the system says against it leaves as a Setback."""
        with connections.opened(self.desk, self.connection.id) as connector:
            if not isinstance(connector, Reads):
                say = Text("这个连接器不会读取。", "This connector does not read.")
                raise GiveUp(Problem("does_not_read", say))
            for mirror in mirrors:
                taker = Taker.of(self.desk, self.catalog, self.connection, mirror)
                reading = Reading(taker, connector, self._state(mirror))
                self.done.append(reading.run(compare))
                self.kept.append(reading.kept)

    def failed(self, mirrors: Sequence[Mirror], error: Setback | Refused) -> None:
        """Note why it failed, and leave the system alone for longer."""
        self.problem = error.problem if isinstance(error, Setback) else error.problems[0]
        self.ours = of_ours(error)
        after = error.after if isinstance(error, Retry) else None
        facts = {"connection": self.connection.id, "why": self.problem.code}
        LOG.warning("mirror failed", extra={"facts": facts})
        for mirror in mirrors[len(self.kept) :]:
            state = self._state(mirror)
            progress, to_tell = Progress.of(state).failed(error)
            self.to_tell |= to_tell
            next_at = clock.now() + wait_after_failure(mirror, progress.failures, after)
            self.kept.append(replace(progress.kept(state), next_at=next_at))

    def keep(self, unit: Unit) -> None:
        """Keep how far the mirrors came and how the system fares."""
        for state in self.kept:
            unit.mirrors.put_state(state)
        if self.problem is not None and not self.ours:
            connections.note_failed(unit, self.connection.id, self.problem)
            if self.to_tell:
                tell_failed(unit, self.catalog, self.connection, self.problem)
        elif self.problem is None and self.kept:
            read = {one.mirror: one.changed + one.created + one.gone for one in self.done}
            connections.note_read(unit, self.connection.id, read)

    def _state(self, mirror: Mirror) -> MirrorState:
        return self.states.get(mirror.id) or MirrorState(self.connection.id, mirror.id)
