"""Saved views: the parameters of a list's address under a name, of one person or for a role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from . import plain
from .platform_tables import VIEWS
from .ulid import ulid

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """One saved view; `role` is whom it is shared with, empty where it is the owner's alone."""

    id: str
    form: str
    title: str
    query: Pairs
    owner: str
    role: str
    changed_at: datetime


_FIELDS = ("id", "form", "title", "query", "owner", "role", "changed_at")
_SELECT = select(*(VIEWS.c[name] for name in _FIELDS))


class Views:
    """The saved views, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, form: str, owner: str, roles: Collection[str] | None) -> tuple[View, ...]:
        """Return a person's own views of a form, then those shared with some roles (None: any)."""
        shared = VIEWS.c.role != "" if roles is None else VIEWS.c.role.in_(sorted(roles))
        mine = VIEWS.c.owner == owner
        rows = self._connection.execute(
            _SELECT.where(VIEWS.c.form == form, or_(mine, shared)).order_by(VIEWS.c.id)
        )
        found = [_view(row) for row in rows]
        return tuple(sorted(found, key=lambda view: view.owner != owner))

    def get(self, id_: str) -> View | None:
        """Return a view by its id."""
        row = self._connection.execute(_SELECT.where(VIEWS.c.id == id_)).one_or_none()
        return None if row is None else _view(row)

    def count(self, form: str, owner: str) -> int:
        """Return how many views of a form a person has saved."""
        counted = select(func.count()).select_from(VIEWS)
        mine = (VIEWS.c.form == form, VIEWS.c.owner == owner)
        return int(self._connection.execute(counted.where(*mine)).scalar_one())

    def keep(self, view: View) -> View:
        """Keep a new view, which gets its id here, or the new state of one."""
        kept = View(view.id or ulid(view.changed_at), *(getattr(view, n) for n in _FIELDS[1:]))
        row = {name: getattr(kept, name) for name in _FIELDS}
        row["query"] = plain.dump([list(pair) for pair in kept.query])
        if view.id:
            self._connection.execute(update(VIEWS).where(VIEWS.c.id == view.id).values(row))
        else:
            self._connection.execute(insert(VIEWS), row)
        return kept

    def remove(self, id_: str) -> None:
        """Forget a view."""
        self._connection.execute(delete(VIEWS).where(VIEWS.c.id == id_))


def _view(row: Any) -> View:
    pairs = tuple((str(name), str(value)) for name, value in plain.load(row[3]))
    return View(row[0], row[1], row[2], pairs, row[4], row[5], row[6])
