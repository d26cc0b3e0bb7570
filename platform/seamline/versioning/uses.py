"""Where a thing is used: the versions that name it, and those that name what it is part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .library import Library, Part, Version

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Use:
    """A version that has a thing among its parts, `level` steps above it."""

    level: int
    version: Version
    part: Part


def used_in(library: Library, thing: str, day: date | None = None) -> tuple[Use, ...]:
    """Return every version that a thing is part of, directly or through others, nearest first.

    Each version is named once for each of its rows. With `day` only what counts then is looked at.
    """
    rows = _rows(library, day)
    found: list[Use] = []
    seen, level, wanted = {thing}, 1, [thing]
    while wanted and len(found) < MOST:
        above: list[str] = []
        for one in wanted:
            for version, part in rows.get(one, ()):
                found.append(Use(level, version, part))
                if version.thing not in seen:
                    seen.add(version.thing)
                    above.append(version.thing)
        wanted, level = above, level + 1
    return tuple(found[:MOST])


def _rows(library: Library, day: date | None) -> dict[str, list[tuple[Version, Part]]]:
    rows: dict[str, list[tuple[Version, Part]]] = {}
    for version, part in _counting(library, day):
        rows.setdefault(part.thing, []).append((version, part))
    return rows


def _counting(library: Library, day: date | None) -> Iterator[tuple[Version, Part]]:
    for versions in library.values():
        for version in versions:
            if day is not None and not (version.released and version.span.holds(day)):
                continue
            for part in version.parts:
                if day is None or part.span.holds(day):
                    yield version, part
