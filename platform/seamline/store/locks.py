"""Locks: which act is closed on a record, since when, by which rule, and who opened it again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from seamline.text import Text

from . import plain
from .ahead import lock_moved
from .among import Among
from .batch import AT_ONCE, HELD, STANDING, Batch
from .finding import hold, hold_each
from .platform_tables import DECISIONS, LOCKS
from .ulid import ulid

_CAUSE = "@"  # stands in the kept rule before the id of the record that it was judged on


@dataclass(frozen=True, slots=True)
class Lock:
    """One act closed on one record; it stands until `ended_at`.

    `rule` is `ruleset.rule`, `cause` the id of the record that the rule was judged on (empty
    where none was stored). `ended_by` is empty where the lock ended by itself.
    """

    id: str
    form: str
    record: str
    act: str
    rule: str
    cause: str
    reason: Text
    actor: str
    since: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether the lock has not ended."""
        return self.ended_at is None


_FIELDS = (
    "id", "form", "record", "act", "rule", "reason", "actor", "since", "ended_at", "ended_by",
    "end_reason",
)  # fmt: skip
_SELECT = select(*(LOCKS.c[name] for name in _FIELDS))
_ALL = _SELECT.where(Among(LOCKS.c.record, "of")).order_by(LOCKS.c.since, LOCKS.c.id)
_STANDING = _ALL.where(LOCKS.c.ended_at.is_(None))


class Locks:
    """The locks, inside one transaction."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)

    def hold(self, record: str) -> None:
        """Let nobody else put or end locks of a record until this transaction ends."""
        if record not in self._batch.known(HELD):
            hold(self._connection, "lock", record)

    def foresee(self, records: Collection[str]) -> None:
        """Hold records for the batch that is open, and fetch the locks that stand on them."""
        lacking = sorted(self._batch.lacking(HELD, records))
        if lacking:
            hold_each(self._connection, [("lock", record) for record in lacking])
        self._batch.known(HELD).update(dict.fromkeys(lacking))
        for start in range(0, len(lacking), AT_ONCE):
            part = lacking[start : start + AT_ONCE]
            found: dict[str, tuple[Lock, ...]] = dict.fromkeys(part, ())
            for lock in self.of_records(part):
                found[lock.record] += (lock,)
            self._batch.known(STANDING).update(found)

    def add(self, lock: Lock) -> Lock:
        """Keep a lock; it gets its id here."""
        self._batch.known(STANDING).pop(lock.record, None)
        lock_moved(self._batch)
        kept = ulid(lock.since)
        row = {name: getattr(lock, name) for name in _FIELDS}
        row |= {
            "id": kept,
            "rule": f"{lock.rule}{_CAUSE}{lock.cause}" if lock.cause else lock.rule,
            "reason": plain.dump(lock.reason),
        }
        self._connection.execute(insert(LOCKS), row)
        return _lock(row)

    def end(self, lock: str, by: str, reason: str, at: datetime) -> bool:
        """End a standing lock; return False where it had ended already."""
        self._batch.known(STANDING).clear()
        lock_moved(self._batch)
        ended = update(LOCKS).where(LOCKS.c.id == lock, LOCKS.c.ended_at.is_(None))
        found = self._connection.execute(ended.values(ended_at=at, ended_by=by, end_reason=reason))
        return found.rowcount == 1

    def get(self, lock: str) -> Lock | None:
        """Return one lock by id."""
        found = self._locks(_SELECT.where(LOCKS.c.id == lock))
        return found[0] if found else None

    def of_records(self, records: Collection[str], *, ended: bool = False) -> tuple[Lock, ...]:
        """Return the standing locks of some records, the oldest first; with `ended` all of them."""
        standing: dict[str, tuple[Lock, ...]] = self._batch.known(STANDING)
        if not ended and len(records) == 1 and (one := next(iter(records))) in standing:
            return standing[one]
        asked = {"of": list(records)}
        found = self._connection.execute(_ALL if ended else _STANDING, asked).mappings()
        return tuple(_lock(row) for row in found)

    def page(
        self,
        forms: Collection[str],
        *,
        record: str = "",
        act: str = "",
        ended: bool = False,
        before: str = "",
        limit: int = 50,
    ) -> tuple[Lock, ...]:
        """Return locks on records of some forms, newest first, older than the lock `before`."""
        wanted = _SELECT.where(LOCKS.c.form.in_(forms))
        for column, value in ((LOCKS.c.record, record), (LOCKS.c.act, act)):
            if value:
                wanted = wanted.where(column == value)
        if not ended:
            wanted = wanted.where(LOCKS.c.ended_at.is_(None))
        if before:
            wanted = wanted.where(LOCKS.c.id < before)
        return self._locks(wanted.order_by(LOCKS.c.id.desc()).limit(limit))

    def of_rule(self, rule: str) -> tuple[Lock, ...]:
        """Return the standing locks that a rule (`ruleset.rule`) put, the oldest first."""
        named = (LOCKS.c.rule == rule) | LOCKS.c.rule.startswith(rule + _CAUSE, autoescape=True)
        wanted = _SELECT.where(LOCKS.c.ended_at.is_(None), named)
        return self._locks(wanted.order_by(LOCKS.c.since, LOCKS.c.id))

    def was_true(self, record: str, steps: Collection[str], rule: str, but: str) -> bool:
        """Return whether `rule` was true or not known at the last decision over a record.

        Only decisions at `steps` count, and not the decision `but`.
        """
        last = (
            select(DECISIONS.c.findings)
            .where(DECISIONS.c.record == record, DECISIONS.c.step.in_(steps))
            .where(DECISIONS.c.id != but)
            .order_by(DECISIONS.c.at.desc(), DECISIONS.c.id.desc())
            .limit(1)
        )
        findings = self._connection.execute(last).scalar_one_or_none()
        found = plain.load(findings) if findings is not None else ()
        return any(
            one["rule"] == rule and one["result"] != "false" and not one["shadow"] for one in found
        )

    def _locks(self, statement: Select[Any]) -> tuple[Lock, ...]:
        return tuple(_lock(row) for row in self._connection.execute(statement).mappings())


def _lock(row: Any) -> Lock:
    rule, _, cause = row["rule"].partition(_CAUSE)
    kept = {name: row[name] for name in _FIELDS}
    return Lock(
        **kept | {"rule": rule, "cause": cause, "reason": Text(**plain.load(row["reason"]))}
    )
