"""What a stopped run takes with it when a person goes on with it: what it did, not all it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seamline.pipelines import RECORD

from .places import id_of, kinds_of


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
