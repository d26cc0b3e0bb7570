"""What a process remembers of the figures of a workspace: for moments, so that pages are quick."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from weakref import WeakKeyDictionary

from seamline.catalog import Catalog
from seamline.measures import Sample
from seamline.metadata import Measure
from seamline.store import Store

from .reliance import Reliance, reliance

# Seconds that a figure is remembered: so many times as long as it took, within these bounds.
FRESH, LONGEST, TIMES = 15.0, 300.0, 30.0


class Memory:
    """The figures and definitions of one workspace under one version of its catalog.

    Whoever finds nothing reckons behind `turn`, so that many who open the same page at once do
    not all reckon the same.
    """

    def __init__(self, version: int) -> None:
        self.version = version
        self.turn = threading.Lock()
        self._rests: dict[str, Reliance] = {}
        self._figures: dict[tuple[str, str], tuple[float, Sample]] = {}

    def rests(self, catalog: Catalog, measure: Measure) -> Reliance:
        """Return what a measure rests on."""
        known = self._rests.get(measure.id)
        if known is None:
            known = self._rests[measure.id] = reliance(catalog, measure)
        return known

    def figures(self, measure: str, periods: Collection[str]) -> dict[str, Sample] | None:
        """Return the figures of some periods where all of them are young enough."""
        now = time.monotonic()
        found = {period: self._figures.get((measure, period)) for period in periods}
        young = {name: one[1] for name, one in found.items() if one is not None and now < one[0]}
        return young if len(young) == len(found) else None

    def remember(
        self, measure: str, draw: Callable[[], Mapping[str, Sample]]
    ) -> Mapping[str, Sample]:
        """Draw figures and remember them; the longer it took, the longer."""
        begun = time.monotonic()
        samples = draw()
        now = time.monotonic()
        until = now + min(LONGEST, max(FRESH, TIMES * (now - begun)))
        for period, sample in samples.items():
            self._figures[measure, period] = until, sample
        return samples


_MEMORIES: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()


def memory_of(store: Store, version: int) -> Memory:
    """Return the memory of a workspace; that of an earlier catalog is forgotten."""
    memory = _MEMORIES.get(store)
    if memory is None or memory.version != version:
        memory = _MEMORIES[store] = Memory(version)
    return memory
