"""The platform's own columns beside a record's values: how they are born, which a change moves."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from seamline.facts import Record

_NAMED = ("_code", "_tracking", "_state", "_held", "_revision", "_archived_at")
_named = attrgetter(*(name[1:] for name in _NAMED))


def system_row(record: Record) -> dict[str, Any]:
    """Return the platform's own columns of a new record."""
    born = {
        "_id": record.id, "_created_at": record.created_at, "_created_by": record.created_by,
    }  # fmt: skip
    return born | moving(record)


def moving(record: Record) -> dict[str, Any]:
    """Return the platform's own columns that a change may move."""
    return {
        "_code": record.code or None,
        "_tracking": record.tracking or None,
        "_state": record.state,
        "_held": record.held,
        "_revision": record.revision,
        "_version": record.version,
        "_updated_at": record.updated_at,
        "_updated_by": record.updated_by,
        "_archived_at": record.archived_at,
    }


def steady_columns(before: Record, record: Record) -> tuple[str, ...]:
    """Return the platform's own columns that a change leaves as they are."""
    return tuple(
        name
        for name, was, now in zip(_NAMED, _named(before), _named(record), strict=True)
        if was == now
    )
