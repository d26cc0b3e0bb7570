"""Designs: the drafts of packages, as a list of edits that can be undone and done again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from seamline.text import Text

from .design_tables import DESIGN_EDITS, DESIGN_TEXTS, DESIGNS


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of one text: at a character, some taken out and others put in their place."""

    path: str
    at: int
    removed: str
    added: str

    @classmethod
    def between(cls, path: str, before: str, after: str) -> Splice:
        """Return the one splice that makes `before` into `after`."""
        short = min(len(before), len(after))
        head = next((n for n in range(short) if before[n] != after[n]), short)
        rest = short - head
        tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
        return cls(path, head, before[head : len(before) - tail], after[head : len(after) - tail])

    def done(self, text: str) -> str:
        """Return a text with the change made."""
        return _spliced(text, self.at, self.removed, self.added)

    def undone(self, text: str) -> str:
        """Return a text with the change taken back."""
        return _spliced(text, self.at, self.added, self.removed)


def _spliced(text: str, at: int, removed: str, added: str) -> str:
    end = at + len(removed)
    if text[at:end] != removed:
        raise ValueError("the text is not the one that was edited")
    return text[:at] + added + text[end:]


@dataclass(frozen=True, slots=True)
class DesignEdit:
    """One edit of a draft: what it did to texts, in words, by whom and when."""

    number: int
    changes: tuple[Splice, ...]
    words: Text
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DesignHead:
    """Where a draft stands: edits up to `position` are done, later ones undone."""

    package: str
    revision: int
    position: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DesignText:
    """A document of a draft: as it was when it was first touched, and as it is."""

    path: str
    base: str
    text: str


class Designs:
    """The drafts of one workspace, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self, package: str, *, lock: bool = False) -> DesignHead | None:
        """Return where a draft stands; None where there is none. `lock` keeps others waiting."""
        wanted = select(DESIGNS).where(DESIGNS.c.package == package)
        row = self._connection.execute(wanted.with_for_update() if lock else wanted).first()
        return _head(row) if row else None

    def all(self) -> tuple[DesignHead, ...]:
        """Return every draft by its package."""
        rows = self._connection.execute(select(DESIGNS).order_by(DESIGNS.c.package))
        return tuple(_head(row) for row in rows)

    def texts(self, package: str) -> dict[str, DesignText]:
        """Return the documents a draft has touched, by path."""
        columns = (DESIGN_TEXTS.c.path, DESIGN_TEXTS.c.base, DESIGN_TEXTS.c.text)
        wanted = select(*columns).where(DESIGN_TEXTS.c.package == package)
        return {row.path: DesignText(*row) for row in self._connection.execute(wanted)}

    def keep(self, head: DesignHead) -> None:
        """Store where a draft stands; the first time makes it."""
        row = asdict(head)
        mine = update(DESIGNS).where(DESIGNS.c.package == head.package)
        if self._connection.execute(mine, row).rowcount == 0:
            self._connection.execute(insert(DESIGNS), row)

    def write(self, package: str, text: DesignText) -> None:
        """Store a document of a draft."""
        row = {"package": package, **asdict(text)}
        known = update(DESIGN_TEXTS).where(
            DESIGN_TEXTS.c.package == package, DESIGN_TEXTS.c.path == text.path
        )
        if self._connection.execute(known, {"text": text.text}).rowcount == 0:
            self._connection.execute(insert(DESIGN_TEXTS), row)

    def rebase(self, package: str, text: DesignText) -> None:
        """Let a document of a draft stand over another text than the one it was begun with."""
        known = update(DESIGN_TEXTS).where(
            DESIGN_TEXTS.c.package == package, DESIGN_TEXTS.c.path == text.path
        )
        self._connection.execute(known, {"base": text.base, "text": text.text})

    def add(self, package: str, edit: DesignEdit) -> None:
        """Store an edit; those that were undone before it are gone for good."""
        later = delete(DESIGN_EDITS).where(
            DESIGN_EDITS.c.package == package, DESIGN_EDITS.c.number >= edit.number
        )
        self._connection.execute(later)
        row = {
            "package": package, "number": edit.number, "zh": edit.words.zh, "en": edit.words.en,
            "changes": _dumped(edit.changes), "actor": edit.actor, "at": edit.at,
        }  # fmt: skip
        self._connection.execute(insert(DESIGN_EDITS), row)

    def edit(self, package: str, number: int) -> DesignEdit | None:
        """Return one edit of a draft."""
        wanted = select(DESIGN_EDITS).where(
            DESIGN_EDITS.c.package == package, DESIGN_EDITS.c.number == number
        )
        row = self._connection.execute(wanted).first()
        return _edit(row) if row else None

    def edits(self, package: str, limit: int) -> tuple[DesignEdit, ...]:
        """Return the newest edits of a draft, those undone among them, the newest first."""
        wanted = select(DESIGN_EDITS).where(DESIGN_EDITS.c.package == package)
        rows = self._connection.execute(wanted.order_by(DESIGN_EDITS.c.number.desc()).limit(limit))
        return tuple(_edit(row) for row in rows)

    def count(self, package: str) -> int:
        """Return how many edits a draft has, those undone among them."""
        wanted = select(func.count()).where(DESIGN_EDITS.c.package == package)
        return int(self._connection.execute(wanted).scalar_one())

    def remove(self, package: str) -> None:
        """Do away with a draft, its texts and its edits."""
        for table in (DESIGN_EDITS, DESIGN_TEXTS, DESIGNS):
            self._connection.execute(delete(table).where(table.c.package == package))


def _dumped(changes: Sequence[Splice]) -> str:
    rows = [[one.path, one.at, one.removed, one.added] for one in changes]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _head(row: Any) -> DesignHead:
    return DesignHead(row.package, row.revision, row.position, row.actor, row.at)


def _edit(row: Any) -> DesignEdit:
    changes = tuple(Splice(*one) for one in json.loads(row.changes))
    return DesignEdit(row.number, changes, Text(row.zh, row.en), row.actor, row.at)


def replayed(base: Mapping[str, str], edits: Sequence[DesignEdit]) -> dict[str, str]:
    """Return the texts that edits make of those they began with."""
    texts = dict(base)
    for edit in edits:
        for one in edit.changes:
            texts[one.path] = one.done(texts.get(one.path, ""))
    return texts
