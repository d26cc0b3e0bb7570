"""What is installed: packages with their documents, and the version of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from seamline import clock
from seamline.metadata import Package

from . import plain
from .platform_tables import CATALOG, PACKAGES


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed package: its documents by path, from which it is read again."""

    id: str
    version: str
    sources: Mapping[str, str]
    installed_at: datetime


class Packages:
    """The installed packages, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def installed(self) -> tuple[Installed, ...]:
        """Return the packages in the order of their first installation."""
        rows = self._connection.execute(select(PACKAGES).order_by(PACKAGES.c.position))
        return tuple(
            Installed(row.id, row.version, plain.load(row.sources), row.installed_at)
            for row in rows
        )

    def keep(self, package: Package) -> None:
        """Store a package; an older version of it is replaced in its place."""
        kept = {
            "version": package.head.version,
            "sources": plain.dump(package.sources),
            "installed_at": clock.now(),
        }
        changed = self._connection.execute(
            update(PACKAGES).where(PACKAGES.c.id == package.head.id), kept
        )
        if changed.rowcount == 0:
            last = select(func.coalesce(func.max(PACKAGES.c.position), 0))
            position = self._connection.execute(last).scalar_one() + 1
            row = {"id": package.head.id, "position": position, **kept}
            self._connection.execute(insert(PACKAGES), row)

    def remove(self, package: str) -> None:
        """Take a package out; its tables are a question of publishing."""
        self._connection.execute(delete(PACKAGES).where(PACKAGES.c.id == package))


def catalog_version(connection: Connection) -> int:
    """Return the version of everything installed."""
    return int(connection.execute(_VERSION).scalar_one())


def hold_catalog(connection: Connection) -> None:
    """Let no other transaction raise the version, nor hold it, until this one ends."""
    connection.execute(_VERSION.with_for_update()).scalar_one()


def bump_catalog(connection: Connection) -> int:
    """Raise the version, so that every process reads its catalog again; return the new one."""
    connection.execute(_BUMP)
    return catalog_version(connection)


_VERSION = select(CATALOG.c.version).where(CATALOG.c.id == 1)
_BUMP = update(CATALOG).where(CATALOG.c.id == 1).values(version=CATALOG.c.version + 1)
