"""Deliveries: notices on their way out, each in one state, taken up by one process at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from seamline.text import Text

from . import plain
from .finding import hold
from .people_tables import DELIVERIES

# What they go through: waiting, sending, then accepted, delivered, failed, unknown or skipped.
OPEN = ("waiting", "sending")


@dataclass(frozen=True, slots=True)
class Sending:
    """One notice on its way to one person by one channel; `key` names the message it went in.

    `due_at` is when it is looked at next, None when that is over; `why` says why it waits, or what
    went wrong.
    """

    id: str
    notice: str
    person: str
    channel: str
    kind: str
    at: datetime
    due_at: datetime | None
    state: str = "waiting"
    key: str = ""
    attempts: int = 0
    sent_at: datetime | None = None
    reference: str = ""
    why: Text | None = None


class Deliveries:
    """The deliveries, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sendings: Sequence[Sending]) -> None:
        """Keep what is to go out."""
        if sendings:
            self._connection.execute(insert(DELIVERIES), [_row(one) for one in sendings])

    def due(self, at: datetime, limit: int = 100) -> tuple[Sending, ...]:
        """Return what is to be looked at, the longest overdue first."""
        wanted = select(DELIVERIES).where(DELIVERIES.c.due_at <= at)
        return self._found(wanted.order_by(DELIVERIES.c.due_at, DELIVERIES.c.id).limit(limit))

    def take(
        self, one: Sending, at: datetime, lease: timedelta, alone: bool = False
    ) -> tuple[Sending, ...]:
        """Take up all that goes out with one, unless another process has; it is theirs so long.

        What was taken up before keeps its key, so that it is the same message again. `alone`
        leaves what is not due yet where it is.
        """
        hold(self._connection, "delivery", one.person, one.channel)
        wanted = select(DELIVERIES).where(
            DELIVERIES.c.person == one.person, DELIVERIES.c.channel == one.channel
        )
        if one.state == "waiting":
            wanted = wanted.where(DELIVERIES.c.state == "waiting")
            if alone:
                wanted = wanted.where(DELIVERIES.c.due_at <= at)
        else:
            wanted = wanted.where(
                DELIVERIES.c.key == one.key,
                DELIVERIES.c.state == one.state,
                DELIVERIES.c.due_at <= at,
            )
        found = self._found(wanted.order_by(DELIVERIES.c.id))
        if not any(other.due_at is not None and other.due_at <= at for other in found):
            return ()
        state = "sending" if one.state == "waiting" else one.state
        key = one.key or found[0].id
        taken = [replace(two, state=state, key=key, due_at=at + lease) for two in found]
        self.change(taken)
        return tuple(taken)

    def waiting(self, person: str, channel: str) -> tuple[Sending, ...]:
        """Return what waits for one by a channel; no process takes it up meanwhile."""
        hold(self._connection, "delivery", person, channel)
        wanted = select(DELIVERIES).where(
            DELIVERIES.c.person == person,
            DELIVERIES.c.channel == channel,
            DELIVERIES.c.state == "waiting",
        )
        return self._found(wanted)

    def change(self, sendings: Collection[Sending]) -> None:
        """Keep what has changed."""
        for one in sendings:
            row = _row(one)
            self._connection.execute(
                update(DELIVERIES).where(DELIVERIES.c.id == row.pop("id")).values(row)
            )

    def sent_since(self, person: str, channel: str, since: datetime) -> int:
        """Return how many messages one person got by one channel since a moment."""
        counted = select(func.count(func.distinct(DELIVERIES.c.key))).where(
            DELIVERIES.c.person == person,
            DELIVERIES.c.channel == channel,
            DELIVERIES.c.sent_at > since,
        )
        return int(self._connection.execute(counted).scalar_one())

    def newest(self, limit: int = 100, state: str = "") -> tuple[Sending, ...]:
        """Return the newest, of one state or of all."""
        wanted = select(DELIVERIES)
        if state:
            wanted = wanted.where(DELIVERIES.c.state == state)
        return self._found(wanted.order_by(DELIVERIES.c.id.desc()).limit(limit))

    def _found(self, statement: Any) -> tuple[Sending, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(
            Sending(**dict(row) | {"why": Text(**plain.load(row["why"])) if row["why"] else None})
            for row in rows
        )


def _row(one: Sending) -> dict[str, Any]:
    return asdict(one) | {"why": plain.dump(one.why) if one.why is not None else ""}
