"""Figures reckoned before anybody asks: those of periods that are over, a little at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from seamline import clock
from seamline.catalog import Catalog
from seamline.measures import FORMULAS, Span, ending
from seamline.metadata import Measure

from . import leases
from .desk import Desk
from .measure import PERIODS, keep
from .measuring.history import JournalHistory, today
from .measuring.keeping import drawn, standing
from .measuring.memory import memory_of
from .measuring.reliance import Reliance

BUDGET = 3.0  # seconds of one turn: pages are served beside it
LEASE = timedelta(minutes=2)


class Reckoner:
    """Looks which figures are missing or were moved, and reckons as many as its time allows."""

    def __init__(self, desk: Desk, seconds: float = BUDGET) -> None:
        self._desk = desk
        self._seconds = seconds
        self._seen: tuple[object, ...] = ()

    def tick(self) -> int:
        """Reckon what is missing; return how many figures that were."""
        catalog, now = self._desk.catalogs.current(), clock.now()
        with self._desk.store.reading() as unit:
            seen = (catalog.version, unit.journal.head(), today(catalog))
        if seen == self._seen:
            return 0
        made, until = 0, time.monotonic() + self._seconds
        for measure, rests, spans in self._missing(catalog, now):
            if not made and not leases.take(self._desk, "figures", LEASE):
                return 0
            for span in spans:
                if time.monotonic() > until:
                    return made
                self._reckon(catalog, measure, rests, span, now)
                made += 1
        self._seen = seen
        self._sweep(catalog)
        return made

    def _missing(
        self, catalog: Catalog, now: datetime
    ) -> Iterator[tuple[Measure, Reliance, list[Span]]]:
        """Yield the periods, newest first, whose figures are not kept or do not hold."""
        day = today(catalog)
        for measure in catalog.measures.values():
            rests = memory_of(self._desk.store, catalog.version).rests(catalog, measure)
            if not FORMULAS[measure.formula].periods or not rests.told:
                continue
            spans = ending(measure.period, day, PERIODS, catalog.zone)
            over = [span for span in reversed(spans) if span.until <= now]
            with self._desk.store.reading() as unit:
                held = standing(unit, measure, rests, over)
            missing = [span for span in over if span.word not in held]
            if missing:
                yield measure, rests, missing

    def _reckon(
        self, catalog: Catalog, measure: Measure, rests: Reliance, span: Span, now: datetime
    ) -> None:
        with self._desk.store.reading() as unit:
            history = JournalHistory(self._desk, catalog, unit)
            found = drawn(history, measure, rests, [span], now)
        keep(self._desk, measure, rests, found)

    def _sweep(self, catalog: Catalog) -> None:
        """Drop the figures of definitions that are no more."""
        memory = memory_of(self._desk.store, catalog.version)
        said = {
            measure.id: memory.rests(catalog, measure).definition
            for measure in catalog.measures.values()
        }
        with self._desk.store.reading() as unit:
            old = unit.figures.others(said)
        if old:
            with self._desk.store.unit() as unit:
                unit.figures.drop(old)
