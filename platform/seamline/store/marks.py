"""Marks for charts: when a switch was flipped, a document edited or a package published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from . import plain
from .platform_tables import EVENTS

MARKED = ("switched", "published", "edited")
MOST = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """One change of the configuration: of a rule, a document or a package, and by whom."""

    kind: Literal["switched", "published", "edited"]
    at: datetime
    name: str
    to: str
    actor: str

    def as_json(self) -> dict[str, Any]:
        """Return the mark as plain data."""
        return {
            "kind": self.kind, "at": self.at.isoformat(), "name": self.name, "to": self.to,
            "actor": self.actor,
        }  # fmt: skip


class Marks:
    """Reads the marks, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def installations(self) -> dict[str, Mark]:
        """Return when and by whom each package was last published whole."""
        columns = (EVENTS.c.at, EVENTS.c.actor, EVENTS.c.body)
        wanted = select(*columns).where(EVENTS.c.kind == "published").order_by(EVENTS.c.seq)
        found = {}
        for at, actor, body in self._connection.execute(wanted):
            told = plain.load(body)
            name = str(told.get("package", ""))
            found[name] = Mark("published", at, name, str(told.get("version", "")), actor)
        return found

    def between(self, forms: Collection[str], since: datetime, until: datetime) -> Iterator[Mark]:
        """Yield what changed the rules of some forms, or a whole package, in the order of time.

        The newest are left out where there are more than 500.
        """
        about = or_(EVENTS.c.kind != "switched", EVENTS.c.form.in_(sorted(forms)))
        columns = (EVENTS.c[name] for name in ("kind", "at", "record", "actor", "body"))
        wanted = (
            select(*columns)
            .where(EVENTS.c.kind.in_(MARKED), about, EVENTS.c.at >= since, EVENTS.c.at < until)
            .order_by(EVENTS.c.seq)
            .limit(MOST)
        )
        for kind, at, record, actor, body in self._connection.execute(wanted):
            told = plain.load(body)
            if kind == "published":
                yield Mark(
                    kind, at, str(told.get("package", "")), str(told.get("version", "")), actor
                )
            else:
                yield Mark(kind, at, record, str(told.get("to", "")), actor)
