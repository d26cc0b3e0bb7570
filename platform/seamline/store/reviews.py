"""Reviews: what waits in a pool for a person, and what that person decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from seamline import clock

from .platform_tables import REVIEWS
from .timers import OVERDUE, Timer, Timers
from .ulid import ulid


@dataclass(frozen=True, slots=True)
class Review:
    """One record held at a step until somebody of the pool decides; `verdict` is empty till then.

    `due_at` is when the decision should be there; `decision` is the verdict that held it.
    `assignee` is whom somebody asked to decide, `question` what the author was asked and has not
    answered; `level` counts how often the review was escalated.
    """

    id: str
    record: str
    form: str
    step: str
    pool: str
    decision: str
    opened_at: datetime
    due_at: datetime
    verdict: str = ""
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    assignee: str = ""
    question: str = ""
    level: int = 0
    escalated_at: datetime | None = None


_FIELDS = tuple(Review.__dataclass_fields__)
_SELECT = select(*(REVIEWS.c[name] for name in _FIELDS))


class Reviews:
    """The reviews, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(
        self, record: str, form: str, step: str, pool: str, due_at: datetime, decision: str
    ) -> str:
        """Hold a record for a pool, its clock running; return the id of the review."""
        at = clock.now()
        row = {
            "id": ulid(at), "record": record, "form": form, "step": step, "pool": pool,
            "decision": decision, "opened_at": at, "due_at": due_at, "verdict": "",
            "reason": "", "decided_by": "",
        }  # fmt: skip
        self._connection.execute(insert(REVIEWS), row)
        review = str(row["id"])
        about = {"review": review, "form": form, "record": record}
        Timers(self._connection).set(Timer(clock_of(review), due_at, OVERDUE, about))
        return review

    def get(self, review: str, *, lock: bool = False) -> Review | None:
        """Return one review; `lock` lets nobody else decide it until the transaction ends."""
        statement = _SELECT.where(REVIEWS.c.id == review)
        found = self._reviews(statement.with_for_update() if lock else statement)
        return found[0] if found else None

    def waiting(self, pools: Collection[str]) -> tuple[Review, ...]:
        """Return what waits in some pools, the most urgent first."""
        wanted = _SELECT.where(REVIEWS.c.pool.in_(pools), REVIEWS.c.verdict == "")
        return self._reviews(wanted.order_by(REVIEWS.c.due_at, REVIEWS.c.id))

    def assign(self, review: str, assignee: str) -> None:
        """Name the person who is to decide."""
        self._set(review, assignee=assignee)

    def ask(self, review: str, question: str) -> None:
        """Keep what the author was asked; empty once it is answered."""
        self._set(review, question=question)

    def escalate(self, review: str, pool: str, due_at: datetime, at: datetime) -> None:
        """Move an open review to another pool with a new clock."""
        moved = {"pool": pool, "due_at": due_at, "escalated_at": at, "assignee": ""}
        self._set(review, level=REVIEWS.c.level + 1, **moved)

    def _set(self, review: str, **values: Any) -> None:
        self._connection.execute(
            update(REVIEWS).where(REVIEWS.c.id == review, REVIEWS.c.verdict == "").values(**values)
        )

    def of_record(self, record: str) -> tuple[Review, ...]:
        """Return every review of a record, the oldest first."""
        return self._reviews(_SELECT.where(REVIEWS.c.record == record).order_by(REVIEWS.c.id))

    def close(self, review: str, verdict: str, reason: str, actor: str, at: datetime) -> None:
        """Keep what was decided; raises LookupError where nothing waits under that id."""
        found = self._connection.execute(
            update(REVIEWS)
            .where(REVIEWS.c.id == review, REVIEWS.c.verdict == "")
            .values(verdict=verdict, reason=reason, decided_by=actor, decided_at=at)
        )
        if found.rowcount != 1:
            raise LookupError(f"review {review} does not wait")
        Timers(self._connection).cancel((clock_of(review),))

    def _reviews(self, statement: Select[Any]) -> tuple[Review, ...]:
        return tuple(Review(*row) for row in self._connection.execute(statement))


def clock_of(review: str) -> str:
    """Return the key of the timer that rings when nobody has decided a review in time."""
    return f"review:{review}"
