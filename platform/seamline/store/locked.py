"""Whether a record is locked, as one expression beside its other columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, case, exists, null

from .platform_tables import LOCKS

LOCKED = "_locked"  # what conditions call it: true while any lock stands on the record


def is_locked(record: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return whether a lock stands on the record whose id `record` is; missing for no record."""
    standing = exists().where(LOCKS.c.record == record, LOCKS.c.ended_at.is_(None))
    return case((record.is_(None), null()), else_=standing.correlate_except(LOCKS)).cast(Boolean)
