"""Local changes: the versions of single documents that people put over an installed package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from .packages import Installed
from .platform_tables import CHANGES
from .ulid import ulid


@dataclass(frozen=True, slots=True)
class LocalChange:
    """One version of one document, number 1 the first; an empty `text` takes the document out.

    `package_version` is the version of the package that it was made over.
    """

    package: str
    path: str
    number: int
    text: str
    package_version: str
    at: datetime
    actor: str
    reason: str


_FIELDS = ("package", "path", "number", "text", "package_version", "at", "actor", "reason")
_SELECT = select(*(CHANGES.c[name] for name in _FIELDS))


class Changes:
    """The local changes, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change: LocalChange) -> None:
        """Keep one more version of a document."""
        row = {name: getattr(change, name) for name in _FIELDS}
        self._connection.execute(insert(CHANGES), {"id": ulid(change.at), **row})

    def newest(self, package: str) -> dict[str, LocalChange]:
        """Return the newest version of every document of a package that was ever changed."""
        wanted = _SELECT.where(CHANGES.c.package == package).order_by(CHANGES.c.number)
        return {row.path: LocalChange(*row) for row in self._connection.execute(wanted)}

    def of_path(self, package: str, path: str) -> tuple[LocalChange, ...]:
        """Return every version of one document, the first one first."""
        wanted = _SELECT.where(CHANGES.c.package == package, CHANGES.c.path == path)
        rows = self._connection.execute(wanted.order_by(CHANGES.c.number))
        return tuple(LocalChange(*row) for row in rows)

    def all(self, package: str) -> tuple[LocalChange, ...]:
        """Return every version of every document of a package, the first one first."""
        wanted = _SELECT.where(CHANGES.c.package == package)
        rows = self._connection.execute(wanted.order_by(CHANGES.c.at, CHANGES.c.id))
        return tuple(LocalChange(*row) for row in rows)

    def over(self, installed: Installed) -> Mapping[str, str]:
        """Return the documents of a package as they stand: its own, the changed ones changed."""
        newest = self.newest(installed.id)
        if not newest:
            return installed.sources
        sources = {**installed.sources, **{path: one.text for path, one in newest.items()}}
        return {path: text for path, text in sources.items() if text}
