"""Drafts: what people have typed into forms and not submitted yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from .people_tables import DRAFTS

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """One form that a person has begun to fill: its words by name, as a browser sends them.

    `shape` says of which kind each field was when it was typed into, by path. `saved` counts how
    often the draft was saved; `version` is the record's when the person opened it.
    """

    id: str
    person: str
    form: str
    step: str
    record: str
    version: int
    key: str
    words: Words
    shape: Mapping[str, Sequence[str]]
    saved: int
    opened_at: datetime
    at: datetime
    expires_at: datetime


class Drafts:
    """The drafts of one workspace, inside one transaction; each belongs to one person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person: str, draft: str) -> Draft | None:
        """Return a person's own draft; None for any other."""
        mine = select(DRAFTS).where(DRAFTS.c.id == draft, DRAFTS.c.person == person)
        row = self._connection.execute(mine).first()
        return _draft(row) if row else None

    def of(self, person: str, form: str, step: str, record: str) -> tuple[Draft, ...]:
        """Return a person's drafts of one form, the newest first."""
        mine = (
            select(DRAFTS)
            .where(
                DRAFTS.c.person == person,
                DRAFTS.c.form == form,
                DRAFTS.c.step == step,
                DRAFTS.c.record == record,
            )
            .order_by(DRAFTS.c.at.desc(), DRAFTS.c.id.desc())
        )
        return tuple(_draft(row) for row in self._connection.execute(mine))

    def newest(self, person: str, limit: int) -> tuple[Draft, ...]:
        """Return the drafts a person has typed into last."""
        mine = select(DRAFTS).where(DRAFTS.c.person == person)
        rows = self._connection.execute(mine.order_by(DRAFTS.c.at.desc()).limit(limit))
        return tuple(_draft(row) for row in rows)

    def add(self, draft: Draft) -> bool:
        """Keep a new draft; return False where the id is taken."""
        taken = select(DRAFTS.c.id).where(DRAFTS.c.id == draft.id)
        if self._connection.execute(taken).first() is not None:
            return False
        self._connection.execute(insert(DRAFTS), {"id": draft.id, **_row(draft)})
        return True

    def put(self, draft: Draft) -> bool:
        """Replace a draft that was saved once less often; return False where it moved on."""
        before = update(DRAFTS).where(
            DRAFTS.c.id == draft.id,
            DRAFTS.c.person == draft.person,
            DRAFTS.c.saved == draft.saved - 1,
        )
        return self._connection.execute(before, _row(draft)).rowcount == 1

    def take_away(self, person: str, draft: str) -> bool:
        """Remove a person's own draft; return whether there was one."""
        mine = delete(DRAFTS).where(DRAFTS.c.id == draft, DRAFTS.c.person == person)
        return self._connection.execute(mine).rowcount == 1

    def count(self, person: str) -> int:
        """Return how many drafts a person has."""
        mine = select(func.count()).select_from(DRAFTS).where(DRAFTS.c.person == person)
        return int(self._connection.execute(mine).scalar_one())

    def expire(self, at: datetime) -> int:
        """Remove every draft whose time is over; return how many."""
        gone = delete(DRAFTS).where(DRAFTS.c.expires_at <= at)
        return self._connection.execute(gone).rowcount


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "person": draft.person,
        "form": draft.form,
        "step": draft.step,
        "record": draft.record,
        "version": draft.version,
        "key": draft.key,
        "words": json.dumps(draft.words, ensure_ascii=False, separators=(",", ":")),
        "shape": json.dumps(draft.shape, ensure_ascii=False, separators=(",", ":")),
        "saved": draft.saved,
        "opened_at": draft.opened_at,
        "at": draft.at,
        "expires_at": draft.expires_at,
    }


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        person=row.person,
        form=row.form,
        step=row.step,
        record=row.record,
        version=row.version,
        key=row.key,
        words=json.loads(row.words),
        shape=json.loads(row.shape),
        saved=row.saved,
        opened_at=row.opened_at,
        at=row.at,
        expires_at=row.expires_at,
    )
