"""One reading of one mirror: what changed, what was posted meanwhile, sometimes everything."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from seamline import clock
from seamline.connector import Cursor, Page, Reads
from seamline.facts import Event
from seamline.store import MirrorState, Unit

from ..connections import mirror_actor
from .progress import REFUSED_KEPT, Drift, Progress, wait
from .settling import ROUNDS, Documents, read_documents, settle
from .taking import ORIGIN, Taker
from .telling import tell_drift, tell_refused

T = TypeVar("T")
LIMIT = 500  # changes of a page
WHOLE = 5_000  # things of a page where everything is compared: nearly all of them stand so
SECONDS = 8.0  # of one reading: then others have their turn
COMPARED = "mirror_compared"


@dataclass(frozen=True, slots=True)
class Synced:
    """What the reading of one mirror came to; `more` waits to be read at once."""

    mirror: str
    read: int
    created: int
    changed: int
    gone: int
    settled: int
    refused: int
    more: bool


class Reading:
    """One mirror read for a bounded time, from where the last reading ended; `kept` is the state
    that is to be kept of it."""

    def __init__(self, taker: Taker, connector: Reads, state: MirrorState) -> None:
        self.taker, self.connector = taker, connector
        self.mirror, self.connection, self.desk = taker.mirror, taker.connection, taker.desk
        self.state = self.kept = state
        self.progress = Progress.of(self.state)
        self.settled = 0
        self.more = False
        self.took = 0.0  # seconds that the slowest answer took

    def run(self, compare: bool) -> Synced:
        """Read what changed, then compare everything where that is due."""
        first = self.mirror.entity not in self.progress.cursors
        self._changes()
        if not self.more:
            if compare or (not first and self.progress.compare_due(clock.now())):
                self._compare()
            elif first:
                at = clock.now().isoformat()
                self.progress = replace(self.progress, compared_at=at)
        self._keep()
        tally = self.taker.tally
        return Synced(
            self.mirror.id, tally.read, tally.created, tally.changed, tally.gone, self.settled,
            len(tally.refused), self.more,
        )  # fmt: skip

    def _changes(self) -> None:
        end = time.monotonic() + SECONDS
        codes: list[str] = []
        while True:
            page, documents = self._between(self.progress.cursors)
            codes += documents.codes
            last = not page.more
            self.taker.take(page.changes, page.as_of, self._settling(codes) if last else None)
            reached = {**documents.cursors, self.mirror.entity: page.cursor}
            self.progress = replace(self.progress, cursors={**self.progress.cursors, **reached})
            self.more = page.more
            if last or time.monotonic() > end:
                return

    def _between(self, cursors: Mapping[str, Any]) -> tuple[Page, Documents]:
        """Return the next page of the entity, and the documents whose effect it surely shows.

        They are read before the page and after it, until none came in between. Where no balance
        moved, none has: what comes now is in no figure yet, and is read with the next page.
        """
        entity = self.mirror.entity
        documents = self._documents(cursors)
        for _ in range(ROUNDS):
            page = self._read(cursors.get(entity))
            if not page.changes:
                break
            later = self._documents(documents.cursors)
            documents = documents.plus(later)
            if not later.codes:
                break
        return page, documents

    def _documents(self, cursors: Mapping[str, Any]) -> Documents:
        return self._timed(lambda: read_documents(self.connector, self.mirror, cursors))

    def _read(self, cursor: Cursor | None, limit: int = LIMIT) -> Page:
        return self._timed(lambda: self.connector.read(self.mirror.entity, cursor, limit))

    def _settling(self, codes: list[str]) -> Callable[[Unit], None] | None:
        if not codes:
            return None

        def act(unit: Unit) -> None:
            catalog = self.taker.catalog
            self.settled += settle(unit, catalog, self.connection, self.mirror, codes)

        return act

    def _compare(self) -> None:
        """Read everything, take over what differs, and leave what is gone."""
        tally = self.taker.tally
        created, changed, gone = tally.created, tally.changed, tally.gone
        self.taker.compares = True
        seen: set[str] = set()
        with self.desk.store.reading() as unit:
            marks = unit.mirrors.marks(self.connection.id, self.mirror.id)
        page = self._read(None, WHOLE)
        while True:
            self.taker.take(page.changes, page.as_of, marks=marks)
            seen |= {one.key for one in page.changes}
            if not page.more:
                break
            page = self._read(page.cursor, WHOLE)
        self.taker.leave([key for key in marks if key not in seen], page.as_of)
        now = clock.now()
        was, today = self.progress.drift, clock.today(self.taker.catalog.zone).isoformat()
        at = now.isoformat()
        drift = was.plus(
            today,
            len(seen),
            tally.created - created,
            tally.changed - changed,
            tally.gone - gone,
            [(*row, at) for row in tally.rows],
        )
        cursors = {**self.progress.cursors, self.mirror.entity: page.cursor}
        self.progress = replace(
            self.progress, cursors=cursors, drift=drift, compared_at=now.isoformat()
        )
        if was.day != today:
            self._report(was if was.day else drift)
        found = tally.created - created, tally.changed - changed, tally.gone - gone
        if any(found):
            tell_drift(self.desk, self.taker.catalog, self.connection, self.mirror, found)

    def _report(self, drift: Drift) -> None:
        """Tell in the journal, once a day, what the comparisons of a day found."""
        event = Event(
            kind=COMPARED,
            at=clock.now(),
            actor=mirror_actor(self.connection).id,
            via=ORIGIN.via,
            code=f"{self.connection.id}.{self.mirror.id}",
            body={"connection": self.connection.id, **asdict(drift)},
        )
        with self.desk.store.unit() as unit:
            unit.journal.append(event)

    def _keep(self) -> None:
        tally = self.taker.tally
        known = self.progress.refused
        new = tally.refused.keys() - known.keys()
        # Of a full list nobody knows which of the others were told of before.
        if new and len(known) < REFUSED_KEPT:
            tell_refused(self.desk, self.taker.catalog, self.connection, self.mirror, new)
        progress = self.progress.with_refused(tally.refused, tally.mended)
        now = clock.now()
        kept = replace(progress, failures=0, told=()).kept(self.state)
        next_at = now + wait(self.mirror, self.took, self.more)
        self.kept = replace(kept, read_at=now, next_at=next_at)

    def _timed(self, act: Callable[[], T]) -> T:
        start = time.monotonic()
        try:
            return act()
        finally:
            self.took = max(self.took, time.monotonic() - start)
