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
BEHIND = timedelta(seconds=5)  # a mirror that alone is too slow must not stand before the others


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
        turn.failed(mirrors[len(turn.kept) :], error)
    finally:
        with desk.store.unit() as unit:
            turn.keep(unit)
            unit.remembered.end_lease(lease, HOLDER)
    if raising and turn.error is not None:
        said = turn.error
        raise said if isinstance(said, Refused) else Refused([said.problem], 502)
    return [] if turn.error else turn.done


class _Turn:
    """One turn at a system: its mirrors read one after the other until the system fails.

    What only a person mends is the one mirror's (a table that may not be read): the others are
    read all the same, unless one of them says just the same (nobody is let in).
    """

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
        self.error: Setback | Refused | None = None  # the last that failed
        self.to_tell = False  # the failure is one that somebody should hear of

    def read(self, mirrors: Iterable[Mirror], compare: bool) -> None:
        """Read the mirrors; what the system says against all of them leaves as a Setback."""
        with connections.opened(self.desk, self.connection.id) as connector:
            if not isinstance(connector, Reads):
                say = Text("这个连接器不会读取。", "This connector does not read.")
                raise GiveUp(Problem("does_not_read", say))
            for mirror in mirrors:
                taker = Taker.of(self.desk, self.catalog, self.connection, mirror)
                reading = Reading(taker, connector, self._state(mirror))
                try:
                    self.done.append(reading.run(compare))
                    self.kept.append(reading.kept)
                except Setback as setback:
                    if isinstance(setback, Retry) or self._said(setback):
                        raise
                    self.failed([mirror], setback)

    def failed(self, mirrors: Iterable[Mirror], error: Setback | Refused) -> None:
        """Note why some mirrors failed, and leave the system alone with them for longer.

        The first is the one that was read: the others have their turn before it next time.
        """
        self.error = error
        after = error.after if isinstance(error, Retry) else None
        facts = {"connection": self.connection.id, "why": _problem(error).code}
        LOG.warning("mirror failed", extra={"facts": facts})
        rest = BEHIND
        for mirror in mirrors:
            state = self._state(mirror)
            progress, to_tell = Progress.of(state).failed(error)
            self.to_tell |= to_tell
            wait = wait_after_failure(mirror, progress.failures, after) + rest
            self.kept.append(replace(progress.kept(state), next_at=clock.now() + wait))
            rest = timedelta()

    def keep(self, unit: Unit) -> None:
        """Keep how far the mirrors came and how the system fares."""
        for state in self.kept:
            unit.mirrors.put_state(state)
        if self.error is not None and not of_ours(self.error):
            problem = _problem(self.error)
            connections.note_failed(unit, self.connection.id, problem)
            if self.to_tell:
                tell_failed(unit, self.catalog, self.connection, problem)
        elif self.error is None and self.kept:
            read = {one.mirror: one.changed + one.created + one.gone for one in self.done}
            connections.note_read(unit, self.connection.id, read, well=self._all_well(unit))

    def _said(self, setback: Setback) -> bool:
        return self.error is not None and _problem(self.error).say == setback.problem.say

    def _all_well(self, unit: Unit) -> bool:
        """Return whether nobody has been told of a mirror that has not been read since."""
        states = unit.mirrors.states()
        on = [(self.connection.id, one.id) for one in self.connection.mirrors if one.on]
        return not any(Progress.of(states[one]).told for one in on if one in states)

    def _state(self, mirror: Mirror) -> MirrorState:
        return self.states.get(mirror.id) or MirrorState(self.connection.id, mirror.id)


def _problem(error: Setback | Refused) -> Problem:
    return error.problem if isinstance(error, Setback) else error.problems[0]
