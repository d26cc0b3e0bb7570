"""What a stopped run takes with it when a person goes on with it: what it did, not all it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seamline.jobs.run import Trace
from seamline.pipelines import RECORD

from .places import id_of, kinds_of

LEFT_OUT: Mapping[str, Any] = {}  # what a step came to that a person has left out


def done_by(before: Mapping[str, Any], traces: Sequence[Trace]) -> dict[str, Any]:
    """Return everything that a run has done, by where it stands in the pipeline, in its order.

    `before` is what its newest part began with: what was waited for and left out has no trace.
    """
    came = {
        trace.name: trace.result["ok"]
        for trace in traces
        if isinstance(trace.result, dict) and "ok" in trace.result
    }
    return {**before, **{place: one for place, one in came.items() if place not in before}}


def taken_along(document: Mapping[str, Any], done: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run has done without what it is to look at once more."""
    anew = seen_anew(document, [*done])
    return {place: one for place, one in done.items() if place not in anew or one == LEFT_OUT}


def seen_anew(document: Mapping[str, Any], places: Sequence[str]) -> frozenset[str]:
    """Return which of the places of a run, in the order they were kept, are looked at once more.

    The record it is about always is, for that is what a person mends; so is what was looked up or
    reckoned since the last step that left something, but not before: that step rests on it.
    """
    kinds = kinds_of(document)
    anew = {RECORD}
    for place in reversed(places):
        if place == RECORD:
            continue
        kind = kinds.get(id_of(place))
        if kind is None or not kind.again:
            break
        if kind.again == "anew":
            anew.add(place)
    return frozenset(anew)
