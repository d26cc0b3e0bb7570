"""Clocks of reviews: timers like all others; those of reviews that wait already begin to run."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment

revision = "0023"
down_revision = "0022"

_REVIEWS = sa.table(
    "seam_reviews",
    *(sa.column(name, sa.Text) for name in ("id", "record", "form", "verdict")),
    sa.column("due_at", Moment()),
    sa.column("level", sa.Integer),
)
_TIMERS = sa.table(
    "seam_timers",
    *(sa.column(name, sa.Text) for name in ("key", "topic", "body")),
    sa.column("at", Moment()),
)


def upgrade() -> None:
    """Set a timer for each review that waits and was not moved on."""
    waiting = sa.select(_REVIEWS).where(_REVIEWS.c.verdict == "", _REVIEWS.c.level == 0)
    clocks = [
        {
            "key": f"review:{review.id}",
            "at": review.due_at,
            "topic": "review.overdue",
            "body": json.dumps({"form": review.form, "record": review.record, "review": review.id}),
        }
        for review in op.get_bind().execute(waiting)
    ]
    if clocks:
        op.bulk_insert(_TIMERS, clocks)
