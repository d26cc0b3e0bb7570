"""What is wrong with versions: days with two of them or none, circles, rows that never count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Literal

from .library import Library, Part, Version
from .span import Span

Kind = Literal["overlap", "gap", "cycle", "unreleased", "reversed", "row_ends", "row_never"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding about the versions of a thing, on the days of `span`.

    `groups` are those it concerns (empty: all of them), `way` the things of a circle, `parts` the
    rows that it is about.
    """

    kind: Kind
    thing: str
    versions: tuple[Version, ...]
    span: Span
    groups: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def faults(library: Library) -> tuple[Fault, ...]:
    """Return everything that is wrong, thing by thing, circles last."""
    found: list[Fault] = []
    for thing, versions in library.items():
        found += _of_versions(thing, versions)
        found += _overlaps(thing, versions)
        found += _gaps(thing, versions)
    return (*found, *_cycles(library))


def _of_versions(thing: str, versions: Iterable[Version]) -> Iterator[Fault]:
    for one in versions:
        if not one.released:
            yield Fault("unreleased", thing, (one,), one.span)
        if one.span.empty:
            yield Fault("reversed", thing, (one,), one.span)
            continue
        if not one.name:  # without versions a row that ends is how things change
            continue
        for part in one.parts:
            shared = part.span.within(one.span)
            if shared.empty:
                yield Fault("row_never", thing, (one,), part.span, parts=(part,))
            elif shared.last < one.span.last:
                yield Fault("row_ends", thing, (one,), part.span, parts=(part,))


def _used(versions: Sequence[Version]) -> list[Version]:
    return [one for one in versions if one.released and not one.span.empty]


def _overlaps(thing: str, versions: Sequence[Version]) -> Iterator[Fault]:
    for one, other in combinations(_used(versions), 2):
        shared = one.span.within(other.span)
        if shared.empty:
            continue
        if one.groups and other.groups:
            groups = one.groups & other.groups
            if not groups:
                continue
        else:
            groups = one.groups or other.groups
        yield Fault("overlap", thing, (one, other), shared, tuple(sorted(groups)))


def _gaps(thing: str, versions: Sequence[Version]) -> Iterator[Fault]:
    """Yield days between two versions on which none is in force, for the groups that miss one."""
    used = _used(versions)
    named = sorted({group for one in used for group in one.groups})
    found: dict[tuple[Version, Version, Span], list[str]] = {}
    everybody = not named or any(not one.groups for one in used)
    for group in (*named, *(("",) if everybody else ())):
        serving = [one for one in used if not one.groups or group in one.groups]
        for before, after, span in _between(serving):
            found.setdefault((before, after, span), []).append(group)
    for (before, after, span), groups in found.items():
        whole = len(groups) == len(named) + everybody
        yield Fault("gap", thing, (before, after), span, () if whole else tuple(groups))


def _between(serving: Sequence[Version]) -> Iterator[tuple[Version, Version, Span]]:
    reached: Version | None = None
    for one in sorted(serving, key=lambda version: (version.span.first, version.span.last)):
        if reached is not None and reached.span.last < date.max:
            begins = reached.span.last + DAY
            if begins < one.span.first:
                yield reached, one, Span(begins, one.span.first - DAY)
        if reached is None or one.span.last > reached.span.last:
            reached = one


def _cycles(library: Library) -> Iterator[Fault]:
    """Yield each circle of things once: the days on which each really is part of the next."""
    told: set[frozenset[str]] = set()
    for thing in sorted(_knotted(library)):
        for way, span, versions in _circle(library, thing):
            if frozenset(way) not in told:
                told.add(frozenset(way))
                yield Fault("cycle", thing, versions, span, way=(*way, thing))


def _knotted(library: Library) -> set[str]:
    """Return the things that may lie on a circle: what is left when ends are taken off."""
    below = {
        thing: {part.thing for one in versions for part in one.parts if part.thing in library}
        for thing, versions in library.items()
    }
    above: dict[str, set[str]] = {thing: set() for thing in library}
    for thing, parts in below.items():
        for part in parts:
            above[part].add(thing)
    left = set(library)
    for graph, back in ((below, above), (above, below)):
        counts = {thing: len(graph[thing] & left) for thing in left}
        ends = [thing for thing, count in counts.items() if not count]
        while ends:
            end = ends.pop()
            left.discard(end)
            for other in back[end] & left:
                counts[other] -= 1
                if not counts[other]:
                    ends.append(other)
    return left


Way = tuple[tuple[str, ...], Span, tuple[Version, ...]]


def _circle(library: Library, start: str) -> Iterator[Way]:
    """Yield the first way from a thing back to itself that all happens on one day."""
    open_: list[Way] = [((start,), Span(), ())]
    seen: set[tuple[str, Span]] = set()
    while open_:
        way, span, versions = open_.pop()
        for version in library.get(way[-1], ()):
            held = span.within(version.span)
            if held.empty:
                continue
            for part in version.parts:
                shared = held.within(part.span)
                if shared.empty:
                    continue
                if part.thing == start:
                    yield way, shared, (*versions, version)
                    return
                if part.thing not in way and (part.thing, shared) not in seen:
                    seen.add((part.thing, shared))
                    open_.append(((*way, part.thing), shared, (*versions, version)))
