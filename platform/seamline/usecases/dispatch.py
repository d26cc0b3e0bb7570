"""Dispatch: from messages that wait, timers and schedules to runs, each asked for once.

The clocks of reviews are timers like those of due times: one mechanism keeps them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.jobs.engine import Engine
from seamline.jobs.places import file_of
from seamline.jobs.run import Ask
from seamline.metadata import Pipeline
from seamline.pipelines import TRIGGERS
from seamline.pipelines.triggers.schedule import Almanac
from seamline.store import Query, Unit
from seamline.store.outbox import Message
from seamline.store.timers import OVERDUE
from seamline.store.types import moment_text

from .desk import Desk
from .escalate import escalate
from .pipelining.asking import ask, asks_for, is_on, set_timers, timers_after

LOG = logging.getLogger("seamline.pipelines")
AT_ONCE = 200  # messages taken in one go: others write in between
# How far back a schedule is looked at when a process begins: a slot missed while nothing ran is
# made up for once.
BACK = timedelta(days=1)
# What was said to be delivered so short before a crash is delivered again.
UNCERTAIN = timedelta(minutes=10)


class Dispatcher:
    """Takes what waits to runs. Several may work on one workspace: every run has a name by what
    asked for it, so that nobody's twice is more than once. `ended` says that the process
    stops: what takes long is left for the next."""

    def __init__(
        self, desk: Desk, engine: Engine, now: Callable[[], datetime] = clock.now,
        ended: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._ended = ended
        self._engine = engine
        self._now = now
        self._looked: dict[str, datetime] = {}
        self._kept: set[str] = set()
        self._swept = (-1, -1)

    def begin(self) -> None:
        """Take up what the last process may have lost: what power took from the runs' own file.

        Where they lie in the workspace's database nothing can be missing of them alone.
        """
        if file_of(self._engine.url) is None:
            return
        with self._desk.store.unit() as unit:
            unit.outbox.reopen(clock.now() - UNCERTAIN)

    def drain(self) -> int:
        """Turn messages that wait into runs; return how many messages there were.

        Where several processes share a database one of them does so at a time: the others would
        only ask for the same runs once more, and wait for one another while they do.
        """
        store = self._desk.store
        if store.dialect == "postgresql":
            with store.unit() as unit:
                if not (unit.outbox.any() and unit.outbox.alone()):
                    return 0
                # Read only now: until a moment ago another may have been at these.
                messages = unit.outbox.next(AT_ONCE)
                if messages:
                    self._take(unit, messages, self._asked(messages))
            return len(messages)
        with store.reading() as unit:
            messages = unit.outbox.next(AT_ONCE)
        if messages:
            catalog = self._asked(messages)
            with store.unit() as unit:
                self._take(unit, messages, catalog)
        return len(messages)

    def _asked(self, messages: Sequence[Message]) -> Catalog:
        """Ask for the runs of messages; return the catalog that said which."""
        catalog = self._desk.catalogs.current()
        self._ask(catalog, asks_for(self._desk, catalog, messages))
        return catalog

    @staticmethod
    def _take(unit: Unit, messages: Sequence[Message], catalog: Catalog) -> None:
        """Do what else messages ask for, and mark them as done."""
        timers_after(unit, catalog, messages)
        for message in messages:
            if message.topic == OVERDUE:
                escalate(unit, catalog, str(message.body["review"]))
        unit.outbox.done([message.id for message in messages])

    def _ask(self, catalog: Catalog, asks: list[Ask]) -> None:
        """Ask for runs, after the versions they begin with have been kept."""
        if not asks:
            return
        new = {ask.body["version"]: ask.body["pipeline"] for ask in asks}
        new = {version: id_ for version, id_ in new.items() if version not in self._kept}
        if new:
            with self._desk.store.unit() as unit:
                for version, id_ in new.items():
                    unit.pinned.keep(version, id_, catalog.pipelines[id_].document)
            self._kept |= new.keys()
        self._engine.enqueue(asks)

    def tick(self) -> int:
        """Do what the clock asks for: schedules and timers; return how many runs or messages."""
        now = self._now()
        catalog = self._desk.catalogs.current()
        seen = catalog.version, catalog.switched
        if seen != self._swept:
            self._sweep(catalog)
            if not self._ended():
                self._swept = seen
        asks = [one for pipeline in catalog.pipelines.values()
                for one in self._scheduled(catalog, pipeline, now)]  # fmt: skip
        self._ask(catalog, asks)
        # Only now: what could not be asked for is asked for next time. What is off misses nothing.
        self._looked = dict.fromkeys(catalog.pipelines, now)
        return len(asks) + self._ring(now)

    def _scheduled(self, catalog: Catalog, pipeline: Pipeline, now: datetime) -> Iterator[Ask]:
        """Yield a run for each slot since the last look; of those missed before it, the newest."""
        slots = TRIGGERS[pipeline.trigger].slots
        if slots is None or not is_on(catalog, pipeline):
            return
        almanac = Almanac(catalog.zone, catalog.calendar)
        since = self._looked.get(pipeline.id)
        found = slots(pipeline.on, since or now - BACK, now, almanac)
        for slot in found if since is not None else found[-1:]:
            given = {"slot": {"at": slot.isoformat()}}
            yield ask(pipeline, moment_text(slot), {}, given)

    def _ring(self, now: datetime) -> int:
        """Leave the messages of the timers whose moment has come."""
        rung = 0
        while not self._ended():
            with self._desk.store.reading() as unit:
                first = unit.timers.next()
            if first is None or first > now:
                return rung
            with self._desk.store.unit() as unit:
                due = unit.timers.due(now, AT_ONCE)
                for timer in due:
                    record = str(timer.body["record"])
                    key = f"{record}:{moment_text(timer.at)}"
                    unit.outbox.add(timer.topic, key, timer.body)
                unit.timers.cancel([timer.key for timer in due])
            if not due:
                break  # another process has them
            rung += len(due)
        return rung

    def _sweep(self, catalog: Catalog) -> None:
        """Set the timers of the records that were there before their pipeline was, or was on."""
        for pipeline in catalog.pipelines.values():
            if pipeline.trigger == "due" and is_on(catalog, pipeline):
                for ids in _in_parts(self._open_records(catalog, pipeline)):
                    if self._ended():
                        return
                    with self._desk.store.unit() as unit:
                        set_timers(unit, catalog, pipeline, ids)

    def _open_records(self, catalog: Catalog, pipeline: Pipeline) -> list[str]:
        model = catalog.forms[pipeline.on.form]
        final = [state.id for state in model.form.states if state.final]
        there: Any = {"var": pipeline.on.field}
        where = {"and": [there, {"!": {"in": [{"var": "_state"}, final]}}]} if final else there
        query = Query(parse(where, model.scope), total=False, fields=(pipeline.on.field,))
        with self._desk.store.reading() as unit:
            return [record.id for record in unit.records.stream(model.tables, query)]


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def housekeeping(unit: Unit, now: datetime, days: int) -> None:
    """Drop messages that were delivered long ago."""
    unit.outbox.forget(now - timedelta(days=days))
