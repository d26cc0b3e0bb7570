"""Changes in connected systems: read since the last time, and told to pipelines once each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias

from seamline import clock
from seamline.catalog import Catalog
from seamline.connector import Change, Connector, GiveUp, Page, Reads, Setback
from seamline.forms.facing import facts_json
from seamline.pipelines.asking import no_reading
from seamline.pipelines.triggers.change import OnChange, topic
from seamline.problems import Problem
from seamline.store import Unit
from seamline.store.timers import READING, Timer

from .connected import CLOSED, using
from .connections import note_failed, note_read
from .desk import Desk
from .mirroring.progress import Progress
from .mirroring.telling import tell_failed
from .pipelining.asking import is_on

LOG = logging.getLogger("seamline.pipelines")
Opened: TypeAlias = Callable[[str], AbstractContextManager[Connector]]
AT_ONCE = 500  # changes read in one go
MOST_PAGES = 200  # passed over when a pipeline begins to listen: what is there is no change


class Poller:
    """Looks at what pipelines listen to in other systems, each as often as one of them asks.

    Where a reading ends is kept in the timer of the next one, in the transaction that tells of
    its changes: a process that ends in between loses none and tells none twice.
    """

    def __init__(
        self, desk: Desk, now: Callable[[], datetime] = clock.now, opened: Opened | None = None
    ) -> None:
        self._desk = desk
        self._opened: Opened = opened or partial(using, desk)
        self._now = now
        self._told: dict[str, str] = {}

    def tick(self) -> int:
        """Read what is due; return how many changes were told."""
        catalog = self._desk.catalogs.current()
        told = 0
        for asked in {_key(one): one for one in _listened(catalog)}.values():
            with self._desk.store.reading() as unit:
                stands = unit.timers.get(_key(asked))
            if stands is None or stands.at <= self._now():
                told += self._read(asked, stands)
        return told

    def _read(self, asked: OnChange, stands: Timer | None) -> int:
        """Read one entity; where its system cannot be read it is looked at again in its turn."""
        cursor = stands.body.get("cursor") if stands is not None else None
        try:
            with self._opened(asked.connection) as connector:
                if not isinstance(connector, Reads):
                    raise GiveUp(no_reading(asked.connection))
                page = self._page(connector, asked, cursor)
            self._told.pop(asked.connection, None)
        except Setback as setback:
            self._tell(asked.connection, setback.problem)
            with self._desk.store.unit() as unit:
                self._fail(unit, asked, stands, setback)
            return 0
        with self._desk.store.unit() as unit:
            return self._keep(unit, asked, stands, page, quiet=cursor is None or page.restart)

    def _tell(self, connection: str, problem: Problem) -> None:
        """Log why a connection is not read: once, until there is another reason.

        One that is off has been turned off by somebody: that is nothing to warn of.
        """
        why = problem.line("en")
        if self._told.get(connection) != why:
            level = logging.INFO if problem.code == CLOSED else logging.WARNING
            LOG.log(level, "not read", extra={"facts": {"connection": connection, "why": why}})
        self._told[connection] = why

    def _fail(self, unit: Unit, asked: OnChange, stands: Timer | None, setback: Setback) -> None:
        """Keep that it was not read where people look, and tell those who look after it."""
        if not _as_it_stood(unit, asked, stands):
            return
        body: Mapping[str, Any] = stands.body if stands is not None else {}
        failed = Progress(failures=body.get("failures", 0), told=body.get("told", ()))
        connection = self._desk.catalogs.current().connections.get(asked.connection)
        if connection is not None and setback.problem.code != CLOSED:
            failed, to_tell = failed.failed(setback)
            note_failed(unit, connection.id, setback.problem)
            if to_tell:
                tell_failed(unit, self._desk.catalogs.current(), connection, setback.problem)
        unit.timers.set(self._next(asked, body.get("cursor"), more=False, failed=failed))

    @staticmethod
    def _page(connector: Reads, asked: OnChange, cursor: Any) -> Page:
        page = connector.read(asked.entity, cursor, AT_ONCE)
        for _ in range(MOST_PAGES if cursor is None else 0):
            if not page.more:
                break
            page = connector.read(asked.entity, page.cursor, AT_ONCE)
        return page

    def _keep(
        self, unit: Unit, asked: OnChange, stands: Timer | None, page: Page, quiet: bool
    ) -> int:
        """Tell of the changes of a page, unless another process was there before."""
        if not _as_it_stood(unit, asked, stands):
            return 0
        if (stands is not None and stands.body.get("failures")) or (
            unit.connections.state(asked.connection).problem is None
        ):  # what went wrong with a mirror is for its next reading to clear
            note_read(unit, asked.connection, {asked.entity: len(page.changes)})
        for change in () if quiet else page.changes:
            unit.outbox.add(topic(asked), _name(change, page), _body(change))
        unit.timers.set(self._next(asked, dict(page.cursor), page.more))
        return 0 if quiet else len(page.changes)

    def _next(
        self, asked: OnChange, cursor: Any, more: bool, failed: Progress | None = None
    ) -> Timer:
        at = self._now() if more else self._now() + asked.every
        body = {"cursor": cursor}
        if failed is not None and failed.failures:
            body |= {"failures": failed.failures, "told": [*failed.told]}
        return Timer(_key(asked), at, READING, body)


def _listened(catalog: Catalog) -> Iterator[OnChange]:
    """Yield what pipelines listen to, the most patient first: the last of an entity counts."""
    found = [
        pipeline.on
        for pipeline in catalog.pipelines.values()
        if pipeline.trigger == "change" and is_on(catalog, pipeline)
    ]
    yield from sorted(found, key=lambda one: one.every, reverse=True)


def _as_it_stood(unit: Unit, asked: OnChange, stands: Timer | None) -> bool:
    """Return whether no other process has read it meanwhile."""
    now = unit.timers.get(_key(asked), lock=True)
    return (now.body if now else None) == (stands.body if stands else None)


def _key(asked: OnChange) -> str:
    return f"read:{asked.connection}:{asked.entity}"


def _name(change: Change, page: Page) -> str:
    """Return what a change is known by: a thing that is read anew has changed again, though its
    own version may stand (that of an order does where a line of it changed)."""
    read = repr((page.cursor, change.mark, change.version or facts_json(_light(change.values))))
    digest = blake2b(read.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{change.key[:200]}:{change.version[:100]}:{digest}"


def _body(change: Change) -> dict[str, Any]:
    values = {
        **_light(change.values),
        "key": change.key,
        "version": change.version,
        "deleted": change.deleted,
    }
    return dict(facts_json(values))


def _light(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values without the bytes of files: a step fetches those that it takes in."""
    light: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            rows = (_light(one) if isinstance(one, Mapping) else one for one in value)
            light[name] = [*rows]
        elif not isinstance(value, bytes):
            light[name] = value
    return light
