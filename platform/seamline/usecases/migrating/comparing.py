"""Compares a source with its library, thing by thing, and proves that none was lost."""

from __future__ import annotations

from itertools import islice
from typing import Any

from seamline.fields.kind import Reading
from seamline.metadata import ImportMap, Reconcile
from seamline.usecases.desk import Desk
from seamline.usecases.submitting.takeover import Handover, Takeover

from .handing import Hands
from .reconciling import Comparison, Figures, Reckoning
from .sources import AT_ONCE, Source


def compared(
    desk: Desk, door: Takeover, wanted: ImportMap, source: Source, hands: Hands, reading: Reading
) -> dict[str, Any]:
    """Return the report of both sides as plain data.

    What a map leaves out by its condition is counted by itself, neither lost nor wrong.
    """
    asked = wanted.takes_over.reconcile if wanted.takes_over else Reconcile()
    reckoning = Reckoning(door.model, asked, reading, wanted)
    comparison = Comparison(len(asked.sums))
    here: dict[str, Figures] = {}
    elsewhere: dict[str, Figures] = {}
    with desk.store.reading() as unit:
        for key, own, figures in reckoning.of_library(unit):
            (here if own else elsewhere)[key] = figures
    for figures in here.values():
        comparison.put(comparison.library, figures)
    seen: set[str] = set()
    missing: list[tuple[Handover, Figures]] = []
    for key, item, figures in reckoning.of_source(source):
        if key in seen:
            comparison.twice += 1
            continue
        seen.add(key)
        stands = here.get(key) or elsewhere.get(key)
        if stands is None:
            missing.append((hands.handover(item)[0], figures))
            continue
        if key not in here:
            comparison.put(comparison.library, stands)
        comparison.put(comparison.source, figures)
        if stands != figures:
            comparison.differ("differing", key, figures, stands)
    _missing(desk, door, comparison, missing)
    for key in here:
        if key not in seen:
            comparison.differ("extra", key)
    return comparison.report(asked)


def _missing(
    desk: Desk, door: Takeover, comparison: Comparison, missing: list[tuple[Handover, Figures]]
) -> None:
    """Tell what was left out on purpose from what is lost."""
    waiting = iter(missing)
    while part := list(islice(waiting, AT_ONCE)):
        with desk.store.reading() as unit:
            outcomes = door.judge(unit, [handover for handover, _ in part])
        for (handover, figures), outcome in zip(part, outcomes, strict=True):
            if outcome.became == "left":
                comparison.left += 1
                continue
            comparison.put(comparison.source, figures)
            comparison.differ("lost", handover.key)
