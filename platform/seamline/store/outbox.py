"""The outbox: messages that leave only if the transaction that wrote them was committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from seamline import clock

from . import plain
from .batch import Batch
from .bulk import Bulk
from .finding import try_hold
from .platform_tables import OUTBOX
from .ulid import ulid

_INSERT = Bulk(insert(OUTBOX))
_WAITING = OUTBOX.c.done_at.is_(None)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to deliver at least once; `key` lets the receiver recognise a repetition."""

    id: str
    topic: str
    key: str
    body: Mapping[str, object]
    at: datetime


class Outbox:
    """The outbox, inside one transaction."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)

    def add(self, topic: str, key: str, body: Mapping[str, object]) -> str:
        """Leave a message and return its id."""
        at = clock.now()
        row = {"id": ulid(at), "topic": topic, "key": key, "body": plain.dump(body), "at": at}
        self._batch.add(OUTBOX, self._write, row)
        return str(row["id"])

    def _write(self, rows: list[dict[str, object]]) -> None:
        _INSERT.run(self._connection, rows)

    def waiting(self) -> int:
        """Return how many messages wait for delivery."""
        counted = select(func.count()).select_from(OUTBOX).where(_WAITING)
        return int(self._connection.execute(counted).scalar_one())

    def next(self, limit: int = 100) -> tuple[Message, ...]:
        """Return the oldest messages that wait."""
        wanted = select(OUTBOX).where(_WAITING).order_by(OUTBOX.c.id).limit(limit)
        return tuple(
            Message(row.id, row.topic, row.key, plain.load(row.body), row.at)
            for row in self._connection.execute(wanted)
        )

    def alone(self) -> bool:
        """Return whether nobody else empties the outbox until this transaction ends."""
        return try_hold(self._connection, "outbox")

    def any(self) -> bool:
        """Return whether a message waits."""
        found = self._connection.execute(select(OUTBOX.c.id).where(_WAITING).limit(1))
        return found.first() is not None

    def reopen(self, since: datetime) -> int:
        """Let messages delivered since a moment be delivered again; return how many.

        Whoever receives them knows them by their keys: it is for what was taken away after it
        had been said to be there (a power cut, a backup put back).
        """
        again = update(OUTBOX).where(OUTBOX.c.done_at >= since).values(done_at=None)
        return self._connection.execute(again).rowcount

    def forget(self, before: datetime) -> int:
        """Drop messages delivered before a moment; return how many."""
        return self._connection.execute(delete(OUTBOX).where(OUTBOX.c.done_at < before)).rowcount

    def done(self, ids: Sequence[str]) -> None:
        """Mark messages as delivered."""
        done = update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(done_at=clock.now())
        self._connection.execute(done)
