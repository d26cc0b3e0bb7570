"""Imports: how far each file has come, so that one that was stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from . import plain
from .platform_tables import IMPORTS


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One import of a file into a form.

    `file` is the SHA-256 of the stored file; `position` counts the records handled, `good` and
    `bad` what became of them; `problems` lists what was wrong.
    """

    id: str
    form: str
    file_name: str
    file: str
    map: Mapping[str, Any]
    options: Mapping[str, Any]
    state: str
    actor: str
    created_at: datetime
    updated_at: datetime
    position: int = 0
    good: int = 0
    bad: int = 0
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


_DOCUMENTS = ("map", "options", "problems")


class Imports:
    """The imports, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: ImportJob) -> None:
        """Store a new import."""
        self._connection.execute(insert(IMPORTS), _row(job))

    def change(self, job: ImportJob) -> None:
        """Store how far an import has come; raises LookupError for an unknown one."""
        row = _row(job)
        changed = self._connection.execute(
            update(IMPORTS).where(IMPORTS.c.id == row.pop("id")), row
        )
        if changed.rowcount != 1:
            raise LookupError(f"import {job.id} is not stored")

    def get(self, job: str, *, lock: bool = False) -> ImportJob | None:
        """Return one import; `lock` lets nobody else move it until the transaction ends."""
        wanted = select(IMPORTS).where(IMPORTS.c.id == job)
        found = self._jobs(wanted.with_for_update() if lock else wanted)
        return found[0] if found else None

    def recent(self, form: str = "", limit: int = 50) -> tuple[ImportJob, ...]:
        """Return the newest imports, of one form or of all."""
        wanted = select(IMPORTS).order_by(IMPORTS.c.created_at.desc(), IMPORTS.c.id.desc())
        if form:
            wanted = wanted.where(IMPORTS.c.form == form)
        return self._jobs(wanted.limit(limit))

    def _jobs(self, statement: Select[Any]) -> tuple[ImportJob, ...]:
        jobs = []
        for row in self._connection.execute(statement).mappings():
            jobs.append(ImportJob(**(dict(row) | {n: plain.load(row[n]) for n in _DOCUMENTS})))
        return tuple(jobs)


def _row(job: ImportJob) -> dict[str, Any]:
    return asdict(job) | {name: plain.dump(getattr(job, name)) for name in _DOCUMENTS}
