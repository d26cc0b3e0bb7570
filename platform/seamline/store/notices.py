"""Notices: what happened that a person should hear of, unread until they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from seamline.text import Text

from . import plain
from .people_tables import NOTICES
from .ulid import ulid


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one person; `event` is the number of the journal's entry it comes from.

    `say` may hold the places `{record}` and `{who}`, filled when it is shown: by then its reader
    may no longer see what they name. `link` is an address where the record is not what it leads to.
    """

    id: str
    person: str
    kind: str
    say: Text
    form: str
    record: str
    link: str
    event: int
    actor: str
    at: datetime
    read_at: datetime | None = None


_FIELDS = tuple(Notice.__dataclass_fields__)
_SELECT = select(*(NOTICES.c[name] for name in _FIELDS))
_UNREAD = (
    select(NOTICES.c.form, NOTICES.c.record)
    .where(NOTICES.c.person == bindparam("of"), NOTICES.c.read_at.is_(None))
    .order_by(NOTICES.c.id.desc())
    .limit(bindparam("most"))
)
_INSERT = insert(NOTICES)


class Notices:
    """The notices, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notice: Notice, people: Collection[str]) -> dict[str, str]:
        """Keep one notice for each of `people`; return the id that each has, by person."""
        if not people:
            return {}
        row = {name: getattr(notice, name) for name in _FIELDS} | {"say": plain.dump(notice.say)}
        rows = [row | {"id": ulid(notice.at), "person": person} for person in people]
        self._connection.execute(_INSERT, rows)
        return {str(row["person"]): str(row["id"]) for row in rows}

    def page(
        self,
        person: str,
        *,
        unread: bool = False,
        kind: str = "",
        before: str = "",
        limit: int = 50,
    ) -> tuple[Notice, ...]:
        """Return a person's notices, newest first, older than the notice `before`."""
        wanted = _SELECT.where(NOTICES.c.person == person)
        if unread:
            wanted = wanted.where(NOTICES.c.read_at.is_(None))
        if kind:
            wanted = wanted.where(NOTICES.c.kind == kind)
        if before:
            wanted = wanted.where(NOTICES.c.id < before)
        return self._notices(wanted.order_by(NOTICES.c.id.desc()).limit(limit))

    def unread(self, person: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return form and record of a person's newest unread notices."""
        rows = self._connection.execute(_UNREAD, {"of": person, "most": limit})
        return tuple((row[0], row[1]) for row in rows)

    def any_after(self, person: str, event: int) -> bool:
        """Return whether a person has an unread notice of an event after number `event`."""
        wanted = select(NOTICES.c.id).where(
            NOTICES.c.person == person, NOTICES.c.read_at.is_(None), NOTICES.c.event > event
        )
        return self._connection.execute(wanted.limit(1)).first() is not None

    def unread_with(self, link: str, since: datetime) -> frozenset[str]:
        """Return who has not read a notice since a moment that leads to an address."""
        wanted = select(NOTICES.c.person).where(
            NOTICES.c.link == link, NOTICES.c.read_at.is_(None), NOTICES.c.at > since
        )
        return frozenset(self._connection.execute(wanted.distinct()).scalars())

    def get(self, person: str, notice: str) -> Notice | None:
        """Return one notice of a person."""
        wanted = _SELECT.where(NOTICES.c.id == notice, NOTICES.c.person == person)
        found = self._notices(wanted)
        return found[0] if found else None

    def read(self, person: str, at: datetime, notices: Sequence[str] | None = None) -> int:
        """Mark a person's notices as read, all of them where none is named; return how many."""
        wanted = update(NOTICES).where(NOTICES.c.person == person, NOTICES.c.read_at.is_(None))
        if notices is not None:
            wanted = wanted.where(NOTICES.c.id.in_(notices))
        return int(self._connection.execute(wanted.values(read_at=at)).rowcount)

    def forget(self, before: datetime) -> int:
        """Remove notices read before `before`; return how many."""
        gone = delete(NOTICES).where(NOTICES.c.read_at < before)
        return int(self._connection.execute(gone).rowcount)

    def _notices(self, statement: Select[Any]) -> tuple[Notice, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(Notice(**dict(row) | {"say": Text(**plain.load(row["say"]))}) for row in rows)
