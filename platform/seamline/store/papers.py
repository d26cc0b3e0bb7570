"""Papers that wait to become records, and the forms learned from those that did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from .paper_tables import PAPER_FORMS, PAPERS

State = Literal["waiting", "reading", "read", "failed", "confirmed", "discarded"]
OPEN: tuple[State, ...] = ("waiting", "reading", "read", "failed")


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper: its file, how far it is, and what came of it."""

    id: str
    form: str
    state: State
    sha256: str
    name: str
    media_type: str
    size: int
    actor: str
    at: datetime
    pages: str = ""
    pictures: str = "[]"
    problem: str = ""
    learned: str = ""
    truth: str = ""
    record: str = ""
    offered: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class LearnedForm:
    """One version of a learned form; the newest that is not undone counts."""

    id: str
    version: int
    form: str
    body: Mapping[str, Any]
    paper: str
    actor: str
    at: datetime
    undone_by: str = ""


class Papers:
    """The papers of a workspace, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: PaperRow) -> None:
        """Keep a paper that came in."""
        self._connection.execute(insert(PAPERS), asdict(row))

    def get(self, paper: str) -> PaperRow | None:
        """Return a paper by its id."""
        row = self._connection.execute(select(PAPERS).where(PAPERS.c.id == paper)).one_or_none()
        return None if row is None else _paper(row)

    def of(
        self, form: str, states: Iterable[State], limit: int = 200, by: str = ""
    ) -> tuple[PaperRow, ...]:
        """Return the papers of a form in these states, of one person or all, the newest first."""
        wanted = select(PAPERS).where(PAPERS.c.form == form, PAPERS.c.state.in_(tuple(states)))
        if by:
            wanted = wanted.where(PAPERS.c.actor == by)
        rows = self._connection.execute(
            wanted.order_by(PAPERS.c.at.desc(), PAPERS.c.id).limit(limit)
        )
        return tuple(_paper(row) for row in rows)

    def same_file(self, form: str, sha256: str, by: str = "", name: str = "") -> PaperRow | None:
        """Return an open or confirmed paper of the same file, of one person or all.

        Where a `name` is given, one of that name only.
        """
        wanted = select(PAPERS).where(
            PAPERS.c.form == form, PAPERS.c.sha256 == sha256, PAPERS.c.state != "discarded"
        )
        if by:
            wanted = wanted.where(PAPERS.c.actor == by)
        if name:
            wanted = wanted.where(PAPERS.c.name == name)
        row = self._connection.execute(wanted.limit(1)).one_or_none()
        return None if row is None else _paper(row)

    def of_record(self, form: str, record: str) -> PaperRow | None:
        """Return the paper that a record was made from."""
        wanted = select(PAPERS).where(PAPERS.c.record == record, PAPERS.c.form == form)
        row = self._connection.execute(wanted.limit(1)).one_or_none()
        return None if row is None else _paper(row)

    def of_files(self, form: str, hashes: Iterable[str], by: str = "") -> tuple[PaperRow, ...]:
        """Return the papers of these files that are not discarded, of one person or all."""
        wanted = select(PAPERS).where(
            PAPERS.c.sha256.in_(tuple(hashes)), PAPERS.c.form == form, PAPERS.c.state != "discarded"
        )
        if by:
            wanted = wanted.where(PAPERS.c.actor == by)
        return tuple(_paper(row) for row in self._connection.execute(wanted.order_by(PAPERS.c.id)))

    def next(self) -> PaperRow | None:
        """Take the oldest paper that waits to be read."""
        waiting = (
            select(PAPERS).where(PAPERS.c.state == "waiting").order_by(PAPERS.c.at, PAPERS.c.id)
        )
        row = self._connection.execute(waiting.limit(1)).one_or_none()
        if row is None or not self.move(row.id, "waiting", state="reading"):
            return None
        return _paper(row)

    def waiting(self) -> int:
        """Return how many papers wait to be read."""
        count = select(func.count()).where(PAPERS.c.state == "waiting")
        return int(self._connection.execute(count).scalar_one())

    def move(self, paper: str, before: State, **values: Any) -> bool:
        """Change a paper that is in a state; returns whether it was."""
        where = (PAPERS.c.id == paper) & (PAPERS.c.state == before)
        return self._connection.execute(update(PAPERS).where(where).values(**values)).rowcount == 1

    def again(self) -> None:
        """Let papers wait again whose reading was cut off."""
        cut = update(PAPERS).where(PAPERS.c.state == "reading").values(state="waiting")
        self._connection.execute(cut)

    def learn(self, form: LearnedForm) -> None:
        """Keep a version of a learned form."""
        row = asdict(form) | {"body": json.dumps(form.body, ensure_ascii=False)}
        self._connection.execute(insert(PAPER_FORMS), row)

    def learned(self, form: str) -> tuple[LearnedForm, ...]:
        """Return every version of the forms learned for a form, the newest of each first."""
        wanted = select(PAPER_FORMS).where(PAPER_FORMS.c.form == form)
        order = (PAPER_FORMS.c.id, PAPER_FORMS.c.version.desc())
        return tuple(_learned(row) for row in self._connection.execute(wanted.order_by(*order)))

    def undo(self, form: str, learned: str, version: int, actor: str) -> bool:
        """Take a version of a learned form back; the one before counts again."""
        where = (
            (PAPER_FORMS.c.form == form)
            & (PAPER_FORMS.c.id == learned)
            & (PAPER_FORMS.c.version == version)
            & (PAPER_FORMS.c.undone_by == "")
        )
        change = update(PAPER_FORMS).where(where).values(undone_by=actor)
        return self._connection.execute(change).rowcount == 1


def standing(versions: Iterable[LearnedForm]) -> list[LearnedForm]:
    """Return the version of each learned form that counts: the newest that is not undone."""
    found: dict[str, LearnedForm] = {}
    for one in versions:
        if not one.undone_by and (one.id not in found or one.version > found[one.id].version):
            found[one.id] = one
    return list(found.values())


def _paper(row: Row[Any]) -> PaperRow:
    return PaperRow(**{name: getattr(row, name) for name in PaperRow.__dataclass_fields__})


def _learned(row: Row[Any]) -> LearnedForm:
    values = {name: getattr(row, name) for name in LearnedForm.__dataclass_fields__}
    return LearnedForm(**(values | {"body": json.loads(row.body)}))
