"""Links: secret addresses of single records, for people who have no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from .platform_tables import LINKS


@dataclass(frozen=True, slots=True)
class Link:
    """One link to a record through a page; `id` is random and half of the secret address."""

    id: str
    page: str
    form: str
    record: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    views: int = 0
    last_viewed_at: datetime | None = None


class Links:
    """The links, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: Link) -> None:
        """Keep a new link."""
        row = {name: getattr(link, name) for name in Link.__slots__}
        self._connection.execute(insert(LINKS), row)

    def get(self, link: str) -> Link | None:
        """Return a link by its id."""
        row = self._connection.execute(_SELECT.where(LINKS.c.id == link)).one_or_none()
        return None if row is None else Link(*row)

    def of_record(self, form: str, record: str) -> tuple[Link, ...]:
        """Return the links of a record, newest first, ended ones too."""
        found = self._connection.execute(_OF_RECORD, {"of": record, "in_form": form})
        return tuple(Link(*row) for row in found)

    def end(self, link: str, by: str, at: datetime) -> bool:
        """End a link; return whether it stood."""
        standing = (LINKS.c.id == link, LINKS.c.ended_at.is_(None))
        ended = update(LINKS).where(*standing).values(ended_at=at, ended_by=by)
        return self._connection.execute(ended).rowcount == 1

    def viewed(self, link: str, at: datetime) -> None:
        """Count one view."""
        more = {"views": LINKS.c.views + 1, "last_viewed_at": at}
        self._connection.execute(update(LINKS).where(LINKS.c.id == link).values(more))


_SELECT = select(*(LINKS.c[name] for name in Link.__slots__))
_OF_RECORD = _SELECT.where(
    LINKS.c.record == bindparam("of"), LINKS.c.form == bindparam("in_form")
).order_by(LINKS.c.made_at.desc(), LINKS.c.id)
