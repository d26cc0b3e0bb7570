"""What connections remember between calls, and who may go on alone for a while; secrets, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from .connection_tables import LEASES, MEMORY, SECRETS
from .finding import hold


@dataclass(frozen=True, slots=True)
class SecretHead:
    """That there is a secret of this name: since when and by whom, never what it says."""

    name: str
    at: datetime
    actor: str


class Remembered:
    """Sealed values by connection and name, secrets, and leases, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, connection: str, name: str, at: datetime) -> str | None:
        """Return a sealed value that has not expired at `at`, or None."""
        found = select(MEMORY.c.sealed).where(
            MEMORY.c.connection == connection,
            MEMORY.c.name == name,
            or_(MEMORY.c.expires_at.is_(None), MEMORY.c.expires_at > at),
        )
        return self._connection.execute(found).scalar_one_or_none()

    def put(self, connection: str, name: str, sealed: str, expires: datetime | None) -> None:
        """Keep a sealed value in the place of the one before."""
        hold(self._connection, "memory", connection, name)
        self.drop(connection, name)
        row = {"connection": connection, "name": name, "sealed": sealed, "expires_at": expires}
        self._connection.execute(insert(MEMORY), row)

    def drop(self, connection: str, name: str | None = None) -> None:
        """Forget one name of a connection, or all of them."""
        gone = delete(MEMORY).where(MEMORY.c.connection == connection)
        self._connection.execute(gone if name is None else gone.where(MEMORY.c.name == name))

    def expire(self, at: datetime) -> int:
        """Forget everything that has expired; return how much."""
        return self._connection.execute(delete(MEMORY).where(MEMORY.c.expires_at <= at)).rowcount

    def take_lease(self, name: str, holder: str, at: datetime, until: datetime) -> bool:
        """Let `holder` in until a moment, unless somebody else is in; return whether it is."""
        hold(self._connection, "lease", name)
        found = select(LEASES.c.holder, LEASES.c.until).where(LEASES.c.name == name)
        row = self._connection.execute(found).one_or_none()
        if row is None:
            values = {"name": name, "holder": holder, "until": until}
            self._connection.execute(insert(LEASES), values)
            return True
        if row.holder != holder and row.until > at:
            return False
        mine = update(LEASES).where(LEASES.c.name == name)
        self._connection.execute(mine.values(holder=holder, until=until))
        return True

    def take_seat(
        self, name: str, most: int, holder: str, at: datetime, until: datetime
    ) -> datetime | None:
        """Let `holder` have one of so many seats until a moment.

        Returns None where it has one, else when the first becomes free. Two seats are never one
        holder's: each turn has a name of its own.
        """
        hold(self._connection, "seats", name)
        here = LEASES.c.name.startswith(f"{name}#", autoescape=True)
        # One statement: on PostgreSQL a second one would see a seat left since the first.
        late = select(LEASES.c.until).where(here, LEASES.c.until > at)
        first = late.order_by(LEASES.c.until.desc()).offset(most - 1).limit(1)
        free_at: datetime | None = self._connection.execute(first).scalar_one_or_none()
        if free_at is not None:
            return free_at
        old = select(LEASES.c.name).where(here, LEASES.c.until <= at).limit(1)
        free = self._connection.execute(old).scalar_one_or_none()
        if free is not None:
            one = update(LEASES).where(LEASES.c.name == free)
            self._connection.execute(one.values(holder=holder, until=until))
        else:
            values = {"name": f"{name}#{holder}", "holder": holder, "until": until}
            self._connection.execute(insert(LEASES), values)
        return None

    def leave_seat(self, name: str, holder: str) -> None:
        """Give a seat back."""
        hold(self._connection, "seats", name)  # nobody takes over a seat that is being left
        here = LEASES.c.name.startswith(f"{name}#", autoescape=True)
        self._connection.execute(delete(LEASES).where(here, LEASES.c.holder == holder))

    def end_lease(self, name: str, holder: str) -> None:
        """Let the next one in, where `holder` still is."""
        gone = delete(LEASES).where(LEASES.c.name == name, LEASES.c.holder == holder)
        self._connection.execute(gone)

    def secret(self, name: str) -> str | None:
        """Return a sealed secret, or None."""
        found = select(SECRETS.c.sealed).where(SECRETS.c.name == name)
        return self._connection.execute(found).scalar_one_or_none()

    def secrets(self) -> Sequence[SecretHead]:
        """Return which secrets there are, by name."""
        found = select(SECRETS.c.name, SECRETS.c.at, SECRETS.c.actor).order_by(SECRETS.c.name)
        return [SecretHead(*row) for row in self._connection.execute(found)]

    def keep_secret(self, name: str, sealed: str, at: datetime, actor: str) -> None:
        """Keep a sealed secret in the place of the one before."""
        hold(self._connection, "secret", name)
        self.remove_secret(name)
        row = {"name": name, "sealed": sealed, "at": at, "actor": actor}
        self._connection.execute(insert(SECRETS), row)

    def remove_secret(self, name: str) -> bool:
        """Remove a secret; return whether there was one."""
        return self._connection.execute(delete(SECRETS).where(SECRETS.c.name == name)).rowcount == 1
