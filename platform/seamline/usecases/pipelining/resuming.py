"""What a stopped run takes with it when a person goes on with it: what it did, not all it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.pipelines import RECORD, STEPS

# Steps that leave nothing anywhere: what came after the last of the others can be seen anew.
LEAVES_NOTHING = ("read", "map", "branch", "each")


def seen_anew(document: Mapping[str, Any], places: Sequence[str]) -> frozenset[str]:
    """Return which of the places of a run, in the order they were kept, are looked at once more.

    The record it is about always is, for that is what a person mends; so is what was looked up
    since the last step that left something, but not before: that step rests on it.
    """
    kinds = dict(_kinds(document.get("steps", ())))
    anew = {RECORD}
    for place in reversed(places):
        kind = kinds.get(place.rpartition("/")[2].partition(".")[0], "")
        if place != RECORD and kind not in LEAVES_NOTHING:
            break
        if kind == "read":
            anew.add(place)
    return frozenset(anew)


def _kinds(written: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids of steps, whichever they stand in, with their kinds."""
    if isinstance(written, Mapping):
        if "id" in written:
            yield from ((str(written["id"]), kind) for kind in STEPS if kind in written)
        for value in written.values():
            yield from _kinds(value)
    elif isinstance(written, (list, tuple)):
        for value in written:
            yield from _kinds(value)
