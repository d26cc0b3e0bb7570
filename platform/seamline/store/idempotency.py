"""Idempotency keys: a submission that is sent twice is done once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from seamline import clock

from . import plain
from .finding import hold
from .platform_tables import IDEMPOTENCY

_FIND = select(
    IDEMPOTENCY.c.fingerprint, IDEMPOTENCY.c.form, IDEMPOTENCY.c.record, IDEMPOTENCY.c.body
).where(IDEMPOTENCY.c.actor == bindparam("by"), IDEMPOTENCY.c.key == bindparam("under"))
_INSERT = insert(IDEMPOTENCY)


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of the first submission under a key; `fingerprint` stands for what was asked."""

    fingerprint: str
    form: str
    record: str
    body: Mapping[str, object]


class Idempotency:
    """The keys, inside one transaction."""

    def __init__(self, connection: Connection, writes: bool) -> None:
        self._connection = connection
        self._writes = writes

    def find(self, actor: str, key: str) -> Kept | None:
        """Return what was kept under an actor's key; a twin that is under way is waited for."""
        if self._writes:
            hold(self._connection, "idempotency", actor, key)
        row = self._connection.execute(_FIND, {"by": actor, "under": key}).one_or_none()
        return None if row is None else Kept(row[0], row[1], row[2], plain.load(row[3]))

    def keep(
        self,
        actor: str,
        key: str,
        fingerprint: str,
        form: str,
        record: str,
        body: Mapping[str, object],
    ) -> None:
        """Remember what came of a submission."""
        row = {
            "actor": actor, "key": key, "fingerprint": fingerprint, "form": form,
            "record": record, "body": plain.dump(body), "at": clock.now(),
        }  # fmt: skip
        self._connection.execute(_INSERT, row)

    def forget(self, before: datetime) -> int:
        """Drop the keys kept before a moment; return how many."""
        done = self._connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.at < before))
        return done.rowcount
