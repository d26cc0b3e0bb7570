"""Matches of correlations: which groups of records stand together, since when, until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from seamline.conditions.node import Compare
from seamline.facts import Value

from . import plain
from .finding import hold
from .joins import Group, Touching, groups
from .patterns import escaped
from .platform_tables import MATCHES
from .sides import Side

_KEYS_AT_ONCE = 200
_STANDING = MATCHES.c.ended_at.is_(None)
_OF_RULE = (MATCHES.c.rule == bindparam("rule"), _STANDING)
_KEYS = select(MATCHES.c.key).where(*_OF_RULE)
_ALL = select(MATCHES.c.key, MATCHES.c.rule, MATCHES.c.facts, MATCHES.c.since).where(*_OF_RULE)
_TOUCHING = _ALL.where(MATCHES.c.facts.like(bindparam("touching"), escape="\\"))
_AMONG = _ALL.where(MATCHES.c.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True)
class StandingMatch:
    """A match that was raised and has not ended; `facts` is what was kept of it."""

    key: str
    rule: str
    facts: Mapping[str, Any]
    since: datetime


class Matches:
    """The matches of every correlation, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self) -> None:
        """Let nobody else raise or end a match until this transaction ends."""
        hold(self._connection, "seam_matches")

    def groups(
        self,
        sides: Sequence[Side],
        on: Sequence[Compare],
        clock: Mapping[str, Value],
        *,
        touching: Iterable[Touching] = (),
        keys: Iterable[tuple[str, ...]] | None = None,
        limit: int | None = None,
    ) -> Iterator[Group]:
        """Yield the groups of records that belong together now; see `joins.groups`."""
        return groups(self._connection, sides, on, clock, touching=touching, keys=keys, limit=limit)

    def standing(
        self, rule: str, *, touching: str = "", keys: Collection[str] | None = None
    ) -> dict[str, StandingMatch]:
        """Return the standing matches of a rule: all, those that touch a record, or some keys."""
        if keys is not None:
            found = self._connection.execute(_AMONG, {"rule": rule, "keys": list(keys)})
        elif touching:
            pattern = f'%"{escaped(touching)}"%'
            found = self._connection.execute(_TOUCHING, {"rule": rule, "touching": pattern})
        else:
            found = self._connection.execute(_ALL, {"rule": rule})
        return {row[0]: StandingMatch(row[0], row[1], plain.load(row[2]), row[3]) for row in found}

    def keys(self, rule: str) -> set[str]:
        """Return the names of the standing matches of a rule."""
        return set(self._connection.execute(_KEYS, {"rule": rule}).scalars())

    def count(self) -> dict[str, int]:
        """Return how many matches of each rule stand."""
        counted = select(MATCHES.c.rule, func.count()).where(_STANDING).group_by(MATCHES.c.rule)
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def begin(self, rule: str, found: Mapping[str, Mapping[str, Any]], at: datetime) -> None:
        """Raise matches by key; one that ended before stands again from `at`."""
        rows = [
            {"key": key, "rule": rule, "facts": plain.dump(facts), "since": at, "ended_at": None}
            for key, facts in found.items()
        ]
        known = self._known(list(found))
        new = [row for row in rows if row["key"] not in known]
        if new:
            self._connection.execute(insert(MATCHES), new)
        for row in rows:
            if row["key"] in known:
                self._change(str(row["key"]), facts=row["facts"], since=at, ended_at=None)

    def keep(self, key: str, facts: Mapping[str, Any]) -> None:
        """Store what a standing match looks like now."""
        self._change(key, facts=plain.dump(facts))

    def end(self, keys: Collection[str], at: datetime) -> None:
        """End standing matches."""
        for key in keys:
            self._change(key, ended_at=at)

    def _change(self, key: str, **values: object) -> None:
        self._connection.execute(update(MATCHES).where(MATCHES.c.key == key).values(**values))

    def _known(self, keys: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            part = keys[start : start + _KEYS_AT_ONCE]
            wanted = select(MATCHES.c.key).where(MATCHES.c.key.in_(part))
            known |= set(self._connection.execute(wanted).scalars())
        return known
