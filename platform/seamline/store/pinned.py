"""Pinned versions of pipelines: what a run has begun with, it is finished with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from seamline import clock

from . import plain
from .finding import hold
from .platform_tables import PINNED


class Pinned:
    """The pinned versions, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, version: str, pipeline: str, document: Mapping[str, Any]) -> None:
        """Keep what a pipeline does under its version; what is kept already stays."""
        hold(self._connection, "pinned", version, "")
        if self.get(version) is None:
            text = plain.dump(_numbers(document))
            row = {"version": version, "pipeline": pipeline, "document": text, "at": clock.now()}
            self._connection.execute(insert(PINNED), row)

    def get(self, version: str) -> Mapping[str, Any] | None:
        """Return what was written under a version, None where it is not known."""
        found = self._connection.execute(
            select(PINNED.c.document).where(PINNED.c.version == version)
        ).scalar_one_or_none()
        return None if found is None else plain.load(found)


def _numbers(written: Any) -> Any:
    """Return what was written with fractions as JSON has them: as text they would be words."""
    if isinstance(written, Decimal):
        return float(written)
    if isinstance(written, Mapping):
        return {key: _numbers(value) for key, value in written.items()}
    if isinstance(written, (list, tuple)):
        return [_numbers(value) for value in written]
    return written
