"""Sessions: browsers in which somebody is signed in, each known by a digest of its secret word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from .people_tables import SESSIONS


@dataclass(frozen=True, slots=True)
class Session:
    """One browser somebody is signed in with; `seen` is its address, `reported` its word."""

    id: str
    person: str
    seen: str
    reported: str
    opened_at: datetime
    used_at: datetime


class Sessions:
    """The sessions, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Keep a new session."""
        row = {name: getattr(session, name) for name in Session.__slots__}
        self._connection.execute(insert(SESSIONS), row)

    def get(self, session: str) -> Session | None:
        """Return a session by its id."""
        row = self._connection.execute(_SELECT.where(SESSIONS.c.id == session)).one_or_none()
        return None if row is None else Session(*row)

    def of_person(self, person: str) -> tuple[Session, ...]:
        """Return a person's sessions, the one used last first."""
        mine = _SELECT.where(SESSIONS.c.person == person)
        newest = mine.order_by(SESSIONS.c.used_at.desc(), SESSIONS.c.id)
        return tuple(Session(*row) for row in self._connection.execute(newest))

    def touch(self, session: str, at: datetime, seen: str) -> None:
        """Remember when a session was last used, and from which address."""
        used = update(SESSIONS).where(SESSIONS.c.id == session).values(used_at=at, seen=seen)
        self._connection.execute(used)

    def end(self, session: str) -> bool:
        """End a session; return whether there was one."""
        gone = self._connection.execute(delete(SESSIONS).where(SESSIONS.c.id == session))
        return gone.rowcount == 1

    def end_all(self, person: str, but: str = "", before: datetime | None = None) -> int:
        """End a person's sessions but one, or those last used before a moment; return how many."""
        mine = delete(SESSIONS).where(SESSIONS.c.person == person, SESSIONS.c.id != but)
        if before is not None:
            mine = mine.where(SESSIONS.c.used_at < before)
        return int(self._connection.execute(mine).rowcount)


_SELECT = select(*(SESSIONS.c[name] for name in Session.__slots__))
