"""In which order computed fields are computed, and which of them need each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def in_order(
    needs: Mapping[str, Iterable[str]],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the names so that each comes after those it needs, and the circles among them.

    `needs` maps each computed field (`total`, `lines.amount`) to the names its formula reads;
    names that are not computed do not matter. Fields in or behind a circle are left out of the
    order; each circle is named once, from its first field round to it again.
    """
    waiting = {name: {need for need in wanted if need in needs} for name, wanted in needs.items()}
    order: list[str] = []
    while ready := [name for name, wanted in waiting.items() if not wanted]:
        order.extend(ready)
        for name in ready:
            del waiting[name]
        done = set(ready)
        for wanted in waiting.values():
            wanted -= done
    return tuple(order), tuple(_circles(waiting))


def _circles(waiting: Mapping[str, set[str]]) -> Iterable[tuple[str, ...]]:
    """Yield the circles that the remaining fields run into."""
    seen: set[str] = set()
    for start in waiting:
        way: list[str] = []
        here = start
        while here not in seen:
            seen.add(here)
            way.append(here)
            here = min(need for need in waiting[here] if need in waiting)
        if here in way:
            yield (*way[way.index(here) :], here)
