"""The switches of the rules, and the rules that run in shadow until a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text, update

from .platform_tables import SHADOWS, SWITCHES


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch as it was last moved: by whom, when and why."""

    key: str
    on: bool
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shadow:
    """A rule on trial: seen by nobody, without effect, from `since` until `until`."""

    key: str
    since: datetime
    until: datetime
    actor: str
    reason: str


class Switches:
    """The switches of the rules, inside one transaction; a missing one stands as the rule says.

    Whatever is changed here raises the version of the switches in the same transaction, so that
    every process takes them over without reading the packages again.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, bool]:
        """Return every switch that was ever flipped: `ruleset.rule` to on or off."""
        rows = self._connection.execute(select(SWITCHES.c.key, SWITCHES.c.on))
        return {row[0]: row[1] for row in rows}

    def moved(self) -> dict[str, Switch]:
        """Return every switch that was ever flipped, with who did it last."""
        rows = self._connection.execute(select(SWITCHES))
        return {row.key: Switch(row.key, row.on, row.at, row.actor, row.reason) for row in rows}

    def set(self, key: str, on: bool, actor: str, at: datetime, reason: str) -> None:
        """Flip one switch."""
        self.raise_version()
        values = {"on": on, "at": at, "actor": actor, "reason": reason}
        changed = self._connection.execute(update(SWITCHES).where(SWITCHES.c.key == key), values)
        if changed.rowcount == 0:
            self._connection.execute(insert(SWITCHES), {"key": key, **values})

    def shadows(self) -> dict[str, Shadow]:
        """Return the shadow of every rule that is or was on trial last, ended ones included."""
        rows = self._connection.execute(select(SHADOWS))
        return {
            row.key: Shadow(row.key, row.since, row.until, row.actor, row.reason) for row in rows
        }

    def begin_shadow(self, shadow: Shadow) -> None:
        """Put a rule on trial; a trial that stood before is replaced."""
        self.raise_version()
        self._connection.execute(delete(SHADOWS).where(SHADOWS.c.key == shadow.key))
        self._connection.execute(
            insert(SHADOWS),
            {
                "key": shadow.key,
                "since": shadow.since,
                "until": shadow.until,
                "actor": shadow.actor,
                "reason": shadow.reason,
            },
        )

    def end_shadow(self, key: str, at: datetime) -> None:
        """End a trial before its time; its report stays readable."""
        self.raise_version()
        self._connection.execute(
            update(SHADOWS).where(SHADOWS.c.key == key, SHADOWS.c.until > at), {"until": at}
        )

    def version(self) -> int:
        """Return how often switches were moved in this workspace."""
        return int(self._connection.execute(_VERSION).scalar_one_or_none() or 0)

    def raise_version(self) -> None:
        """Raise that number; whoever does holds the switches alone until the transaction ends."""
        self._connection.execute(_RAISE)


# The switches are counted beside the catalog (its row is 1), so that a flip reads no package.
_VERSION = text("SELECT version FROM seam_catalog WHERE id = 2")
_RAISE = text(
    "INSERT INTO seam_catalog (id, version) VALUES (2, 1)"
    " ON CONFLICT (id) DO UPDATE SET version = seam_catalog.version + 1"
)
