"""What packages said before their upgrades: the texts as they came, and those that served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from . import plain
from .design_tables import PACKAGE_PASTS

KEPT = 20  # of each package


@dataclass(frozen=True, slots=True)
class Past:
    """One version of a package that served from `since` until an upgrade by `actor`."""

    package: str
    version: str
    since: datetime
    until: datetime
    actor: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class PastTexts:
    """What a version said: `own` as the package came, `served` with what was edited here."""

    own: Mapping[str, str]
    served: Mapping[str, str]


class Pasts:
    """What was served before, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, past: Past, texts: PastTexts) -> None:
        """Keep what is about to be replaced; the oldest are forgotten."""
        mine = PACKAGE_PASTS.c.package == past.package
        last = select(func.coalesce(func.max(PACKAGE_PASTS.c.number), 0)).where(mine)
        number = int(self._connection.execute(last).scalar_one()) + 1
        row = {
            "package": past.package, "number": number, "version": past.version,
            "own": plain.dump(texts.own), "served": plain.dump(texts.served),
            "since": past.since, "until": past.until, "actor": past.actor,
        }  # fmt: skip
        self._connection.execute(insert(PACKAGE_PASTS), row)
        old = PACKAGE_PASTS.c.number <= number - KEPT
        self._connection.execute(delete(PACKAGE_PASTS).where(mine, old))

    def of(self, package: str) -> tuple[Past, ...]:
        """Return which versions of a package served before, the newest first."""
        wanted = select(*(PACKAGE_PASTS.c[one.name] for one in fields(Past)))
        wanted = wanted.where(PACKAGE_PASTS.c.package == package)
        rows = self._connection.execute(wanted.order_by(PACKAGE_PASTS.c.number.desc()))
        return tuple(Past(*row) for row in rows)

    def get(self, package: str, number: int) -> PastTexts | None:
        """Return what one version of a package said."""
        wanted = select(PACKAGE_PASTS.c.own, PACKAGE_PASTS.c.served).where(
            PACKAGE_PASTS.c.package == package, PACKAGE_PASTS.c.number == number
        )
        row = self._connection.execute(wanted).first()
        return None if row is None else PastTexts(plain.load(row.own), plain.load(row.served))
