"""The correlator of a running workspace: follows the journal, sweeps now and then, tells how it is.

One per workspace is enough; several do no harm, because each match is settled under one lock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from seamline import clock
from seamline.catalog import Catalog
from seamline.correlate.durable import Proposals
from seamline.correlate.supervise import EngineHealth, Limits, Supervisor
from seamline.text import Text

from .correlate import Outcome, concerned, confirm, look_again, sql_of, sweep
from .desk import Desk

Engine = Literal["sql", "durable"]

# Entries of the journal that are read at once.
READ_AT_ONCE = 100
# Seconds after which a tick leaves the rest to the next: a process that stops waits for it.
LONGEST = 2.0


@dataclass(frozen=True, slots=True)
class CorrelatorHealth:
    """How the correlator is: `asked` is the engine wanted, `engine` the one at work.

    `behind` counts the journal's entries not looked at; `say` is for people.
    """

    asked: Engine
    engine: Engine
    say: Text
    behind: int
    crashes: int
    resident: int
    overfull: tuple[str, ...]


class Correlator:
    """Raises and ends matches as records change; call `tick` every second or so, from one thread.

    With the engine `durable` joins are found by durable_rules in a process of its own, as far as
    it is installed and well; SQL does the rest, and looks at everything every `full`.
    """

    def __init__(
        self,
        desk: Desk,
        engine: Engine = "sql",
        *,
        limits: Limits | None = None,
        moments: timedelta = timedelta(minutes=1),
        full: timedelta = timedelta(minutes=10),
    ) -> None:
        self._desk = desk
        self._engine = engine
        self._supervisor = Supervisor(limits)
        self._proposals: Proposals | None = None
        self._seen: tuple[int, int] | None = None
        self._read = 0
        self._every = {"moments": moments, "full": full}
        self._next: dict[str, datetime] = {}
        self._overfull: set[str] = set()

    @property
    def pid(self) -> int:
        """The id of the engine's process, 0 where none runs."""
        return self._supervisor.pid

    def tick(self) -> Outcome:
        """Do what is due: a sweep, then everything that was written since the last time."""
        catalog = self._desk.catalogs.current()
        seen = (catalog.version, catalog.switched)
        if seen != self._seen:
            self._begin(catalog)
        outcome = self._sweep_if_due(catalog, whole=seen != self._seen)
        self._seen = seen
        if self._proposals is not None:
            self._proposals.beat()
        outcome.add(self.catch_up(LONGEST))
        return outcome

    def _begin(self, catalog: Catalog) -> None:
        """Take up another catalog; a changed rule means another engine, filled from the tables."""
        if self._seen is None:
            with self._desk.store.reading() as unit:
                self._read = unit.journal.head()[0]
        rules_changed = self._seen is None or self._seen[0] != catalog.version
        if self._engine == "durable" and rules_changed:
            self._supervisor.stop()
            self._proposals = Proposals(
                catalog.correlations.values(), sql_of(catalog), self._supervisor
            )

    def _sweep_if_due(self, catalog: Catalog, whole: bool) -> Outcome:
        now = clock.now()
        if whole or now >= self._next["full"]:
            self._next = {name: now + every for name, every in self._every.items()}
            outcome = sweep(self._desk)
            self._overfull = set(outcome.overfull)
            return outcome
        if now < self._next["moments"]:
            return Outcome()
        self._next["moments"] = now + self._every["moments"]
        timed = [model.id for model in catalog.correlations.values() if model.moments]
        return sweep(self._desk, timed)

    def catch_up(self, within: float | None = None) -> Outcome:
        """React to every record that the journal names since the last time, each once.

        What is left after `within` seconds is for the next time.
        """
        outcome, begun = Outcome(), time.monotonic()
        while True:
            with self._desk.store.reading() as unit:
                events = unit.journal.after(self._read, READ_AT_ONCE)
            changed = dict.fromkeys(
                (event.form, event.record)
                for event in events
                if event.record and not event.step.startswith("correlation.")
            )
            for form, record in changed:
                outcome.add(self.react(form, record))
            if not events:
                return outcome
            self._read = events[-1].seq
            if within is not None and time.monotonic() - begun >= within:
                return outcome

    def react(self, form: str, record: str) -> Outcome:
        """Look again at everything that one changed record has a part in."""
        catalog = self._desk.catalogs.current()
        models = list(concerned(catalog, form))
        outcome = Outcome()
        if not models:
            return outcome
        proposals, proposed = self._proposals, None
        if proposals is not None:
            with self._desk.store.reading() as unit:
                proposed = proposals.of(unit, form, record)
        for model in models:
            if proposals is not None and proposed is not None and proposals.joins(model):
                keys = proposed.get(model.id, set())
                outcome.add(confirm(self._desk, catalog, model, record, keys))
            else:
                outcome.add(look_again(self._desk, catalog, model, form, record))
        self._overfull |= set(outcome.overfull)
        return outcome

    def health(self) -> CorrelatorHealth:
        """Return how the correlator is, for an operator and for health checks."""
        with self._desk.store.reading() as unit:
            behind = unit.journal.head()[0] - self._read if self._seen is not None else 0
        health = self._supervisor.health()
        at_work: Engine = "sql"
        if self._engine == "durable" and health.state == "running":
            at_work = "durable"
        return CorrelatorHealth(
            self._engine,
            at_work,
            health.say if self._engine == "durable" else Text("由 SQL 处理", "SQL does it"),
            behind,
            health.crashes,
            health.resident,
            tuple(sorted(self._overfull)),
        )

    def engine_health(self) -> EngineHealth:
        """Return how the engine's process is."""
        return self._supervisor.health()

    def close(self) -> None:
        """End the engine's process."""
        self._supervisor.stop()
